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

/// Lines over cells, under a name of their own in the document, that leave some places free.
pub(crate) fn over(out: &mut String, plot: Area, contours: &[Contour], free: &[Area], name: &str) {
    let data: String = contours.iter().map(|contour| path(plot, contour, free)).collect();
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
    free: &[Area],
    colors: Option<&ColorScale>,
    theme: Theme,
) {
    let ink = theme.ink();
    for contour in contours {
        let data = path(plot, contour, free);
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

/// The same lines on axes that run the other way.
pub(crate) fn mirrored(contour: &Contour, (across, down): (bool, bool)) -> Contour {
    let turned = |is_turned: bool, share: f64| if is_turned { 1.0 - share } else { share };
    let line =
        |line: &Vec<(f64, f64)>| line.iter().map(|&(x, y)| (turned(across, x), turned(down, y))).collect();
    Contour { lines: contour.lines.iter().map(line).collect(), ..contour.clone() }
}

/// A line of shares of the way across and up, in points of the page.
pub(crate) fn points(plot: Area, line: &[(f64, f64)]) -> Vec<(f64, f64)> {
    line.iter()
        .map(|&(across, up)| (plot.left + across * plot.width, plot.bottom() - up * plot.height))
        .collect()
}

/// Path data, to a hundredth of a point, without what lies in the places that are left free.
fn path(plot: Area, contour: &Contour, free: &[Area]) -> String {
    let mut data = String::new();
    let mut line_of = |points: &[(f64, f64)], is_closed: bool| {
        let hundredths = |points: f64| number((points * 100.0).round() / 100.0);
        for (nth, &(x, y)) in points[..points.len() - usize::from(is_closed)].iter().enumerate() {
            let step = if nth == 0 { 'M' } else { 'L' };
            write!(data, "{step}{} {}", hundredths(x), hundredths(y)).expect("a String takes all");
        }
        if is_closed {
            data.push('z');
        }
    };
    for line in &contour.lines {
        let points = points(plot, line);
        let pieces = pieces(&points, free);
        match &pieces[..] {
            [whole] if *whole == points => line_of(whole, line.len() > 2 && line.first() == line.last()),
            pieces => pieces.iter().for_each(|piece| line_of(piece, false)),
        }
    }
    data
}

/// What of a line lies outside of some places.
fn pieces(line: &[(f64, f64)], free: &[Area]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = vec![line.iter().take(1).copied().collect()];
    for pair in line.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let at = |share: f64| (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
        let mut hidden: Vec<(f64, f64)> = free.iter().filter_map(|area| inside(from, to, area)).collect();
        hidden.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (start, end) in hidden {
            let last = pieces.len() - 1;
            if start > 0.0 {
                pieces[last].push(at(start));
            }
            pieces.push(vec![at(end)]);
        }
        let last = pieces.len() - 1;
        if pieces[last] != [to] {
            pieces[last].push(to);
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The shares of the way between two points at which it enters an area and leaves it; `None` if it does not lie in it.
pub(crate) fn inside(from: (f64, f64), to: (f64, f64), area: &Area) -> Option<(f64, f64)> {
    let (mut enters, mut leaves) = (0.0f64, 1.0f64);
    let sides = [(from.0, to.0, area.left, area.right()), (from.1, to.1, area.top, area.bottom())];
    for (from, to, low, high) in sides {
        if from == to {
            if from <= low || from >= high {
                return None;
            }
            continue;
        }
        let (one, other) = ((low - from) / (to - from), (high - from) / (to - from));
        (enters, leaves) = (enters.max(one.min(other)), leaves.min(one.max(other)));
    }
    (enters < leaves).then_some((enters, leaves))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLE: Area = Area { left: 2.0, top: 1.0, width: 2.0, height: 2.0 };

    #[test]
    fn lines_end_where_a_place_is_left_free() {
        assert_eq!(inside((0.0, 2.0), (8.0, 2.0), &HOLE), Some((0.25, 0.5)));
        assert_eq!(inside((3.0, 2.0), (3.0, 0.0), &HOLE), Some((0.0, 0.5)));
        assert_eq!(
            [inside((0.0, 1.0), (8.0, 1.0), &HOLE), inside((0.0, 0.0), (1.0, 1.0), &HOLE)],
            [None, None]
        );
        let line = [(0.0, 2.0), (3.0, 2.0), (3.0, 9.0)];
        assert_eq!(pieces(&line, &[HOLE]), [vec![(0.0, 2.0), (2.0, 2.0)], vec![(3.0, 3.0), (3.0, 9.0)]]);
        assert_eq!(pieces(&line, &[]), [line]);
        assert!(pieces(&[(2.5, 2.0), (3.5, 2.0)], &[HOLE]).is_empty());
    }
}
