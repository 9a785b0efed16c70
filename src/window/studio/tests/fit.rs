//! Colours that are fitted to all the data: those of the builders, whatever is in view.

use super::table::{Table, check};
use super::*;
use crate::data::{Fit, Mixing};

/// Looks that need more of the whole than its extremes, or cells of their own.
fn looks() -> Vec<Look> {
    let coloring = |norm: &str, robust| Coloring {
        norm: norm.parse().unwrap(),
        robust,
        mincnt: Some(1),
        fit: Fit::Data,
        ..Coloring::default()
    };
    let plain = Look { cell_pixels: 3, coloring: coloring("linear", false), ..Look::default() };
    let mixing = Mixing { alpha: (20, 255), ..Mixing::default() };
    let category = Some(Grouping { name: "fruit".into(), mixing, ..Grouping::default() });
    let mean = Reduction::named("mean").unwrap();
    let centred = Coloring { center: Some(10.0), ..coloring("linear", false) };
    vec![
        plain.clone(),
        Look { coloring: coloring("eq_hist", false), ..plain.clone() },
        Look { shape: Shape::Hexagons, coloring: coloring("log", true), ..plain.clone() },
        Look { smooth: (1.5, 1.5), coloring: coloring("power:0.5", true), ..plain.clone() },
        // All the data that a log axis can show.
        Look { scales: (Scale::Log, Scale::Log), ..plain.clone() },
        Look { reduction: mean, weights: Some("w".into()), coloring: centred, ..plain.clone() },
        Look { category: category.clone(), coloring: coloring("eq_hist", false), ..plain.clone() },
        Look {
            category: category.clone(),
            shape: Shape::Hexagons,
            coloring: coloring("boundaries:1,5,20", false),
            ..plain.clone()
        },
        Look {
            category,
            reduction: mean,
            weights: Some("w".into()),
            coloring: coloring("linear", true),
            ..plain
        },
    ]
}

#[test]
fn they_are_those_of_the_builders_in_any_view() {
    let table = Table::new(90_000);
    let mut counted = 0;
    for look in looks() {
        let room = Room::new();
        room.studio.push(table.points(0..90_000, look.weighing().is_some())).unwrap();
        let views = [((1.1, 1.3), (0.5, 0.9)), ((0.01, 3.0), (0.02, 4.0))];
        for (x, y) in views {
            let request = Request { look: look.clone(), ..request(look.shape, x, y) };
            room.studio.ask(request.clone());
            let frame = room.whole(&request, 90_000);
            check(&frame, &table.headless(&request, 0..90_000));
            // The scale of the view alone is another.
            let mut alone = request.clone();
            alone.look.coloring.fit = Fit::View;
            counted += usize::from(table.headless(&alone, 0..90_000).scale != frame.scale);
        }
    }
    assert!(counted >= 12, "{counted}");
}

#[test]
fn they_follow_rows_that_come_and_go() {
    let table = Table::new(60_000);
    for look in looks() {
        let room = Room::new();
        let request = Request { look: look.clone(), ..request(look.shape, (0.5, 1.5), (0.1, 1.0)) };
        room.studio.ask(request.clone());
        let is_weighted = look.weighing().is_some();
        for rows in [0..20_000, 20_000..20_007, 20_007..60_000] {
            room.studio.push(table.points(rows.clone(), is_weighted)).unwrap();
            check(&room.whole(&request, rows.end), &table.headless(&request, 0..rows.end));
        }
        if look.category.is_some() {
            // Categories of which no row is left are known still.
            continue;
        }
        room.studio.keep(Some(Last::Rows(31_000)));
        check(&room.whole(&request, 31_000), &table.headless(&request, 29_000..60_000));
    }
}

#[test]
fn a_device_finds_the_same_and_colours_its_pictures_so() {
    let table = Table::new(150_000);
    let room = room_of(&device(), &table.x, &table.y);
    for (nth, norm) in
        ["linear", "log", "eq_hist", "boundaries:1,5,20", "linear", "power:0.5"].into_iter().enumerate()
    {
        let shape = [Shape::Rectangles, Shape::Hexagons][nth % 2];
        for fit in [Fit::Data, Fit::View] {
            let mut request = request(shape, (0.5, 1.5 + 0.1 * nth as f64), (0.1, 1.0));
            let coloring = &mut request.look.coloring;
            (coloring.fit, coloring.norm) = (fit, norm.parse().unwrap());
            coloring.robust = nth == 4;
            // Empty cells have a colour where the norm has one for 0.
            coloring.mincnt = [None, Some(1), Some(3)][nth % 3];
            coloring.cmax = (nth == 5).then_some(40.0);
            request.pixels.0 += nth as u32;
            room.studio.ask(request.clone());
            let frame = room.whole(&request, 150_000);
            assert!(frame.picture.is_on_device(), "{norm}");
            check(&frame, &table.headless(&request, 0..150_000));
        }
    }
}

#[test]
fn of_a_matrix_they_are_those_of_all_its_cells() {
    use crate::data::{Index, Matrix};
    use crate::plot::heatmap;
    let values = (0..120 * 90).map(|cell| f64::from((cell * 7919) % 10_007) - 900.0).collect();
    let matrix = Matrix::new(Index::numbered(120), Index::numbered(90), values).unwrap();
    let sheet = Arc::new(Sheet::new(Arc::new(matrix)));
    let room = Room::new();
    room.studio.feed().sheet(sheet.clone()).unwrap();
    for (norm, robust, cmin) in
        [("linear", false, None), ("eq_hist", false, None), ("linear", true, Some(7.0))]
    {
        for rows in [10..13, 40..100] {
            let region = sheet.span(&rows, &(5..50));
            let mut request = Request { region, pixels: (90, 70), look: Look::default() };
            let norm = norm.parse().unwrap();
            request.look.coloring = Coloring { norm, robust, cmin, fit: Fit::Data, ..Coloring::default() };
            room.studio.ask(request.clone());
            let frame = room.whole(&request, 45 * rows.len());
            let plot = heatmap(sheet.matrix().clone()).coloring(request.look.coloring.clone());
            let all = plot.run().unwrap().scale;
            let part = plot.rows(rows).columns(5..50).run().unwrap();
            assert!(*frame.picture.read().unwrap() == part.raster(90, 70).unwrap());
            assert_eq!(frame.scale, part.scale);
            assert_eq!((all.limits, all.norm), (part.scale.limits, part.scale.norm.clone()));
        }
    }
}
