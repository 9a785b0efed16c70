//! The cell of each row of a run.

use std::sync::Arc;

use crate::binning::lookup::Lookup;
use crate::binning::simd::{OUTSIDE, RUN, prefetch};
use crate::data::{Floats, Grid};

/// How many rows ahead memory is asked for.
const AHEAD: usize = 2 * RUN;

/// Finds cells, many at a time, exactly as [`Grid::cell`].
#[derive(Debug)]
pub struct Cells {
    lookup: Lookup,
}

impl Cells {
    pub fn new(grid: Arc<Grid>) -> Self {
        Self { lookup: Lookup::new(grid) }
    }

    /// Calls `take` with the first row, the cells and the weights of every run of rows that lie in a cell, in their order.
    ///
    /// Of rows outside nothing is passed on: `take` also gets the place of each in the run.
    pub fn visit(
        &self,
        (x, y, weights): (&Floats<'_>, &Floats<'_>, &Floats<'_>),
        mut take: impl FnMut(&Run<'_>),
    ) {
        let mut buffers = Buffers::new();
        for first in (0..x.len()).step_by(RUN) {
            let rows = first..x.len().min(first + RUN);
            let cells = &mut buffers.cells[..rows.len()];
            // Memory is slower than what is done here, unless it is told in time.
            for row in (rows.start..rows.end).step_by(8) {
                fetch(x, row + AHEAD);
                fetch(y, row + AHEAD);
            }
            self.lookup.cells(x, y, rows, cells);
            let found = match weights {
                Floats::F32(weights) => buffers.keep(&weights[first..]),
                Floats::F64(weights) => buffers.keep(&weights[first..]),
            };
            let run = Run {
                first,
                cells: &buffers.found[..found],
                weights: &buffers.weights[..found],
                rows: &buffers.rows[..found],
            };
            take(&run);
            buffers.cells.fill(OUTSIDE);
        }
    }
}

fn fetch(values: &Floats<'_>, row: usize) {
    match values {
        Floats::F32(values) => prefetch(values, row),
        Floats::F64(values) => prefetch(values, row),
    }
}

/// The rows of a run that lie in a cell.
pub struct Run<'a> {
    /// The row at which the run begins.
    pub first: usize,
    pub cells: &'a [u32],
    pub weights: &'a [f64],
    /// Where in the run each row is.
    pub rows: &'a [u32],
}

struct Buffers {
    cells: [u32; RUN],
    found: [u32; RUN],
    weights: [f64; RUN],
    rows: [u32; RUN],
}

impl Buffers {
    fn new() -> Self {
        Self { cells: [OUTSIDE; RUN], found: [0; RUN], weights: [0.0; RUN], rows: [0; RUN] }
    }

    /// Keeps the rows that have a cell, and says how many.
    fn keep<W: Copy + Into<f64>>(&mut self, weights: &[W]) -> usize {
        let mut found = 0;
        for (row, (&cell, &weight)) in self.cells.iter().zip(weights).enumerate() {
            // Always written and seldom kept back: there is nothing to guess for the processor.
            self.found[found] = cell;
            self.weights[found] = weight.into();
            self.rows[found] = row as u32;
            found += usize::from(cell != OUTSIDE);
        }
        found
    }
}
