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
}

impl Request {
    /// The wanted columns in the order of the file, each once, and where x and y are among them.
    pub fn projection(&self) -> (Vec<usize>, usize, usize) {
        let (x, y) = (self.x.column, self.y.column);
        if x == y {
            (vec![x], 0, 0)
        } else {
            (vec![x.min(y), x.max(y)], usize::from(x > y), usize::from(y > x))
        }
    }
}

/// A file whose bytes are not what its format allows.
pub(super) fn damaged(name: &str, format: &str, reason: impl std::fmt::Display) -> Error {
    Error::data(format!("{name}: cannot be read as {format}: {reason}; is the file damaged or incomplete?"))
}
