//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use super::bench::args::BenchArgs;
use super::parse;
use super::view::args::ViewArgs;
use crate::data::{Norm, Scale};
use crate::plot::Backend;

/// Exact heatmaps of millions to billions of points, on the GPU or the CPU.
#[derive(Debug, Parser)]
#[command(name = "heatbin", version, arg_required_else_help = true, subcommand_required = true)]
#[command(after_help = "\
Example:
  heatbin hexbin flights.parquet -x distance -y delay --norm log -o flights.png

heatbin help COMMAND says more, with an example for each.")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Count points in rectangles and draw them.
    #[command(after_help = "\
Examples:
  heatbin hist2d trips.csv.gz -x lon -y lat --bins 500 --norm log -o trips.png -o trips.npz
  heatbin hist2d 'data/*.parquet' -x time -y price --range 2024-01-01,2024-07-01,0,100 -o prices.svg
  zcat log.gz | heatbin hist2d - -x 0 -y 3 --xedges 0,1,10,100 -o log.pdf")]
    Hist2d(Hist2dArgs),
    /// Count points in hexagons and draw them.
    #[command(after_help = "\
Examples:
  heatbin hexbin flights.parquet -x distance -y delay -o flights.png
  heatbin hexbin stars.csv -x bv -y mag --gridsize 60 --mincnt 1 --cmap magma -o stars.pdf
  heatbin hexbin cells.npz -x area -y dna --xscale log --yscale log -o cells.svg --summary json")]
    Hexbin(HexbinArgs),
    /// Open a live window: pan and zoom through all points, each frame counted anew.
    #[command(after_help = "\
Examples:
  heatbin view flights.parquet -x distance -y delay
  heatbin view 'data/*.csv' -x lon -y lat --shape hexbin --cell 8 --cmap viridis
  heatbin view
  heatbin view flights.parquet -x distance -y delay --bench-frames 300

In the window, ? lists the keys: S saves what is seen and shows the command that draws the same file.")]
    View(ViewArgs),
    /// Measure how fast this machine is, on the CPU and on a GPU.
    #[command(after_help = "\
Examples:
  heatbin bench
  heatbin bench --points 1e6,1e7,1e8 --bins 1024 --dist uniform,normal,onecell --backend gpu
  heatbin bench --shape hist2d --dtype f32,f64 --threads 1 --repeat 20 --json
  heatbin bench --markdown > results.md

Stages: upload puts points on the device; bin counts resident points; shade makes a picture of the counts; readback
brings counts to the host; frame is all from a change of view to the finished picture. The limit is the speed at which
this machine's memory is read in one stream, measured in the same run.")]
    Bench(BenchArgs),
    /// List the colormaps, or draw them on a sheet.
    #[command(after_help = "\
Examples:
  heatbin colormaps
  heatbin colormaps -o colormaps.png")]
    Colormaps(ColormapsArgs),
    /// List the GPUs and software rasterisers that can be used.
    #[command(after_help = "\
Example:
  heatbin adapters")]
    Adapters,
    /// Print the completions of a shell.
    #[command(after_help = "\
Example:
  heatbin completions bash > ~/.local/share/bash-completion/completions/heatbin")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder.
    #[command(after_help = "\
Example:
  heatbin man ~/.local/share/man/man1")]
    Man {
        /// The folder; it must exist.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub struct Hist2dArgs {
    #[command(flatten)]
    pub read: ReadArgs,
    /// How many bins: one number for both axes, or NX,NY.
    #[arg(long, value_name = "N|NX,NY", default_value = "10", value_parser = parse::each, allow_negative_numbers = true, help_heading = "Cells")]
    pub bins: parse::Each,
    /// Edges along x, ascending: a list, or a file of numbers (text, or .npy).
    #[arg(long, value_name = "FILE|LIST", allow_hyphen_values = true, help_heading = "Cells")]
    pub xedges: Option<String>,
    /// Edges along y; see --xedges.
    #[arg(long, value_name = "FILE|LIST", allow_hyphen_values = true, help_heading = "Cells")]
    pub yedges: Option<String>,
    #[command(flatten)]
    pub draw: DrawArgs,
}

#[derive(Debug, clap::Args)]
pub struct HexbinArgs {
    #[command(flatten)]
    pub read: ReadArgs,
    /// How many hexagons: a number across, from which the number up follows, or NX,NY.
    #[arg(long, value_name = "N|NX,NY", default_value = "100", value_parser = parse::each, allow_negative_numbers = true, help_heading = "Cells")]
    pub gridsize: parse::Each,
    #[command(flatten)]
    pub draw: DrawArgs,
}

/// What to read.
#[derive(Debug, clap::Args)]
pub struct ReadArgs {
    /// Files, or patterns of files, read as one data set; - is CSV on standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Column of x, by name or by number from 0.
    #[arg(short, value_name = "COLUMN", required = true)]
    pub x: String,
    /// Column of y, by name or by number from 0.
    #[arg(short, value_name = "COLUMN", required = true)]
    pub y: String,
    /// What separates the fields of a CSV; guessed unless given.
    #[arg(long, value_name = "CHAR", value_parser = parse::delimiter, help_heading = "Reading")]
    pub delimiter: Option<u8>,
    /// Whether the first line of a CSV names the columns; guessed unless given.
    #[arg(long, value_name = "yes|no", value_parser = parse::yes_or_no, help_heading = "Reading")]
    pub header: Option<bool>,
}

/// What to do with it: the same for all shapes.
#[derive(Debug, clap::Args)]
pub struct DrawArgs {
    /// A file to write, by its ending: .png .svg .pdf the figure, .npz .npy .csv .parquet the counts. Several may be given.
    #[arg(short, long = "output", value_name = "OUT")]
    pub output: Vec<PathBuf>,

    /// The range of x and y, in data units (or dates); all finite values unless given.
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
    /// Draw only cells with at least so many points.
    #[arg(long, value_name = "N", value_parser = parse::count, allow_negative_numbers = true, help_heading = "Colour")]
    pub mincnt: Option<u64>,

    /// How counts are spread over the colours.
    #[arg(long, value_name = "NORM", default_value = "linear", help_heading = "Colour")]
    pub norm: NormArg,
    /// Count of the first colour; the smallest unless given.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub vmin: Option<f64>,
    /// Count of the last colour; the largest unless given.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub vmax: Option<f64>,
    /// Colormap of matplotlib or seaborn; `heatbin colormaps` lists them.
    #[arg(long, alias = "colormap", value_name = "NAME", default_value = "viridis", help_heading = "Colour")]
    pub cmap: String,

    /// Title of the figure.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub title: Option<String>,
    /// Label of x; the column's name unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub xlabel: Option<String>,
    /// Label of y; the column's name unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub ylabel: Option<String>,
    /// Label of the colorbar.
    #[arg(long, value_name = "TEXT", default_value = "count", help_heading = "Figure")]
    pub cbar_label: String,
    /// Leave the colorbar out.
    #[arg(long, help_heading = "Figure")]
    pub no_cbar: bool,
    /// Size of the page in inches.
    #[arg(long, value_name = "W,H", default_value = "6.4,4.8", value_parser = parse::figsize, allow_hyphen_values = true, help_heading = "Figure")]
    pub figsize: parse::Size,
    /// Pixels per inch.
    #[arg(long, value_name = "N", default_value = "200", value_parser = parse::number, allow_negative_numbers = true, help_heading = "Figure")]
    pub dpi: f64,
    /// The cells alone, without axes, on the whole page.
    #[arg(long, help_heading = "Figure")]
    pub bare: bool,

    /// Where to compute.
    #[arg(long, value_name = "BACKEND", default_value = "auto", help_heading = "Running")]
    pub backend: BackendArg,
    /// Use this GPU, by a part of its name; `heatbin adapters` lists them.
    #[arg(long, value_name = "NAME", help_heading = "Running")]
    pub adapter: Option<String>,
    /// Print a summary to standard output.
    #[arg(long, value_name = "FORMAT", help_heading = "Running")]
    pub summary: Option<SummaryArg>,
    /// Say what is done and why.
    #[arg(short, long, help_heading = "Running")]
    pub verbose: bool,
    /// No progress bars and no notes on missing rows.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Running")]
    pub quiet: bool,
}

#[derive(Debug, clap::Args)]
pub struct ColormapsArgs {
    /// A sheet to draw, by its ending: .png, .svg or .pdf.
    #[arg(short, long = "output", value_name = "OUT")]
    pub output: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ScaleArg {
    Linear,
    Log,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum NormArg {
    Linear,
    Log,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum BackendArg {
    /// Whichever finishes first: the CPU, as each point is used once.
    Auto,
    /// All cores.
    Cpu,
    /// An adapter through Vulkan, Metal or DirectX 12, also a software one; an error if there is none.
    Gpu,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SummaryArg {
    /// One JSON object.
    Json,
}

impl From<ScaleArg> for Scale {
    fn from(scale: ScaleArg) -> Self {
        match scale {
            ScaleArg::Linear => Self::Linear,
            ScaleArg::Log => Self::Log,
        }
    }
}

impl From<NormArg> for Norm {
    fn from(norm: NormArg) -> Self {
        match norm {
            NormArg::Linear => Self::Linear,
            NormArg::Log => Self::Log,
        }
    }
}

impl From<BackendArg> for Backend {
    fn from(backend: BackendArg) -> Self {
        match backend {
            BackendArg::Auto => Self::Auto,
            BackendArg::Cpu => Self::Cpu,
            BackendArg::Gpu => Self::Gpu,
        }
    }
}
