//! Aggregate → Aggregate, each cell from its neighbours; and aggregate → contours.
//!
//! All of it is done on the host, in f64, whatever the backend: so its results are the same bits, and the pixels the same
//! bytes, everywhere. Neighbours are those of rectangles; hexagons are refused.

mod contour;
mod smooth;
mod spread;

pub use contour::contours;
pub use spread::SpreadShape;

use crate::data::{Aggregate, Grid, Rect};
use crate::error::{Error, Result, plain};

/// The most cells that [`Filter::Spread`] reaches: one more is a picture of spots only.
const MOST_PX: usize = 64;

/// What makes the value of a cell from those of its neighbours, as an image filter does.
///
/// ```
/// use heatbin::Filter;
///
/// let counts = heatbin::hist2d(&[0.5], &[2.5]).bins((1, 5)).range((0.0, 1.0), (0.0, 5.0)).aggregate()?;
/// let smooth = Filter::Smooth { sigma: (0.0, 1.0) }.apply(&counts)?;
/// assert!((smooth.values.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// assert_eq!(smooth.tally, counts.tally);
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Filter {
    /// Gaussian blur: `scipy.ndimage.gaussian_filter` with its defaults. The kernel ends at 4 sigma, and at a border the grid
    /// goes on as its mirror image, so nothing is lost there and the sum stays what it was.
    ///
    /// Values that are no amounts (mean, min, median and so on: [`Reduction::of_nothing`](crate::Reduction::of_nothing) is NaN)
    /// are averaged, each weighed by the rows of its cell; a cell without a value stays without.
    Smooth {
        /// Standard deviations along x and y, in cells; along an axis with 0 nothing is changed.
        sigma: (f64, f64),
    },
    /// Each cell gets the sum of all within reach: `datashader.transfer_functions.spread` of an aggregate.
    Spread {
        /// How many cells far; 0 changes nothing.
        px: usize,
        /// What is within reach.
        shape: SpreadShape,
    },
    /// Spreads as far as leaves single cells apart: `datashader.transfer_functions.dynspread` of an aggregate.
    Dynspread {
        /// The share of the cells with rows that may come to touch another, 0 to 1; datashader's is 0.5.
        threshold: f64,
        /// How far at most; datashader's is 3.
        max_px: usize,
        /// What is within reach.
        shape: SpreadShape,
    },
}

impl Filter {
    /// The filtered cells. The tally stays that of the rows.
    ///
    /// What [`Filter::Smooth`] makes are f64 values, marked as [`smoothed`](crate::Reduced::smoothed), beside the rows that each
    /// cell had; what the others make of counts are counts.
    ///
    /// # Errors
    /// If the cells are hexagons, or as [`check`](Self::check).
    pub fn apply(&self, aggregate: &Aggregate) -> Result<Aggregate> {
        self.check()?;
        let rect = rectangles(aggregate, "smoothing and spreading")?;
        let values = match *self {
            Self::Smooth { sigma } => smooth::smooth(&aggregate.values, rect, sigma)?,
            Self::Spread { px, shape } => spread::spread(&aggregate.values, rect, px, shape),
            Self::Dynspread { threshold, max_px, shape } => {
                let px = spread::reach(&aggregate.values, rect, threshold, max_px);
                spread::spread(&aggregate.values, rect, px, shape)
            }
        };
        Ok(Aggregate { grid: aggregate.grid.clone(), values, tally: aggregate.tally })
    }

    /// Finds what makes no sense whatever the cells are.
    ///
    /// # Errors
    /// If sigma is negative or not finite, a reach more than 64 cells, or the threshold not within 0 and 1.
    pub fn check(&self) -> Result<()> {
        let wrong = match *self {
            Self::Smooth { sigma: (x, y) } => {
                [x, y].into_iter().find(|sigma| !(0.0..f64::INFINITY).contains(sigma)).map(|sigma| {
                    format!("sigma is a number of cells, 0 or more, not {sigma}", sigma = plain(sigma))
                })
            }
            Self::Spread { px, .. } | Self::Dynspread { max_px: px, .. } if px > MOST_PX => {
                Some(format!("cells are spread by {MOST_PX} at most, not {px}"))
            }
            Self::Dynspread { threshold, .. } if !(0.0..=1.0).contains(&threshold) => Some(format!(
                "the threshold of dynspread is a share from 0 to 1, not {threshold}",
                threshold = plain(threshold)
            )),
            _ => None,
        };
        wrong.map_or(Ok(()), |wrong| Err(Error::usage(wrong)))
    }
}

/// The grid, if it is of rectangles.
fn rectangles<'a>(aggregate: &'a Aggregate, what: &str) -> Result<&'a Rect> {
    match &*aggregate.grid {
        Grid::Rect(rect) => Ok(rect),
        Grid::Hex(_) => Err(Error::usage(format!("{what} need rectangles, not hexagons: use hist2d"))),
    }
}

#[cfg(test)]
mod fixtures {
    use std::sync::Arc;

    use crate::data::{Aggregate, Axis, Grid, Hex, Rect, Reduced, Reduction, Scale, Tally, Values};

    /// Counts of `ny` cells in a column.
    pub fn counts(ny: usize, counts: &[u64]) -> Aggregate {
        let axis = |bins: usize| Axis::linear(0.0, bins as f64, bins).unwrap();
        let grid = Grid::Rect(Rect { x: axis(counts.len() / ny), y: axis(ny) });
        let rows = counts.iter().sum();
        let tally = Tally { rows, binned: rows, ..Tally::default() };
        Aggregate { grid: Arc::new(grid), values: Values::Counts(counts.to_vec()), tally }
    }

    /// What was made of the rows in such cells, one row in each.
    pub fn reduced(ny: usize, reduction: Reduction, values: &[f64]) -> Aggregate {
        let aggregate = counts(ny, &vec![1; values.len()]);
        let (values, rows) = (values.to_vec(), vec![1; values.len()]);
        Aggregate {
            values: Values::Reduced(Reduced { reduction, values, rows, smoothed: false }),
            ..aggregate
        }
    }

    pub fn hexagons() -> Aggregate {
        let linear = (Scale::Linear, Scale::Linear);
        Aggregate::empty(Arc::new(Grid::Hex(Hex::new((5, 3), ((0.0, 1.0), (0.0, 1.0)), linear).unwrap())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Reduction, Values};
    use crate::error::ErrorKind;

    #[test]
    fn nonsense_is_refused() {
        let shape = SpreadShape::Circle;
        for (filter, part) in [
            (Filter::Smooth { sigma: (-1.0, 1.0) }, "0 or more, not -1"),
            (Filter::Smooth { sigma: (1.0, f64::NAN) }, "0 or more, not NaN"),
            (Filter::Smooth { sigma: (f64::INFINITY, 0.0) }, "0 or more, not inf"),
            (Filter::Smooth { sigma: (0.0, 11.0) }, "along y is more than the 10 cells"),
            (Filter::Spread { px: 65, shape }, "64 at most"),
            (Filter::Dynspread { threshold: 1.5, max_px: 3, shape }, "0 to 1, not 1.5"),
        ] {
            let error = filter.apply(&fixtures::counts(10, &[1; 100])).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn hexagons_are_refused() {
        let error = Filter::Smooth { sigma: (1.0, 1.0) }.apply(&fixtures::hexagons()).unwrap_err();
        assert!(error.to_string().contains("need rectangles"), "{error}");
    }

    #[test]
    fn a_smoothed_count_is_no_count() {
        let counts = fixtures::counts(3, &[0, 5, 0, 0, 0, 2]);
        let smooth = Filter::Smooth { sigma: (1.0, 1.0) }.apply(&counts).unwrap();
        let Values::Reduced(reduced) = &smooth.values else { panic!("counts of f64") };
        assert!(reduced.smoothed && reduced.reduction == Reduction::Count && !smooth.values.are_whole());
        assert_eq!((&reduced.rows[..], smooth.tally), (&[0, 5, 0, 0, 0, 2][..], counts.tally));
        assert_eq!(smooth.values.label(None), "smoothed count");
        let same = Filter::Smooth { sigma: (0.0, 0.0) }.apply(&counts).unwrap();
        assert!(same.values.iter().eq(counts.values.iter()));
    }
}
