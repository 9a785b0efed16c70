//! Arrays as `.npy`.

use std::io::{self, Write};

use npyz::{AutoSerialize, WriteOptions, WriterBuilder};

use crate::data::{Aggregate, Grid, Layers, Values};

/// The values in the shape of their grid: (nx, ny) for rectangles, (n,) for hexagons; those of categories one after the other.
pub(super) fn values(
    aggregate: &Aggregate,
    layers: Option<&Layers>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    if let Some(layers) = layers {
        let mut shape = shape(&aggregate.grid);
        shape.insert(0, layers.len() as u64);
        return array(&shape, layers.counts.iter().flatten().copied(), out);
    }
    match &aggregate.values {
        Values::Counts(_) => counts(aggregate, out),
        Values::Reduced(reduced) => array(&shape(&aggregate.grid), reduced.values.iter().copied(), out),
        Values::Given(values) => array(&shape(&aggregate.grid), values.iter().copied(), out),
    }
}

/// Rows in each cell, in the same shape.
pub(super) fn counts(aggregate: &Aggregate, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let values = &aggregate.values;
    array(&shape(&aggregate.grid), (0..values.len()).map(|cell| values.rows(cell)), out)
}

fn shape(grid: &Grid) -> Vec<u64> {
    match grid {
        Grid::Rect(rect) => vec![rect.x.bins() as u64, rect.y.bins() as u64],
        Grid::Hex(hex) => vec![hex.cells() as u64],
    }
}

/// Texts, in numpy's fixed width of four bytes a character.
pub(super) fn texts(texts: &[String], out: &mut (dyn Write + Send)) -> io::Result<()> {
    /// Magic, version and length before the header, all of which end on a multiple of 64.
    const BEFORE: usize = 10;
    const ALIGNED: usize = 64;
    let longest = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
    let mut header =
        format!("{{'descr': '<U{longest}', 'fortran_order': False, 'shape': ({},), }}", texts.len());
    let padding = ALIGNED - 1 - (BEFORE + header.len()) % ALIGNED;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(header.len() as u16).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    for text in texts {
        let padded = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(longest);
        padded.map(u32::to_le_bytes).try_for_each(|bytes| out.write_all(&bytes))?;
    }
    Ok(())
}

/// An array in C order.
pub(super) fn array<T: AutoSerialize>(
    shape: &[u64],
    values: impl IntoIterator<Item = T>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let mut writer = WriteOptions::new().default_dtype().shape(shape).writer(out).begin_nd()?;
    writer.extend(values)?;
    writer.finish()
}
