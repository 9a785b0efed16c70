//! Tables at the command: pivoted, correlated, and what is refused.

use crate::cli::{Folder, example};

const LONG: &str =
    "month,year,passengers,kind\nFeb,1949,118,a\nJan,1949,112,a\nFeb,1950,126,b\nJan,1950,,b\nJan,,1,b\n";

fn long() -> Folder {
    Folder::with("long.csv", LONG)
}

/// The numbers that these options make of a file.
#[track_caller]
fn csv(folder: &Folder, options: &str) -> String {
    folder.heatbin(&format!("heatmap {options} -o out.csv -q")).silent();
    String::from_utf8(folder.read("out.csv")).expect("text")
}

#[test]
fn pivots_are_matrices() {
    let folder = long();
    let plain = "month,1949,1950\nJan,112.0,\nFeb,118.0,126.0\n";
    assert_eq!(csv(&folder, "long.csv --pivot month year passengers"), plain);
    assert_eq!(csv(&folder, "long.csv --pivot 0 1 2 mean"), plain);
    assert_eq!(
        csv(&folder, "long.csv --pivot kind month passengers sum"),
        "kind,Jan,Feb\na,112.0,118.0\nb,1.0,126.0\n"
    );
    assert_eq!(csv(&folder, "long.csv --pivot kind year month count"), "kind,1949,1950\na,2.0,\nb,,2.0\n");
    // pandas.pivot_table's std is that of a sample.
    assert!(
        csv(&folder, "long.csv --pivot kind kind passengers std")
            .starts_with("kind,a,b\na,4.242640687119285,\n")
    );
    assert!(csv(&folder, "long.csv --pivot kind kind passengers std:0").starts_with("kind,a,b\na,3.0,\n"));
    let run = folder.heatbin("heatmap long.csv --pivot month year passengers -o out.png").done();
    assert!(
        run.stderr
            .starts_with("heatbin: 5 rows: 1 without a value of 'month' or 'year', which are in no cell\n"),
        "{run}"
    );
    let flights = example("flights.csv");
    let text = csv(&folder, &format!("{flights} --pivot month year passengers"));
    assert!(text.starts_with("month,1949,1950,1951,"), "{text}");
    assert_eq!(text.lines().count(), 13);
}

#[test]
fn correlations_are_matrices() {
    let folder = Folder::with(
        "c.csv",
        "name,a,b,day,c\nx,1,2,2001-01-01,true\ny,2,4,2001-01-02,false\nz,3,6.5,2001-01-03,false\n",
    );
    for method in ["pearson", "spearman", "kendall"] {
        let text = csv(&folder, &format!("c.csv --corr {method}"));
        assert!(text.starts_with(",a,b,c\na,1.0,"), "{method}: {text}");
    }
    assert_eq!(csv(&folder, "c.csv --corr kendall --index a").lines().next(), Some(",b,c"));
    // What was written is a table again, with the names of its rows.
    csv(&folder, "c.csv --corr spearman");
    let again = folder.read("out.csv");
    folder.write("again.csv", &again);
    assert_eq!(csv(&folder, "again.csv").as_bytes(), again);
}

#[test]
fn a_column_names_the_rows() {
    let folder = long();
    assert_eq!(csv(&folder, "long.csv --index kind").lines().nth(1), Some("a,1949.0,118.0"));
    assert_eq!(csv(&folder, "long.csv --index year").lines().nth(1), Some("1949,118.0"));
}

#[test]
fn what_cannot_be_made_is_refused() {
    let folder = long();
    folder.write("ragged.csv", "a,b\n1,2\n3\n");
    folder.write("text.csv", "a,b\nx,y\n");
    folder.write("one.csv", "a,b\n1,2\n");
    folder.write("twice.csv", "r,c,v\nx,1,2\nx,1,3\n");
    folder.write("missing.csv", "r,c,v\nx,1,\nx,2,\n");
    folder.write("none.csv", "a,b\n");
    for (line, code, words) in [
        ("long.csv --pivot month yaer passengers", 1, &["no column 'yaer'", "Did you mean 'year'?"][..]),
        ("long.csv --pivot month year kind mean", 1, &["column 'kind'", "holds text", "year, passengers"]),
        ("long.csv --pivot month year passengers maen", 2, &["no reduction 'maen'", "Did you mean 'mean'?"]),
        ("long.csv --pivot month year passengers density", 2, &["a pivot has no density"]),
        ("long.csv --pivot month year", 2, &["--pivot"]),
        ("long.csv --pivot month year passengers --corr pearson", 2, &["cannot be used with"]),
        ("long.csv --corr person", 2, &["person", "pearson"]),
        ("long.csv --corr pearson --mask kind", 2, &["--mask kind", "not with --pivot or --corr"]),
        ("long.csv --index mouth", 1, &["no column 'mouth'", "Did you mean 'month'?"]),
        ("twice.csv --pivot r c v", 1, &["2 rows of twice.csv have r 'x' and c '1'", "mean, min"]),
        ("missing.csv --pivot r c v mean", 1, &["the pivot is empty", "'v'"]),
        ("ragged.csv --corr pearson", 1, &["ragged.csv, line 3: this row has 1 field, but the header has 2"]),
        ("ragged.csv", 1, &["ragged.csv, line 3"]),
        ("text.csv", 1, &["text.csv", "no column holds numbers"]),
        ("text.csv --corr pearson", 1, &["text.csv", "no column holds numbers"]),
        ("one.csv --corr pearson", 1, &["two rows at least, and there is 1"]),
        ("one.csv --corr kendall", 1, &["two rows at least, and there is 1"]),
        ("none.csv", 1, &["no rows"]),
    ] {
        folder.refuses(&format!("heatmap {line} -o out.png"), code, words);
    }
}
