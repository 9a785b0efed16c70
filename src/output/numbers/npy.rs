//! Arrays as `.npy`.

use std::io::{self, Write};

use npyz::{AutoSerialize, WriteOptions, WriterBuilder};

use crate::data::{Aggregate, Grid, Values};

/// The values in the shape of their grid: (nx, ny) for rectangles, (n,) for hexagons.
pub(super) fn values(aggregate: &Aggregate, out: &mut (dyn Write + Send)) -> io::Result<()> {
    match &aggregate.values {
        Values::Counts(_) => counts(aggregate, out),
        Values::Reduced(reduced) => array(&shape(&aggregate.grid), reduced.values.iter().copied(), out),
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
