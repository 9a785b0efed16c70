//! From values to colours, by a table.
//!
//! A norm is one formula, [`Norm::forward`], and it is monotone. So the values at which the colour steps are found once,
//! by bisection on that very formula, and colouring a cell is a search among them: the same on every device, and one shader
//! for all norms. To add a norm, add its formula and its domain here.

use crate::data::aggregate::Values;
use crate::data::float::{Ordered, first_where};
use crate::error::{Error, Result};

/// How values are spread over the colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Norm {
    /// `(v - vmin) / (vmax - vmin)`: matplotlib's `Normalize`.
    #[default]
    Linear,
    /// `(log10 v - log10 vmin) / (log10 vmax - log10 vmin)`: matplotlib's `LogNorm`. Values of 0 and below have no colour.
    Log,
}

/// The values that get the first and the last colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Value of the first colour.
    pub vmin: f64,
    /// Value of the last colour.
    pub vmax: f64,
}

impl Norm {
    /// Every norm with its name.
    pub const ALL: [(&'static str, Self); 2] = [("linear", Self::Linear), ("log", Self::Log)];

    /// The norm of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, norm)| norm).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            Error::usage(format!("no norm '{name}'; there are {}", names.join(", ")))
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
        }
    }

    /// Whether this norm gives a value a colour at all.
    pub fn takes(self, value: f64) -> bool {
        match self {
            Self::Linear => !value.is_nan(),
            Self::Log => value > 0.0,
        }
    }

    /// The share of the way from `vmin` (0) to `vmax` (1), in f64, by matplotlib's operations in their order.
    pub fn forward(self, value: f64, limits: Limits) -> f64 {
        let of = |v: f64| match self {
            Self::Linear => v,
            Self::Log => libm::log10(v),
        };
        let (low, high) = (of(limits.vmin), of(limits.vmax));
        if low == high { 0.0 } else { (of(value) - low) / (high - low) }
    }

    /// The value at a share of the way, to rounding: where a colorbar's colours lie.
    pub fn inverse(self, share: f64, limits: Limits) -> f64 {
        let Limits { vmin, vmax } = limits;
        match self {
            Self::Linear => vmin + share * (vmax - vmin),
            Self::Log => {
                let (low, high) = (libm::log10(vmin), libm::log10(vmax));
                libm::exp10(low + share * (high - low))
            }
        }
    }

    /// The limits of a colour scale: as given, else the smallest and largest value with a colour among those shown.
    ///
    /// `mincnt` hides the cells with fewer rows. Where nothing is shown, the limits are 0 to 1, or 1 to 10 for log.
    ///
    /// # Errors
    /// If `vmin` is above `vmax`, one is not finite, or a log scale would begin at 0 or below.
    pub fn limits(
        self,
        values: &Values,
        mincnt: Option<u64>,
        given: (Option<f64>, Option<f64>),
    ) -> Result<Limits> {
        let (low, high) = values
            .shown(mincnt)
            .filter(|&v| self.takes(v))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        self.limits_over((low <= high).then_some((low, high)), given)
    }

    /// As [`Norm::limits`], from the smallest and largest value among those shown; `None` if nothing is.
    ///
    /// # Errors
    /// As said there.
    pub fn limits_over(
        self,
        extremes: Option<(f64, f64)>,
        (vmin, vmax): (Option<f64>, Option<f64>),
    ) -> Result<Limits> {
        for (name, limit) in [("vmin", vmin), ("vmax", vmax)] {
            if let Some(limit) = limit
                && !(limit.is_finite() && self.takes(limit))
            {
                return Err(Error::usage(match self {
                    Self::Log if limit.is_finite() => {
                        format!("{name} is {limit}, but a log norm needs a value above 0")
                    }
                    _ => format!("{name} must be a finite number, not {limit}"),
                }));
            }
        }
        let nothing = match self {
            Self::Linear => (0.0, 1.0),
            Self::Log => (1.0, 10.0),
        };
        let (low, high) = extremes.unwrap_or(nothing);
        let limits = match (vmin, vmax) {
            (Some(vmin), Some(vmax)) if vmin > vmax => {
                return Err(Error::usage(format!("vmin is {vmin}, above vmax, which is {vmax}")));
            }
            (Some(vmin), Some(vmax)) => Limits { vmin, vmax },
            // One limit beyond all values: the scale has no width, and all get its end's colour.
            (Some(vmin), None) => Limits { vmin, vmax: high.max(vmin) },
            (None, Some(vmax)) => Limits { vmin: low.min(vmax), vmax },
            (None, None) => Limits { vmin: low, vmax: high },
        };
        if (limits.vmax - limits.vmin).is_finite() {
            Ok(limits)
        } else {
            Err(Error::usage("the values span more than f64 holds; give --vmin and --vmax"))
        }
    }

    /// The smallest count that has a colour.
    pub fn first_count(self, mincnt: Option<u64>) -> u64 {
        let first = first_where(0.0, f64::MAX, |v| self.takes(v)).unwrap_or(f64::MAX);
        (first.ceil() as u64).max(mincnt.unwrap_or(0))
    }

    /// The table of the values at which the colour steps, for a colormap of `colors` colours.
    ///
    /// Agrees with [`Norm::forward`] and matplotlib's lookup, `int(forward(v) * colors)`, to the last bit.
    pub fn thresholds(self, limits: Limits, colors: usize, mincnt: Option<u64>) -> Thresholds {
        let lowest = first_where(f64::MIN, f64::MAX, |v| self.takes(v)).unwrap_or(f64::MAX);
        let lowest = mincnt.map_or(lowest, |count| lowest.max(count as f64));
        let position = |v: f64| self.forward(v, limits) * colors as f64;
        let key = |value: Option<f64>| value.map_or(Thresholds::NEVER, |v| Ordered::of(v).0);
        let first = |turned: &dyn Fn(f64) -> bool| key(first_where(lowest, f64::MAX, turned));
        let mut keys = vec![key(Some(lowest)), first(&|v| position(v) >= 0.0)];
        keys.extend((1..colors).map(|j| first(&|v| position(v) >= j as f64)));
        // The very end of the scale still has the last colour.
        keys.push(first(&|v| position(v) > colors as f64));
        Thresholds { keys }
    }
}

/// The keys (see [`Ordered`]) at which a value gets the next entry of a palette.
///
/// A palette's entries are: no colour, below the scale, the colours of the colormap, above the scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    keys: Vec<u64>,
}

impl Thresholds {
    /// The key of a step that no value reaches.
    pub const NEVER: u64 = u64::MAX;

    /// The keys, ascending: two more than there are colours.
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

    const COLORS: usize = 256;

    /// matplotlib's lookup, straight from the formula.
    fn entry_by_formula(norm: Norm, v: f64, limits: Limits) -> usize {
        if !norm.takes(v) {
            return 0;
        }
        let position = norm.forward(v, limits) * COLORS as f64;
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
        let limits = [(0.0, 255.0), (1.0, 65_536.0), (3.0, 3.0), (0.1, 0.3), (7.0, 1e12)];
        for (norm, (vmin, vmax)) in Norm::ALL.iter().flat_map(|(_, n)| limits.map(|l| (*n, l))) {
            if !norm.takes(vmin) {
                continue;
            }
            let limits = Limits { vmin, vmax };
            let table = norm.thresholds(limits, COLORS, None);
            assert_eq!(table.keys().len(), COLORS + 2);
            let edges = table.keys().iter().filter(|key| **key != Thresholds::NEVER);
            let near = edges.map(|&key| Ordered(key).value()).flat_map(|v| [v.next_down(), v, v.next_up()]);
            let values = (0..70_000).map(f64::from).chain(near.collect::<Vec<_>>());
            for v in values.filter(|v| v.is_finite()) {
                assert_eq!(
                    table.entry(Ordered::of(v)),
                    entry_by_formula(norm, v, limits),
                    "{norm:?} {limits:?} {v:e}"
                );
            }
        }
    }

    #[test]
    fn hidden_cells_have_no_colour_and_no_say_in_the_limits() {
        let values = Values::Counts(vec![0, 1, 5, 9]);
        let limits = Norm::Linear.limits(&values, Some(2), (None, None)).unwrap();
        assert_eq!((limits.vmin, limits.vmax), (5.0, 9.0));
        let table = Norm::Linear.thresholds(limits, COLORS, Some(2));
        assert_eq!(table.entry(Ordered::of(1.0)), 0);
        assert_eq!(table.entry(Ordered::of(3.0)), 1);
        assert_eq!(table.entry(Ordered::of(5.0)), 2);
    }

    #[test]
    fn log_limits_see_positive_values_only() {
        let limits = Norm::Log.limits(&Values::Counts(vec![0, 0, 4]), None, (None, None)).unwrap();
        assert_eq!((limits.vmin, limits.vmax), (4.0, 4.0));
        let limits = Norm::Log.limits(&Values::Counts(vec![0]), None, (None, None)).unwrap();
        assert_eq!((limits.vmin, limits.vmax), (1.0, 10.0));
        assert!(Norm::Log.limits(&Values::Counts(vec![1]), None, (Some(0.0), None)).is_err());
        assert!(Norm::Linear.limits(&Values::Counts(vec![1]), None, (Some(2.0), Some(1.0))).is_err());
    }
}
