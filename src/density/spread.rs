//! Spreading cells over their neighbours: datashader's rules, so that single cells can be seen.

use rayon::prelude::*;

use crate::data::{Rect, Reduced, Values};

/// Which neighbours a spread cell reaches: datashader's `shape`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpreadShape {
    /// Those whose centres are no further than half a cell beyond.
    #[default]
    Circle,
    /// All in a square.
    Square,
}

/// The sums over the cells within reach.
pub(super) fn spread(values: &Values, rect: &Rect, px: usize, shape: SpreadShape) -> Values {
    if px == 0 {
        return values.clone();
    }
    let near = Near { nx: rect.x.bins(), ny: rect.y.bins(), px, shape };
    let rows = |cell: usize| near.of(cell).map(|other| values.rows(other)).sum();
    let rows = (0..values.len()).into_par_iter().map(rows).collect();
    let Values::Reduced(reduced) = values else { return Values::Counts(rows) };
    let sum = |cell: usize| {
        let met = near.of(cell).filter(|&other| has_value(values, other)).map(|other| reduced.values[other]);
        met.reduce(|sum, value| value + sum).unwrap_or(reduced.reduction.of_nothing())
    };
    let sums = (0..values.len()).into_par_iter().map(sum).collect();
    Values::Reduced(Reduced { values: sums, rows, ..*reduced })
}

/// How far cells may be spread until more than a share of those with rows have another within twice as far.
pub(super) fn reach(values: &Values, rect: &Rect, threshold: f64, max_px: usize) -> usize {
    let (nx, ny) = (rect.x.bins(), rect.y.bins());
    let cells: Vec<usize> = (0..values.len()).filter(|&cell| has_value(values, cell)).collect();
    let touching = |px: usize| {
        let near = Near { nx, ny, px: 2 * px, shape: SpreadShape::Square };
        let touches = |&&cell: &&usize| near.of(cell).any(|other| other != cell && has_value(values, other));
        cells.par_iter().filter(touches).count()
    };
    let is_crowded = |&px: &usize| cells.is_empty() || touching(px) as f64 / cells.len() as f64 > threshold;
    (1..=max_px).find(is_crowded).map_or(max_px, |px| px - 1)
}

/// Whether something was made of rows in a cell.
fn has_value(values: &Values, cell: usize) -> bool {
    values.rows(cell) > 0 && !values.get(cell).is_nan()
}

/// The neighbours of cells.
#[derive(Clone, Copy)]
struct Near {
    nx: usize,
    ny: usize,
    px: usize,
    shape: SpreadShape,
}

impl Near {
    /// The cells within reach of one, itself too: line by line from the lowest y, as datashader adds them.
    fn of(self, cell: usize) -> impl Iterator<Item = usize> {
        let Self { nx, ny, px, shape } = self;
        let (i, j) = (cell / ny, cell % ny);
        let line = move |at: usize, count: usize| at.saturating_sub(px)..(at + px + 1).min(count);
        let is_near = move |other: (usize, usize)| {
            let (dx, dy) = (other.0.abs_diff(i), other.1.abs_diff(j));
            // √(dx² + dy²) ≤ px + ½, in whole numbers.
            shape == SpreadShape::Square || dx * dx + dy * dy <= px * px + px
        };
        let cells = line(j, ny).flat_map(move |y| line(i, nx).map(move |x| (x, y)));
        cells.filter(move |&other| is_near(other)).map(move |(x, y)| x * ny + y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Reduction};

    fn rect() -> Rect {
        let axis = |bins: usize| Axis::linear(0.0, bins as f64, bins).unwrap();
        Rect { x: axis(5), y: axis(5) }
    }

    fn one(at: usize) -> Values {
        Values::Counts((0..25).map(|cell| u64::from(cell == at) * 3).collect())
    }

    #[test]
    fn a_circle_leaves_the_corners_out() {
        let lit = |px, shape| {
            let values = spread(&one(12), &rect(), px, shape);
            values.iter().filter(|&count| count == 3.0).count()
        };
        assert_eq!([lit(1, SpreadShape::Circle), lit(2, SpreadShape::Circle)], [9, 21]);
        assert_eq!([lit(0, SpreadShape::Square), lit(2, SpreadShape::Square)], [1, 25]);
        assert_eq!(spread(&one(0), &rect(), 1, SpreadShape::Square).iter().sum::<f64>(), 12.0);
    }

    #[test]
    fn cells_without_a_value_add_nothing() {
        let mut values = vec![f64::NAN; 25];
        (values[0], values[1]) = (1.5, 2.0);
        let rows = (0..25).map(|cell| u64::from(cell < 2)).collect();
        let reduced = Reduced { reduction: Reduction::Mean, values, rows, smoothed: false };
        let got = spread(&Values::Reduced(reduced), &rect(), 1, SpreadShape::Square);
        assert_eq!([got.get(0), got.get(6), got.get(2)], [3.5, 3.5, 2.0]);
        assert_eq!([got.rows(0), got.rows(2)], [2, 1]);
        assert!(got.get(3).is_nan() && got.get(24).is_nan());
    }

    #[test]
    fn crowded_cells_are_not_spread() {
        let two = |first: usize, second: usize| {
            Values::Counts((0..25).map(|cell| u64::from(cell == first || cell == second)).collect())
        };
        assert_eq!(reach(&two(0, 24), &rect(), 0.5, 3), 1);
        assert_eq!(reach(&two(0, 1), &rect(), 0.5, 3), 0);
        assert_eq!(reach(&two(0, 1), &rect(), 1.0, 3), 3);
        assert_eq!(reach(&one(3), &rect(), 0.5, 3), 3);
        assert_eq!(reach(&Values::Counts(vec![0; 25]), &rect(), 0.5, 3), 0);
    }
}
