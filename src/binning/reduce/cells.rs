//! The cell of each row of a run.

use std::sync::Arc;

use crate::binning::simd::{AxisLookup, HexLookup, NEAR, OUTSIDE, RUN, prefetch, rect_cells};
use crate::data::{Floats, Grid};

/// How many rows ahead memory is asked for.
const AHEAD: usize = 2 * RUN;

/// Finds cells, many at a time, exactly as [`Grid::cell`].
#[derive(Debug)]
pub struct Cells {
    grid: Arc<Grid>,
    lookup: Lookup,
}

#[derive(Debug)]
enum Lookup {
    Rect(AxisLookup, AxisLookup),
    Hex(HexLookup),
}

impl Cells {
    pub fn new(grid: Arc<Grid>) -> Self {
        let lookup = match &*grid {
            Grid::Rect(rect) => Lookup::Rect(AxisLookup::new(&rect.x), AxisLookup::new(&rect.y)),
            Grid::Hex(hex) => Lookup::Hex(HexLookup::new(hex)),
        };
        Self { grid, lookup }
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
            match (x, y) {
                (Floats::F32(x), Floats::F32(y)) => self.find(&x[first..], &y[first..], cells),
                (Floats::F32(x), Floats::F64(y)) => self.find(&x[first..], &y[first..], cells),
                (Floats::F64(x), Floats::F32(y)) => self.find(&x[first..], &y[first..], cells),
                (Floats::F64(x), Floats::F64(y)) => self.find(&x[first..], &y[first..], cells),
            }
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

    /// The cells of as many rows as there is room for.
    fn find<X, Y>(&self, x: &[X], y: &[Y], cells: &mut [u32])
    where
        X: Copy + Into<f64>,
        Y: Copy + Into<f64>,
    {
        // Memory is slower than what is done here, unless it is told in time.
        for row in (0..cells.len()).step_by(8) {
            prefetch(x, row + AHEAD);
            prefetch(y, row + AHEAD);
        }
        let (x, y) = (&x[..cells.len()], &y[..cells.len()]);
        match (&*self.grid, &self.lookup) {
            (Grid::Rect(rect), Lookup::Rect(along_x, along_y)) => {
                let (mut columns, mut rows) = ([0; RUN], [0; RUN]);
                let (columns, rows) = (&mut columns[..cells.len()], &mut rows[..cells.len()]);
                along_x.bins(&rect.x, x, columns);
                along_y.bins(&rect.y, y, rows);
                rect_cells(rect.x.bins() as u32, rect.y.bins() as u32, columns, rows, cells);
                for (row, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| **cell == NEAR) {
                    let found = rect.cell(x[row].into(), y[row].into());
                    *cell = found.map_or(OUTSIDE, |cell| cell as u32);
                }
            }
            (Grid::Hex(_), Lookup::Hex(lookup)) => lookup.cells(x, y, cells),
            _ => unreachable!("the lookup was made for this grid"),
        }
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
