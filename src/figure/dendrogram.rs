//! The tree of a clustering in a side box: each merge a bracket, as far from the plot box as its clusters were apart.

use std::collections::BTreeMap;
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
/// The most that a line takes of the length along the side that its leaves have, so that paper shows between lines however many there are;
/// and what a printer can still draw, in points.
const DENSE: f64 = 0.4;
const FINEST: f64 = 0.06;
/// How much deeper the box is than the tree is high, as in scipy.
const HEADROOM: f64 = 1.05;

pub(crate) fn draw(out: &mut String, layout: &Layout, side: &PlacedSide, tree: &Dendrogram) {
    // What has no colour of its own first: it joins those that have one.
    for ((color, width), data) in paths(layout, side, tree) {
        writeln!(
            out,
            "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" d=\"{data}\"/>",
            hex(color.unwrap_or(layout.ink)),
            number(f64::from_bits(width) * layout.pixel),
        )
        .expect("a String takes all");
    }
}

/// The width of a line above so many leaves of a tree along so many pixels, in pixels: whole ones, or less than one.
fn width(leaves: usize, (length, all): (u32, usize), pixel: f64) -> f64 {
    let dense = DENSE * leaves as f64 * f64::from(length) / all as f64;
    if dense < 1.0 {
        return dense.max(FINEST / pixel).min(1.0);
    }
    (LINE / pixel).round().max(1.0).min(dense.floor())
}

/// Path data of the lines of each colour and width (the bits of the pixels, which sort as the widths do).
fn paths(layout: &Layout, side: &PlacedSide, tree: &Dendrogram) -> BTreeMap<(Option<Rgba>, u64), String> {
    let linkage = &tree.linkage;
    let n = linkage.observations();
    let (length, depth) = side.size();
    let centers = linkage.centers();
    let highest = linkage.merges().iter().map(|merge| merge.height).fold(0.0, f64::max);
    let mut leaves = vec![1; n];
    for merge in linkage.merges() {
        leaves.push(leaves[merge.left] + leaves[merge.right]);
    }
    let width = |cluster: usize| width(leaves[cluster], (length, n), layout.pixel);
    let line = width(leaves.len() - 1);
    // Lines lie on whole pixels, unless they are finer: those would gather on some.
    let whole = |pixels: f64, line: f64| {
        if line < 1.0 { pixels } else { (pixels - line / 2.0).round() + line / 2.0 }
    };
    let along = |cluster: usize| whole(centers[cluster] / n as f64 * f64::from(length), width(cluster));
    let height = |cluster: usize| cluster.checked_sub(n).map_or(0.0, |nth| linkage.merges()[nth].height);
    let out = |height: f64| {
        if height > 0.0 {
            whole(height / (HEADROOM * highest) * (f64::from(depth) - line), line)
        } else {
            0.0
        }
    };
    let mut paths: BTreeMap<(Option<Rgba>, u64), String> = BTreeMap::new();
    for (nth, merge) in linkage.merges().iter().enumerate() {
        let top = out(merge.height);
        let corners = [
            (along(merge.left), out(height(merge.left))),
            (along(merge.left), top),
            (along(merge.right), top),
            (along(merge.right), out(height(merge.right))),
        ];
        let widths = [width(merge.left), width(n + nth), width(merge.right)];
        let mut draw = |width: f64, corners: &[(f64, f64)]| {
            let color = tree.colors.get(nth).copied().flatten();
            let data = paths.entry((color, width.to_bits())).or_default();
            for (place, &corner) in corners.iter().enumerate() {
                let (x, y) = side.point(layout, corner);
                let step = if place == 0 { 'M' } else { 'L' };
                write!(data, "{step}{} {}", number(x), number(y)).expect("a String takes all");
            }
        };
        if widths.iter().all(|&width| width == widths[0]) {
            draw(widths[0], &corners);
        } else {
            widths.iter().zip(corners.windows(2)).for_each(|(&width, line)| draw(width, line));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_finer_where_leaves_are_dense() {
        let pixel = 72.0 / 200.0;
        assert_eq!(width(1, (1000, 20), pixel), 1.0);
        assert_eq!(width(1, (1000, 400), pixel), 1.0, "as long as two of five pixels are of ink");
        assert!((width(1, (1000, 800), pixel) - 0.5).abs() < 1e-12);
        assert_eq!(width(2, (1000, 800), pixel), 1.0, "what joins two leaves has their room");
        assert!((width(1, (1000, 100_000), pixel) * pixel - FINEST).abs() < 1e-12, "what prints");
        assert_eq!(width(100_000, (1000, 100_000), pixel), 1.0, "the stem stays as it is");
        // Thicker on fine pixels, if there is room.
        let fine = 72.0 / 600.0;
        let widths = [20, 1000, 6000].map(|all| width(1, (6000, all), fine));
        assert_eq!(widths, [4.0, 2.0, 0.5], "and not finer than what prints");
    }
}
