//! Whole pages: as text to be read, and where they are refused.

use std::path::Path;

use super::*;
use crate::data::{Axis, Colormap, Extremes, Hex, Limits, Norm, Values};

/// The first line in which two texts differ.
fn difference(expected: &str, actual: &str) -> Option<String> {
    let (mut expected, mut actual) = (expected.split('\n'), actual.split('\n'));
    for line in 1.. {
        match (expected.next(), actual.next()) {
            (None, None) => return None,
            (wanted, found) if wanted != found => {
                return Some(format!("line {line}\n  expected {wanted:?}\n  actual   {found:?}"));
            }
            _ => {}
        }
    }
    None
}

/// Compares with tests/figure/NAME.svg. On a mismatch, NAME.actual.svg is written beside it; with HEATBIN_BLESS=1, NAME.svg
/// itself, and the test fails still.
#[track_caller]
fn check(name: &str, svg: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/figure");
    let (start, end) = (svg.find("base64,").unwrap_or(0), svg.find(") format").unwrap_or(0));
    let actual =
        if start < end { format!("{}base64,{}", &svg[..start], &svg[end..]) } else { svg.to_string() };
    let expected = std::fs::read_to_string(folder.join(name).with_extension("svg")).unwrap_or_default();
    if let Some(difference) = difference(&expected, &actual) {
        let bless = std::env::var_os("HEATBIN_BLESS").is_some_and(|value| value == "1");
        let ending = if bless { "svg" } else { "actual.svg" };
        std::fs::write(folder.join(name).with_extension(ending), &actual).expect("tests/figure is a folder");
        panic!("{name}.svg differs in {difference}\nsee {name}.{ending}; HEATBIN_BLESS=1 accepts it");
    }
}

fn axis(range: (f64, f64), scale: Scale, label: &str) -> FigureAxis {
    FigureAxis { range, scale, label: label.to_string(), ..FigureAxis::default() }
}

fn colors(norm: Norm, vmin: f64, vmax: f64) -> ColorScale {
    let colormap =
        Colormap::from_colors("three", vec![[0, 0, 99, 255], [200, 0, 0, 255], [255, 255, 0, 255]]).unwrap();
    ColorScale { mincnt: Some(1), ..ColorScale::new(norm, Limits { vmin, vmax }, colormap) }
}

fn page(figsize: (f64, f64), title: &str) -> Page {
    Page { figsize, dpi: 100.0, title: Some(title.to_string()), ..Page::default() }
}

fn raster() -> Raster {
    Raster::new(2, 1, vec![0, 0, 99, 255, 255, 255, 0, 255])
}

fn hexagons() -> (Hex, Values) {
    let ranges = ((1.0, 1000.0), (0.0, 2.0));
    let grid = Hex::new((2, 1), ranges, (Scale::Log, Scale::Linear)).unwrap();
    (grid, Values::Counts(vec![1, 0, 5, 9, 0, 1, 70, 3]))
}

#[test]
fn a_page_of_rectangles() {
    let bar = Colorbar {
        scale: colors(Norm::Linear, 0.0, 9.0),
        label: "points".into(),
        whole: true,
        marks: Vec::new(),
    };
    let x = axis((-1.0, 1.0), Scale::Linear, "x <&>");
    let figure =
        Figure::new(page((3.2, 2.4), "Two cells"), x, axis((0.0, 2e7), Scale::Linear, "y"), Some(bar));
    check("rectangles", &figure.unwrap().svg(&Cells::Raster(&raster())));
}

#[test]
fn a_page_of_hexagons() {
    let (grid, values) = hexagons();
    let colors = colors(Norm::Log, 1.0, 70.0);
    let bar = Colorbar { scale: colors.clone(), label: "count".into(), whole: true, marks: Vec::new() };
    let (x, y) = (axis((1.0, 1000.0), Scale::Log, "λ (μm)"), axis((0.0, 2.0), Scale::Linear, "y"));
    let figure = Figure::new(page((3.2, 2.4), "Гексагоны"), x, y, Some(bar)).unwrap();
    let hexagons = Hexagons { grid: &grid, values: &values, colors: &colors };
    assert_eq!(hexagons.drawn(), 6);
    check("hexagons", &figure.svg(&Cells::Hexagons(hexagons)));
}

#[test]
fn colorbars_of_other_norms() {
    let of = |name: &str, scale: ColorScale| {
        let bar = Colorbar { scale, label: name.into(), whole: true, marks: Vec::new() };
        let (x, y) = (axis((0.0, 1.0), Scale::Linear, ""), axis((0.0, 1.0), Scale::Linear, ""));
        let figure = Figure::new(page((2.4, 2.4), ""), x, y, Some(bar)).unwrap();
        check(name, &figure.svg(&Cells::Raster(&raster())));
    };
    let stretches = colors("boundaries:1,3,10,100".parse().unwrap(), 1.0, 100.0);
    of("boundaries", ColorScale { extend: (true, false), ..stretches });
    let extremes = Extremes { over: Some([0, 200, 0, 128]), ..Extremes::default() };
    let power = colors(Norm::Power { gamma: 0.5 }, 0.0, 20_000.0);
    of("power", ColorScale { extend: (true, true), extremes, ..power });
}

#[test]
fn a_page_of_days_and_one_value() {
    let bar = Colorbar {
        scale: colors(Norm::Linear, 7.0, 7.0),
        label: String::new(),
        whole: true,
        marks: Vec::new(),
    };
    let x = FigureAxis { quantity: Quantity::Time, ..axis((18_661.0, 18_701.0), Scale::Linear, "") };
    let y = axis((1e9, 1e9 + 1.0), Scale::Linear, "");
    let figure = Figure::new(page((4.0, 2.4), "A title\nof two lines"), x, y, Some(bar)).unwrap();
    check("days", &figure.svg(&Cells::Raster(&raster())));
}

#[test]
fn a_dark_page_of_equal_units_with_a_grid() {
    let bar = Colorbar {
        scale: colors(Norm::Linear, 0.0, 9.0),
        label: "points".into(),
        whole: true,
        marks: Vec::new(),
    };
    let (x, y) = (axis((0.0, 4.0), Scale::Linear, "x"), axis((0.0, 1.0), Scale::Linear, "y"));
    let page =
        Page { theme: Theme::Dark, aspect: Aspect::Equal, grid: true, ..page((3.2, 2.4), "A wide plot") };
    let figure = Figure::new(page.clone(), x.clone(), y.clone(), Some(bar)).unwrap();
    let (width, height) = figure.plot_pixels();
    assert!(width.abs_diff(4 * height) <= 2, "{width} × {height}");
    check("dark", &figure.svg(&Cells::Raster(&raster())));
    // The other way around it is narrow.
    let (width, height) = Figure::new(page, y, x, None).unwrap().plot_pixels();
    assert!(height.abs_diff(4 * width) <= 2, "{width} × {height}");
}

/// A ring and an open line.
fn contours() -> Vec<Contour> {
    let ring = vec![(0.25, 0.5), (0.5, 0.25), (0.75, 0.5), (0.5, 0.75), (0.25, 0.5)];
    let line = vec![(0.1, 0.9), (0.5, 0.8), (0.9, 0.9)];
    vec![
        Contour::new(7.0, Some(0.5), vec![ring]),
        Contour::new(2.0, None, vec![line]),
        // Too near to the first for its label; beyond the bar; nowhere.
        Contour::new(7.3, Some(0.4), Vec::new()),
        Contour::new(99.0, Some(0.1), Vec::new()),
        Contour::new(f64::NAN, Some(0.2), Vec::new()),
    ]
}

#[test]
fn contours_over_cells_and_alone() {
    let marks: Vec<_> = contours().iter().map(|contour| (contour.level, contour.label())).collect();
    let (x, y) = (axis((0.0, 1.0), Scale::Linear, ""), axis((0.0, 1.0), Scale::Linear, ""));
    let figure = |page| {
        let bar = Colorbar { marks: marks.clone(), ..linear_bar() };
        Figure::new(page, x.clone(), y.clone(), Some(bar)).unwrap()
    };
    let over = figure(page((2.4, 2.4), "")).with_contours(contours(), true);
    check("contours", &over.svg(&Cells::Raster(&raster())));
    let alone = figure(page((2.4, 2.4), "")).with_contours(contours(), false);
    check("contours_only", &alone.svg(&Cells::Nothing));
    let bare = figure(Page { bare: true, ..page((2.4, 2.4), "") }).with_contours(contours(), true);
    assert!(bare.overlay().contains("id=\"contours\"") && !bare.overlay().contains("<text"));
}

fn linear_bar() -> Colorbar {
    let scale = colors(Norm::Linear, 0.0, 9.0);
    Colorbar { scale, label: "points".into(), whole: true, marks: Vec::new() }
}

#[test]
fn numbers_in_cells() {
    let edges = |edges: &[f64]| Axis::from_edges(edges.to_vec(), Scale::Linear).unwrap();
    let rect = Rect { x: edges(&[0.0, 1.0, 3.0]), y: edges(&[0.0, 1.0, 2.0]) };
    let (values, scale) = (Values::Counts(vec![0, 1234, 5, 9]), colors(Norm::Linear, 0.0, 9.0));
    let of = |figsize, style: &str| {
        let (x, y) = (axis((0.0, 3.0), Scale::Linear, ""), axis((0.0, 2.0), Scale::Linear, ""));
        let figure = Figure::new(page(figsize, ""), x, y, None).unwrap();
        figure.annotated(&rect, std::slice::from_ref(&values), &scale, style.parse().unwrap())
    };
    // The empty cell has no colour, and no number.
    check("numbers", &of((2.4, 1.6), ",d").unwrap().svg(&Cells::Raster(&raster())));
    let error = of((1.4, 1.2), ".15e").unwrap_err().to_string();
    assert!(error.contains("too small for their numbers"), "{error}");
}

#[test]
fn a_bare_page() {
    let (grid, values) = hexagons();
    let colors = colors(Norm::Log, 1.0, 70.0);
    let (x, y) = (axis((1.0, 1000.0), Scale::Log, "x"), axis((0.0, 2.0), Scale::Linear, "y"));
    let figure = Figure::new(Page { bare: true, ..page((2.0, 1.0), "Bare") }, x, y, None).unwrap();
    assert_eq!((figure.plot_origin(), figure.plot_pixels()), ((0, 0), figure.page_pixels()));
    assert!(!figure.overlay().contains("<path") && !figure.overlay().contains("<text"));
    check("bare", &figure.svg(&Cells::Hexagons(Hexagons { grid: &grid, values: &values, colors: &colors })));
}

#[test]
fn the_comparison_notices_one_character() {
    assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    assert!(difference("a\nb\n", "a\nc\n").unwrap().starts_with("line 2"));
    assert!(difference("a\nb", "a\nb\n").unwrap().starts_with("line 3"));
    assert!(difference("", "a").is_some());
}

#[track_caller]
fn refused(page: Page, x: FigureAxis, wanted: &str) {
    let error = Figure::new(page, x, axis((0.0, 1.0), Scale::Linear, "y"), None).unwrap_err();
    assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
    assert!(error.to_string().contains(wanted), "{error}");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let x = || axis((0.0, 1.0), Scale::Linear, "x");
    let sized = |width, height| Page { figsize: (width, height), ..Page::default() };
    refused(sized(0.5, 0.5), x(), "at least 1.");
    refused(sized(f64::NAN, 1.0), x(), "figsize must be");
    refused(sized(-1.0, 1.0), x(), "figsize must be");
    refused(sized(200.0, 1.0), x(), "a side may have 32768");
    refused(sized(150.0, 150.0), x(), "all together 268435456");
    refused(Page { dpi: 0.0, ..Page::default() }, x(), "dpi must be");
    refused(Page { dpi: f64::INFINITY, ..Page::default() }, x(), "dpi must be");
    refused(Page::default(), axis((1.0, 0.0), Scale::Linear, ""), "x axis: the range 1 to 0 must ascend");
    refused(Page::default(), axis((1.0, 1.0), Scale::Linear, ""), "must ascend");
    refused(Page::default(), axis((f64::MIN, f64::MAX), Scale::Linear, ""), "more than f64 can span");
    refused(Page::default(), axis((0.0, 1.0), Scale::Log, ""), "above 0");
}

#[test]
fn the_smallest_page_that_is_named_is_large_enough() {
    let new = |width, height| {
        let x = axis((-1e5, 1e5), Scale::Linear, "a label");
        let y = axis((1e9, 1e9 + 1.0), Scale::Linear, "another");
        let bar = Colorbar {
            scale: colors(Norm::Log, 1.0, 1e5),
            label: "count".into(),
            whole: true,
            marks: Vec::new(),
        };
        Figure::new(page((width, height), "A title"), x, y, Some(bar))
    };
    let message = new(0.7, 0.7).unwrap_err().to_string();
    let (_, size) = message.split_once("at least ").unwrap();
    let (width, rest) = size.split_once(" × ").unwrap();
    let (height, _) = rest.split_once(',').unwrap();
    let figure = new(width.parse().unwrap(), height.parse().unwrap());
    assert!(figure.is_ok(), "{message} {figure:?}");
}

#[test]
fn histograms_beside_the_cells() {
    let aggregate = |values| {
        let rect = Rect {
            x: Axis::from_edges(vec![0.0, 1.0, 3.0, 4.0], Scale::Linear).unwrap(),
            y: Axis::from_edges(vec![0.0, 1.0, 2.0], Scale::Linear).unwrap(),
        };
        let grid = std::sync::Arc::new(crate::data::Grid::Rect(rect));
        crate::data::Aggregate { grid, values, tally: crate::data::Tally::default() }
    };
    let of = |values, page: Page| {
        let (top, right) = aggregate(values).marginals();
        let bars =
            |side, marginal| SideBox { side, depth: 30.0, gap: 5.0, content: SideContent::Bars(marginal) };
        let sides = vec![bars(Side::Top, top), bars(Side::Right, right)];
        let around = Around { colorbar: Some(linear_bar()), sides, ..Around::default() };
        let (x, y) = (axis((0.0, 4.0), Scale::Linear, "x"), axis((0.0, 2e7), Scale::Linear, "y"));
        Figure::with(page, x, FigureAxis { range: (0.0, 2.0), ..y }, around).unwrap()
    };
    let counts = Values::Counts(vec![1, 0, 2000, 1000, 0, 0]);
    check("marginals", &of(counts.clone(), page((3.2, 2.4), "Sums")).svg(&Cells::Raster(&raster())));
    // Sums may lie below 0.
    let reduced = crate::data::Reduced {
        reduction: crate::data::Reduction::Sum,
        values: vec![-5.0, 0.0, 2.0, 10.0, 0.0, 0.25],
        rows: vec![1; 6],
        smoothed: false,
    };
    let dark = Page { theme: Theme::Dark, ..page((3.2, 2.4), "") };
    check("marginals_below_zero", &of(Values::Reduced(reduced), dark).svg(&Cells::Raster(&raster())));
    let bare = of(counts, Page { bare: true, ..page((2.0, 1.0), "") });
    assert!(!bare.overlay().contains("<path"), "a bare page has no bars");
}

/// Beside axes whose last label stands at the very corner, or that have a note there, and however small the page is.
#[test]
fn bars_have_a_readable_scale() {
    let longest = [1, 2, 7, 190, 3003, 19_000, 120_000, 340_000_000];
    let mut spared = 0;
    let sizes = [(2.6, 2.2), (3.3, 2.6), (4.0, 4.0), (6.4, 4.8), (12.0, 3.0)];
    let ends = [1.0, 0.97, 12_000.0, 3e7];
    let cases = longest.iter().flat_map(|&long| sizes.map(|size| (long, size)));
    for ((longest, size), end) in cases.flat_map(|case| ends.map(|end| (case, end))) {
        let edges = || Axis::from_edges(vec![0.0, end / 2.0, end], Scale::Linear).unwrap();
        let grid = std::sync::Arc::new(crate::data::Grid::Rect(Rect { x: edges(), y: edges() }));
        let (values, tally) = (Values::Counts(vec![0, 0, 0, longest]), crate::data::Tally::default());
        let (top, right) = crate::data::Aggregate { grid, values, tally }.marginals();
        let bars =
            |side, marginal| SideBox { side, depth: 28.0, gap: 5.0, content: SideContent::Bars(marginal) };
        let sides = vec![bars(Side::Top, top), bars(Side::Right, right)];
        let around = Around { colorbar: Some(linear_bar()), sides, ..Around::default() };
        let (x, y) = (axis((0.0, end), Scale::Linear, "x"), axis((0.0, end), Scale::Linear, "y"));
        let figure = Figure::with(page(size, ""), x, y, around).unwrap();
        let plot = figure.layout.points(figure.layout.plot);
        for side in &figure.layout.sides {
            let labels: Vec<&str> = side.ticks.major.iter().map(|tick| tick.label.as_str()).collect();
            // Beside the plot, six digits and a 0 are wider than the box is deep; and the smallest page has no room to spare.
            let is_wide = !side.side.is_level() && longest == 120_000;
            if labels[0].is_empty() && !labels[1].is_empty() && (is_wide || size.0 < 3.0) {
                spared += 1;
                continue;
            }
            assert!(
                labels.len() == 2 && labels[0] == "0" && !labels[1].is_empty(),
                "{longest} {size:?} {end:?}: {labels:?}"
            );
            // Where the 0 stands, and the last label of the axis beside it.
            let (area, of_level) = (figure.layout.points(side.pixels), side.side.is_level());
            let ticks = if of_level { &figure.layout.y } else { &figure.layout.x };
            let last = ticks.major.last().unwrap();
            let (zero, other, least) = if of_level {
                (area.bottom(), plot.bottom() - last.at * plot.height, 0.99 * layout::TICK_TEXT)
            } else {
                let wide = |text: &str| font::width(text, layout::TICK_TEXT) / 2.0;
                (
                    area.left,
                    plot.left + last.at * plot.width,
                    wide("0") + wide(&last.label) + 0.4 * layout::TICK_TEXT,
                )
            };
            assert!(
                (zero - other).abs() >= least,
                "{longest} {size:?} {end:?}: {zero} is too near to {other}"
            );
        }
    }
    assert!(spared < 60, "{spared} of 320 bars have no 0");
}

/// Five panels in rows of three, with numbers so large that the y axis has a note.
fn five(page: Page) -> Figure {
    let titles = ["a", "b <&>", "", "a title that is much too long for its panel", "e"];
    let panels = Panels { columns: 3, titles: titles.map(str::to_owned).to_vec() };
    let around = Around { colorbar: Some(linear_bar()), panels: Some(panels), ..Around::default() };
    let (x, y) = (axis((0.0, 1000.0), Scale::Linear, "x"), axis((0.0, 2e7), Scale::Linear, "y"));
    Figure::with(page, x, y, around).unwrap()
}

#[test]
fn texts_that_are_cut_are_told() {
    assert_eq!(five(page((12.0, 4.0), "Five")).cut_texts(), [""; 0]);
    let narrow = five(page((4.8, 2.8), &"W".repeat(200)));
    let [title, panel] = narrow.cut_texts() else { panic!("{:?}", narrow.cut_texts()) };
    assert!(title.starts_with('W') && panel.starts_with("a title") && panel.ends_with('…'), "{panel}");
    assert!(five(Page { bare: true, ..page((4.8, 2.8), &"W".repeat(200)) }).cut_texts().is_empty());
    let names = |width: f64| {
        let names = ["a name of many words that goes on and on", "kept…"].map(str::to_owned).to_vec();
        let y = FigureAxis { range: (0.0, 2.0), names, ..FigureAxis::default() };
        let figure = Figure::new(page((width, 3.0), ""), FigureAxis::default(), y, None).unwrap();
        figure.cut_texts().len()
    };
    assert_eq!([names(3.0), names(12.0)], [1, 0]);
}

#[test]
fn panels_side_by_side() {
    let figure = five(page((4.8, 2.8), "Five"));
    let raster = raster();
    let cells = vec![Cells::Raster(&raster); 5];
    check("panels", &figure.svg(&Cells::Panels(&cells)));
    let boxes = figure.boxes();
    let [_, _, width, height] = boxes[0];
    assert!(boxes.iter().all(|&[_, _, w, h]| (w, h) == (width, height)), "{boxes:?}");
    // None touches another, and all lie in what is said to be the plot box.
    let ((left, top), (wide, tall)) = (figure.plot_origin(), figure.plot_pixels());
    assert_eq!(boxes[0][..2], [left, top]);
    assert_eq!((boxes[2][0] + width, boxes[3][1] + height), (left + wide, top + tall));
    assert!(boxes[0][0] + width + 10 < boxes[1][0] && boxes[0][1] + height + 10 < boxes[3][1]);
    let bare = five(Page { bare: true, ..page((3.0, 2.0), "") });
    assert_eq!((bare.plot_origin(), bare.boxes().len()), ((0, 0), 5));
    let error = {
        let panels = Panels { columns: 40, titles: vec!["a".into(); 40] };
        let (x, y) = (axis((0.0, 1.0), Scale::Linear, ""), axis((0.0, 1.0), Scale::Linear, ""));
        let around = Around { panels: Some(panels), ..Around::default() };
        Figure::with(page((6.4, 4.8), ""), x, y, around).unwrap_err().to_string()
    };
    assert!(error.contains("at least 2"), "{error}");
}

#[test]
fn panels_of_hexagons_have_clips_of_their_own() {
    let (grid, values) = hexagons();
    let colors = colors(Norm::Log, 1.0, 70.0);
    let panels = Panels { columns: 2, titles: vec!["one".into(), "two".into()] };
    let around = Around { panels: Some(panels), ..Around::default() };
    let (x, y) = (axis((1.0, 1000.0), Scale::Log, ""), axis((0.0, 2.0), Scale::Linear, ""));
    let figure = Figure::with(page((3.6, 1.8), ""), x, y, around).unwrap();
    let hexagons = Cells::Hexagons(Hexagons { grid: &grid, values: &values, colors: &colors });
    let svg = figure.svg(&Cells::Panels(&[hexagons, hexagons]));
    let found = |text: &str| svg.matches(text).count();
    assert_eq!(
        [found("id=\"plot\""), found("url(#plot)"), found("id=\"plot1\""), found("url(#plot1)")],
        [1; 4]
    );
}

#[test]
fn an_image_under_the_cells() {
    let (x, y) = (axis((0.0, 4.0), Scale::Linear, "x"), axis((0.0, 1.0), Scale::Linear, ""));
    let underlay = Underlay { image: raster(), extent: Some(((1.0, 5.0), (0.0, 1.0))) };
    let figure = Figure::new(page((2.4, 1.6), ""), x, y, None).unwrap().with_underlay(underlay).unwrap();
    check("underlay", &figure.svg(&Cells::Nothing));
    // The right half of the plot box is the left half of the image's right pixel and more.
    let under = figure.underlaid(Raster::clear(8, 2));
    let row: Vec<[u8; 4]> = (0..8).map(|x| under.pixel(x, 0)).collect();
    let (left, right) = ([0, 0, 99, 255], [255, 255, 0, 255]);
    assert_eq!(row, [[0; 4], [0; 4], left, left, left, left, right, right]);
    let over = Raster::new(8, 2, [7, 7, 7, 255].repeat(16));
    assert_eq!(figure.underlaid(over.clone()), over, "opaque cells hide it");
}
