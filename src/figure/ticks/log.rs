//! Ticks of a log axis: powers of ten; 1, 2 and 5 or every digit where few powers are in sight; equal steps where none is.

use super::number::{decimal, power, scientific, value};
use super::{Ruler, Tick, Ticks, linear};

/// Shorter decades, in units of the text size, have no marks between their powers.
const SHORTEST_DECADE: f64 = 2.2;

/// Ticks of a log axis.
pub(super) fn ticks(ruler: &Ruler) -> Ticks {
    let (low, high) = (libm::log10(ruler.range.0), libm::log10(ruler.range.1));
    let (first, last) = ((low - 1e-9).ceil() as i32, (high + 1e-9).floor() as i32);
    let decade = ruler.length / (high - low);
    let minor =
        if decade < SHORTEST_DECADE * ruler.size { Vec::new() } else { digits(ruler, first - 1, last) };
    if high - low >= 2.0 {
        return powers(ruler, first, last, minor);
    }
    for labelled in [&[1, 2, 5][..], &[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1, 3]] {
        let major = parts(ruler, first - 1, last, labelled);
        if major.len() >= 3 && ruler.fits(&major) {
            return Ticks { major, minor, ..Ticks::default() };
        }
    }
    let equal = linear::ticks(ruler);
    let decades = parts(ruler, first, last, &[1]);
    if decades.len() >= 2 && equal.major.len() < 3 {
        return Ticks { major: decades, minor, ..Ticks::default() };
    }
    equal
}

/// Ticks at every power of ten, or every second, third, … as room allows.
fn powers(ruler: &Ruler, first: i32, last: i32, minor: Vec<f64>) -> Ticks {
    const STRIDES: [i32; 11] = [1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200];
    let most = ruler.most_intervals() as i32;
    for stride in STRIDES.into_iter().filter(|stride| (last - first) / stride <= most) {
        let exponents = (first..=last).filter(|e| e.rem_euclid(stride) == 0);
        let major: Vec<Tick> = exponents.filter_map(|e| ruler.tick(value(1, e), power(e))).collect();
        if !major.is_empty() && ruler.fits(&major) {
            let between = if stride == 1 { minor } else { unlabelled(ruler, first, last, stride) };
            return Ticks { major, minor: between, ..Ticks::default() };
        }
    }
    linear::ticks(ruler)
}

/// The powers of ten between labelled ones, where there is room for them.
fn unlabelled(ruler: &Ruler, first: i32, last: i32, stride: i32) -> Vec<f64> {
    const CLOSEST: f64 = 0.5;
    let decade = ruler.length / f64::from((last - first).max(1));
    if decade < CLOSEST * ruler.size {
        return Vec::new();
    }
    let exponents = (first..=last).filter(|e| e.rem_euclid(stride) != 0);
    exponents.filter_map(|e| ruler.share(value(1, e))).collect()
}

/// Marks at 2 to 9 times the powers of ten.
fn digits(ruler: &Ruler, first: i32, last: i32) -> Vec<f64> {
    let all = (first..=last).flat_map(|e| (2..10).map(move |digit| value(digit, e)));
    all.filter_map(|v| ruler.share(v)).collect()
}

/// Labelled ticks at these digits times the powers of ten.
fn parts(ruler: &Ruler, first: i32, last: i32, labelled: &[i64]) -> Vec<Tick> {
    let plain = first >= -4 && last <= 5;
    let grouped = last > 3;
    let label = |digit: i64, e: i32| if plain { decimal(digit, e, grouped) } else { scientific(digit, e) };
    let all = (first..=last).flat_map(|e| labelled.iter().map(move |&digit| (digit, e)));
    let whole = |e: i32| !ruler.whole || e >= 0;
    all.filter(|&(_, e)| whole(e)).filter_map(|(d, e)| ruler.tick(value(d, e), label(d, e))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Direction;
    use super::super::testing::{labels, ticks as of, ticks_of_length};
    use super::*;
    use crate::data::{Quantity, Scale};

    fn ticks(low: f64, high: f64) -> Ticks {
        of((low, high), Scale::Log, Quantity::Number)
    }

    #[test]
    fn decades_are_powers_of_ten() {
        let ticks = ticks(1.0, 2000.0);
        assert_eq!(labels(&ticks), ["10⁰", "10¹", "10²", "10³"]);
        assert_eq!(ticks.minor.len(), 3 * 8 + 1);
        assert_eq!(ticks.major[0].at, 0.0);
    }

    #[test]
    fn many_decades_are_thinned() {
        let ticks = ticks(1e-20, 1e20);
        assert_eq!(labels(&ticks), ["10⁻²⁰", "10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "10⁰", "10⁵", "10¹⁰", "10¹⁵", "10²⁰"]);
        assert_eq!(ticks.minor.len(), 32);
        let ticks = super::ticks(&all_of_f64());
        assert!((3..=10).contains(&ticks.major.len()), "{ticks:?}");
    }

    fn all_of_f64() -> Ruler<'static> {
        Ruler {
            range: (1e-308, 1e308),
            scale: Scale::Log,
            quantity: Quantity::Number,
            whole: false,
            place: &|v| (libm::log10(v) + 308.0) / 616.0,
            direction: Direction::Across,
            length: 350.0,
            size: 8.5,
        }
    }

    #[test]
    fn few_decades_have_digits_between() {
        assert_eq!(labels(&ticks(9.0, 600.0)), ["10", "20", "50", "100", "200", "500"]);
        assert_eq!(labels(&ticks(0.02, 0.7)), ["0.02", "0.05", "0.1", "0.2", "0.5"]);
        assert_eq!(labels(&ticks(2.0, 9.5)), ["2", "3", "4", "5", "6", "7", "8", "9"]);
        assert_eq!(labels(&ticks(2e7, 1.5e9)), ["2×10⁷", "5×10⁷", "10⁸", "2×10⁸", "5×10⁸", "10⁹"]);
    }

    #[test]
    fn within_one_digit_steps_are_equal() {
        assert_eq!(
            labels(&ticks(3.1, 3.5)),
            ["3.10", "3.15", "3.20", "3.25", "3.30", "3.35", "3.40", "3.45", "3.50"]
        );
    }

    #[test]
    fn short_axes_have_few_labels_and_no_crowd_of_marks() {
        let ticks = ticks_of_length((1.0, 1e6), Scale::Log, Quantity::Number, Direction::Across, 60.0);
        assert!(ticks.minor.len() < 10, "{ticks:?}");
    }
}
