//! A [`Sampling`] laid out for speed: what a sample's cell takes is worked out once for each column and line of samples.

use super::Sampling;
use super::mean::{Colors, Sum};
use super::sampling::{MOST_SAMPLES, UNIT};
use crate::data::Rgba;

/// Lines of pixels that are drawn together: cells are stored by columns, and neighbouring lines share them.
pub const BAND: usize = 16;

/// Pixels of a line that are drawn before those of the next: the cells under a tile stay in the nearest cache.
const TILE: usize = 64;

/// The lines and columns of samples, and the colours of the palette.
pub struct Ruler {
    hexagons: bool,
    samples: usize,
    columns: Columns,
    /// The first and the last column of each pixel.
    left: Columns,
    right: Columns,
    lines: Vec<Up>,
    colors: Colors,
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

/// Columns of samples: the first cell of each on either lattice, and how far from the nearest centre of lattice 1 it is.
#[derive(Default)]
struct Columns {
    lattice1: Vec<u32>,
    lattice2: Vec<u32>,
    distance: Vec<u32>,
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
        let mut columns = Columns::default();
        for x in &sampling.columns {
            columns.push(if cells.hexagons {
                let lattice2 = second(x.at).wrapping_mul(ny).wrapping_add(first);
                (x.at / 2 * (ny + 1), lattice2, x.distance)
            } else {
                (x.at * ny, 0, 0)
            });
        }
        let lines = sampling.lines.iter().map(|y| {
            if !cells.hexagons {
                return Up { lattice1: y.at, lattice2: 0, room: 1 };
            }
            Up { lattice1: y.at / 2, lattice2: second(y.at), room: UNIT.saturating_sub(3 * y.distance) }
        });
        let samples = sampling.samples as usize;
        Self {
            hexagons: cells.hexagons,
            samples,
            left: columns.every(samples, 0),
            right: columns.every(samples, samples - 1),
            columns,
            lines: lines.collect(),
            colors: Colors::new(palette, sampling.samples),
        }
    }

    /// Draws at most [`BAND`] lines of pixels from `first` on, of the palette's entries that cells have.
    pub fn draw(&self, entries: &impl Entries, first: usize, pixels: &mut [u8]) {
        // Loops over samples that the compiler knows the number of take half the time.
        const { assert!(MOST_SAMPLES == 8, "a case for each number of samples") };
        match self.samples {
            1 => self.draw_with::<1>(entries, first, pixels),
            2 => self.draw_with::<2>(entries, first, pixels),
            3 => self.draw_with::<3>(entries, first, pixels),
            4 => self.draw_with::<4>(entries, first, pixels),
            5 => self.draw_with::<5>(entries, first, pixels),
            6 => self.draw_with::<6>(entries, first, pixels),
            7 => self.draw_with::<7>(entries, first, pixels),
            _ => self.draw_with::<8>(entries, first, pixels),
        }
    }

    fn draw_with<const N: usize>(&self, entries: &impl Entries, first: usize, pixels: &mut [u8]) {
        let (lines, _) = self.lines[first * N..].as_chunks::<N>();
        let width = self.left.distance.len();
        let (pixels, _) = pixels.as_chunks_mut::<4>();
        let rows = pixels.len() / width;
        // Lines of the same cells are the same whatever these hold.
        let is_copy = |row: &usize| *row > 0 && lines[*row] == lines[row - 1];
        let drawn: Vec<usize> = (0..rows).filter(|row| !is_copy(row)).collect();
        for start in (0..width).step_by(TILE) {
            let end = width.min(start + TILE);
            for &row in &drawn {
                let pixels = &mut pixels[row * width..][start..end];
                if self.hexagons {
                    self.draw_hexagons(entries, start, &lines[row], pixels);
                } else {
                    self.draw_rectangles(entries, start, &lines[row], pixels);
                }
            }
        }
        for row in (0..rows).filter(is_copy) {
            pixels.copy_within((row - 1) * width..row * width, row * width);
        }
    }

    /// Draws pixels of a line from `start` on.
    #[inline(always)]
    fn draw_rectangles<const N: usize>(
        &self,
        entries: &impl Entries,
        start: usize,
        lines: &[Up; N],
        pixels: &mut [Rgba],
    ) {
        let (columns, _) = self.columns.lattice1[start * N..].as_chunks::<N>();
        for (pixel, columns) in pixels.iter_mut().zip(columns) {
            let entry = |column: u32, up: &Up| entries.of((column + up.lattice1) as usize);
            if N == 1 {
                *pixel = self.colors.color(entry(columns[0], &lines[0]));
                continue;
            }
            let mut sum = Sum::default();
            for &column in columns {
                lines.iter().for_each(|up| self.colors.add(&mut sum, entry(column, up), 1));
            }
            *pixel = self.colors.mean::<N>(sum);
        }
    }

    /// Draws pixels of a line from `start` on, at most [`TILE`] of them.
    #[inline(always)]
    fn draw_hexagons<const N: usize>(
        &self,
        entries: &impl Entries,
        start: usize,
        lines: &[Up; N],
        pixels: &mut [Rgba],
    ) {
        // Most pixels lie in one cell. Its corners tell which, all of a tile in vectors.
        let (mut corner, mut others) = ([0; TILE], [[0; TILE]; 3]);
        let corners = [(&self.left, N - 1), (&self.right, 0), (&self.right, N - 1)];
        self.left.cells(start, lines[0], &mut corner[..pixels.len()]);
        for (other, (columns, line)) in others.iter_mut().zip(corners) {
            columns.cells(start, lines[line], &mut other[..pixels.len()]);
        }
        let [a, b, c] = others;
        let mut differ = [0; TILE];
        for (x, differ) in differ.iter_mut().enumerate() {
            *differ = (corner[x] ^ a[x]) | (corner[x] ^ b[x]) | (corner[x] ^ c[x]);
        }
        for (x, pixel) in pixels.iter_mut().enumerate() {
            *pixel = if differ[x] == 0 {
                self.colors.color(entries.of(corner[x] as usize))
            } else {
                self.mean_of_hexagons(entries, start + x, lines)
            };
        }
    }

    /// The mean of a pixel's samples.
    #[inline(always)]
    fn mean_of_hexagons<const N: usize>(&self, entries: &impl Entries, x: usize, lines: &[Up; N]) -> Rgba {
        let (columns, first) = (&self.columns, x * N);
        let entry = |sample: usize, up: Up| entries.of(columns.cell(first + sample, up) as usize);
        let mut sum = Sum::default();
        if N > 4 {
            // Cells are smaller than pixels: down the columns, as they lie in memory.
            for sample in 0..N {
                lines.iter().for_each(|&up| self.colors.add(&mut sum, entry(sample, up), 1));
            }
            return self.colors.mean::<N>(sum);
        }
        for &up in lines {
            let [first, last] = [first, first + N - 1].map(|column| columns.cell(column, up));
            // Cells have no dents: what lies between two samples of one cell is of that cell.
            if first == last {
                self.colors.add(&mut sum, entries.of(first as usize), N as u32);
            } else {
                (0..N).for_each(|sample| self.colors.add(&mut sum, entry(sample, up), 1));
            }
        }
        self.colors.mean::<N>(sum)
    }
}

impl Columns {
    fn push(&mut self, (lattice1, lattice2, distance): (u32, u32, u32)) {
        self.lattice1.push(lattice1);
        self.lattice2.push(lattice2);
        self.distance.push(distance);
    }

    /// One column of every `step`.
    fn every(&self, step: usize, first: usize) -> Self {
        let every = |all: &[u32]| all.iter().skip(first).step_by(step).copied().collect();
        Self {
            lattice1: every(&self.lattice1),
            lattice2: every(&self.lattice2),
            distance: every(&self.distance),
        }
    }

    /// The cell of a sample.
    #[inline(always)]
    fn cell(&self, column: usize, up: Up) -> u32 {
        if self.distance[column] < up.room {
            self.lattice1[column] + up.lattice1
        } else {
            self.lattice2[column] + up.lattice2
        }
    }

    /// The cells of a line's samples from column `start` on, as [`Columns::cell`] but without a branch, in vectors.
    #[inline(always)]
    fn cells(&self, start: usize, up: Up, cells: &mut [u32]) {
        let part = start..start + cells.len();
        let (lattice1, lattice2) = (&self.lattice1[part.clone()], &self.lattice2[part.clone()]);
        let columns = lattice1.iter().zip(lattice2).zip(&self.distance[part]);
        for (cell, ((lattice1, lattice2), distance)) in cells.iter_mut().zip(columns) {
            let first = lattice1.wrapping_add(up.lattice1);
            let second = lattice2.wrapping_add(up.lattice2);
            // Neither is above UNIT. Vectors compare signed numbers in one step.
            let is_first = (*distance as i32) < (up.room as i32);
            *cell = second ^ ((first ^ second) & u32::from(is_first).wrapping_neg());
        }
    }
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
            for (y, &up) in sampling.lines.iter().zip(&ruler.lines) {
                let wanted: Vec<u32> = sampling.columns.iter().map(|&x| sampling.cells.at(x, *y)).collect();
                let cells: Vec<u32> =
                    (0..wanted.len()).map(|column| ruler.columns.cell(column, up)).collect();
                assert_eq!(cells, wanted, "{grid:?}");
                let mut cells = vec![0; wanted.len() - 3];
                ruler.columns.cells(3, up, &mut cells);
                assert_eq!(cells, wanted[3..], "{grid:?}, without branches");
            }
        }
    }

    #[test]
    fn pixels_are_the_means_of_their_samples() {
        let mut palette: Vec<Rgba> = (0..7u8).map(|n| [40 * n, 255 - 30 * n, n * n, 255 - 36 * n]).collect();
        palette[3] = [0; 4];
        let mut seen = [false; MOST_SAMPLES as usize + 1];
        for grid in fixtures::grids() {
            let entries: Vec<u16> = (0..grid.cells()).map(|cell| (cell * 5 % 7) as u16).collect();
            for (width, height) in [(1, 1), (7, 5), (63, 31), (64, 16), (65, 17), (130, 40), (300, 33)] {
                let sampling = Sampling::new(&grid, width, height);
                let (width, n) = (width as usize, sampling.samples as usize);
                seen[n] = true;
                let ruler = Ruler::new(&sampling, palette.clone());
                let mut pixels = vec![0; 4 * width * height as usize];
                let bands = pixels.chunks_mut(4 * width * BAND).enumerate();
                bands.for_each(|(band, pixels)| ruler.draw(&entries, band * BAND, pixels));
                for (nth, pixel) in pixels.chunks(4).enumerate() {
                    let mut sum = [0u64; 4];
                    for (line, column) in (0..n).flat_map(|line| (0..n).map(move |column| (line, column))) {
                        let x = sampling.columns[nth % width * n + column];
                        let y = sampling.lines[nth / width * n + line];
                        let entry = entries[sampling.cells.at(x, y) as usize];
                        let [r, g, b, a] = palette[usize::from(entry)].map(u64::from);
                        sum.iter_mut().zip([r * a, g * a, b * a, a]).for_each(|(sum, more)| *sum += more);
                    }
                    let [r, g, b, a] = sum;
                    let over = |sum: u64, by: u64| (sum + by / 2).checked_div(by).unwrap_or(0) as u8;
                    let wanted = [over(r, a), over(g, a), over(b, a), over(a, (n * n) as u64)];
                    assert_eq!(pixel, wanted, "pixel {nth} of {width} a line, {grid:?}");
                }
            }
        }
        assert!(seen[1..].iter().filter(|seen| **seen).count() > 4, "{seen:?}");
    }
}
