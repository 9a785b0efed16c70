//! Aggregates → files.

#[cfg(feature = "files")]
pub mod numbers;
