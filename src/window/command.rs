//! The command line that draws what the window shows.

use super::look::{Grouping, Shape};
use super::request::Request;
use super::session::{Name, Origin};
use super::sheet::Sheet;
use super::table::TableOrigin;
use crate::data::{Coloring, Cut, Fit, Mixing, Norm, Reduction, Scale};
use crate::figure::{Page, added_fonts};
use crate::shading::Decimation;

/// What is saved: a picture's request, and the page around it.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub request: &'a Request,
    pub page: &'a Page,
    pub names: &'a (Name, Name),
    pub output: &'a str,
}

/// The arguments, from the program's name on.
pub(super) fn arguments(origin: &Origin, wanted: &Wanted<'_>) -> Vec<String> {
    let request = wanted.request;
    let look = &request.look;
    let (shape, cells) = match look.shape {
        Shape::Rectangles => ("hist2d", "--bins"),
        Shape::Hexagons => ("hexbin", "--gridsize"),
    };
    let mut line: Vec<String> = vec!["heatbin".into(), shape.into()];
    line.extend(origin.files.iter().cloned());
    let mut add = |option: &str, value: String| line.extend(given(option, value));
    add("-x", origin.x.clone());
    add("-y", origin.y.clone());
    let grouped = look.category.as_ref().zip(origin.category.as_ref());
    if let Some((grouping, column)) = grouped {
        add("--category", column.clone());
        line.extend(categories(grouping));
    }
    let mut add = |option: &str, value: String| line.extend(given(option, value));
    if let Some(weights) = &origin.weights {
        add("--weights", weights.clone());
    }
    if origin.weights.is_some() || look.reduction != Reduction::Count {
        add("--reduce", look.reduction.to_string());
    }
    let mut add = |option: &str, value: String| line.extend(given(option, value));
    for pair in origin.options.chunks_exact(2) {
        add(&pair[0], pair[1].clone());
    }
    let (x, y) = (request.region.x, request.region.y);
    add("--range", [x.0, x.1, y.0, y.1].map(number).join(","));
    let (nx, ny) = request.cells();
    add(cells, format!("{nx},{ny}"));
    if let Some((x, y)) = look.sigma((nx, ny)) {
        add("--smooth", if x == y { number(x) } else { format!("{},{}", number(x), number(y)) });
    }
    for (option, scale) in [("--xscale", look.scales.0), ("--yscale", look.scales.1)] {
        if scale == Scale::Log {
            add(option, "log".into());
        }
    }
    line.extend(colors(&look.coloring, grouped.is_some()));
    line.extend(figure(wanted, (&origin.labels.0, &origin.labels.1)));
    line
}

/// The arguments that draw the cells of a table that are in view.
pub(super) fn of_table(origin: &TableOrigin, sheet: &Sheet, wanted: &Wanted<'_>) -> Vec<String> {
    let look = &wanted.request.look;
    let matrix = sheet.matrix();
    let mut line: Vec<String> = vec!["heatbin".into(), "heatmap".into()];
    line.extend(origin.files.iter().chain(&origin.options).cloned());
    let (rows, columns) = sheet.part(wanted.request.region);
    let parts =
        [("--rows", sheet.rows(&rows), matrix.rows.len()), ("--columns", columns, matrix.columns.len())];
    for (option, part, all) in parts {
        if part.len() < all {
            line.extend(given(option, format!("{}:{}", part.start, part.end)));
        }
    }
    let decimation = match look.decimation {
        Decimation::Mean => None,
        Decimation::Max => Some("max"),
        Decimation::Min => Some("min"),
    };
    line.extend(decimation.into_iter().flat_map(|name| given("--decimate", name.into())));
    line.extend(colors(&look.coloring, false));
    line.extend(figure(wanted, (&matrix.columns.name, &matrix.rows.name)));
    line
}

/// The page, with the labels of the axes where they are not those of the data.
fn figure(wanted: &Wanted<'_>, (x, y): (&String, &String)) -> Vec<String> {
    let Wanted { page, names, output, .. } = wanted;
    let mut line = Vec::new();
    let mut add = |option: &str, value: String| line.extend(given(option, value));
    if let Some(title) = &page.title {
        add("--title", title.clone());
    }
    for (option, name, column) in [("--xlabel", &names.0, x), ("--ylabel", &names.1, y)] {
        if name.text != *column {
            add(option, name.text.clone());
        }
    }
    for font in added_fonts() {
        add("--font", font.path.display().to_string());
    }
    add("--figsize", format!("{},{}", number(page.figsize.0), number(page.figsize.1)));
    add("--dpi", number(page.dpi));
    add("-o", (*output).to_owned());
    line
}

/// How categories are told apart.
fn categories(grouping: &Grouping) -> Vec<String> {
    let Grouping { name: _, cut, mixing: Mixing { key, baseline, alpha }, counts } = grouping;
    let mut line = Vec::new();
    let mut add = |option: &str, value: String| line.extend(given(option, value));
    match cut {
        Cut::Values => {}
        Cut::Bins(bins) => add("--category-bins", bins.to_string()),
        Cut::Edges(axis) => {
            let edges: Vec<String> = axis.edges().iter().map(|edge| number(*edge)).collect();
            add("--category-bins", edges.join(","));
        }
    }
    if let Some(key) = key {
        add("--color-key", key.name().into());
    }
    if let Some(rows) = baseline {
        add("--color-baseline", number(*rows));
    }
    if alpha.0 != Mixing::default().alpha.0 {
        add("--min-alpha", alpha.0.to_string());
    }
    if *counts {
        line.push("--legend-counts".into());
    }
    line
}

/// What colours the cells; where categories are mixed, the colours of values have no say.
fn colors(coloring: &Coloring, is_mixed: bool) -> Vec<String> {
    let Coloring { norm, vmin, vmax, robust, center, mincnt, cmin, cmax, colormap, extremes, fit } = coloring;
    let mut line = Vec::new();
    let mut add = |option: &str, value: String| line.extend(given(option, value));
    if let Some(count) = mincnt {
        add("--mincnt", count.to_string());
    }
    if *norm != Norm::default() {
        add("--norm", norm.to_string());
    }
    let center = &center.filter(|_| !is_mixed);
    let values =
        [("--vmin", vmin), ("--vmax", vmax), ("--center", center), ("--cmin", cmin), ("--cmax", cmax)];
    for (option, value) in values {
        if let Some(value) = value {
            add(option, number(*value));
        }
    }
    if !is_mixed {
        let extremes = [("--under", extremes.under), ("--over", extremes.over), ("--bad", extremes.bad)];
        for (option, color) in extremes {
            if let Some([r, g, b, alpha]) = color {
                add(option, format!("#{r:02x}{g:02x}{b:02x}{alpha:02x}"));
            }
        }
        add("--cmap", colormap.name().into());
    }
    if *robust {
        line.push("--robust".into());
    }
    if *fit == Fit::Data {
        line.extend(["--fit".to_owned(), "data".to_owned()]);
    }
    line
}

/// The arguments as one line that a shell takes.
pub(super) fn line(arguments: &[String]) -> String {
    arguments.iter().map(|argument| quoted(argument)).collect::<Vec<_>>().join(" ")
}

/// An option with its value. A range may begin with a minus; another value that does would be taken for an option.
fn given(option: &str, value: String) -> Vec<String> {
    if value.starts_with('-') && option != "--range" {
        return vec![format!("{option}={value}")];
    }
    vec![option.to_owned(), value]
}

/// The shortest digits that read back as this number.
fn number(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// An argument as a shell reads it back.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Colormap, Extremes};
    use crate::window::look::Look;
    use crate::window::request::Region;

    #[test]
    fn numbers_read_back_as_they_were() {
        for value in [0.1 + 0.2, -0.0, 1.0, 1e300, 5e-324, 1e-7, -123_456_789.123_456_79, 1e16, f64::MAX] {
            let read: f64 = number(value).parse().unwrap();
            assert_eq!(read.to_bits(), value.to_bits(), "{}", number(value));
        }
        assert_eq!(number(200.0), "200");
    }

    #[test]
    fn every_colour_option_is_told() {
        let coloring = Coloring {
            norm: "symlog:0.5".parse().unwrap(),
            vmin: Some(-3.0),
            vmax: Some(0.1 + 0.2),
            robust: true,
            fit: Fit::Data,
            center: Some(1.0),
            mincnt: Some(7),
            cmin: Some(-2.5),
            cmax: Some(1e300),
            colormap: Colormap::named("vlag").unwrap(),
            extremes: Extremes {
                under: Some([1, 2, 3, 4]),
                over: Some([255; 4]),
                bad: Some([0, 16, 32, 255]),
            },
        };
        assert_eq!(
            colors(&coloring, false).join(" "),
            "--mincnt 7 --norm symlog:0.5 --vmin=-3 --vmax 0.30000000000000004 --center 1 --cmin=-2.5 --cmax 1e300 \
             --under #01020304 --over #ffffffff --bad #001020ff --cmap vlag --robust --fit data"
        );
        assert_eq!(
            colors(&coloring, true).join(" "),
            "--mincnt 7 --norm symlog:0.5 --vmin=-3 --vmax 0.30000000000000004 --cmin=-2.5 --cmax 1e300 --robust --fit data"
        );
        assert_eq!(colors(&Coloring::default(), false).join(" "), "--cmap viridis");
        assert!(colors(&Coloring::default(), true).is_empty());
    }

    /// Categories are told while they are looked at, weights always: a row without one is missing.
    #[test]
    fn categories_and_weights_are_told_side_by_side() {
        let origin = Origin {
            files: vec!["trips.csv".into()],
            x: "hour".into(),
            y: "distance".into(),
            weights: Some("fare".into()),
            category: Some("kind".into()),
            labels: ("hour".into(), "distance".into()),
            options: Vec::new(),
        };
        let name = |text: &str| Name { text: text.into(), ..Name::default() };
        let names = (name("hour"), name("distance"));
        let mut look = Look {
            category: Some(Grouping { cut: Cut::Bins(3), ..Grouping::default() }),
            weights: Some("fare".into()),
            reduction: Reduction::Quantile(0.9),
            ..Look::default()
        };
        let told = |look: &Look| {
            let region = Region { x: (0.0, 24.0), y: (0.0, 9.0) };
            let request = Request { region, pixels: (8, 4), look: look.clone() };
            let wanted = Wanted { request: &request, page: &Page::default(), names: &names, output: "a.png" };
            arguments(&origin, &wanted).join(" ")
        };
        let line = told(&look);
        let between =
            "--category kind --category-bins 3 --weights fare --reduce quantile:0.9 --range 0,24,0,9";
        assert!(line.contains(between) && !line.contains("--cmap"), "{line}");
        look.category = None;
        let line = told(&look);
        assert!(line.contains("-y distance --weights fare --reduce quantile:0.9 --range"), "{line}");
    }

    #[test]
    fn every_option_of_categories_is_told() {
        let grouping = Grouping {
            name: "kind".into(),
            cut: Cut::Edges(Axis::from_edges(vec![-1.5, 0.0, 1e300], Scale::Linear).unwrap()),
            mixing: Mixing {
                key: Some(Colormap::named("tab10").unwrap()),
                baseline: Some(-2.0),
                alpha: (7, 255),
            },
            counts: true,
        };
        assert_eq!(
            categories(&grouping).join(" "),
            "--category-bins=-1.5,0,1e300 --color-key tab10 --color-baseline=-2 --min-alpha 7 --legend-counts"
        );
        assert!(categories(&Grouping::default()).is_empty());
        let bins = Grouping { cut: Cut::Bins(5), ..Grouping::default() };
        assert_eq!(categories(&bins).join(" "), "--category-bins 5");
    }

    #[test]
    fn shells_read_arguments_back() {
        assert_eq!(quoted("a-b_1.csv"), "a-b_1.csv");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("data/*.csv"), "'data/*.csv'");
        assert_eq!(quoted(""), "''");
    }
}
