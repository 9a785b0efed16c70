//! `heatbin hist2d` and `heatbin hexbin`.

use std::path::Path;

use super::args::{CategoryArgs, DrawArgs, HexbinArgs, Hist2dArgs, ReadArgs, ReduceArgs};
use super::drawn::{Draw, Drawn};
use super::look::{ColorArgs, FigureArgs, check_annot};
use super::output::OutputArgs;
use super::parse;
use super::progress::Progress;
use crate::data::{
    Coloring, Grid, Layers, Mixing, Quantity, Raster, Scale, Tally, Values, by_stretch, span_from,
};
use crate::error::{Error, Result, counted};
use crate::output::decode_png;
use crate::plot::{Drawing, Hexbin, Hist2d, Plot, Shape};
use crate::source::{self, Field, Selection, Source};

impl Draw for Hist2dArgs {
    fn inputs(&self) -> Result<Vec<String>> {
        if self.gridsize.is_some() {
            return Err(Error::usage("--gridsize is for hexagons: hist2d has --bins"));
        }
        check_weights(&self.reduce)?;
        check_colors(&self.category, &self.draw.color)?;
        let files = names(&self.read)?;
        check_annot(self.annot, &files)?;
        if self.density.dynspread.is_some() {
            parse::check_stray("--dynspread", &files, |name| parse::dynspread(name).is_ok())?;
        }
        let mut inputs = inputs(&self.read, &self.draw)?;
        inputs.extend([&self.xedges, &self.yedges].into_iter().flatten().cloned());
        Ok(inputs)
    }

    fn output(&self) -> &OutputArgs {
        &self.draw.output
    }

    fn figure(&mut self) -> &mut FigureArgs {
        &mut self.draw.figure
    }

    fn draw(&self, output: &OutputArgs, progress: &Progress) -> Result<Drawn> {
        let edges = |name, edges: &Option<String>| {
            edges.as_deref().map(|edges| parse::edges(name, edges)).transpose()
        };
        let (xedges, yedges) = (edges("xedges", &self.xedges)?, edges("yedges", &self.yedges)?);
        let source = open(&self.read)?;
        let selection = select(&*source, &self.read, (&self.reduce, &self.category), &self.draw)?;
        let mut plot = Hist2d::of(&*source, selection).bins(self.bins);
        if let Some(edges) = xedges {
            plot = plot.xedges(edges);
        }
        if let Some(edges) = yedges {
            plot = plot.yedges(edges);
        }
        if let Some(format) = self.annot {
            plot = plot.annot(format);
        }
        for filter in [self.density.spread, self.density.dynspread].into_iter().flatten() {
            plot = plot.filter(filter);
        }
        if let Some(sigma) = self.density.smooth {
            plot = plot.smooth(sigma);
        }
        plot = plot.contour(self.density.contour.clone()).contour_only(self.density.contour_only);
        let plot = categorized(plot, &self.category);
        draw(described(plot, &self.reduce, &self.draw)?, self.reduce.mincnt, (output, progress))
    }
}

impl Draw for HexbinArgs {
    fn inputs(&self) -> Result<Vec<String>> {
        if self.bins.is_some() {
            return Err(Error::usage("--bins is for rectangles: hexbin has --gridsize"));
        }
        if let Some(option) = self.rectangles.first() {
            return Err(Error::usage(format!("{option} needs rectangles, not hexagons: use heatbin hist2d")));
        }
        check_weights(&self.reduce)?;
        check_colors(&self.category, &self.draw.color)?;
        inputs(&self.read, &self.draw)
    }

    fn output(&self) -> &OutputArgs {
        &self.draw.output
    }

    fn figure(&mut self) -> &mut FigureArgs {
        &mut self.draw.figure
    }

    fn draw(&self, output: &OutputArgs, progress: &Progress) -> Result<Drawn> {
        let source = open(&self.read)?;
        let selection = select(&*source, &self.read, (&self.reduce, &self.category), &self.draw)?;
        let plot = categorized(Hexbin::of(&*source, selection).gridsize(self.gridsize), &self.category);
        draw(described(plot, &self.reduce, &self.draw)?, self.reduce.mincnt, (output, progress))
    }
}

/// All files that will be read.
fn inputs(read: &ReadArgs, args: &DrawArgs) -> Result<Vec<String>> {
    let mut inputs = names(read)?;
    if inputs.iter().filter(|name| *name == "-").count() > 1 {
        return Err(Error::usage("standard input, '-', can be read only once: name it once"));
    }
    inputs.extend(args.underlay.iter().filter_map(|path| path.to_str()).map(str::to_owned));
    Ok(inputs)
}

/// Refuses colours of values where categories have colours of their own.
fn check_colors(category: &CategoryArgs, color: &ColorArgs) -> Result<()> {
    let given = [
        ("--cmap", color.cmap.is_some()),
        ("--center", color.center.is_some()),
        ("--under", color.under.is_some()),
        ("--over", color.over.is_some()),
        ("--bad", color.bad.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) if category.category.is_some() => Err(Error::usage(format!(
            "{option} gives colours to values, but with --category each category has a colour and values say how opaque it is: \
             name the colours with --color-key, or give each category a panel (--facet)"
        ))),
        _ => Ok(()),
    }
}

/// Refuses a reduction of weights that nobody named.
pub fn check_weights(args: &ReduceArgs) -> Result<()> {
    match args.reduce {
        Some(reduction) if reduction.needs_weights() && args.weights.is_none() => Err(Error::usage(format!(
            "--reduce {reduction} needs weights: name their column, as in --weights delay --reduce {reduction}"
        ))),
        _ => Ok(()),
    }
}

/// The files to read, as text: a pattern is text.
fn names(args: &ReadArgs) -> Result<Vec<String>> {
    args.files.iter().map(|path| utf8(path)).collect()
}

/// The name of a file, as text.
pub fn utf8(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        Error::io("read", path, "its name is not UTF-8; rename it, or send it to standard input and read '-'")
    })
}

/// Refuses a scale that a column has no place on.
pub fn check_scale(field: &Field, scale: Scale) -> Result<()> {
    if field.kind.quantity() == Quantity::Time && scale == Scale::Log {
        return Err(Error::usage(format!(
            "'{}' holds dates, and dates have no log scale: leave it linear",
            field.name
        )));
    }
    Ok(())
}

fn open(args: &ReadArgs) -> Result<Box<dyn Source>> {
    source::open(&names(args)?, &args.csv.options())
}

fn select(
    source: &dyn Source,
    read: &ReadArgs,
    (reduce, category): (&ReduceArgs, &CategoryArgs),
    draw: &DrawArgs,
) -> Result<Selection> {
    let mut selection = Selection::new(source::field(source, &read.x)?, source::field(source, &read.y)?);
    if let Some(weights) = &reduce.weights {
        selection = selection.weights(source::field(source, weights)?);
    }
    if let Some(column) = category.column() {
        selection = selection.category(source::field(source, column)?);
    }
    for (column, scale) in [(selection.x, draw.xscale), (selection.y, draw.yscale)] {
        check_scale(&source.fields()[column], scale.into())?;
    }
    Ok(selection)
}

/// The image in a PNG file.
fn image(path: &Path) -> Result<Raster> {
    let bytes = std::fs::read(path).map_err(|reason| Error::io("read", path, reason))?;
    decode_png(&bytes).map_err(|error| error.at(path.display()))
}

/// The plot with what was asked of its categories.
fn categorized<'a, S: Shape>(plot: Plot<'a, S>, args: &CategoryArgs) -> Plot<'a, S> {
    let alpha = (args.min_alpha, Mixing::default().alpha.1);
    let mixing = Mixing { key: args.color_key.clone(), baseline: args.color_baseline, alpha };
    let plot = plot.mixing(mixing).legend_counts(args.legend_counts);
    let plot = match args.facet {
        Some(_) => plot.facet(args.facet_wrap),
        None => plot,
    };
    match args.category_bins.as_ref().or(args.facet_bins.as_ref()) {
        Some(parse::CategoryBins::Count(bins)) => plot.category_bins(*bins),
        Some(parse::CategoryBins::Edges(edges)) => plot.category_edges(edges.clone()),
        None => plot,
    }
}

/// The plot with all that was asked of it whatever its shape.
fn described<'a, S: Shape>(plot: Plot<'a, S>, reduce: &ReduceArgs, args: &DrawArgs) -> Result<Plot<'a, S>> {
    let coloring = Coloring { mincnt: reduce.mincnt, ..args.color.coloring(Coloring::default()) };
    let mut plot = plot
        .xscale(args.xscale.into())
        .yscale(args.yscale.into())
        .backend(args.backend.into())
        .coloring(coloring)
        .grid(args.grid)
        .aspect(args.aspect.into())
        .invert_xaxis(args.invert_xaxis)
        .invert_yaxis(args.invert_yaxis)
        .marginals(args.marginals)
        .alpha(args.alpha);
    if let Some(path) = &args.underlay {
        plot = plot.underlay(image(path)?, args.extent);
    }
    args.figure.dress(&mut plot);
    if let Some(adapter) = &args.adapter {
        plot = plot.adapter(adapter.clone());
    }
    if let Some(reduction) = reduce.reduce {
        plot = plot.reduce(reduction);
    }
    if let Some((x, y)) = args.range {
        plot = plot.range(x, y);
    }
    Ok(plot)
}

fn draw<S: Shape>(
    plot: Plot<'_, S>,
    mincnt: Option<u64>,
    (output, progress): (&OutputArgs, &Progress),
) -> Result<Drawn> {
    let drawing = plot.watch(progress).figure()?;
    let notes = notes(&drawing, mincnt, output);
    Ok(Drawn { notes, summary: summary(&drawing), drawing })
}

/// Notes on rows that are not in the picture, and what -v asks for.
fn notes(drawing: &Drawing, mincnt: Option<u64>, output: &OutputArgs) -> String {
    let Tally { rows, binned, outside, missing } = drawing.aggregate.tally;
    let mut notes = String::new();
    if output.verbose || missing > 0 || outside > 0 {
        notes += &format!(
            "heatbin: {}: {binned} binned, {outside} outside, {missing} missing\n",
            counted(rows, "row")
        );
    }
    notes += &emptiness(drawing, mincnt);
    notes += &looks(drawing, output);
    if output.verbose {
        let report = &drawing.report;
        let adapter = report.adapter.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        notes += &format!("heatbin: backend {}{adapter}: {}\n", report.backend, report.reason);
        notes += &contour_levels(drawing);
    }
    notes
}

/// Notes on the values at which shares of the mass lie, in each panel.
fn contour_levels(drawing: &Drawing) -> String {
    let names = drawing.facets.as_ref().map_or(&[][..], |facets| &facets.layers.names);
    let mut notes = String::new();
    for (nth, contours) in drawing.figure().contours().iter().enumerate() {
        let place = names.get(nth).map(|name| format!("{name}: ")).unwrap_or_default();
        for contour in contours.iter().filter(|contour| contour.share.is_some()) {
            notes += &format!("heatbin: {place}contour of {} at {}\n", contour.label(), contour.level);
        }
    }
    notes
}

/// Notes on pictures that do not look as they might be expected to.
fn looks(drawing: &Drawing, output: &OutputArgs) -> String {
    let mut notes = String::new();
    let [_, _, width, height] = drawing.figure().boxes()[0];
    let (nx, ny) = match &*drawing.aggregate.grid {
        Grid::Rect(rect) => (rect.x.bins(), rect.y.bins()),
        Grid::Hex(hex) => (hex.x.cells, 2 * hex.y.cells),
    };
    if output.has_picture() && (nx > width as usize || ny > height as usize) {
        notes += &format!(
            "heatbin: {nx} × {ny} cells share {width} × {height} pixels, so colours are means of cells; fewer bins or more \
             --dpi show each\n"
        );
    }
    notes += &output.unwritable(drawing.figure());
    notes + &output.cut(drawing.figure())
}

/// A note on a picture that shows nothing, and why; nothing if it shows something.
fn emptiness(drawing: &Drawing, mincnt: Option<u64>) -> String {
    let Tally { rows, binned, outside, .. } = drawing.aggregate.tally;
    let all = drawing.colored_values();
    let most = || all.iter().flat_map(|values| values.all_rows().iter().copied().max()).max().unwrap_or(0);
    let is_blank = |values: &Values| values.iter().all(f64::is_nan);
    let why = match mincnt {
        _ if rows == 0 => "there are no rows".into(),
        _ if binned == 0 && outside == 0 => "no row has a finite value in every column".into(),
        _ if binned == 0 => "no row is in the range".into(),
        Some(mincnt) if most() < mincnt => {
            format!("no cell has {mincnt} points, the most is {}", most())
        }
        _ if all.iter().all(is_blank) => {
            let reduction = drawing.aggregate.values.reduction();
            format!("no cell has points enough for {reduction}, the most is {}", most())
        }
        _ if !drawing.shows_cells() => {
            "no cell has a value with a colour: see --cmin, --cmax and the norm".into()
        }
        _ => return colorless(drawing),
    };
    format!("heatbin: nothing to show: {why}\n")
}

/// A note on cells with rows that are not seen, because the norm has no colour for their values.
pub fn colorless(drawing: &Drawing) -> String {
    let norm = &drawing.scale.norm;
    let mut infinite = 0;
    let mut lost = 0;
    // Counts of rows are finite, and every norm takes them.
    for values in drawing.colored_values().iter().filter(|values| !matches!(values, Values::Counts(_))) {
        let odd = by_stretch(values.len(), |cells| {
            // What lies between two values that a norm takes, it takes too.
            if values
                .finite_span(cells.clone())
                .is_some_and(|(low, high)| norm.takes(low) && norm.takes(high))
            {
                return (0, 0);
            }
            let filled = cells.filter(|&cell| values.rows(cell) > 0).map(|cell| values.get(cell));
            filled.filter(|value| !value.is_nan()).fold((0, 0), |(infinite, lost), value| {
                let is_lost = value.is_finite() && !norm.takes(value);
                (infinite + usize::from(value.is_infinite()), lost + usize::from(is_lost))
            })
        });
        infinite += odd.iter().map(|odd| odd.0).sum::<usize>();
        lost += odd.iter().map(|odd| odd.1).sum::<usize>();
    }
    let mut notes = match infinite {
        0 => String::new(),
        1 => "heatbin: 1 cell has an infinite value, which has no colour (--bad gives it one)\n".into(),
        _ => format!(
            "heatbin: {infinite} cells have infinite values, which have no colour (--bad gives them one)\n"
        ),
    };
    if lost > 0 {
        let have = if lost == 1 { "1 cell has a value".into() } else { format!("{lost} cells have values") };
        notes += &format!("heatbin: {have} that a {} norm has no colour for\n", norm.name());
    }
    notes
}

/// The smallest and the largest value, counts as whole numbers; null where no cell has one.
fn extremes(values: &Values) -> (serde_json::Value, serde_json::Value) {
    if let Values::Counts(counts) = values {
        let (low, high) = span_from(counts, 0).unzip();
        return (low.into(), high.into());
    }
    let (low, high) = values.extremes().unzip();
    (low.into(), high.into())
}

/// The account for programs.
fn summary(drawing: &Drawing) -> serde_json::Value {
    let Tally { rows, binned, outside, missing } = drawing.aggregate.tally;
    let (min, max) = match &drawing.facets {
        Some(facets) => extremes(&facets.layers.together()),
        None => extremes(&drawing.aggregate.values),
    };
    let report = &drawing.report;
    let rows_of = |layers: &Layers| {
        let rows = (0..layers.len()).map(|nth| (layers.names[nth].clone(), layers.rows(nth).into()));
        serde_json::Value::Object(rows.collect())
    };
    let mut summary = serde_json::json!({
        "rows": rows,
        "binned": binned,
        "outside": outside,
        "missing": missing,
        "min": min,
        "max": max,
        "backend": report.backend,
        "adapter": report.adapter,
        "seconds": {
            "read": report.read.as_secs_f64(),
            "bin": report.bin.as_secs_f64(),
        },
    });
    if let Some(layers) = drawing.layers() {
        summary["categories"] = rows_of(layers);
    }
    summary
}
