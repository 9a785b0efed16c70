//! Several files, patterns and formats are one data set: the counts are those of one file with all the rows.

use crate::cli::Folder;

/// Rows of three columns, of which some are missing.
fn rows(from: usize, to: usize) -> Vec<[String; 3]> {
    let missing = |row: usize| row.is_multiple_of(50);
    let x = |row: usize| if missing(row) { "NA".to_owned() } else { (row * 7919 % 1000).to_string() };
    (from..to).map(|row| [x(row), format!("{}.5", row * 104_729 % 500), format!("n{row}")]).collect()
}

/// These rows as CSV, their columns in this order.
fn csv(rows: &[[String; 3]], columns: [usize; 3], delimiter: &str) -> String {
    let names = ["x", "y", "note"].map(str::to_owned);
    let line = |row: &[String; 3]| columns.map(|column| row[column].as_str()).join(delimiter) + "\n";
    std::iter::once(&names).chain(rows).map(line).collect()
}

/// The counts, edges and tally of these files.
#[track_caller]
fn counts(folder: &Folder, files: &str) -> (Vec<u8>, Vec<u8>, serde_json::Value) {
    let run = folder.heatbin(&format!(
        "hist2d {files} -x x -y y --bins 37,23 -o out/counts.csv -o out/counts.npz --summary json --quiet"
    ));
    let mut summary = run.silent().summary();
    summary.as_object_mut().expect("an object").remove("seconds");
    (folder.read("out/counts.csv"), folder.read("out/counts.npz"), summary)
}

#[test]
fn many_files_are_one() {
    let folder = Folder::new();
    for sub in ["out", "parts"] {
        std::fs::create_dir(folder.path(sub)).unwrap();
    }
    folder.write("whole.csv", csv(&rows(0, 3000), [0, 1, 2], ","));
    // Columns in another order, another delimiter, compressed: all are matched by name.
    folder.write("parts/a.csv", csv(&rows(0, 700), [2, 1, 0], ","));
    folder.write("parts/b.tsv", csv(&rows(700, 702), [0, 1, 2], "\t"));
    folder.write("parts/c.csv", csv(&rows(702, 2000), [1, 2, 0], ";"));
    let packed = zstd::encode_all(csv(&rows(2000, 3000), [0, 1, 2], ",").as_bytes(), 1).unwrap();
    folder.write("parts/d.csv.zst", packed);
    let whole = counts(&folder, "whole.csv");
    assert_eq!((&whole.2["rows"], &whole.2["missing"]), (&3000.into(), &60.into()));
    for files in [
        "parts/*",
        "parts/a.csv parts/b.tsv parts/c.csv parts/d.csv.zst",
        "parts/d.csv.zst parts/c.csv parts/b.tsv parts/a.csv",
        "parts/[ab].* parts/?.csv.zst parts/c.csv",
    ] {
        assert!(counts(&folder, files) == whole, "{files} has other counts than whole.csv");
    }
    // A row more or less is seen.
    folder.write("parts/b.tsv", csv(&rows(700, 700), [0, 1, 2], "\t"));
    let fewer = counts(&folder, "parts/*");
    assert!(fewer.0 != whole.0 && fewer.1 != whole.1 && fewer.2 != whole.2, "a row that is left out is seen");
    assert_ne!(counts(&folder, "whole.csv whole.csv").0, whole.0);
}

#[test]
fn files_that_do_not_match_are_named() {
    let folder = Folder::with("a.csv", "x,y\n1,2\n");
    folder.write("b.csv", "x,z\n1,2\n");
    folder.write("c.csv", "x,y\n1,2001-01-01\n");
    let words =
        ["no column 'y' in b.csv", "All files need the columns that are read, and a.csv has this one"];
    folder.refuses("hist2d a.csv b.csv -x x -y y -o out.png", 1, &words);
    let words = ["column 'y' holds numbers in a.csv but dates in c.csv", "one by one"];
    folder.refuses("hist2d a.csv c.csv -x x -y y -o out.png", 1, &words);
    folder.refuses("view a.csv c.csv -x x -y y", 1, &words);
    // Columns that nobody asked for need not match; a table is all of its columns.
    folder.write("d.csv", "y,x,extra\n2,1,7\n4,3,8\n");
    folder.write("e.csv", "x,y,extra\n5,6,2001-01-01\n");
    for files in ["d.csv a.csv", "d.csv e.csv"] {
        folder.heatbin(&format!("hist2d {files} -x x -y y -o out.png")).silent();
    }
    let words = ["no column 'extra' in a.csv; it has x, y.", "d.csv has this one"];
    folder.refuses("heatmap d.csv a.csv -o out.png", 1, &words);
    folder.refuses("hist2d d.csv a.csv -x extra -y y -o out.png", 1, &words);
}
