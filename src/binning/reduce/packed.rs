//! A sum and the number of its rows in one word of 128 bits, so that putting a row into a cell is one addition.
//!
//! The rows are the lowest 32 bits, the sum in units of the window the 96 above. A row's addend is its weight there and a 1
//! here. The rows are moved elsewhere before their bits could run over, and a sum that runs over is found by the addition itself.

use super::window::{BIAS, LOW_BITS, Limbs};
use crate::data::vectorized;
use crate::data::zeroed::Zero;

/// Bits of the rows.
const ROW_BITS: u32 = 32;

/// The most rows that a cell counts.
pub const MOST_ROWS: u64 = u32::MAX as u64;

/// Bits of a sum, the sign being one.
const SUM_BITS: u32 = i128::BITS - ROW_BITS;

/// Bits above a rounded part of a word; see [`Limbs`].
const HIGH_SHIFT: u32 = LOW_BITS + ROW_BITS - 64;

/// Addends made at once: enough for the processor's widest vectors, few enough for its nearest cache.
pub const PACKED: usize = 256;

/// 2^52: a whole number below it in its low bits is added to it.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// 1.5 × 2^52: the same for numbers with a sign.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The sum of a cell and its rows. Aligned, so that it never lies in two lines of the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Cell {
    low: u64,
    high: u64,
}

// SAFETY: two whole numbers of zero are a cell without rows.
unsafe impl Zero for Cell {}

impl Cell {
    /// The cell of a word.
    #[inline(always)]
    pub fn of_word(word: i128) -> Self {
        Self { low: word as u64, high: (word >> 64) as u64 }
    }

    /// Both in one word, which registers hold.
    #[inline(always)]
    pub fn word(self) -> i128 {
        word(self.low, self.high)
    }

    /// A sum of units, if it fits, and the rows.
    pub fn new(sum: i128, rows: u32) -> Option<Self> {
        let room = i128::BITS - SUM_BITS;
        (sum << room >> room == sum).then(|| Self::of_word(sum << ROW_BITS | i128::from(rows)))
    }

    /// The sum in units.
    pub fn sum(self) -> i128 {
        self.word() >> ROW_BITS
    }

    /// The rows.
    #[inline(always)]
    pub fn rows(self) -> u32 {
        self.low as u32
    }

    /// Forgets the rows and says how many there were.
    pub fn take_rows(&mut self) -> u32 {
        let rows = self.rows();
        self.low -= u64::from(rows);
        rows
    }

    /// Adds the word of another, its sum and its rows, unless the sum does not fit. The rows together must fit.
    #[inline(always)]
    #[must_use]
    pub fn add(&mut self, word: i128) -> bool {
        let (word, over) = self.word().overflowing_add(word);
        if !over {
            *self = Self::of_word(word);
        }
        !over
    }

    /// A word of it, for whoever only wants to have it read.
    pub fn any(&self) -> u64 {
        self.low
    }
}

/// The word of two halves.
#[inline(always)]
pub fn word(low: u64, high: u64) -> i128 {
    i128::from(high as i64) << 64 | i128::from(low)
}

/// The addends of some weights, in halves.
#[derive(Debug)]
pub struct Addends {
    low: [u64; PACKED],
    high: [u64; PACKED],
}

impl Addends {
    pub const ZERO: Self = Self { low: [0; PACKED], high: [0; PACKED] };

    /// Takes those of at most [`PACKED`] weights, unless one does not fit with every bit.
    #[must_use]
    pub fn take(&mut self, limbs: &Limbs, weights: &[f64]) -> bool {
        pack(limbs, weights, &mut self.low, &mut self.high)
    }

    /// The lower and the upper halves of the first.
    #[inline(always)]
    pub fn halves(&self, weights: usize) -> (&[u64], &[u64]) {
        (&self.low[..weights], &self.high[..weights])
    }
}

vectorized! {
    /// Turns weights into addends, and says whether all fit with every bit.
    ///
    /// Each step is exact or found to be none: scaling by a power of two, rounding to a whole number, and taking from a weight its own
    /// upper bits.
    fn pack(limbs: &Limbs, weights: &[f64], low: &mut [u64; PACKED], high: &mut [u64; PACKED]) -> bool {
        let mut misfits = 0u64;
        for ((&weight, low), high) in weights.iter().zip(low).zip(high) {
            let rounded = weight * limbs.per_high + ROUND;
            let lower = weight - (rounded - ROUND) * limbs.high;
            let rest = lower * limbs.per_low;
            let whole = rest + ROUND;
            let upper = rounded.to_bits().wrapping_sub(ROUND.to_bits());
            let units = whole.to_bits().wrapping_sub(ROUND.to_bits());
            *low = (units << ROW_BITS) + 1;
            *high = (upper << HIGH_SHIFT).wrapping_add(((units as i64) >> (64 - ROW_BITS)) as u64);
            // Scaled down, the smallest weights may become 0.
            let is_lost = (rest == 0.0) & (lower != 0.0);
            misfits |= u64::from((whole - ROUND != rest) | is_lost | (weight.abs() >= limbs.end));
        }
        misfits == 0
    }
}

vectorized! {
    /// The sum of each cell, or its share of a row, rounded once and scaled by the limbs' units; `nothing` where there are no rows.
    fn values(limbs: &Limbs, cells: &[Cell], of_rows: bool, nothing: f64, values: &mut [f64], rows: &mut [u64]) {
        for ((cell, value), rows) in cells.iter().zip(values).zip(rows) {
            let whole = |number: u64| f64::from_bits(number | WHOLE.to_bits()) - WHOLE;
            // Both parts have fewer bits than a float: only their sum is rounded.
            let upper = (cell.high as i64 >> HIGH_SHIFT) as u64;
            let upper = f64::from_bits(upper.wrapping_add(ROUND.to_bits())) - ROUND;
            let lower = (cell.high & ((1 << HIGH_SHIFT) - 1)) << (64 - ROW_BITS) | cell.low >> ROW_BITS;
            let sum = upper * limbs.high + whole(lower) * limbs.low;
            *rows = cell.low & MOST_ROWS;
            let rows = whole(*rows);
            let of_some = if of_rows { sum / rows } else { sum };
            *value = if rows == 0.0 { nothing } else { of_some };
        }
    }
}

pub use values as cell_values;

/// Whether [`cell_values`] may be asked for units of these limbs: nothing is lost at either end of the floats.
pub fn are_easy(lowest: u32) -> bool {
    let unit = lowest as i32 - BIAS;
    unit > -900 && unit + (SUM_BITS as i32) < 1000
}

#[cfg(test)]
mod tests {
    use super::super::fixed::{Fixed, float};
    use super::super::window::Split;
    use super::*;

    const ROOM: i128 = 1 << (SUM_BITS - 1);

    #[test]
    fn weights_are_packed_with_every_bit_or_not_at_all() {
        let mut addends = Addends::ZERO;
        for unit in [-990, -400, 0, 30, 500, 890] {
            let limbs = Limbs::above((unit + BIAS) as u32).unwrap();
            let units = float(1.0, unit);
            for (weight, fits) in [
                (0.0, true),
                (-0.0, true),
                (units, true),
                (-units, true),
                (-units * 12_345_678_901.0, true),
                (units * float(1.0, 93).next_down(), true),
                (-units * float(1.0, 93).next_down(), true),
                (units * float(1.0, 93), false),
                (units * 1.5, false),
                // Nothing of these may be lost unseen, however far below the unit they lie.
                (units * 1e-30, false),
                (1e-307 * float(1.0, unit.min(0)).max(1e-10), false),
                (f64::from_bits(1), false),
            ] {
                // Some of those below are 0 themselves.
                let fits = fits || weight == 0.0;
                assert_eq!(addends.take(&limbs, &[weight]), fits, "{weight:e} in units of 2^{unit}");
                if fits {
                    let (low, high) = addends.halves(1);
                    let cell = Cell::of_word(word(low[0], high[0]));
                    assert_eq!(float(cell.sum() as f64, unit), weight);
                    assert_eq!(cell.rows(), 1);
                }
            }
        }
    }

    #[test]
    fn sums_of_every_size_are_rounded_once() {
        let mut sums = vec![0, 1, -1, ROOM - 1, -ROOM, (1 << 53) + 1, (1 << 54) + 2, (1 << 54) + 6];
        for bit in 0..94 {
            for sum in [1 << bit, (1 << bit) + 1, (1 << bit) - 1, (3i128 << bit >> 1) + (1 << bit >> 54)] {
                sums.extend([sum, -sum]);
            }
        }
        let sums: Vec<i128> = sums.into_iter().filter(|sum| Cell::new(*sum, 0).is_some()).collect();
        let (rows, unit) = (3, -40);
        let limbs = Limbs::above((unit + BIAS) as u32).unwrap();
        let cells: Vec<Cell> = sums.iter().map(|&sum| Cell::new(sum, rows).unwrap()).collect();
        let (mut got, mut counts) = (vec![0.0; sums.len()], vec![0; sums.len()]);
        for of_rows in [false, true] {
            cell_values(&limbs, &cells, of_rows, f64::NAN, &mut got, &mut counts);
            for ((&sum, &got), &count) in sums.iter().zip(&got).zip(&counts) {
                let magnitude = sum.unsigned_abs();
                let (mantissa, exponent) = Fixed([magnitude as u64, (magnitude >> 64) as u64]).scaled();
                let wanted = float(mantissa, exponent + unit) * if sum < 0 { -1.0 } else { 1.0 };
                let wanted = if of_rows { wanted / f64::from(rows) } else { wanted };
                assert_eq!((got.to_bits(), count), ((wanted + 0.0).to_bits(), u64::from(rows)), "{sum}");
            }
        }
        cell_values(&limbs, &[Cell::default()], true, 7.0, &mut got, &mut counts);
        assert_eq!((got[0], counts[0]), (7.0, 0));
    }

    #[test]
    fn a_cell_says_when_it_is_full() {
        assert!(Cell::new(ROOM, 0).is_none() && Cell::new(-ROOM - 1, 0).is_none());
        let mut cell = Cell::new(ROOM - 2, u32::MAX - 1).unwrap();
        let one = Cell::new(1, 1).unwrap().word();
        assert!(cell.add(one));
        assert_eq!((cell.sum(), cell.rows()), (ROOM - 1, u32::MAX));
        assert!(cell.take_rows() == u32::MAX && !cell.add(one));
        assert_eq!((cell.sum(), cell.rows()), (ROOM - 1, 0));
        let mut cell = Cell::new(-ROOM, 5).unwrap();
        assert!(!cell.add(Cell::new(-1, 1).unwrap().word()) && cell.add(one));
        assert_eq!((cell.sum(), cell.rows()), (1 - ROOM, 6));
    }

    #[test]
    fn the_split_of_a_float_fits_where_it_says() {
        let most = Split::of(f64::MAX).signed() << super::super::window::MOST_SHIFT;
        assert!(Cell::new(most, 0).is_some() && Cell::new(-most, 0).is_some());
    }
}
