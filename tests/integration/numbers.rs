//! Number files, read back by heatbin's own sources.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use heatbin::source::{ReadOptions, Selection, Sink, field, open};
use heatbin::{
    Aggregate, Axis, Grid, Hex, NumberFormat, Points, Rect, Reduced, Reduction, Result, Scale, Tally, Values,
};

fn rect() -> Aggregate {
    let rect = Rect { x: Axis::linear(0.0, 1.0, 3).unwrap(), y: Axis::log(1.0, 100.0, 2).unwrap() };
    let counts = vec![1, 0, 2, u64::from(u32::MAX) + 9, 4, 5];
    Aggregate {
        grid: Arc::new(Grid::Rect(rect)),
        values: Values::Counts(counts),
        tally: Tally { rows: 20, binned: 12, outside: 5, missing: 3 },
    }
}

fn hex() -> Aggregate {
    let hex = Hex::new((2, 1), ((1.0, 100.0), (0.0, 1.0)), (Scale::Log, Scale::Linear)).unwrap();
    let counts = (0..hex.cells() as u64).collect();
    Aggregate { grid: Arc::new(Grid::Hex(hex)), values: Values::Counts(counts), tally: Tally::default() }
}

/// Means in the place of the counts.
fn means() -> Aggregate {
    let rows = vec![1, 0, 2, 3, 4, 5];
    let values = vec![0.5, f64::NAN, -1e300, 0.1 + 0.2, 4.0, 5.5];
    let values = Values::Reduced(Reduced { reduction: Reduction::Mean, values, rows, smoothed: false });
    Aggregate { values, ..rect() }
}

fn bytes(format: NumberFormat, aggregate: &Aggregate) -> Vec<u8> {
    let mut bytes = Vec::new();
    format.write(aggregate, &mut bytes).unwrap();
    bytes
}

fn rows(ending: &str, aggregate: &Aggregate, x: &str, y: &str) -> Vec<(f64, f64)> {
    struct Collect(Mutex<Vec<(f64, f64)>>);
    impl Sink for Collect {
        fn take(&self, points: Points<'_>) -> Result<()> {
            let rows = (0..points.len()).map(|row| (points.x().get(row), points.y().get(row)));
            self.0.lock().unwrap().extend(rows);
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{ending}"));
    std::fs::write(&path, bytes(NumberFormat::of_ending(ending).unwrap(), aggregate)).unwrap();
    let source = open(&[path.to_str().unwrap().to_owned()], &ReadOptions::default()).unwrap();
    let index = |name| field(source.as_ref(), name).unwrap();
    let collect = Collect(Mutex::default());
    source.scan(&Selection::new(index(x), index(y)), &collect).unwrap();
    collect.0.into_inner().unwrap()
}

#[test]
fn csv_is_one_row_a_cell() {
    let aggregate = rect();
    let Grid::Rect(grid) = &*aggregate.grid else { unreachable!() };
    let x = grid.x.edges();
    let text = String::from_utf8(bytes(NumberFormat::Csv, &aggregate)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "x0,x1,y0,y1,count");
    assert_eq!(lines[1], format!("0.0,{:?},1.0,10.0,1", x[1]));
    assert_eq!(lines[4], format!("{:?},{:?},10.0,100.0,4294967304", x[1], x[2]));
    assert_eq!(lines.len(), 7);
    let text = String::from_utf8(bytes(NumberFormat::Csv, &hex())).unwrap();
    // matplotlib pads x by 1e-9 of its width, here 2 decades; the padded ends, as powers of ten, are these.
    let wanted = "x,y,count\n0.9999999953948299,0.0,0\n0.9999999953948299,1.0,1\n10.000000000000004,0.0,2\n";
    assert!(text.starts_with(wanted), "{text}");
    assert_eq!(text.lines().count(), 9);
}

#[test]
fn every_format_holds_the_same_numbers() {
    let counts = [1.0, 0.0, 2.0, 4_294_967_304.0, 4.0, 5.0];
    for ending in [
        "csv",
        #[cfg(feature = "parquet")]
        "parquet",
    ] {
        let wanted: Vec<(f64, f64)> = [10.0, 100.0].into_iter().cycle().zip(counts).collect();
        assert_eq!(rows(ending, &rect(), "y1", "count"), wanted, "{ending}");
    }
    let columns: Vec<(f64, f64)> = counts.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    assert_eq!(rows("npy", &rect(), "x", "y"), columns);
    assert_eq!(rows("npz", &rect(), "values/0", "values/1"), columns);
    assert_eq!(rows("npz", &rect(), "yedges", "yedges"), [(1.0, 1.0), (10.0, 10.0), (100.0, 100.0)]);
    let tally: Vec<f64> = rows("npz", &rect(), "tally", "tally").into_iter().map(|(rows, _)| rows).collect();
    assert_eq!(tally, [20.0, 12.0, 5.0, 3.0]);
    let aggregate = hex();
    let Grid::Hex(grid) = &*aggregate.grid else { unreachable!() };
    let offsets: Vec<(f64, f64)> = (0..grid.cells()).map(|cell| grid.offset(cell)).collect();
    assert_eq!(rows("npz", &aggregate, "offsets/0", "offsets/1"), offsets);
    assert_eq!(rows("npy", &aggregate, "0", "0").len(), 8);
}

#[test]
fn what_was_made_of_weights_stands_beside_the_counts() {
    let text = String::from_utf8(bytes(NumberFormat::Csv, &means())).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "x0,x1,y0,y1,count,mean");
    assert!(lines[1].ends_with(",1,0.5") && lines[2].ends_with(",0,NaN"), "{text}");
    assert!(lines[4].ends_with(",3,0.30000000000000004"), "{text}");
    // NaN is missing to a reader.
    let wanted = [(1.0, 0.5), (2.0, -1e300), (3.0, 0.1 + 0.2), (4.0, 4.0), (5.0, 5.5)];
    for ending in [
        "csv",
        #[cfg(feature = "parquet")]
        "parquet",
    ] {
        assert_eq!(rows(ending, &means(), "count", "mean"), wanted, "{ending}");
    }
    let columns = [(-1e300, 0.1 + 0.2), (4.0, 5.5)];
    assert_eq!(rows("npz", &means(), "values/0", "values/1"), columns);
    assert_eq!(rows("npy", &means(), "x", "y"), columns);
    assert_eq!(rows("npz", &means(), "counts/0", "counts/1"), [(1.0, 0.0), (2.0, 3.0), (4.0, 5.0)]);
}

#[test]
fn the_same_aggregate_gives_the_same_bytes() {
    for ending in [
        "npz",
        "npy",
        "csv",
        #[cfg(feature = "parquet")]
        "parquet",
    ] {
        let format = NumberFormat::of_ending(ending).unwrap();
        assert_eq!(bytes(format, &rect()), bytes(format, &rect()));
    }
    assert_eq!(NumberFormat::of_ending("NPZ"), Some(NumberFormat::Npz));
    assert_eq!(NumberFormat::of_ending("png"), None);
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for ending in [
        "npz",
        "npy",
        "csv",
        #[cfg(feature = "parquet")]
        "parquet",
    ] {
        let format = NumberFormat::of_ending(ending).unwrap();
        let error = format.write(&rect(), &mut Full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{ending}");
    }
}
