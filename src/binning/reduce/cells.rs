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
            match (x, y) {
                (Floats::F32(x), Floats::F32(y)) => self.find(&x[first..], &y[first..], cells),
                (Floats::F32(x), Floats::F64(y)) => self.find(&x[first..], &y[first..], cells),
                (Floats::F64(x), Floats::F32(y)) => self.find(&x[first..], &y[first..], cells),
                (Floats::F64(x), Floats::F64(y)) => self.find(&x[first..], &y[first..], cells),
            }
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
            take(&Run { first, cells, weights });
        }
    }

    /// The cells of as many rows as there is room for.
    fn find<X, Y>(&self, x: &[X], y: &[Y], cells: &mut [u32])
    where
        X: Copy + Into<f64>,
        Y: Copy + Into<f64>,
    {
        ask_for(x, 0, cells.len());
        ask_for(y, 0, cells.len());
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
    /// The weight of each row.
    pub weights: &'a [f64],
}
