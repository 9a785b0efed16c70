//! A batch of points: finite rows, their weights or categories if they have any, their bounds, and the count of the rows that were not
//! finite.

use crate::data::category::{Category, Names};
use crate::data::column::{Column, Floats};
use crate::data::scale::Scale;
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

    /// Whether some point may lie within both; borders count.
    pub(crate) fn meets(&self, other: Self) -> bool {
        let meet = |a: (f64, f64), b: (f64, f64)| a.0 <= b.1 && b.0 <= a.1;
        meet(self.x, other.x) && meet(self.y, other.y)
    }

    /// What of it axes of these scales can show, where the smallest values above 0 are known: a log axis begins there.
    #[must_use]
    pub(crate) fn on(self, scales: (Scale, Scale), positive: (f64, f64)) -> Self {
        let on = |(low, high): (f64, f64), scale: Scale, positive: f64| {
            if scale == Scale::Log && low <= 0.0 { (positive, high) } else { (low, high) }
        };
        Self { x: on(self.x, scales.0, positive.0), y: on(self.y, scales.1, positive.1) }
    }

    /// The bounds of both sets of points.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let union = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        Self { x: union(self.x, other.x), y: union(self.y, other.y) }
    }
}

/// A batch of points: columns x and y, perhaps weights and categories, of finite values; what they span, and how many rows were missing.
///
/// Values keep their width (f32 or f64) and are borrowed where every row is finite.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    x: Floats<'a>,
    y: Floats<'a>,
    weights: Option<Floats<'a>>,
    category: Option<Category<'a>>,
    bounds: Bounds,
    missing: u64,
    order: u128,
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
        Self::of_columns(x.into(), y.into(), None)
    }

    /// The points of two columns with a weight each. A row whose weight is NaN, infinite or null is missing too.
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn weighted(
        x: impl Into<Column<'a>>,
        y: impl Into<Column<'a>>,
        weights: impl Into<Column<'a>>,
    ) -> Result<Self> {
        Self::of_columns(x.into(), y.into(), Some(weights.into()))
    }

    /// As [`Points::new`] or, with weights, as [`Points::weighted`].
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn of_columns(x: Column<'a>, y: Column<'a>, weights: Option<Column<'a>>) -> Result<Self> {
        Self::of_rows(x, y, weights, None)
    }

    /// The points of two columns with a category each. A row without one is missing too.
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn categorized(
        x: impl Into<Column<'a>>,
        y: impl Into<Column<'a>>,
        category: impl Into<Category<'a>>,
    ) -> Result<Self> {
        Self::of_rows(x.into(), y.into(), None, Some(category.into()))
    }

    /// The points of two columns, with whatever else each row has.
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn of_rows(
        x: Column<'a>,
        y: Column<'a>,
        weights: Option<Column<'a>>,
        category: Option<Category<'a>>,
    ) -> Result<Self> {
        Self::of_rows_with(x, y, weights, category, false)
    }

    /// As [`Points::of_rows`]; but with `uncategorized`, a row that lacks nothing but a category is there too, without one.
    ///
    /// # Errors
    /// As said there.
    pub(crate) fn of_rows_with(
        x: Column<'a>,
        y: Column<'a>,
        weights: Option<Column<'a>>,
        category: Option<Category<'a>>,
        uncategorized: bool,
    ) -> Result<Self> {
        let lengths = [
            ("y", Some(y.len())),
            ("weights", weights.as_ref().map(Column::len)),
            ("categories", category.as_ref().map(Category::len)),
        ];
        for (name, length) in lengths {
            if let Some(length) = length.filter(|&length| length != x.len()) {
                let rows = x.len();
                return Err(Error::usage(format!("x and {name} differ in length: {rows} and {length} rows")));
            }
        }
        let are_valid =
            [Some(&x), Some(&y), weights.as_ref()].into_iter().flatten().all(|c| c.valid.is_none());
        if are_valid
            && weights.as_ref().is_none_or(|weights| span(&weights.values).is_some())
            && category.as_ref().is_none_or(is_whole)
            && let (Some(x_span), Some(y_span)) = (span(&x.values), span(&y.values))
        {
            let bounds = Bounds { x: x_span, y: y_span };
            let weights = weights.map(|weights| weights.values);
            return Ok(Self { x: x.values, y: y.values, weights, category, bounds, missing: 0, order: 0 });
        }
        Ok(Self::finite_rows_of(&x, &y, weights.as_ref(), category.as_ref(), uncategorized))
    }

    fn finite_rows_of(
        x: &Column<'_>,
        y: &Column<'_>,
        weights: Option<&Column<'_>>,
        category: Option<&Category<'_>>,
        uncategorized: bool,
    ) -> Self {
        let is_whole = |&row: &usize| {
            x.is_present(row)
                && y.is_present(row)
                && weights.is_none_or(|weights| weights.is_present(row))
                && (uncategorized || category.is_none_or(|category| category.is_present(row)))
        };
        let rows: Vec<usize> = (0..x.len()).filter(is_whole).collect();
        let missing = (x.len() - rows.len()) as u64;
        let (x, y) = (x.values.select(&rows), y.values.select(&rows));
        let weights = weights.map(|weights| weights.values.select(&rows));
        let category = category.map(|category| category.select(&rows));
        let bounds = Bounds {
            x: span(&x).expect("only finite rows were kept"),
            y: span(&y).expect("only finite rows were kept"),
        };
        Self { x, y, weights, category, bounds, missing, order: 0 }
    }

    /// The same points, whose first row comes at this place in the order of all rows; 0 unless given.
    ///
    /// The rows of the batch count up from it. Batches come from many threads in no order, so this is what the
    /// reductions `first` and `last` go by. Places may be left out: a source that does not know how many rows lie before
    /// a batch may number its pieces in the upper bits, and the rows of a piece in the lower ones.
    #[must_use]
    pub fn at(mut self, order: u128) -> Self {
        self.order = order;
        self
    }

    /// The place of the first row; see [`Points::at`].
    pub fn order(&self) -> u128 {
        self.order
    }

    /// The x values, all finite.
    pub fn x(&self) -> &Floats<'a> {
        &self.x
    }

    /// The y values, all finite.
    pub fn y(&self) -> &Floats<'a> {
        &self.y
    }

    /// The weights, all finite, if the points have any.
    pub fn weights(&self) -> Option<&Floats<'a>> {
        self.weights.as_ref()
    }

    /// The categories, if the points have any; none missing, unless a source was asked for rows without one too
    /// (`Selection::uncategorized`).
    pub fn category(&self) -> Option<&Category<'a>> {
        self.category.as_ref()
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
        let weights = self.weights.as_ref().map_or(0, Floats::bytes);
        self.x.bytes() + self.y.bytes() + weights + self.category.as_ref().map_or(0, Category::bytes)
    }

    /// What the finite rows span; [`Bounds::EMPTY`] if there is none.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Some rows, borrowed, that are known to lie in `bounds`, and `missing` rows beside them.
    pub(crate) fn part(&self, rows: std::ops::Range<usize>, bounds: Bounds, missing: u64) -> Points<'_> {
        let weights = self.weights.as_ref().map(|weights| weights.slice(rows.clone()));
        let category = self.category.as_ref().map(|category| category.slice(rows.clone()));
        let order = self.order + rows.start as u128;
        let (x, y) = (self.x.slice(rows.clone()), self.y.slice(rows));
        Points { x, y, weights, category, bounds, missing, order }
    }

    /// x, y and the weights of some rows, which ascend, copied, within the bounds of all. They keep their order among themselves and
    /// beside other batches, but not their places in it.
    pub(crate) fn select(&self, rows: &[usize]) -> Points<'static> {
        let (x, y) = (self.x.select(rows), self.y.select(rows));
        let weights = self.weights.as_ref().map(|weights| weights.select(rows));
        Points { x, y, weights, category: None, bounds: self.bounds, missing: 0, order: self.order }
    }

    /// The same rows in another order: for each place the row that comes there. The place of the first among all rows stays, those of the
    /// others do not.
    #[cfg(any(feature = "window", feature = "cli"))]
    pub(crate) fn permuted(&self, rows: impl Iterator<Item = usize> + Clone) -> Points<'static> {
        let of = |values: &Floats<'_>| values.gather(rows.clone());
        let category =
            self.category.as_ref().map(|category| category.select(&rows.clone().collect::<Vec<_>>()));
        let (x, y, weights) = (of(&self.x), of(&self.y), self.weights.as_ref().map(of));
        Points { x, y, weights, category, bounds: self.bounds, missing: self.missing, order: self.order }
    }

    /// The same points, owned.
    pub fn into_owned(self) -> Points<'static> {
        let Self { x, y, weights, category, bounds, missing, order } = self;
        let weights = weights.map(Floats::into_owned);
        let category = category.map(Category::into_owned);
        Points { x: x.into_owned(), y: y.into_owned(), weights, category, bounds, missing, order }
    }
}

/// Whether every row has a category.
fn is_whole(category: &Category<'_>) -> bool {
    match category {
        Category::Numbers(column) => column.valid.is_none() && span(&column.values).is_some(),
        Category::Names(names) => !names.codes().contains(&Names::MISSING),
    }
}

/// The smallest and largest value, or `None` if one of them is not finite. Infinite and reversed if there is none.
pub(super) fn span(values: &Floats<'_>) -> Option<(f64, f64)> {
    match values {
        Floats::F32(values) => span_f32(values).map(|(low, high)| (low.into(), high.into())),
        Floats::F64(values) => span_f64(values),
    }
}

macro_rules! span {
    ($name:ident, $float:ident) => {
        vectorized! {
            /// The smallest and largest value, or `None` if one of them is not finite. Infinite and reversed if there is none.
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
    fn rows_without_a_weight_are_missing_and_do_not_touch_the_bounds() {
        let (x, y) = ([1.0f64, 2.0, 9.0], [5.0f32, 6.0, 7.0]);
        let points = Points::weighted(&x, &y, &[0.5f32, -1.0, f32::NAN]).unwrap().at(40);
        assert_eq!((points.len(), points.missing(), points.order()), (2, 1, 40));
        assert_eq!(points.bounds(), Bounds { x: (1.0, 2.0), y: (5.0, 6.0) });
        let points = points.into_owned();
        assert!(matches!(points.weights(), Some(Floats::F32(weights)) if **weights == [0.5, -1.0]));
        assert_eq!((points.bytes(), points.order()), (2 * 16, 40));
        let whole = Points::weighted(&x, &y, &[1.0, 2.0, 3.0]).unwrap();
        assert!(matches!(whole.weights(), Some(Floats::F64(Cow::Borrowed(_)))));
    }

    #[test]
    fn rows_without_a_category_are_missing() {
        let (x, y) = ([1.0f64, 2.0, f64::NAN, 9.0], [5.0f32, 6.0, 7.0, 8.0]);
        let points = Points::categorized(&x, &y, &[3.0, f64::NAN, 1.0, 4.0]).unwrap();
        assert_eq!((points.len(), points.missing()), (2, 2));
        let Some(Category::Numbers(kept)) = points.category() else { panic!("numbers") };
        assert_eq!((kept.values.get(0), kept.values.get(1)), (3.0, 4.0));
        let names = Names::of_texts([Some("a"), None, Some("b"), Some("c")].into_iter());
        let points = Points::categorized(&x, &y, names).unwrap().into_owned();
        let Some(Category::Names(kept)) = points.category() else { panic!("names") };
        assert_eq!((kept.codes(), points.missing()), (&[0, 2][..], 2));
        assert_eq!(points.bytes(), 2 * (8 + 4 + 4));
        let error = Points::categorized(&x, &y, &["a"]).unwrap_err().to_string();
        assert_eq!(error, "x and categories differ in length: 4 and 1 rows");
    }

    #[test]
    fn lengths_must_agree() {
        assert!(Points::new(&[1.0f64], &[1.0f64, 2.0]).is_err());
        let error = Points::weighted(&[1.0f64], &[1.0f64], &[1.0, 2.0]).unwrap_err().to_string();
        assert_eq!(error, "x and weights differ in length: 1 and 2 rows");
    }
}
