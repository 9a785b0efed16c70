//! The way of points into a window.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::{Shared, lock};
use crate::data::{Column, Points};
use crate::error::{Error, Result};
use crate::window::scene::{Block, Totals};
use crate::window::sheet::Sheet;

/// A way to push points into a window, from any thread and as often as wanted.
#[derive(Clone, Debug)]
pub struct Feed {
    shared: Arc<Shared>,
    epoch: u64,
}

impl Feed {
    pub(super) fn new(shared: Arc<Shared>, epoch: u64) -> Self {
        Self { shared, epoch }
    }

    /// Adds rows: x and y, a value each.
    ///
    /// # Errors
    /// If the columns differ in length, or the window is gone or shows something else now.
    pub fn push(&self, x: impl Into<Column<'static>>, y: impl Into<Column<'static>>) -> Result<()> {
        self.points(Points::new(x, y)?)
    }

    /// Adds a batch.
    ///
    /// # Errors
    /// If the window is gone or shows something else now.
    pub fn points(&self, points: Points<'static>) -> Result<()> {
        self.timed(points, None)
    }

    /// Adds a batch whose finite rows have times, in days: those that `Last::Days` goes by.
    ///
    /// # Errors
    /// As [`Feed::points`], or if there are not as many times as finite rows.
    pub fn timed(&self, points: Points<'static>, times: Option<Vec<f64>>) -> Result<()> {
        let before = self.shared.arrived.fetch_add(points.len() as u64, Relaxed);
        self.ordered(points.at(before.into()), times)
    }

    /// Adds a batch that comes where it says among all rows ([`Points::at`]), not behind those before it: what the reductions `first` and
    /// `last` go by. All batches of a window are added this way, or none.
    ///
    /// # Errors
    /// As [`Feed::timed`].
    pub fn ordered(&self, points: Points<'static>, times: Option<Vec<f64>>) -> Result<()> {
        // Here, and not on the worker's thread: it takes longer the more points there are.
        let blocks = Block::cut(points, times)?;
        let mut orders = lock(&self.shared.orders);
        orders.place(self.epoch).ok_or_else(Error::interrupted)?.extend(blocks);
        drop(orders);
        self.shared.news.notify_one();
        Ok(())
    }

    /// Shows a matrix in place of points.
    ///
    /// # Errors
    /// If the window is gone or shows something else now.
    pub fn sheet(&self, sheet: Arc<Sheet>) -> Result<()> {
        let mut orders = lock(&self.shared.orders);
        if orders.quit || orders.epochs.shown != self.epoch {
            return Err(Error::interrupted());
        }
        orders.sheet = Some((self.epoch, sheet));
        drop(orders);
        self.shared.news.notify_one();
        Ok(())
    }

    /// Whether the window is gone, or shows something else now.
    pub fn is_over(&self) -> bool {
        lock(&self.shared.orders).place(self.epoch).is_none()
    }

    /// Forgets all rows, those of other feeds too: the file begins anew.
    pub fn restart(&self) {
        let mut orders = lock(&self.shared.orders);
        let is_shown = self.epoch == orders.epochs.shown;
        if let Some(blocks) = orders.place(self.epoch) {
            blocks.clear();
            orders.clear |= is_shown;
            drop(orders);
            self.shared.news.notify_one();
        }
    }

    /// Says how much of a file was read, 0 to 1; `None` when all of it was.
    pub fn progress(&self, share: Option<f32>) {
        /// Less than this nobody sees.
        const STEP: f32 = 0.005;
        let orders = lock(&self.shared.orders);
        if orders.quit || orders.epochs.newest() != self.epoch {
            return;
        }
        // Rows that wait are complete when they are read.
        let coming = orders.epochs.coming.as_ref().filter(|_| share.is_none());
        let ready = coming.map(|coming| coming.blocks.iter().fold(Totals::default(), Totals::and));
        drop(orders);
        let mut results = lock(&self.shared.results);
        let (old, new) = (results.state.loading, share);
        let changed = match (old, new) {
            (Some(old), Some(new)) => new >= old + STEP,
            (old, new) => old.is_some() != new.is_some(),
        };
        if changed || ready.is_some() {
            results.state.loading = share;
            results.state.ready = ready.or(results.state.ready.take());
            drop(results);
            (self.shared.wake)();
        }
    }

    /// Says why there are no more rows. Those that are shown stay, and those that wait to be are forgotten.
    pub(in crate::window) fn fail(&self, reason: &Error) {
        let mut orders = lock(&self.shared.orders);
        let is_newest = orders.epochs.newest() == self.epoch;
        if orders.place(self.epoch).is_none() {
            return;
        }
        orders.epochs.coming.take_if(|coming| coming.epoch == self.epoch);
        drop(orders);
        let mut results = lock(&self.shared.results);
        if is_newest {
            results.state.loading = None;
        }
        results.state.notices.push(reason.to_string());
        drop(results);
        (self.shared.wake)();
    }

    /// Tells the person at the window something.
    pub fn notice(&self, text: impl Into<String>) {
        if !self.is_over() {
            self.shared.notice(text.into());
        }
    }
}
