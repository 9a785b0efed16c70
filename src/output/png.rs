//! Figure + Raster → PNG.
//!
//! The cells' pixels are copied, not drawn, so they stand in the file as they were shaded: byte for byte, whatever shaded
//! them. The frame is drawn over them by resvg, which is the same code on every machine.

use std::ops::Range;

use ::png::{ColorType, DeflateCompression, Encoder, Filter, PixelDimensions, Unit, chunk};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};

use crate::data::{Raster, Rgba, laid_over};
use crate::error::{Error, Result};
use crate::figure::{Composite, Figure};
use crate::output::text;
use crate::output::zlib::{self, Stretch};

/// How hard the packer searches, of 9: the levels above take longer for little.
const LEVEL: u8 = 4;

/// The PNG file of a figure, with its resolution noted in it. A bare or transparent figure has no background.
///
/// # Errors
/// If there is no memory for the page.
///
/// # Panics
/// If the raster is not of [`Figure::plot_pixels`].
pub fn encode(figure: &Figure, raster: &Raster) -> Result<Vec<u8>> {
    Ok(packed(&page(figure, raster)?, figure.paper().is_some(), figure.dpi()))
}

/// The pixels of a figure's page.
///
/// # Errors
/// As [`encode`].
///
/// # Panics
/// As [`encode`].
pub(crate) fn page(figure: &Figure, raster: &Raster) -> Result<Raster> {
    assert_eq!(figure.plot_pixels(), (raster.width(), raster.height()), "a raster fills the plot box");
    if figure.is_bare() && figure.contours().iter().all(Vec::is_empty) {
        return Ok(raster.clone());
    }
    let (width, height) = figure.page_pixels();
    let pixels = match figure.paper() {
        Some(paper) => opaque(figure, raster, paper)?,
        None => see_through(figure, raster)?,
    };
    Ok(Raster::new(width, height, pixels))
}

/// The PNG file of a page of figures, whose pixels are copied.
///
/// # Errors
/// If there is no memory for the page.
///
/// # Panics
/// If the figures are not those that were placed.
pub(crate) fn composite(page: &Composite, figures: &[Raster]) -> Result<Vec<u8>> {
    assert_eq!(page.corners().len(), figures.len(), "a place for each figure");
    let (width, height) = page.pixels();
    let mut pixmap = blank(width, height, page.paper().unwrap_or_default())?;
    render(&page.overlay(), page.dpi(), &mut pixmap);
    let mut all = Raster::new(width, height, straight(&pixmap));
    for (figure, &corner) in figures.iter().zip(page.corners()) {
        match page.paper() {
            Some(paper) => {
                let under = paper.repeat(figure.pixels().len() / 4);
                let under = Raster::new(figure.width(), figure.height(), under);
                all.paste(&figure.clone().over(&under), corner);
            }
            None => all.paste(figure, corner),
        }
    }
    Ok(packed(&all, page.paper().is_some(), page.dpi()))
}

/// The image in a PNG file of these bytes.
///
/// # Errors
/// If they are no PNG file, or the image is too large.
pub fn decode(bytes: &[u8]) -> Result<Raster> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err(Error::data("it is no PNG file; convert it to PNG"));
    }
    let image = image::load_from_memory_with_format(bytes, image::ImageFormat::Png);
    let image =
        image.map_err(|reason| Error::data(format!("the PNG file is damaged: {reason}")))?.into_rgba8();
    let (width, height) = image.dimensions();
    Raster::check_size(width, height)?;
    Ok(Raster::new(width, height, image.into_raw()))
}

/// The PNG file of an SVG document of a size in points, on white.
///
/// # Errors
/// If there is no memory for it.
#[cfg(feature = "cli")]
pub(super) fn document(svg: &str, (width, height): (f64, f64), dpi: f64) -> Result<Vec<u8>> {
    let scale = dpi / 72.0;
    let mut pixmap = blank((width * scale).ceil() as u32, (height * scale).ceil() as u32, [255; 4])?;
    let transform = Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&text::tree(svg), transform, &mut pixmap.as_mut());
    let page = Raster::new(pixmap.width(), pixmap.height(), pixmap.take());
    Ok(packed(&page, true, dpi))
}

/// A page of one colour, which is opaque or none at all.
fn blank(width: u32, height: u32, paper: Rgba) -> Result<Pixmap> {
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| {
        Error::usage(format!("no memory for {width} × {height} pixels; make figsize or dpi smaller"))
    })?;
    pixmap.data_mut().as_chunks_mut().0.fill(paper);
    Ok(pixmap)
}

/// The pixels of the page on its paper.
fn opaque(figure: &Figure, raster: &Raster, paper: Rgba) -> Result<Vec<u8>> {
    let (width, height) = figure.page_pixels();
    let mut pixmap = blank(width, height, paper)?;
    blit(&mut pixmap, raster, paper, figure.plot_origin());
    render(&figure.overlay(), figure.dpi(), &mut pixmap);
    Ok(pixmap.take())
}

/// The pixels of a page without background: the frame's, and under them the raster's as they are.
fn see_through(figure: &Figure, raster: &Raster) -> Result<Vec<u8>> {
    let (width, height) = figure.page_pixels();
    let mut pixmap = blank(width, height, [0; 4])?;
    render(&figure.overlay(), figure.dpi(), &mut pixmap);
    let mut pixels = straight(&pixmap);
    let (left, top) = figure.plot_origin();
    let (start, across) = (4 * (top as usize * width as usize + left as usize), 4 * width as usize);
    let lines = raster.pixels().chunks_exact(4 * raster.width() as usize);
    for (line, under) in pixels[start..].chunks_mut(across).zip(lines) {
        for (pixel, under) in line.chunks_exact_mut(4).zip(under.chunks_exact(4)) {
            let over = [pixel[0], pixel[1], pixel[2], pixel[3]];
            pixel.copy_from_slice(&laid_over(over, [under[0], under[1], under[2], under[3]]));
        }
    }
    Ok(pixels)
}

/// Colours that are not premultiplied.
fn straight(pixmap: &Pixmap) -> Vec<u8> {
    let color = |pixel: &PremultipliedColorU8| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    };
    pixmap.pixels().iter().flat_map(color).collect()
}

/// Draws an SVG document over the page.
fn render(svg: &str, dpi: f64, pixmap: &mut Pixmap) {
    let scale = (dpi / 72.0) as f32;
    resvg::render(&text::tree(svg), Transform::from_scale(scale, scale), &mut pixmap.as_mut());
}

/// Lays a raster over the page.
fn blit(pixmap: &mut Pixmap, raster: &Raster, paper: Rgba, (left, top): (u32, u32)) {
    let across = 4 * pixmap.width() as usize;
    let start = top as usize * across + 4 * left as usize;
    let row_bytes = 4 * raster.width() as usize;
    let rows = pixmap.data_mut()[start..].chunks_mut(across);
    for (row, source) in rows.zip(raster.pixels().chunks_exact(row_bytes)) {
        for (pixel, color) in row.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
            if color[3] == 255 {
                pixel.copy_from_slice(color);
                continue;
            }
            let alpha = u32::from(color[3]);
            for channel in 0..3 {
                let sum = u32::from(color[channel]) * alpha + u32::from(paper[channel]) * (255 - alpha);
                pixel[channel] = ((sum + 127) / 255) as u8;
            }
        }
    }
}

/// The PNG file of a page, of 3 bytes a pixel if it is opaque.
///
/// Pages are of few colours: paper, ink, cells of a colormap. What is alike is found more easily among the bytes themselves than among the
/// differences that a filter makes of them; but where colours change smoothly, as in photographs under the cells, a filter is worth its time.
fn packed(page: &Raster, opaque: bool, dpi: f64) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, page.width(), page.height());
    encoder.set_color(if opaque { ColorType::Rgb } else { ColorType::Rgba });
    // So that a document puts the picture in at its size in inches.
    let per_metre = (dpi / 0.0254).round() as u32;
    let dimensions = PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter };
    encoder.set_pixel_dims(Some(dimensions));
    encoder.set_filter(Filter::Adaptive);
    encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
    let mut writer = encoder.write_header().expect("a page has pixels, and a Vec takes all");
    let lines = Lines::new(page, opaque);
    let written = match is_smooth(page) {
        true => writer.write_image_data(&lines.pixels(0..page.height() as usize)),
        false => writer.write_chunk(chunk::IDAT, &lines.unfiltered()),
    };
    written.and_then(|()| writer.finish()).expect("the pixels are complete, and a Vec takes all");
    file
}

/// The lines of a page as they stand in a file.
struct Lines<'a> {
    page: &'a Raster,
    opaque: bool,
    /// Bytes of a line's pixels.
    length: usize,
}

impl<'a> Lines<'a> {
    fn new(page: &'a Raster, opaque: bool) -> Self {
        Self { page, opaque, length: if opaque { 3 } else { 4 } * page.width() as usize }
    }

    fn write(&self, line: usize, out: &mut [u8]) {
        let across = 4 * self.page.width() as usize;
        let pixels = &self.page.pixels()[line * across..][..across];
        if !self.opaque {
            return out.copy_from_slice(pixels);
        }
        for (out, pixel) in out.as_chunks_mut::<3>().0.iter_mut().zip(pixels.as_chunks::<4>().0) {
            *out = [pixel[0], pixel[1], pixel[2]];
        }
    }

    /// The pixels of some lines.
    fn pixels(&self, lines: Range<usize>) -> Vec<u8> {
        let mut bytes = vec![0; lines.len() * self.length];
        for (line, out) in lines.zip(bytes.chunks_exact_mut(self.length)) {
            self.write(line, out);
        }
        bytes
    }

    /// All lines, packed, none of them filtered.
    fn unfiltered(&self) -> Vec<u8> {
        /// Bytes that are packed by one thread: few enough that even small pages keep some busy.
        const STRETCH: usize = 1 << 19;
        // The name of no filter stands before each line.
        let (length, height) = (1 + self.length, self.page.height() as usize);
        let (in_stretch, before) = ((STRETCH / length).max(1), zlib::WINDOW.div_ceil(length));
        zlib::packed(height.div_ceil(in_stretch), LEVEL, |nth| {
            let start = nth * in_stretch;
            let first = start.saturating_sub(before);
            let lines = first..height.min(start + in_stretch);
            let mut bytes = vec![0; lines.len() * length];
            for (line, out) in lines.zip(bytes.chunks_exact_mut(length)) {
                self.write(line, &mut out[1..]);
            }
            Stretch { bytes, known: (start - first) * length }
        })
    }
}

/// Whether more than one pixel in ten has a colour that none before it had.
fn is_smooth(page: &Raster) -> bool {
    const BITS: usize = u64::BITS as usize;
    let mut seen = vec![0u64; (1 << 24) / BITS];
    let (mut colors, mut last) = (0, None);
    for &[r, g, b, _] in page.pixels().as_chunks().0 {
        let color = usize::from(r) << 16 | usize::from(g) << 8 | usize::from(b);
        if last == Some(color) {
            continue;
        }
        last = Some(color);
        let (word, bit) = (&mut seen[color / BITS], 1 << (color % BITS));
        colors += usize::from(*word & bit == 0);
        *word |= bit;
    }
    10 * colors > page.pixels().len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColorScale, Colormap, Contour, Limits, Norm, Quantity, Scale};
    use crate::figure::{Colorbar, FigureAxis, Page};

    fn axis(label: &str) -> FigureAxis {
        let (range, scale, quantity) = ((0.0, 9.0), Scale::Linear, Quantity::Number);
        FigureAxis { range, scale, quantity, label: label.to_string(), ..FigureAxis::default() }
    }

    fn figure(dpi: f64, bare: bool) -> Figure {
        let scale = ColorScale::new(
            Norm::Linear,
            Limits { vmin: 0.0, vmax: 9.0 },
            Colormap::named("viridis").unwrap(),
        );
        let bar = Colorbar { scale, label: "points".into(), whole: true, marks: Vec::new() };
        let page = Page { figsize: (3.0, 2.0), dpi, title: Some("Title".into()), bare, ..Page::default() };
        Figure::new(page, axis("x"), axis("y"), Some(bar)).unwrap()
    }

    #[test]
    fn without_a_background_the_cells_stand_as_they_are() {
        let mut page = Page { figsize: (3.0, 2.0), dpi: 100.0, transparent: true, ..Page::default() };
        let of = |page: &Page| Figure::new(page.clone(), axis("x"), axis("y"), None).unwrap();
        let figure = of(&page);
        let raster = noise(&figure);
        let png = image::load_from_memory(&encode(&figure, &raster).unwrap()).unwrap().into_rgba8();
        let (left, top) = figure.plot_origin();
        for (x, y) in (0..raster.width()).flat_map(|x| (0..raster.height()).map(move |y| (x, y))) {
            assert_eq!(png.get_pixel(left + x, top + y).0, raster.pixel(x, y), "({x}, {y})");
        }
        assert_eq!(png.get_pixel(0, 0).0, [0; 4]);
        assert!(png.pixels().any(|pixel| pixel.0 == [0, 0, 0, 255]), "the frame is drawn");
        // A grid is laid over them.
        page.grid = true;
        let png = image::load_from_memory(&encode(&of(&page), &raster).unwrap()).unwrap().into_rgba8();
        let changed =
            (0..raster.width()).filter(|&x| png.get_pixel(left + x, top + 7).0 != raster.pixel(x, 7));
        assert!((1..raster.width() as usize / 4).contains(&changed.count()));
    }

    #[test]
    fn contours_are_laid_over_the_cells_of_a_bare_page() {
        let figure = figure(100.0, true);
        let raster = noise(&figure);
        let line = vec![(0.1, 0.5), (0.9, 0.5)];
        let figure = figure.with_contours(vec![Contour::new(1.0, None, vec![line])], true);
        let png = image::load_from_memory(&encode(&figure, &raster).unwrap()).unwrap().into_rgba8();
        let raster = &raster;
        let png = &png;
        let changed =
            |y: u32| (0..raster.width()).filter(move |&x| png.get_pixel(x, y).0 != raster.pixel(x, y));
        assert!(changed(raster.height() / 2).count() > raster.width() as usize * 7 / 10);
        assert_eq!(changed(3).count(), 0);
    }

    /// Pixels that no renderer would leave alone: all different, some transparent.
    fn noise(figure: &Figure) -> Raster {
        let (width, height) = figure.plot_pixels();
        let bytes = (0..4 * width * height).map(|k| (k.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        Raster::new(width, height, bytes)
    }

    fn over_white([r, g, b, a]: [u8; 4]) -> [u8; 3] {
        [r, g, b].map(|c| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255) as u8)
    }

    #[test]
    fn every_pixel_of_the_cells_stands_in_the_file() {
        for dpi in [72.0, 100.0, 123.4, 200.0, 300.0] {
            let figure = figure(dpi, false);
            let raster = noise(&figure);
            let page = image::load_from_memory(&encode(&figure, &raster).unwrap()).unwrap().into_rgb8();
            assert_eq!(page.dimensions(), figure.page_pixels());
            let (left, top) = figure.plot_origin();
            for (y, x) in (0..raster.height()).flat_map(|y| (0..raster.width()).map(move |x| (y, x))) {
                let (wanted, found) = (over_white(raster.pixel(x, y)), page.get_pixel(left + x, top + y).0);
                assert_eq!(found, wanted, "{dpi} dpi, column {x}, row {y}");
            }
            // The spines stand right outside, and are crisp.
            let black = |x, y| page.get_pixel(x, y).0 == [0; 3];
            assert!(black(left - 1, top + 5) && black(left + raster.width(), top + 5), "{dpi}");
            assert!(black(left + 5, top - 1) && black(left + 5, top + raster.height()), "{dpi}");
            assert!((0..page.width()).all(|x| page.get_pixel(x, 0).0 == [255; 3]));
        }
    }

    #[test]
    fn a_mark_that_is_labelled_is_whole() {
        // 2 and 5 are both among the labelled and the small marks of this axis.
        let x = FigureAxis { range: (1.0, 50.0), scale: Scale::Log, ..axis("x") };
        let page = Page { figsize: (4.0, 3.0), dpi: 72.0, ..Page::default() };
        let figure = Figure::new(page, x, axis("y"), None).unwrap();
        let page = image::load_from_memory(&encode(&figure, &noise(&figure)).unwrap()).unwrap().into_rgb8();
        let (width, height) = figure.plot_pixels();
        let (left, top) = figure.plot_origin();
        let long = |x: u32| (1..4).all(|y| page.get_pixel(left + x, top + height + y).0 == [0; 3]);
        let share = 2f64.ln() / 50f64.ln();
        let at = (share * f64::from(width)).round() as u32;
        assert!(long(at) || long(at - 1));
        assert!(!long(at + 4));
    }

    #[test]
    fn the_colorbar_shows_every_colour_from_first_to_last() {
        let figure = figure(300.0, false);
        let page = image::load_from_memory(&encode(&figure, &noise(&figure)).unwrap()).unwrap().into_rgb8();
        let ((left, top), (width, height)) = (figure.plot_origin(), figure.plot_pixels());
        // Halfway up, from the plot box's spine to the right: the first pixel that is neither white nor black.
        let middle = top + height / 2;
        let colored = |x: &u32| !matches!(page.get_pixel(*x, middle).0, [0, 0, 0] | [255, 255, 255]);
        let x = (left + width + 5..page.width()).find(colored).unwrap() + 2;
        let found: Vec<[u8; 3]> = (top..top + height).rev().map(|y| page.get_pixel(x, y).0).collect();
        let viridis = Colormap::named("viridis").unwrap();
        let mut wanted: Vec<[u8; 3]> = viridis.colors().iter().map(|&[r, g, b, _]| [r, g, b]).collect();
        let mut shown = found.clone();
        wanted.dedup();
        shown.dedup();
        assert!(height >= 256);
        assert_eq!(shown, wanted);
    }

    #[test]
    fn a_bare_page_is_the_cells() {
        let figure = figure(100.0, true);
        assert_eq!(figure.plot_pixels(), (300, 200));
        let raster = noise(&figure);
        let page = image::load_from_memory(&encode(&figure, &raster).unwrap()).unwrap().into_rgba8();
        assert_eq!(page.as_raw(), raster.pixels());
    }

    #[test]
    fn the_file_knows_its_resolution() {
        let bytes = encode(&figure(100.0, true), &noise(&figure(100.0, true))).unwrap();
        let at = bytes.windows(4).position(|four| four == b"pHYs").unwrap();
        assert_eq!(bytes[at + 4..at + 13], [0, 0, 15, 97, 0, 0, 15, 97, 1]);
    }

    #[test]
    fn pages_of_few_colours_are_packed_in_stretches() {
        // Wider than a window, and longer than three stretches.
        for (width, height, transparent) in
            [(500, 900, true), (700, 900, false), (12_000, 50, false), (1, 1, true)]
        {
            let pixel = |k: u32| {
                let level = (k / 7 % 11 * 20) as u8;
                let alpha = if transparent { (k / 50 % 3 * 100) as u8 } else { 255 };
                [level, 255 - level, (k / 100_000) as u8, alpha]
            };
            let page = Raster::new(width, height, (0..width * height).flat_map(pixel).collect());
            assert!(!is_smooth(&page) || width == 1);
            let file = packed(&page, !transparent, 100.0);
            assert_eq!(image::load_from_memory(&file).unwrap().into_rgba8().as_raw(), page.pixels());
            let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            assert_eq!(alone.install(|| packed(&page, !transparent, 100.0)), file, "on one thread");
        }
    }

    #[test]
    fn the_same_figure_gives_the_same_bytes() {
        let figure = figure(150.0, false);
        let raster = noise(&figure);
        assert_eq!(encode(&figure, &raster).unwrap(), encode(&figure, &raster).unwrap());
    }
}
