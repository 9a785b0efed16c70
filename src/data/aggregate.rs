//! A grid with a value in each cell.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::data::float::Ordered;
use crate::data::grid::Grid;
use crate::data::points::span_f64;
use crate::data::reduction::Reduction;
use crate::data::tally::Tally;
use crate::data::vectorized;

/// One value a cell.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// Points in each cell, exact to u64.
    Counts(Vec<u64>),
    /// Something else that was made of the rows in each cell.
    Reduced(Reduced),
    /// Numbers that were given, one a cell, and NaN where none was.
    ///
    /// Where it matters how many rows a cell has, a number is one row, and what was made of it is [`Reduction::First`].
    Given(Vec<f64>),
}

/// What a [`Reduction`] made of the rows in each cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// What was made of them.
    pub reduction: Reduction,
    /// One value a cell: [`Reduction::of_nothing`] where there is no row, NaN also where the rows were too few.
    pub values: Vec<f64>,
    /// Rows in each cell.
    pub rows: Vec<u64>,
    /// Whether the values were smoothed since ([`Filter::Smooth`](crate::Filter)): then none is a whole number, and those of
    /// cells without rows are worth showing.
    pub smoothed: bool,
}

impl Values {
    /// The values of several grids, one after the other; no counts if there is none.
    ///
    /// # Panics
    /// If they are not of one kind.
    pub(crate) fn concat(parts: &[Self]) -> Self {
        let mut parts = parts.iter();
        let mut all = parts.next().cloned().unwrap_or_else(|| Self::Counts(Vec::new()));
        for part in parts {
            match (&mut all, part) {
                (Self::Counts(all), Self::Counts(part)) => all.extend(part),
                (Self::Reduced(all), Self::Reduced(part)) => {
                    all.values.extend(&part.values);
                    all.rows.extend(&part.rows);
                }
                (Self::Given(all), Self::Given(part)) => all.extend(part),
                _ => panic!("values of one kind are joined"),
            }
        }
        all
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Counts(counts) => counts.len(),
            Self::Reduced(reduced) => reduced.values.len(),
            Self::Given(values) => values.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows in a cell.
    #[inline]
    pub fn rows(&self, cell: usize) -> u64 {
        match self {
            Self::Counts(counts) => counts[cell],
            Self::Reduced(reduced) => reduced.rows[cell],
            Self::Given(values) => u64::from(!values[cell].is_nan()),
        }
    }

    /// What a cell has: its count, or the number that was made of its rows if there are any.
    pub(crate) fn present(&self, cell: usize) -> Option<f64> {
        let value = self.get(cell);
        (matches!(self, Self::Counts(_)) || self.rows(cell) > 0).then_some(value).filter(|v| v.is_finite())
    }

    /// Rows in each cell.
    pub fn all_rows(&self) -> Cow<'_, [u64]> {
        match self {
            Self::Counts(counts) => Cow::Borrowed(counts),
            Self::Reduced(reduced) => Cow::Borrowed(&reduced.rows),
            Self::Given(values) => (0..values.len()).map(|cell| self.rows(cell)).collect(),
        }
    }

    /// What the values are.
    pub fn reduction(&self) -> Reduction {
        match self {
            Self::Counts(_) => Reduction::Count,
            Self::Reduced(reduced) => reduced.reduction,
            Self::Given(_) => Reduction::First,
        }
    }

    /// Whether all values are whole numbers, as counts are.
    pub fn are_whole(&self) -> bool {
        let is_smoothed = matches!(self, Self::Reduced(reduced) if reduced.smoothed);
        !is_smoothed && matches!(self.reduction(), Reduction::Count | Reduction::Distinct)
    }

    /// Whether cells without rows are left out of a picture unless `mincnt` says otherwise. Smoothed, the empty ones among
    /// others have a value of their own.
    pub fn hide_empty(&self) -> bool {
        let is_smoothed = matches!(self, Self::Reduced(reduced) if reduced.smoothed);
        !is_smoothed && self.reduction().hides_empty()
    }

    /// What a colorbar says of them, with the name of the weight column: `mean of delay`, `smoothed count`; nothing of given numbers.
    pub fn label(&self, weight: Option<&str>) -> String {
        let label = self.reduction().label(weight);
        match self {
            Self::Reduced(reduced) if reduced.smoothed => format!("smoothed {label}"),
            Self::Given(_) => String::new(),
            _ => label,
        }
    }

    /// The value of a cell as f64, counts to rounding above 2^53.
    #[inline]
    pub fn get(&self, cell: usize) -> f64 {
        match self {
            Self::Counts(counts) => counts[cell] as f64,
            Self::Reduced(reduced) => reduced.values[cell],
            Self::Given(values) => values[cell],
        }
    }

    /// The value of a cell as a key that sorts as it does; [`Ordered::NONE`] where it is NaN, or where it was made of
    /// fewer rows than `mincnt`, so that it gets no colour.
    ///
    /// Of counts `mincnt` hides none here: [`ColorScale::thresholds_of`](crate::data::ColorScale::thresholds_of) does.
    #[inline]
    pub fn key(&self, cell: usize, mincnt: Option<u64>) -> Ordered {
        match self {
            Self::Counts(counts) => Ordered::of(counts[cell] as f64),
            Self::Reduced(reduced) if reduced.rows[cell] >= mincnt.unwrap_or(0) => {
                Ordered::of(reduced.values[cell])
            }
            Self::Reduced(_) => Ordered::NONE,
            Self::Given(_) if mincnt.is_some_and(|rows| rows > 1) => Ordered::NONE,
            Self::Given(values) => Ordered::of(values[cell]),
        }
    }

    /// The smallest and the largest value that is not NaN; `None` if there is none.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.extremes_where(None, |value| !value.is_nan())
    }

    /// The smallest and the largest of the values that `shows` takes, in cells with at least `mincnt` rows. Where it takes two, it
    /// takes all between; NaN is none.
    pub(crate) fn extremes_where(
        &self,
        mincnt: Option<u64>,
        shows: impl Fn(f64) -> bool + Sync,
    ) -> Option<(f64, f64)> {
        let spans = by_stretch(self.len(), |cells| self.span_where(cells, mincnt, &shows));
        spans.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    fn span_where(
        &self,
        cells: Range<usize>,
        mincnt: Option<u64>,
        shows: impl Fn(f64) -> bool,
    ) -> Option<(f64, f64)> {
        let all = match self {
            Self::Counts(counts) => {
                let least = mincnt.unwrap_or(0).max(u64::from(!shows(0.0)));
                Some(span_from(&counts[cells.clone()], least).map(|(low, high)| (low as f64, high as f64))?)
            }
            Self::Reduced(_) if mincnt.is_some_and(|rows| rows > 0) => None,
            Self::Given(_) if mincnt.is_some_and(|rows| rows > 1) => None,
            _ => self.finite_span(cells.clone()),
        };
        if let Some((low, high)) = all.filter(|&(low, high)| shows(low) && shows(high)) {
            return Some((low, high));
        }
        let enough = |&cell: &usize| self.rows(cell) >= mincnt.unwrap_or(0);
        let values = cells.filter(enough).map(|cell| self.get(cell)).filter(|&v| !v.is_nan() && shows(v));
        values.fold(None, |found, v| {
            let (low, high) = found.unwrap_or((v, v));
            Some((v.min(low), v.max(high)))
        })
    }

    /// The smallest and the largest value of some cells, of which there is one at least; `None` if any is not finite.
    pub(crate) fn finite_span(&self, cells: Range<usize>) -> Option<(f64, f64)> {
        match self {
            Self::Counts(counts) => span_from(&counts[cells], 0).map(|(low, high)| (low as f64, high as f64)),
            Self::Reduced(reduced) => span_f64(&reduced.values[cells]),
            Self::Given(values) => span_f64(&values[cells]),
        }
    }

    /// All values as f64, in the order of the cells.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.len()).map(|cell| self.get(cell))
    }

    /// The values, without NaN, of the cells with at least `mincnt` rows.
    pub fn shown(&self, mincnt: Option<u64>) -> impl Iterator<Item = f64> + '_ {
        let enough = move |&cell: &usize| self.rows(cell) >= mincnt.unwrap_or(0);
        (0..self.len()).filter(enough).map(|cell| self.get(cell)).filter(|v| !v.is_nan())
    }
}

/// What `of` makes of each stretch of so many cells, on all cores, in their order. The stretches do not depend on the machine.
pub(crate) fn by_stretch<T: Send>(cells: usize, of: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    const STRETCH: usize = 1 << 16;
    if cells <= STRETCH {
        return if cells == 0 { Vec::new() } else { vec![of(0..cells)] };
    }
    let stretch = |nth| of(nth * STRETCH..cells.min((nth + 1) * STRETCH));
    (0..cells.div_ceil(STRETCH)).into_par_iter().map(stretch).collect()
}

/// The smallest and the largest of the counts that are at least `least`; `None` if there is none.
pub(crate) fn span_from(counts: &[u64], least: u64) -> Option<(u64, u64)> {
    let (above, high) = ends(counts, least);
    // Smaller ones wrap around, to beyond what the largest is above `least`.
    counts.first().filter(|_| high >= least).map(|_| (least + above, high))
}

vectorized! {
    /// By how much the smallest of the counts lies above `least`, where smaller ones wrap around; and the largest count.
    fn ends(counts: &[u64], least: u64) -> (u64, u64) {
        counts.iter().fold((u64::MAX, 0), |(above, high), &count| {
            (above.min(count.wrapping_sub(least)), high.max(count))
        })
    }
}

/// The cells of a grid with their values, and the account of the rows.
///
/// Two aggregates of counts merge by a sum, which is what makes threads, files, chunks and machines the same case. What else is
/// made of rows merges before it is finished, as a [`Partial`](crate::Partial).
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
    /// If the grids differ, or the values are no counts.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.grid, other.grid, "aggregates merge on one grid only");
        let (Values::Counts(mine), Values::Counts(theirs)) = (&mut self.values, &other.values) else {
            panic!("counts alone merge when they are finished; see Partial");
        };
        mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
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

    #[test]
    fn the_span_of_counts_leaves_out_small_ones() {
        let counts = [7, 0, 3, u64::MAX, 5, 1];
        for (counts, least, span) in [
            (&counts[..], 0, Some((0, u64::MAX))),
            (&counts, 1, Some((1, u64::MAX))),
            (&counts, 4, Some((5, u64::MAX))),
            (&counts, u64::MAX, Some((u64::MAX, u64::MAX))),
            (&counts[..3], 7, Some((7, 7))),
            (&counts[..3], 8, None),
            (&[0, 0], 1, None),
            (&[0], 0, Some((0, 0))),
            (&[], 0, None),
        ] {
            assert_eq!(span_from(counts, least), span, "{counts:?} from {least}");
        }
        assert_eq!(Values::Counts(vec![4, 2]).extremes(), Some((2.0, 4.0)));
        assert_eq!(Values::Counts(Vec::new()).extremes(), None);
    }

    #[test]
    fn extremes_are_those_of_one_value_after_the_other() {
        // Several stretches, some of which have odd values, or too few rows.
        let cells = (1 << 18) + 17;
        let value = |k: usize| (k as f64 * 0.618_033_988_749_894_9).fract() * 20.0 - 10.0;
        let mut given: Vec<f64> = (0..cells).map(value).collect();
        (given[70_000], given[70_001], given[200_000]) = (f64::NAN, f64::INFINITY, -1e300);
        let rows: Vec<u64> = (0..cells as u64).map(|k| k % 4).collect();
        let reduction = Reduction::Mean;
        let reduced = Reduced { reduction, values: given.clone(), rows, smoothed: false };
        let counts = (0..cells as u64).map(|k| k * 7919 % 1000).collect();
        for values in [Values::Given(given), Values::Reduced(reduced), Values::Counts(counts)] {
            for mincnt in [None, Some(1), Some(3), Some(5000)] {
                for (low, high) in
                    [(f64::MIN, f64::MAX), (-3.0, 5.0), (0.5, 1e300), (2e300, 3e300), (-1.0, f64::INFINITY)]
                {
                    let shows = |v: f64| low <= v && v <= high;
                    let wanted = values.shown(mincnt).filter(|&v| shows(v)).fold(
                        None,
                        |found: Option<(f64, f64)>, v| {
                            Some(found.map_or((v, v), |(low, high)| (v.min(low), v.max(high))))
                        },
                    );
                    assert_eq!(values.extremes_where(mincnt, shows), wanted, "{mincnt:?} {low} {high}");
                }
            }
        }
        assert_eq!(by_stretch(0, |cells| cells), []);
        let stretches = by_stretch(cells, |cells| cells);
        assert!(stretches.len() > 3 && stretches.iter().map(Range::len).sum::<usize>() == cells);
    }

    #[test]
    fn what_is_nan_or_of_few_rows_is_not_shown() {
        let values = Values::Reduced(Reduced {
            reduction: Reduction::Var { ddof: 1 },
            values: vec![f64::NAN, f64::NAN, 0.5, -2.0],
            rows: vec![0, 1, 2, 7],
            smoothed: false,
        });
        assert_eq!(values.extremes(), Some((-2.0, 0.5)));
        assert_eq!(values.shown(Some(1)).collect::<Vec<_>>(), [0.5, -2.0]);
        assert_eq!(values.shown(Some(3)).collect::<Vec<_>>(), [-2.0]);
        assert_eq!(values.key(1, Some(1)), Ordered::NONE);
        assert_eq!(values.key(2, Some(2)), Ordered::of(0.5));
        assert_eq!(values.key(2, Some(3)), Ordered::NONE);
    }
}
