//! The seconds that a reduction of points in memory takes, as JSON: what reductions.py sets beside datashader's.
//!
//! `cargo run --release --example reduce_speed -- FOLDER BINS REDUCTION REPEAT`, where the folder holds the columns `x`, `y` and `w`
//! as little-endian f64, and x and y go from 0 to 1. The values are written there too, as `values`.

use std::path::Path;
use std::time::Instant;

use heatbin::Reduction;

fn column(folder: &Path, name: &str) -> std::io::Result<Vec<f64>> {
    let bytes = std::fs::read(folder.join(name))?;
    Ok(bytes.chunks_exact(8).map(|v| f64::from_le_bytes(v.try_into().expect("8 bytes"))).collect())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, bins, reduction, repeat] = args.as_slice() else {
        return Err("give FOLDER BINS REDUCTION REPEAT".into());
    };
    let folder = Path::new(folder);
    let (bins, repeat): (usize, usize) = (bins.parse()?, repeat.parse()?);
    let reduction = Reduction::named(reduction)?;
    let (x, y, w) = (column(folder, "x")?, column(folder, "y")?, column(folder, "w")?);
    let plot = heatbin::hist2d(&x, &y).bins(bins).range((0.0, 1.0), (0.0, 1.0)).reduce(reduction);
    let plot = if reduction.needs_weights() { plot.weights(&w) } else { plot };
    let values = plot.aggregate()?.values;
    let mut seconds = Vec::new();
    for _ in 0..repeat.max(1) {
        let start = Instant::now();
        let aggregate = plot.aggregate()?;
        seconds.push(start.elapsed().as_secs_f64());
        drop(aggregate);
    }
    let bytes: Vec<u8> = values.iter().flat_map(f64::to_le_bytes).collect();
    std::fs::write(folder.join("values"), bytes)?;
    seconds.sort_by(f64::total_cmp);
    println!(r#"{{"best": {}, "median": {}}}"#, seconds[0], seconds[seconds.len() / 2]);
    Ok(())
}
