//! The builders that people call: from points to counts, pixels or a finished figure in one expression.

mod backend;
mod category;
#[cfg(feature = "figure")]
mod clustermap;
#[cfg(feature = "figure")]
mod drawing;
#[cfg(feature = "figure")]
mod extras;
mod facets;
mod heatmap;
#[cfg(feature = "figure")]
mod labels;
#[cfg(feature = "files")]
mod reading;
mod rows;
mod shape;
mod style;
#[cfg(feature = "figure")]
mod subplots;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub use backend::Backend;
pub use category::Mixture;
#[cfg(feature = "figure")]
pub use clustermap::{Clustermap, clustermap};
#[cfg(feature = "figure")]
pub use drawing::Drawing;
pub use facets::{Facets, MAX_PANELS};
#[cfg(feature = "window")]
pub(crate) use heatmap::check_values;
#[cfg(any(feature = "cli", feature = "window"))]
pub(crate) use heatmap::usual_colormap;
pub use heatmap::{Heatmap, Mask, Origin, heatmap};
#[cfg(feature = "cli")]
pub(crate) use labels::BarLabel;
pub use shape::{Each, HexBins, RectBins, Shape};
#[cfg(feature = "cli")]
pub(crate) use style::Styled;
#[cfg(feature = "figure")]
pub use subplots::{Subplots, subplots};
pub use watch::{Stage, Watch};

use backend::Engine;
use rows::{Columns, Made, Rows};
use style::{Style, color_setters};
use watch::Unwatched;

use crate::data::{
    Aggregate, Bounds, ColorScale, Coloring, Column, Cut, Fit, Grid, Layers, Mixing, Raster, Reduction,
    Scale, Values,
};
use crate::density::Filter;
use crate::error::{Error, Result};
use crate::shading::Resampling;
#[cfg(feature = "files")]
use crate::source::{Selection, Source};

/// A plot of rectangles; see [`hist2d`].
pub type Hist2d<'a> = Plot<'a, RectBins>;

/// A plot of hexagons; see [`hexbin`].
pub type Hexbin<'a> = Plot<'a, HexBins>;

/// Counts points in rectangles: `numpy.histogram2d`, `matplotlib.hist2d`.
///
/// `x` and `y` have one value a row, f32 or f64, and are not copied. Unless told otherwise there are 10 × 10 bins over all
/// finite values.
///
/// ```
/// let (x, y) = (vec![0.5, 1.5, 1.5, f64::NAN], vec![0.5f32, 0.5, 1.5, 0.0]);
/// let aggregate = heatbin::hist2d(&x, &y).bins(2).range((0.0, 2.0), (0.0, 2.0)).aggregate()?;
/// assert_eq!(aggregate.values, heatbin::Values::Counts(vec![1, 0, 1, 1]));
/// assert_eq!((aggregate.tally.binned, aggregate.tally.missing), (3, 1));
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn hist2d<'a>(x: impl Into<Column<'a>>, y: impl Into<Column<'a>>) -> Hist2d<'a> {
    Plot::new(
        Rows::Columns(Columns { x: x.into(), y: y.into(), weights: None, category: None }),
        RectBins::default(),
    )
}

/// Counts points in hexagons: `matplotlib.hexbin`.
///
/// As [`hist2d`], with a `gridsize` of 100 unless told otherwise.
///
/// ```
/// let (x, y) = ([0.0, 0.1, 1.0], [0.0, 0.1, 1.0]);
/// let aggregate = heatbin::hexbin(&x, &y).gridsize((2, 1)).aggregate()?;
/// assert_eq!(aggregate.values.len(), 3 * 2 + 2 * 1);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn hexbin<'a>(x: impl Into<Column<'a>>, y: impl Into<Column<'a>>) -> Hexbin<'a> {
    Plot::new(
        Rows::Columns(Columns { x: x.into(), y: y.into(), weights: None, category: None }),
        HexBins::default(),
    )
}

/// A plot being described. Its colormap is viridis unless given. Nothing is read or computed before [`aggregate`](Self::aggregate), [`run`](Self::run),
/// [`raster`](Self::raster) or [`figure`](Self::figure).
#[derive(Clone)]
#[must_use = "a plot does nothing until it is asked for its aggregate, raster or figure"]
pub struct Plot<'a, S> {
    rows: Rows<'a>,
    shape: S,
    reduction: Result<Option<Reduction>, String>,
    range: Option<((f64, f64), (f64, f64))>,
    scales: (Scale, Scale),
    backend: Backend,
    adapter: Option<String>,
    watch: &'a dyn Watch,
    style: Style,
    cut: Result<Cut, String>,
    mixing: Mixing,
    /// What is made of the cells once they are counted.
    filters: Vec<Filter>,
    /// Whether each category has a panel, and how many of them stand in a row.
    facet: Option<Option<usize>>,
    /// How opaque the cells are, from 0 to 1.
    alpha: f64,
    #[cfg(feature = "figure")]
    lines: drawing::Lines,
    #[cfg(feature = "figure")]
    extras: extras::Extras,
}

/// What a run gave, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Run {
    /// The cells.
    pub aggregate: Aggregate,
    /// Their colours, by the plot's norm, limits and colormap; of categories, the opacity of their cells.
    pub scale: ColorScale,
    /// What was made of the categories, if rows have any.
    pub mixture: Option<Arc<Mixture>>,
    /// The categories, if each has a panel.
    pub facets: Option<Arc<Facets>>,
    /// How it was done.
    pub report: Report,
    engine: Engine,
    /// How cells become pixels where those are not as many.
    resampling: Option<Resampling>,
    shading: Arc<AtomicU64>,
}

/// How a run was done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// `cpu` or `gpu`.
    pub backend: &'static str,
    /// The adapter, on the GPU.
    pub adapter: Option<String>,
    /// Why this backend was taken.
    pub reason: String,
    /// Time spent reading and decoding, beside the counting.
    pub read: Duration,
    /// Time spent counting, and on what is made of the counts: smoothing, spreading.
    pub bin: Duration,
}

impl Report {
    /// Of cells that were there before the plot was described.
    fn of_cells(reason: &str) -> Self {
        let (read, bin) = (Duration::ZERO, Duration::ZERO);
        Self { backend: "cpu", adapter: None, reason: reason.into(), read, bin }
    }
}

impl<'a, S: Shape> Plot<'a, S> {
    fn new(rows: Rows<'a>, shape: S) -> Self {
        Self {
            rows,
            shape,
            reduction: Ok(None),
            range: None,
            scales: (Scale::Linear, Scale::Linear),
            backend: Backend::Auto,
            adapter: None,
            watch: &Unwatched,
            style: Style::default(),
            cut: Ok(Cut::Values),
            mixing: Mixing::default(),
            filters: Vec::new(),
            facet: None,
            alpha: 1.0,
            #[cfg(feature = "figure")]
            lines: drawing::Lines::default(),
            #[cfg(feature = "figure")]
            extras: extras::Extras::default(),
        }
    }

    /// A plot of two columns of a source, perhaps with weights: files, or whatever implements [`Source`].
    ///
    /// The axes are named after the columns.
    #[cfg(feature = "files")]
    pub fn of(source: &'a dyn Source, selection: Selection) -> Self
    where
        S: Default,
    {
        #[cfg_attr(not(feature = "figure"), allow(unused_mut, reason = "labels belong to the figure"))]
        let mut plot = Self::new(Rows::Source(source, selection), S::default());
        #[cfg(feature = "figure")]
        {
            let field = |column: usize| &source.fields()[column];
            let (weights, category) = (selection.weights.map(field), selection.category.map(field));
            plot.style.labels.name(field(selection.x), field(selection.y), weights, category);
        }
        plot
    }

    /// A weight for each row: numpy's `weights`, matplotlib's `C`. Rows whose weight is NaN or infinite are missing.
    ///
    /// Unless [`reduce`](Self::reduce) says otherwise, rectangles have the sum of their weights and hexagons the mean, as in
    /// matplotlib. Of a source, the weights are a column of the selection instead.
    ///
    /// ```
    /// use heatbin::Reduction;
    ///
    /// let (x, y, delay) = ([0.5, 1.5, 1.5], [0.5, 0.5, 0.5], [10.0, -4.0, 7.0]);
    /// let plot = heatbin::hist2d(&x, &y).weights(&delay).reduce(Reduction::Mean).bins((2, 1));
    /// let means = plot.range((0.0, 2.0), (0.0, 1.0)).aggregate()?.values;
    /// assert_eq!((means.get(0), means.get(1)), (10.0, 1.5));
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn weights(mut self, weights: impl Into<Column<'a>>) -> Self {
        match &mut self.rows {
            Rows::Columns(columns) => columns.weights = Some(weights.into()),
            #[cfg(feature = "files")]
            Rows::Source(..) => {
                self.reduction = Err("the weights of a source are a column of it: Selection::weights".into());
            }
        }
        self
    }

    /// What is made of the rows in a cell; see [`weights`](Self::weights) for what is unless given.
    pub fn reduce(mut self, reduction: Reduction) -> Self {
        self.reduction = self.reduction.map(|_| Some(reduction));
        self
    }

    /// The range of x and of y, both ends, in data units also on a log scale. All finite values unless given.
    pub fn range(mut self, x: (f64, f64), y: (f64, f64)) -> Self {
        self.range = Some((x, y));
        self
    }

    /// The scale of x. On a log scale, rectangles have geometric edges, hexagons lie on log10(x).
    pub fn xscale(mut self, scale: Scale) -> Self {
        self.scales.0 = scale;
        self
    }

    /// The scale of y; see [`xscale`](Self::xscale).
    pub fn yscale(mut self, scale: Scale) -> Self {
        self.scales.1 = scale;
        self
    }

    /// Where to compute. [`Backend::Auto`] unless given.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// The adapter for the GPU, by a part of its name. Naming one asks for the GPU.
    pub fn adapter(mut self, name: impl Into<String>) -> Self {
        self.adapter = Some(name.into());
        self
    }

    /// Hears of progress, and may stop the run.
    pub fn watch(mut self, watch: &'a dyn Watch) -> Self {
        self.watch = watch;
        self
    }

    color_setters!();

    /// Cells with fewer points are not drawn and have no say in the colour scale. Of anything but counts and shares, empty cells
    /// are never drawn. Of smoothed values it hides the cells that had fewer points before, and no other: see [`cmin`](Self::cmin).
    pub fn mincnt(mut self, count: u64) -> Self {
        self.style.coloring.mincnt = Some(count);
        self
    }

    /// How opaque the cells are, from 0 to 1: all colours of the scale are that much fainter. 1 unless given.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Counts the points, or reduces their weights, and returns the cells.
    ///
    /// # Errors
    /// If the description makes no sense, the rows cannot be read, or the device fails.
    pub fn aggregate(&self) -> Result<Aggregate> {
        Ok(self.count(false)?.drawn.0)
    }

    /// Counts the points and fits the colour scale.
    ///
    /// # Errors
    /// As [`aggregate`](Self::aggregate), or if the limits or the colormap make no sense.
    pub fn run(&self) -> Result<Run> {
        self.style.check()?;
        if !(0.0..=1.0).contains(&self.alpha) {
            return Err(Error::usage(format!("alpha must be from 0 to 1, not {}", self.alpha)));
        }
        let is_fitted_to_all = self.style.coloring.fit == Fit::Data;
        let Counted { drawn: (aggregate, layers), whole, how } = self.count(is_fitted_to_all)?;
        match layers {
            Some(layers) if self.facet.is_some() => self.faceted(aggregate, layers, whole, how),
            Some(layers) => self.mixed(aggregate, layers, whole, how),
            None => {
                let scale = self.fitted(&aggregate.values, whole.as_ref().map(|(all, _)| &all.values))?;
                Ok(Run::new(aggregate, scale, how))
            }
        }
    }

    /// The colour scale for these values, fitted to those of all the data if they are others.
    fn fitted(&self, values: &Values, whole: Option<&Values>) -> Result<ColorScale> {
        let hidden = values.hide_empty().then_some(1);
        // Empty cells would hide what lies under them.
        #[cfg(feature = "figure")]
        let hidden = hidden.or((self.has_underlay() && self.style.coloring.mincnt.is_none()).then_some(1));
        let mincnt = self.style.coloring.mincnt.max(hidden);
        let coloring = Coloring { mincnt, ..self.style.coloring.clone() };
        let mut scale = coloring.fit(whole.unwrap_or(values))?;
        if whole.is_some() {
            scale = coloring.extended(scale, values);
        }
        if self.alpha < 1.0 {
            scale.fade(self.alpha);
        }
        Ok(scale)
    }

    /// The cells as an image of `width` × `height` pixels, without axes.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn raster(&self, width: u32, height: u32) -> Result<Raster> {
        self.run()?.raster(width, height)
    }

    /// What is made of the rows.
    fn reduction(&self) -> Result<Reduction> {
        let is_weighted = self.rows.are_weighted();
        let usual = if is_weighted { self.shape.of_weights() } else { Reduction::Count };
        let reduction = self.reduction.clone().map_err(Error::usage)?.unwrap_or(usual);
        if reduction.needs_weights() && !is_weighted {
            return Err(Error::usage(format!("{reduction} needs weights: name their column (--weights)")));
        }
        Ok(reduction)
    }

    /// The grid over all the data, which span so much.
    pub(crate) fn grid_over(&self, bounds: Bounds) -> Result<Grid> {
        self.shape.grid(None, bounds, self.scales)
    }

    /// Counts what is drawn and, if it is asked for and something else, all the data.
    fn count(&self, all: bool) -> Result<Counted> {
        self.shape.check()?;
        self.check_facet()?;
        let cut = self.cut()?;
        self.filters.iter().try_for_each(Filter::check)?;
        let reduction = self.reduction()?;
        let spreads = self.filters.iter().any(|filter| !matches!(filter, Filter::Smooth { .. }));
        if spreads && !matches!(reduction, Reduction::Count | Reduction::Sum) {
            return Err(Error::usage(format!(
                "spreading adds up neighbours, which suits counts and sums, not {reduction}: smooth it instead"
            )));
        }
        // Where the number of rows is all it takes, whoever counts can do it.
        let weighing = Some(reduction).filter(|reduction| !reduction.is_of_rows(self.rows.are_weighted()));
        let (engine, reason) =
            Engine::choose(self.backend, self.adapter.as_deref(), weighing, cut.is_some())?;
        let start = Instant::now();
        let over_all = |bounds| self.grid_over(bounds);
        let is_part = self.range.is_some() && self.shape.needs_bounds(None);
        let job = rows::Job {
            grid: &|bounds| self.shape.grid(self.range, bounds, self.scales),
            needs_bounds: self.shape.needs_bounds(self.range),
            whole: (all && is_part).then_some(&over_all),
            scales: self.scales,
            engine: &engine,
            weighing,
            cut,
            watch: self.watch,
        };
        let (rows::Counted { drawn, whole }, mut bin) = self.rows.count(&job)?;
        let counted = Instant::now();
        let made = |(aggregate, layers): Made| {
            let (grid, tally) = (aggregate.grid.clone(), aggregate.tally);
            // What is made of the cells of all rows is made of those of each category.
            let made = |values: Values| {
                let mut cells = Aggregate { grid: grid.clone(), values, tally };
                if weighing.is_none() {
                    cells = cells.reduce_counts(reduction);
                }
                for filter in &self.filters {
                    cells = filter.apply(&cells)?;
                }
                Ok(cells.values)
            };
            let aggregate = Aggregate { values: made(aggregate.values)?, ..aggregate };
            Ok::<Made, Error>((aggregate, layers.map(|layers| layers.map(made)).transpose()?))
        };
        let (drawn, whole) = (made(drawn)?, whole.map(made).transpose()?);
        bin += counted.elapsed();
        debug_assert!(drawn.0.tally.adds_up());
        let report = Report {
            backend: engine.name(),
            adapter: engine.adapter(),
            reason,
            read: start.elapsed().saturating_sub(bin),
            bin,
        };
        Ok(Counted { drawn, whole, how: (report, engine) })
    }
}

/// What was counted, and how.
struct Counted {
    drawn: Made,
    /// The cells of all the data, if the colours are to be fitted to them and they are others.
    whole: Option<Made>,
    how: How,
}

/// How it was counted, and where it is shaded.
type How = (Report, Engine);

impl Run {
    /// Cells of these colours.
    fn new(aggregate: Aggregate, scale: ColorScale, (report, engine): How) -> Self {
        Self {
            aggregate,
            scale,
            mixture: None,
            facets: None,
            report,
            engine,
            resampling: None,
            shading: Arc::default(),
        }
    }

    /// The cells that are coloured: those of each panel, or all.
    #[cfg(feature = "cli")]
    pub(crate) fn colored_values(&self) -> &[Values] {
        match &self.facets {
            Some(facets) => &facets.layers.values,
            None => std::slice::from_ref(&self.aggregate.values),
        }
    }

    /// The categories, mixed or in panels, if rows have any.
    pub fn layers(&self) -> Option<&Layers> {
        let mixed = self.mixture.as_ref().map(|mixture| &mixture.layers);
        mixed.or(self.facets.as_ref().map(|facets| &facets.layers))
    }

    /// Of numbers that were given.
    fn of_given(aggregate: Aggregate, scale: ColorScale, resampling: Resampling) -> Self {
        let how = (Report::of_cells("the numbers are given"), Engine::Cpu);
        Self { resampling: Some(resampling), ..Self::new(aggregate, scale, how) }
    }

    /// The cells as an image of `width` × `height` pixels, without axes.
    ///
    /// # Errors
    /// If that is too large, or the device fails.
    pub fn raster(&self, width: u32, height: u32) -> Result<Raster> {
        Raster::check_size(width, height)?;
        let start = Instant::now();
        let resampled = self.resampling.and_then(|how| how.apply(&self.aggregate, width, height));
        let cells = resampled.as_ref().unwrap_or(&self.aggregate);
        let raster = match &self.mixture {
            Some(mixture) => Ok(mixture.shade(&cells.grid, width, height)),
            None => self.engine.shade(cells, &self.scale, width, height),
        };
        self.shading.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
        raster
    }

    /// Time spent shading so far.
    pub fn shading_time(&self) -> Duration {
        Duration::from_nanos(self.shading.load(Relaxed))
    }
}

#[cfg(feature = "cli")]
impl<S> Styled for Plot<'_, S> {
    fn style(&mut self) -> &mut Style {
        &mut self.style
    }
}

impl<S> std::fmt::Debug for Plot<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plot")
            .field("range", &self.range)
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}
