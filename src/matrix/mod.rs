//! Tables → matrices: as they are, pivoted, or as the correlations of their columns.
//!
//! No module here knows a file or a page: what comes in is a [`Table`](crate::Table), what goes out a
//! [`Matrix`](crate::Matrix).

mod wide;

pub use wide::of_table;
