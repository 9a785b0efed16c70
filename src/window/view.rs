//! The builder that programs call: a window on points, into which more can be pushed.

use std::ops::Range;
use std::sync::Arc;

use super::app::{self, Bell, Opening};
use super::bench::FrameTimes;
use super::look::{Grouping, Look, Shape};
#[cfg(feature = "cli")]
use super::open::Opened;
use super::request::Region;
use super::scene::Last;
use super::screen::Pace;
use super::session::Session;
use super::studio::{Engine, Feed, Studio};
#[cfg(feature = "cli")]
use super::table::Reading;
use crate::data::{Coloring, Colormap, Fit, Matrix, Norm, Points, Reduction, Scale};
use crate::density::Filter;
use crate::error::{Error, Result};
use crate::gpu::Device;
use crate::plot::{Backend, usual_colormap};
use crate::shading::Decimation;

/// A live window that is being described; see [`view`].
///
/// Panning, zooming, colours and saving are the window's own: `?` in it lists the keys.
#[must_use = "nothing is seen before `run`"]
pub struct View {
    bell: Arc<Bell>,
    session: Session,
    opening: Opening,
    bench: Option<usize>,
    /// Rows and columns that are looked at first.
    part: (Option<Range<usize>>, Option<Range<usize>>),
    wrong: Option<Error>,
}

/// A live window on points: panned and zoomed with the hand, every frame counted anew from all of them.
///
/// More points can be pushed into it from any thread, through a [`Feed`]. [`View::run`] opens it.
///
/// ```no_run
/// let points = heatbin::Points::new(vec![0.0, 1.0, 2.0], vec![0.0, 1.0, 4.0])?;
/// let window = heatbin::view(points)?.title("three points");
/// let feed = window.feed();
/// std::thread::spawn(move || {
///     // Until the window is closed.
///     while feed.push(vec![1.0], vec![2.0]).is_ok() {}
/// });
/// window.run()?;
/// # Ok::<(), heatbin::Error>(())
/// ```
///
/// # Errors
/// If the system gives no thread.
pub fn view(points: Points<'_>) -> Result<View> {
    let mut view = View::new(Backend::Auto, None)?;
    view.session.look.weights = points.weights().map(|_| String::new());
    view.session.categories = points.category().map(|_| Grouping::default());
    view.session.look.category = view.session.categories.clone();
    view.session.studio.push(points.into_owned())?;
    Ok(view)
}

/// A live window on a matrix: panned and zoomed with the hand, down to its cells, with the labels of rows and columns along its sides.
///
/// Where cells are smaller than pixels, each pixel shows their mean, or [their largest or smallest](View::decimation). What is said of
/// points alone (the shape and the size of cells, scales, reductions) has no say here. [`View::run`] opens it.
///
/// ```no_run
/// use heatbin::{Index, Matrix};
///
/// let values = (0..1_000_000).map(|cell| f64::from(cell % 1009)).collect();
/// let matrix = Matrix::new(Index::numbered(1000).named("day"), Index::numbered(1000).named("minute"), values)?;
/// heatbin::view_table(matrix)?.rows(0..100).cmap("rocket").run()?;
/// # Ok::<(), heatbin::Error>(())
/// ```
///
/// # Errors
/// If the matrix has no cell, or the system gives no thread.
pub fn view_table(matrix: impl Into<Arc<Matrix>>) -> Result<View> {
    let matrix = matrix.into();
    let mut view = View::new(Backend::Cpu, None)?;
    let coloring = &mut view.session.look.coloring;
    coloring.colormap = usual_colormap(coloring)?;
    view.session.show_matrix(matrix)?;
    Ok(view)
}

impl View {
    /// A window without points, which are counted on this backend.
    pub(crate) fn new(backend: Backend, adapter: Option<&str>) -> Result<Self> {
        let bell = Arc::new(Bell::default());
        let rung = bell.clone();
        let wake: super::Wake = Arc::new(move || rung.ring());
        let engine = engine(backend, adapter)?;
        let device = match &engine {
            Engine::Cpu => None,
            Engine::Gpu(device) => Some(device.clone()),
        };
        let studio = Studio::start(engine, wake.clone())?;
        let look = Look {
            coloring: Coloring {
                norm: Norm::Log,
                colormap: Colormap::named("magma")?,
                ..Coloring::default()
            },
            ..Look::default()
        };
        let opening = Opening {
            title: "heatbin".into(),
            size: (1280.0, 800.0),
            adapter: adapter.map(str::to_owned),
            device,
            pace: Pace::Screen,
        };
        let session = Session::new(studio, look, wake);
        Ok(Self { bell, session, opening, bench: None, part: (None, None), wrong: None })
    }

    /// A way to push points into the window, from any thread and as often as wanted; before it is opened too.
    pub fn feed(&self) -> Feed {
        self.session.studio.feed()
    }

    /// The title of the window and of the figures it saves.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.session.title = title.into();
        self.opening.title = format!("{} – heatbin", self.session.title);
        self
    }

    /// The label of x.
    pub fn xlabel(mut self, label: impl Into<String>) -> Self {
        let label = label.into();
        self.session.names.0.text.clone_from(&label);
        self.session.labels.0 = Some(label);
        self
    }

    /// The label of y.
    pub fn ylabel(mut self, label: impl Into<String>) -> Self {
        let label = label.into();
        self.session.names.1.text.clone_from(&label);
        self.session.labels.1 = Some(label);
        self
    }

    /// The region that is shown first, in data units; all rows unless given.
    pub fn range(mut self, x: (f64, f64), y: (f64, f64)) -> Self {
        self.session.set_range(Region { x, y });
        self
    }

    /// The scale of x.
    pub fn xscale(mut self, scale: Scale) -> Self {
        self.session.set_scales((scale, self.session.look.scales.1));
        self
    }

    /// The scale of y.
    pub fn yscale(mut self, scale: Scale) -> Self {
        self.session.set_scales((self.session.look.scales.0, scale));
        self
    }

    /// Counts in hexagons, not in rectangles.
    pub fn hexagons(mut self) -> Self {
        self.session.look.shape = Shape::Hexagons;
        self
    }

    /// The width of a cell in pixels of the screen, at least 1; 2 unless given.
    pub fn cell(mut self, pixels: u32) -> Self {
        self.session.look.cell_pixels = pixels.max(1);
        self
    }

    /// Blurs the cells by a Gaussian with these standard deviations along x and y, in cells: each picture by what is in view, beyond
    /// which lies its mirror image. Hexagons are never blurred.
    pub fn smooth(mut self, sigma: (f64, f64)) -> Self {
        self.session.look.smooth = sigma;
        self
    }

    /// What is made of the rows in a cell, or of those of each category there: of their number, or of their weights if they have any. Their
    /// number unless given. Shares ([`Reduction::Density`], [`Reduction::Probability`]) are of all rows together, and with categories an
    /// error of [`run`](Self::run).
    pub fn reduce(mut self, reduction: Reduction) -> Self {
        self.session.reduction = Some(reduction);
        self.session.begin_with(reduction);
        self
    }

    /// Which value has which colour, in all: norm, limits, what is hidden, colormap. Replaces what was said of any of them before.
    pub fn coloring(mut self, coloring: Coloring) -> Self {
        self.session.look.coloring = coloring;
        (self.session.is_norm_usual, self.session.is_robust_usual) = (false, false);
        self
    }

    /// Whether the norm, and whether the limits of the colours are robust, may be exchanged for what suits a reduction.
    #[cfg(feature = "cli")]
    pub(crate) fn usual(mut self, norm: bool, robust: bool) -> Self {
        (self.session.is_norm_usual, self.session.is_robust_usual) = (norm, robust);
        self
    }

    /// How the categories of rows are told apart, and their colours.
    #[cfg(feature = "cli")]
    pub(crate) fn grouping(mut self, grouping: Grouping) -> Self {
        self.session.grouping = grouping;
        self
    }

    /// How counts are spread over the colours. Log unless given.
    pub fn norm(mut self, norm: Norm) -> Self {
        self.session.look.coloring.norm = norm;
        self.session.is_norm_usual = false;
        self
    }

    /// The value of the first colour; the smallest of those it is [fitted](View::fit) to unless given.
    pub fn vmin(mut self, vmin: f64) -> Self {
        self.session.look.coloring.vmin = Some(vmin);
        self
    }

    /// The value of the last colour; the largest of those unless given.
    pub fn vmax(mut self, vmax: f64) -> Self {
        self.session.look.coloring.vmax = Some(vmax);
        self
    }

    /// Which values limits that are not given are fitted to: those in view unless given, or those of all the data, so that what is panned
    /// and zoomed keeps its colours.
    pub fn fit(mut self, fit: Fit) -> Self {
        self.session.look.coloring.fit = fit;
        self
    }

    /// Cells with fewer points are not drawn.
    pub fn mincnt(mut self, count: u64) -> Self {
        self.session.look.coloring.mincnt = Some(count);
        self
    }

    /// The colormap, by the name matplotlib or seaborn has for it; magma unless given. A wrong name is an error of
    /// [`run`](Self::run).
    pub fn cmap(mut self, name: &str) -> Self {
        match Colormap::named(name) {
            Ok(colormap) => self.session.look.coloring.colormap = colormap,
            Err(error) => _ = self.wrong.get_or_insert(error),
        }
        self
    }

    /// The colormap itself.
    pub fn colormap(mut self, colormap: Colormap) -> Self {
        self.session.look.coloring.colormap = colormap;
        self
    }

    /// What a pixel shows of a table's cells that are smaller: their mean unless given.
    pub fn decimation(mut self, decimation: Decimation) -> Self {
        self.session.look.decimation = decimation;
        self
    }

    /// The rows of a table that are looked at first, counted from 0; all unless given.
    pub fn rows(mut self, rows: Range<usize>) -> Self {
        self.part.0 = Some(rows);
        self
    }

    /// The columns of a table that are looked at first, counted from 0; all unless given.
    pub fn columns(mut self, columns: Range<usize>) -> Self {
        self.part.1 = Some(columns);
        self
    }

    /// Keeps the newest rows only.
    pub fn last_rows(self, rows: u64) -> Self {
        self.last(Last::Rows(rows))
    }

    pub(crate) fn last(mut self, last: Last) -> Self {
        self.session.is_last = true;
        self.session.is_last_by_time = matches!(last, Last::Days(_));
        self.session.studio.keep(Some(last));
        self
    }

    /// Width and height of the window in points; 1280 × 800 unless given.
    pub fn size(mut self, width: f64, height: f64) -> Self {
        self.opening.size = (width, height);
        self
    }

    /// Tells each whole picture on stderr, in a line.
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.session.verbose = verbose;
        self
    }

    /// Shows files, or asks for their columns.
    #[cfg(feature = "cli")]
    pub(crate) fn open(mut self, opened: Opened) -> Self {
        self.session.open(opened);
        self
    }

    /// Shows a table.
    #[cfg(feature = "cli")]
    pub(crate) fn open_table(mut self, reading: Reading) -> Self {
        self.session.show_table(reading);
        self
    }

    /// Measures so many frames, then closes the window.
    #[cfg(feature = "cli")]
    pub(crate) fn bench(mut self, frames: usize) -> Self {
        self.bench = Some(frames);
        self.opening.pace = Pace::Unbound;
        self
    }

    /// Opens the window and returns when it is closed.
    ///
    /// Must be called on the main thread, as most systems want it, and once in a program.
    ///
    /// # Errors
    /// If there is no display, no adapter can draw on it, or the description makes no sense.
    pub fn run(self) -> Result<()> {
        self.measured().map(|_| ())
    }

    /// The same; with what was measured.
    pub(crate) fn measured(mut self) -> Result<Option<FrameTimes>> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        self.session.look_first(self.part)?;
        let look = &self.session.look;
        look.coloring.check()?;
        if let Some(grouping) = &look.category {
            grouping.mixing.colors(1)?;
            if !look.reduction.mixes(look.weights.is_some()) {
                return Err(Error::usage(Reduction::UNMIXED));
            }
        }
        Filter::Smooth { sigma: look.smooth }.check()?;
        app::run(&self.bell, self.opening, self.session, self.bench)
    }
}

/// Where points are counted: on a GPU, unless there is none but the CPU by another name.
fn engine(backend: Backend, adapter: Option<&str>) -> Result<Engine> {
    match backend {
        Backend::Cpu => Ok(Engine::Cpu),
        Backend::Gpu => Device::open(adapter).map(Engine::Gpu),
        // An adapter that was named must be there; without any, the window will say so when it is to be drawn.
        Backend::Auto => match Device::open(adapter) {
            Ok(device) => Ok(Engine::for_device(&device)),
            Err(error) if adapter.is_some() => Err(error),
            Err(_) => Ok(Engine::Cpu),
        },
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("opening", &self.opening).finish_non_exhaustive()
    }
}
