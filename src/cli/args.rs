//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use super::bench::args::BenchArgs;
use super::clustermap::ClustermapArgs;
use super::csv::CsvArgs;
use super::heatmap::args::HeatmapArgs;
use super::look::{ColorArgs, FigureArgs};
use super::output::OutputArgs;
use super::parse;
use super::subplots::SubplotsArgs;
use super::view::args::ViewArgs;
use crate::data::{Colormap, Level, Reduction, Scale};
use crate::density::Filter;
use crate::figure::{Aspect, NumberStyle};
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
    /// Count points in rectangles, or reduce their weights, and draw them.
    #[command(after_help = "\
Examples:
  heatbin hist2d trips.csv.gz -x lon -y lat --bins 500 --norm log -o trips.png -o trips.npz
  heatbin hist2d trips.parquet -x hour -y distance --weights fare --reduce median -o fares.png
  heatbin hist2d trips.parquet -x lon -y lat --bins 800 --smooth 2 --contour 50%,90% -o density.png
  heatbin hist2d 'data/*.parquet' -x time -y price --range 2024-01-01,2024-07-01,0,100 -o prices.svg
  zcat log.gz | heatbin hist2d - -x 0 -y 3 --xedges 0,1,10,100 -o log.pdf")]
    Hist2d(Hist2dArgs),
    /// Count points in hexagons, or reduce their weights, and draw them.
    #[command(after_help = "\
Examples:
  heatbin hexbin flights.parquet -x distance -y delay -o flights.png
  heatbin hexbin flights.parquet -x distance -y hour --weights delay --mincnt 20 -o mean_delay.png
  heatbin hexbin flights.parquet -x distance -y delay --category airline --norm eq_hist -o airlines.png
  heatbin hexbin stars.csv -x bv -y mag --gridsize 60 --mincnt 1 --cmap magma -o stars.pdf
  heatbin hexbin cells.npz -x area -y dna --xscale log --yscale log -o cells.svg --summary json")]
    Hexbin(HexbinArgs),
    /// Draw a table: its numbers are the cells.
    #[command(after_help = "\
Examples:
  heatbin heatmap table.csv -o table.png
  heatbin heatmap table.csv --annot=.1f --linewidths 0.5 --square -o table.pdf
  heatbin heatmap correlations.csv --mask upper --center 0 --vmin=-1 --vmax 1 -o correlations.svg
  heatbin heatmap spectrogram.npy --x-edges times.txt --y-edges hertz.txt --yscale log --norm log -o spectrogram.png
  heatbin heatmap large.npy --decimate max -o large.png")]
    Heatmap(HeatmapArgs),
    /// Draw a table with its rows and columns in the order of a clustering, and the trees beside them.
    #[command(after_help = "\
Examples:
  heatbin clustermap iris.csv --row-colors species -o iris.png
  heatbin clustermap genes.csv --z-score rows --center 0 --method ward --clusters 6 -o genes.pdf
  heatbin clustermap table.parquet --metric correlation --no-col-cluster --optimal-ordering -o table.svg
  heatbin clustermap table.csv --standard-scale columns -o table.npz")]
    Clustermap(ClustermapArgs),
    /// Draw several figures on one page: the words of a command after each +.
    #[command(after_help = "\
Examples:
  heatbin subplots -o page.png + hist2d a.csv -x a -y b --bins 50 + hexbin a.csv -x a -y c --norm log
  heatbin subplots --columns 1 --letters --dpi 300 -o page.pdf + heatmap t.csv --annot --figsize 5,4 + clustermap t.csv --figsize 5,5
  heatbin subplots --title Flights --theme dark -o page.svg + hist2d f.csv -x distance -y delay --marginals + hist2d f.csv -x hour -y delay")]
    Subplots(SubplotsArgs),
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
    #[command(flatten)]
    pub reduce: ReduceArgs,
    #[command(flatten)]
    pub category: CategoryArgs,
    /// How many bins: one number for both axes, or NX,NY.
    #[arg(long, value_name = "N|NX,NY", default_value = "10", value_parser = parse::each, allow_negative_numbers = true, help_heading = "Cells")]
    pub bins: parse::Each,
    /// Edges along x, ascending: a list, or a file of numbers (text, or .npy).
    #[arg(long, value_name = "FILE|LIST", allow_hyphen_values = true, help_heading = "Cells")]
    pub xedges: Option<String>,
    /// Edges along y; see --xedges.
    #[arg(long, value_name = "FILE|LIST", allow_hyphen_values = true, help_heading = "Cells")]
    pub yedges: Option<String>,
    /// Write the value of each cell into it; FORMAT as in Python: d, ,d, .1f, .2e, .3g, .0%.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, value_parser = parse::number_style, help_heading = "Figure")]
    pub annot: Option<Option<NumberStyle>>,
    #[command(flatten)]
    pub density: DensityArgs,
    /// What hexagons have in place of --bins, to say so.
    #[arg(long, hide = true, allow_hyphen_values = true)]
    pub gridsize: Option<String>,
    #[command(flatten)]
    pub draw: DrawArgs,
}

#[derive(Debug, clap::Args)]
pub struct HexbinArgs {
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub reduce: ReduceArgs,
    #[command(flatten)]
    pub category: CategoryArgs,
    /// How many hexagons: a number across, from which the number up follows, or NX,NY.
    #[arg(long, value_name = "N|NX,NY", default_value = "100", value_parser = parse::each, allow_negative_numbers = true, help_heading = "Cells")]
    pub gridsize: parse::Each,
    /// What rectangles have in place of --gridsize, to say so.
    #[arg(long, hide = true, allow_hyphen_values = true)]
    pub bins: Option<String>,
    #[command(flatten)]
    pub rectangles: RectanglesArgs,
    #[command(flatten)]
    pub draw: DrawArgs,
}

/// What to make of the cells and their neighbours: of rectangles only.
#[derive(Debug, clap::Args)]
pub struct DensityArgs {
    /// Blur the cells by a Gaussian with this standard deviation, in cells; SX,SY along x and y. Beyond the borders
    /// lies the mirror image, as in scipy.ndimage.gaussian_filter.
    #[arg(long, value_name = "SIGMA|SX,SY", value_parser = parse::sigma, allow_hyphen_values = true, help_heading = "Cells")]
    pub smooth: Option<(f64, f64)>,
    /// Give each cell the sum of all within so many cells, in a circle or a square: datashader's spread.
    #[arg(long, value_name = "PX[,square]", value_parser = parse::spread, allow_hyphen_values = true, conflicts_with = "dynspread", help_heading = "Cells")]
    pub spread: Option<Filter>,
    /// Spread as far as leaves single cells apart, by 3 cells at most: datashader's dynspread. A value follows an equals sign.
    #[arg(
        long, value_name = "THRESHOLD[,MAX_PX[,square]]", value_parser = parse::dynspread, num_args = 0..=1, require_equals = true,
        default_missing_value = "0.5", help_heading = "Cells"
    )]
    pub dynspread: Option<Filter>,
    /// Draw lines at these levels: values, or shares of the mass that lie within, as in 50%,90%.
    #[arg(long, value_name = "LEVELS", value_delimiter = ',', value_parser = parse::level, allow_hyphen_values = true, help_heading = "Figure")]
    pub contour: Vec<Level>,
    /// Draw the contours without the cells, each in the colour of its level.
    #[arg(long, requires = "contour", help_heading = "Figure")]
    pub contour_only: bool,
}

/// What cannot be done with hexagons, to say so.
#[derive(Debug, clap::Args)]
pub struct RectanglesArgs {
    #[arg(long, hide = true, allow_hyphen_values = true)]
    smooth: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    spread: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "")]
    dynspread: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    contour: Option<String>,
    #[arg(long, hide = true)]
    contour_only: bool,
}

impl RectanglesArgs {
    /// The first that was asked for.
    pub fn first(&self) -> Option<&'static str> {
        let given = [
            (self.smooth.is_some(), "--smooth"),
            (self.spread.is_some(), "--spread"),
            (self.dynspread.is_some(), "--dynspread"),
            (self.contour.is_some(), "--contour"),
            (self.contour_only, "--contour-only"),
        ];
        given.into_iter().find(|(given, _)| *given).map(|(_, name)| name)
    }
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
    #[command(flatten)]
    pub csv: CsvArgs,
}

/// What to make of the rows in a cell.
#[derive(Debug, clap::Args)]
pub struct ReduceArgs {
    /// Column of weights, by name or by number from 0: instead of rows being counted, their weights are reduced. A row
    /// without a weight is missing.
    #[arg(long, value_name = "COLUMN", help_heading = "Cells")]
    pub weights: Option<String>,
    /// What to make of the weights: sum, mean, min, max, std, var, first, last, median, quantile:Q, mode, distinct; std:1 and
    /// var:1 of a sample; q90 is quantile:0.9. Without weights too: count, any, density, probability. hist2d sums weights
    /// and hexbin takes their mean unless given.
    #[arg(long, value_name = "NAME", value_parser = parse::reduction, help_heading = "Cells")]
    pub reduce: Option<Reduction>,
    /// Draw only cells with at least so many points, counted before any smoothing.
    #[arg(long, value_name = "N", value_parser = parse::count, allow_negative_numbers = true, help_heading = "Colour")]
    pub mincnt: Option<u64>,
}

/// How rows are told apart.
#[derive(Debug, clap::Args)]
pub struct CategoryArgs {
    /// Column of categories (text, whole numbers or booleans), by name or by number from 0: each is counted on its own and has a
    /// colour, which are mixed as datashader does. The norm says how opaque cells are. With --weights, what is made of each category's
    /// weights takes the place of its rows. A row without a category is missing.
    #[arg(long, value_name = "COLUMN", help_heading = "Categories")]
    pub category: Option<String>,
    /// Cut a column of numbers into so many bins of equal width, or at these edges; rows in no bin are outside.
    #[arg(
        long, value_name = "N|EDGES", requires = "category", allow_hyphen_values = true,
        value_parser = parse::category_bins, help_heading = "Categories"
    )]
    pub category_bins: Option<parse::CategoryBins>,
    /// Colours of the categories: a list, as red,#0af,gold, or a colormap, of which a qualitative one gives its colours in order and any
    /// other at equal distances. Ten that the colour-blind tell apart unless given, or more of colorcet's glasbey.
    #[arg(
        long, value_name = "COLOURS|CMAP", requires = "category", value_parser = parse::color_key,
        help_heading = "Categories"
    )]
    pub color_key: Option<Colormap>,
    /// Rows, or what is made of weights, that do not weigh when colours are mixed; the least of any category in any cell unless given.
    #[arg(
        long, value_name = "VALUE", requires = "category", allow_hyphen_values = true, value_parser = parse::number,
        help_heading = "Categories"
    )]
    pub color_baseline: Option<f64>,
    /// Opacity of the cells with the least, 0 to 255.
    #[arg(long, value_name = "N", default_value = "40", requires = "category", help_heading = "Categories")]
    pub min_alpha: u8,
    /// Write the rows of each category into the legend.
    #[arg(long, requires = "category", help_heading = "Categories")]
    pub legend_counts: bool,
    /// Column of categories that each have a panel of their own, all with one range and one colour scale: of counts, reduced
    /// weights, smoothed cells, with contours and numbers of their own. A row without a category is missing.
    #[arg(long, value_name = "COLUMN", conflicts_with = "category", help_heading = "Categories")]
    pub facet: Option<String>,
    /// Cut the column of --facet into so many bins of equal width, or at these edges; see --category-bins.
    #[arg(
        long, value_name = "N|EDGES", requires = "facet", allow_hyphen_values = true,
        value_parser = parse::category_bins, help_heading = "Categories"
    )]
    pub facet_bins: Option<parse::CategoryBins>,
    /// How many panels stand in a row; as many as leave the fewest gaps unless given.
    #[arg(long, value_name = "N", requires = "facet", help_heading = "Categories")]
    pub facet_wrap: Option<usize>,
}

impl CategoryArgs {
    /// The column of categories, however they are drawn.
    pub fn column(&self) -> Option<&String> {
        self.category.as_ref().or(self.facet.as_ref())
    }
}

/// What to do with the points: the same for all shapes.
#[derive(Debug, clap::Args)]
pub struct DrawArgs {
    #[command(flatten)]
    pub output: OutputArgs,
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
    #[command(flatten)]
    pub color: ColorArgs,
    #[command(flatten)]
    pub figure: FigureArgs,

    /// Let x run from right to left.
    #[arg(long, help_heading = "Figure")]
    pub invert_xaxis: bool,
    /// Let y run from the top down, as depths and magnitudes do.
    #[arg(long, help_heading = "Figure")]
    pub invert_yaxis: bool,
    /// Draw lines over the cells at the labelled ticks.
    #[arg(long, help_heading = "Figure")]
    pub grid: bool,
    /// Let the cells fill the page, or make a unit of y as long as one of x.
    #[arg(long, value_name = "ASPECT", default_value = "auto", help_heading = "Figure")]
    pub aspect: AspectArg,
    /// Draw the cells added up along x and along y, as bars above and at the right of them: counts, sums and probabilities; the
    /// rows of anything else.
    #[arg(long, help_heading = "Figure")]
    pub marginals: bool,
    /// A PNG file to draw under the cells, as a map; empty cells are left out, unless --mincnt 0.
    #[arg(long, value_name = "IMAGE", help_heading = "Figure")]
    pub underlay: Option<PathBuf>,
    /// Where the sides of the image under the cells lie, in data units (or dates); at the ends of the axes unless given.
    #[arg(
        long, value_name = "X0,X1,Y0,Y1", requires = "underlay", allow_hyphen_values = true, value_parser = parse::range,
        help_heading = "Figure"
    )]
    pub extent: Option<parse::Range>,
    /// How opaque the cells are, from 0 to 1.
    #[arg(
        long, value_name = "ALPHA", default_value = "1", conflicts_with = "category", allow_negative_numbers = true,
        value_parser = parse::number, help_heading = "Colour"
    )]
    pub alpha: f64,

    /// Where to compute.
    #[arg(long, value_name = "BACKEND", default_value = "auto", help_heading = "Running")]
    pub backend: BackendArg,
    /// Use this GPU, by a part of its name; `heatbin adapters` lists them.
    #[arg(long, value_name = "NAME", help_heading = "Running")]
    pub adapter: Option<String>,
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
pub enum AspectArg {
    Auto,
    Equal,
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

impl From<ScaleArg> for Scale {
    fn from(scale: ScaleArg) -> Self {
        match scale {
            ScaleArg::Linear => Self::Linear,
            ScaleArg::Log => Self::Log,
        }
    }
}

impl From<AspectArg> for Aspect {
    fn from(aspect: AspectArg) -> Self {
        match aspect {
            AspectArg::Auto => Self::Auto,
            AspectArg::Equal => Self::Equal,
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
