//! The CPU backend: all cores, no device. It is the fallback, and what the GPU is compared with.
//!
//! While a grid fits the cache, each thread that brings a batch borrows one of its own from a pool, so counting needs no
//! atomics, and at the end the grids are summed (see `private`). All threads count larger ones together, tile by tile (see `tiles`).

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::lookup::Lookup;
use super::private::PrivateGrids;
use super::simd::{OUTSIDE, RUN, prefetch};
use super::tiles::Tiles;
use super::{Binner, Whereabouts, lock, whereabouts};
use crate::data::{Aggregate, Floats, Grid, Points, Tally, Values};
use crate::error::Result;

/// How many rows ahead memory is asked for: a batch of a column in memory.
const AHEAD: usize = 4096;

/// The most rows that are counted before the carries of a private grid are looked at.
const PIECE: usize = 1 << 24;

/// The most cells of which each thread has a grid of its own: 4 MiB of counts.
const PRIVATE_CELLS: usize = 1 << 22;

/// Counts on the CPU.
///
/// ```
/// use std::sync::Arc;
/// use heatbin::{Axis, Binner, CpuBinner, Grid, Points, Rect, Values};
///
/// let axis = || Axis::linear(0.0, 2.0, 2);
/// let grid = Arc::new(Grid::Rect(Rect { x: axis()?, y: axis()? }));
/// let binner = Box::new(CpuBinner::new(grid)?);
/// binner.add(&Points::new(&[0.5, 1.5, 9.0], &[0.5, 2.0, 0.5])?)?;
/// let aggregate = binner.finish()?;
/// assert_eq!(aggregate.values, Values::Counts(vec![1, 0, 0, 1]));
/// assert_eq!(aggregate.tally.outside, 1);
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Debug)]
pub struct CpuBinner {
    grid: Arc<Grid>,
    lookup: Lookup,
    storage: Storage,
    tally: Mutex<Tally>,
}

#[derive(Debug)]
enum Storage {
    Private(PrivateGrids),
    Tiled(Tiles),
}

impl CpuBinner {
    /// A binner with no rows yet.
    ///
    /// # Errors
    /// If the grid has more than [`MAX_CELLS`](crate::data::MAX_CELLS).
    pub fn new(grid: Arc<Grid>) -> Result<Self> {
        Grid::check_cells(grid.cells())?;
        Ok(Self::of_checked(grid))
    }

    /// A binner for a grid that is known to have no more cells than there may be.
    pub(super) fn of_checked(grid: Arc<Grid>) -> Self {
        let private = grid.cells() <= PRIVATE_CELLS;
        Self::with_storage(grid, private)
    }

    fn with_storage(grid: Arc<Grid>, private: bool) -> Self {
        let storage = if private {
            Storage::Private(PrivateGrids::new(grid.cells()))
        } else {
            Storage::Tiled(Tiles::new(grid.cells()))
        };
        Self { lookup: Lookup::new(grid.clone()), grid, storage, tally: Mutex::default() }
    }

    /// Counts the points of a batch and says how many lay in a cell.
    fn count(&self, points: &Points<'_>) -> u64 {
        let pieces = (0..points.len()).step_by(PIECE).map(|first| first..points.len().min(first + PIECE));
        pieces.map(|rows| self.count_piece(points.x(), points.y(), rows)).sum()
    }

    /// Counts at most [`PIECE`] points.
    fn count_piece(&self, x: &Floats<'_>, y: &Floats<'_>, rows: Range<usize>) -> u64 {
        match &self.storage {
            Storage::Private(grids) => {
                let mut grid = grids.take();
                let binned = visit(&self.lookup, x, y, rows, |cells| grid.count(cells));
                grids.put_back(grid);
                binned
            }
            Storage::Tiled(tiles) => {
                let mut lists = tiles.take_lists();
                let binned = visit(&self.lookup, x, y, rows, |cells| tiles.count(&mut lists, cells));
                tiles.put_back(lists);
                binned
            }
        }
    }
}

/// Calls `found` with the cells of the points that have one, a few at a time, and says how many did.
fn visit(
    lookup: &Lookup,
    x: &Floats<'_>,
    y: &Floats<'_>,
    rows: Range<usize>,
    mut found: impl FnMut(&[u32]),
) -> u64 {
    let mut cells = [0; RUN];
    let mut binned = 0;
    for first in rows.clone().step_by(RUN) {
        let run = first..rows.end.min(first + RUN);
        let cells = &mut cells[..run.len()];
        let outside = lookup.cells(x, y, run.clone(), cells);
        let inside = cells.len() - outside;
        if outside > 0 {
            keep_inside(cells);
        }
        // A line of f32.
        const GROUP: usize = 16;
        for (nth, group) in cells[..inside].chunks(GROUP).enumerate() {
            // Counting leaves the memory idle, and whoever reads the next batch will wait for it.
            prefetch_row(x, first + nth * GROUP + AHEAD);
            prefetch_row(y, first + nth * GROUP + AHEAD);
            found(group);
        }
        binned += inside as u64;
    }
    binned
}

/// Moves the cells that are none to the end, without a branch that depends on them.
fn keep_inside(cells: &mut [u32]) {
    let mut kept = 0;
    for at in 0..cells.len() {
        let cell = cells[at];
        cells[kept] = cell;
        kept += usize::from(cell != OUTSIDE);
    }
}

/// Asks memory for 16 rows, which may lie past the end.
#[inline]
fn prefetch_row(values: &Floats<'_>, row: usize) {
    match values {
        Floats::F32(values) => prefetch(values, row),
        Floats::F64(values) => {
            prefetch(values, row);
            prefetch(values, row + 8);
        }
    }
}

impl Binner for CpuBinner {
    fn add(&self, points: &Points<'_>) -> Result<()> {
        let binned = match whereabouts(&self.grid, points.bounds()) {
            Whereabouts::OneCell(cell) => {
                self.add_to(cell, points.len() as u64);
                points.len() as u64
            }
            Whereabouts::Outside => 0,
            Whereabouts::Unknown => self.count(points),
        };
        *lock(&self.tally) += Tally {
            rows: points.rows(),
            binned,
            outside: points.len() as u64 - binned,
            missing: points.missing(),
        };
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Aggregate> {
        let Self { grid, storage, tally, .. } = *self;
        let counts = match storage {
            Storage::Tiled(tiles) => tiles.finish(),
            Storage::Private(grids) => grids.finish(),
        };
        let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Aggregate { grid, values: Values::Counts(counts), tally })
    }
}

impl CpuBinner {
    /// The counts of the batches added so far; more may be added. No batch may be on its way.
    pub fn snapshot(&self) -> Aggregate {
        let counts = match &self.storage {
            Storage::Tiled(tiles) => tiles.snapshot(),
            Storage::Private(grids) => grids.snapshot(),
        };
        Aggregate { grid: self.grid.clone(), values: Values::Counts(counts), tally: *lock(&self.tally) }
    }

    /// Adds many points of one cell at once.
    fn add_to(&self, cell: usize, points: u64) {
        match &self.storage {
            Storage::Private(grids) => grids.count_many(cell, points),
            Storage::Tiled(tiles) => tiles.count_many(cell, points),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Hex, Rect, Scale};

    fn points() -> Vec<(f64, f64)> {
        let mut state = 1u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / 256.0 - 1024.0
        };
        (0..20_000).map(|_| (next(), next())).collect()
    }

    fn grids() -> Vec<Grid> {
        let axis = |bins| Axis::linear(-1000.0, 60_000.0, bins).unwrap();
        let own = Axis::from_edges(vec![-2000.0, 0.0, 0.0, 17.5, 1e9], Scale::Linear).unwrap();
        let log = Axis::log(0.5, 60_000.0, 50).unwrap();
        let range = ((1.0, 60_000.0), (10.0, 50_000.0));
        vec![
            Grid::Rect(Rect { x: axis(100), y: axis(61) }),
            Grid::Rect(Rect { x: own, y: log }),
            Grid::Hex(Hex::new((40, 23), range, (Scale::Linear, Scale::Linear)).unwrap()),
            Grid::Hex(Hex::new((40, 23), range, (Scale::Log, Scale::Linear)).unwrap()),
        ]
    }

    #[test]
    fn every_storage_and_width_follows_the_definition() {
        let (x, y): (Vec<f64>, Vec<f64>) = points().into_iter().filter(|&(x, _)| x > 0.0).unzip();
        let (x32, y32): (Vec<f32>, Vec<f32>) =
            (x.iter().map(|&v| v as f32).collect(), y.iter().map(|&v| v as f32).collect());
        for grid in grids().into_iter().map(Arc::new) {
            let mut wanted = Aggregate::empty(grid.clone());
            let Values::Counts(counts) = &mut wanted.values else { panic!("a binning counts") };
            for (&x, &y) in x.iter().zip(&y) {
                wanted.tally.rows += 1;
                match grid.cell(x, y) {
                    Some(cell) => {
                        counts[cell] += 1;
                        wanted.tally.binned += 1;
                    }
                    None => wanted.tally.outside += 1,
                }
            }
            assert!(wanted.tally.binned > 0 && wanted.tally.outside > 0);
            for private in [true, false] {
                let binner = Box::new(CpuBinner::with_storage(grid.clone(), private));
                // The values are exact in f32 too.
                for (rows, at) in [(0..7_000, 0), (7_000..7_001, 1), (7_001..x.len(), 2)] {
                    let points = match at {
                        0 => Points::new(&x[rows.clone()], &y32[rows]),
                        1 => Points::new(&x32[rows.clone()], &y32[rows]),
                        _ => Points::new(&x32[rows.clone()], &y[rows]),
                    };
                    binner.add(&points.unwrap()).unwrap();
                }
                let got = binner.finish().unwrap();
                assert!(got == wanted, "private: {private}, {:?}", grid);
            }
        }
    }

    #[test]
    fn a_snapshot_is_what_was_counted_so_far() {
        let (x, y): (Vec<f64>, Vec<f64>) = points().into_iter().unzip();
        for grid in grids().into_iter().map(Arc::new) {
            for private in [true, false] {
                let binner = CpuBinner::with_storage(grid.clone(), private);
                binner.add(&Points::new(&x[..7000], &y[..7000]).unwrap()).unwrap();
                let first = binner.snapshot();
                let only = Box::new(CpuBinner::with_storage(grid.clone(), private));
                only.add(&Points::new(&x[..7000], &y[..7000]).unwrap()).unwrap();
                assert!(first == only.finish().unwrap());
                binner.add(&Points::new(&x[7000..], &y[7000..]).unwrap()).unwrap();
                assert!(first != binner.snapshot());
                assert!(binner.snapshot() == Box::new(binner).finish().unwrap());
            }
        }
    }

    #[test]
    fn counts_go_past_32_bits() {
        let axis = || Axis::linear(0.0, 2.0, 2).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(), y: axis() }));
        for private in [true, false] {
            let binner = Box::new(CpuBinner::with_storage(grid.clone(), private));
            binner.add_to(3, u64::from(u32::MAX));
            let (x, y) = ([1.5, 0.5].repeat(300), [1.5, 0.5].repeat(300));
            binner.add(&Points::new(&x, &y).unwrap()).unwrap();
            binner.add_to(3, u64::from(u32::MAX) << 8);
            let Values::Counts(counts) = binner.finish().unwrap().values else { panic!("a binning counts") };
            assert_eq!(counts, [300, 0, 0, 300 + (u64::from(u32::MAX) * 257)]);
        }
    }

    #[test]
    fn cells_that_are_none_are_left_out_in_order() {
        let mut cells = [OUTSIDE, 7, OUTSIDE, OUTSIDE, 0, 7, OUTSIDE];
        keep_inside(&mut cells);
        assert_eq!(cells[..3], [7, 0, 7]);
    }
}
