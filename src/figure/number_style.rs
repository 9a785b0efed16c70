//! How numbers are written in cells.

use std::fmt::{self, Display};
use std::str::FromStr;

use crate::error::{Error, Result};

/// A format of numbers, written as in Python: `d`, `,d`, `.1f`, `.2e`, `.3g`, `.0%`.
///
/// ```
/// let format: heatbin::NumberStyle = ".1f".parse()?;
/// assert_eq!(format.write(2.25), "2.2");
/// assert_eq!(",d".parse::<heatbin::NumberStyle>()?.write(12345.0), "12,345");
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    kind: Kind,
    digits: usize,
    grouped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fixed,
    Scientific,
    General,
    Percent,
}

impl NumberStyle {
    /// Whole numbers.
    pub const WHOLE: Self = Self { kind: Kind::Fixed, digits: 0, grouped: false };
    /// Two significant digits, seaborn's `.2g`.
    pub const TWO_DIGITS: Self = Self { kind: Kind::General, digits: 2, grouped: false };
    /// Three significant digits.
    pub const SHORT: Self = Self { kind: Kind::General, digits: 3, grouped: false };

    /// The number as text, with true minus signs.
    pub fn write(&self, value: f64) -> String {
        let digits = self.digits;
        if !value.is_finite() {
            let percent = if self.kind == Kind::Percent { "%" } else { "" };
            let name = if value.is_nan() { "nan" } else { "inf" };
            return format!("{}{name}{percent}", if value < 0.0 { "−" } else { "" });
        }
        let text = match self.kind {
            Kind::Fixed => format!("{value:.digits$}"),
            Kind::Percent => format!("{:.digits$}%", value * 100.0),
            Kind::Scientific => scientific(value, digits),
            Kind::General => general(value, digits.max(1)),
        };
        let text = if self.grouped { grouped(&text) } else { text };
        match text.strip_prefix('-') {
            // What is rounded to zero has no sign.
            Some(rest) if rest.bytes().all(|c| !(b'1'..=b'9').contains(&c)) => rest.to_owned(),
            Some(rest) => format!("−{rest}"),
            None => text,
        }
        // Of an exponent too.
        .replace('-', "−")
    }
}

fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$e}");
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{factor}e{sign}{exponent:0>2}")
}

/// So many significant digits, without zeros at the end, and an exponent where the number is large or small.
fn general(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits - 1);
    let exponent: i32 = text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..digits as i32).contains(&exponent) {
        return trimmed(&format!("{value:.*}", (digits as i32 - 1 - exponent) as usize));
    }
    let text = scientific(value, digits - 1);
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, ""));
    format!("{}e{exponent}", trimmed(factor))
}

fn grouped(text: &str) -> String {
    let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |length| start + length);
    let mut out = text[..start].to_owned();
    for (nth, digit) in text[start..end].char_indices() {
        if nth > 0 && (end - start - nth) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + &text[end..]
}

impl FromStr for NumberStyle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::usage(format!("'{text}' is no format of numbers, such as d, ,d, .1f, .2e, .3g or .0%"));
        let rest = text.strip_prefix(',');
        let grouped = rest.is_some();
        let rest = rest.unwrap_or(text);
        let kind = rest.chars().last().ok_or_else(wrong)?;
        let number = &rest[..rest.len() - kind.len_utf8()];
        let digits = match number.strip_prefix('.') {
            Some(digits) => {
                Some(digits.parse::<usize>().ok().filter(|digits| *digits <= 17).ok_or_else(wrong)?)
            }
            None if number.is_empty() => None,
            None => return Err(wrong()),
        };
        // Python's six digits where none are asked for.
        let (kind, digits) = match (kind, digits) {
            ('d', None) => (Kind::Fixed, 0),
            ('f', digits) => (Kind::Fixed, digits.unwrap_or(6)),
            ('e', digits) => (Kind::Scientific, digits.unwrap_or(6)),
            ('g', digits) => (Kind::General, digits.unwrap_or(6)),
            ('%', digits) => (Kind::Percent, digits.unwrap_or(6)),
            _ => return Err(wrong()),
        };
        Ok(Self { kind, digits, grouped })
    }
}

impl Display for NumberStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comma = if self.grouped { "," } else { "" };
        match (self.kind, self.digits) {
            (Kind::Fixed, 0) => write!(f, "{comma}d"),
            (Kind::Fixed, digits) => write!(f, "{comma}.{digits}f"),
            (Kind::Scientific, digits) => write!(f, "{comma}.{digits}e"),
            (Kind::General, digits) => write!(f, "{comma}.{digits}g"),
            (Kind::Percent, digits) => write!(f, "{comma}.{digits}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        // Each by Python's format(value, spec), but for the minus signs.
        for (spec, value, wanted) in [
            ("d", 1234.0, "1234"),
            (",d", 1_234_567.0, "1,234,567"),
            (",.2f", -1234.5, "−1,234.50"),
            (".1f", 0.04, "0.0"),
            (".1f", -0.04, "0.0"),
            (".2e", 12_345.0, "1.23e+04"),
            (".0e", 0.0007, "7e−04"),
            (".2g", 1234.0, "1.2e+03"),
            (".3g", 0.00012345, "0.000123"),
            (".3g", 1.2e-5, "1.2e−05"),
            (".3g", 100.0, "100"),
            (".3g", 999.9, "1e+03"),
            (".2g", 0.5, "0.5"),
            (".0%", 0.253, "25%"),
            ("g", 0.1, "0.1"),
            (".3g", 0.0, "0"),
            (".1e", f64::INFINITY, "inf"),
            ("d", f64::NEG_INFINITY, "−inf"),
            (",.0%", f64::NAN, "nan%"),
        ] {
            let format: NumberStyle = spec.parse().unwrap();
            assert_eq!(format.write(value), wanted, "{spec} {value}");
            assert_eq!(format.to_string().parse::<NumberStyle>().unwrap(), format);
        }
        for wrong in ["", "x", "3f", ".f", ".99g", "d3", ".2d", ",", "é"] {
            assert!(wrong.parse::<NumberStyle>().is_err(), "{wrong}");
        }
    }
}
