//! Tables → matrices: as they are, pivoted, or as the correlations of their columns.
//!
//! No module here knows a file or a page: what comes in is a [`Table`](crate::Table), what goes out a
//! [`Matrix`](crate::Matrix).

mod correlation;
mod keys;
mod pivot;
mod reduce;
mod wide;

pub use correlation::{Correlation, Pearson, corr};
pub use pivot::pivot;
#[cfg(feature = "cli")]
pub(crate) use pivot::pivot_columns;
pub use wide::of_table;
