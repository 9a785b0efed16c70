//! SVG → PDF: text stays text, with the bundled font in the file.

use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

use crate::error::{Error, Result};
use crate::output::text;

/// The PDF file of a figure's SVG: one page of its size. Nothing in it depends on the time or the machine.
///
/// # Errors
/// If the page cannot be written as PDF.
pub fn encode(svg: &str, title: Option<&str>) -> Result<Vec<u8>> {
    let tree = text::tree(svg);
    let size = krilla::geom::Size::from_wh(tree.size().width(), tree.size().height());
    let size = size.ok_or_else(|| Error::usage("a page without a size cannot be a PDF"))?;
    let mut document = Document::new();
    let mut metadata = Metadata::new().creator("heatbin".to_string());
    if let Some(title) = title {
        metadata = metadata.title(title.to_string());
    }
    document.set_metadata(metadata);
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&tree, size, SvgSettings::default());
    surface.finish();
    page.finish();
    document.finish().map_err(|error| Error::usage(format!("the figure cannot be written as PDF: {error:?}")))
}
