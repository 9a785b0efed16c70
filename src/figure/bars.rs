//! The bars of a histogram in a side box, on whole device pixels, as the cells beside them are.

use crate::data::Marginal;
use crate::figure::layout::Layout;
use crate::figure::side::PlacedSide;

/// How dense the ink of bars is.
pub(crate) const OPACITY: f64 = 0.3;
/// Bars at least so wide, in points, stand apart by a line.
const APART: f64 = 6.0;

/// Both ends of the axis of bars: 0 and the longest, or the longest below 0 too.
pub(crate) fn span(values: &[f64]) -> (f64, f64) {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(0.0, f64::min), finite().fold(0.0, f64::max));
    if low < high && (high - low).is_finite() { (low, high) } else { (0.0, 1.0) }
}

/// Where bars begin, in pixels from the side.
pub(crate) fn zero(values: &[f64], depth: f64) -> f64 {
    let (low, high) = span(values);
    (-low / (high - low) * depth).round()
}

/// Path data of all bars.
pub(crate) fn path(layout: &Layout, side: &PlacedSide, marginal: &Marginal) -> String {
    let (length, depth) = side.size();
    let (length, depth) = (f64::from(length), f64::from(depth));
    let (low, high) = span(&marginal.values);
    // Of a bar that is there at all, a pixel is seen.
    let pixels = |value: f64| match (value / (high - low) * depth).round() {
        0.0 if value != 0.0 => value.signum(),
        rounded => rounded,
    };
    let zero = zero(&marginal.values, depth);
    let edges: Vec<f64> =
        marginal.edges.iter().map(|&edge| side.along(edge).clamp(0.0, 1.0) * length).collect();
    let narrowest = edges.windows(2).map(|pair| pair[1] - pair[0]).filter(|width| *width > 0.0);
    let narrowest = narrowest.fold(f64::INFINITY, f64::min);
    let bars: Vec<(f64, f64, f64)> = if narrowest >= 1.0 {
        let gap = if narrowest * layout.pixel >= APART { f64::from(layout.line) } else { 0.0 };
        let (before, after) = ((gap / 2.0).floor(), (gap / 2.0).ceil());
        let bar = |(pair, &value): (&[f64], &f64)| (pair[0].round() + before, pair[1].round() - after, value);
        edges.windows(2).zip(&marginal.values).map(bar).collect()
    } else {
        let columns = means(&edges, &marginal.values, length as usize);
        columns.into_iter().enumerate().map(|(k, mean)| (k as f64, k as f64 + 1.0, mean)).collect()
    };
    let mut data = String::new();
    // Neighbours of one height are one shape, without a seam.
    let joined = bars.chunk_by(|a, b| a.1 == b.0 && pixels(a.2) == pixels(b.2));
    for run in joined {
        let (from, to, height) = (run[0].0, run[run.len() - 1].1, pixels(run[0].2));
        if height != 0.0 && from < to {
            let ends = (zero + height.min(0.0), zero + height.max(0.0));
            data.push_str(&side.rect_from(layout, (from, to), (ends.0.max(0.0), ends.1.min(depth))));
        }
    }
    data
}

/// For each pixel, the mean of what lies on it.
fn means(edges: &[f64], values: &[f64], pixels: usize) -> Vec<f64> {
    let (mut sums, mut covered) = (vec![0.0; pixels], vec![0.0; pixels]);
    for (pair, &value) in edges.windows(2).zip(values) {
        for k in pair[0] as usize..(pair[1].ceil() as usize).min(pixels) {
            let part = (pair[1].min(k as f64 + 1.0) - pair[0].max(k as f64)).max(0.0);
            sums[k] += part * value;
            covered[k] += part;
        }
    }
    sums.iter().zip(&covered).map(|(sum, part)| if *part > 0.0 { sum / part } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_at_zero() {
        assert_eq!(span(&[3.0, 5.0]), (0.0, 5.0));
        assert_eq!(span(&[-3.0, 5.0]), (-3.0, 5.0));
        assert_eq!(span(&[-3.0, f64::NAN]), (-3.0, 0.0));
        for none in [vec![], vec![0.0], vec![f64::INFINITY], vec![-1e308, 1e308]] {
            assert_eq!(span(&none), (0.0, 1.0));
        }
    }

    #[test]
    fn bars_narrower_than_pixels_are_means() {
        assert_eq!(means(&[0.0, 0.5, 1.0, 2.5, 3.0], &[2.0, 4.0, 10.0, 20.0], 3), [3.0, 10.0, 15.0]);
        assert_eq!(means(&[0.0, 0.0, 1.0], &[99.0, 1.0], 2), [1.0, 0.0]);
    }
}
