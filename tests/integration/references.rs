//! What numpy and matplotlib said: the files that tests/references/make.py wrote, and the cases in them.

use std::path::Path;

use heatbin::{Column, Floats, Scale};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::data;

/// The records of a file in tests/references.
pub fn read(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match serde_json::from_slice(&bytes) {
        Ok(Value::Array(records)) => records,
        other => panic!("{}: not a list of records: {other:?}", path.display()),
    }
}

/// SHA-256 of some values' bytes, as hexadecimal digits.
pub fn sha256<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> String {
    let mut hash = Sha256::new();
    let mut block = Vec::with_capacity(1 << 16);
    for bytes in values {
        block.extend_from_slice(&bytes);
        if block.len() + N > 1 << 16 {
            hash.update(&block);
            block.clear();
        }
    }
    hash.update(&block);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text in a field.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text"))
}

/// The float in a field: floats are texts, so that JSON cannot round them.
pub fn float(value: &Value) -> f64 {
    text(value).parse().unwrap_or_else(|error| panic!("{value}: {error}"))
}

/// The list in a field.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list"))
}

/// The floats in a field.
pub fn floats(value: &Value) -> Vec<f64> {
    list(value).iter().map(float).collect()
}

/// The whole number in a field.
pub fn count(value: &Value) -> usize {
    let count = value.as_u64().unwrap_or_else(|| panic!("{value} is not a count"));
    usize::try_from(count).expect("counts fit")
}

/// A binning that a peer was asked for, with its answer.
pub struct Case(pub Value);

/// The grid that a case asks for.
pub enum Request {
    /// `bins` over a range.
    Bins((usize, usize)),
    /// The caller's own edges.
    Edges(Vec<f64>, Vec<f64>),
    /// `gridsize` over an extent.
    Gridsize((usize, usize)),
}

impl Case {
    /// Its name, with the function that was asked.
    pub fn name(&self) -> String {
        format!("{}: {}", text(&self.0["kind"]), text(&self.0["name"]))
    }

    /// The grid it asks for.
    pub fn request(&self) -> Request {
        let pair = |key: &str| (count(&self.0[key][0]), count(&self.0[key][1]));
        match (text(&self.0["kind"]), self.0.get("xedges")) {
            ("hexbin", _) => Request::Gridsize(pair("gridsize")),
            (_, Some(xedges)) => Request::Edges(floats(xedges), floats(&self.0["yedges"])),
            _ => Request::Bins(pair("bins")),
        }
    }

    /// The scales of x and y.
    pub fn scales(&self) -> (Scale, Scale) {
        let log = self.0.get("log").map_or("", text);
        let scale = |axis| if log.contains(axis) { Scale::Log } else { Scale::Linear };
        (scale('x'), scale('y'))
    }

    /// The range of x and y, if it was given.
    pub fn range(&self) -> Option<((f64, f64), (f64, f64))> {
        let range = self.0["range"].as_array()?;
        let axis = |axis: &Value| (float(&axis[0]), float(&axis[1]));
        Some((axis(&range[0]), axis(&range[1])))
    }
}

/// The columns of a case; the next case often has the same.
#[derive(Default)]
pub struct Columns {
    x: Option<(Value, Floats<'static>)>,
    y: Option<(Value, Floats<'static>)>,
}

impl Columns {
    /// The columns x and y of `case`, made only if they are not those of the last case.
    pub fn of(&mut self, case: &Case) -> (Column<'_>, Column<'_>) {
        for (kept, spec) in [(&mut self.x, &case.0["x"]), (&mut self.y, &case.0["y"])] {
            if kept.as_ref().is_none_or(|(known, _)| known != spec) {
                *kept = Some((spec.clone(), data::column(spec)));
            }
        }
        (borrowed(&self.x), borrowed(&self.y))
    }
}

fn borrowed<'a>(kept: &'a Option<(Value, Floats<'static>)>) -> Column<'a> {
    let (_, values) = kept.as_ref().expect("just made");
    values.slice(0..values.len()).into()
}

/// Every binning that a peer was asked for.
pub fn cases() -> Vec<Case> {
    read("counts.json").into_iter().map(Case).collect()
}
