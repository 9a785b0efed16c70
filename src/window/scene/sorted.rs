//! The rows of a block sorted by where they lie, and the way back to the order they came in.

use std::ops::Range;
use std::sync::Arc;

use super::Block;
use crate::data::{Bounds, Patches, Points};

/// How the rows of a block were sorted.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    patches: Patches,
    sections: Vec<Section>,
}

/// Rows that were sorted among themselves.
#[derive(Clone, Debug)]
struct Section {
    /// The first of them.
    first: usize,
    /// For each the place it had before, counted from the first.
    places: Arc<[u16]>,
}

impl Sorted {
    /// Sorts points: the rows in their new order, and the points. `None` if it is not worth it.
    pub fn of(points: &Points<'_>) -> Option<(Self, Arc<[u16]>, Points<'static>)> {
        let (order, points, patches) = Patches::sort(points)?;
        let places: Arc<[u16]> = order.into();
        let sections = vec![Section { first: 0, places: places.clone() }];
        Some((Self { patches, sections }, places, points))
    }

    /// The rows of blocks one behind the other, each sorted as it is.
    pub fn joined(blocks: &[Arc<Block>]) -> Self {
        let mut joined = Self::default();
        let mut first = 0;
        for block in blocks {
            match block.sorted() {
                None => joined.patches.extend(&Patches::one(block.len(), block.bounds())),
                Some(sorted) => {
                    joined.patches.extend(&sorted.patches);
                    let moved = |Section { first: at, places }| Section { first: first + at, places };
                    joined.sections.extend(sorted.sections.iter().cloned().map(moved));
                }
            }
            first += block.len();
        }
        joined
    }

    /// For each place of so many rows in the order they came in, where the row lies now.
    pub fn way_back(&self, rows: usize) -> Vec<usize> {
        let mut way: Vec<usize> = (0..rows).collect();
        for Section { first, places } in &self.sections {
            places.iter().enumerate().for_each(|(at, &place)| way[first + usize::from(place)] = first + at);
        }
        way
    }

    /// The rows that lie in patches whose bounds are wanted, in stretches.
    pub fn wanted(&self, wanted: impl Fn(Bounds) -> bool) -> impl Iterator<Item = (Range<usize>, Bounds)> {
        self.patches.wanted(wanted)
    }
}
