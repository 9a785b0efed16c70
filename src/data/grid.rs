//! The cells into which points are counted.

use crate::data::hex::{Hex, HexAxis};
use crate::data::points::Bounds;
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

    /// Whether no point within these bounds lies in a cell. Of bounds that only nearly miss hexagons it is not known, and the answer no.
    pub(crate) fn misses(&self, bounds: Bounds) -> bool {
        match self {
            _ if bounds.is_empty() => true,
            Self::Rect(rect) => {
                let (x, y) = (rect.x.range(), rect.y.range());
                !bounds.meets(Bounds { x, y })
            }
            // A hexagon reaches no farther than a cell beyond the lattices; what has no logarithm is in none.
            Self::Hex(hex) => {
                let beyond = |axis: &HexAxis, (low, high): (f64, f64)| {
                    let (low, high) = (axis.position(low), axis.position(high));
                    high.is_nan() || high < -1.0 || low > axis.cells as f64 + 1.0
                };
                beyond(&hex.x, bounds.x) || beyond(&hex.y, bounds.y)
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Scale};

    #[test]
    fn what_misses_a_grid_has_no_point_in_a_cell() {
        let (linear, log) = ((Scale::Linear, Scale::Linear), (Scale::Log, Scale::Log));
        let range = ((1.0, 3.0), (0.5, 2.0));
        let axis = |(low, high), is_log| {
            if is_log { Axis::log(low, high, 20).unwrap() } else { Axis::linear(low, high, 20).unwrap() }
        };
        let rect = |is_log| Grid::Rect(Rect { x: axis(range.0, is_log), y: axis(range.1, is_log) });
        let hex = |scales| Grid::Hex(Hex::in_range((20, 12), range, scales).unwrap());
        for grid in [rect(false), rect(true), hex(linear), hex(log)] {
            let steps: Vec<f64> = (-30..90).map(|i| f64::from(i) * 0.05).collect();
            let (mut missed, mut inside) = (0, 0);
            for (&x, &y) in steps.iter().flat_map(|x| steps.iter().map(move |y| (x, y))) {
                let found = grid.cell(x, y).is_some();
                let misses = grid.misses(Bounds { x: (x, x), y: (y, y) });
                assert!(!(misses && found), "({x}, {y}) {grid:?}");
                missed += usize::from(misses);
                inside += usize::from(found);
            }
            assert!(missed > 5000 && inside > 900, "{missed} {inside}");
            assert!(!grid.misses(Bounds { x: (-9.0, 9.0), y: (-9.0, 9.0) }) && grid.misses(Bounds::EMPTY));
        }
    }
}
