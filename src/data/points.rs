//! A batch of points: finite rows, their bounds, and the count of the rows that were not finite.

use crate::data::column::{Column, Floats};
use crate::data::vectorized;
use crate::error::{Error, Result};

/// The smallest and largest value of each axis over some points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest and largest x.
    pub x: (f64, f64),
    /// Smallest and largest y.
    pub y: (f64, f64),
}

impl Bounds {
    /// The bounds of no point at all: the neutral element of [`Bounds::union`].
    pub const EMPTY: Self =
        Self { x: (f64::INFINITY, f64::NEG_INFINITY), y: (f64::INFINITY, f64::NEG_INFINITY) };

    /// Whether no point was seen.
    pub fn is_empty(&self) -> bool {
        self.x.0 > self.x.1
    }

    /// The bounds of both sets of points.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let union = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        Self { x: union(self.x, other.x), y: union(self.y, other.y) }
    }
}

/// A batch of points: columns x and y of finite values, what they span, and how many rows were missing.
///
/// Values keep their width (f32 or f64) and are borrowed where every row is finite.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    x: Floats<'a>,
    y: Floats<'a>,
    bounds: Bounds,
    missing: u64,
}

impl<'a> Points<'a> {
    /// The points of two columns of equal length. Rows with a NaN, an infinity or a null are counted as missing and
    /// left out.
    ///
    /// Nothing is copied if every row is finite.
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn new(x: impl Into<Column<'a>>, y: impl Into<Column<'a>>) -> Result<Self> {
        let (x, y) = (x.into(), y.into());
        if x.len() != y.len() {
            return Err(Error::usage(format!("x and y differ in length: {} and {} rows", x.len(), y.len())));
        }
        if x.valid.is_none() && y.valid.is_none() {
            let (x_span, y_span) = (span(&x.values), span(&y.values));
            if let (Some(x_span), Some(y_span)) = (x_span, y_span) {
                let bounds = Bounds { x: x_span, y: y_span };
                return Ok(Self { x: x.values, y: y.values, bounds, missing: 0 });
            }
        }
        Ok(Self::finite_rows_of(&x, &y))
    }

    fn finite_rows_of(x: &Column<'_>, y: &Column<'_>) -> Self {
        let present = |column: &Column<'_>, row: usize| {
            column.valid.as_ref().is_none_or(|valid| valid[row]) && column.values.get(row).is_finite()
        };
        let rows: Vec<usize> = (0..x.len()).filter(|&row| present(x, row) && present(y, row)).collect();
        let missing = (x.len() - rows.len()) as u64;
        let (x, y) = (x.values.select(&rows), y.values.select(&rows));
        let bounds = Bounds {
            x: span(&x).expect("only finite rows were kept"),
            y: span(&y).expect("only finite rows were kept"),
        };
        Self { x, y, bounds, missing }
    }

    /// The x values, all finite.
    pub fn x(&self) -> &Floats<'a> {
        &self.x
    }

    /// The y values, all finite.
    pub fn y(&self) -> &Floats<'a> {
        &self.y
    }

    /// Finite rows.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether no row is finite.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows that held a NaN, an infinity or a null.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Rows that were read: the finite and the missing ones.
    pub fn rows(&self) -> u64 {
        self.len() as u64 + self.missing
    }

    /// Bytes of the finite rows' values.
    pub fn bytes(&self) -> usize {
        self.x.bytes() + self.y.bytes()
    }

    /// What the finite rows span; [`Bounds::EMPTY`] if there is none.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Some rows, borrowed, that are known to lie in `bounds`, and `missing` rows beside them.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window keeps points in parts"))]
    pub(crate) fn part(&self, rows: std::ops::Range<usize>, bounds: Bounds, missing: u64) -> Points<'_> {
        Points { x: self.x.slice(rows.clone()), y: self.y.slice(rows), bounds, missing }
    }

    /// The same points, owned.
    pub fn into_owned(self) -> Points<'static> {
        Points { x: self.x.into_owned(), y: self.y.into_owned(), bounds: self.bounds, missing: self.missing }
    }
}

/// The smallest and largest value, or `None` if one of them is not finite. Infinite and reversed if there is none.
fn span(values: &Floats<'_>) -> Option<(f64, f64)> {
    match values {
        Floats::F32(values) => span_f32(values).map(|(low, high)| (low.into(), high.into())),
        Floats::F64(values) => span_f64(values),
    }
}

macro_rules! span {
    ($name:ident, $float:ident) => {
        vectorized! {
            fn $name(values: &[$float]) -> Option<($float, $float)> {
                // Independent lanes: a single running minimum would wait for itself.
                const LANES: usize = 32;
                let mut low = [$float::INFINITY; LANES];
                let mut high = [$float::NEG_INFINITY; LANES];
                // Zero for finite values, NaN for the others; a sum cannot lose a NaN.
                let mut odd = [0.0; LANES];
                let chunks = values.chunks_exact(LANES);
                let rest = chunks.remainder();
                for chunk in chunks {
                    for lane in 0..LANES {
                        let v = chunk[lane];
                        low[lane] = if v < low[lane] { v } else { low[lane] };
                        high[lane] = if v > high[lane] { v } else { high[lane] };
                        odd[lane] += v * 0.0;
                    }
                }
                for (lane, &v) in rest.iter().enumerate() {
                    low[lane] = if v < low[lane] { v } else { low[lane] };
                    high[lane] = if v > high[lane] { v } else { high[lane] };
                    odd[lane] += v * 0.0;
                }
                let low = low.into_iter().fold($float::INFINITY, $float::min);
                let high = high.into_iter().fold($float::NEG_INFINITY, $float::max);
                odd.iter().all(|v| !v.is_nan()).then_some((low, high))
            }
        }
    };
}

span!(span_f32, f32);
span!(span_f64, f64);

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn finite_rows_are_borrowed() {
        let (x, y) = ([1.0f64, 2.0, 3.0], [1.0f32, -2.0, 0.5]);
        let points = Points::new(&x, &y).unwrap();
        assert!(matches!(points.x(), Floats::F64(Cow::Borrowed(_))));
        assert!(matches!(points.y(), Floats::F32(Cow::Borrowed(_))));
        assert_eq!(points.bounds(), Bounds { x: (1.0, 3.0), y: (-2.0, 1.0) });
        assert_eq!((points.rows(), points.missing()), (3, 0));
    }

    #[test]
    fn odd_rows_are_counted_and_do_not_touch_the_bounds() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for at in 0..20 {
                let mut x: Vec<f64> = (0..20).map(f64::from).collect();
                let y: Vec<f64> = (0..20).map(|i| f64::from(i) * 10.0).collect();
                x[at] = odd;
                let points = Points::new(&x, &y).unwrap();
                assert_eq!((points.len(), points.missing(), points.rows()), (19, 1, 20));
                let low = if at == 0 { 1.0 } else { 0.0 };
                assert_eq!(points.bounds().x.0, low);
                assert_eq!(points.bounds().y.0, low * 10.0);
            }
        }
    }

    #[test]
    fn null_rows_are_missing() {
        let x = Column { values: Floats::F64(vec![1.0, 99.0].into()), valid: Some(vec![true, false].into()) };
        let points = Points::new(x, &[5.0f64, 7.0]).unwrap();
        assert_eq!((points.len(), points.missing()), (1, 1));
        assert_eq!(points.bounds(), Bounds { x: (1.0, 1.0), y: (5.0, 5.0) });
    }

    #[test]
    fn no_rows_have_empty_bounds() {
        let points = Points::new(&[] as &[f64], &[] as &[f64]).unwrap();
        assert!(points.is_empty() && points.bounds().is_empty());
    }

    #[test]
    fn lengths_must_agree() {
        assert!(Points::new(&[1.0f64], &[1.0f64, 2.0]).is_err());
    }
}
