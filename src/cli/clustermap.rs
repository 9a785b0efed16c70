//! `heatbin clustermap`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;

use super::draw::{colorless, utf8};
use super::drawn::{Draw, Drawn};
use super::heatmap::summary_of;
use super::look::{CellArgs, ColorArgs, FigureArgs};
use super::output::OutputArgs;
use super::progress::Progress;
use super::table::TableArgs;
use crate::data::{Coloring, Matrix, Table};
use crate::error::{Error, Result};
use crate::matrix::{self, Clustering, LinkageMethod, MatrixAxis, Metric, Scaling};
use crate::plot::{Clustermap, clustermap, usual_colormap};
use crate::source::{self, ReadOptions};

/// A table in the order of a clustering.
#[derive(Debug, clap::Args)]
#[command(mut_arg("figsize", |arg| arg.help("Size of the page in inches; 7,7 unless given")))]
pub struct ClustermapArgs {
    #[command(flatten)]
    pub table: TableArgs,
    #[command(flatten)]
    pub output: OutputArgs,

    /// What is meant by the distance of two clusters: single, complete, average, weighted, centroid, median or ward.
    #[arg(long, value_name = "METHOD", default_value = "average", value_parser = LinkageMethod::named, help_heading = "Clusters")]
    pub method: LinkageMethod,
    /// What is meant by the distance of two rows or columns: euclidean, sqeuclidean, cityblock, cosine, correlation, chebyshev, jaccard,
    /// hamming, canberra, braycurtis, seuclidean, or minkowski:P.
    #[arg(long, value_name = "METRIC", default_value = "euclidean", value_parser = Metric::named, help_heading = "Clusters")]
    pub metric: Metric,
    /// Leave the rows in their order.
    #[arg(long, help_heading = "Clusters")]
    pub no_row_cluster: bool,
    /// Leave the columns in their order.
    #[arg(long, help_heading = "Clusters")]
    pub no_col_cluster: bool,
    /// Turn the branches so that neighbours are as near as the trees allow.
    #[arg(long, help_heading = "Clusters")]
    pub optimal_ordering: bool,
    /// Cut the tree of the rows, and that of the columns, into so many clusters at most, and give their branches a colour each.
    #[arg(long, value_name = "ROWS[,COLUMNS]", value_parser = counts, help_heading = "Clusters")]
    pub clusters: Option<Counts>,
    /// First make the values of each row, or of each column, comparable: how many standard deviations from their mean.
    #[arg(long, value_name = "ALONG", conflicts_with = "standard_scale", help_heading = "Clusters")]
    pub z_score: Option<Along>,
    /// First make the values of each row, or of each column, comparable: 0 for the smallest, 1 for the largest.
    #[arg(long, value_name = "ALONG", help_heading = "Clusters")]
    pub standard_scale: Option<Along>,

    /// A column of the table that is no cell but says what each row belongs to: a strip of colours beside the rows, and a legend.
    #[arg(long, value_name = "COLUMN", help_heading = "Figure")]
    pub row_colors: Option<String>,
    /// A file that says what each column belongs to: a table with the names of the columns in its first column and the categories in
    /// its second.
    #[arg(long, value_name = "FILE", help_heading = "Figure")]
    pub col_colors: Option<PathBuf>,
    /// Depth of the tree of the rows, and of that of the columns if it is another, as shares of the page.
    #[arg(long, value_name = "ROWS[,COLUMNS]", default_value = "0.2", value_parser = ratio, allow_hyphen_values = true, help_heading = "Figure")]
    pub dendrogram_ratio: (f64, f64),
    #[command(flatten)]
    pub color: ColorArgs,
    #[command(flatten)]
    pub figure: FigureArgs,
    #[command(flatten)]
    pub cells: CellArgs,
}

/// Rows or columns.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Along {
    Rows,
    Columns,
}

impl From<Along> for MatrixAxis {
    fn from(along: Along) -> Self {
        match along {
            Along::Rows => Self::Rows,
            Along::Columns => Self::Columns,
        }
    }
}

/// How many clusters of the rows, and of the columns.
type Counts = (usize, Option<usize>);

fn counts(text: &str) -> Result<Counts, String> {
    let count = |text: &str| text.trim().parse().ok().filter(|&count: &usize| count > 0);
    let (rows, columns) = text.split_once(',').map_or((text, None), |(rows, columns)| (rows, Some(columns)));
    let wrong = || "one or two whole numbers from 1, as in 3 or 3,2".to_owned();
    Ok((count(rows).ok_or_else(wrong)?, columns.map(|columns| count(columns).ok_or_else(wrong)).transpose()?))
}

fn ratio(text: &str) -> Result<(f64, f64), String> {
    let share = |text: &str| text.trim().parse().ok().filter(|share| (0.0..=0.8).contains(share));
    let (rows, columns) = text.split_once(',').unwrap_or((text, text));
    share(rows)
        .zip(share(columns))
        .ok_or_else(|| "one or two shares from 0 to 0.8, as in 0.2 or 0.2,0.1".into())
}

impl Draw for ClustermapArgs {
    fn inputs(&self) -> Result<Vec<String>> {
        check(self)?;
        let mut inputs = self.table.inputs()?;
        self.cells.check(&inputs)?;
        if let Some(path) = &self.col_colors {
            inputs.push(utf8(path)?);
        }
        Ok(inputs)
    }

    fn output(&self) -> &OutputArgs {
        &self.output
    }

    fn figure(&mut self) -> &mut FigureArgs {
        &mut self.figure
    }

    fn draw(&self, output: &OutputArgs, progress: &Progress) -> Result<Drawn> {
        let start = Instant::now();
        let (matrix, categories, notes) = match &self.row_colors {
            None => {
                let (matrix, notes) = self.table.matrix(progress)?;
                (matrix, None, notes)
            }
            Some(name) => {
                let (title, each, rest) = take_categories(self.table.table(progress)?, name)?;
                (matrix::of_table(rest)?, Some((title, each)), String::new())
            }
        };
        let read = start.elapsed();
        let shape = matrix.shape();
        let columns = self.col_colors.as_ref().map(|path| column_categories(path, &matrix)).transpose()?;
        let mut plot = described(self, matrix)?;
        if let Some((title, each)) = categories {
            plot = plot.row_colors(title, each);
        }
        if let Some((title, each)) = columns {
            plot = plot.col_colors(title, each);
        }
        progress.at("clustering");
        let start = Instant::now();
        let drawing = plot.figure()?;
        let mut summary = summary_of(&drawing, shape, read);
        summary["method"] = self.method.to_string().into();
        summary["metric"] = self.metric.to_string().into();
        summary["seconds"]["cluster"] = start.elapsed().as_secs_f64().into();
        let notes = notes
            + &colorless(&drawing)
            + &output.unwritable(drawing.figure())
            + &output.cut(drawing.figure());
        Ok(Drawn { drawing, notes, summary })
    }
}

/// Finds what is wrong before anything is read.
fn check(args: &ClustermapArgs) -> Result<()> {
    let clustering = Clustering { method: args.method, metric: args.metric, ..Clustering::default() };
    if !(args.no_row_cluster && args.no_col_cluster) {
        clustering.check()?;
    }
    if args.row_colors.is_some() && !args.table.is_plain() {
        return Err(Error::usage(
            "--row-colors names a column of the table, whose rows --pivot and --corr do not keep: leave one of them out",
        ));
    }
    match args.clusters {
        Some(_) if args.no_row_cluster => {
            Err(Error::usage("--clusters cuts the tree of the rows first, and --no-row-cluster makes none"))
        }
        Some((_, Some(_))) if args.no_col_cluster => {
            Err(Error::usage("--clusters cuts the tree of the columns too, and --no-col-cluster makes none"))
        }
        _ => Ok(()),
    }
}

/// The clustermap with all that was asked of it.
fn described(args: &ClustermapArgs, matrix: Matrix) -> Result<Clustermap> {
    let mut plot = clustermap(matrix);
    args.figure.dress(&mut plot);
    args.cells.dress(&mut plot);
    let mut coloring = args.color.coloring(Coloring::default());
    if args.color.cmap.is_none() {
        coloring.colormap = usual_colormap(&coloring)?;
    }
    let z_score = args.z_score.map(|along| (Scaling::ZScore, along.into()));
    let standard = args.standard_scale.map(|along| (Scaling::Standard, along.into()));
    let (rows, columns) = args.clusters.map_or((None, None), |(rows, columns)| (Some(rows), columns));
    plot = plot
        .coloring(coloring)
        .method(args.method)
        .metric(args.metric)
        .optimal_ordering(args.optimal_ordering)
        .scale(z_score.or(standard))
        .cluster(!args.no_row_cluster, !args.no_col_cluster)
        .clusters_at_most(rows, columns)
        .dendrogram_ratio(args.dendrogram_ratio.0, args.dendrogram_ratio.1);
    Ok(plot)
}

/// The name and the values of a column, and the table without it.
fn take_categories(table: Table, name: &str) -> Result<(String, Vec<String>, Table)> {
    let column = table.find(name)?;
    let title = table.name_of(column).to_owned();
    Ok((title, categories(&table, column), table.drop(column)))
}

/// The values of a column as categories, empty where one is missing.
fn categories(table: &Table, column: usize) -> Vec<String> {
    let mut each = table.labels(column);
    if let Some(numbers) = table.numbers(column) {
        each.iter_mut().zip(numbers).filter(|(_, number)| number.is_nan()).for_each(|(text, _)| text.clear());
    }
    each
}

/// What a file says of each column of a matrix.
fn column_categories(path: &std::path::Path, matrix: &Matrix) -> Result<(String, Vec<String>)> {
    let name = utf8(path)?;
    let table = source::table(&[name], &ReadOptions::default())?;
    if table.names().len() < 2 {
        return Err(Error::data(format!(
            "{}: the names of columns and their categories are two columns, and it has {}",
            path.display(),
            table.names().len()
        )));
    }
    let known: HashMap<String, String> = table.labels(0).into_iter().zip(categories(&table, 1)).collect();
    let each = matrix.columns.labels.iter().map(|label| known.get(label).cloned().unwrap_or_default());
    let each: Vec<String> = each.collect();
    if each.iter().all(String::is_empty) {
        return Err(Error::data(format!(
            "{}: its first column names none of the columns: {}",
            path.display(),
            crate::error::listed(matrix.columns.labels.iter().map(String::as_str))
        )));
    }
    Ok((table.name_of(1).to_owned(), each))
}
