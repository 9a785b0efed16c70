//! The frame around the cells: spines, marks, their labels, axis labels and the title.
//!
//! Lines are filled rectangles of whole device pixels, so that they are crisp in every renderer.

use std::fmt::Write;

use crate::figure::font::CAP_HEIGHT;
use crate::figure::layout::{Layout, MINOR_TICK, Pixels, TICK, TICK_GAP, TICK_TEXT};
use crate::figure::panels;
use crate::figure::svg::{self, Anchor, rect};
use crate::figure::ticks::Ticks;

/// Between the plot box and a note above it.
pub(crate) const NOTE_RISE: f64 = 5.0;

pub(crate) fn draw(out: &mut String, layout: &Layout) {
    let mut lines = String::new();
    let side = if layout.y_right { Side::Right } else { Side::Left };
    for panel in &layout.panels {
        if layout.framed {
            lines.push_str(&outline(layout, panel.pixels));
        }
        if panel.has_x {
            lines.push_str(&marks_below(layout, panel.pixels));
        }
        if panel.has_y {
            lines.push_str(&marks_beside(layout, panel.pixels, &layout.y, side));
        }
    }
    path(out, &lines);

    for panel in layout.panels.iter().filter(|panel| panel.has_x) {
        labels_below(out, layout, panel.pixels);
    }
    for panel in layout.panels.iter().filter(|panel| panel.has_y) {
        labels_beside(out, layout, panel.pixels, &layout.y, side);
    }
    for panel in layout.panels.iter().filter(|panel| !panel.title.is_empty()) {
        let plot = layout.points(panel.pixels);
        let middle = (plot.left + plot.width / 2.0, plot.top - panels::TITLE_RISE);
        svg::text(out, middle, panels::TITLE_TEXT, Anchor::Middle, &panel.title);
    }
    note(out, layout, layout.plot, &layout.y, side);
    if !layout.x.note.is_empty() {
        let right = layout.points(layout.plot).right();
        svg::text(out, (right, layout.x_note), TICK_TEXT, Anchor::End, &layout.x.note);
    }
    svg::block(out, &layout.x_label.block, layout.x_label.center, layout.x_label.top);
    svg::upright(out, &layout.y_label.block, layout.y_label.top, layout.y_label.center);
    svg::block(out, &layout.title.block, layout.title.center, layout.title.top);
}

/// Lines across the cells at the labelled ticks.
pub(crate) fn grid(out: &mut String, layout: &Layout) {
    let line = layout.line_width();
    let mut lines = String::new();
    for panel in &layout.panels {
        let plot = layout.points(panel.pixels);
        for tick in &layout.x.major {
            let start = line_start(tick.at * f64::from(panel.pixels.width), layout.line);
            lines.push_str(&rect(plot.left + start * layout.pixel, plot.top, line, plot.height));
        }
        for tick in &layout.y.major {
            let start = line_start((1.0 - tick.at) * f64::from(panel.pixels.height), layout.line);
            lines.push_str(&rect(plot.left, plot.top + start * layout.pixel, plot.width, line));
        }
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

fn marks_below(layout: &Layout, pixels: Pixels) -> String {
    let (plot, line) = (layout.points(pixels), layout.line_width());
    marks(&layout.x)
        .map(|(at, length)| {
            let start = line_start(at * f64::from(pixels.width), layout.line);
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

/// The labels below a plot box.
fn labels_below(out: &mut String, layout: &Layout, pixels: Pixels) {
    let (plot, top) = (layout.points(pixels), layout.line_width() + TICK + TICK_GAP);
    for tick in &layout.x.major {
        let (x, top) = (plot.left + tick.at * plot.width, plot.bottom() + top);
        if layout.x.turned {
            svg::upright_line(out, (x + CAP_HEIGHT * TICK_TEXT / 2.0, top), TICK_TEXT, &tick.label);
        } else {
            svg::text(out, (x, top + CAP_HEIGHT * TICK_TEXT), TICK_TEXT, Anchor::Middle, &tick.label);
        }
    }
}

/// The labels at a side of a box.
pub(crate) fn labels_beside(out: &mut String, layout: &Layout, pixels: Pixels, ticks: &Ticks, side: Side) {
    let inner = layout.points(pixels);
    let (x, anchor) = beside(layout, pixels, side);
    for tick in &ticks.major {
        let y = inner.top + (1.0 - tick.at) * inner.height + CAP_HEIGHT * TICK_TEXT / 2.0;
        svg::text(out, (x, y), TICK_TEXT, anchor, &tick.label);
    }
}

/// The note of an axis, above the plot box also where a colorbar with an arrow begins further down; where something else stands there,
/// above the labels.
pub(crate) fn note(out: &mut String, layout: &Layout, pixels: Pixels, ticks: &Ticks, side: Side) {
    if ticks.note.is_empty() {
        return;
    }
    let top = layout.points(layout.plot).top.min(layout.points(pixels).top) - NOTE_RISE;
    let (left, anchor) = match side {
        Side::Left if layout.crowded => beside(layout, pixels, side),
        _ => (layout.points(pixels).left - layout.line_width(), Anchor::Start),
    };
    svg::text(out, (left, top), TICK_TEXT, anchor, &ticks.note);
}

/// Where labels at a side begin, and how they are held.
fn beside(layout: &Layout, pixels: Pixels, side: Side) -> (f64, Anchor) {
    let inner = layout.points(pixels);
    let distance = layout.line_width() + TICK + TICK_GAP;
    match side {
        Side::Left => (inner.left - distance, Anchor::End),
        Side::Right => (inner.right() + distance, Anchor::Start),
    }
}
