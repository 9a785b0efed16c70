//! Tables → matrices: as they are, pivoted, or as the correlations of their columns; and how near their rows are to each other.
//!
//! No module here knows a file or a page: what comes in is a [`Table`](crate::Table), what goes out a
//! [`Matrix`](crate::Matrix) or the [`Linkage`](crate::Linkage) of one.

mod cluster;
mod correlation;
mod keys;
mod memory;
mod pivot;
mod reduce;
mod scaling;
mod wide;

pub use cluster::{Clustering, Distances, LinkageMethod, Metric, cluster, linkage, optimal_ordering, pdist};
pub use correlation::{Correlation, Pearson, corr};
#[cfg(feature = "cli")]
pub(crate) use pivot::not_numbers;
pub use pivot::pivot;
#[cfg(feature = "cli")]
pub(crate) use pivot::pivot_columns;
pub use scaling::{MatrixAxis, Scaling};
pub use wide::of_table;
#[cfg(feature = "cli")]
pub(crate) use wide::without_numbers;
