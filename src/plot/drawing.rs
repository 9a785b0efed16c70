//! From counts to a finished figure, and into files.

use std::path::Path;

use super::{Aggregate, Plot, RectBins, Run, Shape};
#[cfg(feature = "window")]
use super::{Engine, Report};
use crate::data::{ColorScale, Grid, Quantity, Reduction, Scale};
use crate::error::Result;
use crate::figure::{
    Aspect, Cells, Colorbar, Figure, FigureAxis, Hexagons, MAX_VECTOR_HEXAGONS, NumberStyle, Theme,
};
use crate::output::{self, Format};
#[cfg(feature = "files")]
use crate::source::Field;

/// What is written beside the axes.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    x: (String, Quantity),
    y: (String, Quantity),
    /// The name of the weights.
    weights: Option<String>,
    colorbar: BarLabel,
    /// How the value of each cell is written into it; `None` writes none.
    annot: Option<Annot>,
}

/// A format of the numbers in cells.
#[derive(Clone, Copy, Debug)]
enum Annot {
    /// Whole numbers for counts, three digits for others.
    Fitting,
    Given(NumberStyle),
}

impl Plot<'_, RectBins> {
    /// Writes the value of each cell into it, in the given format; `None` for whole counts, and three digits of anything else.
    ///
    /// Cells too small for their numbers are an error when the figure is drawn.
    pub fn annot(mut self, format: Option<NumberStyle>) -> Self {
        self.labels.annot = Some(format.map_or(Annot::Fitting, Annot::Given));
        self
    }
}

/// What is written beside the colorbar.
#[derive(Clone, Debug, Default)]
enum BarLabel {
    /// What was made of the rows.
    #[default]
    Reduction,
    Given(String),
    /// There is no colorbar.
    Without,
}

#[cfg(feature = "files")]
impl Labels {
    /// Names the axes and the weights after columns.
    pub fn name(&mut self, x: &Field, y: &Field, weights: Option<&Field>) {
        self.x = (x.name.clone(), x.kind.quantity());
        self.y = (y.name.clone(), y.kind.quantity());
        self.weights = weights.map(|weights| weights.name.clone());
    }
}

/// A finished figure: counts, colours and the page around them.
///
/// Dereferences to the [`Run`] it was made of.
#[derive(Clone, Debug)]
pub struct Drawing {
    run: Run,
    figure: Figure,
}

impl<S: Shape> Plot<'_, S> {
    /// The title of the figure.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.page.title = Some(title.into());
        self
    }

    /// The label of x; the column's name, or nothing, unless given.
    pub fn xlabel(mut self, label: impl Into<String>) -> Self {
        self.labels.x.0 = label.into();
        self
    }

    /// The label of y; the column's name, or nothing, unless given.
    pub fn ylabel(mut self, label: impl Into<String>) -> Self {
        self.labels.y.0 = label.into();
        self
    }

    /// The labels and quantities of both axes, and the name of the weights.
    #[cfg(feature = "window")]
    pub(crate) fn named(
        mut self,
        x: (String, Quantity),
        y: (String, Quantity),
        weights: Option<String>,
    ) -> Self {
        (self.labels.x, self.labels.y, self.labels.weights) = (x, y, weights);
        self
    }

    /// The label of the colorbar; `count`, or what was made of the weights, unless given. `None` leaves the colorbar out.
    pub fn cbar_label(mut self, label: Option<&str>) -> Self {
        self.labels.colorbar = label.map_or(BarLabel::Without, |label| BarLabel::Given(label.to_owned()));
        self
    }

    /// Width and height of the page in inches; 6.4 × 4.8 unless given, as in matplotlib.
    pub fn figsize(mut self, width: f64, height: f64) -> Self {
        self.page.figsize = (width, height);
        self
    }

    /// Pixels per inch; 200 unless given.
    pub fn dpi(mut self, dpi: f64) -> Self {
        self.page.dpi = dpi;
        self
    }

    /// The colours of the page and of what is written on it; light unless given.
    pub fn theme(mut self, theme: Theme) -> Self {
        self.page.theme = theme;
        self
    }

    /// Leaves the background out.
    pub fn transparent(mut self, transparent: bool) -> Self {
        self.page.transparent = transparent;
        self
    }

    /// Draws lines over the cells at the labelled ticks.
    pub fn grid(mut self, grid: bool) -> Self {
        self.page.grid = grid;
        self
    }

    /// How long a unit of y is beside one of x.
    pub fn aspect(mut self, aspect: Aspect) -> Self {
        self.page.aspect = aspect;
        self
    }

    /// Draws the cells alone, without axes, on the whole page.
    pub fn bare(mut self, bare: bool) -> Self {
        self.page.bare = bare;
        self
    }

    /// Counts the points and lays out the figure.
    ///
    /// # Errors
    /// As [`run`](Self::run), or if the page is too small for its labels.
    pub fn figure(&self) -> Result<Drawing> {
        self.page.check()?;
        let run = self.run()?;
        let Aggregate { grid, values, .. } = &run.aggregate;
        let mut figure = self.laid_out(grid, &run.scale, values.reduction())?;
        if let (Some(annot), Grid::Rect(rect)) = (self.labels.annot, &**grid) {
            let format = match annot {
                Annot::Given(format) => format,
                Annot::Fitting if is_whole(values.reduction()) => NumberStyle::WHOLE,
                Annot::Fitting => NumberStyle::SHORT,
            };
            figure = figure.annotated(rect, values, &run.scale, format)?;
        }
        Ok(Drawing { run, figure })
    }

    /// The figure of cells that were counted already.
    ///
    /// # Errors
    /// As [`figure`](Self::figure).
    #[cfg(feature = "window")]
    pub(crate) fn figure_of(&self, aggregate: Aggregate) -> Result<Drawing> {
        let run = self.colored(aggregate, Report::of_counted(), Engine::Cpu)?;
        let figure = self.laid_out(&run.aggregate.grid, &run.scale, run.aggregate.values.reduction())?;
        Ok(Drawing { run, figure })
    }

    /// The page around these cells, of which each has what `reduction` made of its rows.
    pub(crate) fn laid_out(&self, grid: &Grid, scale: &ColorScale, reduction: Reduction) -> Result<Figure> {
        let ((x_range, x_scale), (y_range, y_scale)) = extent(grid);
        let axis = |range, scale, label: &(String, Quantity)| FigureAxis {
            range,
            scale,
            quantity: label.1,
            label: label.0.clone(),
        };
        let label = match &self.labels.colorbar {
            BarLabel::Reduction => Some(reduction.label(self.labels.weights.as_deref())),
            BarLabel::Given(label) => Some(label.clone()),
            BarLabel::Without => None,
        };
        let whole = is_whole(reduction);
        let bar = |label| Colorbar { scale: scale.clone(), label, whole };
        Figure::new(
            self.page.clone(),
            axis(x_range, x_scale, &self.labels.x),
            axis(y_range, y_scale, &self.labels.y),
            label.map(bar),
        )
    }
}

/// Whether the values are whole numbers.
fn is_whole(reduction: Reduction) -> bool {
    matches!(reduction, Reduction::Count | Reduction::Distinct)
}

/// What the plot box shows: both ends and the scale of x and of y.
type Extent = (((f64, f64), Scale), ((f64, f64), Scale));

fn extent(grid: &Grid) -> Extent {
    match grid {
        Grid::Rect(rect) => ((rect.x.range(), rect.x.scale()), (rect.y.range(), rect.y.scale())),
        Grid::Hex(hex) => {
            let of =
                |axis: &crate::data::HexAxis| ((axis.value(0.0), axis.value(axis.cells as f64)), axis.scale);
            (of(&hex.x), of(&hex.y))
        }
    }
}

impl Drawing {
    /// The page.
    pub fn figure(&self) -> &Figure {
        &self.figure
    }

    /// The figure as a PNG file.
    ///
    /// # Errors
    /// If the device fails, or there is no memory for the page.
    pub fn png(&self) -> Result<Vec<u8>> {
        let (width, height) = self.figure.plot_pixels();
        output::encode_png(&self.figure, &self.raster(width, height)?)
    }

    /// The figure as SVG text.
    ///
    /// Hexagons are paths while they are few enough ([`MAX_VECTOR_HEXAGONS`]); all other cells are an image.
    ///
    /// # Errors
    /// If the device fails.
    pub fn svg(&self) -> Result<String> {
        self.with_cells(|cells| Ok(self.figure.svg(cells)))
    }

    /// The figure as a PDF file, its cells as in [`svg`](Self::svg).
    ///
    /// # Errors
    /// If the device fails, or the page cannot be written as PDF.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Result<Vec<u8>> {
        self.with_cells(|cells| output::encode_pdf(&self.figure, cells))
    }

    fn with_cells<T>(&self, draw: impl FnOnce(&Cells<'_>) -> Result<T>) -> Result<T> {
        if let Grid::Hex(grid) = &*self.aggregate.grid {
            let hexagons = Hexagons { grid, values: &self.aggregate.values, colors: &self.scale };
            if hexagons.drawn() <= MAX_VECTOR_HEXAGONS {
                return draw(&Cells::Hexagons(hexagons));
            }
        }
        let (width, height) = self.vector_pixels();
        draw(&Cells::Raster(&self.raster(width, height)?))
    }

    /// Pixels of the image in a vector file: a whole number for each cell where cells are alike, so that none is cut short.
    fn vector_pixels(&self) -> (u32, u32) {
        let (width, height) = self.figure.plot_pixels();
        let Grid::Rect(rect) = &*self.aggregate.grid else {
            return (width, height);
        };
        let side = |axis: &crate::data::Axis, pixels: u32| {
            let bins = axis.bins() as u32;
            if axis.is_even() && bins <= pixels { bins * pixels.div_ceil(bins) } else { pixels }
        };
        (side(&rect.x, width), side(&rect.y, height))
    }

    /// Writes the figure or the counts to a file, by its ending: `.png .svg .pdf` the figure, `.npz .npy .csv .parquet` the
    /// counts. The file appears whole or not at all.
    ///
    /// # Errors
    /// If there is no such ending, the file cannot be written, or drawing fails.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        match Format::of(path)? {
            Format::Png => output::write(path, &self.png()?),
            Format::Svg => output::write(path, self.svg()?.as_bytes()),
            #[cfg(feature = "pdf")]
            Format::Pdf => output::write(path, &self.pdf()?),
            #[cfg(feature = "files")]
            Format::Numbers(_) => output::save_numbers(path, &self.aggregate),
        }
    }
}

impl std::ops::Deref for Drawing {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}
