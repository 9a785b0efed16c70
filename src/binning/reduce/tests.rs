//! Reductions against the plainest way to do them, and against themselves in other orders.

use std::sync::Arc;

use rayon::prelude::*;

use super::*;
use crate::data::{Axis, Hex, Rect, Scale, Values};

const ROWS: usize = 30_000;

/// A fixed sequence of random bits.
fn bits(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// Weights that are hard to add, by name.
fn weights() -> Vec<(&'static str, Vec<f64>)> {
    let make = |seed, value: &dyn Fn(u64, u64) -> f64| {
        let mut next = bits(seed);
        (0..ROWS).map(|_| value(next(), next())).collect::<Vec<f64>>()
    };
    let finite = |bits: u64| {
        let value = f64::from_bits(bits);
        if value.is_finite() { value } else { 0.0 }
    };
    let mut cancelling = make(5, &|a, _| (fraction(a) - 0.5) * 1e16);
    for nth in (1..ROWS).step_by(2) {
        cancelling[nth] = 1e-3 - cancelling[nth - 1];
    }
    vec![
        ("fractions", make(1, &|a, _| fraction(a))),
        ("offset", make(2, &|a, _| 1e9 + fraction(a))),
        ("signs", make(3, &|a, b| fraction(a) * if b % 2 == 0 { 1.0 } else { -1.0 })),
        ("few values", make(4, &|a, _| (a % 7) as f64 - 2.0)),
        ("cancelling", cancelling),
        ("any bits", make(6, &|a, _| finite(a))),
        ("denormal", make(7, &|a, _| f64::from_bits(a >> 30))),
        ("large", make(8, &|a, b| fraction(a) * if b % 2 == 0 { 1.7e308 } else { -1.7e308 })),
        ("wide", make(9, &|a, b| (fraction(a) - 0.3) * 10f64.powi((b % 600) as i32 - 300))),
        (
            "growing",
            (0..ROWS)
                .zip(make(12, &|a, _| fraction(a)))
                .map(|(row, w)| if row < 2000 { w } else { w * 1000.0 })
                .collect(),
        ),
        ("zeros", vec![0.0; ROWS]),
        ("signed zeros", make(10, &|a, _| if a % 2 == 0 { -0.0 } else { 0.0 })),
    ]
}

fn points() -> (Vec<f64>, Vec<f32>) {
    let mut next = bits(11);
    (0..ROWS).map(|_| (fraction(next()) * 1.2 - 0.1, (fraction(next()) * 1.1) as f32)).unzip()
}

fn grids() -> Vec<Arc<Grid>> {
    let axis = |bins| Axis::linear(0.0, 1.0, bins).unwrap();
    let linear = (Scale::Linear, Scale::Linear);
    vec![
        Arc::new(Grid::Rect(Rect { x: axis(7), y: axis(3) })),
        // More cells than a thread has of its own.
        Arc::new(Grid::Rect(Rect { x: axis(600), y: axis(200) })),
        Arc::new(Grid::Hex(Hex::new((9, 5), ((0.0, 1.0), (0.0, 1.0)), linear).unwrap())),
    ]
}

fn all() -> Vec<Reduction> {
    let parameters = ["std:1", "var:2", "quantile:0.9", "q0", "q100", "q33.3"];
    let names = Reduction::NAMES.into_iter().chain(parameters);
    names.map(|name| Reduction::named(name).unwrap()).collect()
}

/// The rows in batches, shared out over threads and put together from two binners.
fn reduced(grid: &Arc<Grid>, reduction: Reduction, weights: &[f64], how: (usize, usize, bool)) -> Aggregate {
    let binners = [0, 1].map(|_| ReduceBinner::new(grid.clone(), reduction).unwrap());
    reduced_by(binners, weights, how)
}

/// [`reduced`] by these binners.
fn reduced_by(
    binners: [ReduceBinner; 2],
    weights: &[f64],
    (threads, batch, turned): (usize, usize, bool),
) -> Aggregate {
    let (x, y) = points();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let mut starts: Vec<usize> = (0..ROWS).step_by(batch).collect();
    if turned {
        starts.reverse();
    }
    pool.install(|| {
        starts.into_par_iter().with_max_len(1).for_each(|start| {
            let rows = start..ROWS.min(start + batch);
            let points = Points::weighted(&x[rows.clone()], &y[rows.clone()], &weights[rows]).unwrap();
            binners[usize::from(turned && start % 3 == 0)].add(&points.at(start as u128)).unwrap();
        });
    });
    let [one, other] = binners.map(ReduceBinner::into_partial);
    let mut partial = one;
    partial.merge(other);
    pool.install(|| partial.finish())
}

fn of(aggregate: &Aggregate) -> Vec<u64> {
    aggregate.values.iter().map(f64::to_bits).collect()
}

#[test]
fn the_bits_depend_on_neither_threads_nor_batches_nor_order() {
    for (name, weights) in weights() {
        for grid in &grids()[..2] {
            for reduction in all() {
                let plain = reduced(grid, reduction, &weights, (1, ROWS, false));
                let binned: u64 = (0..plain.values.len()).map(|cell| plain.values.rows(cell)).sum();
                assert_eq!(plain.tally.binned, binned);
                assert!(plain.tally.adds_up() && plain.tally.rows == ROWS as u64);
                for how in [(2, 1000, false), (7, 777, true)] {
                    let other = reduced(grid, reduction, &weights, how);
                    assert!(of(&plain) == of(&other), "{reduction} of {name}, {how:?}");
                    assert_eq!(plain.tally, other.tally);
                }
            }
        }
    }
}

/// The weights of each cell in the order of the rows, by the definition.
fn cells(grid: &Grid, weights: &[f64]) -> Vec<Vec<f64>> {
    let (x, y) = points();
    let mut cells = vec![Vec::new(); grid.cells()];
    for row in 0..ROWS {
        if let Some(cell) = grid.cell(x[row], y[row].into()) {
            cells[cell].push(weights[row]);
        }
    }
    cells
}

/// A sum that is exact: floats that do not overlap, as Python's `fsum` keeps them.
fn exact(weights: &[f64]) -> f64 {
    let mut parts: Vec<f64> = Vec::new();
    for &weight in weights {
        let mut weight = weight;
        let mut kept = Vec::new();
        for mut part in parts {
            if weight.abs() < part.abs() {
                std::mem::swap(&mut weight, &mut part);
            }
            let high = weight + part;
            let low = part - (high - weight);
            if low != 0.0 {
                kept.push(low);
            }
            weight = high;
        }
        kept.push(weight);
        parts = kept;
    }
    // From the largest down, the first that changes nothing any more ends it, but for a tie that the next decides.
    let mut sum = parts.pop().unwrap_or(0.0);
    while let Some(part) = parts.pop() {
        let before = sum;
        sum = before + part;
        let lost = part - (sum - before);
        if lost != 0.0 {
            let next = parts.last().copied().unwrap_or(0.0);
            let twice = 2.0 * lost;
            if next != 0.0 && (lost < 0.0) == (next < 0.0) && twice == (sum + twice) - sum {
                sum += twice;
            }
            break;
        }
    }
    sum
}

#[test]
fn sums_are_rounded_once_from_the_exact_sum() {
    for (name, weights) in weights() {
        if name == "large" || name == "any bits" {
            // The sum above overflows on the way; these are checked below.
            continue;
        }
        for grid in grids() {
            let sums = reduced(&grid, Reduction::Sum, &weights, (2, 999, false));
            let means = reduced(&grid, Reduction::Mean, &weights, (2, 999, false));
            for (cell, weights) in cells(&grid, &weights).iter().enumerate() {
                let sum = exact(weights);
                assert_eq!(sums.values.get(cell), sum, "cell {cell} of {name}");
                let (mean, got) = (sum / weights.len() as f64, means.values.get(cell));
                let near = [got.next_down(), got, got.next_up()];
                assert!(near.contains(&mean) || (mean.is_nan() && got.is_nan()), "{got} not {mean}: {name}");
            }
        }
    }
}

/// The sum of weights, or their mean, from a number in which every float is whole.
fn in_full(weights: &[f64], reduction: Reduction) -> f64 {
    use super::fixed::{Fixed, float};
    use super::window::{BIAS, SUM_LIMBS, Split};
    if weights.is_empty() {
        return reduction.of_nothing();
    }
    let mut sum = Fixed::<SUM_LIMBS>::ZERO;
    for split in weights.iter().map(|&weight| Split::of(weight)) {
        sum.add_signed_at(split.signed(), split.exponent - 1);
    }
    let (mantissa, exponent) = sum.magnitude().scaled();
    let rows = if reduction == Reduction::Mean { weights.len() } else { 1 };
    let value = float(mantissa / rows as f64, exponent + 1 - BIAS);
    if sum.is_negative() { -value } else { value }
}

#[test]
fn every_way_to_sum_gives_the_bits_of_the_whole_sum() {
    // More cells than the nearest caches hold, few, and one that all rows share.
    let axis = |bins| Axis::linear(0.0, 1.0, bins).unwrap();
    let grids =
        [(300, 200), (7, 3), (1, 1)].map(|(x, y)| Arc::new(Grid::Rect(Rect { x: axis(x), y: axis(y) })));
    for (name, weights) in weights() {
        for grid in &grids {
            let cells = cells(grid, &weights);
            for reduction in [Reduction::Sum, Reduction::Mean] {
                let wanted: Vec<u64> =
                    cells.iter().map(|weights| in_full(weights, reduction).to_bits()).collect();
                // In a grid for each thread or in tiles, and with room for so many rows in a cell.
                for (private, most_rows) in
                    [(true, packed::MOST_ROWS), (true, 1500), (false, packed::MOST_ROWS), (false, 100)]
                {
                    for how in [(1, ROWS, false), (3, 777, true), (2, 5000, true)] {
                        let binner = || {
                            let mut binner = ReduceBinner::new(grid.clone(), reduction).unwrap();
                            let kind = Sums::with_most_rows(reduction, most_rows);
                            binner.partial.kept =
                                Kept::Sums(Tiles::with_tiles(kind, grid.cells(), private, 3));
                            binner
                        };
                        let got = reduced_by([binner(), binner()], &weights, how);
                        let what = format!("{reduction} of {name}, {how:?}, private: {private}, {most_rows}");
                        assert!(of(&got) == wanted, "{what}");
                        let rows = (0..cells.len()).map(|cell| got.values.rows(cell));
                        assert!(rows.eq(cells.iter().map(|weights| weights.len() as u64)), "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_overflows_on_the_way_still_has_its_sum() {
    let grid = grids().swap_remove(0);
    let axis = |v: f64| vec![v; 4];
    let reduce = |reduction, weights: &[f64]| {
        let binner = ReduceBinner::new(grid.clone(), reduction).unwrap();
        binner.add(&Points::weighted(axis(0.01), axis(0.01), weights).unwrap()).unwrap();
        binner.into_partial().finish().values.get(0)
    };
    let large = [1.7e308, 1.7e308, -1.7e308, -1.6e308];
    assert_eq!(reduce(Reduction::Sum, &large), exact(&[1.7e308, -1.6e308]));
    assert_eq!(reduce(Reduction::Sum, &[1.7e308; 4]), f64::INFINITY);
    assert_eq!(reduce(Reduction::Mean, &[1.7e308; 4]), 1.7e308);
    assert_eq!(reduce(Reduction::Std { ddof: 0 }, &[1e300, -1e300, 1e300, -1e300]), 1e300);
    assert_eq!(reduce(Reduction::Var { ddof: 0 }, &[1e300, -1e300, 1e300, -1e300]), f64::INFINITY);
    let denormal = 5e-324;
    assert_eq!(reduce(Reduction::Sum, &[1e300, denormal, -1e300, denormal]), 2.0 * denormal);
    assert_eq!(reduce(Reduction::Std { ddof: 0 }, &[denormal, -denormal, denormal, -denormal]), denormal);
}

#[test]
fn spreads_are_exact_far_from_zero() {
    for (name, weights) in weights().into_iter().take(4) {
        // Taken from the mean in whole numbers: these weights are some of 2^-30 and below 2^40.
        let rounded: Vec<f64> = weights.iter().map(|w| (w * 1024.0).round() / 1024.0).collect();
        for ddof in [0, 1] {
            let grid = grids().swap_remove(0);
            let var = reduced(&grid, Reduction::Var { ddof }, &rounded, (2, 999, false));
            let std = reduced(&grid, Reduction::Std { ddof }, &rounded, (2, 999, false));
            for (cell, weights) in cells(&grid, &rounded).iter().enumerate() {
                let whole: Vec<i128> = weights.iter().map(|w| (w * 1024.0) as i128).collect();
                let (n, sum) = (whole.len() as i128, whole.iter().sum::<i128>());
                let squares: i128 = whole.iter().map(|w| w * w).sum();
                let wanted = (n * squares - sum * sum) as f64 / (n * (n - i128::from(ddof))) as f64;
                let wanted = wanted / (1 << 20) as f64;
                let error = |got: f64, wanted: f64| ((got - wanted) / wanted).abs();
                assert!(error(var.values.get(cell), wanted) < 1e-15, "{name}");
                assert!(error(std.values.get(cell), wanted.sqrt()) < 1e-15, "{name}");
            }
        }
    }
}

#[test]
fn what_only_compares_is_that_of_the_sorted_weights() {
    for (name, weights) in weights() {
        for grid in grids() {
            let got = |reduction| reduced(&grid, reduction, &weights, (2, 999, true));
            let names = ["min", "max", "first", "last", "median", "mode", "distinct", "count", "any", "q90"];
            let got = names.map(|name| got(Reduction::named(name).unwrap()));
            for (cell, weights) in cells(&grid, &weights).iter().enumerate() {
                let mut sorted = weights.clone();
                sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
                let values = got.each_ref().map(|aggregate| aggregate.values.get(cell));
                let Some(&min) = sorted.first() else {
                    assert_eq!(&values[6..9], [0.0; 3]);
                    assert!(values[..6].iter().chain(&values[9..]).all(|v| v.is_nan()));
                    continue;
                };
                let n = sorted.len();
                let runs: Vec<&[f64]> = sorted.chunk_by(|a, b| a == b).collect();
                let longest = runs.iter().map(|run| run.len()).max().unwrap();
                let mode = runs.iter().find(|run| run.len() == longest).unwrap()[0];
                let (lower, upper) = (sorted[(n - 1) / 2], sorted[n / 2]);
                let is_large = (lower + upper).is_infinite();
                let median = if is_large { lower / 2.0 + upper / 2.0 } else { (lower + upper) / 2.0 };
                let (first, last) = (weights[0], weights[n - 1]);
                let wanted =
                    [min, sorted[n - 1], first, last, median, mode, runs.len() as f64, n as f64, 1.0];
                assert_eq!(values[..9], wanted, "cell {cell} of {name}");
                let at = ((n - 1) as f64 * 0.9) as usize;
                assert!(sorted[at] <= values[9] && values[9] <= sorted[(at + 1).min(n - 1)], "{name}");
            }
        }
    }
}

#[test]
fn points_without_weights_are_refused() {
    let binner = ReduceBinner::new(grids().swap_remove(0), Reduction::Mean).unwrap();
    let error = binner.add(&Points::new(&[0.5], &[0.5]).unwrap()).unwrap_err().to_string();
    assert_eq!(error, "mean needs weights: the points have none");
    assert!(ReduceBinner::new(grids().swap_remove(0), Reduction::Quantile(1.5)).is_err());
}

#[test]
fn shares_are_those_of_counts_too() {
    for grid in grids() {
        for name in ["count", "any", "density", "probability"] {
            let reduction = Reduction::named(name).unwrap();
            let weighted = reduced(&grid, reduction, &vec![1.0; ROWS], (1, ROWS, false));
            let counts = reduced(&grid, Reduction::Count, &vec![1.0; ROWS], (1, ROWS, false));
            assert!(matches!(counts.values, Values::Counts(_)));
            assert!(counts.reduce_counts(reduction) == weighted, "{name}");
            if name == "probability" {
                assert!((weighted.values.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
    }
}

/// What is put together with others stays what it was, and goes on.
#[test]
fn a_copy_merges_as_what_it_was_made_of() {
    let (x, y) = points();
    // One of each way in which rows are kept.
    let reductions = ["sum", "std", "min", "last", "median"].map(|name| Reduction::named(name).unwrap());
    for grid in grids() {
        for reduction in reductions {
            for (name, weights) in weights() {
                let add = |binner: &ReduceBinner, rows: std::ops::Range<usize>| {
                    let start = rows.start as u128;
                    let points = Points::weighted(&x[rows.clone()], &y[rows.clone()], &weights[rows]);
                    binner.add(&points.unwrap().at(start)).unwrap();
                };
                let binner = || ReduceBinner::new(grid.clone(), reduction).unwrap();
                let (mut first, second) = (binner(), binner());
                add(&first, 0..7_000);
                add(&second, 7_000..20_000);
                let copy = first.copy();
                add(&first, 20_000..30_000);
                let mut both = second.into_partial();
                both.merge(copy);
                let (halves, whole) = (binner(), binner());
                add(&halves, 0..20_000);
                add(&whole, 0..7_000);
                add(&whole, 20_000..30_000);
                let finish = |partial: Partial| of(&partial.finish());
                assert_eq!(finish(both), finish(halves.into_partial()), "{reduction} of {name}");
                assert_eq!(
                    finish(first.into_partial()),
                    finish(whole.into_partial()),
                    "{reduction} of {name}"
                );
            }
        }
    }
}
