//! Arrays as tables.

use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;

use super::{Array, BLOCK, Numpy, Place, decode, read_archive, words};
use crate::data::Floats;
use crate::error::{Error, Result, unknown};
use crate::source::format::{self, Format};
use crate::source::input::{self, Positioned};
use crate::source::numpy::decode::Steps;
use crate::source::part::{Block, BlockSink, Wanted, block_rows, damaged};
use crate::source::{Field, ReadOptions, workers};

/// The array of an archive that is the table, if there are several.
const USUAL: &str = "values";

impl Numpy {
    /// A `.npy` file or an archive whose columns are those of one array; if no array of an archive has two dimensions, each is a
    /// column.
    pub fn table(path: &Path, len: u64, head: &[u8], options: &ReadOptions) -> Result<Self> {
        if format::of(path, head) == Format::Npy {
            let mut numpy = Self::empty(path, len, ".npy");
            let array = numpy.sole_array()?;
            numpy.add(array, None)?;
            return Ok(numpy);
        }
        let mut numpy = Self::empty(path, len, ".npz");
        let (file, _) = input::open(path)?;
        let mut arrays = read_archive(file).map_err(|error| damaged(&numpy.name, ".npz", error))?;
        let names: Vec<String> = arrays.iter().map(|(name, _)| name.clone()).collect();
        let is_plane = |array: &Array| array.is_table() && array.header.shape.len() == 2;
        let planes: Vec<&str> =
            arrays.iter().filter(|(_, array)| is_plane(array)).map(|(name, _)| name.as_str()).collect();
        let chosen = match (&options.array, planes.as_slice()) {
            (Some(wanted), _) if names.contains(wanted) => wanted.clone(),
            (Some(wanted), _) => {
                return Err(unknown("array", wanted, &numpy.name, names.iter().map(String::as_str)));
            }
            (None, []) => return numpy.lines(arrays),
            (None, [only]) => (*only).to_owned(),
            (None, planes) if planes.contains(&USUAL) => USUAL.to_owned(),
            (None, planes) => {
                return Err(Error::data(format!(
                    "{} holds several tables: {}; say which, as in --array {}",
                    numpy.name,
                    planes.join(", "),
                    planes[0]
                )));
            }
        };
        let at = names.iter().position(|name| *name == chosen).expect("it is one of them");
        let (name, array) = arrays.swap_remove(at);
        numpy.add(array, Some(&name))?;
        Ok(numpy)
    }

    /// Makes a column of each array of one dimension.
    fn lines(mut self, arrays: Vec<(String, Array)>) -> Result<Self> {
        for (name, array) in arrays.into_iter().filter(|(_, array)| array.is_table()) {
            self.fields.push(Field::new(name, array.header.dtype.kind()));
            self.places.push(Place { array: self.arrays.len(), column: 0 });
            self.arrays.push(array);
        }
        if self.arrays.is_empty() {
            return Err(Error::data(format!(
                "{} holds no array of numbers of one or two dimensions",
                self.name
            )));
        }
        Ok(self)
    }

    /// Takes the columns of an array; `name` is that of a single one.
    fn add(&mut self, array: Array, name: Option<&str>) -> Result<()> {
        if !array.is_table() {
            return Err(Error::data(format!(
                "{}: this array of shape {:?} and type {} is no table: numbers in one or two dimensions are",
                self.name,
                array.header.shape,
                words(&array.header.dtype.kind())
            )));
        }
        let columns = array.columns();
        // Without rows, nothing but the header says how many columns there are.
        if array.rows() == 0 || columns == 0 {
            return Err(Error::data(format!(
                "{}: this array of shape {:?} is empty",
                self.name, array.header.shape
            )));
        }
        let is_line = array.header.shape.len() == 1;
        for column in 0..columns {
            let name = name.filter(|_| is_line).map_or_else(|| column.to_string(), str::to_owned);
            self.fields.push(Field::new(name, array.header.dtype.kind()));
            self.places.push(Place { array: self.arrays.len(), column });
        }
        self.arrays.push(array);
        Ok(())
    }

    /// The array whose columns are wanted, all of them and in their order.
    fn whole(&self, wanted: &[Wanted]) -> Option<&Array> {
        let place = |wanted: &Wanted| self.places[wanted.column];
        let array = place(wanted.first()?).array;
        let columns = wanted.iter().map(|wanted| (place(wanted).array, place(wanted).column));
        let all = 0..self.arrays[array].columns();
        columns.eq(all.map(|column| (array, column))).then(|| &self.arrays[array])
    }
}

/// Reads columns as blocks of a table.
pub(super) fn read(numpy: &Numpy, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()> {
    match numpy.whole(wanted) {
        Some(array) if array.header.fortran && array.columns() > 1 => transposed(numpy, array, sink),
        Some(array) => flat(numpy, array, threads, sink),
        None => columns(numpy, wanted, threads, sink),
    }
}

/// An array as it lies.
fn flat(numpy: &Numpy, array: &Array, threads: usize, sink: &dyn BlockSink) -> Result<()> {
    let wrong = |error: io::Error| damaged(&numpy.name, numpy.format, error);
    let (rows, stride) = (array.rows(), array.stride());
    let (file, _) = input::open(&numpy.path)?;
    let file = Positioned::new(file);
    let size = (BLOCK / stride).max(1) as u64;
    // A member of an archive is unpacked from its beginning to its end; a file is read at many places.
    let mut packed = match &array.member {
        Some(_) => Some(array.open(&file, array.header.len).map_err(wrong)?),
        None => None,
    };
    let blocks = (0..rows).step_by(size as usize).map(|start| {
        let count = size.min(rows - start);
        let Some(reader) = &mut packed else { return Ok((start, count, None)) };
        let mut bytes = vec![0; stride * count as usize];
        reader.read_exact(&mut bytes).map_err(wrong)?;
        if start + count == rows {
            io::copy(reader, &mut io::sink()).map_err(wrong)?;
        }
        Ok((start, count, Some(bytes)))
    });
    workers::each(threads, blocks, |(start, count, bytes), turn| {
        let bytes = match bytes {
            Some(bytes) => bytes,
            None => {
                let mut bytes = vec![0; stride * count as usize];
                let place = array.header.len + start * stride as u64;
                file.from(place).read_exact(&mut bytes).map_err(wrong)?;
                bytes
            }
        };
        let numbers = numbers(&bytes, array);
        let block = Block {
            order: turn.order(0),
            start: Some(start),
            rows: count as usize,
            numbers,
            texts: Vec::new(),
        };
        sink.take(block, start as f64 / rows as f64)
    })
}

/// The elements in their order.
fn numbers(bytes: &[u8], array: &Array) -> Vec<f64> {
    let steps = Steps { stride: array.header.dtype.size(), offset: 0 };
    wide(decode::floats(bytes, steps, &array.header.dtype, array.header.big_endian))
}

fn wide(floats: Floats<'static>) -> Vec<f64> {
    match floats {
        Floats::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        Floats::F64(values) => values.into_owned(),
    }
}

/// An array that lies column by column: read as it lies, then turned. For a moment it is in memory twice.
fn transposed(numpy: &Numpy, array: &Array, sink: &dyn BlockSink) -> Result<()> {
    let wrong = |error: io::Error| damaged(&numpy.name, numpy.format, error);
    let (rows, columns) = (array.rows() as usize, array.columns() as usize);
    let (file, _) = input::open(&numpy.path)?;
    let mut reader = array.open(&Positioned::new(file), array.header.len).map_err(wrong)?;
    let all = rows * columns;
    let mut lying = Vec::new();
    let room = lying.try_reserve_exact(all);
    room.map_err(|_| Error::data(format!("{}: there is not enough memory for {all} numbers", numpy.name)))?;
    let mut bytes = vec![0; BLOCK];
    while lying.len() < all {
        let count = (BLOCK / array.header.dtype.size()).min(all - lying.len());
        let bytes = &mut bytes[..count * array.header.dtype.size()];
        reader.read_exact(bytes).map_err(wrong)?;
        lying.extend(numbers(bytes, array));
    }
    if array.member.is_some() {
        io::copy(&mut reader, &mut io::sink()).map_err(wrong)?;
    }
    let block =
        Block { order: 0, start: Some(0), rows, numbers: turned(&lying, rows, columns), texts: Vec::new() };
    sink.take(block, 1.0)
}

/// Row by row what lies column by column.
fn turned(lying: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    /// Rows and columns of a tile that fits the nearest cache.
    const TILE: usize = 32;
    let mut numbers = vec![0.0; rows * columns];
    numbers.par_chunks_mut(TILE * columns).enumerate().for_each(|(nth, strip)| {
        let first = nth * TILE;
        for left in (0..columns).step_by(TILE) {
            for (row, line) in strip.chunks_exact_mut(columns).enumerate() {
                let right = (left + TILE).min(columns);
                for (column, slot) in (left..right).zip(&mut line[left..right]) {
                    *slot = lying[column * rows + first + row];
                }
            }
        }
    });
    numbers
}

/// Some columns, perhaps of several arrays.
fn columns(numpy: &Numpy, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()> {
    let all: Vec<&Wanted> = wanted.iter().collect();
    let stride = wanted.len();
    let Some(first) = wanted.first() else { return Ok(()) };
    let total = numpy.array(first).rows();
    numpy.decode(&all, block_rows(stride), threads, |rows, turn| {
        let mut numbers = vec![0.0; rows.rows as usize * stride];
        for column in 0..stride {
            let values = (rows.column)(column);
            let slots = numbers[column..].iter_mut().step_by(stride);
            slots.enumerate().for_each(|(row, slot)| *slot = values.get(row));
        }
        let block = Block {
            order: turn.order(0),
            start: Some(rows.start),
            rows: rows.rows as usize,
            numbers,
            texts: Vec::new(),
        };
        sink.take(block, rows.start as f64 / total as f64)
    })
}
