//! How cells are made and coloured: what the panel sets.

use crate::data::{Aggregate, Coloring, Cut, Grid, Layers, Mixing, Reduction, Scale, Values};
use crate::density::Filter;
use crate::error::Result;
use crate::shading::Decimation;

/// The shape of the cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// As `hist2d` counts.
    #[default]
    Rectangles,
    /// As `hexbin` counts.
    Hexagons,
}

/// How cells are made and coloured: what the panel sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Rectangles or hexagons.
    pub shape: Shape,
    /// Width of a cell in pixels of the screen.
    pub cell_pixels: u32,
    /// Linear or log, for x and for y.
    pub scales: (Scale, Scale),
    /// What is made of the rows in a cell, or of those of each category there.
    pub reduction: Reduction,
    /// The name of the rows' weights, if they have any.
    pub weights: Option<String>,
    /// How rows are told apart by their categories, each counted or reduced on its own; `None` takes all together.
    pub category: Option<Grouping>,
    /// Standard deviations of a Gaussian blur along x and y, in cells; 0 blurs nothing. Hexagons and categories are never blurred.
    pub smooth: (f64, f64),
    /// What a pixel shows of a matrix's cells that are smaller.
    pub decimation: Decimation,
    /// Which value has which colour; limits that are not given are fitted to what is in view, or to all the data.
    pub coloring: Coloring,
}

/// How rows are told apart by their categories, and what colours each has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// The name of the categories: the title of the legend.
    pub name: String,
    /// Whether numbers are cut into bins. Those that lie over all numbers lie over the rows there are, and are made anew when these span
    /// more or less.
    pub cut: Cut,
    /// The colours and how they are mixed.
    pub mixing: Mixing,
    /// Whether the legend of a figure tells the rows of each.
    pub counts: bool,
}

/// The cells of all rows, and those of each category if they are told apart.
pub type Counted = (Aggregate, Option<Layers>);

/// Sizes of cells in pixels that the keys go through.
const SIZES: [u32; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/// Standard deviations in cells that the keys go through.
const SIGMAS: [f64; 6] = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0];

/// The largest standard deviation of the panel, in cells.
pub(super) const MOST_SIGMA: f64 = 32.0;

impl Default for Look {
    /// Rectangles of two pixels, counted.
    fn default() -> Self {
        Self {
            shape: Shape::Rectangles,
            cell_pixels: 2,
            scales: (Scale::Linear, Scale::Linear),
            reduction: Reduction::Count,
            weights: None,
            category: None,
            smooth: (0.0, 0.0),
            decimation: Decimation::default(),
            coloring: Coloring::default(),
        }
    }
}

impl Look {
    /// What is made of weights; `None` where the number of rows in each cell is all it takes.
    pub fn weighing(&self) -> Option<Reduction> {
        Some(self.reduction).filter(|reduction| !reduction.is_of_rows(self.weights.is_some()))
    }

    /// Whether a few cells would take most of the colours: a single far value does on a linear scale, and so do the tails of a blur on
    /// a logarithmic one.
    pub(super) fn suits_robust(&self) -> bool {
        self.weighing().is_some() || (self.can_smooth() && self.smooth != (0.0, 0.0))
    }

    /// Whether the cells can be blurred.
    pub fn can_smooth(&self) -> bool {
        self.shape == Shape::Rectangles && self.category.is_none()
    }

    /// What blurs these cells, if anything does. A standard deviation larger than a small grid is cut to it.
    pub fn filter(&self, grid: &Grid) -> Option<Filter> {
        let Grid::Rect(rect) = grid else { return None };
        let sigma = self.sigma((rect.x.bins(), rect.y.bins()))?;
        Some(Filter::Smooth { sigma })
    }

    /// What is made of cells that were counted, or whose weights were reduced, and of those of each category.
    ///
    /// # Errors
    /// If they cannot be blurred so.
    pub(super) fn made_of(&self, (cells, layers): Counted) -> Result<Counted> {
        let (grid, tally) = (cells.grid.clone(), cells.tally);
        let filter = self.filter(&grid);
        let made = |values: Values| {
            let mut cells = Aggregate { grid: grid.clone(), values, tally };
            if self.weighing().is_none() {
                cells = cells.reduce_counts(self.reduction);
            }
            match &filter {
                Some(filter) => filter.apply(&cells).map(|cells| cells.values),
                None => Ok(cells.values),
            }
        };
        let values = made(cells.values)?;
        Ok((Aggregate { values, ..cells }, layers.map(|layers| layers.map(made)).transpose()?))
    }

    /// The standard deviations for so many cells along x and y.
    pub fn sigma(&self, (nx, ny): (usize, usize)) -> Option<(f64, f64)> {
        let (x, y) = (self.smooth.0.min(nx as f64), self.smooth.1.min(ny as f64));
        (self.can_smooth() && (x > 0.0 || y > 0.0)).then_some((x, y))
    }

    /// The limits of the colours; `None` is fitted.
    pub fn limits(&self) -> (Option<f64>, Option<f64>) {
        (self.coloring.vmin, self.coloring.vmax)
    }

    /// Pins the limits of the colours, or has them fitted.
    pub fn set_limits(&mut self, limits: (Option<f64>, Option<f64>)) {
        (self.coloring.vmin, self.coloring.vmax) = limits;
    }

    /// Rectangles become hexagons and the other way round, with cells of a size that suits them.
    pub(super) fn turn_shape(&mut self) {
        /// Hexagons smaller than this are hardly hexagons.
        const SMALLEST: u32 = 8;
        self.shape = match self.shape {
            Shape::Rectangles => Shape::Hexagons,
            Shape::Hexagons => Shape::Rectangles,
        };
        if self.shape == Shape::Hexagons {
            self.cell_pixels = self.cell_pixels.max(SMALLEST);
        }
    }

    /// Takes the next larger or smaller cells.
    pub(super) fn next_size(&mut self, way: i8) {
        let now = self.cell_pixels;
        let next = match way {
            1.. => SIZES.into_iter().find(|size| *size > now),
            _ => SIZES.into_iter().rev().find(|size| *size < now),
        };
        self.cell_pixels = next.unwrap_or(now);
    }

    /// Goes on to the next of what a pixel shows of several cells.
    pub(super) fn next_decimation(&mut self) {
        let all = Decimation::ALL;
        let now = all.iter().position(|choice| *choice == self.decimation).unwrap_or(0);
        self.decimation = all[(now + 1) % all.len()];
    }

    /// Blurs more or less.
    pub(super) fn next_sigma(&mut self, way: i8) {
        let now = self.smooth.0.max(self.smooth.1);
        let next = match way {
            1.. => SIGMAS.into_iter().find(|sigma| *sigma > now),
            _ => SIGMAS.into_iter().rev().find(|sigma| *sigma < now),
        };
        let next = next.unwrap_or(now);
        self.smooth = (next, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_through_all_sizes_and_stop_at_the_ends() {
        let next = |now: u32, way: i8| {
            let mut look = Look { cell_pixels: now, ..Look::default() };
            look.next_size(way);
            look.cell_pixels
        };
        assert_eq!((next(1, -1), next(5, 1), next(5, -1), next(64, 1)), (1, 6, 4, 64));
        let mut look = Look { smooth: (3.0, 0.5), ..Look::default() };
        look.next_sigma(1);
        assert_eq!(look.smooth, (4.0, 4.0));
        (0..9).for_each(|_| look.next_sigma(-1));
        assert_eq!(look.smooth, (0.0, 0.0));
    }

    #[test]
    fn rectangles_alone_are_blurred_and_by_no_more_than_there_are_cells() {
        let mut look = Look { smooth: (3.0, 9.0), ..Look::default() };
        assert_eq!(look.sigma((100, 100)), Some((3.0, 9.0)));
        assert_eq!(look.sigma((100, 4)), Some((3.0, 4.0)));
        look.turn_shape();
        assert_eq!(look.sigma((100, 100)), None);
        assert_eq!(Look::default().sigma((100, 100)), None);
        let blurred = Look { smooth: (1.0, 0.0), ..Look::default() };
        assert!(blurred.suits_robust() && !Look::default().suits_robust());
        let grouped = Look { category: Some(Grouping::default()), smooth: (1.0, 1.0), ..Look::default() };
        assert_eq!(grouped.sigma((100, 100)), None);
    }
}
