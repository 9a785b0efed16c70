//! The worker behind the window: it owns the points, or the matrix that is looked at in their place, and makes the pictures.
//!
//! Everything here returns at once, whatever the number of points. The thread of the window asks for pictures and takes the
//! newest one when `wake` says that there is something new; other threads push points through a [`Feed`].

mod desk;
mod feed;
mod pass;
mod picture;
mod resident;
#[cfg(test)]
mod tests;
mod whole;
mod worker;

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::scene::{Block, Last, Rows, Totals};
use super::sheet::Sheet;
use super::{Frame, Region, Request, Statistics};
use crate::data::{Bounds, Points};
use crate::error::{Error, Result};
use crate::gpu::Device;
use crate::source::Field;
pub use feed::Feed;
use resident::Uploaded;

/// Called by the worker when there is something new to be seen.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Where pictures are computed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Engine {
    /// All cores of the processor.
    #[default]
    Cpu,
    /// A device, which holds the points.
    Gpu(Device),
}

impl Engine {
    /// The one that is faster: a device, unless it is the CPU by another name.
    pub fn for_device(device: &Device) -> Self {
        if device.info().is_software() { Self::Cpu } else { Self::Gpu(device.clone()) }
    }
}

/// The worker. Dropping it ends its thread.
#[derive(Debug)]
pub struct Studio {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What there is beside the picture.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// The rows.
    pub totals: Totals,
    /// How much of the files was read, 0 to 1, while they are.
    pub loading: Option<f32>,
    /// What the rows are that were read beside those that are shown ([`Studio::beside`]), once all of them are there.
    pub ready: Option<Totals>,
    /// What went wrong, or is worth knowing: a device that was lost, a file that could not be read to its end. Newest last.
    pub notices: Vec<String>,
    /// Why there is no picture, if the newest request cannot be met.
    pub refusal: Option<String>,
    /// The statistics that were asked for last, once they are there.
    pub statistics: Option<Arc<Statistics>>,
}

/// What the threads share.
struct Shared {
    orders: Mutex<Orders>,
    news: Condvar,
    results: Mutex<Results>,
    /// Whether a request waits that is newer than the picture in work.
    asked: AtomicBool,
    /// Whether pictures may be left on a device.
    leaves: AtomicBool,
    /// Whether what counts also paints the window.
    rests: AtomicBool,
    /// Rows that came without a place in the order of all rows.
    arrived: AtomicU64,
    wake: Wake,
}

/// What the worker is to do.
#[derive(Default)]
struct Orders {
    request: Option<(Request, Instant)>,
    blocks: Vec<Block>,
    /// A matrix to be shown in place of points, and since which clearing.
    sheet: Option<(u64, Arc<Sheet>)>,
    /// `Some` if which rows are kept was said anew.
    last: Option<Option<Last>>,
    inspect: Option<Region>,
    bring: Option<Arc<Frame>>,
    uploaded: Option<Uploaded>,
    epochs: Epochs,
    clear: bool,
    quit: bool,
}

/// Which feeds bring rows, by a number each: one from before is over.
#[derive(Default)]
struct Epochs {
    /// The last number that was given.
    issued: u64,
    /// Of the rows that are shown.
    shown: u64,
    coming: Option<Coming>,
}

/// Rows that are read beside those that are shown.
struct Coming {
    epoch: u64,
    blocks: Vec<Block>,
}

/// What the worker and the feeds have to say.
#[derive(Default)]
struct Results {
    frame: Option<Arc<Frame>>,
    state: State,
    blocks: Vec<Arc<Block>>,
    /// The matrix that is shown, if it is one, and since which clearing.
    sheet: Option<(u64, Arc<Sheet>)>,
}

impl Studio {
    /// Starts the worker. `wake` is called from its thread.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(engine: Engine, wake: Wake) -> Result<Self> {
        let shared = Arc::new(Shared::new(wake));
        let worker = worker::Worker::new(engine, shared.clone())?;
        let told = shared.clone();
        let work = move || {
            if catch_unwind(AssertUnwindSafe(|| worker.run())).is_err() {
                told.notice("Counting has failed, which is a fault of heatbin; open the window again".into());
            }
        };
        let thread = std::thread::Builder::new().name("heatbin studio".into()).spawn(work);
        let thread = thread.map_err(|reason| Error::device(format!("cannot start a thread: {reason}")))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Asks for a picture. One that was asked for before and is not there yet is given up.
    pub fn ask(&self, request: Request) {
        self.order(|orders| {
            orders.request = Some((request, Instant::now()));
            self.shared.asked.store(true, Relaxed);
        });
    }

    /// The newest picture.
    pub fn frame(&self) -> Option<Arc<Frame>> {
        lock(&self.shared.results).frame.clone()
    }

    /// What there is beside the picture.
    pub fn state(&self) -> State {
        lock(&self.shared.results).state.clone()
    }

    /// Rows there are, the missing ones included.
    pub fn rows(&self) -> u64 {
        lock(&self.shared.results).state.totals.rows
    }

    /// What the points span.
    pub fn bounds(&self) -> Bounds {
        lock(&self.shared.results).state.totals.bounds
    }

    /// Asks for the statistics of the rows inside a region, borders included; they come in the [`State`]. `None` takes them away.
    pub fn inspect(&self, region: Option<Region>) {
        lock(&self.shared.results).state.statistics = None;
        if let Some(region) = region {
            self.order(|orders| orders.inspect = Some(region));
        }
    }

    /// Brings the cells of a picture back from the device they are on, unless a newer one is asked for; then `wake` is called.
    pub fn bring(&self, frame: Arc<Frame>) {
        self.order(|orders| orders.bring = Some(frame));
    }

    /// Whether pictures may be left on the device that makes them, as they may at first: whoever draws them there says so. Others
    /// are better made on the host at once than brought back.
    pub fn leave(&self, may: bool) {
        self.shared.leaves.store(may, Relaxed);
    }

    /// Whether counting rests for a moment after the first picture of a view, because the cores that count also paint the window.
    pub fn rest(&self, rests: bool) {
        self.shared.rests.store(rests, Relaxed);
    }

    /// Forgets the newest picture, whose device is gone.
    pub fn forget(&self) {
        lock(&self.shared.results).frame = None;
    }

    /// Adds points, as [`Feed::points`] does.
    ///
    /// # Errors
    /// As said there.
    pub fn push(&self, points: Points<'static>) -> Result<()> {
        self.feed().points(points)
    }

    /// The matrix that is shown, if it is one.
    pub fn sheet(&self) -> Option<Arc<Sheet>> {
        let epoch = lock(&self.shared.orders).epochs.shown;
        let results = lock(&self.shared.results);
        results.sheet.as_ref().filter(|(since, _)| *since == epoch).map(|(_, sheet)| sheet.clone())
    }

    /// A way to push points from other threads.
    pub fn feed(&self) -> Feed {
        let epoch = lock(&self.shared.orders).epochs.shown;
        Feed::new(self.shared.clone(), epoch)
    }

    /// A way to push rows that are to take the place of all there are. Until [`Studio::exchange`] they wait, and what is shown stays;
    /// [`State::ready`] tells when they are complete. Those that waited before are forgotten.
    pub fn beside(&self) -> Feed {
        let mut orders = lock(&self.shared.orders);
        let epoch = orders.epochs.issue();
        orders.epochs.coming = Some(Coming { epoch, blocks: Vec::new() });
        drop(orders);
        lock(&self.shared.results).state.ready = None;
        Feed::new(self.shared.clone(), epoch)
    }

    /// Forgets the rows that wait: those that are shown stay.
    pub fn stay(&self) {
        let is_coming = lock(&self.shared.orders).epochs.coming.take().is_some();
        let mut results = lock(&self.shared.results);
        results.state.ready = None;
        if is_coming {
            results.state.loading = None;
        }
    }

    /// Shows the rows that wait in place of all others, by the picture that is asked for with it. Feeds of the others are over.
    pub fn exchange(&self, request: Request) {
        self.order(|orders| {
            let Some(coming) = orders.epochs.coming.take() else { return };
            orders.epochs.shown = coming.epoch;
            (orders.blocks, orders.clear) = (coming.blocks, true);
            orders.request = Some((request, Instant::now()));
            self.shared.asked.store(true, Relaxed);
        });
        lock(&self.shared.results).state.ready = None;
    }

    /// Says which rows are kept, from those that are there now and those to come; `None`: all.
    pub fn keep(&self, last: Option<Last>) {
        self.order(|orders| orders.last = Some(last));
    }

    /// Forgets all rows and ends the feeds there are: for the next file.
    pub fn clear(&self) {
        self.order(|orders| {
            orders.epochs.shown = orders.epochs.issue();
            orders.epochs.coming = None;
            orders.blocks.clear();
            (orders.sheet, orders.clear) = (None, true);
        });
        let mut results = lock(&self.shared.results);
        (results.state.loading, results.state.ready, results.frame) = (None, None, None);
    }

    /// The rows there are, to be drawn into a file: they stay as they are while the window goes on. `fields` name x and y.
    pub fn source(&self, fields: [Field; 2]) -> Rows {
        Rows::new(lock(&self.shared.results).blocks.clone(), fields)
    }

    /// Takes the notices away that were read.
    pub fn dismiss(&self) {
        lock(&self.shared.results).state.notices.clear();
    }

    fn order(&self, change: impl FnOnce(&mut Orders)) {
        change(&mut lock(&self.shared.orders));
        self.shared.news.notify_one();
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.order(|orders| orders.quit = true);
        if let Some(thread) = self.thread.take() {
            // It catches what it panics with.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn new(wake: Wake) -> Self {
        Self {
            orders: Mutex::default(),
            news: Condvar::new(),
            results: Mutex::default(),
            asked: AtomicBool::new(false),
            leaves: AtomicBool::new(true),
            rests: AtomicBool::new(false),
            arrived: AtomicU64::new(0),
            wake,
        }
    }

    fn notice(&self, text: String) {
        lock(&self.results).state.notices.push(text);
        (self.wake)();
    }

    /// The orders, as soon as there are some, or when `patience` is over; `None` waits for ever.
    fn orders(&self, patience: Option<Duration>) -> Orders {
        let idle = |orders: &mut Orders| !orders.is_any();
        let orders = lock(&self.orders);
        let mut orders = match patience {
            None => self.news.wait_while(orders, idle).unwrap_or_else(PoisonError::into_inner),
            Some(patience) => {
                let waited = self.news.wait_timeout_while(orders, patience, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        self.asked.store(false, Relaxed);
        let epochs = mem::take(&mut orders.epochs);
        let fresh = Orders { epochs, quit: orders.quit, ..Orders::default() };
        mem::replace(&mut orders, fresh)
    }
}

impl Orders {
    fn is_any(&self) -> bool {
        self.quit
            || self.clear
            || self.request.is_some()
            || self.inspect.is_some()
            || self.bring.is_some()
            || self.uploaded.is_some()
            || self.last.is_some()
            || self.sheet.is_some()
            || !self.blocks.is_empty()
    }

    /// Where the rows of a feed go; nowhere if it is over.
    fn place(&mut self, epoch: u64) -> Option<&mut Vec<Block>> {
        let Epochs { shown, coming, .. } = &mut self.epochs;
        match coming {
            _ if self.quit => None,
            _ if epoch == *shown => Some(&mut self.blocks),
            Some(coming) if epoch == coming.epoch => Some(&mut coming.blocks),
            _ => None,
        }
    }
}

impl Epochs {
    fn issue(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }

    /// That of the rows that were asked for last.
    fn newest(&self) -> u64 {
        self.coming.as_ref().map_or(self.shown, |coming| coming.epoch)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

/// The lock, also after a panic elsewhere: what it guards is replaced, never half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
