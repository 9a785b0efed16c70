//! How the rows and columns of a matrix were clustered.

use crate::data::Linkage;

/// How the rows and columns of a matrix were clustered, and the order in which they are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Clusters {
    /// The rows.
    pub rows: Clustered,
    /// The columns.
    pub columns: Clustered,
}

/// How the rows, or the columns, of a matrix were clustered.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Clustered {
    /// The merges; `None` if they were left as they are.
    pub linkage: Option<Linkage>,
    /// The places in the matrix of those that are drawn, from the top or from the left.
    pub order: Vec<usize>,
    /// For each one in the matrix the number, from 1, of its flat cluster, if the tree was cut.
    pub flat: Option<Vec<usize>>,
}

impl Clustered {
    /// What a tree makes of the order, cut into at most so many flat clusters.
    pub fn by(linkage: Linkage, most: Option<usize>) -> Self {
        let (order, flat) = (linkage.leaves(), most.map(|most| linkage.clusters(most)));
        Self { linkage: Some(linkage), order, flat }
    }

    /// As many as they are, in their own order.
    pub fn unordered(len: usize) -> Self {
        Self { linkage: None, order: (0..len).collect(), flat: None }
    }
}
