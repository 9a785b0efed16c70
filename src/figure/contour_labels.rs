//! What is written on contours: the share that lies within a line, where a share lies at another value in each of several plot boxes, so
//! that no mark on their one colorbar could say it.
//!
//! As `matplotlib.clabel` does, a line is left out where its label stands.

use std::fmt::Write;

use crate::data::{Contour, Rgba};
use crate::figure::contours::{self, DARK_INK, LIGHT_INK};
use crate::figure::font::{self, CAP_HEIGHT};
use crate::figure::layout::Area;
use crate::figure::svg::{self, Anchor, fill, hex, number};

/// Size of the text, what stays free around it, and the width of the dark edge that lets it be read on any cells, in points.
const TEXT: f64 = 7.0;
const FREE: f64 = 1.5;
const HALO: f64 = 1.6;
/// The shortest line that has a label, and that has one although a longer line of its level has one already, in widths of the label.
const SHORTEST: f64 = 3.0;
const FURTHER: f64 = 16.0;
/// The most places that are tried on a line.
const TRIED: usize = 96;

/// A text on a line, and what it leaves free of lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label {
    pub text: String,
    pub area: Area,
}

/// Labels for the lines in a plot box: none touches another label or another line, or leaves the box.
pub(crate) fn place(plot: Area, contours: &[Contour]) -> Vec<Label> {
    let points = |line: &Vec<(f64, f64)>| contours::points(plot, line);
    let lines: Vec<Vec<Vec<(f64, f64)>>> =
        contours.iter().map(|contour| contour.lines.iter().map(points).collect()).collect();
    let mut labels: Vec<Label> = Vec::new();
    // Each level has its first label before any has another.
    for is_first in [true, false] {
        for (contour, own) in contours.iter().zip(&lines).filter(|(contour, _)| contour.share.is_some()) {
            let text = contour.label();
            let size = (font::width(&text, TEXT) + 2.0 * FREE, CAP_HEIGHT * TEXT + 2.0 * FREE);
            let mut longest: Vec<(f64, &Vec<(f64, f64)>)> =
                own.iter().map(|line| (length(line), line)).collect();
            longest.sort_by(|a, b| b.0.total_cmp(&a.0));
            let least = size.0 * if is_first { SHORTEST } else { FURTHER };
            for (_, line) in longest.into_iter().filter(|(length, _)| *length >= least) {
                let has_one = |label: &Label| label.text == text && within(line, &label.area) > 0.0;
                if labels.iter().any(has_one) {
                    continue;
                }
                if let Some(area) = on(line, size, &lines, &labels, plot) {
                    labels.push(Label { text: text.clone(), area });
                    if is_first {
                        break;
                    }
                }
            }
        }
    }
    labels
}

/// A place on a line for a label of a size that leaves free the other lines and labels, and where the least of the line is lost.
fn on(
    line: &Vec<(f64, f64)>,
    (width, height): (f64, f64),
    lines: &[Vec<Vec<(f64, f64)>>],
    labels: &[Label],
    plot: Area,
) -> Option<Area> {
    let others = || lines.iter().flatten().filter(|other| !std::ptr::eq(*other, line));
    let is_free = |area: &Area| {
        let is_within = area.left >= plot.left
            && area.top >= plot.top
            && area.right() <= plot.right()
            && area.bottom() <= plot.bottom();
        is_within
            && labels.iter().all(|label| !touch(&label.area, area))
            && others().all(|other| within(other, area) == 0.0)
    };
    let areas =
        along(line).map(|(x, y)| Area { left: x - width / 2.0, top: y - height / 2.0, width, height });
    areas.filter(is_free).min_by(|a, b| within(line, a).total_cmp(&within(line, b)))
}

/// Writes labels, over cells or in the ink of the page.
pub(crate) fn draw(out: &mut String, labels: &[Label], over_cells: bool, ink: Rgba) {
    if labels.is_empty() {
        return;
    }
    let mut write = |style: &str| {
        writeln!(out, "<g font-family=\"{}, 'Helvetica Neue', Arial, sans-serif\" {style}>", font::FAMILY)
            .expect("a String takes all");
        for Label { text, area } in labels {
            let place = (area.left + area.width / 2.0, area.bottom() - FREE);
            svg::text(out, place, TEXT, Anchor::Middle, text);
        }
        out.push_str("</g>\n");
    };
    if !over_cells {
        return write(&fill(ink));
    }
    let (edge, opacity, width) = (hex(DARK_INK), number(f64::from(DARK_INK[3]) / 255.0), number(HALO));
    write(&format!(
        "fill=\"none\" stroke=\"{edge}\" stroke-opacity=\"{opacity}\" stroke-width=\"{width}\" stroke-linejoin=\"round\""
    ));
    write(&fill(LIGHT_INK));
}

/// Places at equal distances along a line.
fn along(line: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let step = length(line) / TRIED as f64;
    let (mut passed, mut next) = (0.0, step / 2.0);
    line.windows(2).flat_map(move |pair| {
        let (from, to) = (pair[0], pair[1]);
        let piece = libm::hypot(to.0 - from.0, to.1 - from.1);
        let mut places = Vec::new();
        while step > 0.0 && next <= passed + piece {
            let share = (next - passed) / piece;
            places.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            next += step;
        }
        passed += piece;
        places
    })
}

fn length(line: &[(f64, f64)]) -> f64 {
    line.windows(2).map(|pair| libm::hypot(pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).sum()
}

/// How much of a line lies in an area.
fn within(line: &[(f64, f64)], area: &Area) -> f64 {
    let piece = |pair: &[(f64, f64)]| {
        let (from, to) = contours::inside(pair[0], pair[1], area)?;
        Some((to - from) * libm::hypot(pair[1].0 - pair[0].0, pair[1].1 - pair[0].1))
    };
    line.windows(2).filter_map(piece).sum()
}

fn touch(one: &Area, other: &Area) -> bool {
    one.left < other.right()
        && other.left < one.right()
        && one.top < other.bottom()
        && other.top < one.bottom()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Area = Area { left: 10.0, top: 20.0, width: 200.0, height: 150.0 };

    /// A closed square from a corner, in shares of the plot box.
    fn square(corner: f64, side: f64) -> Vec<(f64, f64)> {
        let end = corner + side;
        vec![(corner, corner), (end, corner), (end, end), (corner, end), (corner, corner)]
    }

    #[test]
    fn each_share_is_written_on_its_longest_line() {
        let inner = Contour::new(9.0, Some(0.5), vec![square(0.3, 0.3), square(0.7, 0.02)]);
        let outer = Contour::new(4.0, Some(0.9), vec![square(0.1, 0.8)]);
        let value = Contour::new(2.0, None, vec![square(0.02, 0.95)]);
        let labels = place(PLOT, &[inner.clone(), outer.clone(), value]);
        let texts: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(texts, ["50%", "90%"], "not on what is too short, and no value");
        for (label, contour) in labels.iter().zip([inner, outer]) {
            let lines: Vec<_> = contour.lines.iter().map(|line| contours::points(PLOT, line)).collect();
            assert!(within(&lines[0], &label.area) > 0.0, "on its line");
            assert!(label.area.left >= PLOT.left && label.area.right() <= PLOT.right());
        }
        assert!(!touch(&labels[0].area, &labels[1].area));
    }

    #[test]
    fn each_level_has_a_label_before_any_has_two() {
        let outer = Contour::new(4.0, Some(0.9), vec![square(0.02, 0.95), square(0.15, 0.7)]);
        let inner = Contour::new(9.0, Some(0.5), vec![square(0.35, 0.3)]);
        let labels = place(PLOT, &[outer, inner]);
        let texts: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(texts, ["90%", "50%", "90%"]);
    }

    #[test]
    fn there_is_no_label_where_it_has_no_room() {
        let ring = |corner, side| Contour::new(1.0, Some(0.5), vec![square(corner, side)]);
        let rings: Vec<Contour> =
            (0..60).map(|k| ring(0.005 + 0.008 * f64::from(k), 0.99 - 0.016 * f64::from(k))).collect();
        assert!(place(PLOT, &rings).is_empty(), "each would cross its neighbours");
        assert!(place(PLOT, &[ring(0.0, 1.0)]).is_empty(), "it would leave the box");
    }

    #[test]
    fn places_lie_at_equal_distances() {
        let places: Vec<_> = along(&[(0.0, 0.0), (48.0, 0.0), (48.0, 48.0)]).collect();
        assert_eq!((places.len(), places[0], places[95]), (TRIED, (0.5, 0.0), (48.0, 47.5)));
        assert_eq!(along(&[(1.0, 1.0), (1.0, 1.0)]).count(), 0);
    }
}
