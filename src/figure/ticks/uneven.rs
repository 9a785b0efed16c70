//! Ticks where equal steps of the value are not equal lengths: colorbars of powers, symlog, two slopes, equalised counts.
//!
//! A series that the reader knows is taken where it leaves no large part of the axis bare: powers of ten, equal steps, or 1, 2 and 5
//! times the powers of ten. Else the axis is cut into even stretches, and in each the roundest number is marked.

use super::linear::Step;
use super::number::{decimal, digits, power, scientific, shortest_among, stripped, value};
use super::{Ruler, Tick, Ticks};

/// How much of the axis may be without a mark, as a share.
const BARE: f64 = 0.4;

/// The same between powers of ten, as a share and in units of the text size.
const CLOSE: f64 = 0.3;
const CLOSE_LINES: f64 = 5.0;

/// The most marks.
const MOST: usize = 14;

/// The distance between marks in even stretches, in units of the text size, up an axis.
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
    const ZERO: Self = Self { n: 0, exponent: 0 };

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

/// Ticks of an axis on which `place` may be any ascending function. Beyond `linear` on either side of 0, if given, equal factors are
/// about equal lengths.
pub(super) fn ticks(ruler: &Ruler, linear: Option<f64>) -> Ticks {
    // Powers of ten stand close enough for what lies between to be guessed.
    let is_close = |ticks: &Ticks| bare(ticks) <= f64::max(CLOSE, CLOSE_LINES * ruler.size / ruler.length);
    let decades = linear.and_then(|linear| decades(ruler, linear)).filter(is_close);
    let mut known = decades.into_iter().chain(steps(ruler)).chain([series(ruler)]);
    known.find(|ticks| ticks.major.len() >= 2 && bare(ticks) <= BARE).unwrap_or_else(|| stretches(ruler))
}

/// The largest share of the axis without a mark.
fn bare(ticks: &Ticks) -> f64 {
    let places = [0.0].into_iter().chain(ticks.major.iter().map(|tick| tick.at)).chain([1.0]);
    let places: Vec<f64> = places.collect();
    places.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
}

/// Ticks of an axis of two straight parts that meet at `center`: each has equal steps of its own.
pub(super) fn two_slopes(ruler: &Ruler, center: f64) -> Ticks {
    let (low, high) = ruler.range;
    let Some(middle) = ruler.tick(center, shortest_among(center, center.abs() >= 1e4)) else {
        return ruler.ends();
    };
    let part = |low: f64, high: f64| {
        let share = (ruler.place)(high) - (ruler.place)(low);
        let most = ((share * ruler.length / (2.0 * ruler.size)) as usize).clamp(1, 6);
        let mut proposals = (1..=most).rev().chain(most + 1..=3 * most).filter_map(|intervals| {
            let step = Step::at_least((high - low) / intervals as f64, ruler.whole)?;
            // Rounding may take a multiple for one that lies beyond an end.
            let mut rounds = multiples(step, (low, high), 0.0)?;
            rounds.retain(|round| (low..=high).contains(&round.value()) && round.value() != center);
            let ticks = labelled(ruler, &rounds);
            Some(ticks.into_iter().filter(|tick| ruler.are_clear(tick, &middle)).collect::<Vec<Tick>>())
        });
        proposals.find(|ticks| !ticks.is_empty() && ruler.fits(ticks)).unwrap_or_default()
    };
    let mut major = if low < center { part(low, center) } else { Vec::new() };
    major.push(middle.clone());
    if center < high {
        major.extend(part(center, high));
    }
    if major.len() < 2 || !ruler.fits(&major) {
        return ruler.ends();
    }
    Ticks { major, ..Ticks::default() }
}

/// The multiples of a step in a range, without needless digits.
fn multiples(step: Step, range: (f64, f64), ulps: f64) -> Option<Vec<Round>> {
    let multiples = step.multiples(range, ulps)?;
    let zeros = multiples.iter().filter(|n| **n != 0).map(|&n| stripped(n, 0).1).min().unwrap_or(0);
    let round = |n: &i64| Round { n: n / 10i64.pow(zeros as u32), exponent: step.exponent + zeros };
    Some(multiples.iter().map(round).collect())
}

/// Marks of these numbers, as far as they lie on the axis.
fn labelled(ruler: &Ruler, rounds: &[Round]) -> Vec<Tick> {
    let grouped = rounds.iter().any(|round| round.magnitude() > 3);
    // Equal steps have one notation.
    let are_equal = rounds.windows(2).all(|pair| pair[0].exponent == pair[1].exponent);
    let is_long = |round: &Round| round.n != 0 && !(-4..6).contains(&round.magnitude());
    let are_scientific = are_equal && rounds.iter().any(is_long);
    let label = |round: &Round| match round.n {
        0 if are_scientific => "0".to_owned(),
        n if are_scientific => scientific(n, round.exponent),
        _ => round.label(grouped),
    };
    rounds.iter().filter_map(|round| ruler.tick(round.value(), label(round))).collect()
}

/// The powers of ten from `linear` on, or every second, third, … as room allows, on either side of 0; `None` where they find no room.
fn decades(ruler: &Ruler, linear: f64) -> Option<Ticks> {
    let (low, high) = ruler.range;
    let first = (libm::log10(linear) - 1e-9).ceil() as i32;
    let last = (libm::log10(high.abs().max(low.abs())) + 1e-9).floor() as i32;
    // Those in sight have one notation.
    let nearest = if low > 0.0 || high < 0.0 { low.abs().min(high.abs()) } else { 0.0 };
    let is_plain = last <= 5 && first.max(libm::log10(nearest.max(1e-300)).floor() as i32) >= -4;
    let label = |n: i64, exponent: i32| match n {
        0 => "0".to_owned(),
        n if is_plain => decimal(n, exponent, last > 3),
        n => format!("{}{}", if n < 0 { "−" } else { "" }, power(exponent)),
    };
    for stride in 1..=(last - first).clamp(1, 20) {
        let of = |sign: i64| {
            let is_taken = move |e: &i32| e.rem_euclid(stride) == 0;
            (first..=last).filter(is_taken).filter(|e| !ruler.whole || *e >= 0).map(move |e| (sign, e))
        };
        let all = of(-1).rev().chain([(0, 0)]).chain(of(1));
        let major: Vec<Tick> = all.filter_map(|(n, e)| ruler.tick(value(n, e), label(n, e))).collect();
        let zero = major.iter().find(|tick| tick.label == "0").cloned();
        let is_clear =
            |tick: &Tick| zero.as_ref().is_none_or(|zero| zero == tick || ruler.are_clear(zero, tick));
        let major: Vec<Tick> = major.into_iter().filter(is_clear).collect();
        if major.len() <= MOST && ruler.fits(&major) {
            let rest = (first..=last).filter(|e| e.rem_euclid(stride) != 0);
            let minor =
                rest.flat_map(|e| [value(-1, e), value(1, e)]).filter_map(|v| ruler.share(v)).collect();
            return Some(Ticks { major, minor, ..Ticks::default() });
        }
    }
    None
}

/// Equal steps: the smallest that find room, and small ones of which some find none.
fn steps(ruler: &Ruler) -> impl Iterator<Item = Ticks> {
    /// The least share of the steps that are marked.
    const KEPT: f64 = 0.6;
    let (low, high) = ruler.range;
    let of = move |intervals: u32| {
        let step = Step::at_least((high - low) / f64::from(intervals), ruler.whole)?;
        Some(labelled(ruler, &multiples(step, ruler.range, ruler.ulps())?))
    };
    let all = (2..=9).rev().filter_map(of).find(|major| ruler.fits(major));
    let some = [9, 18, 36].into_iter().filter_map(of).filter_map(move |major| {
        let steps = major.len() as f64;
        let kept = thinned(ruler, major);
        (kept.len() as f64 >= KEPT * steps && kept.len() <= MOST).then_some(kept)
    });
    all.into_iter().chain(some).map(|major| Ticks { major, ..Ticks::default() })
}

/// Those that find room, from the end of the axis where they lie far apart.
fn thinned(ruler: &Ruler, mut major: Vec<Tick>) -> Vec<Tick> {
    let (low, high) = ruler.range;
    let is_wide_above = (ruler.place)(low + (high - low) / 2.0) < 0.5;
    if is_wide_above {
        major.reverse();
    }
    let mut kept: Vec<Tick> = Vec::new();
    for tick in major {
        if kept.last().is_none_or(|last| ruler.are_clear(last, &tick)) {
            kept.push(tick);
        }
    }
    if is_wide_above {
        kept.reverse();
    }
    kept
}

/// 0 and 1, 2 and 5 times the powers of ten, as far as they find room; the largest first.
fn series(ruler: &Ruler) -> Ticks {
    let (low, high) = ruler.range;
    let last = libm::log10(low.abs().max(high.abs())).floor() as i32;
    let mut found: Vec<(Round, Tick)> = Vec::new();
    let all = (last - 12..=last).rev().flat_map(|exponent| [5, 2, 1].map(|n| (n, exponent)));
    let both = all.flat_map(|(n, exponent)| [n, -n].map(|n| Round { n, exponent }));
    let is_taken = |round: &Round| !ruler.whole || round.exponent >= 0;
    for round in [Round::ZERO].into_iter().chain(both.filter(is_taken)) {
        let Some(tick) = ruler.tick(round.value(), round.label(last > 3)) else { continue };
        if found.len() < MOST && found.iter().all(|(_, other)| ruler.are_clear(other, &tick)) {
            found.push((round, tick));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.value().total_cmp(&b.value()));
    Ticks { major: found.into_iter().map(|(_, tick)| tick).collect(), ..Ticks::default() }
}

/// The roundest number in each of some even stretches.
fn stretches(ruler: &Ruler) -> Ticks {
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
        let mut major = labelled(ruler, &found);
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
        return Some(Round::ZERO);
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
    use super::super::testing::labels;
    use super::*;
    use crate::data::{ColorScale, Colormap, Limits};
    use crate::figure::Colorbar;
    use crate::figure::draft::bar_ticks;

    /// The ticks of a colorbar.
    fn of(norm: &str, vmin: f64, vmax: f64, length: f64) -> Ticks {
        let colormap = Colormap::named("viridis").unwrap();
        let scale = ColorScale::new(norm.parse().unwrap(), Limits { vmin, vmax }, colormap);
        bar_ticks(&Colorbar { scale, label: String::new(), whole: false, marks: Vec::new() }, length, 8.5)
    }

    fn check(norm: &str, (vmin, vmax): (f64, f64), length: f64, wanted: &str) {
        assert_eq!(labels(&of(norm, vmin, vmax, length)).join(" "), wanted, "{norm} from {vmin} to {vmax}");
    }

    #[test]
    fn beyond_a_linear_part_powers_of_ten_are_marked() {
        check("symlog:1", (-1000.0, 1000.0), 100.0, "−1000 −100 −10 −1 0 1 10 100 1000");
        check("symlog:1", (-1000.0, 1000.0), 60.0, "−100 0 100");
        check(
            "symlog:0.01",
            (-1000.0, 1000.0),
            260.0,
            "−1000 −100 −10 −1 −0.1 −0.01 0 0.01 0.1 1 10 100 1000",
        );
        check("asinh:1", (0.0, 1e9), 200.0, "0 10¹ 10² 10³ 10⁴ 10⁵ 10⁶ 10⁷ 10⁸ 10⁹");
        check("log1p", (0.0, 50_000.0), 200.0, "0 1 10 100 1,000 10,000");
        let thinned = of("symlog:1", -1000.0, 1000.0, 60.0);
        assert_eq!(thinned.minor.len(), 4, "{thinned:?}");
    }

    #[test]
    fn where_powers_of_ten_are_too_few_there_are_equal_steps_or_others_between() {
        check("symlog:1", (0.0, 40.0), 200.0, "0 0.2 0.5 1 2 5 10 20");
        check("symlog:1", (120.0, 180.0), 200.0, "120 130 140 150 160 170 180");
        check("log1p", (0.0, 3.0), 200.0, "0.0 0.5 1.0 1.5 2.0 2.5 3.0");
        check("power:0.5", (100.0, 900.0), 200.0, "100 200 300 400 500 600 700 800 900");
        check("cbrt", (0.0, 20_300.0), 200.0, "0 10 50 200 500 1,000 2,000 5,000 10,000 20,000");
    }

    #[test]
    fn small_steps_are_left_out_where_they_are_crowded() {
        check("power:0.5", (0.0, 900.0), 130.0, "0 100 200 300 400 600 800");
        check("power:3", (0.0, 1.0), 200.0, "0.2 0.4 0.5 0.6 0.7 0.8 0.9 1.0");
        check("power:0.5", (0.0, 1e-6), 130.0, "0 10⁻⁷ 2×10⁻⁷ 3×10⁻⁷ 5×10⁻⁷ 7×10⁻⁷ 9×10⁻⁷");
        for norm in ["cbrt", "log1p", "symlog:1", "asinh:1", "power:2", "twoslope:0"] {
            assert!(of(norm, 0.0, 5e-324, 200.0).major.len() < 9, "{norm}");
            assert!(of(norm, -5e-324, 5e-324, 200.0).major.len() < 9, "{norm}");
        }
    }

    #[test]
    fn either_slope_has_steps_of_its_own() {
        check("twoslope:0", (-10.0, 420.0), 200.0, "−10 −8 −6 −4 −2 0 100 200 300 400");
        check("twoslope:5", (-1000.0, 1000.0), 200.0, "−1000 −750 −500 −250 5 200 400 600 800 1000");
        check("twoslope:12.345", (10.0, 300.0), 200.0, "10.0 10.5 11.0 11.5 12.0 12.345 100 200 300");
        check("twoslope:0", (-1.2, 0.9), 60.0, "−1 0 0.5");
        check("twoslope:0", (-95.0, 0.0), 200.0, "−80 −60 −40 −20 0");
        check(
            "twoslope:-1e-6",
            (-1e5, 5e-6),
            200.0,
            "−100,000 −80,000 −60,000 −40,000 −20,000 −10⁻⁶ 0 2×10⁻⁶ 4×10⁻⁶",
        );
    }

    /// Where no series is known to serve, as where most counts are small and some are huge.
    #[test]
    fn else_round_numbers_stand_about_evenly() {
        check(
            "power:0.2",
            (0.0, 1e6),
            200.0,
            "0 10 100 500 2,000 10,000 20,000 50,000 100,000 200,000 500,000 10⁶",
        );
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
            let ticks = of("power:2", 3.0, 4.0, length);
            assert!(
                ticks.major.len() < 2 || (ticks.major.len() - 1) as f64 * 1.3 * 8.5 <= length,
                "{ticks:?}"
            );
        }
    }
}
