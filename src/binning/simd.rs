//! The inner loops of the CPU: from values to bins and cells, a short run of rows at a time.
//!
//! The loops are plain Rust without branches, which the compiler turns into vector code (see `vectorized!`).

use crate::data::{Axis, Hex, Scale, vectorized};

/// Rows worked on at a time: two runs of indices stay in the first-level cache.
pub const RUN: usize = 1024;

/// The index of a row that lies in no bin or cell.
pub const OUTSIDE: u32 = u32::MAX;

/// The index of a row too close to an edge for the guess to be trusted.
pub const NEAR: u32 = u32::MAX - 1;

/// 1.5 × 2^52: adding it to a number below 2^31 rounds it to a whole one, ties to even, and leaves that in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Asks memory for the value at `index`, which may lie past the end: rows are mostly followed by more rows.
#[inline]
pub fn prefetch<T>(values: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: a prefetch reads nothing and cannot fault, wherever it points.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(values.as_ptr().wrapping_add(index).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, index);
}

/// How the bins of an axis are found.
#[derive(Debug)]
pub enum AxisLookup {
    /// By scaling, where the bins have one width.
    Even(EvenBins),
    /// By binary search among the edges.
    Search,
}

/// The guess `(v - start) * per_unit`, and how far it may be off.
#[derive(Clone, Copy, Debug)]
pub struct EvenBins {
    start: f64,
    per_unit: f64,
    bins: f64,
    /// The guess decides unless it comes this close to a whole number.
    margin: f64,
}

impl AxisLookup {
    /// The lookup for an axis.
    ///
    /// In units of a bin, the guess carries five roundings of at most 2^-53 relative each, and an edge those of `k * step +
    /// start`, the last of which is relative to the larger end. The margin is several times their sum; if it grows to
    /// a share of a bin, far from zero, the guess is worth nothing.
    pub fn new(axis: &Axis) -> Self {
        let (start, stop) = axis.range();
        let bins = axis.bins() as f64;
        let step = (stop - start) / bins;
        let margin = 16.0 * f64::EPSILON * bins * (1.0 + start.abs().max(stop.abs()) / (stop - start));
        let per_unit = 1.0 / step;
        if axis.is_even() && margin < 0.125 && per_unit.is_normal() && step.is_normal() {
            Self::Even(EvenBins { start, per_unit, bins, margin })
        } else {
            Self::Search
        }
    }

    /// The bin of each value: an index, [`OUTSIDE`] or another index past the last bin, or [`NEAR`].
    pub fn bins<T: Copy + Into<f64>>(&self, axis: &Axis, values: &[T], bins: &mut [u32]) {
        match self {
            Self::Even(even) => even_bins(even, values, bins),
            Self::Search => {
                for (bin, &value) in bins.iter_mut().zip(values) {
                    *bin = axis.bin(value.into()).map_or(OUTSIDE, |bin| bin as u32);
                }
            }
        }
    }
}

vectorized! {
    /// Guesses the bin of each value, or says that it is too near an edge to guess.
    fn even_bins<T>(even: &EvenBins, values: &[T], bins: &mut [u32]) {
        let EvenBins { start, per_unit, bins: count, margin } = *even;
        let (lowest, highest) = (-0.5, count + 0.5);
        for (bin, &value) in bins.iter_mut().zip(values) {
            let value: f64 = value.into();
            let position = (value - start) * per_unit;
            let position = if position > lowest { position } else { lowest };
            let position = if position < highest { position } else { highest };
            let shifted = position + ROUND;
            let past = position - (shifted - ROUND);
            let floor = (shifted.to_bits() as u32).wrapping_sub(u32::from(past < 0.0));
            *bin = if past.abs() <= margin { NEAR } else { floor };
        }
    }
}

vectorized! {
    /// The cell of each point from its bins: an index, [`OUTSIDE`], or [`NEAR`] where only the edges can tell.
    fn rect_cells(nx: u32, ny: u32, columns: &[u32], rows: &[u32], cells: &mut [u32]) {
        for ((cell, &i), &j) in cells.iter_mut().zip(columns).zip(rows) {
            let inside = (i < nx) & (j < ny);
            let maybe = ((i < nx) | (i == NEAR)) & ((j < ny) | (j == NEAR));
            let index = i.wrapping_mul(ny).wrapping_add(j);
            let unsure = if maybe { NEAR } else { OUTSIDE };
            *cell = if inside { index } else { unsure };
        }
    }
}

/// A hexagonal grid as its inner loop wants it.
#[derive(Debug)]
pub struct HexLookup {
    x: (f64, f64, f64),
    y: (f64, f64, f64),
    lattice1_cells: f64,
    scales: (Scale, Scale),
}

impl HexLookup {
    /// The lookup for a grid.
    pub fn new(hex: &Hex) -> Self {
        Self {
            x: (hex.x.start, hex.x.size, hex.x.cells as f64),
            y: (hex.y.start, hex.y.size, hex.y.cells as f64),
            lattice1_cells: hex.lattice1_cells() as f64,
            scales: (hex.x.scale, hex.y.scale),
        }
    }

    /// The cell of each point, or [`OUTSIDE`].
    pub fn cells<X: Copy + Into<f64>, Y: Copy + Into<f64>>(&self, x: &[X], y: &[Y], cells: &mut [u32]) {
        let (mut along_x, mut along_y) = ([0.0; RUN], [0.0; RUN]);
        let rows = cells.len();
        coordinates(self.scales.0, x, &mut along_x[..rows]);
        coordinates(self.scales.1, y, &mut along_y[..rows]);
        hex_cells(self, &along_x[..rows], &along_y[..rows], cells);
    }
}

/// The coordinate of each value on its scale.
fn coordinates<T: Copy + Into<f64>>(scale: Scale, values: &[T], coordinates: &mut [f64]) {
    match scale {
        Scale::Linear => widen(values, coordinates),
        Scale::Log => {
            for (coordinate, &value) in coordinates.iter_mut().zip(values) {
                *coordinate = scale.forward(value.into());
            }
        }
    }
}

vectorized! {
    /// The values as f64.
    fn widen<T>(values: &[T], wide: &mut [f64]) {
        for (wide, &value) in wide.iter_mut().zip(values) {
            *wide = value.into();
        }
    }
}

vectorized! {
    /// [`Hex::cell`] without its branches: the same operations in the same order.
    fn hex_cells<T>(lookup: &HexLookup, x: &[T], y: &[T], cells: &mut [u32]) {
        let (x_start, x_size, nx) = lookup.x;
        let (y_start, y_size, ny) = lookup.y;
        let clamp = |v: f64, end: f64| {
            // Beyond these ends both candidates are outside, and rounding by addition needs a bound.
            let v = if v > -2.0 { v } else { -2.0 };
            if v < end + 2.0 { v } else { end + 2.0 }
        };
        let squared = |v: f64| v * v;
        for ((cell, &x), &y) in cells.iter_mut().zip(x).zip(y) {
            let (x, y): (f64, f64) = (x.into(), y.into());
            let ix = clamp((x - x_start) / x_size, nx);
            let iy = clamp((y - y_start) / y_size, ny);
            let ix1 = (ix + ROUND) - ROUND;
            let iy1 = (iy + ROUND) - ROUND;
            let ix2 = ix1 - if ix1 > ix { 1.0 } else { 0.0 };
            let iy2 = iy1 - if iy1 > iy { 1.0 } else { 0.0 };
            let d1 = squared(ix - ix1) + 3.0 * squared(iy - iy1);
            let d2 = squared(ix - ix2 - 0.5) + 3.0 * squared(iy - iy2 - 0.5);
            let first = d1 < d2;
            let (column, row) = if first { (ix1, iy1) } else { (ix2, iy2) };
            let extra = if first { 1.0 } else { 0.0 };
            let offset = if first { 0.0 } else { lookup.lattice1_cells };
            let inside = (column >= 0.0) & (column < nx + extra) & (row >= 0.0) & (row < ny + extra);
            // Whole numbers below 2^29, so f64 holds the index exactly.
            let index = offset + column * (ny + extra) + row;
            let index = (index + ROUND).to_bits() as u32;
            *cell = if inside { index } else { OUTSIDE };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_axis(axis: &Axis, values: &[f64]) {
        let lookup = AxisLookup::new(axis);
        let mut bins = vec![0; values.len()];
        lookup.bins(axis, values, &mut bins);
        for (&value, &bin) in values.iter().zip(&bins) {
            let found = if (bin as usize) < axis.bins() { Some(bin as usize) } else { None };
            assert!(bin == NEAR || found == axis.bin(value), "{value:e}: {bin}, not {:?}", axis.bin(value));
        }
    }

    #[test]
    fn a_guess_is_right_or_says_that_it_is_near() {
        let ranges = [
            (0.0, 1.0),
            (-3.0, 7.0),
            (1e9, 1e9 + 1e-3),
            (0.1, 0.7),
            (-1e-300, 1e-300),
            (0.0, 5e-324),
            (1e15, 1e15 + 8.0),
        ];
        for (start, stop) in ranges {
            for bins in [1, 2, 3, 10, 1000, 4096] {
                let axis = Axis::linear(start, stop, bins).unwrap();
                let mut values = vec![f64::MIN, f64::MAX, 0.0, -0.0];
                for &edge in axis.edges() {
                    values.extend([edge, edge.next_up(), edge.next_down()]);
                    values.push(edge + (stop - start) / bins as f64 / 2.0);
                }
                check_axis(&axis, &values);
            }
        }
    }

    #[test]
    fn few_values_are_near() {
        let axis = Axis::linear(0.0, 1.0, 1000).unwrap();
        let values: Vec<f64> = (0..RUN).map(|i| (i as f64 + 0.37) / RUN as f64).collect();
        let mut bins = vec![0; RUN];
        AxisLookup::new(&axis).bins(&axis, &values, &mut bins);
        assert!(!bins.contains(&NEAR));
    }

    #[test]
    fn hexagons_follow_the_definition() {
        let hex = Hex::new((7, 4), ((-1.0, 6.0), (0.0, 4.0)), (Scale::Linear, Scale::Linear)).unwrap();
        let steps: Vec<f64> = (-40..200).map(|i| f64::from(i) * 0.0625 - 1.0).collect();
        let mut points: Vec<(f64, f64)> =
            steps.iter().flat_map(|&x| steps.iter().map(move |&y| (x, y))).collect();
        points.extend([(1e300, 0.0), (0.0, -1e300), (f64::MIN, f64::MAX)]);
        for run in points.chunks(RUN) {
            let (x, y): (Vec<f64>, Vec<f64>) = run.iter().copied().unzip();
            let mut cells = vec![0; run.len()];
            HexLookup::new(&hex).cells(&x, &y, &mut cells);
            for (&(x, y), &cell) in run.iter().zip(&cells) {
                let wanted = hex.cell(x, y).map_or(OUTSIDE, |cell| cell as u32);
                assert_eq!(cell, wanted, "({x}, {y})");
            }
        }
    }
}
