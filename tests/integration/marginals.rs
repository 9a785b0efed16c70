//! Histograms along the axes agree with the rows and with the cells.

use heatbin::{Axis, Column, Grid, Reduction, Values};

/// Rows that lie on edges, between them, outside and nowhere.
fn rows() -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut state = 12345u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    let mut column = |spread: f64| -> Vec<f64> {
        (0..20_000)
            .map(|row| match row % 7 {
                0 => (next() * 10.0).round() / 10.0,
                1 if row % 5 == 0 => f64::NAN,
                _ => (next() + next() - 1.0) * spread + 0.5,
            })
            .collect()
    };
    (column(0.9), column(1.2), column(20.0))
}

/// The histogram of the rows whose two columns lie in their ranges, by the definition of an axis.
fn counted(axis: &Axis, values: &[f64], other: (&Axis, &[f64])) -> Vec<u64> {
    let mut counts = vec![0; axis.bins()];
    for (&value, &beside) in values.iter().zip(other.1) {
        if let (Some(bin), Some(_)) = (axis.bin(value), other.0.bin(beside)) {
            counts[bin] += 1;
        }
    }
    counts
}

#[test]
fn bars_of_rectangles_are_the_histograms_of_the_binned_rows() {
    let (x, y, _) = rows();
    for bins in [(10, 10), (1, 7), (333, 20)] {
        let plot = heatbin::hist2d(&x, &y).bins(bins).range((0.0, 1.0), (-0.25, 1.0));
        let aggregate = plot.aggregate().unwrap();
        let Grid::Rect(rect) = &*aggregate.grid else { panic!("rectangles") };
        let (along_x, along_y) = aggregate.marginals();
        assert_eq!(along_x.rows, counted(&rect.x, &x, (&rect.y, &y)));
        assert_eq!(along_y.rows, counted(&rect.y, &y, (&rect.x, &x)));
        assert_eq!(along_x.edges, rect.x.edges());
        assert_eq!(along_x.rows.iter().sum::<u64>(), aggregate.tally.binned);
        // A bin further is another histogram: the comparison is one that can fail.
        let shifted: Vec<f64> = x.iter().map(|x| x + 1e-3).collect();
        assert_ne!(along_x.rows, counted(&rect.x, &shifted, (&rect.y, &y)), "{bins:?}");
    }
}

#[test]
fn bars_of_hexagons_add_up_to_all_binned_rows() {
    let (x, y, _) = rows();
    for range in [None, Some(((0.0, 1.0), (0.25, 0.75)))] {
        let mut plot = heatbin::hexbin(&x, &y).gridsize((20, 9));
        if let Some((x, y)) = range {
            plot = plot.range(x, y);
        }
        let aggregate = plot.aggregate().unwrap();
        let (along_x, along_y) = aggregate.marginals();
        assert_eq!((along_x.rows.len(), along_y.rows.len()), (41, 19));
        for marginal in [&along_x, &along_y] {
            assert_eq!(marginal.rows.iter().sum::<u64>(), aggregate.tally.binned);
            assert!(marginal.edges.is_sorted());
        }
        // By the definition of a hexagon: the column of each row's cell.
        let Grid::Hex(hex) = &*aggregate.grid else { panic!("hexagons") };
        let mut columns = vec![0; 41];
        for (&x, &y) in x.iter().zip(&y) {
            if let Some(cell) = hex.cell(x, y) {
                columns[(2.0 * hex.center(cell).0) as usize] += 1;
            }
        }
        assert_eq!(along_x.rows, columns);
    }
}

#[test]
fn sums_are_sums_of_the_cells_and_means_give_way_to_rows() {
    let (x, y, weights) = rows();
    let aggregate = |reduction| {
        let plot = heatbin::hist2d(&x, &y).weights(Column::from(&weights)).bins((5, 4));
        plot.reduce(reduction).range((0.0, 1.0), (0.0, 1.0)).aggregate().unwrap()
    };
    let sums = aggregate(Reduction::Sum);
    let (along_x, along_y) = sums.marginals();
    let total: f64 = sums.values.iter().sum();
    for marginal in [&along_x, &along_y] {
        assert!((marginal.values.iter().sum::<f64>() - total).abs() < 1e-9 * total.abs());
        assert_eq!(marginal.rows.iter().sum::<u64>(), sums.tally.binned);
    }
    assert_ne!(along_x.values[0], along_x.rows[0] as f64);
    let (along_x, _) = aggregate(Reduction::Mean).marginals();
    assert_eq!(along_x.values, along_x.rows.iter().map(|&rows| rows as f64).collect::<Vec<_>>());
}

/// The numbers of an array of an archive, as f64.
fn array(archive: &[u8], name: &str) -> Vec<f64> {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("an archive");
    let mut bytes = Vec::new();
    archive.by_name(&format!("{name}.npy")).expect(name).read_to_end(&mut bytes).expect("bytes");
    let npy = npyz::NpyFile::new(&bytes[..]).expect("an array");
    if npy.dtype().descr().contains("u8") {
        let npy = npy.into_vec::<u64>().expect("rows");
        return npy.into_iter().map(|rows| rows as f64).collect();
    }
    npy.into_vec().expect("numbers")
}

#[test]
fn archives_hold_what_the_bars_show() {
    use crate::cli::{Folder, example};
    let folder = Folder::new();
    let places = format!("{} -x longitude -y latitude --range=-126,-66,24,50 -q", example("zipcodes.csv.gz"));
    folder.heatbin(&format!("hist2d {places} --bins 12,7 --marginals -o a.npz")).silent();
    let file = folder.read("a.npz");
    let counts = array(&file, "values");
    let along_x: Vec<f64> = counts.chunks(7).map(|column| column.iter().sum()).collect();
    let along_y: Vec<f64> = (0..7).map(|j| counts.iter().skip(j).step_by(7).sum()).collect();
    assert_eq!((array(&file, "xmarginal"), array(&file, "ymarginal")), (along_x, along_y));
    folder
        .heatbin(&format!("hexbin {places} --gridsize 8 --reduce probability --marginals -o b.npz"))
        .silent();
    let file = folder.read("b.npz");
    let bars = array(&file, "xmarginal");
    assert!((bars.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{bars:?}");
    assert_eq!((bars.len(), array(&file, "xmarginal_edges").len()), (17, 18));
    folder.heatbin(&format!("hexbin {places} --gridsize 8 -o c.npz")).silent();
    let plain = folder.read("c.npz");
    assert!(!plain.windows(9).any(|part| part == b"xmarginal"), "only if they are drawn");
}

#[test]
fn shares_add_up_to_one() {
    let (x, y, _) = rows();
    let aggregate = heatbin::hexbin(&x, &y).gridsize(10).reduce(Reduction::Probability).aggregate().unwrap();
    assert!(matches!(aggregate.values, Values::Reduced(_)));
    let (along_x, _) = aggregate.marginals();
    assert!((along_x.values.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}
