//! A grid of hexagons: matplotlib's two lattices.
//!
//! In units of a cell, lattice 1 has its centres on the whole numbers and lattice 2 halfway between them. A point goes to
//! the nearer of its two candidates, one on each lattice; on a tie, to lattice 2. Every operation below is matplotlib's, in
//! its order, so that the same f64 come out.

use crate::data::axis::check_positive;
use crate::data::scale::Scale;
use crate::error::{Error, Result, plain};

/// One direction of the lattices.
#[derive(Clone, Debug, PartialEq)]
pub struct HexAxis {
    /// Cells of lattice 2 along this axis; lattice 1 has one more.
    pub cells: usize,
    /// Where the lattices begin, in the coordinate of the scale (`log10(v)` on a log scale).
    pub start: f64,
    /// Where they end.
    pub stop: f64,
    /// The size of a cell: `(stop - start) / cells`.
    pub size: f64,
    /// Linear or log.
    pub scale: Scale,
}

/// What becomes of the ends of a range.
type Widen = fn(f64, f64) -> (f64, f64);

impl HexAxis {
    fn new(
        cells: usize,
        (start, stop): (f64, f64),
        padding: f64,
        scale: Scale,
        widen: Widen,
    ) -> Result<Self> {
        if cells == 0 {
            return Err(Error::usage("a hexagonal grid needs at least 1 cell each way, not 0"));
        }
        if start > stop {
            return Err(Error::usage(format!(
                "the range {start} to {stop} is reversed: put the smaller end first",
                start = plain(start),
                stop = plain(stop)
            )));
        }
        if !start.is_finite() || !stop.is_finite() {
            return Err(Error::usage(format!(
                "a range must be finite, not {start} to {stop}",
                start = plain(start),
                stop = plain(stop)
            )));
        }
        if scale == Scale::Log {
            check_positive(start)?;
        }
        let (low, high) = (start, stop);
        let (start, stop) = widen(scale.forward(start), scale.forward(stop));
        let padding = padding * (stop - start);
        let (start, stop) = (start - padding, stop + padding);
        let size = (stop - start) / cells as f64;
        if !size.is_normal() {
            return Err(Error::usage(format!(
                "the range {low} to {high} cannot be cut into {cells} cells",
                low = plain(low),
                high = plain(high)
            )));
        }
        Ok(Self { cells, start, stop, size, scale })
    }

    /// The position of a value in units of cells.
    #[inline]
    pub fn position(&self, value: f64) -> f64 {
        (self.scale.forward(value) - self.start) / self.size
    }

    /// The value at a position in units of cells.
    pub fn value(&self, position: f64) -> f64 {
        self.scale.inverse(position * self.size + self.start)
    }
}

/// matplotlib's `_nonsingular` with `expander=0.1`: a range without width gets some.
fn nonsingular(start: f64, stop: f64) -> (f64, f64) {
    const EXPANDER: f64 = 0.1;
    const TINY: f64 = 1e-15;
    let largest = start.abs().max(stop.abs());
    if largest < (1e6 / TINY) * f64::MIN_POSITIVE {
        (-EXPANDER, EXPANDER)
    } else if stop - start <= largest * TINY {
        (start - EXPANDER * start.abs(), stop + EXPANDER * stop.abs())
    } else {
        (start, stop)
    }
}

/// A grid of hexagons with their points up, as `matplotlib.hexbin` lays it.
///
/// Cells are numbered as in matplotlib's PolyCollection: lattice 1 of `(nx + 1) * (ny + 1)` cells, then lattice 2 of
/// `nx * ny`, each with y running fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Hex {
    /// Across.
    pub x: HexAxis,
    /// Up.
    pub y: HexAxis,
}

impl Hex {
    /// The lattices of `nx` × `ny` cells over what the data span, in data units also on a log scale.
    ///
    /// A span of hardly any width gets some, by matplotlib's rule: a constant column `c` is widened by `0.1 * |c|` on
    /// each side, and one next to 0 by 0.1.
    ///
    /// # Errors
    /// If there are no cells, or the range is reversed, not finite, or not positive on a log scale.
    pub fn new(
        cells: (usize, usize),
        spans: ((f64, f64), (f64, f64)),
        scales: (Scale, Scale),
    ) -> Result<Self> {
        Self::laid(cells, spans, scales, nonsingular)
    }

    /// The lattices over a range that was asked for: matplotlib's `extent`, which is taken as it is, however narrow.
    ///
    /// # Errors
    /// As for [`Hex::new`], and if the range has no width.
    pub fn in_range(
        cells: (usize, usize),
        ranges: ((f64, f64), (f64, f64)),
        scales: (Scale, Scale),
    ) -> Result<Self> {
        Self::laid(cells, ranges, scales, |start, stop| (start, stop))
    }

    fn laid(
        (nx, ny): (usize, usize),
        (x_range, y_range): ((f64, f64), (f64, f64)),
        (x_scale, y_scale): (Scale, Scale),
        widen: Widen,
    ) -> Result<Self> {
        // matplotlib pads x alone, so that rounding cannot push a point over the border.
        const PADDING: f64 = 1e-9;
        Ok(Self {
            x: HexAxis::new(nx, x_range, PADDING, x_scale, widen).map_err(|e| e.at("x"))?,
            y: HexAxis::new(ny, y_range, 0.0, y_scale, widen).map_err(|e| e.at("y"))?,
        })
    }

    /// matplotlib's number of cells up the page for `nx` across: hexagons come out regular on a square plot.
    pub fn rows_for(nx: usize) -> usize {
        ((nx as f64 / 3f64.sqrt()) as usize).max(1)
    }

    /// How many cells lattice 1 has; those of lattice 2 follow it.
    pub fn lattice1_cells(&self) -> usize {
        self.x.cells.saturating_add(1).saturating_mul(self.y.cells.saturating_add(1))
    }

    /// How many cells.
    pub fn cells(&self) -> usize {
        self.lattice1_cells().saturating_add(self.x.cells.saturating_mul(self.y.cells))
    }

    /// The cell that holds a point, or `None`: the rule of `matplotlib.hexbin`.
    #[inline]
    pub fn cell(&self, x: f64, y: f64) -> Option<usize> {
        self.cell_at(self.x.position(x), self.y.position(y))
    }

    /// The cell at a position in units of cells.
    #[inline]
    pub fn cell_at(&self, ix: f64, iy: f64) -> Option<usize> {
        // numpy rounds halves to even; f64::round does not.
        let (ix1, iy1) = (ix.round_ties_even(), iy.round_ties_even());
        let (ix2, iy2) = (ix.floor(), iy.floor());
        let squared = |v: f64| v * v;
        let d1 = squared(ix - ix1) + 3.0 * squared(iy - iy1);
        let d2 = squared(ix - ix2 - 0.5) + 3.0 * squared(iy - iy2 - 0.5);
        if d1 < d2 { self.lattice1(ix1, iy1) } else { self.lattice2(ix2, iy2) }
    }

    #[inline]
    fn lattice1(&self, ix: f64, iy: f64) -> Option<usize> {
        let (nx, ny) = (self.x.cells + 1, self.y.cells + 1);
        let inside = 0.0 <= ix && ix < nx as f64 && 0.0 <= iy && iy < ny as f64;
        inside.then(|| ix as usize * ny + iy as usize)
    }

    #[inline]
    fn lattice2(&self, ix: f64, iy: f64) -> Option<usize> {
        let (nx, ny) = (self.x.cells, self.y.cells);
        let inside = 0.0 <= ix && ix < nx as f64 && 0.0 <= iy && iy < ny as f64;
        inside.then(|| self.lattice1_cells() + ix as usize * ny + iy as usize)
    }

    /// The position of a cell's centre in units of cells.
    pub fn center(&self, cell: usize) -> (f64, f64) {
        let first = self.lattice1_cells();
        if cell < first {
            let ny = self.y.cells + 1;
            ((cell / ny) as f64, (cell % ny) as f64)
        } else {
            let (cell, ny) = (cell - first, self.y.cells);
            ((cell / ny) as f64 + 0.5, (cell % ny) as f64 + 0.5)
        }
    }

    /// A cell's centre as matplotlib's `get_offsets` gives it: the coordinate of the scale (`log10(v)` on a log axis).
    pub fn offset(&self, cell: usize) -> (f64, f64) {
        let (ix, iy) = self.center(cell);
        (ix * self.x.size + self.x.start, iy * self.y.size + self.y.start)
    }

    /// The corners of a hexagon around its centre, in units of cells, counter-clockwise.
    pub const CORNERS: [(f64, f64); 6] = [
        (0.5, -1.0 / 6.0),
        (0.5, 1.0 / 6.0),
        (0.0, 1.0 / 3.0),
        (-0.5, 1.0 / 6.0),
        (-0.5, -1.0 / 6.0),
        (0.0, -1.0 / 3.0),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(nx: usize, ny: usize) -> Hex {
        Hex::new((nx, ny), ((0.0, nx as f64), (0.0, ny as f64)), (Scale::Linear, Scale::Linear)).unwrap()
    }

    #[test]
    fn cells_are_counted_as_matplotlib_counts_them() {
        assert_eq!(Hex::rows_for(100), 57);
        assert_eq!(Hex::rows_for(1), 1);
        assert_eq!(unit(100, 57).cells(), 11_558);
    }

    #[test]
    fn every_centre_lies_in_its_own_cell() {
        let hex = unit(7, 5);
        for cell in 0..hex.cells() {
            let (ix, iy) = hex.center(cell);
            assert_eq!(hex.cell_at(ix, iy), Some(cell));
        }
    }

    #[test]
    fn a_tie_goes_to_lattice_2() {
        let hex = unit(4, 4);
        // Equally far from (0, 0) and (0.5, 0.5).
        let cell = hex.cell_at(0.25, 0.25).unwrap();
        assert_eq!(hex.center(cell), (0.5, 0.5));
    }

    #[test]
    fn a_range_without_width_gets_some() {
        assert_eq!(nonsingular(0.0, 0.0), (-0.1, 0.1));
        assert_eq!(nonsingular(5.0, 5.0), (4.5, 5.5));
        assert_eq!(nonsingular(-2.0, -2.0), (-2.2, -1.8));
        assert_eq!(nonsingular(1.0, 2.0), (1.0, 2.0));
    }

    #[test]
    fn a_range_that_was_asked_for_stays_as_it_is() {
        let linear = (Scale::Linear, Scale::Linear);
        let narrow = ((0.0, 1e-300), (1.0, 1.0f64.next_up()));
        let hex = Hex::in_range((1, 1), narrow, linear).unwrap();
        assert_eq!((hex.y.start, hex.y.stop), narrow.1);
        assert!(hex.x.stop < 2e-300);
        assert_eq!(Hex::new((1, 1), narrow, linear).unwrap().y.start, 0.9);
        assert!(Hex::in_range((1, 1), ((0.0, 1.0), (3.0, 3.0)), linear).is_err());
    }

    #[test]
    fn far_away_is_outside() {
        let hex = unit(3, 3);
        for (x, y) in [(-2.0, 1.0), (1.0, 9.0), (1e300, 1.0), (1.0, -1e300)] {
            assert_eq!(hex.cell(x, y), None);
        }
    }
}
