//! How far a cluster is from another, told from the distances of the two that it was made of.

use std::fmt;

use crate::error::{Error, Result, nearest};

/// What is meant by the distance of two clusters: the names of `scipy.cluster.hierarchy.linkage`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkageMethod {
    /// `single`: that of the two nearest observations.
    Single,
    /// `complete`: that of the two farthest.
    Complete,
    /// `average`: the mean over all pairs (UPGMA).
    #[default]
    Average,
    /// `weighted`: the mean of those of the two that were merged last, whatever their sizes (WPGMA).
    Weighted,
    /// `centroid`: that of their means (UPGMC). May fall from one merge to the next.
    Centroid,
    /// `median`: that of points halfway between those of the merged (WPGMC). May fall from one merge to the next.
    Median,
    /// `ward`: by how much the sum of squares within them grows when they are merged.
    Ward,
}

impl LinkageMethod {
    /// The names.
    pub const NAMES: [&'static str; 7] =
        ["single", "complete", "average", "weighted", "centroid", "median", "ward"];

    /// The method of this name.
    ///
    /// # Errors
    /// If there is none; the message names the nearest.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "single" => Self::Single,
            "complete" => Self::Complete,
            "average" => Self::Average,
            "weighted" => Self::Weighted,
            "centroid" => Self::Centroid,
            "median" => Self::Median,
            "ward" => Self::Ward,
            _ => {
                let near = nearest(name, Self::NAMES.into_iter());
                let near = near.map(|near| format!(" Did you mean '{near}'?")).unwrap_or_default();
                return Err(Error::usage(format!(
                    "no linkage method '{name}'; there are {}.{near}",
                    Self::NAMES.join(", ")
                )));
            }
        })
    }

    /// Whether it is a formula of points in space, so that no other distance than the Euclidean fits it.
    pub fn is_euclidean(self) -> bool {
        matches!(self, Self::Centroid | Self::Median | Self::Ward)
    }
}

impl fmt::Display for LinkageMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Single => "single",
            Self::Complete => "complete",
            Self::Average => "average",
            Self::Weighted => "weighted",
            Self::Centroid => "centroid",
            Self::Median => "median",
            Self::Ward => "ward",
        })
    }
}

/// Two clusters `x` and `y` that are merged, seen from a third.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// From `x` and from `y` to the third.
    pub x: f64,
    pub y: f64,
    /// From `x` to `y`.
    pub between: f64,
    /// How many observations `x`, `y` and the third have.
    pub sizes: [f64; 3],
}

// Lance and Williams's formulas, with the operations in scipy's order: where two distances are the same number there, they
// must be here, or ties are broken otherwise. A square root of what rounding has made less than 0 is 0.

pub(super) fn complete(seen: Seen) -> f64 {
    seen.x.max(seen.y)
}

pub(super) fn average(Seen { x, y, sizes: [nx, ny, _], .. }: Seen) -> f64 {
    (nx * x + ny * y) / (nx + ny)
}

pub(super) fn weighted(seen: Seen) -> f64 {
    0.5 * (seen.x + seen.y)
}

pub(super) fn centroid(Seen { x, y, between, sizes: [nx, ny, _] }: Seen) -> f64 {
    let both = nx + ny;
    let squared = ((nx * x * x + ny * y * y) - nx * ny * between * between / both) / both;
    squared.max(0.0).sqrt()
}

pub(super) fn median(Seen { x, y, between, .. }: Seen) -> f64 {
    (0.5 * (x * x + y * y) - 0.25 * between * between).max(0.0).sqrt()
}

pub(super) fn ward(Seen { x, y, between, sizes: [nx, ny, n] }: Seen) -> f64 {
    let share = 1.0 / (nx + ny + n);
    ((n + nx) * share * x * x + (n + ny) * share * y * y - n * share * between * between).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_its_own() {
        for name in LinkageMethod::NAMES {
            assert_eq!(LinkageMethod::named(name).unwrap().to_string(), name);
        }
        let error = LinkageMethod::named("avrage").unwrap_err().to_string();
        assert!(error.contains("Did you mean 'average'?"), "{error}");
    }
}
