//! A part of rows or columns, as Python slices a list.

use std::ops::Range;

use crate::error::{Error, Result};

/// `A:B`: from A up to B, which is not in it. Either may be left out, and is counted from the end if it is below 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    start: Option<i64>,
    stop: Option<i64>,
}

/// Reads `A:B`.
pub fn slice(text: &str) -> Result<Slice, String> {
    let end = |text: &str| match text.trim() {
        "" => Ok(None),
        number => number.parse().map(Some).map_err(|_| {
            format!(
                "'{number}' is no whole number: numbers count from 0, as in 10:20, or below 0 from the end"
            )
        }),
    };
    match text.split_once(':') {
        Some((start, stop)) => Ok(Slice { start: end(start)?, stop: end(stop)? }),
        None => Err(format!("'{text}' is no part: it is A:B, from A up to B, which is not in it")),
    }
}

impl Slice {
    /// Which of so many; `what` names them in messages.
    ///
    /// # Errors
    /// If none is left.
    pub fn of(self, what: &str, count: usize) -> Result<Range<usize>> {
        let place = |end: i64| {
            let from_start = if end < 0 { end.saturating_add_unsigned(count as u64) } else { end };
            usize::try_from(from_start).unwrap_or(0).min(count)
        };
        let range = self.start.map_or(0, place)..self.stop.map_or(count, place);
        if range.is_empty() {
            let end = |end: Option<i64>| end.map_or_else(String::new, |end| end.to_string());
            return Err(Error::usage(format!(
                "--{what} {}:{} leaves none of the {count} {what}",
                end(self.start),
                end(self.stop)
            )));
        }
        Ok(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_python() {
        // list(range(10))[...], its first and one past its last.
        for (text, first, end) in [
            ("2:5", 2, 5),
            (":3", 0, 3),
            ("7:", 7, 10),
            (":", 0, 10),
            ("-3:", 7, 10),
            (":-8", 0, 2),
            ("-99:99", 0, 10),
            (" 1 : -1 ", 1, 9),
        ] {
            assert_eq!(slice(text).unwrap().of("rows", 10).unwrap(), first..end, "{text}");
        }
        for none in ["5:5", "5:2", "10:", ":0", "-1:-4", ":-10"] {
            let error = slice(none).unwrap().of("rows", 10).unwrap_err().to_string();
            assert!(error.contains(&format!("--rows {none} leaves none of the 10 rows")), "{error}");
        }
        for wrong in ["", "3", "a:b", "1:2:3", "1.5:"] {
            assert!(slice(wrong).is_err(), "{wrong}");
        }
    }
}
