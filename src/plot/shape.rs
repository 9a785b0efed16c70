//! Rectangles or hexagons: from what was asked for to a grid.

use super::Plot;
use crate::data::{Axis, Bounds, Grid, Hex, Rect, Reduction, Scale};
use crate::density::{Filter, SpreadShape};
use crate::error::{Error, Result, plain};

/// A range for x and one for y.
type Range = ((f64, f64), (f64, f64));

/// The kinds of cells. Sealed: a new one needs its kernels.
pub trait Shape: sealed::Shape {}

mod sealed {
    use super::{Bounds, Grid, Range, Reduction, Result, Scale};

    pub trait Shape: Sync {
        /// Whether there may be so many cells: asked before anything is read or kept.
        fn check(&self) -> Result<()>;

        /// What is made of weights unless something else is asked for.
        fn of_weights(&self) -> Reduction;

        /// Whether the grid depends on what the data span.
        fn needs_bounds(&self, range: Option<Range>) -> bool;

        /// The grid over the range asked for, or over the bounds of the data.
        fn grid(&self, range: Option<Range>, bounds: Bounds, scales: (Scale, Scale)) -> Result<Grid>;
    }
}

pub(super) use sealed::Shape as Lay;

impl<S: sealed::Shape> Shape for S {}

/// Rectangles: bins or edges along each axis.
#[derive(Clone, Debug)]
pub struct RectBins {
    bins: (usize, usize),
    edges: (Option<Vec<f64>>, Option<Vec<f64>>),
}

impl Default for RectBins {
    /// numpy's 10 × 10.
    fn default() -> Self {
        Self { bins: (10, 10), edges: (None, None) }
    }
}

/// Hexagons: cells along each axis.
#[derive(Clone, Debug)]
pub struct HexBins {
    gridsize: (usize, usize),
}

impl Default for HexBins {
    /// matplotlib's 100 across, and as many up as make them regular on a square.
    fn default() -> Self {
        Self { gridsize: (100, Hex::rows_for(100)) }
    }
}

/// A number each way, or one for both.
#[derive(Clone, Copy, Debug)]
pub enum Each {
    /// For both axes alike.
    Both(usize),
    /// For x and for y.
    XY(usize, usize),
}

impl From<usize> for Each {
    fn from(both: usize) -> Self {
        Self::Both(both)
    }
}

impl From<(usize, usize)> for Each {
    fn from((x, y): (usize, usize)) -> Self {
        Self::XY(x, y)
    }
}

impl RectBins {
    /// How many bins along x and along y.
    fn counts(&self) -> (usize, usize) {
        let count = |edges: &Option<Vec<f64>>, bins| {
            edges.as_ref().map_or(bins, |edges| edges.len().saturating_sub(1))
        };
        (count(&self.edges.0, self.bins.0), count(&self.edges.1, self.bins.1))
    }
}

impl Plot<'_, RectBins> {
    /// How many bins: a number for both axes, or one for x and one for y. 10 unless given.
    pub fn bins(mut self, bins: impl Into<Each>) -> Self {
        self.shape.bins = match bins.into() {
            Each::Both(bins) => (bins, bins),
            Each::XY(nx, ny) => (nx, ny),
        };
        self
    }

    /// The edges along x, ascending, instead of bins and range.
    pub fn xedges(mut self, edges: Vec<f64>) -> Self {
        self.shape.edges.0 = Some(edges);
        self
    }

    /// The edges along y, ascending, instead of bins and range.
    pub fn yedges(mut self, edges: Vec<f64>) -> Self {
        self.shape.edges.1 = Some(edges);
        self
    }

    /// Blurs the cells by a Gaussian with this standard deviation along x and y, in cells: see [`Filter::Smooth`].
    ///
    /// Filters apply in the order in which they are named, after the counting and before the colours; the aggregate is the filtered one.
    pub fn smooth(self, sigma: (f64, f64)) -> Self {
        self.filter(Filter::Smooth { sigma })
    }

    /// Gives each cell the sum of all within `px` cells, so that single ones can be seen: see [`Filter::Spread`].
    pub fn spread(self, px: usize) -> Self {
        self.filter(Filter::Spread { px, shape: SpreadShape::Circle })
    }

    /// Spreads by up to 3 cells, less where cells are crowded: [`Filter::Dynspread`] with datashader's threshold.
    pub fn dynspread(self) -> Self {
        self.filter(Filter::Dynspread { threshold: 0.5, max_px: 3, shape: SpreadShape::Circle })
    }

    /// Makes each cell anew from its neighbours, once they are counted.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }
}

impl Plot<'_, HexBins> {
    /// How many hexagons: a number across, from which the number up follows as in matplotlib, or both. 100 unless given.
    pub fn gridsize(mut self, gridsize: impl Into<Each>) -> Self {
        self.shape.gridsize = match gridsize.into() {
            Each::Both(nx) => (nx, Hex::rows_for(nx)),
            Each::XY(nx, ny) => (nx, ny),
        };
        self
    }
}

impl Lay for RectBins {
    fn of_weights(&self) -> Reduction {
        Reduction::Sum
    }

    fn needs_bounds(&self, range: Option<Range>) -> bool {
        range.is_none() && (self.edges.0.is_none() || self.edges.1.is_none())
    }

    fn check(&self) -> Result<()> {
        let (nx, ny) = self.counts();
        Grid::check_cells(nx.saturating_mul(ny).max(nx).max(ny))
    }

    fn grid(&self, range: Option<Range>, bounds: Bounds, scales: (Scale, Scale)) -> Result<Grid> {
        let axis = |name, edges: &Option<Vec<f64>>, range: Option<(f64, f64)>, span, bins, scale| {
            let axis = match edges {
                Some(edges) => Axis::from_edges(edges.clone(), scale),
                None => ends(range, span, scale).and_then(|(start, stop)| match scale {
                    Scale::Linear => Axis::linear(start, stop, bins),
                    Scale::Log => Axis::log(start, stop, bins),
                }),
            };
            axis.map_err(|error: Error| error.at(name))
        };
        self.check()?;
        let (nx, ny) = self.counts();
        Ok(Grid::Rect(Rect {
            x: axis("x", &self.edges.0, range.map(|r| r.0), bounds.x, nx, scales.0)?,
            y: axis("y", &self.edges.1, range.map(|r| r.1), bounds.y, ny, scales.1)?,
        }))
    }
}

impl Lay for HexBins {
    fn of_weights(&self) -> Reduction {
        Reduction::Mean
    }

    fn needs_bounds(&self, range: Option<Range>) -> bool {
        range.is_none()
    }

    fn check(&self) -> Result<()> {
        let (nx, ny) = self.gridsize;
        let cells =
            nx.saturating_add(1).saturating_mul(ny.saturating_add(1)).saturating_add(nx.saturating_mul(ny));
        Grid::check_cells(cells)
    }

    fn grid(&self, range: Option<Range>, bounds: Bounds, scales: (Scale, Scale)) -> Result<Grid> {
        self.check()?;
        let hex = match range {
            Some(range) => Hex::in_range(self.gridsize, range, scales)?,
            None => {
                let x = ends(None, bounds.x, scales.0).map_err(|error| error.at("x"))?;
                let y = ends(None, bounds.y, scales.1).map_err(|error| error.at("y"))?;
                Hex::new(self.gridsize, (x, y), scales)?
            }
        };
        Ok(Grid::Hex(hex))
    }
}

/// The ends of an axis: the range asked for, or what the data span; 0 to 1, or 1 to 10, where there are none.
fn ends(range: Option<(f64, f64)>, span: (f64, f64), scale: Scale) -> Result<(f64, f64)> {
    if let Some(range) = range {
        return Ok(range);
    }
    let (low, high) = span;
    match scale {
        _ if low > high => Ok(if scale == Scale::Log { (1.0, 10.0) } else { (0.0, 1.0) }),
        Scale::Log if low <= 0.0 => Err(Error::data(format!(
            "a log axis needs values above 0, but the smallest is {low}. Give a range (--range) above 0 to leave such rows out",
            low = plain(low)
        ))),
        _ => Ok(span),
    }
}
