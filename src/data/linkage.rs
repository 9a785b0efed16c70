//! A hierarchical clustering: who was merged with whom, and how far apart they were.

use crate::error::{Error, Result};

/// A merge of two clusters into one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The cluster drawn first: an observation below their number `n`, else what merge `left - n` made.
    pub left: usize,
    /// The cluster drawn after it.
    pub right: usize,
    /// How far apart they were.
    pub height: f64,
    /// How many observations the new cluster has.
    pub size: usize,
}

/// The merges that make one cluster of all observations: the tree that a dendrogram shows, the rows of scipy's linkage matrix.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linkage {
    merges: Vec<Merge>,
}

impl Linkage {
    /// The tree of merges `(left, right, height)`, in their order; there is one less than observations.
    ///
    /// # Errors
    /// If a merge names a cluster that does not exist yet or was merged before, or a height is no finite number.
    ///
    /// ```
    /// use heatbin::Linkage;
    ///
    /// // 0 and 2 are near each other, 1 is far away.
    /// let tree = Linkage::new([(0, 2, 1.0), (1, 3, 5.0)])?;
    /// assert_eq!(tree.leaves(), [1, 0, 2]);
    /// assert_eq!(tree.clusters(2), [1, 2, 1]);
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn new(merges: impl IntoIterator<Item = (usize, usize, f64)>) -> Result<Self> {
        let merges: Vec<(usize, usize, f64)> = merges.into_iter().collect();
        let n = merges.len() + 1;
        let mut sizes = vec![1; n];
        let mut merged = vec![false; 2 * n - 1];
        let mut made = Vec::with_capacity(merges.len());
        for (nth, (left, right, height)) in merges.into_iter().enumerate() {
            for cluster in [left, right] {
                if cluster >= n + nth || std::mem::replace(&mut merged[cluster], true) {
                    return Err(Error::usage(format!(
                        "merge {nth} takes cluster {cluster}, which is not there: of {n} observations it may take one \
                         below {} that was not merged before",
                        n + nth
                    )));
                }
            }
            if !height.is_finite() {
                return Err(Error::usage(format!(
                    "merge {nth} has a height of {height}, which is no number"
                )));
            }
            let size = sizes[left] + sizes[right];
            sizes.push(size);
            made.push(Merge { left, right, height, size });
        }
        Ok(Self { merges: made })
    }

    /// The merges, in their order.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// How many observations there are; one that is alone has no merges.
    pub fn observations(&self) -> usize {
        self.merges.len() + 1
    }

    /// The merge that made a cluster, unless it is an observation.
    pub(crate) fn merge_of(&self, cluster: usize) -> Option<&Merge> {
        cluster.checked_sub(self.observations()).map(|nth| &self.merges[nth])
    }

    /// The observations in the order in which they stand under the tree: `scipy.cluster.hierarchy.leaves_list`.
    pub fn leaves(&self) -> Vec<usize> {
        let mut leaves = Vec::with_capacity(self.observations());
        // A chain of ten thousand merges is a tree as deep: a stack of its own, no recursion.
        let mut open = vec![2 * self.merges.len()];
        while let Some(cluster) = open.pop() {
            match self.merge_of(cluster) {
                None => leaves.push(cluster),
                Some(merge) => open.extend([merge.right, merge.left]),
            }
        }
        leaves
    }

    /// Where each cluster stands, in leaves from the first: an observation over its own middle, a merge between its two.
    pub fn centers(&self) -> Vec<f64> {
        let mut centers = vec![0.0; self.observations()];
        for (place, leaf) in self.leaves().into_iter().enumerate() {
            centers[leaf] = place as f64 + 0.5;
        }
        for merge in &self.merges {
            centers.push((centers[merge.left] + centers[merge.right]) / 2.0);
        }
        centers
    }

    /// The greatest height of each merge and of those below it. Only centroid and median linkage have some that rise above
    /// what was merged later.
    fn reaches(&self) -> Vec<f64> {
        let n = self.observations();
        let mut reaches: Vec<f64> = Vec::with_capacity(self.merges.len());
        for merge in &self.merges {
            let below = [merge.left, merge.right].into_iter().filter_map(|cluster| cluster.checked_sub(n));
            reaches.push(below.map(|nth| reaches[nth]).fold(merge.height, f64::max));
        }
        reaches
    }

    /// For each merge whether it lies inside one of at most `most` flat clusters.
    ///
    /// The tree is cut at the lowest height that leaves so few, so ties may leave fewer.
    pub fn inside(&self, most: usize) -> Vec<bool> {
        let (n, reaches, most) = (self.observations(), self.reaches(), most.max(1));
        if most >= n {
            return vec![false; reaches.len()];
        }
        // Heights are tried in the order of the merges, as scipy does: where they do not ascend, that tells.
        let count = |cutoff: f64| n - reaches.iter().filter(|&&reach| reach <= cutoff).count();
        let (mut many, mut few) = (0, n - 1);
        while many < few {
            let middle = (many + few - 1) / 2;
            if count(reaches[middle]) > most { many = middle + 1 } else { few = middle }
        }
        let cutoff = reaches[few];
        reaches.into_iter().map(|reach| reach <= cutoff).collect()
    }

    /// For each observation the number, from 1, of the flat cluster it is in, of at most `most`:
    /// `scipy.cluster.hierarchy.fcluster(…, most, 'maxclust')`.
    pub fn clusters(&self, most: usize) -> Vec<usize> {
        let n = self.observations();
        if most.max(1) >= n {
            return (1..=n).collect();
        }
        let inside = self.inside(most);
        let mut numbers = vec![0; n];
        let mut last = 0;
        // Clusters that are merges come before observations that are alone beside them, as scipy numbers them.
        let mut open = vec![(2 * n - 2, None)];
        while let Some((cluster, number)) = open.pop() {
            let Some(merge) = self.merge_of(cluster) else {
                numbers[cluster] = number.unwrap_or_else(|| {
                    last += 1;
                    last
                });
                continue;
            };
            let number = number.or_else(|| {
                inside[cluster - n].then(|| {
                    last += 1;
                    last
                })
            });
            let (trees, alone): (Vec<_>, Vec<_>) =
                [merge.left, merge.right].into_iter().partition(|&c| c >= n);
            open.extend(trees.into_iter().chain(alone).rev().map(|cluster| (cluster, number)));
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_checked() {
        let message = |merges: &[(usize, usize, f64)]| Linkage::new(merges.to_vec()).unwrap_err().to_string();
        assert!(message(&[(0, 2, 1.0)]).contains("takes cluster 2"), "{}", message(&[(0, 2, 1.0)]));
        assert!(message(&[(0, 1, 1.0), (1, 3, 2.0)]).contains("takes cluster 1"));
        assert!(message(&[(0, 0, 1.0)]).contains("takes cluster 0"));
        assert!(message(&[(0, 1, f64::NAN)]).contains("no number"));
        let alone = Linkage::new([]).unwrap();
        assert_eq!((alone.leaves(), alone.clusters(1), alone.centers()), (vec![0], vec![1], vec![0.5]));
    }

    #[test]
    fn a_chain_of_many_is_no_recursion() {
        let n = 100_000;
        let merge = |nth: usize| (if nth == 0 { n - 1 } else { n + nth - 1 }, n - 2 - nth, nth as f64);
        let chain = Linkage::new((0..n - 1).map(merge)).unwrap();
        assert_eq!(chain.leaves()[..2], [n - 1, n - 2]);
        assert_eq!(chain.clusters(2).iter().filter(|&&number| number == 1).count(), n - 1);
    }

    #[test]
    fn ties_leave_fewer_clusters() {
        let tree = Linkage::new([(0, 1, 1.0), (2, 3, 1.0), (4, 5, 2.0)]).unwrap();
        assert_eq!(tree.clusters(3), [1, 1, 2, 2]);
        assert_eq!(tree.clusters(4), [1, 2, 3, 4]);
        assert_eq!(tree.inside(2), [true, true, false]);
        assert_eq!(tree.centers()[4..], [1.0, 3.0, 2.0]);
    }
}
