//! The cell of each row of a run.

use std::ops::Range;
use std::sync::Arc;

use crate::binning::lookup::Lookup;
use crate::binning::simd::{OUTSIDE, RUN, prefetch};
use crate::data::{Floats, Grid};

/// How many rows ahead memory is asked for: a batch of columns in memory.
const AHEAD: usize = 4 * RUN;

/// Finds cells, many at a time, exactly as [`Grid::cell`].
#[derive(Debug)]
pub struct Cells {
    lookup: Lookup,
}

impl Cells {
    pub fn new(grid: Arc<Grid>) -> Self {
        Self { lookup: Lookup::new(grid) }
    }

    /// Calls `take` with every run of rows, in their order.
    pub fn visit(
        &self,
        (x, y, weights): (&Floats<'_>, &Floats<'_>, &Floats<'_>),
        mut take: impl FnMut(&Run<'_>),
    ) {
        let (mut cells, mut wide) = ([OUTSIDE; RUN], [0.0; RUN]);
        for first in (0..x.len()).step_by(RUN) {
            let rows = first..x.len().min(first + RUN);
            let cells = &mut cells[..rows.len()];
            ask_for_floats(x, &rows);
            ask_for_floats(y, &rows);
            let outside = self.lookup.cells(x, y, rows.clone(), cells);
            let weights = match weights {
                Floats::F64(weights) => {
                    ask_for(weights, first, cells.len());
                    &weights[rows]
                }
                Floats::F32(weights) => {
                    ask_for(weights, first, cells.len());
                    let wide = &mut wide[..cells.len()];
                    wide.iter_mut().zip(&weights[rows]).for_each(|(wide, &weight)| *wide = weight.into());
                    wide
                }
            };
            take(&Run { first, cells, outside, weights });
        }
    }
}

fn ask_for_floats(values: &Floats<'_>, rows: &Range<usize>) {
    match values {
        Floats::F32(values) => ask_for(values, rows.start, rows.len()),
        Floats::F64(values) => ask_for(values, rows.start, rows.len()),
    }
}

/// Asks memory for the rows that come a while after some rows: it is slower than what is done here, unless it is told in time.
fn ask_for<T>(values: &[T], first: usize, rows: usize) {
    const LINE: usize = 64;
    for row in (0..rows).step_by(LINE / size_of::<T>()) {
        prefetch(values, first + row + AHEAD);
    }
}

/// Some rows that follow each other.
pub struct Run<'a> {
    /// The row at which the run begins.
    pub first: usize,
    /// The cell of each row, or [`OUTSIDE`].
    pub cells: &'a [u32],
    /// How many rows have none.
    pub outside: usize,
    /// The weight of each row.
    pub weights: &'a [f64],
}
