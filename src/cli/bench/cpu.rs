//! The stages on the CPU.

use std::sync::Arc;

use rayon::prelude::*;

use super::args::Reduce;
use super::case::{Case, coloring};
use super::sorted::{ROWS, Sorted, blocks};
use super::times::{Times, clocked, readings, repeat};
use crate::binning::{Binner, CpuBinner, ReduceBinner};
use crate::data::{Aggregate, Floats, Grid, Raster, Reduction};
use crate::error::Result;
use crate::shading;

/// Bytes that are read to see how fast that is: more than the caches of most machines hold.
const BYTES: usize = 512 << 20;

/// The CPU, and how many bytes a second its threads read together.
pub struct Cpu {
    pub bandwidth: f64,
}

impl Cpu {
    /// Measures how fast memory is read.
    pub fn new(repeats: usize) -> Result<Self> {
        let mut words = vec![0u64; BYTES / 8];
        words.par_chunks_mut(ROWS).for_each(|words| words.fill(1));
        let times = repeat(readings(repeats), |_| {
            let sum = |words: &[u64]| words.iter().fold(0u64, |sum, word| sum.wrapping_add(*word));
            let (total, taken) =
                clocked(|| Ok(words.par_chunks(ROWS).map(sum).reduce(|| 0, u64::wrapping_add)))?;
            // Without a use of the sum nothing needs to be read.
            assert_eq!(total, (BYTES / 8) as u64, "every word is read");
            Ok(taken)
        })?;
        Ok(Self { bandwidth: BYTES as f64 / times.median })
    }

    /// Points a second that memory can deliver.
    pub fn limit(&self, case: &Case) -> f64 {
        self.bandwidth / case.bytes_of_point() as f64
    }

    /// The stages of a case; the weights are those of a case that reduces some.
    pub fn measure(
        &self,
        case: &Case,
        columns: (&Floats<'_>, &Floats<'_>),
        (weights, sorted): (Option<&Floats<'_>>, &Sorted),
        repeats: usize,
        tell: &mut dyn FnMut(&'static str, Times) -> Result<()>,
    ) -> Result<()> {
        let blocks = blocks(columns, weights.filter(|_| case.reduce != Reduce::Count))?;
        let bin =
            || bin(case, case.grid(0)?, |binner| blocks.par_iter().try_for_each(|block| binner.add(block)));
        tell("bin", repeat(repeats, |_| Ok(clocked(bin)?.1))?)?;
        let aggregate = bin()?;
        let scale = coloring().fit(&aggregate.values)?;
        let side = case.pixels;
        let times =
            repeat(repeats, |_| Ok(clocked(|| Ok(shading::shade(&aggregate, &scale, side, side)))?.1))?;
        tell("shade", times)?;
        sorted.times.map_or(Ok(()), |times| tell("sort", times))?;
        let framed = |grid| Ok(clocked(|| frame(case, sorted, grid))?.1);
        tell("frame", repeat(repeats, |view| framed(case.grid(view)?))?)?;
        tell("zoom", repeat(repeats, |view| framed(case.near_grid(view)?))?)
    }
}

/// From a view to its picture.
fn frame(case: &Case, sorted: &Sorted, grid: Arc<Grid>) -> Result<Raster> {
    let aggregate = bin(case, grid.clone(), |binner| {
        sorted.blocks.par_iter().try_for_each(|(points, patches)| {
            let mut seen = patches.wanted(|bounds| !grid.misses(bounds));
            seen.try_for_each(|(rows, bounds)| binner.add(&points.part(rows, bounds, 0)))
        })
    })?;
    let scale = coloring().fit(&aggregate.values)?;
    Ok(shading::shade(&aggregate, &scale, case.pixels, case.pixels))
}

/// The aggregate of what is added.
fn bin(case: &Case, grid: Arc<Grid>, add: impl FnOnce(&dyn Binner) -> Result<()>) -> Result<Aggregate> {
    let binner: Box<dyn Binner> = match case.reduce {
        Reduce::Count => Box::new(CpuBinner::new(grid)?),
        Reduce::Sum => Box::new(ReduceBinner::new(grid, Reduction::Sum)?),
        Reduce::Mean => Box::new(ReduceBinner::new(grid, Reduction::Mean)?),
    };
    add(&*binner)?;
    binner.finish()
}
