//! The table of the values at which the colour steps.

use super::{Limits, Norm};
use crate::data::float::{Ordered, first_where};

/// The keys (see [`Ordered`]) at which a value gets the next entry of a palette.
///
/// A palette's entries are: no colour, below the scale, the colours of the colormap, above the scale, no colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    keys: Vec<u64>,
}

impl Norm {
    /// The table of the values at which the colour steps, for a colormap of `colors` colours. Values outside `shown`, both
    /// ends included, have no colour.
    ///
    /// Agrees with [`Norm::forward`] and matplotlib's lookup, `int(forward(v) * colors)`, to the last bit.
    pub fn thresholds(&self, limits: Limits, colors: usize, shown: (Option<f64>, Option<f64>)) -> Thresholds {
        let lowest = first_where(f64::MIN, f64::MAX, |v| self.takes(v)).unwrap_or(f64::MAX);
        let lowest = shown.0.map_or(lowest, |low| lowest.max(low));
        let key = |value: Option<f64>| value.map_or(Thresholds::NEVER, |v| Ordered::of(v).0);
        let position = |v: f64| self.position(v, limits, colors);
        let first = |turned: &dyn Fn(f64) -> bool| key(first_where(lowest, f64::MAX, turned));
        let mut keys = vec![key(Some(lowest)), first(&|v| position(v) >= 0.0)];
        keys.extend((1..colors).map(|j| first(&|v| position(v) >= j as f64)));
        // The very end of the scale still has the last colour.
        keys.push(first(&|v| position(v) > colors as f64));
        // Infinity has no colour, as in matplotlib, which masks what is not finite.
        let hidden = shown.1.map_or(Ordered::of(f64::INFINITY).0, |high| Ordered::of(high).0 + 1);
        keys.iter_mut().for_each(|key| *key = (*key).min(hidden));
        keys.push(hidden);
        Thresholds { keys }
    }

    /// The smallest whole number at or above `low` that has a colour.
    pub fn first_count(&self, low: Option<f64>) -> u64 {
        let first = first_where(0.0, f64::MAX, |v| self.takes(v)).unwrap_or(f64::MAX);
        first.max(low.unwrap_or(0.0)).ceil() as u64
    }
}

impl Thresholds {
    /// The key of a step that no value reaches.
    pub const NEVER: u64 = u64::MAX;

    /// The keys, ascending: three more than there are colours.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The palette entry of a value: 0 for no colour, 1 for below the scale, 2 for the first colour.
    #[inline]
    pub fn entry(&self, key: Ordered) -> usize {
        self.keys.partition_point(|&step| step <= key.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::norm::testing::norms;

    const COLORS: usize = 256;

    /// matplotlib's lookup, straight from the formula.
    fn entry_by_formula(norm: &Norm, v: f64, limits: Limits) -> usize {
        if !norm.takes(v) {
            return 0;
        }
        let position = norm.position(v, limits, COLORS);
        if position < 0.0 {
            1
        } else if position > COLORS as f64 {
            COLORS + 2
        } else {
            (position as usize).min(COLORS - 1) + 2
        }
    }

    #[test]
    fn the_table_agrees_with_the_formula() {
        let ends = [(0.0, 255.0), (1.0, 65_536.0), (3.0, 3.0), (0.1, 0.3), (7.0, 1e12)];
        for (norm, extremes) in norms().iter().flat_map(|norm| ends.map(|ends| (norm, ends))) {
            if !norm.takes(extremes.0) {
                continue;
            }
            let limits = norm.limits(Some(extremes), (None, None)).unwrap();
            let table = norm.thresholds(limits, COLORS, (None, None));
            assert_eq!(table.keys().len(), COLORS + 3);
            assert!(table.keys().is_sorted(), "{norm}");
            let edges = table.keys().iter().filter(|key| **key < Ordered::of(f64::INFINITY).0);
            let near = edges.map(|&key| Ordered(key).value()).flat_map(|v| [v.next_down(), v, v.next_up()]);
            let values = (0..70_000).map(f64::from).chain(near.collect::<Vec<_>>());
            for v in values.filter(|v| v.is_finite()) {
                assert_eq!(
                    table.entry(Ordered::of(v)),
                    entry_by_formula(norm, v, limits),
                    "{norm} {limits:?} {v:e}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_shown_has_no_colour() {
        let limits = Limits { vmin: 5.0, vmax: 9.0 };
        let table = Norm::Linear.thresholds(limits, COLORS, (Some(2.0), Some(20.0)));
        let entry = |v: f64| table.entry(Ordered::of(v));
        assert_eq!([1.0, 2.0, 5.0, 9.0].map(entry), [0, 1, 2, COLORS + 1]);
        assert_eq!([20.0, 20.5, f64::INFINITY].map(entry), [COLORS + 2, COLORS + 3, COLORS + 3]);
        // What is infinite has none, as in matplotlib, which masks it: pcolormesh([[1, inf], [-inf, 3]]) has two clear cells.
        for norm in norms().iter().filter(|norm| norm.takes(6.0)) {
            let limits = norm.limits(Some((5.0, 9.0)), (None, None)).unwrap();
            let table = norm.thresholds(limits, COLORS, (None, None));
            let entries = [f64::NEG_INFINITY, f64::INFINITY].map(|v| table.entry(Ordered::of(v)));
            assert_eq!(entries, [0, COLORS + 3], "{norm}");
            assert!(
                (1..COLORS + 3).contains(&table.entry(Ordered::of(f64::MAX))),
                "{norm}: the largest has one"
            );
        }
        // Also where the scale is cut short, or wholly hidden.
        let table = Norm::Linear.thresholds(limits, COLORS, (None, Some(7.0)));
        let entry = |v: f64| table.entry(Ordered::of(v));
        assert_eq!([7.0, 7.1, 9.0].map(entry), [COLORS / 2 + 2, COLORS + 3, COLORS + 3]);
    }
}
