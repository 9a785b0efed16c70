//! Each stage alone, on a million normal points in memory: `cargo bench --bench stages`

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use heatbin::{Aggregate, Axis, Binner, Coloring, CpuBinner, Grid, Hex, Norm, Points, Rect, Scale};

const POINTS: usize = 1_000_000;

/// Sums of twelve uniforms: normal enough, and the same everywhere.
fn normal(mut state: u64) -> Vec<f64> {
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..POINTS).map(|_| (0..12).map(|_| uniform()).sum::<f64>() - 6.0).collect()
}

fn grids() -> Vec<(&'static str, Arc<Grid>)> {
    let axis = |bins| Axis::linear(-5.0, 5.0, bins).expect("a range");
    let rect = |bins| Arc::new(Grid::Rect(Rect { x: axis(bins), y: axis(bins) }));
    let range = ((-5.0, 5.0), (-5.0, 5.0));
    let hex = Hex::in_range((500, 288), range, (Scale::Linear, Scale::Linear)).expect("a range");
    vec![
        ("hist2d 200", rect(200)),
        ("hist2d 1000", rect(1000)),
        ("hist2d 4000", rect(4000)),
        ("hexbin 500", Arc::new(Grid::Hex(hex))),
    ]
}

fn count(grid: &Arc<Grid>, points: &Points<'_>) -> Aggregate {
    let binner = Box::new(CpuBinner::new(grid.clone()).expect("a grid that fits"));
    binner.add(points).expect("the CPU does not fail");
    binner.finish().expect("the CPU does not fail")
}

fn binning(c: &mut Criterion) {
    let (x, y) = (normal(1), normal(2));
    let (x32, y32): (Vec<f32>, Vec<f32>) = x.iter().zip(&y).map(|(&x, &y)| (x as f32, y as f32)).unzip();
    let mut group = c.benchmark_group("binning, one thread");
    group.throughput(Throughput::Elements(POINTS as u64));
    for (name, grid) in grids() {
        let wide = Points::new(&x, &y).expect("two columns");
        group.bench_function(BenchmarkId::new(name, "f64"), |b| b.iter(|| count(&grid, &wide)));
        let narrow = Points::new(&x32, &y32).expect("two columns");
        group.bench_function(BenchmarkId::new(name, "f32"), |b| b.iter(|| count(&grid, &narrow)));
    }
    group.bench_function("looking over, f64", |b| {
        b.iter(|| Points::new(&x, &y).expect("two columns").bounds())
    });
    group.finish();
}

fn shading(c: &mut Criterion) {
    let (x, y) = (normal(1), normal(2));
    let points = Points::new(&x, &y).expect("two columns");
    let mut group = c.benchmark_group("shading 1000 × 1000 pixels");
    for (name, grid) in grids() {
        let aggregate = count(&grid, &points);
        let coloring = Coloring { norm: Norm::Log, ..Coloring::default() };
        let scale = coloring.fit(&aggregate.values).expect("limits");
        group.bench_function(name, |b| b.iter(|| heatbin::shade(&aggregate, &scale, 1000, 1000)));
    }
    group.finish();
}

criterion_group!(benches, binning, shading);
criterion_main!(benches);
