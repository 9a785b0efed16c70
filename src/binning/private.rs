//! Counting into a grid that fits the cache: each thread into one of its own.
//!
//! A thread counts in bytes, so that its grid takes as little of the cache as can be. A byte that comes round to zero is worth 256,
//! which are added to the sum of all threads; such carries are rare enough to be collected in a list first.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::lock;
use super::pool::Pool;
use crate::data::vectorized;
use crate::data::zeroed::zeroed;

/// Carries that a thread collects before it asks for the lock.
const CARRIES: usize = 1 << 14;

/// Grids of bytes, each used by one thread at a time, and what they have carried.
#[derive(Debug)]
pub struct PrivateGrids {
    cells: usize,
    pool: Pool<PrivateGrid>,
    sum: Mutex<Vec<u64>>,
}

/// The grid of a thread.
#[derive(Debug)]
pub struct PrivateGrid {
    /// Points of each cell, modulo 256.
    low: Vec<u8>,
    /// Cells of which 256 points more were counted.
    carries: Vec<u32>,
}

impl PrivateGrids {
    /// Grids without points.
    pub fn new(cells: usize) -> Self {
        Self { cells, pool: Pool::default(), sum: Mutex::new(zeroed(cells)) }
    }

    /// A grid for one thread; to be put back with [`PrivateGrids::put_back`].
    pub fn take(&self) -> PrivateGrid {
        self.pool.take(|| PrivateGrid { low: zeroed(self.cells), carries: Vec::new() })
    }

    /// Gives a grid back.
    pub fn put_back(&self, mut grid: PrivateGrid) {
        if grid.carries.len() >= CARRIES {
            carry(&mut grid, &mut lock(&self.sum));
        }
        self.pool.put_back(grid);
    }

    /// Counts many points of one cell.
    pub fn count_many(&self, cell: usize, points: u64) {
        lock(&self.sum)[cell] += points;
    }

    /// All counts.
    pub fn finish(self) -> Vec<u64> {
        let mut grids = self.pool.drain();
        let mut sum = self.sum.into_inner().unwrap_or_else(PoisonError::into_inner);
        grids.iter_mut().for_each(|grid| carry(grid, &mut sum));
        add_all(&grids, &mut sum);
        sum
    }

    /// The counts so far, with those of all grids that were put back.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window looks before the end"))]
    pub fn snapshot(&self) -> Vec<u64> {
        self.pool.with_all(|grids| {
            let mut sum = lock(&self.sum);
            grids.iter_mut().for_each(|grid| carry(grid, &mut sum));
            let mut counts = sum.clone();
            add_all(grids, &mut counts);
            counts
        })
    }
}

/// Adds what the grids have not carried.
fn add_all(grids: &[PrivateGrid], sum: &mut [u64]) {
    const STRETCH: usize = 1 << 16;
    sum.par_chunks_mut(STRETCH).enumerate().for_each(|(nth, sum)| {
        for grid in grids {
            add_bytes(&grid.low[nth * STRETCH..][..sum.len()], sum);
        }
    });
}

impl PrivateGrid {
    /// Counts a point of each of the cells.
    #[inline]
    pub fn count(&mut self, cells: &[u32]) {
        let low = self.low.as_mut_slice();
        for &cell in cells {
            let low = &mut low[cell as usize];
            *low = low.wrapping_add(1);
            if *low == 0 {
                self.carries.push(cell);
            }
        }
    }
}

fn carry(grid: &mut PrivateGrid, sum: &mut [u64]) {
    for cell in grid.carries.drain(..) {
        sum[cell as usize] += 256;
    }
}

vectorized! {
    /// Adds bytes to a sum.
    fn add_bytes(bytes: &[u8], sum: &mut [u64]) {
        for (sum, &byte) in sum.iter_mut().zip(bytes) {
            *sum += u64::from(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_come_round_are_carried() {
        let grids = PrivateGrids::new(3);
        for turns in [CARRIES + 1, 1] {
            let mut grid = grids.take();
            (0..256 * turns + 7).for_each(|_| grid.count(&[1]));
            grids.put_back(grid);
            // As if by another thread.
            let other = grids.take();
            let mut grid = grids.take();
            grid.count(&[2; 300]);
            grids.put_back(grid);
            grids.put_back(other);
        }
        grids.count_many(0, u64::from(u32::MAX) + 1);
        let ones = 256 * (CARRIES as u64 + 2) + 14;
        assert_eq!(grids.finish(), [u64::from(u32::MAX) + 1, ones, 600]);
    }
}
