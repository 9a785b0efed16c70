//! Ticks at equal steps of 1, 2, 2.5 or 5 times a power of ten, as matplotlib's AutoLocator takes them.

use super::number::{decimal, digits, power, scientific, stripped, value};
use super::{Ruler, Tick, Ticks};

/// A distance between ticks: `tenths * 10^exponent`, with tenths of 10, 20, 25 or 50.
#[derive(Clone, Copy)]
pub(super) struct Step {
    tenths: i64,
    pub exponent: i32,
}

impl Step {
    /// The smallest step of at least `distance`.
    pub fn at_least(distance: f64, whole: bool) -> Option<Self> {
        // Steps of subnormal numbers have no digits to spare.
        if !distance.is_normal() {
            return None;
        }
        let first = libm::log10(distance).floor() as i32 - 2;
        let mut steps = (first..first.saturating_add(400))
            .flat_map(|exponent| [10, 20, 25, 50].map(|tenths| Self { tenths, exponent }));
        let long_enough = |step: &Self| value(step.tenths, step.exponent) >= distance * (1.0 - 1e-10);
        steps.find(|step| long_enough(step) && (!whole || step.is_whole()))
    }

    fn is_whole(&self) -> bool {
        self.exponent >= 0 || (self.exponent == -1 && self.tenths % 10 == 0)
    }

    /// The multiples of this step in a range, in units of `10^exponent`. `ulps` is what rounding may be, as a share of the range.
    pub fn multiples(&self, (low, high): (f64, f64), ulps: f64) -> Option<Vec<i64>> {
        // Beyond this, fewer than two to four f64 lie between neighbouring multiples, which then stand at uneven distances.
        const MOST: f64 = (1u64 << 51) as f64;
        let size = value(self.tenths, self.exponent);
        let rounding = 1e-10 + ulps * (high - low) / size;
        let (first, last) = ((low / size - rounding).ceil(), (high / size + rounding).floor());
        let sound = first.abs() < MOST && last.abs() < MOST && last - first < 100.0;
        sound.then(|| (first as i64..=last as i64).map(|k| k * self.tenths).collect())
    }
}

/// Ticks of a linear axis of numbers; also of a log axis too short for powers of ten.
pub(super) fn ticks(ruler: &Ruler) -> Ticks {
    let (low, high) = ruler.range;
    // Steps of subnormal numbers have no digits to spare.
    if high - low < 1e-290 {
        return ruler.ends();
    }
    let proposed = |intervals: usize| {
        let step = Step::at_least((high - low) / intervals as f64, ruler.whole)?;
        Some(labelled(ruler, &step.multiples(ruler.range, ruler.ulps())?, step.exponent))
    };
    let mut single = None;
    let most = ruler.most_intervals();
    // One tick alone says nothing of a scale, so on a short axis two stand closer than would be liked.
    for intervals in (1..=most).rev().chain(most + 1..=3 * most) {
        let Some(ticks) = proposed(intervals) else { continue };
        if ruler.fits(&ticks.major) {
            match ticks.major.len() {
                0 => {}
                1 => single = single.or(Some(ticks)),
                _ => return ticks,
            }
        }
    }
    // Not all marks of a step have a label then.
    let mut ends = (2..=9.max(3 * most)).filter_map(|intervals| outer(proposed(intervals)?));
    ends.find(|ticks| ruler.fits(&ticks.major)).or(single).unwrap_or_else(|| ruler.ends())
}

/// The first and the last mark with their labels, the others without; `None` if there are no others.
fn outer(mut ticks: Ticks) -> Option<Ticks> {
    let last = ticks.major.pop()?;
    if ticks.major.len() < 2 {
        return None;
    }
    ticks.minor = ticks.major.drain(1..).map(|tick| tick.at).collect();
    ticks.major.push(last);
    Some(ticks)
}

fn labelled(ruler: &Ruler, multiples: &[i64], exponent: i32) -> Ticks {
    let (labels, note) = write(multiples, exponent);
    let marks = multiples.iter().map(|&n| value(n, exponent)).zip(labels);
    let major: Vec<Tick> = marks.filter_map(|(value, label)| ruler.tick(value, label)).collect();
    Ticks { major, note, ..Ticks::default() }
}

/// The labels of ticks at `n * 10^exponent`, and the offset and factor that were taken out of them.
fn write(multiples: &[i64], exponent: i32) -> (Vec<String>, String) {
    let offset = offset(multiples);
    let rest: Vec<i64> = multiples.iter().map(|n| n - offset).collect();
    let largest = rest.iter().map(|n| n.abs()).max().unwrap_or(0);
    let magnitude = digits(largest) - 1 + exponent;
    let zeros = rest.iter().filter(|&&n| n != 0).map(|&n| stripped(n, 0).1).min().unwrap_or(0);
    // Decimals after zeros are hard to read: 0.0225 will do, 0.0022 and 0.02250 will not.
    let decimals = -(exponent + zeros);
    let long = (magnitude <= -2 && decimals > 4) || (magnitude == -3 && decimals > 3);
    let plain = largest == 0 || ((-4..6).contains(&magnitude) && !long);
    let factor = if plain { 0 } else { magnitude.div_euclid(3) * 3 };

    let shared = zeros.min((factor - exponent).max(0));
    let unit = exponent + shared - factor;
    let grouped = digits(largest) + exponent - factor > 4;
    let labels = rest.iter().map(|n| decimal(n / 10i64.pow(shared as u32), unit, grouped)).collect();
    (labels, note(offset, exponent, factor))
}

/// What all ticks have in common, if taking it out saves digits that nobody can read.
fn offset(multiples: &[i64]) -> i64 {
    const LONG: i32 = 8;
    let sizes = || multiples.iter().map(|n| n.unsigned_abs());
    let one_sign = multiples.iter().all(|&n| n > 0) || multiples.iter().all(|&n| n < 0);
    let zeros = multiples.iter().map(|&n| stripped(n, 0).1).min().unwrap_or(0);
    let (Some(least), Some(most)) = (sizes().min(), sizes().max()) else { return 0 };
    if multiples.len() < 2 || !one_sign || digits(most as i64) - zeros < LONG {
        return 0;
    }
    let (least, most) = (least as i64, most as i64);
    let spread = digits(most - least);
    let multiple = |value: i64, power: i32| value / 10i64.pow(power as u32) * 10i64.pow(power as u32);
    // A round number among the ticks, so that 0.98 to 1.02 past a million are not counted from 999,999; else the one below.
    let round = (spread + 1..17).rev().map(|power| multiple(most, power)).find(|&n| n >= least && n > 0);
    let below = multiple(least, spread);
    let base = round.unwrap_or(below);
    if base / 10i64.pow(spread as u32) < 1000 { 0 } else { base * multiples[0].signum() }
}

fn note(offset: i64, exponent: i32, factor: i32) -> String {
    let mut parts = Vec::new();
    if factor != 0 {
        parts.push(format!("×{}", power(factor)));
    }
    if offset != 0 {
        let (n, unit) = stripped(offset.abs(), exponent);
        let magnitude = digits(n) - 1 + unit;
        let long = !(-4..15).contains(&magnitude) || (magnitude >= 6 && digits(n) <= 4);
        let text = if long { scientific(n, unit) } else { decimal(n, unit, magnitude > 3) };
        parts.push(format!("{} {text}", if offset < 0 { "−" } else { "+" }));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{labels, ticks as of, ticks_of_length};
    use super::super::{Direction, Ruler};
    use super::*;
    use crate::data::{Quantity, Scale};

    fn ticks(low: f64, high: f64) -> Ticks {
        of((low, high), Scale::Linear, Quantity::Number)
    }

    #[track_caller]
    fn check(low: f64, high: f64, wanted: &[&str], note: &str) {
        let ticks = ticks(low, high);
        assert_eq!(labels(&ticks), wanted);
        assert_eq!(ticks.note, note);
    }

    #[test]
    fn steps_are_those_of_matplotlib() {
        check(0.0, 1.0, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], "");
        check(-3.3, 4.1, &["−3", "−2", "−1", "0", "1", "2", "3", "4"], "");
        check(0.0, 2.0, &["0.00", "0.25", "0.50", "0.75", "1.00", "1.25", "1.50", "1.75", "2.00"], "");
        check(0.1, 0.35, &["0.10", "0.15", "0.20", "0.25", "0.30", "0.35"], "");
        check(0.0, 5095.0, &["0", "1000", "2000", "3000", "4000", "5000"], "");
    }

    #[test]
    fn long_numbers_are_grouped_or_scaled() {
        check(
            0.0,
            21_000.0,
            &["0", "2,500", "5,000", "7,500", "10,000", "12,500", "15,000", "17,500", "20,000"],
            "",
        );
        check(0.0, 1.9e8, &["0", "25", "50", "75", "100", "125", "150", "175"], "×10⁶");
        check(0.0, 1.2e6, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2"], "×10⁶");
        check(-3e-5, 3e-5, &["−30", "−20", "−10", "0", "10", "20", "30"], "×10⁻⁶");
        check(0.0, 1e300, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], "×10³⁰⁰");
        check(-0.0031, -0.0021, &["−3.0", "−2.8", "−2.6", "−2.4", "−2.2"], "×10⁻³");
        check(0.02, 0.035, &["0.020", "0.022", "0.024", "0.026", "0.028", "0.030", "0.032", "0.034"], "");
        check(0.025, 0.04, &["0.026", "0.028", "0.030", "0.032", "0.034", "0.036", "0.038", "0.040"], "");
        check(0.0, 6e-9, &["0", "1", "2", "3", "4", "5", "6"], "×10⁻⁹");
    }

    #[test]
    fn a_large_offset_is_taken_out() {
        check(1e9, 1e9 + 1.0, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], "+ 10⁹");
        check(-1e9 - 1.0, -1e9, &["−1.0", "−0.8", "−0.6", "−0.4", "−0.2", "0.0"], "− 10⁹");
        check(1_234_567.1, 1_234_567.7, &["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"], "+ 1,234,567");
        check(1e9 - 0.5, 1e9 + 0.5, &["−0.4", "−0.2", "0.0", "0.2", "0.4"], "+ 10⁹");
        check(1995.2, 1995.8, &["1995.2", "1995.3", "1995.4", "1995.5", "1995.6", "1995.7", "1995.8"], "");
    }

    #[test]
    fn an_offset_and_a_factor_stand_together() {
        let ticks = ticks(1e6 + 3e-6, 1e6 + 9e-6);
        assert_eq!(labels(&ticks), ["3", "4", "5", "6", "7", "8", "9"]);
        assert_eq!(ticks.note, "×10⁻⁶ + 10⁶");
    }

    /// Sixteen neighbouring f64, the closest that the live window looks.
    #[test]
    fn the_narrowest_views_have_round_ticks() {
        let check = |low: f64, wanted: &[&str], note: &str| {
            let step = low.next_up() - low;
            check(low, low + 16.0 * step, wanted, note);
        };
        check(1e6 + 0.4991e-6, &["−0.5", "0.0", "0.5"], "×10⁻⁹ + 1,000,000.0000005");
        check(2e6 + 0.498e-6, &["−2", "−1", "0", "1"], "×10⁻⁹ + 2,000,000.0000005");
        for exponent in -30..60 {
            for factor in [1.0, 1.1, 1.7, 1.99] {
                let low = factor * 2f64.powi(exponent);
                let ticks = ticks(low, low + 16.0 * (low.next_up() - low));
                assert!(
                    ticks.major.len() >= 2 && ticks.major.iter().all(|tick| tick.label.len() < 9),
                    "{ticks:?}"
                );
            }
        }
    }

    #[test]
    fn a_range_too_narrow_for_steps_still_says_where_it_is() {
        assert_eq!(labels(&ticks(1.0, 1.0f64.next_up())), ["1", "1.0000000000000002"]);
        assert_eq!(labels(&ticks(0.0, 1e-310)), ["0", "10⁻³¹⁰"]);
    }

    #[test]
    fn a_short_bar_has_more_than_one_tick() {
        let ticks = ticks_of_length((0.1, 7.9), Scale::Linear, Quantity::Number, Direction::Up, 60.0);
        assert_eq!(labels(&ticks), ["2", "4", "6"]);
    }

    #[test]
    fn where_one_label_finds_room_the_outermost_two_are_written() {
        let ticks =
            ticks_of_length((0.3, 99_990.0), Scale::Linear, Quantity::Number, Direction::Across, 110.0);
        assert_eq!((labels(&ticks), ticks.minor.len()), (vec!["25,000", "75,000"], 1));
        let ticks = ticks_of_length((0.1, 7.9), Scale::Linear, Quantity::Number, Direction::Up, 25.0);
        assert_eq!((labels(&ticks), ticks.minor.len()), (vec!["2", "6"], 1));
    }

    #[test]
    fn counts_have_whole_ticks_only() {
        let whole = |high: f64| {
            let place = |v: f64| v / high;
            let ruler = Ruler {
                range: (0.0, high),
                scale: Scale::Linear,
                quantity: Quantity::Number,
                whole: true,
                place: &place,
                direction: Direction::Up,
                length: 300.0,
                size: 8.5,
            };
            labels(&ruler.ticks()).join(" ")
        };
        assert_eq!(whole(1.0), "0 1");
        assert_eq!(whole(3.0), "0 1 2 3");
        assert_eq!(whole(20.0), "0 5 10 15 20");
    }
}
