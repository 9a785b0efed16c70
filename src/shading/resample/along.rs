//! One axis: from cells to pixels.

use std::ops::Range;

use rayon::prelude::*;

use super::{Decimation, Interpolation, Plane, Resampling};
use crate::data::Axis;

/// How the cells along an axis become pixels.
pub(super) enum Along {
    /// The mean of what lies in each pixel.
    Shares(Vec<Share>),
    /// The largest or the smallest value of each pixel's cells.
    Extremes(Vec<Range<usize>>, fn(f64, f64) -> f64),
    /// Weighted sums of cells around each pixel.
    Taps(Vec<Tap>),
}

/// The cells of a pixel: the first, and how much of each lies in it.
pub(super) struct Share {
    pub first: usize,
    pub parts: Vec<f64>,
}

/// The cells around a pixel, with weights that add up to 1.
pub(super) struct Tap {
    cells: Vec<(usize, f64)>,
}

/// Where the edges of cells and pixels lie, in whole numbers: pixels are `pixel` wide.
struct Ruler {
    edges: Vec<u64>,
    pixel: u64,
    pixels: usize,
}

impl Along {
    /// How `axis` becomes so many pixels; `None` if each cell is drawn over the pixels whose middles lie in it.
    pub fn new(axis: &Axis, pixels: u32, resampling: Resampling) -> Option<Self> {
        let bins = axis.bins();
        if pixels == 0 {
            return None;
        }
        let ruler = Ruler::new(axis, pixels as usize);
        if ruler.edges.windows(2).any(|pair| pair[1] - pair[0] < ruler.pixel) {
            return Some(Self::reduced(&ruler, resampling.decimation));
        }
        if !axis.is_even() {
            return None;
        }
        let (reach, kernel): (i64, fn(f64) -> f64) = match resampling.interpolation {
            Interpolation::Nearest => return None,
            Interpolation::Bilinear => (1, |x| 1.0 - x),
            Interpolation::Bicubic => (2, spline),
            Interpolation::Lanczos => (4, |x| sinc(x) * sinc(x / 4.0)),
        };
        let tap = |pixel| Tap::new((pixel, pixels), bins as i64, reach, kernel);
        Some(Self::Taps((0..pixels).map(tap).collect()))
    }

    /// How `axis` becomes so many pixels of which each has several cells, whatever their widths.
    #[cfg(feature = "window")]
    pub fn crowded(axis: &Axis, pixels: u32, decimation: Decimation) -> Self {
        Self::reduced(&Ruler::new(axis, pixels as usize), decimation)
    }

    fn reduced(ruler: &Ruler, decimation: Decimation) -> Self {
        let nth = 0..ruler.pixels;
        match decimation {
            Decimation::Mean => Self::Shares(nth.map(|pixel| ruler.share(pixel)).collect()),
            Decimation::Max => Self::Extremes(nth.map(|pixel| ruler.cells(pixel)).collect(), f64::max),
            Decimation::Min => Self::Extremes(nth.map(|pixel| ruler.cells(pixel)).collect(), f64::min),
        }
    }

    pub fn pixels(&self) -> usize {
        match self {
            Self::Shares(shares) => shares.len(),
            Self::Extremes(cells, _) => cells.len(),
            Self::Taps(taps) => taps.len(),
        }
    }

    /// Each line of `length` values becomes one of as many as there are pixels.
    pub fn resample(&self, plane: Plane<'_>, length: usize) -> Plane<'static> {
        let pixels = self.pixels();
        let size = plane.values.len() / length * pixels;
        if let Self::Shares(shares) = self {
            let (mut sums, mut weights) = (vec![0.0; size], vec![0.0; size]);
            let out = sums.par_chunks_mut(pixels).zip(weights.par_chunks_mut(pixels));
            out.enumerate().for_each(|(nth, (sums, weights))| {
                let line = nth * length..(nth + 1) * length;
                let given = plane.weights.as_ref().map(|weights| &weights[line.clone()]);
                means(shares, &plane.values[line], given, sums, weights);
            });
            return Plane { values: sums.into(), weights: Some(weights) };
        }
        let values = plane.settled();
        let mut resampled = vec![0.0; size];
        let lines = resampled.par_chunks_mut(pixels).zip(values.par_chunks(length));
        lines.for_each(|(out, line)| self.take(line, out));
        Plane { values: resampled.into(), weights: None }
    }

    /// A line of values becomes one of pixels.
    ///
    /// # Panics
    /// If it is means that are taken: these need [`means`].
    pub fn take(&self, line: &[f64], out: &mut [f64]) {
        match self {
            Self::Extremes(cells, most) => {
                for (out, cells) in out.iter_mut().zip(cells) {
                    // Of NaN and a number, either gives the number.
                    *out = line[cells.clone()].iter().copied().fold(f64::NAN, most);
                }
            }
            Self::Taps(taps) => {
                for (out, tap) in out.iter_mut().zip(taps) {
                    *out = tap.cells.iter().map(|&(cell, weight)| weight * line[cell]).sum();
                }
            }
            Self::Shares(_) => unreachable!("means are taken with their weights"),
        }
    }
}

/// The sums of a line of values, each by its share of a pixel, and of how much each is the sum. Values that are sums have weights.
pub(super) fn means(
    shares: &[Share],
    values: &[f64],
    given: Option<&[f64]>,
    sums: &mut [f64],
    weights: &mut [f64],
) {
    for ((sum, weight), share) in sums.iter_mut().zip(weights).zip(shares) {
        for (nth, &part) in share.parts.iter().enumerate() {
            let cell = share.first + nth;
            match given {
                Some(given) => {
                    *sum += part * values[cell];
                    *weight += part * given[cell];
                }
                None if values[cell].is_nan() => {}
                None => {
                    *sum += part * values[cell];
                    *weight += part;
                }
            }
        }
    }
}

impl Ruler {
    fn new(axis: &Axis, pixels: usize) -> Self {
        /// Parts of a pixel to which the edges of uneven cells are rounded, once.
        const PARTS: f64 = (1u64 << 20) as f64;
        if axis.is_even() && axis.scale() == crate::data::Scale::Linear {
            let edges = (0..=axis.bins() as u64).map(|edge| edge * pixels as u64).collect();
            return Self { edges, pixel: axis.bins() as u64, pixels };
        }
        let along = |value: f64| axis.scale().forward(value);
        let (low, high) = (along(axis.range().0), along(axis.range().1));
        let place = |&edge: &f64| ((along(edge) - low) / (high - low) * pixels as f64 * PARTS).round() as u64;
        Self { edges: axis.edges().iter().map(place).collect(), pixel: PARTS as u64, pixels }
    }

    /// What lies in a pixel.
    fn share(&self, pixel: usize) -> Share {
        let (start, end) = (pixel as u64 * self.pixel, (pixel as u64 + 1) * self.pixel);
        let first = self.edges.partition_point(|&edge| edge <= start) - 1;
        let cells = self.edges[first..].windows(2).take_while(|pair| pair[0] < end);
        let part = |pair: &[u64]| (pair[1].min(end) - pair[0].max(start)) as f64;
        Share { first, parts: cells.map(part).collect() }
    }

    /// The cells whose middles lie in a pixel; where there is none, the one that lies under its own.
    fn cells(&self, pixel: usize) -> Range<usize> {
        let count = self.edges.len() - 1;
        let before = |end: u64| {
            // How many middles lie before it.
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.edges[middle] + self.edges[middle + 1] < 2 * end {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            low
        };
        let last = if pixel + 1 == self.pixels { count } else { before((pixel as u64 + 1) * self.pixel) };
        let first = before(pixel as u64 * self.pixel);
        if first < last {
            return first..last;
        }
        let under = self.edges.partition_point(|&edge| 2 * edge <= (2 * pixel as u64 + 1) * self.pixel);
        under - 1..under
    }
}

impl Tap {
    /// The cells within `reach` of a pixel's middle; beyond the borders lies the mirror image.
    fn new((pixel, pixels): (u32, u32), bins: i64, reach: i64, kernel: fn(f64) -> f64) -> Self {
        // The middle of the pixel, in cells from the middle of the first, as a whole number of `unit`s.
        let unit = 2 * i64::from(pixels);
        let place = (2 * i64::from(pixel) + 1) * bins - i64::from(pixels);
        let below = place.div_euclid(unit);
        let weight = |cell: i64| kernel((place - cell * unit).abs() as f64 / unit as f64);
        let around = (below - reach + 1..=below + reach).map(|cell| (cell, weight(cell)));
        let around: Vec<(i64, f64)> = around.filter(|&(_, weight)| weight != 0.0).collect();
        let total: f64 = around.iter().map(|&(_, weight)| weight).sum();
        let mirrored = |cell: i64| {
            let folded = cell.rem_euclid(2 * bins);
            folded.min(2 * bins - 1 - folded) as usize
        };
        Self { cells: around.into_iter().map(|(cell, weight)| (mirrored(cell), weight / total)).collect() }
    }
}

/// The cubic B-spline, at a distance of up to 2.
fn spline(x: f64) -> f64 {
    let cube = |v: f64| if v > 0.0 { v * v * v } else { 0.0 };
    (cube(2.0 - x) - 4.0 * cube(1.0 - x)) / 6.0
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if x == 0.0 { 1.0 } else { libm::sin(angle) / angle }
}
