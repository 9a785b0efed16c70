//! Figures and numbers → files.

pub(crate) mod atomic;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "figure")]
mod png;
#[cfg(feature = "figure")]
mod text;

#[cfg(feature = "pdf")]
pub use pdf::encode as encode_pdf;
#[cfg(feature = "figure")]
pub use png::encode as encode_png;
#[cfg(feature = "files")]
pub mod numbers;
