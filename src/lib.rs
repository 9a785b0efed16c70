//! heatbin
mod data;
mod error;
pub mod output;
#[cfg(feature = "files")]
pub mod source;
pub use data::*;
pub use error::{Error, ErrorKind, Result};
