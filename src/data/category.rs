//! A column of categories: names or whole numbers, or numbers that are to be cut into bins.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::data::column::{Column, Floats};
use crate::data::float::Ordered;

/// A column that says of each row which category it belongs to.
///
/// Made from slices of text, booleans and numbers. A row without a category is missing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Category<'a> {
    /// Numbers: whole ones are categories as they are, others are cut into bins. NaN, infinities and nulls are missing.
    Numbers(Column<'a>),
    /// Names. Each batch of rows may have its own, in any order.
    Names(Names<'a>),
}

/// For each row the place of its name in a list.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    codes: Cow<'a, [u32]>,
    names: Arc<[String]>,
}

impl<'a> Names<'a> {
    /// The code of a row without a name.
    pub const MISSING: u32 = u32::MAX;

    /// The rows' codes, which are places in `names` or [`Names::MISSING`]: pandas' categorical, Arrow's dictionary.
    ///
    /// # Panics
    /// If a code is no place in `names`.
    pub fn new(codes: impl Into<Cow<'a, [u32]>>, names: impl Into<Arc<[String]>>) -> Self {
        let (codes, names) = (codes.into(), names.into());
        let is_code = |&code: &u32| code == Self::MISSING || (code as usize) < names.len();
        assert!(codes.iter().all(is_code), "a code is a place in the list of {} names", names.len());
        Self { codes, names }
    }

    /// The names of some rows; `None` where a row has none.
    pub fn of_texts<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> Names<'static> {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut last = None;
        let mut names: Vec<String> = Vec::new();
        let code = |text: Option<&'t str>| {
            let Some(text) = text else { return Names::MISSING };
            // Neighbours are often alike.
            if let Some((before, code)) = last
                && before == text
            {
                return code;
            }
            let code = *known.entry(text).or_insert_with(|| {
                names.push(text.to_owned());
                (names.len() - 1) as u32
            });
            last = Some((text, code));
            code
        };
        let codes: Vec<u32> = texts.map(code).collect();
        Names { codes: codes.into(), names: names.into() }
    }

    /// The codes.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The names that codes are places of; not all need be used.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl Category<'_> {
    /// The categories `false` and `true`: numbers other than 0 are true.
    pub fn booleans(column: &Column<'_>) -> Category<'static> {
        let code = |row| match column.values.get(row) {
            value if !column.is_present(row) || value.is_nan() => Names::MISSING,
            value => u32::from(value != 0.0),
        };
        let codes: Vec<u32> = (0..column.len()).map(code).collect();
        let names: Arc<[String]> = ["false", "true"].map(str::to_owned).into();
        Category::Names(Names { codes: codes.into(), names })
    }

    /// Rows, those without a category included.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(column) => column.len(),
            Self::Names(names) => names.codes.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row has a category.
    pub(crate) fn is_present(&self, row: usize) -> bool {
        match self {
            Self::Numbers(column) => column.is_present(row),
            Self::Names(names) => names.codes[row] != Names::MISSING,
        }
    }

    /// What the numbers span, for [`Cut::axis`](crate::Cut::axis); from infinity down to minus infinity where there are none. Numbers
    /// that are missing are NaN.
    pub fn span(&self) -> (f64, f64) {
        let empty = (f64::INFINITY, f64::NEG_INFINITY);
        let Self::Numbers(column) = self else { return empty };
        let values = (0..column.len()).map(|row| column.values.get(row));
        values.fold(empty, |(low, high), value| (value.min(low), value.max(high)))
    }

    /// The given rows, borrowed from this column.
    pub fn slice(&self, rows: Range<usize>) -> Category<'_> {
        match self {
            Self::Numbers(column) => Category::Numbers(column.slice(rows)),
            Self::Names(names) => Category::Names(Names {
                codes: Cow::Borrowed(&names.codes[rows]),
                names: names.names.clone(),
            }),
        }
    }

    /// The values at the given rows, copied. A number that is missing is NaN there.
    pub(crate) fn select(&self, rows: &[usize]) -> Category<'static> {
        match self {
            Self::Numbers(column) => {
                let mut values = column.values.select(rows);
                for (nth, _) in rows.iter().enumerate().filter(|(_, row)| !column.is_present(**row)) {
                    match &mut values {
                        Floats::F32(values) => values.to_mut()[nth] = f32::NAN,
                        Floats::F64(values) => values.to_mut()[nth] = f64::NAN,
                    }
                }
                Category::Numbers(values.into())
            }
            Self::Names(names) => Category::Names(Names {
                codes: rows.iter().map(|&row| names.codes[row]).collect(),
                names: names.names.clone(),
            }),
        }
    }

    /// Each category once, in the order they come in; as a column whose rows are they. Of numbers no more than `most`.
    #[cfg_attr(
        not(feature = "window"),
        allow(dead_code, reason = "only the window knows of categories beforehand")
    )]
    pub(crate) fn distinct(&self, most: usize) -> Category<'static> {
        match self {
            Self::Numbers(column) => {
                let mut known = HashSet::new();
                let mut last = None;
                let mut is_new = |value: &f64| {
                    let key = Ordered::of(*value);
                    // Neighbours are often alike.
                    last.replace(key) != Some(key) && known.insert(key)
                };
                let rows = (0..column.len()).filter(|&row| column.is_present(row));
                let values = rows.map(|row| column.values.get(row)).filter(|value| is_new(value));
                Category::Numbers(values.take(most).collect::<Vec<f64>>().into())
            }
            Self::Names(names) => {
                let mut known = vec![false; names.names.len()];
                let is_new = |code: &&u32| {
                    **code != Names::MISSING && !std::mem::replace(&mut known[**code as usize], true)
                };
                let codes: Vec<u32> = names.codes.iter().filter(is_new).copied().collect();
                Category::Names(Names { codes: codes.into(), names: names.names.clone() })
            }
        }
    }

    /// The rows of all parts, one after the other; `None` if some are names and others numbers. Numbers that are missing are NaN.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window joins columns"))]
    pub(crate) fn concat(parts: &[Category<'_>]) -> Option<Category<'static>> {
        let numbers = parts.iter().map(|part| match part {
            Category::Numbers(column) => Some(column.values.slice(0..column.len())),
            Category::Names(_) => None,
        });
        if let Some(numbers) = numbers.collect::<Option<Vec<_>>>() {
            return Some(Category::Numbers(Floats::concat(&numbers).into()));
        }
        let (mut known, mut all): (HashMap<&str, u32>, Vec<String>) = Default::default();
        let mut codes = Vec::with_capacity(parts.iter().map(Category::len).sum());
        for part in parts {
            let Category::Names(names) = part else { return None };
            let mut places = vec![Names::MISSING; names.names.len()];
            for &code in &*names.codes {
                if code == Names::MISSING {
                    codes.push(code);
                    continue;
                }
                let place = &mut places[code as usize];
                if *place == Names::MISSING {
                    let name = &names.names[code as usize];
                    *place = *known.entry(name).or_insert_with(|| {
                        all.push(name.clone());
                        (all.len() - 1) as u32
                    });
                }
                codes.push(*place);
            }
        }
        Some(Category::Names(Names { codes: codes.into(), names: all.into() }))
    }

    /// How many rows have none.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "elsewhere such rows are left out"))]
    pub(crate) fn lacking(&self) -> u64 {
        (0..self.len()).filter(|&row| !self.is_present(row)).count() as u64
    }

    /// The same categories, owned.
    pub fn into_owned(self) -> Category<'static> {
        match self {
            Self::Numbers(Column { values, valid }) => Category::Numbers(Column {
                values: values.into_owned(),
                valid: valid.map(|valid| Cow::Owned(valid.into_owned())),
            }),
            Self::Names(Names { codes, names }) => {
                Category::Names(Names { codes: Cow::Owned(codes.into_owned()), names })
            }
        }
    }

    /// Bytes of the rows' values; names are not counted.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Numbers(column) => column.values.bytes(),
            Self::Names(names) => size_of_val(&*names.codes),
        }
    }
}

impl<'a> From<Column<'a>> for Category<'a> {
    fn from(column: Column<'a>) -> Self {
        Self::Numbers(column)
    }
}

impl<'a> From<Names<'a>> for Category<'a> {
    fn from(names: Names<'a>) -> Self {
        Self::Names(names)
    }
}

macro_rules! category_from {
    ($value:ty, $convert:expr) => {
        impl<'a> From<&'a [$value]> for Category<'a> {
            fn from(values: &'a [$value]) -> Self {
                let convert: fn(&'a [$value]) -> Category<'a> = $convert;
                convert(values)
            }
        }

        impl<'a, const N: usize> From<&'a [$value; N]> for Category<'a> {
            fn from(values: &'a [$value; N]) -> Self {
                values.as_slice().into()
            }
        }

        impl<'a> From<&'a Vec<$value>> for Category<'a> {
            fn from(values: &'a Vec<$value>) -> Self {
                values.as_slice().into()
            }
        }
    };
}

category_from!(f32, |values| Category::Numbers(values.into()));
category_from!(f64, |values| Category::Numbers(values.into()));
category_from!(i32, |values| whole(values.iter().map(|&v| f64::from(v))));
category_from!(i64, |values| whole(values.iter().map(|&v| v as f64)));
category_from!(u32, |values| whole(values.iter().map(|&v| f64::from(v))));
category_from!(bool, |values| Category::booleans(
    &values.iter().map(|&v| f64::from(u8::from(v))).collect::<Vec<f64>>().into()
));
category_from!(&'a str, |values| Names::of_texts(values.iter().map(|text| Some(*text))).into());
category_from!(String, |values| Names::of_texts(values.iter().map(|text| Some(text.as_str()))).into());

fn whole<'a>(values: impl Iterator<Item = f64>) -> Category<'a> {
    Category::Numbers(Floats::F64(values.collect()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_codes_in_the_order_they_come_in() {
        let texts = [Some("b"), Some("b"), None, Some("a"), Some("b")];
        let names = Names::of_texts(texts.into_iter());
        assert_eq!(names.codes(), [0, 0, Names::MISSING, 1, 0]);
        assert_eq!(names.names(), ["b", "a"]);
    }

    #[test]
    fn parts_are_joined_and_each_category_is_known_once() {
        let texts = |texts: &[&'static str]| Category::from(&texts.to_vec()).into_owned();
        let parts = [texts(&["b", "a", "b"]), texts(&["c", "a"])];
        let some = Category::from(Names::of_texts([None, Some("d"), None].into_iter()));
        let Some(Category::Names(all)) = Category::concat(&[parts[0].clone(), some]) else { panic!("names") };
        assert_eq!(all.codes(), [0, 1, 0, Names::MISSING, 2, Names::MISSING]);
        let all = Category::from(all);
        assert_eq!((all.lacking(), all.distinct(9).len()), (2, 3));
        let Some(Category::Names(all)) = Category::concat(&parts) else { panic!("names") };
        assert_eq!(
            (all.codes(), all.names()),
            (&[0, 1, 0, 2, 1][..], &["b", "a", "c"].map(str::to_owned)[..])
        );
        let half = Category::from(all);
        let Category::Names(distinct) = half.slice(2..5).distinct(1) else { panic!("names") };
        assert_eq!(distinct.codes(), [0, 2, 1]);
        let numbers =
            [Category::from(&[1.0, 0.0, 1.0]).into_owned(), Category::from(&[-0.0, 7.0]).into_owned()];
        let all = Category::concat(&numbers).unwrap();
        let Category::Numbers(distinct) = all.distinct(3) else { panic!("numbers") };
        assert_eq!((all.len(), distinct.values.len(), distinct.values.get(2)), (5, 3, 7.0));
        assert_eq!(all.distinct(2).len(), 2);
        assert!(Category::concat(&[parts[0].clone(), numbers[0].clone()]).is_none());
    }

    #[test]
    fn booleans_have_names() {
        let Category::Names(names) = Category::from(&[true, false, true]) else {
            panic!("booleans are names")
        };
        assert_eq!((names.codes(), names.names()[1].as_str()), (&[1, 0, 1][..], "true"));
        let column = Column::from(&[f64::NAN, 1.0]);
        let Category::Names(names) = Category::booleans(&column) else { panic!("booleans are names") };
        assert_eq!(names.codes(), [Names::MISSING, 1]);
    }

    #[test]
    #[should_panic(expected = "a place in the list of 2 names")]
    fn a_code_beyond_the_names_is_refused() {
        Names::new(vec![0, 2], ["a", "b"].map(str::to_owned));
    }
}
