//! One file of a data set: what each format implements.

use crate::data::Bounds;
use crate::error::{Error, Result};
use crate::source::{Field, FieldKind, Sink};

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

    /// Reads the columns on at most this many threads. Errors name the file.
    fn scan(&self, request: &Request, threads: usize, sink: &dyn Sink) -> Result<()>;
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
}

/// Where x, y, the weights and the categories are among the columns that are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Places {
    pub x: usize,
    pub y: usize,
    pub weights: Option<usize>,
    pub category: Option<usize>,
}

impl Request {
    /// Every wanted column: x, y, the weights, the categories.
    pub fn all(&self) -> impl Iterator<Item = &Wanted> {
        [&self.x, &self.y].into_iter().chain(&self.weights).chain(&self.category)
    }

    /// The wanted columns in the order of the file, each once, and what is where among them.
    pub fn projection(&self) -> (Vec<usize>, Places) {
        let mut columns: Vec<usize> = self.all().map(|wanted| wanted.column).collect();
        columns.sort_unstable();
        columns.dedup();
        let place = |wanted: &Wanted| columns.partition_point(|&column| column < wanted.column);
        let (x, y) = (place(&self.x), place(&self.y));
        let (weights, category) = (self.weights.as_ref().map(place), self.category.as_ref().map(place));
        (columns, Places { x, y, weights, category })
    }
}

/// A file whose bytes are not what its format allows.
pub(super) fn damaged(name: &str, format: &str, reason: impl std::fmt::Display) -> Error {
    Error::data(format!("{name}: cannot be read as {format}: {reason}; is the file damaged or incomplete?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_has_each_column_once_and_in_order() {
        let wanted = |column| Wanted { column, kind: FieldKind::Number };
        let projection = |x, y, weights: Option<usize>, category: Option<usize>| {
            let (weights, category) = (weights.map(wanted), category.map(wanted));
            let request = Request { x: wanted(x), y: wanted(y), weights, category };
            let (columns, Places { x, y, weights, category }) = request.projection();
            (columns, x, y, weights, category)
        };
        assert_eq!(projection(7, 2, None, None), (vec![2, 7], 1, 0, None, None));
        assert_eq!(projection(7, 2, Some(5), None), (vec![2, 5, 7], 2, 0, Some(1), None));
        assert_eq!(projection(7, 2, Some(5), Some(1)), (vec![1, 2, 5, 7], 3, 1, Some(2), Some(0)));
        assert_eq!(projection(3, 3, Some(3), Some(3)), (vec![3], 0, 0, Some(0), Some(0)));
    }
}
