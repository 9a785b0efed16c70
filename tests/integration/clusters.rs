//! Tables are clustered as scipy clusters them: the answers that tests/references/clusters.py wrote.

use heatbin::matrix::{linkage, optimal_ordering, pdist};
use heatbin::{Distances, Index, Linkage, LinkageMethod, Matrix, MatrixAxis, Metric, Scaling};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::cli::Folder;
use crate::references::{count, float, floats, list, read, text};

/// How far a height may be from scipy's, relative to it.
const NEAR: f64 = 1e-10;

/// The table of a record.
fn table(record: &Value) -> Matrix {
    let [rows, columns] = [0, 1].map(|axis| Index::numbered(count(&record["shape"][axis])));
    Matrix::new(rows, columns, floats(&record["table"])).expect("a table")
}

/// The first digits of the SHA-256 of whole numbers, as the script has them.
fn hashed(numbers: impl IntoIterator<Item = usize>) -> String {
    let mut hash = Sha256::new();
    numbers.into_iter().for_each(|number| hash.update((number as u32).to_le_bytes()));
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_near(expected: f64, got: f64) -> bool {
    (got - expected).abs() <= NEAR * expected.abs()
}

/// What the script tells of distances.
fn sums(values: &[f64]) -> [f64; 5] {
    let weighed = |weight: fn(f64) -> f64| -> f64 {
        values.iter().enumerate().map(|(place, value)| value * weight(place as f64 + 1.0)).sum()
    };
    [
        values[0],
        values[values.len() - 1],
        weighed(|_| 1.0),
        weighed(|place| place),
        weighed(|place| 1.0 / place),
    ]
}

/// Everything in which a tree is not the one that scipy found.
fn differing(answer: &Value, tree: &Linkage) -> Vec<&'static str> {
    let mut found = Vec::new();
    let expected: Vec<f64> =
        text(&answer["heights"]).split(' ').map(|h| h.parse().expect("a number")).collect();
    let heights: Vec<f64> = tree.merges().iter().map(|merge| merge.height).collect();
    let near = expected.iter().zip(&heights).all(|(&expected, &got)| is_near(expected, got));
    if expected.len() != heights.len() || !near {
        found.push("heights");
    }
    let merges = tree.merges().iter().flat_map(|merge| [merge.left, merge.right, merge.size]);
    if hashed(merges) != text(&answer["merges"]) {
        found.push("merges");
    }
    if hashed(tree.leaves()) != text(&answer["leaves"]) {
        found.push("leaves");
    }
    let clusters = answer["clusters"].as_object().expect("clusters");
    if clusters.iter().any(|(k, hash)| hashed(tree.clusters(k.parse().expect("a count"))) != text(hash)) {
        found.push("clusters");
    }
    found
}

/// The sum of the distances between neighbours.
fn length(order: &[usize], distances: &Distances) -> f64 {
    order.windows(2).map(|pair| distances.get(pair[0], pair[1])).sum()
}

/// Every tree that scipy was asked for: the table's name, the distances, the method, the answer.
fn each_linkage(mut visit: impl FnMut(&str, &Distances, LinkageMethod, &Value)) {
    for record in read("clusters.json").iter().filter(|record| record.get("answers").is_some()) {
        let table = table(record);
        for answer in list(&record["answers"]) {
            let metric = Metric::named(text(&answer["metric"])).expect("a metric");
            let name = format!("{}, {metric}", text(&record["name"]));
            let distances = pdist(&table, MatrixAxis::Rows, metric);
            if list(&answer["linkages"]).is_empty() {
                assert!(distances.is_err(), "{name}: scipy has no distances");
                continue;
            }
            let distances = distances.unwrap_or_else(|error| panic!("{name}: {error}"));
            let expected = floats(&answer["distances"]);
            for (expected, got) in expected.into_iter().zip(sums(distances.values())) {
                assert!(is_near(expected, got), "{name}: {expected} {got}");
            }
            for answer in list(&answer["linkages"]) {
                let method = LinkageMethod::named(text(&answer["method"])).expect("a method");
                visit(&format!("{name}, {method}"), &distances, method, answer);
            }
        }
    }
}

#[test]
fn trees_are_those_of_scipy() {
    let (mut found, mut answered) = (String::new(), 0);
    each_linkage(|name, distances, method, answer| {
        let tree = linkage(distances.clone(), method).expect("a tree");
        for what in differing(answer, &tree) {
            found += &format!("{name}: {what}\n");
        }
        answered += 1;
    });
    assert!(found.is_empty(), "\n{found}");
    assert!(answered > 300, "{answered} answers");
}

#[test]
fn another_tree_is_found() {
    each_linkage(|_, distances, method, answer| {
        let tree = linkage(distances.clone(), method).expect("a tree");
        let merges = |change: &dyn Fn(usize, (usize, usize, f64)) -> (usize, usize, f64)| {
            let merges = tree.merges().iter().map(|merge| (merge.left, merge.right, merge.height));
            Linkage::new(merges.enumerate().map(|(nth, merge)| change(nth, merge))).expect("a tree")
        };
        let highest = tree.merges().len() - 1;
        let higher = merges(&|nth, (l, r, h)| {
            (l, r, if nth == highest { h * (1.0 + 3.0 * NEAR) + f64::MIN_POSITIVE } else { h })
        });
        assert!(differing(answer, &higher).contains(&"heights"));
        let turned = merges(&|nth, (l, r, h)| if nth == highest { (r, l, h) } else { (l, r, h) });
        assert!(["merges", "leaves"].iter().all(|what| differing(answer, &turned).contains(what)));
    });
}

#[test]
fn no_order_of_leaves_is_shorter_and_scipys_are_longer() {
    let (mut scipy, mut own) = (0.0, 0.0);
    for record in read("clusters.json").iter().filter(|record| record.get("least").is_some()) {
        let distances = pdist(&table(record), MatrixAxis::Rows, Metric::Euclidean).expect("distances");
        let tree = linkage(distances.clone(), LinkageMethod::Average).expect("a tree");
        let ordered = optimal_ordering(&tree, &distances).expect("an order");
        let (least, found) = (float(&record["least"]), length(&ordered.leaves(), &distances));
        assert!(is_near(least, found), "{least} {found}");
        (scipy, own) = (scipy + float(&record["scipy"]), own + found);
    }
    assert!(own < scipy * (1.0 - NEAR), "{own} {scipy}");
}

#[test]
fn ordered_trees_are_the_same_trees_and_no_longer_than_scipys() {
    let (mut answered, mut shorter) = (0, 0);
    each_linkage(|name, distances, method, answer| {
        let tree = linkage(distances.clone(), method).expect("a tree");
        let ordered = optimal_ordering(&tree, distances).expect("an order");
        let (scipy, own) = (float(&answer["length"]), length(&ordered.leaves(), distances));
        assert!(own <= scipy * (1.0 + NEAR), "{name}: {own} {scipy}");
        let same = ordered.merges().iter().zip(tree.merges()).all(|(a, b)| {
            a.height == b.height
                && a.size == b.size
                && a.left.min(a.right) == b.left
                && a.left.max(a.right) == b.right
        });
        assert!(same, "{name}");
        answered += 1;
        shorter += usize::from(own < scipy * (1.0 - NEAR));
    });
    println!("{shorter} of {answered} orders are shorter than scipy's");
}

#[test]
fn scaled_tables_are_those_of_pandas() {
    let iris = read("clusters.json").into_iter().find(|record| record["name"] == "iris").expect("iris");
    let iris = table(&iris);
    let mut answered = 0;
    for record in read("clusters.json") {
        let scaling = match text(&record["name"]) {
            "z_score" => Scaling::ZScore,
            "standard_scale" => Scaling::Standard,
            _ => continue,
        };
        let axis = if count(&record["axis"]) == 0 { MatrixAxis::Rows } else { MatrixAxis::Columns };
        let scaled = scaling.apply(&iris, axis).expect("a table");
        for (&got, expected) in scaled.values().iter().step_by(7).zip(floats(&record["values"])) {
            assert!((got - expected).abs() <= 1e-12, "{scaling:?} {axis:?}: {got} {expected}");
            answered += 1;
        }
    }
    assert_eq!(answered, 4 * 86);
}

/// Runs `heatbin clustermap` on a table, and returns its exit code and what it says on stderr.
fn run(table: &str, options: &[&str]) -> (i32, String) {
    let folder = Folder::new();
    std::fs::write(folder.path("t.csv"), table).expect("a file");
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_heatbin"));
    run.current_dir(folder.path("")).args(["clustermap", "t.csv", "-q", "-o", "o.svg"]).args(options);
    let output = run.output().expect("heatbin runs");
    (output.status.code().expect("no signal"), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn bad_tables_are_refused_by_what_is_wrong() {
    let good = "name,a,b\nx,1,2\ny,3,5\nz,4,4\n";
    for (table, options, code, part) in [
        ("name,a,b\nx,1,\ny,3,4\nz,5,6\n", &[][..], 1, "row 'x', column 'b' is missing"),
        ("name,a,b\nx,,\ny,,\n", &[], 1, "missing"),
        ("name,a,b,c\nx,1,2,4\n", &[], 1, "there is one row, and none to cluster it with"),
        ("name,a\nx,1\ny,2\n", &[], 1, "there is one column, and none to cluster it with"),
        ("name,other\nx,y\nz,w\n", &[], 1, "no column holds numbers"),
        ("name,a,b\nx,0,0\ny,3,4\nz,1,2\n", &["--metric", "cosine"], 1, "row 'x' has no cosine distance"),
        (good, &["--method", "ward", "--metric", "cityblock"], 2, "formula of Euclidean"),
        (good, &["--method", "avrage"], 2, "Did you mean 'average'?"),
        (good, &["--metric", "euclidian"], 2, "Did you mean 'euclidean'?"),
        (good, &["--row-colors", "nme"], 1, "Did you mean 'name'?"),
        (good, &["--clusters", "0"], 2, "whole numbers from 1"),
        (good, &["--clusters", "2", "--no-row-cluster"], 2, "--no-row-cluster"),
        (good, &["--z-score", "rows", "--standard-scale", "rows"], 2, "cannot be used with"),
        ("name,a,b\nx,1,1\ny,3,5\n", &["--z-score", "rows"], 1, "row 'x' has no two different"),
    ] {
        let (got, said) = run(table, options);
        assert!(said.contains(part) && [1, 2].contains(&got), "{options:?}: {got} {said}");
        assert_eq!(got, code, "{options:?}: {said}");
    }
}

#[test]
fn one_row_and_missing_values_in_their_own_order_are_drawn() {
    assert_eq!(run("name,a,b,c\nx,1,2,4\n", &["--no-row-cluster"]), (0, String::new()));
    let missing = "name,a,b\nx,1,\ny,3,4\n";
    assert_eq!(run(missing, &["--no-row-cluster", "--no-col-cluster"]), (0, String::new()));
    let alike = "name,a,b\nx,1,1\ny,1,1\nz,1,1\n";
    assert_eq!(
        run(alike, &["--clusters", "2,2", "--optimal-ordering", "--row-colors", "name"]),
        (0, String::new())
    );
}

#[test]
fn a_clustermap_is_saved_with_its_trees() {
    let matrix =
        table(read("clusters.json").iter().find(|record| record["name"] == "flights").expect("flights"));
    let drawing = heatbin::clustermap(matrix.clone()).figure().expect("a figure");
    let clusters = drawing.clusters().expect("clusters");
    let (rows, columns) = (&clusters.rows.order, &clusters.columns.order);
    let folder = Folder::new();
    let path = folder.path("o.npz");
    drawing.save(&path).expect("a file");
    let bytes = std::fs::read(&path).expect("the file");
    for name in ["values", "row_order", "col_order", "row_linkage", "col_linkage"] {
        let name = format!("{name}.npy");
        assert!(bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
    let csv = folder.path("o.csv");
    drawing.save(&csv).expect("a file");
    let lines: Vec<String> =
        std::fs::read_to_string(&csv).expect("text").lines().map(str::to_owned).collect();
    let first: Vec<f64> = lines[1].split(',').skip(1).map(|value| value.parse().expect("a number")).collect();
    let expected: Vec<f64> = columns.iter().map(|&column| matrix.get(rows[0], column)).collect();
    assert_eq!(first, expected);
}
