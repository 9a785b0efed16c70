//! Hexagons as paths.

use std::fmt::Write;

use crate::data::{ColorScale, Hex, Values};
use crate::figure::layout::Area;
use crate::figure::svg::{fill, hex, number, rect};

/// Up to so many drawn hexagons are worth being paths: about a megabyte. More are better drawn as pixels.
pub const MAX_VECTOR_HEXAGONS: usize = 20_000;

/// The hexagons of an aggregate with their colours.
#[derive(Clone, Copy, Debug)]
pub struct Hexagons<'a> {
    /// The lattices; the ranges of the figure's axes say which part of them is in view.
    pub grid: &'a Hex,
    /// One value a cell.
    pub values: &'a Values,
    /// From value to colour.
    pub colors: &'a ColorScale,
}

/// Both ends of x and of y.
type Ranges = ((f64, f64), (f64, f64));

impl Hexagons<'_> {
    /// How many cells have a colour; to be compared with [`MAX_VECTOR_HEXAGONS`].
    pub fn drawn(&self) -> usize {
        let (thresholds, palette) = (self.colors.thresholds_of(self.values), self.colors.palette());
        let has_color =
            |&cell: &usize| palette[thresholds.entry(self.values.key(cell, self.colors.mincnt))][3] > 0;
        (0..self.values.len()).filter(has_color).count()
    }

    /// One path for each colour, in the order of the scale, clipped to the plot box under a name of its own in the document.
    pub(crate) fn draw(&self, out: &mut String, plot: Area, (x_range, y_range): Ranges, clip: &str) {
        let (thresholds, palette) = (self.colors.thresholds_of(self.values), self.colors.palette());
        let mut paths = vec![String::new(); palette.len()];
        let (left, right) = (self.grid.x.position(x_range.0), self.grid.x.position(x_range.1));
        let (bottom, top) = (self.grid.y.position(y_range.0), self.grid.y.position(y_range.1));
        let (across, up) = (plot.width / (right - left), plot.height / (top - bottom));
        let outline = outline(across, up);
        let (start_x, start_y) = Hex::CORNERS[0];
        for cell in 0..self.values.len() {
            let entry = thresholds.entry(self.values.key(cell, self.colors.mincnt));
            if palette[entry][3] > 0 {
                let (x, y) = self.grid.center(cell);
                let x = hundredths(plot.left + (x - left + start_x) * across);
                let y = hundredths(plot.bottom() - (y - bottom + start_y) * up);
                write!(paths[entry], "M{x} {y}{outline}").expect("a String takes all");
            }
        }
        let box_path = rect(plot.left, plot.top, plot.width, plot.height);
        // A thin line of the same colour covers the seams that renderers leave between neighbours.
        let line = number((0.08 * across).min(0.4));
        writeln!(
            out,
            "<clipPath id=\"{clip}\"><path d=\"{box_path}\"/></clipPath>\n\
             <g clip-path=\"url(#{clip})\" stroke-width=\"{line}\" stroke-linejoin=\"round\">"
        )
        .expect("a String takes all");
        for (data, color) in paths.iter().zip(palette).filter(|(data, _)| !data.is_empty()) {
            // Where colours are not opaque, the line would show twice.
            let stroke = if color[3] == 255 { format!(" stroke=\"{}\"", hex(color)) } else { String::new() };
            writeln!(out, "<path {}{stroke} d=\"{data}\"/>", fill(color)).expect("a String takes all");
        }
        out.push_str("</g>\n");
    }
}

/// The way around a hexagon from its first corner, as relative path data.
fn outline(across: f64, up: f64) -> String {
    let rounded = |v: f64| (v * 100.0).round() as i64;
    let corner = |(x, y): (f64, f64)| (rounded(x * across), rounded(-y * up));
    // Steps between rounded corners, so that the way closes.
    let steps = Hex::CORNERS.windows(2).map(|pair| (corner(pair[0]), corner(pair[1])));
    let mut data = String::from("l");
    for (k, ((x0, y0), (x1, y1))) in steps.enumerate() {
        let gap = if k == 0 { "" } else { " " };
        let [x, y] = [x1 - x0, y1 - y0].map(|step| hundredths(step as f64 / 100.0));
        write!(data, "{gap}{x} {y}").expect("a String takes all");
    }
    data.push('z');
    data.replace(" -", "-")
}

/// A position in points to a hundredth: 0.004 mm.
fn hundredths(value: f64) -> String {
    number((value * 100.0).round() / 100.0)
}
