//! One thing to measure, and what came of it.

use std::sync::Arc;

use super::args::{Dist, Dtype, Reduce, Shape};
use super::data;
use super::times::Times;
use crate::data::{Axis, Coloring, Grid, Hex, Norm, Rect, Scale};
use crate::error::Result;

/// Points, a grid and a picture.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub shape: Shape,
    pub dist: Dist,
    pub dtype: Dtype,
    pub reduce: Reduce,
    pub bins: usize,
    pub points: usize,
    /// Width and height of the picture.
    pub pixels: u32,
}

/// The colours of all pictures.
pub const NORM: Norm = Norm::Log;

/// A stage of a case on a backend, measured.
#[derive(Clone, Debug)]
pub struct Measured {
    pub case: Case,
    pub backend: &'static str,
    pub adapter: Option<String>,
    pub stage: &'static str,
    pub times: Times,
    /// Points a second that the backend's memory can deliver.
    pub limit: f64,
}

impl Measured {
    /// Points a second.
    pub fn rate(&self) -> f64 {
        self.case.points as f64 / self.times.median
    }

    /// Whether the stage has to do with every point.
    pub fn takes_points(&self) -> bool {
        matches!(self.stage, "sort" | "upload" | "frame" | "zoom") || self.stage.starts_with("bin")
    }
}

impl Case {
    /// The grid of a view of all points. Each is a little nearer than the one before, so that no frame can be had from the last.
    pub fn grid(&self, view: usize) -> Result<Arc<Grid>> {
        self.grid_over(data::range(self.dist), view)
    }

    /// The grid of a view of a hundredth of the points. Each is a little nearer than the one before.
    pub fn near_grid(&self, view: usize) -> Result<Arc<Grid>> {
        self.grid_over(data::near_range(self.dist), view)
    }

    fn grid_over(&self, (low, high): (f64, f64), view: usize) -> Result<Arc<Grid>> {
        let inset = (high - low) * 0.001 * (view % 8) as f64;
        let (low, high) = (low + inset, high - inset);
        let axis = || Axis::linear(low, high, self.bins);
        let linear = (Scale::Linear, Scale::Linear);
        Ok(Arc::new(match self.shape {
            Shape::Hist2d => Grid::Rect(Rect { x: axis()?, y: axis()? }),
            Shape::Hexbin => {
                let cells = (self.bins, Hex::rows_for(self.bins));
                Grid::Hex(Hex::in_range(cells, ((low, high), (low, high)), linear)?)
            }
        }))
    }

    /// How many cells the grid has, before it is made.
    pub fn cells(&self) -> usize {
        let rows = Hex::rows_for(self.bins);
        match self.shape {
            Shape::Hist2d => self.bins.saturating_mul(self.bins),
            Shape::Hexbin => {
                let first = (self.bins + 1).saturating_mul(rows + 1);
                first.saturating_add(self.bins.saturating_mul(rows))
            }
        }
    }

    /// Bytes of a point in memory: two values, and a weight where one is reduced.
    pub fn bytes_of_point(&self) -> usize {
        let values = if self.reduce == Reduce::Count { 2 } else { 3 };
        values * bytes_of_value(self.dtype)
    }

    /// Bytes of its points in memory.
    pub fn bytes(&self) -> usize {
        self.points.saturating_mul(self.bytes_of_point())
    }
}

fn bytes_of_value(dtype: Dtype) -> usize {
    match dtype {
        Dtype::F32 => 4,
        Dtype::F64 => 8,
    }
}

/// How the pictures are coloured.
pub fn coloring() -> Coloring {
    Coloring { norm: NORM, ..Coloring::default() }
}
