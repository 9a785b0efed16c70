//! Records → points.

use std::collections::HashMap;

use ::csv::{ByteRecord, Reader};

use crate::data::{Category, Column, Names};
use crate::error::{Error, Result};
use crate::source::csv::chunks::Chunk;
use crate::source::csv::layout::Layout;
use crate::source::csv::value;
use crate::source::files::plural;
use crate::source::part::{Batch, Request, Wanted};
use crate::source::workers::Turn;
use crate::source::{BATCH, FieldKind, Sink};

/// The records of a file.
pub(super) struct Rows<'a> {
    pub name: &'a str,
    pub layout: &'a Layout,
}

/// What was read of some rows, good and bad.
pub(super) struct Read {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub weights: Option<Vec<f64>>,
    pub times: Option<Vec<f64>>,
    pub category: Option<Group>,
    /// What is wrong with the first row that is; its place above is without a value.
    pub fault: Option<Error>,
}

/// The categories of a batch.
pub(super) enum Group {
    Text(Texts),
    Numbers(Vec<f64>),
    Booleans(Vec<f64>),
}

/// Codes of texts, which stay the same from batch to batch of a piece.
#[derive(Default)]
pub(super) struct Texts {
    known: HashMap<Vec<u8>, u32>,
    names: Vec<String>,
    codes: Vec<u32>,
}

impl Texts {
    pub fn push(&mut self, field: &[u8]) {
        let field = field.trim_ascii();
        let code = match self.known.get(field) {
            Some(&code) => code,
            None if value::is_missing(field) => Names::MISSING,
            None => {
                let code = self.names.len() as u32;
                self.names.push(String::from_utf8_lossy(field).into_owned());
                self.known.insert(field.to_vec(), code);
                code
            }
        };
        self.codes.push(code);
    }

    /// The names of all rows.
    pub fn finish(self) -> Names<'static> {
        Names::new(self.codes, self.names)
    }
}

impl Group {
    fn new(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text(Texts::default()),
            FieldKind::Boolean => Self::Booleans(Vec::new()),
            _ => Self::Numbers(Vec::new()),
        }
    }

    pub fn category(&self) -> Category<'_> {
        match self {
            Self::Text(texts) => Names::new(texts.codes.as_slice(), texts.names.as_slice()).into(),
            Self::Numbers(values) => values.into(),
            Self::Booleans(values) => Category::booleans(&values.into()),
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Text(texts) => texts.codes.clear(),
            Self::Numbers(values) | Self::Booleans(values) => values.clear(),
        }
    }
}

impl Rows<'_> {
    /// What reads the records of a piece.
    pub fn reader<'c>(&self, chunk: &'c Chunk) -> Reader<&'c [u8]> {
        let mut builder = self.layout.dialect.reader();
        builder.has_headers(chunk.first && self.layout.header).from_reader(chunk.bytes.as_slice())
    }

    /// Reads the next record, which must have as many fields as there are columns; false at the end.
    #[inline]
    pub fn next(&self, reader: &mut Reader<&[u8]>, chunk: &Chunk, record: &mut ByteRecord) -> Result<bool> {
        if !self.advance(reader, chunk, record)? {
            return Ok(false);
        }
        if record.len() != self.layout.fields.len() {
            return Err(self.ragged(chunk, record));
        }
        Ok(true)
    }

    /// Reads the next record, whatever it is; false at the end.
    #[inline]
    fn advance(&self, reader: &mut Reader<&[u8]>, chunk: &Chunk, record: &mut ByteRecord) -> Result<bool> {
        reader.read_byte_record(record).map_err(|error| self.wrong(chunk, record, error))
    }

    /// Hands the rows of a piece to `sink`.
    pub fn deliver(&self, chunk: &Chunk, request: &Request, turn: &Turn<'_>, sink: &dyn Sink) -> Result<()> {
        let mut reader = self.reader(chunk);
        let mut record = ByteRecord::new();
        let (mut xs, mut ys) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        let mut weights = request.weights.as_ref().map(|_| Vec::with_capacity(BATCH));
        let mut category = request.category.as_ref().map(|wanted| Group::new(&wanted.kind));
        let mut first = 0;
        while !turn.is_over() {
            let more = self.next(&mut reader, chunk, &mut record)?;
            if !more || xs.len() == BATCH {
                let weighted = weights.as_ref().map(Column::from);
                let grouped = category.as_ref().map(Group::category);
                let batch = Batch {
                    x: Column::from(&xs),
                    y: Column::from(&ys),
                    weights: weighted,
                    category: grouped,
                };
                sink.take(batch.points(request.uncategorized, turn.order(first))?)?;
                first += xs.len();
                xs.clear();
                ys.clear();
                weights.iter_mut().for_each(Vec::clear);
                category.iter_mut().for_each(Group::clear);
            }
            if !more {
                break;
            }
            xs.push(self.value(chunk, &record, &request.x)?);
            ys.push(self.value(chunk, &record, &request.y)?);
            if let (Some(weights), Some(wanted)) = (&mut weights, &request.weights) {
                weights.push(self.value(chunk, &record, wanted)?);
            }
            self.group(chunk, &record, request, &mut category)?;
        }
        Ok(())
    }

    /// All rows of a piece, with the time of each if a column of times is given. A row with more or fewer fields than there are columns
    /// is without any value, a field that does not belong in its column is no value.
    pub fn read_leniently(&self, chunk: &Chunk, request: &Request, time: Option<&Wanted>) -> Result<Read> {
        let mut reader = self.reader(chunk);
        let mut record = ByteRecord::new();
        let Request { x, y, weights, category, .. } = request;
        let mut read = Read {
            x: Vec::new(),
            y: Vec::new(),
            weights: weights.as_ref().map(|_| Vec::new()),
            times: time.map(|_| Vec::new()),
            category: category.as_ref().map(|wanted| Group::new(&wanted.kind)),
            fault: None,
        };
        // Fields that are all empty.
        let none: ByteRecord = self.layout.fields.iter().map(|_| "").collect();
        while self.advance(&mut reader, chunk, &mut record)? {
            let fault = &mut read.fault;
            let is_ragged = record.len() != none.len();
            if is_ragged {
                fault.get_or_insert_with(|| self.ragged(chunk, &record));
            }
            let row = if is_ragged { &none } else { &record };
            let mut value = |wanted: &Wanted| {
                value::parse(&row[wanted.column], &wanted.kind, self.layout.decimal).unwrap_or_else(|| {
                    fault.get_or_insert_with(|| self.foreign(chunk, row, wanted));
                    f64::NAN
                })
            };
            read.x.push(value(x));
            read.y.push(value(y));
            for (values, wanted) in [(&mut read.weights, weights.as_ref()), (&mut read.times, time)] {
                if let (Some(values), Some(wanted)) = (values, wanted) {
                    values.push(value(wanted));
                }
            }
            match (&mut read.category, category) {
                (Some(Group::Text(texts)), Some(wanted)) => texts.push(&row[wanted.column]),
                (Some(Group::Numbers(values) | Group::Booleans(values)), Some(wanted)) => {
                    values.push(value(wanted));
                }
                _ => {}
            }
        }
        Ok(read)
    }

    /// Takes the category of a row, if it is wanted.
    #[inline]
    fn group(
        &self,
        chunk: &Chunk,
        record: &ByteRecord,
        request: &Request,
        group: &mut Option<Group>,
    ) -> Result<()> {
        match (group, &request.category) {
            (Some(Group::Text(texts)), Some(wanted)) => texts.push(&record[wanted.column]),
            (Some(Group::Numbers(values) | Group::Booleans(values)), Some(wanted)) => {
                values.push(self.value(chunk, record, wanted)?);
            }
            _ => {}
        }
        Ok(())
    }

    #[inline]
    pub fn value(&self, chunk: &Chunk, record: &ByteRecord, wanted: &Wanted) -> Result<f64> {
        let field = &record[wanted.column];
        value::parse(field, &wanted.kind, self.layout.decimal)
            .ok_or_else(|| self.foreign(chunk, record, wanted))
    }

    #[cold]
    fn foreign(&self, chunk: &Chunk, record: &ByteRecord, wanted: &Wanted) -> Error {
        let field = &record[wanted.column];
        let hint = match wanted.kind {
            FieldKind::Number => value::hint(field, self.layout.dialect.delimiter, self.layout.decimal),
            _ => "",
        };
        let reason = format!(
            "{} in column '{}', which holds {} elsewhere{hint}",
            value::shown(field),
            self.layout.fields[wanted.column].name,
            plural(&wanted.kind)
        );
        self.wrong(chunk, record, reason)
    }

    #[cold]
    fn ragged(&self, chunk: &Chunk, record: &ByteRecord) -> Error {
        let (found, wanted) = (record.len(), self.layout.fields.len());
        let fields = if found == 1 { "field" } else { "fields" };
        let model = if self.layout.header { "header" } else { "first row" };
        self.wrong(chunk, record, format!("this row has {found} {fields}, but the {model} has {wanted}"))
    }

    fn wrong(&self, chunk: &Chunk, record: &ByteRecord, reason: impl std::fmt::Display) -> Error {
        let line = chunk.line + self.layout.dialect.lines_before(&chunk.bytes, record);
        Error::data(format!("{}, line {line}: {reason}", self.name))
    }
}
