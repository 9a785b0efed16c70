//! heatbin
mod data;
mod error;
pub use data::*;
pub use error::{Error, ErrorKind, Result};
