//! The table as CSV. Floats have as many digits as it takes to read the same f64 back.

use std::io::{self, Write};

use crate::data::{Aggregate, Grid, Values};
use crate::output::numbers::{Numbers, center, columns, edges, places};

pub(super) fn write(numbers: &Numbers<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let Aggregate { grid, values, .. } = numbers.aggregate;
    let category = if numbers.layers.is_some() { "category," } else { "" };
    writeln!(out, "{category}{},{}", places(grid).join(","), columns(values).join(","))?;
    for (name, values) in numbers.named() {
        let name = name.map(|name| quoted(name) + ",").unwrap_or_default();
        for cell in 0..values.len() {
            write!(out, "{name}")?;
            place(grid, cell, out)?;
            match values {
                Values::Counts(counts) => writeln!(out, "{}", counts[cell]),
                Values::Reduced(reduced) => {
                    writeln!(out, "{},{:?}", reduced.rows[cell], reduced.values[cell])
                }
                Values::Given(values) => writeln!(out, "{:?}", values[cell]),
            }?;
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
