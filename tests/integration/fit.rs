//! Colours that are fitted to all the data: the scale of a view is that of the figure without a range.

use heatbin::{
    Backend, Coloring, Column, Fit, Hexbin, Hist2d, Mixing, Norm, Plot, Reduction, Run, Scale, Shape, Values,
    hexbin, hist2d,
};

use crate::cli::{Folder, Run as Ran};

/// Ten thousand rows, crowded about the middle, weighed, of three kinds.
fn rows() -> (Vec<f64>, Vec<f64>, Vec<f64>, Vec<&'static str>) {
    let at = |i: i32, way: f64| (f64::from(i) * way).sin().powi(3);
    let x: Vec<f64> = (0..10_000).map(|i| at(i, 0.37)).collect();
    let y: Vec<f64> = (0..10_000).map(|i| at(i, 0.11) * 5.0 + 1.0).collect();
    let w = (0..10_000).map(|i| f64::from(i % 97) - 20.0).collect();
    let kinds = (0..10_000).map(|i| ["oak", "elm", "elm", "yew", "elm"][(i * i / 7 % 5) as usize]).collect();
    (x, y, w, kinds)
}

/// A part with crowds and without.
const PART: ((f64, f64), (f64, f64)) = ((-0.2, 0.9), (0.5, 4.0));

/// The colours of a part, which must be those of all; and how many of its cells lie off them.
#[track_caller]
fn check<S: Shape + Clone>(plot: Plot<'_, S>) -> (Run, (bool, bool)) {
    let whole = plot.clone().run().expect("all rows");
    let plain = plot.clone().range(PART.0, PART.1);
    let part = plain.clone().fit(Fit::Data).run().expect("a part");
    let alone = plain.run().expect("a part alone");
    assert_eq!(part.aggregate.tally, alone.aggregate.tally);
    // But for the arrows, which are those of the view.
    let mut scale = part.scale.clone();
    scale.extend = whole.scale.extend;
    assert_eq!(scale, whole.scale);
    assert_ne!(part.scale, alone.scale, "the part has another scale of its own");
    // Without a range it is what it was.
    assert_eq!(plot.fit(Fit::Data).run().expect("all rows").scale, whole.scale);
    let shown = |values: &Values| {
        let mincnt = part.scale.mincnt.unwrap_or(0);
        let seen = (0..values.len()).filter(|&cell| values.rows(cell) >= mincnt).map(|cell| values.get(cell));
        let (low, high) = part.scale.shown;
        seen.filter(|v| v.is_finite() && part.scale.norm.takes(*v))
            .filter(|&v| low.is_none_or(|low| v >= low) && high.is_none_or(|high| v <= high))
            .collect::<Vec<f64>>()
    };
    let values: Vec<f64> = match &part.facets {
        Some(facets) => facets.layers.values.iter().flat_map(shown).collect(),
        None => shown(&part.aggregate.values),
    };
    let limits = part.scale.limits;
    let extend = (values.iter().any(|v| *v < limits.vmin), values.iter().any(|v| *v > limits.vmax));
    assert_eq!(part.scale.extend, extend);
    (part, extend)
}

#[test]
fn limits_are_those_of_the_figure_without_a_range() {
    let (x, y, w, kinds) = rows();
    let rect = || -> Hist2d<'_> { hist2d(&x, &y).bins((20, 15)) };
    let hex = || -> Hexbin<'_> { hexbin(&x, &y).gridsize(18) };
    let norm = |text: &str| text.parse::<Norm>().expect("a norm");
    let (_, off) = check(rect());
    assert!(!off.1);
    check(hex().norm(norm("log")));
    check(rect().mincnt(1).robust(true));
    check(hex().norm(norm("eq_hist")).mincnt(2));
    check(rect().norm(norm("symlog:3")).cmin(2.0).cmax(90.0));
    check(rect().vmin(3.0));
    check(rect().weights(&w).reduce(Reduction::Mean).center(5.0).cmap("vlag"));
    check(rect().weights(&w).norm(norm("centered:0")));
    check(rect().weights(&w).reduce(Reduction::Median).robust(true));
    check(rect().smooth((1.0, 2.0)));
    check(rect().spread(1).norm(norm("eq_hist")));
    check(rect().reduce(Reduction::Density));
    let (_, off) = check(hex().backend(Backend::Gpu));
    assert!(!off.1);
    check(rect().category(&kinds).facet(None));
    check(rect().category(&kinds).facet(None).norm(norm("eq_hist")).mincnt(1));
    check(hex().category(&kinds).facet(Some(1)).weights(&w).reduce(Reduction::Max).robust(true));
    // Small cells of a part hold less than the smallest of all: arrows say so.
    let crowd = || check(rect().mincnt(1).robust(true));
    assert!(crowd().1.1, "and more than most of all");
}

#[test]
fn pixels_are_those_of_limits_that_were_typed() {
    let (x, y, ..) = rows();
    let plot = hist2d(&x, &y).bins(30).mincnt(1).norm(Norm::Log);
    let limits = plot.clone().run().expect("all rows").scale.limits;
    let part = plot.range(PART.0, PART.1);
    let pixels = |plot: &Hist2d<'_>| plot.raster(120, 90).expect("pixels");
    let typed = pixels(&part.clone().vmin(limits.vmin).vmax(limits.vmax));
    assert!(pixels(&part.clone().fit(Fit::Data)) == typed);
    assert!(pixels(&part) != typed);
    // What is typed wins, for one limit or both.
    let one = part.clone().vmax(7.0).fit(Fit::Data).run().expect("a run").scale.limits;
    assert_eq!((one.vmin, one.vmax), (limits.vmin, 7.0));
    assert_eq!(part.clone().vmin(2.0).vmax(7.0).fit(Fit::Data).run().expect("a run").scale.limits.vmin, 2.0);
}

#[test]
fn mixed_colours_are_as_opaque_and_as_mixed_as_among_all() {
    let (x, y, _, kinds) = rows();
    for norm in ["linear", "eq_hist"] {
        // So few cells that every kind is in each, of all the data and of the part.
        let plot = hist2d(&x, &y).bins(2).category(&kinds).norm(norm.parse().expect("a norm"));
        let whole = plot.clone().run().expect("all rows");
        let part = plot.range(PART.0, PART.1).fit(Fit::Data).run().expect("a part");
        let (mixture, all) = (part.mixture.as_ref().expect("kinds"), whole.mixture.as_ref().expect("kinds"));
        let least = all.layers.values.iter().flat_map(|values| (0..4).map(|cell| values.rows(cell)));
        let baseline = least.min().expect("some cells") as f64;
        assert!(baseline > 0.0);
        let mix = |mixing: &Mixing| {
            mixing.mix(&mixture.layers, &part.aggregate.values, &whole.scale).expect("as many colours")
        };
        assert_eq!(mixture.cells, mix(&Mixing { baseline: Some(baseline), ..Mixing::default() }));
        assert_ne!(mixture.cells, mix(&Mixing::default()), "its own baseline is another");
    }
}

#[test]
fn on_a_log_axis_all_the_data_are_those_above_0() {
    let (x, y, ..) = rows();
    let plot = |x: &[f64], y: &[f64]| {
        let (x, y) = (Column::from(x.to_vec()), Column::from(y.to_vec()));
        hist2d(x, y).bins(9).yscale(Scale::Log)
    };
    assert!(plot(&x, &y).run().is_err(), "without a range, values below 0 are in the way");
    let span = |v: &[f64]| v.iter().fold((f64::MAX, f64::MIN), |(low, high), &v| (v.min(low), v.max(high)));
    let above: Vec<f64> = y.iter().copied().filter(|y| *y > 0.0).collect();
    let part = plot(&x, &y).range((-0.2, 0.9), (0.5, 4.0)).fit(Fit::Data).run().expect("a part");
    let wanted = plot(&x, &y).range(span(&x), span(&above)).run().expect("all above 0").scale.limits;
    assert_eq!(part.scale.limits, wanted);
    // Where there is none above 0, there is nothing to be fitted to.
    let none = plot(&[1.0, 2.0], &[-1.0, -2.0]).range((0.0, 3.0), (1.0, 2.0)).fit(Fit::Data);
    assert_eq!(none.run().expect("nothing in view").aggregate.tally.outside, 2);
}

#[test]
fn a_part_of_a_table_has_the_colours_of_all_of_it() {
    use heatbin::{Index, Mask, Matrix, heatmap};
    let values: Vec<f64> = (0..60).map(|cell| f64::from(cell * cell % 101)).collect();
    let matrix = Matrix::new(Index::numbered(6), Index::numbered(10), values).expect("a matrix");
    let hidden = Mask::Rows(vec![false, false, false, false, false, true]);
    let plot = heatmap(matrix).mask(hidden).coloring(Coloring { robust: true, ..Coloring::default() });
    let whole = plot.clone().run().expect("all").scale;
    let part = plot.rows(1..3).columns(2..5);
    let fitted = part.clone().fit(Fit::Data).run().expect("a part").scale;
    assert_eq!(fitted.limits, whole.limits);
    assert_ne!(part.run().expect("a part").scale.limits, whole.limits);
}

/// Files that are read twice, files that say what they span, and what can be read once.
#[test]
fn the_command_fits_to_what_it_reads_whatever_that_is() {
    let (x, y, ..) = rows();
    let table: String = x.iter().zip(&y).map(|(x, y)| format!("{x},{y}\n")).collect();
    let folder = Folder::with("a.csv", format!("x,y\n{table}"));
    let base = "-x x -y y --bins 12 --figsize 3,2 --dpi 50";
    let range = "--range=-0.2,0.9,0.5,4";
    let limits = hist2d(&x, &y).bins(12).run().expect("all rows").scale.limits;
    let typed =
        format!("hist2d a.csv {base} {range} --vmin {} --vmax {} -o typed.svg", limits.vmin, limits.vmax);
    folder.heatbin(&typed).done();
    folder.heatbin(&format!("hist2d a.csv {base} {range} --fit data -o file.svg")).done();
    let mut piped = folder.command(&format!("hist2d - {base} {range} --fit data -o piped.svg"));
    piped.stdin(std::fs::File::open(folder.path("a.csv")).expect("it is there"));
    Ran::of(piped).done();
    folder.heatbin(&format!("hist2d a.csv {base} {range} --fit view -o view.svg")).done();
    let typed = folder.read("typed.svg");
    assert!(folder.read("file.svg") == typed && folder.read("piped.svg") == typed);
    assert!(folder.read("view.svg") != typed);
    let page =
        format!("subplots -o page.svg + hist2d a.csv {base} --fit data {range}").replace("--dpi 50 ", "");
    folder.heatbin(&page).done();
    folder.refuses(&format!("hist2d a.csv {base} --fit all -o b.svg"), 2, &["--fit", "view, data"]);
}
