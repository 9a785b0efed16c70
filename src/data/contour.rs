//! Lines along which the values of cells are one level.

use std::str::FromStr;

use crate::error::{Error, Result, plain};

/// Where a contour is wanted.
///
/// ```
/// use heatbin::Level;
///
/// assert_eq!("12.5".parse::<Level>()?, Level::Value(12.5));
/// assert_eq!("90%".parse::<Level>()?, Level::Share(0.9));
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Level {
    /// At a value.
    Value(f64),
    /// Around the highest cells that hold this share, above 0 to 1, of all the mass: of counts, sums, densities or probabilities.
    /// `Share(0.9)` is what seaborn's `kdeplot` has as the level 0.1, the share below.
    Share(f64),
}

impl Level {
    /// Finds what makes no sense whatever the cells are.
    ///
    /// # Errors
    /// If the value is not finite, or the share not above 0 and at most 1.
    pub fn check(self) -> Result<()> {
        match self {
            Self::Value(value) if !value.is_finite() => Err(Error::usage(format!(
                "a contour stands at a finite value, not {value}",
                value = plain(value)
            ))),
            Self::Share(share) if !(share > 0.0 && share <= 1.0) => Err(Error::usage(format!(
                "a contour holds a share above 0% and up to 100%, not {}%",
                share * 100.0
            ))),
            _ => Ok(()),
        }
    }
}

impl FromStr for Level {
    type Err = Error;

    /// A value, or a share with a percent sign.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let (digits, is_share) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
        let number: f64 = digits.trim().parse().map_err(|_| {
            Error::usage(format!(
                "'{text}' is no level: write a value, as in 100, or a share of the mass, as in 90%"
            ))
        })?;
        let level = if is_share { Self::Share(number / 100.0) } else { Self::Value(number) };
        level.check().map(|()| level)
    }
}

/// The lines at one level. [`contours`](crate::contours) finds them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contour {
    /// The value along the lines; NaN where a share was wanted and there is no mass.
    pub level: f64,
    /// The share of the mass that the cells at or above the level hold, if that is what was wanted.
    pub share: Option<f64>,
    /// Points in shares of the way across and up the drawn grid, with higher values to the left of the way they go. A line that
    /// ends where it began is closed.
    pub lines: Vec<Vec<(f64, f64)>>,
}

impl Contour {
    /// The lines at a level, or around a share of the mass.
    pub fn new(level: f64, share: Option<f64>, lines: Vec<Vec<(f64, f64)>>) -> Self {
        Self { level, share, lines }
    }

    /// What is written beside it: the share, as `90%`; nothing at a value.
    pub fn label(&self) -> String {
        let percent = |share: f64| (share * 1e8).round() / 1e6;
        self.share.map(|share| format!("{}%", percent(share))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_values_or_shares() {
        assert_eq!(" -3e2".parse::<Level>().unwrap(), Level::Value(-300.0));
        assert_eq!("12.5 %".parse::<Level>().unwrap(), Level::Share(0.125));
        for (wrong, part) in [
            ("", "no level"),
            ("high", "no level"),
            ("%", "no level"),
            ("nan", "finite"),
            ("inf", "finite"),
            ("0%", "above 0%"),
            ("101%", "up to 100%"),
            ("-5%", "above 0%"),
        ] {
            let error = wrong.parse::<Level>().unwrap_err().to_string();
            assert!(error.contains(part), "{wrong}: {error}");
        }
    }

    #[test]
    fn shares_are_written_in_percent() {
        let label = |share| Contour::new(1.0, share, Vec::new()).label();
        assert_eq!(
            [label(Some(0.9)), label(Some(0.07)), label(Some(0.123)), label(None)],
            ["90%", "7%", "12.3%", ""]
        );
    }
}
