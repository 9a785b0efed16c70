//! A long table, one row a cell, as a matrix.

use rayon::prelude::*;

use super::keys::{Keys, MISSING};
use super::reduce::reduced;
use crate::data::{Index, MAX_CELLS, Matrix, Names, Reduction, SeriesKind, Table};
use crate::error::{Error, Result, listed};

/// A row for each value of the column `row`, a column for each of `column`, and in their cells what `reduction` makes of `value`:
/// `pandas.pivot_table`. Without a reduction each cell must have one row at most: `pandas.pivot`.
///
/// Numbers, times and booleans ascend; months and weekdays with their English names or abbreviations go from January and Monday;
/// other text is sorted by its code points. The names of the columns become those of the indices. Rows of the table without a key are
/// left out, values that are missing do not count, and a cell without a row is NaN, whatever the reduction. With a reduction, a row or
/// column of the matrix in which every cell is NaN is left out, as in pandas. The standard deviation of pandas is
/// [`Reduction::Std`] with `ddof: 1`.
///
/// # Errors
/// If there is no such column, `value` holds text (which only [`Reduction::Count`] and [`Reduction::Distinct`] take), the reduction is a
/// share of the whole, two rows have one cell and no reduction is given (the message names the keys), no row has both keys, or
/// there are more than [`MAX_CELLS`] cells.
///
/// ```
/// use heatbin::{Reduction, Series, Table, matrix};
///
/// let table = Table::new([
///     ("month", Series::text(["Feb", "Jan", "Feb", "Jan"])),
///     ("year", Series::Numbers(vec![1949.0, 1949.0, 1950.0, 1950.0])),
///     ("passengers", Series::Numbers(vec![118.0, 112.0, 126.0, 115.0])),
/// ])?;
/// let matrix = matrix::pivot(&table, "month", "year", "passengers", None)?;
/// assert_eq!((matrix.rows.name.as_str(), &matrix.rows.labels[..]), ("month", &["Jan".to_owned(), "Feb".to_owned()][..]));
/// assert_eq!(matrix.values(), [112.0, 115.0, 118.0, 126.0]);
/// let sums = matrix::pivot(&table, "month", "month", "passengers", Some(Reduction::Sum))?;
/// assert_eq!(sums.get(0, 0), 227.0);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn pivot(
    table: &Table,
    row: &str,
    column: &str,
    value: &str,
    reduction: Option<Reduction>,
) -> Result<Matrix> {
    pivot_columns(table, [table.find(row)?, table.find(column)?, table.find(value)?], reduction)
}

/// The same of columns by their places.
pub(crate) fn pivot_columns(
    table: &Table,
    [row, column, value]: [usize; 3],
    reduction: Option<Reduction>,
) -> Result<Matrix> {
    if let Some(share @ (Reduction::Density | Reduction::Probability)) = reduction {
        return Err(Error::usage(format!("a pivot has no {share}: take the sum, and divide it")));
    }
    let values = values(table, value, reduction)?;
    let (rows, columns) = (Keys::of(table, row)?, Keys::of(table, column)?);
    let shape = (rows.index.len(), columns.index.len());
    let cells = shape.0.saturating_mul(shape.1);
    if cells > MAX_CELLS {
        return Err(Error::data(format!(
            "a pivot of {} values of '{}' and {} of '{}' has more than {MAX_CELLS} cells; are these the columns that you mean?",
            shape.0, rows.index.name, shape.1, columns.index.name
        )));
    }
    if cells == 0 {
        return Err(Error::data(format!(
            "no row of {} has a value of both '{}' and '{}'",
            table.name, rows.index.name, columns.index.name
        )));
    }
    let cell = |nth: usize| {
        let (row, column) = (rows.codes[nth], columns.codes[nth]);
        (row != MISSING && column != MISSING).then(|| row as usize * shape.1 + column as usize)
    };
    let groups = Groups::of(cells, values.len(), cell);
    let Some(reduction) = reduction else {
        if let Some(cell) = groups.crowded() {
            let (row, column) = (cell / shape.1, cell % shape.1);
            return Err(Error::data(format!(
                "{} rows of {} have {} '{}' and {} '{}'; say what to make of their values: {}",
                groups.rows(cell).len(),
                table.name,
                rows.index.name,
                rows.index.labels[row],
                columns.index.name,
                columns.index.labels[column],
                Reduction::NAMES[..12].join(", ")
            )));
        }
        let one = |cell| groups.rows(cell).first().map_or(f64::NAN, |&nth| values[nth as usize]);
        return Matrix::new(rows.index, columns.index, (0..cells).map(one).collect());
    };
    let made_of = |cell| match groups.rows(cell) {
        [] => f64::NAN,
        rows => reduced(reduction, &mut rows.iter().map(|&nth| values[nth as usize]).collect()),
    };
    let cells: Vec<f64> = (0..cells).into_par_iter().map(made_of).collect();
    filled(Matrix::new(rows.index, columns.index, cells)?, table, value)
}

/// The values to pivot, as numbers: text is told apart by its codes.
fn values(table: &Table, column: usize, reduction: Option<Reduction>) -> Result<Vec<f64>> {
    if let Some(values) = table.numbers(column) {
        return Ok(values.collect());
    }
    match (table.text(column), reduction) {
        (Some(names), Some(Reduction::Count | Reduction::Distinct)) => {
            let number = |&code: &u32| if code == Names::MISSING { f64::NAN } else { f64::from(code) };
            Ok(names.codes().iter().map(number).collect())
        }
        _ => {
            let numeric = (0..table.names().len()).filter(|&other| table.kind(other) != SeriesKind::Text);
            Err(not_numbers(
                table.name_of(column),
                &table.name,
                "",
                numeric.map(|other| table.name_of(other)),
            ))
        }
    }
}

/// The values of a pivot are text, as `example` shows; `numeric` are the columns that are not.
pub(crate) fn not_numbers<'a>(
    column: &str,
    table: &str,
    example: &str,
    numeric: impl Iterator<Item = &'a str>,
) -> Error {
    let numeric: Vec<&str> = numeric.collect();
    Error::data(format!(
        "column '{column}' of {table} holds text{example}, where the values of a pivot are numbers; columns that hold these: {}",
        listed(numeric.into_iter())
    ))
}

/// A matrix without the rows and columns in which there is no value.
fn filled(matrix: Matrix, table: &Table, value: usize) -> Result<Matrix> {
    let (rows, columns) = matrix.shape();
    let is_value = |row: usize, column: usize| !matrix.get(row, column).is_nan();
    let kept_rows: Vec<usize> =
        (0..rows).filter(|&row| (0..columns).any(|column| is_value(row, column))).collect();
    let kept_columns: Vec<usize> =
        (0..columns).filter(|&column| kept_rows.iter().any(|&row| is_value(row, column))).collect();
    if kept_rows.is_empty() {
        return Err(Error::data(format!(
            "the pivot is empty: '{}' of {} has no value where both keys are given",
            table.name_of(value),
            table.name
        )));
    }
    if (kept_rows.len(), kept_columns.len()) == (rows, columns) {
        return Ok(matrix);
    }
    let values = kept_rows.iter().flat_map(|&row| kept_columns.iter().map(move |&column| (row, column)));
    let values = values.map(|(row, column)| matrix.get(row, column)).collect();
    let kept = |index: &Index, kept: &[usize]| {
        Index::new(kept.iter().map(|&nth| index.labels[nth].clone())).named(index.name.clone())
    };
    Matrix::new(kept(&matrix.rows, &kept_rows), kept(&matrix.columns, &kept_columns), values)
}

/// The rows of each cell, in their order.
struct Groups {
    /// Where those of each cell begin, and the last end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    fn of(cells: usize, rows: usize, cell: impl Fn(usize) -> Option<usize>) -> Self {
        let mut starts = vec![0u32; cells + 1];
        for cell in (0..rows).filter_map(&cell) {
            starts[cell + 1] += 1;
        }
        for cell in 0..cells {
            starts[cell + 1] += starts[cell];
        }
        let mut next = starts.clone();
        let mut sorted = vec![0u32; starts[cells] as usize];
        for row in 0..rows {
            if let Some(cell) = cell(row) {
                sorted[next[cell] as usize] = row as u32;
                next[cell] += 1;
            }
        }
        Self { starts, rows: sorted }
    }

    fn rows(&self, cell: usize) -> &[u32] {
        &self.rows[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// The first cell with more than one row.
    fn crowded(&self) -> Option<usize> {
        self.starts.windows(2).position(|pair| pair[1] - pair[0] > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Series;
    use crate::error::ErrorKind;

    fn table() -> Table {
        Table::new([
            ("r", Series::text(["a", "b", "a", "a"])),
            ("c", Series::Numbers(vec![1.0, 1.0, 2.0, 1.0])),
            ("v", Series::Numbers(vec![1.0, f64::NAN, 3.0, 5.0])),
        ])
        .unwrap()
    }

    #[test]
    fn cells_that_are_met_twice_are_named() {
        let error = pivot(&table(), "r", "c", "v", None).unwrap_err().to_string();
        assert!(
            error.starts_with("2 rows of the table have r 'a' and c '1'; say what to make of"),
            "{error}"
        );
    }

    #[test]
    fn rows_without_a_value_go_as_in_pandas() {
        let matrix = pivot(&table(), "r", "c", "v", Some(Reduction::Mean)).unwrap();
        assert_eq!((matrix.rows.labels.join(" "), matrix.values()), ("a".into(), &[3.0, 3.0][..]));
        let matrix = pivot(&table(), "r", "c", "v", Some(Reduction::Sum)).unwrap();
        assert_eq!((matrix.shape(), &matrix.values()[..3]), ((2, 2), &[6.0, 3.0, 0.0][..]));
        assert!(matrix.get(1, 1).is_nan());
    }

    #[test]
    fn what_cannot_be_pivoted_is_refused() {
        let refused = |row, column, value, reduction| {
            let error = pivot(&table(), row, column, value, reduction).unwrap_err();
            (error.kind(), error.to_string())
        };
        let (kind, text) = refused("r", "c", "r", Some(Reduction::Mean));
        assert!(kind == ErrorKind::Data && text.ends_with("columns that hold these: c, v"), "{text}");
        assert!(refused("rr", "c", "v", None).1.contains("Did you mean 'r'?"));
        assert_eq!(refused("r", "c", "v", Some(Reduction::Density)).0, ErrorKind::Usage);
        let empty =
            Table::new([("k", Series::Numbers(vec![f64::NAN])), ("v", Series::Numbers(vec![1.0]))]).unwrap();
        let error = pivot(&empty, "k", "v", "v", None).unwrap_err().to_string();
        assert_eq!(error, "no row of the table has a value of both 'k' and 'v'");
        let missing =
            Table::new([("k", Series::Numbers(vec![1.0])), ("v", Series::Numbers(vec![f64::NAN]))]).unwrap();
        let error = pivot(&missing, "k", "k", "v", Some(Reduction::Mean)).unwrap_err().to_string();
        assert!(error.starts_with("the pivot is empty: 'v' of the table has no value"), "{error}");
    }

    #[test]
    fn text_can_be_counted() {
        let matrix = pivot(&table(), "c", "c", "r", Some(Reduction::Distinct)).unwrap();
        assert_eq!((matrix.get(0, 0), matrix.get(1, 1)), (2.0, 1.0));
    }
}
