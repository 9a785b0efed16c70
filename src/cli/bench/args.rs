//! What can be typed after `heatbin bench`.

use clap::ValueEnum;

use crate::cli::parse;

#[derive(Debug, clap::Args)]
pub struct BenchArgs {
    /// How many points.
    #[arg(long, value_name = "N,...", default_value = "1e7", value_delimiter = ',', value_parser = parse::amount, allow_negative_numbers = true, help_heading = "What")]
    pub points: Vec<usize>,
    /// How many bins each way, or hexagons across.
    #[arg(long, value_name = "N,...", default_value = "256,1000,4000", value_delimiter = ',', value_parser = parse::amount, allow_negative_numbers = true, help_heading = "What")]
    pub bins: Vec<usize>,
    /// The kind of cells.
    #[arg(
        long,
        value_name = "SHAPE,...",
        default_value = "hist2d,hexbin",
        value_delimiter = ',',
        help_heading = "What"
    )]
    pub shape: Vec<Shape>,
    /// The width of the values.
    #[arg(
        long,
        value_name = "DTYPE,...",
        default_value = "f64",
        value_delimiter = ',',
        help_heading = "What"
    )]
    pub dtype: Vec<Dtype>,
    /// How the points are spread.
    #[arg(
        long,
        value_name = "DIST,...",
        default_value = "normal",
        value_delimiter = ',',
        help_heading = "What"
    )]
    pub dist: Vec<Dist>,
    /// What is made of the points of a cell: their number, or the sum or the mean of a column of weights. A GPU only counts, so sums
    /// and means are measured on the CPU.
    #[arg(
        long,
        value_name = "REDUCE,...",
        default_value = "count",
        value_delimiter = ',',
        help_heading = "What"
    )]
    pub reduce: Vec<Reduce>,
    /// Width and height of the picture.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = parse::amount, allow_negative_numbers = true, help_heading = "What")]
    pub pixels: usize,

    /// Where to compute: the CPU, and a GPU if there is a real one, unless given.
    #[arg(long, value_name = "BACKEND,...", value_delimiter = ',', help_heading = "Running")]
    pub backend: Vec<Where>,
    /// Use this GPU, by a part of its name; `heatbin adapters` lists them.
    #[arg(long, value_name = "NAME", help_heading = "Running")]
    pub adapter: Option<String>,
    /// Threads on the CPU; all cores unless given.
    #[arg(long, value_name = "N", value_parser = parse::amount, allow_negative_numbers = true, help_heading = "Running")]
    pub threads: Option<usize>,
    /// Measure so often, after one run to warm up.
    #[arg(long, value_name = "N", default_value = "5", value_parser = parse::amount, allow_negative_numbers = true, help_heading = "Running")]
    pub repeat: usize,
    /// Count in every other way that the GPU can, too, each as a stage of its own: 'bin each+global' is an atomic a point.
    #[arg(long, help_heading = "Running")]
    pub ways: bool,
    /// Print a JSON array.
    #[arg(long, conflicts_with = "markdown", help_heading = "Running")]
    pub json: bool,
    /// Print a page of results in Markdown.
    #[arg(long, help_heading = "Running")]
    pub markdown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Rectangles.
    Hist2d,
    /// Hexagons.
    Hexbin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dtype {
    /// Single precision.
    F32,
    /// Double precision.
    F64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dist {
    /// Evenly over the whole grid.
    Uniform,
    /// Around the middle.
    Normal,
    /// On Clifford's attractor.
    Clifford,
    /// All but one in 4096 in one cell.
    Onecell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reduce {
    /// How many there are.
    Count,
    /// The sum of a column.
    Sum,
    /// The mean of a column.
    Mean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Where {
    /// All cores, or --threads of them.
    Cpu,
    /// A GPU through Vulkan, Metal or DirectX 12, or a software one.
    Gpu,
}

/// The word that was typed for it.
pub fn word(value: impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
