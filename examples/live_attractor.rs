//! A strange attractor that grows while it is looked at: `cargo run --release --example live_attractor`
//!
//! Another thread pushes points into the window; the window may be panned and zoomed meanwhile. With `-v` each picture is told.

fn main() -> heatbin::Result<()> {
    let window = heatbin::view(heatbin::Points::new(&[] as &[f64], &[] as &[f64])?)?
        .title("Clifford's attractor")
        .range((-2.1, 2.1), (-1.8, 1.8))
        .verbose(std::env::args().any(|argument| argument == "-v"));
    let feed = window.feed();
    std::thread::spawn(move || {
        let (a, b, c, d) = (-1.4f64, 1.6f64, 1.0f64, 0.7f64);
        let (mut x, mut y) = (0.1f64, 0.1f64);
        for _ in 0..1000 {
            let (xs, ys): (Vec<f64>, Vec<f64>) = (0..100_000)
                .map(|_| {
                    (x, y) = ((a * y).sin() + c * (a * x).cos(), (b * x).sin() + d * (b * y).cos());
                    (x, y)
                })
                .unzip();
            // A window that was closed takes no more.
            if feed.push(xs, ys).is_err() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    window.run()
}
