//! Categories whose colours are mixed by what is made of their weights, as the builders mix them.

use super::table::{Table, check};
use super::*;
use crate::data::{Fit, Mixing};
use crate::plot::Run;

/// What is asked of rows that are told apart and weighed.
fn weighed(reduction: &str, shape: Shape) -> Request {
    let mut request = request(shape, (0.0, 3.0), (0.2, 3.0));
    request.look.category = Some(Grouping { name: "fruit".into(), ..Grouping::default() });
    request.look.weights = Some("w".into());
    request.look.reduction = Reduction::named(reduction).unwrap();
    request
}

#[test]
fn every_reduction_is_that_of_the_builders() {
    let table = Table::new(30_000);
    let room = Room::new();
    room.studio.push(table.points(0..30_000, true)).unwrap();
    for reduction in [
        "count", "any", "sum", "mean", "min", "max", "std", "var:1", "median", "q90", "mode", "distinct",
        "first", "last",
    ] {
        for shape in [Shape::Rectangles, Shape::Hexagons] {
            let request = weighed(reduction, shape);
            room.studio.ask(request.clone());
            let frame = room.whole(&request, 30_000);
            check(&frame, &table.headless(&request, 0..30_000));
            assert_eq!(frame.mixture.as_ref().unwrap().layers.len(), 4);
            // Every thousandth has no category, nor have those that lie farther out.
            assert_eq!(frame.tally.missing, 61);
        }
    }
    // Neither that of other weights, nor of other categories.
    let request = weighed("mean", Shape::Rectangles);
    room.studio.ask(request.clone());
    let frame = room.whole(&request, 30_000);
    let others = |change: &dyn Fn(&mut Table)| {
        let mut table = Table::new(30_000);
        change(&mut table);
        let run = table.headless(&request, 0..30_000);
        assert!(*frame.picture.read().unwrap() != run.raster(200, 101).unwrap());
    };
    others(&|table| table.w.rotate_left(1));
    others(&|table| table.kinds.rotate_left(1));
}

/// Where all rows together have the mean, what says how opaque a cell is is the sum of the means; and a baseline is what the hand says.
#[test]
fn options_of_mixing_and_of_colours_hold() {
    let table = Table::new(30_000);
    let room = Room::new();
    room.studio.push(table.points(0..30_000, true)).unwrap();
    for (reduction, shape, norm) in [
        ("mean", Shape::Rectangles, "linear"),
        ("sum", Shape::Hexagons, "eq_hist"),
        ("max", Shape::Rectangles, "symlog:9"),
    ] {
        let mut request = weighed(reduction, shape);
        let key = Some(Colormap::named("Set1").unwrap());
        let mixing = Mixing { key, baseline: Some(-20.0), alpha: (90, 255) };
        request.look.category = Some(Grouping { mixing, ..Grouping::default() });
        let coloring = &mut request.look.coloring;
        (coloring.norm, coloring.robust, coloring.mincnt) = (norm.parse().unwrap(), true, Some(3));
        coloring.cmax = Some(150.0);
        room.studio.ask(request.clone());
        check(&room.whole(&request, 30_000), &table.headless(&request, 0..30_000));
    }
}

#[test]
fn rows_that_come_are_taken_in_and_what_rows_that_go_made_is_made_anew() {
    let table = Table::new(60_000);
    for (reduction, shape) in [
        ("sum", Shape::Rectangles),
        ("mean", Shape::Hexagons),
        ("median", Shape::Rectangles),
        ("last", Shape::Rectangles),
    ] {
        let room = Room::new();
        let request = weighed(reduction, shape);
        room.studio.ask(request.clone());
        for rows in [0..20_000, 20_000..20_007, 20_007..60_000] {
            room.studio.push(table.points(rows.clone(), true)).unwrap();
            check(&room.whole(&request, rows.end), &table.headless(&request, 0..rows.end));
        }
        // Also the category is gone of which no row is left.
        room.studio.keep(Some(Last::Rows(31_000)));
        let frame = room.whole(&request, 31_000);
        check(&frame, &table.headless(&request, 29_000..60_000));
        assert_eq!(frame.mixture.as_ref().unwrap().layers.names, ["apple", "fig", "pear"]);
    }
}

/// Batches that say where they come, in an order of their own; blocks are joined and split on the way.
#[test]
fn the_first_and_the_last_rows_are_those_of_the_data() {
    let mut table = Table::new(60_000);
    table.w = (0..60_000).map(f64::from).collect();
    let room = Room::new();
    let feed = room.studio.feed();
    let mut starts: Vec<usize> = (0..60_000).step_by(500).collect();
    starts.chunks_mut(3).for_each(|three| three.rotate_right(1));
    for first in starts {
        feed.ordered(table.points(first..first + 500, true).at(first as u128), None).unwrap();
        if first % 10_000 == 0 {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    for (reduction, shape) in [("first", Shape::Rectangles), ("last", Shape::Hexagons)] {
        let request = weighed(reduction, shape);
        room.studio.ask(request.clone());
        let frame = room.whole(&request, 60_000);
        check(&frame, &table.headless(&request, 0..60_000));
        let other = Reduction::named(if reduction == "first" { "last" } else { "first" }).unwrap();
        let other = Request { look: Look { reduction: other, ..request.look.clone() }, ..request.clone() };
        let run = table.headless(&other, 0..60_000);
        assert!(!same(&frame.aggregate.read().unwrap(), &run.aggregate));
    }
}

/// Numbers in bins over all of them; what has neither a number nor a weight is missing.
#[test]
fn numbers_are_cut_and_weighed() {
    let (x, y) = columns(40_000);
    let numbers: Vec<f64> =
        (0..40_000).map(|row| if row % 100 == 3 { f64::NAN } else { f64::from(row) / 7.0 }).collect();
    let weights: Vec<f64> =
        (0..40_000).map(|row| if row % 10 == 1 { f64::NAN } else { f64::from(row % 977) - 400.0 }).collect();
    let points = |is_one: bool| {
        let of = |column: &Vec<f64>| Column::from(column.clone());
        let category = Some(of(&numbers).into());
        Points::of_rows_with(of(&x), of(&y), Some(of(&weights)), category, is_one).unwrap().into_owned()
    };
    let run = |request: &Request| -> Run {
        let Region { x: x_range, y: y_range } = request.region;
        let plot = hist2d(&x, &y).bins(request.cells()).range(x_range, y_range);
        let plot = plot.weights(&weights).reduce(request.look.reduction).category(&numbers).category_bins(3);
        plot.coloring(request.look.coloring.clone()).run().unwrap()
    };
    for fit in [Fit::View, Fit::Data] {
        for reduction in ["sum", "std"] {
            let room = Room::new();
            room.studio.push(points(true)).unwrap();
            let mut request = weighed(reduction, Shape::Rectangles);
            request.look.category = Some(Grouping { cut: Cut::Bins(3), ..Grouping::default() });
            request.look.coloring.fit = fit;
            room.studio.ask(request.clone());
            let frame = room.whole(&request, 40_000);
            check(&frame, &run(&request));
            assert_eq!((frame.mixture.as_ref().unwrap().layers.len(), frame.tally.missing), (3, 4400));
        }
    }
}

#[test]
fn categories_without_the_weights_that_are_asked_for_are_refused() {
    let table = Table::new(1000);
    let room = Room::new();
    room.studio.push(table.points(0..1000, false)).unwrap();
    room.studio.ask(weighed("mean", Shape::Rectangles));
    let refusal = room.wait(|studio| studio.state().refusal);
    assert!(refusal.contains("mean needs weights"), "{refusal}");
}
