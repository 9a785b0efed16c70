//! Aggregates as files of numbers, for numpy, pandas and everything that reads tables.
//!
//! Counts are u64, everything else f64; every cell is written, the empty ones too. The same aggregate gives the same
//! bytes every time. The tables have a row for each cell: `x0, x1, y0, y1, count` for rectangles (their edges),
//! `x, y, count` for hexagons (their centres, in data units also on a log axis). What else than counts was made of the rows
//! stands in a column after the count, named after its reduction: `x, y, count, mean`, or `smoothed_mean`. Of categories, there is a
//! row for each cell of each of them, which is named in the first column: `category, x, y, count`. Histograms along the axes are in
//! archives only, as a table has no place for them.

use std::io::{self, Write};
use std::path::Path;

use super::atomic;
use super::format::Format;
use crate::data::{Aggregate, Grid, Hex, Layers, Rect, Reduction, Values};
#[cfg(feature = "figure")]
use crate::error::Error;
use crate::error::Result;

mod csv;
mod matrix;
mod npy;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;

pub use matrix::{save_clusters, save_matrix};

/// A file format for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberFormat {
    /// NumPy's archive. For rectangles `values` of shape (nx, ny), indexed as numpy's `H[x, y]`, `xedges` and `yedges`; for
    /// hexagons `offsets` of shape (n, 2) as matplotlib's `get_offsets` (log10 on a log axis) and `values` of shape (n,).
    /// Both with `tally`: rows, binned, outside, missing; and, if the values are no counts, `counts` in the same shape. See [`Numbers`] for
    /// what else there may be.
    Npz,
    /// The array `values` alone.
    Npy,
    /// A table as text.
    Csv,
    /// The same table.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl NumberFormat {
    /// The format of a file ending such as `npz`, without its dot and in any case; `None` if there is none.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_lowercase().as_str() {
            "npz" => Some(Self::Npz),
            "npy" => Some(Self::Npy),
            "csv" => Some(Self::Csv),
            #[cfg(feature = "parquet")]
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Writes an aggregate. `out` should be buffered.
    ///
    /// # Errors
    /// If `out` cannot be written to.
    pub fn write(self, aggregate: &Aggregate, out: &mut (dyn Write + Send)) -> io::Result<()> {
        Numbers::of(aggregate).write(self, out)
    }
}

/// What a file of numbers holds.
///
/// ```
/// use heatbin::{NumberFormat, Numbers};
///
/// let (x, y, kind) = ([0.5, 1.5, 1.5], [0.5, 0.5, 0.5], ["oak", "elm", "oak"]);
/// let run = heatbin::hist2d(&x, &y).category(&kind).facet(None).bins((2, 1)).run()?;
/// let mut table = Vec::new();
/// Numbers { layers: run.layers(), ..Numbers::of(&run.aggregate) }.write(NumberFormat::Csv, &mut table).unwrap();
/// assert!(table.starts_with(b"category,x0,x1,y0,y1,count\nelm,0.5,1.0,0.0,1.0,0\n"));
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    /// The cells.
    pub aggregate: &'a Aggregate,
    /// The cells of each category, which then are written instead: `values` of shape (categories, nx, ny) or (categories, n) with their
    /// `categories` by name; in tables, the category is the first column.
    pub layers: Option<&'a Layers>,
    /// Whether an archive also holds the histograms along the axes ([`Aggregate::marginals`]): `xmarginal` and `ymarginal`, u64 where they are
    /// rows. Those of rectangles lie between `xedges` and `yedges`; those of hexagons have `xmarginal_edges` and `ymarginal_edges`, in data
    /// units also on a log axis.
    pub marginals: bool,
}

impl<'a> Numbers<'a> {
    /// The cells alone.
    pub fn of(aggregate: &'a Aggregate) -> Self {
        Self { aggregate, layers: None, marginals: false }
    }

    /// Writes them in a format. `out` should be buffered.
    ///
    /// # Errors
    /// If `out` cannot be written to.
    pub fn write(&self, format: NumberFormat, out: &mut (dyn Write + Send)) -> io::Result<()> {
        match format {
            NumberFormat::Npz => npz::write(self, out),
            NumberFormat::Npy => npy::values(&self.aggregate.grid, self.values(), self.layers.is_some(), out),
            NumberFormat::Csv => csv::write(self, out),
            #[cfg(feature = "parquet")]
            NumberFormat::Parquet => parquet::write(self, out),
        }
    }

    /// Writes them to a file, by its ending: `.npz`, `.npy`, `.csv` or `.parquet`. The file appears whole or not at all.
    ///
    /// # Errors
    /// If the ending is another, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        match Format::of(path)? {
            Format::Numbers(format) => atomic::write_with(path, |file| {
                self.write(format, file).map_err(|reason| atomic::failed(path, &reason))
            }),
            #[cfg(feature = "figure")]
            _ => Err(Error::usage(format!(
                "cannot write {}: counts are a .npz, .npy, .csv or .parquet",
                path.display()
            ))),
        }
    }

    /// The values to write: those of each category, or of all rows.
    fn values(&self) -> &'a [Values] {
        self.layers.map_or(std::slice::from_ref(&self.aggregate.values), |layers| &layers.values)
    }

    /// The values to write, each with the name of its category, if there are any.
    fn named(&self) -> impl Iterator<Item = (Option<&'a str>, &'a Values)> {
        let names = self.layers.map_or(&[][..], |layers| &layers.names);
        let names = names.iter().map(|name| Some(name.as_str())).chain(std::iter::repeat(None));
        names.zip(self.values())
    }
}

/// Writes the cells to a file, as [`Numbers::save`].
///
/// # Errors
/// As [`Numbers::save`].
pub fn save(path: impl AsRef<Path>, aggregate: &Aggregate) -> Result<()> {
    Numbers::of(aggregate).save(path)
}

/// The names of a table's columns before that of the values.
fn places(grid: &Grid) -> &'static [&'static str] {
    match grid {
        Grid::Rect(_) => &["x0", "x1", "y0", "y1"],
        Grid::Hex(_) => &["x", "y"],
    }
}

/// The names of a table's columns after those of the places.
fn columns(values: &Values) -> Vec<String> {
    let count = Reduction::Count.to_string();
    match values {
        Values::Counts(_) => vec![count],
        Values::Reduced(reduced) if reduced.smoothed => {
            vec![count, format!("smoothed_{}", reduced.reduction)]
        }
        Values::Reduced(reduced) => vec![count, reduced.reduction.to_string()],
        Values::Given(_) => vec!["value".into()],
    }
}

/// Where a rectangle lies: its edges in the order of [`places`].
fn edges(rect: &Rect, cell: usize) -> [f64; 4] {
    let (x, y) = (rect.x.edges(), rect.y.edges());
    let (i, j) = (cell / rect.y.bins(), cell % rect.y.bins());
    [x[i], x[i + 1], y[j], y[j + 1]]
}

/// Where a hexagon lies: its centre in data units.
fn center(hex: &Hex, cell: usize) -> [f64; 2] {
    let (ix, iy) = hex.center(cell);
    [hex.x.value(ix), hex.y.value(iy)]
}
