//! The order of leaves in which neighbours are nearest (Bar-Joseph, Gifford and Jaakkola 2001).
//!
//! Any branch of a tree may be turned around. For each cluster, and each pair of a first and a last leaf, the shortest way through all
//! leaves between them is kept; that of a cluster is one through its left branch, a step, and one through its right branch. By finding the
//! best step for each end on its own, it takes the cube of the leaves, not their fourth power.

use std::ops::Range;

use rayon::prelude::*;

use super::distances::Distances;
use crate::data::Linkage;
use crate::error::{Error, Result};

/// Turns the branches of a tree so that the sum of the distances between neighbouring leaves is the least that the tree allows.
///
/// `scipy.cluster.hierarchy.optimal_leaf_ordering` promises the same, but turns the branches within a branch by what is best for that branch
/// alone, and so ends above the least; what is done here agrees with a search through all orders.
///
/// # Errors
/// If there are not as many observations as leaves.
///
/// ```
/// use heatbin::{Index, LinkageMethod, Matrix, MatrixAxis, Metric};
///
/// let matrix = Matrix::new(Index::numbered(4), Index::numbered(1), vec![0.0, 4.0, 1.0, 9.0])?;
/// let distances = heatbin::matrix::pdist(&matrix, MatrixAxis::Rows, Metric::Euclidean)?;
/// let tree = heatbin::matrix::linkage(distances.clone(), LinkageMethod::Single)?;
/// assert_eq!(tree.leaves(), [3, 1, 0, 2]);
/// assert_eq!(heatbin::matrix::optimal_ordering(&tree, &distances)?.leaves(), [3, 1, 2, 0]);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn optimal_ordering(tree: &Linkage, distances: &Distances) -> Result<Linkage> {
    let n = tree.observations();
    if distances.observations() != n {
        return Err(Error::usage(format!(
            "the distances of {} observations are not those of a tree of {n} leaves",
            distances.observations()
        )));
    }
    if n == 1 {
        return Ok(tree.clone());
    }
    let mut ways = Ways::new(tree, distances);
    for merge in tree.merges() {
        ways.join(merge.left, merge.right);
    }
    let turned = ways.turned();
    let merges = tree.merges().iter().zip(turned).map(|(merge, turned)| {
        let (left, right) = if turned { (merge.right, merge.left) } else { (merge.left, merge.right) };
        (left, right, merge.height)
    });
    Linkage::new(merges)
}

/// The shortest ways within each cluster. Leaves are numbered as they stand under the tree, so a cluster is a range of them.
struct Ways<'a> {
    tree: &'a Linkage,
    n: usize,
    /// From each leaf to each.
    steps: Vec<f64>,
    /// From each leaf through all leaves of the least cluster that has both to each, as far as clusters are joined.
    ways: Vec<f64>,
    /// The leaves of each cluster.
    ranges: Vec<Range<usize>>,
}

impl<'a> Ways<'a> {
    fn new(tree: &'a Linkage, distances: &Distances) -> Self {
        let (n, leaves) = (tree.observations(), tree.leaves());
        let mut steps = vec![0.0; n * n];
        steps.par_chunks_exact_mut(n).zip(&leaves).for_each(|(row, &from)| {
            row.iter_mut().zip(&leaves).for_each(|(step, &to)| *step = distances.get(from, to));
        });
        let mut ranges = vec![0..0; n];
        for (place, &leaf) in leaves.iter().enumerate() {
            ranges[leaf] = place..place + 1;
        }
        for merge in tree.merges() {
            ranges.push(ranges[merge.left].start..ranges[merge.right].end);
        }
        Self { tree, n, steps, ways: vec![0.0; n * n], ranges }
    }

    /// Where a way through `cluster` may end that begins at each of its leaves: in the other branch. A leaf begins and ends itself.
    fn ends(&self, cluster: usize) -> [(Range<usize>, Range<usize>); 2] {
        let range = |cluster: usize| self.ranges[cluster].clone();
        match self.tree.merge_of(cluster) {
            None => [(range(cluster), range(cluster)), (range(cluster).start..range(cluster).start, 0..0)],
            Some(merge) => [(range(merge.left), range(merge.right)), (range(merge.right), range(merge.left))],
        }
    }

    /// Finds the shortest ways from each leaf on the left to each on the right.
    fn join(&mut self, left: usize, right: usize) {
        let (left_ends, right_ends) = (self.ends(left), self.ends(right));
        let (from, to) = (self.ranges[left].clone(), self.ranges[right].clone());
        let (n, steps) = (self.n, &self.steps);
        let (upper, lower) = self.ways.split_at_mut(to.start * n);
        let lower = &mut lower[..to.len() * n];
        let rows = upper[from.start * n..].par_chunks_exact_mut(n).zip(from.clone());
        rows.for_each(|(row, first)| {
            let (_, lasts) =
                left_ends.iter().find(|(firsts, _)| firsts.contains(&first)).expect("in a branch");
            // From the first leaf through the left branch, and one step on to each leaf on the right.
            let mut landed = vec![f64::INFINITY; to.len()];
            for last in lasts.clone() {
                let way = row[last];
                let steps = &steps[last * n..][to.clone()];
                landed.iter_mut().zip(steps).for_each(|(least, step)| *least = least.min(way + step));
            }
            // And from there through the right branch.
            let row = &mut row[to.clone()];
            row.fill(f64::INFINITY);
            for (ends, starts) in &right_ends {
                for start in starts.clone() {
                    let place = start - to.start;
                    let (landed, ways) = (landed[place], &lower[place * n..][ends.clone()]);
                    let row = &mut row[ends.start - to.start..][..ends.len()];
                    row.iter_mut().zip(ways).for_each(|(least, way)| *least = least.min(landed + way));
                }
            }
        });
        // The way back is as long.
        let upper = &*upper;
        lower.par_chunks_exact_mut(n).zip(to).for_each(|(row, last)| {
            for first in from.clone() {
                row[first] = upper[first * n + last];
            }
        });
    }

    fn way(&self, from: usize, to: usize) -> f64 {
        self.ways[from * self.n + to]
    }

    /// For each merge whether its branches change places on the shortest way through all leaves.
    fn turned(&self) -> Vec<bool> {
        let mut turned = vec![false; self.tree.merges().len()];
        let root = self.tree.merges()[self.n - 2];
        let (from, to) = (self.ranges[root.left].clone(), self.ranges[root.right].clone());
        let (first, last) = shortest(&from, &to, |first, last| self.way(first, last));
        let mut open = vec![(2 * self.n - 2, first, last)];
        while let Some((cluster, first, last)) = open.pop() {
            let Some(merge) = self.tree.merge_of(cluster) else { continue };
            let is_turned = self.ranges[merge.right].contains(&first);
            turned[cluster - self.n] = is_turned;
            let (before, after) =
                if is_turned { (merge.right, merge.left) } else { (merge.left, merge.right) };
            let end_of = |cluster: usize, end: usize| {
                let ends = self.ends(cluster);
                ends.into_iter().find(|(firsts, _)| firsts.contains(&end)).expect("in a branch").1
            };
            let (out, into) = shortest(&end_of(before, first), &end_of(after, last), |out, into| {
                self.way(first, out) + self.steps[out * self.n + into] + self.way(into, last)
            });
            open.extend([(before, first, out), (after, into, last)]);
        }
        turned
    }
}

/// The pair with the least length; of equals the first.
fn shortest(from: &Range<usize>, to: &Range<usize>, length: impl Fn(usize, usize) -> f64) -> (usize, usize) {
    let mut best = (from.start, to.start, f64::INFINITY);
    for first in from.clone() {
        for last in to.clone() {
            let length = length(first, last);
            if length < best.2 {
                best = (first, last, length);
            }
        }
    }
    (best.0, best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_others_are_refused() {
        let tree = Linkage::new([(0, 1, 1.0)]).unwrap();
        assert!(optimal_ordering(&tree, &Distances::new(3, vec![1.0; 3]).unwrap()).is_err());
    }
}
