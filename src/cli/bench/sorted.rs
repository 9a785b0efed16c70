//! Points in blocks, as they came and sorted by where they lie.

use rayon::prelude::*;

use super::times::{Times, clocked, repeat};
use crate::data::{Floats, MOST_ROWS, Patches, Points};
use crate::error::Result;

/// Rows of a block: as in a plot of columns in memory, and as many as are sorted together.
pub const ROWS: usize = MOST_ROWS;

/// Points sorted by where they lie within each block, as a window keeps them.
pub struct Sorted {
    pub blocks: Vec<(Points<'static>, Patches)>,
    /// What sorting them takes, if that was measured.
    pub times: Option<Times>,
}

impl Sorted {
    /// Sorts the points, as a window does once; and so many times more to measure it.
    pub fn new(
        columns: (&Floats<'_>, &Floats<'_>),
        weights: Option<&Floats<'_>>,
        repeats: Option<usize>,
    ) -> Result<Self> {
        let blocks = blocks(columns, weights)?;
        let sort = || {
            let sorted = blocks.par_iter().map(|points| match Patches::sort(points) {
                Some((_, points, patches)) => (points, patches),
                None => (points.clone().into_owned(), Patches::one(points.len(), points.bounds())),
            });
            Ok(sorted.collect())
        };
        let time = |repeats| repeat(repeats, |_| Ok(clocked::<Vec<_>>(sort)?.1));
        Ok(Self { times: repeats.map(time).transpose()?, blocks: sort()? })
    }

    /// All of them, one block behind the other.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "only a device is sent all at once"))]
    pub fn together(&self) -> Result<Points<'static>> {
        let rows = |points: &Points<'_>| 0..points.len();
        let x: Vec<_> = self.blocks.iter().map(|(points, _)| points.x().slice(rows(points))).collect();
        let y: Vec<_> = self.blocks.iter().map(|(points, _)| points.y().slice(rows(points))).collect();
        Points::new(Floats::concat(&x), Floats::concat(&y))
    }
}

/// The points in blocks.
pub fn blocks<'a>(
    (x, y): (&'a Floats<'_>, &'a Floats<'_>),
    weights: Option<&'a Floats<'_>>,
) -> Result<Vec<Points<'a>>> {
    let block = |nth: usize| {
        let rows = nth * ROWS..((nth + 1) * ROWS).min(x.len());
        let (x, y) = (x.slice(rows.clone()), y.slice(rows.clone()));
        match weights {
            Some(weights) => Points::weighted(x, y, weights.slice(rows)),
            None => Points::new(x, y),
        }
    };
    (0..x.len().div_ceil(ROWS)).into_par_iter().map(block).collect()
}
