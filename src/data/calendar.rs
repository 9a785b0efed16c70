//! The proleptic Gregorian calendar, UTC, over microseconds since 1970.

/// Microseconds.
pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The first instant of a month, counted from January of year 0.
pub(crate) fn month_start(months: i64) -> i64 {
    days_from_civil(months.div_euclid(12), months.rem_euclid(12)) * DAY
}

/// Days from 1970-01-01 to the first of a month (January is 0).
fn days_from_civil(year: i64, month: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 153 days in every five months from March; 719,468 days from 0000-03-01 to 1970-01-01.
    365 * year + leaps + (153 * month + 2) / 5 - 719_468
}

/// An instant in words of the calendar.
pub(crate) struct Date {
    pub year: i64,
    /// 0 to 11.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// Microseconds since midnight.
    pub time: i64,
}

impl Date {
    pub fn of(instant: i64) -> Self {
        let days = instant.div_euclid(DAY);
        // The first of a month begins its month; a guess from the mean length is off by one at most.
        let guess = (days as f64 / 30.436_875).floor() as i64 + 12 * 1970;
        let begins = |m: &i64| days_from_civil(m.div_euclid(12), m.rem_euclid(12)) <= days;
        let months = (guess - 2..=guess + 2).rev().find(begins).unwrap_or(guess);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
        Self { year, month, day: days - days_from_civil(year, month) + 1, time: instant.rem_euclid(DAY) }
    }

    /// Months from January of year 0.
    pub fn months(&self) -> i64 {
        12 * self.year + self.month
    }

    pub fn month_name(&self) -> &'static str {
        MONTHS[self.month as usize]
    }

    /// `2021 Feb 3`.
    pub fn text(&self) -> String {
        format!("{} {} {}", year(self.year), self.month_name(), self.day)
    }

    /// `06:05`, or `06:05:10` with seconds.
    pub fn clock(&self, seconds: bool) -> String {
        let (hour, minute) = (self.time / HOUR, self.time % HOUR / MINUTE);
        let second = self.time % MINUTE / SECOND;
        if seconds { format!("{hour:02}:{minute:02}:{second:02}") } else { format!("{hour:02}:{minute:02}") }
    }
}

pub(crate) fn year(year: i64) -> String {
    if year < 0 { format!("−{}", -year) } else { year.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (days, wanted) in [
            (0, (1970, 0, 1)),
            (-1, (1969, 11, 31)),
            (11_016, (2000, 1, 29)),
            (11_017, (2000, 2, 1)),
            (18_661, (2021, 1, 3)),
            (-719_468, (0, 2, 1)),
            (-25_509, (1900, 1, 28)),
            (-25_508, (1900, 2, 1)),
        ] {
            let date = Date::of(days * DAY);
            assert_eq!((date.year, date.month, date.day), wanted, "{days}");
        }
        for days in (-36_000_000..36_000_000).step_by(9_973) {
            let date = Date::of(days * DAY);
            assert_eq!(days_from_civil(date.year, date.month) + date.day - 1, days);
            assert!((1..=31).contains(&date.day), "{days}");
        }
    }
}
