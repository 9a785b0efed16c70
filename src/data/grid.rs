//! The cells into which points are counted.

use crate::data::hex::Hex;
use crate::data::rect::Rect;
use crate::error::{Error, Result};

/// The most cells a grid may have: 2^28, 2 GiB of counts.
pub const MAX_CELLS: usize = 1 << 28;

/// A grid of cells over the plane.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Grid {
    /// Rectangles, by their edges.
    Rect(Rect),
    /// Hexagons, by their lattices.
    Hex(Hex),
}

impl Grid {
    /// How many cells.
    pub fn cells(&self) -> usize {
        match self {
            Self::Rect(rect) => rect.cells(),
            Self::Hex(hex) => hex.cells(),
        }
    }

    /// The cell that holds a point, or `None`. This is the definition that every backend must agree with.
    #[inline]
    pub fn cell(&self, x: f64, y: f64) -> Option<usize> {
        match self {
            Self::Rect(rect) => rect.cell(x, y),
            Self::Hex(hex) => hex.cell(x, y),
        }
    }

    /// Whether a grid may have so many cells.
    ///
    /// # Errors
    /// If it is more than [`MAX_CELLS`].
    pub fn check_cells(cells: usize) -> Result<()> {
        if cells <= MAX_CELLS {
            return Ok(());
        }
        Err(Error::usage(format!(
            "a grid of {cells} cells is more than the {MAX_CELLS} there may be: ask for fewer bins"
        )))
    }
}
