//! What can be typed about a table, and the matrix that is made of it: the same for all that draws one.

use std::path::PathBuf;

use super::draw::utf8;
use super::parse;
use super::progress::{Progress, go_on};
use crate::data::{Matrix, Names, Reduction, Table};
use crate::error::{Error, Result};
use crate::matrix::{self, Correlation, Pearson};
use crate::plot::{Stage, Watch};
use crate::source::{self, FieldKind, ReadOptions, TableFiles};

/// The table.
#[derive(Debug, clap::Args)]
pub struct TableArgs {
    /// Files, or patterns of files, read as one table with a name for each column, and for each row if a column holds text; - is CSV on
    /// standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Make a row of each value of ROW, a column of each of COLUMN, and of the values that they share mean, sum, count, min, max,
    /// median, std, var, first, last, mode, distinct or quantile:Q: pandas.pivot_table, whose std is that of a sample (std:0 is not).
    /// Without AGGREGATE there must be one value at most for each cell. FILE stands before it.
    #[arg(long, value_names = ["ROW", "COLUMN", "VALUE", "AGGREGATE"], num_args = 3..=4, conflicts_with_all = ["corr", "index"], help_heading = "Table")]
    pub pivot: Option<Vec<String>>,
    /// Correlate all columns of numbers with each other, each pair over the rows that have both: pandas.DataFrame.corr.
    #[arg(long, value_name = "pearson|spearman|kendall", value_parser = correlation, help_heading = "Table")]
    pub corr: Option<Correlation>,
    /// Column that names the rows; the first that holds text unless given.
    #[arg(long, value_name = "COLUMN", help_heading = "Table")]
    pub index: Option<String>,
    /// What separates the fields of a CSV; guessed unless given.
    #[arg(long, value_name = "CHAR", value_parser = parse::delimiter, help_heading = "Reading")]
    pub delimiter: Option<u8>,
    /// Whether the first line of a CSV names the columns; guessed unless given.
    #[arg(long, value_name = "yes|no", value_parser = parse::yes_or_no, help_heading = "Reading")]
    pub header: Option<bool>,
    /// Which array of a .npz is the table; the only one of two dimensions, or `values`, unless given.
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub array: Option<String>,
}

fn correlation(name: &str) -> Result<Correlation> {
    Correlation::named(name)
}

/// More columns are read into memory before they are correlated: the sums of all pairs in each block would not be much less.
const STREAMED: usize = 64;

impl TableArgs {
    /// The names of what is read, as text.
    pub fn inputs(&self) -> Result<Vec<String>> {
        self.files.iter().map(|path| utf8(path)).collect()
    }

    /// Whether the rows of the matrix are those of the table.
    pub fn is_plain(&self) -> bool {
        self.pivot.is_none() && self.corr.is_none()
    }

    /// All rows and columns.
    pub fn table(&self, progress: &Progress) -> Result<Table> {
        let files = self.open()?;
        let columns: Vec<usize> = files.columns().collect();
        let table = files.read(&columns, &|share| watch(progress, share))?;
        match &self.index {
            Some(index) => {
                let index = table.find(index)?;
                Ok(table.set_index(index))
            }
            None => Ok(table),
        }
    }

    /// What is to be drawn, and notes on what is not in it.
    pub fn matrix(&self, progress: &Progress) -> Result<(Matrix, String)> {
        match (&self.pivot, self.corr) {
            (Some(asked), _) => self.pivoted(asked, progress),
            (None, Some(method)) => Ok((self.correlated(method, progress)?, String::new())),
            (None, None) => Ok((matrix::of_table(self.table(progress)?)?, String::new())),
        }
    }

    fn open(&self) -> Result<TableFiles> {
        let mut options = ReadOptions::default();
        (options.delimiter, options.header, options.array) =
            (self.delimiter, self.header, self.array.clone());
        source::open_table(&self.inputs()?, &options)
    }

    fn pivoted(&self, asked: &[String], progress: &Progress) -> Result<(Matrix, String)> {
        let reduction = asked.get(3).map(|name| reduction(name)).transpose()?;
        let files = self.open()?;
        let columns = asked[..3].iter().map(|name| files.find(name)).collect::<Result<Vec<_>>>()?;
        // Told before the reading, which knows only the columns that are asked for.
        let counted = matches!(reduction, Some(Reduction::Count | Reduction::Distinct));
        let fields = files.fields();
        if fields[columns[2]].kind == FieldKind::Text && !counted {
            let numeric =
                files.columns().map(|column| &fields[column]).filter(|field| field.kind.is_numeric());
            let numeric = numeric.map(|field| field.name.as_str());
            return Err(matrix::not_numbers(&fields[columns[2]].name, &files.name(), numeric));
        }
        let table = files.read(&columns, &|share| watch(progress, share))?;
        let keyless = keyless(&table);
        let notes = match keyless {
            0 => String::new(),
            _ => format!(
                "heatbin: {} rows: {keyless} without a value of '{}' or '{}', which are in no cell\n",
                table.rows(),
                table.name_of(0),
                table.name_of(1)
            ),
        };
        Ok((matrix::pivot_columns(&table, [0, 1, 2], reduction)?, notes))
    }

    fn correlated(&self, method: Correlation, progress: &Progress) -> Result<Matrix> {
        let files = self.open()?;
        let index = self.index.as_deref().map(|index| files.find(index)).transpose()?.or(files.index());
        let fields = files.fields();
        let is_number =
            |&column: &usize| matches!(fields[column].kind, FieldKind::Number | FieldKind::Boolean);
        let columns: Vec<usize> =
            files.columns().filter(|column| Some(*column) != index).filter(is_number).collect();
        let watch = |share| watch(progress, share);
        if method != Correlation::Pearson || columns.len() > STREAMED {
            return matrix::corr(&files.read(&columns, &watch)?, method);
        }
        let names = columns.iter().map(|&column| fields[column].name.clone()).collect();
        let pearson = Pearson::new(files.name(), names)?;
        let take = |order: u128, rows: &[f64]| {
            pearson.take(order, rows);
            Ok(())
        };
        files.scan(&columns, &take, &watch)?;
        pearson.finish()
    }
}

/// Shows how far the reading is, and ends it if a signal has come.
fn watch(progress: &Progress, share: f64) -> Result<()> {
    progress.progress(Stage::Range, share);
    go_on()
}

/// An aggregate of a pivot. `std` and `var` are those of a sample, as in pandas.
fn reduction(name: &str) -> Result<Reduction> {
    Ok(match (name, Reduction::named(name)) {
        ("std", _) => Reduction::Std { ddof: 1 },
        ("var", _) => Reduction::Var { ddof: 1 },
        (_, Ok(reduction)) => reduction,
        (_, Err(error)) => return Err(Error::usage(format!("--pivot ROW COLUMN VALUE AGGREGATE: {error}"))),
    })
}

/// How many rows have not both keys, which are the first two columns.
fn keyless(table: &Table) -> usize {
    let missing = |column: usize| -> Vec<bool> {
        match table.text(column) {
            Some(names) => names.codes().iter().map(|&code| code == Names::MISSING).collect(),
            _ => table.numbers(column).into_iter().flatten().map(f64::is_nan).collect(),
        }
    };
    missing(0).into_iter().zip(missing(1)).filter(|(row, column)| *row || *column).count()
}
