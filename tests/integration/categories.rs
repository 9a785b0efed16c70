//! Categories: mixed as datashader mixes them, the same picture from every source, backend and order of rows.

use std::fmt::Write;

use heatbin::{Backend, Coloring, Colormap, Grid, Layers, Mixing, Reduction, Values, hexbin, hist2d};
use serde_json::Value;

use crate::cli::Folder;
use crate::references::{count, list, read, text};

fn bytes(text: &str) -> Vec<u8> {
    let two = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(two).collect()
}

/// The grids of the categories, and what they add up to.
fn layers(record: &Value) -> (Layers, Values) {
    if record["counts"].is_null() {
        return layers_of_numbers(record);
    }
    let counts: Vec<Vec<u64>> = list(&record["counts"])
        .iter()
        .map(|counts| list(counts).iter().map(|value| count(value) as u64).collect())
        .collect();
    let total = (0..counts[0].len()).map(|cell| counts.iter().map(|counts| counts[cell]).sum()).collect();
    let names = vec![String::new(); counts.len()];
    (Layers { names, values: counts.into_iter().map(Values::Counts).collect() }, Values::Counts(total))
}

/// The same through the builder: a row for each number, whose weight it is.
fn layers_of_numbers(record: &Value) -> (Layers, Values) {
    let grids = list(&record["values"]);
    let cells = list(&grids[0]).len();
    let (mut x, mut w, mut kind) = (Vec::new(), Vec::new(), Vec::new());
    for (nth, grid) in grids.iter().enumerate() {
        for (cell, value) in list(grid).iter().enumerate().filter(|(_, value)| !value.is_null()) {
            x.push(cell as f64 + 0.5);
            w.push(value.as_f64().expect("a number"));
            kind.push(nth as f64);
        }
    }
    let y = vec![0.5; x.len()];
    let plot =
        hist2d(&x, &y).weights(&w).category(&kind).bins((cells, 1)).range((0.0, cells as f64), (0.0, 1.0));
    let run = plot.run().expect("a run");
    let layers = run.mixture.as_ref().expect("categories").layers.clone();
    // Sums of numbers of one row each are those of all categories.
    (layers, run.aggregate.values)
}

/// The largest difference in any channel between datashader's colours and ours with a norm.
fn farthest(record: &Value, norm: &str) -> u8 {
    let (layers, total) = layers(record);
    let cells = total.len();
    let key =
        [[0xe4, 0x1a, 0x1c], [0x37, 0x7e, 0xb8], [0x4d, 0xaf, 0x4a], [0x98, 0x4e, 0xa3], [0xff, 0x7f, 0]];
    let key = key.iter().map(|&[r, g, b]| [r, g, b, 255]).collect();
    let key = Some(Colormap::from_colors("key", key).expect("five colours"));
    let mixing = Mixing { key, baseline: record["baseline"].as_f64(), ..Mixing::default() };
    let coloring = Coloring { norm: norm.parse().expect("a norm"), mincnt: Some(1), ..Coloring::default() };
    let scale = coloring.fit_opacity(&total).expect("a scale");
    let ours = mixing.mix(&layers, &total, &scale).expect("colours");
    let wanted = bytes(text(&record["rgba"]));
    assert_eq!(wanted.len(), 4 * cells);
    let cell = |(ours, theirs): (&[u8; 4], &[u8])| {
        // The colour of what is transparent is nobody's business.
        let channels = if ours[3] == 0 && theirs[3] == 0 { 0 } else { 4 };
        (0..channels).map(|k| ours[k].abs_diff(theirs[k])).max().unwrap_or(0)
    };
    ours.iter().zip(wanted.chunks_exact(4)).map(cell).max().expect("some cells")
}

#[test]
fn mixing_is_that_of_datashader_to_one_in_255() {
    let mut found = String::new();
    for record in read("mixed.json") {
        let how = text(&record["how"]);
        let farthest = farthest(&record, if how == "log" { "log1p" } else { how });
        if farthest > 1 {
            let categories = layers(&record).0.len();
            let baseline = &record["baseline"];
            _ = writeln!(found, "{how}, baseline {baseline}, {categories} categories: {farthest}");
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn another_norm_or_baseline_is_far_from_datashader() {
    let mut records = read("mixed.json");
    // The last of counts is of cells that have rows of every category.
    let is_it = |record: &&mut Value| text(&record["how"]) == "log" && !record["counts"].is_null();
    let log = records.iter_mut().rfind(is_it).expect("a record");
    assert!(log["baseline"].is_null() && farthest(log, "log1p") <= 1);
    assert!(farthest(log, "cbrt") > 1);
    log["baseline"] = 3.into();
    assert!(farthest(log, "log1p") > 1);
}

/// Rows of which some have no category.
fn rows() -> (Vec<f64>, Vec<f64>, Vec<&'static str>) {
    let x: Vec<f64> = (0..60_000).map(|i| (f64::from(i) * 0.37).sin()).collect();
    let y: Vec<f64> = (0..60_000).map(|i| (f64::from(i) * 0.11).cos() * x[i as usize]).collect();
    let names = (0..60_000).map(|i| ["pine", "oak", "elm"][((i / 7 * 5 + i / 3) % 3) as usize]).collect();
    (x, y, names)
}

#[test]
fn each_category_has_the_counts_of_its_own_rows() {
    let (x, y, names) = rows();
    let range = ((-1.0, 0.9), (-1.0, 1.0));
    let run = hexbin(&x, &y).category(&names).gridsize(30).range(range.0, range.1).run().expect("a run");
    let mixture = run.mixture.as_ref().expect("categories");
    assert_eq!(mixture.layers.names, ["elm", "oak", "pine"]);
    let mut binned = 0;
    for (name, counts) in mixture.layers.names.iter().zip(&mixture.layers.values) {
        let own: Vec<usize> = (0..x.len()).filter(|&row| names[row] == name).collect();
        let [x, y] = [&x, &y].map(|column| own.iter().map(|&row| column[row]).collect::<Vec<f64>>());
        let alone = hexbin(&x, &y).gridsize(30).range(range.0, range.1).aggregate().expect("counts");
        assert!(alone.values == *counts, "{name}");
        binned += alone.tally.binned;
    }
    assert_eq!(run.aggregate.tally.binned, binned);
    assert!(run.aggregate.tally.adds_up());
}

#[test]
fn weights_mix_the_colours_of_what_is_made_of_them() {
    let (x, y, names) = rows();
    let w: Vec<f64> = (0..x.len()).map(|row| (row % 89) as f64 - 30.0).collect();
    let plot =
        || hist2d(&x, &y).bins(12).weights(&w).category(&names).norm("eq_hist".parse().expect("a norm"));
    for name in ["sum", "mean", "max"] {
        let reduction = Reduction::named(name).expect("a reduction");
        let run = plot().reduce(reduction).run().expect("a run");
        let mixture = run.mixture.as_ref().expect("categories");
        let mut total = vec![f64::NAN; 144];
        for (kind, values) in mixture.layers.names.iter().zip(&mixture.layers.values) {
            let own: Vec<usize> = (0..x.len()).filter(|&row| names[row] == kind).collect();
            let [x, y, w] =
                [&x, &y, &w].map(|column| own.iter().map(|&row| column[row]).collect::<Vec<f64>>());
            let ends = run.aggregate.grid.clone();
            let Grid::Rect(rect) = &*ends else { panic!("rectangles") };
            let alone = hist2d(&x, &y).weights(&w).reduce(reduction).bins(12);
            let alone = alone.range(rect.x.range(), rect.y.range()).aggregate().expect("cells").values;
            for (cell, total) in total.iter_mut().enumerate() {
                assert_eq!(alone.get(cell).to_bits(), values.get(cell).to_bits(), "{name} of {kind}");
                if alone.rows(cell) > 0 {
                    *total = if total.is_nan() { 0.0 } else { *total } + alone.get(cell);
                }
            }
        }
        // What is most opaque has the greatest sum over categories, be they sums, means or anything.
        let opaque = (0..144).filter(|&cell| mixture.cells[cell][3] == 255);
        let most = total.iter().copied().fold(f64::MIN, f64::max);
        assert!(opaque.clone().count() >= 1 && opaque.clone().any(|cell| total[cell] == most), "{name}");
        assert_eq!((run.scale.limits.vmin, run.scale.limits.vmax), {
            (total.iter().copied().fold(f64::MAX, f64::min), most)
        });
    }
    let other = plot().reduce(Reduction::Mean).run().expect("a run").mixture.expect("categories");
    assert_ne!(plot().run().expect("a run").mixture.expect("categories").cells, other.cells);
}

#[test]
fn numbers_are_cut_into_bins_over_all_of_them() {
    let (x, y, _) = rows();
    let depth: Vec<f64> = (0..x.len()).map(|row| row as f64 / 100.0).collect();
    let run = hist2d(&x, &y).category(&depth).category_bins(3).bins(5).run().expect("a run");
    let layers = &run.mixture.as_ref().expect("categories").layers;
    assert_eq!(layers.names, ["0 to 200", "200 to 400", "400 to 600"]);
    assert_eq!([0, 1, 2].map(|nth| layers.rows(nth)), [20_000, 20_000, 20_000]);
    let error = hist2d(&x, &y).category(&depth).aggregate().unwrap_err().to_string();
    assert!(error.contains("is no whole number"), "{error}");
    let run = hist2d(&x, &y).category(&depth).category_edges(vec![0.0, 100.0, 150.0]).run().expect("a run");
    assert_eq!(run.aggregate.tally.outside, 60_000 - 15_001);
}

#[test]
fn a_gpu_is_not_asked_and_gives_the_same_picture() {
    let (x, y, names) = rows();
    let run = |backend| hexbin(&x, &y).category(&names).gridsize(20).backend(backend).run().expect("a run");
    let (cpu, gpu) = (run(Backend::Cpu), run(Backend::Gpu));
    assert!(cpu.raster(300, 200).unwrap() == gpu.raster(300, 200).unwrap());
    let reason = "categories are counted on the CPU: a GPU only counts all rows alike";
    assert_eq!((gpu.report.backend, &*gpu.report.reason), ("cpu", reason));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (x, y, names) = rows();
    let shares = hist2d(&x, &y).reduce(Reduction::Density).category(&names).run().unwrap_err().to_string();
    assert!(shares.starts_with("colours of categories are mixed by their rows"), "{shares}");
    let bins = hist2d(&x, &y).category_bins(3).run().unwrap_err().to_string();
    assert!(bins.starts_with("bins need categories"), "{bins}");
    let short = hist2d(&x, &y).category(&names[1..]).run().unwrap_err().to_string();
    assert!(short.contains("x and categories differ in length: 60000 and 59999 rows"), "{short}");
}

const TABLE: &str = "x,y,kind,depth\n1,1,\"b, c\",0\n1,1,a,5\n2,2,a,10\n2,1,NA,3\n1,2,a,2.5\n";

const BASE: &str = "hist2d a.csv -x x -y y --bins 2 --category";

#[test]
fn the_command_draws_categories_and_writes_their_counts() {
    let folder = Folder::with("a.csv", TABLE);
    let outputs = "-o a.png -o b.png -o a.svg -o out.csv -o a.npz -o a.npy -o a.parquet";
    let done = folder.heatbin(&format!("{BASE} kind --legend-counts --summary json {outputs}")).done();
    assert_eq!(done.stderr, "heatbin: 5 rows: 4 binned, 0 outside, 1 missing\n");
    let summary: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(summary["categories"], serde_json::json!({"a": 3, "b, c": 1}));
    assert!(folder.read("a.png") == folder.read("b.png"));
    let svg = String::from_utf8(folder.read("a.svg")).expect("SVG");
    assert!([">kind<", ">a<", ">b, c<", ">3<"].iter().all(|text| svg.contains(text)));
    folder.heatbin(&format!("{BASE} kind --weights depth --reduce mean -o w.png -o w.csv -q")).silent();
    assert!(folder.read("w.png") != folder.read("a.png"));
    let table = String::from_utf8(folder.read("w.csv")).expect("CSV");
    assert!(table.starts_with("category,x0,x1,y0,y1,count,mean\na,1.0,1.5,1.0,1.5,1,5.0\n"), "{table}");
    let table = String::from_utf8(folder.read("out.csv")).expect("CSV");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 1 + 2 * 4);
    assert_eq!(lines[..2], ["category,x0,x1,y0,y1,count", "a,1.0,1.5,1.0,1.5,1"]);
    assert_eq!(lines[5], "\"b, c\",1.0,1.5,1.0,1.5,1");
    let npy = folder.read("a.npy");
    let counts = [1u64, 1, 0, 1, 1, 0, 0, 0].map(u64::to_le_bytes).concat();
    assert!(npy.ends_with(&counts) && String::from_utf8_lossy(&npy).contains("(2, 2, 2"));
    let parquet = heatbin::source::open(
        &[folder.path("a.parquet").to_str().expect("UTF-8").to_owned()],
        &heatbin::source::ReadOptions::default(),
    );
    let names: Vec<String> =
        parquet.expect("a table").fields().iter().map(|field| field.name.clone()).collect();
    assert_eq!(names, ["category", "x0", "x1", "y0", "y1", "count"]);
}

#[test]
fn the_command_cuts_numbers_and_refuses_what_makes_no_sense() {
    let folder = Folder::with("a.csv", TABLE);
    let binned = folder.heatbin(&format!("{BASE} depth --category-bins 0,5,10 --summary json")).done();
    let summary: Value = serde_json::from_str(&binned.stdout).expect("JSON");
    assert_eq!(summary["categories"], serde_json::json!({"0 to 5": 3, "5 to 10": 2}));
    for (more, code, words) in [
        ("depth", 1, &["2.5 is no whole number", "--category-bins"][..]),
        ("kind --category-bins 3", 2, &["bins cut numbers"]),
        ("kind --color-key red", 2, &["has 1 colour,", "2 categories"]),
        ("kind --reduce any", 2, &["by their rows, or by what is made of weights", "--facet"]),
        ("kind --cmap viridis", 2, &["--cmap gives colours to values", "--color-key", "--facet"]),
        ("kind --over red", 2, &["--over gives colours to values"]),
        ("kind --smooth 1", 2, &["which is not smoothed or spread", "--facet"]),
        ("depth --category-bins 3,2", 2, &["edges ascend, but 3 comes before 2"]),
        ("kynd", 1, &["no column 'kynd'", "Did you mean 'kind'?"]),
    ] {
        folder.refuses(&format!("{BASE} {more} -o out.png"), code, words);
    }
}

/// Codes of which most look like numbers, in one file or two: where any is text, all are.
#[test]
fn codes_that_look_like_numbers_beside_others_are_text() {
    let folder = Folder::with("gates.csv", "x,y,gate\n1,1,9\n2,2,9\n3,3,B\n4,4,10\n5,5,\n");
    std::fs::write(folder.path("more.csv"), "x,y,gate\n6,6,9\n").expect("a folder to write in");
    let names = |words: &str| {
        let run = folder.heatbin(&format!("hist2d {words} -x x -y y --category gate -o out.csv")).done();
        assert!(run.stderr.contains("1 missing"), "{run}");
        let csv = String::from_utf8(folder.read("out.csv")).expect("text");
        csv.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    for files in ["gates.csv", "gates.csv more.csv", "more.csv gates.csv"] {
        let mut names = names(files);
        names.dedup();
        names.sort();
        assert_eq!(names, ["10", "9", "B"], "{files}");
    }
    folder.refuses(
        "hist2d gates.csv -x x -y y --category gate --category-bins 2 -o out.png",
        2,
        &["these categories are names"],
    );
}
