//! Every program in examples/ runs and says what it should.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Name, an argument if it takes one, and what it prints.
const EXAMPLES: [(&str, Option<&str>, &str); 5] = [
    ("both_backends", None, "all pixels agree"),
    ("counts_only", None, "6 rows: 4 binned, 1 outside, 1 missing"),
    ("first_figure", Some("attractor.png"), "1000000 points in"),
    ("own_source", None, "binned: 1000000"),
    ("stages", None, "Raster(320 × 200)"),
];

pub fn built(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_heatbin")).parent().expect("the command lies in a folder");
    folder.join("examples").join(name)
}

#[test]
fn each_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, argument, wanted) in EXAMPLES {
        let argument = argument.map(|file| folder.path().join(file));
        let output = Command::new(built(name)).args(&argument).output().expect(name);
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains(wanted), "{name}:\n{text}\n{errors}");
        if let Some(file) = argument {
            let picture = image::open(&file).expect("a picture was written");
            assert_eq!((picture.width(), picture.height()), (1280, 960));
        }
    }
}

#[test]
fn none_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut programs: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    programs.sort();
    // This one opens a window, and is run where windows are.
    programs.retain(|name| name != "live_attractor");
    assert_eq!(programs, EXAMPLES.map(|(name, ..)| name));
}
