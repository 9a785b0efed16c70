//! The cells of a grid added up along each axis.

use crate::data::aggregate::{Aggregate, Values};
use crate::data::grid::Grid;
use crate::data::hex::HexAxis;
use crate::data::reduction::Reduction;

/// A histogram along one axis of a grid.
///
/// Its bins are those of the cells, so it agrees with them: [`rows`](Self::rows) add up to the rows that were binned. Of hexagons,
/// whose columns interlock, a bin is the strip around the centres of a column, half a cell wide. The first and the last lie half beyond the
/// grid, as their hexagons do. (matplotlib's marginals of a hexbin have other edges, another rule for what lies on one, and of
/// mere counts all bars are 1.)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Marginal {
    /// The edges of the bins in data units, ascending; one more than there are bins.
    pub edges: Vec<f64>,
    /// What the cells of each bin add up to, where that makes sense: counts, sums and shares. Of other reductions, the rows.
    pub values: Vec<f64>,
    /// Rows in each bin.
    pub rows: Vec<u64>,
    are_rows: bool,
}

impl Marginal {
    fn empty(edges: Vec<f64>, are_rows: bool) -> Self {
        let bins = edges.len() - 1;
        Self { edges, values: vec![0.0; bins], rows: vec![0; bins], are_rows }
    }

    /// Whether the values are the rows.
    pub fn are_rows(&self) -> bool {
        self.are_rows
    }

    fn add(&mut self, bin: usize, value: f64, rows: u64) {
        self.values[bin] += value;
        self.rows[bin] += rows;
    }
}

/// The bin along x and along y in which a cell lies.
type Place<'a> = Box<dyn Fn(usize) -> (usize, usize) + 'a>;

impl Aggregate {
    /// The histograms along x and along y.
    pub fn marginals(&self) -> (Marginal, Marginal) {
        let is_sum = are_additive(&self.values);
        let are_rows = !is_sum || matches!(self.values, Values::Counts(_));
        let empty = |edges| Marginal::empty(edges, are_rows);
        let value = |cell: usize| if is_sum { self.values.get(cell) } else { self.values.rows(cell) as f64 };
        let (mut x, mut y, place): (_, _, Place<'_>) = match &*self.grid {
            Grid::Rect(rect) => {
                let ny = rect.y.bins();
                let edges = |axis: &crate::data::Axis| empty(axis.edges().to_vec());
                (edges(&rect.x), edges(&rect.y), Box::new(move |cell| (cell / ny, cell % ny)))
            }
            Grid::Hex(hex) => {
                // Centres lie on halves of a cell.
                let place = |cell| {
                    let (x, y) = hex.center(cell);
                    ((2.0 * x) as usize, (2.0 * y) as usize)
                };
                (empty(strips(&hex.x)), empty(strips(&hex.y)), Box::new(place))
            }
        };
        for cell in 0..self.values.len() {
            let (column, row) = place(cell);
            let (value, rows) = (value(cell), self.values.rows(cell));
            x.add(column, value, rows);
            y.add(row, value, rows);
        }
        (x, y)
    }
}

/// Whether the values of cells may be added up.
fn are_additive(values: &Values) -> bool {
    matches!(values.reduction(), Reduction::Count | Reduction::Sum | Reduction::Probability)
}

/// The edges of the strips around the columns of both lattices.
fn strips(axis: &HexAxis) -> Vec<f64> {
    (0..2 * axis.cells + 2).map(|k| axis.value(0.5 * k as f64 - 0.25)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Axis, Hex, Rect, Reduced, Scale, Tally};

    fn aggregate(values: Values) -> Aggregate {
        let axis = |edges: &[f64]| Axis::from_edges(edges.to_vec(), Scale::Linear).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(&[0.0, 1.0, 4.0]), y: axis(&[0.0, 1.0, 2.0, 3.0]) }));
        Aggregate { grid, values, tally: Tally::default() }
    }

    #[test]
    fn rectangles_add_up_along_their_edges() {
        let (x, y) = aggregate(Values::Counts(vec![1, 2, 3, 10, 20, 30])).marginals();
        assert_eq!((x.edges, x.rows, x.values), (vec![0.0, 1.0, 4.0], vec![6, 60], vec![6.0, 60.0]));
        assert_eq!((y.edges, y.rows), (vec![0.0, 1.0, 2.0, 3.0], vec![11, 22, 33]));
    }

    #[test]
    fn sums_add_up_and_means_do_not() {
        let of = |reduction| {
            let values = vec![1.5, -4.0, 0.0, 0.25, f64::NAN, 2.0];
            let rows = vec![1, 2, 0, 4, 0, 1];
            let (x, y) =
                aggregate(Values::Reduced(Reduced { reduction, values, rows, smoothed: false })).marginals();
            assert_eq!((x.rows, y.rows), (vec![3, 5], vec![5, 2, 1]));
            x.values
        };
        assert_eq!(of(Reduction::Mean), [3.0, 5.0]);
        assert_eq!(of(Reduction::Sum)[0], -2.5);
    }

    #[test]
    fn columns_of_hexagons_are_strips_of_half_a_cell() {
        let ranges = ((0.0, 2.0), (1.0, 100.0));
        let hex = Hex::in_range((2, 1), ranges, (Scale::Linear, Scale::Log)).unwrap();
        // Six cells of lattice 1, two of lattice 2.
        let values = Values::Counts(vec![1, 2, 3, 4, 5, 6, 70, 80]);
        let (x, y) =
            Aggregate { grid: Arc::new(Grid::Hex(hex)), values, tally: Tally::default() }.marginals();
        assert_eq!(x.rows, [3, 70, 7, 80, 11]);
        assert_eq!(y.rows, [1 + 3 + 5, 150, 2 + 4 + 6]);
        for (edge, wanted) in x.edges.iter().zip([-0.25, 0.25, 0.75, 1.25, 1.75, 2.25]) {
            assert!((edge - wanted).abs() < 1e-8, "{edge} {wanted}");
        }
        for (edge, wanted) in y.edges.iter().zip([-0.5, 0.5, 1.5, 2.5]) {
            assert!((edge.log10() - wanted).abs() < 1e-12, "{edge} {wanted}");
        }
    }
}
