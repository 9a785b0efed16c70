//! The values of a picture, worked out line by line, so that it may be left off for a newer one at any time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::Sheet;
use super::piece::Piece;
use crate::data::{Aggregate, Grid, Raster, Rect, Tally, Values};
use crate::error::Result;
use crate::shading::{Bench, Decimation, Strips, transposed};
use crate::window::Region;

/// What a picture is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every cell.
    Cells,
    /// Tiles, for something to look at meanwhile.
    Tiles,
}

/// The lines of a picture.
pub struct Lines {
    level: Level,
    decimation: Decimation,
    x: Piece,
    y: Piece,
    pixels: (u32, u32),
    strips: Strips,
    /// Line by line, from the bottom.
    values: Vec<f64>,
    next: usize,
}

impl Lines {
    /// Of a region of a sheet in so many pixels.
    ///
    /// # Errors
    /// If there are more pixels than a picture can have, or no region.
    pub fn new(
        sheet: &Sheet,
        level: Level,
        region: Region,
        pixels: (u32, u32),
        decimation: Decimation,
    ) -> Result<Self> {
        Raster::check_size(pixels.0, pixels.1)?;
        let size = if level == Level::Tiles { sheet.tiles.size() } else { (1, 1) };
        let (x, y) = (Piece::new(region.x, size.1, pixels.0)?, Piece::new(region.y, size.0, pixels.1)?);
        let rect = Rect { x: x.axis.clone(), y: y.axis.clone() };
        let strips = Strips::new(&rect, pixels, (x.is_crowded, y.is_crowded), decimation);
        let (width, height) = strips.shape();
        let values = vec![f64::NAN; width * height];
        Ok(Self { level, decimation, x, y, pixels, strips, values, next: 0 })
    }

    /// How many cells are looked at.
    pub fn cells(&self) -> usize {
        self.x.len() * self.y.len()
    }

    /// The share that is done, 0 to 1.
    pub fn share(&self) -> f32 {
        self.next as f32 / self.strips.shape().1 as f32
    }

    /// Goes on until `stop`, by a line for each core at least; whether that was all.
    pub fn go_on(&mut self, sheet: &Sheet, stop: &(dyn Fn() -> bool + Sync)) -> bool {
        let (width, height) = self.strips.shape();
        let columns = self.x.first..self.x.first + self.x.len();
        let row = |nth: usize| match self.level {
            Level::Cells => &sheet.line(self.y.first + nth)[columns.clone()],
            Level::Tiles => &sheet.tiles.line(self.y.first + nth, self.decimation)[columns.clone()],
        };
        let next = AtomicUsize::new(self.next);
        let found = rayon::broadcast(|_| {
            let (mut found, mut bench) = (Vec::new(), Bench::default());
            while found.is_empty() || !stop() {
                let nth = next.fetch_add(1, Relaxed);
                if nth >= height {
                    break;
                }
                let mut line = vec![0.0; width];
                self.strips.line(nth, &row, &mut bench, &mut line);
                found.push((nth, line));
            }
            found
        });
        for (nth, line) in found.into_iter().flatten() {
            self.values[nth * width..][..width].copy_from_slice(&line);
            self.next += 1;
        }
        self.next == height
    }

    /// The picture's cells: as many as there are pixels along a side where those of the sheet are smaller.
    ///
    /// # Errors
    /// If its sides cannot be told apart.
    pub fn aggregate(&self, tally: Tally) -> Result<Aggregate> {
        let rect = Rect { x: self.x.drawn(self.pixels.0)?, y: self.y.drawn(self.pixels.1)? };
        let values = Values::Given(transposed(&self.values, self.strips.shape().0));
        Ok(Aggregate { grid: Arc::new(Grid::Rect(rect)), values, tally })
    }
}
