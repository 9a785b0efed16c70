//! Points in time as days since 1970-01-01 00:00 UTC.
//!
//! The sum of whole seconds and the rest, divided by the seconds of a day, is what matplotlib's `date2num` computes; doing
//! the same in the same order gives the same f64.

const SECONDS_PER_DAY: f64 = 86_400.0;

/// Days, from seconds since 1970 and the nanoseconds of the second that has begun.
pub(super) fn days(seconds: i64, nanoseconds: i64) -> f64 {
    (seconds as f64 + nanoseconds as f64 / 1.0e9) / SECONDS_PER_DAY
}

/// Days, from a count of units of which `per_second` make a second.
pub(super) fn days_of_units(count: i64, per_second: i64) -> f64 {
    let (seconds, rest) = (count.div_euclid(per_second), count.rem_euclid(per_second));
    days(seconds, rest * (1_000_000_000 / per_second))
}

/// Days, from a date or timestamp in ISO form: `2001-01-31`, `2001/01/31 12:00`, `2001-01-31T12:00:00.5+02:00`.
///
/// Without a zone it is UTC. `None` if it is anything else, or no day of the calendar.
pub(super) fn parse(text: &[u8]) -> Option<f64> {
    let mut rest = text;
    let year = digits(&mut rest, 4)?;
    let dash = *rest.first().filter(|byte| matches!(byte, b'-' | b'/'))?;
    literal(&mut rest, dash)?;
    let month = digits(&mut rest, 2)?;
    literal(&mut rest, dash)?;
    let day = digits(&mut rest, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let midnight = day_number(year, month, day) * 86_400;
    if rest.is_empty() {
        return Some(days(midnight, 0));
    }
    if !matches!(rest[0], b'T' | b't' | b' ') {
        return None;
    }
    rest = &rest[1..];
    let (seconds, nanoseconds) = clock(&mut rest)?;
    let offset = zone(rest)?;
    Some(days(midnight + seconds - offset, nanoseconds))
}

/// `HH:MM[:SS[.fraction]]` as seconds and nanoseconds.
fn clock(rest: &mut &[u8]) -> Option<(i64, i64)> {
    let hour = digits(rest, 2)?;
    literal(rest, b':')?;
    let minute = digits(rest, 2)?;
    let (mut second, mut nanoseconds) = (0, 0);
    if literal(rest, b':').is_some() {
        second = digits(rest, 2)?;
        if literal(rest, b'.').is_some() {
            let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if count == 0 {
                return None;
            }
            // Digits beyond the nanosecond are cut off.
            let digit = |place: usize| if place < count { i64::from(rest[place] - b'0') } else { 0 };
            nanoseconds = (0..9).fold(0, |sum, place| sum * 10 + digit(place));
            *rest = &rest[count..];
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 3600 + minute * 60 + second, nanoseconds))
}

/// The seconds by which a zone is ahead of UTC: nothing, `Z`, `+02`, `+02:00`, `-0530`.
fn zone(mut rest: &[u8]) -> Option<i64> {
    rest = rest.trim_ascii_start();
    let sign = match rest {
        [] | b"Z" | b"z" | b"UTC" => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    rest = &rest[1..];
    let hours = digits(&mut rest, 2)?;
    let colon = literal(&mut rest, b':').is_some();
    let minutes = if rest.is_empty() && !colon { 0 } else { digits(&mut rest, 2)? };
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (number, after) = rest.split_at_checked(count)?;
    *rest = after;
    number.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn literal(rest: &mut &[u8], wanted: u8) -> Option<()> {
    let after = rest.strip_prefix(&[wanted])?;
    *rest = after;
    Some(())
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // Leap days of the years before `year`, counted from the year 0.
    let leaps = |year: i64| {
        let last = year - 1;
        last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400)
    };
    let years = (year - 1970) * 365 + leaps(year) - leaps(1970);
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        // Reference: numpy.datetime64(…) - numpy.datetime64("1970-01-01").
        for (text, wanted) in [
            ("1970-01-01", 0.0),
            ("1969-12-31", -1.0),
            ("2000-02-29", 11_016.0),
            ("2001/01/31", 11_353.0),
            ("0001-01-01", -719_162.0),
            ("9999-12-31", 2_932_896.0),
            ("2001-01-31 12:00", 11_353.5),
            ("2001-01-31T12:00:00", 11_353.5),
            ("2001-01-31T12:00:00.5Z", 11_353.5 + 0.5 / 86_400.0),
            ("2001-01-31T14:00:00+02:00", 11_353.5),
            ("2001-01-31 06:30:00-0530", 11_353.5),
            ("2001-01-31 14:00:00 +02", 11_353.5),
            ("1969-12-31T18:00:00Z", -0.25),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2001",
            "2001-1-1",
            "2001-13-01",
            "2001-02-29",
            "2001-01-00",
            "2001-01/31",
            "2001-01-31x",
            "2001-01-31 ",
            "2001-01-31T24:00",
            "2001-01-31T12:60",
            "2001-01-31T12:00:00.",
            "2001-01-31T12:00+",
            "2001-01-31T12:00+2",
            "2001-01-31T12:00+02:",
            "2001-01-31T12:00 CET",
            "31-01-2001",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn units_before_1970_keep_their_fractions() {
        assert_eq!(days_of_units(-1, 1000), days(-1, 999_000_000));
        assert_eq!(days_of_units(i64::MIN, 1_000_000_000), days(-9_223_372_037, 145_224_192));
    }
}
