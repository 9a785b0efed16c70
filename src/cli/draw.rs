//! `heatbin hist2d` and `heatbin hexbin`.

use std::io::Write;
use std::time::{Duration, Instant};

use super::args::{DrawArgs, HexbinArgs, Hist2dArgs, ReadArgs};
use super::progress::{Progress, go_on, stop_on_signals};
use super::{parse, print};
use crate::data::{Colormap, Tally};
use crate::error::{Error, Result};
use crate::output::Format;
use crate::plot::{Drawing, Hexbin, Hist2d, Plot, Shape};
use crate::source::{self, ReadOptions, Selection, Source};

/// Rectangles.
pub fn hist2d(args: &Hist2dArgs) -> Result<()> {
    check(&args.draw)?;
    let edges =
        |name, edges: &Option<String>| edges.as_deref().map(|edges| parse::edges(name, edges)).transpose();
    let (xedges, yedges) = (edges("xedges", &args.xedges)?, edges("yedges", &args.yedges)?);
    let source = open(&args.read)?;
    let mut plot = Hist2d::of(&*source, select(&*source, &args.read)?).bins(args.bins);
    if let Some(edges) = xedges {
        plot = plot.xedges(edges);
    }
    if let Some(edges) = yedges {
        plot = plot.yedges(edges);
    }
    draw(plot, &args.draw)
}

/// Hexagons.
pub fn hexbin(args: &HexbinArgs) -> Result<()> {
    check(&args.draw)?;
    let source = open(&args.read)?;
    let plot = Hexbin::of(&*source, select(&*source, &args.read)?).gridsize(args.gridsize);
    draw(plot, &args.draw)
}

/// Finds what is wrong before anything is read.
fn check(args: &DrawArgs) -> Result<()> {
    if args.output.is_empty() && args.summary.is_none() {
        return Err(Error::usage(
            "nothing to do: name a file to write, as in -o out.png, or ask for --summary json",
        ));
    }
    Colormap::named(&args.cmap)?;
    for path in &args.output {
        Format::of(path)?;
        crate::output::check_folder(path)?;
    }
    Ok(())
}

fn open(args: &ReadArgs) -> Result<Box<dyn Source>> {
    let options = ReadOptions { delimiter: args.delimiter, header: args.header };
    source::open(&args.files, &options)
}

fn select(source: &dyn Source, args: &ReadArgs) -> Result<Selection> {
    Ok(Selection::new(source::field(source, &args.x)?, source::field(source, &args.y)?))
}

fn draw<S: Shape>(plot: Plot<'_, S>, args: &DrawArgs) -> Result<()> {
    stop_on_signals();
    let progress = Progress::new(args.quiet);
    let mut plot = plot
        .xscale(args.xscale.into())
        .yscale(args.yscale.into())
        .backend(args.backend.into())
        .norm(args.norm.into())
        .cmap(&args.cmap)
        .cbar_label((!args.no_cbar).then_some(&args.cbar_label))
        .figsize(args.figsize.0, args.figsize.1)
        .dpi(args.dpi)
        .bare(args.bare);
    macro_rules! given {
        ($($option:ident),*) => {$(
            if let Some(value) = args.$option.clone() {
                plot = plot.$option(value);
            }
        )*};
    }
    given!(mincnt, vmin, vmax, title, xlabel, ylabel, adapter);
    if let Some((x, y)) = args.range {
        plot = plot.range(x, y);
    }
    let drawing = plot.watch(&progress).figure()?;
    let seconds = write(&drawing, args, &progress)?;
    progress.done();
    drop(progress);
    tell(&drawing, args)?;
    match args.summary {
        Some(_) => print(&summary(&drawing, seconds)),
        None => Ok(()),
    }
}

/// Writes every file; returns the time for shading and for the rest of it.
fn write(drawing: &Drawing, args: &DrawArgs, progress: &Progress) -> Result<(Duration, Duration)> {
    let start = Instant::now();
    for path in &args.output {
        go_on()?;
        progress.at("drawing");
        drawing.save(path)?;
    }
    let shading = drawing.shading_time();
    Ok((shading, start.elapsed().saturating_sub(shading)))
}

/// Notes on stderr: rows that are not in the picture, and what -v asks for.
fn tell(drawing: &Drawing, args: &DrawArgs) -> Result<()> {
    if args.quiet {
        return Ok(());
    }
    let Tally { rows, binned, outside, missing } = drawing.aggregate.tally;
    let mut notes = String::new();
    if args.verbose || missing > 0 || outside > 0 {
        notes += &format!("heatbin: {rows} rows: {binned} binned, {outside} outside, {missing} missing\n");
    }
    if rows == 0 {
        notes += "heatbin: there were no rows; the figure is empty\n";
    }
    if args.verbose {
        let report = &drawing.report;
        let adapter = report.adapter.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        notes += &format!("heatbin: backend {}{adapter}: {}\n", report.backend, report.reason);
        for path in &args.output {
            notes += &format!("heatbin: wrote {}\n", path.display());
        }
    }
    // Nobody is left to read notes on a closed stderr.
    let _ = std::io::stderr().write_all(notes.as_bytes());
    Ok(())
}

fn summary(drawing: &Drawing, (shade, write): (Duration, Duration)) -> String {
    let Tally { rows, binned, outside, missing } = drawing.aggregate.tally;
    let extremes = drawing.aggregate.values.extremes();
    let report = &drawing.report;
    let summary = serde_json::json!({
        "rows": rows,
        "binned": binned,
        "outside": outside,
        "missing": missing,
        "min": extremes.map(|(min, _)| min),
        "max": extremes.map(|(_, max)| max),
        "backend": report.backend,
        "adapter": report.adapter,
        "seconds": {
            "read": report.read.as_secs_f64(),
            "bin": report.bin.as_secs_f64(),
            "shade": shade.as_secs_f64(),
            "write": write.as_secs_f64(),
        },
    });
    format!("{summary}\n")
}
