use std::sync::Arc;

use super::*;
use crate::data::{Colormap, Grid, Index, Norm, Values};
use crate::plot::{Heatmap, heatmap};
use crate::shading::{Decimation, shade};

/// Values without a pattern, some of them missing but never all, one infinite.
fn matrix(rows: usize, columns: usize) -> Arc<Matrix> {
    let value = |nth: usize| match nth.wrapping_mul(2_654_435_761) % 1009 {
        0..30 if nth > 0 => f64::NAN,
        30 if nth > 100 => f64::INFINITY,
        value => (value as f64 - 300.0) / 7.0,
    };
    let values = (0..rows * columns).map(value).collect();
    Arc::new(Matrix::new(Index::numbered(rows), Index::numbered(columns), values).unwrap())
}

fn region(x: (f64, f64), y: (f64, f64)) -> Region {
    Region { x, y }
}

/// The pixels that the window has of a region, worked out in slices.
fn seen(
    sheet: &Sheet,
    region: Region,
    pixels: (u32, u32),
    how: (Decimation, &Coloring),
) -> crate::data::Raster {
    let mut lines = Lines::new(sheet, Level::Cells, region, pixels, how.0).unwrap();
    while !lines.go_on(sheet, &|| true) {}
    let part = sheet.part(region);
    let scale = sheet.fit(&part, sheet.survey(&part), how.1, &|| false).unwrap().unwrap();
    shade(&lines.aggregate(sheet.survey(&part).tally()).unwrap(), &scale, pixels.0, pixels.1)
}

fn drawn(sheet: &Sheet, region: Region, how: (Decimation, &Coloring)) -> Heatmap {
    let (rows, columns) = sheet.part(region);
    let plot = heatmap(sheet.matrix().clone()).rows(sheet.rows(&rows)).columns(columns);
    plot.decimation(how.0).coloring(how.1.clone())
}

/// Every pixel is that of the figure of the same cells: crowded along both axes, along one and along none, for each norm and limits of
/// every kind.
#[test]
fn pictures_are_those_of_figures() {
    let (linear, rocket) = (Coloring::default(), Colormap::named("rocket").unwrap());
    let colorings = [
        Coloring { colormap: rocket, ..linear.clone() },
        Coloring { robust: true, ..linear.clone() },
        Coloring { norm: Norm::Log, ..linear.clone() },
        Coloring { norm: "eq_hist".parse().unwrap(), ..linear.clone() },
        Coloring { center: Some(0.0), vmax: Some(50.0), robust: true, ..linear.clone() },
        Coloring { cmin: Some(-5.0), cmax: Some(70.0), ..linear },
    ];
    for (shape, views) in [
        (
            (317, 211),
            vec![((0.0, 211.0), (0.0, 317.0)), ((3.0, 199.0), (10.0, 12.0)), ((5.0, 6.0), (0.0, 300.0))],
        ),
        ((3, 1000), vec![((0.0, 1000.0), (0.0, 3.0)), ((31.0, 977.0), (1.0, 2.0))]),
        ((1, 1), vec![((0.0, 1.0), (0.0, 1.0))]),
    ] {
        let sheet = Sheet::new(matrix(shape.0, shape.1));
        for (x, y) in views {
            for pixels in [(50, 40), (211, 317), (400, 31)] {
                for decimation in Decimation::ALL {
                    for coloring in &colorings {
                        let (how, view) = ((decimation, coloring), region(x, y));
                        let wanted = drawn(&sheet, view, how).raster(pixels.0, pixels.1).unwrap();
                        let got = seen(&sheet, view, pixels, how);
                        assert!(got == wanted, "{shape:?} {view:?} {pixels:?} {decimation:?} {coloring:?}");
                    }
                }
            }
        }
    }
}

/// The comparison sees one cell that is another.
#[test]
fn one_cell_makes_another_picture() {
    let whole = matrix(317, 211);
    let mut values = whole.values().to_vec();
    values[5000] += 80.0;
    let other = Matrix::new(whole.rows.clone(), whole.columns.clone(), values).unwrap();
    let (sheet, other) = (Sheet::new(whole), Sheet::new(Arc::new(other)));
    let how = (Decimation::Mean, &Coloring::default());
    let view = sheet.region();
    let wanted = drawn(&other, view, how).raster(50, 40).unwrap();
    assert!(seen(&other, view, (50, 40), how) == wanted);
    assert!(seen(&sheet, view, (50, 40), how) != wanted);
}

#[test]
fn colours_are_those_of_all_values() {
    let sheet = Sheet::new(matrix(123, 77));
    for view in [sheet.region(), region((9.0, 31.0), (64.0, 71.0)), region((3.0, 4.0), (5.0, 6.0))] {
        for norm in ["linear", "log", "eq_hist", "symlog:3"] {
            for robust in [false, true] {
                let coloring = Coloring { norm: norm.parse().unwrap(), robust, ..Coloring::default() };
                let part = sheet.part(view);
                let found = sheet.fit(&part, sheet.survey(&part), &coloring, &|| false).unwrap().unwrap();
                let run = drawn(&sheet, view, (Decimation::Mean, &coloring)).run().unwrap();
                assert_eq!(found, run.scale, "{norm} {robust}");
                assert_eq!(sheet.survey(&part).tally(), run.aggregate.tally);
                if view == sheet.region() {
                    // What no tile tells takes a look at the cells, which may be given up.
                    let stopped = sheet.fit(&part, sheet.survey(&part), &coloring, &|| true);
                    assert_eq!(
                        stopped.is_some(),
                        !coloring.needs_values() && norm != "log",
                        "{norm} {robust}"
                    );
                }
            }
        }
    }
}

/// Between two cells a pixel has its share of each, and cells that are larger than pixels stay sharp.
#[test]
fn borders_may_cut_cells() {
    let values = vec![1.0, 2.0, 6.0, 8.0];
    let matrix = Matrix::new(Index::numbered(1), Index::numbered(4), values).unwrap();
    let sheet = Sheet::new(Arc::new(matrix));
    let of = |x: (f64, f64), width: u32| {
        let mut lines =
            Lines::new(&sheet, Level::Cells, region(x, (0.0, 1.0)), (width, 1), Decimation::Mean).unwrap();
        assert!(lines.go_on(&sheet, &|| false));
        lines.aggregate(Default::default()).unwrap()
    };
    let crowded = of((0.5, 3.5), 2);
    for (found, wanted) in crowded.values.iter().zip([(0.5 + 2.0) / 1.5, (6.0 + 0.5 * 8.0) / 1.5]) {
        assert!((found - wanted).abs() < 1e-5, "{found} {wanted}");
    }
    let sharp = of((0.75, 2.25), 30);
    assert_eq!(sharp.values, Values::Given(vec![1.0, 2.0, 6.0]));
    let Grid::Rect(rect) = &*sharp.grid else { panic!("rectangles") };
    assert_eq!(rect.x.edges(), [0.75, 1.0, 2.0, 2.25]);
}

#[test]
fn a_survey_is_that_of_every_cell() {
    for (rows, columns) in [(123, 77), (2, 500), (500, 1), (8, 8)] {
        let matrix = matrix(rows, columns);
        let sheet = Sheet::new(matrix.clone());
        let parts =
            [(0..rows, 0..columns), (rows / 3..rows / 3 + 1, 0..columns), (0..rows, columns / 2..columns)];
        for (up, across) in parts {
            let survey = sheet.survey(&(up.clone(), across.clone()));
            let cells = || sheet.rows(&up).flat_map(|row| matrix.row(row)[across.clone()].iter().copied());
            let finite: Vec<f64> = cells().filter(|value| value.is_finite()).collect();
            assert_eq!(survey.cells as usize, cells().count());
            assert_eq!(survey.missing as usize, cells().filter(|value| value.is_nan()).count());
            assert_eq!(survey.finite as usize, finite.len());
            let low = finite.iter().copied().reduce(f64::min).unwrap();
            let high = finite.iter().copied().reduce(f64::max).unwrap();
            assert_eq!(survey.extremes, Some((low, high)));
            let mean = finite.iter().sum::<f64>() / finite.len() as f64;
            assert!((survey.mean() - mean).abs() < 1e-10, "{} {mean}", survey.mean());
        }
    }
}

/// What is seen meanwhile is near what is seen then.
#[test]
fn tiles_stand_for_their_cells() {
    let values = (0..400 * 600).map(|cell| (cell % 600) as f64).collect();
    let matrix = Matrix::new(Index::numbered(400), Index::numbered(600), values).unwrap();
    let sheet = Sheet::new(Arc::new(matrix));
    let view = region((33.3, 555.5), (11.0, 399.0));
    for decimation in Decimation::ALL {
        let of = |level| {
            let mut lines = Lines::new(&sheet, level, view, (40, 20), decimation).unwrap();
            assert!(lines.go_on(&sheet, &|| false));
            (lines.cells(), lines.aggregate(Default::default()).unwrap().values)
        };
        let ((few, tiles), (many, cells)) = (of(Level::Tiles), of(Level::Cells));
        assert!(few * 50 < many, "{few} {many}");
        let far = tiles.iter().zip(cells.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(far <= 8.0, "{far}");
    }
}

#[test]
fn rows_are_counted_from_the_top_and_places_from_the_bottom() {
    let sheet = Sheet::new(matrix(10, 4));
    assert_eq!((sheet.cell(0.0, 9.5), sheet.cell(3.9, 0.1)), (Some((0, 0)), Some((9, 3))));
    assert_eq!(
        (sheet.cell(4.0, 10.0), sheet.cell(-0.1, 5.0), sheet.cell(1.0, 10.1)),
        (Some((0, 3)), None, None)
    );
    assert_eq!(sheet.place(2, 1), region((1.0, 2.0), (7.0, 8.0)));
    assert_eq!(sheet.span(&(2..5), &(1..2)), region((1.0, 2.0), (5.0, 8.0)));
    assert_eq!(sheet.part(region((0.5, 1.5), (2.0, 3.0))), (2..3, 0..2));
    let rounded = region((0.999_999_999_9, 2.000_000_000_1), (3.5, 4.5));
    assert_eq!(sheet.whole(rounded), region((1.0, 2.0), (3.0, 5.0)));
    assert_eq!(sheet.whole(sheet.region()), sheet.region());
}
