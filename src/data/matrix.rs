//! A table of numbers: what annotated, correlation and clustered heatmaps are drawn of.

use std::ops::Range;

use crate::error::{Error, Result};

/// The names of the rows or columns of a [`Matrix`], and what they are: pandas' `Index`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// What the labels are, `month`; may be empty.
    pub name: String,
    /// One label each, in order.
    pub labels: Vec<String>,
}

impl Index {
    /// Labels without a name.
    pub fn new(labels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { name: String::new(), labels: labels.into_iter().map(Into::into).collect() }
    }

    /// The labels 0 to `len - 1`.
    pub fn numbered(len: usize) -> Self {
        Self::new((0..len).map(|nth| nth.to_string()))
    }

    /// The same with a name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Some of the labels that follow one another.
    ///
    /// # Panics
    /// If there are not as many.
    #[must_use]
    pub fn part(&self, labels: &Range<usize>) -> Self {
        Self { name: self.name.clone(), labels: self.labels[labels.clone()].to_vec() }
    }

    /// How many labels.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// Numbers in rows and columns, with a label for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The rows, from the top.
    pub rows: Index,
    /// The columns, from the left.
    pub columns: Index,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of `values` row by row, NaN where one is missing.
    ///
    /// # Errors
    /// If there are not as many values as rows times columns.
    ///
    /// ```
    /// use heatbin::{Index, Matrix};
    ///
    /// let matrix = Matrix::new(Index::new(["a", "b"]), Index::numbered(3), vec![1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN])?;
    /// assert_eq!(matrix.get(1, 0), 4.0);
    /// assert_eq!(matrix.row(0), [1.0, 2.0, 3.0]);
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn new(rows: Index, columns: Index, values: Vec<f64>) -> Result<Self> {
        if rows.len().checked_mul(columns.len()) != Some(values.len()) {
            return Err(Error::usage(format!(
                "{} values are no matrix of {} rows and {} columns",
                values.len(),
                rows.len(),
                columns.len()
            )));
        }
        Ok(Self { rows, columns, values })
    }

    /// How many rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows.len(), self.columns.len())
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The values of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f64] {
        let columns = self.columns.len();
        &self.values[row * columns..][..columns]
    }

    /// The value of a cell.
    ///
    /// # Panics
    /// If there is no such cell.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.row(row)[column]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_has_as_many_values_as_cells() {
        let matrix = |values| Matrix::new(Index::numbered(2), Index::numbered(2), values);
        assert_eq!(matrix(vec![1.0, 2.0, 3.0, 4.0]).unwrap().row(1), [3.0, 4.0]);
        let error = matrix(vec![1.0; 3]).unwrap_err().to_string();
        assert_eq!(error, "3 values are no matrix of 2 rows and 2 columns");
    }
}
