//! From rows to cells: what every CPU binner stands on.
//!
//! [`Lookup::cells`] gives a run of rows the cells that [`Grid::cell`](crate::data::Grid::cell) gives them, by the fastest way there is
//! for the grid and the width of the columns.

use std::ops::Range;
use std::sync::Arc;

use super::even::{EvenBins, cells_f32, cells_f64};
use super::simd::{HexLookup, NEAR, OUTSIDE, RUN, rect_cells};
use crate::data::{Axis, Floats, Grid, Rect};

/// Rows among which one near an edge is looked for at once.
const GROUP: usize = 16;

/// How the cells of a grid are found.
#[derive(Debug)]
pub struct Lookup {
    grid: Arc<Grid>,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// By scaling along both axes.
    Even(EvenBins, EvenBins),
    /// By binary search along one axis at least.
    Mixed(Option<EvenBins>, Option<EvenBins>),
    Hex(HexLookup),
}

impl Lookup {
    /// The lookup for a grid.
    pub fn new(grid: Arc<Grid>) -> Self {
        let way = match &*grid {
            Grid::Rect(rect) => match (EvenBins::new(&rect.x), EvenBins::new(&rect.y)) {
                (Some(x), Some(y)) => Way::Even(x, y),
                (x, y) => Way::Mixed(x, y),
            },
            Grid::Hex(hex) => Way::Hex(HexLookup::new(hex)),
        };
        Self { grid, way }
    }

    /// Writes the cell of each of `rows`, or [`OUTSIDE`], and says how many are outside.
    ///
    /// `rows` are at most [`RUN`], as many as there are `cells`.
    pub fn cells(&self, x: &Floats<'_>, y: &Floats<'_>, rows: Range<usize>, cells: &mut [u32]) -> usize {
        match (x, y) {
            (Floats::F32(x), Floats::F32(y)) => {
                let (x, y) = (&x[rows.clone()], &y[rows]);
                match (&*self.grid, &self.way) {
                    (Grid::Rect(rect), Way::Even(along_x, along_y)) => {
                        match (&along_x.narrow, &along_y.narrow) {
                            (Some(i), Some(j)) => {
                                let (nx, ny) = sides(rect);
                                let found = cells_f32(i, j, nx, ny, x, y, cells);
                                decide(rect, (along_x, along_y), x, y, cells, found)
                            }
                            _ => self.wide_cells(x, y, cells),
                        }
                    }
                    _ => self.wide_cells(x, y, cells),
                }
            }
            (Floats::F32(x), Floats::F64(y)) => self.wide_cells(&x[rows.clone()], &y[rows], cells),
            (Floats::F64(x), Floats::F32(y)) => self.wide_cells(&x[rows.clone()], &y[rows], cells),
            (Floats::F64(x), Floats::F64(y)) => self.wide_cells(&x[rows.clone()], &y[rows], cells),
        }
    }

    /// [`Lookup::cells`] in f64 arithmetic.
    fn wide_cells<X, Y>(&self, x: &[X], y: &[Y], cells: &mut [u32]) -> usize
    where
        X: Copy + Into<f64>,
        Y: Copy + Into<f64>,
    {
        match (&*self.grid, &self.way) {
            (Grid::Rect(rect), Way::Even(along_x, along_y)) => {
                let (nx, ny) = sides(rect);
                let found = cells_f64(&along_x.wide, &along_y.wide, nx, ny, x, y, cells);
                decide(rect, (along_x, along_y), x, y, cells, found)
            }
            (Grid::Rect(rect), Way::Mixed(along_x, along_y)) => {
                let (mut columns, mut rows) = ([0; RUN], [0; RUN]);
                let (columns, rows) = (&mut columns[..x.len()], &mut rows[..x.len()]);
                bins(&rect.x, along_x.as_ref(), x, columns);
                bins(&rect.y, along_y.as_ref(), y, rows);
                rect_cells(rect.y.bins() as u32, columns, rows, cells) as usize
            }
            (Grid::Hex(_), Way::Hex(lookup)) => lookup.cells(x, y, cells) as usize,
            _ => unreachable!("the lookup was made for this grid"),
        }
    }
}

fn sides(rect: &Rect) -> (u32, u32) {
    (rect.x.bins() as u32, rect.y.bins() as u32)
}

/// The bin of each value or [`OUTSIDE`], one by one.
fn bins<T: Copy + Into<f64>>(axis: &Axis, even: Option<&EvenBins>, values: &[T], bins: &mut [u32]) {
    for (bin, &value) in bins.iter_mut().zip(values) {
        let found = match even {
            Some(even) => even.bin(axis, value.into()),
            None => axis.bin(value.into()),
        };
        *bin = found.map_or(OUTSIDE, |bin| bin as u32);
    }
}

/// Puts an answer where a kernel left [`NEAR`]; says how many are outside in all.
#[inline]
fn decide<X, Y>(
    rect: &Rect,
    (along_x, along_y): (&EvenBins, &EvenBins),
    x: &[X],
    y: &[Y],
    cells: &mut [u32],
    (outside, near): (u32, u32),
) -> usize
where
    X: Copy + Into<f64>,
    Y: Copy + Into<f64>,
{
    let mut outside = outside as usize;
    if near == 0 {
        return outside;
    }
    for (nth, group) in cells.chunks_mut(GROUP).enumerate() {
        if !group.iter().fold(false, |any, &cell| any | (cell == NEAR)) {
            continue;
        }
        for (place, cell) in group.iter_mut().enumerate().filter(|(_, cell)| **cell == NEAR) {
            let row = nth * GROUP + place;
            let column = along_x.bin(&rect.x, x[row].into());
            let row = along_y.bin(&rect.y, y[row].into());
            *cell = match (column, row) {
                (Some(i), Some(j)) => (i * rect.y.bins() + j) as u32,
                _ => {
                    outside += 1;
                    OUTSIDE
                }
            };
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Hex, Scale};

    fn grids() -> Vec<Grid> {
        let axis = |bins| Axis::linear(-3.0, 7.0, bins).unwrap();
        let own = || Axis::from_edges(vec![-3.0, 0.0, 0.0, 1.75, 7.0], Scale::Linear).unwrap();
        let linear = (Scale::Linear, Scale::Linear);
        vec![
            Grid::Rect(Rect { x: axis(100), y: axis(61) }),
            Grid::Rect(Rect { x: axis(4000), y: axis(3) }),
            Grid::Rect(Rect { x: own(), y: axis(30) }),
            Grid::Rect(Rect { x: axis(30), y: own() }),
            Grid::Hex(Hex::in_range((40, 23), ((-3.0, 7.0), (-3.0, 7.0)), linear).unwrap()),
        ]
    }

    #[test]
    fn every_width_follows_the_definition_also_on_the_edges() {
        for grid in grids().into_iter().map(Arc::new) {
            let lookup = Lookup::new(grid.clone());
            // Tenths are edges, and f32 rounds them to either side.
            let on = |k: usize, of: usize| (k * 7919 % of) as f64 / 10.0 - 4.0;
            let (x, y): (Vec<f64>, Vec<f64>) = (0..3 * RUN + 5).map(|k| (on(k, 120), on(k / 3, 119))).unzip();
            let narrow = |values: &[f64]| Floats::F32(values.iter().map(|&v| v as f32).collect());
            let wide = |values: &[f64]| Floats::F64(values.to_vec().into());
            for (x, y) in [
                (wide(&x), wide(&y)),
                (narrow(&x), wide(&y)),
                (wide(&x), narrow(&y)),
                (narrow(&x), narrow(&y)),
            ] {
                let mut cells = [0; RUN];
                for first in (0..x.len()).step_by(RUN) {
                    let rows = first..x.len().min(first + RUN);
                    let cells = &mut cells[..rows.len()];
                    let outside = lookup.cells(&x, &y, rows.clone(), cells);
                    assert_eq!(outside, cells.iter().filter(|&&cell| cell == OUTSIDE).count());
                    for (row, &cell) in rows.zip(&*cells) {
                        let (x, y) = (x.get(row), y.get(row));
                        let wanted = grid.cell(x, y).map_or(OUTSIDE, |cell| cell as u32);
                        assert_eq!(cell, wanted, "({x}, {y}) on {grid:?}");
                    }
                }
            }
        }
    }
}
