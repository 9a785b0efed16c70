//! The formulas of the norms, by matplotlib's operations in their order, in f64.

use super::{Limits, Norm};
use crate::data::float::first_where;

impl Norm {
    /// The share of the way from `vmin` (0) to `vmax` (1).
    ///
    /// Ascends, and is below 0 and above 1 beyond the limits. For boundaries it is the place of the value on the colorbar, where
    /// each stretch is as long as the others.
    pub fn forward(&self, value: f64, limits: Limits) -> f64 {
        let Limits { vmin, vmax } = limits;
        if vmin == vmax {
            return 0.0;
        }
        match self {
            Self::Power { gamma } => {
                let share = (value - vmin) / (vmax - vmin);
                if share > 0.0 { libm::pow(share, *gamma) } else { share }
            }
            Self::Log1p => {
                let distance = value - vmin;
                if distance < 0.0 { distance } else { libm::log1p(distance) / libm::log1p(vmax - vmin) }
            }
            Self::TwoSlope { vcenter } => between(value, &[vmin, *vcenter, vmax], &[0.0, 0.5, 1.0]),
            Self::Boundaries(values) => {
                let places: Vec<f64> =
                    (0..values.len()).map(|nth| nth as f64 / (values.len() - 1) as f64).collect();
                between(value, values, &places)
            }
            Self::Equalized(table) => table.share(value),
            _ => {
                let (low, high) = (self.along(vmin), self.along(vmax));
                if low == high { 0.0 } else { (self.along(value) - low) / (high - low) }
            }
        }
    }

    /// The smallest value between the limits that lies at least at a share of the way.
    pub fn inverse(&self, share: f64, limits: Limits) -> f64 {
        let Limits { vmin, vmax } = limits;
        first_where(vmin, vmax, |value| self.forward(value, limits) >= share).unwrap_or(vmax)
    }

    /// The coordinate in which the norm is a straight line, where there is one for all limits.
    fn along(&self, value: f64) -> f64 {
        match self {
            Self::Log => libm::log10(value),
            Self::Symlog { linthresh, linscale, base } => {
                let adjusted = linscale / (1.0 - 1.0 / base);
                if value.abs() <= *linthresh {
                    return value * adjusted;
                }
                let log_base = libm::log(*base);
                let decades = adjusted - libm::log(*linthresh) / log_base + libm::log(value.abs()) / log_base;
                value.signum() * linthresh * decades
            }
            Self::Asinh { linear_width } => linear_width * libm::asinh(value / linear_width),
            _ => value,
        }
    }

    /// Where a value lies in a table of `colors` colours: the colour's index is the whole part, below 0 it lies below the scale,
    /// above `colors` above it.
    pub(super) fn position(&self, value: f64, limits: Limits, colors: usize) -> f64 {
        let Self::Boundaries(values) = self else {
            return self.forward(value, limits) * colors as f64;
        };
        let regions = values.len() - 1;
        let region = values.partition_point(|&boundary| boundary <= value);
        match region {
            0 => -1.0,
            _ if region > regions => colors as f64 + 1.0,
            _ if colors <= regions => (region - 1) as f64,
            _ if regions == 1 => ((colors - 1) / 2) as f64,
            // The first stretch has the first colour, the last the last.
            _ => ((colors - 1) as f64 / (regions - 1) as f64 * (region - 1) as f64).trunc(),
        }
    }
}

/// Straight lines between the points `(x, y)`, as `numpy.interp` draws them; infinite beyond the ends.
pub(super) fn between(value: f64, x: &[f64], y: &[f64]) -> f64 {
    let after = x.partition_point(|&x| x <= value);
    if after == 0 {
        return f64::NEG_INFINITY;
    }
    let nth = after - 1;
    if after == x.len() {
        return if value > x[nth] { f64::INFINITY } else { y[nth] };
    }
    let slope = (y[nth + 1] - y[nth]) / (x[nth + 1] - x[nth]);
    if value == x[nth] { y[nth] } else { slope * (value - x[nth]) + y[nth] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::norm::testing::norms;

    #[test]
    fn every_norm_ascends_from_0_to_1() {
        for norm in norms() {
            let limits = norm.limits(Some((1.0, 500.0)), (None, None)).unwrap();
            let Limits { vmin, vmax } = limits;
            assert_eq!(norm.forward(vmin, limits), 0.0, "{norm}");
            assert!((norm.forward(vmax, limits) - 1.0).abs() < 1e-15, "{norm}");
            let steps = (0..=1000).map(|k| vmin + (vmax - vmin) * f64::from(k) / 1000.0);
            let shares: Vec<f64> = steps.map(|v| norm.forward(v, limits)).collect();
            assert!(shares.is_sorted(), "{norm}");
            assert!(norm.forward(vmax * 2.0, limits) >= 1.0, "{norm}");
            for share in [0.01, 0.3, 0.999] {
                let value = norm.inverse(share, limits);
                assert!(norm.forward(value, limits) >= share, "{norm}");
                assert!(norm.forward(value.next_down(), limits) < share, "{norm}");
            }
        }
    }

    #[test]
    fn lines_between_points() {
        let line = |v| between(v, &[0.0, 2.0, 3.0], &[0.0, 1.0, 5.0]);
        assert_eq!([0.0, 1.0, 2.0, 2.5, 3.0].map(line), [0.0, 0.5, 1.0, 3.0, 5.0]);
        assert_eq!([-0.1, 3.1].map(line), [f64::NEG_INFINITY, f64::INFINITY]);
    }
}
