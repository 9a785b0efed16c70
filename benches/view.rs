//! Frame times of the live view without a window: from a request to its picture, while the view pans and zooms.
//!
//! `cargo bench --bench view -- [--gpu] [ROWS]...` prints a line of JSON for each number of rows: milliseconds to the first picture of
//! each request (`first`) and to the whole one (`whole`), and the requests answered a second while each follows the last at once. With
//! `--gpu` an adapter counts and shades, and the pictures stay on it, as in a window that it draws. On the CPU it then follows a CSV file
//! that another thread writes as fast as it can, with a picture of it all the while.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use heatbin::source::{Follow, ReadOptions, Selection};
use heatbin::window::{Camera, Engine, Look, Region, Request, Shape, Studio, follow};
use heatbin::{Coloring, Device, Norm, Points};

const PIXELS: (u32, u32) = (1280, 800);
const CELL_PIXELS: u32 = 2;
const HOME: Region = Region { x: (-4.0, 4.0), y: (-4.0, 4.0) };
const FRAMES: usize = 120;

/// Rows that are pushed at once.
const BATCH: usize = 1 << 20;

fn main() {
    let device = std::env::args().any(|arg| arg == "--gpu").then(|| Device::open(None).expect("an adapter"));
    let rows: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let rows = if rows.is_empty() { vec![3_000_000, 100_000_000] } else { rows };
    for rows in rows {
        for shape in [Shape::Rectangles, Shape::Hexagons] {
            run(rows, shape, device.as_ref());
        }
    }
    if device.is_none() {
        grow();
    }
}

/// Rows a second that are taken from a file that grows.
fn grow() {
    const ROWS: usize = 8_000_000;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("grows.csv");
    std::fs::write(&path, "x,y\n0.0,0.0\n").expect("a file");
    let (studio, bell) = studio(Engine::Cpu);
    studio.ask(request(&Camera::new(HOME, Default::default()), Shape::Rectangles));
    let name = path.to_str().expect("a plain name");
    let source = Follow::open(name, &ReadOptions::default(), &|| false).expect("two lines");
    follow(source, Selection::new(0, 1), None, studio.feed()).expect("a thread");
    let writer = std::thread::spawn(move || {
        let (x, y) = normal(1 << 16, &mut 1);
        let text: String = x.iter().zip(&y).map(|(x, y)| format!("{x:.6},{y:.6}\n")).collect();
        let mut file = OpenOptions::new().append(true).open(path).expect("the file");
        for _ in 0..ROWS / x.len() {
            file.write_all(text.as_bytes()).expect("room on the disk");
        }
    });
    let start = Instant::now();
    let mut pictures = 0;
    let rows = (ROWS >> 16 << 16) as u64 + 1;
    while studio.rows() < rows {
        bell.recv_timeout(Duration::from_secs(60)).expect("the rows arrive");
        pictures += 1;
    }
    let seconds = start.elapsed().as_secs_f64();
    writer.join().expect("the writer ends");
    let rate = rows as f64 / seconds;
    println!("{{\"followed\": {rows}, \"rows_per_second\": {rate:.0}, \"pictures\": {pictures}}}");
}

fn studio(engine: Engine) -> (Studio, Receiver<()>) {
    let (ring, bell) = channel();
    let wake = Arc::new(move || {
        let _ = ring.send(());
    });
    (Studio::start(engine, wake).expect("a thread"), bell)
}

fn run(rows: usize, shape: Shape, device: Option<&Device>) {
    let (studio, bell) = studio(device.map_or(Engine::Cpu, |device| Engine::Gpu(device.clone())));
    let mut state = 1u64;
    for first in (0..rows).step_by(BATCH) {
        let (x, y) = normal(BATCH.min(rows - first), &mut state);
        studio.push(Points::new(x, y).expect("columns of one length")).expect("the studio runs");
    }
    while studio.rows() < rows as u64 {
        bell.recv_timeout(Duration::from_secs(60)).expect("the rows arrive");
    }
    let mut camera = Camera::new(HOME, Default::default());
    if device.is_some() {
        settle(&studio, &bell, &mut camera, shape);
    }
    // What is left on a device is there once the device has done it.
    let finish = || device.map(|device| device.wait().expect("the device goes on"));
    let (mut first, mut whole) = (Vec::new(), Vec::new());
    for frame in 0..FRAMES {
        step(&mut camera, frame);
        let request = request(&camera, shape);
        let start = Instant::now();
        studio.ask(request.clone());
        wait(&studio, &bell, &request, false);
        finish();
        first.push(start.elapsed());
        wait(&studio, &bell, &request, true);
        finish();
        whole.push(start.elapsed());
    }
    let start = Instant::now();
    for frame in 0..FRAMES {
        step(&mut camera, frame);
        let request = request(&camera, shape);
        studio.ask(request.clone());
        wait(&studio, &bell, &request, false);
        finish();
    }
    let rate = FRAMES as f64 / start.elapsed().as_secs_f64();
    let (first, whole) = (percentiles(first), percentiles(whole));
    let backend = device.map_or("cpu", |device| &device.info().name);
    println!(
        "{{\"rows\": {rows}, \"backend\": \"{backend}\", \"shape\": \"{shape:?}\", \"first\": {first}, \"whole\": {whole}, \"per_second\": {rate:.1}}}"
    );
}

/// Waits until the device has all points: from then on pictures stay there.
fn settle(studio: &Studio, bell: &Receiver<()>, camera: &mut Camera, shape: Shape) {
    loop {
        camera.pan(1e-4, 0.0);
        let request = request(camera, shape);
        studio.ask(request.clone());
        wait(studio, bell, &request, true);
        if studio.frame().is_some_and(|frame| frame.picture.is_on_device()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
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
        coloring: Coloring { norm: Norm::Log, ..Coloring::default() },
        ..Look::default()
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
