//! Correlations of the columns of a table: `pandas.DataFrame.corr(numeric_only=True)`.

mod kendall;
mod pearson;
mod ranks;

use std::fmt;

use rayon::prelude::*;

use crate::data::{Index, Matrix, SeriesKind, Table};
use crate::error::{Error, Result, nearest};
pub use pearson::Pearson;

/// How two columns go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Correlation {
    /// `pearson`: along a line.
    #[default]
    Pearson,
    /// `spearman`: Pearson's of the ranks; equal values have the mean of theirs.
    Spearman,
    /// `kendall`: tau-b, by the pairs of rows that are in the same order in both columns.
    Kendall,
}

impl Correlation {
    /// Every name.
    pub const NAMES: [&'static str; 3] = ["pearson", "spearman", "kendall"];

    /// The correlation of this name.
    ///
    /// # Errors
    /// If there is none; the message names the nearest.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "pearson" => Ok(Self::Pearson),
            "spearman" => Ok(Self::Spearman),
            "kendall" => Ok(Self::Kendall),
            _ => {
                let near = nearest(name, Self::NAMES.into_iter());
                let near = near.map(|near| format!(" Did you mean '{near}'?")).unwrap_or_default();
                Err(Error::usage(format!(
                    "no correlation '{name}'; there are {}.{near}",
                    Self::NAMES.join(", ")
                )))
            }
        }
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
            Self::Kendall => "kendall",
        })
    }
}

/// The columns of a table that can be correlated: numbers and booleans, but for its index.
///
/// # Errors
/// If there is none, or the table has fewer than two rows.
fn columns(table: &Table) -> Result<Vec<usize>> {
    let columns: Vec<usize> = super::wide::number_columns(table)?
        .into_iter()
        .filter(|&column| table.kind(column) != SeriesKind::Time)
        .collect();
    check_columns(&table.name, columns.len())?;
    check_rows(&table.name, table.rows() as u64)?;
    Ok(columns)
}

fn check_columns(name: &str, columns: usize) -> Result<()> {
    if columns > 0 {
        return Ok(());
    }
    Err(Error::data(format!(
        "{name}: no column holds numbers that could be correlated; dates and text cannot"
    )))
}

fn check_rows(name: &str, rows: u64) -> Result<()> {
    if rows > 1 {
        return Ok(());
    }
    Err(Error::data(format!("{name}: a correlation needs two rows at least, and there is {rows}")))
}

/// The correlations of all columns of numbers and booleans with each other: `pandas.DataFrame.corr(numeric_only=True)`.
///
/// Each pair is taken over the rows in which both values are finite. A column that is constant there has no correlation: NaN. (With
/// itself, Kendall's is 1, as in pandas.) Pairs are worked out side by side, each in a fixed order, so that the threads do not show.
///
/// # Errors
/// If the table has no such column or fewer than two rows.
///
/// ```
/// use heatbin::{Series, Table, matrix};
/// use heatbin::matrix::Correlation;
///
/// let table = Table::new([
///     ("a", Series::Numbers(vec![1.0, 2.0, 3.0, 4.0])),
///     ("b", Series::Numbers(vec![1.0, 8.0, 27.0, f64::NAN])),
/// ])?;
/// assert_eq!(matrix::corr(&table, Correlation::Spearman)?.get(0, 1), 1.0);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn corr(table: &Table, method: Correlation) -> Result<Matrix> {
    let columns = columns(table)?;
    let finite = |column: usize| -> Vec<f64> {
        let values = table.numbers(column).into_iter().flatten();
        values.map(|value| if value.is_finite() { value } else { f64::NAN }).collect()
    };
    let names: Vec<String> = columns.iter().map(|&column| table.name_of(column).to_owned()).collect();
    let values: Vec<Vec<f64>> = columns.into_par_iter().map(finite).collect();
    match method {
        Correlation::Pearson => {
            let columns: Vec<_> = values.into_par_iter().map(pearson::Column::of).collect();
            symmetric(names, |a, b| pearson::Pair::of(&columns[a], &columns[b]).correlation())
        }
        Correlation::Spearman => {
            let columns: Vec<_> = values.into_par_iter().map(ranks::Ranked::of).collect();
            symmetric(names, |a, b| ranks::spearman(&columns[a], &columns[b]))
        }
        Correlation::Kendall => {
            let columns: Vec<_> = values.into_par_iter().map(ranks::Sorted::of).collect();
            symmetric(names, |a, b| {
                if a == b { columns[a].with_itself() } else { kendall::tau(&columns[a], &columns[b]) }
            })
        }
    }
}

/// The matrix of a measure that is the same both ways.
fn symmetric(names: Vec<String>, measure: impl Fn(usize, usize) -> f64 + Sync) -> Result<Matrix> {
    let count = names.len();
    let mut values = vec![0.0; count * count];
    values.par_chunks_mut(count.max(1)).enumerate().for_each(|(row, line)| {
        for (column, slot) in line[..=row].iter_mut().enumerate() {
            *slot = measure(row, column);
        }
    });
    for row in 0..count {
        for column in row + 1..count {
            values[row * count + column] = values[column * count + row];
        }
    }
    Matrix::new(Index::new(names.clone()), Index::new(names), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Series;

    #[test]
    fn only_numbers_and_booleans_are_correlated() {
        let table = |columns: Vec<(&str, Series)>| Table::new(columns).unwrap();
        let mixed = table(vec![
            ("t", Series::Times(vec![0.0, 1.0, 2.0])),
            ("a", Series::Numbers(vec![1.0, 2.0, 3.0])),
            ("b", Series::Booleans(vec![0.0, 0.0, 1.0])),
            ("s", Series::text(["x", "y", "z"])),
        ]);
        let matrix = corr(&mixed, Correlation::Pearson).unwrap();
        assert_eq!(matrix.rows.labels, ["a", "b"]);
        let message = |table: Table| corr(&table, Correlation::Kendall).unwrap_err().to_string();
        assert!(message(table(vec![("t", Series::Times(vec![0.0, 1.0]))])).contains("dates and text cannot"));
        assert!(
            message(table(vec![("a", Series::Numbers(vec![1.0]))]))
                .contains("two rows at least, and there is 1")
        );
        assert!(message(table(vec![("s", Series::text(["x", "y"]))])).contains("no column holds numbers"));
    }

    #[test]
    fn names_are_their_own() {
        for name in Correlation::NAMES {
            assert_eq!(Correlation::named(name).unwrap().to_string(), name);
        }
        assert!(Correlation::named("spearmen").unwrap_err().to_string().contains("Did you mean 'spearman'?"));
    }
}
