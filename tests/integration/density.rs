//! What is made of cells and their neighbours is what scipy, datashader, seaborn and matplotlib make of them: the answers that
//! tests/references/density.py wrote.

use std::sync::Arc;

use heatbin::{Aggregate, Axis, Filter, Grid, Level, Rect, Reduced, Reduction, SpreadShape, Tally, Values};
use serde_json::Value;

use crate::cli::Folder;
use crate::references::{count, float, floats, list, read, text};

/// Cells along x and y in the references.
const SIDES: (usize, usize) = (16, 11);

/// The grid of a record.
fn grid(record: &Value) -> Aggregate {
    let axis = |bins: usize| Axis::linear(0.0, bins as f64, bins).expect("an axis");
    let rows: Vec<u64> = list(&record["counts"]).iter().map(|value| count(value) as u64).collect();
    let all = rows.iter().sum();
    let values = match record.get("means") {
        None => Values::Counts(rows),
        Some(means) => {
            let mut aggregate = heatbin::hist2d(&[0.0], &[0.0]).weights(&[1.0]).reduce(Reduction::Mean);
            aggregate = aggregate.bins(SIDES).range((0.0, 16.0), (0.0, 11.0));
            let Values::Reduced(reduced) = aggregate.aggregate().expect("means").values else {
                panic!("means are no counts")
            };
            Values::Reduced(Reduced { values: floats(means), rows, ..reduced })
        }
    };
    let grid = Grid::Rect(Rect { x: axis(SIDES.0), y: axis(SIDES.1) });
    let tally = Tally { rows: all, binned: all, ..Tally::default() };
    Aggregate { grid: Arc::new(grid), values, tally }
}

fn shape(value: &Value) -> SpreadShape {
    if text(value) == "square" { SpreadShape::Square } else { SpreadShape::Circle }
}

/// Every filter of a record, with what the peer made by it and how far heatbin may be from that, relative to it.
fn answers(record: &Value) -> Vec<(Filter, Vec<f64>, f64)> {
    let values = |value: &Value| match list(value) {
        [Value::String(_), ..] => floats(value),
        counts => counts.iter().map(|value| count(value) as f64).collect(),
    };
    let mut answers = Vec::new();
    for answer in list(&record["smooth"]) {
        let sigma = |axis: usize| answer[0][axis].as_f64().expect("a sigma");
        answers.push((Filter::Smooth { sigma: (sigma(0), sigma(1)) }, values(&answer[1]), 1e-12));
    }
    for answer in list(&record["spread"]) {
        let filter = Filter::Spread { px: count(&answer[0]), shape: shape(&answer[1]) };
        answers.push((filter, values(&answer[2]), 0.0));
    }
    for answer in list(&record["dynspread"]) {
        let (threshold, max_px, shape) = (float(&answer[0]), count(&answer[1]), shape(&answer[2]));
        answers.push((Filter::Dynspread { threshold, max_px, shape }, values(&answer[3]), 0.0));
    }
    answers
}

/// How many cells are further from the peer's than allowed.
fn differing(expected: &[f64], got: &Values, allowed: f64) -> usize {
    assert_eq!(expected.len(), got.len());
    let largest = expected.iter().filter(|v| !v.is_nan()).fold(0.0f64, |most, v| most.max(v.abs()));
    let is_near = |wanted: f64, got: f64| {
        // Where terms cancel, their sum is as exact as they are.
        let close = (got - wanted).abs() <= allowed * wanted.abs().max(1e-3 * largest);
        (wanted.is_nan() && got.is_nan()) || close || wanted == got
    };
    expected.iter().zip(got.iter()).filter(|&(&wanted, got)| !is_near(wanted, got)).count()
}

#[test]
fn cells_are_filtered_as_the_peers_do() {
    let mut found = String::new();
    let mut answered = 0;
    for record in read("density.json") {
        let aggregate = grid(&record);
        for (filter, expected, allowed) in answers(&record) {
            let got = filter.apply(&aggregate).expect("a filter");
            assert_eq!((&got.grid, got.tally), (&aggregate.grid, aggregate.tally));
            let cells = differing(&expected, &got.values, allowed);
            if cells > 0 {
                found += &format!("{} {filter:?}: {cells} cells differ\n", text(&record["name"]));
            }
            answered += 1;
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(answered > 100, "{answered} answers");
}

#[test]
fn a_wrong_cell_is_found() {
    let record = &read("density.json")[0];
    let (filter, mut expected, allowed) = answers(record).swap_remove(0);
    let got = filter.apply(&grid(record)).expect("a filter");
    expected[100] *= 1.0 + 2.0 * allowed;
    assert_eq!(differing(&expected, &got.values, allowed), 1);
    expected[7] = f64::NAN;
    assert_eq!(differing(&expected, &got.values, allowed), 2);
}

/// Points of lines, sorted; one that closes a line is not told twice.
fn points(lines: impl Iterator<Item = Vec<(f64, f64)>>) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> =
        lines.flat_map(|line| if line.first() == line.last() { line[1..].to_vec() } else { line }).collect();
    points.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    points
}

/// The points of a level as matplotlib answered, and the number of its lines.
fn drawn(answer: &Value) -> (Vec<(f64, f64)>, usize) {
    let line = |line: &Value| floats(line).chunks(2).map(|pair| (pair[0], pair[1])).collect();
    (points(list(&answer[1]).iter().map(line)), list(&answer[1]).len())
}

/// The same as heatbin has them, in cells from the first centre.
fn found(aggregate: &Aggregate, level: f64) -> (Vec<(f64, f64)>, usize) {
    let contours = heatbin::contours(aggregate, &[Level::Value(level)]).expect("contours");
    let scale = |(x, y): (f64, f64)| (x * SIDES.0 as f64 - 0.5, y * SIDES.1 as f64 - 0.5);
    let lines = contours[0].lines.iter().map(|line| line.iter().map(|&point| scale(point)).collect());
    (points(lines), contours[0].lines.len())
}

/// Whether both have as many lines, through the same points.
fn are_alike((expected, lines): &(Vec<(f64, f64)>, usize), got: &(Vec<(f64, f64)>, usize)) -> bool {
    // What is rounded may be sorted otherwise.
    let is_near = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9;
    let each = |point| got.0.iter().filter(|other| is_near(point, other)).count() > 0;
    *lines == got.1 && expected.len() == got.0.len() && expected.iter().all(each)
}

#[test]
fn contours_pass_where_matplotlib_draws_them() {
    let mut lines = 0;
    for record in read("density.json").iter().filter(|record| record.get("contours").is_some()) {
        for answer in list(&record["contours"]) {
            let (expected, got) = (drawn(answer), found(&grid(record), float(&answer[0])));
            assert!(are_alike(&expected, &got), "{}: {expected:?} {got:?}", answer[0]);
            lines += got.1;
        }
    }
    assert!(lines > 20, "{lines} lines");
}

#[test]
fn a_line_elsewhere_is_found() {
    let record =
        read("density.json").into_iter().find(|record| record.get("contours").is_some()).expect("one");
    let answer = &list(&record["contours"])[1];
    let level = float(&answer[0]);
    assert!(!are_alike(&drawn(answer), &found(&grid(&record), level * (1.0 + 1e-6))));
    let (points, lines) = drawn(answer);
    assert!(!are_alike(&(points, lines + 1), &found(&grid(&record), level)));
}

#[test]
fn shares_of_the_mass_are_those_of_seaborn() {
    let mut asked = 0;
    for record in read("density.json").iter().filter(|record| record.get("shares").is_some()) {
        for answer in list(&record["shares"]) {
            let share = Level::Share(float(&answer[0]));
            let contour = &heatbin::contours(&grid(record), &[share]).expect("contours")[0];
            assert_eq!(contour.level, float(&answer[1]), "{} {share:?}", text(&record["name"]));
            asked += 1;
        }
    }
    assert_eq!(asked, 10);
}

/// Four rows in two cells, and one in another.
const ROWS: &str = "a,b,w\n1,1,2\n1,1,4\n1,1,6\n9,1,8\n5,9,1\n";

#[test]
fn numbers_are_the_smoothed_ones_beside_the_counts() {
    let folder = Folder::with("a.csv", ROWS);
    let line = "hist2d a.csv -x a -y b --bins 3,2 --range 0,9,0,10 --quiet";
    folder.heatbin(&format!("{line} --smooth 1,0 -o out.csv --summary json")).done();
    let text = String::from_utf8(folder.read("out.csv")).expect("text");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines[0], ["x0", "x1", "y0", "y1", "count", "smoothed_count"]);
    let column = |nth: usize| lines[1..].iter().map(move |line| line[nth].parse::<f64>().expect("a number"));
    assert_eq!(column(4).collect::<Vec<_>>(), [3.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    assert!((column(5).sum::<f64>() - 5.0).abs() < 1e-12, "{text}");
    assert!(column(5).all(|value| value > 0.0), "{text}");
    // The sums of neighbours are counts again; the rows stay those that were read.
    let run = folder.heatbin(&format!("{line} --spread 1,square -o out.csv --summary json")).done();
    assert_eq!((run.summary()["rows"].as_u64(), run.summary()["max"].as_u64()), (Some(5), Some(5)));
    let text = String::from_utf8(folder.read("out.csv")).expect("text");
    assert!(text.starts_with("x0,x1,y0,y1,count\n"), "{text}");
}

#[test]
fn the_colorbar_and_notes_say_what_was_done() {
    let folder = Folder::with("a.csv", ROWS);
    let line = "hist2d a.csv -x a -y b --bins 9 --smooth 1 --contour 60%,0.25 -o out.svg";
    let run = folder.heatbin(&format!("{line} -v")).done();
    assert!(run.stderr.contains("contour of 60% at 0."), "{run}");
    let svg = String::from_utf8(folder.read("out.svg")).expect("text");
    assert!(svg.contains(">smoothed count<") && svg.contains(">60%<") && svg.contains("id=\"contours\""));
    // Alone, each line has a colour of its own, and there is no image.
    folder.heatbin(&format!("{line} --contour-only")).silent();
    let svg = String::from_utf8(folder.read("out.svg")).expect("text");
    assert!(!svg.contains("<image") && !svg.contains("id=\"contours\"") && svg.contains("stroke=\"#"));
}
