//! Work shared by threads, with an outcome that does not depend on their timing.
//!
//! These are threads of their own, not rayon's: a sink may hold a lock and use rayon, and a rayon thread that waits there
//! would start the next piece of the same scan and wait for its own lock.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};

/// The bits of a row's order that tell it from the other rows of its file; the file's number stands above them.
pub(super) const ORDER_BITS: u32 = 96;

/// The place of a piece of work in the order of its data.
pub(super) struct Turn<'a> {
    number: usize,
    failed: &'a AtomicUsize,
}

impl Turn<'_> {
    /// Whether an earlier piece has failed, so that nobody waits for this one.
    pub fn is_over(&self) -> bool {
        self.failed.load(Ordering::Relaxed) < self.number
    }

    /// The order (see [`Points::at`](crate::Points::at)) of a row of this piece, which are numbered from 0.
    pub fn order(&self, row: usize) -> u128 {
        (self.number as u128) << 64 | row as u128
    }
}

/// Calls `work` for every item, on `threads` threads. Items are fetched one at a time, when a thread is free.
///
/// # Errors
/// The error that comes first in the order of the items, whichever thread met its own first. No item is fetched after
/// an error.
pub(super) fn each<T: Send>(
    threads: usize,
    items: impl Iterator<Item = Result<T>> + Send,
    work: impl Fn(T, &Turn<'_>) -> Result<()> + Sync,
) -> Result<()> {
    let failed = AtomicUsize::new(usize::MAX);
    let first: Mutex<Option<(usize, Error)>> = Mutex::new(None);
    let queue = Mutex::new(items.enumerate());
    let fail = |number: usize, error: Error| {
        failed.fetch_min(number, Ordering::Relaxed);
        let mut first = first.lock().expect("no code panics while it holds this lock");
        if first.as_ref().is_none_or(|&(earliest, _)| number < earliest) {
            *first = Some((number, error));
        }
    };
    let run = || {
        while failed.load(Ordering::Relaxed) == usize::MAX {
            // A lock of its own statement: it must be free while the work is done.
            let next = queue.lock().ok().and_then(|mut queue| queue.next());
            let Some((number, item)) = next else { return };
            let turn = Turn { number, failed: &failed };
            if let Err(error) = item.and_then(|item| work(item, &turn)) {
                fail(number, error);
            }
        }
    };
    if threads <= 1 {
        run();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(run);
            }
        });
    }
    match first.into_inner().expect("no code panics while it holds this lock") {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

/// How many threads a scan may use: as many as the caller gave to rayon.
pub(super) fn threads() -> usize {
    rayon::current_num_threads()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn every_item_is_worked_on_once() {
        for threads in [1, 2, 7] {
            let sum = AtomicU64::new(0);
            each(threads, (1..=1000u64).map(Ok), |item, _| {
                sum.fetch_add(item, Ordering::Relaxed);
                Ok(())
            })
            .unwrap();
            assert_eq!(sum.into_inner(), 500_500);
        }
    }

    #[test]
    fn the_first_error_in_order_wins_and_stops_the_rest() {
        for threads in [1, 2, 7] {
            let fetched = AtomicUsize::new(0);
            let items = (0..100_000).inspect(|_| {
                fetched.fetch_add(1, Ordering::Relaxed);
            });
            let error = each(threads, items.map(Ok), |item: i32, _| {
                if item >= 20 {
                    return Err(Error::data(item.to_string()));
                }
                std::thread::sleep(std::time::Duration::from_micros(100));
                Ok(())
            });
            assert_eq!(error.unwrap_err().to_string(), "20");
            assert!(fetched.into_inner() <= 21 + threads);
        }
    }

    #[test]
    fn a_failed_fetch_is_an_error_of_its_turn() {
        let items = (0..10).map(|item| if item == 4 { Err(Error::data("cut")) } else { Ok(item) });
        assert_eq!(each(2, items, |_, _| Ok(())).unwrap_err().to_string(), "cut");
    }
}
