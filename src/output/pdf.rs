//! Figure → PDF: text stays text, with the bundled font in the file.

use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

use crate::error::{Error, Result};
use crate::figure::{Cells, Figure};
use crate::output::text;

/// The PDF file of a figure: one page of its size. Nothing in it depends on the time or the machine.
///
/// # Errors
/// If the page cannot be written as PDF.
pub fn encode(figure: &Figure, cells: &Cells) -> Result<Vec<u8>> {
    let points = |pixels: u32| f64::from(pixels) * 72.0 / figure.dpi();
    let (width, height) = figure.page_pixels();
    let title = figure.title().unwrap_or_default();
    page(&figure.document(cells, false), (points(width), points(height)), title)
}

/// The PDF file of an SVG document of a size in points.
pub(crate) fn page(svg: &str, (width, height): (f64, f64), title: String) -> Result<Vec<u8>> {
    let refused = |reason: String| Error::usage(format!("the figure cannot be written as PDF: {reason}"));
    let size = krilla::geom::Size::from_wh(width as f32, height as f32);
    let size = size.ok_or_else(|| refused("its page has no size".to_string()))?;
    let mut document = Document::new();
    document.set_metadata(Metadata::new().creator("heatbin".to_string()).title(title));
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&text::tree(svg), size, SvgSettings::default());
    surface.finish();
    page.finish();
    document.finish().map_err(|error| refused(format!("{error:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Quantity, Raster, Scale};
    use crate::figure::{FigureAxis, Page};

    fn figure(title: &str) -> Figure {
        let (range, scale, quantity) = ((0.0, 1.0), Scale::Linear, Quantity::Number);
        let axis = |label: &str| FigureAxis {
            range,
            scale,
            quantity,
            label: label.to_string(),
            ..FigureAxis::default()
        };
        let page = Page { title: Some(title.to_string()), ..Page::default() };
        Figure::new(page, axis("x"), axis("漢 𝕏 \u{202e}\u{0} <&>"), None).unwrap()
    }

    #[test]
    fn the_same_figure_gives_the_same_bytes() {
        let raster = Raster::new(2, 2, vec![200; 16]);
        let encode = |title: &str| encode(&figure(title), &Cells::Raster(&raster)).unwrap();
        let bytes = encode("Title");
        assert!(bytes.starts_with(b"%PDF-"));
        assert_eq!(bytes, encode("Title"));
        assert_ne!(bytes, encode("Other"));
    }

    #[test]
    fn the_font_is_in_the_file_and_the_title_is_known() {
        let raster = Raster::new(1, 1, vec![0; 4]);
        let bytes = encode(&figure("Flights"), &Cells::Raster(&raster)).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(holds("Inter-Regular") && holds("Flights"));
        assert!(holds("[0 0 460.8 345.6]"), "the page has its size in points");
    }
}
