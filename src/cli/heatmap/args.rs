//! What can be typed after `heatbin heatmap`.

use std::ops::Range;

use clap::ValueEnum;

use crate::cli::args::ScaleArg;
use crate::cli::look::{CellArgs, ColorArgs, FigureArgs};
use crate::cli::output::OutputArgs;
use crate::cli::slice::{Slice, slice};
use crate::cli::table::TableArgs;
use crate::data::Matrix;
use crate::error::Error;
use crate::plot::{Mask, Origin};
use crate::shading::{Decimation, Interpolation};

/// A table of numbers as cells.
#[derive(Debug, clap::Args)]
pub struct HeatmapArgs {
    #[command(flatten)]
    pub table: TableArgs,
    #[command(flatten)]
    pub output: OutputArgs,

    /// Leave cells out: those of the upper or lower triangle with the diagonal, as numpy's triu and tril; or the rows for which a column
    /// of booleans, or of 0 and 1, holds.
    #[arg(long, value_name = "upper|lower|COLUMN", value_parser = mask, help_heading = "Cells")]
    pub mask: Option<MaskArg>,
    /// Where the columns lie along x, ascending: a list or a file of numbers or dates, one more than there are columns for their
    /// edges or as many for their middles; or `labels`, to take the names of the columns for numbers or dates.
    #[arg(long, value_name = "FILE|LIST|labels", allow_hyphen_values = true, help_heading = "Cells")]
    pub x_edges: Option<String>,
    /// Where the rows lie along y; see --x-edges. The first row is at the bottom then.
    #[arg(long, value_name = "FILE|LIST|labels", allow_hyphen_values = true, help_heading = "Cells")]
    pub y_edges: Option<String>,
    /// Scale of x, which must have edges.
    #[arg(long, value_name = "SCALE", default_value = "linear", help_heading = "Cells")]
    pub xscale: ScaleArg,
    /// Scale of y, which must have edges.
    #[arg(long, value_name = "SCALE", default_value = "linear", help_heading = "Cells")]
    pub yscale: ScaleArg,
    /// Where the first row lies: on top, or where y has edges at the bottom, unless given.
    #[arg(long, value_name = "ORIGIN", help_heading = "Cells")]
    pub origin: Option<OriginArg>,
    /// What lies between the middles of cells, as in matplotlib's imshow.
    #[arg(long, value_name = "KERNEL", default_value = "nearest", help_heading = "Cells")]
    pub interpolation: InterpolationArg,
    #[command(flatten)]
    pub part: PartArgs,
    #[command(flatten)]
    pub color: ColorArgs,
    #[command(flatten)]
    pub figure: FigureArgs,
    #[command(flatten)]
    pub cells: CellArgs,
    /// Make the cells square.
    #[arg(long, help_heading = "Figure")]
    pub square: bool,
}

/// Which cells are drawn, and what shows of them: the same for figures and windows.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct PartArgs {
    /// Only these rows, counted from 0, as Python slices: from A up to B, which is not in it; either may be left out, and below 0 is from
    /// the end. Of a pivot or correlations, those of the matrix.
    #[arg(long, value_name = "A:B", value_parser = slice, allow_hyphen_values = true, help_heading = "Cells")]
    pub rows: Option<Slice>,
    /// Only these columns; see --rows.
    #[arg(long, value_name = "A:B", value_parser = slice, allow_hyphen_values = true, help_heading = "Cells")]
    pub columns: Option<Slice>,
    /// What a pixel shows of cells that are smaller; mean unless given.
    #[arg(long, value_name = "WHAT", help_heading = "Cells")]
    pub decimate: Option<DecimationArg>,
}

impl PartArgs {
    /// The rows and columns of a matrix that are drawn.
    pub fn of(&self, matrix: &Matrix) -> Result<(Range<usize>, Range<usize>), Error> {
        let (rows, columns) = matrix.shape();
        let part = |what, part: Option<Slice>, count| part.map_or(Ok(0..count), |part| part.of(what, count));
        Ok((part("rows", self.rows, rows)?, part("columns", self.columns, columns)?))
    }

    /// What a pixel shows of cells that are smaller.
    pub fn decimation(&self) -> Decimation {
        self.decimate.map_or_else(Decimation::default, Decimation::from)
    }
}

/// Cells to be left out.
#[derive(Clone, Debug)]
pub enum MaskArg {
    Triangle(Mask),
    /// The rows for which this column holds.
    Column(String),
}

impl MaskArg {
    /// The cells that are known without the table.
    pub fn triangle(&self) -> Option<Mask> {
        match self {
            Self::Triangle(mask) => Some(mask.clone()),
            Self::Column(_) => None,
        }
    }
}

fn mask(text: &str) -> Result<MaskArg, String> {
    Ok(match text {
        "upper" => MaskArg::Triangle(Mask::Upper),
        "lower" => MaskArg::Triangle(Mask::Lower),
        "" => return Err("upper, lower, or a column of booleans".into()),
        "triu" => return Err("what numpy's triu takes is 'upper' here".into()),
        "tril" => return Err("what numpy's tril takes is 'lower' here".into()),
        column => MaskArg::Column(column.to_owned()),
    })
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OriginArg {
    Upper,
    Lower,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum InterpolationArg {
    /// The value of the cell.
    Nearest,
    /// Straight lines.
    Bilinear,
    /// A cubic spline over four cells.
    Bicubic,
    /// A windowed sinc over eight cells.
    Lanczos,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DecimationArg {
    /// The mean, each cell by the part of it that lies in the pixel.
    Mean,
    /// The largest value.
    Max,
    /// The smallest value.
    Min,
}

impl From<OriginArg> for Origin {
    fn from(origin: OriginArg) -> Self {
        match origin {
            OriginArg::Upper => Self::Upper,
            OriginArg::Lower => Self::Lower,
        }
    }
}

impl From<InterpolationArg> for Interpolation {
    fn from(interpolation: InterpolationArg) -> Self {
        match interpolation {
            InterpolationArg::Nearest => Self::Nearest,
            InterpolationArg::Bilinear => Self::Bilinear,
            InterpolationArg::Bicubic => Self::Bicubic,
            InterpolationArg::Lanczos => Self::Lanczos,
        }
    }
}

impl From<DecimationArg> for Decimation {
    fn from(decimation: DecimationArg) -> Self {
        match decimation {
            DecimationArg::Mean => Self::Mean,
            DecimationArg::Max => Self::Max,
            DecimationArg::Min => Self::Min,
        }
    }
}
