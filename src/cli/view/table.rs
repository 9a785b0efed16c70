//! A table in the window, instead of points.

use super::args::{ShapeArg, ViewArgs};
use crate::cli::args::ScaleArg;
use crate::cli::draw::utf8;
use crate::error::{Error, Result};
use crate::window::{Hearer, Made, Reading, TableOrigin};

/// Whether a table is to be shown.
pub fn is_asked(args: &ViewArgs) -> bool {
    args.table || !args.matrix.is_plain()
}

/// Finds what has no place beside a table.
pub fn check(args: &ViewArgs) -> Result<()> {
    if args.files.is_empty() {
        return Err(Error::usage("name the FILE of the table"));
    }
    let is_linear = |scale: ScaleArg| matches!(scale, ScaleArg::Linear);
    let of_points = [
        ("-x", args.x.is_some()),
        ("-y", args.y.is_some()),
        ("--follow", args.follow),
        ("--last", args.last.is_some()),
        ("--weights", args.reduce.weights.is_some()),
        ("--reduce", args.reduce.reduce.is_some()),
        ("--mincnt", args.reduce.mincnt.is_some()),
        ("--shape", args.shape != ShapeArg::Hist2d),
        ("--range", args.range.is_some()),
        ("--xscale", !is_linear(args.xscale)),
        ("--yscale", !is_linear(args.yscale)),
        ("--category", args.category.category.is_some()),
        ("--smooth", args.smooth.is_some()),
    ];
    match of_points.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some(("--range", _)) => {
            Err(Error::usage("--range is for points: name a part of a table by --rows A:B and --columns A:B"))
        }
        Some((option, _)) => Err(Error::usage(format!(
            "{option} is for points, and a table has cells of its own: leave {option} out, or {}",
            asked_by(args)
        ))),
    }
}

/// The option that asks for a table.
fn asked_by(args: &ViewArgs) -> &'static str {
    match (&args.matrix.pivot, args.matrix.corr) {
        (Some(_), _) => "--pivot",
        (_, Some(_)) => "--corr",
        _ => "--table",
    }
}

/// Finds what has no place beside points.
pub fn check_points(args: &ViewArgs) -> Result<()> {
    let of_tables = [
        ("--index", args.matrix.index.is_some()),
        ("--array", args.matrix.array.is_some()),
        ("--rows", args.part.rows.is_some()),
        ("--columns", args.part.columns.is_some()),
        ("--decimate", args.part.decimate.is_some()),
    ];
    if let Some((option, _)) = of_tables.into_iter().find(|(_, is_given)| *is_given) {
        return Err(Error::usage(format!("{option} is for tables: add --table, --pivot or --corr")));
    }
    if args.bench_frames.is_some() && (args.x.is_none() || args.y.is_none()) {
        return Err(Error::usage("--bench-frames measures what is named: give -x and -y, or --table"));
    }
    Ok(())
}

/// The table, looked into before a window is opened: what is wrong with its columns is best read on the terminal.
pub fn reading(args: &ViewArgs) -> Result<Reading> {
    let files: Vec<String> = args.files.iter().map(|path| utf8(path)).collect::<Result<_>>()?;
    let options = args.csv.options();
    let opened = args.matrix.open(args.matrix.files(&files, options.clone())?)?;
    let part = args.part;
    let read = move |hearer: Hearer<'_>| {
        let (matrix, notes) = opened.read(hearer)?;
        let (rows, columns) = part.of(&matrix)?;
        Ok(Made { matrix, rows, columns, notes })
    };
    Ok(Reading { origin: TableOrigin::new(files, &options, args.matrix.options()), read: Box::new(read) })
}
