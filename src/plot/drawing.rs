//! From counts to a finished figure, and into files.

use std::path::Path;
#[cfg(feature = "window")]
use std::sync::Arc;

use super::heatmap::Origins;
use super::style::page_setters;
use super::{Aggregate, Facets, Mixture, Plot, RectBins, Run, Shape};
#[cfg(feature = "window")]
use super::{Engine, Report};
#[cfg(feature = "cli")]
use crate::data::Values;
use crate::data::{Clusters, ColorScale, Contour, Grid, Level, Quantity, Raster, Scale};
use crate::density::contours;
use crate::error::{Error, Result};
use crate::figure::{
    Around, Aspect, Cells, Colorbar, Figure, FigureAxis, Hexagons, Legend, LegendEntry, MAX_VECTOR_HEXAGONS,
    NumberStyle,
};
use crate::output::{self, Format};
use crate::shading::Interpolation;

impl<S> Plot<'_, S> {
    /// Where lines are to be drawn.
    pub(super) fn contour_levels(&self) -> &[Level] {
        &self.lines.levels
    }

    /// Whether contours stand without cells.
    pub(super) fn has_cells(&self) -> bool {
        !self.lines.alone
    }

    /// Whether numbers are to be written into the cells.
    pub(super) fn has_numbers(&self) -> bool {
        self.style.labels.annot.is_some()
    }
}

impl Plot<'_, RectBins> {
    /// Writes the value of each cell into it, in the given format; `None` for whole counts, and three digits of anything else.
    ///
    /// Cells too small for their numbers are an error when the figure is drawn.
    pub fn annot(mut self, format: Option<NumberStyle>) -> Self {
        self.style.labels.annot = Some(format.into());
        self
    }
}

/// The contours that are asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    levels: Vec<Level>,
    /// Whether they are drawn without the cells.
    alone: bool,
}

impl Plot<'_, RectBins> {
    /// Draws lines at these levels over the cells, through points between the centres of cells as `matplotlib.contour`.
    ///
    /// A level is a value, or the share of all the mass that lies within the line. The colorbar marks each; in several panels
    /// lines around a share say it instead, as it lies at another value in each.
    ///
    /// ```no_run
    /// # let (x, y) = (vec![0.0], vec![0.0]);
    /// use heatbin::Level;
    ///
    /// let plot = heatbin::hist2d(&x, &y).bins(200).smooth((2.0, 2.0));
    /// plot.contour([Level::Share(0.5), Level::Share(0.9)]).figure()?.save("density.png")?;
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn contour(mut self, levels: impl IntoIterator<Item = Level>) -> Self {
        self.lines.levels = levels.into_iter().collect();
        self
    }

    /// Draws the contours without the cells, each in the colour of its level.
    pub fn contour_only(mut self, alone: bool) -> Self {
        self.lines.alone = alone;
        self
    }
}

/// A finished figure: counts, colours and the page around them.
///
/// Dereferences to the [`Run`] it was made of.
#[derive(Clone, Debug)]
pub struct Drawing {
    run: Run,
    figure: Figure,
    has_cells: bool,
    /// Whether the cells are also added up along each axis.
    #[cfg_attr(not(feature = "files"), allow(dead_code, reason = "number files alone are written of it"))]
    has_marginals: bool,
    /// Whether x runs from right to left, and y from the top down.
    inverted: (bool, bool),
    /// The table whose numbers the cells are, if they are.
    #[cfg_attr(
        not(feature = "files"),
        allow(dead_code, reason = "number files alone are written of the table")
    )]
    origins: Option<Origins>,
}

impl<S: Shape> Plot<'_, S> {
    page_setters!();

    /// The labels and quantities of both axes, and the names of the weights and of the categories.
    #[cfg(feature = "window")]
    pub(crate) fn named(
        mut self,
        x: (String, Quantity),
        y: (String, Quantity),
        (weights, category): (Option<String>, Option<String>),
    ) -> Self {
        let labels = &mut self.style.labels;
        (labels.x, labels.y, labels.weights, labels.category) = (x, y, weights, category);
        self
    }

    /// The label of the colorbar; `count`, or what was made of the weights, unless given. Of categories, the title of the legend; their
    /// column's name unless given. `None` leaves the colorbar or legend out.
    pub fn cbar_label(mut self, label: Option<&str>) -> Self {
        self.style.labels.colorbar = label.into();
        self
    }

    /// Writes beside each category in the legend how many of its rows are in a cell.
    pub fn legend_counts(mut self, counts: bool) -> Self {
        self.style.labels.counts = counts;
        self
    }

    /// Draws lines over the cells at the labelled ticks.
    pub fn grid(mut self, grid: bool) -> Self {
        self.style.page.grid = grid;
        self
    }

    /// How long a unit of y is beside one of x.
    pub fn aspect(mut self, aspect: Aspect) -> Self {
        self.style.page.aspect = aspect;
        self
    }

    /// Lets x run from right to left: matplotlib's `Axes.invert_xaxis`.
    pub fn invert_xaxis(mut self, inverted: bool) -> Self {
        self.style.inverted.0 = inverted;
        self
    }

    /// Lets y run from the top down, as depths and magnitudes do: matplotlib's `Axes.invert_yaxis`.
    pub fn invert_yaxis(mut self, inverted: bool) -> Self {
        self.style.inverted.1 = inverted;
        self
    }

    /// Counts the points and lays out the figure.
    ///
    /// # Errors
    /// As [`run`](Self::run), or if the page is too small for its labels.
    pub fn figure(&self) -> Result<Drawing> {
        self.style.page.check()?;
        self.lines.levels.iter().try_for_each(|level| level.check())?;
        if self.lines.alone && self.lines.levels.is_empty() {
            return Err(Error::usage("contours alone, but no level for one: name some (--contour)"));
        }
        let run = self.run()?;
        let (has_cells, has_marginals) = (self.has_cells(), self.has_marginals());
        let inverted = self.style.inverted;
        if let Some(facets) = &run.facets {
            let figure = self.underlaid(self.laid_out_facets(&run, facets)?)?;
            return Ok(Drawing { run, figure, has_cells, has_marginals, inverted, origins: None });
        }
        let Aggregate { grid, values, .. } = &run.aggregate;
        let contours = contours(&run.aggregate, &self.lines.levels)?;
        if let Some(mixture) = &run.mixture {
            let figure = self.laid_out_mixed(&run.aggregate, mixture)?.with_contours(contours, has_cells);
            let figure = self.underlaid(figure)?;
            return Ok(Drawing { run, figure, has_cells, has_marginals, inverted, origins: None });
        }
        let mut figure = self.underlaid(self.laid_out(&run.aggregate, &run.scale, contours)?)?;
        if let (Some(annot), Grid::Rect(rect)) = (self.style.labels.annot, &**grid) {
            let cells = std::slice::from_ref(values);
            figure = figure.annotated(rect, cells, &run.scale, annot.style(values))?;
            figure = figure.with_mirrored_numbers(inverted);
        }
        Ok(Drawing { run, figure, has_cells, has_marginals, inverted, origins: None })
    }

    /// The figure of cells that were counted and coloured already.
    ///
    /// # Errors
    /// As [`figure`](Self::figure).
    #[cfg(feature = "window")]
    pub(crate) fn figure_of(
        &self,
        aggregate: Aggregate,
        scale: ColorScale,
        mixture: Option<Arc<Mixture>>,
    ) -> Result<Drawing> {
        let figure = match &mixture {
            Some(mixture) => self.laid_out_mixed(&aggregate, mixture)?,
            None => self.laid_out(&aggregate, &scale, Vec::new())?,
        };
        let how = (Report::of_cells("counted already"), Engine::Cpu);
        let run = Run { mixture, ..Run::new(aggregate, scale, how) };
        let inverted = self.style.inverted;
        Ok(Drawing { run, figure, has_cells: true, has_marginals: false, inverted, origins: None })
    }

    /// The page around these cells, with these lines over them.
    pub(crate) fn laid_out(
        &self,
        aggregate: &Aggregate,
        scale: &ColorScale,
        contours: Vec<Contour>,
    ) -> Result<Figure> {
        let (x, y) = self.axes(&aggregate.grid);
        let colorbar = self.colorbar(aggregate, scale, &contours);
        let around = Around { colorbar, sides: self.sides(aggregate), ..Around::default() };
        let figure = Figure::with(self.style.page.clone(), x, y, around)?;
        Ok(figure.with_contours(contours, !self.lines.alone))
    }

    /// The colorbar of these cells; `None` if there is to be none.
    pub(super) fn colorbar(
        &self,
        aggregate: &Aggregate,
        scale: &ColorScale,
        contours: &[Contour],
    ) -> Option<Colorbar> {
        let (values, labels) = (&aggregate.values, &self.style.labels);
        let label = labels.colorbar.of(|| values.label(labels.weights.as_deref()))?;
        let mut marks: Vec<_> = contours.iter().map(|contour| (contour.level, contour.label())).collect();
        marks.dedup();
        Some(Colorbar { scale: scale.clone(), label, whole: values.are_whole(), marks })
    }

    /// The page around cells of categories.
    pub(crate) fn laid_out_mixed(&self, aggregate: &Aggregate, mixture: &Mixture) -> Result<Figure> {
        let (x, y) = self.axes(&aggregate.grid);
        let sides = self.sides(aggregate);
        let labels = &self.style.labels;
        let Some(title) = labels.colorbar.of(|| labels.category.clone().unwrap_or_default()) else {
            return Figure::with(self.style.page.clone(), x, y, Around { sides, ..Around::default() });
        };
        let Mixture { layers, key, .. } = mixture;
        let entry = |nth: usize| LegendEntry {
            name: layers.names[nth].clone(),
            color: key[nth],
            rows: labels.counts.then(|| layers.rows(nth)),
        };
        let legend = Legend { title, entries: (0..layers.len()).map(entry).collect() };
        let around = Around { legend: Some(legend), sides, ..Around::default() };
        Figure::with(self.style.page.clone(), x, y, around)
    }

    pub(super) fn axes(&self, grid: &Grid) -> (FigureAxis, FigureAxis) {
        let ((x_range, x_scale), (y_range, y_scale)) = extent(grid);
        let axis = |range, scale, label: &(String, Quantity), reversed| FigureAxis {
            range,
            scale,
            quantity: label.1,
            label: label.0.clone(),
            reversed,
            ..FigureAxis::default()
        };
        let (labels, inverted) = (&self.style.labels, self.style.inverted);
        (axis(x_range, x_scale, &labels.x, inverted.0), axis(y_range, y_scale, &labels.y, inverted.1))
    }
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
    /// Of a table.
    pub(super) fn of_matrix(run: Run, figure: Figure, origins: Origins) -> Self {
        let inverted = (false, false);
        Self { run, figure, has_cells: true, has_marginals: false, inverted, origins: Some(origins) }
    }

    /// Rows and columns of the table whose numbers the cells are, if they are.
    #[cfg(feature = "cli")]
    pub(crate) fn matrix_shape(&self) -> Option<(usize, usize)> {
        self.origins.as_ref().map(Origins::shape)
    }

    /// How the rows and columns were clustered, of a [`clustermap`](crate::clustermap).
    pub fn clusters(&self) -> Option<&Clusters> {
        self.origins.as_ref()?.clusters.as_deref()
    }

    /// Whether any cell has a colour.
    #[cfg(feature = "cli")]
    pub(crate) fn shows_cells(&self) -> bool {
        let (table, palette) = (self.scale.thresholds_of(&self.aggregate.values), self.scale.palette());
        let is_colored =
            |values: &Values, cell| palette[table.entry(values.key(cell, self.scale.mincnt))][3] > 0;
        let shows = |values: &Values| (0..values.len()).any(|cell| is_colored(values, cell));
        self.mixture.is_some() || self.colored_values().iter().any(shows)
    }

    /// The page.
    pub fn figure(&self) -> &Figure {
        &self.figure
    }

    /// The figure as a PNG file.
    ///
    /// # Errors
    /// If the device fails, or there is no memory for the page.
    pub fn png(&self) -> Result<Vec<u8>> {
        output::encode_png(&self.figure, &self.pixels()?)
    }

    /// The pixels of the whole page.
    pub(super) fn page(&self) -> Result<Raster> {
        output::page_pixels(&self.figure, &self.pixels()?)
    }

    /// The figure as a part of an SVG document; see [`Figure::part`].
    pub(super) fn part(&self, place: (f64, f64), prefix: &str) -> Result<String> {
        self.with_cells(|cells| Ok(self.figure.part(cells, place, prefix)))
    }

    /// The pixels of the plot box, or of all that panels lie in.
    fn pixels(&self) -> Result<Raster> {
        let shaded = |nth: usize, width: u32, height: u32| {
            let cells = match &self.facets {
                _ if !self.has_cells => Raster::clear(width, height),
                Some(facets) => facets.shade(nth, self, width, height)?,
                None => self.raster(width, height)?,
            };
            Ok::<_, Error>(self.figure.underlaid(cells.mirrored(self.inverted)))
        };
        let (width, height) = self.figure.plot_pixels();
        let boxes = self.figure.boxes();
        if boxes.len() == 1 {
            return shaded(0, width, height);
        }
        let (left, top) = self.figure.plot_origin();
        let mut all = Raster::clear(width, height);
        for (nth, [x, y, width, height]) in boxes.into_iter().enumerate() {
            all.paste(&shaded(nth, width, height)?, (x - left, y - top));
        }
        Ok(all)
    }

    /// The figure as SVG text.
    ///
    /// Hexagons are paths while they are few enough ([`MAX_VECTOR_HEXAGONS`]); all other cells, and those of categories, are an image.
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
        if !self.has_cells {
            return draw(&Cells::Nothing);
        }
        if let Some(facets) = &self.facets {
            return self.with_panels(facets, draw);
        }
        if let (Grid::Hex(grid), None) = (&*self.aggregate.grid, &self.mixture) {
            let hexagons = Hexagons { grid, values: &self.aggregate.values, colors: &self.scale };
            if hexagons.drawn() <= MAX_VECTOR_HEXAGONS {
                return draw(&Cells::Hexagons(hexagons));
            }
        }
        let (width, height) = self.vector_pixels();
        draw(&Cells::Raster(&self.raster(width, height)?.mirrored(self.inverted)))
    }

    /// The same of panels: hexagons are paths while all together are few enough.
    fn with_panels<T>(&self, facets: &Facets, draw: impl FnOnce(&Cells<'_>) -> Result<T>) -> Result<T> {
        let count = facets.layers.len();
        if let Grid::Hex(grid) = &*self.aggregate.grid {
            let panels: Vec<_> = (0..count).map(|nth| facets.panel(nth, self).values).collect();
            let hexagons = panels.iter().map(|values| Hexagons { grid, values, colors: &self.scale });
            if hexagons.clone().map(|hexagons| hexagons.drawn()).sum::<usize>() <= MAX_VECTOR_HEXAGONS {
                return draw(&Cells::Panels(&hexagons.map(Cells::Hexagons).collect::<Vec<_>>()));
            }
        }
        let (width, height) = self.vector_pixels();
        let shaded = |nth| Ok(facets.shade(nth, self, width, height)?.mirrored(self.inverted));
        let rasters = (0..count).map(shaded);
        let rasters: Vec<Raster> = rasters.collect::<Result<_>>()?;
        draw(&Cells::Panels(&rasters.iter().map(Cells::Raster).collect::<Vec<_>>()))
    }

    /// Pixels of the image in a vector file: a whole number for each cell where cells are alike, so that none is cut short.
    fn vector_pixels(&self) -> (u32, u32) {
        let [_, _, width, height] = self.figure.boxes()[0];
        if self.resampling.is_some_and(|how| how.interpolation != Interpolation::Nearest) {
            return (width, height);
        }
        let Grid::Rect(rect) = &*self.aggregate.grid else {
            return (width, height);
        };
        let side = |axis: &crate::data::Axis, pixels: u32| {
            let bins = axis.bins() as u32;
            if axis.is_even() && bins <= pixels { bins * pixels.div_ceil(bins) } else { pixels }
        };
        (side(&rect.x, width), side(&rect.y, height))
    }

    /// Writes the figure or its numbers to a file, by its ending: `.png .svg .pdf` the figure, `.npz .npy .csv .parquet` the
    /// counts, or of a table its rows and columns. The file appears whole or not at all.
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
            Format::Numbers(_) => {
                if let Some(origins) = &self.origins {
                    let drawn = origins.drawn(&self.aggregate.values);
                    return match &origins.clusters {
                        Some(clusters) => output::save_clusters(path, &drawn, clusters),
                        None => output::save_matrix(path, &drawn),
                    };
                }
                let Run { aggregate, .. } = &self.run;
                let numbers =
                    output::Numbers { aggregate, layers: self.layers(), marginals: self.has_marginals };
                numbers.save(path)
            }
        }
    }
}

impl std::ops::Deref for Drawing {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}
