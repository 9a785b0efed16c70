//! A value for each pixel: between the middles of cells, or of cells that share a pixel.
//!
//! It is the values that are interpolated or reduced, and they are coloured afterwards, as in the `data` stage of matplotlib's
//! `imshow`. Both axes are done one after the other.

mod along;
#[cfg(feature = "window")]
mod strips;

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use along::Along;
#[cfg(feature = "window")]
pub(crate) use strips::{Bench, Strips};

use crate::data::{Aggregate, Axis, Grid, Rect, Values};

/// What the pixels between the middles of cells show: the names of matplotlib's `imshow`, and its kernels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interpolation {
    /// The value of the cell they lie in.
    #[default]
    Nearest,
    /// Straight lines between the middles of two cells.
    Bilinear,
    /// A cubic B-spline over four cells, which smooths a little.
    Bicubic,
    /// A windowed sinc over eight cells.
    Lanczos,
}

/// What a pixel shows of the cells that share it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decimation {
    /// Their mean, each by the part of it that lies in the pixel.
    #[default]
    Mean,
    /// The largest value of the cells whose middles lie in it.
    Max,
    /// The smallest value of the cells whose middles lie in it.
    Min,
}

impl Decimation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mean, Self::Max, Self::Min];

    /// Its name in full: `mean`, `maximum`, `minimum`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Max => "maximum",
            Self::Min => "minimum",
        }
    }
}

/// How the cells of a rectangular grid become pixels where they are not as large as some.
///
/// What has no value has no say in a mean, maximum or minimum; interpolated, pixels near it have no value either, as in matplotlib.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resampling {
    /// Where cells are larger than pixels.
    pub interpolation: Interpolation,
    /// Where cells are smaller than pixels.
    pub decimation: Decimation,
}

impl Resampling {
    /// The aggregate with as many cells as pixels along each axis on which it takes that; `None` if it is drawn as it is.
    ///
    /// Which cells share a pixel is decided in whole numbers, and sums are taken in the order of the cells: the result is the same on
    /// every machine. Axes whose cells become pixels are linear and end where they did.
    pub fn apply(self, aggregate: &Aggregate, width: u32, height: u32) -> Option<Aggregate> {
        let Grid::Rect(rect) = &*aggregate.grid else { return None };
        let x = Along::new(&rect.x, width, self);
        let y = Along::new(&rect.y, height, self);
        if x.is_none() && y.is_none() {
            return None;
        }
        let values = match &aggregate.values {
            Values::Given(values) => Cow::Borrowed(values.as_slice()),
            others => {
                let cells = (0..others.len()).into_par_iter().with_min_len(1 << 12);
                cells.map(|cell| others.get(cell)).collect::<Vec<f64>>().into()
            }
        };
        let mut plane = Plane { values, weights: None };
        let (nx, mut ny) = (rect.x.bins(), rect.y.bins());
        if let Some(y) = &y {
            plane = y.resample(plane, ny);
            ny = y.pixels();
        }
        if let Some(x) = &x {
            plane = x.resample(plane.transposed(ny), nx).transposed(x.pixels());
        }
        let axis = |along: &Option<Along>, axis: &Axis| match along {
            Some(along) => Axis::linear(axis.range().0, axis.range().1, along.pixels())
                .expect("the ends of an axis are those of one"),
            None => axis.clone(),
        };
        let grid = Arc::new(Grid::Rect(Rect { x: axis(&x, &rect.x), y: axis(&y, &rect.y) }));
        let values = Values::Given(plane.settled().into_owned());
        Some(Aggregate { grid, values, tally: aggregate.tally })
    }

    /// Whether cells share pixels in a picture of this size, so that not each can be told from its neighbours.
    pub fn shares_pixels(grid: &Grid, width: u32, height: u32) -> bool {
        let Grid::Rect(rect) = grid else { return false };
        let is_crowded = |axis: &Axis, pixels: u32| {
            matches!(Along::new(axis, pixels, Self::default()), Some(Along::Shares(_) | Along::Extremes(..)))
        };
        is_crowded(&rect.x, width) || is_crowded(&rect.y, height)
    }
}

/// Values line by line.
struct Plane<'a> {
    /// NaN where one is missing; or sums, if there are weights.
    values: Cow<'a, [f64]>,
    /// Of how much each value is the sum.
    weights: Option<Vec<f64>>,
}

impl<'a> Plane<'a> {
    /// The values; of sums, the means.
    fn settled(self) -> Cow<'a, [f64]> {
        let Some(weights) = self.weights else { return self.values };
        let mean = |(sum, weight): (f64, f64)| if weight > 0.0 { sum / weight } else { f64::NAN };
        self.values.iter().copied().zip(weights).map(mean).collect()
    }

    /// What was the nth of each line of `length` is the nth line.
    fn transposed(self, length: usize) -> Plane<'static> {
        let turn = |values: &[f64]| transposed(values, length);
        Plane { values: turn(&self.values).into(), weights: self.weights.as_deref().map(turn) }
    }
}

/// The lines of `length` values, turned: what was the nth of each is the nth line.
pub(crate) fn transposed(values: &[f64], length: usize) -> Vec<f64> {
    /// Values along a side of what is turned at once: both sides of it fit the nearest cache.
    const TILE: usize = 32;
    let lines = values.len() / length.max(1);
    let mut turned = vec![0.0; values.len()];
    turned.par_chunks_mut((TILE * lines).max(1)).enumerate().for_each(|(band, out)| {
        let first = band * TILE;
        for start in (0..lines).step_by(TILE) {
            for (nth, out) in out.chunks_exact_mut(lines).enumerate() {
                for line in start..lines.min(start + TILE) {
                    out[line] = values[line * length + first + nth];
                }
            }
        }
    });
    turned
}

#[cfg(test)]
mod tests;
