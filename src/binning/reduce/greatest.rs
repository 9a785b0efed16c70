//! Reductions that keep one of the rows: min, max, first and last.
//!
//! Each is the greatest of some key, of as many words as it takes: of the weight, or of the row's order and, to leave nothing to
//! chance where a source gives none, its weight. What shall be smallest is turned around.

use super::kind::{self, Kind};
use crate::data::{Ordered, Reduction};

/// Keeps the row with the greatest key; `WORDS` are those of the key and one for the number of rows.
///
/// No row has a key of zeros, so a cell without rows loses to all.
#[derive(Clone, Debug)]
pub struct Greatest<const WORDS: usize> {
    reduction: Reduction,
}

/// Of `min` and `max`.
pub type Extreme = Greatest<2>;

/// Of `first` and `last`.
pub type End = Greatest<4>;

impl<const WORDS: usize> Greatest<WORDS> {
    pub fn new(reduction: Reduction) -> Self {
        Self { reduction }
    }

    /// The weight of a key's last word.
    fn weight(&self, word: u64) -> f64 {
        match self.reduction {
            Reduction::Min | Reduction::First => Ordered(!word).value(),
            _ => Ordered(word).value(),
        }
    }
}

impl<const WORDS: usize> Kind for Greatest<WORDS> {
    type Entry = Key<WORDS>;
    type Tile = Vec<[u64; WORDS]>;

    fn tile(&self, cells: usize) -> Self::Tile {
        vec![[0; WORDS]; cells]
    }

    fn entry(&self, weight: f64, order: u128) -> Key<WORDS> {
        let weight = Ordered::of(weight).0;
        let (high, low) = ((order >> 64) as u64, order as u64);
        let mut key = [0; WORDS];
        match self.reduction {
            Reduction::Min => key[0] = !weight,
            Reduction::Max => key[0] = weight,
            Reduction::First => key[..3].copy_from_slice(&[!high, !low, !weight]),
            _ => key[..3].copy_from_slice(&[high, low, weight]),
        }
        key[WORDS - 1] = 1;
        Key(key)
    }

    fn fetch(tile: &Self::Tile) {
        kind::fetch(tile, |kept| kept[0]);
    }

    fn put(&self, tile: &mut Self::Tile, _: usize, places: &[u32], entries: &[Key<WORDS>], _: &[u32]) {
        for (&place, Key(key)) in places.iter().zip(entries) {
            raise(&mut tile[place as usize], key);
        }
    }

    fn merge(&self, tile: &mut Self::Tile, _: usize, _: &Self, theirs: Self::Tile) {
        tile.iter_mut().zip(&theirs).for_each(|(mine, theirs)| raise(mine, theirs));
    }

    fn finish(&self, tile: &Self::Tile, _: usize, values: &mut [f64], rows: &mut [u64]) {
        for (kept, (value, rows)) in tile.iter().zip(values.iter_mut().zip(rows)) {
            *rows = kept[WORDS - 1];
            *value = if *rows == 0 { self.reduction.of_nothing() } else { self.weight(kept[WORDS - 2]) };
        }
    }
}

/// A key and the number of its rows.
#[derive(Clone, Copy, Debug)]
pub struct Key<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Default for Key<WORDS> {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

/// Keeps the greater key and the rows of both.
#[inline]
fn raise<const WORDS: usize>(kept: &mut [u64; WORDS], other: &[u64; WORDS]) {
    let rows = kept[WORDS - 1] + other[WORDS - 1];
    if other[..WORDS - 1] > kept[..WORDS - 1] {
        *kept = *other;
    }
    kept[WORDS - 1] = rows;
}
