//! The last resort against damaged files.
//!
//! Arrow's and Parquet's decoders check what they read, and [`crate::source::ipc`] checks more beforehand; still, about one
//! in ten thousand random changes to a file reaches an assertion inside them. Bad input must be an error here, so the
//! panic is caught around the decoder alone (never around a sink) and becomes one. The decoder is dropped after it.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Error, Result};
use crate::source::part::damaged;

thread_local! {
    static GUARDING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be caught here and become an error: a panic hook may then keep still.
#[cfg(feature = "cli")]
pub fn is_guarding() -> bool {
    GUARDING.get()
}

/// The outcome of decoding a file, where a panic is a sign of damage like any other.
pub(super) fn guarded<T, E: Display>(
    name: &str,
    format: &str,
    decode: impl FnOnce() -> Result<T, E>,
) -> Result<T, Error> {
    GUARDING.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(decode));
    GUARDING.set(false);
    match outcome {
        Ok(outcome) => outcome.map_err(|error| damaged(name, format, error)),
        Err(_) => Err(damaged(name, format, "its parts contradict each other")),
    }
}

/// What a decoder gives, up to the first error or panic.
pub(super) struct Guarded<'a, I> {
    decoder: Option<I>,
    name: &'a str,
    format: &'a str,
}

impl<'a, I> Guarded<'a, I> {
    pub fn new(decoder: I, name: &'a str, format: &'a str) -> Self {
        Self { decoder: Some(decoder), name, format }
    }
}

impl<T, E: Display, I: Iterator<Item = Result<T, E>>> Iterator for Guarded<'_, I> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let decoder = self.decoder.as_mut()?;
        let next = guarded(self.name, self.format, || decoder.next().transpose());
        if next.is_err() {
            self.decoder = None;
        }
        next.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_the_end() {
        let decoder = (0..5).map(|item| if item == 2 { panic!("assertion") } else { Ok::<_, String>(item) });
        let mut items = Guarded::new(decoder, "a.arrow", "Arrow IPC");
        assert_eq!((items.next().unwrap().unwrap(), items.next().unwrap().unwrap()), (0, 1));
        let error = items.next().unwrap().unwrap_err().to_string();
        assert!(error.starts_with("a.arrow: cannot be read as Arrow IPC: "), "{error}");
        assert!(items.next().is_none());
    }
}
