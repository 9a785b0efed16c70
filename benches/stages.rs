//! Each stage alone, on a million normal points: `cargo bench --bench stages`
//!
//! Reading, looking over, binning, smoothing, shading, and the page with its PNG.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use heatbin::source::{ReadOptions, Selection, Sink, Source};
use heatbin::{
    Aggregate, Axis, Binner, Coloring, CpuBinner, Filter, Grid, Hex, Level, Norm, Points, Rect, Scale,
    SpreadShape,
};

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

/// Takes the points and forgets them.
struct Nowhere;

impl Sink for Nowhere {
    fn take(&self, points: Points<'_>) -> heatbin::Result<()> {
        std::hint::black_box(points);
        Ok(())
    }
}

fn open(path: &Path) -> Box<dyn Source> {
    heatbin::source::open(&[path.display().to_string()], &ReadOptions::default())
        .expect("a file of two columns")
}

fn reading(c: &mut Criterion) {
    let csv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stages.csv");
    let lines = normal(1).iter().zip(normal(2)).fold(String::from("x,y\n"), |mut lines, (x, y)| {
        writeln!(lines, "{x},{y}").expect("there is memory");
        lines
    });
    std::fs::write(&csv, lines).expect("the target folder can be written to");
    let parquet = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/flights.parquet");
    let mut group = c.benchmark_group("reading, all cores");
    for (name, path) in [("Parquet", &parquet), ("CSV", &csv)] {
        if let Some(rows) = open(path).rows() {
            group.throughput(Throughput::Elements(rows));
        }
        group.bench_function(name, |b| {
            b.iter(|| open(path).scan(&Selection::new(0, 1), &Nowhere).expect("a file of numbers"))
        });
    }
    group.finish();
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

fn page(c: &mut Criterion) {
    let (x, y) = (normal(1), normal(2));
    let plot = heatbin::hist2d(&x, &y).bins(1000).norm(Norm::Log).backend(heatbin::Backend::Cpu);
    let drawing = plot.figure().expect("a figure");
    let (width, height) = drawing.figure().plot_pixels();
    let raster = drawing.raster(width, height).expect("a picture");
    let mut group = c.benchmark_group("the page of 1000 × 1000 cells");
    group.bench_function("PNG, shaded already", |b| {
        b.iter(|| heatbin::encode_png(drawing.figure(), &raster).expect("a page"))
    });
    group.bench_function("shading and PNG", |b| b.iter(|| drawing.png().expect("a page")));
    group.finish();
}

fn smoothing(c: &mut Criterion) {
    let (x, y) = (normal(1), normal(2));
    let points = Points::new(&x, &y).expect("two columns");
    let aggregate = count(&grids()[1].1, &points);
    let mut group = c.benchmark_group("1000 × 1000 cells");
    for sigma in [1.0, 3.0, 10.0] {
        let smooth = Filter::Smooth { sigma: (sigma, sigma) };
        group.bench_function(BenchmarkId::new("smooth", sigma), |b| {
            b.iter(|| smooth.apply(&aggregate).expect("rectangles"))
        });
    }
    let spread = Filter::Spread { px: 3, shape: SpreadShape::Circle };
    group.bench_function("spread 3", |b| b.iter(|| spread.apply(&aggregate).expect("rectangles")));
    let smooth = Filter::Smooth { sigma: (3.0, 3.0) }.apply(&aggregate).expect("rectangles");
    let levels = [Level::Share(0.5), Level::Share(0.9)];
    group.bench_function("contours of two shares", |b| {
        b.iter(|| heatbin::contours(&smooth, &levels).expect("rectangles"))
    });
    group.finish();
}

criterion_group!(benches, reading, binning, smoothing, shading, page);
criterion_main!(benches);
