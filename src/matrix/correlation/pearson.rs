//! Pearson's correlation: of whole columns, or of rows that come in blocks and are not kept.
//!
//! Each column is centred about its own mean before anything is multiplied, so that nothing is lost far from zero, and a constant is
//! zeros to the last bit. Blocks are put together by the formula of Chan, Golub and LeVeque, in the order of the rows.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{check_columns, check_rows};
use crate::data::{Index, Matrix};
use crate::error::Result;

/// A column about its mean.
pub(super) struct Column {
    /// What the values are off the mean; NaN where one is missing.
    off: Vec<f64>,
    mean: f64,
    is_complete: bool,
    /// The sums of these, and of their squares about their own mean.
    sum: f64,
    squares: f64,
}

impl Column {
    /// Of values of which those that are missing are NaN.
    pub fn of(mut values: Vec<f64>) -> Self {
        let count = values.iter().filter(|value| !value.is_nan()).count();
        let mean = mean(values.iter().copied().filter(|value| !value.is_nan()), count);
        values.iter_mut().for_each(|value| *value -= mean);
        let is_complete = count == values.len();
        let (sum, squares) = if is_complete { (total(&values), dot(&values, &values)) } else { (0.0, 0.0) };
        let squares = squares - sum * sum / count.max(1) as f64;
        Self { off: values, mean, is_complete, sum, squares }
    }
}

/// The mean, which of equal values is one of them to the last bit.
fn mean(mut values: impl Iterator<Item = f64> + Clone, count: usize) -> f64 {
    let first = values.clone().next().unwrap_or(0.0);
    // A value and the first may be further apart than the largest float.
    let halves = values.by_ref().map(|value| value / 2.0 - first / 2.0);
    let mean = first + crate::matrix::reduce::sum(halves) / count.max(1) as f64 * 2.0;
    if mean.is_finite() { mean } else { first }
}

/// Values in a run of sums: short, so that rounding stays small.
const RUN: usize = 4096;

/// The sum of products.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    /// As many as vector registers hold.
    const LANES: usize = 8;
    let run = |(a, b): (&[f64], &[f64])| {
        let mut sums = [0.0; LANES];
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                sums[lane] += a[lane] * b[lane];
            }
        }
        sums.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
    };
    a.chunks(RUN).zip(b.chunks(RUN)).map(run).sum()
}

fn total(values: &[f64]) -> f64 {
    values.chunks(RUN).map(|run| run.iter().sum::<f64>()).sum()
}

/// A mean as a sum of two, of which the first is near and the second what is left: far from zero one float would not do.
#[derive(Clone, Copy, Debug)]
struct Mean {
    near: f64,
    rest: f64,
}

impl Mean {
    /// By how much it is larger than another.
    fn off(self, other: Self) -> f64 {
        (self.near - other.near) + (self.rest - other.rest)
    }

    fn moved(self, by: f64) -> Self {
        Self { rest: self.rest + by, ..self }
    }
}

/// What is kept of the rows that two columns have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    rows: f64,
    x_mean: Mean,
    y_mean: Mean,
    /// Sums of squares and products about the means.
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Pair {
    const NONE: Self = Self {
        rows: 0.0,
        x_mean: Mean { near: 0.0, rest: 0.0 },
        y_mean: Mean { near: 0.0, rest: 0.0 },
        xx: 0.0,
        yy: 0.0,
        xy: 0.0,
    };

    pub fn of(x: &Column, y: &Column) -> Self {
        if !x.is_complete || !y.is_complete {
            return Self::common(x, y);
        }
        let rows = x.off.len() as f64;
        let xy = dot(&x.off, &y.off) - x.sum * y.sum / rows.max(1.0);
        let mean = |column: &Column| Mean { near: column.mean, rest: column.sum / rows.max(1.0) };
        Self { rows, x_mean: mean(x), y_mean: mean(y), xx: x.squares, yy: y.squares, xy }
    }

    /// Over the rows that both have.
    fn common(x: &Column, y: &Column) -> Self {
        let both =
            || x.off.iter().copied().zip(y.off.iter().copied()).filter(|(x, y)| !x.is_nan() && !y.is_nan());
        let count = both().count();
        if count == 0 {
            return Self::NONE;
        }
        let (x_mean, y_mean) =
            (mean(both().map(|pair| pair.0), count), mean(both().map(|pair| pair.1), count));
        let (mut xx, mut yy, mut xy, mut x_rest, mut y_rest) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut run = [0.0; 3];
        for (nth, (x, y)) in both().enumerate() {
            let (x, y) = (x - x_mean, y - y_mean);
            run = [run[0] + x * x, run[1] + y * y, run[2] + x * y];
            (x_rest, y_rest) = (x_rest + x, y_rest + y);
            if nth % RUN == RUN - 1 {
                (xx, yy, xy) = (xx + run[0], yy + run[1], xy + run[2]);
                run = [0.0; 3];
            }
        }
        let rows = count as f64;
        Self {
            rows,
            x_mean: Mean { near: x.mean, rest: x_mean + x_rest / rows },
            y_mean: Mean { near: y.mean, rest: y_mean + y_rest / rows },
            xx: xx + run[0] - x_rest * x_rest / rows,
            yy: yy + run[1] - y_rest * y_rest / rows,
            xy: xy + run[2] - x_rest * y_rest / rows,
        }
    }

    /// Of the rows of both.
    fn and(self, other: Self) -> Self {
        if self.rows == 0.0 || other.rows == 0.0 {
            return if self.rows == 0.0 { other } else { self };
        }
        let rows = self.rows + other.rows;
        let (x, y) = (other.x_mean.off(self.x_mean), other.y_mean.off(self.y_mean));
        let share = other.rows / rows;
        let between = self.rows * share;
        Self {
            rows,
            x_mean: self.x_mean.moved(x * share),
            y_mean: self.y_mean.moved(y * share),
            xx: self.xx + other.xx + x * x * between,
            yy: self.yy + other.yy + y * y * between,
            xy: self.xy + other.xy + x * y * between,
        }
    }

    /// NaN where one of them is constant.
    pub fn correlation(&self) -> f64 {
        if !(self.xx > 0.0 && self.yy > 0.0) {
            return f64::NAN;
        }
        let product = self.xx * self.yy;
        let scale = if product.is_normal() { product.sqrt() } else { self.xx.sqrt() * self.yy.sqrt() };
        (self.xy / scale).clamp(-1.0, 1.0)
    }
}

/// Pearson's correlations of columns whose rows come in blocks, of which only sums are kept.
///
/// The same blocks give the same bits, in whatever order and from however many threads they come.
#[derive(Debug)]
pub struct Pearson {
    name: String,
    columns: Vec<String>,
    /// How many rows each block had and what they came to, by its order.
    blocks: Mutex<BTreeMap<u128, (usize, Vec<Pair>)>>,
}

impl Pearson {
    /// Of columns with these names, of something that messages call `name`.
    ///
    /// # Errors
    /// If there is no column.
    pub fn new(name: impl Into<String>, columns: Vec<String>) -> Result<Self> {
        let name = name.into();
        check_columns(&name, columns.len())?;
        Ok(Self { name, columns, blocks: Mutex::default() })
    }

    /// Takes some rows, one after the other; `order` says where they come among all.
    ///
    /// # Panics
    /// If the last row is not complete.
    pub fn take(&self, order: u128, rows: &[f64]) {
        let stride = self.columns.len();
        assert!(rows.len().is_multiple_of(stride), "{} values in rows of {stride}", rows.len());
        let finite = |value: &f64| if value.is_finite() { *value } else { f64::NAN };
        let column = |column: usize| Column::of(rows[column..].iter().step_by(stride).map(finite).collect());
        if rows.is_empty() {
            return;
        }
        let columns: Vec<Column> = (0..stride).map(column).collect();
        let pairs = (0..stride).flat_map(|a| (0..=a).map(move |b| (a, b)));
        let pairs: Vec<Pair> = pairs.map(|(a, b)| Pair::of(&columns[a], &columns[b])).collect();
        let block = (rows.len() / stride, pairs);
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).insert(order, block);
    }

    /// The correlations of all rows.
    ///
    /// # Errors
    /// If there were fewer than two rows.
    pub fn finish(self) -> Result<Matrix> {
        let stride = self.columns.len();
        let mut all = vec![Pair::NONE; stride * (stride + 1) / 2];
        let mut rows = 0;
        for (count, pairs) in self.blocks.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
            rows += count;
            all.iter_mut().zip(pairs).for_each(|(sum, pair)| *sum = sum.and(pair));
        }
        check_rows(&self.name, rows as u64)?;
        let pair = |a: usize, b: usize| all[a * (a + 1) / 2 + b].correlation();
        let value = |nth: usize| pair((nth / stride).max(nth % stride), (nth / stride).min(nth % stride));
        let values = (0..stride * stride).map(value).collect();
        Matrix::new(Index::new(self.columns.clone()), Index::new(self.columns), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(x: &[f64], y: &[f64]) -> f64 {
        Pair::of(&Column::of(x.to_vec()), &Column::of(y.to_vec())).correlation()
    }

    #[test]
    fn constants_have_no_correlation() {
        let thirds = [0.1; 7];
        let x = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        assert!(of(&thirds, &x).is_nan() && of(&thirds, &thirds).is_nan());
        assert_eq!(of(&x, &x), 1.0);
        // Constant in the rows that both have.
        let y = [f64::NAN, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3];
        assert!(of(&[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &y).is_nan());
        assert!(of(&[1.0, f64::NAN], &[f64::NAN, 1.0]).is_nan());
    }

    #[test]
    fn nothing_is_lost_far_from_zero() {
        let x: Vec<f64> = (0..1000).map(|row| 1e9 + f64::from(row % 17)).collect();
        let y: Vec<f64> = (0..1000).map(|row| -1e12 + f64::from(row % 17 + row % 5)).collect();
        let near = |shift: f64, from: &[f64]| from.iter().map(|value| value - shift).collect::<Vec<_>>();
        let wanted = of(&near(1e9, &x), &near(-1e12, &y));
        assert!((of(&x, &y) - wanted).abs() < 1e-14 && wanted > 0.5);
    }

    #[test]
    fn blocks_come_to_the_whole_in_any_order() {
        let rows: Vec<f64> =
            (0..3000).map(|n| if n % 11 == 3 { f64::NAN } else { f64::from(n * n % 101) }).collect();
        let whole = |sizes: &[usize], turned: bool| {
            let pearson = Pearson::new("rows", ["a", "b", "c"].map(str::to_owned).to_vec()).unwrap();
            let mut start = 0;
            let mut blocks: Vec<(u128, &[f64])> = sizes
                .iter()
                .map(|size| {
                    start += size * 3;
                    (start as u128, &rows[start - size * 3..start])
                })
                .collect();
            if turned {
                blocks.reverse();
            }
            blocks.into_iter().for_each(|(order, rows)| pearson.take(order, rows));
            pearson.finish().unwrap()
        };
        let [one, many, turned] =
            [whole(&[1000], false), whole(&[1, 400, 599], false), whole(&[1, 400, 599], true)];
        assert_eq!(many, turned);
        for (a, b) in one.values().iter().zip(many.values()) {
            assert!((a - b).abs() < 1e-14, "{a} {b}");
        }
        let pearson = Pearson::new("rows", vec!["a".into()]).unwrap();
        pearson.take(0, &[1.0]);
        assert!(pearson.finish().unwrap_err().to_string().contains("two rows at least, and there is 1"));
    }
}
