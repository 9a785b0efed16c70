//! What the window asks for, and what it gets.

use std::sync::Arc;
use std::time::Duration;

use super::cells::{Cells, Pixels};
use super::look::{Look, Shape};
use super::sheet::Sheet;
use crate::data::{Axis, Bounds, ColorScale, Grid, Hex, Rect, Scale, Tally};
use crate::error::Result;
use crate::plot::{Mixture, hexbin, hist2d};

/// A rectangle of the data, in data units also on log axes: the lower and the upper end of x and of y.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Left and right end.
    pub x: (f64, f64),
    /// Lower and upper end.
    pub y: (f64, f64),
}

/// A picture that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What the picture shows: its sides are the ends of the region.
    pub region: Region,
    /// Width and height of the picture, in pixels of the screen.
    pub pixels: (u32, u32),
    /// How it is counted and coloured.
    pub look: Look,
}

/// A picture that was made: of all points in view, or of a share of them while the pass goes on.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What was asked for.
    pub request: Request,
    /// Where the rows counted so far went.
    pub tally: Tally,
    /// The cells.
    pub aggregate: Cells,
    /// The colours, for the counts of all points: while only a share of them is counted, limits that follow the view are
    /// what that share lets expect, and the picture is drawn as bright as it will be.
    pub scale: ColorScale,
    /// The categories with their counts and colours, if rows are told apart by them; `scale` then says how opaque cells are.
    pub mixture: Option<Arc<Mixture>>,
    /// The matrix whose cells these are, if they are; each cell of the aggregate is one of them, or a pixel for several.
    pub sheet: Option<Arc<Sheet>>,
    /// The pixels.
    pub picture: Pixels,
    /// The share of the points that were counted, 0 to 1.
    pub share: f32,
    /// All rows there are, counted or not.
    pub rows: u64,
    /// From the request to this picture.
    pub took: Duration,
    /// `cpu`, or the adapter's name.
    pub backend: String,
}

impl Request {
    /// How many cells along x and y: what `--bins` or `--gridsize` say.
    ///
    /// Rectangles are no narrower than a number is from the next: most would hold none, and the others lie beside their numbers.
    pub fn cells(&self) -> (usize, usize) {
        let size = self.look.cell_pixels.max(1);
        let along = |pixels: u32| (pixels.div_ceil(size) as usize).max(1);
        let apart = |pixels, (low, high): (f64, f64)| {
            let largest = low.abs().max(high.abs());
            let numbers = (high - low) / (largest.next_up() - largest);
            along(pixels).min(numbers as usize).max(1)
        };
        match self.look.shape {
            Shape::Rectangles => (apart(self.pixels.0, self.region.x), apart(self.pixels.1, self.region.y)),
            // Regular on the screen: rows of one lattice are √3 cell widths apart.
            Shape::Hexagons => {
                let rows = f64::from(self.pixels.1) / (f64::from(size) * 3f64.sqrt());
                (along(self.pixels.0), (rows.round() as usize).max(1))
            }
        }
    }

    /// The cells: those that the command counts in with `--range` of the region and this many cells.
    ///
    /// # Errors
    /// If the region is empty, or not positive on a log axis.
    pub fn grid(&self) -> Result<Grid> {
        let (nx, ny) = self.cells();
        let (x_scale, y_scale) = self.look.scales;
        let Region { x, y } = self.region;
        Ok(match self.look.shape {
            Shape::Rectangles => Grid::Rect(Rect { x: axis(x, x_scale, nx)?, y: axis(y, y_scale, ny)? }),
            Shape::Hexagons => Grid::Hex(Hex::in_range((nx, ny), (x, y), self.look.scales)?),
        })
    }
}

impl Request {
    /// As many cells over all the data, which span so much: those that the command counts in without `--range`.
    ///
    /// # Errors
    /// If they span more than a grid can.
    pub(super) fn grid_over(&self, bounds: Bounds) -> Result<Grid> {
        let (none, (x, y)) = (&[0.0; 0], self.look.scales);
        match self.look.shape {
            Shape::Rectangles => hist2d(none, none).bins(self.cells()).xscale(x).yscale(y).grid_over(bounds),
            Shape::Hexagons => {
                hexbin(none, none).gridsize(self.cells()).xscale(x).yscale(y).grid_over(bounds)
            }
        }
    }
}

impl Frame {
    /// What a cell's value is, in words: `mean of delay`, `smoothed count`.
    pub fn value_name(&self) -> String {
        self.aggregate.label(self.request.look.weights.as_deref())
    }

    /// Whether the values of cells are whole numbers.
    pub fn is_of_whole_numbers(&self) -> bool {
        self.aggregate.are_whole()
    }

    /// How many cells along x and y.
    pub fn cells(&self) -> (usize, usize) {
        match (&self.sheet, &**self.aggregate.grid()) {
            (Some(_), Grid::Rect(rect)) => (rect.x.bins(), rect.y.bins()),
            _ => self.request.cells(),
        }
    }

    /// The cells of a matrix that are in the picture, along x and y; of points none.
    pub fn cells_in_view(&self) -> Option<(usize, usize)> {
        let (rows, columns) = self.sheet.as_ref()?.part(self.request.region);
        Some((columns.len(), rows.len()))
    }

    /// Whether pixels show several cells of a matrix each.
    pub fn shares_pixels(&self) -> bool {
        let Region { x, y } = self.request.region;
        let (width, height) = self.request.pixels;
        self.sheet.is_some() && (x.1 - x.0 > f64::from(width) || y.1 - y.0 > f64::from(height))
    }

    /// Whether every point was counted.
    pub fn is_whole(&self) -> bool {
        self.share >= 1.0
    }
}

impl Region {
    /// What bounds span; 0 to 1 each way if there are none.
    pub fn of(bounds: Bounds) -> Self {
        if bounds.is_empty() {
            return Self { x: (0.0, 1.0), y: (0.0, 1.0) };
        }
        Self { x: bounds.x, y: bounds.y }
    }

    /// Its ends, as those of the points that fill it.
    pub(super) fn bounds(&self) -> Bounds {
        Bounds { x: self.x, y: self.y }
    }

    /// Whether a point lies inside or on the border.
    #[inline]
    pub fn contains(&self, x: f64, y: f64) -> bool {
        self.x.0 <= x && x <= self.x.1 && self.y.0 <= y && y <= self.y.1
    }
}

/// The axis that the command makes of `--range` and `--bins`.
fn axis((start, stop): (f64, f64), scale: Scale, bins: usize) -> Result<Axis> {
    match scale {
        Scale::Linear => Axis::linear(start, stop, bins),
        Scale::Log => Axis::log(start, stop, bins),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(shape: Shape, scales: (Scale, Scale)) -> Request {
        Request {
            region: Region { x: (0.5, 7.25), y: (1.0, 300.0) },
            pixels: (301, 200),
            look: Look { shape, cell_pixels: 7, scales, ..Look::default() },
        }
    }

    #[test]
    fn the_cells_are_those_of_the_builders() {
        let (x, y): (Vec<f64>, Vec<f64>) = (0..99).map(|i| (f64::from(i) * 0.1, f64::from(i) * 3.7)).unzip();
        for scales in [(Scale::Linear, Scale::Linear), (Scale::Linear, Scale::Log)] {
            let request_of = |shape| request(shape, scales);
            let Region { x: x_range, y: y_range } = request_of(Shape::Rectangles).region;
            assert_eq!(request_of(Shape::Rectangles).cells(), (43, 29));
            let plot = hist2d(&x, &y).bins((43, 29)).range(x_range, y_range);
            let plot = plot.xscale(scales.0).yscale(scales.1).aggregate().unwrap();
            assert!(*plot.grid == request_of(Shape::Rectangles).grid().unwrap());
            assert_eq!(request_of(Shape::Hexagons).cells(), (43, 16));
            let plot = hexbin(&x, &y).gridsize((43, 16)).range(x_range, y_range);
            let plot = plot.xscale(scales.0).yscale(scales.1).aggregate().unwrap();
            assert!(*plot.grid == request_of(Shape::Hexagons).grid().unwrap());
        }
    }

    #[test]
    fn hexagons_are_regular_on_the_screen() {
        let (nx, ny) = request(Shape::Hexagons, Default::default()).cells();
        let (width, height) = (301.0 / nx as f64, 200.0 / ny as f64);
        assert!((height / width / 3f64.sqrt() - 1.0).abs() < 0.05);
    }

    #[test]
    fn rectangles_are_no_narrower_than_numbers_are_apart() {
        let mut request = request(Shape::Rectangles, Default::default());
        let step = 2f64.powi(-33);
        request.region = Region { x: (1e6, 1e6 + 16.0 * step), y: (-1e6 - 30.0 * step, -1e6) };
        assert_eq!(request.cells(), (16, 29));
        let Grid::Rect(rect) = request.grid().unwrap() else { panic!("rectangles") };
        let wanted: Vec<f64> = (0..=16).map(|nth| 1e6 + f64::from(nth) * step).collect();
        assert_eq!(rect.x.edges(), wanted, "a cell for each number");
        request.region.x = (1e6, 1e6 + 1e-3);
        assert_eq!(request.cells().0, 43);
        request.region = Region { x: (-1e307, 1e307), y: (0.0, 1e-290) };
        assert_eq!(request.cells(), (43, 29));
        request.look.shape = Shape::Hexagons;
        request.region.x = (1e6, 1e6 + 16.0 * step);
        assert_eq!(request.cells().0, 43, "hexagons are found without edges");
    }

    #[test]
    fn an_impossible_region_is_an_error() {
        let mut request = request(Shape::Rectangles, (Scale::Log, Scale::Linear));
        request.region.x.0 = 0.0;
        assert!(request.grid().is_err());
    }
}
