//! Variances and standard deviations, from exact sums and sums of squares. See `window`.
//!
//! `(n Σw² - (Σw)²) / (n (n - ddof))` loses everything in floats where the mean is far from 0. Here the difference is one of
//! whole numbers, and what is rounded is the result.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fixed::{Fixed, float};
use super::kind::{self, Kind};
use super::window::{BIAS, SQUARE_LIMBS, SUM_LIMBS, Split, Window, in_units};
use crate::data::Reduction;

/// Sums of weights and of their squares.
#[derive(Debug)]
pub struct Squares {
    reduction: Reduction,
    window: Window,
    /// What did not fit into the window, by cell.
    spilled: Mutex<HashMap<usize, Box<Wide>>>,
}

/// Sums of any floats and of their squares, in units of the smallest and of its square.
#[derive(Clone, Copy, Debug)]
struct Wide {
    sum: Fixed<SUM_LIMBS>,
    squares: Fixed<SQUARE_LIMBS>,
}

impl Clone for Squares {
    fn clone(&self) -> Self {
        Self {
            reduction: self.reduction,
            window: self.window.clone(),
            spilled: self.spilled().clone().into(),
        }
    }
}

/// A weight may stand so many bits above the window's lowest: 53 bits more fill a signed number of 128.
const MOST_SHIFT: u32 = 127 - 53;

/// A cell; its sums are in units of the window and of its square.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    sum: i128,
    squares: Fixed<4>,
    rows: u64,
}

impl Cell {
    const EMPTY: Self = Self { sum: 0, squares: Fixed::ZERO, rows: 0 };
}

impl Squares {
    pub fn new(reduction: Reduction) -> Self {
        Self { reduction, window: Window::default(), spilled: Mutex::default() }
    }

    fn spilled(&self) -> MutexGuard<'_, HashMap<usize, Box<Wide>>> {
        self.spilled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds sums in units of `2^(exponent - BIAS)` and its square to what did not fit.
    #[cold]
    fn spill(&self, cell: usize, sum: i128, squares: &Fixed<4>, exponent: u32) {
        let mut spilled = self.spilled();
        let zero = || Box::new(Wide { sum: Fixed::ZERO, squares: Fixed::ZERO });
        let wide = spilled.entry(cell).or_insert_with(zero);
        wide.sum.add_signed_at(sum, exponent - 1);
        wide.squares.add_limbs_at(squares, 2 * (exponent - 1));
    }

    /// Adds sums in units of the window to a cell.
    #[inline(always)]
    fn add(&self, kept: &mut Cell, cell: usize, sum: i128, squares: &Fixed<4>, lowest: u32) {
        let mut raised = kept.squares;
        match (kept.sum.checked_add(sum), raised.add(squares)) {
            (Some(sum), false) => (kept.sum, kept.squares) = (sum, raised),
            _ => {
                self.spill(cell, kept.sum, &kept.squares, lowest);
                (kept.sum, kept.squares) = (sum, *squares);
            }
        }
    }

    fn value(&self, kept: &Cell, wide: Option<&Wide>) -> f64 {
        let ddof = match self.reduction {
            Reduction::Var { ddof } | Reduction::Std { ddof } => u64::from(ddof),
            _ => 0,
        };
        if kept.rows <= ddof {
            return f64::NAN;
        }
        let lowest = self.window.lowest();
        let (mantissa, exponent) = match wide {
            None => {
                let sum = kept.sum.unsigned_abs();
                let sum = Fixed([sum as u64, (sum >> 64) as u64]);
                let (mantissa, exponent) = spread::<2, 4, 5>(kept.rows, &sum, &kept.squares);
                (mantissa, exponent + 2 * lowest as i32)
            }
            Some(wide) => {
                let Wide { mut sum, mut squares } = *wide;
                sum.add_signed_at(kept.sum, lowest - 1);
                squares.add_limbs_at(&kept.squares, 2 * (lowest - 1));
                let (mantissa, exponent) =
                    spread::<SUM_LIMBS, SQUARE_LIMBS, 70>(kept.rows, &sum.magnitude(), &squares);
                (mantissa, exponent + 2)
            }
        };
        let mantissa = mantissa / (u128::from(kept.rows) * u128::from(kept.rows - ddof)) as f64;
        let exponent = exponent - 2 * BIAS;
        match self.reduction {
            Reduction::Std { .. } => {
                let odd = exponent.rem_euclid(2);
                float(float(mantissa, odd).sqrt(), (exponent - odd) / 2)
            }
            _ => float(mantissa, exponent),
        }
    }
}

/// `rows × squares - sum²`, which is never below 0, as a float and an exponent.
fn spread<const SUM: usize, const SQUARE: usize, const WIDE: usize>(
    rows: u64,
    sum: &Fixed<SUM>,
    squares: &Fixed<SQUARE>,
) -> (f64, i32) {
    let mut spread: Fixed<WIDE> = squares.times(&Fixed([rows]));
    spread.add(&sum.times::<SUM, WIDE>(sum).negated());
    spread.scaled()
}

impl Kind for Squares {
    type Entry = f64;
    type Tile = Vec<Cell>;

    fn tile(&self, cells: usize) -> Self::Tile {
        vec![Cell::EMPTY; cells]
    }

    fn look(&self, weights: &[f64]) {
        self.window.look(weights);
    }

    #[inline(always)]
    fn entry(&self, weight: f64, _: u128) -> f64 {
        weight
    }

    fn fetch(tile: &Self::Tile) {
        kind::fetch(tile, |kept| kept.rows);
    }

    fn put(&self, tile: &mut Self::Tile, start: usize, places: &[u32], weights: &[f64], _: &[u32]) {
        let lowest = self.window.lowest();
        for (&place, &weight) in places.iter().zip(weights) {
            let kept = &mut tile[place as usize];
            kept.rows += 1;
            let split = Split::of(weight);
            let square = u128::from(split.mantissa) * u128::from(split.mantissa);
            let shift = split.shift(lowest);
            let cell = start + place as usize;
            let mut squares = Fixed::ZERO;
            if shift > MOST_SHIFT {
                squares.add_at(square, 0);
                self.spill(cell, split.signed(), &squares, split.exponent);
                continue;
            }
            squares.add_at(square, 2 * shift);
            self.add(kept, cell, split.signed() << shift, &squares, lowest);
        }
    }

    fn yields_to(&self, other: &Self) -> bool {
        self.window.yields_to(&other.window)
    }

    fn merge(&self, tile: &mut Self::Tile, start: usize, other: &Self, theirs: Self::Tile) {
        let (lowest, unit) = (self.window.lowest(), other.window.lowest());
        for (nth, (mine, theirs)) in tile.iter_mut().zip(&theirs).enumerate() {
            mine.rows += theirs.rows;
            let squares = |shift| theirs.squares.shifted(2 * shift);
            let both = in_units(theirs.sum, unit, lowest).zip(unit.checked_sub(lowest).and_then(squares));
            match both {
                Some((sum, squares)) => self.add(mine, start + nth, sum, &squares, lowest),
                None => self.spill(start + nth, theirs.sum, &theirs.squares, unit),
            }
        }
    }

    fn adopt(&self, other: &Self) {
        self.window.adopt(&other.window);
        let mut spilled = self.spilled();
        for (cell, theirs) in other.spilled().drain() {
            let zero = || Box::new(Wide { sum: Fixed::ZERO, squares: Fixed::ZERO });
            let wide = spilled.entry(cell).or_insert_with(zero);
            wide.sum.add(&theirs.sum);
            wide.squares.add(&theirs.squares);
        }
    }

    fn finish(&self, tile: &Self::Tile, start: usize, values: &mut [f64], rows: &mut [u64]) {
        let is_narrow = self.spilled().is_empty();
        for (nth, kept) in tile.iter().enumerate() {
            rows[nth] = kept.rows;
            values[nth] = if is_narrow {
                self.value(kept, None)
            } else {
                let wide = self.spilled().get(&(start + nth)).map(|wide| **wide);
                self.value(kept, wide.as_ref())
            };
        }
    }
}
