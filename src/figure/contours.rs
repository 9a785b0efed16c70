//! Contours as paths, over the cells or instead of them.

use std::fmt::Write;

use crate::data::{ColorScale, Contour, Rgba};
use crate::figure::annotations::luminance;
use crate::figure::layout::Area;
use crate::figure::page::Theme;
use crate::figure::svg::{hex, number};

/// Widths of lines in points: over cells a light one in a dark one, which can be seen on any colour; and one of its own colour.
const LIGHT: f64 = 0.8;
const DARK: f64 = 1.8;
const ALONE: f64 = 1.2;
/// The band under a line whose contrast with the paper is less than WCAG asks of drawings, and how opaque it is.
const FAINT: f64 = 3.0;
const BAND: f64 = 2.6;
const BAND_ALPHA: u8 = 110;

/// The colours of a line over cells.
pub(crate) const LIGHT_INK: Rgba = [255; 4];
pub(crate) const DARK_INK: Rgba = [0, 0, 0, 140];

/// Lines over cells, under a name of their own in the document.
pub(crate) fn over(out: &mut String, plot: Area, contours: &[Contour], name: &str) {
    let data: String = contours.iter().map(|contour| path(plot, contour)).collect();
    if data.is_empty() {
        return;
    }
    writeln!(out, "<defs><path id=\"{name}\" d=\"{data}\"/></defs>").expect("a String takes all");
    for (color, width) in [(DARK_INK, DARK), (LIGHT_INK, LIGHT)] {
        let style = stroke(color, width);
        writeln!(out, "<use xlink:href=\"#{name}\" {style}/>").expect("a String takes all");
    }
}

/// Lines without cells, each in the colour of its level, on a faint band of the ink where it is hardly told from the paper.
pub(crate) fn alone(
    out: &mut String,
    plot: Area,
    contours: &[Contour],
    colors: Option<&ColorScale>,
    theme: Theme,
) {
    let ink = theme.ink();
    for contour in contours {
        let data = path(plot, contour);
        let color = colors.map(|colors| colors.color(contour.level)).filter(|color| color[3] > 0);
        if !data.is_empty() {
            let color = color.unwrap_or(ink);
            if contrast(color, theme.paper()) < FAINT {
                let style = stroke([ink[0], ink[1], ink[2], BAND_ALPHA], BAND);
                writeln!(out, "<path d=\"{data}\" {style}/>").expect("a String takes all");
            }
            let style = stroke(color, ALONE);
            writeln!(out, "<path d=\"{data}\" {style}/>").expect("a String takes all");
        }
    }
}

/// How far apart two colours are in luminance, from 1 to 21: the contrast of WCAG 2.
fn contrast(one: Rgba, other: Rgba) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn stroke(color: Rgba, width: f64) -> String {
    let opacity = match color[3] {
        255 => String::new(),
        alpha => format!(" stroke-opacity=\"{}\"", number(f64::from(alpha) / 255.0)),
    };
    format!(
        "fill=\"none\" stroke=\"{}\"{opacity} stroke-width=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
        hex(color),
        number(width)
    )
}

/// Path data, to a hundredth of a point.
fn path(plot: Area, contour: &Contour) -> String {
    let hundredths = |points: f64| number((points * 100.0).round() / 100.0);
    let mut data = String::new();
    for line in &contour.lines {
        let is_closed = line.len() > 2 && line.first() == line.last();
        for (nth, &(across, up)) in line[..line.len() - usize::from(is_closed)].iter().enumerate() {
            let (x, y) = (plot.left + across * plot.width, plot.bottom() - up * plot.height);
            let step = if nth == 0 { 'M' } else { 'L' };
            write!(data, "{step}{} {}", hundredths(x), hundredths(y)).expect("a String takes all");
        }
        if is_closed {
            data.push('z');
        }
    }
    data
}
