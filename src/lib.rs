//! heatbin
mod data;
mod error;
#[cfg(feature = "files")]
pub mod source;
pub use data::*;
pub use error::{Error, ErrorKind, Result};
