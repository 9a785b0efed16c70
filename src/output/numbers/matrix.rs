//! Matrices as files of numbers, as they lie in a table: rows and columns with their labels, empty where a value is missing.

use std::io::{self, Write};
use std::path::Path;

use super::csv::quoted;
use super::npy;
use super::npz::{self, Member};
use crate::data::{Clustered, Clusters, Linkage, Matrix};
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

/// Writes a matrix in the order in which a clustering has put it, as [`save_matrix`]. A `.npz` also holds `row_order` and `col_order`, the places
/// that rows and columns had before; `row_linkage` and `col_linkage`, their trees as scipy's linkage matrices; and where they were cut
/// `row_clusters` and `col_clusters`, the flat clusters of rows and columns as they were before.
///
/// # Errors
/// As [`save_matrix`].
pub fn save_clusters(path: impl AsRef<Path>, matrix: &Matrix, clusters: &Clusters) -> Result<()> {
    let path = path.as_ref();
    if Format::of(path)? != Format::Numbers(NumberFormat::Npz) {
        return save_matrix(path, matrix);
    }
    let written = |out: &mut (dyn Write + Send)| {
        let (rows, columns) = matrix.shape();
        let shape = [rows as u64, columns as u64];
        let sides = [Numbers::of(&clusters.rows), Numbers::of(&clusters.columns)];
        let mut members = vec![
            ("values", Member::Floats(&shape, matrix.values())),
            ("rows", Member::Texts(&matrix.rows.labels)),
            ("columns", Member::Texts(&matrix.columns.labels)),
        ];
        let names =
            [("row_order", "row_linkage", "row_clusters"), ("col_order", "col_linkage", "col_clusters")];
        for (side, (order, linkage, flat)) in sides.iter().zip(names) {
            members.push((order, Member::Counts(&side.order)));
            if let Some((shape, merges)) = &side.linkage {
                members.push((linkage, Member::Floats(shape, merges)));
            }
            if let Some(numbers) = &side.flat {
                members.push((flat, Member::Counts(numbers)));
            }
        }
        npz::write_members(&members, out)
    };
    atomic::write_with(path, |file| written(file).map_err(|reason| atomic::failed(path, &reason)))
}

/// What a file holds of a clustering.
struct Numbers {
    order: Vec<u64>,
    linkage: Option<([u64; 2], Vec<f64>)>,
    flat: Option<Vec<u64>>,
}

impl Numbers {
    fn of(clustered: &Clustered) -> Self {
        let whole = |numbers: &Vec<usize>| numbers.iter().map(|&number| number as u64).collect();
        // A row for each merge: both clusters, how far they were apart, how many observations they have.
        let merges = |linkage: &Linkage| {
            let row = |merge: &crate::data::Merge| {
                [merge.left as f64, merge.right as f64, merge.height, merge.size as f64]
            };
            ([linkage.merges().len() as u64, 4], linkage.merges().iter().flat_map(row).collect())
        };
        Self {
            order: whole(&clustered.order),
            linkage: clustered.linkage.as_ref().map(merges),
            flat: clustered.flat.as_ref().map(whole),
        }
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
