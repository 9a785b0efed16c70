//! Floats as whole numbers of one unit, so that adding them loses nothing.
//!
//! A float is `mantissa × 2^exponent`. Sums of whole numbers do not depend on the order in which they are added, so every sum is
//! kept as a whole number of units of `2^lowest`, wide enough for the bits of most weights there are: a window, chosen by the first
//! weights that are seen. A weight with bits outside it goes into a number that is wide enough for all floats, kept for the few
//! cells that need one. Where the window lies never shows in a result.

use std::sync::OnceLock;

use super::fixed::float;

/// Below the exponent of the last bit of the smallest normal float; a [`Split`] counts from there.
pub const BIAS: i32 = 1075;

/// Limbs of a sum of any weights: 2098 bits from the largest to the smallest float, 64 for the number of rows, and the sign.
pub const SUM_LIMBS: usize = 35;

/// Limbs of a sum of squares of any weights.
pub const SQUARE_LIMBS: usize = 68;

/// Bits that the window reaches below the last bit of the largest of the first weights.
const BELOW: u32 = 30;

/// A weight may stand so many bits above the window's lowest: with its own 53 it fills the 96 of a sum but for the sign.
pub const MOST_SHIFT: u32 = 95 - 53;

/// Bits of the lower of two limbs of a sum; see [`Limbs`].
pub const LOW_BITS: u32 = 48;

/// Bits of the largest weights that are split into limbs.
const LIMB_BITS: i32 = 93;

/// The scales with which weights are split into limbs, as powers of two that a float holds easily.
const LARGEST_SCALE: i32 = 1000;

/// How weights are split into two whole numbers, `high × 2^LOW_BITS + low` units.
#[derive(Clone, Copy, Debug)]
pub struct Limbs {
    /// A unit of the high limb, and how many are in a weight of 1.
    pub high: f64,
    pub per_high: f64,
    /// The same of the low limb.
    pub low: f64,
    pub per_low: f64,
    /// Weights at least as large do not fit.
    pub end: f64,
}

impl Limbs {
    /// The limbs above the window's lowest; `None` where a float does not hold the scales.
    pub fn above(lowest: u32) -> Option<Self> {
        let unit = lowest as i32 - BIAS;
        let most = unit + LIMB_BITS;
        if unit < -LARGEST_SCALE || most > LARGEST_SCALE {
            return None;
        }
        let power = |exponent: i32| float(1.0, exponent);
        let high = unit + LOW_BITS as i32;
        Some(Self {
            high: power(high),
            per_high: power(-high),
            low: power(unit),
            per_low: power(-unit),
            end: power(most),
        })
    }
}

/// The unit of the sums.
#[derive(Clone, Debug, Default)]
pub struct Window {
    lowest: OnceLock<u32>,
}

/// A float in whole numbers: `±mantissa × 2^(exponent - BIAS)`.
#[derive(Clone, Copy, Debug)]
pub struct Split {
    pub is_negative: bool,
    pub mantissa: u64,
    /// At least 1.
    pub exponent: u32,
}

impl Split {
    #[inline(always)]
    pub fn of(weight: f64) -> Self {
        const MANTISSA: u64 = (1 << 52) - 1;
        let bits = weight.to_bits();
        let exponent = (bits >> 52) as u32 & 0x7ff;
        let is_normal = u64::from(exponent != 0);
        Self {
            is_negative: bits >> 63 == 1,
            mantissa: bits & MANTISSA | is_normal << 52,
            exponent: exponent | u32::from(exponent == 0),
        }
    }

    /// The whole number with its sign.
    pub fn signed(self) -> i128 {
        let mantissa = i128::from(self.mantissa);
        if self.is_negative { -mantissa } else { mantissa }
    }

    /// How many bits above the window's lowest the mantissa stands, if that is at most [`MOST_SHIFT`]; more if it does not
    /// fit. Zero fits everywhere.
    #[inline(always)]
    pub fn shift(self, lowest: u32) -> u32 {
        if self.mantissa == 0 { 0 } else { self.exponent.wrapping_sub(lowest) }
    }
}

impl Window {
    /// Chooses the window by these weights, unless it was chosen or they are all 0.
    pub fn look(&self, weights: &[f64]) {
        if self.lowest.get().is_some() {
            return;
        }
        let most = weights.iter().fold(0f64, |most, weight| most.max(weight.abs()));
        if most > 0.0 {
            let lowest = Split::of(most).exponent.saturating_sub(BELOW).max(1);
            // Another thread may have been first, which is as good.
            let _ = self.lowest.set(lowest);
        }
    }

    /// The unit's exponent, counted as that of a [`Split`].
    #[inline]
    pub fn lowest(&self) -> u32 {
        self.lowest.get().copied().unwrap_or(1)
    }

    /// Whether the unit of another is finer: what is in coarse units is easily put in fine ones.
    pub fn yields_to(&self, other: &Self) -> bool {
        matches!((self.lowest.get(), other.lowest.get()), (Some(mine), Some(theirs)) if theirs < mine)
    }

    /// Takes the window of another, unless there is one.
    pub fn adopt(&self, other: &Self) {
        if let Some(&lowest) = other.lowest.get() {
            let _ = self.lowest.set(lowest);
        }
    }
}

/// A number of units in finer ones, if it fits.
pub fn in_units(number: i128, unit: u32, finer: u32) -> Option<i128> {
    if number == 0 {
        return Some(0);
    }
    let shift = unit.checked_sub(finer)?;
    (shift < number.unsigned_abs().leading_zeros()).then(|| number << shift)
}
