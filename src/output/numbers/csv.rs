//! The table as CSV. Floats have as many digits as it takes to read the same f64 back.

use std::io::{self, Write};

use crate::data::{Aggregate, Grid, Layers, Values};
use crate::output::numbers::{center, columns, edges, places};

pub(super) fn write(
    aggregate: &Aggregate,
    layers: Option<&Layers>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let values = &aggregate.values;
    let category = if layers.is_some() { "category," } else { "" };
    writeln!(out, "{category}{},{}", places(&aggregate.grid).join(","), columns(values).join(","))?;
    let Some(layers) = layers else {
        return (0..values.len()).try_for_each(|cell| {
            place(&aggregate.grid, cell, out)?;
            match values {
                Values::Counts(_) => writeln!(out, "{}", values.rows(cell)),
                Values::Reduced(_) => writeln!(out, "{},{:?}", values.rows(cell), values.get(cell)),
                Values::Given(values) => writeln!(out, "{:?}", values[cell]),
            }
        });
    };
    for (name, counts) in layers.names.iter().zip(&layers.counts) {
        let name = quoted(name);
        for (cell, count) in counts.iter().enumerate() {
            write!(out, "{name},")?;
            place(&aggregate.grid, cell, out)?;
            writeln!(out, "{count}")?;
        }
    }
    Ok(())
}

fn place(grid: &Grid, cell: usize, out: &mut (dyn Write + Send)) -> io::Result<()> {
    match grid {
        Grid::Rect(rect) => floats(&edges(rect, cell), out),
        Grid::Hex(hex) => floats(&center(hex, cell), out),
    }
}

/// A text as a field.
pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn floats(values: &[f64], out: &mut (dyn Write + Send)) -> io::Result<()> {
    values.iter().try_for_each(|value| write!(out, "{value:?},"))
}
