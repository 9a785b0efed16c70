//! Sources from end to end. [`read`] collects what a scan delivers; rows come in any order, so they are compared sorted.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use tempfile::TempDir;

use crate::data::{Bounds, Ordered, Points};
use crate::error::{Error, Result};
use crate::source::{Delimiter, ReadOptions, Selection, Sink, Source, field, open};

mod category;
mod csv;
mod damage;
mod fixtures;
#[cfg(feature = "parquet")]
mod parquet;
mod table;
mod weights;

/// Everything that a scan delivers.
#[derive(Debug, Default)]
struct Read {
    rows: Vec<(f64, f64)>,
    missing: u64,
    bounds: Option<Bounds>,
    batches: usize,
}

#[derive(Default)]
struct Collect(Mutex<Read>);

impl Sink for Collect {
    fn take(&self, points: Points<'_>) -> Result<()> {
        let mut read = self.0.lock().unwrap();
        read.rows.extend((0..points.len()).map(|row| (points.x().get(row), points.y().get(row))));
        read.missing += points.missing();
        read.bounds = Some(read.bounds.unwrap_or(Bounds::EMPTY).union(points.bounds()));
        read.batches += 1;
        Ok(())
    }

    fn progress(&self, share: f64) {
        assert!((0.0..=1.0).contains(&share), "{share}");
    }
}

fn scan(source: &dyn Source, x: &str, y: &str) -> Result<Read> {
    let sink = Collect::default();
    source.scan(&Selection::new(field(source, x)?, field(source, y)?), &sink)?;
    let mut read = sink.0.into_inner().unwrap();
    read.rows.sort_by_key(|&(x, y)| (Ordered::of(x), Ordered::of(y)));
    Ok(read)
}

fn read(path: impl AsRef<std::path::Path>, x: &str, y: &str) -> Result<Read> {
    scan(open_one(path)?.as_ref(), x, y)
}

fn open_one(path: impl AsRef<std::path::Path>) -> Result<Box<dyn Source>> {
    open(&[path.as_ref().to_str().unwrap().to_owned()], &ReadOptions::default())
}

/// A folder that goes with the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// An error's message without the folder's name.
    fn message<T>(&self, outcome: Result<T>) -> String {
        let error: Error = outcome.err().expect("this must fail");
        error.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// The values a test draws from: a fixed sequence of fractions.
fn fractions() -> impl Iterator<Item = f64> {
    let mut state = 1u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    })
}

#[test]
fn an_error_of_the_sink_ends_the_scan() {
    struct Stop(std::sync::atomic::AtomicUsize);
    impl Sink for Stop {
        fn take(&self, _: Points<'_>) -> Result<()> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Err(Error::interrupted())
        }
    }
    let folder = Folder::new();
    let path = folder.file("a.csv", "x,y\n".to_owned() + &"1,2\n".repeat(5_000_000));
    let stop = Stop(Default::default());
    let error = open_one(path).unwrap().scan(&Selection::new(0, 1), &stop).unwrap_err();
    assert_eq!(error.kind(), crate::error::ErrorKind::Interrupted);
    assert!(stop.0.into_inner() <= crate::source::workers::threads());
}

#[test]
fn paths_that_cannot_be_read_are_named() {
    let folder = Folder::new();
    let path = |name: &str| folder.0.path().join(name);
    assert!(
        folder.message(open_one(path("none.csv"))).starts_with("cannot read none.csv: there is no such file")
    );
    assert!(folder.message(open_one(path("*.csv"))).ends_with("*.csv: no file matches this pattern"));
    assert!(folder.message(open_one(folder.0.path())).contains("it is a folder"));
    for name in ["a.csv", "a.parquet", "a.npy", "a.npz", "a.arrow", "a"] {
        assert_eq!(folder.message(open_one(folder.file(name, ""))), format!("{name}: the file is empty"));
    }
    assert!(open(&[], &ReadOptions::default()).is_err());
}

#[test]
fn files_are_one_data_set_by_the_names_of_their_columns() {
    let folder = Folder::new();
    folder.file("b.csv", "y,x\n20,2\n40,4\n");
    folder.file("a.csv", "x,y\n1,10\nNA,9\n");
    folder.file("c.csv", "x;other;y\nNA;1;NA\n");
    let source = open_one(folder.0.path().join("?.csv")).unwrap();
    assert_eq!(source.name(), "3 files");
    assert!(source.rereadable());
    for _ in 0..2 {
        let read = scan(source.as_ref(), "x", "y").unwrap();
        assert_eq!((read.rows, read.missing), (vec![(1.0, 10.0), (2.0, 20.0), (4.0, 40.0)], 2));
    }
    let message = || folder.message(read(folder.0.path().join("?.csv"), "x", "y"));
    folder.file("d.csv", "x,z\n1,2\n");
    assert!(message().starts_with("no column 'y' in d.csv; it has x, z."), "{}", message());
    folder.file("d.csv", "x,y\n1,2001-01-01\n");
    assert!(message().starts_with("column 'y' holds numbers in a.csv but dates in d.csv"), "{}", message());
}

#[test]
fn columns_that_are_not_read_need_not_match() {
    let folder = Folder::new();
    folder.file("a.csv", "x,y,extra,kind\n1,10,0,1\n");
    folder.file("b.csv", "kind,y,x\nfoo,20,2\n");
    let source = open_one(folder.0.path().join("?.csv")).unwrap();
    assert_eq!(scan(source.as_ref(), "x", "y").unwrap().rows, [(1.0, 10.0), (2.0, 20.0)]);
    let message = |column: &str| folder.message(scan(source.as_ref(), "x", column));
    assert_eq!(
        message("extra"),
        "no column 'extra' in b.csv; it has kind, y, x. All files need the columns that are read, and a.csv has this one"
    );
    assert!(message("kind").starts_with("column 'kind' holds numbers in a.csv but text in b.csv"));
    assert!(source.check(&Selection::new(0, 1)).is_ok());
    assert!(source.check(&Selection::new(0, 1).category(3)).is_err());
    assert_eq!(source.bounds_hint(&Selection::new(0, 2)), None);
    let path = folder.0.path().join("?.csv").to_str().unwrap().to_owned();
    let table = crate::source::table(&[path], &ReadOptions::default());
    assert!(folder.message(table).starts_with("no column 'extra' in b.csv"));
}

#[test]
fn columns_of_one_name_go_by_their_number() {
    let folder = Folder::new();
    folder.file("a.csv", "x,x,y\n1,2,10\n");
    folder.file("b.csv", "y,x,x\n20,3,4\n");
    let source = open_one(folder.0.path().join("?.csv")).unwrap();
    let rows = |x: &str| scan(source.as_ref(), x, "y").map(|read| read.rows);
    assert_eq!(rows("0").unwrap(), [(1.0, 10.0), (3.0, 20.0)]);
    assert_eq!(rows("1").unwrap(), [(2.0, 10.0), (4.0, 20.0)]);
    let wanted = "there are 2 columns named 'x' in 2 files: say which by its number from 0, which is 0 or 1";
    assert_eq!(rows("x").unwrap_err().to_string(), wanted);
}

#[test]
fn a_kind_left_open_by_one_file_is_settled_by_another() {
    let folder = Folder::new();
    folder.file("a.csv", "x,y\n1,NA\n");
    folder.file("b.csv", "x,y\n2,1970-01-03\n");
    let read = read(folder.0.path().join("*.csv"), "x", "y").unwrap();
    assert_eq!((read.rows, read.missing), (vec![(2.0, 2.0)], 1));
}

#[test]
#[cfg(not(feature = "parquet"))]
fn a_build_without_parquet_says_so() {
    let folder = Folder::new();
    assert_eq!(
        folder.message(open_one(folder.file("a.parquet", "PAR1"))),
        "a.parquet: this build reads no Parquet: build with the feature 'parquet'"
    );
}
