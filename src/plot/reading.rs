//! Counting the rows of a source, and how often it is read.
//!
//! A grid over an automatic range needs the range before the first point can be counted, and a source should be read once. So
//! its own statistics are taken for the range and compared with what was read; without statistics the points are kept from
//! the first reading as long as they fit into [`KEPT_BYTES`]. Only where both fail is it read again.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::rows::{Counted, Counter, Job, Spans, count_blocks};
use super::watch::{Stage, go_on};
use crate::data::Points;
use crate::error::Result;
use crate::source::{Selection, Sink, Source};

/// Bytes of points kept between the two readings of a source that can be read again.
const KEPT_BYTES: usize = 128 << 20;

pub(super) fn count_source(
    source: &dyn Source,
    selection: &Selection,
    job: &Job<'_>,
) -> Result<(Counted, Duration)> {
    if !job.needs_spans() {
        return Ok(count_streaming(source, selection, job, Spans::EMPTY)?.0);
    }
    // Nobody says what the categories span.
    let hint = source.bounds_hint(selection).filter(|_| !job.needs_category_span());
    if let Some(hint) = hint {
        // A hint that no grid can be laid over may still be wrong; the reading below will tell.
        let hinted = Spans { bounds: hint, ..Spans::EMPTY };
        if job.takes(hinted) {
            let (counted, met) = count_streaming(source, selection, job, hinted)?;
            if met.bounds == hint {
                return Ok(counted);
            }
            return Ok(count_streaming(source, selection, job, met)?.0);
        }
    }
    let keeper = Keeper {
        job,
        most_bytes: if source.rereadable() { KEPT_BYTES } else { usize::MAX },
        kept: Mutex::new(Kept { blocks: Some(Vec::new()), bytes: 0, spans: Spans::EMPTY }),
    };
    source.scan(selection, &keeper)?;
    let kept = keeper.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    match kept.blocks {
        Some(blocks) => count_blocks(&blocks, job),
        None => Ok(count_streaming(source, selection, job, kept.spans)?.0),
    }
}

/// Counts while reading, in the grid over `spans`; returns also what was met.
fn count_streaming(
    source: &dyn Source,
    selection: &Selection,
    job: &Job<'_>,
    spans: Spans,
) -> Result<((Counted, Duration), Spans)> {
    let binner = job.counter(spans)?;
    let counter =
        Batches { binner: &binner, job, met: Mutex::new(Spans::EMPTY), nanoseconds: AtomicU64::new(0) };
    source.scan(selection, &counter)?;
    let met = counter.met.into_inner().unwrap_or_else(PoisonError::into_inner);
    let nanoseconds = counter.nanoseconds.into_inner();
    let finish = Instant::now();
    let counted = binner.finish()?;
    // Threads count side by side; their time is shared out over the cores.
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    Ok(((counted, Duration::from_nanos(nanoseconds / cores) + finish.elapsed()), met))
}

/// Counts each batch as it comes.
struct Batches<'a> {
    binner: &'a Counter,
    job: &'a Job<'a>,
    met: Mutex<Spans>,
    nanoseconds: AtomicU64,
}

impl Sink for Batches<'_> {
    fn take(&self, points: Points<'_>) -> Result<()> {
        go_on(self.job.watch)?;
        let start = Instant::now();
        self.binner.add(&points)?;
        self.nanoseconds.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        *met = met.union(self.job.spans(&points));
        Ok(())
    }

    fn progress(&self, share: f64) {
        self.job.watch.progress(Stage::Bin, share);
    }
}

/// Keeps the batches while they fit, and what they span.
struct Keeper<'a> {
    job: &'a Job<'a>,
    most_bytes: usize,
    kept: Mutex<Kept>,
}

struct Kept {
    /// `None` once they were too many.
    blocks: Option<Vec<Points<'static>>>,
    bytes: usize,
    spans: Spans,
}

impl Sink for Keeper<'_> {
    fn take(&self, points: Points<'_>) -> Result<()> {
        go_on(self.job.watch)?;
        let spans = self.job.spans(&points);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.spans = kept.spans.union(spans);
        kept.bytes += points.bytes();
        if kept.bytes > self.most_bytes {
            kept.blocks = None;
        }
        if let Some(blocks) = &mut kept.blocks {
            blocks.push(points.into_owned());
        }
        Ok(())
    }

    fn progress(&self, share: f64) {
        self.job.watch.progress(Stage::Range, share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Bounds, Fit};
    use crate::plot::watch::Watch;
    use crate::plot::{Plot, RectBins};
    use crate::source::{Field, FieldKind};

    /// A source whose statistics may be wrong and that counts how often it is read.
    struct Made {
        fields: Vec<Field>,
        hint: Option<Bounds>,
        rereadable: bool,
        reads: AtomicU64,
        batches: usize,
    }

    impl Made {
        fn new(hint: Option<Bounds>, rereadable: bool, batches: usize) -> Self {
            let fields = vec![Field::new("a", FieldKind::Number), Field::new("b", FieldKind::Number)];
            Self { fields, hint, rereadable, reads: AtomicU64::new(0), batches }
        }
    }

    impl Source for Made {
        fn name(&self) -> String {
            "made".into()
        }

        fn fields(&self) -> &[Field] {
            &self.fields
        }

        fn rows(&self) -> Option<u64> {
            None
        }

        fn rereadable(&self) -> bool {
            self.rereadable
        }

        fn bounds_hint(&self, _: &Selection) -> Option<Bounds> {
            self.hint
        }

        fn scan(&self, _: &Selection, sink: &dyn Sink) -> Result<()> {
            self.reads.fetch_add(1, Relaxed);
            for batch in 0..self.batches {
                let x: Vec<f64> = (0..1000).map(|i| f64::from(i) + batch as f64 * 1000.0).collect();
                let y: Vec<f64> = x.iter().map(|v| if *v == 7.0 { f64::NAN } else { -v }).collect();
                sink.take(Points::new(x, y)?)?;
            }
            Ok(())
        }
    }

    fn reads(source: &Made) -> u64 {
        let aggregate = Plot::<RectBins>::of(source, Selection::new(0, 1)).bins((10, 1)).aggregate().unwrap();
        let rows = source.batches as u64 * 1000;
        assert_eq!((aggregate.tally.rows, aggregate.tally.missing), (rows, 1));
        assert_eq!(aggregate.tally.binned, rows - 1, "the range is that of the data");
        source.reads.load(Relaxed)
    }

    #[test]
    fn a_true_hint_saves_a_reading() {
        let hint = Bounds { x: (0.0, 2999.0), y: (-2999.0, 0.0) };
        assert_eq!(reads(&Made::new(Some(hint), true, 3)), 1);
    }

    #[test]
    fn a_wrong_hint_costs_a_reading_and_nothing_else() {
        let hint = Bounds { x: (-5.0, 2000.0), y: (-2999.0, 0.0) };
        assert_eq!(reads(&Made::new(Some(hint), true, 3)), 2);
        let nonsense = Bounds { x: (f64::MIN, f64::MAX), y: (0.0, 0.0) };
        assert_eq!(reads(&Made::new(Some(nonsense), true, 3)), 1);
    }

    #[test]
    fn points_are_kept_while_they_fit() {
        assert_eq!(reads(&Made::new(None, true, 3)), 1);
        let too_many = KEPT_BYTES / 16_000 + 1;
        assert_eq!(reads(&Made::new(None, true, too_many)), 2);
        assert_eq!(reads(&Made::new(None, false, too_many)), 1);
    }

    #[test]
    fn colours_of_all_the_data_cost_no_reading_that_its_own_figure_does_not() {
        let hint = Bounds { x: (0.0, 2999.0), y: (-2999.0, 0.0) };
        let too_many = KEPT_BYTES / 16_000 + 1;
        for (hint, rereadable, batches, reads) in [
            (Some(hint), true, 3, 1),
            (None, true, 3, 1),
            (None, true, too_many, 2),
            (None, false, too_many, 1),
        ] {
            let source = Made::new(hint, rereadable, batches);
            let plot = Plot::<RectBins>::of(&source, Selection::new(0, 1)).bins((10, 1)).fit(Fit::Data);
            let scale = plot.range((0.0, 5.0), (-5.0, 0.0)).run().unwrap().scale;
            let all = plot_of_all(&source);
            assert_eq!((scale.limits, scale.extend), (all, (true, false)));
            assert_eq!(source.reads.load(Relaxed), reads + reads);
        }
    }

    fn plot_of_all(source: &Made) -> crate::data::Limits {
        Plot::<RectBins>::of(source, Selection::new(0, 1)).bins((10, 1)).run().unwrap().scale.limits
    }

    #[test]
    fn a_run_can_be_stopped() {
        struct Stop;
        impl Watch for Stop {
            fn is_stopped(&self) -> bool {
                true
            }
        }
        let source = Made::new(None, true, 3);
        let error = Plot::<RectBins>::of(&source, Selection::new(0, 1)).watch(&Stop).aggregate().unwrap_err();
        assert_eq!(error.kind(), crate::error::ErrorKind::Interrupted);
    }
}
