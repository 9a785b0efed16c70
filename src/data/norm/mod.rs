//! From values to colours, by a table.
//!
//! A norm is one formula, [`Norm::forward`], and it is monotone. So the values at which the colour steps are found once,
//! by bisection on that very formula, and colouring a cell is a search among them: the same on every device, and one shader
//! for all norms. To add a norm, add its formula (`formula.rs`), and its name and numbers here.

mod equalized;
mod formula;
mod text;
mod thresholds;

pub use equalized::Equalized;
pub use thresholds::Thresholds;

use crate::error::{Error, Result, plain};

/// How values are spread over the colours.
///
/// Written, and parsed, as its name and its numbers: `log`, `power:0.5`, `symlog:1`, `boundaries:0,1,10,100`.
///
/// ```
/// use heatbin::Norm;
/// let norm: Norm = "power:0.5".parse()?;
/// assert_eq!(norm, Norm::Power { gamma: 0.5 });
/// assert_eq!(norm.to_string(), "power:0.5");
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Norm {
    /// `(v - vmin) / (vmax - vmin)`: matplotlib's `Normalize`.
    #[default]
    Linear,
    /// `(log10 v - log10 vmin) / (log10 vmax - log10 vmin)`: matplotlib's `LogNorm`. Values of 0 and below have no colour.
    Log,
    /// `log1p(v - vmin) / log1p(vmax - vmin)`: datashader's `how='log'`.
    Log1p,
    /// Linear from `-linthresh` to `linthresh`, logarithmic beyond: matplotlib's `SymLogNorm`.
    Symlog {
        /// Up to here the scale is linear; above 0.
        linthresh: f64,
        /// How many decades the linear part is as wide as, on either side of 0; above 0.
        linscale: f64,
        /// The base of the logarithm; above 1.
        base: f64,
    },
    /// `asinh(v / linear_width)`: matplotlib's `AsinhNorm`.
    Asinh {
        /// About so far the scale is linear; above 0.
        linear_width: f64,
    },
    /// `((v - vmin) / (vmax - vmin)) ^ gamma`, linear below `vmin`: matplotlib's `PowerNorm`. With a third, datashader's `cbrt`.
    Power {
        /// The exponent; above 0.
        gamma: f64,
    },
    /// Two straight lines that meet at `vcenter`, which has the middle colour: matplotlib's `TwoSlopeNorm`.
    TwoSlope {
        /// The value of the middle colour.
        vcenter: f64,
    },
    /// Linear, as far above `vcenter` as below it: matplotlib's `CenteredNorm`.
    Centered {
        /// The value of the middle colour.
        vcenter: f64,
        /// How far the scale reaches on either side; as far as the values unless given.
        halfrange: Option<f64>,
    },
    /// One colour from each boundary to the next, the last excluded: matplotlib's `BoundaryNorm`.
    Boundaries(
        /// Two or more values, ascending.
        Vec<f64>,
    ),
    /// Every colour for as many cells: datashader's `eq_hist`.
    Equalized(Equalized),
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
    /// Whether this norm gives a value a colour at all.
    pub fn takes(&self, value: f64) -> bool {
        match self {
            Self::Log => value > 0.0,
            _ => !value.is_nan(),
        }
    }

    /// The limits of a colour scale over values with these extremes (those with a colour; `None` if there are none): as
    /// given, else by the norm's own rule, else the extremes themselves.
    ///
    /// Where nothing is shown, they are 0 to 1, or 1 to 10 for log.
    ///
    /// # Errors
    /// If `vmin` is above `vmax`, one is not finite, the norm has no use for it, or a log scale would begin at 0 or below.
    pub fn limits(
        &self,
        extremes: Option<(f64, f64)>,
        (vmin, vmax): (Option<f64>, Option<f64>),
    ) -> Result<Limits> {
        self.check()?;
        for (name, limit) in [("vmin", vmin), ("vmax", vmax)] {
            let Some(limit) = limit else { continue };
            if !limit.is_finite() {
                return Err(Error::usage(format!(
                    "{name} must be a finite number, not {limit}",
                    limit = plain(limit)
                )));
            }
            if !self.takes(limit) {
                return Err(Error::usage(format!(
                    "{name} is {limit}, but a log norm needs a value above 0",
                    limit = plain(limit)
                )));
            }
            if let Some(reason) = self.has_own_limits() {
                return Err(Error::usage(format!("{name} has no place beside this norm: {reason}")));
            }
        }
        if let (Some(vmin), Some(vmax)) = (vmin, vmax)
            && vmin > vmax
        {
            return Err(Error::usage(format!(
                "vmin is {vmin}, above vmax, which is {vmax}",
                vmin = plain(vmin),
                vmax = plain(vmax)
            )));
        }
        let nothing = if *self == Self::Log { (1.0, 10.0) } else { (0.0, 1.0) };
        let (low, high) = extremes.unwrap_or(nothing);
        let limits = match (vmin, vmax) {
            (Some(vmin), Some(vmax)) => Limits { vmin, vmax },
            // One limit beyond all values: the scale has no width, and all get its end's colour.
            (Some(vmin), None) => Limits { vmin, vmax: high.max(vmin) },
            (None, Some(vmax)) => Limits { vmin: low.min(vmax), vmax },
            (None, None) => self.own_limits(low, high),
        };
        let limits = self.around_center(limits, (vmin, vmax))?;
        if (limits.vmax - limits.vmin).is_finite() {
            Ok(limits)
        } else {
            Err(Error::usage(format!(
                "from {:e} to {:e} is more than f64 can span; give nearer --vmin and --vmax",
                limits.vmin, limits.vmax
            )))
        }
    }

    /// The norm that colours values of which there is this share only as it coloured all. (One of `log(1 + v)` stays what it is.)
    #[cfg(feature = "window")]
    pub(crate) fn scaled(&self, share: f64) -> Self {
        match self {
            Self::Linear | Self::Log | Self::Log1p | Self::Power { .. } => self.clone(),
            &Self::Symlog { linthresh, linscale, base } => {
                Self::Symlog { linthresh: linthresh * share, linscale, base }
            }
            Self::Asinh { linear_width } => Self::Asinh { linear_width: linear_width * share },
            Self::TwoSlope { vcenter } => Self::TwoSlope { vcenter: vcenter * share },
            Self::Centered { vcenter, halfrange } => {
                Self::Centered { vcenter: vcenter * share, halfrange: halfrange.map(|half| half * share) }
            }
            Self::Boundaries(values) => Self::Boundaries(values.iter().map(|value| value * share).collect()),
            Self::Equalized(table) => Self::Equalized(table.scaled(share)),
        }
    }

    /// Finds numbers that make no norm.
    ///
    /// # Errors
    /// If one is not finite, a width, threshold or exponent is not above 0, or boundaries are fewer than two or do not ascend.
    pub fn check(&self) -> Result<()> {
        let above = |v: f64, least: f64| v.is_finite() && v > least;
        let is_sound = match self {
            Self::Symlog { linthresh, linscale, base } => {
                above(*linthresh, 0.0) && above(*linscale, 0.0) && above(*base, 1.0)
            }
            Self::Asinh { linear_width } => above(*linear_width, 0.0),
            Self::Power { gamma } => above(*gamma, 0.0),
            Self::TwoSlope { vcenter } => vcenter.is_finite(),
            Self::Centered { vcenter, halfrange } => {
                vcenter.is_finite() && halfrange.is_none_or(|half| above(half, 0.0))
            }
            Self::Boundaries(values) => {
                values.len() > 1 && values.iter().all(|v| v.is_finite()) && values.is_sorted_by(|a, b| a < b)
            }
            Self::Linear | Self::Log | Self::Log1p | Self::Equalized(_) => true,
        };
        if is_sound { Ok(()) } else { Err(Error::usage(text::wrong(&self.to_string(), self.name()))) }
    }

    /// Whether `vmin` and `vmax` are for the caller to give, and not the norm's own.
    pub fn takes_limits(&self) -> bool {
        self.has_own_limits().is_none()
    }

    /// Why the limits are not for the caller to give; `None` if they are.
    fn has_own_limits(&self) -> Option<&'static str> {
        match self {
            Self::Centered { .. } => Some("a centered norm reaches as far as its halfrange"),
            Self::Boundaries(_) => Some("boundaries are their own limits"),
            Self::Equalized(_) => Some("eq_hist is fitted to all values that are shown"),
            _ => None,
        }
    }

    fn own_limits(&self, low: f64, high: f64) -> Limits {
        match self {
            Self::Centered { vcenter, halfrange } => {
                let half = halfrange.unwrap_or_else(|| (vcenter - low).max(high - vcenter));
                // As matplotlib sets them: each limit moves the other to its mirror image, which rounding may tell from it.
                let (vmin, vmax) = (vcenter - half, vcenter + half);
                let mirrored = |limit: f64| 2.0 * vcenter - limit;
                Limits { vmin: if vmax == mirrored(vmin) { vmin } else { mirrored(vmax) }, vmax }
            }
            Self::Boundaries(values) => Limits { vmin: values[0], vmax: values[values.len() - 1] },
            _ => Limits { vmin: low, vmax: high },
        }
    }

    /// A centre beyond the values: the other side is mirrored, unless its limit was given.
    fn around_center(&self, limits: Limits, given: (Option<f64>, Option<f64>)) -> Result<Limits> {
        let Self::TwoSlope { vcenter } = *self else { return Ok(limits) };
        for (name, limit, wrong) in [
            ("vmin", given.0, given.0 >= Some(vcenter)),
            ("vmax", given.1, given.1.is_some_and(|v| v <= vcenter)),
        ] {
            if let Some(limit) = limit.filter(|_| wrong) {
                return Err(Error::usage(format!(
                    "{name} is {limit}, on the wrong side of the centre, which is {vcenter}",
                    limit = plain(limit),
                    vcenter = plain(vcenter)
                )));
            }
        }
        let Limits { mut vmin, mut vmax } = limits;
        if vmin >= vcenter {
            vmin = vcenter - (vmax - vcenter);
        }
        if vmax <= vcenter {
            vmax = vcenter + (vcenter - vmin);
        }
        Ok(Limits { vmin, vmax })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_as_given_or_those_of_the_values() {
        let limits = |norm: &Norm, extremes, given| norm.limits(extremes, given).map(|l| (l.vmin, l.vmax));
        let all = Some((2.0, 9.0));
        assert_eq!(limits(&Norm::Linear, all, (None, None)).unwrap(), (2.0, 9.0));
        assert_eq!(limits(&Norm::Linear, all, (Some(0.0), None)).unwrap(), (0.0, 9.0));
        assert_eq!(limits(&Norm::Linear, all, (Some(20.0), None)).unwrap(), (20.0, 20.0));
        assert_eq!(limits(&Norm::Linear, None, (None, None)).unwrap(), (0.0, 1.0));
        assert_eq!(limits(&Norm::Log, None, (None, None)).unwrap(), (1.0, 10.0));
        for (norm, given) in [
            (Norm::Log, (Some(0.0), None)),
            (Norm::Linear, (Some(2.0), Some(1.0))),
            (Norm::Linear, (None, Some(f64::INFINITY))),
            (Norm::Equalized(Equalized::default()), (Some(1.0), None)),
            (Norm::TwoSlope { vcenter: 3.0 }, (Some(3.0), None)),
            (Norm::Boundaries(vec![]), (None, None)),
            (Norm::Boundaries(vec![2.0, 1.0]), (None, None)),
            (Norm::Power { gamma: -1.0 }, (None, None)),
            (Norm::Symlog { linthresh: 0.0, linscale: 1.0, base: 10.0 }, (None, None)),
        ] {
            assert!(limits(&norm, all, given).is_err(), "{norm:?}");
        }
    }

    #[cfg(feature = "window")]
    #[test]
    fn a_share_of_the_values_is_coloured_as_all_of_them() {
        let limits = Limits { vmin: 1.0, vmax: 500.0 };
        let fewer = Limits { vmin: 0.25, vmax: 125.0 };
        for norm in testing::norms().into_iter().filter(|norm| *norm != Norm::Log1p) {
            for value in [1.0, 2.0, 3.5, 20.0, 77.0, 499.0, 500.0] {
                let (all, share) =
                    (norm.forward(value, limits), norm.scaled(0.25).forward(value / 4.0, fewer));
                assert!((all - share).abs() < 1e-12, "{norm:?} {value}: {all} {share}");
            }
        }
    }

    #[test]
    fn centres_make_room_on_both_sides() {
        let of = |norm: Norm, extremes| {
            let Limits { vmin, vmax } = norm.limits(Some(extremes), (None, None)).unwrap();
            (vmin, vmax)
        };
        assert_eq!(of(Norm::TwoSlope { vcenter: 3.0 }, (1.0, 11.0)), (1.0, 11.0));
        assert_eq!(of(Norm::TwoSlope { vcenter: 0.0 }, (1.0, 11.0)), (-11.0, 11.0));
        assert_eq!(of(Norm::TwoSlope { vcenter: 20.0 }, (1.0, 11.0)), (1.0, 39.0));
        assert_eq!(of(Norm::Centered { vcenter: 3.0, halfrange: None }, (1.0, 11.0)), (-5.0, 11.0));
        assert_eq!(of(Norm::Centered { vcenter: 3.0, halfrange: Some(1.0) }, (1.0, 11.0)), (2.0, 4.0));
        // Each by matplotlib's CenteredNorm.
        let norm = Norm::Centered { vcenter: -0.3, halfrange: Some(1.0) };
        assert_eq!(of(norm, (0.0, 1.0)), (-1.299_999_999_999_999_8, 0.7));
        let (vcenter, low) = (2.098_985_863_201_924, -9.400_875_878_473_856);
        assert_eq!(
            of(Norm::Centered { vcenter, halfrange: None }, (low, 9.5)),
            (low, 13.598_847_604_877_704)
        );
        assert_eq!(of(Norm::Boundaries(vec![1.0, 2.0, 4.0]), (-9.0, 9.0)), (1.0, 4.0));
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    impl Norm {
        /// This norm before it was fitted to values.
        pub fn unfitted(&self) -> Self {
            match self {
                Self::Equalized(_) => Self::Equalized(Equalized::default()),
                norm => norm.clone(),
            }
        }
    }

    /// One of each kind.
    pub fn norms() -> Vec<Norm> {
        let table: Vec<f64> = (0..3000).map(|i| f64::from(i * i % 500 + 1)).collect();
        vec![
            Norm::Linear,
            Norm::Log,
            Norm::Log1p,
            Norm::Symlog { linthresh: 2.0, linscale: 1.0, base: 10.0 },
            Norm::Asinh { linear_width: 3.0 },
            Norm::Power { gamma: 0.5 },
            Norm::Power { gamma: 1.0 / 3.0 },
            Norm::TwoSlope { vcenter: 20.0 },
            Norm::Centered { vcenter: 20.0, halfrange: None },
            Norm::Boundaries(vec![0.0, 1.0, 5.0, 20.0, 1000.0]),
            Norm::Equalized(Equalized::fit(table.iter().copied(), true)),
        ]
    }
}
