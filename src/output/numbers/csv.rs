//! The table as CSV. Floats have as many digits as it takes to read the same f64 back.

use std::io::{self, Write};

use crate::data::{Aggregate, Grid, Values};
use crate::output::numbers::{center, columns, edges, places};

pub(super) fn write(aggregate: &Aggregate, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let values = &aggregate.values;
    writeln!(out, "{},{}", places(&aggregate.grid).join(","), columns(values).join(","))?;
    for cell in 0..values.len() {
        match &*aggregate.grid {
            Grid::Rect(rect) => floats(&edges(rect, cell), out)?,
            Grid::Hex(hex) => floats(&center(hex, cell), out)?,
        }
        match values {
            Values::Counts(_) => writeln!(out, "{}", values.rows(cell))?,
            Values::Reduced(_) => writeln!(out, "{},{:?}", values.rows(cell), values.get(cell))?,
        }
    }
    Ok(())
}

fn floats(values: &[f64], out: &mut (dyn Write + Send)) -> io::Result<()> {
    values.iter().try_for_each(|value| write!(out, "{value:?},"))
}
