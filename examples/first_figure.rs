//! A figure of a million points in memory: `cargo run --release --example first_figure -- out.png`

use heatbin::Norm;

fn main() -> heatbin::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "first_figure.png".into());
    // A strange attractor of Clifford Pickover.
    let (a, b, c, d) = (-1.4, 1.6, 1.0, 0.7);
    let mut point = (0.1f64, 0.1f64);
    let (x, y): (Vec<f64>, Vec<f64>) = (0..1_000_000)
        .map(|_| {
            let (x, y) = point;
            point = ((a * y).sin() + c * (a * x).cos(), (b * x).sin() + d * (b * y).cos());
            point
        })
        .unzip();
    let drawing = heatbin::hist2d(&x, &y)
        .bins((500, 400))
        .norm(Norm::Log)
        .cmap("mako")
        .title("A Clifford attractor")
        .xlabel("x")
        .ylabel("y")
        .figure()?;
    drawing.save(&path)?;
    println!("{} points in {path}", drawing.aggregate.tally.binned);
    Ok(())
}
