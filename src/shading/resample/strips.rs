//! The same of cells that lie row by row in memory, one line of pixels at a time.
//!
//! A matrix of a hundred million cells is neither copied nor turned for a picture, and what shows it may leave off after any line. The
//! sums are those of [`apply`](super::Resampling::apply) in its order, so every pixel has its bits.

use super::Decimation;
use super::along::{Along, Share, means};
use crate::data::Rect;

/// How rows of cells become lines of pixels.
pub struct Strips {
    x: Option<Along>,
    y: Option<Along>,
    shape: (usize, usize),
}

/// What a line is worked out in; kept from line to line.
#[derive(Default)]
pub struct Bench {
    values: Vec<f64>,
    weights: Vec<f64>,
    sums: Vec<f64>,
}

impl Strips {
    /// For the cells of `rect` on `width` × `height` pixels. `crowded` says along which of x and y cells are smaller than pixels; of
    /// cells that are cut off at a border, what is left does not count for that.
    pub fn new(
        rect: &Rect,
        (width, height): (u32, u32),
        crowded: (bool, bool),
        decimation: Decimation,
    ) -> Self {
        let x = crowded.0.then(|| Along::crowded(&rect.x, width, decimation));
        let y = crowded.1.then(|| Along::crowded(&rect.y, height, decimation));
        let of = |along: &Option<Along>, bins| along.as_ref().map_or(bins, Along::pixels);
        let shape = (of(&x, rect.x.bins()), of(&y, rect.y.bins()));
        Self { x, y, shape }
    }

    /// How many values a line has, and how many lines there are: pixels where cells are smaller, cells elsewhere.
    pub fn shape(&self) -> (usize, usize) {
        self.shape
    }

    /// Fills a line, counted from the bottom. `row` gives the cells of a row, counted from the bottom too.
    pub fn line<'a>(
        &self,
        nth: usize,
        row: &impl Fn(usize) -> &'a [f64],
        bench: &mut Bench,
        out: &mut [f64],
    ) {
        match &self.y {
            None => self.across(row(nth), None, &mut bench.sums, out),
            Some(Along::Shares(shares)) => {
                let Bench { values, weights, sums } = bench;
                add_up(&shares[nth], row, values, weights);
                self.across(values, Some(weights), sums, out);
            }
            Some(Along::Extremes(cells, most)) => {
                let cells = cells[nth].clone();
                if cells.len() == 1 {
                    return self.across(row(cells.start), None, &mut bench.sums, out);
                }
                let Bench { values, sums, .. } = bench;
                values.clear();
                values.extend_from_slice(row(cells.start));
                for cell in cells.skip(1) {
                    values.iter_mut().zip(row(cell)).for_each(|(value, &other)| *value = most(*value, other));
                }
                self.across(values, None, sums, out);
            }
            Some(Along::Taps(_)) => unreachable!("where cells share pixels, none is between them"),
        }
    }

    /// A row of values, or of sums with their weights, becomes a line.
    fn across(&self, values: &[f64], weights: Option<&[f64]>, sums: &mut Vec<f64>, out: &mut [f64]) {
        let mean = |sum: f64, weight: f64| if weight > 0.0 { sum / weight } else { f64::NAN };
        match (&self.x, weights) {
            (Some(Along::Shares(shares)), given) => {
                sums.clear();
                sums.resize(shares.len(), 0.0);
                out.fill(0.0);
                means(shares, values, given, sums, out);
                sums.iter().zip(out).for_each(|(&sum, out)| *out = mean(sum, *out));
            }
            (Some(along), _) => along.take(values, out),
            (None, Some(weights)) => {
                let sums = values.iter().zip(weights);
                out.iter_mut().zip(sums).for_each(|(out, (&sum, &weight))| *out = mean(sum, weight));
            }
            (None, None) => out.copy_from_slice(values),
        }
    }
}

/// Rows added up, each by its share of the pixel. Columns are independent, so this is vector code.
fn add_up<'a>(share: &Share, row: &impl Fn(usize) -> &'a [f64], sums: &mut Vec<f64>, weights: &mut Vec<f64>) {
    let columns = row(share.first).len();
    for list in [&mut *sums, &mut *weights] {
        list.clear();
        list.resize(columns, 0.0);
    }
    for (nth, &part) in share.parts.iter().enumerate() {
        let values = row(share.first + nth);
        for ((sum, weight), &value) in sums.iter_mut().zip(weights.iter_mut()).zip(values) {
            let is_there = !value.is_nan();
            *sum += if is_there { part * value } else { 0.0 };
            *weight += if is_there { part } else { 0.0 };
        }
    }
}
