//! Several finished figures on one page.

use std::path::Path;

use super::Drawing;
use super::facets::fitting;
use crate::error::{Error, Result};
use crate::figure::{Composite, CompositePage, Theme};
use crate::output::{self, Format};

/// Puts finished figures on one page, side by side in rows: `matplotlib.pyplot.subplots`, for figures of any kind.
///
/// Each keeps its size and every pixel of its own; those of one row have their upper sides on one line.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let out = folder.path().join("page.png");
/// let (x, y) = ([0.0, 0.1, 1.0], [0.0, 0.1, 1.0]);
/// let cells = heatbin::hist2d(&x, &y).figsize(4.0, 3.0).figure()?;
/// let hexagons = heatbin::hexbin(&x, &y).gridsize(5).figsize(4.0, 3.0).figure()?;
/// heatbin::subplots([cells, hexagons]).columns(2).letters(true).save(out)?;
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn subplots(drawings: impl IntoIterator<Item = Drawing>) -> Subplots {
    let drawings: Vec<Drawing> = drawings.into_iter().collect();
    let theme = drawings.first().map_or(Theme::Light, |drawing| drawing.figure().theme());
    Subplots { drawings, columns: None, page: CompositePage { theme, ..CompositePage::default() } }
}

/// A page of several figures being described; see [`subplots`].
#[derive(Clone, Debug)]
#[must_use = "a page is not drawn before it is asked for"]
pub struct Subplots {
    drawings: Vec<Drawing>,
    columns: Option<usize>,
    page: CompositePage,
}

impl Subplots {
    /// How many figures stand in a row; as many as leave the fewest gaps unless given.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = Some(columns);
        self
    }

    /// The title of the page, above all figures.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.page.title = Some(title.into());
        self
    }

    /// Writes a, b, c above the figures, as papers want them.
    pub fn letters(mut self, letters: bool) -> Self {
        self.page.letters = letters;
        self
    }

    /// The colours of the page between the figures; those of the first figure unless given.
    pub fn theme(mut self, theme: Theme) -> Self {
        self.page.theme = theme;
        self
    }

    /// Leaves the background of the page out; that of each figure is its own.
    pub fn transparent(mut self, transparent: bool) -> Self {
        self.page.transparent = transparent;
        self
    }

    /// How many of so many figures stand in a row.
    pub(crate) fn columns_for(&self, figures: usize) -> usize {
        self.columns.unwrap_or_else(|| fitting(figures))
    }

    /// The page as a PNG file: the pixels of each figure, as they stand in its own.
    ///
    /// # Errors
    /// If there is no figure, or they differ in their pixels per inch, or the page is too large, or a device fails.
    pub fn png(&self) -> Result<Vec<u8>> {
        let page = self.composite()?;
        let figures = self.drawings.iter().map(Drawing::page).collect::<Result<Vec<_>>>()?;
        output::encode_composite(&page, &figures)
    }

    /// The page as SVG text, the figures as parts of it.
    ///
    /// # Errors
    /// As [`png`](Self::png).
    pub fn svg(&self) -> Result<String> {
        self.document(true).map(|(_, svg)| svg)
    }

    /// The page as a PDF file.
    ///
    /// # Errors
    /// As [`png`](Self::png), or if it cannot be written as PDF.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Result<Vec<u8>> {
        let (page, svg) = self.document(false)?;
        output::encode_pdf_page(&svg, page.points(), page.title())
    }

    /// Writes the page to a file, by its ending: `.png .svg .pdf`. The file appears whole or not at all.
    ///
    /// # Errors
    /// If there is no such ending, the file cannot be written, or drawing fails.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        match Format::of(path)? {
            Format::Png => output::write(path, &self.png()?),
            Format::Svg => output::write(path, self.svg()?.as_bytes()),
            #[cfg(feature = "pdf")]
            Format::Pdf => output::write(path, &self.pdf()?),
            #[cfg(feature = "files")]
            Format::Numbers(_) => Err(Error::usage(format!(
                "cannot write {}: a page of figures is a .png, .svg or .pdf; save the numbers of each figure",
                path.display()
            ))),
        }
    }

    fn document(&self, with_font: bool) -> Result<(Composite, String)> {
        let page = self.composite()?;
        let part =
            |(nth, drawing): (usize, &Drawing)| drawing.part(page.place(nth), &format!("panel{}-", nth + 1));
        let parts = self.drawings.iter().enumerate().map(part).collect::<Result<Vec<_>>>()?;
        let svg = page.document(&parts, with_font);
        Ok((page, svg))
    }

    /// Where everything lies.
    fn composite(&self) -> Result<Composite> {
        let Some(first) = self.drawings.first() else {
            return Err(Error::usage("a page without figures: name some"));
        };
        let columns = self.columns_for(self.drawings.len());
        if columns == 0 {
            return Err(Error::usage("a row has 1 panel or more, not 0"));
        }
        let dpi = first.figure().dpi();
        if let Some(nth) = self.drawings.iter().position(|drawing| drawing.figure().dpi() != dpi) {
            return Err(Error::usage(format!(
                "panel {} has {} pixels per inch, and panel 1 has {dpi}: draw all with one dpi",
                nth + 1,
                self.drawings[nth].figure().dpi()
            )));
        }
        let sizes: Vec<_> = self.drawings.iter().map(|drawing| drawing.figure().page_pixels()).collect();
        Composite::new(&self.page, &sizes, columns, dpi)
    }
}
