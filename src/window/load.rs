//! Rows of files on their way into the window.

use std::thread;

use super::Feed;
use crate::data::{Floats, Points};
use crate::error::{Error, Result};
use crate::source::{Follow, Live, Selection, Sink, Source};

/// Reads a source into a window by a thread of its own, with its progress; the end, or what is wrong, is told in the window's
/// [`State`](super::State).
///
/// `time` is the column that [`Last::Days`](super::Last::Days) goes by.
///
/// # Errors
/// If the times are neither x nor y, or the system gives no thread.
pub fn load(source: Box<dyn Source>, selection: Selection, time: Option<usize>, feed: Feed) -> Result<()> {
    let time = match time {
        None => None,
        Some(column) if column == selection.x => Some(Points::x as Column),
        Some(column) if column == selection.y => Some(Points::y as Column),
        Some(column) => {
            return Err(Error::usage(format!(
                "'{}' is neither x nor y: only where a file is followed may a third column hold the times",
                source.fields().get(column).map_or("the column of times", |field| &field.name)
            )));
        }
    };
    feed.progress(Some(0.0));
    spawn("heatbin load", move || {
        let done = source.scan(&selection, &Loader { feed: &feed, time });
        end(&feed, done);
    })
}

/// Follows a file or a stream into a window by a thread of its own. Any column may hold the times.
///
/// # Errors
/// If the system gives no thread.
pub fn follow(mut follow: Follow, selection: Selection, time: Option<usize>, feed: Feed) -> Result<()> {
    spawn("heatbin follow", move || {
        let done = follow.run(&selection, time, &Follower { feed: &feed });
        end(&feed, done);
    })
}

pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let spawned = thread::Builder::new().name(name.into()).spawn(work);
    spawned.map(drop).map_err(|reason| Error::device(format!("cannot start a thread: {reason}")))
}

fn end(feed: &Feed, done: Result<()>) {
    match done {
        Ok(()) => feed.progress(None),
        Err(error) => feed.fail(&error),
    }
}

type Column = for<'a> fn(&'a Points<'static>) -> &'a Floats<'static>;

struct Loader<'a> {
    feed: &'a Feed,
    time: Option<Column>,
}

impl Sink for Loader<'_> {
    fn take(&self, points: Points<'_>) -> Result<()> {
        let points = points.into_owned();
        let times = self.time.map(|column| {
            let values = column(&points);
            (0..values.len()).map(|row| values.get(row)).collect()
        });
        self.feed.ordered(points, times)
    }

    fn progress(&self, share: f64) {
        self.feed.progress(Some(share as f32));
    }
}

struct Follower<'a> {
    feed: &'a Feed,
}

impl Live for Follower<'_> {
    fn take(&self, points: Points<'static>, times: Option<Vec<f64>>) -> Result<()> {
        self.feed.timed(points, times)
    }

    fn fault(&self, reason: &Error) {
        self.feed.notice(format!("{reason}; such rows count as missing"));
    }

    fn restart(&self) {
        self.feed.restart();
    }

    fn progress(&self, share: f64) {
        // A file that grows is read to its end again and again; only the first time takes long.
        self.feed.progress((share < 1.0).then_some(share as f32));
    }

    fn is_over(&self) -> bool {
        self.feed.is_over()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::source::{ReadOptions, open};
    use crate::window::{Engine, Last, Studio};

    fn studio() -> Studio {
        Studio::start(Engine::Cpu, Arc::new(|| {})).unwrap()
    }

    fn wait(studio: &Studio, seen: impl Fn(&Studio) -> bool) {
        let start = Instant::now();
        while !seen(studio) {
            assert!(start.elapsed() < Duration::from_secs(30), "{:?}", studio.state());
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn text(rows: std::ops::Range<usize>) -> String {
        rows.map(|i| format!("{},{}\n", i as f64 / 1000.0, i % 7)).collect()
    }

    #[test]
    fn a_file_is_loaded_with_its_progress() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv").to_str().unwrap().to_owned();
        fs::write(&path, format!("t,v\n{}", text(0..100_000))).unwrap();
        let read = || open(std::slice::from_ref(&path), &ReadOptions::default()).unwrap();
        let (studio, selection) = (studio(), Selection::new(0, 1));
        load(read(), selection, None, studio.feed()).unwrap();
        wait(&studio, |studio| studio.rows() == 100_000 && studio.state().loading.is_none());
        assert_eq!(studio.bounds().x, (0.0, 99.999));
        // The same by times, of which the last day is kept.
        studio.clear();
        studio.keep(Some(Last::Days(1.0)));
        load(read(), selection, Some(0), studio.feed()).unwrap();
        wait(&studio, |studio| studio.bounds().x == (98.999, 99.999) && studio.state().loading.is_none());
        assert_eq!(studio.rows(), 1001);
        assert!(studio.state().notices.is_empty());
        assert!(load(read(), Selection::new(1, 1), Some(0), studio.feed()).is_err());
    }

    #[test]
    fn damage_is_told_and_the_rows_before_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv").to_str().unwrap().to_owned();
        fs::write(&path, format!("t,v\n{}oops\n", text(0..300_000))).unwrap();
        let studio = studio();
        let source = open(std::slice::from_ref(&path), &ReadOptions::default()).unwrap();
        load(source, Selection::new(0, 1), None, studio.feed()).unwrap();
        wait(&studio, |studio| !studio.state().notices.is_empty());
        let state = studio.state();
        assert!(state.notices[0].contains("line 300002"), "{:?}", state.notices);
        assert_eq!(state.loading, None);
    }

    #[test]
    fn a_file_is_followed_past_lines_that_are_no_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, format!("t,v\n{}", text(0..1000))).unwrap();
        let studio = studio();
        let source = Follow::open(path.to_str().unwrap(), &ReadOptions::default(), &|| false).unwrap();
        follow(source, Selection::new(0, 1), None, studio.feed()).unwrap();
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        for rows in [1000..1500, 1500..2000] {
            file.write_all(format!("garbage line\n{}", text(rows)).as_bytes()).unwrap();
        }
        wait(&studio, |studio| studio.rows() == 2002);
        let notices = studio.state().notices;
        assert!(
            notices.len() == 1
                && notices[0].ends_with(
                    "line 1002: this row has 1 field, but the header has 2; such rows count as missing"
                ),
            "{notices:?}"
        );
    }

    #[test]
    fn a_file_is_followed_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, format!("t,v\n{}", text(0..1000))).unwrap();
        let studio = studio();
        let source = Follow::open(path.to_str().unwrap(), &ReadOptions::default(), &|| false).unwrap();
        follow(source, Selection::new(0, 1), Some(0), studio.feed()).unwrap();
        wait(&studio, |studio| studio.rows() == 1000);
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(text(1000..5000).as_bytes()).unwrap();
        wait(&studio, |studio| studio.rows() == 5000);
        studio.keep(Some(Last::Days(0.5)));
        wait(&studio, |studio| studio.rows() == 501);
        fs::write(&path, format!("t,v\n{}", text(0..10))).unwrap();
        wait(&studio, |studio| studio.rows() == 10);
        assert!(studio.state().notices.is_empty());
        // The follower ends with the window: nothing is left to wait for here.
        drop(studio);
    }
}
