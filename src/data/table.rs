//! Named columns in memory: what a whole file holds.

use super::category::Names;
use super::labels;
use crate::error::{Error, Result, place};

/// What a column of a [`Table`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeriesKind {
    /// Numbers, NaN where one is missing.
    Number,
    /// 1 for true, 0 for false, NaN where it is missing.
    Boolean,
    /// Days since 1970-01-01 00:00 UTC, NaN where it is missing.
    Time,
    /// Text.
    Text,
}

/// A column of its own: what a [`Table`] is made of.
#[derive(Clone, Debug)]
pub enum Series {
    /// Numbers, NaN where one is missing.
    Numbers(Vec<f64>),
    /// 1 for true, 0 for false, NaN where it is missing.
    Booleans(Vec<f64>),
    /// Days since 1970-01-01 00:00 UTC, NaN where it is missing.
    Times(Vec<f64>),
    /// Text.
    Text(Names<'static>),
}

impl Series {
    /// Text of every row.
    ///
    /// ```
    /// use heatbin::{Series, Table};
    ///
    /// let table = Table::new([("month", Series::text(["Jan", "Feb"])), ("n", Series::Numbers(vec![112.0, 118.0]))])?;
    /// assert_eq!(table.labels(table.find("month")?), ["Jan", "Feb"]);
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn text<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::Text(Names::of_texts(texts.into_iter().map(Some)))
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) | Self::Booleans(values) | Self::Times(values) => values.len(),
            Self::Text(names) => names.codes().len(),
        }
    }
}

/// Named columns of one length: pandas' `DataFrame`.
///
/// Columns of numbers lie row by row in one block, as those of a [`Matrix`](crate::Matrix) do, so that the one becomes the other
/// without a copy.
#[derive(Clone, Debug)]
pub struct Table {
    /// What messages call it: `flights.csv`.
    pub name: String,
    rows: usize,
    columns: Vec<Stored>,
    /// How many numbers each row has.
    stride: usize,
    numbers: Vec<f64>,
    texts: Vec<Names<'static>>,
    index: Option<usize>,
}

/// Where the values of a column are.
#[derive(Clone, Debug)]
struct Stored {
    name: String,
    kind: SeriesKind,
    /// Among the numbers of a row, or among the texts.
    place: usize,
}

impl Table {
    /// A table of columns by their names.
    ///
    /// # Errors
    /// If the columns have not one length.
    pub fn new(columns: impl IntoIterator<Item = (impl Into<String>, Series)>) -> Result<Self> {
        let columns: Vec<(String, Series)> =
            columns.into_iter().map(|(name, series)| (name.into(), series)).collect();
        let rows = columns.first().map_or(0, |(_, series)| series.len());
        if let Some((name, series)) = columns.iter().find(|(_, series)| series.len() != rows) {
            let first = &columns[0].0;
            return Err(Error::usage(format!(
                "column '{name}' has {} rows, but '{first}' has {rows}",
                series.len()
            )));
        }
        let (mut kinds, mut numbers, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (name, series) in columns {
            let (kind, values) = match series {
                Series::Numbers(values) => (SeriesKind::Number, values),
                Series::Booleans(values) => (SeriesKind::Boolean, values),
                Series::Times(values) => (SeriesKind::Time, values),
                Series::Text(names) => {
                    texts.push(names);
                    kinds.push((name, SeriesKind::Text));
                    continue;
                }
            };
            numbers.push(values);
            kinds.push((name, kind));
        }
        let block = (0..rows).flat_map(|row| numbers.iter().map(move |values| values[row])).collect();
        Ok(Self::of_block("the table".into(), kinds, rows, block, texts))
    }

    /// A table of columns by name and kind: `numbers` holds row by row those of all columns of numbers, `texts` each column of
    /// text, both in the order of `kinds`.
    pub(crate) fn of_block(
        name: String,
        kinds: Vec<(String, SeriesKind)>,
        rows: usize,
        numbers: Vec<f64>,
        texts: Vec<Names<'static>>,
    ) -> Self {
        let (mut stride, mut text) = (0, 0);
        let stored = |(name, kind)| {
            let next = if kind == SeriesKind::Text { &mut text } else { &mut stride };
            *next += 1;
            Stored { name, kind, place: *next - 1 }
        };
        let columns: Vec<Stored> = kinds.into_iter().map(stored).collect();
        assert_eq!(numbers.len(), rows * stride, "a block has its numbers row by row");
        assert!(
            text == texts.len() && texts.iter().all(|names| names.codes().len() == rows),
            "texts of all rows"
        );
        Self { name, rows, columns, stride, numbers, texts, index: None }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the columns, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The column that a person means by `name`: the one of that name, else the one of that 0-based number.
    ///
    /// # Errors
    /// If there is none, or several have the name; the message lists the columns and names the nearest.
    pub fn find(&self, name: &str) -> Result<usize> {
        place("column", name, &self.name, self.names())
    }

    /// What a column holds.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn kind(&self, column: usize) -> SeriesKind {
        self.columns[column].kind
    }

    /// The name of a column.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn name_of(&self, column: usize) -> &str {
        &self.columns[column].name
    }

    /// The columns of numbers, booleans and times, but for the one that names the rows.
    pub fn number_columns(&self) -> impl Iterator<Item = usize> + Clone {
        let is_number = |&column: &usize| self.kind(column) != SeriesKind::Text && self.index != Some(column);
        (0..self.columns.len()).filter(is_number)
    }

    /// The values of a column of numbers, booleans or times, row by row; `None` if it holds text.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn numbers(&self, column: usize) -> Option<impl ExactSizeIterator<Item = f64> + Clone> {
        let Stored { kind, place, .. } = self.columns[column];
        let rows = self.rows;
        (kind != SeriesKind::Text).then(|| (0..rows).map(move |row| self.numbers[row * self.stride + place]))
    }

    /// The text of each row of a column; `None` if it holds numbers.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn text(&self, column: usize) -> Option<&Names<'static>> {
        let Stored { kind, place, .. } = self.columns[column];
        (kind == SeriesKind::Text).then(|| &self.texts[place])
    }

    /// The values of a column as pandas prints them: `1949`, `0.5`, `True`, `2001-01-31`, `nan`.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn labels(&self, column: usize) -> Vec<String> {
        if let Some(names) = self.text(column) {
            let label =
                |&code: &u32| names.names().get(code as usize).map_or(labels::MISSING, String::as_str);
            return names.codes().iter().map(|code| label(code).to_owned()).collect();
        }
        let values = self.numbers(column).expect("what is no text is numbers");
        match self.kind(column) {
            SeriesKind::Boolean => values.map(labels::boolean).collect(),
            SeriesKind::Time => labels::times(values),
            _ => labels::numbers(values),
        }
    }

    /// The column that names the rows, if one was chosen: [`set_index`](Self::set_index), or the first column of a file that has no
    /// name for it, as `DataFrame.to_csv` writes its index.
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// The same with this column as the names of its rows: pandas' `set_index`.
    ///
    /// # Panics
    /// If there is no such column.
    #[must_use]
    pub fn set_index(self, column: usize) -> Self {
        assert!(column < self.columns.len(), "column {column} of {}", self.columns.len());
        Self { index: Some(column), ..self }
    }

    /// The same without a column: pandas' `drop(columns=…)`.
    ///
    /// # Panics
    /// If there is no such column.
    #[must_use]
    pub fn drop(mut self, column: usize) -> Self {
        self.columns.remove(column);
        self.index = self.index.filter(|&index| index != column);
        self.index = self.index.map(|index| index - usize::from(index > column));
        self
    }

    /// The numbers of some columns, row by row; without a copy if they are all there are.
    pub(crate) fn into_numbers(self, columns: &[usize]) -> Vec<f64> {
        let places: Vec<usize> = columns.iter().map(|&column| self.columns[column].place).collect();
        if places.iter().copied().eq(0..self.stride) {
            return self.numbers;
        }
        let rows = self.numbers.chunks_exact(self.stride.max(1));
        rows.flat_map(|row| places.iter().map(|&place| row[place])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table::new([
            ("a", Series::Numbers(vec![1.0, f64::NAN])),
            ("s", Series::text(["x", "y"])),
            ("b", Series::Booleans(vec![0.0, 1.0])),
            ("t", Series::Times(vec![0.0, 0.5])),
        ])
        .unwrap()
    }

    #[test]
    fn columns_are_found_by_name_and_number() {
        let table = table();
        assert_eq!((table.find("b").unwrap(), table.find("3").unwrap(), table.rows()), (2, 3, 2));
        assert_eq!(
            table.find("aa").unwrap_err().to_string(),
            "no column 'aa' in the table; it has a, s, b, t. Did you mean 'a'?"
        );
        assert_eq!(table.numbers(2).unwrap().collect::<Vec<_>>(), [0.0, 1.0]);
        assert!(table.numbers(1).is_none() && table.text(0).is_none());
        let labels: Vec<_> = (0..4).map(|column| table.labels(column)).collect();
        assert_eq!(labels[..3], [["1", "nan"], ["x", "y"], ["False", "True"]]);
        assert_eq!(labels[3], ["1970-01-01 00:00:00", "1970-01-01 12:00:00"]);
    }

    #[test]
    fn columns_go_and_the_rest_stays() {
        let table = table().set_index(3).drop(0);
        assert_eq!((table.names().collect::<Vec<_>>(), table.index()), (vec!["s", "b", "t"], Some(2)));
        let columns: Vec<usize> = table.number_columns().collect();
        assert_eq!(columns, [1]);
        assert_eq!(table.into_numbers(&columns), [0.0, 1.0]);
    }

    #[test]
    fn all_numbers_are_handed_on_as_they_lie() {
        let table =
            Table::new([("a", Series::Numbers(vec![1.0, 2.0])), ("b", Series::Numbers(vec![3.0, 4.0]))]);
        let table = table.unwrap();
        let place = table.numbers.as_ptr();
        let numbers = table.into_numbers(&[0, 1]);
        assert_eq!((numbers.as_ptr(), &numbers[..]), (place, &[1.0, 3.0, 2.0, 4.0][..]));
    }

    #[test]
    fn columns_have_one_length() {
        let table = Table::new([("a", Series::Numbers(vec![1.0, 2.0])), ("s", Series::text(["x"]))]);
        assert_eq!(table.unwrap_err().to_string(), "column 's' has 1 rows, but 'a' has 2");
    }
}
