//! What is meant by a distance: the names and rules of `scipy.spatial.distance`.

use std::fmt;

use crate::error::{Error, Result, nearest};

/// How the distance between two observations `u` and `v` is measured, over their features.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Metric {
    /// `euclidean`: `√Σ(u-v)²`.
    #[default]
    Euclidean,
    /// `sqeuclidean`: `Σ(u-v)²`.
    SqEuclidean,
    /// `cityblock`: `Σ|u-v|`.
    CityBlock,
    /// `cosine`: `1 - u·v / (|u| |v|)`. Not defined where all features are 0.
    Cosine,
    /// `correlation`: the cosine distance after each has lost its mean. Not defined where all features are the same.
    Correlation,
    /// `chebyshev`: `max|u-v|`.
    Chebyshev,
    /// `jaccard`: of the features that are not 0 in both, the share that is 0 in one.
    Jaccard,
    /// `hamming`: the share of the features that differ.
    Hamming,
    /// `canberra`: `Σ|u-v| / (|u|+|v|)`, where 0/0 is 0.
    Canberra,
    /// `braycurtis`: `Σ|u-v| / Σ|u+v|`. Not defined where `u` is the opposite of `v`.
    BrayCurtis,
    /// `minkowski:P`: `(Σ|u-v|^P)^(1/P)`; 2 unless given.
    Minkowski(f64),
    /// `seuclidean`: `√Σ(u-v)²/V`, where V is the variance (ddof 1) of the feature.
    SEuclidean,
}

impl Metric {
    /// The names; `minkowski` also takes `:P`.
    pub const NAMES: [&'static str; 12] = [
        "euclidean",
        "sqeuclidean",
        "cityblock",
        "cosine",
        "correlation",
        "chebyshev",
        "jaccard",
        "hamming",
        "canberra",
        "braycurtis",
        "minkowski",
        "seuclidean",
    ];

    /// The metric of this name: one of [`NAMES`](Self::NAMES), or `minkowski:3`.
    ///
    /// # Errors
    /// If there is none; the message names the nearest.
    pub fn named(name: &str) -> Result<Self> {
        if let Some(p) = name.strip_prefix("minkowski:") {
            let power = p.parse().ok().filter(|&p: &f64| p > 0.0);
            return power.map(Self::Minkowski).ok_or_else(|| {
                Error::usage(format!(
                    "'{name}': the power of a Minkowski distance is a number above 0, as in minkowski:3"
                ))
            });
        }
        Ok(match name {
            "euclidean" => Self::Euclidean,
            "sqeuclidean" => Self::SqEuclidean,
            "cityblock" => Self::CityBlock,
            "cosine" => Self::Cosine,
            "correlation" => Self::Correlation,
            "chebyshev" => Self::Chebyshev,
            "jaccard" => Self::Jaccard,
            "hamming" => Self::Hamming,
            "canberra" => Self::Canberra,
            "braycurtis" => Self::BrayCurtis,
            "minkowski" => Self::Minkowski(2.0),
            "seuclidean" => Self::SEuclidean,
            _ => {
                let near = nearest(name, Self::NAMES.into_iter());
                let near = near.map(|near| format!(" Did you mean '{near}'?")).unwrap_or_default();
                return Err(Error::usage(format!(
                    "no metric '{name}'; there are {}, and minkowski:P.{near}",
                    Self::NAMES.join(", ")
                )));
            }
        })
    }

    /// Why a distance may not be a number.
    pub(super) fn undefined(self) -> &'static str {
        match self {
            Self::Cosine => "all its values are 0, and a cosine has no direction then",
            Self::Correlation => "all its values are the same, and nothing correlates with that",
            Self::BrayCurtis => "its values and those of the other add up to 0",
            _ => "its values are too large for their distances",
        }
    }
}

impl fmt::Display for Metric {
    /// The name that [`Metric::named`] takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Euclidean => "euclidean",
            Self::SqEuclidean => "sqeuclidean",
            Self::CityBlock => "cityblock",
            Self::Cosine => "cosine",
            Self::Correlation => "correlation",
            Self::Chebyshev => "chebyshev",
            Self::Jaccard => "jaccard",
            Self::Hamming => "hamming",
            Self::Canberra => "canberra",
            Self::BrayCurtis => "braycurtis",
            Self::Minkowski(2.0) => "minkowski",
            Self::Minkowski(p) => return write!(f, "minkowski:{p}"),
            Self::SEuclidean => "seuclidean",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_its_own() {
        for name in Metric::NAMES.into_iter().chain(["minkowski:1.5", "minkowski:inf"]) {
            assert_eq!(Metric::named(name).unwrap().to_string(), name);
        }
        let message = |name: &str| Metric::named(name).unwrap_err().to_string();
        assert!(message("euclidian").contains("Did you mean 'euclidean'?"), "{}", message("euclidian"));
        for wrong in ["minkowski:0", "minkowski:", "minkowski:NaN"] {
            assert!(message(wrong).contains("above 0"), "{wrong}: {}", message(wrong));
        }
    }
}
