//! Reductions that need all weights of a cell: median, quantile, mode and distinct.
//!
//! The weights are kept until the end, 16 bytes a row in a cell, then sorted by cell, and each cell is looked at alone.

use rayon::prelude::*;

use super::kind::Kind;
use crate::data::{Ordered, Reduction};

/// Keeps every weight.
#[derive(Clone, Debug)]
pub struct Collected {
    reduction: Reduction,
}

impl Collected {
    pub fn new(reduction: Reduction) -> Self {
        Self { reduction }
    }

    /// The value of a cell by its weights' keys, of which there is one at least.
    fn value(&self, keys: &mut [u64]) -> f64 {
        match self.reduction {
            Reduction::Median => median(keys),
            Reduction::Quantile(share) => quantile(keys, share),
            Reduction::Mode => mode(keys),
            _ => {
                sort(keys);
                keys.chunk_by(|a, b| a == b).count() as f64
            }
        }
    }
}

impl Kind for Collected {
    type Entry = u64;
    /// Places in the tile with the keys of their weights.
    type Tile = Vec<(u32, u64)>;

    fn tile(&self, _: usize) -> Self::Tile {
        Vec::new()
    }

    #[inline(always)]
    fn entry(&self, weight: f64, _: u128) -> u64 {
        Ordered::of(weight).0
    }

    fn put(&self, tile: &mut Self::Tile, _: usize, places: &[u32], keys: &[u64], _: &[u32]) {
        tile.extend(places.iter().copied().zip(keys.iter().copied()));
    }

    fn merge(&self, tile: &mut Self::Tile, _: usize, _: &Self, mut theirs: Self::Tile) {
        if tile.is_empty() {
            *tile = theirs;
        } else {
            tile.append(&mut theirs);
        }
    }

    fn finish(&self, tile: &Self::Tile, _: usize, values: &mut [f64], rows: &mut [u64]) {
        for &(place, _) in tile {
            rows[place as usize] += 1;
        }
        let mut ends: Vec<usize> = Vec::with_capacity(rows.len());
        let mut end = 0;
        for &rows in &*rows {
            ends.push(end);
            end += rows as usize;
        }
        let mut keys = vec![0; tile.len()];
        for &(place, key) in tile {
            let end = &mut ends[place as usize];
            keys[*end] = key;
            *end += 1;
        }
        let mut rest = keys.as_mut_slice();
        let mut cells = Vec::with_capacity(rows.len());
        for (value, &rows) in values.iter_mut().zip(&*rows) {
            let (cell, after) = rest.split_at_mut(rows as usize);
            cells.push((value, cell));
            rest = after;
        }
        cells.into_par_iter().with_min_len(64).for_each(|(value, keys)| {
            *value = if keys.is_empty() { self.reduction.of_nothing() } else { self.value(keys) };
        });
    }
}

/// Sorts, on all cores where that pays.
fn sort(keys: &mut [u64]) {
    const MANY: usize = 1 << 15;
    if keys.len() < MANY { keys.sort_unstable() } else { keys.par_sort_unstable() }
}

/// `numpy.median`.
fn median(keys: &mut [u64]) -> f64 {
    let count = keys.len();
    let (below, &mut upper, _) = keys.select_nth_unstable(count / 2);
    let upper = Ordered(upper).value();
    if count % 2 == 1 {
        return upper;
    }
    let lower = below.iter().max().map_or(upper, |&key| Ordered(key).value());
    let sum = lower + upper;
    if sum.is_finite() { sum / 2.0 } else { lower / 2.0 + upper / 2.0 }
}

/// `numpy.quantile`, by its operations in their order unless they overflow.
fn quantile(keys: &mut [u64], share: f64) -> f64 {
    let position = (keys.len() - 1) as f64 * share;
    let lower = position.floor();
    let part = position - lower;
    let (_, &mut low, above) = keys.select_nth_unstable(lower as usize);
    let low = Ordered(low).value();
    let high = above.iter().min().map_or(low, |&key| Ordered(key).value());
    let distance = high - low;
    if distance.is_infinite() {
        return low * (1.0 - part) + high * part;
    }
    if part >= 0.5 { high - distance * (1.0 - part) } else { low + distance * part }
}

/// The most frequent, the smallest of equals.
fn mode(keys: &mut [u64]) -> f64 {
    sort(keys);
    let runs = keys.chunk_by(|a, b| a == b);
    let (_, key) = runs.fold((0, 0), |most, run| if run.len() > most.0 { (run.len(), run[0]) } else { most });
    Ordered(key).value()
}
