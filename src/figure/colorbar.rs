//! The colorbar: every colour of the scale takes an equal height, and ticks say where values lie among them.

use std::fmt::Write;

use crate::data::ColorScale;
use crate::figure::frame::{self, Side};
use crate::figure::layout::{Bar, Layout};
use crate::figure::svg::{self, hex, rect};

pub(crate) fn draw(out: &mut String, layout: &Layout, bar: &Bar, colors: &ColorScale) {
    let inner = layout.points(bar.pixels);
    let all = colors.colormap.colors();
    // Where vmin is vmax, all cells have the first colour.
    let shown = if colors.limits.vmin < colors.limits.vmax { all } else { &all[..1] };
    let mut k = 0;
    for run in shown.chunk_by(|a, b| a == b) {
        // From the bottom of its colours, on a whole pixel, to the top of the bar: the next lies over it, so no seam shows
        // between two.
        let below = (k * bar.pixels.height as usize / shown.len()) as f64 * layout.pixel;
        let data = rect(inner.left, inner.top, inner.width, inner.height - below);
        writeln!(out, "<path fill=\"{}\" d=\"{data}\"/>", hex(run[0])).expect("a String takes all");
        k += run.len();
    }
    let mut lines = frame::outline(layout, bar.pixels);
    lines.push_str(&frame::marks_beside(layout, bar.pixels, &bar.ticks, Side::Right));
    frame::path(out, &lines);
    frame::labels_beside(out, layout, bar.pixels, &bar.ticks, Side::Right);
    svg::upright(out, &bar.label.block, bar.label.top, bar.label.center);
}
