//! What is made of weights is what scipy, numpy and matplotlib make of them: the answers that tests/references/reductions.py wrote.

use std::fmt::Write;

use heatbin::{Aggregate, Backend, Column, Floats, Reduction};
use serde_json::Value;

use crate::cli::Folder;
use crate::data;
use crate::references::{count, float, floats, read, text};

/// How many cells a message names.
const NAMED: usize = 4;

/// A case with its columns.
struct Case {
    record: Value,
    columns: [Floats<'static>; 3],
}

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        read("reductions.json").into_iter().map(|record| {
            let columns = ["x", "y", "w"].map(|name| data::column(&record[name]));
            Self { record, columns }
        })
    }

    fn name(&self) -> String {
        format!("{}: {}", text(&self.record["kind"]), text(&self.record["name"]))
    }

    /// What heatbin makes of it.
    fn reduced(&self, reduction: Reduction, weighted: bool, backend: Backend) -> Aggregate {
        let [x, y, w] = self.columns.each_ref().map(|column| Column::from(column.slice(0..column.len())));
        let end = |axis: usize, end: usize| float(&self.record["range"][axis][end]);
        let (x_range, y_range) = ((end(0, 0), end(0, 1)), (end(1, 0), end(1, 1)));
        let pair = |key: &str| (count(&self.record[key][0]), count(&self.record[key][1]));
        macro_rules! aggregate {
            ($plot:expr) => {{
                let plot = $plot.range(x_range, y_range).reduce(reduction).backend(backend);
                if weighted { plot.weights(w) } else { plot }.aggregate().expect("a reduction")
            }};
        }
        match text(&self.record["kind"]) {
            "hist2d" => aggregate!(heatbin::hist2d(x, y).bins(pair("bins"))),
            _ => aggregate!(heatbin::hexbin(x, y).gridsize(pair("gridsize"))),
        }
    }
}

/// How far a reduction may be from the peer's, relative to it: nothing for what only compares or counts.
fn allowed(reduction: Reduction) -> f64 {
    match reduction {
        Reduction::Sum | Reduction::Mean | Reduction::Density | Reduction::Probability => 1e-12,
        Reduction::Var { .. } | Reduction::Std { .. } => 1e-9,
        _ => 0.0,
    }
}

/// Everything in which `got` differs from what the peer said; empty if nothing does.
fn differences(expected: &[f64], got: &Aggregate, allowed: f64) -> String {
    let got: Vec<f64> = got.values.iter().collect();
    if got.len() != expected.len() {
        return format!("expected {} cells, got {}\n", expected.len(), got.len());
    }
    let is_near = |(&wanted, &got): (&f64, &f64)| {
        wanted == got || (wanted.is_nan() && got.is_nan()) || (got - wanted).abs() <= allowed * wanted.abs()
    };
    let differing: Vec<usize> =
        (0..got.len()).filter(|&cell| !is_near((&expected[cell], &got[cell]))).collect();
    let mut out = String::new();
    if !differing.is_empty() {
        _ = writeln!(out, "{} of {} cells differ", differing.len(), got.len());
    }
    for &cell in differing.iter().take(NAMED) {
        _ = writeln!(out, "  cell {cell}: expected {:e}, got {:e}", expected[cell], got[cell]);
    }
    out
}

/// Every answer to a case: its name, what was asked, whether of the weights, and the values.
fn answers(case: &Case) -> impl Iterator<Item = (&str, Reduction, bool, Vec<f64>)> {
    let answers = case.record["values"].as_object().expect("answers by name");
    answers.iter().map(|(name, values)| {
        let plain = name.strip_suffix(" of rows");
        let reduction = Reduction::named(plain.unwrap_or(name)).expect("a reduction");
        (name.as_str(), reduction, plain.is_none(), floats(values))
    })
}

#[test]
fn weights_are_reduced_as_the_peers_do() {
    let mut found = String::new();
    for case in Case::all() {
        for (name, reduction, weighted, expected) in answers(&case) {
            // The peer was asked about the rows that have a weight.
            let is_whole = count(&case.record["missing"]) == 0;
            if !weighted && !is_whole {
                continue;
            }
            let got = case.reduced(reduction, weighted, Backend::Cpu);
            assert_eq!(got.tally.missing as usize, count(&case.record["missing"]), "{}", case.name());
            // Counts of whole rows are divided by numpy's own operations.
            let allowed = if weighted { allowed(reduction) } else { 0.0 };
            let differences = differences(&expected, &got, allowed);
            if !differences.is_empty() {
                _ = writeln!(found, "{}, {name}: {differences}", case.name());
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn what_is_made_of_counts_is_the_same_on_a_gpu() {
    let case =
        Case::all().find(|case| case.name() == "hexbin: missing weights").expect("a case of this name");
    for reduction in [Reduction::Count, Reduction::Any, Reduction::Density, Reduction::Probability] {
        for weighted in [false, true] {
            let [cpu, gpu] = [Backend::Cpu, Backend::Gpu].map(|b| case.reduced(reduction, weighted, b));
            assert!(cpu == gpu, "{reduction}");
        }
    }
}

#[test]
fn a_report_says_that_weights_are_reduced_on_the_cpu() {
    let (x, w) = ([0.0, 1.0, 1.0], [1.0, 2.0, 4.0]);
    let run = |reduction| {
        let plot = heatbin::hist2d(&x, &x).weights(&w).reduce(reduction).backend(Backend::Gpu);
        plot.run().expect("a run").report
    };
    let report = run(Reduction::Mean);
    assert_eq!(
        (report.backend, &*report.reason),
        ("cpu", "mean is computed on the CPU: a GPU only counts rows")
    );
    assert_eq!(run(Reduction::Count).backend, "gpu");
}

#[test]
fn a_value_beside_its_place_is_found() {
    let case = Case::all().find(|case| case.name() == "hist2d: few rows").expect("a case of this name");
    for (name, reduction, weighted, expected) in answers(&case) {
        let got = case.reduced(reduction, weighted, Backend::Cpu);
        let allowed = allowed(reduction);
        let full = expected.iter().position(|v| !v.is_nan() && *v != 0.0).expect("a value");
        let mut wrong = expected.clone();
        wrong[full] += wrong[full].abs() * (3.0 * allowed).max(f64::EPSILON);
        let found = differences(&wrong, &got, allowed);
        assert!(found.contains("1 of 20 cells differ") && found.contains(&format!("cell {full}:")), "{name}");
        let mut nothing = expected.clone();
        nothing[full] = f64::NAN;
        assert!(differences(&nothing, &got, allowed).contains("1 of 20 cells differ"), "{name}");
        if let Some(empty) = expected.iter().position(|v| v.is_nan()) {
            let mut zero = expected.clone();
            zero[empty] = 0.0;
            assert!(differences(&zero, &got, allowed).contains("1 of 20 cells differ"), "{name}");
        }
        assert!(differences(&expected[1..], &got, allowed).contains("expected 19 cells"), "{name}");
    }
}

#[test]
fn shapes_have_the_reduction_that_matplotlib_gives_them() {
    let (x, w) = ([0.5, 0.5], [1.0, 2.0]);
    let range = ((0.0, 1.0), (0.0, 1.0));
    let sums = heatbin::hist2d(&x, &x).weights(&w).bins(1).range(range.0, range.1).aggregate().unwrap();
    assert_eq!((sums.values.reduction(), sums.values.get(0)), (Reduction::Sum, 3.0));
    let means =
        heatbin::hexbin(&x, &x).weights(&w).gridsize((1, 1)).range(range.0, range.1).aggregate().unwrap();
    assert_eq!((means.values.reduction(), means.values.extremes()), (Reduction::Mean, Some((1.5, 1.5))));
    let error = heatbin::hexbin(&x, &x).reduce(Reduction::Max).aggregate().unwrap_err();
    assert!(error.to_string().starts_with("max needs weights"), "{error}");
    let error = heatbin::hexbin(&x, &x).weights(&w[..1]).aggregate().unwrap_err();
    assert!(error.to_string().contains("x and weights differ in length: 2 and 1 rows"), "{error}");
}

/// Eight rows, of which one has no weight.
const DELAYS: &str = "x,y,delay\n0,0,5\n0,0,7\n0,0,7\n1,0,NA\n1,1,-2\n1,1,3.5\n0,1,4\n5,5,9\n";

#[test]
fn the_command_reduces_weights() {
    let folder = Folder::with("a.csv", DELAYS);
    let column = |reduce: &str| {
        let line =
            format!("hist2d a.csv -x x -y y --weights delay {reduce} --bins 2 --range 0,2,0,2 -o out.csv");
        let run = folder.heatbin(&line).done();
        assert_eq!(run.stderr, "heatbin: 8 rows: 6 binned, 1 outside, 1 missing\n", "{reduce}");
        let text = String::from_utf8(folder.read("out.csv")).expect("text");
        text.lines().map(|line| line.rsplit(',').next().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    for (reduce, wanted) in [
        ("", ["sum", "19.0", "4.0", "0.0", "1.5"]),
        ("--reduce count", ["count", "3", "1", "0", "2"]),
        ("--reduce any", ["any", "1.0", "1.0", "0.0", "1.0"]),
        ("--reduce mean", ["mean", "6.333333333333333", "4.0", "NaN", "0.75"]),
        ("--reduce min", ["min", "5.0", "4.0", "NaN", "-2.0"]),
        ("--reduce last", ["last", "7.0", "4.0", "NaN", "3.5"]),
        ("--reduce mode", ["mode", "7.0", "4.0", "NaN", "-2.0"]),
        ("--reduce std:1", ["std:1", "1.1547005383792515", "NaN", "NaN", "3.8890872965260113"]),
        ("--reduce q25", ["quantile:0.25", "6.0", "4.0", "NaN", "-0.625"]),
        ("--reduce distinct", ["distinct", "2.0", "1.0", "0.0", "2.0"]),
    ] {
        assert_eq!(column(reduce), wanted, "{reduce}");
    }
}

#[test]
fn a_figure_says_what_was_made_of_which_column() {
    let folder = Folder::with("a.csv", DELAYS);
    let labels = |line: &str| {
        folder.heatbin(&format!("{line} a.csv -x x -y y -o out.svg")).done();
        String::from_utf8(folder.read("out.svg")).expect("text")
    };
    let first = labels("hexbin --weights delay --gridsize 3");
    let second = labels("hexbin --weights delay --gridsize 3 --cbar-label minutes");
    assert!(first != second && first != labels("hexbin --weights delay --gridsize 3 --no-cbar"));
    let same = labels("hexbin --weights delay --gridsize 3 --reduce mean");
    assert!(first == same && second == labels("hexbin --weights 2 --gridsize 3 --cbar-label minutes"));
    let given = "hexbin --weights delay --gridsize 3 --cbar-label 'mean_of_delay'".replace('\'', "");
    assert!(first != labels(&given), "an underscore is no space");
}

#[test]
fn a_reduction_without_weights_or_rows_enough_is_explained() {
    let folder = Folder::with("a.csv", DELAYS);
    folder.refuses(
        "hist2d a.csv -x x -y y --reduce max -o out.png",
        2,
        &["--reduce max needs weights", "--weights delay --reduce max"],
    );
    folder.refuses("hist2d a.csv -x x -y y --weights dely -o out.png", 1, &["Did you mean 'delay'?"]);
    folder.refuses("hist2d a.csv -x x -y y --reduce men -o out.png", 2, &["Did you mean 'mean'?"]);
    let line = "hist2d a.csv -x x -y y --weights delay --reduce var:9 --summary json";
    let run = folder.heatbin(line).done();
    assert!(run.stderr.contains("nothing to show: no cell has points enough for var:9"), "{run}");
    let run = folder
        .heatbin("hexbin a.csv -x x -y y --weights delay --reduce mean --backend gpu -v -o a.png")
        .done();
    assert!(run.stderr.contains("backend cpu: mean is computed on the CPU"), "{run}");
}
