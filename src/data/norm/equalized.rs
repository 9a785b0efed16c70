//! Histogram equalisation: each colour for as many cells.

use std::sync::Arc;

use super::formula::between;

/// Levels that are told apart, where values are not whole or span more.
const LEVELS: usize = 1 << 16;

/// The table of datashader's `eq_hist`: which share of the shown values lies at or below a value. Empty until it is fitted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Equalized {
    /// Values, ascending, and their shares.
    table: Arc<(Vec<f64>, Vec<f64>)>,
}

impl Equalized {
    /// Fits the table to the values that are shown, in any order. None may be NaN or infinite.
    ///
    /// Whole numbers that span fewer than 65,536 are taken one by one, with straight lines from each to the next; all others fall into
    /// as many levels, of which the empty ones are left out. This is datashader's rule, with `counts` for its integer arrays.
    pub(crate) fn fit(values: impl Iterator<Item = f64> + Clone, counts: bool) -> Self {
        let (low, high) = values
            .clone()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low >= high {
            return Self::default();
        }
        let whole = counts && high - low < LEVELS as f64;
        let (centers, counts) =
            if whole { whole_levels(values, (low, high)) } else { even_levels(values, (low, high)) };
        let total: u64 = counts.iter().sum();
        let mut sum = 0;
        let shares = counts.iter().map(|count| {
            sum += count;
            sum as f64 / total as f64
        });
        let shares = shares.collect();
        Self { table: Arc::new((centers, shares)) }
    }

    /// The same table for values that are each this share of what they were.
    #[cfg(feature = "window")]
    pub(crate) fn scaled(&self, share: f64) -> Self {
        let (centers, shares) = &*self.table;
        Self { table: Arc::new((centers.iter().map(|center| center * share).collect(), shares.clone())) }
    }

    /// The share of the way of a value, 0 at the smallest and 1 at the largest that was shown.
    pub(super) fn share(&self, value: f64) -> f64 {
        let (centers, shares) = &*self.table;
        let (Some(&first), Some(&last)) = (shares.first(), shares.last()) else {
            return 0.0;
        };
        // The outermost levels reach beyond their centres.
        let value = value.clamp(centers[0], centers[centers.len() - 1]);
        (between(value, centers, shares) - first) / (last - first)
    }
}

/// One level for each whole number.
fn whole_levels(values: impl Iterator<Item = f64>, (low, high): (f64, f64)) -> (Vec<f64>, Vec<u64>) {
    let levels = (high - low) as usize + 1;
    let mut counts = vec![0; levels];
    values.for_each(|v| counts[(v - low) as usize] += 1);
    ((0..levels).map(|nth| low + nth as f64).collect(), counts)
}

/// Levels of equal width, as `numpy.histogram` counts them, without the empty ones.
fn even_levels(values: impl Iterator<Item = f64>, (low, high): (f64, f64)) -> (Vec<f64>, Vec<u64>) {
    let step = (high - low) / LEVELS as f64;
    let edge = |nth: usize| if nth == LEVELS { high } else { low + nth as f64 * step };
    let mut counts = vec![0u64; LEVELS];
    for v in values {
        let mut nth = (((v - low) / (high - low)) * LEVELS as f64) as usize;
        nth = nth.min(LEVELS - 1);
        // A guess, put right by the edges themselves.
        if v < edge(nth) {
            nth -= 1;
        } else if nth + 1 < LEVELS && v >= edge(nth + 1) {
            nth += 1;
        }
        counts[nth] += 1;
    }
    let used: Vec<usize> = (0..LEVELS).filter(|&nth| counts[nth] > 0).collect();
    let centers = used.iter().map(|&nth| (edge(nth) + edge(nth + 1)) / 2.0).collect();
    (centers, used.iter().map(|&nth| counts[nth]).collect())
}
