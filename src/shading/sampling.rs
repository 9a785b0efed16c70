//! Which cell lies under each sample of each pixel.

use crate::data::{Axis, Grid, HexAxis, Scale};

/// One cell in the fixed point of [`Place::distance`]; shade.wgsl knows it as `UNIT`.
pub(crate) const UNIT: u32 = 1 << 17;

/// The most samples along one side of a pixel.
pub(crate) const MOST_SAMPLES: u32 = 8;

/// The place of one sample along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "gpu", derive(bytemuck::Pod, bytemuck::Zeroable))]
#[repr(C)]
pub(crate) struct Place {
    /// The bin, or for hexagons the strip of half a cell, counted from half a cell before the first centre.
    pub at: u32,
    /// For hexagons, how far from the nearest centre of lattice 1, in units of 1/[`UNIT`] cell.
    pub distance: u32,
}

/// The grid under the pixels of an image that shows all of it: the plot box.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// Samples along one side of a pixel.
    pub(crate) samples: u32,
    pub(crate) columns: Vec<Place>,
    /// From the top.
    pub(crate) lines: Vec<Place>,
    pub(crate) cells: Cells,
}

/// How two places make a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells {
    pub hexagons: bool,
    pub nx: u32,
    pub ny: u32,
}

impl Sampling {
    /// The sampling of a grid by `width` × `height` pixels.
    ///
    /// Rectangles get one sample a pixel, so that their borders are sharp, and more where cells are smaller than
    /// pixels. Hexagons get four by four, which smooths their slanted sides.
    pub fn new(grid: &Grid, width: u32, height: u32) -> Self {
        let (hexagons, nx, ny) = match grid {
            Grid::Rect(rect) => (false, rect.x.bins(), rect.y.bins()),
            Grid::Hex(hex) => (true, hex.x.cells, hex.y.cells),
        };
        let per_pixel = (nx as f64 / f64::from(width)).max(ny as f64 / f64::from(height));
        let wanted = if hexagons { (2.0 * per_pixel).max(4.0) } else { per_pixel };
        let samples = (wanted.ceil() as u32).clamp(1, MOST_SAMPLES);
        let (across, down) = (width * samples, height * samples);
        let (columns, mut lines): (Vec<Place>, Vec<Place>) = match grid {
            Grid::Rect(rect) => (bins(&rect.x, across), bins(&rect.y, down)),
            Grid::Hex(hex) => (strips(&hex.x, across), strips(&hex.y, down)),
        };
        lines.reverse();
        let cells = Cells { hexagons, nx: nx as u32, ny: ny as u32 };
        Self { samples, columns, lines, cells }
    }
}

impl Cells {
    /// The cell of a sample: the definition, which shade.wgsl has too.
    #[cfg(test)]
    pub fn at(self, x: Place, y: Place) -> u32 {
        if !self.hexagons {
            return x.at * self.ny + y.at;
        }
        if x.distance + 3 * y.distance < UNIT {
            return (x.at / 2) * (self.ny + 1) + y.at / 2;
        }
        let (i, j) = (x.at.div_ceil(2) - 1, y.at.div_ceil(2) - 1);
        (self.nx + 1) * (self.ny + 1) + i * self.ny + j
    }
}

/// The bin under the middle of each of `count` equal parts of an axis as it is drawn.
fn bins(axis: &Axis, count: u32) -> Vec<Place> {
    let bins = axis.bins() as u64;
    let (start, stop) = axis.range();
    let (start, stop) = (axis.scale().forward(start), axis.scale().forward(stop));
    let bin = |part: u32| {
        if axis.is_even() && axis.scale() == Scale::Linear {
            return (2 * u64::from(part) + 1) * bins / (2 * u64::from(count));
        }
        let share = (f64::from(part) + 0.5) / f64::from(count);
        let value = axis.scale().inverse(start + share * (stop - start));
        // Rounding may carry the value past an end, but not past the bin there.
        axis.bin(value).map_or_else(|| if share < 0.5 { 0 } else { bins - 1 }, |bin| bin as u64)
    };
    (0..count).map(|part| Place { at: bin(part) as u32, distance: 0 }).collect()
}

/// The strip under the middle of each of `count` equal parts of an axis, all in whole numbers.
fn strips(axis: &HexAxis, count: u32) -> Vec<Place> {
    let cells = axis.cells as u64;
    let whole = 2 * u64::from(count);
    let place = |part: u32| {
        // The position is `numerator / whole` cells.
        let numerator = (2 * u64::from(part) + 1) * cells;
        let half = 2 * numerator / whole;
        let depth = (2 * numerator % whole) * u64::from(UNIT) / (2 * whole);
        let odd = half % 2 == 1;
        let distance = if odd { u64::from(UNIT / 2) - depth } else { depth };
        Place { at: half as u32 + 1, distance: distance as u32 }
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shading::fixtures;

    #[test]
    fn every_sample_lies_in_its_cell() {
        for grid in fixtures::grids() {
            let sampling = Sampling::new(&grid, 40, 30);
            let (across, down) = (sampling.columns.len(), sampling.lines.len());
            let share = |part: usize, count: usize| (part as f64 + 0.5) / count as f64;
            let mut differing = 0;
            for (c, r) in (0..across).flat_map(|c| (0..down).map(move |r| (c, r))) {
                let got = sampling.cells.at(sampling.columns[c], sampling.lines[r]) as usize;
                let (x, y) = (share(c, across), share(down - 1 - r, down));
                let wanted = match &grid {
                    Grid::Rect(rect) => {
                        let value = |axis: &Axis, share: f64| {
                            let (a, b) = axis.range();
                            let (a, b) = (axis.scale().forward(a), axis.scale().forward(b));
                            axis.scale().inverse(a + share * (b - a))
                        };
                        rect.cell(value(&rect.x, x), value(&rect.y, y))
                    }
                    Grid::Hex(hex) => hex.cell_at(x * hex.x.cells as f64, y * hex.y.cells as f64),
                };
                differing += usize::from(wanted != Some(got));
            }
            // A sample on the very border of two cells may go to either.
            let allowed = if matches!(grid, Grid::Hex(_)) { across * down / 200 } else { 0 };
            assert!(differing <= allowed, "{differing} samples of {grid:?}");
        }
    }

    #[test]
    fn small_cells_get_more_samples() {
        let grids = fixtures::grids();
        assert_eq!(Sampling::new(&grids[0], 40, 30).samples, 1);
        assert_eq!(Sampling::new(&grids[2], 100, 30).samples, 3);
        assert_eq!(Sampling::new(&grids[2], 10, 30).samples, MOST_SAMPLES);
        assert_eq!(Sampling::new(&grids[3], 400, 300).samples, 4);
    }
}
