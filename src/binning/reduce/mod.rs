//! Points with weights → what a reduction makes of them, on all cores.
//!
//! Rows come from many threads in any order. So what is kept of them must not depend on it: sums are exact and rounded once
//! (`window`), `first` and `last` go by a number that each row has, and the rest only compares. The result has the same bits for any
//! number of threads and any way in which the rows are shared out among batches, files or machines ([`Partial`]).

mod cells;
mod collected;
mod fixed;
mod greatest;
mod kind;
mod packed;
mod partial;
mod squares;
mod sums;
#[cfg(test)]
mod tests;
mod tiles;
mod window;

use std::sync::{Arc, Mutex, PoisonError};

pub use partial::Partial;

use super::{Binner, Whereabouts, whereabouts};
use crate::data::{Aggregate, Floats, Grid, Points, Reduction, Tally};
use crate::error::{Error, Result};
use cells::Cells;
use collected::Collected;
use greatest::{End, Extreme};
use squares::Squares;
use sums::Sums;
use tiles::Tiles;

/// Reduces weights on the CPU.
///
/// ```
/// use std::sync::Arc;
/// use heatbin::{Axis, Binner, Grid, Points, Rect, ReduceBinner, Reduction};
///
/// let axis = || Axis::linear(0.0, 2.0, 2);
/// let grid = Arc::new(Grid::Rect(Rect { x: axis()?, y: axis()? }));
/// let binner = Box::new(ReduceBinner::new(grid, Reduction::Mean)?);
/// binner.add(&Points::weighted(&[0.5, 0.5, 1.5], &[0.5, 0.5, 0.5], &[1.0, 4.0, -7.0])?)?;
/// let aggregate = binner.finish()?;
/// assert_eq!((aggregate.values.get(0), aggregate.values.get(2)), (2.5, -7.0));
/// assert!(aggregate.values.get(1).is_nan());
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Debug)]
pub struct ReduceBinner {
    cells: Cells,
    partial: Partial,
    tally: Mutex<Tally>,
}

/// What is kept of the rows, for each reduction.
#[derive(Debug)]
enum Kept {
    Sums(Tiles<Sums>),
    Squares(Tiles<Squares>),
    Extreme(Tiles<Extreme>),
    End(Tiles<End>),
    Collected(Tiles<Collected>),
}

/// Does the same with whatever is kept.
macro_rules! each_kept {
    ($kept:expr, $tiles:ident => $what:expr) => {
        match $kept {
            Kept::Sums($tiles) => $what,
            Kept::Squares($tiles) => $what,
            Kept::Extreme($tiles) => $what,
            Kept::End($tiles) => $what,
            Kept::Collected($tiles) => $what,
        }
    };
}
use each_kept;

impl Kept {
    fn new(reduction: Reduction, cells: usize) -> Self {
        match reduction {
            Reduction::Min | Reduction::Max => Self::Extreme(Tiles::new(Extreme::new(reduction), cells)),
            Reduction::First | Reduction::Last => Self::End(Tiles::new(End::new(reduction), cells)),
            Reduction::Var { .. } | Reduction::Std { .. } => {
                Self::Squares(Tiles::new(Squares::new(reduction), cells))
            }
            Reduction::Median | Reduction::Quantile(_) | Reduction::Mode | Reduction::Distinct => {
                Self::Collected(Tiles::new(Collected::new(reduction), cells))
            }
            // Counts come with the sums.
            _ => Self::Sums(Tiles::new(Sums::new(reduction), cells)),
        }
    }
}

impl ReduceBinner {
    /// A binner with no rows yet.
    ///
    /// `median`, quantiles, `mode` and `distinct` keep 16 bytes of every row in a cell until the end; all others keep a few
    /// words a cell.
    ///
    /// # Errors
    /// If the grid has more than [`MAX_CELLS`](crate::MAX_CELLS), or the quantile is none.
    pub fn new(grid: Arc<Grid>, reduction: Reduction) -> Result<Self> {
        Grid::check_cells(grid.cells())?;
        if let Reduction::Quantile(share) = reduction
            && !(0.0..=1.0).contains(&share)
        {
            return Err(Error::usage(format!("a quantile is a share from 0 to 1, not {share}")));
        }
        let kept = Kept::new(reduction, grid.cells());
        Ok(Self {
            cells: Cells::new(grid.clone()),
            partial: Partial { grid, reduction, kept, tally: Tally::default() },
            tally: Mutex::default(),
        })
    }

    /// What is known of the rows so far, to be put together with that of others.
    pub fn into_partial(self) -> Partial {
        let tally = self.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        Partial { tally, ..self.partial }
    }

    /// The value of each cell by the rows so far; more may follow.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window looks before the end"))]
    pub(crate) fn snapshot(&mut self) -> Aggregate {
        self.partial.tally = *self.tally.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.partial.snapshot()
    }

    /// What is known of the rows so far, while more follow.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window looks before the end"))]
    pub(in crate::binning) fn copy(&mut self) -> Partial {
        self.partial.tally = *self.tally.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.partial.copy()
    }

    /// Puts the rows of a batch into their cells and says how many have one.
    fn put(&self, points: &Points<'_>, weights: &Floats<'_>) -> u64 {
        let mut binned = 0;
        each_kept!(&self.partial.kept, tiles => {
            let mut local = tiles.take_local();
            self.cells.visit((points.x(), points.y(), weights), |run| {
                binned += tiles.put(&mut local, run, points.order() + run.first as u128);
            });
            tiles.put_back(local);
        });
        binned
    }
}

impl Binner for ReduceBinner {
    /// Adds a batch. May be called from many threads at once.
    ///
    /// # Errors
    /// If the points have no weights.
    fn add(&self, points: &Points<'_>) -> Result<()> {
        let Some(weights) = points.weights() else {
            return Err(Error::usage(format!(
                "{} needs weights: the points have none",
                self.partial.reduction
            )));
        };
        let is_outside = whereabouts(&self.partial.grid, points.bounds()) == Whereabouts::Outside;
        let binned = if is_outside { 0 } else { self.put(points, weights) };
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally += Tally {
            rows: points.rows(),
            binned,
            outside: points.len() as u64 - binned,
            missing: points.missing(),
        };
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Aggregate> {
        Ok(self.into_partial().finish())
    }
}
