//! A [`Sampling`] laid out for speed: what a sample's cell takes is worked out once for each column and line of samples.

use super::Sampling;
use super::sampling::UNIT;
use crate::data::Rgba;

/// Bits behind the point of a reciprocal: sums are below 2^23, what they are divided by below 2^14.
const POINT: u32 = 40;

/// The lines and columns of samples, and the colours of the palette.
pub struct Ruler {
    samples: usize,
    columns: Vec<Across>,
    lines: Vec<Up>,
    palette: Vec<Rgba>,
    /// Red, green and blue times opacity, and opacity.
    weighted: Vec<[u32; 4]>,
    /// For each sum of opacities, the factor that divides by it.
    reciprocals: Vec<u64>,
}

/// The entry of the palette that a cell has.
pub trait Entries: Sync {
    fn of(&self, cell: usize) -> usize;
}

impl Entries for Vec<u16> {
    #[inline(always)]
    fn of(&self, cell: usize) -> usize {
        usize::from(self[cell])
    }
}

/// Each cell has an entry of its own.
pub struct Own;

impl Entries for Own {
    #[inline(always)]
    fn of(&self, cell: usize) -> usize {
        cell
    }
}

/// A column of samples: the first cell of it on either lattice, and how far from the nearest centre of lattice 1 it is.
#[derive(Clone, Copy)]
struct Across {
    lattice1: u32,
    lattice2: u32,
    distance: u32,
}

/// A line of samples: its cell in a column on either lattice, and up to which distance that is the one of lattice 1.
#[derive(Clone, Copy, PartialEq)]
struct Up {
    lattice1: u32,
    lattice2: u32,
    room: u32,
}

impl Ruler {
    pub fn new(sampling: &Sampling, palette: Vec<Rgba>) -> Self {
        let cells = sampling.cells;
        let (ny, first) = (cells.ny, (cells.nx + 1) * (cells.ny + 1));
        // There is no cell of lattice 2 beyond the border, where lattice 1 is always nearer.
        let second = |at: u32| at.div_ceil(2).wrapping_sub(1);
        let columns = sampling.columns.iter().map(|x| {
            if !cells.hexagons {
                return Across { lattice1: x.at * ny, lattice2: 0, distance: 0 };
            }
            let lattice2 = second(x.at).wrapping_mul(ny).wrapping_add(first);
            Across { lattice1: x.at / 2 * (ny + 1), lattice2, distance: x.distance }
        });
        let lines = sampling.lines.iter().map(|y| {
            if !cells.hexagons {
                return Up { lattice1: y.at, lattice2: 0, room: 1 };
            }
            Up { lattice1: y.at / 2, lattice2: second(y.at), room: UNIT.saturating_sub(3 * y.distance) }
        });
        let weighted = palette.iter().map(|color| {
            let [r, g, b, a] = color.map(u32::from);
            [r * a, g * a, b * a, a]
        });
        let most = if sampling.samples > 1 { 255 * u64::from(sampling.samples).pow(2) } else { 0 };
        Self {
            samples: sampling.samples as usize,
            columns: columns.collect(),
            lines: lines.collect(),
            weighted: weighted.collect(),
            palette,
            reciprocals: (0..=most).map(|by| (1u64 << POINT).div_ceil(by.max(1))).collect(),
        }
    }

    /// Whether two lines of pixels are the same whatever the cells hold.
    pub fn are_alike(&self, line: usize, other: usize) -> bool {
        self.lines_of(line) == self.lines_of(other)
    }

    /// Draws a line of pixels, of the palette's entries that cells have.
    pub fn draw(&self, entries: &impl Entries, line: usize, pixels: &mut [u8]) {
        let up = self.lines_of(line);
        let samples = self.columns.chunks_exact(self.samples);
        if let [up] = up {
            for (pixel, across) in pixels.chunks_exact_mut(4).zip(&self.columns) {
                let entry = entries.of(cell(*across, *up) as usize);
                pixel.copy_from_slice(&self.palette[entry]);
            }
        } else {
            for (pixel, across) in pixels.chunks_exact_mut(4).zip(samples) {
                pixel.copy_from_slice(&self.mean(entries, across, up));
            }
        }
    }

    fn lines_of(&self, line: usize) -> &[Up] {
        &self.lines[line * self.samples..][..self.samples]
    }

    /// The mean of a pixel's samples, opacity taken into account; shade.wgsl has the same sums.
    #[inline]
    fn mean(&self, entries: &impl Entries, across: &[Across], up: &[Up]) -> Rgba {
        let n = across.len();
        let (left, right) = (across[0], across[n - 1]);
        let entry = |cell: u32| entries.of(cell as usize);
        let corner = cell(left, up[0]);
        let last = up[n - 1];
        if [cell(right, up[0]), cell(left, last), cell(right, last)].iter().all(|&cell| cell == corner) {
            return self.palette[entry(corner)];
        }
        let mut sum = [0u32; 4];
        for &up in up {
            let (first, last) = (cell(left, up), cell(right, up));
            // Cells have no dents: what lies between two samples of one cell is of that cell.
            if first == last {
                add(&mut sum, self.weighted[entry(first)].map(|channel| channel * n as u32));
            } else {
                across.iter().for_each(|&across| add(&mut sum, self.weighted[entry(cell(across, up))]));
            }
        }
        let [r, g, b, opacity] = sum;
        if opacity == 0 {
            return [0; 4];
        }
        let reciprocal = self.reciprocals[opacity as usize];
        let mean = |sum: u32| ((u64::from(sum + opacity / 2) * reciprocal) >> POINT) as u8;
        let samples = (n * n) as u32;
        [mean(r), mean(g), mean(b), ((opacity + samples / 2) / samples) as u8]
    }
}

/// The cell of a sample.
#[inline(always)]
fn cell(across: Across, up: Up) -> u32 {
    if across.distance < up.room { across.lattice1 + up.lattice1 } else { across.lattice2 + up.lattice2 }
}

#[inline(always)]
fn add(sum: &mut [u32; 4], more: [u32; 4]) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shading::fixtures;

    #[test]
    fn every_sample_has_its_cell() {
        for grid in fixtures::grids() {
            let sampling = Sampling::new(&grid, 41, 30);
            let ruler = Ruler::new(&sampling, vec![[0; 4]]);
            for (x, across) in sampling.columns.iter().zip(&ruler.columns) {
                for (y, up) in sampling.lines.iter().zip(&ruler.lines) {
                    assert_eq!(cell(*across, *up), sampling.cells.at(*x, *y), "{grid:?}");
                }
            }
        }
    }

    #[test]
    fn reciprocals_divide_exactly() {
        let sampling = Sampling { samples: 8, ..Sampling::new(&fixtures::grids()[3], 9, 9) };
        let ruler = Ruler::new(&sampling, vec![[0; 4]]);
        for by in 1..=255 * 64u32 {
            let most = 255 * by;
            for sum in [0, by / 2, by - 1, by, 7 * by - 1, 7 * by, most / 2, most - 1, most, most + by / 2] {
                let got = (u64::from(sum) * ruler.reciprocals[by as usize]) >> POINT;
                assert_eq!(got, u64::from(sum / by), "{sum} / {by}");
            }
        }
    }
}
