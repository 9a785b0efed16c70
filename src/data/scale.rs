//! What the numbers of an axis are, and how they are spread over the page.

/// How an axis maps values to lengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scale {
    /// Equal differences are equal lengths.
    #[default]
    Linear,
    /// Equal ratios are equal lengths. Values must be positive.
    Log,
}

impl Scale {
    /// The coordinate in which this scale is linear: `v`, or `log10(v)`.
    ///
    /// The logarithm is the same code on every platform, so bins are too.
    #[inline]
    pub fn forward(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => libm::log10(value),
        }
    }

    /// The inverse of [`Scale::forward`], to rounding.
    pub fn inverse(self, coordinate: f64) -> f64 {
        match self {
            Self::Linear => coordinate,
            Self::Log => libm::exp10(coordinate),
        }
    }
}

/// What kind of quantity a column holds; it decides how ticks are chosen and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quantity {
    /// Plain numbers.
    #[default]
    Number,
    /// Points in time, as days since 1970-01-01 00:00 UTC (matplotlib's `date2num`).
    Time,
}
