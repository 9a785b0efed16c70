//! What can be typed after `heatbin view`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::args::{CategoryArgs, ReduceArgs, ScaleArg};
use crate::cli::csv::CsvArgs;
use crate::cli::heatmap::args::PartArgs;
use crate::cli::look::{ColorArgs, FontArgs};
use crate::cli::parse;
use crate::cli::table::MatrixArgs;
use crate::plot::Backend;

/// The live window.
#[derive(Debug, clap::Args)]
pub struct ViewArgs {
    /// Files, or patterns of files, shown as one data set; - is CSV on standard input. None: drop one on the window.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Column of x, by name or by number from 0; asked in the window unless given.
    #[arg(short, value_name = "COLUMN", requires = "files")]
    pub x: Option<String>,
    /// Column of y, by name or by number from 0; asked in the window unless given.
    #[arg(short, value_name = "COLUMN", requires = "files")]
    pub y: Option<String>,
    /// Show a table's numbers as cells, with the names of its rows and columns; --pivot and --corr do too.
    #[arg(long, requires = "files", help_heading = "Table")]
    pub table: bool,
    #[command(flatten)]
    pub matrix: MatrixArgs,
    #[command(flatten)]
    pub part: PartArgs,
    #[command(flatten)]
    pub csv: CsvArgs,
    /// Show rows as they are written to the end of a CSV file, or to standard input. A line that is no row counts as missing.
    #[arg(long, requires = "files", help_heading = "Reading")]
    pub follow: bool,
    /// Keep only the newest rows: with --follow so many, or those of a time such as 90s, 10m, 2h or 7d before the newest, by a column of
    /// dates.
    #[arg(long, value_name = "ROWS|TIME", value_parser = last, requires = "files", help_heading = "Reading")]
    pub last: Option<LastArg>,
    /// Column of dates or timestamps for --last; the one of x and y that holds them unless given. Another column needs --follow.
    #[arg(long, value_name = "COLUMN", requires = "last", help_heading = "Reading")]
    pub time: Option<String>,

    #[command(flatten)]
    pub reduce: ReduceArgs,
    /// Rectangles or hexagons.
    #[arg(long, value_name = "SHAPE", default_value = "hist2d", help_heading = "Cells")]
    pub shape: ShapeArg,
    /// Width of a cell in pixels of the screen, 1 to 64.
    #[arg(long, value_name = "PIXELS", default_value = "2", value_parser = clap::value_parser!(u32).range(1..=64), help_heading = "Cells")]
    pub cell: u32,
    /// The region that is shown first, in data units (or dates); all finite values unless given. Home comes back to it, and then goes to
    /// all rows.
    #[arg(
        long, value_name = "X0,X1,Y0,Y1", allow_hyphen_values = true, value_parser = parse::range,
        help_heading = "Cells"
    )]
    pub range: Option<parse::Range>,
    /// Scale of x.
    #[arg(long, value_name = "SCALE", default_value = "linear", help_heading = "Cells")]
    pub xscale: ScaleArg,
    /// Scale of y.
    #[arg(long, value_name = "SCALE", default_value = "linear", help_heading = "Cells")]
    pub yscale: ScaleArg,
    #[command(flatten)]
    pub category: CategoryArgs,
    /// Blur the cells in view by a Gaussian with this standard deviation, in cells; SX,SY along x and y. Rectangles only.
    #[arg(long, value_name = "SIGMA|SX,SY", value_parser = parse::sigma, allow_hyphen_values = true, help_heading = "Cells")]
    pub smooth: Option<(f64, f64)>,
    #[command(flatten)]
    pub color: ColorArgs,

    /// Title of the window and of the figures it saves.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub title: Option<String>,
    /// Label of x; the column's name unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub xlabel: Option<String>,
    /// Label of y; the column's name unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub ylabel: Option<String>,
    #[command(flatten)]
    pub fonts: FontArgs,

    /// Where to count; the window is drawn by an adapter in any case.
    #[arg(long, value_name = "BACKEND", default_value = "auto", help_heading = "Running")]
    pub backend: ViewBackendArg,
    /// Use this adapter, by a part of its name; `heatbin adapters` lists them.
    #[arg(long, value_name = "NAME", help_heading = "Running")]
    pub adapter: Option<String>,
    /// Size of the window in points.
    #[arg(long, value_name = "W,H", default_value = "1280,800", value_parser = parse::size, help_heading = "Running")]
    pub size: parse::Size,
    /// Measure so many frames along a fixed path of pans and zooms, print their times as JSON, and close.
    #[arg(long, value_name = "N", value_parser = parse::amount, requires = "files", help_heading = "Running")]
    pub bench_frames: Option<usize>,
    /// Tell each whole picture on stderr, in a line.
    #[arg(short, long, help_heading = "Running")]
    pub verbose: bool,
}

/// As for the commands that draw; but points are looked at again and again here.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ViewBackendArg {
    /// A GPU if there is one, all cores otherwise.
    Auto,
    /// All cores.
    Cpu,
    /// An adapter, also a software one; an error if there is none.
    Gpu,
}

impl From<ViewBackendArg> for Backend {
    fn from(backend: ViewBackendArg) -> Self {
        match backend {
            ViewBackendArg::Auto => Self::Auto,
            ViewBackendArg::Cpu => Self::Cpu,
            ViewBackendArg::Gpu => Self::Gpu,
        }
    }
}

/// Rows that are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LastArg {
    /// So many.
    Rows(u64),
    /// Those of so many days.
    Days(f64),
}

/// A number of rows, or a time with its unit.
fn last(text: &str) -> Result<LastArg, String> {
    const SECONDS: [(char, f64); 4] = [('s', 1.0), ('m', 60.0), ('h', 3600.0), ('d', 86_400.0)];
    let text = text.trim();
    for (unit, seconds) in SECONDS {
        if let Some(number) = text.strip_suffix(unit) {
            return match number.trim().parse::<f64>() {
                Ok(number) if number.is_finite() && number > 0.0 => {
                    Ok(LastArg::Days(number * seconds / 86_400.0))
                }
                _ => Err(format!("'{text}' is no time above 0, such as 90s, 10m, 2h or 7d")),
            };
        }
    }
    let rows = parse::amount(text).map(|rows| LastArg::Rows(rows as u64));
    rows.map_err(|_| {
        format!("'{text}' is neither a number of rows above 0, such as 1e6, nor a time, such as 90s, 10m, 2h or 7d")
    })
}

/// The words of the commands that draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShapeArg {
    /// Rectangles.
    Hist2d,
    /// Hexagons.
    Hexbin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_rows_are_a_number_or_a_time() {
        assert_eq!(last("1e6"), Ok(LastArg::Rows(1_000_000)));
        assert_eq!(last("12h"), Ok(LastArg::Days(0.5)));
        assert_eq!(last("1.5 d"), Ok(LastArg::Days(1.5)));
        for wrong in ["", "0", "-1s", "m", "10y", "nans", "1.5"] {
            assert!(last(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            last("foo").unwrap_err(),
            "'foo' is neither a number of rows above 0, such as 1e6, nor a time, such as 90s, 10m, 2h or 7d"
        );
    }
}
