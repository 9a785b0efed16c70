//! Figures and numbers → files.

pub(crate) mod atomic;
mod format;
#[cfg(feature = "files")]
mod numbers;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "figure")]
mod png;
#[cfg(feature = "figure")]
mod text;

#[cfg(feature = "figure")]
pub(crate) use atomic::write;
#[cfg(feature = "cli")]
pub(crate) use atomic::{check_folder, remove_parts};
pub use format::Format;
#[cfg(feature = "files")]
pub use numbers::NumberFormat;
#[cfg(feature = "pdf")]
pub use pdf::encode as encode_pdf;
#[cfg(feature = "figure")]
pub use png::encode as encode_png;

use std::path::Path;

use crate::error::Result;

/// Writes the counts to a file, by its ending: `.npz`, `.npy`, `.csv` or `.parquet`. The file appears whole or not at all.
///
/// # Errors
/// If the ending is another, or the file cannot be written.
#[cfg(feature = "files")]
pub fn save_numbers(path: impl AsRef<Path>, aggregate: &crate::data::Aggregate) -> Result<()> {
    let path = path.as_ref();
    match Format::of(path)? {
        Format::Numbers(format) => atomic::write_with(path, |file| {
            format.write(aggregate, file).map_err(|reason| atomic::failed(path, &reason))
        }),
        _ => Err(crate::error::Error::usage(format!(
            "cannot write {}: counts are a .npz, .npy, .csv or .parquet",
            path.display()
        ))),
    }
}

/// Writes the sheet of colormaps to a file, by its ending.
///
/// # Errors
/// If the ending is not that of a picture, or the file cannot be written.
#[cfg(feature = "cli")]
pub(crate) fn save_sheet(path: &Path, sheet: &crate::figure::Sheet) -> Result<()> {
    const DPI: f64 = 144.0;
    let bytes = match Format::of(path)? {
        Format::Png => png::document(&sheet.svg(false), sheet.size, DPI)?,
        Format::Svg => sheet.svg(true).into_bytes(),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::page(&sheet.svg(false), sheet.size, "Colormaps".into())?,
        _ => {
            return Err(crate::error::Error::usage(format!(
                "cannot write {}: a sheet of colormaps is a .png, .svg or .pdf",
                path.display()
            )));
        }
    };
    write(path, &bytes)
}
