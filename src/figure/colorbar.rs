//! The colorbar: every colour of the scale takes an equal height, and ticks say where values lie among them. An arrow at an end
//! says that values lie beyond it.

use std::fmt::Write;

use crate::data::{ColorScale, Rgba};
use crate::figure::contours;
use crate::figure::font::CAP_HEIGHT;
use crate::figure::frame::{self, Side};
use crate::figure::layout::{Area, Bar, Layout, TICK_GAP, TICK_TEXT};
use crate::figure::svg::{self, Anchor, fill, hex, number, rect};
use crate::figure::ticks::Tick;

/// The colours above one of the bar that it reaches below: more than a pixel shows, however small the bar is drawn.
const OVERLAP: usize = 16;

pub(crate) fn draw(out: &mut String, layout: &Layout, bar: &Bar, colors: &ColorScale) {
    let inner = layout.points(bar.pixels);
    let shown = colors.bar();
    let place = |k: usize| (k * bar.pixels.height as usize / shown.len()) as f64 * layout.pixel;
    // Colours reach from their bottom, on a whole pixel, to far below the next ones, which lie over them: no seam shows between two.
    // What can be seen through must not lie over another.
    let under = if shown.iter().all(|color| color[3] == 255) { OVERLAP } else { 0 };
    let mut k = 0;
    for run in shown.chunk_by(|a, b| a == b) {
        let (below, end) = (place(k), place((k + run.len() + under).min(shown.len())));
        let height = end - below;
        let data = rect(inner.left, inner.top + inner.height - end, inner.width, height);
        writeln!(out, "<path {} d=\"{data}\"/>", fill(run[0])).expect("a String takes all");
        k += run.len();
    }
    let palette = colors.palette();
    let (down, up) = (f64::from(bar.arrows.0) * layout.pixel, f64::from(bar.arrows.1) * layout.pixel);
    if down > 0.0 {
        arrow(out, layout, inner, (inner.bottom(), down), palette[1]);
    }
    if up > 0.0 {
        arrow(out, layout, inner, (inner.top, -up), palette[palette.len() - 2]);
    }
    for mark in &bar.marks {
        across(out, layout, bar, mark);
    }
    let mut lines = frame::outline(layout, bar.pixels);
    lines.push_str(&frame::marks_beside(layout, bar.pixels, &bar.ticks, Side::Right));
    frame::path(out, &lines);
    frame::labels_beside(out, layout, bar.pixels, &bar.ticks, Side::Right);
    frame::note(out, layout, bar.pixels, &bar.ticks, Side::Right);
    svg::upright(out, &bar.label.block, bar.label.top, bar.label.center);
}

/// A mark across the bar, as contours are drawn, and its label to the left.
fn across(out: &mut String, layout: &Layout, bar: &Bar, mark: &Tick) {
    let (inner, line) = (layout.points(bar.pixels), layout.line_width());
    let at = (1.0 - mark.at) * f64::from(bar.pixels.height);
    let start = frame::line_start(at, layout.line) * layout.pixel;
    // The light line, and a dark one on either side.
    for (color, beyond) in [(contours::DARK_INK, line), (contours::LIGHT_INK, 0.0)] {
        let top = (start - beyond).max(0.0);
        let bottom = (start + line + beyond).min(inner.height);
        let data = rect(inner.left, inner.top + top, inner.width, bottom - top);
        writeln!(out, "<path {} d=\"{data}\"/>", fill(color)).expect("a String takes all");
    }
    if !mark.label.is_empty() {
        let place =
            (inner.left - line - TICK_GAP, inner.top + at * layout.pixel + CAP_HEIGHT * TICK_TEXT / 2.0);
        svg::text(out, place, TICK_TEXT, Anchor::End, &mark.label);
    }
}

/// A triangle on the end of the bar at `base`, as high as `height` (negative upwards), in the colour of the values beyond.
fn arrow(out: &mut String, layout: &Layout, inner: Area, (base, height): (f64, f64), color: Rgba) {
    let line = layout.line_width();
    // The lines are drawn on their middles, half of them outside the bar, as the ring around it is.
    let half = if height < 0.0 { -line / 2.0 } else { line / 2.0 };
    let [left, middle, right] =
        [inner.left - line / 2.0, inner.left + inner.width / 2.0, inner.right() + line / 2.0];
    let [left, middle, right, from, to] = [left, middle, right, base + half, base + height].map(number);
    writeln!(
        out,
        "<path d=\"M{left} {from}L{middle} {to}L{right} {from}z\" {} stroke=\"{}\" stroke-width=\"{}\" \
         stroke-linejoin=\"round\"/>",
        fill(color),
        hex(layout.ink),
        number(line)
    )
    .expect("a String takes all");
}
