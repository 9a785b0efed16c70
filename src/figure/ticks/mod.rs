//! Where an axis is marked and what is written there.
//!
//! Every rule proposes marks from many to few, and the first proposal whose labels stand clear of each other is taken. So
//! labels never overlap, whatever the range, the length of the axis and the size of the text.

mod linear;
mod log;
pub(crate) mod names;
mod number;
mod time;
mod uneven;

use crate::data::{Quantity, Scale};
use crate::figure::font;

/// A labelled mark.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Where: the share of the way from the low to the high end.
    pub at: f64,
    pub label: String,
}

/// The marks of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ticks {
    pub major: Vec<Tick>,
    /// Marks without a label, as shares.
    pub minor: Vec<f64>,
    /// What holds for all labels: a factor, an offset, or a date; often empty.
    pub note: String,
    /// Whether labels below the plot box are read upwards, for want of room.
    pub turned: bool,
}

impl Ticks {
    /// One mark in the middle, for an axis of one value.
    pub fn single(value: f64) -> Self {
        let major = vec![Tick { at: 0.5, label: number::shortest(value) }];
        Self { major, ..Self::default() }
    }

    /// The same from the other end.
    pub fn reversed(mut self) -> Self {
        self.major.reverse();
        self.major.iter_mut().for_each(|tick| tick.at = 1.0 - tick.at);
        self.minor.reverse();
        self.minor.iter_mut().for_each(|at| *at = 1.0 - *at);
        self
    }
}

/// A value in words, to a tenth of `step`: an axis has no finer places than its pixels or cells.
#[cfg(feature = "window")]
pub(crate) fn value_text(value: f64, step: f64, quantity: Quantity) -> String {
    /// Whole numbers up to here are exact as f64.
    const EXACT: f64 = 1e15;
    if quantity == Quantity::Time
        && let Some(text) = time::text(value, step)
    {
        return text;
    }
    let exponent = if step.is_normal() { libm::log10(step.abs()).floor() as i32 - 1 } else { i32::MIN };
    let unit = libm::exp10(f64::from(exponent.max(-300)));
    let n = (value / unit).round();
    let size = libm::log10(value.abs().max(unit));
    if exponent < -300 || n.abs() >= EXACT || !(-4.0..15.0).contains(&size) {
        return number::shortest(value);
    }
    number::decimal(n as i64, exponent, size >= 4.0)
}

/// The direction in which labels follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Across,
    Up,
}

/// An axis to be marked.
pub(crate) struct Ruler<'a> {
    /// Both ends, ascending and finite.
    pub range: (f64, f64),
    pub scale: Scale,
    pub quantity: Quantity,
    /// Whether values between whole numbers make no sense.
    pub whole: bool,
    /// From value to share of the way.
    pub place: &'a dyn Fn(f64) -> f64,
    pub direction: Direction,
    /// Length of the axis, in the units of `size`.
    pub length: f64,
    /// Size of the labels' text.
    pub size: f64,
}

impl Ruler<'_> {
    /// The marks of this axis.
    pub fn ticks(&self) -> Ticks {
        match (self.scale, self.quantity) {
            (Scale::Log, _) => log::ticks(self),
            (Scale::Linear, Quantity::Time) => time::ticks(self),
            (Scale::Linear, Quantity::Number) => linear::ticks(self),
        }
    }

    /// The marks of an axis on which equal differences are not equal lengths. Beyond `linear` on either side of 0, if given, equal factors
    /// are about equal lengths.
    pub fn uneven_ticks(&self, linear: Option<f64>) -> Ticks {
        uneven::ticks(self, linear)
    }

    /// The marks of an axis of two straight parts that meet at a value.
    pub fn two_slopes(&self, center: f64) -> Ticks {
        uneven::two_slopes(self, center)
    }

    /// Marks at these values.
    pub fn ticks_at(&self, values: &[f64]) -> Ticks {
        uneven::at(self, values)
    }

    /// The most intervals between labels: matplotlib's rule, 9 and fewer on a short axis.
    fn most_intervals(&self) -> usize {
        let label = self.size * if self.direction == Direction::Across { 3.0 } else { 2.0 };
        ((self.length / label) as usize).clamp(1, 9)
    }

    /// A mark at `value`, if that lies on the axis.
    fn tick(&self, value: f64, label: String) -> Option<Tick> {
        self.share(value).map(|at| Tick { at, label })
    }

    /// Where `value` lies; `None` off the axis. Rounding at its ends is forgiven.
    fn share(&self, value: f64) -> Option<f64> {
        let rounding = match self.scale {
            Scale::Linear => 1e-9 + self.ulps(),
            Scale::Log => 1e-9,
        };
        let share = (self.place)(value);
        (-rounding..=1.0 + rounding).contains(&share).then(|| share.clamp(0.0, 1.0))
    }

    /// What rounding of a value may be, as a share of the axis: much, where a short range is far from 0.
    fn ulps(&self) -> f64 {
        let (low, high) = self.range;
        (f64::EPSILON * low.abs().max(high.abs()) / (high - low)).min(0.01)
    }

    /// Whether the labels stand clear of each other.
    fn fits(&self, ticks: &[Tick]) -> bool {
        ticks.windows(2).all(|pair| pair[0].at <= pair[1].at && self.are_clear(&pair[0], &pair[1]))
    }

    /// Whether two labels stand clear of each other.
    fn are_clear(&self, one: &Tick, other: &Tick) -> bool {
        let extent = |tick: &Tick| match self.direction {
            Direction::Across => font::width(&tick.label, self.size) + 0.7 * self.size,
            Direction::Up => 1.3 * self.size,
        };
        (one.at - other.at).abs() * self.length >= (extent(one) + extent(other)) / 2.0
    }

    /// The last resort, where no round numbers lie on the axis: its ends, else its middle, else nothing.
    fn ends(&self) -> Ticks {
        let (low, high) = self.range;
        let mark = |value: f64, at: f64| Tick { at, label: number::shortest(value) };
        let both = vec![mark(low, 0.0), mark(high, 1.0)];
        let width = |tick: &Tick| font::width(&tick.label, self.size);
        let narrow = self.direction == Direction::Up || both.iter().all(|t| width(t) <= self.length / 2.0);
        let major = if self.fits(&both) && narrow { both } else { Vec::new() };
        Ticks { major, ..Ticks::default() }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A ruler for the tests of the rules.

    use super::*;

    /// The ticks of an axis 350 points across, with labels of 8.5 points.
    pub fn ticks(range: (f64, f64), scale: Scale, quantity: Quantity) -> Ticks {
        ticks_of_length(range, scale, quantity, Direction::Across, 350.0)
    }

    pub fn ticks_of_length(
        range: (f64, f64),
        scale: Scale,
        quantity: Quantity,
        direction: Direction,
        length: f64,
    ) -> Ticks {
        let (low, high) = (scale.forward(range.0), scale.forward(range.1));
        let place = |v: f64| (scale.forward(v) - low) / (high - low);
        let ruler =
            Ruler { range, scale, quantity, whole: false, place: &place, direction, length, size: 8.5 };
        let ticks = ruler.ticks();
        assert!(ruler.fits(&ticks.major), "{range:?}: {ticks:?}");
        assert!(ticks.major.iter().all(|tick| (0.0..=1.0).contains(&tick.at)), "{range:?}: {ticks:?}");
        assert!(ticks.minor.iter().all(|at| (0.0..=1.0).contains(at)), "{range:?}: {ticks:?}");
        assert!(ticks.minor.len() <= 200 && ticks.major.len() <= 12, "{range:?}: {ticks:?}");
        ticks
    }

    pub fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.major.iter().map(|tick| tick.label.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::ticks_of_length;
    use super::*;

    #[test]
    fn no_range_breaks_the_rules() {
        let ends =
            [1e-320, 1e-300, 1e-10, 0.3, 1.0, 1.0f64.next_up(), 7.0, 1e5, 1e9, 1e9 + 1e-6, 1e15, 1e300];
        let linear: Vec<f64> = ends.iter().flat_map(|&v| [-v, v]).chain([0.0, f64::MAX / 3.0]).collect();
        for (&low, &high) in linear.iter().flat_map(|low| linear.iter().map(move |high| (low, high))) {
            for (direction, length) in
                [(Direction::Across, 40.0), (Direction::Across, 900.0), (Direction::Up, 150.0)]
            {
                if low < high {
                    for quantity in [Quantity::Number, Quantity::Time] {
                        ticks_of_length((low, high), Scale::Linear, quantity, direction, length);
                    }
                    if low > 0.0 {
                        ticks_of_length((low, high), Scale::Log, Quantity::Number, direction, length);
                    }
                }
            }
        }
    }
}
