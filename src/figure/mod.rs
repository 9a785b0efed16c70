//! Aggregate + Raster → the page, as SVG text.
//!
//! The page is laid out once, in [`Figure::new`]: margins are measured from the labels that stand in them. The plot box lies
//! on whole device pixels, and all lines around it lie outside it, so that no pixel of the cells is blurred or covered.

mod added_fonts;
mod annotations;
mod bars;
mod bitmap;
mod cell_lines;
mod colorbar;
mod composite;
mod contour_labels;
mod contours;
mod dendrogram;
mod draft;
mod font;
mod frame;
mod hexagons;
mod layout;
mod legend;
mod number_style;
mod page;
mod panels;
#[cfg(feature = "cli")]
mod sheet;
mod side;
mod strip;
mod svg;
mod ticks;
mod underlay;

pub use added_fonts::add_font;
pub(crate) use added_fonts::added_fonts;
pub(crate) use composite::{Composite, CompositePage};
pub use dendrogram::Dendrogram;
pub use hexagons::{Hexagons, MAX_VECTOR_HEXAGONS};
pub use number_style::NumberStyle;
pub use page::{Aspect, Page, Theme};
pub use panels::Panels;
#[cfg(feature = "cli")]
pub(crate) use sheet::Sheet;
pub use side::{Side, SideBox, SideContent};
pub use strip::Strip;
pub use underlay::Underlay;

#[cfg(feature = "window")]
pub(crate) use draft::{axis_ticks, bar_ticks};
pub(crate) use font::FONT;
#[cfg(feature = "cli")]
pub(crate) use font::lacking;
#[cfg(feature = "window")]
pub(crate) use font::{name as name_text, width as text_width};
#[cfg(feature = "window")]
pub(crate) use ticks::{Direction, Ticks, names::ticks_between as name_ticks, value_text};

use std::fmt::Write;

use crate::data::{ColorScale, Contour, Quantity, Raster, Rect, Rgba, Scale, Values};
use crate::error::{Error, Result, plain};
use crate::figure::annotations::Annotations;
use crate::figure::cell_lines::CellLines;
use crate::figure::layout::Layout;
use crate::figure::svg::{escape, number};

/// What stands along one side of the plot box.
///
/// ```
/// # use heatbin::FigureAxis;
/// let axis = FigureAxis { range: (0.0, 24.0), label: "hour".into(), ..FigureAxis::default() };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FigureAxis {
    /// Both ends, in data units, ascending.
    pub range: (f64, f64),
    /// How values are spread over the axis. Must be that of the cells.
    pub scale: Scale,
    /// Numbers, or days since 1970-01-01 UTC, which get date ticks.
    pub quantity: Quantity,
    /// Its name; may be empty, and a line end breaks it.
    pub label: String,
    /// Names of as many cells of one size, which stand at their middles in place of numbers; empty where there are numbers.
    pub names: Vec<String>,
    /// Whether it runs the other way: x from right to left, y from the top down. Images of cells and their numbers must lie so; hexagons,
    /// contours, bars and what lies under the cells follow the axis.
    pub reversed: bool,
}

impl Default for FigureAxis {
    /// Numbers from 0 to 1.
    fn default() -> Self {
        Self {
            range: (0.0, 1.0),
            scale: Scale::Linear,
            quantity: Quantity::Number,
            label: String::new(),
            names: Vec::new(),
            reversed: false,
        }
    }
}

/// The colours with their values, at the right of the plot box.
#[derive(Clone, Debug, PartialEq)]
pub struct Colorbar {
    /// What the cells were coloured with.
    pub scale: ColorScale,
    /// What the values are; may be empty.
    pub label: String,
    /// Whether the values are whole numbers, as counts are: then no tick stands between two.
    pub whole: bool,
    /// Values that are marked across the bar, with what is written beside them, which may be empty.
    pub marks: Vec<(f64, String)>,
}

/// The categories with their colours, at the right of the plot box.
///
/// Names take as many columns as they need, up to three; then the rest is counted. Long ones are cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legend {
    /// What the categories are; may be empty.
    pub title: String,
    /// A category each, from the top.
    pub entries: Vec<LegendEntry>,
}

/// A category of a [`Legend`].
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// Its name.
    pub name: String,
    /// Its colour. One without a colour (an alpha of 0) is no category, but a title of those that follow.
    pub color: Rgba,
    /// How many rows it has, which is written beside it if it is given.
    pub rows: Option<u64>,
}

/// What stands around the plot box besides its axes and the title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Around {
    /// The colours with their values, at the right.
    pub colorbar: Option<Colorbar>,
    /// The categories with their colours, at the right, beyond the colorbar if there is one.
    pub legend: Option<Legend>,
    /// Boxes along the sides.
    pub sides: Vec<SideBox>,
    /// Whether the labels of y stand at its right. Then the colorbar stands in the corner between the boxes at the left and above, if it
    /// has room there.
    pub y_right: bool,
    /// Several plot boxes instead of one, drawn as [`Cells::Panels`].
    pub panels: Option<Panels>,
}

/// What is drawn inside the plot box.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Cells<'a> {
    /// An image of any size, stretched over the plot box without blurring.
    Raster(&'a Raster),
    /// Hexagons as paths; see [`MAX_VECTOR_HEXAGONS`].
    Hexagons(Hexagons<'a>),
    /// Nothing: contours stand alone, each in the colour of its level.
    Nothing,
    /// The cells of each of several plot boxes ([`Around::panels`]).
    Panels(&'a [Cells<'a>]),
}

/// A page, laid out: plot box, axes, colorbar or legend, and title.
///
/// ```
/// # use heatbin::{Cells, Figure, FigureAxis, Page, Raster};
/// # fn main() -> heatbin::Result<()> {
/// let axis = |label: &str| FigureAxis { label: label.to_string(), ..FigureAxis::default() };
/// let figure = Figure::new(Page::default(), axis("x"), axis("y"), None)?;
/// let (width, height) = figure.plot_pixels();
/// let cells = Raster::new(width, height, vec![128; 4 * (width * height) as usize]);
/// assert!(figure.svg(&Cells::Raster(&cells)).starts_with("<svg"));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Figure {
    page: Page,
    layout: Layout,
    /// Whether x and y run the other way.
    reversed: (bool, bool),
    x_range: (f64, f64),
    y_range: (f64, f64),
    colors: Option<ColorScale>,
    annotations: Option<Annotations>,
    cell_lines: Option<CellLines>,
    /// Those of each plot box.
    contours: Vec<Vec<Contour>>,
    /// Whether there are cells under the contours.
    has_cells: bool,
    scales: (Scale, Scale),
    underlaid: Option<underlay::Underlaid>,
}

impl Figure {
    /// Lays out a page.
    ///
    /// # Errors
    /// If the page is too small for its labels or too large to draw, or a range is not finite, not ascending, or not
    /// positive on a log scale.
    pub fn new(page: Page, x: FigureAxis, y: FigureAxis, colorbar: Option<Colorbar>) -> Result<Self> {
        Self::with(page, x, y, Around { colorbar, ..Around::default() })
    }

    /// Lays out a page with whatever else stands around the plot box.
    ///
    /// # Errors
    /// As [`Figure::new`].
    pub fn with(page: Page, x: FigureAxis, y: FigureAxis, around: Around) -> Result<Self> {
        let layout = lay_out(&page, &x, &y, &around)?;
        let colors = around.colorbar.map(|bar| bar.scale);
        let (annotations, cell_lines, contours, has_cells) = (None, None, Vec::new(), true);
        let (x_range, y_range, scales) = (x.range, y.range, (x.scale, y.scale));
        let reversed = (x.reversed, y.reversed);
        let underlaid = None;
        Ok(Self {
            page,
            layout,
            reversed,
            x_range,
            y_range,
            colors,
            annotations,
            cell_lines,
            contours,
            has_cells,
            scales,
            underlaid,
        })
    }

    /// Puts an image under the cells.
    ///
    /// # Errors
    /// If its extent does not ascend, or is not positive on a log scale, or lies out of all proportion to the axes.
    pub fn with_underlay(mut self, underlay: Underlay) -> Result<Self> {
        let (x, y) = ((self.x_range, self.scales.0), (self.y_range, self.scales.1));
        self.underlaid = Some(underlay::Underlaid::new(underlay, x, y)?.mirrored(self.reversed));
        Ok(self)
    }

    /// The cells of a plot box over the image under them, if there is one: what a PNG file shows.
    pub fn underlaid(&self, cells: Raster) -> Raster {
        match &self.underlaid {
            Some(underlaid) => {
                let under = underlaid.raster(cells.width(), cells.height());
                cells.over(&under)
            }
            None => cells,
        }
    }

    /// Writes the value of each cell of a rectangular grid into it, in dark or white, whichever is read more easily on its colour: for each
    /// plot box its values, all in texts of one size.
    ///
    /// # Errors
    /// If the cells are too small for their numbers.
    pub fn annotated(
        mut self,
        rect: &Rect,
        panels: &[Values],
        scale: &ColorScale,
        format: NumberStyle,
    ) -> Result<Self> {
        let annotations = Annotations::new(rect, panels, scale, format);
        annotations.check(self.layout.points(self.layout.panels[0].pixels))?;
        self.annotations = Some(annotations);
        Ok(self)
    }

    /// The same with the numbers on cells that lie mirrored.
    pub(crate) fn with_mirrored_numbers(mut self, mirrored: (bool, bool)) -> Self {
        self.annotations = self.annotations.map(|annotations| annotations.mirrored(mirrored));
        self
    }

    /// Draws lines between the cells of a rectangular grid, `width` points wide.
    ///
    /// # Errors
    /// If they would cover more than half of a cell.
    pub fn with_cell_lines(mut self, rect: &Rect, width: f64, color: Rgba) -> Result<Self> {
        let lines = CellLines::new(rect, width, color);
        lines.check(&self.layout)?;
        self.cell_lines = Some(lines);
        Ok(self)
    }

    /// Lays out a page with a legend in place of the colorbar.
    ///
    /// # Errors
    /// As [`Figure::new`].
    pub fn with_legend(page: Page, x: FigureAxis, y: FigureAxis, legend: &Legend) -> Result<Self> {
        Self::with(page, x, y, Around { legend: Some(legend.clone()), ..Around::default() })
    }

    /// Draws contours over the cells, or instead of them in the colours of the colorbar.
    #[must_use]
    pub fn with_contours(self, contours: Vec<Contour>, over_cells: bool) -> Self {
        self.with_panel_contours(vec![contours], over_cells)
    }

    /// The same, with contours for each of several plot boxes. There lines around a share say it, as it lies at another value in each.
    #[must_use]
    pub fn with_panel_contours(mut self, contours: Vec<Vec<Contour>>, over_cells: bool) -> Self {
        (self.contours, self.has_cells) = (contours, over_cells);
        self
    }

    /// The contours that are drawn, for each plot box.
    pub fn contours(&self) -> &[Vec<Contour>] {
        &self.contours
    }

    /// Width and height of the page in device pixels.
    pub fn page_pixels(&self) -> (u32, u32) {
        self.page.pixels()
    }

    /// Width and height of the plot box in device pixels: the raster of a PNG has this size.
    pub fn plot_pixels(&self) -> (u32, u32) {
        (self.layout.plot.width, self.layout.plot.height)
    }

    /// The plot box's left top device pixel.
    pub fn plot_origin(&self) -> (u32, u32) {
        (self.layout.plot.left, self.layout.plot.top)
    }

    /// The plot boxes: left, top, width and height in device pixels, from the page's left top corner. One, unless there are panels.
    pub fn boxes(&self) -> Vec<[u32; 4]> {
        let sides = |panel: &panels::PlacedPanel| panel.pixels;
        let boxes = self.layout.panels.iter().map(sides);
        boxes.map(|pixels| [pixels.left, pixels.top, pixels.width, pixels.height]).collect()
    }

    /// Device pixels per inch.
    pub fn dpi(&self) -> f64 {
        self.page.dpi
    }

    /// Whether the cells alone, and contours if there are any, fill the page.
    pub fn is_bare(&self) -> bool {
        self.page.bare
    }

    /// The colours of the page and of what is written on it.
    pub fn theme(&self) -> Theme {
        self.page.theme
    }

    /// The colour behind the cells; `None` if one sees through.
    pub fn paper(&self) -> Option<Rgba> {
        (!self.page.bare && !self.page.transparent).then(|| self.page.theme.paper())
    }

    /// The title, on one line.
    pub fn title(&self) -> Option<String> {
        let words: Vec<&str> = self.page.title.as_deref()?.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Texts that found no room on the page and were cut with an ellipsis, as they stand there, each once: titles, labels, names of panels
    /// and categories; and what a legend says instead of some names (`and 12 more`). A larger page has room for more.
    pub fn cut_texts(&self) -> &[String] {
        &self.layout.cut
    }

    /// The whole figure as an SVG document, in points. The bundled font is embedded.
    pub fn svg(&self, cells: &Cells) -> String {
        self.document(cells, true)
    }

    /// The same, with or without the font's data, which a reader that has the font does not need.
    pub(crate) fn document(&self, cells: &Cells, with_font: bool) -> String {
        let mut out = self.head("", "pt");
        self.content(&mut out, cells, "", with_font);
        out
    }

    /// The figure as a part of an SVG document that carries the font, with its left top corner at a place in points. What it names is
    /// told from the names of other parts by `prefix`.
    pub(crate) fn part(&self, cells: &Cells, (left, top): (f64, f64), prefix: &str) -> String {
        // Of a unit that the page around it has: there a point is one.
        let place = format!(" x=\"{}\" y=\"{}\"", number(left), number(top));
        let mut out = self.head(&place, "");
        self.content(&mut out, cells, prefix, false);
        out
    }

    /// All that stands on the page, and the end of the document.
    fn content(&self, out: &mut String, cells: &Cells, prefix: &str, with_font: bool) {
        if let Some(title) = self.title() {
            writeln!(out, "<title>{}</title>", escape(&title)).expect("a String takes all");
        }
        if with_font && !self.page.bare {
            out.push_str(&svg::font_face());
        }
        if let Some(paper) = self.paper() {
            writeln!(out, "<rect width=\"100%\" height=\"100%\" {}/>", svg::fill(paper))
                .expect("a String takes all");
        }
        for (nth, panel) in self.layout.panels.iter().enumerate() {
            let plot = self.layout.points(panel.pixels);
            if let Some(underlaid) = &self.underlaid {
                underlaid.draw(out, plot, &format!("{prefix}under{nth}"));
            }
            let cells = match cells {
                Cells::Panels(all) => all.get(nth),
                one => Some(one),
            };
            match cells {
                Some(Cells::Raster(raster)) => bitmap::draw(out, raster, plot),
                Some(Cells::Hexagons(hexagons)) => {
                    let ranges = (self.x_range, self.y_range);
                    let mirror = mirror(plot, self.reversed);
                    out.push_str(&mirror);
                    hexagons.draw(out, plot, ranges, &name(prefix, "plot", nth));
                    out.push_str(if mirror.is_empty() { "" } else { "</g>\n" });
                }
                Some(Cells::Panels(_) | Cells::Nothing) | None => {}
            }
        }
        self.lines(out, prefix);
        self.frame(out);
        out.push_str("</svg>\n");
    }

    /// What stands around and over the cells, as an SVG document of the same size without background: drawn over the raster of a
    /// PNG. For a bare page only the contours.
    pub fn overlay(&self) -> String {
        let mut out = self.head("", "pt");
        self.lines(&mut out, "");
        self.frame(&mut out);
        out.push_str("</svg>\n");
        out
    }

    fn head(&self, place: &str, unit: &str) -> String {
        let (width, height) = self.page.pixels();
        let [width, height] = [width, height].map(|pixels| number(f64::from(pixels) * self.page.point()));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"{place} \
             width=\"{width}{unit}\" height=\"{height}{unit}\" viewBox=\"0 0 {width} {height}\">\n"
        )
    }

    fn lines(&self, out: &mut String, prefix: &str) {
        if let Some(lines) = &self.cell_lines {
            lines.draw(out, &self.layout);
        }
        for (nth, (contours, panel)) in self.contours.iter().zip(&self.layout.panels).enumerate() {
            let plot = self.layout.points(panel.pixels);
            let contours: Vec<Contour> =
                contours.iter().map(|contour| contours::mirrored(contour, self.reversed)).collect();
            let contours = &contours;
            // A share lies at another value in each of several boxes: the colorbar cannot say it.
            let is_labelled = self.layout.panels.len() > 1 && !self.page.bare;
            let labels = if is_labelled { contour_labels::place(plot, contours) } else { Vec::new() };
            let free: Vec<_> = labels.iter().map(|label| label.area).collect();
            if self.has_cells {
                contours::over(out, plot, contours, &free, &name(prefix, "contours", nth));
            } else {
                contours::alone(out, plot, contours, &free, self.colors.as_ref(), self.page.theme);
            }
            contour_labels::draw(out, &labels, self.has_cells, self.page.theme.ink());
        }
    }

    fn frame(&self, out: &mut String) {
        if let Some(annotations) = &self.annotations {
            writeln!(out, "<g font-family=\"{}, 'Helvetica Neue', Arial, sans-serif\">", font::FAMILY)
                .expect("a String takes all");
            for (nth, panel) in self.layout.panels.iter().enumerate() {
                annotations.draw(out, self.layout.points(panel.pixels), nth);
            }
            out.push_str("</g>\n");
        }
        if self.page.bare {
            return;
        }
        let ink = match self.page.theme {
            Theme::Light => String::new(),
            theme => format!(" {}", svg::fill(theme.ink())),
        };
        writeln!(out, "<g font-family=\"{}, 'Helvetica Neue', Arial, sans-serif\"{ink}>", font::FAMILY)
            .expect("a String takes all");
        if self.page.grid {
            frame::grid(out, &self.layout);
        }
        frame::draw(out, &self.layout);
        side::draw(out, &self.layout);
        if let (Some(bar), Some(colors)) = (&self.layout.bar, &self.colors) {
            colorbar::draw(out, &self.layout, bar, colors);
        }
        if let Some((legend, corner)) = &self.layout.legend {
            legend::draw(out, &self.layout, legend, *corner);
        }
        out.push_str("</g>\n");
    }
}

/// What something of the `nth` plot box is called in a document.
fn name(prefix: &str, what: &str, nth: usize) -> String {
    if nth == 0 { format!("{prefix}{what}") } else { format!("{prefix}{what}{nth}") }
}

fn lay_out(page: &Page, x: &FigureAxis, y: &FigureAxis, around: &Around) -> Result<Layout> {
    page.check()?;
    for (name, axis) in [("x", x), ("y", y)] {
        check(axis).map_err(|error| error.at(format!("{name} axis")))?;
    }
    if page.bare {
        return Ok(Layout::bare(page, around.panels.as_ref().unwrap_or(&panels::ONE)));
    }
    draft::layout(page, x, y, around)
}

fn check(axis: &FigureAxis) -> Result<()> {
    let (low, high) = axis.range;
    if !low.is_finite() || !high.is_finite() || !(high - low).is_finite() {
        return Err(Error::usage(format!(
            "the range {low} to {high} is more than f64 can span",
            low = plain(low),
            high = plain(high)
        )));
    }
    if low >= high {
        return Err(Error::usage(format!(
            "the range {low} to {high} must ascend",
            low = plain(low),
            high = plain(high)
        )));
    }
    if axis.scale == Scale::Log && low <= 0.0 {
        return Err(Error::usage(format!(
            "a log scale needs values above 0, but it begins at {low}",
            low = plain(low)
        )));
    }
    Ok(())
}

/// The beginning of a group that is mirrored within a plot box; nothing if it is not.
fn mirror(plot: layout::Area, (across, down): (bool, bool)) -> String {
    if !across && !down {
        return String::new();
    }
    let turned =
        |is_turned: bool, ends: f64| if is_turned { ("-1", number(ends)) } else { ("1", number(0.0)) };
    let (x, left) = turned(across, 2.0 * plot.left + plot.width);
    let (y, top) = turned(down, 2.0 * plot.top + plot.height);
    format!("<g transform=\"matrix({x} 0 0 {y} {left} {top})\">\n")
}

#[cfg(test)]
mod tests;
