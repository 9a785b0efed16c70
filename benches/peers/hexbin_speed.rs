//! The seconds that a hexbin of normal points in memory takes, as JSON: what hexbin.py sets beside matplotlib's.
//!
//! `cargo run --release --example hexbin_speed -- ROWS GRIDSIZE REPEAT cpu|gpu`

use std::time::Instant;

use heatbin::{Aggregate, Backend};

/// Nearly normal values: sums of twelve draws of SplitMix64, as in tests/references/generators.py.
fn normal(seed: u64, rows: u64) -> Vec<f64> {
    let unit = |k: u64| {
        let mut z = seed.wrapping_add((k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    };
    (0..rows).map(|row| (0..12).fold(0.0, |sum, j| sum + unit(12 * row + j)) - 6.0).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [rows, gridsize, repeat, backend] = args.as_slice() else {
        return Err("give ROWS GRIDSIZE REPEAT cpu|gpu".into());
    };
    let backend = match backend.as_str() {
        "cpu" => Backend::Cpu,
        "gpu" => Backend::Gpu,
        other => return Err(format!("no backend '{other}'; there are cpu and gpu").into()),
    };
    let (rows, gridsize, repeat): (u64, usize, usize) = (rows.parse()?, gridsize.parse()?, repeat.parse()?);
    let (x, y) = (normal(7, rows), normal(8, rows));
    let hexbin = || heatbin::hexbin(&x, &y).gridsize(gridsize).backend(backend).aggregate();
    let timed = || {
        let start = Instant::now();
        hexbin().map(|aggregate| (start.elapsed().as_secs_f64(), aggregate))
    };
    // The first call also starts threads or opens a device, and touches its memory for the first time.
    let (first, aggregate) = timed()?;
    let mut seconds = (0..repeat.max(1)).map(|_| Ok(timed()?.0)).collect::<heatbin::Result<Vec<f64>>>()?;
    seconds.sort_by(f64::total_cmp);
    print(&aggregate, first, seconds[seconds.len() / 2]);
    Ok(())
}

fn print(aggregate: &Aggregate, first: f64, median: f64) {
    let values: Vec<f64> = aggregate.values.iter().collect();
    let filled = values.iter().filter(|&&count| count > 0.0).count();
    let most = values.iter().fold(0.0, |most: f64, &count| most.max(count));
    let binned = aggregate.tally.binned;
    println!(
        r#"{{"first": {first}, "median": {median}, "binned": {binned}, "filled": {filled}, "most": {most}}}"#
    );
}
