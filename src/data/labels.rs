//! Values as the text of a label, as pandas prints them.

use super::calendar::{DAY, Date, SECOND};

/// What stands for a missing value.
pub(crate) const MISSING: &str = "nan";

/// The numbers of one index: without decimals if all of them are whole, else each as Python prints a float.
pub(crate) fn numbers(values: impl Iterator<Item = f64> + Clone) -> Vec<String> {
    // Beyond this, floats are not told apart by their digits before the point.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = |value: f64| value.is_nan() || (value.fract() == 0.0 && value.abs() <= EXACT);
    if values.clone().all(is_whole) {
        values.map(|value| if value.is_nan() { MISSING.into() } else { format!("{}", value + 0.0) }).collect()
    } else {
        values.map(python).collect()
    }
}

/// `True`, `False` or `nan`.
pub(crate) fn boolean(value: f64) -> String {
    if value.is_nan() { MISSING } else { ["False", "True"][usize::from(value != 0.0)] }.to_owned()
}

/// Days since 1970 as dates; with the time of day if any of them is not midnight, to the millisecond or microsecond if any of them has parts
/// of a second.
pub(crate) fn times(values: impl Iterator<Item = f64> + Clone) -> Vec<String> {
    let instants = || values.clone().filter_map(instant);
    let clock = values.clone().any(|value| instant(value).is_some() && value.fract() != 0.0);
    let digits = if instants().all(|instant| instant % SECOND == 0) {
        0
    } else if instants().all(|instant| instant % 1000 == 0) {
        3
    } else {
        6
    };
    let time = |days: f64| match instant(days) {
        None if days.is_nan() => "NaT".into(),
        None => python(days),
        Some(instant) => {
            let date = Date::of(instant);
            let day = format!("{:04}-{:02}-{:02}", date.year, date.month + 1, date.day);
            let part = format!(".{:06}", date.time % SECOND);
            let part = if digits == 0 { "" } else { &part[..=digits] };
            if clock { format!("{day} {}{part}", date.clock(true)) } else { day }
        }
    };
    values.clone().map(time).collect()
}

/// Microseconds since 1970, within years of four digits and some more.
fn instant(days: f64) -> Option<i64> {
    const MOST: f64 = 5.0e6;
    if days.abs() > MOST || days.is_nan() {
        return None;
    }
    let exact = days * DAY as f64;
    // Far from 1970 days are coarser than a microsecond, and a whole second is not one to the last of them.
    let coarse = (days.abs().next_up() - days.abs()) * DAY as f64;
    let thousands = (exact / 1000.0).round() * 1000.0;
    let is_rounded = coarse > 1.0 && (thousands - exact).abs() <= coarse;
    Some(if is_rounded { thousands } else { exact.round() } as i64)
}

/// A float as Python's `repr` gives it: the fewest digits that read back as the same.
fn python(value: f64) -> String {
    if value.is_nan() {
        return MISSING.into();
    }
    let size = value.abs();
    if value.is_infinite() || size == 0.0 || (1e-4..1e16).contains(&size) {
        return format!("{value:?}");
    }
    // Rust's 1.5e-7 is Python's 1.5e-07.
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("+", exponent), |exponent| ("-", exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Vec<String> {
        numbers(values.iter().copied())
    }

    #[test]
    fn numbers_are_those_of_python() {
        assert_eq!(of(&[1949.0, -2.0, -0.0, f64::NAN]), ["1949", "-2", "0", "nan"]);
        assert_eq!(of(&[0.5, 1.0, f64::NAN]), ["0.5", "1.0", "nan"]);
        assert_eq!(
            of(&[0.1, 1e-5, 1.5e-7, 1e16, 2.5e300, 1e-4, f64::INFINITY, f64::NEG_INFINITY]),
            ["0.1", "1e-05", "1.5e-07", "1e+16", "2.5e+300", "0.0001", "inf", "-inf"]
        );
    }

    #[test]
    fn times_are_dates_where_all_are() {
        let of = |values: &[f64]| times(values.iter().copied());
        assert_eq!(of(&[0.0, 11_016.0, f64::NAN]), ["1970-01-01", "2000-02-29", "NaT"]);
        assert_eq!(of(&[0.0, 11_016.25]), ["1970-01-01 00:00:00", "2000-02-29 06:00:00"]);
        let day = 86_400e6;
        assert_eq!(of(&[0.5e6 / day, 1.0]), ["1970-01-01 00:00:00.500", "1970-01-02 00:00:00.000"]);
        assert_eq!(
            of(&[250.0 / day, 0.5e6 / day]),
            ["1970-01-01 00:00:00.000250", "1970-01-01 00:00:00.500000"]
        );
        assert_eq!(of(&[1e300, 0.5]), ["1e+300", "1970-01-01 12:00:00"]);
        // 2160-03-05 05:35:05 and 1700-01-01 10:10:10.
        let days = [69_460.0 + 20_105e6 / day, -98_615.0 + 36_610e6 / day];
        assert_eq!(of(&days), ["2160-03-05 05:35:05", "1700-01-01 10:10:10"]);
        assert_eq!(boolean(1.0), "True");
    }
}
