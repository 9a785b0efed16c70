//! heatbin
mod binning;
mod shading;
pub use shading::*;
mod data;
mod error;
#[cfg(feature = "gpu")]
mod gpu;
pub use binning::*;
pub use data::*;
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "gpu")]
pub use gpu::{AdapterInfo, Device, adapters};
