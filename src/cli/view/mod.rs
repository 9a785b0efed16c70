//! `heatbin view`.

pub mod args;

use super::draw::{check_scale, utf8};
use super::print;
use crate::data::{Colormap, Norm, Values};
use crate::error::{Error, Result};
use crate::source::ReadOptions;
use crate::window::{Files, FrameTimes, Opened, View};
use args::{ShapeArg, ViewArgs};

/// Opens the window.
pub fn run(args: &ViewArgs) -> Result<()> {
    Colormap::named(&args.cmap)?;
    let norm = Norm::from(args.norm);
    norm.limits(&Values::Counts(Vec::new()), args.mincnt, (args.vmin, args.vmax))?;
    let mut view = View::new(args.backend.into(), args.adapter.as_deref())?
        .size(args.size.0, args.size.1)
        .cell(args.cell)
        .xscale(args.xscale.into())
        .yscale(args.yscale.into())
        .norm(norm)
        .cmap(&args.cmap)
        .verbose(args.verbose);
    if args.shape == ShapeArg::Hexbin {
        view = view.hexagons();
    }
    if let Some((x, y)) = args.range {
        view = view.range(x, y);
    }
    if let Some(rows) = args.last {
        view = view.last_rows(rows as u64);
    }
    macro_rules! given {
        ($($option:ident),*) => {$(
            if let Some(value) = args.$option.clone() {
                view = view.$option(value);
            }
        )*};
    }
    given!(mincnt, vmin, vmax, title, xlabel, ylabel);
    if !args.files.is_empty() {
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

/// The files, looked into before a window is opened: what is wrong with them is best read on the terminal.
fn opened(args: &ViewArgs) -> Result<Opened> {
    let names = args.files.iter().map(|path| utf8(path)).collect::<Result<_>>()?;
    let options = ReadOptions { delimiter: args.delimiter, header: args.header };
    let opened = Opened::new(Files { names, options, x: args.x.clone(), y: args.y.clone() })?;
    for (name, scale) in [(&args.x, args.xscale), (&args.y, args.yscale)] {
        if let Some(column) = opened.column(name) {
            check_scale(&opened.source.fields()[column], scale.into())?;
        }
    }
    Ok(opened)
}

fn summary(times: &FrameTimes) -> String {
    let tenths = |ms: f64| (ms * 1e3).round() / 1e3;
    let [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1.0].map(|share| tenths(times.percentile(share)));
    let summary = serde_json::json!({
        "frames": times.frames(),
        "whole": times.whole,
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
