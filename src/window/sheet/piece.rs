//! A piece of an axis: some cells, of which those at the border of a view may be cut off.

use crate::data::{Axis, Scale};
use crate::error::Result;

/// Cells, or tiles of them, between two places.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The first that is touched.
    pub first: usize,
    /// All that are, in places.
    pub axis: Axis,
    /// Whether a whole one is smaller than a pixel.
    pub is_crowded: bool,
}

impl Piece {
    /// Those of `size` cells each, on so many pixels.
    pub fn new((low, high): (f64, f64), size: usize, pixels: u32) -> Result<Self> {
        let side = size as f64;
        let (first, end) = ((low / side).floor() as usize, (high / side).ceil() as usize);
        let is_whole = size == 1 && low.fract() == 0.0 && high.fract() == 0.0;
        let axis = if is_whole {
            // As a figure of these cells alone has it: there all is in whole numbers.
            Axis::linear(low, high, end - first)?
        } else {
            let inner = (first + 1..end).map(|edge| edge as f64 * side);
            Axis::from_edges([low].into_iter().chain(inner).chain([high]).collect(), Scale::Linear)?
        };
        Ok(Self { first, axis, is_crowded: high - low > f64::from(pixels) * side })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.axis.bins()
    }

    /// The same between the same places in `pixels` parts where it is crowded.
    pub fn drawn(&self, pixels: u32) -> Result<Axis> {
        let (low, high) = self.axis.range();
        if self.is_crowded { Axis::linear(low, high, pixels as usize) } else { Ok(self.axis.clone()) }
    }
}
