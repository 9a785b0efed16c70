//! The CPU backend: all cores, no device. It is the fallback, and what the GPU is compared with.
//!
//! While a grid fits the cache, each thread that brings a batch borrows one of its own from a pool, so counting needs no
//! atomics, and at the end the grids are summed. All threads count larger ones together, tile by tile (see `tiles`).

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::simd::{AxisLookup, HexLookup, NEAR, OUTSIDE, RUN, prefetch, rect_cells};
use super::tiles::Tiles;
use super::{Binner, Whereabouts, whereabouts};
use crate::data::{Aggregate, Floats, Grid, Points, Rect, Tally, Values};
use crate::error::Result;

/// How many rows ahead memory is asked for: a batch of a column in memory.
const AHEAD: usize = 4096;

/// The most rows that are counted before the next look at whether a count could overflow.
const PIECE: usize = 1 << 30;

/// The most cells of which each thread has a grid of its own: 4 MiB of counts.
const PRIVATE_CELLS: usize = 1 << 20;

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
enum Lookup {
    Rect(AxisLookup, AxisLookup),
    Hex(HexLookup),
}

#[derive(Debug)]
enum Storage {
    /// A pool of grids, each used by one thread at a time, and the sums that outgrew one of them.
    Private { pool: Mutex<Vec<PrivateGrid>>, wide: Mutex<Option<Vec<u64>>> },
    /// One grid for all.
    Tiled(Tiles),
}

#[derive(Debug)]
struct PrivateGrid {
    counts: Vec<u32>,
    /// Rows counted since the grid was last emptied: no cell can have more.
    rows: u64,
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
        let lookup = match &*grid {
            Grid::Rect(rect) => Lookup::Rect(AxisLookup::new(&rect.x), AxisLookup::new(&rect.y)),
            Grid::Hex(hex) => Lookup::Hex(HexLookup::new(hex)),
        };
        let storage = if private {
            Storage::Private { pool: Mutex::default(), wide: Mutex::default() }
        } else {
            Storage::Tiled(Tiles::new(grid.cells()))
        };
        Self { grid, lookup, storage, tally: Mutex::default() }
    }

    /// Counts the points of a batch and says how many lay in a cell.
    fn count(&self, points: &Points<'_>) -> u64 {
        let pieces = (0..points.len()).step_by(PIECE).map(|first| first..points.len().min(first + PIECE));
        let piece = |rows: Range<usize>| (points.x().slice(rows.clone()), points.y().slice(rows));
        pieces.map(piece).map(|(x, y)| self.count_piece(&x, &y)).sum()
    }

    /// Counts at most [`PIECE`] points.
    fn count_piece(&self, x: &Floats<'_>, y: &Floats<'_>) -> u64 {
        let rows = x.len() as u64;
        match &self.storage {
            Storage::Private { pool, wide } => {
                let mut grid = lock(pool).pop().unwrap_or_else(|| PrivateGrid::new(self.grid.cells()));
                if grid.rows + rows > u64::from(u32::MAX) {
                    grid.empty_into(lock(wide).get_or_insert_with(|| vec![0; grid.counts.len()]));
                }
                grid.rows += rows;
                let binned = self.visit(x, y, |cell| grid.counts[cell] += 1);
                lock(pool).push(grid);
                binned
            }
            Storage::Tiled(tiles) => {
                let mut lists = tiles.take_lists();
                let binned = self.visit(x, y, |cell| tiles.count(&mut lists, cell));
                tiles.put_back(lists);
                binned
            }
        }
    }

    /// Calls `found` with the cell of every point that has one, and says how many did.
    fn visit(&self, x: &Floats<'_>, y: &Floats<'_>, found: impl FnMut(usize)) -> u64 {
        match (x, y) {
            (Floats::F32(x), Floats::F32(y)) => self.visit_slices(x, y, found),
            (Floats::F32(x), Floats::F64(y)) => self.visit_slices(x, y, found),
            (Floats::F64(x), Floats::F32(y)) => self.visit_slices(x, y, found),
            (Floats::F64(x), Floats::F64(y)) => self.visit_slices(x, y, found),
        }
    }

    fn visit_slices<X, Y>(&self, x: &[X], y: &[Y], mut found: impl FnMut(usize)) -> u64
    where
        X: Copy + Into<f64>,
        Y: Copy + Into<f64>,
    {
        let runs = x.chunks(RUN).zip(y.chunks(RUN));
        match (&*self.grid, &self.lookup) {
            (Grid::Rect(rect), Lookup::Rect(along_x, along_y)) => {
                runs.map(|(x, y)| visit_rect(rect, (along_x, along_y), x, y, &mut found)).sum()
            }
            (Grid::Hex(_), Lookup::Hex(lookup)) => {
                runs.map(|(x, y)| visit_hex(lookup, x, y, &mut found)).sum()
            }
            _ => unreachable!("the lookup was made for this grid"),
        }
    }
}

fn visit_rect<X, Y>(
    rect: &Rect,
    (along_x, along_y): (&AxisLookup, &AxisLookup),
    x: &[X],
    y: &[Y],
    found: &mut impl FnMut(usize),
) -> u64
where
    X: Copy + Into<f64>,
    Y: Copy + Into<f64>,
{
    let (mut columns, mut rows, mut cells) = ([0; RUN], [0; RUN], [0; RUN]);
    let (columns, rows, cells) = (&mut columns[..x.len()], &mut rows[..x.len()], &mut cells[..x.len()]);
    along_x.bins(&rect.x, x, columns);
    along_y.bins(&rect.y, y, rows);
    rect_cells(rect.x.bins() as u32, rect.y.bins() as u32, columns, rows, cells);
    scatter(cells, x, y, |x, y| rect.cell(x, y), found)
}

fn visit_hex<X, Y>(lookup: &HexLookup, x: &[X], y: &[Y], found: &mut impl FnMut(usize)) -> u64
where
    X: Copy + Into<f64>,
    Y: Copy + Into<f64>,
{
    let mut cells = [0; RUN];
    let cells = &mut cells[..x.len()];
    lookup.cells(x, y, cells);
    scatter(cells, x, y, |_, _| None, found)
}

/// Calls `found` with each cell, where [`NEAR`] leaves it to `decide`; says how many there were.
fn scatter<X, Y>(
    cells: &[u32],
    x: &[X],
    y: &[Y],
    decide: impl Fn(f64, f64) -> Option<usize>,
    found: &mut impl FnMut(usize),
) -> u64
where
    X: Copy + Into<f64>,
    Y: Copy + Into<f64>,
{
    // A line of f64.
    const GROUP: usize = 8;
    let mut outside = 0;
    for (nth, group) in cells.chunks(GROUP).enumerate() {
        // Counting leaves the memory idle, and whoever reads the next batch will wait for it.
        prefetch(x, nth * GROUP + AHEAD);
        prefetch(y, nth * GROUP + AHEAD);
        for (place, &cell) in group.iter().enumerate() {
            if cell < NEAR {
                found(cell as usize);
            } else if cell == OUTSIDE {
                outside += 1;
            } else {
                let row = nth * GROUP + place;
                match decide(x[row].into(), y[row].into()) {
                    Some(cell) => found(cell),
                    None => outside += 1,
                }
            }
        }
    }
    cells.len() as u64 - outside
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
            Storage::Private { pool, wide } => {
                let pool = pool.into_inner().unwrap_or_else(PoisonError::into_inner);
                let wide = wide.into_inner().unwrap_or_else(PoisonError::into_inner);
                sum(grid.cells(), &pool, wide)
            }
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
            Storage::Private { pool, wide } => sum(self.grid.cells(), &lock(pool), lock(wide).clone()),
        };
        Aggregate { grid: self.grid.clone(), values: Values::Counts(counts), tally: *lock(&self.tally) }
    }

    /// Adds many points of one cell at once.
    fn add_to(&self, cell: usize, points: u64) {
        match &self.storage {
            Storage::Private { wide, .. } => {
                lock(wide).get_or_insert_with(|| vec![0; self.grid.cells()])[cell] += points;
            }
            Storage::Tiled(tiles) => tiles.count_many(cell, points),
        }
    }
}

impl PrivateGrid {
    fn new(cells: usize) -> Self {
        Self { counts: vec![0; cells], rows: 0 }
    }

    fn empty_into(&mut self, wide: &mut [u64]) {
        for (wide, count) in wide.iter_mut().zip(&mut self.counts) {
            *wide += u64::from(std::mem::take(count));
        }
        self.rows = 0;
    }
}

/// The sum of all grids, a stretch of cells to each core.
fn sum(cells: usize, pool: &[PrivateGrid], wide: Option<Vec<u64>>) -> Vec<u64> {
    const STRETCH: usize = 1 << 16;
    let mut sum = wide.unwrap_or_else(|| vec![0; cells]);
    sum.par_chunks_mut(STRETCH).enumerate().for_each(|(nth, sum)| {
        for grid in pool {
            let counts = &grid.counts[nth * STRETCH..][..sum.len()];
            sum.iter_mut().zip(counts).for_each(|(sum, &count)| *sum += u64::from(count));
        }
    });
    sum
}

/// The lock, also after a panic elsewhere: counts are only ever added to.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Hex, Scale};

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
            let Values::Counts(counts) = &mut wanted.values;
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
            binner.add(&Points::new(&[1.5, 0.5], &[1.5, 0.5]).unwrap()).unwrap();
            if let Storage::Private { pool, .. } = &binner.storage {
                // As if this grid had counted as many rows as 32 bits hold.
                lock(pool)[0].rows = u64::from(u32::MAX);
                lock(pool)[0].counts[3] = u32::MAX;
            }
            binner.add(&Points::new(&[1.5, 0.5], &[1.5, 0.5]).unwrap()).unwrap();
            let Values::Counts(counts) = binner.finish().unwrap().values;
            let wanted = if private { 2 * u64::from(u32::MAX) + 1 } else { u64::from(u32::MAX) + 2 };
            assert_eq!((counts[0], counts[3]), (2, wanted));
        }
    }
}
