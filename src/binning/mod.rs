//! Points → Aggregate.
//!
//! [`Grid::cell`] is the definition of a cell; every backend here puts every point where that function puts it. A
//! binner takes batches from any number of threads, in any order, and its result does not depend on either.

mod category;
mod cpu;
mod even;
#[cfg(feature = "gpu")]
mod gpu;
mod lookup;
mod pool;
mod private;
#[cfg(feature = "gpu")]
mod quantize;
mod reduce;
mod simd;
mod tiles;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use category::{CategoryBinner, MAX_CATEGORIES};
pub use cpu::CpuBinner;
#[cfg(all(feature = "gpu", feature = "cli"))]
pub(crate) use gpu::Way;
#[cfg(feature = "gpu")]
pub use gpu::{GpuBinner, GpuPoints};
pub use reduce::{Partial, ReduceBinner};

use crate::data::{Aggregate, Bounds, Grid, Points};
use crate::error::Result;

/// Counts points into the cells of one grid.
pub trait Binner: Sync {
    /// Adds a batch. May be called from many threads at once.
    ///
    /// # Errors
    /// If the device fails.
    fn add(&self, points: &Points<'_>) -> Result<()>;

    /// The counts of all batches.
    ///
    /// # Errors
    /// If the device fails.
    fn finish(self: Box<Self>) -> Result<Aggregate>;
}

/// What the bounds of a batch say about it before a point is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whereabouts {
    /// All points lie in one cell.
    OneCell(usize),
    /// No point lies in any cell.
    Outside,
    /// Only reading the points will tell.
    Unknown,
}

/// Where a batch lies as a whole. Bins are monotone along an axis, so two corners decide a rectangle.
fn whereabouts(grid: &Grid, bounds: Bounds) -> Whereabouts {
    if grid.misses(bounds) {
        return Whereabouts::Outside;
    }
    let Grid::Rect(rect) = grid else {
        return Whereabouts::Unknown;
    };
    match (rect.cell(bounds.x.0, bounds.y.0), rect.cell(bounds.x.1, bounds.y.1)) {
        (Some(low), Some(high)) if low == high => Whereabouts::OneCell(low),
        _ => Whereabouts::Unknown,
    }
}

/// The lock, also after a panic elsewhere: counts are only ever added to.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Rect};

    #[test]
    fn bounds_tell_one_cell_from_none() {
        let axis = || Axis::linear(0.0, 4.0, 4).unwrap();
        let grid = Grid::Rect(Rect { x: axis(), y: axis() });
        let bounds = |x, y| Bounds { x, y };
        assert_eq!(whereabouts(&grid, bounds((1.0, 1.9), (3.0, 4.0))), Whereabouts::OneCell(7));
        assert_eq!(whereabouts(&grid, bounds((1.0, 2.0), (3.0, 4.0))), Whereabouts::Unknown);
        assert_eq!(whereabouts(&grid, bounds((5.0, 6.0), (3.0, 4.0))), Whereabouts::Outside);
        // Both corners outside, on opposite sides: the middle may hold points.
        assert_eq!(whereabouts(&grid, bounds((-1.0, 9.0), (-1.0, 9.0))), Whereabouts::Unknown);
    }
}
