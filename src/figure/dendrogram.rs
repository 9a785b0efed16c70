//! The tree of a clustering in a side box: each merge a bracket, as far from the plot box as its clusters were apart.

use std::fmt::Write;

use crate::data::{Linkage, Rgba};
use crate::figure::layout::Layout;
use crate::figure::side::PlacedSide;
use crate::figure::svg::{hex, number};

/// The tree of a clustering, whose leaves are the cells along the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Dendrogram {
    /// The merges.
    pub linkage: Linkage,
    /// The colour of each merge; the ink of the page where it has none of its own.
    pub colors: Vec<Option<Rgba>>,
}

/// Width of the lines, in points, before it is rounded to device pixels.
const LINE: f64 = 0.5;
/// How much deeper the box is than the tree is high, as in scipy.
const HEADROOM: f64 = 1.05;

pub(crate) fn draw(out: &mut String, layout: &Layout, side: &PlacedSide, tree: &Dendrogram) {
    let line = (LINE / layout.pixel).round().max(1.0);
    let mut colors: Vec<Option<Rgba>> = tree.colors.clone();
    colors.resize(tree.linkage.merges().len(), None);
    let mut known = colors.clone();
    known.sort();
    known.dedup();
    // What has no colour of its own first: it joins those that have one.
    for color in known {
        let of_color = |nth: usize| colors[nth] == color;
        writeln!(
            out,
            "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" d=\"{}\"/>",
            hex(color.unwrap_or(layout.ink)),
            number(line * layout.pixel),
            path(layout, side, &tree.linkage, line, of_color)
        )
        .expect("a String takes all");
    }
}

/// Path data of some of the merges.
fn path(
    layout: &Layout,
    side: &PlacedSide,
    linkage: &Linkage,
    line: f64,
    is_drawn: impl Fn(usize) -> bool,
) -> String {
    let n = linkage.observations();
    let (length, depth) = side.size();
    let centers = linkage.centers();
    let highest = linkage.merges().iter().map(|merge| merge.height).fold(0.0, f64::max);
    // Lines lie on whole pixels.
    let whole = |pixels: f64| (pixels - line / 2.0).round() + line / 2.0;
    let along = |cluster: usize| whole(centers[cluster] / n as f64 * f64::from(length));
    let height = |cluster: usize| cluster.checked_sub(n).map_or(0.0, |nth| linkage.merges()[nth].height);
    let out = |height: f64| {
        if height > 0.0 { whole(height / (HEADROOM * highest) * (f64::from(depth) - line)) } else { 0.0 }
    };
    let mut data = String::new();
    for (nth, merge) in linkage.merges().iter().enumerate().filter(|&(nth, _)| is_drawn(nth)) {
        let top = out(merge.height);
        let corners = [
            (along(merge.left), out(height(merge.left))),
            (along(merge.left), top),
            (along(merge.right), top),
            (along(merge.right), out(height(merge.right))),
        ];
        debug_assert!(nth < linkage.merges().len());
        for (place, corner) in corners.into_iter().enumerate() {
            let (x, y) = side.point(layout, corner);
            let step = if place == 0 { 'M' } else { 'L' };
            write!(data, "{step}{} {}", number(x), number(y)).expect("a String takes all");
        }
    }
    data
}
