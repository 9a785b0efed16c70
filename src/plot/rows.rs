//! Where the rows of a plot come from: columns in memory, or a source (see `reading`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::backend::Engine;
use super::watch::{Stage, Watch, go_on};
use crate::data::{Aggregate, Bounds, Column, Grid, Points, Reduction};
use crate::error::Result;
#[cfg(feature = "files")]
use crate::source::{Selection, Source};

/// Rows of a block in memory on the CPU: two columns of f64 fill 64 KiB, which the nearest caches hold.
const CPU_ROWS: usize = 1 << 12;

/// Rows of a block in memory on a GPU: enough to fill it.
const GPU_ROWS: usize = 1 << 20;

/// The rows of a plot.
#[derive(Clone)]
pub(super) enum Rows<'a> {
    /// x, y and perhaps weights.
    Columns(Column<'a>, Column<'a>, Option<Column<'a>>),
    #[cfg(feature = "files")]
    Source(&'a dyn Source, Selection),
}

impl Rows<'_> {
    /// Whether each row has a weight.
    pub fn are_weighted(&self) -> bool {
        match self {
            Self::Columns(_, _, weights) => weights.is_some(),
            #[cfg(feature = "files")]
            Self::Source(_, selection) => selection.weights.is_some(),
        }
    }
}

/// What is to be done with the rows.
pub(super) struct Job<'a> {
    /// The grid over some bounds.
    pub grid: &'a (dyn Fn(Bounds) -> Result<Grid> + Sync),
    /// Whether the grid depends on the bounds.
    pub needs_bounds: bool,
    pub engine: &'a Engine,
    /// What is made of the weights; `None` if rows are counted.
    pub weighing: Option<Reduction>,
    pub watch: &'a dyn Watch,
}

impl Rows<'_> {
    /// The counts, and the time that counting took.
    pub fn count(&self, job: &Job<'_>) -> Result<(Aggregate, Duration)> {
        match self {
            Self::Columns(x, y, weights) => count_columns(x, y, weights.as_ref(), job),
            #[cfg(feature = "files")]
            Self::Source(source, selection) => super::reading::count_source(*source, selection, job),
        }
    }
}

fn count_columns(
    x: &Column<'_>,
    y: &Column<'_>,
    weights: Option<&Column<'_>>,
    job: &Job<'_>,
) -> Result<(Aggregate, Duration)> {
    if x.len() != y.len() || weights.is_some_and(|weights| weights.len() != x.len()) {
        // Points say so; the lengths of their blocks would not.
        Points::of_columns(x.clone(), y.clone(), weights.cloned())?;
    }
    let rows = if matches!(job.engine, Engine::Cpu) { CPU_ROWS } else { GPU_ROWS };
    let blocks = x.len().div_ceil(rows);
    let block = |nth: usize| {
        let rows = nth * rows..((nth + 1) * rows).min(x.len());
        let weights = weights.map(|weights| weights.slice(rows.clone()));
        let points = Points::of_columns(x.slice(rows.clone()), y.slice(rows.clone()), weights)?;
        Ok(points.at(rows.start as u128))
    };
    if job.needs_bounds {
        let blocks: Vec<Points<'_>> = (0..blocks).into_par_iter().map(block).collect::<Result<_>>()?;
        return count_blocks(&blocks, job);
    }
    // Looked over and counted while it is in the cache: memory is read once.
    let start = Instant::now();
    let binner = job.engine.binner(Arc::new((job.grid)(Bounds::EMPTY)?), job.weighing)?;
    count_each(blocks, job, |nth| binner.add(&block(nth)?))?;
    Ok((binner.finish()?, start.elapsed()))
}

/// Counts blocks whose bounds are known.
pub(super) fn count_blocks(blocks: &[Points<'_>], job: &Job<'_>) -> Result<(Aggregate, Duration)> {
    let start = Instant::now();
    let bounds = blocks.iter().map(Points::bounds).fold(Bounds::EMPTY, Bounds::union);
    let binner = job.engine.binner(Arc::new((job.grid)(bounds)?), job.weighing)?;
    count_each(blocks.len(), job, |nth| binner.add(&blocks[nth]))?;
    Ok((binner.finish()?, start.elapsed()))
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
