//! The inner loops of the CPU: from values to bins and cells, a short run of rows at a time.
//!
//! The loops are plain Rust without branches, which the compiler turns into vector code (see `vectorized!`).

use crate::data::{Hex, Scale, vectorized};

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

vectorized! {
    /// The cell of each point from its bins, or [`OUTSIDE`] where one of them is; returns how many are outside.
    fn rect_cells(ny: u32, columns: &[u32], rows: &[u32], cells: &mut [u32]) -> u32 {
        let mut outside = 0;
        for ((cell, &i), &j) in cells.iter_mut().zip(columns).zip(rows) {
            let inside = (i != OUTSIDE) & (j != OUTSIDE);
            *cell = if inside { i.wrapping_mul(ny).wrapping_add(j) } else { OUTSIDE };
            outside += u32::from(!inside);
        }
        outside
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

    /// The cell of each point, or [`OUTSIDE`]; returns how many are outside.
    pub fn cells<X: Copy + Into<f64>, Y: Copy + Into<f64>>(
        &self,
        x: &[X],
        y: &[Y],
        cells: &mut [u32],
    ) -> u32 {
        if self.scales == (Scale::Linear, Scale::Linear) {
            return hex_cells(self, x, y, cells);
        }
        let (mut along_x, mut along_y) = ([0.0; RUN], [0.0; RUN]);
        let rows = cells.len();
        coordinates(self.scales.0, x, &mut along_x[..rows]);
        coordinates(self.scales.1, y, &mut along_y[..rows]);
        hex_cells(self, &along_x[..rows], &along_y[..rows], cells)
    }
}

/// The coordinate of each value on its scale.
fn coordinates<T: Copy + Into<f64>>(scale: Scale, values: &[T], coordinates: &mut [f64]) {
    for (coordinate, &value) in coordinates.iter_mut().zip(values) {
        *coordinate = scale.forward(value.into());
    }
}

vectorized! {
    /// [`Hex::cell`] without its branches: the same operations in the same order.
    fn hex_cells<X, Y>(lookup: &HexLookup, x: &[X], y: &[Y], cells: &mut [u32]) -> u32 {
        let mut outside = 0;
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
            outside += u32::from(!inside);
        }
        outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let outside = HexLookup::new(&hex).cells(&x, &y, &mut cells);
            assert_eq!(outside as usize, cells.iter().filter(|&&cell| cell == OUTSIDE).count());
            for (&(x, y), &cell) in run.iter().zip(&cells) {
                let wanted = hex.cell(x, y).map_or(OUTSIDE, |cell| cell as u32);
                assert_eq!(cell, wanted, "({x}, {y})");
            }
        }
    }
}
