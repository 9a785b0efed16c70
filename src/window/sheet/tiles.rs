//! Tiles of 64 cells with what is known of each: what a region holds is then told without looking at all its cells, and a picture of
//! tiles is there while that of all cells is worked out.

use std::ops::Range;

use rayon::prelude::*;

use super::Part;
use crate::data::{Matrix, Tally};
use crate::shading::Decimation;

/// Cells of a tile.
const CELLS: usize = 64;

/// The most rows of a tile.
const ROWS: usize = 8;

/// What cells hold in short. Infinite ones are neither missing nor summed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survey {
    /// How many.
    pub cells: u64,
    /// Those without a value.
    pub missing: u64,
    /// Those with a finite value.
    pub finite: u64,
    /// The sum of these.
    pub sum: f64,
    /// The smallest and the largest of these.
    pub extremes: Option<(f64, f64)>,
}

/// A row of tiles.
#[derive(Debug)]
struct Row {
    means: Vec<f64>,
    lows: Vec<f64>,
    highs: Vec<f64>,
    /// Finite and missing cells of each.
    counts: Vec<(u8, u8)>,
}

/// The tiles of a matrix, in rows from the bottom.
#[derive(Debug)]
pub struct Tiles {
    /// Rows and columns of a tile.
    size: (usize, usize),
    rows: Vec<Row>,
}

impl Tiles {
    pub fn of(matrix: &Matrix) -> Self {
        let (rows, columns) = matrix.shape();
        let high = ROWS.min(rows.next_power_of_two()).max(1);
        let size = (high, CELLS / high);
        let row = |nth: usize| {
            let lines = nth * high..rows.min((nth + 1) * high);
            let mut row = Row { means: Vec::new(), lows: Vec::new(), highs: Vec::new(), counts: Vec::new() };
            for left in (0..columns).step_by(size.1) {
                row.push(&surveyed(matrix, &lines, &(left..columns.min(left + size.1)), &|_| true));
            }
            row
        };
        Self { size, rows: (0..rows.div_ceil(high)).into_par_iter().map(row).collect() }
    }

    /// Rows and columns of a tile.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// What a row of tiles, counted from the bottom, shows in place of its cells.
    pub fn line(&self, up: usize, decimation: Decimation) -> &[f64] {
        let row = &self.rows[up];
        match decimation {
            Decimation::Mean => &row.means,
            Decimation::Max => &row.highs,
            Decimation::Min => &row.lows,
        }
    }

    /// What the cells of a part are of which `takes` holds; where it does for two values, it must for all between them. Once `stop` says
    /// so, nothing more is looked at.
    pub fn survey(
        &self,
        matrix: &Matrix,
        part: &Part,
        takes: &(impl Fn(f64) -> bool + Sync),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Survey {
        let (rows, columns) = part;
        let (height, width) = matrix.shape();
        let (high, wide) = self.size;
        let cells_of = |tile: usize| tile * wide..width.min((tile + 1) * wide);
        // Those that are in the part with all their columns.
        let end = if columns.end == width { width.div_ceil(wide) } else { columns.end / wide };
        let inner = columns.start.div_ceil(wide)..end;
        let of_row = |nth: usize| {
            if stop() {
                return Survey::default();
            }
            let lines = rows.start.max(nth * high)..rows.end.min((nth + 1) * high);
            let look = |columns: Range<usize>| surveyed(matrix, &lines, &columns, takes);
            if lines.len() < high.min(height - nth * high) || inner.is_empty() {
                return look(columns.clone());
            }
            let known = |tiles: Range<usize>| {
                let cells = lines.len() * (cells_of(tiles.end - 1).end - tiles.start * wide);
                self.rows[nth].survey(tiles, cells as u64)
            };
            let mut run = known(inner.clone());
            if !run.all(takes) {
                let of_tile = |tile: usize| {
                    let known = known(tile..tile + 1);
                    if known.all(takes) { known } else { look(cells_of(tile)) }
                };
                run = inner.clone().map(of_tile).fold(Survey::default(), Survey::and);
            }
            let ends = [columns.start..inner.start * wide, cells_of(inner.end - 1).end..columns.end];
            ends.into_iter().filter(|end| !end.is_empty()).map(look).fold(run, Survey::and)
        };
        let found: Vec<Survey> =
            (rows.start / high..rows.end.div_ceil(high)).into_par_iter().map(of_row).collect();
        found.into_iter().fold(Survey::default(), Survey::and)
    }
}

/// The same by looking at each cell; rows are counted from the bottom.
fn surveyed(
    matrix: &Matrix,
    rows: &Range<usize>,
    columns: &Range<usize>,
    takes: &impl Fn(f64) -> bool,
) -> Survey {
    let height = matrix.shape().0;
    let mut survey = Survey { cells: (rows.len() * columns.len()) as u64, ..Survey::default() };
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for up in rows.clone() {
        for &value in &matrix.row(height - 1 - up)[columns.clone()] {
            survey.missing += u64::from(value.is_nan());
            if value.is_finite() && takes(value) {
                survey.finite += 1;
                survey.sum += value;
                (low, high) = (low.min(value), high.max(value));
            }
        }
    }
    survey.extremes = (survey.finite > 0).then_some((low, high));
    survey
}

impl Row {
    fn push(&mut self, survey: &Survey) {
        let (low, high) = survey.extremes.unwrap_or((f64::NAN, f64::NAN));
        self.means.push(survey.mean());
        self.lows.push(low);
        self.highs.push(high);
        self.counts.push((survey.finite as u8, survey.missing as u8));
    }

    /// What tiles of so many cells hold.
    fn survey(&self, tiles: Range<usize>, cells: u64) -> Survey {
        let (mut finite, mut missing, mut sum) = (0, 0, 0.0);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for tile in tiles {
            let (here, gone) = self.counts[tile];
            finite += u64::from(here);
            missing += u64::from(gone);
            // Without finite cells there is no mean, and what is no number is neither smaller nor larger.
            sum += if here == 0 { 0.0 } else { self.means[tile] * f64::from(here) };
            (low, high) = (low.min(self.lows[tile]), high.max(self.highs[tile]));
        }
        Survey { cells, missing, finite, sum, extremes: (finite > 0).then_some((low, high)) }
    }
}

impl Survey {
    /// Where the cells went: each is in the picture, unless it is missing.
    pub fn tally(&self) -> Tally {
        let Self { cells, missing, .. } = *self;
        Tally { rows: cells, binned: cells - missing, outside: 0, missing }
    }

    /// Whether this holds of all finite values, if it does of all between two for which it does.
    pub fn all(&self, takes: &impl Fn(f64) -> bool) -> bool {
        self.extremes.is_none_or(|(low, high)| takes(low) && takes(high))
    }

    /// The mean of the finite values; NaN without one.
    pub fn mean(&self) -> f64 {
        if self.finite == 0 { f64::NAN } else { self.sum / self.finite as f64 }
    }

    fn and(self, other: Self) -> Self {
        let extremes = match (self.extremes, other.extremes) {
            (Some((low, high)), Some((lower, higher))) => Some((low.min(lower), high.max(higher))),
            (one, other) => one.or(other),
        };
        Self {
            cells: self.cells + other.cells,
            missing: self.missing + other.missing,
            finite: self.finite + other.finite,
            sum: self.sum + other.sum,
            extremes,
        }
    }
}

impl Default for Survey {
    fn default() -> Self {
        Self { cells: 0, missing: 0, finite: 0, sum: 0.0, extremes: None }
    }
}
