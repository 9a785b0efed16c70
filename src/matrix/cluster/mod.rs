//! Hierarchical clustering: which rows or columns are near each other, as `scipy.cluster.hierarchy` finds it.
//!
//! The three algorithms are those that scipy takes, with its ties: tables of rounded measurements are full of equal distances, and an
//! order of rows that differs from everyone else's cannot be compared.

mod chain;
mod distances;
mod generic;
mod method;
mod metric;
mod optimal;
mod spanning;

pub use distances::{Distances, pdist};
pub use method::LinkageMethod;
pub use metric::Metric;
pub use optimal::optimal_ordering;

use crate::data::{Linkage, Matrix};
use crate::error::{Error, Result};
use crate::matrix::memory;
use crate::matrix::scaling::MatrixAxis;

/// How rows or columns are clustered; as seaborn unless given: average linkage of Euclidean distances.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clustering {
    /// What is meant by the distance of two clusters.
    pub method: LinkageMethod,
    /// What is meant by the distance of two observations.
    pub metric: Metric,
    /// Whether branches are turned so that neighbours are as near as the tree allows; see [`optimal_ordering`].
    pub optimal_ordering: bool,
}

impl Clustering {
    /// Refuses a method with a metric that it is no formula for.
    ///
    /// # Errors
    /// If so.
    pub fn check(&self) -> Result<()> {
        let metric = self.metric;
        if self.method.is_euclidean() && !matches!(metric, Metric::Euclidean | Metric::Minkowski(2.0)) {
            return Err(Error::usage(format!(
                "{} linkage is a formula of Euclidean distances, not of {metric} ones: take --metric euclidean, or \
                 another method (single, complete, average, weighted)",
                self.method
            )));
        }
        Ok(())
    }
}

/// Clusters the rows, or the columns, of a matrix. One alone is a tree without merges.
///
/// # Errors
/// As [`pdist`], or if the method does not fit the metric, or there is no memory for the distances.
///
/// ```
/// use heatbin::{Clustering, Index, Matrix, MatrixAxis};
///
/// let matrix = Matrix::new(Index::new(["a", "b", "c"]), Index::new(["x"]), vec![1.0, 5.0, 1.5])?;
/// let tree = heatbin::matrix::cluster(&matrix, MatrixAxis::Rows, &Clustering::default())?;
/// assert_eq!(tree.leaves(), [1, 0, 2]);
/// assert_eq!(tree.merges()[1].height, 3.75);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn cluster(matrix: &Matrix, axis: MatrixAxis, how: &Clustering) -> Result<Linkage> {
    how.check()?;
    let n = axis.labels(matrix).len();
    if n == 0 {
        return Err(Error::data(format!("there is no {} to cluster", axis.one())));
    }
    fits(n, axis, how.optimal_ordering, memory::available())?;
    let tree = linkage(pdist(matrix, axis, how.metric)?, how.method)?;
    if how.optimal_ordering {
        // Merging has overwritten them, and to measure again takes less than to keep a second copy.
        return optimal_ordering(&tree, &pdist(matrix, axis, how.metric)?);
    }
    Ok(tree)
}

/// The merges of observations with these distances, which are used up: `scipy.cluster.hierarchy.linkage`.
///
/// # Errors
/// If there is no observation.
pub fn linkage(distances: Distances, method: LinkageMethod) -> Result<Linkage> {
    let n = distances.observations();
    if n == 0 {
        return Err(Error::data("there is nothing to cluster"));
    }
    if n == 1 {
        return Linkage::new([]);
    }
    let mut merges = match method {
        LinkageMethod::Single => spanning::merges(&distances),
        LinkageMethod::Complete => chain::merges(distances, method::complete),
        LinkageMethod::Average => chain::merges(distances, method::average),
        LinkageMethod::Weighted => chain::merges(distances, method::weighted),
        LinkageMethod::Ward => chain::merges(distances, method::ward),
        LinkageMethod::Centroid => generic::merges(distances, method::centroid),
        LinkageMethod::Median => generic::merges(distances, method::median),
    };
    if !matches!(method, LinkageMethod::Centroid | LinkageMethod::Median) {
        merges.sort_by(|a, b| a.2.total_cmp(&b.2));
    }
    named(merges)
}

/// Merges between observations as merges between the clusters they are in by then; the older one is on the left.
fn named(merges: Vec<(usize, usize, f64)>) -> Result<Linkage> {
    let n = merges.len() + 1;
    // Each cluster's way to the one that it is in now.
    let mut above: Vec<usize> = (0..2 * n - 1).collect();
    let mut top = |mut cluster: usize, new: usize| {
        while above[cluster] != cluster {
            // Halves the way for those who come after.
            above[cluster] = above[above[cluster]];
            cluster = above[cluster];
        }
        above[cluster] = new;
        cluster
    };
    let name = |(nth, (x, y, height)): (usize, (usize, usize, f64))| {
        let (x, y) = (top(x, n + nth), top(y, n + nth));
        (x.min(y), x.max(y), height)
    };
    Linkage::new(merges.into_iter().enumerate().map(name))
}

/// Refuses what has no room in so many bytes of memory.
fn fits(n: usize, axis: MatrixAxis, optimal_ordering: bool, available: u64) -> Result<()> {
    const BYTES: u64 = size_of::<f64>() as u64;
    let n = n as u64;
    let square = n.saturating_mul(n).saturating_mul(BYTES);
    // Of optimal ordering, two squares beside the distances.
    let ordering = if optimal_ordering { square.saturating_mul(2) } else { 0 };
    let need = (square / 2).saturating_add(ordering);
    if need <= available {
        return Ok(());
    }
    let (one, option) = (axis.one(), axis.option());
    Err(Error::data(format!(
        "to cluster {n} {one}s takes {} of memory for the distances between all of them, and {} are free: leave them in \
         their order ({option}), or cluster a sample of them",
        memory::size(need),
        memory::size(available)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_asked_for_before_it_is_taken() {
        let message = |n, optimal| fits(n, MatrixAxis::Rows, optimal, 16 << 30).unwrap_err().to_string();
        // seaborn's issue #1596 met numpy's own error at this size.
        let text = message(182_440, false);
        assert!(text.contains("182440 rows takes 124.0 GiB") && text.contains("16.0 GiB are free"), "{text}");
        assert!(text.contains("--no-row-cluster"), "{text}");
        assert!(message(40_000, true).contains("29.8 GiB"), "{}", message(40_000, true));
        fits(40_000, MatrixAxis::Rows, false, 16 << 30).unwrap();
        assert!(message(usize::MAX, true).contains("EiB"));
    }

    #[test]
    fn a_formula_of_squares_needs_euclidean_distances() {
        let check = |method, metric| Clustering { method, metric, ..Clustering::default() }.check();
        let error = check(LinkageMethod::Ward, Metric::Cosine).unwrap_err().to_string();
        assert!(error.starts_with("ward linkage is a formula of Euclidean"), "{error}");
        check(LinkageMethod::Ward, Metric::Euclidean).unwrap();
        check(LinkageMethod::Single, Metric::Cosine).unwrap();
    }
}
