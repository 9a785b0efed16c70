//! Categories from files of every format.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, Float64Array, RecordBatch, StringViewArray};

use super::*;
use crate::data::Category;

/// Rows in a file: some batches, and a rest.
const ROWS: usize = 150_000;

/// For each category the sum of x and the rows; the rows without one.
type Sums = (BTreeMap<String, (f64, u64)>, u64);

#[derive(Default)]
struct Grouped(Mutex<Sums>);

impl Sink for Grouped {
    fn take(&self, points: Points<'_>) -> Result<()> {
        let mut kept = self.0.lock().unwrap();
        for row in 0..points.len() {
            let name = match points.category().expect("it was asked for") {
                Category::Names(names) => names.names()[names.codes()[row] as usize].clone(),
                Category::Numbers(column) => column.values.get(row).to_string(),
            };
            let sum = kept.0.entry(name).or_default();
            *sum = (sum.0 + points.x().get(row), sum.1 + 1);
        }
        kept.1 += points.missing();
        Ok(())
    }
}

fn text(row: usize) -> Option<&'static str> {
    [Some("north"), Some("north"), None, Some("south, east"), Some("7")][row / 1000 % 5]
}

fn batch(rows: std::ops::Range<usize>) -> RecordBatch {
    let dictionary: DictionaryArray<Int8Type> = rows.clone().map(text).collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("x", Arc::new(Float64Array::from_iter_values(rows.clone().map(|row| row as f64)))),
        ("view", Arc::new(rows.clone().map(text).collect::<StringViewArray>())),
        ("dictionary", Arc::new(dictionary)),
        ("flag", Arc::new(rows.map(|row| text(row).map(|text| text == "7")).collect::<BooleanArray>())),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn arrow() -> Vec<u8> {
    let batches = [batch(0..ROWS / 3), batch(ROWS / 3..ROWS)];
    let mut bytes = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    bytes
}

fn csv() -> Vec<u8> {
    let line = |row: usize| match text(row) {
        Some(text) => format!("{row},\" {text}\",{},2\n", text == "7"),
        None => format!("{row},NA,,\n"),
    };
    ("x,text,flag,number\n".to_owned() + &(0..ROWS).map(line).collect::<String>()).into_bytes()
}

fn sums(path: &str, column: &str) -> Sums {
    let source = open(&[path.to_owned()], &ReadOptions::default()).unwrap();
    let place = |name| field(&*source, name).unwrap();
    let selection = Selection::new(place("x"), place("x")).category(place(column));
    let sink = Grouped::default();
    source.scan(&selection, &sink).unwrap();
    sink.0.into_inner().unwrap()
}

/// What a column should give whose value is that of `name`.
fn wanted(name: impl Fn(&str) -> &str) -> Sums {
    let mut sums = Sums::default();
    for row in 0..ROWS {
        match text(row) {
            None => sums.1 += 1,
            Some(text) => {
                let sum = sums.0.entry(name(text).to_owned()).or_default();
                *sum = (sum.0 + row as f64, sum.1 + 1);
            }
        }
    }
    sums
}

#[test]
fn every_format_gives_each_row_its_category() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: Vec<u8>| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (arrow, csv) = (file("a.arrows", arrow()), file("a.csv", csv()));
    let (texts, flags) = (wanted(|text| text), wanted(|text| if text == "7" { "true" } else { "false" }));
    assert_eq!(texts.0.len(), 3);
    for (path, column, wanted) in [
        (&arrow, "view", &texts),
        (&arrow, "dictionary", &texts),
        (&arrow, "flag", &flags),
        (&csv, "text", &texts),
        (&csv, "flag", &flags),
    ] {
        assert_eq!(sums(path, column), *wanted, "{path} {column}");
    }
    let numbers = sums(&csv, "number");
    assert_eq!((numbers.0["2"].1, numbers.1), (ROWS as u64 - texts.1, texts.1));
}

#[test]
fn dates_are_no_categories() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "x,day\n1,2001-01-01\n2,2001-01-02\n").unwrap();
    let source = open(&[path.to_str().unwrap().to_owned()], &ReadOptions::default()).unwrap();
    let error = source.scan(&Selection::new(0, 0).category(1), &Grouped::default()).unwrap_err().to_string();
    assert!(
        error.contains("column 'day'") && error.contains("holds dates, which are no categories"),
        "{error}"
    );
}
