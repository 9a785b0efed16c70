//! The sheet of colormaps: every name beside its colours.

use std::fmt::Write;

use crate::data::Colormap;
use crate::figure::font;
use crate::figure::svg::{self, Anchor, fill, number, rect, text};

/// Columns of names.
const COLUMNS: usize = 3;
/// Everything below is in points.
const COLUMN: f64 = 200.0;
const LINE: f64 = 15.0;
const MARGIN: f64 = 12.0;
const NAME: f64 = 84.0;
const BAR: f64 = 10.0;
const SIZE: f64 = 8.0;

/// A page of colormaps.
#[derive(Debug)]
pub struct Sheet {
    /// Width and height in points.
    pub size: (f64, f64),
    body: String,
}

impl Sheet {
    /// Lays the maps out in columns, in their order, downwards.
    pub fn new(maps: &[Colormap]) -> Self {
        let lines = maps.len().div_ceil(COLUMNS);
        let mut body = String::new();
        for (nth, map) in maps.iter().enumerate() {
            let left = MARGIN + (nth / lines) as f64 * COLUMN;
            let top = MARGIN + (nth % lines) as f64 * LINE;
            text(&mut body, (left + NAME - 6.0, top + BAR - 2.0), SIZE, Anchor::End, map.name());
            let (start, width) = (left + NAME, COLUMN - NAME - 4.0);
            let step = width / map.colors().len() as f64;
            for (k, &color) in map.colors().iter().enumerate() {
                // Up to the end of the bar: the next colour lies over it, so no seam shows between two.
                let data = rect(start + k as f64 * step, top, width - k as f64 * step, BAR);
                writeln!(body, "<path {} d=\"{data}\"/>", fill(color)).expect("a String takes all");
            }
        }
        let size = (2.0 * MARGIN + COLUMNS as f64 * COLUMN, 2.0 * MARGIN + lines as f64 * LINE);
        Self { size, body }
    }

    /// The sheet as an SVG document, with the bundled font or for a reader that has it.
    pub fn svg(&self, with_font: bool) -> String {
        let [width, height] = [self.size.0, self.size.1].map(number);
        let font = if with_font { svg::font_face() } else { String::new() };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} \
             {height}\">\n{font}<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<g font-family=\"{}, sans-serif\">\n\
             {}</g>\n</svg>\n",
            font::FAMILY,
            self.body
        )
    }
}
