//! Where everything stands on the page.

use crate::data::Rgba;
use crate::figure::font::Block;
use crate::figure::legend::Arranged;
use crate::figure::page::Page;
use crate::figure::panels::{self, Panels, PlacedPanel};
use crate::figure::side::PlacedSide;
use crate::figure::ticks::{Tick, Ticks};

/// Size of tick labels and notes, in points.
pub(crate) const TICK_TEXT: f64 = 8.5;
/// Lengths of the marks.
pub(crate) const TICK: f64 = 3.5;
pub(crate) const MINOR_TICK: f64 = 2.0;
/// Between a mark and its label.
pub(crate) const TICK_GAP: f64 = 3.0;

/// A rectangle of whole device pixels, from the left top corner of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// A rectangle in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// A block of lines: its middle, and where its top is (for upright text, its left side).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Placed {
    pub block: Block,
    pub center: f64,
    pub top: f64,
}

/// The colorbar, placed.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// The part between the arrows.
    pub pixels: Pixels,
    /// Heights of the arrows that point down and up, in device pixels; 0 without one.
    pub arrows: (u32, u32),
    pub ticks: Ticks,
    /// Marks across the bar, with what is written to the left of it.
    pub marks: Vec<Tick>,
    pub label: Placed,
}

/// Everything, placed.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// A device pixel in points.
    pub pixel: f64,
    /// Width of lines in device pixels, and their colour.
    pub line: u32,
    pub ink: Rgba,
    /// The plot box; of several, what all lie in.
    pub plot: Pixels,
    /// Whether a line stands around the plot box.
    pub framed: bool,
    /// The plot boxes.
    pub panels: Vec<PlacedPanel>,
    /// Whether something stands right above the plot box.
    pub crowded: bool,
    pub x: Ticks,
    pub y: Ticks,
    /// Whether the labels of y stand at its right.
    pub y_right: bool,
    pub x_label: Placed,
    pub y_label: Placed,
    pub title: Placed,
    /// The baseline of the x axis's note.
    pub x_note: f64,
    pub bar: Option<Bar>,
    /// The legend and its left top corner, in points.
    pub legend: Option<(Arranged, (f64, f64))>,
    /// The boxes along the sides of the plot box.
    pub sides: Vec<PlacedSide>,
    /// Texts that found no room and were cut, as they stand there, each once.
    pub cut: Vec<String>,
}

impl Layout {
    /// The plot box is the page; several share it.
    pub fn bare(page: &Page, panels: &Panels) -> Self {
        let (width, height) = page.pixels();
        let gap = (panels::GAP / page.point()).round() as u32;
        let each = |side: u32, boxes: u32| (side.saturating_sub((boxes - 1) * gap) / boxes).max(1);
        let first = Pixels {
            left: 0,
            top: 0,
            width: each(width, panels.columns() as u32),
            height: each(height, panels.rows() as u32),
        };
        Self {
            pixel: page.point(),
            line: 0,
            ink: page.theme.ink(),
            plot: Pixels { left: 0, top: 0, width, height },
            framed: false,
            panels: panels.place(first, (gap, gap), page.point()),
            crowded: false,
            x: Ticks::default(),
            y: Ticks::default(),
            y_right: false,
            x_label: Placed::default(),
            y_label: Placed::default(),
            title: Placed::default(),
            x_note: 0.0,
            bar: None,
            legend: None,
            sides: Vec::new(),
            cut: Vec::new(),
        }
    }

    /// A rectangle of pixels in points.
    pub fn points(&self, pixels: Pixels) -> Area {
        let [left, top, width, height] =
            [pixels.left, pixels.top, pixels.width, pixels.height].map(|n| f64::from(n) * self.pixel);
        Area { left, top, width, height }
    }

    /// Width of lines in points.
    pub fn line_width(&self) -> f64 {
        f64::from(self.line) * self.pixel
    }
}
