//! Tables, pivoted and correlated, are what pandas makes of them: the answers that tests/references/tables.py wrote.

use std::fmt::Write;

use heatbin::matrix::{self, Correlation, Pearson};
use heatbin::{Matrix, Names, Reduction, Series, Table};
use serde_json::Value;

use crate::references::{float, floats, list, read, text};

/// How many cells a message names.
const NAMED: usize = 4;

/// How far a correlation may be off, and a sum relative to itself.
const NEAR: f64 = 1e-12;

/// The table of a case.
fn table(case: &Value) -> Table {
    let series = |column: &Value| match text(&column["kind"]) {
        "text" => {
            let texts = list(&column["values"]).iter().map(Value::as_str);
            Series::Text(Names::of_texts(texts))
        }
        "boolean" => Series::Booleans(floats(&column["values"])),
        "time" => Series::Times(floats(&column["values"])),
        _ => Series::Numbers(floats(&column["values"])),
    };
    let columns = list(&case["columns"]).iter().map(|column| (text(&column["name"]), series(column)));
    Table::new(columns).expect("columns of one length")
}

/// Everything in which a matrix differs from these labels and values; empty if nothing does.
fn differences(
    rows: &[Value],
    columns: &[Value],
    values: &[f64],
    got: &Matrix,
    near: impl Fn(f64) -> f64,
) -> String {
    let same = |wanted: &[Value], got: &[String]| wanted.iter().map(text).eq(got.iter().map(String::as_str));
    if !same(rows, &got.rows.labels) || !same(columns, &got.columns.labels) {
        return format!("expected {rows:?} and {columns:?}, got {:?} and {:?}\n", got.rows, got.columns);
    }
    let differs = |(wanted, got): (&f64, &f64)| {
        let is_near =
            wanted == got || (wanted.is_nan() && got.is_nan()) || (wanted - got).abs() <= near(*wanted);
        !is_near
    };
    let pairs = || values.iter().zip(got.values());
    let differing: Vec<usize> =
        pairs().enumerate().filter(|(_, pair)| differs(*pair)).map(|(cell, _)| cell).collect();
    let mut out = String::new();
    if !differing.is_empty() {
        _ = writeln!(out, "{} of {} cells differ", differing.len(), values.len());
    }
    for &cell in differing.iter().take(NAMED) {
        let (row, column) = (cell / columns.len(), cell % columns.len());
        let names = (&got.rows.labels[row], &got.columns.labels[column]);
        _ = writeln!(out, "  {names:?}: expected {:e}, got {:e}", values[cell], got.values()[cell]);
    }
    out
}

/// How far what is made of values may be from the peer's: nothing for what only compares or counts.
fn allowed(reduction: Option<Reduction>) -> f64 {
    match reduction {
        Some(Reduction::Sum | Reduction::Mean) => NEAR,
        // The values are near 1000, and their squares are summed.
        Some(Reduction::Var { .. } | Reduction::Std { .. }) => 1e-11,
        // numpy and pandas weigh the two neighbours in another order.
        Some(Reduction::Quantile(_)) => 1e-15,
        _ => 0.0,
    }
}

/// Every pivot of a case: what was asked, and what it is.
fn pivots(case: &Value) -> impl Iterator<Item = (&Value, Option<Reduction>, Matrix)> {
    let table = table(case);
    list(&case["pivots"]).iter().map(move |asked| {
        let reduction = asked["reduction"].as_str().map(|name| Reduction::named(name).expect("a reduction"));
        let [row, column, value] = ["row", "column", "value"].map(|key| text(&asked[key]));
        (asked, reduction, matrix::pivot(&table, row, column, value, reduction).expect("a pivot"))
    })
}

#[test]
fn pivots_are_those_of_pandas() {
    let (mut found, mut count) = (String::new(), 0);
    for case in read("tables.json") {
        for (asked, reduction, got) in pivots(&case) {
            let allowed = allowed(reduction);
            let near = |wanted: f64| allowed * wanted.abs().max(f64::from(u8::from(allowed > 1e-12)));
            let (rows, columns) = (list(&asked["rows"]), list(&asked["columns"]));
            let differences = differences(rows, columns, &floats(&asked["values"]), &got, near);
            if !differences.is_empty() {
                let name = |key| asked[key].as_str().unwrap_or("nothing");
                _ = writeln!(
                    found,
                    "{} of {} by {}: {differences}",
                    name("reduction"),
                    name("row"),
                    name("column")
                );
            }
            assert_eq!((&*got.rows.name, &*got.columns.name), (text(&asked["row"]), text(&asked["column"])));
            count += 1;
        }
    }
    assert!(found.is_empty() && count > 80, "{count} pivots\n{found}");
}

#[test]
fn correlations_are_those_of_pandas() {
    let (mut found, mut count) = (String::new(), 0);
    for case in read("tables.json") {
        let table = table(&case);
        for (name, answer) in case["correlations"].as_object().expect("answers by name") {
            let names = list(&answer["names"]);
            let got =
                matrix::corr(&table, Correlation::named(name).expect("a correlation")).expect("correlations");
            let differences = differences(names, names, &floats(&answer["values"]), &got, |_| NEAR);
            if !differences.is_empty() {
                _ = writeln!(found, "{name} of {}: {differences}", text(&case["name"]));
            }
            count += 1;
        }
    }
    assert!(found.is_empty() && count == 16, "{count} matrices\n{found}");
}

#[test]
fn correlations_of_blocks_are_those_of_the_whole() {
    for case in read("tables.json") {
        let Some(answer) = case["correlations"].get("pearson") else { continue };
        let table = table(&case);
        let names: Vec<String> = list(&answer["names"]).iter().map(|name| text(name).to_owned()).collect();
        let columns: Vec<Vec<f64>> = names
            .iter()
            .map(|name| table.numbers(table.find(name).expect("a column")).expect("numbers").collect())
            .collect();
        let rows: Vec<f64> =
            (0..table.rows()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        let pearson = Pearson::new("blocks", names.clone()).expect("columns");
        for (order, block) in rows.chunks(names.len() * 97).enumerate() {
            pearson.take(order as u128, block);
        }
        let got = pearson.finish().expect("correlations");
        let labels = list(&answer["names"]);
        let found = differences(labels, labels, &floats(&answer["values"]), &got, |_| NEAR);
        assert!(found.is_empty(), "{}: {found}", text(&case["name"]));
    }
}

#[test]
fn a_value_beside_its_place_is_found() {
    let cases = read("tables.json");
    let (asked, _, got) = pivots(&cases[0]).next().expect("a pivot");
    let (rows, columns, values) = (list(&asked["rows"]), list(&asked["columns"]), floats(&asked["values"]));
    let check = |values: &[f64]| differences(rows, columns, values, &got, |wanted| NEAR * wanted.abs());
    assert_eq!(check(&values), "");
    for (wrong, by) in [(values[13] * (1.0 + 3.0 * NEAR), "a little"), (f64::NAN, "all")] {
        let mut values = values.clone();
        values[13] = wrong;
        let found = check(&values);
        let named = found.contains("1 of 144 cells differ") && found.contains(r#"("February", "1950")"#);
        assert!(named, "{by}: {found}");
    }
    assert!(differences(&rows[1..], columns, &values, &got, |_| 1.0).contains("expected"));
    assert!(differences(columns, rows, &values, &got, |_| 1.0).contains("expected"));
    assert_eq!(float(&asked["values"][0]), 112.0);
}
