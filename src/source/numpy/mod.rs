//! NumPy's arrays: `.npy` and `.npz`.
//!
//! - A `.npy` file of shape (n, 2) has the columns `x` and `y`; one of shape (n,) or (n, k) has `0` to `k - 1`.
//! - A `.npz` file has a column for each array of shape (n,), by its name, and `name/0` to `name/k-1` for one of shape
//!   (n, k) with k up to 16. Arrays may differ in length, but not those that are read together.

mod decode;
mod header;
mod member;
mod table;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zip::{CompressionMethod, ZipArchive};

use crate::data::{Category, Column, Floats};
use crate::error::{Error, Result};
use crate::source::input::{self, Positioned};
use crate::source::part::{Batch, BlockSink, Part, Request, Wanted, damaged};
use crate::source::workers::Turn;
use crate::source::{BATCH, Field, FieldKind, Sink, workers};
use decode::Steps;
use header::Header;
use member::Member;

/// The most columns of an array that stand beside others in an archive.
const MOST_COLUMNS: u64 = 16;

/// Bytes of an array that are read at once.
const BLOCK: usize = 1 << 20;

/// An array in a file.
struct Array {
    header: Header,
    /// `None` if the file is the array.
    member: Option<Member>,
}

impl Array {
    fn rows(&self) -> u64 {
        self.header.shape.first().copied().unwrap_or(0)
    }

    fn columns(&self) -> u64 {
        self.header.shape.get(1).copied().unwrap_or(1)
    }

    fn is_table(&self) -> bool {
        matches!(self.header.shape.len(), 1 | 2) && self.stride() > 0
    }

    /// Bytes from one element of a column to the next.
    fn stride(&self) -> usize {
        let columns = if self.header.fortran { 1 } else { self.columns() as usize };
        // Of an array without rows, the columns may be any number.
        self.header.dtype.size().saturating_mul(columns)
    }

    /// Where the elements of a column are in its bytes.
    fn steps(&self, place: Place) -> Steps {
        let size = self.header.dtype.size();
        Steps {
            stride: self.stride(),
            offset: if self.header.fortran { 0 } else { place.column as usize * size },
        }
    }

    /// The bytes from this one on, the header included.
    fn open(&self, file: &Positioned, start: u64) -> io::Result<Box<dyn Read + Send>> {
        let Some(member) = &self.member else { return Ok(Box::new(file.from(start))) };
        let mut reader = member.open(file);
        io::copy(&mut (&mut reader).take(start), &mut io::sink())?;
        Ok(reader)
    }

    /// Whether `bytes` are as many as the shape says.
    fn check(&self, bytes: u64) -> io::Result<()> {
        let size = self.header.dtype.size() as u64;
        let wanted = self.header.shape.iter().try_fold(size, |bytes, &count| bytes.checked_mul(count));
        if size == 0 || wanted == Some(bytes) {
            return Ok(());
        }
        let shape = &self.header.shape;
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{bytes} bytes are no array of shape {shape:?}"),
        ))
    }
}

/// Which column of which array a field is.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    array: usize,
    column: u64,
}

/// A `.npy` or `.npz` file.
pub(super) struct Numpy {
    name: String,
    path: PathBuf,
    len: u64,
    format: &'static str,
    arrays: Vec<Array>,
    places: Vec<Place>,
    fields: Vec<Field>,
}

impl Numpy {
    pub fn npy(path: &Path, len: u64) -> Result<Self> {
        let mut numpy = Self::empty(path, len, ".npy");
        let array = numpy.sole_array()?;
        let columns = array.columns();
        if !array.is_table() || columns > 1 << 16 {
            return Err(Error::data(format!(
                "{}: this array of shape {:?} and type {} holds no columns of numbers; shape (n, 2) does",
                numpy.name,
                array.header.shape,
                words(&array.header.dtype.kind())
            )));
        }
        let names = |column: u64| match (columns, column) {
            (2, 0) => "x".to_owned(),
            (2, _) => "y".to_owned(),
            _ => column.to_string(),
        };
        for column in 0..columns {
            numpy.fields.push(Field::new(names(column), array.header.dtype.kind()));
            numpy.places.push(Place { array: 0, column });
        }
        numpy.arrays.push(array);
        Ok(numpy)
    }

    pub fn npz(path: &Path, len: u64) -> Result<Self> {
        let mut numpy = Self::empty(path, len, ".npz");
        let (file, _) = input::open(path)?;
        let arrays = read_archive(file).map_err(|error| damaged(&numpy.name, ".npz", error))?;
        for (name, array) in arrays {
            let place = |column| Place { array: numpy.arrays.len(), column };
            let kind = array.header.dtype.kind();
            if !array.is_table() || array.columns() > MOST_COLUMNS {
                let kind = if kind.is_numeric() {
                    FieldKind::Other(format!("array of shape {:?}", array.header.shape))
                } else {
                    kind
                };
                numpy.fields.push(Field::new(name, kind));
                numpy.places.push(place(0));
            } else if array.header.shape.len() == 1 {
                numpy.fields.push(Field::new(name, kind));
                numpy.places.push(place(0));
            } else {
                for column in 0..array.columns() {
                    numpy.fields.push(Field::new(format!("{name}/{column}"), kind.clone()));
                    numpy.places.push(place(column));
                }
            }
            numpy.arrays.push(array);
        }
        Ok(numpy)
    }

    /// The array that is the file.
    fn sole_array(&self) -> Result<Array> {
        let (mut file, _) = input::open(&self.path)?;
        let array = Header::read(&mut file).and_then(|header| {
            let array = Array { member: None, header };
            array.check(self.len.saturating_sub(array.header.len))?;
            Ok(array)
        });
        array.map_err(|error| damaged(&self.name, self.format, error))
    }

    fn empty(path: &Path, len: u64, format: &'static str) -> Self {
        let (arrays, places, fields) = Default::default();
        Self { name: path.display().to_string(), path: path.to_owned(), len, format, arrays, places, fields }
    }

    fn array(&self, wanted: &Wanted) -> &Array {
        &self.arrays[self.places[wanted.column].array]
    }

    /// Whether all wanted columns have as many rows.
    fn check_rows(&self, wanted: &[&Wanted]) -> Result<()> {
        let Some((first, others)) = wanted.split_first() else { return Ok(()) };
        let rows = self.array(first).rows();
        let Some(other) = others.iter().find(|wanted| self.array(wanted).rows() != rows) else {
            return Ok(());
        };
        Err(Error::data(format!(
            "{}: array '{}' has {rows} rows, but '{}' has {}",
            self.name,
            self.fields[first.column].name,
            self.fields[other.column].name,
            self.array(other).rows()
        )))
    }

    /// The bytes of a column from its first row on, perhaps with other columns between.
    fn column(&self, file: &Positioned, place: Place) -> io::Result<Box<dyn Read + Send>> {
        let array = &self.arrays[place.array];
        let size = array.header.dtype.size() as u64;
        let skipped = if array.header.fortran { place.column * array.rows() * size } else { 0 };
        array.open(file, array.header.len + skipped)
    }
}

/// The arrays of an archive by their names.
fn read_archive(file: File) -> io::Result<Vec<(String, Array)>> {
    let mut archive = ZipArchive::new(io::BufReader::new(file))?;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let Some(name) = name.strip_suffix(".npy").map(str::to_owned) else { continue };
        let start = entry.data_start().ok_or_else(|| io::Error::other("a member has no place"))?;
        let deflated = match entry.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => return Err(io::Error::other(format!("array '{name}' is packed with {other}"))),
        };
        let (packed, size, crc) = (entry.compressed_size(), entry.size(), entry.crc32());
        let header = Header::read(&mut entry)?;
        let array = Array { member: Some(Member { start, packed, deflated, crc }), header };
        array.check(size.saturating_sub(array.header.len))?;
        arrays.push((name, array));
    }
    Ok(arrays)
}

fn words(kind: &FieldKind) -> &str {
    match kind {
        FieldKind::Other(name) => name,
        _ => "number",
    }
}

/// A column that is being read.
struct Reading<'a> {
    array: &'a Array,
    /// `None` if the bytes of a column before it hold this one too.
    bytes: Option<Box<dyn Read + Send>>,
    steps: Steps,
}

/// The same rows of every column; `None` if they are in the bytes of a column before it.
struct Stretch {
    columns: Vec<Option<Vec<u8>>>,
    start: u64,
    rows: u64,
}

impl Stretch {
    /// Reads `rows` rows of each column.
    fn read(columns: &mut [Reading<'_>], start: u64, rows: u64) -> io::Result<Self> {
        let read = |column: &mut Reading<'_>| {
            let Some(reader) = &mut column.bytes else { return Ok(None) };
            let mut bytes = vec![0; column.steps.stride * rows as usize];
            reader.read_exact(&mut bytes).map(|()| Some(bytes))
        };
        Ok(Self { columns: columns.iter_mut().map(read).collect::<io::Result<_>>()?, start, rows })
    }
}

/// Some rows of every wanted column.
struct Rows<'a> {
    start: u64,
    rows: u64,
    column: &'a dyn Fn(usize) -> Floats<'static>,
}

impl Numpy {
    /// Reads columns of equal length, and hands on their rows, `most` at a time, with the turn they have.
    fn decode(
        &self,
        wanted: &[&Wanted],
        most: usize,
        threads: usize,
        deliver: impl Fn(Rows<'_>, &Turn<'_>) -> Result<()> + Sync,
    ) -> Result<()> {
        let wrong = |error: io::Error| damaged(&self.name, self.format, error);
        self.check_rows(wanted)?;
        let Some(first) = wanted.first() else { return Ok(()) };
        let rows = self.array(first).rows();
        let (file, _) = input::open(&self.path)?;
        let file = Positioned::new(file);
        let places: Vec<Place> = wanted.iter().map(|wanted| self.places[wanted.column]).collect();
        let holds = |first: &Place, other: &Place| {
            let array = &self.arrays[first.array];
            first.array == other.array && (!array.header.fortran || first == other)
        };
        // For each column, the first that holds it.
        let sharing: Vec<usize> = places
            .iter()
            .map(|place| places.iter().position(|first| holds(first, place)).expect("it holds itself"))
            .collect();
        let reading = |(nth, &place): (usize, &Place)| {
            let array = &self.arrays[place.array];
            let bytes =
                if sharing[nth] == nth { Some(self.column(&file, place).map_err(wrong)?) } else { None };
            Ok(Reading { array, bytes, steps: array.steps(place) })
        };
        let mut columns = places.iter().enumerate().map(reading).collect::<Result<Vec<_>>>()?;
        let decoding: Vec<(Steps, &Header)> =
            columns.iter().map(|column| (column.steps, &column.array.header)).collect();
        let read = columns.iter().filter(|column| column.bytes.is_some());
        let stride = read.fold(0usize, |sum, column| sum.saturating_add(column.steps.stride));
        let size = (BLOCK / stride.max(1)).clamp(1, most);
        let stretches = (0..rows).step_by(size).map(|start| {
            let count = (rows - start).min(size as u64);
            let stretch = Stretch::read(&mut columns, start, count).map_err(wrong)?;
            if start + count == rows {
                // The checksum of a member is compared at its end.
                for column in columns.iter_mut().filter(|column| column.array.member.is_some()) {
                    if let Some(bytes) = &mut column.bytes {
                        io::copy(bytes, &mut io::sink()).map_err(wrong)?;
                    }
                }
            }
            Ok(stretch)
        });
        workers::each(threads, stretches, |stretch, turn| {
            let column = |nth: usize| {
                let bytes = stretch.columns[sharing[nth]].as_ref().expect("the first of a kind is read");
                let (steps, header) = decoding[nth];
                decode::floats(bytes, steps, &header.dtype, header.big_endian)
            };
            deliver(Rows { start: stretch.start, rows: stretch.rows, column: &column }, turn)
        })
    }
}

impl Part for Numpy {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        let mut rows = self.arrays.iter().filter(|array| array.is_table()).map(Array::rows);
        let first = rows.next()?;
        rows.all(|rows| rows == first).then_some(first)
    }

    fn bytes(&self) -> u64 {
        self.len
    }

    fn scan(&self, request: &Request, threads: usize, sink: &dyn Sink) -> Result<()> {
        let wanted: Vec<&Wanted> = request.all().collect();
        let all = self.array(&request.x).rows();
        self.decode(&wanted, BATCH, threads, |rows, turn| {
            let column = |nth: usize| Column::from((rows.column)(nth));
            let weights = request.weights.as_ref().map(|_| column(2));
            let category = request.category.as_ref().map(|category| {
                let values = column(wanted.len() - 1);
                if category.kind == FieldKind::Boolean { Category::booleans(&values) } else { values.into() }
            });
            let batch = Batch { x: column(0), y: column(1), weights, category };
            sink.take(batch.points(request.uncategorized, turn.order(0))?)?;
            sink.progress(rows.start as f64 / all as f64);
            Ok(())
        })
    }

    fn read(&self, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()> {
        table::read(self, wanted, threads, sink)
    }
}
