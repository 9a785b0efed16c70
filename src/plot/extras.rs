//! What is drawn besides the cells: histograms beside them, an image under them.

use super::{Facets, Plot, Run, Shape};
use crate::data::{Aggregate, Contour, Grid, Raster};
use crate::density::contours;
use crate::error::{Error, Result};
use crate::figure::{Around, Figure, Page, Panels, Side, SideBox, SideContent, Underlay};

/// What was asked for besides the cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Extras {
    marginals: bool,
    underlay: Option<Underlay>,
}

/// Both ends of x and of y.
type Extent = ((f64, f64), (f64, f64));

impl<S: Shape> Plot<'_, S> {
    /// Draws the cells added up along x and along y, as bars above and at the right of them: see
    /// [`Aggregate::marginals`](crate::Aggregate::marginals). A bare page has none.
    ///
    /// ```no_run
    /// # let (x, y) = (vec![0.0], vec![0.0]);
    /// heatbin::hexbin(&x, &y).gridsize(60).marginals(true).figure()?.save("joint.png")?;
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn marginals(mut self, marginals: bool) -> Self {
        self.extras.marginals = marginals;
        self
    }

    /// Draws an image under the cells, which then are drawn only where there is a row, unless [`mincnt`](Self::mincnt) says otherwise.
    ///
    /// `extent` says where the left and right sides of the image and its lower and upper ones lie, in data units; at the ends of
    /// the axes unless given.
    pub fn underlay(mut self, image: Raster, extent: Option<Extent>) -> Self {
        self.extras.underlay = Some(Underlay { image, extent });
        self
    }

    /// Whether the cells are added up along each axis.
    pub(super) fn has_marginals(&self) -> bool {
        self.extras.marginals
    }

    /// Whether an image lies under the cells.
    pub(super) fn has_underlay(&self) -> bool {
        self.extras.underlay.is_some()
    }

    /// The figure with the image under it.
    pub(super) fn underlaid(&self, figure: Figure) -> Result<Figure> {
        match &self.extras.underlay {
            Some(underlay) => figure.with_underlay(underlay.clone()),
            None => Ok(figure),
        }
    }

    /// The boxes along the sides of the plot box.
    pub(super) fn sides(&self, aggregate: &Aggregate) -> Vec<SideBox> {
        /// The depth of a histogram, as a share of the page's shorter side, within limits in points.
        const DEPTH: f64 = 0.15;
        const DEPTHS: (f64, f64) = (28.0, 90.0);
        const GAP: f64 = 5.0;
        if !self.extras.marginals || self.style.page.bare {
            return Vec::new();
        }
        let (width, height) = self.style.page.figsize;
        let depth = (72.0 * DEPTH * width.min(height)).clamp(DEPTHS.0, DEPTHS.1);
        let (x, y) = aggregate.marginals();
        let bars = |side, marginal| SideBox { side, depth, gap: GAP, content: SideContent::Bars(marginal) };
        vec![bars(Side::Top, x), bars(Side::Right, y)]
    }

    /// Refuses what panels do not have.
    pub(super) fn check_panels(&self) -> Result<()> {
        if !self.extras.marginals {
            return Ok(());
        }
        Err(Error::usage("panels of categories have no marginal histograms: leave one of them out"))
    }

    /// The page around a panel for each category.
    ///
    /// # Errors
    /// If the page is too small for its labels, or the cells for their numbers, or no contour can be drawn.
    pub(super) fn laid_out_facets(&self, run: &Run, facets: &Facets) -> Result<Figure> {
        let layers = &facets.layers;
        let title = |name: &String| match &self.style.labels.category {
            Some(column) => format!("{column} = {name}"),
            None => name.clone(),
        };
        let panels = Panels { columns: facets.columns, titles: layers.names.iter().map(title).collect() };
        let mut page = self.style.page.clone();
        if !self.style.has_own_size {
            let rows = layers.len().div_ceil(facets.columns).max(1);
            page.figsize = self.style.usual_size(figsize(facets.columns, rows));
        }
        let (x, y) = self.axes(&run.aggregate.grid);
        let lines = |nth: usize| {
            let lines = contours(&facets.panel(nth, run), self.contour_levels());
            lines.map_err(|error| error.at(&panels.titles[nth]))
        };
        let lines: Vec<Vec<Contour>> = (0..layers.len()).map(lines).collect::<Result<_>>()?;
        // Each level of a value is one mark; a share lies at another value in each panel, so that the lines say it there.
        let mut all = lines.concat();
        all.retain(|contour| lines.len() == 1 || contour.share.is_none());
        all.sort_by(|a, b| a.level.total_cmp(&b.level));
        let colorbar = self.colorbar(&run.aggregate, &run.scale, &all);
        let figure =
            Figure::with(page, x, y, Around { colorbar, panels: Some(panels), ..Around::default() })?;
        let figure = figure.with_panel_contours(lines, self.has_cells());
        match (self.style.labels.annot, &*run.aggregate.grid) {
            (Some(annot), Grid::Rect(rect)) => {
                let style = annot.style(&run.aggregate.values);
                let figure = figure.annotated(rect, &layers.values, &run.scale, style)?;
                Ok(figure.with_mirrored_numbers(self.style.inverted))
            }
            _ => Ok(figure),
        }
    }
}

/// A page for so many panels, in inches: one is as large as a figure of its own, and each further adds as much as shows its cells.
fn figsize(columns: usize, rows: usize) -> (f64, f64) {
    let (width, height) = Page::default().figsize;
    let tenths = |inches: f64| (inches * 10.0).round() / 10.0;
    match (columns, rows) {
        (1, 1) => (width, height),
        (columns, rows) => (tenths(1.6 + 2.3 * columns as f64), tenths(0.9 + 2.05 * rows as f64)),
    }
}
