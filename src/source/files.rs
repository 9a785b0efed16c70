//! Files as one data set.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::data::{Bounds, Points};
use crate::error::{Error, Result};
use crate::source::csv::Purpose;
use crate::source::format::{self, Format};
use crate::source::part::{Part, Request, Wanted};
use crate::source::{Field, FieldKind, ReadOptions, Selection, Sink, Source};
use crate::source::{csv, input, ipc, names, numpy, parquet, workers};

/// The path that stands for standard input.
const STDIN: &str = "-";

/// Opens files as one data set: their rows together, their columns matched by name.
///
/// A path may be a pattern (`data/*.parquet`; its files are taken in the order of their names) or `-`, CSV on standard
/// input. The columns are those of the first file; each other file must have those that are [scanned](Source::scan), under the
/// same names in any order, and hold the same kind in them.
///
/// # Errors
/// If no path is given, or a file is missing, empty, damaged or of a format that this build does not read.
pub fn open(paths: &[String], options: &ReadOptions) -> Result<Box<dyn Source>> {
    Ok(Box::new(files(paths, Purpose::Points, options)?))
}

/// The files of all paths and patterns. For a table each must have all columns of the first.
pub(super) fn files(paths: &[String], purpose: Purpose, options: &ReadOptions) -> Result<Files> {
    let paths = paths.iter().map(|path| expand(path)).collect::<Result<Vec<_>>>()?.concat();
    let parts = paths.iter().map(|path| part(path, purpose, options)).collect::<Result<Vec<_>>>()?;
    let files = Files::new(parts)?;
    if purpose == Purpose::Table {
        (0..files.fields.len()).try_for_each(|column| files.check_parts(column))?;
    }
    Ok(files)
}

/// The files that a path or pattern stands for.
fn expand(path: &str) -> Result<Vec<PathBuf>> {
    let plain = Path::new(path);
    // A file may have a name that looks like a pattern.
    if path == STDIN || plain.exists() || !path.contains(['*', '?', '[']) {
        return Ok(vec![plain.to_owned()]);
    }
    let wrong = |reason: String| Error::usage(format!("'{path}' is no pattern of file names: {reason}"));
    let matches = glob::glob(path).map_err(|error| wrong(error.to_string()))?;
    let mut files = matches
        .map(|entry| entry.map_err(|error| input::unreadable(error.path(), error.error())))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|file| !file.is_dir());
    if files.is_empty() {
        return Err(input::unreadable(plain, "no file matches this pattern"));
    }
    Ok(files)
}

fn part(path: &Path, purpose: Purpose, options: &ReadOptions) -> Result<Box<dyn Part>> {
    if path.as_os_str() == STDIN {
        return Ok(Box::new(csv::Csv::stream("standard input", std::io::stdin(), purpose, options)?));
    }
    let (mut file, len) = input::open(path)?;
    let is_regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_regular {
        return Ok(Box::new(csv::Csv::stream(&path.display().to_string(), file, purpose, options)?));
    }
    let mut head = [0; 8];
    let filled = input::read_up_to(&mut file, &mut head).map_err(|reason| input::unreadable(path, reason))?;
    if filled == 0 {
        return Err(Error::data(format!("{}: the file is empty", path.display())));
    }
    match format::of(path, &head[..filled]) {
        Format::Csv => Ok(Box::new(csv::Csv::open(path, purpose, options)?)),
        Format::Parquet => parquet::open(path, file, len),
        Format::Arrow => Ok(Box::new(ipc::Ipc::open(path, &head[..filled], file, len)?)),
        Format::Npy | Format::Npz if purpose == Purpose::Table => {
            Ok(Box::new(numpy::Numpy::table(path, len, &head[..filled], options)?))
        }
        Format::Npy => Ok(Box::new(numpy::Numpy::npy(path, len)?)),
        Format::Npz => Ok(Box::new(numpy::Numpy::npz(path, len)?)),
    }
}

/// One file or many.
pub(super) struct Files {
    pub parts: Vec<Box<dyn Part>>,
    /// For each part, where it has each column of the first; anywhere, where `faults` says that it has none.
    columns: Vec<Vec<usize>>,
    fields: Vec<Field>,
    /// Why a column cannot be read from all parts, which matters if it is asked for.
    faults: Vec<Option<String>>,
}

impl Files {
    pub fn new(parts: Vec<Box<dyn Part>>) -> Result<Self> {
        let Some(first) = parts.first() else {
            return Err(Error::usage("no file to read: name one, or '-' for CSV on standard input"));
        };
        let mut fields = first.fields().to_vec();
        let mut settled: Vec<bool> = (0..fields.len()).map(|column| first.is_settled(column)).collect();
        let mut columns = vec![(0..fields.len()).collect()];
        let mut faults = vec![None; fields.len()];
        // Which one of its name each is: names may be there more than once.
        let mut seen = HashMap::new();
        let mut nth = |field: &Field| {
            let count = seen.entry(field.name.clone()).or_insert(0);
            *count += 1;
            *count - 1
        };
        let nth: Vec<usize> = fields.iter().map(&mut nth).collect();
        for part in &parts[1..] {
            let places = places(part.as_ref());
            let mut place = |column: usize| {
                let (field, settled) = (&mut fields[column], &mut settled[column]);
                let found = matched(part.as_ref(), &places, (field, nth[column]), settled, first.name());
                found.unwrap_or_else(|reason| {
                    faults[column].get_or_insert(reason);
                    0
                })
            };
            columns.push((0..nth.len()).map(&mut place).collect());
        }
        Ok(Self { parts, columns, fields, faults })
    }

    /// Refuses a column that not all parts have.
    fn check_parts(&self, column: usize) -> Result<()> {
        self.faults[column].as_ref().map_or(Ok(()), |fault| Err(Error::data(fault.clone())))
    }

    /// A column as a part has it.
    pub fn wanted(&self, column: usize, part: usize) -> Wanted {
        Wanted { column: self.columns[part][column], kind: self.fields[column].kind.clone() }
    }

    fn request(&self, selection: &Selection, part: usize) -> Request {
        let wanted = |column: usize| self.wanted(column, part);
        Request {
            x: wanted(selection.x),
            y: wanted(selection.y),
            weights: selection.weights.map(wanted),
            category: selection.category.map(|column| self.wanted_category(column, part)),
            uncategorized: selection.uncategorized,
        }
    }

    /// A category is text where any of its values is: some codes look like numbers, and others do not.
    fn wanted_category(&self, column: usize, part: usize) -> Wanted {
        let wanted = self.wanted(column, part);
        let parts = self.parts.iter().zip(&self.columns);
        let mixed: Option<Vec<bool>> = parts.map(|(part, columns)| part.is_mixed(columns[column])).collect();
        let is_mixed = mixed.is_some_and(|mixed| mixed.contains(&true));
        if is_mixed { Wanted { kind: FieldKind::Text, ..wanted } } else { wanted }
    }

    fn holds(&self, field: &Field) -> String {
        match &field.kind {
            FieldKind::Other(name) => format!("values of the type {name}"),
            kind => plural(kind).to_owned(),
        }
    }

    /// A value of a column of text, in parentheses, or nothing.
    pub fn example(&self, column: usize) -> String {
        let mut parts = self.parts.iter().zip(&self.columns);
        let found = parts.find_map(|(part, columns)| Some((part, part.example(columns[column])?)));
        match found {
            Some((part, example)) if self.parts.len() > 1 => format!(" ({}, {example})", part.name()),
            found => parenthesized(found.map(|(_, example)| example)),
        }
    }

    fn unfit(&self, column: usize) -> Error {
        let field = &self.fields[column];
        let holds = self.holds(field) + &self.example(column);
        let fit: Vec<&Field> = self.fields.iter().filter(|field| field.kind.is_numeric()).collect();
        Error::data(format!(
            "column '{}' of {} holds {holds}, where numbers, dates or booleans are needed; columns that hold these: {}",
            field.name,
            self.name(),
            names::listed(fit.into_iter())
        ))
    }
}

/// Where a part has each name.
fn places(part: &dyn Part) -> HashMap<&str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, field) in part.fields().iter().enumerate() {
        places.entry(field.name.as_str()).or_default().push(place);
    }
    places
}

/// Where a part has a column of the first, the `nth` of its name, or why that cannot be read from it; a kind that was open is settled by it.
fn matched(
    part: &dyn Part,
    places: &HashMap<&str, Vec<usize>>,
    (field, nth): (&mut Field, usize),
    settled: &mut bool,
    first: &str,
) -> Result<usize, String> {
    let Some(&place) = places.get(field.name.as_str()).and_then(|places| places.get(nth)) else {
        let missing = names::unknown(&field.name, part.name(), part.fields());
        return Err(format!("{missing} All files need the columns that are read, and {first} has this one"));
    };
    let kind = &part.fields()[place].kind;
    if part.is_settled(place) {
        if *settled && field.kind != *kind {
            return Err(format!(
                "column '{}' holds {} in {first} but {} in {}{}; read them one by one",
                field.name,
                plural(&field.kind),
                plural(kind),
                part.name(),
                parenthesized(part.example(place))
            ));
        }
        field.kind = kind.clone();
        *settled = true;
    }
    Ok(place)
}

/// An example behind what it is one of, if there is one.
pub(super) fn parenthesized(example: Option<&str>) -> String {
    example.map(|example| format!(" ({example})")).unwrap_or_default()
}

/// The values of a kind, in words.
pub(super) fn plural(kind: &FieldKind) -> &str {
    match kind {
        FieldKind::Number => "numbers",
        FieldKind::Boolean => "booleans",
        FieldKind::Time => "dates",
        FieldKind::Text => "text",
        FieldKind::Other(name) => name,
    }
}

impl Source for Files {
    fn name(&self) -> String {
        match self.parts.as_slice() {
            [part] => part.name().to_owned(),
            parts => format!("{} files", parts.len()),
        }
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        self.parts.iter().map(|part| part.rows()).sum()
    }

    fn rereadable(&self) -> bool {
        self.parts.iter().all(|part| part.rereadable())
    }

    fn check(&self, selection: &Selection) -> Result<()> {
        for column in selection.columns() {
            let Some(field) = self.fields.get(column) else {
                return Err(names::unknown(&column.to_string(), &self.name(), &self.fields));
            };
            self.check_parts(column)?;
            if selection.category == Some(column) && !field.kind.is_category() {
                return Err(Error::data(format!(
                    "column '{}' of {} holds {}, which are no categories: text, whole numbers and booleans are",
                    field.name,
                    self.name(),
                    self.holds(field)
                )));
            }
        }
        let mut numbers = selection.numbers();
        numbers
            .find(|&column| !self.fields[column].kind.is_numeric())
            .map_or(Ok(()), |column| Err(self.unfit(column)))
    }

    fn bounds_hint(&self, selection: &Selection) -> Option<Bounds> {
        self.check(selection).ok()?;
        let hint = |part: usize| self.parts[part].bounds_hint(&self.request(selection, part));
        (0..self.parts.len()).try_fold(Bounds::EMPTY, |bounds, part| Some(bounds.union(hint(part)?)))
    }

    fn scan(&self, selection: &Selection, sink: &dyn Sink) -> Result<()> {
        /// A smaller file is read by one thread beside others; a larger one by all threads together.
        const SMALL: u64 = 32 << 20;
        self.check(selection)?;
        let threads = workers::threads();
        let total: u64 = self.parts.iter().map(|part| part.bytes()).sum();
        let done = AtomicU64::new(0);
        let scan = |part: usize, threads: usize| {
            let share = Share { sink, done: &done, part, bytes: self.parts[part].bytes(), total };
            self.parts[part].scan(&self.request(selection, part), threads, &share)?;
            done.fetch_add(share.bytes, Ordering::Relaxed);
            Ok(())
        };
        let (small, large): (Vec<usize>, Vec<usize>) =
            (0..self.parts.len()).partition(|&part| self.parts.len() > 1 && self.parts[part].bytes() < SMALL);
        for part in large {
            scan(part, threads)?;
        }
        let (beside, each) = if small.len() < threads { (1, threads) } else { (threads, 1) };
        workers::each(beside, small.into_iter().map(Ok), |part, _| scan(part, each))?;
        sink.progress(1.0);
        Ok(())
    }
}

/// The sink of one part: its rows come after those of the parts before it, and its progress is a share of the whole.
struct Share<'a> {
    sink: &'a dyn Sink,
    done: &'a AtomicU64,
    part: usize,
    bytes: u64,
    total: u64,
}

impl Sink for Share<'_> {
    fn take(&self, points: Points<'_>) -> Result<()> {
        let order = (self.part as u128) << workers::ORDER_BITS | points.order();
        self.sink.take(points.at(order))
    }

    fn progress(&self, share: f64) {
        if self.total > 0 {
            let done = self.done.load(Ordering::Relaxed) as f64 + share * self.bytes as f64;
            self.sink.progress((done / self.total as f64).min(1.0));
        }
    }
}
