//! Rows or columns made comparable, as `seaborn.clustermap` does before it clusters: `z_score` and `standard_scale`.

use crate::data::{Index, Matrix};
use crate::error::{Error, Result};

/// The rows or the columns of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixAxis {
    /// pandas' axis 0.
    Rows,
    /// pandas' axis 1.
    Columns,
}

impl MatrixAxis {
    /// `row` or `column`.
    pub(crate) fn one(self) -> &'static str {
        match self {
            Self::Rows => "row",
            Self::Columns => "column",
        }
    }

    /// The option that leaves it in its order.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Rows => "--no-row-cluster",
            Self::Columns => "--no-col-cluster",
        }
    }

    /// The labels along it.
    pub(crate) fn labels(self, matrix: &Matrix) -> &Index {
        match self {
            Self::Rows => &matrix.rows,
            Self::Columns => &matrix.columns,
        }
    }
}

/// How the numbers of each row or column are made comparable. Missing ones stay missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scaling {
    /// How many standard deviations (of a sample: ddof 1) from the mean.
    ZScore,
    /// Where between the smallest, 0, and the largest, 1.
    Standard,
}

impl Scaling {
    /// The matrix with each of its rows, or each of its columns, scaled by itself.
    ///
    /// # Errors
    /// If all values of one are the same, or it has too few of them.
    ///
    /// ```
    /// use heatbin::{Index, Matrix, MatrixAxis, Scaling};
    ///
    /// let matrix = Matrix::new(Index::new(["a"]), Index::numbered(3), vec![2.0, 4.0, 3.0])?;
    /// assert_eq!(Scaling::Standard.apply(&matrix, MatrixAxis::Rows)?.values(), [0.0, 1.0, 0.5]);
    /// assert_eq!(Scaling::ZScore.apply(&matrix, MatrixAxis::Rows)?.values(), [-1.0, 1.0, 0.0]);
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn apply(self, matrix: &Matrix, axis: MatrixAxis) -> Result<Matrix> {
        let (rows, columns) = matrix.shape();
        let mut values = matrix.values().to_vec();
        let (count, length, step, stride) = match axis {
            MatrixAxis::Rows => (rows, columns, columns, 1),
            MatrixAxis::Columns => (columns, rows, 1, columns),
        };
        for nth in 0..count {
            let places = (0..length).map(|place| nth * step + place * stride);
            let line: Vec<f64> = places.clone().map(|place| values[place]).collect();
            let (zero, one) = self.measure(&line).ok_or_else(|| {
                let (which, name) = (axis.one(), &axis.labels(matrix).labels[nth]);
                Error::data(format!(
                    "the {which} '{name}' has no two different numbers, so nothing tells how to scale it: leave it \
                     out, or scale nothing (without {})",
                    self.option()
                ))
            })?;
            places.for_each(|place| values[place] = (values[place] - zero) / one);
        }
        Matrix::new(matrix.rows.clone(), matrix.columns.clone(), values)
    }

    /// What becomes 0, and the length of 1.
    fn measure(self, line: &[f64]) -> Option<(f64, f64)> {
        let known: Vec<f64> = line.iter().copied().filter(|value| !value.is_nan()).collect();
        let least = known.iter().copied().fold(f64::INFINITY, f64::min);
        let most = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if least >= most || !(most - least).is_finite() {
            return None;
        }
        match self {
            Self::Standard => Some((least, most - least)),
            Self::ZScore => {
                let mean = sum(&known) / known.len() as f64;
                let squares: Vec<f64> = known.iter().map(|value| (mean - value) * (mean - value)).collect();
                Some((mean, (sum(&squares) / (known.len() - 1) as f64).sqrt()))
            }
        }
    }

    fn option(self) -> &'static str {
        match self {
            Self::ZScore => "--z-score",
            Self::Standard => "--standard-scale",
        }
    }
}

/// A sum by numpy's order of additions, so that what follows has its bits: eight sums side by side, of halves where there are many.
pub(crate) fn sum(values: &[f64]) -> f64 {
    const SIDE_BY_SIDE: usize = 8;
    const MANY: usize = 128;
    if values.len() < SIDE_BY_SIDE {
        return values.iter().fold(0.0, |sum, value| sum + value);
    }
    if values.len() > MANY {
        let half = values.len() / 2;
        let (first, second) = values.split_at(half - half % SIDE_BY_SIDE);
        return sum(first) + sum(second);
    }
    let (rounds, rest) = values.as_chunks::<SIDE_BY_SIDE>();
    let mut r = rounds[0];
    for round in &rounds[1..] {
        r.iter_mut().zip(round).for_each(|(sum, value)| *sum += value);
    }
    let sums = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    rest.iter().fold(sums, |sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_stay_missing() {
        let values = vec![1.0, 5.0, f64::NAN, 6.0, 3.0, 7.0];
        let matrix = Matrix::new(Index::numbered(3), Index::numbered(2), values).unwrap();
        let scaled = Scaling::Standard.apply(&matrix, MatrixAxis::Columns).unwrap();
        assert!(scaled.get(1, 0).is_nan());
        assert_eq!((scaled.get(0, 0), scaled.get(2, 0), scaled.get(1, 1)), (0.0, 1.0, 0.5));
    }

    #[test]
    fn what_does_not_vary_is_refused_by_name() {
        let matrix =
            Matrix::new(Index::numbered(2), Index::new(["a", "b"]), vec![1.0, 2.0, 3.0, 2.0]).unwrap();
        let message = |scaling: Scaling| scaling.apply(&matrix, MatrixAxis::Columns).unwrap_err().to_string();
        assert!(message(Scaling::ZScore).contains("column 'b'"), "{}", message(Scaling::ZScore));
        assert!(message(Scaling::Standard).contains("--standard-scale"));
    }
}
