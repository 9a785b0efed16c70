//! The definition of every binning, [`Grid::cell`], asked point by point, is what numpy and matplotlib do.

use std::sync::Arc;

use heatbin::{Aggregate, Axis, Column, Grid, Hex, Points, Rect, Scale, Values};

use crate::compare::differences;
use crate::references::{Case, Columns, Request, cases};

/// What the definition makes of a case.
pub fn aggregate(case: &Case, x: Column<'_>, y: Column<'_>) -> Aggregate {
    let points = Points::new(x, y).expect("columns of one length");
    let mut aggregate = Aggregate::empty(Arc::new(grid(case, &points)));
    let Values::Counts(counts) = &mut aggregate.values else { unreachable!("a new aggregate counts") };
    for row in 0..points.len() {
        match aggregate.grid.cell(points.x().get(row), points.y().get(row)) {
            Some(cell) => {
                counts[cell] += 1;
                aggregate.tally.binned += 1;
            }
            None => aggregate.tally.outside += 1,
        }
    }
    aggregate.tally.rows = points.rows();
    aggregate.tally.missing = points.missing();
    aggregate
}

fn grid(case: &Case, points: &Points<'_>) -> Grid {
    let bounds = points.bounds();
    let automatic = if points.is_empty() { ((0.0, 1.0), (0.0, 1.0)) } else { (bounds.x, bounds.y) };
    let (x, y) = case.range().unwrap_or(automatic);
    let linear = |(start, stop): (f64, f64), bins| Axis::linear(start, stop, bins).expect("a range");
    let own = |edges: Vec<f64>| Axis::from_edges(edges, Scale::Linear).expect("edges");
    match case.request() {
        Request::Bins((nx, ny)) => Grid::Rect(Rect { x: linear(x, nx), y: linear(y, ny) }),
        Request::Edges(x, y) => Grid::Rect(Rect { x: own(x), y: own(y) }),
        Request::Gridsize(size) => {
            let lay = if case.range().is_some() { Hex::in_range } else { Hex::new };
            Grid::Hex(lay(size, (x, y), case.scales()).expect("a range"))
        }
    }
}

#[test]
fn the_definition_agrees_with_the_peers() {
    let mut columns = Columns::default();
    let mut found = String::new();
    for case in cases() {
        let (x, y) = columns.of(&case);
        found += &differences(&case, &aggregate(&case, x, y));
    }
    assert!(found.is_empty(), "\n{found}");
}
