//! Matrices as files of numbers, as they lie in a table: rows and columns with their labels, empty where a value is missing.

use std::io::{self, Write};
use std::path::Path;

use super::csv::quoted;
use super::npy;
use super::npz::{self, Member};
use crate::data::Matrix;
#[cfg(feature = "figure")]
use crate::error::Error;
use crate::error::Result;
use crate::output::atomic;
use crate::output::format::Format;
use crate::output::numbers::NumberFormat;

impl NumberFormat {
    /// Writes a matrix: `.npy` the values of shape (rows, columns); `.npz` these as `values`, with the labels `rows` and `columns`; `.csv`
    /// and `.parquet` a table with the labels of the rows in its first column. `out` should be buffered.
    ///
    /// # Errors
    /// If `out` cannot be written to.
    pub fn write_matrix(self, matrix: &Matrix, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let (rows, columns) = matrix.shape();
        let shape = [rows as u64, columns as u64];
        match self {
            Self::Npy => npy::array(&shape, matrix.values().iter().copied(), out),
            Self::Npz => npz::write_members(
                &[
                    ("values", Member::Floats(&shape, matrix.values())),
                    ("rows", Member::Texts(&matrix.rows.labels)),
                    ("columns", Member::Texts(&matrix.columns.labels)),
                ],
                out,
            ),
            Self::Csv => csv(matrix, out),
            #[cfg(feature = "parquet")]
            Self::Parquet => super::parquet::write_matrix(matrix, out),
        }
    }
}

/// Writes a matrix to a file, by its ending: `.npz`, `.npy`, `.csv` or `.parquet`; see [`NumberFormat::write_matrix`]. The file appears
/// whole or not at all.
///
/// # Errors
/// If the ending is another, or the file cannot be written.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let out = folder.path().join("out.csv");
/// use heatbin::{Index, Matrix};
///
/// let matrix = Matrix::new(Index::new(["a", "b"]).named("row"), Index::numbered(2), vec![1.0, 2.5, f64::NAN, 4.0])?;
/// heatbin::save_matrix(&out, &matrix)?;
/// assert_eq!(std::fs::read_to_string(&out).unwrap(), "row,0,1\na,1.0,2.5\nb,,4.0\n");
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn save_matrix(path: impl AsRef<Path>, matrix: &Matrix) -> Result<()> {
    let path = path.as_ref();
    match Format::of(path)? {
        Format::Numbers(format) => atomic::write_with(path, |file| {
            format.write_matrix(matrix, file).map_err(|reason| atomic::failed(path, &reason))
        }),
        #[cfg(feature = "figure")]
        _ => Err(Error::usage(format!(
            "cannot write {}: a matrix is a .npz, .npy, .csv or .parquet",
            path.display()
        ))),
    }
}

fn csv(matrix: &Matrix, out: &mut (dyn Write + Send)) -> io::Result<()> {
    write!(out, "{}", quoted(&matrix.rows.name))?;
    matrix.columns.labels.iter().try_for_each(|label| write!(out, ",{}", quoted(label)))?;
    writeln!(out)?;
    for (row, label) in matrix.rows.labels.iter().enumerate() {
        write!(out, "{}", quoted(label))?;
        for &value in matrix.row(row) {
            if value.is_nan() { write!(out, ",")? } else { write!(out, ",{value:?}")? }
        }
        writeln!(out)?;
    }
    Ok(())
}
