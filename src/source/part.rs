//! One file of a data set: what each format implements.

use crate::data::{Bounds, Category, Column, Names, Points};
use crate::error::{Error, Result};
use crate::source::{BATCH, Field, FieldKind, Sink};

/// One file.
pub(super) trait Part: Send + Sync {
    /// What messages call it.
    fn name(&self) -> &str;

    /// Its columns.
    fn fields(&self) -> &[Field];

    /// Whether the kind of a column is known; a CSV file of missing values leaves it open.
    fn is_settled(&self, column: usize) -> bool {
        let _ = column;
        true
    }

    /// Whether a column of numbers, dates or booleans shows text too; `None` where no such column can be read as text.
    fn is_mixed(&self, column: usize) -> Option<bool> {
        let _ = column;
        None
    }

    /// A value of a column of text and its line, if there are lines.
    fn example(&self, column: usize) -> Option<&str> {
        let _ = column;
        None
    }

    /// How many rows, if known.
    fn rows(&self) -> Option<u64> {
        None
    }

    /// Its size, which weighs its share of the progress.
    fn bytes(&self) -> u64;

    /// Whether it can be read again.
    fn rereadable(&self) -> bool {
        true
    }

    /// What the columns span, by the file's own statistics.
    fn bounds_hint(&self, request: &Request) -> Option<Bounds> {
        let _ = request;
        None
    }

    /// The column that names the rows, if the file says so.
    fn index(&self) -> Option<usize> {
        self.fields().iter().position(|field| field.name == PANDAS_INDEX)
    }

    /// Reads the columns on at most this many threads. Errors name the file.
    fn scan(&self, request: &Request, threads: usize, sink: &dyn Sink) -> Result<()>;

    /// Reads any number of columns on at most this many threads, with every row, missing values and all. Errors name the file.
    fn read(&self, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()>;
}

/// What pandas calls an index without a name in a Parquet file.
const PANDAS_INDEX: &str = "__index_level_0__";

/// Some rows of all wanted columns.
pub(super) struct Block {
    /// Where they come among all blocks of the file.
    pub order: u128,
    /// The number of the first row, if the file has said how many rows there are.
    pub start: Option<u64>,
    pub rows: usize,
    /// The columns of numbers row by row, in the order of the request.
    pub numbers: Vec<f64>,
    /// The columns of text.
    pub texts: Vec<Names<'static>>,
}

/// Where blocks go. Called from many threads at once, none of which belongs to rayon's pool.
pub(super) trait BlockSink: Sync {
    /// Takes a block, with which about this share of the file has been read, 0 to 1.
    fn take(&self, block: Block, share: f64) -> Result<()>;
}

/// The wanted columns in the order of the file, each once, and where each of the request is among them.
pub(super) fn projection(wanted: &[Wanted]) -> (Vec<usize>, Vec<usize>) {
    let mut columns: Vec<usize> = wanted.iter().map(|wanted| wanted.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let place = |wanted: &Wanted| columns.partition_point(|&column| column < wanted.column);
    let places = wanted.iter().map(place).collect();
    (columns, places)
}

/// Rows in a block of so many columns: two mebibytes, which the second-level cache holds.
pub(super) fn block_rows(columns: usize) -> usize {
    const VALUES: usize = 1 << 18;
    (VALUES / columns.max(1)).clamp(1, BATCH)
}

/// A column of one file and what the data set takes it to hold.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub column: usize,
    pub kind: FieldKind,
}

/// The columns to read from one file.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub x: Wanted,
    pub y: Wanted,
    pub weights: Option<Wanted>,
    pub category: Option<Wanted>,
    /// As [`Selection::uncategorized`](crate::source::Selection).
    pub uncategorized: bool,
}

/// Where x, y, the weights and the categories are among the columns that are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Places {
    pub x: usize,
    pub y: usize,
    pub weights: Option<usize>,
    pub category: Option<usize>,
    pub uncategorized: bool,
}

impl Request {
    /// Every wanted column: x, y, the weights, the categories.
    pub fn all(&self) -> impl Iterator<Item = &Wanted> {
        [&self.x, &self.y].into_iter().chain(&self.weights).chain(&self.category)
    }

    /// The wanted columns in the order of the file, each once, and what is where among them.
    pub fn projection(&self) -> (Vec<usize>, Places) {
        let all: Vec<Wanted> = self.all().cloned().collect();
        let (columns, places) = projection(&all);
        let category = self.category.as_ref().and(places.last().copied());
        let weights = self.weights.as_ref().map(|_| places[2]);
        let uncategorized = self.uncategorized;
        (columns, Places { x: places[0], y: places[1], weights, category, uncategorized })
    }
}

/// Some rows: a value of each wanted column.
pub(super) struct Batch<'a> {
    pub x: Column<'a>,
    pub y: Column<'a>,
    pub weights: Option<Column<'a>>,
    pub category: Option<Category<'a>>,
}

impl<'a> Batch<'a> {
    /// The points, the first at a place in the order of all rows; if they are wanted, with those that lack nothing but a category.
    ///
    /// # Errors
    /// As [`Points::of_rows`].
    pub fn points(self, uncategorized: bool, order: u128) -> Result<Points<'a>> {
        let Self { x, y, weights, category } = self;
        Ok(Points::of_rows_with(x, y, weights, category, uncategorized)?.at(order))
    }
}

/// A file whose bytes are not what its format allows.
pub(super) fn damaged(name: &str, format: &str, reason: impl std::fmt::Display) -> Error {
    Error::data(format!("{name}: cannot be read as {format}: {reason}; is the file damaged or incomplete?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Names;

    #[test]
    fn rows_without_a_category_stay_where_they_are_wanted() {
        let x = [1.0, 2.0, f64::NAN, 4.0, f64::INFINITY, 6.0];
        let points = |category: Category<'_>, uncategorized| {
            let (x, y) = (Column::from(&x), Column::from(&[0.0f32; 6]));
            let batch = Batch { x, y, weights: None, category: Some(category) };
            let points = batch.points(uncategorized, 9).unwrap();
            assert_eq!(points.order(), 9);
            let rows: Vec<f64> = (0..points.len()).map(|row| points.x().get(row)).collect();
            let has = (0..rows.len()).map(|row| points.category().unwrap().is_present(row)).collect();
            (rows, points.missing(), has)
        };
        let numbers = || Category::from(&[0.0, f64::NAN, 0.0, 1.0, f64::INFINITY, 1.0]);
        assert_eq!(points(numbers(), false), (vec![1.0, 4.0, 6.0], 3, vec![true; 3]));
        assert_eq!(points(numbers(), true), (vec![1.0, 2.0, 4.0, 6.0], 2, vec![true, false, true, true]));
        let names = [Some("a"), None, None, None, Some("b"), Some("b")];
        let names = Category::from(Names::of_texts(names.into_iter()));
        assert_eq!(points(names.clone(), false), (vec![1.0, 6.0], 4, vec![true; 2]));
        assert_eq!(points(names, true), (vec![1.0, 2.0, 4.0, 6.0], 2, vec![true, false, false, true]));
    }
    #[test]
    fn a_projection_has_each_column_once_and_in_order() {
        let wanted = |column| Wanted { column, kind: FieldKind::Number };
        let projection = |x, y, weights: Option<usize>, category: Option<usize>| {
            let (weights, category) = (weights.map(wanted), category.map(wanted));
            let request = Request { x: wanted(x), y: wanted(y), weights, category, uncategorized: false };
            let (columns, Places { x, y, weights, category, .. }) = request.projection();
            (columns, x, y, weights, category)
        };
        assert_eq!(projection(7, 2, None, None), (vec![2, 7], 1, 0, None, None));
        assert_eq!(projection(7, 2, Some(5), None), (vec![2, 5, 7], 2, 0, Some(1), None));
        assert_eq!(projection(7, 2, Some(5), Some(1)), (vec![1, 2, 5, 7], 3, 1, Some(2), Some(0)));
        assert_eq!(projection(3, 3, Some(3), Some(3)), (vec![3], 0, 0, Some(0), Some(0)));
    }
}
