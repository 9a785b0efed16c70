//! One axis of a grid of rectangles: its edges and the rule of numpy.
//!
//! Bin `k` holds `edges[k] <= v < edges[k + 1]`; the last bin holds its right edge too. The comparison is always with
//! the edges themselves: a scaled and truncated value is off by one bin for values on or next to an edge.

use crate::data::scale::Scale;
use crate::error::{Error, Result, plain};

/// The edges of the bins along one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    edges: Vec<f64>,
    scale: Scale,
    even: bool,
}

impl Axis {
    /// `bins` bins of equal width from `start` to `stop`: the edges of `numpy.linspace(start, stop, bins + 1)`.
    ///
    /// As in numpy, an axis whose ends are one value is widened by 0.5 on each side.
    ///
    /// # Errors
    /// If there is no bin, or an end is not finite, or they are reversed.
    pub fn linear(start: f64, stop: f64, bins: usize) -> Result<Self> {
        let (start, stop) = if start == stop { (start - 0.5, stop + 0.5) } else { (start, stop) };
        check_ends(start, stop, bins)?;
        let width = stop - start;
        let step = width / bins as f64;
        let edge = |k: usize| {
            if k == bins {
                stop
            } else if step == 0.0 {
                (k as f64 / bins as f64) * width + start
            } else {
                // A denormal step may be rounded up by half, and numpy's edges then overrun the stop and come back.
                (k as f64 * step + start).min(stop)
            }
        };
        Ok(Self { edges: (0..=bins).map(edge).collect(), scale: Scale::Linear, even: step != 0.0 })
    }

    /// `bins` bins of equal ratio from `start` to `stop`, drawn on a log scale: geometric edges as
    /// `numpy.geomspace` makes them.
    ///
    /// # Errors
    /// As for [`Axis::linear`], or if an end is not positive.
    pub fn log(start: f64, stop: f64, bins: usize) -> Result<Self> {
        check_positive(start)?;
        if start != stop {
            check_ends(start, stop, bins)?;
        }
        let (low, high) = (Scale::Log.forward(start), Scale::Log.forward(stop));
        if start < stop && low == high {
            return Err(Error::usage(format!(
                "the range {} to {} is too narrow for a log scale: its ends have one logarithm",
                plain(start),
                plain(stop)
            )));
        }
        let exponents = Self::linear(low, high, bins)?;
        let mut edges: Vec<f64> = exponents.edges.iter().map(|&e| Scale::Log.inverse(e)).collect();
        if low < high {
            edges[0] = start;
            edges[bins] = stop;
            // On an axis of hardly any width, the way through logarithms is coarser than the edges are apart.
            for k in 1..bins {
                edges[k] = edges[k].clamp(edges[k - 1], stop);
            }
        }
        Self::from_edges(edges, Scale::Log)
    }

    /// An axis with the caller's own edges, in ascending order; as in numpy, two may be equal.
    ///
    /// # Errors
    /// If there are fewer than two edges, one is not finite or smaller than the one before it, or one is not
    /// positive on a log scale.
    pub fn from_edges(edges: Vec<f64>, scale: Scale) -> Result<Self> {
        if edges.len() < 2 {
            return Err(Error::usage(format!("an axis needs at least 2 edges, not {}", edges.len())));
        }
        if let Some(bad) = edges.iter().find(|edge| !edge.is_finite()) {
            return Err(Error::usage(format!("an edge must be a finite number, not {bad}")));
        }
        if let Some(pair) = edges.windows(2).find(|pair| pair[0] > pair[1]) {
            return Err(Error::usage(format!("edges must ascend, but {} comes before {}", pair[0], pair[1])));
        }
        if edges[0] == edges[edges.len() - 1] {
            return Err(Error::usage(format!("all edges are {}; an axis needs some width", edges[0])));
        }
        if scale == Scale::Log {
            check_positive(edges[0])?;
        }
        Ok(Self { edges, scale, even: false })
    }

    /// The edges, ascending, one more than there are bins.
    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// How many bins.
    pub fn bins(&self) -> usize {
        self.edges.len() - 1
    }

    /// First and last edge.
    pub fn range(&self) -> (f64, f64) {
        (self.edges[0], self.edges[self.bins()])
    }

    /// How it is drawn.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Whether the bins have one width, to rounding, so that a bin can be guessed by scaling.
    pub fn is_even(&self) -> bool {
        self.even
    }

    /// The bin that holds `value`: the definition, by binary search.
    ///
    /// `None` if it lies before the first or after the last edge, or is NaN.
    #[inline]
    pub fn bin(&self, value: f64) -> Option<usize> {
        let bins = self.bins();
        let (first, last) = self.range();
        if !(first <= value && value <= last) {
            return None;
        }
        if value == last {
            return Some(bins - 1);
        }
        Some(self.edges.partition_point(|&edge| edge <= value) - 1)
    }
}

fn check_ends(start: f64, stop: f64, bins: usize) -> Result<()> {
    if bins == 0 {
        return Err(Error::usage("an axis needs at least 1 bin, not 0"));
    }
    if !start.is_finite() || !stop.is_finite() {
        return Err(Error::usage(format!(
            "a range must be finite, not {start} to {stop}",
            start = plain(start),
            stop = plain(stop)
        )));
    }
    if start > stop {
        return Err(Error::usage(format!(
            "the range {start} to {stop} is reversed: put the smaller end first",
            start = plain(start),
            stop = plain(stop)
        )));
    }
    if start == stop {
        // Widening by 0.5 was lost to rounding.
        return Err(Error::usage(format!(
            "the range is the one value {start}, too large to be widened by 0.5",
            start = plain(start)
        )));
    }
    if !(stop - start).is_finite() {
        return Err(Error::usage(format!(
            "the range {start} to {stop} is too wide for f64",
            start = plain(start),
            stop = plain(stop)
        )));
    }
    Ok(())
}

pub(crate) fn check_positive(value: f64) -> Result<()> {
    if value > 0.0 {
        return Ok(());
    }
    Err(Error::usage(format!(
        "a log axis needs values above 0, but it begins at {value}",
        value = plain(value)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bin_is_closed_and_the_others_are_not() {
        let axis = Axis::linear(0.0, 3.0, 3).unwrap();
        let bins: Vec<_> =
            [-1e-9, -0.0, 0.0, 0.999, 1.0, 2.0, 3.0, 3.0f64.next_up()].map(|v| axis.bin(v)).to_vec();
        assert_eq!(bins, [None, Some(0), Some(0), Some(0), Some(1), Some(2), Some(2), None]);
        assert_eq!(axis.bin(f64::NAN), None);
    }

    #[test]
    fn a_constant_column_is_widened_as_in_numpy() {
        assert_eq!(Axis::linear(7.0, 7.0, 2).unwrap().edges(), [6.5, 7.0, 7.5]);
    }

    #[test]
    fn a_range_whose_ends_have_one_logarithm_is_refused() {
        let (start, stop) = (10_000_000_000.000_01, 10_000_000_000.000_013);
        assert!(start < stop && Scale::Log.forward(start) == Scale::Log.forward(stop));
        let error = Axis::log(start, stop, 2).unwrap_err().to_string();
        assert!(error.contains("too narrow for a log scale"), "{error}");
        assert!(Axis::log(start, start, 2).is_ok(), "one value is widened");
    }

    #[test]
    fn edges_ascend_also_where_the_step_is_denormal() {
        let axis = Axis::linear(0.0, 15.0 * 5e-324, 10).unwrap();
        assert!(axis.edges().is_sorted());
        assert_eq!(axis.bin(15.0 * 5e-324), Some(9));
        assert_eq!(axis.bin(13.0 * 5e-324), Some(6));
    }

    #[test]
    fn equal_edges_follow_searchsorted() {
        let axis = Axis::from_edges(vec![0.0, 1.0, 1.0, 2.0], Scale::Linear).unwrap();
        assert_eq!(axis.bin(1.0), Some(2));
        let axis = Axis::from_edges(vec![0.0, 1.0, 1.0], Scale::Linear).unwrap();
        assert_eq!(axis.bin(1.0), Some(1));
        assert_eq!(axis.bin(0.5), Some(0));
    }

    #[test]
    fn log_edges_begin_and_end_where_asked() {
        let axis = Axis::log(1.0, 1000.0, 3).unwrap();
        assert_eq!(axis.range(), (1.0, 1000.0));
        for (edge, wanted) in axis.edges().iter().zip([1.0, 10.0, 100.0, 1000.0]) {
            assert!((edge / wanted - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn a_narrow_log_axis_has_ascending_edges() {
        let axis = Axis::log(819_239_539.492, 819_239_539.498_622_5, 4096).unwrap();
        assert!(axis.edges().is_sorted());
        assert_eq!(axis.range(), (819_239_539.492, 819_239_539.498_622_5));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Axis::linear(0.0, 1.0, 0).is_err());
        assert!(Axis::linear(1.0, 0.0, 5).is_err());
        assert!(Axis::linear(f64::NAN, 1.0, 5).is_err());
        assert!(Axis::linear(f64::MIN, f64::MAX, 5).is_err());
        assert!(Axis::log(0.0, 1.0, 5).is_err());
        assert!(Axis::from_edges(vec![1.0], Scale::Linear).is_err());
        assert!(Axis::from_edges(vec![1.0, 0.0], Scale::Linear).is_err());
        assert!(Axis::from_edges(vec![1.0, 1.0], Scale::Linear).is_err());
        assert!(Axis::from_edges(vec![1.0, f64::NAN], Scale::Linear).is_err());
    }
}
