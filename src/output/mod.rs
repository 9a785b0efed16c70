//! Figures and numbers → files.

pub(crate) mod atomic;
mod format;
#[cfg(feature = "files")]
mod numbers;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "figure")]
mod png;
#[cfg(feature = "cli")]
mod sheet;
#[cfg(feature = "figure")]
mod text;
#[cfg(feature = "figure")]
mod zlib;

#[cfg(feature = "figure")]
pub(crate) use self::png::{composite as encode_composite, page as page_pixels};
#[cfg(feature = "figure")]
pub use self::png::{decode as decode_png, encode as encode_png};
#[cfg(any(feature = "cli", feature = "window"))]
pub(crate) use atomic::check_folder;
#[cfg(feature = "cli")]
pub(crate) use atomic::remove_parts;
#[cfg(feature = "figure")]
pub(crate) use atomic::write;
pub use format::Format;
#[cfg(feature = "files")]
pub use numbers::{NumberFormat, Numbers, save as save_numbers, save_clusters, save_matrix};
#[cfg(feature = "pdf")]
pub use pdf::encode as encode_pdf;
#[cfg(feature = "pdf")]
pub(crate) use pdf::page as encode_pdf_page;
#[cfg(feature = "cli")]
pub(crate) use sheet::save as save_sheet;
