//! Arrays as `.npy`.

use std::io::{self, Write};

use npyz::{AutoSerialize, WriteOptions, WriterBuilder};

use crate::data::{Grid, Values};

/// The values in the shape of their grid: (nx, ny) for rectangles, (n,) for hexagons; those of categories, if they are `apart`, one after
/// the other: (categories, nx, ny).
pub(super) fn values(
    grid: &Grid,
    layers: &[Values],
    apart: bool,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    match layers {
        [Values::Counts(_), ..] | [] => counts(grid, layers, apart, out),
        _ => array(&shape(grid, layers, apart), layers.iter().flat_map(Values::iter), out),
    }
}

/// Rows in each cell, in the same shape.
pub(super) fn counts(
    grid: &Grid,
    layers: &[Values],
    apart: bool,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let rows = |values: &'_ Values| values.all_rows().into_owned();
    array(&shape(grid, layers, apart), layers.iter().flat_map(rows), out)
}

fn shape(grid: &Grid, layers: &[Values], apart: bool) -> Vec<u64> {
    let mut shape = match grid {
        Grid::Rect(rect) => vec![rect.x.bins() as u64, rect.y.bins() as u64],
        Grid::Hex(hex) => vec![hex.cells() as u64],
    };
    if apart {
        shape.insert(0, layers.len() as u64);
    }
    shape
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
