//! Fonts that were added for what the bundled one lacks: Chinese, Japanese, Korean, Arabic and other scripts, and symbols.
//!
//! They are the process's, as matplotlib's are (`font_manager.addfont`): text is measured in many places. Machines have different fonts,
//! so none is taken that was not named: a figure is the same wherever its fonts are.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use resvg::usvg::fontdb::{Database, Source};
use ttf_parser::Face;

use crate::error::{Error, Result};

/// A font that was added, for as long as the process lives.
#[derive(Debug)]
pub(crate) struct AddedFont {
    pub path: PathBuf,
    pub bytes: &'static [u8],
    /// The name by which SVG asks for it.
    pub family: String,
    face: Face<'static>,
}

static ADDED: RwLock<Vec<&'static AddedFont>> = RwLock::new(Vec::new());

/// Adds a font, a file of TrueType or OpenType, in which figures and windows that are made from now on write the characters that the bundled
/// font ([Inter](https://rsms.me/inter/)) lacks; of several fonts the first that has one. Of a collection (`.ttc`) it is the first font.
///
/// PNG and PDF carry what they need of it. SVG names it and does not hold it: whoever shows the file needs it, or takes another.
///
/// ```no_run
/// heatbin::add_font("NotoSansCJK-Regular.ttc")?;
/// let plot = heatbin::hist2d(&[0.5], &[0.5]).xlabel("温度").ylabel("湿度");
/// # Ok::<(), heatbin::Error>(())
/// ```
///
/// # Errors
/// If the file cannot be read, or holds no such font.
pub fn add_font(path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    if added_fonts().iter().any(|font| font.path == path) {
        return Ok(());
    }
    let bytes = std::fs::read(path).map_err(|reason| Error::io("read", path, reason))?;
    let font = AddedFont::new(path, bytes)
        .ok_or_else(|| Error::data(format!("{} is no TrueType or OpenType font", path.display())))?;
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    if added.iter().all(|other| other.path != path) {
        added.push(Box::leak(Box::new(font)));
    }
    Ok(())
}

/// The fonts that were added, in that order.
pub(crate) fn added_fonts() -> Vec<&'static AddedFont> {
    ADDED.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The first font that was added and has a character.
pub(super) fn having(c: char) -> Option<&'static AddedFont> {
    let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
    added.iter().copied().find(|font| font.face.glyph_index(c).is_some())
}

impl AddedFont {
    fn new(path: &Path, bytes: Vec<u8>) -> Option<Self> {
        // What draws text later must take it too, and know it by this name.
        let mut fonts = Database::new();
        let shared = Arc::new(bytes);
        fonts.load_font_source(Source::Binary(shared.clone()));
        let (family, _) = fonts.faces().find(|info| info.index == 0)?.families.first()?.clone();
        Face::parse(&shared, 0).ok()?;
        drop(fonts);
        let bytes: &'static [u8] = Arc::try_unwrap(shared).ok()?.leak();
        Some(Self { path: path.to_owned(), bytes, family, face: Face::parse(bytes, 0).ok()? })
    }

    /// The width of a character, in units of the size; of one it lacks, nothing.
    pub fn width(&self, c: char) -> f64 {
        let advance = self.face.glyph_index(c).and_then(|glyph| self.face.glyph_hor_advance(glyph));
        f64::from(advance.unwrap_or(0)) / f64::from(self.face.units_per_em())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::font;
    use crate::figure::svg::content;

    /// Characters that Inter lacks, with the glyphs of M, W and A.
    const FONT: &str = "tests/fixtures/added.otf";

    fn of_project(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
    }

    #[test]
    fn what_the_bundled_font_lacks_is_written_in_an_added_one() {
        for _ in 0..2 {
            add_font(of_project(FONT)).unwrap();
        }
        assert_eq!(added_fonts().iter().filter(|font| font.path == of_project(FONT)).count(), 1);
        let wanted: f64 = ["M", "W", "A"].iter().map(|c| font::width(c, 10.0)).sum();
        assert!((font::width("\u{e000}\u{e001}龘", 10.0) - wanted).abs() < 1e-12);
        assert_eq!(
            content("a<龘\u{e000}\u{e002}"),
            "a&lt;<tspan font-family=\"&quot;Added Font&quot;\">龘\u{e000}</tspan>\u{e002}"
        );
        // What Inter has is not taken from another: this one has an M too.
        assert_eq!(content("M"), "M");
        #[cfg(feature = "cli")]
        assert_eq!(font::lacking("M龘\u{e002}\u{e002}"), "\u{e002}");
    }

    #[test]
    fn what_is_no_font_is_refused() {
        for (name, reason) in [
            ("Cargo.toml", "no TrueType or OpenType font"),
            ("assets/font/Inter.woff2", "no TrueType or OpenType font"),
            ("none.ttf", "none.ttf"),
            ("src", "src"),
        ] {
            let refusal = add_font(of_project(name)).unwrap_err().to_string();
            assert!(refusal.contains(reason), "{refusal}");
        }
        let cut = crate::figure::FONT[..100].to_vec();
        assert!(AddedFont::new(Path::new("cut.otf"), cut).is_none());
        assert!(added_fonts().iter().all(|font| font.path == of_project(FONT)));
    }
}
