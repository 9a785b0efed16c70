//! Ticks of time: years, months, days, hours, minutes, seconds and parts of one, in the proleptic Gregorian calendar, UTC.
//!
//! A label says what changes from tick to tick, and where a larger unit turns, that unit; what stays the same is said once,
//! in the note, as in matplotlib's ConciseDateFormatter.

use super::{Ruler, Tick, Ticks, linear};
use crate::data::calendar::{DAY, Date, HOUR, MINUTE, SECOND, month_start, year};

/// Days beyond which time is a mere number: 100,000 years, so that microseconds fit an i64.
const FARTHEST: f64 = 36_524_250.0;

/// The distance between ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Years(i64),
    Months(i64),
    /// Counted from the first of each month.
    Days(i64),
    /// Of microseconds, a part of the next larger unit: hours of a day, and so on down.
    Micros(i64),
}

impl Step {
    /// From short to long.
    fn all() -> impl Iterator<Item = Self> {
        let parts = (0..6).flat_map(|e| [1, 2, 5].map(|digit| digit * 10i64.pow(e)));
        let sixtieths = |unit: i64| [1, 2, 5, 10, 15, 30].map(move |k| k * unit);
        let micros =
            parts.chain(sixtieths(SECOND)).chain(sixtieths(MINUTE)).chain([1, 2, 3, 6, 12].map(|k| k * HOUR));
        let years = (0..5).flat_map(|e| [1, 2, 5].map(|digit| digit * 10i64.pow(e)));
        micros
            .map(Self::Micros)
            .chain([1, 2, 4, 7, 14].map(Self::Days))
            .chain([1, 2, 3, 6].map(Self::Months))
            .chain(years.map(Self::Years))
    }

    /// Its length in microseconds, roughly.
    fn length(self) -> i64 {
        match self {
            Self::Years(years) => years * 365 * DAY,
            Self::Months(months) => months * 30 * DAY,
            Self::Days(days) => days * DAY,
            Self::Micros(micros) => micros,
        }
    }

    /// The instants of this step from `low` to `high`, microseconds since 1970.
    fn instants(self, low: i64, high: i64) -> Vec<i64> {
        let (first, last) = (Date::of(low), Date::of(high));
        let all: Vec<i64> = match self {
            Self::Micros(step) => (low.div_euclid(step)..=high.div_euclid(step)).map(|k| k * step).collect(),
            Self::Days(step) => {
                // 30 and 31 are left out: the next first would be too close.
                let in_month = |m: i64| (0..30 / step).map(move |k| month_start(m) + k * step * DAY);
                let in_month = |m: i64| if step == 1 { every_day(m) } else { in_month(m).collect() };
                (first.months()..=last.months()).flat_map(in_month).collect()
            }
            Self::Months(step) => multiples(first.months(), last.months(), step).map(month_start).collect(),
            Self::Years(step) => {
                multiples(first.year, last.year, step).map(|y| month_start(12 * y)).collect()
            }
        };
        all.into_iter().filter(|instant| (low..=high).contains(instant)).collect()
    }
}

fn multiples(first: i64, last: i64, step: i64) -> impl Iterator<Item = i64> {
    (first.div_euclid(step)..=last.div_euclid(step)).map(move |k| k * step)
}

fn every_day(month: i64) -> Vec<i64> {
    (month_start(month)..month_start(month + 1)).step_by(DAY as usize).collect()
}

/// Ticks of an axis of days since 1970.
pub(super) fn ticks(ruler: &Ruler) -> Ticks {
    let (low, high) = ruler.range;
    let span = (high - low) * DAY as f64;
    if low.abs().max(high.abs()) > FARTHEST || span < 2.0 {
        return linear::ticks(ruler);
    }
    let (low, high) = ((low * DAY as f64).round() as i64, (high * DAY as f64).round() as i64);
    let most = ruler.most_intervals() as i64;
    let mut single = None;
    for step in Step::all().filter(|step| (high - low) / step.length() <= most) {
        let ticks = labelled(ruler, step, &step.instants(low, high), (low, high));
        if ruler.fits(&ticks.major) {
            match ticks.major.len() {
                0 => {}
                1 => single = single.or(Some(ticks)),
                _ => return ticks,
            }
        }
    }
    single.unwrap_or_default()
}

/// An instant in words, as finely as `step` (in days) asks; `None` where the calendar ends.
#[cfg(feature = "window")]
pub(super) fn text(days: f64, step: f64) -> Option<String> {
    let step = step * DAY as f64;
    (days.abs() <= FARTHEST).then(|| {
        let date = Date::of((days * DAY as f64).round() as i64);
        if step >= DAY as f64 {
            return date.text();
        }
        let clock = date.clock(step < MINUTE as f64);
        let part = date.time % SECOND;
        let part = if step < SECOND as f64 { format!(".{part:06}") } else { String::new() };
        format!("{} {clock}{part}", date.text())
    })
}

fn labelled(ruler: &Ruler, step: Step, instants: &[i64], (low, high): (i64, i64)) -> Ticks {
    let place = |&instant: &i64| ruler.tick(instant as f64 / DAY as f64, label(step, instant));
    let major: Vec<Tick> = instants.iter().filter_map(place).collect();
    let dates: Vec<Date> = instants.iter().map(|&instant| Date::of(instant)).collect();
    // Of all the axis, not only from the first mark to the last.
    // But parts of a second are counted from the first.
    let (low, high) = (Date::of(low), Date::of(high));
    let first = match step {
        Step::Micros(step) if step < SECOND => dates.first().unwrap_or(&low),
        _ => &low,
    };
    let note = note(step, &dates, first, &high);
    Ticks { major, note, ..Ticks::default() }
}

fn label(step: Step, instant: i64) -> String {
    let date = Date::of(instant);
    match step {
        Step::Years(_) => year(date.year),
        Step::Months(_) if date.month == 0 => year(date.year),
        Step::Months(_) => date.month_name().to_string(),
        Step::Days(_) if date.day == 1 => date.month_name().to_string(),
        Step::Days(_) => date.day.to_string(),
        Step::Micros(step) if step >= SECOND => match date.time {
            0 => format!("{} {}", date.month_name(), date.day),
            _ => date.clock(step < MINUTE),
        },
        Step::Micros(step) => {
            let (second, part) = (date.time % MINUTE / SECOND, date.time % SECOND);
            // As many decimals as the step needs.
            let decimals = (1..6).find(|&d| step % 10i64.pow(6 - d) == 0).unwrap_or(6);
            let part = part / 10i64.pow(6 - decimals);
            format!("{second:02}.{part:0width$}", width = decimals as usize)
        }
    }
}

fn note(step: Step, dates: &[Date], first: &Date, last: &Date) -> String {
    let months = |date: &Date| format!("{} {}", year(date.year), date.month_name());
    match step {
        Step::Years(_) => String::new(),
        Step::Months(_) if dates.iter().any(|date| date.month == 0) => String::new(),
        Step::Months(_) => year(first.year),
        Step::Days(_) if first.months() == last.months() => months(first),
        Step::Days(_) if first.year == last.year => {
            format!("{} {}–{}", year(first.year), first.month_name(), last.month_name())
        }
        Step::Days(_) => format!("{} – {}", months(first), months(last)),
        Step::Micros(step) if step < SECOND => format!("{} {}", first.text(), first.clock(false)),
        Step::Micros(_) if first.text() == last.text() => first.text(),
        Step::Micros(_) if first.months() == last.months() => format!("{}–{}", first.text(), last.day),
        Step::Micros(_) if first.year == last.year => {
            format!("{} – {} {}", first.text(), last.month_name(), last.day)
        }
        Step::Micros(_) => format!("{} – {}", first.text(), last.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Direction;
    use super::super::testing::{labels, ticks_of_length};
    use crate::data::{Quantity, Scale};

    #[track_caller]
    fn check(low: f64, high: f64, wanted: &[&str], note: &str) {
        let ticks = ticks_of_length((low, high), Scale::Linear, Quantity::Time, Direction::Across, 320.0);
        assert_eq!(labels(&ticks), wanted);
        assert_eq!(ticks.note, note);
    }

    #[test]
    fn the_note_is_of_all_the_axis() {
        let range = (THIRD - 35.9, THIRD - 28.0);
        let ticks = ticks_of_length(range, Scale::Linear, Quantity::Time, Direction::Across, 100.0);
        assert_eq!((labels(&ticks)[0], &*ticks.note), ("Jan", "2020 Dec – 2021 Jan"), "{ticks:?}");
    }

    #[test]
    fn parts_of_a_second_are_of_the_minute_in_the_note() {
        let second = 1.0 / 86_400.0;
        let range = (THIRD + 59.95 * second, THIRD + 60.55 * second);
        let ticks = ticks_of_length(range, Scale::Linear, Quantity::Time, Direction::Across, 320.0);
        assert_eq!((labels(&ticks)[0], &*ticks.note), ("00.0", "2021 Feb 3 00:01"), "{ticks:?}");
    }

    /// 2021-02-03.
    const THIRD: f64 = 18_661.0;

    #[test]
    fn every_unit_has_its_labels() {
        check(0.0, 19_000.0, &["1970", "1980", "1990", "2000", "2010", "2020"], "");
        check(THIRD, THIRD + 500.0, &["Mar", "May", "Jul", "Sep", "Nov", "2022", "Mar", "May"], "");
        check(THIRD, THIRD + 180.0, &["Mar", "Apr", "May", "Jun", "Jul", "Aug"], "2021");
        check(THIRD, THIRD + 40.0, &["8", "15", "22", "Mar", "8", "15"], "2021 Feb–Mar");
        check(THIRD, THIRD + 6.0, &["3", "4", "5", "6", "7", "8", "9"], "2021 Feb");
        check(THIRD - 48.0, THIRD - 20.0, &["17", "21", "25", "Jan", "5", "9", "13"], "2020 Dec – 2021 Jan");
        let hours = ["04:00", "06:00", "08:00", "10:00", "12:00", "14:00", "16:00", "18:00", "20:00"];
        check(THIRD + 0.1, THIRD + 0.9, &hours, "2021 Feb 3");
        let hours = ["12:00", "15:00", "18:00", "21:00", "Feb 3", "03:00", "06:00", "09:00", "12:00"];
        check(THIRD - 0.5, THIRD + 0.5, &hours, "2021 Feb 2–3");
        let seconds = ["12:00:00", "12:00:10", "12:00:20", "12:00:30", "12:00:40", "12:00:50", "12:01:00"];
        check(THIRD + 0.5, THIRD + 0.5 + 1.0 / 1440.0, &seconds, "2021 Feb 3");
        let parts = ["00.0", "00.2", "00.4", "00.6", "00.8", "01.0"];
        check(THIRD + 0.5, THIRD + 0.5 + 1.0 / 86_400.0, &parts, "2021 Feb 3 12:00");
    }

    #[test]
    fn times_too_far_or_too_close_are_numbers() {
        check(1e12, 2e12, &["1.0", "1.2", "1.4", "1.6", "1.8", "2.0"], "×10¹²");
        assert!(
            !ticks_of_length((THIRD, THIRD + 1e-11), Scale::Linear, Quantity::Time, Direction::Up, 300.0)
                .major
                .is_empty()
        );
    }
}
