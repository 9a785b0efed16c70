//! What a file's ending asks for.

use std::path::Path;

#[cfg(feature = "files")]
use super::numbers::NumberFormat;
use crate::error::{Error, Result};

/// The kinds of files that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// The figure as pixels.
    #[cfg(feature = "figure")]
    Png,
    /// The figure as SVG.
    #[cfg(feature = "figure")]
    Svg,
    /// The figure as PDF.
    #[cfg(feature = "pdf")]
    Pdf,
    /// The counts.
    #[cfg(feature = "files")]
    Numbers(NumberFormat),
}

/// Every ending, and the feature that writes it.
const ENDINGS: [(&str, &str); 7] = [
    ("png", "figure"),
    ("svg", "figure"),
    ("pdf", "pdf"),
    ("npz", "files"),
    ("npy", "files"),
    ("csv", "files"),
    ("parquet", "parquet"),
];

impl Format {
    /// The format of a path's ending, in any case.
    ///
    /// # Errors
    /// If nothing writes this ending, or this build was made without it.
    pub fn of(path: &Path) -> Result<Self> {
        let ending =
            path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if let Some(format) = Self::of_ending(&ending) {
            return Ok(format);
        }
        let path = path.display();
        Err(Error::usage(match ENDINGS.iter().find(|(known, _)| *known == ending) {
            Some((_, feature)) => format!(
                "cannot write {path}: this build writes no .{ending}; build heatbin with the feature '{feature}'"
            ),
            None => format!(
                "cannot write {path}: the ending decides the format, and there are .png .svg .pdf for the figure, \
                 .npz .npy .csv .parquet for the counts"
            ),
        }))
    }

    fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            #[cfg(feature = "figure")]
            "png" => Some(Self::Png),
            #[cfg(feature = "figure")]
            "svg" => Some(Self::Svg),
            #[cfg(feature = "pdf")]
            "pdf" => Some(Self::Pdf),
            #[cfg(feature = "files")]
            _ => NumberFormat::of_ending(ending).map(Self::Numbers),
            #[cfg(not(feature = "files"))]
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides_in_any_case() {
        assert_eq!(Format::of(Path::new("a/b.NPZ")).is_ok(), cfg!(feature = "files"));
        assert_eq!(Format::of(Path::new("a.b.Svg")).is_ok(), cfg!(feature = "figure"));
        for (ending, _) in ENDINGS {
            let error = Format::of(Path::new(&format!("out.{ending}"))).err();
            assert!(error.is_none_or(|error| error.to_string().contains("feature")), "{ending}");
        }
        for wrong in ["out.gif", "out", "png", ".png"] {
            let error = Format::of(Path::new(wrong)).unwrap_err().to_string();
            assert!(error.contains("the ending decides"), "{wrong}: {error}");
        }
    }
}
