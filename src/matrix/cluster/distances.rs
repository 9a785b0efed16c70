//! Distances between all pairs: `scipy.spatial.distance.pdist`, with its operations in its order.
//!
//! They are measured feature by feature over the row of a triangle, so that neighbours in memory are added side by side; for
//! each pair, the features still come one after the other.

use rayon::prelude::*;

use super::metric::Metric;
use crate::data::Matrix;
use crate::error::{Error, Result};
use crate::matrix::scaling::{MatrixAxis, sum};

/// The distances between all pairs of `n` observations, as scipy's condensed form: `(0, 1), (0, 2), …, (1, 2), …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Distances {
    n: usize,
    values: Vec<f64>,
}

impl Distances {
    /// The distances of `n` observations, in condensed order.
    ///
    /// # Errors
    /// If there are not `n (n - 1) / 2` of them, or one is negative or no finite number.
    pub fn new(n: usize, values: Vec<f64>) -> Result<Self> {
        if Self::pairs(n) != Some(values.len()) {
            return Err(Error::usage(format!("{} distances are not one for each pair of {n}", values.len())));
        }
        let distances = Self { n, values };
        match distances.values.par_iter().position_any(|value| !(value.is_finite() && *value >= 0.0)) {
            None => Ok(distances),
            Some(place) => {
                let ((a, b), value) = (distances.pair(place), distances.values[place]);
                Err(Error::data(format!("the distance between {a} and {b} is {value}, which is none")))
            }
        }
    }

    /// How many observations there are.
    pub fn observations(&self) -> usize {
        self.n
    }

    /// All distances, in condensed order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The distance between two observations; 0 from one to itself.
    ///
    /// # Panics
    /// If there is no such observation.
    pub fn get(&self, a: usize, b: usize) -> f64 {
        assert!(a < self.n && b < self.n, "there are {} observations", self.n);
        if a == b { 0.0 } else { self.values[self.place(a, b)] }
    }

    /// How many pairs there are, if so many can be counted.
    pub(crate) fn pairs(n: usize) -> Option<usize> {
        n.checked_mul(n.saturating_sub(1)).map(|twice| twice / 2)
    }

    /// Where the distance of two different observations lies.
    pub(super) fn place(&self, a: usize, b: usize) -> usize {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        self.start(low) + high - low - 1
    }

    /// Where the row of an observation begins, which holds its distances to all that come after it.
    pub(super) fn start(&self, row: usize) -> usize {
        row * (2 * self.n - row - 1) / 2
    }

    pub(super) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The pair whose distance lies at a place.
    fn pair(&self, place: usize) -> (usize, usize) {
        let rows: Vec<usize> = (0..self.n).map(|row| self.start(row)).collect();
        let row = rows.partition_point(|&start| start <= place) - 1;
        // Rows without distances begin where the next does: only the last has none.
        (row, row + 1 + place - rows[row])
    }
}

/// What is compared: features one after the other, of each all observations.
struct Features {
    n: usize,
    values: Vec<f64>,
}

impl Features {
    fn of(matrix: &Matrix, axis: MatrixAxis) -> Self {
        let (rows, columns) = matrix.shape();
        let values = match axis {
            // A row of the matrix is a feature of its columns.
            MatrixAxis::Columns => return Self { n: columns, values: matrix.values().to_vec() },
            MatrixAxis::Rows => {
                (0..columns).flat_map(|column| (0..rows).map(move |row| matrix.get(row, column)))
            }
        };
        Self { n: rows, values: values.collect() }
    }

    fn count(&self) -> usize {
        self.values.len() / self.n.max(1)
    }

    fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.n.max(1))
    }

    /// The features of an observation.
    fn observation(&self, nth: usize) -> Vec<f64> {
        self.iter().map(|feature| feature[nth]).collect()
    }

    /// Takes from each observation the mean of its features.
    fn centered(mut self) -> Self {
        let count = self.count() as f64;
        let means: Vec<f64> = (0..self.n).map(|nth| sum(&self.observation(nth)) / count).collect();
        for feature in self.values.chunks_exact_mut(self.n.max(1)) {
            feature.iter_mut().zip(&means).for_each(|(value, mean)| *value -= mean);
        }
        self
    }

    /// One term more of a product of vectors. As scipy, terms are added by twos: even places, odd ones, and apart what an odd number of them
    /// leaves over.
    fn add(&self, mut sums: [f64; 3], place: usize, term: f64) -> [f64; 3] {
        let is_over = place.is_multiple_of(2) && place + 1 == self.count();
        sums[if is_over { 2 } else { place % 2 }] += term;
        sums
    }

    /// The length of each observation, as a vector.
    fn norms(&self) -> Vec<f64> {
        let mut sums = vec![[0.0; 3]; self.n];
        for (place, feature) in self.iter().enumerate() {
            sums.iter_mut()
                .zip(feature)
                .for_each(|(sums, value)| *sums = self.add(*sums, place, value * value));
        }
        sums.into_iter().map(|[even, odd, over]| (even + odd + over).sqrt()).collect()
    }

    /// The variance of each feature, over one less than its values.
    fn variances(&self) -> Vec<f64> {
        let n = self.n as f64;
        let total = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |sum, value| sum + value);
        let variance = |feature: &[f64]| {
            let mean = total(&mut feature.iter().copied()) / n;
            total(&mut feature.iter().map(|value| (value - mean) * (value - mean))) / (n - 1.0)
        };
        self.iter().map(variance).collect()
    }

    /// For each pair, what `add` makes of feature after feature (with its place and both values), and `finish` of that.
    fn measure<A: Copy + Send + Sync>(
        &self,
        start: A,
        add: impl Fn(A, usize, f64, f64) -> A + Sync,
        finish: impl Fn(A, usize, usize) -> f64 + Sync,
    ) -> Vec<f64> {
        let pairs = Distances::pairs(self.n).expect("memory was asked for");
        let mut distances = vec![0.0; pairs];
        let mut rest = &mut distances[..];
        let mut rows = Vec::with_capacity(self.n);
        for nth in 0..self.n {
            let (row, after) = rest.split_at_mut(self.n - nth - 1);
            rows.push((nth, row));
            rest = after;
        }
        rows.into_par_iter().for_each_init(Vec::new, |sums, (nth, row)| {
            sums.clear();
            sums.resize(row.len(), start);
            for (place, feature) in self.iter().enumerate() {
                let own = feature[nth];
                for (sum, other) in sums.iter_mut().zip(&feature[nth + 1..]) {
                    *sum = add(*sum, place, own, *other);
                }
            }
            for (after, (distance, sum)) in row.iter_mut().zip(&*sums).enumerate() {
                *distance = finish(*sum, nth, nth + 1 + after);
            }
        });
        distances
    }

    fn cosines(&self) -> Vec<f64> {
        let norms = self.norms();
        self.measure(
            [0.0; 3],
            |sums, place, u, v| self.add(sums, place, u * v),
            |[even, odd, over], a, b| 1.0 - ((even + odd + over) / (norms[a] * norms[b])).clamp(-1.0, 1.0),
        )
    }

    fn distances(self, metric: Metric) -> Vec<f64> {
        let count = self.count() as f64;
        let squares = |sum: f64, _, u: f64, v: f64| sum + (u - v) * (u - v);
        let as_it_is = |sum: f64, _, _| sum;
        let share = |part: f64, all: f64| if all == 0.0 { 0.0 } else { part / all };
        match metric {
            Metric::Euclidean | Metric::Minkowski(2.0) => self.measure(0.0, squares, |sum, _, _| sum.sqrt()),
            Metric::SqEuclidean => self.measure(0.0, squares, as_it_is),
            Metric::CityBlock | Metric::Minkowski(1.0) => {
                self.measure(0.0, |sum, _, u, v| sum + (u - v).abs(), as_it_is)
            }
            Metric::Chebyshev | Metric::Minkowski(f64::INFINITY) => {
                self.measure(0.0, |most: f64, _, u, v| most.max((u - v).abs()), as_it_is)
            }
            // The system's `pow`, which is scipy's: another is off by a last bit here and there, and breaks ties or makes some.
            Metric::Minkowski(p) => {
                self.measure(0.0, |sum, _, u, v| sum + (u - v).abs().powf(p), |sum, _, _| sum.powf(1.0 / p))
            }
            Metric::SEuclidean => {
                let variances = self.variances();
                self.measure(
                    [0.0; 3],
                    |sums, place, u, v| self.add(sums, place, (u - v) * (u - v) / variances[place]),
                    |[even, odd, over], _, _| (even + odd + over).sqrt(),
                )
            }
            Metric::Cosine => self.cosines(),
            Metric::Correlation => self.centered().cosines(),
            Metric::Hamming => {
                self.measure(0.0, |sum, _, u, v| sum + f64::from(u != v), |sum, _, _| sum / count)
            }
            Metric::Jaccard => self.measure(
                [0.0; 2],
                |[one, any], _, u, v| {
                    let (u, v) = (u != 0.0, v != 0.0);
                    [one + f64::from(u != v), any + f64::from(u || v)]
                },
                |[one, any], _, _| share(one, any),
            ),
            Metric::Canberra => {
                self.measure(0.0, |sum, _, u, v| sum + share((u - v).abs(), u.abs() + v.abs()), as_it_is)
            }
            Metric::BrayCurtis => self.measure(
                [0.0; 2],
                |[apart, both], _, u, v| [apart + (u - v).abs(), both + (u + v).abs()],
                |[apart, both], _, _| apart / both,
            ),
        }
    }
}

/// The distances between all rows, or all columns, of a matrix: `scipy.spatial.distance.pdist`.
///
/// # Errors
/// If a value is missing or infinite, or a distance is not defined; the message names the row.
///
/// ```
/// use heatbin::{Index, Matrix, MatrixAxis, Metric};
///
/// let matrix = Matrix::new(Index::numbered(3), Index::new(["x", "y"]), vec![0.0, 0.0, 3.0, 4.0, 0.0, 4.0])?;
/// let distances = heatbin::matrix::pdist(&matrix, MatrixAxis::Rows, Metric::Euclidean)?;
/// assert_eq!(distances.values(), [5.0, 4.0, 3.0]);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn pdist(matrix: &Matrix, axis: MatrixAxis, metric: Metric) -> Result<Distances> {
    check(matrix, axis, metric)?;
    let n = axis.labels(matrix).len();
    let values = Features::of(matrix, axis).distances(metric);
    let distances = Distances { n, values };
    match distances.values.par_iter().position_first(|distance| !distance.is_finite()) {
        None => Ok(distances),
        Some(place) => Err(undefined(matrix, axis, metric, distances.pair(place))),
    }
}

/// Refuses what has no distances, before any is measured.
fn check(matrix: &Matrix, axis: MatrixAxis, metric: Metric) -> Result<()> {
    let (_, columns) = matrix.shape();
    let n = axis.labels(matrix).len();
    if let Some(place) = matrix.values().iter().position(|value| !value.is_finite()) {
        let (row, column) = (&matrix.rows.labels[place / columns], &matrix.columns.labels[place % columns]);
        let what = if matrix.values()[place].is_nan() { "is missing" } else { "is infinite" };
        return Err(Error::data(format!(
            "the value in row '{row}', column '{column}' {what}, so there is no distance to others: fill or leave out \
             such rows or columns, or draw the table in its own order (--no-row-cluster --no-col-cluster)"
        )));
    }
    if let (Metric::SEuclidean, true) = (metric, n > 1) {
        let variances = Features::of(matrix, axis).variances();
        if let Some(place) = variances.iter().position(|&variance| variance == 0.0) {
            let other = if axis == MatrixAxis::Rows { MatrixAxis::Columns } else { MatrixAxis::Rows };
            return Err(Error::data(format!(
                "the {} '{}' has the same value everywhere, and seuclidean divides by its variance: leave it out, or take \
                 another metric",
                other.one(),
                other.labels(matrix).labels[place]
            )));
        }
    }
    Ok(())
}

/// Says which of two has no distance to the other.
fn undefined(matrix: &Matrix, axis: MatrixAxis, metric: Metric, (a, b): (usize, usize)) -> Error {
    let features = Features::of(matrix, axis);
    let to_blame = |nth: usize| {
        let values = features.observation(nth);
        match metric {
            Metric::Correlation => values.iter().all(|&value| value == values[0]),
            _ => values.iter().all(|&value| value == 0.0),
        }
    };
    let (first, second) = (features.observation(a), features.observation(b));
    if first.iter().zip(&second).any(|(u, v)| !(u.abs() + v.abs()).powi(2).is_finite())
        && !(to_blame(a) || to_blame(b))
    {
        let labels = &axis.labels(matrix).labels;
        return Error::data(format!(
            "the {metric} distance of the {} '{}' to '{}' is beyond what f64 can hold: divide the values first",
            axis.one(),
            labels[a],
            labels[b]
        ));
    }
    let nth = if !to_blame(a) && to_blame(b) { b } else { a };
    let other = if nth == a { b } else { a };
    let labels = &axis.labels(matrix).labels;
    Error::data(format!(
        "the {} '{}' has no {metric} distance to '{}': {}; leave it out, or take another metric",
        axis.one(),
        labels[nth],
        labels[other],
        metric.undefined()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Index;

    fn matrix(rows: usize, values: &[f64]) -> Matrix {
        let columns = values.len() / rows;
        Matrix::new(Index::numbered(rows), Index::numbered(columns), values.to_vec()).unwrap()
    }

    #[test]
    fn places_and_pairs_are_each_other() {
        let distances = Distances::new(5, vec![1.0; 10]).unwrap();
        let mut place = 0;
        for a in 0..5 {
            for b in a + 1..5 {
                assert_eq!((distances.place(a, b), distances.place(b, a)), (place, place));
                assert_eq!(distances.pair(place), (a, b));
                place += 1;
            }
        }
        assert_eq!(distances.get(2, 2), 0.0);
        assert!(Distances::new(3, vec![1.0; 2]).is_err());
        let error = Distances::new(3, vec![1.0, 2.0, f64::NAN]).unwrap_err().to_string();
        assert!(error.contains("between 1 and 2 is NaN"), "{error}");
    }

    /// Each bit by scipy 1.17's `pdist(X, "seuclidean")`: all terms in one sum would make the last one a bit larger.
    #[test]
    fn terms_over_variances_are_added_by_twos() {
        let rows = [
            [1.0, 0.0, 1.0, 1.0, 1.0],
            [0.0, 0.0, 1.0, 0.0, 1.0],
            [1.0, 1.0, 1.0, 1.0, 0.0],
            [1.0, 1.0, 1.0, 0.0, 1.0],
            [0.0, 0.0, 0.0, 1.0, 1.0],
        ];
        let distances = pdist(&matrix(5, &rows.concat()), MatrixAxis::Rows, Metric::SEuclidean).unwrap();
        let bits = |place: usize| distances.values()[place].to_bits();
        assert_eq!((bits(4), bits(9)), (0x400e_fbde_b14f_4eda, 0x400e_fbde_b14f_4ed9));
    }

    #[test]
    fn columns_are_the_rows_of_the_other_way() {
        let matrix = matrix(2, &[1.0, 5.0, 9.0, 2.0, 5.0, 7.0]);
        let distances = pdist(&matrix, MatrixAxis::Columns, Metric::CityBlock).unwrap();
        assert_eq!(distances.values(), [7.0, 13.0, 6.0]);
    }

    #[test]
    fn who_has_no_distance_is_named() {
        let message = |values: &[f64], metric| {
            pdist(&matrix(3, values), MatrixAxis::Rows, metric).unwrap_err().to_string()
        };
        let zero = [1.0, 2.0, 3.0, 4.0, 0.0, 0.0];
        assert!(message(&zero, Metric::Cosine).starts_with("the row '2' has no cosine distance to '0': all"));
        let constant = [1.0, 2.0, 7.0, 7.0, 1.0, 0.0];
        assert!(
            message(&constant, Metric::Correlation).starts_with("the row '1' has no correlation distance")
        );
        let column = [1.0, 5.0, 2.0, 5.0, 3.0, 5.0];
        assert!(message(&column, Metric::SEuclidean).starts_with("the column '1' has the same value"));
        let huge = message(&[1e300, 0.0, -1e300, 1.0, 0.0, 1.0], Metric::Euclidean);
        assert!(huge.contains("of the row '0' to '1' is beyond what f64 can hold"), "{huge}");
        let missing = [1.0, 2.0, 3.0, f64::NAN, 1.0, 0.0];
        assert!(
            message(&missing, Metric::Euclidean).starts_with("the value in row '1', column '1' is missing")
        );
    }
}
