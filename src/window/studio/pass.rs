//! Counting all rows into the cells of one view, a slice of time at a time.
//!
//! The rows of a view are a sum: those that arrive are added to it, and those that are let go are counted once more and taken off,
//! so that neither costs the time of all others again.

mod counter;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::data::{Grid, Tally};
use crate::error::{Error, Result};
use crate::window::look::Counted;
use crate::window::scene::{Block, scattered};
use crate::window::{Cells, LeftCounts, Region, Request, Shape};
use counter::{Counter, Way};

/// One view, counted or on the way.
pub struct Pass {
    view: View,
    grid: Arc<Grid>,
    counter: Counter,
    /// Rows that a device has counted.
    base: Option<Cells>,
    /// Rows of blocks that no cell can hold.
    outside: Tally,
    /// Those before `next` are counted.
    todo: Vec<Arc<Block>>,
    next: usize,
    gone: Gone,
    /// Rows in all blocks, and in those that were counted.
    rows: u64,
    counted: u64,
    /// What is wrong with the rows that were added.
    wrong: Option<Error>,
}

/// The rows that were let go since the pass began.
#[derive(Default)]
struct Gone {
    blocks: Vec<Arc<Block>>,
    counter: Option<Counter>,
    /// Those that are not counted.
    left_out: Tally,
}

/// What decides where the cells are.
#[derive(Clone, Debug, PartialEq)]
struct View {
    region: Region,
    shape: Shape,
    cells: (usize, usize),
    way: Way,
    scales: (crate::data::Scale, crate::data::Scale),
}

impl View {
    fn of(request: &Request, span: (f64, f64)) -> Result<Self> {
        let (shape, scales) = (request.look.shape, request.look.scales);
        let way = Way::of(&request.look, span)?;
        Ok(Self { region: request.region, shape, cells: request.cells(), way, scales })
    }
}

/// How long to go on.
#[derive(Clone, Copy)]
pub struct Budget {
    /// The slice of time.
    pub slice: Duration,
    /// It may become this long if that finishes the pass.
    pub to_finish: Duration,
}

impl Pass {
    /// A pass over `blocks`, none of which is counted yet, and the rows of `base`, which are. `span` is that of the numbers that are
    /// categories.
    ///
    /// # Errors
    /// If the cells that are asked for cannot be made.
    pub fn new<'a>(
        request: &Request,
        grid: Arc<Grid>,
        span: (f64, f64),
        base: Option<Cells>,
        blocks: impl Iterator<Item = &'a Arc<Block>>,
    ) -> Result<Self> {
        let rows = base.as_ref().map_or(0, Cells::rows);
        let view = View::of(request, span)?;
        let mut pass = Self {
            counter: Counter::new(grid.clone(), &view.way)?,
            view,
            grid,
            base,
            outside: Tally::default(),
            todo: Vec::new(),
            next: 0,
            gone: Gone::default(),
            rows,
            counted: rows,
            wrong: None,
        };
        let blocks: Vec<&Arc<Block>> = blocks.collect();
        scattered(blocks.len()).into_iter().for_each(|nth| pass.add(blocks[nth]));
        Ok(pass)
    }

    /// Whether its cells are those of a request, and its bins those of categories that span so much.
    pub fn answers(&self, request: &Request, span: (f64, f64)) -> bool {
        View::of(request, span).is_ok_and(|view| view == self.view)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Takes rows in, to be counted after the others.
    pub fn add(&mut self, block: &Arc<Block>) {
        let rows = block.len() as u64 + block.missing();
        self.rows += rows;
        // Also those that are out of view: the legend names them all, and none changes its colour when it comes into view.
        if let Err(error) = self.counter.know(block) {
            self.wrong.get_or_insert(error);
        }
        match self.left_out(block) {
            Some(tally) => {
                self.counted += rows;
                self.outside += tally;
            }
            None => self.todo.push(block.clone()),
        }
    }

    /// Where the rows of a block go, if none of them can be in a cell.
    fn left_out(&self, block: &Block) -> Option<Tally> {
        let is_left_out = self.counter.lacks(block) || self.grid.misses(block.bounds());
        is_left_out.then(|| self.counter.account(block))
    }

    /// Whether rows can be taken off: of counts alone.
    pub fn can_remove(&self) -> bool {
        self.counter.can_remove()
    }

    /// Takes rows off that were added before.
    ///
    /// # Panics
    /// When they are counted, if no rows can be taken off.
    pub fn remove(&mut self, block: Arc<Block>) {
        match self.left_out(&block) {
            Some(tally) => self.gone.left_out += tally,
            None => self.gone.blocks.push(block),
        }
    }

    /// Whether every row is counted.
    pub fn is_whole(&self) -> bool {
        self.next == self.todo.len() && self.gone.blocks.is_empty()
    }

    /// The share of the rows that is counted; 1 only if all are.
    pub fn share(&self) -> f32 {
        if self.is_whole() {
            return 1.0;
        }
        // A pass that is one block short is not whole, whatever rounding says.
        (self.counted as f64 / self.rows.max(1) as f64).min(0.999) as f32
    }

    /// Goes on counting until all is counted, the time is over, or `stop` says so. All cores of the pool it runs in take part.
    ///
    /// # Errors
    /// If counting fails.
    pub fn go_on(&mut self, budget: Budget, stop: &(dyn Fn() -> bool + Sync)) -> Result<()> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        let start = Instant::now();
        let blocks = &self.todo[self.next..];
        let (done, outside) = count_until(&self.counter, &self.grid, blocks, |done| {
            let spent = start.elapsed();
            let expected = spent.mul_f64(blocks.len() as f64 / done.max(1) as f64);
            stop() || (spent >= budget.slice && (expected > budget.to_finish || spent >= budget.to_finish))
        })?;
        self.outside += outside;
        self.counted += blocks[..done].iter().map(|block| block.len() as u64 + block.missing()).sum::<u64>();
        self.next += done;
        if self.next < self.todo.len() {
            return Ok(());
        }
        self.todo.clear();
        self.next = 0;
        // Only now: what is taken off must have been added.
        self.gone.count(&self.grid, &self.view.way)
    }

    /// The counts that a device has left where they are, if they are those of all rows.
    pub fn left(&self) -> Option<&Arc<LeftCounts>> {
        let is_gone = |gone: &Gone| {
            gone.counter.is_some() || !gone.blocks.is_empty() || gone.left_out != Tally::default()
        };
        match &self.base {
            Some(Cells::Device(left)) if self.rows == left.counts().rows() && !is_gone(&self.gone) => {
                Some(left)
            }
            _ => None,
        }
    }

    /// Whether there are counts that only a device has.
    pub fn needs_device(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.there().is_none())
    }

    /// What there is of the rows counted so far, and of those of each category if rows are told apart.
    ///
    /// # Errors
    /// As counting.
    pub fn counted(&mut self) -> Result<Counted> {
        let is_whole = self.is_whole();
        let mut counted = self.counter.snapshot()?;
        counted.0.tally += self.outside;
        if let Some(base) = &self.base {
            counted.0.merge(&*base.read()?);
        }
        // Before the pass is whole, rows are taken off that are not counted yet.
        if is_whole {
            counter::take_tally_off(&mut counted.0.tally, self.gone.left_out);
            if let Some(gone) = &mut self.gone.counter {
                counter::take_off(&mut counted, &gone.snapshot()?);
            }
        }
        Ok(counted)
    }
}

impl Gone {
    fn count(&mut self, grid: &Arc<Grid>, way: &Way) -> Result<()> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let counter = match self.counter.take() {
            Some(counter) => counter,
            None => Counter::new(grid.clone(), way)?,
        };
        self.left_out += count_until(&counter, grid, &self.blocks, |_| false)?.1;
        self.blocks.clear();
        self.counter = Some(counter);
        Ok(())
    }
}

/// Counts blocks, in their order, on all cores until `over`, which hears how many were begun; says how many were counted, and where
/// their rows went that were not even looked at.
fn count_until(
    counter: &Counter,
    grid: &Grid,
    blocks: &[Arc<Block>],
    over: impl Fn(usize) -> bool + Sync,
) -> Result<(usize, Tally)> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results = rayon::broadcast(|_| {
        let mut left_out = Tally::default();
        while !over(done.load(Relaxed)) {
            // What was taken is counted, so that the counted ones are the first of all.
            let nth = next.fetch_add(1, Relaxed);
            let Some(block) = blocks.get(nth) else { break };
            left_out += counter.add(block, grid)?;
            done.fetch_add(1, Relaxed);
        }
        Ok(left_out)
    });
    let mut left_out = Tally::default();
    results.into_iter().try_for_each(|result| result.map(|tally| left_out += tally))?;
    Ok((done.into_inner(), left_out))
}

#[cfg(test)]
mod tests;
