//! How the command behaves when all is well: summaries, notes, help, several files in and out.

use std::process::Stdio;

use crate::cli::{Folder, Run, example};

const COMMANDS: [&str; 11] = [
    "hist2d",
    "hexbin",
    "heatmap",
    "clustermap",
    "subplots",
    "view",
    "bench",
    "colormaps",
    "adapters",
    "completions",
    "man",
];

/// Five rows, of which three have two finite values.
const HOLES: &str = "a,b\n1,2\nnan,3\n5,inf\n,6\n3,4\n9,9\n";

fn number(summary: &serde_json::Value, key: &str) -> u64 {
    summary[key].as_u64().unwrap_or_else(|| panic!("{key} is no count in {summary}"))
}

#[track_caller]
fn tally(summary: &serde_json::Value) -> [u64; 4] {
    let tally = ["rows", "binned", "outside", "missing"].map(|key| number(summary, key));
    assert_eq!(tally[0], tally[1..].iter().sum::<u64>(), "every row is accounted for in {summary}");
    tally
}

#[test]
fn the_summary_has_all_its_fields() {
    let folder = Folder::new();
    for (shape, backend) in [("hist2d", "cpu"), ("hexbin", "gpu")] {
        let file = example("flights.parquet");
        let line =
            format!("{shape} {file} -x distance -y delay --backend {backend} --summary json -o out.png");
        let summary = folder.heatbin(&line).silent().summary();
        let keys: Vec<&str> = summary.as_object().unwrap().keys().map(String::as_str).collect();
        let wanted = ["adapter", "backend", "binned", "max", "min", "missing", "outside", "rows", "seconds"];
        assert_eq!(keys, wanted);
        assert_eq!(tally(&summary), [3_000_000, 3_000_000, 0, 0]);
        let (min, max) = (summary["min"].as_f64().unwrap(), summary["max"].as_f64().unwrap());
        assert!(min == 0.0 && max > 1000.0 && max < 3e6, "{summary}");
        assert_eq!(summary["backend"], backend);
        assert_eq!(summary["adapter"].is_string(), backend == "gpu", "{summary}");
        for stage in ["read", "bin", "shade", "write"] {
            let seconds = summary["seconds"][stage].as_f64().expect("seconds are numbers");
            assert!(seconds > 0.0 && seconds < 300.0, "{stage} in {summary}");
        }
    }
}

#[test]
fn a_summary_needs_no_file() {
    let folder = Folder::with("a.csv", HOLES);
    let run = folder.heatbin("hist2d a.csv -x a -y b --summary json").done();
    assert_eq!(tally(&run.summary()), [6, 3, 0, 3]);
    assert_eq!(folder.contents().len(), 1);
}

#[test]
fn rows_that_are_not_shown_are_reported() {
    let folder = Folder::with("a.csv", HOLES);
    let run = folder.heatbin("hist2d a.csv -x a -y b --summary json -o out.png").done();
    assert_eq!(run.stderr, "heatbin: 6 rows: 3 binned, 0 outside, 3 missing\n");
    assert_eq!(tally(&run.summary()), [6, 3, 0, 3]);
    let run = folder.heatbin("hexbin a.csv -x a -y b --summary json -o out.png --range 0,5,0,5").done();
    assert_eq!(run.stderr, "heatbin: 6 rows: 2 binned, 1 outside, 3 missing\n");
    assert_eq!(tally(&run.summary()), [6, 2, 1, 3]);
    folder.heatbin("hist2d a.csv -x a -y b --quiet -o out.png").silent();
}

/// A null of Parquet, which has no NaN to stand for it.
#[test]
fn nulls_are_missing() {
    use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch};
    let x: ArrayRef = std::sync::Arc::new(Int32Array::from(vec![Some(1), None, Some(3), Some(4)]));
    let y: ArrayRef =
        std::sync::Arc::new(Float64Array::from(vec![Some(1.0), Some(2.0), None, Some(f64::NAN)]));
    let batch = RecordBatch::try_from_iter([("a", x), ("b", y)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let folder = Folder::with("a.parquet", bytes);
    let run = folder.heatbin("hist2d a.parquet -x a -y b --summary json").done();
    assert_eq!(tally(&run.summary()), [4, 1, 0, 3]);
}

#[test]
fn pictures_that_show_nothing_say_why() {
    let folder = Folder::with("a.csv", HOLES);
    folder.write("none.csv", "a,b\n");
    folder.write("nan.csv", "a,b\nnan,1\n2,NA\n");
    for (line, why, rows) in [
        ("hist2d none.csv", "there are no rows", [0, 0, 0, 0]),
        ("hexbin none.csv", "there are no rows", [0, 0, 0, 0]),
        ("hist2d nan.csv", "no row has a finite value in every column", [2, 0, 0, 2]),
        ("hexbin nan.csv --norm log", "no row has a finite value in every column", [2, 0, 0, 2]),
        ("hist2d a.csv --range 50,60,50,60", "no row is in the range", [6, 0, 3, 3]),
        ("hist2d a.csv --mincnt 100", "no cell has 100 points, the most is 1", [6, 3, 0, 3]),
        ("hist2d a.csv --cmin 1e9", "no cell has a value with a colour", [6, 3, 0, 3]),
        ("hexbin a.csv --mincnt 100 --norm log", "no cell has 100 points", [6, 3, 0, 3]),
    ] {
        let run = folder.heatbin(&format!("{line} -x a -y b -o out.png --summary json")).done();
        assert!(
            run.stderr.ends_with('\n') && run.stderr.contains(&format!("nothing to show: {why}")),
            "{run}"
        );
        assert_eq!(tally(&run.summary()), rows, "{run}");
        assert!(folder.read("out.png").starts_with(b"\x89PNG"));
    }
}

#[test]
fn what_is_said_is_asked_for() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3,4\n");
    let run = folder.heatbin("hist2d a.csv -x a -y b -o out.png").silent();
    assert!(run.stdout.is_empty(), "{run}");
    let run = folder.heatbin("hist2d a.csv -x a -y b -o out.png -o out.svg -v").done();
    for words in ["2 rows: 2 binned", "backend cpu: ", "wrote out.png", "wrote out.svg"] {
        assert!(run.stderr.contains(words), "expected {words}: {run}");
    }
    let run = folder.heatbin("hist2d a.csv -x a -y b -o out.png -v --backend gpu").done();
    let adapter = folder.heatbin("adapters").done().stdout.lines().next().expect("an adapter").to_owned();
    assert!(run.stderr.contains(&format!("backend gpu ({adapter}): asked for")), "{run}");
    let word = adapter.split(' ').next().expect("a name has a word").to_uppercase();
    let run = folder.heatbin(&format!("hist2d a.csv -x a -y b --summary json --adapter {word}")).silent();
    assert_eq!(run.summary()["backend"], "gpu", "{run}");
}

#[test]
fn several_files_are_written_at_once_and_again() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3,4\n");
    folder.write("out.png", "something that is longer than nothing and no picture at all".repeat(10_000));
    folder.heatbin("hexbin a.csv -x a -y b -o out.png -o out.PDF -o out.svg -o out.png").silent();
    let names: Vec<String> = folder.contents().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.csv", "out.PDF", "out.png", "out.svg"]);
    let first = folder.read("out.png");
    folder.heatbin("hexbin a.csv -x a -y b -o again.png").silent();
    assert!(first == folder.read("again.png"), "an old file leaves no trace in the new one");
}

#[test]
fn edges_come_from_lists_and_files() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3,4\n5,9\n");
    folder.write("edges.txt", "0 2\n4,\n");
    let npy = b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
    let mut npy = npy.to_vec();
    npy.resize(10 + 0x46 - 1, b' ');
    npy.push(b'\n');
    npy.extend([0.0f64, 2.0, 4.0].iter().flat_map(|edge| edge.to_le_bytes()));
    folder.write("edges.npy", npy);
    let draw = |edges: &str| {
        let line = format!("hist2d a.csv -x a -y b --xedges {edges} --bins 3 -o out.svg --summary json");
        let run = folder.heatbin(&line).done();
        assert_eq!(tally(&run.summary()), [3, 2, 1, 0], "{run}");
        folder.read("out.svg")
    };
    let list = draw("0,2,4");
    assert!(list == draw("edges.txt") && list == draw("edges.npy"), "three ways to say one thing");
    let run = folder.heatbin("hist2d a.csv -x a -y b --xedges -1,2 --yedges -5.5,9 --summary json").done();
    assert_eq!(tally(&run.summary()), [3, 1, 2, 0], "{run}");
}

/// What stands behind a pipe is the same as a file.
#[cfg(unix)]
#[test]
fn pipes_are_read_whole() {
    let text = "a,b\n".to_owned() + &(0..50_000).map(|i| format!("{i},{}\n", i % 7)).collect::<String>();
    let folder = Folder::with("a.csv", &text);
    let line = "hist2d a.csv -x 0 -y 1 --summary json -o out.png";
    assert_eq!(tally(&folder.heatbin(line).silent().summary()), [50_000, 50_000, 0, 0]);
    let whole = folder.read("out.png");
    for (name, script) in [
        ("-", "cat a.csv | \"$0\" \"$@\""),
        ("-", "gzip -c a.csv | \"$0\" \"$@\""),
        ("/dev/stdin", "cat a.csv | \"$0\" \"$@\""),
        ("pipe", "mkfifo pipe && { cat a.csv > pipe & } && \"$0\" \"$@\""),
    ] {
        let ours = folder.command(&line.replace("a.csv", name));
        let mut command = std::process::Command::new("sh");
        command.args(["-c", script]).arg(ours.get_program()).args(ours.get_args());
        command.current_dir(folder.path("")).stdin(Stdio::null());
        let run = Run::of(command).silent();
        assert_eq!(tally(&run.summary()), [50_000, 50_000, 0, 0], "{script}: {run}");
        assert!(whole == folder.read("out.png"), "{script} draws another picture");
    }
}

/// A reader that has seen enough is no error.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n");
    for line in ["colormaps", "completions bash", "help hist2d", "hist2d a.csv -x a -y b --summary json"] {
        let mut command = folder.command(line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command can be started");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("a child ends");
        Run::ended(&command, &output).silent();
    }
}

#[test]
fn help_shows_an_example_for_each_command() {
    let folder = Folder::new();
    for command in COMMANDS {
        for line in [format!("{command} --help"), format!("help {command}"), format!("{command} -h")] {
            let run = folder.heatbin(&line).silent();
            assert!(
                run.stdout.contains("Example") && run.stdout.contains(&format!("heatbin {command}")),
                "{run}"
            );
        }
    }
    let run = folder.heatbin("--help").silent();
    assert!(COMMANDS.iter().all(|command| run.stdout.contains(command)), "{run}");
    assert!(run.stdout.contains("Example"), "{run}");
    let run = folder.heatbin("");
    assert!(COMMANDS.iter().all(|command| run.stderr.contains(command)), "{run}");
    let version = folder.heatbin("--version").silent().stdout;
    assert_eq!(version, format!("heatbin {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_and_pages_know_the_arguments() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let text = folder.heatbin(&format!("completions {shell}")).silent().stdout;
        assert!(
            ["heatbin", "hexbin", "gridsize", "xedges"].iter().all(|word| text.contains(word)),
            "{shell}"
        );
    }
    folder.heatbin("man .").silent();
    let names: Vec<String> = folder.contents().into_iter().map(|(name, _)| name).collect();
    let mut wanted: Vec<String> = COMMANDS.iter().map(|command| format!("heatbin-{command}.1")).collect();
    wanted.push("heatbin.1".into());
    wanted.sort();
    assert_eq!(names, wanted);
    let page = String::from_utf8(folder.read("heatbin-hist2d.1")).unwrap();
    assert!(page.contains("xedges") && page.contains("Examples"), "{page}");
}

#[test]
fn colormaps_and_adapters_are_listed() {
    let folder = Folder::new();
    let list = folder.heatbin("colormaps").silent().stdout;
    let names: Vec<&str> = list.lines().collect();
    assert!(
        names.len() > 180 && ["viridis", "magma_r", "rocket"].iter().all(|name| names.contains(name)),
        "{list}"
    );
    folder.heatbin("colormaps -o sheet.png -o sheet.svg -o sheet.pdf").silent();
    assert_eq!(folder.contents().len(), 3);
    let sheet = String::from_utf8(folder.read("sheet.svg")).unwrap();
    assert!(names.iter().filter(|name| !name.ends_with("_r")).all(|name| sheet.contains(*name)));
    let list = folder.heatbin("adapters").silent().stdout;
    let described =
        |line: &&str| line.starts_with("  ") && line.contains(" through ") && line.contains(" MiB");
    assert!(
        list.lines().count() >= 2 && list.lines().skip(1).step_by(2).all(|line| described(&line)),
        "{list}"
    );
}

/// A font with the glyphs of M, W and A for characters that the bundled one lacks.
#[test]
fn a_font_is_added_for_what_the_bundled_one_lacks() {
    let folder = Folder::with("a.csv", "\u{e000},b\n1,2\n3,4\n");
    let font = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/added.otf");
    // Columns and categories too, not only what is typed.
    let run = folder.heatbin("hist2d a.csv -x 0 -y b --title \u{e001} -o boxes.png").done();
    assert!(run.stderr.contains("no font has \u{e000}\u{e001};"), "{run}");
    for end in ["png", "pdf"] {
        folder
            .heatbin(&format!("hist2d a.csv -x 0 -y b --title \u{e001} --font {font} -o added.{end}"))
            .silent();
        folder.heatbin(&format!("hist2d a.csv -x 0 -y b --title W --xlabel M -o plain.{end}")).silent();
    }
    assert!(folder.read("added.png") == folder.read("plain.png"), "the same glyphs from another font");
    assert!(folder.read("boxes.png") != folder.read("plain.png"));
    let pdf = folder.read("added.pdf");
    assert!(pdf.windows(9).any(|part| part == b"AddedFont"), "the font is in the file");
    let panels = format!("-o page.png + hist2d a.csv -x 0 -y b --title \u{e001} --font {font}");
    folder.heatbin(&format!("subplots --title \u{e001} {panels}")).silent();
    folder
        .heatbin(&format!("subplots --font {font} --title \u{e000} -o page.png + hist2d a.csv -x 0 -y b"))
        .silent();
    for (file, reason) in [("a.csv", "a.csv is no TrueType or OpenType font"), ("none.ttf", "none.ttf")] {
        folder.refuses(&format!("hist2d a.csv -x 0 -y b --font {file} -o out.png"), 1, &[reason]);
    }
    assert!(!folder.path("out.png").exists());
}

#[test]
fn pictures_that_look_odd_say_why() {
    let folder = Folder::with("a.csv", "t,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n");
    let run = folder.heatbin("hist2d a.csv -x a -y b --bins 3000 -o out.png").done();
    assert!(run.stderr.contains("3000 × 3000 cells share") && run.stderr.contains("means of cells"), "{run}");
    folder.heatbin("hist2d a.csv -x a -y b --bins 3000 -o out.npz").silent();
    let run = folder.heatbin("hist2d a.csv -x a -y b --title 漢x漢 -o out.png").done();
    assert!(run.stderr.contains("no font has 漢; a box") && run.stderr.contains("--font FILE"), "{run}");
    folder.heatbin("hist2d a.csv -x a -y b --title 漢x漢 -o out.npz").silent();
    let title = "W".repeat(400);
    let run = folder.heatbin(&format!("hist2d a.csv -x a -y b --title {title} -o out.png")).done();
    assert!(
        run.stderr.contains("cut for want of room: 'WWWW") && run.stderr.contains("…'; a larger --figsize"),
        "{run}"
    );
    folder.heatbin(&format!("hist2d a.csv -x a -y b --title {title} -o out.npz")).silent();
    folder.heatbin("hist2d a.csv -x a -y b --title Größe -o out.png --bins 1e1").silent();
    folder.heatbin("hist2d a.csv -x t -y b -o out.png").silent();
}

#[test]
fn csv_is_read_as_it_is_said_to_be_written() {
    let folder = Folder::with("plain.csv", "x,y\n1.5,2\n-3,4.25\n");
    folder.write("decimal.csv", "x;y\n1,5;2\n-3;4,25\n");
    folder.write("aligned.txt", "# made today\n   x     y\n 1.5     2\n  -3  4.25\n");
    let counts = |read: &str| {
        folder.heatbin(&format!("hist2d {read} -x x -y y -o out.csv")).silent();
        folder.read("out.csv")
    };
    let plain = counts("plain.csv");
    assert!(counts("decimal.csv --decimal ,") == plain);
    assert!(counts("aligned.txt --delimiter whitespace --comment #") == plain);
    folder.heatbin("heatmap decimal.csv --decimal , -o out.npy").silent();
    folder.refuses("hist2d decimal.csv -x x -y y -o o.png", 1, &["line 2: '1,5'", "--decimal ,"]);
    folder.refuses("view decimal.csv -x x -y y", 1, &["line 2: '1,5'", "--decimal ,"]);
    folder.refuses("view decimal.csv -x x -y y --follow", 1, &["line 2: '1,5'", "--decimal ,"]);
    folder.refuses("hist2d plain.csv -x x -y y --delimiter , --decimal , -o o.png", 2, &["decimal point"]);
    folder.refuses("hist2d plain.csv -x x -y y --decimal ; -o o.png", 2, &["a point or a comma"]);
}

#[test]
fn what_only_a_file_can_hold_is_named() {
    let folder = Folder::new();
    let mut piped = folder.command("hist2d - -x distance -y delay -o out.png");
    let parquet = example("flights.parquet");
    piped.stdin(std::fs::File::open(&parquet).expect("it is in the repository"));
    folder.refuses_command(piped, 1, &["standard input is Parquet", "name the file itself"]);
    let line = format!("view {parquet} -x distance -y delay --follow");
    folder.refuses(&line, 2, &["--follow needs CSV", "is Parquet"]);
}
