//! Looking over a run's shoulder.

use crate::error::{Error, Result};

/// What a run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Reading only, to find the range.
    Range,
    /// Reading and counting.
    Bin,
}

/// Hears of a run's progress, and may stop it.
///
/// Called from many threads.
pub trait Watch: Sync {
    /// Hears that `share`, 0 to 1, of a stage is done.
    fn progress(&self, stage: Stage, share: f64) {
        let _ = (stage, share);
    }

    /// Whether the run shall stop; asked after every batch.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// An error if the run shall stop.
pub(super) fn go_on(watch: &dyn Watch) -> Result<()> {
    if watch.is_stopped() { Err(Error::interrupted()) } else { Ok(()) }
}

/// Nobody watches.
pub(super) struct Unwatched;

impl Watch for Unwatched {}
