//! Norms and colormaps are matplotlib's and seaborn's: every count up to 65,536, every name, every byte.

use heatbin::{Colormap, Limits, Norm, Ordered};
use serde_json::Value;

use crate::references::{count, float, list, read, sha256, text};

/// The index of the colour of every count, as matplotlib counts: -2 no colour, -1 below the scale, `colors` above.
fn indices(record: &Value) -> Vec<i16> {
    let norm = Norm::named(text(&record["norm"])).expect("a norm");
    let limits = Limits { vmin: float(&record["vmin"]), vmax: float(&record["vmax"]) };
    let table = norm.thresholds(limits, count(&record["colors"]), None);
    (0..=65_536).map(|value| table.entry(Ordered::of(f64::from(value))) as i16 - 2).collect()
}

fn differs(record: &Value, got: &[i16]) -> Option<String> {
    if sha256(got.iter().map(|index| index.to_le_bytes())) == text(&record["indices_sha256"]) {
        return None;
    }
    let pair = |sample: &Value| (count(&sample[0]), sample[1].as_i64().expect("an index"));
    let samples = list(&record["samples"]).iter().map(pair);
    let wrong: Vec<String> = samples
        .filter(|&(value, index)| i64::from(got[value]) != index)
        .map(|(value, index)| format!("{value} has index {}, not {index}", got[value]))
        .collect();
    let [norm, vmin, vmax, colors] = ["norm", "vmin", "vmax", "colors"].map(|key| &record[key]);
    Some(format!("{norm} from {vmin} to {vmax}, {colors} colors: {wrong:?}\n"))
}

#[test]
fn norms_are_those_of_matplotlib() {
    let found: String =
        read("norms.json").iter().filter_map(|record| differs(record, &indices(record))).collect();
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn a_wrong_index_is_found() {
    let record = &read("norms.json")[0];
    let mut got = indices(record);
    got[12_345] -= 1;
    let found = differs(record, &got).expect("it differs");
    assert!(found.contains("12345 has index 255, not 256"), "{found}");
}

#[test]
fn colormaps_are_those_of_matplotlib_and_seaborn() {
    let records = read("colormaps.json");
    let mut names: Vec<&str> = records.iter().map(|record| text(&record["name"])).collect();
    let mut known = Colormap::names();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, names);
    for record in &records {
        let name = text(&record["name"]);
        let colors = Colormap::named(name).expect("a colormap").colors().to_vec();
        assert_eq!(colors.len(), count(&record["colors"]), "{name}");
        assert_eq!(sha256(colors.into_iter()), text(&record["rgb_sha256"]), "{name}");
    }
}
