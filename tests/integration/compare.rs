//! The comparison that every binning must meet: no cell differs from the peer's, and no row is lost.

use std::fmt::Write;
use std::sync::Arc;

use heatbin::{Aggregate, Axis, Grid, Hex, Rect, Scale, Tally, Values};

use crate::definition;
use crate::references::{Case, Columns, cases, count, list, sha256, text};

/// How many cells a message names.
const NAMED: usize = 8;

/// Everything in which `got` differs from what the peer said; empty if nothing does.
pub fn differences(case: &Case, got: &Aggregate) -> String {
    let mut out = String::new();
    let Values::Counts(counts) = &got.values else { return "these are no counts\n".into() };
    tally(case, got.tally, counts, &mut out);
    match &*got.grid {
        Grid::Rect(rect) => {
            edges("x", &rect.x, text(&case.0["xedges_sha256"]), &mut out);
            edges("y", &rect.y, text(&case.0["yedges_sha256"]), &mut out);
        }
        // The peer gives none on log axes.
        Grid::Hex(_) if case.scales() != (Scale::Linear, Scale::Linear) => {}
        Grid::Hex(hex) => offsets(hex, text(&case.0["offsets_sha256"]), &mut out),
        _ => out += "an unknown kind of grid\n",
    }
    cells(case, counts, &mut out);
    if out.is_empty() { out } else { format!("{}\n{out}", case.name()) }
}

fn tally(case: &Case, got: Tally, counts: &[u64], out: &mut String) {
    let [binned, outside, missing] = ["binned", "outside", "missing"].map(|key| count(&case.0[key]) as u64);
    let expected = Tally { rows: binned + outside + missing, binned, outside, missing };
    let sum: u64 = counts.iter().sum();
    if got != expected || sum != binned {
        _ = writeln!(out, "  expected {expected:?}\n  got      {got:?}, and cells that sum to {sum}");
    }
}

fn edges(name: &str, axis: &Axis, hash: &str, out: &mut String) {
    if sha256(axis.edges().iter().map(|edge| edge.to_le_bytes())) != hash {
        _ = writeln!(out, "  the edges of {name} differ: {} from {:?}", axis.bins(), axis.range());
    }
}

fn offsets(hex: &Hex, hash: &str, out: &mut String) {
    let offset = |cell: usize| [hex.offset(cell).0.to_le_bytes(), hex.offset(cell).1.to_le_bytes()];
    if sha256((0..hex.cells()).flat_map(offset)) != hash {
        _ = writeln!(out, "  the centres of the hexagons differ: {:?}", (&hex.x, &hex.y));
    }
}

fn cells(case: &Case, got: &[u64], out: &mut String) {
    if got.len() != count(&case.0["cells"]) {
        _ = writeln!(out, "  expected {} cells, got {}", case.0["cells"], got.len());
        return;
    }
    if sha256(got.iter().map(|count| count.to_le_bytes())) == text(&case.0["counts_sha256"]) {
        return;
    }
    let pair = |sample: &serde_json::Value| (count(&sample[0]), count(&sample[1]) as u64);
    let (known, expected): (&str, Vec<(usize, u64)>) = match case.0.get("counts") {
        Some(all) => ("all", list(all).iter().map(|v| count(v) as u64).enumerate().collect()),
        None => ("the sampled", list(&case.0["samples"]).iter().map(pair).collect()),
    };
    let differing: Vec<_> = expected.iter().filter(|&&(cell, count)| got[cell] != count).collect();
    _ = writeln!(out, "  cells differ: {} of {known} {} cells", differing.len(), expected.len());
    for &&(cell, count) in differing.iter().take(NAMED) {
        _ = writeln!(out, "    cell {cell}: expected {count}, got {}", got[cell]);
    }
}

/// The first case of this name and kind, and what the definition makes of it.
fn example(name: &str) -> (Case, Aggregate) {
    let case = cases().into_iter().find(|case| case.name() == name).expect("a case of this name");
    let aggregate = {
        let mut columns = Columns::default();
        let (x, y) = columns.of(&case);
        definition::aggregate(&case, x, y)
    };
    (case, aggregate)
}

#[test]
fn a_count_off_by_one_is_found() {
    // All counts are known of the first case, and samples of the second.
    for name in ["hexbin: missing rows in f32", "hist2d: cents, edges elsewhere", "hist2d: 1 by 7"] {
        let (case, mut got) = example(name);
        assert_eq!(differences(&case, &got), "");
        let Values::Counts(counts) = &mut got.values else { unreachable!("a binning counts") };
        counts[3] += 1;
        let found = differences(&case, &got);
        assert!(found.contains("cells differ") && found.contains("sum to"), "{found}");
    }
}

#[test]
fn two_swapped_cells_are_found_and_named() {
    let (case, mut got) = example("hist2d: 1 by 7");
    let Values::Counts(counts) = &mut got.values else { unreachable!("a binning counts") };
    let swapped = format!("cell 0: expected {}, got {}\n", counts[0], counts[5]);
    counts.swap(0, 5);
    let found = differences(&case, &got);
    assert!(found.contains("2 of all 7 cells") && found.contains(&swapped), "{found}");
    assert!(!found.contains("sum to"), "{found}");
}

#[test]
fn a_row_counted_in_the_wrong_place_is_found() {
    let (case, mut got) = example("hist2d: missing rows in f32");
    got.tally.outside -= 1;
    got.tally.missing += 1;
    let found = differences(&case, &got);
    assert!(found.contains("missing: 50001") && !found.contains("cells differ"), "{found}");
}

#[test]
fn an_edge_or_a_centre_beside_its_place_is_found() {
    let (case, got) = example("hist2d: one point");
    let Grid::Rect(rect) = &*got.grid else { panic!("hist2d has edges") };
    let mut edges = rect.y.edges().to_vec();
    edges[4] = edges[4].next_up();
    let y = Axis::from_edges(edges, rect.y.scale()).unwrap();
    let moved = Grid::Rect(Rect { x: rect.x.clone(), y });
    let found = differences(&case, &Aggregate { grid: Arc::new(moved), ..got });
    assert!(found.contains("the edges of y differ") && !found.contains("of x"), "{found}");

    let (case, got) = example("hexbin: one point");
    let Grid::Hex(mut hex) = (*got.grid).clone() else { panic!("hexbin has hexagons") };
    hex.x.start = hex.x.start.next_up();
    let found = differences(&case, &Aggregate { grid: Arc::new(Grid::Hex(hex)), ..got });
    assert!(found.contains("the centres of the hexagons differ"), "{found}");
}
