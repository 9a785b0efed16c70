//! What is made of the rows in a cell.

use std::fmt;

use crate::error::{Error, Result, nearest};

/// What is made of the rows in a cell: of their number, or of the values of a weight column.
///
/// Each is that of `scipy.stats.binned_statistic_2d` and numpy. Rows whose weight is NaN, infinite or null are missing
/// and in no cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Reduction {
    /// `count`: how many rows.
    #[default]
    Count,
    /// `any`: 1 where there is a row, else 0.
    Any,
    /// `sum`: of the weights, rounded once from their exact sum.
    Sum,
    /// `mean`: the exact sum over the number of rows.
    Mean,
    /// `min`: the smallest weight.
    Min,
    /// `max`: the largest weight.
    Max,
    /// `var`: the mean squared distance from the mean. The sum of squares is divided by `rows - ddof`: 0 for the
    /// population as in numpy, 1 for a sample (`var:1`) as in pandas.
    Var {
        /// The degrees of freedom that the mean has taken, numpy's `ddof`.
        ddof: u8,
    },
    /// `std`: the square root of the variance; `std:1` is that of a sample.
    Std {
        /// As for the variance.
        ddof: u8,
    },
    /// `first`: the weight of the first row, in the order of the data.
    First,
    /// `last`: the weight of the last row, in the order of the data.
    Last,
    /// `median`: the middle weight, or the mean of both in the middle.
    Median,
    /// `quantile:0.9` or `q90`: the weight below which this share of them lies, linear between two of them as
    /// `numpy.quantile`.
    Quantile(f64),
    /// `mode`: the most frequent weight, the smallest of equals as in `scipy.stats.mode`.
    Mode,
    /// `distinct`: how many different weights.
    Distinct,
    /// `density`: the share of the rows, or of the sum of weights, per unit of area: the integral over all cells is 1.
    /// numpy's `density=True`. On a log axis, the sides of a hexagon are in powers of ten.
    Density,
    /// `probability`: the share of the rows, or of the sum of weights: the sum over all cells is 1.
    Probability,
}

impl Reduction {
    /// Those that have a name alone. `var` and `std` also take `:1`, and `quantile:Q` a share.
    pub const NAMES: [&'static str; 15] = [
        "count",
        "any",
        "sum",
        "mean",
        "min",
        "max",
        "std",
        "var",
        "first",
        "last",
        "median",
        "mode",
        "distinct",
        "density",
        "probability",
    ];

    /// The reduction of this name: one of [`NAMES`](Self::NAMES), `std:1`, `var:1`, `quantile:0.9` or `q90`.
    ///
    /// # Errors
    /// If there is none; the message names the nearest.
    ///
    /// ```
    /// use heatbin::Reduction;
    ///
    /// assert_eq!(Reduction::named("mean")?, Reduction::Mean);
    /// assert_eq!(Reduction::named("q90")?, Reduction::Quantile(0.9));
    /// assert_eq!(Reduction::named("std:1")?, Reduction::Std { ddof: 1 });
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn named(name: &str) -> Result<Self> {
        let (word, parameter) = match name.split_once(':') {
            Some((word, parameter)) => (word, Some(parameter)),
            None => (name, None),
        };
        match (word, parameter) {
            ("quantile", Some(share)) => quantile(name, share.parse().ok()),
            ("var", Some(ddof)) => Ok(Self::Var { ddof: degrees(name, ddof)? }),
            ("std", Some(ddof)) => Ok(Self::Std { ddof: degrees(name, ddof)? }),
            (_, None) => Self::plain(word).map_or_else(|| percentile(name), Ok),
            _ => Err(unknown(name)),
        }
    }

    fn plain(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count,
            "any" => Self::Any,
            "sum" => Self::Sum,
            "mean" => Self::Mean,
            "min" => Self::Min,
            "max" => Self::Max,
            "std" => Self::Std { ddof: 0 },
            "var" => Self::Var { ddof: 0 },
            "first" => Self::First,
            "last" => Self::Last,
            "median" => Self::Median,
            "mode" => Self::Mode,
            "distinct" => Self::Distinct,
            "density" => Self::Density,
            "probability" => Self::Probability,
            _ => return None,
        })
    }

    /// Whether the number of rows in each cell is all it takes, if there are weights or not.
    pub fn is_of_rows(self, weighted: bool) -> bool {
        match self {
            Self::Count | Self::Any => true,
            Self::Density | Self::Probability => !weighted,
            _ => false,
        }
    }

    /// Whether it makes sense only of weights.
    pub fn needs_weights(self) -> bool {
        !self.is_of_rows(false)
    }

    /// Whether the colours of categories can be mixed by it: by their rows, or by what is made of weights if there are any. Shares are of
    /// all rows together.
    pub(crate) fn mixes(self, weighted: bool) -> bool {
        match self {
            Self::Count => true,
            Self::Density | Self::Probability => false,
            _ => weighted,
        }
    }

    /// Why the colours of categories cannot be mixed by it, if they cannot.
    pub(crate) const UNMIXED: &str = "colours of categories are mixed by their rows, or by what is made of weights, not by shares: \
                                      leave the reduction out";

    /// Whether cells without rows are left out of a picture unless `mincnt` says otherwise: those of counts and shares
    /// are drawn, as in matplotlib.
    pub fn hides_empty(self) -> bool {
        !matches!(self, Self::Count | Self::Density | Self::Probability)
    }

    /// The value of a cell without rows: 0 of what is counted or summed, else NaN.
    pub fn of_nothing(self) -> f64 {
        match self {
            Self::Count | Self::Any | Self::Sum | Self::Distinct | Self::Density | Self::Probability => 0.0,
            _ => f64::NAN,
        }
    }

    /// What a colorbar says of it, with the name of the weight column: `mean of delay`.
    pub fn label(self, weight: Option<&str>) -> String {
        let (what, of) = match self {
            Self::Distinct => ("distinct values".to_owned(), weight),
            Self::Count | Self::Any => (self.to_string(), None),
            Self::Quantile(share) => (format!("{share} quantile"), weight),
            Self::Var { .. } => ("var".to_owned(), weight),
            Self::Std { .. } => ("std".to_owned(), weight),
            _ => (self.to_string(), weight),
        };
        match of.filter(|name| !name.is_empty()) {
            Some(name) => format!("{what} of {name}"),
            None => what,
        }
    }
}

impl fmt::Display for Reduction {
    /// The name that [`Reduction::named`] takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Var { ddof: 1.. } | Self::Std { ddof: 1.. } => {
                let (name, ddof) = match *self {
                    Self::Var { ddof } => ("var", ddof),
                    Self::Std { ddof } => ("std", ddof),
                    _ => unreachable!("matched above"),
                };
                return write!(f, "{name}:{ddof}");
            }
            Self::Quantile(share) => return write!(f, "quantile:{share}"),
            Self::Count => "count",
            Self::Any => "any",
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::Std { .. } => "std",
            Self::Var { .. } => "var",
            Self::First => "first",
            Self::Last => "last",
            Self::Median => "median",
            Self::Mode => "mode",
            Self::Distinct => "distinct",
            Self::Density => "density",
            Self::Probability => "probability",
        };
        f.write_str(name)
    }
}

/// `q90`, or no reduction at all.
fn percentile(name: &str) -> Result<Reduction> {
    let digits = name.strip_prefix('q').filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
    match digits {
        Some(percent) => quantile(name, percent.parse::<f64>().ok().map(|percent| percent / 100.0)),
        None => Err(unknown(name)),
    }
}

fn quantile(name: &str, share: Option<f64>) -> Result<Reduction> {
    match share.filter(|share| (0.0..=1.0).contains(share)) {
        Some(share) => Ok(Reduction::Quantile(share)),
        None => Err(Error::usage(format!(
            "'{name}' is no quantile: a share from 0 to 1 as in quantile:0.9, or a percentage as in q90"
        ))),
    }
}

fn degrees(name: &str, ddof: &str) -> Result<u8> {
    ddof.parse().map_err(|_| {
        Error::usage(format!(
            "'{name}': degrees of freedom are a small whole number, as in std:1 for a sample"
        ))
    })
}

fn unknown(name: &str) -> Error {
    let near = nearest(name, Reduction::NAMES.into_iter().chain(["quantile"]));
    let near = near.map(|near| format!(" Did you mean '{near}'?")).unwrap_or_default();
    Error::usage(format!(
        "no reduction '{name}'; there are {}, and quantile:Q.{near}",
        Reduction::NAMES.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_its_own() {
        for name in Reduction::NAMES {
            assert_eq!(Reduction::named(name).unwrap().to_string(), name);
        }
        for name in ["std:1", "var:2", "quantile:0.25"] {
            assert_eq!(Reduction::named(name).unwrap().to_string(), name);
        }
        assert_eq!(Reduction::named("q2.5").unwrap(), Reduction::Quantile(0.025));
        assert_eq!(Reduction::named("std:0").unwrap(), Reduction::Std { ddof: 0 });
    }

    #[test]
    fn nonsense_is_refused_with_what_there_is() {
        let message = |name: &str| Reduction::named(name).unwrap_err().to_string();
        assert!(message("men").contains("Did you mean 'mean'?"), "{}", message("men"));
        for (name, part) in [
            ("quantile:2", "from 0 to 1"),
            ("quantile:", "from 0 to 1"),
            ("quantile", "no reduction"),
            ("q101", "from 0 to 1"),
            ("q", "no reduction"),
            ("std:x", "whole number"),
            ("mean:1", "no reduction"),
            ("", "no reduction"),
        ] {
            assert!(message(name).contains(part), "{name}: {}", message(name));
        }
    }

    #[test]
    fn labels_name_the_column() {
        let label = |name: &str, weight| Reduction::named(name).unwrap().label(weight);
        assert_eq!(label("mean", Some("delay")), "mean of delay");
        assert_eq!(label("q90", Some("delay")), "0.9 quantile of delay");
        assert_eq!(label("distinct", Some("carrier")), "distinct values of carrier");
        assert_eq!(label("std:1", None), "std");
        assert_eq!(label("count", Some("delay")), "count");
        assert_eq!(label("density", None), "density");
    }
}
