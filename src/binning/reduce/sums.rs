//! Exact sums, and the means of them. See `window`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fixed::{Fixed, float};
use super::kind::{self, Kind};
use super::window::{BIAS, LOW_BITS, Limbs, MOST_SHIFT, SPLIT, SUM_LIMBS, Split, Window, in_units, split};
use crate::data::Reduction;

/// Sums of weights: of any kind of data the same bits, whatever order the rows come in.
#[derive(Debug)]
pub struct Sums {
    reduction: Reduction,
    window: Window,
    /// What did not fit into the window, by cell.
    spilled: Mutex<HashMap<usize, Box<Wide>>>,
}

/// A sum of any floats, in units of the smallest.
type Wide = Fixed<SUM_LIMBS>;

/// A cell: the sum in units of the window in two limbs, `high × 2^LOW_BITS + low`, and the rows.
///
/// The limbs overlap: many weights are added to the low one before it runs over into the high one.
type Cell = [u64; 3];

impl Sums {
    pub fn new(reduction: Reduction) -> Self {
        Self { reduction, window: Window::default(), spilled: Mutex::default() }
    }

    fn spilled(&self) -> MutexGuard<'_, HashMap<usize, Box<Wide>>> {
        self.spilled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `value` units of `2^(exponent - BIAS)` to what did not fit.
    #[cold]
    fn spill(&self, cell: usize, value: i128, exponent: u32) {
        let mut spilled = self.spilled();
        let wide = spilled.entry(cell).or_insert_with(|| Box::new(Wide::ZERO));
        wide.add_signed_at(value, exponent - 1);
    }

    /// Adds two limbs to a cell.
    #[inline(always)]
    fn add(&self, kept: &mut Cell, cell: usize, (high, low): (i64, i64), lowest: u32) {
        let sums = ((kept[0] as i64).overflowing_add(high), (kept[1] as i64).overflowing_add(low));
        if let ((high, false), (low, false)) = sums {
            (kept[0], kept[1]) = (high as u64, low as u64);
        } else {
            self.add_units(kept, cell, i128::from(high) << LOW_BITS, lowest);
            self.add_units(kept, cell, low.into(), lowest);
        }
    }

    /// Adds a number of units to a cell.
    #[cold]
    fn add_units(&self, kept: &mut Cell, cell: usize, units: i128, lowest: u32) {
        let sum = total(kept).checked_add(units);
        match sum.and_then(|sum| Some((i64::try_from(sum >> LOW_BITS).ok()?, sum))) {
            Some((high, sum)) => (kept[0], kept[1]) = (high as u64, (sum & LOW) as u64),
            None => {
                self.spill(cell, total(kept), lowest);
                self.spill(cell, units, lowest);
                (kept[0], kept[1]) = (0, 0);
            }
        }
    }

    /// Adds weights of which some do not fit the window.
    #[cold]
    fn add_misfits(&self, tile: &mut [Cell], start: usize, places: &[u32], weights: &[f64], lowest: u32) {
        for (&place, &weight) in places.iter().zip(weights) {
            let kept = &mut tile[place as usize];
            kept[2] += 1;
            let split = Split::of(weight);
            let shift = split.shift(lowest);
            let cell = start + place as usize;
            if shift > MOST_SHIFT {
                self.spill(cell, split.signed(), split.exponent);
            } else {
                self.add_units(kept, cell, split.signed() << shift, lowest);
            }
        }
    }

    /// The value of a cell with rows.
    fn value(&self, kept: &Cell, wide: Option<&Wide>) -> f64 {
        let sum = total(kept);
        let lowest = self.window.lowest();
        let (mantissa, exponent, is_negative) = match wide {
            None => {
                let magnitude = sum.unsigned_abs();
                let (mantissa, exponent) = Fixed([magnitude as u64, (magnitude >> 64) as u64]).scaled();
                (mantissa, exponent + lowest as i32, sum < 0)
            }
            Some(wide) => {
                let mut wide = *wide;
                wide.add_signed_at(sum, lowest - 1);
                let (mantissa, exponent) = wide.magnitude().scaled();
                (mantissa, exponent + 1, wide.is_negative())
            }
        };
        let mantissa = if self.reduction == Reduction::Mean { mantissa / kept[2] as f64 } else { mantissa };
        let value = float(mantissa, exponent - BIAS);
        if is_negative { -value } else { value }
    }
}

/// The bits of a low limb that has not run over.
const LOW: i128 = (1 << LOW_BITS) - 1;

/// The sum in units.
fn total(kept: &Cell) -> i128 {
    (i128::from(kept[0] as i64) << LOW_BITS) + i128::from(kept[1] as i64)
}

impl Kind for Sums {
    type Entry = f64;
    type Tile = Vec<Cell>;

    fn tile(&self, cells: usize) -> Self::Tile {
        vec![[0; 3]; cells]
    }

    fn look(&self, weights: &[f64]) {
        self.window.look(weights);
    }

    #[inline(always)]
    fn entry(&self, weight: f64, _: u128) -> f64 {
        weight
    }

    fn fetch(tile: &Self::Tile) {
        kind::fetch(tile, |kept| kept[2]);
    }

    fn put(&self, tile: &mut Self::Tile, start: usize, places: &[u32], weights: &[f64]) {
        let lowest = self.window.lowest();
        let limbs = Limbs::above(lowest);
        let (mut high, mut low) = ([0; SPLIT], [0; SPLIT]);
        for (places, weights) in places.chunks(SPLIT).zip(weights.chunks(SPLIT)) {
            if !limbs.is_some_and(|limbs| split(&limbs, weights, &mut high, &mut low)) {
                self.add_misfits(tile, start, places, weights, lowest);
                continue;
            }
            for ((&place, &high), &low) in places.iter().zip(&high).zip(&low) {
                let kept = &mut tile[place as usize];
                kept[2] += 1;
                self.add(kept, start + place as usize, (high, low), lowest);
            }
        }
    }

    fn yields_to(&self, other: &Self) -> bool {
        self.window.yields_to(&other.window)
    }

    fn merge(&self, tile: &mut Self::Tile, start: usize, other: &Self, theirs: Self::Tile) {
        let (lowest, unit) = (self.window.lowest(), other.window.lowest());
        for (nth, (mine, theirs)) in tile.iter_mut().zip(&theirs).enumerate() {
            mine[2] += theirs[2];
            let sum = total(theirs);
            match in_units(sum, unit, lowest) {
                Some(sum) => self.add_units(mine, start + nth, sum, lowest),
                None => self.spill(start + nth, sum, unit),
            }
        }
    }

    fn adopt(&self, other: &Self) {
        self.window.adopt(&other.window);
        let mut spilled = self.spilled();
        for (cell, wide) in other.spilled().drain() {
            spilled.entry(cell).or_insert_with(|| Box::new(Wide::ZERO)).add(&wide);
        }
    }

    fn finish(&self, tile: &Self::Tile, start: usize, values: &mut [f64], rows: &mut [u64]) {
        let is_narrow = self.spilled().is_empty();
        for (nth, kept) in tile.iter().enumerate() {
            rows[nth] = kept[2];
            values[nth] = if kept[2] == 0 {
                self.reduction.of_nothing()
            } else if is_narrow {
                self.value(kept, None)
            } else {
                let wide = self.spilled().get(&(start + nth)).map(|wide| **wide);
                self.value(kept, wide.as_ref())
            };
        }
    }
}
