//! Where the rows of a plot come from: columns in memory, or a source (see `reading`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::backend::Engine;
use super::watch::{Stage, Watch, go_on};
use crate::data::{Aggregate, Bounds, Column, Grid, Points};
use crate::error::Result;
#[cfg(feature = "files")]
use crate::source::{Selection, Source};

/// Rows of a block in memory on the CPU: a run of both columns fits the second-level cache.
const CPU_ROWS: usize = 1 << 16;

/// Rows of a block in memory on a GPU: enough to fill it.
const GPU_ROWS: usize = 1 << 20;

/// The rows of a plot.
#[derive(Clone)]
pub(super) enum Rows<'a> {
    Columns(Column<'a>, Column<'a>),
    #[cfg(feature = "files")]
    Source(&'a dyn Source, Selection),
}

/// What is to be done with the rows.
pub(super) struct Job<'a> {
    /// The grid over some bounds.
    pub grid: &'a (dyn Fn(Bounds) -> Result<Grid> + Sync),
    /// Whether the grid depends on the bounds.
    pub needs_bounds: bool,
    pub engine: &'a Engine,
    pub watch: &'a dyn Watch,
}

impl Rows<'_> {
    /// The counts, and the time that counting took.
    pub fn count(&self, job: &Job<'_>) -> Result<(Aggregate, Duration)> {
        match self {
            Self::Columns(x, y) => count_columns(x, y, job),
            #[cfg(feature = "files")]
            Self::Source(source, selection) => super::reading::count_source(*source, selection, job),
        }
    }
}

fn count_columns(x: &Column<'_>, y: &Column<'_>, job: &Job<'_>) -> Result<(Aggregate, Duration)> {
    if x.len() != y.len() {
        // Points::new says so; the lengths of its blocks would not.
        Points::new(x.clone(), y.clone())?;
    }
    if !job.needs_bounds {
        // What is wrong with the request should be said before the rows are looked at.
        (job.grid)(Bounds::EMPTY)?;
    }
    let rows = if matches!(job.engine, Engine::Cpu) { CPU_ROWS } else { GPU_ROWS };
    let blocks: Vec<Points<'_>> = (0..x.len().div_ceil(rows))
        .into_par_iter()
        .map(|nth| {
            let rows = nth * rows..((nth + 1) * rows).min(x.len());
            Points::new(x.slice(rows.clone()), y.slice(rows))
        })
        .collect::<Result<_>>()?;
    count_blocks(&blocks, job)
}

/// Counts blocks whose bounds are known.
pub(super) fn count_blocks(blocks: &[Points<'_>], job: &Job<'_>) -> Result<(Aggregate, Duration)> {
    let start = Instant::now();
    let bounds = blocks.iter().map(Points::bounds).fold(Bounds::EMPTY, Bounds::union);
    let binner = job.engine.binner(Arc::new((job.grid)(bounds)?))?;
    let done = AtomicUsize::new(0);
    blocks.par_iter().try_for_each(|block| {
        go_on(job.watch)?;
        binner.add(block)?;
        job.watch.progress(Stage::Bin, (done.fetch_add(1, Relaxed) + 1) as f64 / blocks.len() as f64);
        Ok(())
    })?;
    Ok((binner.finish()?, start.elapsed()))
}
