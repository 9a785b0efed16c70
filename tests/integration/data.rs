//! Test columns from a few words: the twin of tests/references/generators.py, to the last bit.
//!
//! Randomness is SplitMix64 with a counter: draw k (from 0) of a seed is `mix(seed + (k + 1) * GAMMA)`. Everything after it
//! is integer arithmetic or one rounded f64 operation at a time, in the order written.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use heatbin::Floats;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rayon::prelude::*;
use serde_json::Value;

use crate::references::{self, count, float, floats, text};

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Draw `k` of a seed, 53 bits.
fn draw(seed: u64, k: u64) -> u64 {
    let mut z = seed.wrapping_add((k + 1).wrapping_mul(GAMMA));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) >> 11
}

/// A draw as a number in [0, 1).
fn unit(draw: u64) -> f64 {
    draw as f64 * (1.0 / (1u64 << 53) as f64)
}

/// The column that `spec` describes, in f32 if it says so.
pub fn column(spec: &Value) -> Floats<'static> {
    let values = match text(&spec["gen"]) {
        "uniform" => uniform(spec),
        "normal" => normal(spec),
        "integers" => integers(spec),
        "pick" => pick(spec),
        "constant" => vec![float(&spec["value"]); count(&spec["n"])],
        "list" => floats(&spec["values"]),
        "near_edges" => near_edges(spec),
        "concat" => references::list(&spec["parts"]).iter().flat_map(|part| widened(&column(part))).collect(),
        "holes" => holes(spec),
        "file" => file(Path::new(text(&spec["path"])), text(&spec["column"])),
        other => panic!("no generator {other}"),
    };
    match spec.get("f32").and_then(Value::as_bool) {
        Some(true) => Floats::F32(values.iter().map(|&v| v as f32).collect()),
        _ => Floats::F64(values.into()),
    }
}

/// The values of a column as f64.
pub fn widened(column: &Floats<'_>) -> Vec<f64> {
    (0..column.len()).map(|row| column.get(row)).collect()
}

/// `n` values, each from its number and the seed.
fn rows(spec: &Value, value: impl Fn(u64, u64) -> f64 + Sync) -> Vec<f64> {
    let seed = count(&spec["seed"]) as u64;
    (0..count(&spec["n"]) as u64).into_par_iter().map(|row| value(seed, row)).collect()
}

fn uniform(spec: &Value) -> Vec<f64> {
    let (scale, offset) = (float(&spec["scale"]), float(&spec["offset"]));
    rows(spec, |seed, row| unit(draw(seed, row)) * scale + offset)
}

/// The sum of twelve uniforms, less 6: nearly normal, and exact everywhere.
fn normal(spec: &Value) -> Vec<f64> {
    let (scale, offset) = (float(&spec["scale"]), float(&spec["offset"]));
    rows(spec, |seed, row| {
        let mut z = 0.0;
        for j in 0..12 {
            z += unit(draw(seed, 12 * row + j));
        }
        (z - 6.0) * scale + offset
    })
}

fn integers(spec: &Value) -> Vec<f64> {
    let low = spec["low"].as_i64().expect("low is a whole number");
    let span = count(&spec["span"]) as u64;
    let (times, over) = (float(&spec["times"]), float(&spec["over"]));
    rows(spec, |seed, row| ((draw(seed, row) % span) as i64 + low) as f64 * times / over)
}

fn pick(spec: &Value) -> Vec<f64> {
    let values = floats(&spec["values"]);
    rows(spec, |seed, row| values[(draw(seed, row) % values.len() as u64) as usize])
}

/// Every edge of a linspace with its neighbours on both sides; each held for `hold` rows, then from the start again.
fn near_edges(spec: &Value) -> Vec<f64> {
    let (start, stop, bins) = (float(&spec["start"]), float(&spec["stop"]), count(&spec["bins"]));
    let step = (stop - start) / bins as f64;
    let edge = |k: usize| if k == bins { stop } else { k as f64 * step + start };
    let near: Vec<f64> =
        (0..=bins).map(edge).flat_map(|edge| [edge.next_down(), edge, edge.next_up()]).collect();
    let hold = count(&spec["hold"]);
    (0..count(&spec["n"])).map(|row| near[row / hold % near.len()]).collect()
}

/// A column in which every row whose number is `phase` modulo `every` is replaced, by turns, by one of `values`.
fn holes(spec: &Value) -> Vec<f64> {
    let mut values = widened(&column(&spec["of"]));
    let odd = floats(&spec["values"]);
    let rows = (count(&spec["phase"])..values.len()).step_by(count(&spec["every"]));
    rows.enumerate().for_each(|(turn, row)| values[row] = odd[turn % odd.len()]);
    values
}

fn file(path: &Path, column: &str) -> Vec<f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|ending| ending == "parquet") {
        let batches = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|file| file.build());
        let values = |batch: arrow_array::RecordBatch| {
            let column = batch.column_by_name(column).expect("the column is there");
            column.as_primitive::<Int32Type>().values().to_vec()
        };
        let batches = batches.expect("a Parquet file");
        return batches.flat_map(|batch| values(batch.expect("a batch"))).map(f64::from).collect();
    }
    let mut csv = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let at = csv.headers().expect("a header").iter().position(|name| name == column);
    let at = at.expect("the column is there");
    csv.records().map(|row| row.expect("a row")[at].parse().expect("a number")).collect()
}

#[test]
fn columns_are_those_of_the_script() {
    for record in references::read("columns.json") {
        let spec = &record["column"];
        let values = widened(&column(spec));
        assert_eq!(values.len(), count(&record["rows"]), "{spec}");
        let first = floats(&record["first"]);
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
        assert!(values.iter().zip(&first).all(same), "{spec}: {:?}, not {first:?}", &values[..first.len()]);
        let hash = references::sha256(values.iter().map(|v| v.to_le_bytes()));
        assert_eq!(hash, text(&record["f64_sha256"]), "{spec}");
    }
}
