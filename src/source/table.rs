//! Whole files → a table.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::data::zeroed::ask_for_huge_pages;
use crate::data::{Names, SeriesKind, Table};
use crate::error::{Error, Result};
use crate::source::csv::Purpose;
use crate::source::files::{self, Files};
use crate::source::part::{Block, BlockSink, Wanted};
use crate::source::{Field, FieldKind, ReadOptions, Source, names, workers};

/// Reads all columns of a file, or of several with the same columns one below the other: CSV, Parquet, Arrow IPC and NumPy's arrays.
///
/// A path may be a pattern (`data/*.parquet`) or `-`, CSV on standard input. The first line of a CSV file may name its columns by
/// numbers, as in `month,1949,1950,1951`. A `.npy` file holds one array of one or two dimensions, whose columns are `0` to `k - 1`; a
/// `.npz` file one such array, or one named `values`, or [`ReadOptions::array`], or columns of one length by their names. Values that
/// are missing are NaN. Columns that hold neither numbers nor text are left out.
///
/// # Errors
/// If a file is missing, empty, damaged or of another format, a row of a CSV file has more or fewer fields than the first (the message
/// names its line), a column of numbers holds a text, or there is not enough memory.
///
/// ```
/// use heatbin::source::{self, ReadOptions};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("flights.csv");
/// # std::fs::write(&path, "month,1949,1950,1951\nJan,112,115,145\nFeb,118,126,150\n").unwrap();
/// # let path = path.to_str().unwrap().to_owned();
/// let table = source::table(&[path], &ReadOptions::default())?;
/// assert_eq!(table.labels(table.find("month")?), ["Jan", "Feb"]);
/// assert_eq!(table.numbers(table.find("1950")?).unwrap().sum::<f64>(), 241.0);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn table(paths: &[String], options: &ReadOptions) -> Result<Table> {
    let files = open_table(paths, options)?;
    let columns: Vec<usize> = files.columns().collect();
    files.read(&columns, &|_| Ok(()))
}

/// Opens files as one table, whose columns are known before its rows are read.
///
/// # Errors
/// As for [`table`], as far as the beginning of the files tells.
pub fn open_table(paths: &[String], options: &ReadOptions) -> Result<TableFiles> {
    files::files(paths, Purpose::Table, options).map(TableFiles)
}

/// Files that are read as one table.
pub struct TableFiles(Files);

impl TableFiles {
    /// What messages call it: `flights.csv`, or `12 files`.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// All columns, in their order.
    pub fn fields(&self) -> &[Field] {
        self.0.fields()
    }

    /// The column that a person means by `name`: the one of that name, else the one of that 0-based number.
    ///
    /// # Errors
    /// If there is none, or several have the name; the message lists the columns and names the nearest.
    pub fn find(&self, name: &str) -> Result<usize> {
        names::column(self.fields(), name, &self.name())
    }

    /// The columns that hold numbers or text, as indices into [`fields`](Self::fields).
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        (0..self.fields().len()).filter(|&column| kind(&self.fields()[column].kind).is_some())
    }

    /// The column that names the rows, if the file says so: one without a name, as pandas writes an index.
    pub fn index(&self) -> Option<usize> {
        self.0.parts.first().and_then(|part| part.index())
    }

    /// A value of a column of text and its line, in parentheses, for messages; nothing if there are no lines.
    #[cfg(feature = "cli")]
    pub(crate) fn example(&self, column: usize) -> String {
        self.0.example(column)
    }

    /// Reads some columns, in the order given, on all cores. `watch` hears of the share that is done, 0 to 1, and may end the
    /// reading with an error.
    ///
    /// # Errors
    /// As for [`table`], and if a column is none of [`columns`](Self::columns).
    pub fn read(&self, columns: &[usize], watch: &(dyn Fn(f64) -> Result<()> + Sync)) -> Result<Table> {
        let kinds = self.kinds(columns)?;
        let stride = kinds.iter().filter(|(_, kind)| *kind != SeriesKind::Text).count();
        let known = match self.0.parts.as_slice() {
            [part] => part.rows(),
            _ => None,
        };
        let assembly = Assembly { stride, watch, known, state: Mutex::default() };
        self.each_part(columns, |nth| PartSink { assembly: &assembly, nth, parts: self.0.parts.len() })?;
        let (rows, numbers, texts) = assembly.finish(kinds.len() - stride)?;
        let table = Table::of_block(self.name(), kinds, rows, numbers, texts);
        let index = self.index().and_then(|index| columns.iter().position(|&column| column == index));
        Ok(match index {
            Some(index) => table.set_index(index),
            None => table,
        })
    }

    /// Hands out some columns of numbers, block by block, without keeping them: `take` is given where a block comes among all, and
    /// its rows one after the other. It is called from many threads at once, and may end the reading with an error; so may
    /// `watch`, which hears of the share that is done. Blocks are cut without regard to the number of threads.
    ///
    /// # Errors
    /// As for [`read`](Self::read), and if a column holds text.
    pub fn scan(
        &self,
        columns: &[usize],
        take: &(dyn Fn(u128, &[f64]) -> Result<()> + Sync),
        watch: &(dyn Fn(f64) -> Result<()> + Sync),
    ) -> Result<()> {
        if let Some((name, _)) = self.kinds(columns)?.iter().find(|(_, kind)| *kind == SeriesKind::Text) {
            return Err(Error::data(format!("column '{name}' of {} holds text, not numbers", self.name())));
        }
        let sink = |nth: usize| PassingSink { take, watch, nth, parts: self.0.parts.len() };
        self.each_part(columns, sink)
    }

    /// Reads the columns of one file after the other.
    fn each_part<S: BlockSink>(&self, columns: &[usize], sink: impl Fn(usize) -> S) -> Result<()> {
        for (nth, part) in self.0.parts.iter().enumerate() {
            let wanted: Vec<Wanted> = columns.iter().map(|&column| self.0.wanted(column, nth)).collect();
            part.read(&wanted, workers::threads(), &sink(nth))?;
        }
        Ok(())
    }

    /// The names and kinds that columns have in a table.
    fn kinds(&self, columns: &[usize]) -> Result<Vec<(String, SeriesKind)>> {
        let index = self.index();
        let named = |&column: &usize| {
            let Some(field) = self.fields().get(column) else {
                return Err(Error::usage(format!("{} has no column number {column}", self.name())));
            };
            let Some(kind) = kind(&field.kind) else {
                return Err(Error::data(format!(
                    "column '{}' of {} holds values of the type {}, where numbers or text are needed",
                    field.name,
                    self.name(),
                    files::plural(&field.kind)
                )));
            };
            // An index without a name is no column "0".
            let name = if index == Some(column) { String::new() } else { field.name.clone() };
            Ok((name, kind))
        };
        columns.iter().map(named).collect()
    }
}

fn kind(kind: &FieldKind) -> Option<SeriesKind> {
    Some(match kind {
        FieldKind::Number => SeriesKind::Number,
        FieldKind::Boolean => SeriesKind::Boolean,
        FieldKind::Time => SeriesKind::Time,
        FieldKind::Text => SeriesKind::Text,
        FieldKind::Other(_) => return None,
    })
}

/// A table that is being put together.
struct Assembly<'a> {
    /// Numbers in a row.
    stride: usize,
    watch: &'a (dyn Fn(f64) -> Result<()> + Sync),
    /// How many rows there will be.
    known: Option<u64>,
    state: Mutex<State>,
}

/// What has come so far.
#[derive(Default)]
struct State {
    blocks: Vec<Block>,
    /// The numbers of blocks that know their place; where that is known there is no second copy in the end.
    placed: Vec<f64>,
}

impl Assembly<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, mut block: Block) -> Result<()> {
        let mut state = self.state();
        if let Some(start) = block.start {
            let rows = usize::try_from(self.known.unwrap_or(0)).unwrap_or(usize::MAX);
            let start = usize::try_from(start).unwrap_or(usize::MAX).saturating_mul(self.stride);
            let numbers = std::mem::take(&mut block.numbers);
            if state.placed.is_empty() && block.rows == rows {
                state.placed = numbers;
            } else {
                let end = start.saturating_add(numbers.len());
                if state.placed.is_empty() {
                    reserve(&mut state.placed, rows.saturating_mul(self.stride))?;
                }
                if state.placed.len() < end {
                    state.placed.resize(end, f64::NAN);
                }
                state.placed[start..end].copy_from_slice(&numbers);
            }
        }
        state.blocks.push(block);
        Ok(())
    }

    /// The rows, the numbers of all of them, and as many columns of text.
    fn finish(self, texts: usize) -> Result<(usize, Vec<f64>, Vec<Names<'static>>)> {
        let State { mut blocks, placed } = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        blocks.sort_by_key(|block| block.order);
        let rows = blocks.iter().map(|block| block.rows).sum();
        let texts =
            (0..texts).map(|nth| joined(blocks.iter_mut().map(|block| &mut block.texts[nth]))).collect();
        let mut numbers = placed;
        let parts = blocks.iter().filter(|block| !block.numbers.is_empty()).count();
        if parts > 1 {
            reserve(&mut numbers, blocks.iter().map(|block| block.numbers.len()).sum())?;
        }
        for block in blocks {
            match block.numbers {
                part if parts == 1 && !part.is_empty() => numbers = part,
                part => numbers.extend_from_slice(&part),
            }
        }
        Ok((rows, numbers, texts))
    }
}

fn reserve(numbers: &mut Vec<f64>, count: usize) -> Result<()> {
    numbers.try_reserve_exact(count).map_err(|_| {
        let gigabytes = count as f64 * size_of::<f64>() as f64 / 1e9;
        Error::data(format!(
            "a table of {count} numbers needs {gigabytes:.1} GB of memory, which this machine does not give; read fewer columns"
        ))
    })?;
    ask_for_huge_pages(numbers.as_mut_ptr().cast(), count * size_of::<f64>());
    Ok(())
}

/// One column of text, part after part.
fn joined<'n>(mut parts: impl ExactSizeIterator<Item = &'n mut Names<'static>>) -> Names<'static> {
    if parts.len() == 1 {
        let names = parts.next().expect("there is one");
        return std::mem::replace(names, Names::new(Vec::new(), Vec::new()));
    }
    let (mut known, mut names, mut codes) = (HashMap::new(), Vec::new(), Vec::new());
    for part in parts {
        let places: Vec<u32> = part
            .names()
            .iter()
            .map(|name| {
                *known.entry(name.clone()).or_insert_with(|| {
                    names.push(name.clone());
                    (names.len() - 1) as u32
                })
            })
            .collect();
        codes.extend(
            part.codes().iter().map(|&code| places.get(code as usize).copied().unwrap_or(Names::MISSING)),
        );
    }
    Names::new(codes, names)
}

/// Takes the blocks of one file.
struct PartSink<'a> {
    assembly: &'a Assembly<'a>,
    nth: usize,
    parts: usize,
}

impl BlockSink for PartSink<'_> {
    fn take(&self, mut block: Block, share: f64) -> Result<()> {
        (self.assembly.watch)((self.nth as f64 + share) / self.parts as f64)?;
        block.order |= (self.nth as u128) << workers::ORDER_BITS;
        block.start = block.start.filter(|_| self.parts == 1);
        self.assembly.take(block)
    }
}

/// Hands on the blocks of one file.
struct PassingSink<'a> {
    take: &'a (dyn Fn(u128, &[f64]) -> Result<()> + Sync),
    watch: &'a (dyn Fn(f64) -> Result<()> + Sync),
    nth: usize,
    parts: usize,
}

impl BlockSink for PassingSink<'_> {
    fn take(&self, block: Block, share: f64) -> Result<()> {
        (self.watch)((self.nth as f64 + share) / self.parts as f64)?;
        (self.take)((self.nth as u128) << workers::ORDER_BITS | block.order, &block.numbers)
    }
}
