//! `heatbin heatmap`.

pub mod args;

use std::time::{Duration, Instant};

use super::draw::colorless;
use super::drawn::{Draw, Drawn};
use super::look::FigureArgs;
use super::output::OutputArgs;
use super::parse;
use super::progress::Progress;
use crate::data::{Coloring, Matrix, Quantity, Table, Tally};
use crate::error::{Error, Result, counted};
use crate::matrix;
use crate::plot::{Drawing, Heatmap, Mask, heatmap, usual_colormap};
use crate::shading::Resampling;
use args::{HeatmapArgs, MaskArg};

impl Draw for HeatmapArgs {
    fn inputs(&self) -> Result<Vec<String>> {
        let mut inputs = self.table.inputs()?;
        self.cells.check(&inputs)?;
        inputs.extend([&self.x_edges, &self.y_edges].into_iter().flatten().cloned());
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
        let (matrix, mask, made) = match &self.mask {
            None | Some(MaskArg::Triangle(_)) => {
                let (matrix, made) = self.table.matrix(progress)?;
                let mask = self.mask.as_ref().and_then(MaskArg::triangle);
                (matrix, mask, made)
            }
            Some(MaskArg::Column(column)) if !self.table.is_plain() => {
                return Err(Error::usage(format!(
                    "--mask {column} leaves out rows of the table as it lies in its file: not with --pivot or --corr"
                )));
            }
            Some(MaskArg::Column(column)) => {
                let (flags, table) = take_flags(self.table.table(progress)?, column)?;
                (matrix::of_table(table)?, Some(Mask::Rows(flags)), String::new())
            }
        };
        let read = start.elapsed();
        let drawing = described(self, matrix, mask)?.figure()?;
        let notes = made
            + &notes(&drawing, self, output)
            + &output.unwritable(drawing.figure())
            + &output.cut(drawing.figure());
        let shape = drawing.matrix_shape().unwrap_or_default();
        let mut summary = summary_of(&drawing, shape, read);
        summary["masked"] = drawing.aggregate.tally.outside.into();
        Ok(Drawn { drawing, notes, summary })
    }
}

/// Takes a column of true and false out of a table. What is missing is false.
fn take_flags(table: Table, name: &str) -> Result<(Vec<bool>, Table)> {
    let column = table.find(name)?;
    let flags = table.numbers(column).map(|values| values.collect::<Vec<f64>>());
    let flags = flags.filter(|values| values.iter().all(|v| [0.0, 1.0].contains(v) || v.is_nan()));
    let flags = flags.ok_or_else(|| {
        Error::usage(format!(
            "--mask {name}: column '{name}' of {} holds more than true and false, or 1 and 0",
            table.name
        ))
    })?;
    Ok((flags.into_iter().map(|flag| flag == 1.0).collect(), table.drop(column)))
}

/// The heatmap with all that was asked of it.
fn described(args: &HeatmapArgs, matrix: Matrix, mask: Option<Mask>) -> Result<Heatmap> {
    let places = |name, typed: &Option<String>, labels: &[String]| match typed.as_deref() {
        None => Ok(None),
        Some("labels") => parse::places(name, labels.iter().map(String::as_str)).map(Some),
        Some(text) => parse::edges_or_times(name, text).map(Some),
    };
    let x = places("x-edges", &args.x_edges, &matrix.columns.labels)?;
    let y = places("y-edges", &args.y_edges, &matrix.rows.labels)?;
    let (rows, columns) = args.part.of(&matrix)?;
    let mut plot = heatmap(matrix);
    args.figure.dress(&mut plot);
    args.cells.dress(&mut plot);
    let mut coloring = args.color.coloring(Coloring::default());
    if args.color.cmap.is_none() {
        coloring.colormap = usual_colormap(&coloring)?;
    }
    plot = plot
        .coloring(coloring)
        .xscale(args.xscale.into())
        .yscale(args.yscale.into())
        .interpolation(args.interpolation.into())
        .rows(rows)
        .columns(columns)
        .decimation(args.part.decimation())
        .square(args.square);
    let quantity = |places: &Option<(Vec<f64>, Quantity)>| places.as_ref().map_or(Quantity::Number, |p| p.1);
    plot = plot.quantities(quantity(&x), quantity(&y));
    if let Some((edges, _)) = x {
        plot = plot.xedges(edges);
    }
    if let Some((edges, _)) = y {
        plot = plot.yedges(edges);
    }
    if let Some(origin) = args.origin {
        plot = plot.origin(origin.into());
    }
    if let Some(mask) = mask {
        plot = plot.mask(mask);
    }
    Ok(plot)
}

/// Notes on cells that are not in the picture, and what -v asks for.
fn notes(drawing: &Drawing, args: &HeatmapArgs, output: &OutputArgs) -> String {
    let Tally { rows: cells, binned: drawn, outside: masked, missing } = drawing.aggregate.tally;
    let mut notes = String::new();
    if output.verbose || missing > 0 {
        notes += &format!(
            "heatbin: {}: {drawn} drawn, {masked} masked, {missing} missing\n",
            counted(cells, "cell")
        );
    }
    if drawn == 0 {
        notes += "heatbin: nothing to show: no cell has a value\n";
    } else if !drawing.shows_cells() {
        notes +=
            "heatbin: nothing to show: no cell has a value with a colour: see --cmin, --cmax and the norm\n";
    } else {
        notes += &colorless(drawing);
    }
    let (width, height) = drawing.figure().plot_pixels();
    if output.has_picture() && Resampling::shares_pixels(&drawing.aggregate.grid, width, height) {
        let (rows, columns) = drawing.matrix_shape().unwrap_or_default();
        notes += &format!(
            "heatbin: {rows} rows and {columns} columns share {height} × {width} pixels: each shows the {} of its cells \
             (--decimate)\n",
            args.part.decimation().name()
        );
    }
    notes
}

/// What `--summary` says of the cells of a table.
pub(super) fn summary_of(
    drawing: &Drawing,
    (rows, columns): (usize, usize),
    read: Duration,
) -> serde_json::Value {
    let (min, max) = drawing.aggregate.values.extremes().unzip();
    serde_json::json!({
        "rows": rows,
        "columns": columns,
        "missing": drawing.aggregate.tally.missing,
        "min": min.filter(|v| v.is_finite()),
        "max": max.filter(|v| v.is_finite()),
        "vmin": drawing.scale.limits.vmin,
        "vmax": drawing.scale.limits.vmax,
        "seconds": {
            "read": read.as_secs_f64(),
        },
    })
}
