//! Numbers in the cells of a rectangular grid.

use std::fmt::Write;

use crate::data::{Axis, ColorScale, Rect, Rgba, Values};
use crate::error::{Error, Result};
use crate::figure::font::{self, CAP_HEIGHT};
use crate::figure::layout::Area;
use crate::figure::number_style::NumberStyle;
use crate::figure::svg::{content, hex, number};

/// Sizes of the text, in points.
const LARGEST: f64 = 10.0;
const SMALLEST: f64 = 3.0;
/// The share of a cell's height and width that text may take.
const HEIGHT: f64 = 0.6;
const WIDTH: f64 = 0.88;

/// The texts of the cells of each plot box, all of one size.
#[derive(Clone, Debug)]
pub(crate) struct Annotations {
    panels: Vec<Vec<Text>>,
    /// The longest text at a size of 1, and the smallest cell as shares of the plot box.
    longest: f64,
    cell: (f64, f64),
}

/// A text, and the share of the way across and up at which its middle lies.
#[derive(Clone, Debug)]
struct Text {
    at: (f64, f64),
    text: String,
    color: Rgba,
}

impl Annotations {
    /// The value of every cell that has a colour, for each plot box.
    pub fn new(rect: &Rect, panels: &[Values], scale: &ColorScale, format: NumberStyle) -> Self {
        let (columns, rows) = (middles(&rect.x), middles(&rect.y));
        let texts = |values: &Values| {
            let (table, palette) = (scale.thresholds_of(values), scale.palette());
            let mut texts = Vec::new();
            for cell in 0..values.len() {
                let color = palette[table.entry(values.key(cell, scale.mincnt))];
                // A cell without a value may have a colour (`bad`), and has nothing to say.
                if color[3] > 0 && !values.get(cell).is_nan() {
                    let at = (columns[cell / rows.len()], rows[cell % rows.len()]);
                    texts.push(Text { at, text: format.write(values.get(cell)), color: readable_on(color) });
                }
            }
            texts
        };
        let panels: Vec<Vec<Text>> = panels.iter().map(texts).collect();
        let widths = panels.iter().flatten().map(|text| font::width(&text.text, 1.0));
        let longest = widths.fold(0.0, f64::max);
        Self { panels, longest, cell: (narrowest(&rect.x), narrowest(&rect.y)) }
    }

    /// The size at which every text fits its cell.
    ///
    /// # Errors
    /// If that is too small to be read.
    pub fn check(&self, plot: Area) -> Result<()> {
        if self.panels.iter().all(Vec::is_empty) || self.size(plot) >= SMALLEST {
            return Ok(());
        }
        Err(Error::usage(
            "the cells are too small for their numbers: take fewer cells, a shorter format (--annot=.2g) or a larger figsize, or leave annot \
             out",
        ))
    }

    fn size(&self, plot: Area) -> f64 {
        let (width, height) = (self.cell.0 * plot.width, self.cell.1 * plot.height);
        LARGEST.min(HEIGHT * height / CAP_HEIGHT).min(WIDTH * width / self.longest)
    }

    /// The same on cells that lie mirrored.
    pub fn mirrored(mut self, (across, down): (bool, bool)) -> Self {
        for text in self.panels.iter_mut().flatten() {
            let (x, y) = text.at;
            text.at = (if across { 1.0 - x } else { x }, if down { 1.0 - y } else { y });
        }
        self
    }

    /// Draws those of the `nth` plot box.
    pub fn draw(&self, out: &mut String, plot: Area, nth: usize) {
        let texts = self.panels.get(nth).map_or(&[][..], Vec::as_slice);
        if texts.is_empty() {
            return;
        }
        let size = self.size(plot);
        writeln!(out, "<g font-size=\"{}\" text-anchor=\"middle\">", number(size))
            .expect("a String takes all");
        for Text { at, text, color } in texts {
            let x = number(plot.left + at.0 * plot.width);
            let y = number(plot.bottom() - at.1 * plot.height + CAP_HEIGHT * size / 2.0);
            writeln!(out, "<text x=\"{x}\" y=\"{y}\" fill=\"{}\">{}</text>", hex(*color), content(text))
                .expect("a String takes all");
        }
        out.push_str("</g>\n");
    }
}

/// Where the edges of an axis lie, as shares of it.
pub(crate) fn shares(axis: &Axis) -> Vec<f64> {
    let along = |value: f64| axis.scale().forward(value);
    let (low, high) = (along(axis.range().0), along(axis.range().1));
    axis.edges().iter().map(|&edge| (along(edge) - low) / (high - low)).collect()
}

fn middles(axis: &Axis) -> Vec<f64> {
    shares(axis).windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
}

/// The narrowest bin that has a width at all.
fn narrowest(axis: &Axis) -> f64 {
    shares(axis).windows(2).map(|pair| pair[1] - pair[0]).filter(|w| *w > 0.0).fold(1.0, f64::min)
}

/// Dark grey on bright colours, white on dark ones: by the luminance of WCAG 2, and seaborn's limit.
fn readable_on(color: Rgba) -> Rgba {
    const LIMIT: f64 = 0.408;
    if luminance(color) > LIMIT { [38, 38, 38, 255] } else { [255; 4] }
}

/// The relative luminance of WCAG 2, from 0 to 1.
pub(crate) fn luminance([r, g, b, _]: Rgba) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.03928 { share / 12.92 } else { libm::pow((share + 0.055) / 1.055, 2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_has_no_number() {
        use crate::data::{Axis, Colormap, Extremes, Limits, Norm};
        let axis = |bins| Axis::linear(0.0, 1.0, bins).unwrap();
        let rect = Rect { x: axis(1), y: axis(2) };
        let limits = Limits { vmin: 0.0, vmax: 9.0 };
        let scale = ColorScale::new(Norm::Linear, limits, Colormap::named("viridis").unwrap());
        let extremes = Extremes { bad: Some([200; 4]), ..Extremes::default() };
        let scale = ColorScale { extremes, ..scale };
        let values = Values::Given(vec![f64::NAN, 7.0]);
        assert!(scale.palette()[scale.thresholds_of(&values).entry(values.key(0, None))][3] > 0);
        let annotations = Annotations::new(&rect, &[values], &scale, NumberStyle::SHORT);
        let texts: Vec<&str> = annotations.panels[0].iter().map(|text| text.text.as_str()).collect();
        assert_eq!(texts, ["7"]);
    }

    #[test]
    fn text_is_readable_on_any_colour() {
        let dark = |color| readable_on(color)[0] < 128;
        assert!(dark([255, 255, 255, 255]) && dark([255, 255, 0, 255]) && dark([190, 190, 190, 255]));
        assert!(!dark([0, 0, 0, 255]) && !dark([255, 0, 0, 255]) && !dark([100, 100, 200, 255]));
    }
}
