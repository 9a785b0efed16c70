//! Counts without a picture: `cargo run --example counts_only`

use heatbin::Values;

fn main() -> heatbin::Result<()> {
    // f32 beside f64, and a row that is missing.
    let x: [f32; 6] = [0.0, 0.5, 1.0, 1.5, f32::NAN, 9.0];
    let y = [0.0, 0.5, 1.0, 2.0, 1.0, 1.0];
    let aggregate = heatbin::hist2d(&x, &y).bins(2).range((0.0, 2.0), (0.0, 2.0)).aggregate()?;
    let Values::Counts(counts) = &aggregate.values else { unreachable!("histograms hold counts") };
    for (column, counts) in counts.chunks(2).enumerate() {
        println!("column {column}: {counts:?}");
    }
    let tally = aggregate.tally;
    println!(
        "{} rows: {} binned, {} outside, {} missing",
        tally.rows, tally.binned, tally.outside, tally.missing
    );
    Ok(())
}
