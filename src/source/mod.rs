//! Files and memory → points and tables.
//!
//! [`Source`] is the seam: whatever can name its columns and hand out batches of [`Points`] can be drawn, be it a file, a
//! data set of many files or a query engine. [`open`] makes a source of files: CSV, Parquet, Arrow IPC (Feather) and
//! NumPy's arrays. Every kind of number, boolean, date and timestamp becomes f32 or f64 by the rules of
//! [`FieldKind`]; text can be a category alone, and elsewhere is an error that names the column. [`table`] reads whole files
//! with all their columns.

use crate::data::{Bounds, Points, Quantity};
use crate::error::Result;

mod arrow;
mod csv;
mod files;
mod format;
mod guard;
mod input;
mod ipc;

mod names;
mod numpy;

#[cfg_attr(not(feature = "parquet"), path = "parquet/disabled.rs")]
mod parquet;
mod part;
mod table;
#[cfg(test)]
mod tests;
mod time;
mod workers;

pub use csv::{Follow, Live};
pub use files::open;
#[cfg(feature = "cli")]
pub(crate) use guard::is_guarding;
#[cfg(feature = "window")]
pub(crate) use names::column;
pub use names::field;
pub use table::{TableFiles, open_table, table};

/// What a column holds, and how its values become numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// Integers, floats and decimals. f16 and f32 become f32, everything else the nearest f64.
    Number,
    /// True is 1, false is 0.
    Boolean,
    /// Dates and timestamps, as days since 1970-01-01 00:00 UTC in f64 (matplotlib's `date2num`).
    Time,
    /// Text, which has no place on an axis of numbers.
    Text,
    /// A type that is none of these, by its name in the file's own terms.
    Other(String),
}

impl FieldKind {
    /// Whether values of this kind have a place on an axis.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Number | Self::Boolean | Self::Time)
    }

    /// Whether values of this kind can be categories.
    pub fn is_category(&self) -> bool {
        matches!(self, Self::Number | Self::Boolean | Self::Text)
    }

    /// How the ticks of an axis of this kind are chosen and written.
    pub fn quantity(&self) -> Quantity {
        if *self == Self::Time { Quantity::Time } else { Quantity::Number }
    }
}

/// A column of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name; its 0-based number where the file has no names.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
}

impl Field {
    /// A column of this name and kind.
    pub fn new(name: impl Into<String>, kind: FieldKind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// The columns to read, as indices into [`Source::fields`]. One column may be named twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// The column of x.
    pub x: usize,
    /// The column of y.
    pub y: usize,
    /// The column of the weights.
    pub weights: Option<usize>,
    /// The column of the categories, which may hold text.
    pub category: Option<usize>,
    /// Whether rows that lack nothing but a category are wanted too; they are missing unless so.
    pub uncategorized: bool,
}

impl Selection {
    /// The columns of x and y.
    pub fn new(x: usize, y: usize) -> Self {
        Self { x, y, weights: None, category: None, uncategorized: false }
    }

    /// The same with a column of weights.
    #[must_use]
    pub fn weights(self, column: usize) -> Self {
        Self { weights: Some(column), ..self }
    }

    /// The same with a column of categories.
    #[must_use]
    pub fn category(self, column: usize) -> Self {
        Self { category: Some(column), ..self }
    }

    /// The same, with the rows that lack nothing but a category.
    #[must_use]
    pub fn with_uncategorized(self) -> Self {
        Self { uncategorized: true, ..self }
    }

    /// Every column of it.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.numbers().chain(self.category)
    }

    /// The columns that must hold numbers.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        [self.x, self.y].into_iter().chain(self.weights)
    }
}

/// Where a scan delivers the points.
///
/// Both methods are called from many threads at once, none of which belongs to rayon's pool.
pub trait Sink: Sync {
    /// Takes some rows, in no particular order.
    ///
    /// # Errors
    /// An error ends the scan at once and is what [`Source::scan`] returns.
    fn take(&self, points: Points<'_>) -> Result<()>;

    /// Hears that about this share of the data, 0 to 1, has been read.
    fn progress(&self, share: f64) {
        let _ = share;
    }
}

/// Rows of named columns that can be read in batches.
pub trait Source: Send + Sync {
    /// What messages call it: `flights.csv`, or `12 files`.
    fn name(&self) -> String;

    /// The columns, in their order.
    fn fields(&self) -> &[Field];

    /// How many rows there are, if that is known without reading them.
    fn rows(&self) -> Option<u64>;

    /// Whether [`Source::scan`] may be called more than once; false for standard input.
    fn rereadable(&self) -> bool;

    /// Whether these columns can be read, as far as is known before any row is.
    ///
    /// # Errors
    /// Those of [`Source::scan`] that the columns alone show: there is no such column, it holds no numbers, or not every file has it.
    fn check(&self, selection: &Selection) -> Result<()> {
        let _ = selection;
        Ok(())
    }

    /// What the columns are said to span, if the source keeps such statistics.
    ///
    /// Only a hint, and of x and y alone: rows with one missing value count here, and files have been written with wrong statistics. Compare
    /// it with the bounds of the points that the scan delivers.
    fn bounds_hint(&self, selection: &Selection) -> Option<Bounds>;

    /// Reads every row of the selected columns once and hands it to `sink`, using all cores.
    ///
    /// A batch holds some ten thousand rows, and its [order](Points::at) says where they come among all rows. Memory stays
    /// bounded whatever the size of the data.
    ///
    /// # Errors
    /// If a column holds no numbers, the data are damaged or cannot be read, standard input was read before, or
    /// `sink` returned an error.
    fn scan(&self, selection: &Selection, sink: &dyn Sink) -> Result<()>;
}

/// What separates the fields of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delimiter {
    /// One ASCII character.
    Byte(u8),
    /// Any number of spaces and tabs, as where columns are aligned.
    Whitespace,
}

impl From<u8> for Delimiter {
    fn from(byte: u8) -> Self {
        Self::Byte(byte)
    }
}

/// How files are read where they do not say so themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// What separates the fields of a CSV file. `None`: guessed among `,` `;` tab and `|`.
    pub delimiter: Option<Delimiter>,
    /// Whether the first row of a CSV file holds the names of the columns. `None`: it does if it has no number in a
    /// column that holds numbers further down, or if there is no such column.
    pub header: Option<bool>,
    /// The decimal point of the numbers in a CSV file, `.` or `,`. `None`: `.`. A comma cannot separate the fields too.
    pub decimal: Option<u8>,
    /// What a line of a CSV file begins with that is a comment. `None`: there are no comments.
    pub comment: Option<u8>,
    /// Which array of a `.npz` file is the table. `None`: the only one of two dimensions, or the one named `values`.
    pub array: Option<String>,
}

/// Rows in a batch: two columns of f64 fill 1 MiB, which the second-level cache holds.
const BATCH: usize = 1 << 16;

/// The days since 1970-01-01 00:00 UTC of a date or timestamp in ISO 8601's form, as the readers take it.
pub fn days(text: &str) -> Option<f64> {
    time::parse(text.as_bytes())
}
