//! Where the rows of a plot come from: columns in memory, or a source (see `reading`).

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::backend::Engine;
use super::watch::{Stage, Watch, go_on};
use crate::binning::{Binner, CategoryBinner};
use crate::data::{Aggregate, Bounds, Category, Column, Cut, Floats, Grid, Layers, Points, Reduction, Scale};
use crate::error::Result;
#[cfg(feature = "files")]
use crate::source::{Selection, Source};

/// Rows of a block in memory on the CPU: two columns of f64 fill 64 KiB, which the nearest caches hold.
const CPU_ROWS: usize = 1 << 12;

/// Rows of a block that is split by categories: each part should still be worth a call.
const SPLIT_ROWS: usize = 1 << 16;

/// Rows of a block in memory on a GPU: enough to fill it.
#[cfg(feature = "gpu")]
const GPU_ROWS: usize = 1 << 20;

/// Columns in memory.
#[derive(Clone)]
pub(super) struct Columns<'a> {
    pub x: Column<'a>,
    pub y: Column<'a>,
    pub weights: Option<Column<'a>>,
    pub category: Option<Category<'a>>,
}

impl<'a> Columns<'a> {
    fn points(&self, rows: Range<usize>) -> Result<Points<'_>> {
        let weights = self.weights.as_ref().map(|weights| weights.slice(rows.clone()));
        let category = self.category.as_ref().map(|category| category.slice(rows.clone()));
        Points::of_rows(self.x.slice(rows.clone()), self.y.slice(rows), weights, category)
    }

    /// Whether all have as many rows.
    fn check(&self) -> Result<()> {
        let others = [self.weights.as_ref().map(Column::len), self.category.as_ref().map(Category::len)];
        if self.y.len() != self.x.len() || others.iter().flatten().any(|&length| length != self.x.len()) {
            // Points say so; the lengths of their blocks would not.
            Points::of_rows(self.x.clone(), self.y.clone(), self.weights.clone(), self.category.clone())?;
        }
        Ok(())
    }
}

/// The rows of a plot.
#[derive(Clone)]
pub(super) enum Rows<'a> {
    Columns(Columns<'a>),
    #[cfg(feature = "files")]
    Source(&'a dyn Source, Selection),
}

impl Rows<'_> {
    /// Whether each row has a weight.
    pub fn are_weighted(&self) -> bool {
        match self {
            Self::Columns(columns) => columns.weights.is_some(),
            #[cfg(feature = "files")]
            Self::Source(_, selection) => selection.weights.is_some(),
        }
    }

    /// Whether each row has a category.
    pub fn are_categorized(&self) -> bool {
        match self {
            Self::Columns(columns) => columns.category.is_some(),
            #[cfg(feature = "files")]
            Self::Source(_, selection) => selection.category.is_some(),
        }
    }
}

/// A grid over what points span.
pub(super) type GridOver<'a> = dyn Fn(Bounds) -> Result<Grid> + Sync + 'a;

/// What is to be done with the rows.
pub(super) struct Job<'a> {
    /// The grid over some bounds.
    pub grid: &'a GridOver<'a>,
    /// Whether the grid depends on the bounds.
    pub needs_bounds: bool,
    /// The grid over all the data, if rows are counted in it too, as the colours are to be fitted to it.
    pub whole: Option<&'a GridOver<'a>>,
    /// The scales of x and of y.
    pub scales: (Scale, Scale),
    pub engine: &'a Engine,
    /// What is made of the weights; `None` if rows are counted.
    pub weighing: Option<Reduction>,
    /// How rows get their categories; `None` if they have none.
    pub cut: Option<&'a Cut>,
    pub watch: &'a dyn Watch,
}

/// What rows are put into, and what comes out of it.
pub(super) struct Counter {
    drawn: Cells,
    whole: Option<Cells>,
}

/// What rows of one grid are put into.
enum Cells {
    Plain(Box<dyn Binner>),
    Split(Box<CategoryBinner>),
}

/// The cells, and those of each category.
pub(super) type Made = (Aggregate, Option<Layers>);

/// What is drawn, and what its colours are fitted to if that is something else.
pub(super) struct Counted {
    pub drawn: Made,
    pub whole: Option<Made>,
}

/// What the points span: x and y, and the numbers that are cut into bins.
#[derive(Clone, Copy)]
pub(super) struct Spans {
    pub bounds: Bounds,
    /// The smallest x and y above 0, where that is asked for.
    pub positive: (f64, f64),
    pub category: (f64, f64),
}

impl Spans {
    pub const EMPTY: Self = Self {
        bounds: Bounds::EMPTY,
        positive: (f64::INFINITY, f64::INFINITY),
        category: (f64::INFINITY, f64::NEG_INFINITY),
    };

    pub fn union(self, other: Self) -> Self {
        let (mine, theirs) = (self.category, other.category);
        let category = (mine.0.min(theirs.0), mine.1.max(theirs.1));
        let (mine, theirs) = (self.positive, other.positive);
        let positive = (mine.0.min(theirs.0), mine.1.min(theirs.1));
        Self { bounds: self.bounds.union(other.bounds), positive, category }
    }
}

impl Job<'_> {
    /// Whether points must be seen before they can be counted.
    pub fn needs_spans(&self) -> bool {
        self.needs_bounds || self.whole.is_some() || self.needs_category_span()
    }

    /// Whether grids can be laid over what points span, as far as it is known.
    #[cfg(feature = "files")]
    pub fn takes(&self, spans: Spans) -> bool {
        (self.grid)(spans.bounds).is_ok() && self.whole_grid(spans).is_none_or(|grid| grid.is_ok())
    }

    fn whole_grid(&self, spans: Spans) -> Option<Result<Grid>> {
        self.whole.map(|grid| grid(spans.bounds.on(self.scales, spans.positive)))
    }

    /// Whether bins lie over all numbers.
    pub fn needs_category_span(&self) -> bool {
        matches!(self.cut, Some(Cut::Bins(_)))
    }

    pub fn spans(&self, points: &Points<'_>) -> Spans {
        let category = points.category().filter(|_| self.needs_category_span());
        let category = category.map_or(Spans::EMPTY.category, Category::span);
        let bounds = points.bounds();
        // Only a log axis over all the data asks for it, and only of data that go below 0.
        let positive = |scale: Scale, (low, _): (f64, f64), column: &Floats<'_>| match scale {
            Scale::Log if self.whole.is_some() && low <= 0.0 => (0..column.len())
                .map(|row| column.get(row))
                .filter(|v| *v > 0.0)
                .fold(f64::INFINITY, f64::min),
            _ if low > 0.0 => low,
            _ => f64::INFINITY,
        };
        let positive =
            (positive(self.scales.0, bounds.x, points.x()), positive(self.scales.1, bounds.y, points.y()));
        Spans { bounds, positive, category }
    }

    /// Where the points go that span so much.
    pub fn counter(&self, spans: Spans) -> Result<Counter> {
        let drawn = self.cells((self.grid)(spans.bounds)?, spans)?;
        let whole = self.whole_grid(spans).map(|grid| self.cells(grid?, spans)).transpose()?;
        Ok(Counter { drawn, whole })
    }

    fn cells(&self, grid: Grid, spans: Spans) -> Result<Cells> {
        let grid = Arc::new(grid);
        let Some(cut) = self.cut else {
            return Ok(Cells::Plain(self.engine.binner(grid, self.weighing)?));
        };
        let bins = cut.axis(spans.category)?;
        Ok(Cells::Split(Box::new(match self.weighing {
            None => CategoryBinner::new(grid, bins)?,
            Some(reduction) => CategoryBinner::reducing(grid, bins, reduction)?,
        })))
    }
}

impl Counter {
    pub fn add(&self, points: &Points<'_>) -> Result<()> {
        self.drawn.add(points)?;
        self.whole.as_ref().map_or(Ok(()), |whole| whole.add(points))
    }

    pub fn finish(self) -> Result<Counted> {
        Ok(Counted { drawn: self.drawn.finish()?, whole: self.whole.map(Cells::finish).transpose()? })
    }
}

impl Cells {
    fn add(&self, points: &Points<'_>) -> Result<()> {
        match self {
            Self::Plain(binner) => binner.add(points),
            Self::Split(binner) => binner.add(points),
        }
    }

    fn finish(self) -> Result<Made> {
        match self {
            Self::Plain(binner) => Ok((binner.finish()?, None)),
            Self::Split(binner) => binner.finish().map(|(total, layers)| (total, Some(layers))),
        }
    }
}

impl Rows<'_> {
    /// The counts, and the time that counting took.
    pub fn count(&self, job: &Job<'_>) -> Result<(Counted, Duration)> {
        match self {
            Self::Columns(columns) => count_columns(columns, job),
            #[cfg(feature = "files")]
            Self::Source(source, selection) => super::reading::count_source(*source, selection, job),
        }
    }
}

fn count_columns(columns: &Columns<'_>, job: &Job<'_>) -> Result<(Counted, Duration)> {
    columns.check()?;
    let rows = match job.engine {
        Engine::Cpu if job.cut.is_some() => SPLIT_ROWS,
        Engine::Cpu => CPU_ROWS,
        #[cfg(feature = "gpu")]
        Engine::Gpu(_) => GPU_ROWS,
    };
    let all = columns.x.len();
    let blocks = all.div_ceil(rows);
    let block = |nth: usize| {
        let rows = nth * rows..((nth + 1) * rows).min(all);
        let start = rows.start;
        columns.points(rows).map(|points| points.at(start as u128))
    };
    if job.needs_spans() {
        let blocks: Vec<Points<'_>> = (0..blocks).into_par_iter().map(block).collect::<Result<_>>()?;
        return count_blocks(&blocks, job);
    }
    // Looked over and counted while it is in the cache: memory is read once.
    let start = Instant::now();
    let counter = job.counter(Spans::EMPTY)?;
    count_each(blocks, job, |nth| counter.add(&block(nth)?))?;
    Ok((counter.finish()?, start.elapsed()))
}

/// Counts blocks in the grid over all they span.
pub(super) fn count_blocks(blocks: &[Points<'_>], job: &Job<'_>) -> Result<(Counted, Duration)> {
    let start = Instant::now();
    let spans = blocks.iter().map(|block| job.spans(block)).fold(Spans::EMPTY, Spans::union);
    let counter = job.counter(spans)?;
    count_each(blocks.len(), job, |nth| counter.add(&blocks[nth]))?;
    Ok((counter.finish()?, start.elapsed()))
}

/// Does the work of each block on all cores, and tells of progress.
fn count_each(blocks: usize, job: &Job<'_>, count: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
    let done = AtomicUsize::new(0);
    (0..blocks).into_par_iter().try_for_each(|nth| {
        go_on(job.watch)?;
        count(nth)?;
        job.watch.progress(Stage::Bin, (done.fetch_add(1, Relaxed) + 1) as f64 / blocks as f64);
        Ok(())
    })
}
