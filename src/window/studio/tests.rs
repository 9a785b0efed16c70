mod fit;
mod table;
mod weighed;

use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::binning::CategoryBinner;
use crate::data::{Aggregate, Coloring, Colormap, Column, Cut, Norm, Reduction, Scale};
use crate::plot::{Mixture, hexbin, hist2d};
use crate::window::{Grouping, Look, Shape};

/// A studio and the bell it rings.
struct Room {
    studio: Studio,
    bell: Receiver<()>,
}

impl Room {
    fn new() -> Self {
        Self::with(Engine::Cpu)
    }

    fn with(engine: Engine) -> Self {
        let (ring, bell) = channel();
        // The bell outlives no test.
        let wake = move || {
            let _ = ring.send(());
        };
        Self { studio: Studio::start(engine, Arc::new(wake)).unwrap(), bell }
    }

    /// Waits until `seen` gives something.
    fn wait<T>(&self, seen: impl Fn(&Studio) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = seen(&self.studio) {
                return found;
            }
            // Whoever waits for a picture is told of it: the clock is only there for a test that fails.
            self.bell.recv_timeout(Duration::from_secs(60)).expect("the studio is silent");
            assert!(start.elapsed() < Duration::from_secs(60), "the studio has other things to say");
        }
    }

    /// The whole picture of a request over so many rows.
    fn whole(&self, request: &Request, rows: usize) -> Arc<Frame> {
        self.wait(|studio| {
            let frame = studio.frame()?;
            (frame.request == *request && frame.is_whole() && frame.rows == rows as u64).then_some(frame)
        })
    }
}

fn request(shape: Shape, x: (f64, f64), y: (f64, f64)) -> Request {
    let look = Look {
        shape,
        cell_pixels: 3,
        coloring: Coloring {
            mincnt: Some(1),
            colormap: Colormap::named("magma").unwrap(),
            ..Coloring::default()
        },
        ..Look::default()
    };
    Request { region: Region { x, y }, pixels: (200, 101), look }
}

fn columns(rows: usize) -> (Vec<f64>, Vec<f64>) {
    let mut state = 7u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..rows).map(|_| (next() + next() + next(), next() * next() * 4.0)).unzip()
}

fn points(x: &[f64], y: &[f64]) -> Points<'static> {
    Points::new(x.to_vec(), y.to_vec()).unwrap()
}

/// What the builders make of the same request.
fn headless(request: &Request, x: &[f64], y: &[f64]) -> (Aggregate, crate::data::Raster) {
    let Region { x: x_range, y: y_range } = request.region;
    let (width, height) = request.pixels;
    let run = match request.look.shape {
        Shape::Rectangles => {
            hist2d(x, y).bins(request.cells()).range(x_range, y_range).mincnt(1).cmap("magma").run()
        }
        Shape::Hexagons => {
            hexbin(x, y).gridsize(request.cells()).range(x_range, y_range).mincnt(1).cmap("magma").run()
        }
    };
    let run = run.unwrap();
    let raster = run.raster(width, height).unwrap();
    (run.aggregate, raster)
}

fn check(frame: &Frame, x: &[f64], y: &[f64]) {
    let (aggregate, raster) = headless(&frame.request, x, y);
    assert!(frame.tally.binned > 0);
    assert!(*frame.aggregate.read().unwrap() == aggregate, "{:?}, not {:?}", frame.tally, aggregate.tally);
    assert!(*frame.picture.read().unwrap() == raster);
}

#[test]
fn a_picture_is_the_one_the_builders_make() {
    let (x, y) = columns(400_000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    for shape in [Shape::Rectangles, Shape::Hexagons] {
        for (x_range, y_range) in
            [((0.0, 3.0), (0.0, 4.0)), ((1.1, 1.3), (0.5, 0.9)), ((2.5, 9.0), (-1.0, 1.0))]
        {
            let request = request(shape, x_range, y_range);
            room.studio.ask(request.clone());
            check(&room.whole(&request, x.len()), &x, &y);
        }
    }
    assert_eq!(room.studio.rows(), 400_000);
    assert_eq!(room.studio.bounds(), points(&x, &y).bounds());
    // A frame of other points is another picture.
    let frame = room.studio.frame().unwrap();
    let (aggregate, raster) = headless(&frame.request, &x[1000..], &y[1000..]);
    assert!(*frame.aggregate.read().unwrap() != aggregate && *frame.picture.read().unwrap() != raster);
}

/// By the cells in view alone, as the builders blur those of a range; the border mirrors them.
#[test]
fn a_blurred_picture_is_the_one_the_builders_make() {
    let (x, y) = columns(300_000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    for (x_range, sigma, reduction) in [
        ((0.0, 3.0), (2.0, 2.0), Reduction::Count),
        ((1.1, 1.3), (0.7, 3.0), Reduction::Count),
        ((1.1, 2.3), (1.5, 1.5), Reduction::Density),
    ] {
        let mut request = request(Shape::Rectangles, x_range, (0.5, 2.0));
        (request.look.smooth, request.look.reduction) = (sigma, reduction);
        room.studio.ask(request.clone());
        let frame = room.whole(&request, x.len());
        let plot = hist2d(&x, &y).bins(request.cells()).range(x_range, (0.5, 2.0)).reduce(reduction);
        let plot = plot.coloring(request.look.coloring.clone());
        let run = plot.clone().smooth(sigma).run().unwrap();
        assert!(*frame.aggregate.read().unwrap() == run.aggregate && frame.scale == run.scale);
        assert!(*frame.picture.read().unwrap() == run.raster(200, 101).unwrap());
        let other = plot.smooth((sigma.0 + 0.1, sigma.1)).raster(200, 101).unwrap();
        assert!(*frame.picture.read().unwrap() != other);
    }
    let mut request = request(Shape::Hexagons, (0.0, 3.0), (0.0, 4.0));
    request.look.smooth = (2.0, 2.0);
    room.studio.ask(request.clone());
    check(&room.whole(&request, x.len()), &x, &y);
}

#[test]
fn rows_that_arrive_are_added_to_the_view() {
    let (x, y) = columns(200_000);
    let room = Room::new();
    let request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    assert!(room.whole(&request, 0).picture.read().unwrap().pixels().iter().all(|&byte| byte == 0));
    let feed = room.studio.feed();
    let mut sent = 0;
    for rows in [1, 999, 70_000, 5, 5, 5, 128_985] {
        feed.push(x[sent..sent + rows].to_vec(), y[sent..sent + rows].to_vec()).unwrap();
        sent += rows;
        check(&room.whole(&request, sent), &x[..sent], &y[..sent]);
    }
    assert_eq!(sent, x.len());
    // Another view, after the small batches were joined.
    let request = self::request(Shape::Hexagons, (0.2, 2.0), (0.1, 0.4));
    room.studio.ask(request.clone());
    check(&room.whole(&request, sent), &x, &y);
}

#[test]
fn rows_that_are_let_go_are_taken_off() {
    let (x, y) = columns(300_000);
    let room = Room::new();
    let request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    room.studio.keep(Some(Last::Rows(100_000)));
    for rows in [50_000, 90_000, 160_000, 100_001] {
        let first = if rows == 100_001 { 160_000 } else { 0 };
        let rows = if rows == 100_001 { first..260_001 } else { first..rows };
        room.studio.clear();
        for at in rows.clone().step_by(7_001) {
            let batch = at..rows.end.min(at + 7_001);
            room.studio.push(points(&x[batch.clone()], &y[batch])).unwrap();
        }
        let kept = rows.len().min(100_000);
        let first = rows.end - kept;
        let (wanted, _) = headless(&request, &x[first..rows.end], &y[first..rows.end]);
        // As many rows are there before the last ones come.
        room.wait(|studio| (*studio.frame()?.aggregate.read().unwrap() == wanted).then_some(()));
        check(&room.whole(&request, kept), &x[first..rows.end], &y[first..rows.end]);
    }
    room.studio.keep(None);
    room.studio.push(points(&x, &y)).unwrap();
    room.whole(&request, 400_000);
}

#[test]
fn rows_go_by_their_times() {
    let (x, y) = columns(150_000);
    let room = Room::new();
    let request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    room.studio.keep(Some(Last::Days(1.0)));
    let feed = room.studio.feed();
    // Nearly in order: every seventh row is half a day late.
    let time = |row: usize| row as f64 / 50_000.0 - if row.is_multiple_of(7) { 0.5 } else { 0.0 };
    for first in (0..x.len()).step_by(30_000) {
        let rows = first..first + 30_000;
        let times = rows.clone().map(time).collect();
        feed.timed(points(&x[rows.clone()], &y[rows]), Some(times)).unwrap();
    }
    let newest = (0..x.len()).map(time).fold(f64::NEG_INFINITY, f64::max);
    let kept = || (0..x.len()).filter(|&row| time(row) >= newest - 1.0);
    let (kept_x, kept_y): (Vec<f64>, Vec<f64>) = kept().map(|row| (x[row], y[row])).unzip();
    assert!(kept_x.len() > 40_000 && kept_x.len() < 60_000);
    let (wanted, _) = headless(&request, &kept_x, &kept_y);
    room.wait(|studio| (*studio.frame()?.aggregate.read().unwrap() == wanted).then_some(()));
    assert!(feed.timed(points(&x, &y), Some(vec![1.0])).is_err());
}

#[test]
fn colours_change_without_counting_and_follow_the_request() {
    let (x, y) = columns(100_000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    let mut request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    let first = room.whole(&request, x.len());
    request.look.coloring.norm = Norm::Log;
    request.look.set_limits((Some(2.0), Some(50.0)));
    room.studio.ask(request.clone());
    let second = room.whole(&request, x.len());
    assert_eq!(second.aggregate.read().unwrap(), first.aggregate.read().unwrap());
    assert!(second.picture.read().unwrap() != first.picture.read().unwrap());
    assert_eq!((second.scale.limits.vmin, second.scale.limits.vmax), (2.0, 50.0));
}

#[test]
fn what_cannot_be_met_is_refused_and_the_next_is_not() {
    let (x, y) = columns(1000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    let mut wrong = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    wrong.look.scales.0 = Scale::Log;
    room.studio.ask(wrong);
    let reason = room.wait(|studio| studio.state().refusal);
    assert!(reason.contains("log axis"), "{reason}");
    let good = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(good.clone());
    check(&room.whole(&good, 1000), &x, &y);
    assert_eq!(room.studio.state().refusal, None);
}

#[test]
fn feeds_end_with_their_rows_and_with_the_window() {
    let room = Room::new();
    let feed = room.studio.feed();
    feed.push(vec![1.0], vec![2.0]).unwrap();
    assert!(feed.push(vec![1.0], vec![2.0, 3.0]).is_err());
    room.studio.clear();
    assert!(feed.is_over());
    assert!(feed.push(vec![1.0], vec![2.0]).is_err());
    let feed = room.studio.feed();
    feed.push(vec![1.0, f64::NAN], vec![2.0, 1.0]).unwrap();
    room.wait(|studio| (studio.rows() == 2).then_some(()));
    assert_eq!(room.studio.state().totals.missing, 1);
    feed.restart();
    feed.push(vec![4.0], vec![2.0]).unwrap();
    room.wait(|studio| (studio.rows() == 1).then_some(()));
    drop(room);
    assert!(feed.is_over());
    assert!(feed.push(vec![1.0], vec![2.0]).is_err());
}

#[test]
fn statistics_come_when_they_are_asked_for() {
    let (x, y) = columns(100_000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    room.wait(|studio| (studio.rows() == 100_000).then_some(()));
    let region = Region { x: (1.0, 2.0), y: (0.5, 1.5) };
    room.studio.inspect(Some(region));
    let found = room.wait(|studio| studio.state().statistics);
    let inside = x.iter().zip(&y).filter(|&(&x, &y)| region.contains(x, y)).count();
    assert_eq!(found.count, inside as u64);
    room.studio.inspect(None);
    assert_eq!(room.studio.state().statistics, None);
}

#[test]
fn feeds_tell_of_their_progress() {
    let room = Room::new();
    let feed = room.studio.feed();
    feed.progress(Some(0.25));
    assert_eq!(room.studio.state().loading, Some(0.25));
    feed.notice("line 7 is odd");
    feed.progress(None);
    assert_eq!(room.studio.state().loading, None);
    assert_eq!(room.studio.state().notices, ["line 7 is odd"]);
    room.studio.dismiss();
    assert!(room.studio.state().notices.is_empty());
}

/// What the builders make of weights, by the same norm.
fn headless_of_weights(request: &Request, [x, y, w]: [&[f64]; 3]) -> (Aggregate, crate::data::Raster) {
    let Region { x: x_range, y: y_range } = request.region;
    let (look, (width, height)) = (&request.look, request.pixels);
    let run = match look.shape {
        Shape::Rectangles => hist2d(x, y)
            .weights(w)
            .reduce(look.reduction)
            .bins(request.cells())
            .range(x_range, y_range)
            .coloring(look.coloring.clone())
            .run(),
        Shape::Hexagons => hexbin(x, y)
            .weights(w)
            .reduce(look.reduction)
            .gridsize(request.cells())
            .range(x_range, y_range)
            .coloring(look.coloring.clone())
            .run(),
    };
    let run = run.unwrap();
    let raster = run.raster(width, height).unwrap();
    (run.aggregate, raster)
}

/// Whether two are the same to the last bit; NaN, the value of a cell without rows, is not itself.
fn same(a: &Aggregate, b: &Aggregate) -> bool {
    let cells = |aggregate: &Aggregate| -> Vec<(u64, u64)> {
        let values = &aggregate.values;
        (0..values.len()).map(|cell| (values.get(cell).to_bits(), values.rows(cell))).collect()
    };
    a.grid == b.grid && a.tally == b.tally && cells(a) == cells(b)
}

#[test]
fn weights_are_reduced_as_the_builders_reduce_them() {
    let (x, y) = columns(150_000);
    let w: Vec<f64> = x.iter().zip(&y).map(|(x, y)| (x * 7.0).sin() * 1e3 - y).collect();
    let room = Room::new();
    let push = |rows: std::ops::Range<usize>| {
        let [x, y, w] = [&x, &y, &w].map(|column| column[rows.clone()].to_vec());
        room.studio.push(Points::weighted(x, y, w).unwrap()).unwrap();
    };
    let asked = |name: &str, shape| {
        let mut request = request(shape, (0.0, 3.0), (0.2, 3.0));
        request.look.reduction = Reduction::named(name).unwrap();
        request.look.weights = Some("w".into());
        room.studio.ask(request.clone());
        request
    };
    let check = |request: &Request, first: usize, last: usize| {
        let frame = room.whole(request, last - first);
        let (aggregate, raster) =
            headless_of_weights(request, [&x, &y, &w].map(|column| &column[first..last]));
        assert!(same(&frame.aggregate.read().unwrap(), &aggregate), "{:?}", request.look.reduction);
        assert!(*frame.picture.read().unwrap() == raster, "{:?}", request.look.reduction);
    };
    push(0..90_000);
    for name in [
        "sum", "mean", "min", "max", "std", "var:1", "median", "q90", "mode", "distinct", "density", "first",
        "last",
    ] {
        for shape in [Shape::Rectangles, Shape::Hexagons] {
            check(&asked(name, shape), 0, 90_000);
        }
    }
    // Of other weights it is another picture.
    let request = asked("mean", Shape::Rectangles);
    let frame = room.whole(&request, 90_000);
    let (others, _) = headless_of_weights(&request, [&x[..90_000], &y[..90_000], &w[1..90_001]]);
    assert!(!same(&frame.aggregate.read().unwrap(), &others));
    // Rows that arrive are taken in; where rows go, all is made anew.
    for batch in [90_000..90_010, 90_010..150_000] {
        let last = batch.end;
        push(batch);
        check(&request, 0, last);
    }
    room.studio.keep(Some(Last::Rows(70_000)));
    check(&request, 80_000, 150_000);
    for name in ["mean", "first", "last", "median"] {
        check(&asked(name, Shape::Rectangles), 80_000, 150_000);
    }
    check(&asked("count", Shape::Rectangles), 80_000, 150_000);
    check(&asked("any", Shape::Rectangles), 80_000, 150_000);
}

/// Batches that say where they come, in an order of their own, joined and split on the way.
#[test]
fn the_first_and_the_last_rows_are_those_of_the_data() {
    let (x, y) = columns(60_000);
    let w: Vec<f64> = (0..x.len()).map(|row| row as f64).collect();
    let room = Room::new();
    let feed = room.studio.feed();
    let rows = |first: usize| first..(first + 500).min(x.len());
    // Many small ones, so that blocks are joined; each third comes before those it follows.
    let mut starts: Vec<usize> = (0..x.len()).step_by(500).collect();
    starts.chunks_mut(3).for_each(|three| three.rotate_right(1));
    for first in starts {
        let [x, y, w] = [&x, &y, &w].map(|column| column[rows(first)].to_vec());
        feed.ordered(Points::weighted(x, y, w).unwrap().at(first as u128), None).unwrap();
        if first % 10_000 == 0 {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    for (name, shape) in [("first", Shape::Rectangles), ("last", Shape::Hexagons)] {
        let mut request = request(shape, (0.0, 3.0), (0.2, 3.0));
        request.look.reduction = Reduction::named(name).unwrap();
        request.look.weights = Some("w".into());
        room.studio.ask(request.clone());
        let frame = room.whole(&request, x.len());
        let (aggregate, raster) = headless_of_weights(&request, [&x, &y, &w]);
        assert!(
            same(&frame.aggregate.read().unwrap(), &aggregate) && *frame.picture.read().unwrap() == raster,
            "{name}"
        );
        let reversed = [&x, &y, &w].map(|column| column.iter().rev().copied().collect::<Vec<f64>>());
        let (other, _) = headless_of_weights(&request, [&reversed[0], &reversed[1], &reversed[2]]);
        assert!(!same(&frame.aggregate.read().unwrap(), &other));
    }
}

/// Some rows of each batch have no category, and one category is never in view.
fn kinds(rows: usize) -> Vec<Option<&'static str>> {
    let kind = |row: usize| match row {
        _ if row % 1000 == 17 => None,
        10..20 => Some("aside"),
        _ => Some(["pear", "fig", "apple"][row * row % 7 % 3]),
    };
    (0..rows).map(kind).collect()
}

#[test]
fn categories_are_mixed_as_the_builders_mix_them() {
    use crate::data::{Mixing, Names};
    let (mut x, y) = columns(200_000);
    x[10..20].fill(77.0);
    let kinds = kinds(x.len());
    let room = Room::new();
    let push = |rows: std::ops::Range<usize>| {
        // As a reader hands them on.
        let names = Names::of_texts(kinds[rows.clone()].iter().copied());
        let (x, y) = (Column::from(&x[rows.clone()]), Column::from(&y[rows]));
        let points = Points::of_rows_with(x, y, None, Some(names.into()), true).unwrap();
        room.studio.push(points.into_owned()).unwrap();
    };
    let asked = |shape, grouping: Option<Grouping>| {
        let mut request = request(shape, (0.0, 3.0), (0.2, 3.0));
        request.look.category = grouping;
        room.studio.ask(request.clone());
        request
    };
    let check = |request: &Request, rows: std::ops::Range<usize>| {
        let frame = room.whole(request, rows.len());
        let (look, (width, height)) = (&request.look, request.pixels);
        let Region { x: x_range, y: y_range } = request.region;
        let names = Names::of_texts(kinds[rows.clone()].iter().copied());
        let (x, y) = (&x[rows.clone()], &y[rows]);
        let mixing = look.category.as_ref().map_or(Mixing::default(), |grouping| grouping.mixing.clone());
        macro_rules! run {
            ($plot:expr) => {{
                let mut plot = $plot.range(x_range, y_range).coloring(look.coloring.clone()).mixing(mixing);
                if look.category.is_some() {
                    plot = plot.category(names);
                }
                plot.run().unwrap()
            }};
        }
        let run = match look.shape {
            Shape::Rectangles => run!(hist2d(x, y).bins(request.cells())),
            Shape::Hexagons => run!(hexbin(x, y).gridsize(request.cells())),
        };
        assert!(
            *frame.aggregate.read().unwrap() == run.aggregate,
            "{:?} {:?}",
            frame.tally,
            run.aggregate.tally
        );
        assert_eq!(frame.scale, run.scale);
        assert!(*frame.picture.read().unwrap() == run.raster(width, height).unwrap());
        let layers = |mixture: &Option<Arc<Mixture>>| mixture.as_ref().map(|mixture| mixture.layers.clone());
        assert!(layers(&frame.mixture) == layers(&run.mixture));
        frame
    };
    push(0..90_000);
    let grouping = Grouping { name: "fruit".into(), ..Grouping::default() };
    for shape in [Shape::Rectangles, Shape::Hexagons] {
        let frame = check(&asked(shape, Some(grouping.clone())), 0..90_000);
        assert_eq!(frame.mixture.as_ref().unwrap().layers.names, ["apple", "aside", "fig", "pear"]);
        assert_eq!(frame.tally.missing, 90);
        assert_eq!(check(&asked(shape, None), 0..90_000).tally.missing, 0);
    }
    let mixing =
        Mixing { key: Some(Colormap::named("Set1").unwrap()), baseline: Some(1.0), alpha: (90, 255) };
    let request = asked(Shape::Rectangles, Some(Grouping { mixing, ..grouping.clone() }));
    check(&request, 0..90_000);
    // Rows that arrive are added, and those that go are taken off.
    push(90_000..90_010);
    check(&request, 0..90_010);
    push(90_010..200_000);
    check(&request, 0..200_000);
    room.studio.keep(Some(Last::Rows(199_000)));
    // The very last ones, with a category or without, though the one that was never in view is still known.
    let frame = room.whole(&request, 199_000);
    let (mixture, first) = (frame.mixture.clone().unwrap(), 1000);
    let names = kinds[first..].iter().map(|kind| kind.map(|_| "all"));
    let all = Points::categorized(&x[first..], &y[first..], Names::of_texts(names)).unwrap();
    let binner = CategoryBinner::new(frame.aggregate.grid().clone(), None).unwrap();
    binner.add(&all).unwrap();
    assert!(*frame.aggregate.read().unwrap() == binner.finish().unwrap().0, "{:?}", frame.tally);
    let rows = |nth: usize| mixture.layers.rows(nth);
    assert_eq!((0..4).map(rows).sum::<u64>(), frame.tally.binned);
    assert_eq!(mixture.layers.names.len(), 4);
    assert_eq!(frame.tally.missing, 199);
    assert!((0..mixture.cells.len()).all(|cell| {
        let sum: u64 = mixture.layers.values.iter().map(|values| values.rows(cell)).sum();
        sum == frame.aggregate.read().unwrap().values.rows(cell)
    }));
}

#[test]
fn categories_that_cannot_be_are_refused_and_the_rows_are_not() {
    let (x, y) = columns(1000);
    let room = Room::new();
    let halves: Vec<f64> = (0..1000).map(|row| f64::from(row) / 2.0).collect();
    room.studio.push(Points::categorized(x.clone(), y.clone(), &halves).unwrap().into_owned()).unwrap();
    let mut request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    request.look.category = Some(Grouping::default());
    room.studio.ask(request.clone());
    let refusal = room.wait(|studio| studio.state().refusal);
    assert!(refusal.contains("no whole number"), "{refusal}");
    let bins = crate::data::Axis::from_edges(vec![0.0, 100.0, 400.0], Scale::Linear).unwrap();
    request.look.category = Some(Grouping { cut: Cut::Edges(bins), ..Grouping::default() });
    room.studio.ask(request.clone());
    let frame = room.whole(&request, 1000);
    assert_eq!(frame.mixture.as_ref().unwrap().layers.names, ["0 to 100", "100 to 400"]);
    request.look.category = None;
    room.studio.ask(request.clone());
    check(&room.whole(&request, 1000), &x, &y);
}

/// Bins over all numbers are others when these span more, or less.
#[test]
fn bins_follow_what_the_numbers_span() {
    let (x, y) = columns(90_000);
    let numbers: Vec<f64> = (0..x.len()).map(|row| row as f64 / 7.0 - 100.0).collect();
    let room = Room::new();
    let mut request = request(Shape::Rectangles, (0.0, 3.0), (0.2, 3.0));
    request.look.category = Some(Grouping { cut: Cut::Bins(4), ..Grouping::default() });
    room.studio.ask(request.clone());
    let check = |rows: std::ops::Range<usize>| {
        let (x, y, numbers) = (&x[rows.clone()], &y[rows.clone()], &numbers[rows]);
        let Region { x: x_range, y: y_range } = request.region;
        let plot =
            hist2d(x, y).bins(request.cells()).range(x_range, y_range).category(numbers).category_bins(4);
        let run = plot.coloring(request.look.coloring.clone()).run().unwrap();
        let layers = run.mixture.clone().unwrap().layers.clone();
        let frame = room.wait(|studio| {
            let frame = studio.frame()?;
            let is_it = frame.mixture.as_ref().is_some_and(|mixture| mixture.layers == layers);
            (is_it && frame.is_whole()).then_some(frame)
        });
        assert!(
            *frame.aggregate.read().unwrap() == run.aggregate
                && *frame.picture.read().unwrap() == run.raster(200, 101).unwrap()
        );
        frame
    };
    let mut sent = 0;
    for rows in [1000, 30_000, 90_000] {
        let part = sent..rows;
        let points = Points::categorized(&x[part.clone()], &y[part.clone()], &numbers[part]).unwrap();
        room.studio.push(points.into_owned()).unwrap();
        let frame = check(0..rows);
        assert_eq!(frame.mixture.as_ref().unwrap().layers.len(), 4);
        sent = rows;
    }
    room.studio.keep(Some(Last::Rows(20_000)));
    check(70_000..90_000);
}

/// Rows that wait are not seen, and then all of them are there at once.
#[test]
fn rows_that_wait_take_the_place_of_the_others_at_once() {
    let (x, y) = columns(100_000);
    let room = Room::new();
    let before = room.studio.feed();
    let send = |feed: &Feed, rows: std::ops::Range<usize>| feed.points(points(&x[rows.clone()], &y[rows]));
    send(&before, 0..60_000).unwrap();
    let request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    check(&room.whole(&request, 60_000), &x[..60_000], &y[..60_000]);
    let given_up = room.studio.beside();
    send(&given_up, 0..100_000).unwrap();
    let feed = room.studio.beside();
    assert!(given_up.is_over() && send(&given_up, 0..1).is_err());
    feed.progress(Some(0.5));
    let kinds: Vec<f64> = (0..x.len()).map(|row| (row % 3) as f64).collect();
    feed.points(Points::categorized(&x, &y, &kinds).unwrap().into_owned()).unwrap();
    // The others are still shown, and still come.
    send(&before, 60_000..61_000).unwrap();
    before.progress(None);
    check(&room.whole(&request, 61_000), &x[..61_000], &y[..61_000]);
    assert_eq!((room.studio.state().loading, room.studio.state().ready), (Some(0.5), None));
    feed.progress(None);
    let ready = room.wait(|studio| studio.state().ready);
    assert_eq!((ready.rows, ready.span, room.studio.state().loading), (100_000, (0.0, 2.0), None));
    let mut other = request.clone();
    other.look.category = Some(Grouping::default());
    room.studio.exchange(other.clone());
    let frame = room.whole(&other, 100_000);
    assert_eq!(frame.mixture.as_ref().unwrap().layers.names, ["0", "1", "2"]);
    assert!(before.is_over() && !feed.is_over() && room.studio.state().ready.is_none());
    send(&feed, 0..10).unwrap();
    assert_eq!(room.whole(&other, 100_010).tally.missing, 10);
}

#[test]
fn rows_that_cannot_be_read_leave_the_others_where_they_are() {
    let (x, y) = columns(1000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    let request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    room.whole(&request, 1000);
    let feed = room.studio.beside();
    feed.progress(Some(0.2));
    feed.points(points(&x[..500], &y[..500])).unwrap();
    feed.fail(&Error::data("line 7: torn"));
    let state = room.studio.state();
    assert_eq!((state.notices, state.loading, state.ready), (vec!["line 7: torn".to_owned()], None, None));
    assert!(feed.is_over());
    let feed = room.studio.beside();
    room.studio.stay();
    assert!(feed.is_over());
    // Nothing waits.
    room.studio.exchange(request.clone());
    check(&room.whole(&request, 1000), &x, &y);
}

#[test]
fn weights_that_are_not_there_are_refused() {
    let (x, y) = columns(1000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    let mut request = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    request.look.reduction = Reduction::Mean;
    room.studio.ask(request);
    let refusal = room.wait(|studio| studio.state().refusal);
    assert!(refusal.contains("mean needs weights"), "{refusal}");
}

fn device() -> Device {
    Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one")
}

#[test]
fn a_device_makes_the_same_pictures() {
    let (x, y) = columns(200_000);
    let device = device();
    let room = Room::with(Engine::Gpu(device.clone()));
    room.studio.push(points(&x[..150_000], &y[..150_000])).unwrap();
    // Before the points are there, on the way, and when they are.
    for nth in 0..12 {
        let shape = if nth % 2 == 0 { Shape::Rectangles } else { Shape::Hexagons };
        let request = request(shape, (0.0, 3.0 - 0.1 * f64::from(nth)), (0.0, 4.0));
        room.studio.ask(request.clone());
        let frame = room.whole(&request, 150_000);
        assert_eq!(frame.backend, device.info().name);
        check(&frame, &x[..150_000], &y[..150_000]);
        std::thread::sleep(Duration::from_millis(20));
    }
    let request = request(Shape::Rectangles, (0.5, 1.0), (0.5, 1.0));
    room.studio.ask(request.clone());
    room.studio.push(points(&x[150_000..], &y[150_000..])).unwrap();
    check(&room.whole(&request, 200_000), &x, &y);
    room.studio.keep(Some(Last::Rows(170_000)));
    check(&room.whole(&request, 170_000), &x[30_000..], &y[30_000..]);
    let request = self::request(Shape::Hexagons, (0.5, 1.0), (0.5, 1.0));
    room.studio.ask(request.clone());
    check(&room.whole(&request, 170_000), &x[30_000..], &y[30_000..]);
    assert!(room.studio.state().notices.is_empty());
}

/// A room whose points are on a device: pictures are left there from now on.
fn room_of(device: &Device, x: &[f64], y: &[f64]) -> Room {
    let room = Room::with(Engine::Gpu(device.clone()));
    room.studio.push(points(x, y)).unwrap();
    for nth in 1.. {
        let request = request(Shape::Rectangles, (0.0, 3.0 + 0.01 * f64::from(nth)), (0.0, 4.0));
        room.studio.ask(request.clone());
        if room.whole(&request, x.len()).picture.is_on_device() {
            break;
        }
        assert!(nth < 1000, "the points do not arrive");
        std::thread::sleep(Duration::from_millis(10));
    }
    room
}

#[test]
fn a_device_keeps_its_pictures_until_they_are_asked_for() {
    let (x, y) = columns(200_000);
    let room = room_of(&device(), &x, &y);
    for shape in [Shape::Rectangles, Shape::Hexagons] {
        let request = request(shape, (0.3, 2.0), (0.0, 1.5));
        room.studio.ask(request.clone());
        let frame = room.whole(&request, x.len());
        assert!(frame.picture.is_on_device() && frame.aggregate.there().is_none());
        // What is told of it takes no cell.
        let (aggregate, _) = headless(&request, &x, &y);
        assert!(frame.tally == aggregate.tally && **frame.aggregate.grid() == *aggregate.grid);
        assert_eq!((frame.value_name(), frame.is_of_whole_numbers()), ("count".to_owned(), true));
        room.studio.bring(frame.clone());
        room.wait(|_| frame.aggregate.there().map(|_| ()));
        assert!(**frame.aggregate.there().unwrap() == aggregate);
        check(&frame, &x, &y);
    }
    room.studio.leave(false);
    let request = request(Shape::Rectangles, (0.31, 2.0), (0.0, 1.5));
    room.studio.ask(request.clone());
    let frame = room.whole(&request, x.len());
    assert!(!frame.picture.is_on_device() && frame.aggregate.there().is_some());
    check(&frame, &x, &y);
}

#[test]
fn what_a_device_colours_has_the_colours_of_the_host() {
    let (x, y) = columns(200_000);
    let room = room_of(&device(), &x, &y);
    let norms = ["linear", "log", "eq_hist", "symlog:3", "boundaries:1,5,20"];
    let norm = |name: &str| name.parse::<Norm>().unwrap();
    let plain = Coloring { colormap: Colormap::named("magma").unwrap(), ..Coloring::default() };
    let mut colorings: Vec<Coloring> =
        norms.into_iter().map(|name| Coloring { norm: norm(name), ..plain.clone() }).collect();
    for coloring in [
        Coloring { mincnt: Some(4), ..plain.clone() },
        Coloring { cmin: Some(2.5), vmax: Some(9.0), ..plain.clone() },
        Coloring { cmax: Some(6.0), ..plain.clone() },
        Coloring { robust: true, norm: Norm::Log, ..plain.clone() },
        Coloring { mincnt: Some(1 << 40), ..plain.clone() },
    ] {
        colorings.push(coloring);
    }
    for coloring in colorings {
        let mut request = request(Shape::Rectangles, (0.3, 2.0), (0.0, 1.5));
        request.look.coloring = coloring.clone();
        room.studio.ask(request.clone());
        let frame = room.whole(&request, x.len());
        assert!(frame.picture.is_on_device(), "{coloring:?}");
        let plot = hist2d(&x, &y).bins(request.cells()).range((0.3, 2.0), (0.0, 1.5));
        // Empty cells too, where they have a colour.
        let run = plot.coloring(coloring.clone()).run().unwrap();
        assert!(frame.scale == run.scale, "{:?}, not {:?}", frame.scale, run.scale);
        assert!(*frame.picture.read().unwrap() == run.raster(200, 101).unwrap(), "{coloring:?}");
    }
    // What takes more than counts is made on the host.
    let mut blurred = request(Shape::Rectangles, (0.3, 2.0), (0.0, 1.5));
    blurred.look.smooth = (1.0, 1.0);
    let mut shares = request(Shape::Rectangles, (0.3, 2.0), (0.0, 1.5));
    shares.look.reduction = Reduction::Density;
    for request in [blurred, shares] {
        room.studio.ask(request.clone());
        let frame = room.whole(&request, x.len());
        assert!(!frame.picture.is_on_device() && frame.aggregate.there().is_some());
    }
}

/// Also one that has pictures and cells that nobody has seen.
#[test]
fn what_is_on_a_lost_device_is_made_anew() {
    let (x, y) = columns(200_000);
    let device = device();
    let room = room_of(&device, &x, &y);
    let request = request(Shape::Hexagons, (0.3, 2.0), (0.0, 1.5));
    room.studio.ask(request.clone());
    let lost = room.whole(&request, x.len());
    device.device.destroy();
    assert!(lost.aggregate.read().is_err() && lost.picture.read().is_err());
    // The pointer rests on a cell: without another request there is another picture.
    room.studio.bring(lost.clone());
    let frame = room.wait(|studio| studio.frame().filter(|frame| !frame.picture.is_on_device()));
    assert!(frame.request == request && frame.backend == "cpu");
    check(&room.whole(&request, x.len()), &x, &y);
    room.studio.bring(lost);
    let notices = room.studio.state().notices;
    assert!(notices.len() == 1 && notices[0].contains("Counting goes on with the CPU"), "{notices:?}");
}

/// Other colours of the same cells, which only the device has.
#[test]
fn cells_on_a_lost_device_are_counted_anew_for_other_colours() {
    let (x, y) = columns(200_000);
    let device = device();
    let room = room_of(&device, &x, &y);
    let mut request = request(Shape::Rectangles, (0.3, 2.0), (0.0, 1.5));
    room.studio.ask(request.clone());
    assert!(room.whole(&request, x.len()).picture.is_on_device());
    device.device.destroy();
    request.look.coloring.colormap = Colormap::named("viridis").unwrap();
    room.studio.ask(request.clone());
    let frame = room.whole(&request, x.len());
    assert!(!frame.picture.is_on_device() && frame.backend == "cpu");
    assert!(*frame.aggregate.read().unwrap() == headless(&request, &x, &y).0);
}

#[test]
fn a_device_that_is_lost_costs_nothing_but_its_speed() {
    let (x, y) = columns(200_000);
    let device = device();
    let room = Room::with(Engine::Gpu(device.clone()));
    room.studio.push(points(&x, &y)).unwrap();
    let first = request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(first.clone());
    check(&room.whole(&first, x.len()), &x, &y);
    device.device.destroy();
    let second = request(Shape::Hexagons, (0.0, 2.0), (0.0, 4.0));
    room.studio.ask(second.clone());
    check(&room.whole(&second, x.len()), &x, &y);
    let notices = room.wait(|studio| Some(studio.state().notices).filter(|notices| !notices.is_empty()));
    assert_eq!(notices.len(), 1);
    assert!(notices[0].contains("Counting goes on with the CPU"), "{}", notices[0]);
    room.studio.push(points(&x, &y)).unwrap();
    let frame = room.whole(&second, 2 * x.len());
    assert_eq!(frame.backend, "cpu");
}

#[test]
fn the_faster_engine_is_never_a_software_rasteriser() {
    let device = device();
    let engine = Engine::for_device(&device);
    assert_eq!(matches!(engine, Engine::Cpu), device.info().is_software());
}

#[test]
fn a_matrix_takes_the_place_of_points_until_there_are_points_again() {
    use crate::data::{Index, Matrix};
    let (x, y) = columns(1000);
    let room = Room::new();
    room.studio.push(points(&x, &y)).unwrap();
    let matrix = Matrix::new(Index::numbered(3), Index::numbered(4), (0..12).map(f64::from).collect());
    let sheet = Arc::new(Sheet::new(Arc::new(matrix.unwrap())));
    let before = room.studio.feed();
    room.studio.clear();
    assert!(before.sheet(sheet.clone()).is_err(), "it shows something else now");
    assert!(room.studio.sheet().is_none());
    room.studio.feed().sheet(sheet.clone()).unwrap();
    room.wait(|studio| studio.sheet());
    assert_eq!((room.studio.rows(), room.studio.bounds().x), (12, (0.0, 4.0)));
    let mut request = request(Shape::Rectangles, (0.0, 4.0), (1.0, 3.0));
    request.look.coloring.mincnt = None;
    room.studio.ask(request.clone());
    let frame = room.whole(&request, 8);
    assert_eq!((frame.cells(), frame.cells_in_view()), ((4, 2), Some((4, 2))));
    let plot =
        crate::plot::heatmap(sheet.matrix().clone()).rows(0..2).coloring(request.look.coloring.clone());
    assert!(*frame.picture.read().unwrap() == plot.raster(200, 101).unwrap());
    room.studio.clear();
    assert!(room.studio.sheet().is_none() && room.studio.frame().is_none());
    room.studio.push(points(&x, &y)).unwrap();
    let request = self::request(Shape::Rectangles, (0.0, 3.0), (0.0, 4.0));
    room.studio.ask(request.clone());
    check(&room.whole(&request, x.len()), &x, &y);
}
