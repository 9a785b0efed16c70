//! Finished figures side by side on one page, with a title and letters.
//!
//! A figure is laid out before it comes here and is not touched: it lies on whole device pixels, so that its own are copied.

use std::fmt::Write;

use crate::data::Rgba;
use crate::error::Result;
use crate::figure::font::{self, Block, CAP_HEIGHT};
use crate::figure::page::{Page, Theme};
use crate::figure::svg::{self, escape, number};

/// Everything is in points. Between figures side by side, and one below the other.
const GAP: f64 = 8.0;
/// What stays free around the title, and beside a letter.
const EDGE: f64 = 6.0;
const TITLE_TEXT: f64 = 14.0;
/// The size of a letter, and the room above a figure in which it stands.
const LETTER_TEXT: f64 = 12.0;
const LETTER_ROW: f64 = 16.0;
/// The bundled font has one weight; a line around them makes letters bold.
const BOLD: f64 = 0.6;

/// What stands on the page besides the figures.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompositePage {
    pub title: Option<String>,
    pub letters: bool,
    pub theme: Theme,
    pub transparent: bool,
}

/// A page of figures, laid out.
#[derive(Clone, Debug)]
pub(crate) struct Composite {
    asked: CompositePage,
    page: Page,
    /// Width and height in device pixels.
    size: (u32, u32),
    title: Block,
    /// The left top corner of each figure, in device pixels.
    corners: Vec<(u32, u32)>,
}

impl Composite {
    /// Places figures of these sizes, which are in device pixels, so many in a row.
    ///
    /// # Errors
    /// If the page would be too large.
    pub fn new(asked: &CompositePage, sizes: &[(u32, u32)], columns: usize, dpi: f64) -> Result<Self> {
        let pixels = |points: f64| (points * dpi / 72.0).round() as u32;
        let (gap, letters) = (pixels(GAP), if asked.letters { pixels(LETTER_ROW) } else { 0 });
        let across = |row: &[(u32, u32)]| {
            let gaps = gap.saturating_mul(row.len() as u32 - 1);
            row.iter().fold(gaps, |sum, (width, _)| sum.saturating_add(*width))
        };
        let width = sizes.chunks(columns).map(across).max().unwrap_or(1);
        let room = f64::from(width) * 72.0 / dpi - 2.0 * EDGE;
        let title = Block::fit(asked.title.as_deref().unwrap_or(""), TITLE_TEXT, room);
        let mut top = if title.is_empty() { 0 } else { pixels(2.0 * EDGE + title.height()) };
        let mut corners = Vec::new();
        for (nth, row) in sizes.chunks(columns).enumerate() {
            top = top.saturating_add(letters + if nth > 0 { gap } else { 0 });
            let mut left = 0u32;
            for (width, _) in row {
                corners.push((left, top));
                left = left.saturating_add(width.saturating_add(gap));
            }
            top = top.saturating_add(row.iter().map(|(_, height)| *height).max().unwrap_or(0));
        }
        let size = (width, top);
        let inches = |pixels: u32| f64::from(pixels) / dpi;
        let page = Page { figsize: (inches(size.0), inches(size.1)), dpi, ..Page::default() };
        page.check()?;
        Ok(Self { asked: asked.clone(), page, size, title, corners })
    }

    /// Width and height in device pixels.
    pub fn pixels(&self) -> (u32, u32) {
        self.size
    }

    /// Width and height in points.
    pub fn points(&self) -> (f64, f64) {
        let points = |pixels: u32| f64::from(pixels) * self.page.point();
        (points(self.size.0), points(self.size.1))
    }

    pub fn dpi(&self) -> f64 {
        self.page.dpi
    }

    /// The left top corner of each figure, in device pixels.
    pub fn corners(&self) -> &[(u32, u32)] {
        &self.corners
    }

    /// The left top corner of a figure, in points.
    pub fn place(&self, nth: usize) -> (f64, f64) {
        let (left, top) = self.corners[nth];
        (f64::from(left) * self.page.point(), f64::from(top) * self.page.point())
    }

    /// The colour between the figures; `None` if one sees through.
    pub fn paper(&self) -> Option<Rgba> {
        (!self.asked.transparent).then(|| self.asked.theme.paper())
    }

    /// The title, on one line.
    pub fn title(&self) -> String {
        self.asked.title.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The page with its figures, which are parts of the document, with or without the font's data.
    pub fn document(&self, parts: &[String], with_font: bool) -> String {
        let mut out = self.head();
        if !self.title().is_empty() {
            writeln!(out, "<title>{}</title>", escape(&self.title())).expect("a String takes all");
        }
        if with_font {
            out.push_str(&svg::font_face());
        }
        if let Some(paper) = self.paper() {
            writeln!(out, "<rect width=\"100%\" height=\"100%\" {}/>", svg::fill(paper))
                .expect("a String takes all");
        }
        out.extend(parts.iter().map(String::as_str));
        self.words(&mut out);
        out.push_str("</svg>\n");
        out
    }

    /// What is written on the page, as an SVG document of its size without background.
    pub fn overlay(&self) -> String {
        let mut out = self.head();
        self.words(&mut out);
        out.push_str("</svg>\n");
        out
    }

    fn head(&self) -> String {
        let (width, height) = self.points();
        let [width, height] = [width, height].map(number);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\">\n"
        )
    }

    fn words(&self, out: &mut String) {
        let ink = self.asked.theme.ink();
        writeln!(
            out,
            "<g font-family=\"{}, 'Helvetica Neue', Arial, sans-serif\" {}>",
            font::FAMILY,
            svg::fill(ink)
        )
        .expect("a String takes all");
        svg::block(out, &self.title, self.points().0 / 2.0, EDGE);
        if self.asked.letters {
            writeln!(out, "<g stroke=\"{}\" stroke-width=\"{}\">", svg::hex(ink), number(BOLD))
                .expect("a String takes all");
            for nth in 0..self.corners.len() {
                let (left, top) = self.place(nth);
                let baseline = top - (LETTER_ROW - CAP_HEIGHT * LETTER_TEXT) / 2.0;
                svg::text(out, (left + EDGE, baseline), LETTER_TEXT, svg::Anchor::Start, &letter(nth));
            }
            out.push_str("</g>\n");
        }
        out.push_str("</g>\n");
    }
}

/// a to z, then aa, ab and so on.
fn letter(nth: usize) -> String {
    let last = char::from(b'a' + (nth % 26) as u8).to_string();
    if nth < 26 { last } else { letter(nth / 26 - 1) + &last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_in_rows_with_their_upper_sides_on_a_line() {
        let asked = CompositePage::default();
        let page = Composite::new(&asked, &[(100, 50), (80, 70), (60, 40)], 2, 72.0).unwrap();
        assert_eq!(page.corners(), [(0, 0), (108, 0), (0, 78)]);
        assert_eq!(page.pixels(), (188, 118));
        let asked = CompositePage { letters: true, title: Some("T".into()), ..asked };
        let page = Composite::new(&asked, &[(100, 50), (80, 70), (60, 40)], 2, 144.0).unwrap();
        let title = page.corners()[0].1 - 32;
        assert_eq!(page.corners(), [(0, 32 + title), (116, 32 + title), (0, 150 + title)]);
        assert!((40..60).contains(&title), "{title}");
        let error = Composite::new(&asked, &[(30_000, 50), (30_000, 50)], 2, 100.0).unwrap_err().to_string();
        assert!(error.contains("make figsize or dpi smaller"), "{error}");
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letter), ["a", "z", "aa", "az", "ba", "zz", "aaa"]);
    }
}
