//! The stages on the CPU.

use std::sync::Arc;

use rayon::prelude::*;

use super::args::Reduce;
use super::case::{Case, coloring};
use super::times::{Times, clocked, readings, repeat};
use crate::binning::{Binner, CpuBinner, ReduceBinner};
use crate::data::{Aggregate, Floats, Grid, Points, Raster, Reduction};
use crate::error::Result;
use crate::shading;

/// Rows of a block: as in a plot of columns in memory.
const ROWS: usize = 1 << 16;

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
        (x, y): (&Floats<'_>, &Floats<'_>),
        weights: Option<&Floats<'_>>,
        repeats: usize,
        tell: &mut dyn FnMut(&'static str, Times) -> Result<()>,
    ) -> Result<()> {
        let blocks: Vec<Points<'_>> = (0..case.points.div_ceil(ROWS))
            .into_par_iter()
            .map(|nth| {
                let rows = nth * ROWS..((nth + 1) * ROWS).min(case.points);
                let (x, y) = (x.slice(rows.clone()), y.slice(rows.clone()));
                match weights.filter(|_| case.reduce != Reduce::Count) {
                    Some(weights) => Points::weighted(x, y, weights.slice(rows)),
                    None => Points::new(x, y),
                }
            })
            .collect::<Result<_>>()?;
        let times = repeat(repeats, |_| Ok(clocked(|| bin(case, case.grid(0)?, &blocks))?.1))?;
        tell("bin", times)?;
        let aggregate = bin(case, case.grid(0)?, &blocks)?;
        let scale = coloring().fit(&aggregate.values)?;
        let side = case.pixels;
        let times =
            repeat(repeats, |_| Ok(clocked(|| Ok(shading::shade(&aggregate, &scale, side, side)))?.1))?;
        tell("shade", times)?;
        let times = repeat(repeats, |view| Ok(clocked(|| frame(case, case.grid(view)?, &blocks))?.1))?;
        tell("frame", times)?;
        let times = repeat(repeats, |view| Ok(clocked(|| frame(case, case.near_grid(view)?, &blocks))?.1))?;
        tell("zoom", times)
    }
}

fn bin(case: &Case, grid: Arc<Grid>, blocks: &[Points<'_>]) -> Result<Aggregate> {
    let binner: Box<dyn Binner> = match case.reduce {
        Reduce::Count => Box::new(CpuBinner::new(grid)?),
        Reduce::Sum => Box::new(ReduceBinner::new(grid, Reduction::Sum)?),
        Reduce::Mean => Box::new(ReduceBinner::new(grid, Reduction::Mean)?),
    };
    blocks.par_iter().try_for_each(|block| binner.add(block))?;
    binner.finish()
}

/// From a view to its picture.
fn frame(case: &Case, grid: Arc<Grid>, blocks: &[Points<'_>]) -> Result<Raster> {
    let aggregate = bin(case, grid, blocks)?;
    let scale = coloring().fit(&aggregate.values)?;
    Ok(shading::shade(&aggregate, &scale, case.pixels, case.pixels))
}
