//! The points on a device.
//!
//! What is on the device is a part of the rows: `rows = uploaded + fresh - gone`, and the fresh and the gone ones are counted on the
//! CPU, which is exact all the same. The fresh ones are sent behind the others as soon as they are worth it, or no more rows come for
//! a while. Where there are as many of them as half of the others, or many are gone, all rows are sent anew by a thread of its own, so
//! that no picture waits for it.

use std::collections::HashSet;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{Shared, lock};
use crate::binning::GpuPoints;
use crate::data::{Grid, Points};
use crate::error::{Error, Result};
use crate::gpu::Device;
use crate::window::Cells;
use crate::window::scene::{Block, Scene};

/// Fewer rows are not worth a way to the device, unless there are others.
const FEW: u64 = 1 << 16;

/// Fresh rows that are sent behind the others while more come. So many are not copied for it.
const LENT: u64 = GpuPoints::LENT_ROWS as u64;

/// Rows that are sent behind the others in one go: a picture waits for some milliseconds.
const AT_ONCE: usize = 1 << 19;

/// No row has come for so long: the file is read, or its writer rests.
const QUIET: Duration = Duration::from_millis(250);

/// Rows of a block on the device: each costs a dispatch.
const JOINED_ROWS: usize = 1 << 20;

/// The same where there are very many.
const MOST_JOINED_ROWS: usize = 1 << 23;

/// Blocks that all rows are joined to, unless those were small or too large.
const FEW_BLOCKS: usize = 256;

/// The points on a device, and what has changed since they were sent.
pub struct Resident {
    device: Device,
    uploaded: Option<Loan>,
    fresh: Vec<Arc<Block>>,
    gone: Vec<Arc<Block>>,
    on_its_way: Option<OnItsWay>,
    last_came: Instant,
    /// How often all rows were forgotten.
    generation: u64,
}

/// How rows come to the device.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// All of them.
    Anew,
    /// Fresh ones behind the others.
    Behind,
}

/// How many of the fresh and the gone blocks an upload accounts for.
struct OnItsWay {
    fresh: usize,
    gone: usize,
    /// The blocks as they were.
    blocks: Vec<Arc<Block>>,
}

/// An upload that came back.
pub struct Uploaded {
    generation: u64,
    result: Result<Loan>,
}

/// Points on a device that read what they need on the host from blocks that are kept for them.
struct Loan {
    /// Before the blocks: it is dropped first.
    points: GpuPoints<'static>,
    blocks: Vec<Arc<Block>>,
    /// Rows of which the points have copies: on the host too, and on the device in no order.
    copied: u64,
}

impl Loan {
    /// Joins small blocks and sends all.
    fn new(device: &Device, blocks: &[Arc<Block>]) -> Result<Self> {
        let rows: usize = blocks.iter().map(|block| block.len()).sum();
        let most = (rows / FEW_BLOCKS).next_power_of_two().clamp(JOINED_ROWS, MOST_JOINED_ROWS);
        let runs = Block::runs(blocks, most);
        let blocks: Vec<Arc<Block>> = runs.par_iter().map(|run| Block::join(run)).collect();
        let batches = blocks.iter().map(|block| lend(block)).collect();
        Ok(Self { points: GpuPoints::upload(device, batches)?, blocks, copied: 0 })
    }

    /// Sends a run of blocks behind the others: joined to one that is lent and returned, or copied where they have few rows.
    fn append(&mut self, run: &[Arc<Block>]) -> Result<Option<Arc<Block>>> {
        let rows = count_rows(run);
        if rows < LENT {
            self.copied += rows;
            run.iter().try_for_each(|block| self.points.append_copy(&block.points()))?;
            return Ok(None);
        }
        let block = Block::join(run);
        // Before it is lent: also what is left by a failure may read it.
        self.blocks.push(block.clone());
        self.points.append(vec![lend(&block)])?;
        Ok(Some(block))
    }
}

/// How many finite rows some blocks have.
fn count_rows(blocks: &[Arc<Block>]) -> u64 {
    blocks.iter().map(|block| block.len() as u64).sum()
}

/// The points of a block, as if they were there for ever.
fn lend(block: &Arc<Block>) -> Points<'static> {
    // SAFETY: the values lie on the heap, in vectors that an `Arc` keeps and nobody changes. A `Loan`, the only one who is given these
    // points, keeps that `Arc` until they are dropped, and lets no reference out.
    unsafe { mem::transmute::<Points<'_>, Points<'static>>(block.points()) }
}

/// The outcome of work on a device, where a panic is an error: a driver that fails in the middle of a call must not take the
/// window with it.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let failed = |_| Err(Error::device("the device failed in the middle of a call"));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(failed)
}

impl Resident {
    pub fn new(device: Device) -> Self {
        Self {
            device,
            uploaded: None,
            fresh: Vec::new(),
            gone: Vec::new(),
            on_its_way: None,
            last_came: Instant::now(),
            generation: 0,
        }
    }

    pub fn adapter(&self) -> &str {
        &self.device.info().name
    }

    pub fn add(&mut self, block: &Arc<Block>) {
        self.fresh.push(block.clone());
        self.last_came = Instant::now();
    }

    pub fn remove(&mut self, block: &Arc<Block>) {
        self.gone.push(block.clone());
    }

    pub fn clear(&mut self) {
        *self = Self { generation: self.generation + 1, ..Self::new(self.device.clone()) };
    }

    /// The counts of the rows that are on the device, if there are any; left there if they may be.
    ///
    /// # Errors
    /// If the device fails.
    pub fn count(&self, grid: &Arc<Grid>, may_leave: bool) -> Result<Option<Cells>> {
        self.device.check()?;
        let Some(Loan { points, .. }) = &self.uploaded else { return Ok(None) };
        guarded(|| {
            let left = if may_leave { points.count_on_device(grid)? } else { None };
            left.map_or_else(|| points.count(grid).map(Cells::from), |left| Ok(left.into()))
        })
        .map(Some)
    }

    /// The rows that are not on the device.
    pub fn fresh(&self) -> &[Arc<Block>] {
        &self.fresh
    }

    /// The rows that are on the device and should not be.
    pub fn gone(&self) -> &[Arc<Block>] {
        &self.gone
    }

    /// Joins small blocks of the scene, unless they must stay as they are; says whether it did.
    pub fn tidy(&mut self, scene: &mut Scene) -> bool {
        if self.on_its_way.is_some() {
            return false;
        }
        // The fresh rows are the last ones, so long as none of them is gone. Those before them were copied, down to one that is lent.
        let all = scene.blocks().len();
        let others = all.saturating_sub(self.fresh.len());
        let are_last = scene.blocks().skip(others).map(Arc::as_ptr).eq(self.fresh.iter().map(Arc::as_ptr));
        if !are_last {
            scene.tidy(0..all);
            return true;
        }
        scene.tidy(others..all);
        self.fresh = scene.blocks().skip(others).cloned().collect();
        let lent: HashSet<*const Block> =
            self.uploaded.iter().flat_map(|loan| &loan.blocks).map(Arc::as_ptr).collect();
        let is_lent = |block: &Arc<Block>| lent.contains(&Arc::as_ptr(block));
        let copied = scene.blocks().take(others).map(is_lent).collect::<Vec<_>>();
        scene.tidy(copied.iter().rposition(|is_lent| *is_lent).map_or(0, |last| last + 1)..others);
        true
    }

    /// How long to wait before rows should be sent; `None` if none should.
    pub fn patience(&self) -> Option<Duration> {
        self.next().map(|(_, wait)| wait)
    }

    /// How rows should be sent next, and when.
    fn next(&self) -> Option<(Way, Duration)> {
        let (fresh, gone) = (count_rows(&self.fresh), count_rows(&self.gone));
        let (lent, copied) =
            self.uploaded.as_ref().map_or((0, 0), |loan| (loan.points.len() - loan.copied, loan.copied));
        let loose = fresh + gone + copied;
        let quiet = QUIET.saturating_sub(self.last_came.elapsed());
        if self.on_its_way.is_some() {
            None
        } else if loose >= FEW.max(lent / 2) {
            // In proportion to what is there: each row is sent a few times at most.
            Some((Way::Anew, Duration::ZERO))
        } else if fresh >= LENT {
            Some((Way::Behind, Duration::ZERO))
        } else if gone >= FEW {
            Some((Way::Anew, quiet))
        } else if !self.fresh.is_empty() && self.uploaded.is_some() {
            Some((Way::Behind, quiet))
        } else {
            None
        }
    }

    /// Sends what should be sent now: all rows by a thread of its own, or some fresh ones.
    ///
    /// # Errors
    /// If the system gives no thread, or the device fails.
    pub fn send(&mut self, scene: &mut Scene, shared: &Arc<Shared>) -> Result<()> {
        match self.next() {
            Some((Way::Anew, Duration::ZERO)) => self.send_anew(scene, shared),
            Some((Way::Behind, Duration::ZERO)) => self.send_behind(scene),
            _ => Ok(()),
        }
    }

    fn send_behind(&mut self, scene: &mut Scene) -> Result<()> {
        let Some(loan) = &mut self.uploaded else { return Ok(()) };
        let run = Block::runs(&self.fresh, AT_ONCE).first().map_or(0, |run| run.len());
        let sent: Vec<Arc<Block>> = self.fresh.drain(..run).collect();
        if let Some(joined) = guarded(|| loan.append(&sent))? {
            scene.adopt(&sent, &[joined]);
        }
        Ok(())
    }

    fn send_anew(&mut self, scene: &Scene, shared: &Arc<Shared>) -> Result<()> {
        let blocks: Vec<Arc<Block>> = scene.blocks().cloned().collect();
        let (device, shared, generation) = (self.device.clone(), shared.clone(), self.generation);
        let sent = blocks.clone();
        let work = move || {
            let result = guarded(|| Loan::new(&device, &sent));
            lock(&shared.orders).uploaded = Some(Uploaded { generation, result });
            shared.news.notify_one();
        };
        std::thread::Builder::new()
            .name("heatbin upload".into())
            .spawn(work)
            .map_err(|reason| Error::device(format!("cannot start a thread: {reason}")))?;
        self.on_its_way = Some(OnItsWay { fresh: self.fresh.len(), gone: self.gone.len(), blocks });
        Ok(())
    }

    /// Takes over what was sent; false if it is of rows that were forgotten since.
    ///
    /// # Errors
    /// If it failed.
    pub fn receive(&mut self, uploaded: Uploaded, scene: &mut Scene) -> Result<bool> {
        if uploaded.generation != self.generation {
            return Ok(false);
        }
        let Some(sent) = self.on_its_way.take() else { return Ok(false) };
        let loan = uploaded.result?;
        self.fresh.drain(..sent.fresh);
        self.gone.drain(..sent.gone);
        scene.adopt(&sent.blocks, &loan.blocks);
        self.uploaded = Some(loan);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::PoisonError;

    use super::*;
    use crate::binning::{Binner, CpuBinner};
    use crate::data::{Aggregate, Axis, Rect};

    fn shared() -> Arc<Shared> {
        Arc::new(Shared::new(Arc::new(|| {})))
    }

    fn block(rows: usize, seed: f64) -> Arc<Block> {
        let x: Vec<f64> = (0..rows).map(|i| (i as f64 * 0.37 + seed).sin()).collect();
        let y: Vec<f64> = (0..rows).map(|i| (i as f64 * 0.11 - seed).cos()).collect();
        let mut blocks = Block::cut(Points::new(x, y).unwrap(), None).unwrap();
        assert_eq!(blocks.len(), 1);
        Arc::new(blocks.remove(0))
    }

    fn counts<'a>(grid: &Arc<Grid>, blocks: impl Iterator<Item = &'a Arc<Block>>) -> Aggregate {
        let binner = Box::new(CpuBinner::new(grid.clone()).unwrap());
        blocks.for_each(|block| binner.add(&block.points()).unwrap());
        binner.finish().unwrap()
    }

    #[test]
    fn what_is_sent_is_counted_and_what_came_since_is_fresh() {
        let shared = shared();
        let device = Device::open(None).expect("the tests need an adapter");
        let axis = |bins| Axis::linear(-0.8, 1.0, bins).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(50), y: axis(40) }));
        let (mut scene, mut resident) = (Scene::default(), Resident::new(device));
        assert!(resident.patience().is_none() && resident.count(&grid, true).unwrap().is_none());
        for seed in 0..5 {
            let block = block(30_000, f64::from(seed));
            resident.add(&block);
            scene.push(block);
        }
        assert_eq!(resident.next(), Some((Way::Anew, Duration::ZERO)));
        resident.send(&mut scene, &shared).unwrap();
        assert!(resident.on_its_way.is_some() && resident.patience().is_none());
        let (later, before) = (block(1000, 0.5), counts(&grid, scene.blocks()));
        resident.add(&later);
        scene.push(later.clone());
        let old = scene.blocks().next().unwrap().clone();
        resident.remove(&old);
        receive(&mut resident, &mut scene, &shared);
        for may_leave in [true, false] {
            let cells = resident.count(&grid, may_leave).unwrap().unwrap();
            assert_eq!(cells.there().is_none(), may_leave);
            assert!(*cells.read().unwrap() == before);
        }
        assert!(Arc::ptr_eq(&resident.fresh()[0], &later) && resident.fresh().len() == 1);
        assert!(Arc::ptr_eq(&resident.gone()[0], &old) && resident.gone().len() == 1);
        // The rows are the same in larger blocks.
        assert_eq!(scene.blocks().len(), 2);
        let mut all = before;
        all.merge(&counts(&grid, [&later].into_iter()));
        assert!(counts(&grid, scene.blocks()) == all);
    }

    /// Takes over what is on its way.
    fn receive(resident: &mut Resident, scene: &mut Scene, shared: &Shared) {
        let orders = lock(&shared.orders);
        let waited = shared.news.wait_while(orders, |orders| orders.uploaded.is_none());
        let uploaded = waited.unwrap_or_else(PoisonError::into_inner).uploaded.take().unwrap();
        assert!(resident.receive(uploaded, scene).unwrap());
    }

    #[test]
    fn rows_that_come_later_are_sent_behind_the_others() {
        let shared = shared();
        let axis = |bins| Axis::linear(-0.8, 1.0, bins).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(50), y: axis(40) }));
        let mut scene = Scene::default();
        let mut resident = Resident::new(Device::open(None).expect("the tests need an adapter"));
        let mut seed = 0.0;
        let mut push = |resident: &mut Resident, scene: &mut Scene, rows| {
            seed += 1.0;
            let block = block(rows, seed);
            resident.add(&block);
            scene.push(block);
        };
        (0..20).for_each(|_| push(&mut resident, &mut scene, 60_000));
        resident.send(&mut scene, &shared).unwrap();
        // The last rows of a file, after all others were sent.
        push(&mut resident, &mut scene, 900);
        receive(&mut resident, &mut scene, &shared);
        let (way, wait) = resident.next().unwrap();
        assert!(way == Way::Behind && wait > Duration::ZERO, "they may not be the last");
        let settle = |resident: &mut Resident, scene: &mut Scene| {
            resident.last_came = Instant::now().checked_sub(QUIET).unwrap();
            assert_eq!(resident.next(), Some((Way::Behind, Duration::ZERO)));
            resident.send(scene, &shared).unwrap();
            assert!(resident.fresh.is_empty() && resident.next().is_none());
            let cells = resident.count(&grid, true).unwrap().unwrap();
            assert!(*cells.read().unwrap() == counts(&grid, scene.blocks()));
        };
        settle(&mut resident, &mut scene);
        assert_eq!((scene.blocks().len(), resident.uploaded.as_ref().unwrap().copied), (3, 900));
        // Many are sent while more come, and lie in the scene as they were sent, between the blocks before and behind them. Small ones,
        // joined meanwhile, are the same.
        for nth in 0..200 {
            push(&mut resident, &mut scene, 2_000);
            assert!(nth % 50 < 49 || resident.tidy(&mut scene));
        }
        assert!(resident.fresh.len() < 100 && scene.blocks().len() == 3 + resident.fresh.len());
        assert_eq!(resident.next(), Some((Way::Behind, Duration::ZERO)));
        let old = scene.blocks().next().unwrap().clone();
        resident.send(&mut scene, &shared).unwrap();
        assert!(resident.fresh.is_empty() && scene.blocks().len() == 4);
        assert!(Arc::ptr_eq(scene.blocks().next().unwrap(), &old));
        // Rows that trickle in are copied one by one, and their blocks are joined all the same.
        for _ in 0..40 {
            push(&mut resident, &mut scene, 10);
            settle(&mut resident, &mut scene);
        }
        assert!(scene.blocks().len() == 44 && resident.tidy(&mut scene));
        assert!(scene.blocks().len() < 10, "{}", scene.blocks().len());
        assert!(Arc::ptr_eq(scene.blocks().next().unwrap(), &old));
        assert_eq!(count_rows(&resident.uploaded.as_ref().unwrap().blocks), 1_600_000);
        // Once as many were copied as half of the others, all are sent anew.
        for _ in 0..20 {
            push(&mut resident, &mut scene, 50_000);
            resident.last_came = Instant::now().checked_sub(QUIET).unwrap();
            if resident.next() != Some((Way::Behind, Duration::ZERO)) {
                break;
            }
            resident.send(&mut scene, &shared).unwrap();
        }
        assert_eq!(resident.next(), Some((Way::Anew, Duration::ZERO)));
        resident.send(&mut scene, &shared).unwrap();
        receive(&mut resident, &mut scene, &shared);
        assert_eq!((resident.uploaded.as_ref().unwrap().copied, resident.next()), (0, None));
        let cells = resident.count(&grid, true).unwrap().unwrap();
        assert!(*cells.read().unwrap() == counts(&grid, scene.blocks()));
    }

    #[test]
    fn rows_that_are_gone_are_fresh_no_less() {
        let shared = shared();
        let mut scene = Scene::default();
        let mut resident = Resident::new(Device::open(None).expect("the tests need an adapter"));
        for seed in 0..80 {
            let block = block(500, f64::from(seed));
            resident.add(&block);
            scene.push(block);
        }
        // Half of the fresh ones: the others are joined, and nothing is forgotten.
        scene.keep(Some(crate::window::scene::Last::Rows(20_000)));
        scene.let_go().iter().for_each(|block| resident.remove(block));
        assert!(resident.tidy(&mut scene));
        assert_eq!((count_rows(&resident.fresh), count_rows(&resident.gone)), (40_000, 20_000));
        assert!(scene.blocks().len() < 40 && scene.totals().rows == 20_000);
        resident.send_anew(&scene, &shared).unwrap();
        assert!(!resident.tidy(&mut scene), "blocks on their way stay as they are");
        receive(&mut resident, &mut scene, &shared);
        assert!(resident.fresh.is_empty() && resident.gone.is_empty());
    }

    #[test]
    fn a_panic_on_the_way_is_an_error() {
        assert!(guarded(|| Ok(7)).is_ok_and(|seven| seven == 7));
        let error = guarded(|| -> Result<()> { panic!("a driver's") }).unwrap_err();
        assert_eq!(error.kind(), crate::error::ErrorKind::Device);
    }

    #[test]
    fn rows_that_were_forgotten_do_not_come_back() {
        let shared = shared();
        let (mut scene, mut resident) = (Scene::default(), Resident::new(Device::open(None).unwrap()));
        let block = block(60_000, 1.0);
        resident.add(&block);
        scene.push(block);
        assert!(resident.patience().is_none(), "so few rows are not sent");
        resident.send_anew(&scene, &shared).unwrap();
        resident.clear();
        let orders = lock(&shared.orders);
        let waited = shared.news.wait_while(orders, |orders| orders.uploaded.is_none());
        let uploaded = waited.unwrap_or_else(PoisonError::into_inner).uploaded.take().unwrap();
        assert!(!resident.receive(uploaded, &mut scene).unwrap());
        assert!(resident.uploaded.is_none());
    }
}
