//! Boxes along the sides of the plot box: each shares the axis of its side, and has a depth of its own.
//!
//! What is drawn in one knows two directions only, along the side and out from the plot box, so it is drawn the same on every side.

use std::fmt::Write;

use crate::data::{Marginal, Quantity, Scale};
use crate::figure::FigureAxis;
use crate::figure::bars;
use crate::figure::dendrogram::{self, Dendrogram};
use crate::figure::font::{self, CAP_HEIGHT};
use crate::figure::frame;
use crate::figure::layout::{Layout, Pixels, TICK, TICK_GAP, TICK_TEXT};
use crate::figure::strip::{self, Strip};
use crate::figure::svg::{self, Anchor, number, rect};
use crate::figure::ticks::{Direction, Ruler, Tick, Ticks};

/// A box along a side of the plot box.
#[derive(Clone, Debug, PartialEq)]
pub struct SideBox {
    /// Where it stands. Of several at one side, the first is the nearest to the plot box.
    pub side: Side,
    /// How far it reaches from the plot box, in points.
    pub depth: f64,
    /// What lies free between it and the plot box, or the box before it, in points.
    pub gap: f64,
    /// What is drawn in it.
    pub content: SideContent,
}

/// A side of the plot box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// Above it, with its x axis; the title stands above the box.
    Top,
    /// At its right, with its y axis; the colorbar stands at the right of the box.
    Right,
    /// At its left, beyond the labels of the y axis.
    Left,
}

/// What is drawn in a [`SideBox`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SideContent {
    /// Bars that stand on the side next to the plot box, with a small axis of their own.
    Bars(Marginal),
    /// A tree whose leaves are the cells along the side.
    Dendrogram(Dendrogram),
    /// A colour for each cell along the side.
    Strip(Strip),
}

impl Side {
    /// Whether what runs along it runs from left to right.
    pub(crate) fn is_level(self) -> bool {
        self == Self::Top
    }

    /// How far apart the middles of two labels of a box's own axis must be.
    fn room(self, first: &str, second: &str) -> f64 {
        if self.is_level() {
            return TICK_TEXT;
        }
        (font::width(first, TICK_TEXT) + font::width(second, TICK_TEXT)) / 2.0 + 0.5 * TICK_TEXT
    }
}

impl SideBox {
    /// From the plot box, or the box before it, to its far end, in device pixels.
    pub(crate) fn reach(&self, pixel: f64, line: u32) -> u32 {
        line + whole(self.gap, pixel) + whole(self.depth, pixel).max(1)
    }

    /// The marks of its own axis, from the plot box out: where the bars stand, and how far they reach.
    pub(crate) fn ticks(&self) -> Ticks {
        let SideContent::Bars(marginal) = &self.content else { return Ticks::default() };
        // Where both labels have no room, the upper one is a smaller part of the axis: a finer one lies nearer to its end.
        let proposals = [1.0, 2.0, 4.0].map(|finer| self.ends(&marginal.values, finer));
        let fits = |ticks: &&Ticks| match &ticks.major[..] {
            [first, last] => (last.at - first.at) * self.depth >= self.side.room(&first.label, &last.label),
            _ => false,
        };
        if let Some(ticks) = proposals.iter().find(fits) {
            return ticks.clone();
        }
        let [mut ticks, ..] = proposals;
        if let [first, _] = &mut ticks.major[..] {
            first.label.clear();
        }
        ticks
    }

    /// The first and the last mark of its axis, with steps as of one that is so many times as long: more marks would be clutter.
    fn ends(&self, values: &[f64], finer: f64) -> Ticks {
        let range = bars::span(values);
        let place = |value: f64| (value - range.0) / (range.1 - range.0);
        let ruler = Ruler {
            range,
            scale: Scale::Linear,
            quantity: Quantity::Number,
            whole: values.iter().all(|value| value.fract() == 0.0),
            place: &place,
            direction: if self.side.is_level() { Direction::Up } else { Direction::Across },
            // Two steps at least: then one mark lies above 0, whatever the longest bar is.
            length: finer * self.depth.max(6.0 * TICK_TEXT),
            size: TICK_TEXT,
        };
        let Ticks { major, note, .. } = ruler.ticks();
        let ends = [major.first().cloned(), major.last().cloned()];
        let mut major: Vec<Tick> = ends.into_iter().flatten().collect();
        major.dedup();
        for tick in major.iter_mut().filter(|tick| tick.label != "0") {
            tick.label.push_str(&note);
        }
        Ticks { major, ..Ticks::default() }
    }

    /// What must lie free between it and the plot box so that its first label does not touch the last of the axis beside it, which is
    /// `length` long, or that axis's note.
    pub(crate) fn clearance(&self, ticks: &Ticks, beside: &Ticks, length: f64) -> f64 {
        let Some(first) = ticks.major.first().filter(|first| !first.label.is_empty()) else { return 0.0 };
        let note = match self.side.is_level() && !beside.note.is_empty() {
            true => frame::NOTE_RISE + (1.5 * CAP_HEIGHT + 0.25) * TICK_TEXT,
            false => 0.0,
        };
        let label = beside
            .major
            .last()
            .map_or(0.0, |last| self.side.room(&first.label, &last.label) - (1.0 - last.at) * length);
        note.max(label) - first.at * self.depth
    }
}

/// A length in device pixels.
fn whole(points: f64, pixel: f64) -> u32 {
    (points / pixel).round().max(0.0) as u32
}

/// A side box, placed.
#[derive(Clone, Debug)]
pub(crate) struct PlacedSide {
    pub side: Side,
    pub pixels: Pixels,
    pub axis: FigureAxis,
    pub ticks: Ticks,
    pub content: SideContent,
}

impl PlacedSide {
    /// A side box beyond `start` device pixels from the plot box.
    pub fn new(side: &SideBox, axis: &FigureAxis, ticks: Ticks, plot: Pixels, end: u32, pixel: f64) -> Self {
        let depth = whole(side.depth, pixel).max(1);
        let Pixels { left, top, width, height } = plot;
        let pixels = match side.side {
            Side::Top => Pixels { left, top: top - end, width, height: depth },
            Side::Right => Pixels { left: left + width + end - depth, top, width: depth, height },
            Side::Left => Pixels { left: left - end, top, width: depth, height },
        };
        Self { side: side.side, pixels, axis: axis.clone(), ticks, content: side.content.clone() }
    }

    /// Its length along the side and its depth, in device pixels.
    pub fn size(&self) -> (u32, u32) {
        let Pixels { width, height, .. } = self.pixels;
        if self.side.is_level() { (width, height) } else { (height, width) }
    }

    /// The share of the way along the side at which a value of the axis lies.
    pub fn along(&self, value: f64) -> f64 {
        let forward = |value: f64| self.axis.scale.forward(value);
        let (low, high) = (forward(self.axis.range.0), forward(self.axis.range.1));
        (forward(value) - low) / (high - low)
    }

    /// The point at a position along the side, from the first cell, and one out from the plot box, both in device pixels.
    pub fn point(&self, layout: &Layout, (along, out): (f64, f64)) -> (f64, f64) {
        let area = layout.points(self.pixels);
        let along = self.low_end(along) * layout.pixel;
        let out = out * layout.pixel;
        match self.side {
            Side::Top => (area.left + along, area.bottom() - out),
            Side::Right => (area.left + out, area.bottom() - along),
            Side::Left => (area.right() - out, area.bottom() - along),
        }
    }

    /// Path data of a rectangle between two positions along the side, from the first cell, and two out from the plot box.
    pub fn rect_from(&self, layout: &Layout, (from, to): (f64, f64), depth: (f64, f64)) -> String {
        let (from, to) = (self.low_end(from), self.low_end(to));
        self.rect(layout, (from.min(to), from.max(to)), depth)
    }

    /// A position from the first cell as one from the left or lower end.
    fn low_end(&self, along: f64) -> f64 {
        if self.axis.reversed { f64::from(self.size().0) - along } else { along }
    }

    /// Path data of a rectangle between two positions along the side and two out from the plot box, in device pixels.
    pub fn rect(&self, layout: &Layout, (from, to): (f64, f64), (near, far): (f64, f64)) -> String {
        let area = layout.points(self.pixels);
        let pixel = layout.pixel;
        match self.side {
            Side::Top => rect(
                area.left + from * pixel,
                area.bottom() - far * pixel,
                (to - from) * pixel,
                (far - near) * pixel,
            ),
            Side::Right => rect(
                area.left + near * pixel,
                area.bottom() - to * pixel,
                (far - near) * pixel,
                (to - from) * pixel,
            ),
            Side::Left => rect(
                area.right() - far * pixel,
                area.bottom() - to * pixel,
                (far - near) * pixel,
                (to - from) * pixel,
            ),
        }
    }
}

pub(crate) fn draw(out: &mut String, layout: &Layout) {
    for side in &layout.sides {
        match &side.content {
            SideContent::Dendrogram(tree) => dendrogram::draw(out, layout, side, tree),
            SideContent::Strip(colors) => strip::draw(out, layout, side, colors),
            SideContent::Bars(marginal) => {
                let data = bars::path(layout, side, marginal);
                writeln!(out, "<path fill-opacity=\"{}\" d=\"{data}\"/>", number(bars::OPACITY))
                    .expect("a String takes all");
                frame::path(out, &(baseline(layout, side, marginal) + &marks(layout, side)));
                labels(out, layout, side);
            }
        }
    }
}

/// The line on which bars stand.
fn baseline(layout: &Layout, side: &PlacedSide, marginal: &Marginal) -> String {
    let line = f64::from(layout.line);
    let zero = bars::zero(&marginal.values, f64::from(side.size().1));
    side.rect(layout, (-line, f64::from(side.size().0) + line), (zero - line, zero))
}

/// The marks of its own axis, at its left or lower end.
fn marks(layout: &Layout, side: &PlacedSide) -> String {
    let line = f64::from(layout.line);
    let length = (TICK / layout.pixel).round();
    let mark = |tick: &Tick| {
        let near = (tick.at * f64::from(side.size().1)).round() - line;
        side.rect(layout, (-line - length, -line), (near, near + line))
    };
    side.ticks.major.iter().map(mark).collect()
}

fn labels(out: &mut String, layout: &Layout, side: &PlacedSide) {
    let area = layout.points(side.pixels);
    let distance = layout.line_width() + TICK + TICK_GAP;
    for tick in &side.ticks.major {
        let (place, anchor) = if side.side.is_level() {
            let y = area.bottom() - tick.at * area.height + CAP_HEIGHT * TICK_TEXT / 2.0;
            ((area.left - distance, y), Anchor::End)
        } else {
            let out = if side.side == Side::Left { 1.0 - tick.at } else { tick.at };
            let baseline = area.bottom() + distance + CAP_HEIGHT * TICK_TEXT;
            ((area.left + out * area.width, baseline), Anchor::Middle)
        };
        if !tick.label.is_empty() {
            svg::text(out, place, TICK_TEXT, anchor, &tick.label);
        }
    }
}
