//! Tables: what is made of their numbers before they are drawn.

mod cluster;
mod memory;
mod scaling;

pub use cluster::{Clustering, Distances, LinkageMethod, Metric, cluster, linkage, optimal_ordering, pdist};
pub use scaling::{MatrixAxis, Scaling};
