//! A reduction of some of the rows, which can be put together with that of the others.

use std::sync::Arc;

use super::{Kept, each_kept};
use crate::data::{Aggregate, Grid, Reduced, Reduction, Tally, Values};

/// What a reduction keeps of some rows. Two of one grid merge, so that threads, files, chunks and machines are the same case; the
/// result is that of all rows together, to the last bit.
#[derive(Debug)]
pub struct Partial {
    pub(super) grid: Arc<Grid>,
    pub(super) reduction: Reduction,
    pub(super) kept: Kept,
    pub(super) tally: Tally,
}

impl Partial {
    /// Adds the rows of `other`.
    ///
    /// # Panics
    /// If the grids or the reductions differ.
    pub fn merge(&mut self, other: Self) {
        assert_eq!(self.grid, other.grid, "partial aggregates merge on one grid only");
        assert_eq!(self.reduction, other.reduction, "partial aggregates merge by one reduction only");
        self.tally += other.tally;
        match (&mut self.kept, other.kept) {
            (Kept::Sums(mine), Kept::Sums(theirs)) => mine.merge(theirs),
            (Kept::Squares(mine), Kept::Squares(theirs)) => mine.merge(theirs),
            (Kept::Extreme(mine), Kept::Extreme(theirs)) => mine.merge(theirs),
            (Kept::End(mine), Kept::End(theirs)) => mine.merge(theirs),
            (Kept::Collected(mine), Kept::Collected(theirs)) => mine.merge(theirs),
            _ => unreachable!("one reduction is kept in one way"),
        }
    }

    /// The same once more.
    pub(super) fn copy(&mut self) -> Self {
        let kept = match &mut self.kept {
            Kept::Sums(tiles) => Kept::Sums(tiles.copy()),
            Kept::Squares(tiles) => Kept::Squares(tiles.copy()),
            Kept::Extreme(tiles) => Kept::Extreme(tiles.copy()),
            Kept::End(tiles) => Kept::End(tiles.copy()),
            Kept::Collected(tiles) => Kept::Collected(tiles.copy()),
        };
        Self { grid: self.grid.clone(), reduction: self.reduction, kept, tally: self.tally }
    }

    /// The value of each cell.
    pub fn finish(mut self) -> Aggregate {
        self.snapshot()
    }

    /// The value of each cell so far.
    pub(in crate::binning) fn snapshot(&mut self) -> Aggregate {
        let Self { grid, reduction, kept, tally } = self;
        let (grid, reduction, tally) = (grid.clone(), *reduction, *tally);
        let (values, rows) = each_kept!(kept, tiles => tiles.finish(reduction.of_nothing()));
        if reduction == Reduction::Count {
            return Aggregate { grid, values: Values::Counts(rows), tally };
        }
        let mut reduced = Reduced { reduction, values, rows, smoothed: false };
        if reduction == Reduction::Any {
            reduced.values.iter_mut().zip(&reduced.rows).for_each(|(value, &rows)| *value = any(rows));
        }
        reduced.normalize(&grid);
        Aggregate { grid, values: Values::Reduced(reduced), tally }
    }
}

fn any(rows: u64) -> f64 {
    f64::from(u8::from(rows > 0))
}

impl Aggregate {
    /// What another reduction makes of counts.
    ///
    /// # Panics
    /// If these are no counts, or the reduction needs weights.
    pub(crate) fn reduce_counts(self, reduction: Reduction) -> Self {
        let Values::Counts(rows) = self.values else { panic!("only counts are reduced again") };
        if reduction == Reduction::Count {
            return Self { values: Values::Counts(rows), ..self };
        }
        assert!(reduction.is_of_rows(false), "{reduction} needs weights");
        let value = |&rows: &u64| if reduction == Reduction::Any { any(rows) } else { rows as f64 };
        let values = rows.iter().map(value).collect();
        let mut reduced = Reduced { reduction, values, rows, smoothed: false };
        reduced.normalize(&self.grid);
        Self { values: Values::Reduced(reduced), ..self }
    }
}

impl Reduced {
    /// Turns sums into shares, if that is what is asked for: numpy's operations in their order.
    fn normalize(&mut self, grid: &Grid) {
        if !matches!(self.reduction, Reduction::Density | Reduction::Probability) {
            return;
        }
        let total: f64 = self.values.iter().sum();
        let is_density = self.reduction == Reduction::Density;
        for (cell, value) in self.values.iter_mut().enumerate() {
            *value = match grid {
                _ if !is_density => *value / total,
                Grid::Rect(rect) => {
                    let (i, j) = (cell / rect.y.bins(), cell % rect.y.bins());
                    let width = |edges: &[f64], bin: usize| edges[bin + 1] - edges[bin];
                    *value / width(rect.x.edges(), i) / width(rect.y.edges(), j) / total
                }
                // Both lattices together have two hexagons in each rectangle of theirs.
                Grid::Hex(hex) => *value / (hex.x.size * hex.y.size / 2.0) / total,
            };
        }
    }
}
