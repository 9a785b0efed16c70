//! The frame around the cells: spines, marks, their labels, axis labels and the title.
//!
//! Lines are filled rectangles of whole device pixels, so that they are crisp in every renderer.

use std::fmt::Write;

use crate::figure::font::CAP_HEIGHT;
use crate::figure::layout::{Layout, MINOR_TICK, Pixels, TICK, TICK_GAP, TICK_TEXT};
use crate::figure::svg::{self, Anchor, rect};
use crate::figure::ticks::Ticks;

/// Between the plot box and a note above it.
const NOTE_RISE: f64 = 5.0;

pub(crate) fn draw(out: &mut String, layout: &Layout) {
    let plot = layout.points(layout.plot);
    let mut lines = outline(layout, layout.plot);
    lines.push_str(&marks_below(layout));
    lines.push_str(&marks_beside(layout, layout.plot, &layout.y, Side::Left));
    path(out, &lines);

    let line = layout.line_width();
    let baseline = plot.bottom() + line + TICK + TICK_GAP + CAP_HEIGHT * TICK_TEXT;
    for tick in &layout.x.major {
        let x = plot.left + tick.at * plot.width;
        svg::text(out, (x, baseline), TICK_TEXT, Anchor::Middle, &tick.label);
    }
    labels_beside(out, layout, layout.plot, &layout.y, Side::Left);
    if !layout.x.note.is_empty() {
        svg::text(out, (plot.right(), layout.x_note), TICK_TEXT, Anchor::End, &layout.x.note);
    }
    svg::block(out, &layout.x_label.block, layout.x_label.center, layout.x_label.top);
    svg::upright(out, &layout.y_label.block, layout.y_label.top, layout.y_label.center);
    svg::block(out, &layout.title.block, layout.title.center, layout.title.top);
}

/// Lines across the cells at the labelled ticks.
pub(crate) fn grid(out: &mut String, layout: &Layout) {
    let (plot, line) = (layout.points(layout.plot), layout.line_width());
    let mut lines = String::new();
    for tick in &layout.x.major {
        let start = line_start(tick.at * f64::from(layout.plot.width), layout.line);
        lines.push_str(&rect(plot.left + start * layout.pixel, plot.top, line, plot.height));
    }
    for tick in &layout.y.major {
        let start = line_start((1.0 - tick.at) * f64::from(layout.plot.height), layout.line);
        lines.push_str(&rect(plot.left, plot.top + start * layout.pixel, plot.width, line));
    }
    writeln!(out, "<path fill-opacity=\"0.3\" d=\"{lines}\"/>").expect("a String takes all");
}

/// The side of a box at which marks stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Path data of lines around a box: a ring just outside it.
pub(crate) fn outline(layout: &Layout, pixels: Pixels) -> String {
    let (inner, line) = (layout.points(pixels), layout.line_width());
    let ring = rect(inner.left - line, inner.top - line, inner.width + 2.0 * line, inner.height + 2.0 * line);
    ring + &svg::hole(inner.left, inner.top, inner.width, inner.height)
}

pub(crate) fn path(out: &mut String, data: &str) {
    writeln!(out, "<path d=\"{data}\"/>").expect("a String takes all");
}

/// The first device pixel of a line across `at`, a position in device pixels from the start of a side.
pub(crate) fn line_start(at: f64, line: u32) -> f64 {
    (at - f64::from(line) / 2.0).round()
}

/// Every mark with its length in points.
fn marks(ticks: &Ticks) -> impl Iterator<Item = (f64, f64)> {
    let minor = ticks.minor.iter().map(|&at| (at, MINOR_TICK));
    ticks.major.iter().map(|tick| (tick.at, TICK)).chain(minor)
}

fn marks_below(layout: &Layout) -> String {
    let (plot, line) = (layout.points(layout.plot), layout.line_width());
    marks(&layout.x)
        .map(|(at, length)| {
            let start = line_start(at * f64::from(layout.plot.width), layout.line);
            rect(plot.left + start * layout.pixel, plot.bottom() + line, line, length)
        })
        .collect()
}

/// Path data of the marks at a side of a box.
pub(crate) fn marks_beside(layout: &Layout, pixels: Pixels, ticks: &Ticks, side: Side) -> String {
    let (inner, line) = (layout.points(pixels), layout.line_width());
    marks(ticks)
        .map(|(at, length)| {
            let start = line_start((1.0 - at) * f64::from(pixels.height), layout.line);
            let left = match side {
                Side::Left => inner.left - line - length,
                Side::Right => inner.right() + line,
            };
            rect(left, inner.top + start * layout.pixel, length, line)
        })
        .collect()
}

/// The labels at a side of a box, and the note above it.
pub(crate) fn labels_beside(out: &mut String, layout: &Layout, pixels: Pixels, ticks: &Ticks, side: Side) {
    let inner = layout.points(pixels);
    let distance = layout.line_width() + TICK + TICK_GAP;
    let (x, anchor) = match side {
        Side::Left => (inner.left - distance, Anchor::End),
        Side::Right => (inner.right() + distance, Anchor::Start),
    };
    for tick in &ticks.major {
        let y = inner.top + (1.0 - tick.at) * inner.height + CAP_HEIGHT * TICK_TEXT / 2.0;
        svg::text(out, (x, y), TICK_TEXT, anchor, &tick.label);
    }
    if !ticks.note.is_empty() {
        // Above the plot box, also where a colorbar with an arrow begins further down.
        let top = layout.points(layout.plot).top - NOTE_RISE;
        let is_covered = side == Side::Left && layout.sides.iter().any(|side| side.side.is_level());
        // Where a box stands above, beside the marks.
        let (left, anchor) =
            if is_covered { (x, Anchor::End) } else { (inner.left - layout.line_width(), Anchor::Start) };
        svg::text(out, (left, top), TICK_TEXT, anchor, &ticks.note);
    }
}
