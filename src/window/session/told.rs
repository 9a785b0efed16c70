//! A picture in words, for whoever reads stderr.

use crate::data::Fit;
use crate::window::look::Shape;
use crate::window::request::{Frame, Region, Request};
use crate::window::sheet::Survey;

/// A picture in one line.
pub(super) fn told(frame: &Frame) -> String {
    let Request { region: Region { x, y }, pixels, look } = &frame.request;
    let (nx, ny) = frame.cells();
    let (sx, sy) = look.sigma((nx, ny)).unwrap_or_default();
    let shape = match look.shape {
        _ if frame.sheet.is_some() => "table",
        Shape::Rectangles => "rectangles",
        Shape::Hexagons => "hexagons",
    };
    format!(
        "picture range={:?},{:?},{:?},{:?} pixels={}x{} cells={nx}x{ny} shape={shape} smooth={},{} categories={} robust={} fit={} reduce={} decimate={} norm={} cmap={} vmin={:?} vmax={:?} \
         rows={} binned={} ms={:.1} on_device={} backend={}",
        x.0,
        x.1,
        y.0,
        y.1,
        pixels.0,
        pixels.1,
        sx,
        sy,
        frame.mixture.as_ref().map_or(0, |mixture| mixture.layers.len()),
        look.coloring.robust,
        if look.coloring.fit == Fit::Data { "data" } else { "view" },
        look.reduction,
        look.decimation.name(),
        look.coloring.norm.name(),
        look.coloring.colormap.name(),
        frame.scale.limits.vmin,
        frame.scale.limits.vmax,
        frame.rows,
        frame.tally.binned,
        frame.took.as_secs_f64() * 1e3,
        frame.picture.is_on_device(),
        frame.backend,
    )
}

/// The cells of a region in one line.
pub(super) fn surveyed(Region { x, y }: Region, survey: &Survey) -> String {
    let (min, max) = survey.extremes.unwrap_or((f64::NAN, f64::NAN));
    format!(
        "inspected range={:?},{:?},{:?},{:?} cells={} missing={} min={min:?} max={max:?} mean={:?}",
        x.0,
        x.1,
        y.0,
        y.1,
        survey.cells,
        survey.missing,
        survey.mean()
    )
}
