//! Pixels inside a vector figure.

use std::fmt::Write;

use base64::Engine;
use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};

use crate::data::Raster;
use crate::figure::layout::Area;
use crate::figure::svg::number;

/// A raster over the whole plot box, its pixels kept square-edged.
pub(crate) fn draw(out: &mut String, raster: &Raster, plot: Area) {
    image(out, raster, plot, " image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\"");
}

/// A picture that is drawn as smoothly as the renderer can.
pub(crate) fn smooth(out: &mut String, raster: &Raster, place: Area) {
    image(out, raster, place, "");
}

fn image(out: &mut String, raster: &Raster, plot: Area, rendering: &str) {
    let data = base64::engine::general_purpose::STANDARD.encode(png(raster));
    let [x, y, width, height] = [plot.left, plot.top, plot.width, plot.height].map(number);
    writeln!(
        out,
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\"{rendering} \
         xlink:href=\"data:image/png;base64,{data}\"/>"
    )
    .expect("a String takes all");
}

fn png(raster: &Raster) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(raster.pixels(), raster.width(), raster.height(), image::ExtendedColorType::Rgba8)
        .expect("a raster has 4 bytes a pixel, and a Vec takes all");
    bytes
}
