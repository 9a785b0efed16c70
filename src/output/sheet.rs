//! The sheet of colormaps → a file.

use std::path::Path;

#[cfg(feature = "pdf")]
use super::pdf;
use super::{Format, png, write};
use crate::error::{Error, Result};
use crate::figure::Sheet;

/// Writes the sheet of colormaps to a file, by its ending.
///
/// # Errors
/// If the ending is not that of a picture, or the file cannot be written.
pub fn save(path: &Path, sheet: &Sheet) -> Result<()> {
    const DPI: f64 = 144.0;
    let bytes = match Format::of(path)? {
        Format::Png => png::document(&sheet.svg(false), sheet.size, DPI)?,
        Format::Svg => sheet.svg(true).into_bytes(),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::page(&sheet.svg(false), sheet.size, "Colormaps".into())?,
        _ => {
            return Err(Error::usage(format!(
                "cannot write {}: a sheet of colormaps is a .png, .svg or .pdf",
                path.display()
            )));
        }
    };
    write(path, &bytes)
}
