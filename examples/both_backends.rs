//! The same counts and the same pixels from CPU and GPU: `cargo run --release --example both_backends`

use heatbin::Backend;

fn main() -> heatbin::Result<()> {
    let x: Vec<f64> = (0..300_000).map(|i| (f64::from(i) * 0.1).sin() * (f64::from(i) * 1e-5)).collect();
    let y: Vec<f64> = (0..300_000).map(|i| (f64::from(i) * 0.1).cos() * (f64::from(i) * 1e-5)).collect();
    let plot = heatbin::hexbin(&x, &y).gridsize(150);
    let cpu = plot.clone().backend(Backend::Cpu).run()?;
    let gpu = plot.backend(Backend::Gpu).run()?;
    assert_eq!(cpu.aggregate, gpu.aggregate);
    assert!(cpu.raster(640, 480)? == gpu.raster(640, 480)?);
    let adapter = gpu.report.adapter.as_deref().unwrap_or("none");
    println!("{} cells and all pixels agree on the CPU and on {adapter}", cpu.aggregate.values.len());
    Ok(())
}
