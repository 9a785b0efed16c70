//! A grid with a value in each cell.

use std::sync::Arc;

use crate::data::float::Ordered;
use crate::data::grid::Grid;
use crate::data::tally::Tally;

/// One value a cell.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// Points in each cell, exact to u64.
    Counts(Vec<u64>),
}

impl Values {
    /// How many cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Counts(counts) => counts.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a cell as f64, to rounding above 2^53.
    #[inline]
    pub fn get(&self, cell: usize) -> f64 {
        match self {
            Self::Counts(counts) => counts[cell] as f64,
        }
    }

    /// The value of a cell as a key that sorts as it does.
    #[inline]
    pub fn key(&self, cell: usize) -> Ordered {
        Ordered::of(self.get(cell))
    }

    /// The smallest and the largest value; `None` if there is no cell.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.iter().fold(None, |found, v| {
            let (low, high) = found.unwrap_or((v, v));
            Some((v.min(low), v.max(high)))
        })
    }

    /// All values as f64, in the order of the cells.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.len()).map(|cell| self.get(cell))
    }
}

/// The cells of a grid with their values, and the account of the rows.
///
/// Two aggregates of one grid merge by a sum, which is what makes threads, files, chunks and machines the same case.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// The cells.
    pub grid: Arc<Grid>,
    /// Their values, in the order of the grid's cell indices.
    pub values: Values,
    /// Where every row went.
    pub tally: Tally,
}

impl Aggregate {
    /// An aggregate of no rows.
    pub fn empty(grid: Arc<Grid>) -> Self {
        let values = Values::Counts(vec![0; grid.cells()]);
        Self { grid, values, tally: Tally::default() }
    }

    /// Adds the rows of `other`.
    ///
    /// # Panics
    /// If the grids differ.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.grid, other.grid, "aggregates merge on one grid only");
        match (&mut self.values, &other.values) {
            (Values::Counts(mine), Values::Counts(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
            }
        }
        self.tally += other.tally;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Rect};

    #[test]
    fn merging_adds_cells_and_rows() {
        let axis = || Axis::linear(0.0, 1.0, 2).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(), y: axis() }));
        let mut sum = Aggregate::empty(grid.clone());
        let one = Aggregate {
            grid,
            values: Values::Counts(vec![1, 0, u64::from(u32::MAX), 3]),
            tally: Tally { rows: 5, binned: 3, outside: 1, missing: 1 },
        };
        sum.merge(&one);
        sum.merge(&one);
        assert_eq!(sum.values, Values::Counts(vec![2, 0, 2 * u64::from(u32::MAX), 6]));
        assert_eq!(sum.tally, Tally { rows: 10, binned: 6, outside: 2, missing: 2 });
        assert!(sum.tally.adds_up());
    }
}
