//! `heatbin view`.

pub mod args;
mod table;

use super::draw::{check_scale, check_weights, utf8};
use super::{print, progress};
use crate::cli::args::CategoryArgs;
use crate::cli::parse::CategoryBins;
use crate::data::{Axis, Coloring, Colormap, Cut, Mixing, Norm, Reduction, Scale};
use crate::error::{Error, Result};
use crate::plot::usual_colormap;
use crate::source::{self, FieldKind, Selection};
use crate::window::{Files, FrameTimes, Grouping, Last, Opened, View};
use args::{LastArg, ShapeArg, ViewArgs};

/// Opens the window.
pub fn run(args: &ViewArgs) -> Result<()> {
    progress::opens_a_window();
    let is_table = table::is_asked(args);
    if is_table {
        table::check(args)?;
    } else {
        table::check_points(args)?;
    }
    // What is made of weights may well be below 0, where a log scale has no colours.
    let is_weighing =
        args.reduce.weights.is_some() && args.reduce.reduce.is_none_or(|made| !made.is_of_rows(true));
    let norm = if is_weighing { Norm::Linear } else { Norm::Log };
    let usual = Coloring { norm, colormap: Colormap::named("magma")?, ..Coloring::default() };
    let usual = if is_table { Coloring::default() } else { usual };
    let mut coloring = Coloring { mincnt: args.reduce.mincnt, ..args.color.coloring(usual) };
    if is_table && args.color.cmap.is_none() {
        coloring.colormap = usual_colormap(&coloring)?;
    }
    coloring.check()?;
    check_weights(&args.reduce)?;
    args.fonts.add()?;
    if let (Some(_), Some(reduction)) = (&args.category.category, args.reduce.reduce)
        && !reduction.mixes(args.reduce.weights.is_some())
    {
        let reason = Reduction::UNMIXED;
        return Err(Error::usage(format!(
            "{reason}, or draw a panel of each category (heatbin hist2d --facet)"
        )));
    }
    if args.smooth.is_some() && args.shape == ShapeArg::Hexbin {
        return Err(Error::usage("--smooth needs rectangles, not hexagons: leave one of them out"));
    }
    let mut view = View::new(args.backend.into(), args.adapter.as_deref())?
        .size(args.size.0, args.size.1)
        .cell(args.cell)
        .xscale(args.xscale.into())
        .yscale(args.yscale.into())
        .coloring(coloring)
        .verbose(args.verbose);
    view = view.usual(args.color.norm.is_none(), !args.color.robust).grouping(grouping(&args.category)?);
    if let Some(reduction) = args.reduce.reduce {
        view = view.reduce(reduction);
    }
    if args.shape == ShapeArg::Hexbin {
        view = view.hexagons();
    }
    if let Some((x, y)) = args.range {
        view = view.range(x, y);
    }
    match args.last {
        None => {}
        Some(LastArg::Rows(rows)) => view = view.last(Last::Rows(rows)),
        Some(LastArg::Days(days)) => view = view.last(Last::Days(days)),
    }
    macro_rules! given {
        ($($option:ident),*) => {$(
            if let Some(value) = args.$option.clone() {
                view = view.$option(value);
            }
        )*};
    }
    given!(title, xlabel, ylabel, smooth);
    view = view.decimation(args.part.decimation());
    if is_table {
        view = view.open_table(table::reading(args)?);
    } else if !args.files.is_empty() {
        view = view.open(opened(args)?);
    }
    match args.bench_frames {
        None => view.run(),
        Some(frames) => match view.bench(frames).measured()? {
            Some(times) => print(&summary(&times)),
            None => Err(Error::interrupted()),
        },
    }
}

/// How categories are told apart.
fn grouping(args: &CategoryArgs) -> Result<Grouping> {
    let cut = match &args.category_bins {
        None => Cut::Values,
        Some(CategoryBins::Count(bins)) => Cut::Bins(*bins),
        Some(CategoryBins::Edges(edges)) => {
            let axis = Axis::from_edges(edges.clone(), Scale::Linear);
            Cut::Edges(axis.map_err(|error| error.at("category"))?)
        }
    };
    let alpha = (args.min_alpha, Mixing::default().alpha.1);
    let mixing = Mixing { key: args.color_key.clone(), baseline: args.color_baseline, alpha };
    Ok(Grouping { name: String::new(), cut, mixing, counts: args.legend_counts })
}

/// The files, looked into before a window is opened: what is wrong with them is best read on the terminal.
fn opened(args: &ViewArgs) -> Result<Opened> {
    let names = args.files.iter().map(|path| utf8(path)).collect::<Result<_>>()?;
    let options = args.csv.options();
    let (x, y, time) = (args.x.clone(), args.y.clone(), args.time.clone());
    let (weights, category) = (args.reduce.weights.clone(), args.category.category.clone());
    let opened = Opened::new(Files { names, options, x, y, weights, category, time, follow: args.follow })?;
    if let Some(column) = opened.category() {
        let field = &opened.fields()[column];
        if !field.kind.is_category() {
            return Err(Error::data(format!(
                "column '{}' holds no text, numbers or booleans: categories are one of these",
                field.name
            )));
        }
    }
    let (x, y) = opened.named();
    for (column, scale) in [(x, args.xscale), (y, args.yscale)] {
        if let Some(column) = column {
            let field = &opened.fields()[column];
            if !field.kind.is_numeric() {
                return Err(Error::data(format!(
                    "column '{}' holds no numbers, dates or booleans: an axis needs them",
                    field.name
                )));
            }
            check_scale(&opened.fields()[column], scale.into())?;
        }
    }
    check_last(args, &opened, x.zip(y))?;
    Ok(opened)
}

/// Finds what is known too little of to say which rows are the newest.
fn check_last(args: &ViewArgs, opened: &Opened, xy: Option<(usize, usize)>) -> Result<()> {
    match args.last {
        None => Ok(()),
        // Several threads read a file that is whole, and its rows come as they are read.
        Some(LastArg::Rows(_)) if !args.follow => Err(Error::usage(
            "--last ROWS needs --follow, with which rows come in the order of the file; add it, or name a time, such as --last 7d",
        )),
        Some(LastArg::Rows(_)) => Ok(()),
        Some(LastArg::Days(_)) => {
            let time = args.time.as_ref().map(|time| source::column(opened.fields(), time, opened.name()));
            if let Some(column) = time.transpose()? {
                let field = &opened.fields()[column];
                if field.kind != FieldKind::Time {
                    return Err(Error::data(format!(
                        "column '{}' holds no dates, by which --last goes (a number does not say whether it counts seconds or days): \
                         write them as 2024-01-31T12:00:00, or keep a number of rows, as --last 1e6",
                        field.name
                    )));
                }
            } else if xy.is_some_and(|(x, y)| opened.time(Selection::new(x, y)).is_none()) {
                return Err(Error::usage("--last of a time needs a column of dates: name one with --time"));
            }
            Ok(())
        }
    }
}

fn summary(times: &FrameTimes) -> String {
    let tenths = |ms: f64| (ms * 1e3).round() / 1e3;
    let [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1.0].map(|share| tenths(times.percentile(share)));
    let summary = serde_json::json!({
        "frames": times.frames(),
        "whole": times.whole,
        "on_device": times.on_device,
        "ms": { "p50": p50, "p95": p95, "p99": p99, "max": max },
        "rows": times.rows,
        "points_per_frame": times.points_per_frame,
        "pixels": [times.pixels.0, times.pixels.1],
        "cells": [times.cells.0, times.cells.1],
        "backend": times.backend,
        "adapter": times.adapter,
    });
    format!("{summary}\n")
}
