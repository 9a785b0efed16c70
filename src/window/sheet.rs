//! A matrix that is looked at.
//!
//! Places along x are numbers of columns; along y they are numbers of rows from the bottom up, as everything in the window grows upwards:
//! of `n` rows, row `r` lies between `n - 1 - r` and `n - r`, so the first is on top.

mod fit;
mod lines;
mod piece;
#[cfg(test)]
mod tests;
mod tiles;

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::Region;
use super::scene::Totals;
use crate::data::{Bounds, ColorScale, Coloring, Fit, Matrix, beyond};
use crate::error::Result;
pub use lines::{Level, Lines};
pub use tiles::Survey;
use tiles::Tiles;

/// A matrix, with what is known of its cells without looking at each.
#[derive(Debug)]
pub struct Sheet {
    matrix: Arc<Matrix>,
    tiles: Tiles,
    first: Region,
    /// The colours of all cells, as they were last asked for.
    whole: Mutex<Option<(Coloring, ColorScale)>>,
}

/// Some rows, counted from the bottom, and some columns.
pub type Part = (Range<usize>, Range<usize>);

impl Sheet {
    /// Looks at every cell once, on all cores.
    pub fn new(matrix: Arc<Matrix>) -> Self {
        let tiles = Tiles::of(&matrix);
        let first = all(&matrix);
        Self { matrix, tiles, first, whole: Mutex::default() }
    }

    /// The same, of which these rows and columns are looked at first.
    #[must_use]
    pub fn looking_at(self, rows: &Range<usize>, columns: &Range<usize>) -> Self {
        Self { first: self.span(rows, columns), ..self }
    }

    /// Where some rows and columns of the matrix lie.
    pub fn span(&self, rows: &Range<usize>, columns: &Range<usize>) -> Region {
        let span = |range: Range<usize>| (range.start as f64, range.end as f64);
        Region { x: span(columns.clone()), y: span(self.rows(rows)) }
    }

    /// The matrix.
    pub fn matrix(&self) -> &Arc<Matrix> {
        &self.matrix
    }

    /// All of it.
    pub fn region(&self) -> Region {
        all(&self.matrix)
    }

    /// What is looked at first.
    pub fn first(&self) -> Region {
        self.first
    }

    /// What the window says of all there is: each cell is a row.
    pub fn totals(&self) -> Totals {
        let Region { x, y } = self.region();
        let rows = self.matrix.values().len() as u64;
        Totals { rows, bounds: Bounds { x, y }, ..Totals::default() }
    }

    /// The row and the column at a place.
    pub fn cell(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let (rows, columns) = self.matrix.shape();
        let inside = x >= 0.0 && y >= 0.0 && x <= columns as f64 && y <= rows as f64;
        let at = |place: f64, count: usize| (place as usize).min(count - 1);
        inside.then(|| (rows - 1 - at(y, rows), at(x, columns)))
    }

    /// Where a cell lies.
    pub fn place(&self, row: usize, column: usize) -> Region {
        let (x, y) = (column as f64, (self.matrix.shape().0 - 1 - row) as f64);
        Region { x: (x, x + 1.0), y: (y, y + 1.0) }
    }

    /// The cells that a region touches.
    pub fn part(&self, region: Region) -> Part {
        let (rows, columns) = self.matrix.shape();
        let touched = |(low, high): (f64, f64), count: usize| {
            let first = (low.floor().max(0.0) as usize).min(count - 1);
            first..(high.ceil().max(0.0) as usize).clamp(first + 1, count)
        };
        (touched(region.y, rows), touched(region.x, columns))
    }

    /// A region of whole cells: what is touched, but for what rounding has added.
    pub fn whole(&self, region: Region) -> Region {
        /// Less of a cell than this is rounding.
        const SLIVER: f64 = 1e-6;
        let inwards = |(low, high): (f64, f64)| (low + SLIVER, high - SLIVER);
        let (rows, columns) = self.part(Region { x: inwards(region.x), y: inwards(region.y) });
        let span = |range: Range<usize>| (range.start as f64, range.end as f64);
        Region { x: span(columns), y: span(rows) }
    }

    /// Rows from the bottom as rows of the matrix.
    pub fn rows(&self, rows: &Range<usize>) -> Range<usize> {
        let height = self.matrix.shape().0;
        height - rows.end..height - rows.start
    }

    /// What the cells of a part are.
    pub fn survey(&self, part: &Part) -> Survey {
        self.tiles.survey(&self.matrix, part, &|_| true, &|| false)
    }

    /// The colours of a part of which this is known, as of a figure of it alone, or of all cells if they are to be fitted to these;
    /// `None` if `stop` said so before they were found.
    pub fn fit(
        &self,
        part: &Part,
        known: Survey,
        coloring: &Coloring,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Result<ColorScale>> {
        let (rows, columns) = self.matrix.shape();
        let all = (0..rows, 0..columns);
        if coloring.fit == Fit::View || *part == all {
            return fit::fit(self, part, known, coloring, stop);
        }
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let scale = match &*whole {
            Some((asked, scale)) if asked == coloring => scale.clone(),
            _ => match fit::fit(self, &all, self.survey(&all), coloring, stop)? {
                Ok(scale) => scale,
                error => return Some(error),
            },
        };
        *whole = Some((coloring.clone(), scale.clone()));
        let extremes = fit::shown(self, part, known, coloring, stop)?.extremes;
        Some(Ok(ColorScale { extend: beyond(scale.limits, extremes), ..scale }))
    }

    /// A row, counted from the bottom.
    fn line(&self, up: usize) -> &[f64] {
        self.matrix.row(self.matrix.shape().0 - 1 - up)
    }
}

fn all(matrix: &Matrix) -> Region {
    let (rows, columns) = matrix.shape();
    Region { x: (0.0, columns as f64), y: (0.0, rows as f64) }
}
