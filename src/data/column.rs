//! One column of numbers, borrowed where it can be.

use std::borrow::Cow;

/// Floating-point values in the width they came in.
#[derive(Clone, Debug)]
pub enum Floats<'a> {
    /// Single precision.
    F32(Cow<'a, [f32]>),
    /// Double precision.
    F64(Cow<'a, [f64]>),
}

impl Floats<'_> {
    /// How many values.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the values.
    pub fn bytes(&self) -> usize {
        match self {
            Self::F32(values) => size_of_val(&**values),
            Self::F64(values) => size_of_val(&**values),
        }
    }

    /// The value at `row`, widened exactly.
    #[inline]
    pub fn get(&self, row: usize) -> f64 {
        match self {
            Self::F32(values) => f64::from(values[row]),
            Self::F64(values) => values[row],
        }
    }

    /// The values of `rows`, borrowed from these.
    pub fn slice(&self, rows: std::ops::Range<usize>) -> Floats<'_> {
        match self {
            Self::F32(values) => Floats::F32(Cow::Borrowed(&values[rows])),
            Self::F64(values) => Floats::F64(Cow::Borrowed(&values[rows])),
        }
    }

    /// The values at the given rows, copied.
    pub fn select(&self, rows: &[usize]) -> Floats<'static> {
        self.gather(rows.iter().copied())
    }

    /// The same of rows that are found on the way.
    pub(crate) fn gather(&self, rows: impl Iterator<Item = usize>) -> Floats<'static> {
        match self {
            Self::F32(values) => Floats::F32(rows.map(|row| values[row]).collect()),
            Self::F64(values) => Floats::F64(rows.map(|row| values[row]).collect()),
        }
    }

    /// The values of all parts, one after the other, in the wider of their widths.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window joins columns"))]
    pub(crate) fn concat(parts: &[Floats<'_>]) -> Floats<'static> {
        let narrow: Option<Vec<&[f32]>> = parts
            .iter()
            .map(|part| match part {
                Floats::F32(values) => Some(&**values),
                Floats::F64(_) => None,
            })
            .collect();
        if let Some(parts) = narrow {
            return Floats::F32(Cow::Owned(parts.concat()));
        }
        let mut joined = Vec::with_capacity(parts.iter().map(Floats::len).sum());
        for part in parts {
            match part {
                Floats::F32(values) => joined.extend(values.iter().map(|&v| f64::from(v))),
                Floats::F64(values) => joined.extend_from_slice(values),
            }
        }
        Floats::F64(Cow::Owned(joined))
    }

    /// The same values, owned.
    pub fn into_owned(self) -> Floats<'static> {
        match self {
            Self::F32(values) => Floats::F32(Cow::Owned(values.into_owned())),
            Self::F64(values) => Floats::F64(Cow::Owned(values.into_owned())),
        }
    }
}

/// A column as a caller hands it in: values that may be NaN or infinite, and rows that may be null.
///
/// Made from slices, vectors and arrays of f32 and f64 without a copy, and, with the feature `files`, from arrow
/// arrays.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// One value a row; anything at all where the row is null.
    pub values: Floats<'a>,
    /// False where the row is null; `None` if no row is.
    pub valid: Option<Cow<'a, [bool]>>,
}

impl Column<'_> {
    /// Rows, the null ones included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether a row has a finite value.
    #[inline]
    pub(in crate::data) fn is_present(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid[row]) && self.values.get(row).is_finite()
    }

    /// The given rows, borrowed from this column.
    pub fn slice(&self, rows: std::ops::Range<usize>) -> Column<'_> {
        Column {
            values: self.values.slice(rows.clone()),
            valid: self.valid.as_ref().map(|valid| Cow::Borrowed(&valid[rows])),
        }
    }
}

impl<'a> From<Floats<'a>> for Column<'a> {
    fn from(values: Floats<'a>) -> Self {
        Self { values, valid: None }
    }
}

macro_rules! column_from {
    ($float:ty, $variant:ident) => {
        impl<'a> From<&'a [$float]> for Column<'a> {
            fn from(values: &'a [$float]) -> Self {
                Floats::$variant(Cow::Borrowed(values)).into()
            }
        }

        impl<'a, const N: usize> From<&'a [$float; N]> for Column<'a> {
            fn from(values: &'a [$float; N]) -> Self {
                values.as_slice().into()
            }
        }

        impl<'a> From<&'a Vec<$float>> for Column<'a> {
            fn from(values: &'a Vec<$float>) -> Self {
                values.as_slice().into()
            }
        }

        impl From<Vec<$float>> for Column<'_> {
            fn from(values: Vec<$float>) -> Self {
                Floats::$variant(Cow::Owned(values)).into()
            }
        }
    };
}

column_from!(f32, F32);
column_from!(f64, F64);
