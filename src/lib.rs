//! heatbin
mod error;
mod data;
#[cfg(feature = "gpu")]
mod gpu;
mod binning;
mod shading;
#[cfg(feature = "figure")]
mod figure;
#[cfg(any(feature = "figure", feature = "files"))]
pub mod output;
#[cfg(feature = "files")]
pub mod source;
pub use binning::*;
pub use data::*;
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "gpu")]
pub use gpu::{AdapterInfo, Device, adapters};
pub use shading::*;
#[cfg(feature = "figure")]
pub use figure::{Cells, Colorbar, Figure, FigureAxis, Hexagons, MAX_VECTOR_HEXAGONS, Page};
#[cfg(feature = "pdf")]
pub use output::encode_pdf;
#[cfg(feature = "figure")]
pub use output::encode_png;
