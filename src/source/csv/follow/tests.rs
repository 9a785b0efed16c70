use std::fs;
use std::io::{Read, Write};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::*;
use crate::data::Category;

/// Keeps what came, and is over when it has so many rows or restarts.
#[derive(Default)]
struct Log {
    rows: Mutex<Vec<(f64, f64)>>,
    times: Mutex<Vec<f64>>,
    missing: Mutex<u64>,
    restarts: Mutex<usize>,
    faults: Mutex<Vec<String>>,
    enough: (usize, usize),
}

impl Log {
    fn until(rows: usize) -> Self {
        Self { enough: (rows, 0), ..Self::default() }
    }

    fn rows(&self) -> Vec<(f64, f64)> {
        self.rows.lock().unwrap().clone()
    }
}

impl Live for Log {
    fn take(&self, points: Points<'static>, times: Option<Vec<f64>>) -> Result<()> {
        let rows = (0..points.len()).map(|row| (points.x().get(row), points.y().get(row)));
        self.rows.lock().unwrap().extend(rows);
        *self.missing.lock().unwrap() += points.missing();
        if let Some(times) = times {
            assert_eq!(times.len(), points.len());
            self.times.lock().unwrap().extend(times);
        }
        Ok(())
    }

    fn fault(&self, reason: &Error) {
        self.faults.lock().unwrap().push(reason.to_string());
    }

    fn restart(&self) {
        self.rows.lock().unwrap().clear();
        *self.restarts.lock().unwrap() += 1;
    }

    fn is_over(&self) -> bool {
        let (rows, restarts) = (self.rows.lock().unwrap().len(), *self.restarts.lock().unwrap());
        self.enough != (0, 0) && rows >= self.enough.0 && restarts >= self.enough.1
    }
}

/// A stream whose reads are the texts that are sent.
struct Pipe(Receiver<&'static str>);

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Ok(text) = self.0.recv() else { return Ok(0) };
        buffer[..text.len()].copy_from_slice(text.as_bytes());
        Ok(text.len())
    }
}

fn stream(texts: &[&'static str]) -> Result<Follow> {
    let (send, receive) = channel();
    texts.iter().for_each(|text| send.send(*text).unwrap());
    let tail = Tail::stream(Pipe(receive)).unwrap();
    drop(send);
    Follow::begin("stream".into(), tail, false, &ReadOptions::default(), &|| false)
}

fn xy() -> Selection {
    Selection::new(0, 1)
}

#[test]
fn a_stream_is_its_rows_however_it_is_cut() {
    for texts in [
        &["x,y\n1,2\n3,4\n5,6"][..],
        &["x,", "y\n", "1", ",2\n3,", "4\n5,6"],
        &["\u{feff}x,y\r\n1,2\r\n", "3,4\r", "\n\n5,\"6\"\n"],
    ] {
        let log = Log::default();
        stream(texts).unwrap().run(&xy(), None, &log).unwrap();
        assert_eq!(log.rows(), [(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)], "{texts:?}");
    }
}

#[test]
fn rows_without_a_time_are_missing() {
    let log = Log::default();
    let texts = ["t,x,y\n1970-01-02,1,2\n1970-01-03,,4\n,5,6\n1970-01-05,7,8\n"];
    stream(&texts).unwrap().run(&Selection::new(1, 2), Some(0), &log).unwrap();
    assert_eq!(log.rows(), [(1.0, 2.0), (7.0, 8.0)]);
    assert_eq!(*log.times.lock().unwrap(), [1.0, 4.0]);
    assert_eq!(*log.missing.lock().unwrap(), 2);
}

/// Weights (x where there are none), times, categories, and how many rows were missing.
type Came = (Vec<f64>, Option<Vec<f64>>, Option<Vec<String>>, u64);

/// What came of weights and categories.
#[derive(Default)]
struct Kept(Mutex<Vec<Came>>);

impl Live for Kept {
    fn take(&self, points: Points<'static>, times: Option<Vec<f64>>) -> Result<()> {
        assert!(times.as_ref().is_none_or(|times| times.len() == points.len()));
        let values = points.weights().unwrap_or(points.x());
        let values = (0..points.len()).map(|row| values.get(row)).collect();
        let names = points.category().map(|category| match category {
            Category::Names(names) => {
                let name =
                    |&code: &u32| names.names().get(code as usize).map_or("none", String::as_str).to_owned();
                names.codes().iter().map(name).collect()
            }
            Category::Numbers(column) => {
                (0..column.len()).map(|row| column.values.get(row).to_string()).collect()
            }
        });
        self.0.lock().unwrap().push((values, times, names, points.missing()));
        Ok(())
    }

    fn restart(&self) {}

    fn is_over(&self) -> bool {
        false
    }
}

#[test]
fn weights_and_categories_come_along() {
    let texts = ["x,y,w,k,n\n1,2,10,a,1\n3,4,,b,2\n5,6,30,,3\n7,8,40,a,\n,8,50,,5\n"];
    let follow = |selection: Selection, time| {
        let kept = Kept::default();
        stream(&texts).unwrap().run(&selection, time, &kept).unwrap();
        kept.0.into_inner().unwrap()
    };
    assert_eq!(
        follow(xy().weights(2), Some(0)),
        [(vec![10.0, 30.0, 40.0], Some(vec![1.0, 5.0, 7.0]), None, 2)]
    );
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        follow(xy().category(3), Some(1)),
        [(vec![1.0, 3.0, 7.0], Some(vec![2.0, 4.0, 8.0]), names(&["a", "b", "a"]), 2)]
    );
    assert_eq!(
        follow(xy().category(3).with_uncategorized(), Some(1)),
        [(vec![1.0, 3.0, 5.0, 7.0], Some(vec![2.0, 4.0, 6.0, 8.0]), names(&["a", "b", "none", "a"]), 1)]
    );
    assert_eq!(follow(xy().category(4), None), [(vec![1.0, 3.0, 5.0], None, names(&["1", "2", "3"]), 2)]);
}

#[test]
fn rows_that_are_wrong_are_missing_and_told_of_once() {
    for (line, wanted) in [
        ("7\n", "stream, line 4: this row has 1 field, but the header has 2"),
        ("garbage, and more, of it\n", "stream, line 4: this row has 3 fields, but the header has 2"),
        ("7,foo\n", "stream, line 4: 'foo' in column 'y', which holds numbers elsewhere"),
        ("foo,bar\n", "stream, line 4: 'foo' in column 'x', which holds numbers elsewhere"),
    ] {
        let log = Log::default();
        let texts = ["x,y\n1,2\n3,4\n", line, "5,6\n", line, "7,8\n"];
        stream(&texts).unwrap().run(&xy(), None, &log).unwrap();
        assert_eq!(log.rows(), [(1.0, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.0)], "{line}");
        assert_eq!(*log.missing.lock().unwrap(), 2, "{line}");
        assert_eq!(*log.faults.lock().unwrap(), [wanted]);
    }
}

#[test]
fn a_wrong_row_has_no_weight_time_or_category() {
    let texts = ["x,y,w,k,t\n1,2,10,a,1\n", "oops\n3,4,30,b,2\n5,6,x,b,3\n7,8,70,b,x\n9,10,90,c,9\n"];
    let follow = |selection: Selection| {
        let kept = Kept::default();
        stream(&texts).unwrap().run(&selection, Some(4), &kept).unwrap();
        kept.0.into_inner().unwrap()
    };
    let came = follow(xy().weights(2));
    let sum = |came: &[Came]| came.iter().map(|came| came.3).sum::<u64>();
    let weights: Vec<f64> = came.iter().flat_map(|came| came.0.clone()).collect();
    let times: Vec<f64> = came.iter().flat_map(|came| came.1.clone().unwrap()).collect();
    assert_eq!((weights, times, sum(&came)), (vec![10.0, 30.0, 90.0], vec![1.0, 2.0, 9.0], 3));
    for selection in [xy().category(3), xy().category(3).with_uncategorized()] {
        let came = follow(selection);
        let names: Vec<String> = came.iter().flat_map(|came| came.2.clone().unwrap()).collect();
        assert_eq!((names.concat(), sum(&came)), ("abbc".to_owned(), 2));
    }
}

#[test]
fn comments_and_aligned_columns_are_followed() {
    let (send, receive) = channel();
    for text in ["# a\n", "# b\n", "\n", " x    y\n 1", "   2\n# c\n", "  3  4 \n"] {
        send.send(text).unwrap();
    }
    let tail = Tail::stream(Pipe(receive)).unwrap();
    drop(send);
    let delimiter = Some(crate::source::Delimiter::Whitespace);
    let options = ReadOptions { delimiter, comment: Some(b'#'), ..ReadOptions::default() };
    let log = Log::default();
    Follow::begin("stream".into(), tail, false, &options, &|| false).unwrap().run(&xy(), None, &log).unwrap();
    assert_eq!((log.rows(), log.faults.lock().unwrap().len()), (vec![(1.0, 2.0), (3.0, 4.0)], 0));
}

#[test]
fn columns_that_do_not_fit_are_errors() {
    let error = stream(&["x,y\n1,2\n"]).unwrap().run(&Selection::new(0, 5), None, &Log::default());
    assert!(error.unwrap_err().to_string().starts_with("no column '5' in stream"));
    let error = stream(&["x,y\n1,foo\n"]).unwrap().run(&xy(), None, &Log::default());
    assert!(error.unwrap_err().to_string().contains("holds text"));
    assert!(stream(&[]).is_err());
}

/// Runs a follower of `path` on a thread of its own while `act` works on the file.
fn following(path: &Path, log: &Log, act: impl FnOnce()) {
    let path = path.to_str().unwrap().to_owned();
    std::thread::scope(|scope| {
        let mut follow = Follow::open(&path, &ReadOptions::default(), &|| false).unwrap();
        let thread = scope.spawn(move || follow.run(&xy(), None, log));
        act();
        thread.join().unwrap().unwrap();
    });
}

fn wait(log: &Log, seen: impl Fn(&[(f64, f64)]) -> bool) {
    let start = Instant::now();
    while !seen(&log.rows()) {
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", log.rows());
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_file_that_grows_gives_complete_lines_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let row = |i: usize| format!("{i},{}\n", i * 2);
    let rows = 200_000;
    fs::write(&path, format!("x,y\n{}", (0..1000).map(row).collect::<String>())).unwrap();
    let log = Log::until(rows + 1);
    following(&path, &log, || {
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        let text: String = (1000..rows).map(row).collect();
        for piece in text.as_bytes().chunks(100_003) {
            file.write_all(piece).unwrap();
        }
        file.write_all(b"7,").unwrap();
        wait(&log, |log| log.len() >= rows);
        std::thread::sleep(3 * POLL);
        assert_eq!(log.rows().len(), rows, "a line that is not complete is no row");
        file.write_all(b"8\n").unwrap();
    });
    let mut wanted: Vec<(f64, f64)> = (0..rows).map(|i| (i as f64, 2.0 * i as f64)).collect();
    wanted.push((7.0, 8.0));
    assert!(log.rows() == wanted);
}

#[test]
fn a_file_that_is_cut_or_replaced_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, "x,y\n1,2\n3,4\n5,6\n").unwrap();
    let log = Log { enough: (2, 2), ..Log::default() };
    following(&path, &log, || {
        wait(&log, |rows| rows.len() == 3);
        fs::write(&path, "x,y\n7,8\n").unwrap();
        wait(&log, |rows| rows == [(7.0, 8.0)]);
        let other = folder.path().join("b.csv");
        fs::write(&other, "x,y\n9,9\n10,10\n").unwrap();
        fs::rename(&other, &path).unwrap();
    });
    assert_eq!(log.rows(), [(9.0, 9.0), (10.0, 10.0)]);
}

#[test]
fn other_columns_and_other_formats_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let open = || Follow::open(path.to_str().unwrap(), &ReadOptions::default(), &|| false);
    fs::write(&path, [0x1f, 0x8b, 8, b'\n', b'\n']).unwrap();
    assert!(open().err().unwrap().to_string().contains("is compressed and cannot be followed"));
    // No line will ever end in it.
    fs::write(&path, b"PAR1\0").unwrap();
    let message = open().err().unwrap().to_string();
    assert!(message.starts_with("--follow needs CSV, and ") && message.contains("is Parquet"), "{message}");
    fs::write(&path, "x,y\n1,2\n3,4\n").unwrap();
    let mut follow = open().unwrap();
    fs::write(&path, "a,b\n1,2\n").unwrap();
    // The rows that were read before it was cut are not lost on the way.
    let error = follow.run(&xy(), None, &Log::default()).unwrap_err().to_string();
    assert!(error.contains("begins anew with other columns"), "{error}");
    fs::remove_file(&path).unwrap();
    assert!(open().is_err());
    fs::write(&path, "x,y\n").unwrap();
    let error = Follow::open(path.to_str().unwrap(), &ReadOptions::default(), &|| true).err().unwrap();
    assert_eq!(error.kind(), crate::error::ErrorKind::Interrupted);
}
