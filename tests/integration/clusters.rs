//! Tables are clustered as scipy clusters them: the answers that tests/references/clusters.py wrote.

use heatbin::matrix::{linkage, optimal_ordering, pdist};
use heatbin::{Distances, Index, Linkage, LinkageMethod, Matrix, MatrixAxis, Metric, Scaling};
use serde_json::Value;
use sha2::{Digest, Sha256};

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
