//! What can be typed about a table, and the matrix that is made of it: the same for all that draws one.

use std::path::PathBuf;

use super::csv::CsvArgs;
use super::draw::utf8;
use super::progress::{Progress, go_on};
use crate::data::{Matrix, Names, Reduction, Table};
use crate::error::{Error, Result, counted};
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
    #[command(flatten)]
    pub matrix: MatrixArgs,
    #[command(flatten)]
    pub csv: CsvArgs,
}

/// The matrix that is made of a table.
#[derive(Debug, Clone, clap::Args)]
pub struct MatrixArgs {
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
        self.matrix.is_plain()
    }

    /// All rows and columns.
    pub fn table(&self, progress: &Progress) -> Result<Table> {
        let table = read(&self.files()?, &|share| watch(progress, share))?;
        indexed(table, self.matrix.index.as_deref())
    }

    /// What is to be drawn, and notes on what is not in it.
    pub fn matrix(&self, progress: &Progress) -> Result<(Matrix, String)> {
        self.matrix.open(self.files()?)?.read(&|share| watch(progress, share))
    }

    fn files(&self) -> Result<TableFiles> {
        self.matrix.files(&self.inputs()?, self.csv.options())
    }
}

/// A table whose columns are known, and what is to be made of it.
pub struct OpenTable {
    files: TableFiles,
    making: Making,
}

enum Making {
    /// The table as it is, with this column as the names of the rows.
    Plain(Option<String>),
    Pivot([usize; 3], Option<Reduction>),
    Corr(Vec<usize>, Correlation),
}

impl MatrixArgs {
    /// Whether the rows of the matrix are those of the table.
    pub fn is_plain(&self) -> bool {
        self.pivot.is_none() && self.corr.is_none()
    }

    /// Opens files of these names.
    pub fn files(&self, names: &[String], options: ReadOptions) -> Result<TableFiles> {
        source::open_table(names, &ReadOptions { array: self.array.clone(), ..options })
    }

    /// Finds the columns, so that what is wrong with their names is said before anything is read.
    pub fn open(&self, files: TableFiles) -> Result<OpenTable> {
        let making = match (&self.pivot, self.corr) {
            (Some(asked), _) => {
                let reduction = asked.get(3).map(|name| reduction(name)).transpose()?;
                Making::Pivot(pivot_columns(&files, asked, reduction)?, reduction)
            }
            (None, Some(method)) => Making::Corr(self.correlated(&files)?, method),
            (None, None) => {
                self.index.as_deref().map(|index| files.find(index)).transpose()?;
                let is_number = |column: usize| files.fields()[column].kind.is_numeric();
                check_numbers(&files, files.columns().any(is_number))?;
                Making::Plain(self.index.clone())
            }
        };
        Ok(OpenTable { files, making })
    }

    /// The columns of numbers, but for the one that names the rows.
    fn correlated(&self, files: &TableFiles) -> Result<Vec<usize>> {
        let index = self.index.as_deref().map(|index| files.find(index)).transpose()?.or(files.index());
        let is_number =
            |&column: &usize| matches!(files.fields()[column].kind, FieldKind::Number | FieldKind::Boolean);
        let columns: Vec<usize> =
            files.columns().filter(|column| Some(*column) != index).filter(is_number).collect();
        check_numbers(files, !columns.is_empty())?;
        Ok(columns)
    }

    /// The options that say the same on a command line.
    #[cfg(feature = "window")]
    pub fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        if let Some(asked) = &self.pivot {
            options.push("--pivot".into());
            options.extend(asked.iter().cloned());
        }
        let corr = self.corr.map(|method| method.to_string());
        for (option, value) in [("--corr", &corr), ("--index", &self.index), ("--array", &self.array)] {
            options.extend(value.iter().map(|value| format!("{option}={value}")));
        }
        options
    }
}

impl OpenTable {
    /// Reads it; what is to be drawn, and notes on what is not in it. `watch` hears of the share that is done.
    pub fn read(self, watch: &(dyn Fn(f64) -> Result<()> + Sync)) -> Result<(Matrix, String)> {
        let Self { files, making } = self;
        match making {
            Making::Plain(index) => {
                let table = indexed(read(&files, watch)?, index.as_deref())?;
                Ok((matrix::of_table(table)?, String::new()))
            }
            Making::Pivot(columns, reduction) => pivoted(&files, columns, reduction, watch),
            Making::Corr(columns, method) => {
                Ok((correlated(&files, &columns, method, watch)?, String::new()))
            }
        }
    }
}

/// All columns.
fn read(files: &TableFiles, watch: &(dyn Fn(f64) -> Result<()> + Sync)) -> Result<Table> {
    let columns: Vec<usize> = files.columns().collect();
    files.read(&columns, watch)
}

/// A table whose rows this column names, if there is to be one.
fn indexed(table: Table, index: Option<&str>) -> Result<Table> {
    Ok(match index {
        Some(index) => {
            let index = table.find(index)?;
            table.set_index(index)
        }
        None => table,
    })
}

/// The columns of a pivot, of which the third holds numbers unless it is only counted.
fn pivot_columns(files: &TableFiles, asked: &[String], reduction: Option<Reduction>) -> Result<[usize; 3]> {
    let [row, column, value] = [&asked[0], &asked[1], &asked[2]];
    let columns = [files.find(row)?, files.find(column)?, files.find(value)?];
    // Told before the reading, which knows only the columns that are asked for.
    let counted = matches!(reduction, Some(Reduction::Count | Reduction::Distinct));
    let fields = files.fields();
    if fields[columns[2]].kind == FieldKind::Text && !counted {
        let numeric = files.columns().map(|column| &fields[column]).filter(|field| field.kind.is_numeric());
        let numeric = numeric.map(|field| field.name.as_str());
        let example = files.example(columns[2]);
        return Err(matrix::not_numbers(&fields[columns[2]].name, &files.name(), &example, numeric));
    }
    Ok(columns)
}

fn check_numbers(files: &TableFiles, has_some: bool) -> Result<()> {
    if has_some {
        return Ok(());
    }
    let names = files.fields().iter().map(|field| field.name.as_str());
    // The first column names the rows more often than the last.
    let example = files.fields().len().checked_sub(1).map(|last| files.example(last)).unwrap_or_default();
    Err(matrix::without_numbers(&files.name(), names, &example))
}

fn pivoted(
    files: &TableFiles,
    columns: [usize; 3],
    reduction: Option<Reduction>,
    watch: &(dyn Fn(f64) -> Result<()> + Sync),
) -> Result<(Matrix, String)> {
    let table = files.read(&columns, watch)?;
    let keyless = keyless(&table);
    let notes = match keyless {
        0 => String::new(),
        _ => format!(
            "heatbin: {}: {keyless} without a value of '{}' or '{}', which are in no cell\n",
            counted(table.rows() as u64, "row"),
            table.name_of(0),
            table.name_of(1)
        ),
    };
    Ok((matrix::pivot_columns(&table, [0, 1, 2], reduction)?, notes))
}

fn correlated(
    files: &TableFiles,
    columns: &[usize],
    method: Correlation,
    watch: &(dyn Fn(f64) -> Result<()> + Sync),
) -> Result<Matrix> {
    if method != Correlation::Pearson || columns.len() > STREAMED {
        return matrix::corr(&files.read(columns, watch)?, method);
    }
    let names = columns.iter().map(|&column| files.fields()[column].name.clone()).collect();
    let pearson = Pearson::new(files.name(), names)?;
    let take = |order: u128, rows: &[f64]| {
        pearson.take(order, rows);
        Ok(())
    };
    files.scan(columns, &take, watch)?;
    pearson.finish()
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
