//! The stages one by one: points, a grid, a binner, a colour scale, pixels: `cargo run --example stages`

use std::sync::Arc;

use heatbin::{Binner, Coloring, Colormap, CpuBinner, Grid, Hex, Norm, Points, Scale};

fn main() -> heatbin::Result<()> {
    let range = ((0.0, 1.0), (0.0, 1.0));
    let grid = Arc::new(Grid::Hex(Hex::in_range((8, 5), range, (Scale::Linear, Scale::Linear))?));
    let binner = Box::new(CpuBinner::new(grid)?);
    // Batches may come from any number of threads, in any order.
    std::thread::scope(|scope| {
        let batches: Vec<_> = (0..4)
            .map(|batch| {
                let binner = &binner;
                scope.spawn(move || {
                    let x: Vec<f64> =
                        (0..1000).map(|i| (f64::from(i + batch * 1000) * 0.618_034).fract()).collect();
                    let y: Vec<f64> =
                        (0..1000).map(|i| (f64::from(i + batch * 1000) * 0.754_878).fract()).collect();
                    binner.add(&Points::new(&x, &y)?)
                })
            })
            .collect();
        batches.into_iter().try_for_each(|batch| batch.join().expect("no batch panics"))
    })?;
    let aggregate = binner.finish()?;
    let coloring = Coloring { norm: Norm::Log, colormap: Colormap::named("rocket")?, ..Coloring::default() };
    let scale = coloring.fit(&aggregate.values)?;
    let limits = scale.limits;
    let raster = heatbin::shade(&aggregate, &scale, 320, 200);
    println!("{} cells of {} to {} points in {raster:?}", aggregate.values.len(), limits.vmin, limits.vmax);
    Ok(())
}
