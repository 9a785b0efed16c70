use super::*;
use crate::data::{Scale, Tally};

/// Values row by row from the top, on cells of one size.
fn cells(rows: usize, columns: usize, values: &[f64]) -> Aggregate {
    let axis = |bins: usize| Axis::linear(0.0, bins as f64, bins).unwrap();
    on(Rect { x: axis(columns), y: axis(rows) }, values)
}

fn on(rect: Rect, values: &[f64]) -> Aggregate {
    let (columns, rows) = (rect.x.bins(), rect.y.bins());
    let value = |cell: usize| values[(rows - 1 - cell % rows) * columns + cell / rows];
    let values = Values::Given((0..rows * columns).map(value).collect());
    Aggregate { grid: Arc::new(Grid::Rect(rect)), values, tally: Tally::default() }
}

/// Row by row from the top.
fn rows(aggregate: &Aggregate) -> Vec<Vec<f64>> {
    let Grid::Rect(rect) = &*aggregate.grid else { panic!("rectangles") };
    let (nx, ny) = (rect.x.bins(), rect.y.bins());
    (0..ny).rev().map(|y| (0..nx).map(|x| aggregate.values.get(x * ny + y)).collect()).collect()
}

fn resampled(decimation: Decimation, aggregate: &Aggregate, size: (u32, u32)) -> Vec<Vec<f64>> {
    let how = Resampling { decimation, ..Resampling::default() };
    rows(&how.apply(aggregate, size.0, size.1).expect("cells share pixels"))
}

#[test]
fn cells_that_have_their_pixels_stay() {
    let aggregate = cells(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert!(Resampling::default().apply(&aggregate, 3, 2).is_none());
    assert!(!Resampling::shares_pixels(&aggregate.grid, 7, 2));
    assert!(Resampling::shares_pixels(&aggregate.grid, 2, 90));
}

#[test]
fn pixels_have_the_mean_by_area_and_the_extremes_by_middles() {
    let nan = f64::NAN;
    let aggregate = cells(2, 3, &[1.0, 2.0, 6.0, 3.0, nan, nan]);
    // Each pixel is a cell and a half wide.
    let means = resampled(Decimation::Mean, &aggregate, (2, 2));
    assert_eq!(means[0], [(1.0 + 0.5 * 2.0) / 1.5, (0.5 * 2.0 + 6.0) / 1.5]);
    assert!(means[1][0] == 3.0 && means[1][1].is_nan(), "what is missing has no say: {means:?}");
    let all = resampled(Decimation::Mean, &aggregate, (1, 1));
    assert_eq!(all, [[12.0 / 4.0]]);
    // The middle of the second cell is the border, and belongs to the second pixel.
    assert_eq!(resampled(Decimation::Max, &aggregate, (2, 2))[0], [1.0, 6.0]);
    assert_eq!(resampled(Decimation::Min, &aggregate, (2, 2))[0], [1.0, 2.0]);
    assert_eq!(resampled(Decimation::Max, &aggregate, (3, 1)), [[3.0, 2.0, 6.0]]);
}

#[test]
fn every_cell_has_a_say_and_every_pixel_a_value() {
    for (bins, pixels) in [(7, 3), (1000, 999), (1000, 7), (60_000, 850), (5, 5)] {
        for marked in [0, 1, bins / 2, bins - 1] {
            let values: Vec<f64> = (0..bins).map(|nth| f64::from(nth == marked)).collect();
            for (rows, columns, size) in [(1, bins, (pixels, 1)), (bins, 1, (1, pixels))] {
                let aggregate = cells(rows as usize, columns as usize, &values);
                if bins == pixels {
                    continue;
                }
                let seen = |how| resampled(how, &aggregate, size).into_iter().flatten().collect::<Vec<_>>();
                let most = seen(Decimation::Max);
                assert_eq!(most.iter().filter(|&&v| v == 1.0).count(), 1, "{marked} of {bins} in {pixels}");
                assert!(most.iter().all(|v| !v.is_nan()));
                let total: f64 =
                    seen(Decimation::Mean).iter().sum::<f64>() * f64::from(bins) / f64::from(pixels);
                assert!((total - 1.0).abs() < 1e-12, "{total}");
            }
        }
    }
}

#[test]
fn narrow_cells_among_wide_ones_are_not_lost() {
    let edges = vec![0.0, 10.0, 10.01, 10.02, 20.0];
    let x = Axis::from_edges(edges, Scale::Linear).unwrap();
    let aggregate = on(Rect { x, y: Axis::linear(0.0, 1.0, 1).unwrap() }, &[1.0, 9.0, 8.0, 2.0]);
    let most = resampled(Decimation::Max, &aggregate, (11, 1));
    assert_eq!(most, [[1.0, 1.0, 1.0, 1.0, 1.0, 9.0, 2.0, 2.0, 2.0, 2.0, 2.0]]);
    let means = resampled(Decimation::Mean, &aggregate, (20, 1));
    assert_eq!((means[0][9], means[0][19]), (1.0, 2.0));
    assert!((means[0][10] - (0.09 + 0.08 + 0.98 * 2.0) / 1.0).abs() < 0.001, "{means:?}");
}

#[test]
fn lines_between_two_cells_are_straight() {
    let aggregate = cells(1, 2, &[0.0, 1.0]);
    let how = Resampling { interpolation: Interpolation::Bilinear, ..Resampling::default() };
    let got = rows(&how.apply(&aggregate, 8, 1).unwrap());
    assert_eq!(got, [[0.0, 0.0, 0.125, 0.375, 0.625, 0.875, 1.0, 1.0]]);
}

#[test]
fn interpolation_keeps_what_is_constant_and_what_is_missing() {
    for interpolation in [Interpolation::Bilinear, Interpolation::Bicubic, Interpolation::Lanczos] {
        let how = Resampling { interpolation, ..Resampling::default() };
        let flat = rows(&how.apply(&cells(2, 3, &[7.0; 6]), 31, 17).unwrap());
        assert!(flat.iter().flatten().all(|v| (v - 7.0).abs() < 1e-12), "{interpolation:?}");
        let mut values = vec![1.0; 900];
        values[450] = f64::NAN;
        let holed = rows(&how.apply(&cells(30, 30, &values), 90, 90).unwrap());
        let missing = holed.iter().flatten().filter(|v| v.is_nan()).count();
        assert!((9..90 * 30).contains(&missing), "{missing}");
    }
}

#[test]
fn turning_twice_changes_nothing() {
    let values: Vec<f64> = (0..70 * 45).map(f64::from).collect();
    let turned = transposed(&values, 45);
    assert_eq!((turned[1], turned[70]), (45.0, 1.0));
    assert_eq!(transposed(&turned, 70), values);
}
