//! A table as it is.

use crate::data::{Index, Matrix, SeriesKind, Table};
use crate::error::{Error, Result};

/// The columns of numbers of a table, in their order.
///
/// The rows are named by the table's index ([`Table::set_index`]), else by its first column of text, else by their numbers from 0.
/// Booleans are 1 and 0, times days since 1970-01-01. Other columns of text have no place in it.
///
/// # Errors
/// If the table has no row or no column of numbers.
///
/// ```
/// use heatbin::{Series, Table, matrix};
///
/// let table = Table::new([
///     ("month", Series::text(["Jan", "Feb"])),
///     ("1949", Series::Numbers(vec![112.0, 118.0])),
///     ("1950", Series::Numbers(vec![115.0, f64::NAN])),
/// ])?;
/// let matrix = matrix::of_table(table)?;
/// assert_eq!(matrix.rows.labels, ["Jan", "Feb"]);
/// assert_eq!(matrix.columns.labels, ["1949", "1950"]);
/// assert_eq!(matrix.row(0), [112.0, 115.0]);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn of_table(table: Table) -> Result<Matrix> {
    let columns = number_columns(&table)?;
    let text = || (0..table.names().len()).find(|&column| table.kind(column) == SeriesKind::Text);
    let rows = match table.index().or_else(text) {
        Some(column) => Index::new(table.labels(column)).named(table.name_of(column)),
        None => Index::numbered(table.rows()),
    };
    let names = Index::new(columns.iter().map(|&column| table.name_of(column)));
    Matrix::new(rows, names, table.into_numbers(&columns))
}

/// The columns of numbers of a table with rows.
pub(super) fn number_columns(table: &Table) -> Result<Vec<usize>> {
    let name = &table.name;
    if table.rows() == 0 {
        return Err(Error::data(format!("{name}: there are no rows under the names of the columns")));
    }
    let columns: Vec<usize> = table.number_columns().collect();
    if columns.is_empty() {
        return Err(without_numbers(name, table.names(), ""));
    }
    Ok(columns)
}

/// The error of a table without a column of numbers; `example` is a value of the last, in parentheses.
pub(crate) fn without_numbers<'a>(
    name: &str,
    columns: impl ExactSizeIterator<Item = &'a str> + Clone,
    example: &str,
) -> Error {
    let listed = crate::error::listed(columns);
    Error::data(format!(
        "{name}: no column holds numbers, of which a matrix is made; it has {listed}{example}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Series;

    fn table() -> Table {
        Table::new([
            ("n", Series::Numbers(vec![1.0, 2.0])),
            ("b", Series::Booleans(vec![0.0, f64::NAN])),
            ("s", Series::text(["x", "y"])),
            ("r", Series::text(["u", "u"])),
            ("t", Series::Times(vec![0.0, 1.5])),
        ])
        .unwrap()
    }

    #[test]
    fn the_first_text_names_the_rows() {
        let matrix = of_table(table()).unwrap();
        assert_eq!((matrix.rows.name.as_str(), matrix.columns.labels.join(" ")), ("s", "n b t".into()));
        assert_eq!(
            (matrix.rows.labels.clone(), matrix.row(0)),
            (vec!["x".into(), "y".into()], &[1.0, 0.0, 0.0][..])
        );
        assert!(matrix.get(1, 1).is_nan());
    }

    #[test]
    fn an_index_is_no_column_of_the_matrix() {
        let matrix = of_table(table().set_index(0)).unwrap();
        assert_eq!(
            (matrix.rows.labels, matrix.columns.labels),
            (vec!["1".into(), "2".into()], vec!["b".into(), "t".into()])
        );
        let matrix = of_table(table().drop(3).drop(2)).unwrap();
        assert_eq!(matrix.rows, Index::numbered(2));
    }

    #[test]
    fn what_is_no_matrix_is_refused() {
        let message =
            |columns: Vec<(&str, Series)>| of_table(Table::new(columns).unwrap()).unwrap_err().to_string();
        assert!(message(vec![("s", Series::text(["x"]))]).contains("no column holds numbers"));
        assert!(message(vec![("n", Series::Numbers(Vec::new()))]).contains("no rows"));
        assert!(message(Vec::new()).contains("no rows"));
    }
}
