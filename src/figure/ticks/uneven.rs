//! Ticks where equal steps of the value are not equal lengths: colorbars of powers, symlog, equalised counts.
//!
//! The axis is cut into even stretches, and in each the roundest number is marked.

use super::number::{decimal, digits, scientific, shortest_among, stripped, value};
use super::{Ruler, Tick, Ticks};

/// The distance between marks, in units of the text size, up an axis.
const APART: f64 = 3.2;

/// How far from the middle of its stretch a mark may be, as a share of it.
const REACH: f64 = 0.36;

/// A number that is easily read: `n * 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Round {
    n: i64,
    exponent: i32,
}

impl Round {
    fn value(self) -> f64 {
        value(self.n, self.exponent)
    }

    fn magnitude(self) -> i32 {
        digits(self.n) - 1 + self.exponent
    }

    fn label(self, grouped: bool) -> String {
        if self.n == 0 || (-4..6).contains(&self.magnitude()) {
            decimal(self.n, self.exponent, grouped)
        } else {
            scientific(self.n, self.exponent)
        }
    }
}

/// Ticks of an axis on which `place` may be any ascending function.
pub(super) fn ticks(ruler: &Ruler) -> Ticks {
    let (low, high) = ruler.range;
    let most = ((ruler.length / (APART * ruler.size)) as i32).clamp(1, 12);
    let anchor = if low < 0.0 && high > 0.0 { (ruler.place)(0.0) } else { 0.0 };
    for stretches in (1..=most).rev() {
        let width = 1.0 / f64::from(stretches);
        // Not the whole of each stretch, so that no two marks come close; 0 is in the middle of one.
        let windows = (-stretches..=stretches).filter_map(|nth| {
            let middle = anchor + f64::from(nth) * width;
            let (from, to) = ((middle - REACH * width).max(0.0), (middle + REACH * width).min(1.0));
            (from <= to).then_some((from, to))
        });
        let found: Vec<Round> = windows
            .filter_map(|(from, to)| {
                roundest(at_share(ruler, from, low, high), at_share(ruler, to, low, high))
            })
            .filter(|round| !ruler.whole || round.exponent >= 0)
            .collect();
        let grouped = found.iter().any(|round| round.magnitude() > 3);
        let mut major: Vec<Tick> =
            found.iter().filter_map(|round| ruler.tick(round.value(), round.label(grouped))).collect();
        major.dedup();
        if major.len() >= 2 && ruler.fits(&major) {
            return Ticks { major, ..Ticks::default() };
        }
    }
    ruler.ends()
}

/// Marks at given values, of which so many are labelled as find room.
pub(super) fn at(ruler: &Ruler, values: &[f64]) -> Ticks {
    let grouped = values.iter().any(|value| value.abs() >= 1e4);
    let label = |value: f64| shortest_among(value, grouped);
    for stride in 1..=values.len() {
        let major: Vec<Tick> =
            values.iter().step_by(stride).filter_map(|&v| ruler.tick(v, label(v))).collect();
        if ruler.fits(&major) {
            let rest = values.iter().enumerate().filter(|(nth, _)| nth % stride != 0);
            let minor = rest.filter_map(|(_, &v)| ruler.share(v)).collect();
            return Ticks { major, minor, ..Ticks::default() };
        }
    }
    Ticks::default()
}

/// The value at a share of the axis, to the precision that a mark needs.
fn at_share(ruler: &Ruler, share: f64, mut low: f64, mut high: f64) -> f64 {
    if share <= (ruler.place)(low) {
        return low;
    }
    for _ in 0..100 {
        let middle = low + (high - low) / 2.0;
        if (ruler.place)(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The roundest number between two values, both included: the one with the fewest digits, of those 0, 1, 5, 2 before the others.
fn roundest(low: f64, high: f64) -> Option<Round> {
    if low <= 0.0 && high >= 0.0 {
        return Some(Round { n: 0, exponent: 0 });
    }
    if high < 0.0 {
        return roundest(-high, -low).map(|round| Round { n: -round.n, ..round });
    }
    let top = libm::floor(libm::log10(high)) as i32;
    for exponent in (top - 6..=top).rev() {
        let unit = value(1, exponent);
        let (first, last) = ((low / unit - 1e-9).ceil() as i64, (high / unit + 1e-9).floor() as i64);
        if first > last {
            continue;
        }
        let cost = |n: &i64| match stripped(*n, 0).0.abs() {
            1 => 0,
            5 => 1,
            2 => 2,
            _ if n % 5 == 0 => 3,
            _ if n % 2 == 0 => 4,
            _ => 5,
        };
        let middle = (low + high) / 2.0 / unit;
        let near = |n: i64| (n as f64 - middle).abs();
        let best = (first..=last).min_by(|a, b| cost(a).cmp(&cost(b)).then(near(*a).total_cmp(&near(*b))))?;
        let (n, exponent) = stripped(best, exponent);
        return Some(Round { n, exponent });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::Direction;
    use super::super::testing::labels;
    use super::*;
    use crate::data::{Limits, Norm, Quantity, Scale};

    fn of(norm: &str, vmin: f64, vmax: f64, length: f64) -> Ticks {
        let norm: Norm = norm.parse().unwrap();
        let limits = Limits { vmin, vmax };
        let ruler = Ruler {
            range: (vmin, vmax),
            scale: Scale::Linear,
            quantity: Quantity::Number,
            whole: false,
            place: &|v| norm.forward(v, limits),
            direction: Direction::Up,
            length,
            size: 8.5,
        };
        match &norm {
            Norm::Boundaries(values) => ruler.ticks_at(values),
            _ => ruler.uneven_ticks(),
        }
    }

    #[test]
    fn round_numbers_stand_about_evenly() {
        assert_eq!(
            labels(&of("symlog:1", -1000.0, 1000.0, 260.0)),
            ["−500", "−50", "−10", "−1", "0", "1", "10", "50", "500"]
        );
        assert_eq!(labels(&of("power:0.5", 0.0, 900.0, 130.0)), ["0", "100", "200", "500", "800"]);
        let ticks = of("asinh:1", 0.0, 1e9, 200.0);
        assert!(ticks.major.len() >= 5 && ticks.major[0].label == "0", "{ticks:?}");
    }

    #[test]
    fn boundaries_are_marked_themselves() {
        let all = of("boundaries:0,1,5,20,1000", 0.0, 1000.0, 200.0);
        assert_eq!(labels(&all), ["0", "1", "5", "20", "1000"]);
        assert_eq!(all.major[1].at, 0.25);
        let large = of("boundaries:-3000,0.5,3000,40000", -3000.0, 40_000.0, 200.0);
        assert_eq!(labels(&large), ["−3,000", "0.5", "3,000", "40,000"]);
        let few = of("boundaries:0,1,5,20,1000", 0.0, 1000.0, 30.0);
        assert_eq!((few.major.len(), few.minor.len()), (3, 2));
    }

    #[test]
    fn short_bars_have_their_ends_or_less() {
        for length in [1.0, 10.0, 20.0, 40.0] {
            assert!(of("power:2", 3.0, 4.0, length).major.len() < 4);
        }
    }
}
