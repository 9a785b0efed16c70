//! Heatmaps of tables are those of seaborn, pcolormesh and imshow: the answers that tests/references/heatmaps.py wrote.

use heatbin::{Grid, Heatmap, Index, Interpolation, Mask, Matrix, Raster, heatmap};
use serde_json::Value;

use crate::references::{count, list, read, text};

fn answers() -> Value {
    read("heatmaps.json").swap_remove(0)
}

/// A value, NaN where the text is empty.
fn number(value: &Value) -> f64 {
    match text(value) {
        "" => f64::NAN,
        text => text.parse().expect("a number"),
    }
}

fn words(value: &Value) -> Vec<String> {
    list(value).iter().map(|word| text(word).to_owned()).collect()
}

fn matrix(table: &Value) -> Matrix {
    let index =
        |which: &str, name: usize| Index::new(words(&table[which])).named(text(&table["names"][name]));
    let values = list(&table["values"]).iter().map(number).collect();
    Matrix::new(index("rows", 0), index("columns", 1), values).expect("a matrix")
}

/// The heatmap that a case asks for.
fn asked(table: &Value, asked: &Value) -> Heatmap {
    let mut plot = heatmap(matrix(table)).figsize(9.0, 7.0);
    for (option, value) in asked.as_object().expect("options") {
        let number = || value.as_f64().expect("a number");
        plot = match option.as_str() {
            "annot" => plot.annot(Some(text(value).parse().expect("a format"))),
            "linewidths" => plot.linewidths(number()),
            "center" => plot.center(number()),
            "cmap" => plot.cmap(text(value)),
            "robust" => plot.robust(true),
            "vmin" => plot.vmin(number()),
            "vmax" => plot.vmax(number()),
            "mask" => plot.mask(if text(value) == "upper" { Mask::Upper } else { Mask::Lower }),
            other => panic!("no option {other}"),
        };
    }
    plot
}

/// The colour of each pixel, row by row; nothing where there is none.
fn colors(raster: &Raster) -> Vec<String> {
    let pixels = raster.pixels().chunks_exact(4);
    let color = |pixel: &[u8]| match pixel {
        [_, _, _, 0] => String::new(),
        [r, g, b, a] => format!("#{r:02x}{g:02x}{b:02x}{a:02x}"),
        _ => unreachable!("four channels"),
    };
    pixels.map(color).collect()
}

/// How many cells have another colour than in the reference.
fn differing(mine: &[String], theirs: &Value) -> usize {
    assert_eq!(mine.len(), list(theirs).len());
    mine.iter().zip(list(theirs)).filter(|(mine, theirs)| mine.as_str() != text(theirs)).count()
}

/// The contents of the texts of a page, with their colours.
fn texts(svg: &str) -> Vec<(String, String)> {
    let elements = svg.split("<text ").skip(1);
    let parts = elements.map(|element| {
        let (attributes, rest) = element.split_once('>').expect("a tag ends");
        let content = rest.split('<').next().expect("a text");
        let fill = attributes.split_once("fill=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap());
        (content.to_owned(), fill.to_owned())
    });
    parts.collect()
}

#[test]
fn every_cell_has_the_colour_that_seaborn_gives_it() {
    let answers = answers();
    for case in list(&answers["cases"]) {
        let table = &answers["tables"][text(&case["table"])];
        let plot = asked(table, &case["asked"]);
        let (rows, columns) = matrix(table).shape();
        // A pixel a cell.
        let raster = plot.raster(columns as u32, rows as u32).expect("a raster");
        let mut mine = colors(&raster);
        assert_eq!(differing(&mine, &case["colors"]), 0, "{} {}", case["table"], case["asked"]);
        // And the comparison sees one step of one channel.
        let cell = mine.iter().position(|color| !color.is_empty()).expect("a colour");
        let last = mine[cell].as_bytes()[6];
        mine[cell].replace_range(6..7, if last == b'0' { "1" } else { "0" });
        assert_eq!(differing(&mine, &case["colors"]), 1);
    }
}

#[test]
fn labels_and_numbers_are_those_of_seaborn() {
    let answers = answers();
    for case in list(&answers["cases"]) {
        let table = &answers["tables"][text(&case["table"])];
        let svg = asked(table, &case["asked"]).figure().expect("a figure").svg().expect("an SVG");
        let page = texts(&svg);
        let (names, numbers): (Vec<_>, Vec<_>) = page.into_iter().partition(|(_, fill)| fill.is_empty());
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        // First those below the cells, then those beside them from the bottom, then the names of both and what the colorbar says.
        let (below, mut beside) = (words(&case["columns"]), words(&case["rows"]));
        beside.reverse();
        assert_eq!(below.len() + beside.len(), {
            let (rows, columns) = matrix(table).shape();
            rows + columns
        });
        assert_eq!(names[..below.len()], below, "{}", case["table"]);
        assert_eq!(names[below.len()..][..beside.len()], beside, "{}", case["table"]);
        for label in ["xlabel", "ylabel"].map(|label| text(&case[label])).iter().filter(|l| !l.is_empty()) {
            assert!(names[below.len() + beside.len()..].contains(&(*label).to_owned()), "{label}");
        }
        let mut mine: Vec<(String, bool)> =
            numbers.into_iter().map(|(number, fill)| (number.replace('−', "-"), fill != "#ffffff")).collect();
        let theirs = case.get("annot").map_or(&[][..], |annot| list(annot));
        let mut theirs: Vec<(String, bool)> = theirs
            .iter()
            .filter(|note| !note.is_null())
            .map(|note| (unsigned_zero(text(&note[0])), text(&note[1]) == "dark"))
            .collect();
        mine.sort();
        theirs.sort();
        assert_eq!(mine, theirs, "{} {}", case["table"], case["asked"]);
    }
}

/// heatbin writes no sign before what is rounded to zero.
fn unsigned_zero(number: &str) -> String {
    let unsigned = number.strip_prefix('-').filter(|rest| !rest.bytes().any(|c| (b'1'..=b'9').contains(&c)));
    unsigned.unwrap_or(number).to_owned()
}

#[test]
fn edges_of_middles_are_those_of_pcolormesh() {
    for answer in list(&answers()["edges"]) {
        let numbers = |value: &Value| list(value).iter().map(number).collect::<Vec<f64>>();
        let middles = numbers(&answer["middles"]);
        let columns = middles.len();
        let matrix =
            Matrix::new(Index::numbered(2), Index::numbered(columns), vec![0.0; 2 * columns]).unwrap();
        let aggregate = heatmap(matrix).xedges(middles).aggregate().expect("an aggregate");
        let Grid::Rect(rect) = &*aggregate.grid else { panic!("rectangles") };
        assert_eq!(rect.x.edges(), numbers(&answer["edges"]));
    }
}

/// How far the grey of any pixel is from the reference, and how many are drawn in one picture only.
fn distance(raster: &Raster, theirs: &Value) -> (u8, usize) {
    let (mut farthest, mut lone) = (0, 0);
    for (y, line) in list(theirs).iter().enumerate() {
        for (x, wanted) in text(line).as_bytes().chunks_exact(2).enumerate() {
            let wanted = std::str::from_utf8(wanted).expect("ASCII");
            let [grey, _, _, alpha] = raster.pixel(x as u32, y as u32);
            match (wanted, alpha) {
                ("--", 0) => {}
                ("--", _) | (_, 0) => lone += 1,
                _ => {
                    farthest =
                        farthest.max(grey.abs_diff(u8::from_str_radix(wanted, 16).expect("hexadecimal")))
                }
            }
        }
    }
    (farthest, lone)
}

#[test]
fn interpolated_pictures_are_those_of_imshow() {
    for answer in list(&answers()["pictures"]) {
        let (shape, size) = (&answer["shape"], &answer["size"]);
        let values = list(&answer["values"]).iter().map(number).collect();
        let (rows, columns) = (count(&shape[0]), count(&shape[1]));
        let matrix = Matrix::new(Index::numbered(rows), Index::numbered(columns), values).unwrap();
        let name = text(&answer["interpolation"]);
        let interpolation = match name {
            "nearest" => Interpolation::Nearest,
            "bilinear" => Interpolation::Bilinear,
            "bicubic" => Interpolation::Bicubic,
            _ => Interpolation::Lanczos,
        };
        let plot = heatmap(matrix).cmap("gray").interpolation(interpolation);
        let raster = plot.raster(count(&size[0]) as u32, count(&size[1]) as u32).expect("a raster");
        let (farthest, lone) = distance(&raster, &answer["grey"]);
        // matplotlib's kernels are tables of 256 steps between two cells, and its weights have 14 bits.
        let allowed = if name == "nearest" { (0, 0) } else { (3, 0) };
        assert!(farthest <= allowed.0 && lone <= allowed.1, "{} {name}: {farthest} {lone}", answer["name"]);
        // The comparison sees another kernel.
        let other = if name == "bilinear" { Interpolation::Bicubic } else { Interpolation::Bilinear };
        let raster = plot.interpolation(other).raster(raster.width(), raster.height()).expect("a raster");
        assert!(distance(&raster, &answer["grey"]).0 > 3);
    }
}
