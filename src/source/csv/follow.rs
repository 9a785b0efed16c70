//! Following CSV that grows: rows are handed on as soon as their lines are complete, in their order.

use std::path::Path;

use memchr::{memchr_iter, memrchr};
use rayon::prelude::*;

use super::chunks::{Chunk, LONGEST, last_end};
use super::dialect::Dialect;
use super::layout::{BOM, Layout, Purpose};
use super::rows::{Group, Read, Rows};
use super::tail::{Came, POLL, Tail};
use super::{HEAD, is_tabbed};
use crate::data::{Column, Points};
use crate::error::{Error, Result};
use crate::source::FieldKind;
use crate::source::files::{parenthesized, plural};
use crate::source::part::{Batch, Request, Wanted};
use crate::source::{Field, ReadOptions, Selection, format, input, names};

/// Bytes that are parsed by one thread.
const PIECE: usize = 1 << 20;

/// Bytes that are parsed before the next look at the file.
const MOST: usize = 1 << 24;

/// A CSV file that grows, or CSV on standard input, whose rows are wanted as they come.
///
/// A file that is cut short or replaced begins anew; one that is overwritten in place with as many bytes or more looks as if it
/// had grown.
pub struct Follow {
    name: String,
    tail: Tail,
    tabbed: bool,
    options: ReadOptions,
    layout: Layout,
    /// Bytes whose records are not all complete.
    rest: Vec<u8>,
    line: u64,
    /// Whether `rest` is the beginning of the text.
    first: bool,
    ended: bool,
    /// Whether a row that is wrong was told of.
    told: bool,
}

/// Where the rows of a [`Follow`] go.
pub trait Live {
    /// Takes rows, with the time of each finite one, in days, if times were asked for.
    ///
    /// # Errors
    /// An error ends the following at once and is what [`Follow::run`] returns.
    fn take(&self, points: Points<'static>, times: Option<Vec<f64>>) -> Result<()>;

    /// Hears, once, of a row that is wrong: which, and why. It counts as missing, as all others like it.
    fn fault(&self, reason: &Error) {
        let _ = reason;
    }

    /// All rows so far are void: the file begins anew.
    fn restart(&self);

    /// Hears how much of the file was read, 0 to 1, until all of it was.
    fn progress(&self, share: f64) {
        let _ = share;
    }

    /// Whether nobody wants more rows; asked some thirty times a second.
    fn is_over(&self) -> bool;
}

impl Follow {
    /// A file, or standard input for `-`. Waits until there are two lines, by which the columns are told, the stream ends, or
    /// `is_over`.
    ///
    /// # Errors
    /// If there is no such file, or it holds no CSV or is compressed.
    pub fn open(path: &str, options: &ReadOptions, is_over: &dyn Fn() -> bool) -> Result<Self> {
        if path == "-" {
            let tail = Tail::stream(std::io::stdin())?;
            return Self::begin("standard input".into(), tail, false, options, is_over);
        }
        let file = Path::new(path);
        let (opened, _) = input::open(file)?;
        let is_regular = opened.metadata().is_ok_and(|metadata| metadata.is_file());
        let tail = if is_regular { Tail::file(file)? } else { Tail::stream(opened)? };
        Self::begin(path.to_owned(), tail, is_tabbed(file), options, is_over)
    }

    fn begin(
        name: String,
        mut tail: Tail,
        tabbed: bool,
        options: &ReadOptions,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Self> {
        let (mut rest, mut ended) = (Vec::new(), false);
        let dialect = Dialect::of(options, b',');
        while !ended && dialect.lines(&rest) < 2 {
            if is_over() {
                return Err(Error::interrupted());
            }
            match tail.more(&name, &mut rest, HEAD)? {
                Came::Bytes => {}
                Came::Restarted => rest.clear(),
                Came::Nothing => std::thread::sleep(POLL),
                Came::End => ended = true,
            }
            if let Some(format) = format::binary(&rest) {
                return Err(Error::usage(format!(
                    "--follow needs CSV, and {name} is {format}: leave out --follow"
                )));
            }
            if input::is_compressed(&rest) {
                return Err(Error::usage(format!(
                    "{name} is compressed and cannot be followed: leave out --follow, or pipe it through its unpacker"
                )));
            }
        }
        let layout = Self::layout(&name, &rest, tabbed, options)?;
        let options = options.clone();
        Ok(Self { name, tail, tabbed, options, layout, rest, line: 1, first: true, ended, told: false })
    }

    fn layout(name: &str, head: &[u8], tabbed: bool, options: &ReadOptions) -> Result<Layout> {
        let end = memrchr(b'\n', head).map_or(head.len(), |at| at + 1);
        Layout::of(&head[..end], true, tabbed, Purpose::Points, options).map_err(|error| error.at(name))
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns, as its first lines show them.
    pub fn fields(&self) -> &[Field] {
        &self.layout.fields
    }

    /// Hands on all rows there are, and those to come, until the stream ends or nobody wants more. `time` is the column of times.
    ///
    /// A log has odd lines among its rows: one that has not as many fields as the others, or text where numbers are, is a row that is
    /// missing, and [`Live::fault`] hears of the first.
    ///
    /// # Errors
    /// If a column holds no numbers or dates, or the file cannot be read. The rows before were handed on.
    pub fn run(&mut self, selection: &Selection, time: Option<usize>, live: &dyn Live) -> Result<()> {
        let rows = self.request(selection)?;
        let wanted = Columns { rows, time: time.map(|column| self.wanted(column)).transpose()? };
        while !live.is_over() {
            self.deliver(&wanted, live)?;
            if self.ended {
                return Ok(());
            }
            match self.tail.more(&self.name, &mut self.rest, MOST)? {
                Came::Bytes => live.progress(self.tail.share().unwrap_or(1.0)),
                Came::Nothing => {
                    live.progress(1.0);
                    if matches!(self.tail, Tail::File(_)) {
                        std::thread::sleep(POLL);
                    }
                }
                Came::End => self.ended = true,
                Came::Restarted => {
                    self.rest.clear();
                    (self.line, self.first, self.told) = (1, true, false);
                    live.restart();
                }
            }
        }
        Ok(())
    }

    /// Whether these columns can be read, as its first lines show them.
    ///
    /// # Errors
    /// If there is no such column, or it holds no numbers.
    pub fn check(&self, selection: &Selection) -> Result<()> {
        self.request(selection).map(drop)
    }

    fn request(&self, selection: &Selection) -> Result<Request> {
        Ok(Request {
            x: self.wanted(selection.x)?,
            y: self.wanted(selection.y)?,
            weights: selection.weights.map(|column| self.wanted(column)).transpose()?,
            category: selection.category.map(|column| self.wanted_category(column)).transpose()?,
            uncategorized: selection.uncategorized,
        })
    }

    fn field(&self, column: usize) -> Result<&Field> {
        let fields = &self.layout.fields;
        fields.get(column).ok_or_else(|| names::unknown(&column.to_string(), &self.name, fields))
    }

    fn wanted_category(&self, column: usize) -> Result<Wanted> {
        let field = self.field(column)?;
        if !field.kind.is_category() {
            return Err(Error::data(format!(
                "column '{}' of {} holds {}, and categories are text, numbers or booleans",
                field.name,
                self.name,
                plural(&field.kind)
            )));
        }
        let kind = if self.layout.mixed[column] { FieldKind::Text } else { field.kind.clone() };
        Ok(Wanted { column, kind })
    }

    fn wanted(&self, column: usize) -> Result<Wanted> {
        let field = self.field(column)?;
        if !field.kind.is_numeric() {
            let example = parenthesized(self.layout.examples[column].as_deref());
            return Err(Error::data(format!(
                "column '{}' of {} holds text{example}, and an axis takes numbers, dates or booleans",
                field.name, self.name
            )));
        }
        Ok(Wanted { column, kind: field.kind.clone() })
    }

    /// Hands on the rows whose lines are complete.
    fn deliver(&mut self, wanted: &Columns, live: &dyn Live) -> Result<()> {
        if self.first {
            if self.rest.starts_with(BOM) {
                self.rest.drain(..BOM.len());
            }
            if !self.is_begun()? {
                return Ok(());
            }
        }
        let end = if self.ended { Some(self.rest.len()) } else { last_end(&self.rest, self.layout.dialect) };
        let Some(end) = end.filter(|end| *end > 0) else {
            if self.rest.len() >= LONGEST {
                let (name, line) = (&self.name, self.line);
                return Err(Error::data(format!(
                    "{name}, line {line}: a row of more than {LONGEST} bytes begins here; is a quote never closed?"
                )));
            }
            return Ok(());
        };
        let chunks = self.cut(end);
        let rows = Rows { name: &self.name, layout: &self.layout };
        let read = |chunk| rows.read_leniently(chunk, &wanted.rows, wanted.time.as_ref());
        let parsed: Vec<Result<Read>> = chunks.par_iter().map(read).collect();
        for read in parsed {
            let mut read = read?;
            let fault = read.fault.take().filter(|_| !self.told);
            hand_on(read, wanted.rows.uncategorized, live)?;
            if let Some(fault) = fault {
                live.fault(&fault);
                self.told = true;
            }
        }
        Ok(())
    }

    /// Whether the first line is there, which must be that of the file as it was opened.
    fn is_begun(&mut self) -> Result<bool> {
        if self.layout.dialect.lines(&self.rest) == 0
            && !(self.ended && self.layout.dialect.has_record(&self.rest))
        {
            return Ok(false);
        }
        let layout = Self::layout(&self.name, &self.rest, self.tabbed, &self.options)?;
        let names =
            |layout: &Layout| layout.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        if self.layout.header && names(&layout) != names(&self.layout) {
            return Err(Error::data(format!("{} begins anew with other columns: open it again", self.name)));
        }
        Ok(true)
    }

    /// The first `end` bytes of the rest in pieces of whole records; they are taken off it.
    fn cut(&mut self, end: usize) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut start = 0;
        while start < end {
            let left = &self.rest[start..end];
            let mut size = PIECE;
            let at = loop {
                if size >= left.len() {
                    break left.len();
                }
                match last_end(&left[..size], self.layout.dialect) {
                    Some(at) => break at,
                    None => size *= 2,
                }
            };
            let bytes = self.layout.dialect.evened(&left[..at]).into_owned();
            let chunk = Chunk { line: self.line, first: self.first, bytes };
            self.line += memchr_iter(b'\n', &chunk.bytes).count() as u64;
            self.first &= !self.layout.dialect.has_record(&chunk.bytes);
            chunks.push(chunk);
            start += at;
        }
        self.rest.drain(..end);
        chunks
    }
}

/// The columns that are wanted.
struct Columns {
    rows: Request,
    time: Option<Wanted>,
}

/// Hands on rows with their times; a row without a time is missing.
fn hand_on(mut read: Read, uncategorized: bool, live: &dyn Live) -> Result<()> {
    let times = read.times.take();
    for (x, _) in read.x.iter_mut().zip(times.iter().flatten()).filter(|(_, time)| !time.is_finite()) {
        *x = f64::NAN;
    }
    let category = read.category.as_ref().map(Group::category);
    // Those of the rows that stay.
    let times = times.map(|times| {
        let numbers = [Some(&read.x), Some(&read.y), read.weights.as_ref()];
        let stays = |row: &usize| {
            numbers.into_iter().flatten().all(|values| values[*row].is_finite())
                && (uncategorized || category.as_ref().is_none_or(|category| category.is_present(*row)))
        };
        (0..times.len()).filter(stays).map(|row| times[row]).collect::<Vec<f64>>()
    });
    let batch = Batch {
        x: Column::from(&read.x),
        y: Column::from(&read.y),
        weights: read.weights.as_ref().map(Column::from),
        category,
    };
    let points = batch.points(uncategorized, 0)?;
    if points.rows() > 0 { live.take(points.into_owned(), times) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
