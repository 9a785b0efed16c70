//! `heatbin bench` measures what it is asked to, and says so in full. What its numbers are is not for a test to say.

use serde_json::Value;

use crate::cli::{Folder, Run};

const FIELDS: [&str; 14] = [
    "adapter",
    "backend",
    "bandwidth_limit_points_per_second",
    "bins",
    "dist",
    "dtype",
    "fraction_of_limit",
    "points",
    "points_per_second",
    "reduce",
    "seconds_median",
    "seconds_p95",
    "shape",
    "stage",
];

fn objects(run: &Run) -> Vec<Value> {
    let all: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error} in\n{run}"));
    all.as_array().unwrap_or_else(|| panic!("expected an array of\n{run}")).clone()
}

/// Whether an object's numbers can be true, and agree with each other.
fn is_sane(object: &Value) -> bool {
    let keys: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    let number = |key: &str| object[key].as_f64().unwrap_or(f64::NAN);
    let agree = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
    let (median, p95) = (number("seconds_median"), number("seconds_p95"));
    let (rate, limit) = (number("points_per_second"), number("bandwidth_limit_points_per_second"));
    keys == FIELDS
        && median > 0.0
        && median <= p95
        && p95 < 60.0
        && agree(rate, number("points") / median)
        && agree(number("fraction_of_limit"), rate / limit)
        && (1e6..1e13).contains(&limit)
        && ["count", "sum", "mean"].contains(&object["reduce"].as_str().unwrap_or_default())
        && (object["reduce"] == "count" || object["backend"] == "cpu")
        && ["cpu", "gpu"].contains(&object["backend"].as_str().unwrap_or_default())
        && object["adapter"].is_string() == (object["backend"] == "gpu")
}

#[test]
fn every_combination_is_measured_in_every_stage() {
    let line = "bench --points 2e3,5000 --bins 7,40 --dtype f32,f64 --dist uniform,clifford --pixels 30 --repeat 3 \
                --backend cpu,gpu --threads 2 --json";
    let objects = objects(&Folder::new().heatbin(line).silent());
    assert!(objects.iter().all(is_sane), "{objects:#?}");
    let mut names: Vec<String> = objects
        .iter()
        .map(|o| {
            let keys = ["shape", "dist", "dtype", "bins", "points", "backend", "stage"];
            keys.map(|key| o[key].to_string().replace('"', "")).join(" ")
        })
        .collect();
    let mut wanted = Vec::new();
    for shape in ["hist2d", "hexbin"] {
        for rest in ["uniform f32", "uniform f64", "clifford f32", "clifford f64"] {
            for size in ["7 2000", "40 2000", "7 5000", "40 5000"] {
                for stage in ["cpu bin", "cpu shade", "cpu sort", "cpu frame", "cpu zoom"] {
                    wanted.push(format!("{shape} {rest} {size} {stage}"));
                }
                for stage in ["upload", "bin", "shade", "readback", "frame", "zoom"] {
                    wanted.push(format!("{shape} {rest} {size} gpu {stage}"));
                }
            }
        }
    }
    names.sort();
    wanted.sort();
    assert_eq!(names, wanted);
}

#[test]
fn sums_and_means_are_measured_on_the_cpu() {
    let line = "bench --points 2e3 --bins 40 --dtype f32,f64 --pixels 30 --repeat 1 --reduce count,sum,mean \
                --backend cpu --json";
    let objects = objects(&Folder::new().heatbin(line).silent());
    assert!(objects.iter().all(is_sane), "{objects:#?}");
    for (dtype, value) in [("f32", 4.0), ("f64", 8.0)] {
        let of = |reduce: &str| {
            let mine = objects.iter().filter(|o| o["reduce"] == reduce && o["dtype"] == dtype);
            let mine: Vec<&Value> = mine.collect();
            // Five stages of two shapes.
            assert_eq!(mine.len(), 10, "{reduce} of {dtype}");
            mine[0]["bandwidth_limit_points_per_second"].as_f64().expect("a number")
        };
        // A weight is read beside both coordinates.
        let ratio = of("count") / of("sum");
        assert!((ratio - 3.0 * value / (2.0 * value)).abs() < 1e-9 && of("sum") == of("mean"), "{ratio}");
    }
    let mut on_gpu = objects.into_iter().find(|object| object["reduce"] == "sum").expect("a sum");
    (on_gpu["backend"], on_gpu["adapter"]) = ("gpu".into(), "a GPU".into());
    assert!(!is_sane(&on_gpu));
}

#[test]
fn every_way_to_count_is_measured_where_it_can_be() {
    let line =
        "bench --points 2e3 --bins 40,100 --shape hist2d --pixels 30 --repeat 1 --backend gpu --ways --json";
    let objects = objects(&Folder::new().heatbin(line).silent());
    assert!(objects.iter().all(is_sane), "{objects:#?}");
    let stages = |bins: u64| {
        let of = objects.iter().filter(|object| object["bins"] == bins);
        of.filter_map(|object| object["stage"].as_str()).collect::<Vec<_>>()
    };
    // What fits a workgroup can be counted there; subgroups are not everywhere.
    for (bins, stage, there) in [
        (40, "bin each+global", true),
        (40, "bin runs+private", true),
        (40, "bin runs+cache", true),
        (100, "bin each+cache", true),
        (100, "bin each+private", false),
    ] {
        assert_eq!(stages(bins).contains(&stage), there, "{stage} of {:?}", stages(bins));
    }
}

#[test]
fn numbers_that_disagree_are_seen() {
    let line = "bench --points 2e3 --bins 7 --pixels 30 --repeat 1 --shape hist2d --backend cpu --json";
    let object = objects(&Folder::new().heatbin(line).silent()).swap_remove(0);
    assert!(is_sane(&object));
    for key in FIELDS.into_iter().filter(|key| !["shape", "stage", "dist", "dtype", "bins"].contains(key)) {
        let mut other = object.clone();
        other[key] = if key == "adapter" { "a GPU".into() } else { (-1.0).into() };
        assert!(!is_sane(&other), "{key}");
    }
    let mut less = object.clone();
    less.as_object_mut().unwrap().remove("dist");
    assert!(!is_sane(&less));
}

#[test]
fn tables_are_for_people() {
    let folder = Folder::new();
    let line = "bench --points 1e4 --bins 16 --pixels 20 --repeat 1 --backend cpu";
    let table = folder.heatbin(line).silent().stdout;
    for words in [
        "memory, read by the CPU: ",
        "shape ",
        "hist2d",
        " reduce ",
        " count ",
        "hexbin",
        "10.0 k",
        " frame ",
        "%",
    ] {
        assert!(table.contains(words), "expected {words} in\n{table}");
    }
    let page = folder.heatbin(&format!("{line} --markdown --dist onecell,normal")).silent().stdout;
    for words in
        ["# heatbin bench: ", "heatbin bench --points 1e4 ", "| date | 2", "| hexbin | 16 | onecell |"]
    {
        assert!(page.contains(words), "expected {words} in\n{page}");
    }
    assert!(folder.contents().is_empty());
}

#[test]
fn what_cannot_be_measured_is_refused() {
    for (line, words) in [
        ("--reduce max", &["count", "sum", "mean"][..]),
        ("--backend cpu,gpu --reduce count,mean", &["a GPU only counts", "--reduce mean", "--backend cpu"]),
        ("--backend gpu --reduce sum", &["a GPU only counts", "--reduce sum", "--backend cpu"]),
        ("--points 0", &["--points", "above 0"]),
        ("--points 1.5", &["--points", "no whole number"]),
        ("--points 1e6,many", &["--points", "'many'"]),
        ("--points 1e15", &["1000000000000000 points", "MiB of memory"]),
        ("--bins -3", &["--bins", "'-3'"]),
        ("--bins 100000", &["10000000000 cells", "fewer bins"]),
        ("--bins 1e15 --shape hexbin", &["cells", "fewer bins"]),
        ("--shape hexbins", &["'hexbin'"]),
        ("--dtype f16", &["f32", "f64"]),
        ("--dist gauss", &["normal"]),
        ("--backend cuda", &["cpu", "gpu"]),
        ("--backend cpu --adapter llvmpipe", &["llvmpipe", "backend is the CPU"]),
        ("--repeat 0", &["--repeat"]),
        ("--threads 0", &["--threads"]),
        ("--threads 1e6", &["1000000 threads"]),
        ("--pixels 1e9", &["1000000000", "5792"]),
        ("--json --markdown", &["--json", "--markdown"]),
    ] {
        Folder::new().refuses(
            &format!("bench --backend cpu {line}").replacen("--backend cpu --backend", "--backend", 1),
            2,
            words,
        );
    }
    Folder::new().refuses("bench --backend gpu --adapter nonesuch", 1, &["'nonesuch'", "there are: "]);
}
