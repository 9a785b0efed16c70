//! Lines between the cells of a rectangular grid, on whole device pixels.

use std::fmt::Write;

use crate::data::{Axis, Rect, Rgba};
use crate::error::{Error, Result};
use crate::figure::annotations::shares;
use crate::figure::frame::line_start;
use crate::figure::layout::Layout;
use crate::figure::svg::{fill, rect};

/// The most of a cell's width that lines may take.
const MOST: f64 = 0.5;

/// The lines, as shares of the way across and up.
#[derive(Clone, Debug)]
pub(crate) struct CellLines {
    columns: Vec<f64>,
    rows: Vec<f64>,
    /// In points.
    width: f64,
    color: Rgba,
}

impl CellLines {
    /// Lines of this width between the cells of a grid, but not around it.
    pub fn new(rect: &Rect, width: f64, color: Rgba) -> Self {
        let inner = |axis: &Axis| {
            let shares = shares(axis);
            shares[1..shares.len() - 1].to_vec()
        };
        Self { columns: inner(&rect.x), rows: inner(&rect.y), width, color }
    }

    /// Whether there is room for the lines.
    ///
    /// # Errors
    /// If they would cover more than half of a cell.
    pub fn check(&self, layout: &Layout) -> Result<()> {
        let narrowest = |shares: &[f64], length: f64| {
            let ends = [0.0].iter().chain(shares).zip(shares.iter().chain(&[1.0]));
            ends.map(|(a, b)| (b - a) * length).fold(f64::INFINITY, f64::min)
        };
        let plot = layout.points(layout.plot);
        let cell = narrowest(&self.columns, plot.width).min(narrowest(&self.rows, plot.height));
        let width = f64::from(self.pixels(layout)) * layout.pixel;
        if width <= MOST * cell {
            return Ok(());
        }
        Err(Error::usage(format!(
            "lines of {} points would cover cells that are {} points wide: take smaller linewidths, or a larger figsize",
            self.width,
            (cell * 100.0).round() / 100.0
        )))
    }

    fn pixels(&self, layout: &Layout) -> u32 {
        ((self.width / layout.pixel).round() as u32).max(1)
    }

    pub fn draw(&self, out: &mut String, layout: &Layout) {
        let (plot, pixels) = (layout.points(layout.plot), self.pixels(layout));
        let width = f64::from(pixels) * layout.pixel;
        let mut lines = String::new();
        for at in &self.columns {
            let start = line_start(at * f64::from(layout.plot.width), pixels);
            lines.push_str(&rect(plot.left + start * layout.pixel, plot.top, width, plot.height));
        }
        for at in &self.rows {
            let start = line_start((1.0 - at) * f64::from(layout.plot.height), pixels);
            lines.push_str(&rect(plot.left, plot.top + start * layout.pixel, plot.width, width));
        }
        if !lines.is_empty() {
            writeln!(out, "<path {} d=\"{lines}\"/>", fill(self.color)).expect("a String takes all");
        }
    }
}
