//! Counting all rows into the cells of one view, a slice of time at a time.
//!
//! The rows of a view are a sum: those that arrive are added to it, and those that are let go are counted once more and taken off,
//! so that neither costs the time of all others again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::binning::{Binner, CpuBinner, ReduceBinner};
use crate::data::{Aggregate, Bounds, Grid, Points, Reduction, Tally, Values};
use crate::error::Result;
use crate::window::scene::{Block, scattered};
use crate::window::{Region, Request, Shape};

/// One view, counted or on the way.
pub struct Pass {
    view: View,
    grid: Arc<Grid>,
    counter: Counter,
    /// Rows that a device has counted.
    base: Option<Aggregate>,
    /// Rows of blocks that no cell can hold.
    outside: Tally,
    /// Those before `next` are counted.
    todo: Vec<Arc<Block>>,
    next: usize,
    gone: Gone,
    /// Rows in all blocks, and in those that were counted.
    rows: u64,
    counted: u64,
}

/// What takes the rows: their number alone, or their weights.
enum Counter {
    Count(Box<CpuBinner>),
    Reduce(Box<ReduceBinner>),
}

impl Counter {
    fn new(grid: Arc<Grid>, weighing: Option<Reduction>) -> Result<Self> {
        Ok(match weighing {
            None => Self::Count(Box::new(CpuBinner::new(grid)?)),
            Some(reduction) => Self::Reduce(Box::new(ReduceBinner::new(grid, reduction)?)),
        })
    }

    fn add(&self, points: &Points<'_>) -> Result<()> {
        match self {
            Self::Count(binner) => binner.add(points),
            Self::Reduce(binner) => binner.add(points),
        }
    }

    fn snapshot(&mut self) -> Aggregate {
        match self {
            Self::Count(binner) => binner.snapshot(),
            Self::Reduce(binner) => binner.snapshot(),
        }
    }
}

/// The rows that were let go since the pass began.
#[derive(Default)]
struct Gone {
    blocks: Vec<Arc<Block>>,
    counter: Option<Counter>,
}

/// What decides where the cells are.
#[derive(Clone, Debug, PartialEq)]
struct View {
    region: Region,
    shape: Shape,
    cells: (usize, usize),
    weighing: Option<Reduction>,
    scales: (crate::data::Scale, crate::data::Scale),
}

impl View {
    fn of(request: &Request) -> Self {
        let (shape, scales) = (request.look.shape, request.look.scales);
        Self {
            region: request.region,
            shape,
            cells: request.cells(),
            weighing: request.look.weighing(),
            scales,
        }
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
    /// A pass over `blocks`, none of which is counted yet, and the rows of `base`, which are.
    ///
    /// # Errors
    /// If the cells that are asked for cannot be made.
    pub fn new<'a>(
        request: &Request,
        grid: Arc<Grid>,
        base: Option<Aggregate>,
        blocks: impl Iterator<Item = &'a Arc<Block>>,
    ) -> Result<Self> {
        let rows = base.as_ref().map_or(0, |base| base.tally.rows);
        let mut pass = Self {
            view: View::of(request),
            counter: Counter::new(grid.clone(), request.look.weighing())?,
            grid,
            base,
            outside: Tally::default(),
            todo: Vec::new(),
            next: 0,
            gone: Gone::default(),
            rows,
            counted: rows,
        };
        let blocks: Vec<&Arc<Block>> = blocks.collect();
        scattered(blocks.len()).into_iter().for_each(|nth| pass.add(blocks[nth]));
        Ok(pass)
    }

    /// Whether its cells are those of a request.
    pub fn answers(&self, request: &Request) -> bool {
        self.view == View::of(request)
    }

    /// Takes rows in, to be counted after the others.
    pub fn add(&mut self, block: &Arc<Block>) {
        let rows = block.len() as u64 + block.missing();
        self.rows += rows;
        if misses(&self.grid, block.bounds()) {
            self.counted += rows;
            self.outside +=
                Tally { rows, outside: block.len() as u64, missing: block.missing(), ..Tally::default() };
        } else {
            self.todo.push(block.clone());
        }
    }

    /// Whether rows can be taken off: of counts alone.
    pub fn can_remove(&self) -> bool {
        matches!(self.counter, Counter::Count(_))
    }

    /// Takes rows off that were added before.
    ///
    /// # Panics
    /// When they are counted, if no rows can be taken off.
    pub fn remove(&mut self, block: Arc<Block>) {
        self.gone.blocks.push(block);
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
        let start = Instant::now();
        let blocks = &self.todo[self.next..];
        let done = count_until(&self.counter, blocks, |done| {
            let spent = start.elapsed();
            let expected = spent.mul_f64(blocks.len() as f64 / done.max(1) as f64);
            stop() || (spent >= budget.slice && (expected > budget.to_finish || spent >= budget.to_finish))
        })?;
        self.counted += blocks[..done].iter().map(|block| block.len() as u64 + block.missing()).sum::<u64>();
        self.next += done;
        if self.next < self.todo.len() {
            return Ok(());
        }
        self.todo.clear();
        self.next = 0;
        // Only now: what is taken off must have been added.
        self.gone.count(&self.grid)
    }

    /// The rows counted so far.
    pub fn aggregate(&mut self) -> Aggregate {
        let is_whole = self.is_whole();
        let mut aggregate = self.counter.snapshot();
        aggregate.tally += self.outside;
        if let Some(base) = &self.base {
            aggregate.merge(base);
        }
        // Before the pass is whole, rows are taken off that are not counted yet.
        if let (Some(gone), true) = (&mut self.gone.counter, is_whole) {
            take_off(&mut aggregate, &gone.snapshot());
        }
        aggregate
    }
}

impl Gone {
    fn count(&mut self, grid: &Arc<Grid>) -> Result<()> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let counter = match self.counter.take() {
            Some(counter) => counter,
            None => Counter::new(grid.clone(), None)?,
        };
        count_until(&counter, &self.blocks, |_| false)?;
        self.blocks.clear();
        self.counter = Some(counter);
        Ok(())
    }
}

/// Counts blocks, in their order, on all cores until `over`, which hears how many were begun; says how many were counted.
fn count_until(
    counter: &Counter,
    blocks: &[Arc<Block>],
    over: impl Fn(usize) -> bool + Sync,
) -> Result<usize> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results = rayon::broadcast(|_| {
        while !over(done.load(Relaxed)) {
            // What was taken is counted, so that the counted ones are the first of all.
            let nth = next.fetch_add(1, Relaxed);
            let Some(block) = blocks.get(nth) else { break };
            counter.add(&block.points())?;
            done.fetch_add(1, Relaxed);
        }
        Ok(())
    });
    results.into_iter().collect::<Result<()>>()?;
    Ok(done.into_inner())
}

fn take_off(aggregate: &mut Aggregate, gone: &Aggregate) {
    let (Values::Counts(counts), Values::Counts(gone_counts)) = (&mut aggregate.values, &gone.values) else {
        unreachable!("rows are taken off counts alone")
    };
    counts.iter_mut().zip(gone_counts).for_each(|(count, gone)| *count -= gone);
    let (tally, gone) = (&mut aggregate.tally, gone.tally);
    tally.rows -= gone.rows;
    tally.binned -= gone.binned;
    tally.outside -= gone.outside;
    tally.missing -= gone.missing;
}

/// Whether no cell of a grid can hold a point of these bounds.
fn misses(grid: &Grid, bounds: Bounds) -> bool {
    let apart = |(low, high): (f64, f64), (first, last): (f64, f64)| high < first || last < low;
    match grid {
        _ if bounds.is_empty() => true,
        Grid::Rect(rect) => apart(bounds.x, rect.x.range()) || apart(bounds.y, rect.y.range()),
        // A hexagon reaches no farther than a cell beyond the lattices; what has no logarithm is in none.
        Grid::Hex(hex) => {
            let beyond = |axis: &crate::data::HexAxis, (low, high): (f64, f64)| {
                let (low, high) = (axis.position(low), axis.position(high));
                high.is_nan() || high < -1.0 || low > axis.cells as f64 + 1.0
            };
            beyond(&hex.x, bounds.x) || beyond(&hex.y, bounds.y)
        }
    }
}

#[cfg(test)]
mod tests;
