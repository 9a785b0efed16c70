//! Frame times of the live view without a window: from a request to its picture, while the view pans and zooms.
//!
//! `cargo bench --bench view -- [ROWS]...` prints a line of JSON for each number of rows: milliseconds to the first picture of each
//! request (`first`) and to the whole one (`whole`), and the requests answered a second while each follows the last at once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use heatbin::window::{Camera, Engine, Look, Region, Request, Shape, Studio};
use heatbin::{Colormap, Norm, Points, Scale};

const PIXELS: (u32, u32) = (1280, 800);
const CELL_PIXELS: u32 = 2;
const FRAMES: usize = 120;

/// Rows that are pushed at once.
const BATCH: usize = 1 << 20;

fn main() {
    let rows: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let rows = if rows.is_empty() { vec![3_000_000, 100_000_000] } else { rows };
    for rows in rows {
        for shape in [Shape::Rectangles, Shape::Hexagons] {
            run(rows, shape);
        }
    }
}

fn run(rows: usize, shape: Shape) {
    let (ring, bell) = channel();
    let wake = Arc::new(move || {
        let _ = ring.send(());
    });
    let studio = Studio::start(Engine::Cpu, wake).expect("a thread");
    let mut state = 1u64;
    for first in (0..rows).step_by(BATCH) {
        let (x, y) = normal(BATCH.min(rows - first), &mut state);
        studio.push(Points::new(x, y).expect("columns of one length")).expect("the studio runs");
    }
    while studio.rows() < rows as u64 {
        bell.recv_timeout(Duration::from_secs(60)).expect("the rows arrive");
    }
    let mut camera = Camera::new(Region { x: (-4.0, 4.0), y: (-4.0, 4.0) }, (Scale::Linear, Scale::Linear));
    let (mut first, mut whole) = (Vec::new(), Vec::new());
    for frame in 0..FRAMES {
        step(&mut camera, frame);
        let request = request(&camera, shape);
        let start = Instant::now();
        studio.ask(request.clone());
        wait(&studio, &bell, &request, false);
        first.push(start.elapsed());
        wait(&studio, &bell, &request, true);
        whole.push(start.elapsed());
    }
    let start = Instant::now();
    for frame in 0..FRAMES {
        step(&mut camera, frame);
        let request = request(&camera, shape);
        studio.ask(request.clone());
        wait(&studio, &bell, &request, false);
    }
    let rate = FRAMES as f64 / start.elapsed().as_secs_f64();
    let (first, whole) = (percentiles(first), percentiles(whole));
    println!(
        "{{\"rows\": {rows}, \"shape\": \"{shape:?}\", \"first\": {first}, \"whole\": {whole}, \"per_second\": {rate:.1}}}"
    );
}

fn step(camera: &mut Camera, frame: usize) {
    match frame / 10 % 4 {
        0 => camera.pan(0.01, 0.003),
        1 => camera.zoom(1.03, (0.3, 0.6)),
        2 => camera.pan(-0.01, -0.003),
        _ => camera.zoom(1.0 / 1.03, (0.3, 0.6)),
    }
}

fn request(camera: &Camera, shape: Shape) -> Request {
    let look = Look {
        shape,
        cell_pixels: CELL_PIXELS,
        scales: (Scale::Linear, Scale::Linear),
        norm: Norm::Log,
        limits: (None, None),
        mincnt: None,
        colormap: Colormap::named("viridis").expect("a colormap"),
    };
    Request { region: camera.region(), pixels: PIXELS, look }
}

fn wait(studio: &Studio, bell: &Receiver<()>, request: &Request, whole: bool) {
    let is_there =
        || studio.frame().is_some_and(|frame| frame.request == *request && (frame.is_whole() || !whole));
    while !is_there() {
        bell.recv_timeout(Duration::from_secs(60)).expect("a picture");
    }
}

/// Points of a normal distribution, to rounding: sums of uniform ones.
fn normal(rows: usize, state: &mut u64) -> (Vec<f64>, Vec<f64>) {
    let mut next = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut sum = || (0..6).map(|_| next()).sum::<f64>() * 2f64.sqrt() - 3.0 * 2f64.sqrt();
    (0..rows).map(|_| (sum(), sum())).unzip()
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3;
    format!("{{\"p50\": {:.1}, \"p95\": {:.1}, \"max\": {:.1}}}", at(0.5), at(0.95), at(1.0))
}
