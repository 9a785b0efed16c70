//! A grid of rectangles.

use crate::data::axis::Axis;

/// A grid of rectangles: an axis each way. Cell `(i, j)` has the index `i * ny + j`, as numpy's `H[x, y]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rect {
    /// Columns.
    pub x: Axis,
    /// Rows, from the smallest y.
    pub y: Axis,
}

impl Rect {
    /// How many cells.
    pub fn cells(&self) -> usize {
        self.x.bins().saturating_mul(self.y.bins())
    }

    /// The cell that holds a point, or `None`: the rule of `numpy.histogram2d`.
    #[inline]
    pub fn cell(&self, x: f64, y: f64) -> Option<usize> {
        Some(self.x.bin(x)? * self.y.bins() + self.y.bin(y)?)
    }
}
