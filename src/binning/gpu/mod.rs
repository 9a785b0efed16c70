//! The GPU backend: quanta, atomics, and the host for what f32 and integers cannot decide.
//!
//! Points are measured in quanta (see `quantize`), sent, and counted by one kernel; the few uncertain rows come back and are
//! decided here by [`Grid::cell`], as on the CPU. So the counts do not depend on the adapter. [`GpuBinner`] sends each batch once, the small
//! ones gathered, in buffers from a pool, so that batches from several threads overlap; [`GpuPoints`] stay on the device for many grids.

mod append;
mod blocks;
mod counter;
mod resident;
mod view;
mod way;
mod windows;

pub use resident::GpuPoints;
pub(crate) use way::Way;

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::{Binner, Whereabouts, lock, whereabouts};
use crate::data::{Aggregate, Bounds, Floats, Grid, Points, Tally};
use crate::error::Result;
use crate::gpu::Device;
use blocks::{SMALL_ROWS, Shelf, extend, none_like};
use counter::{BLOCK_ROWS, Counter, Desk, Part};
use view::{View, fit, measure};
use windows::Windows;

/// Counts on the GPU.
#[derive(Debug)]
pub struct GpuBinner {
    counter: Counter,
    /// Small batches on their way to becoming blocks: as many as there were threads adding at one time.
    gathered: Mutex<Vec<Gathered>>,
    pool: Mutex<Vec<Slot>>,
    tally: Mutex<Tally>,
}

/// Batches that are sent together: a real card does more with a block than with the batches of a file one by one.
#[derive(Debug)]
struct Gathered {
    x: Floats<'static>,
    y: Floats<'static>,
    bounds: Bounds,
}

/// The buffers of one block on its way.
#[derive(Debug)]
struct Slot {
    rows: usize,
    shelf: Shelf,
    desk: Desk,
}

impl GpuBinner {
    /// A binner with no rows yet.
    ///
    /// # Errors
    /// If the device cannot hold the grid.
    pub fn new(device: &Device, grid: Arc<Grid>) -> Result<Self> {
        let windows = Windows::new(device, grid.cells())?;
        let way = Way::choose(device, grid.cells());
        let counter = Counter::new(device, View::new(device, grid, way), windows);
        Ok(Self { counter, gathered: Mutex::default(), pool: Mutex::default(), tally: Mutex::default() })
    }

    /// Adds a small batch to those that are waiting, and counts them if they make a block.
    fn gather(&self, points: &Points<'_>) -> Result<()> {
        let waiting = lock(&self.gathered).pop();
        let mut gathered = waiting.unwrap_or_else(|| Gathered {
            x: none_like(points.x()),
            y: none_like(points.y()),
            bounds: Bounds::EMPTY,
        });
        extend(&mut gathered.x, points.x());
        extend(&mut gathered.y, points.y());
        gathered.bounds = gathered.bounds.union(points.bounds());
        if gathered.x.len() + SMALL_ROWS > BLOCK_ROWS {
            return self.count(gathered.x, gathered.y, gathered.bounds);
        }
        lock(&self.gathered).push(gathered);
        Ok(())
    }

    /// Counts what is still waiting.
    fn flush(&self) -> Result<()> {
        let waiting = std::mem::take(&mut *lock(&self.gathered));
        waiting.into_par_iter().try_for_each(|gathered| self.count(gathered.x, gathered.y, gathered.bounds))
    }

    /// Counts one block.
    fn count(&self, x: Floats<'_>, y: Floats<'_>, bounds: Bounds) -> Result<()> {
        let Counter { device, view, .. } = &self.counter;
        if !view.takes(bounds) {
            return self.counter.add_on_host(&Points::new(x, y)?);
        }
        let mut measures = fit(bounds, view.scales());
        let measured = measure((&x, &y), view.scales(), &mut measures);
        let Some(sight) = view.sight(&measures) else {
            return self.counter.add_on_host(&Points::new(x, y)?);
        };
        let large_enough = |slot: &Slot| slot.rows >= measured.len();
        let mut pool = lock(&self.pool);
        let slot = pool.iter().position(large_enough).map(|nth| pool.swap_remove(nth));
        drop(pool);
        let mut slot = slot.unwrap_or_else(|| Slot::new(device, measured.len()));
        slot.shelf.lay(device, 0, &measured);
        let part = Part { shelf: &slot.shelf, first_row: 0, sight: 0, x, y };
        self.counter.run(&[part], &[sight], &mut slot.desk)?;
        lock(&self.pool).push(slot);
        Ok(())
    }
}

impl Slot {
    fn new(device: &Device, rows: usize) -> Self {
        let rows = rows.next_power_of_two();
        Self { rows, shelf: Shelf::new(device, rows), desk: Desk::default() }
    }
}

impl Binner for GpuBinner {
    fn add(&self, points: &Points<'_>) -> Result<()> {
        *lock(&self.tally) += Tally { rows: points.rows(), missing: points.missing(), ..Tally::default() };
        match whereabouts(self.counter.grid(), points.bounds()) {
            Whereabouts::Outside => return Ok(()),
            Whereabouts::OneCell(cell) => {
                self.counter.add_to(cell, points.len() as u64);
                return Ok(());
            }
            Whereabouts::Unknown => {}
        }
        if points.len() < SMALL_ROWS {
            return self.gather(points);
        }
        (0..points.len()).step_by(BLOCK_ROWS).try_for_each(|first| {
            let rows = first..(first + BLOCK_ROWS).min(points.len());
            self.count(points.x().slice(rows.clone()), points.y().slice(rows), points.bounds())
        })
    }

    fn finish(self: Box<Self>) -> Result<Aggregate> {
        self.flush()?;
        let tally = self.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(self.counter.finish(tally.rows, tally.missing)?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::windows::WINDOW_CELLS;
    use super::*;
    use crate::binning::CpuBinner;
    use crate::data::{Axis, Hex, Rect, Scale, Values};

    /// Counts on both backends, from f64 and f32, and compares every cell.
    fn check(grid: Grid, x: &[f64], y: &[f64]) {
        let device =
            Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one");
        let grid = Arc::new(grid);
        let narrow = |values: &[f64]| values.iter().map(|&v| v as f32).collect::<Vec<f32>>();
        let wide = Points::new(x, y).unwrap();
        let narrow = Points::new(narrow(x), narrow(y)).unwrap();
        for points in [wide, narrow] {
            let cpu = Box::new(CpuBinner::new(grid.clone()).unwrap());
            cpu.add(&points).unwrap();
            let gpu = Box::new(GpuBinner::new(&device, grid.clone()).unwrap());
            gpu.add(&points).unwrap();
            gpu.add(&points).unwrap();
            let mut twice = cpu.finish().unwrap();
            twice.merge(&twice.clone());
            let once = gpu.finish().unwrap();
            let (Values::Counts(got), Values::Counts(wanted)) = (&once.values, &twice.values) else {
                panic!("a binning counts")
            };
            let differing: Vec<_> =
                (0..got.len()).filter(|&c| got[c] != wanted[c]).map(|c| (c, got[c], wanted[c])).collect();
            assert!(
                differing.is_empty(),
                "(cell, got, wanted): {:?} of {}\n{grid:?}",
                &differing[..differing.len().min(8)],
                differing.len()
            );
            assert_eq!(once.tally, twice.tally);
        }
    }

    fn random(rows: usize, low: f64, high: f64) -> (Vec<f64>, Vec<f64>) {
        let mut state = 3u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            low + (state >> 11) as f64 / (1u64 << 53) as f64 * (high - low)
        };
        (0..rows).map(|_| (next(), next())).unzip()
    }

    #[test]
    fn rectangles_equal_those_of_the_cpu() {
        let (x, y) = random(50_000, -10.0, 1000.0);
        let axis = |bins| Axis::linear(0.0, 900.0, bins).unwrap();
        let own = Axis::from_edges(vec![-5.0, 0.0, 0.0, 17.5, 900.0], Scale::Linear).unwrap();
        check(Grid::Rect(Rect { x: axis(1), y: axis(1) }), &x, &y);
        check(Grid::Rect(Rect { x: axis(1000), y: own }), &x, &y);
        check(Grid::Rect(Rect { x: axis(300), y: Axis::log(1e-3, 1e3, 40).unwrap() }), &x, &y);
    }

    #[test]
    fn hexagons_equal_those_of_the_cpu() {
        let linear = (Scale::Linear, Scale::Linear);
        let (x, y) = random(50_000, 1.0, 1000.0);
        check(Grid::Hex(Hex::new((100, 57), ((1.0, 1000.0), (1.0, 1000.0)), linear).unwrap()), &x, &y);
        check(Grid::Hex(Hex::new((1, 1), ((100.0, 900.0), (-50.0, 1000.0)), linear).unwrap()), &x, &y);
        let log = (Scale::Log, Scale::Linear);
        check(Grid::Hex(Hex::new((80, 40), ((10.0, 1000.0), (1.0, 1000.0)), log).unwrap()), &x, &y);
        let (x, y) = random(5_000, -5.0, 1000.0);
        check(Grid::Hex(Hex::new((80, 40), ((10.0, 1000.0), (1.0, 1000.0)), log).unwrap()), &x, &y);
        // Whole numbers on a lattice of whole numbers: ties and halves everywhere.
        let (x, y) = (0..40_000)
            .map(|i| (f64::from(i % 200) / 4.0, f64::from(i / 200) / 4.0))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        check(Grid::Hex(Hex::new((50, 50), ((0.0, 50.0), (0.0, 50.0)), linear).unwrap()), &x, &y);
    }

    #[test]
    fn far_from_zero_and_far_apart() {
        let linear = (Scale::Linear, Scale::Linear);
        let (x, y) = random(5_000, 1e9, 1e9 + 1e-3);
        let axis = || Axis::linear(1e9, 1e9 + 1e-3, 100).unwrap();
        check(Grid::Rect(Rect { x: axis(), y: axis() }), &x, &y);
        check(
            Grid::Hex(Hex::new((100, 57), ((1e9, 1e9 + 1e-3), (1e9, 1e9 + 1e-3)), linear).unwrap()),
            &x,
            &y,
        );
        let (mut x, y) = random(5_000, 0.0, 1.0);
        x[17] = 1e300;
        let axis = || Axis::linear(0.0, 1.0, 100).unwrap();
        check(Grid::Rect(Rect { x: axis(), y: axis() }), &x, &y);
        check(Grid::Hex(Hex::new((10, 10), ((0.0, 1.0), (0.0, 1.0)), linear).unwrap()), &x, &y);
    }

    #[test]
    fn sorted_points_and_ranges_that_begin_elsewhere() {
        let x: Vec<f64> = (0..60_000).map(|i| f64::from(i) / 60_000.0).collect();
        let y: Vec<f64> = x.iter().map(|v| (v * 977.0).fract()).collect();
        let linear = (Scale::Linear, Scale::Linear);
        for (start, stop) in [(-3.0, 1.0), (0.0, 1.0), (0.3, 0.7), (0.9, 40.0)] {
            let axis = |bins| Axis::linear(start, stop, bins).unwrap();
            let hex = Hex::in_range((300, 200), ((start, stop), (start, stop)), linear).unwrap();
            for rows in [0..60_000, 40_000..60_000] {
                check(Grid::Rect(Rect { x: axis(4096), y: axis(100) }), &x[rows.clone()], &y[rows.clone()]);
                check(Grid::Hex(hex.clone()), &x[rows.clone()], &y[rows]);
            }
        }
    }

    #[test]
    fn the_largest_values_there_are() {
        let linear = (Scale::Linear, Scale::Linear);
        let hex = Hex::new((2, 2), ((0.0, 1.0), (0.0, f64::MAX)), linear).unwrap();
        let device = Device::open(None).unwrap();
        let points = Points::new(&[0.0, 1.0], &[0.0, f64::MAX]).unwrap();
        let binner = Box::new(GpuBinner::new(&device, Arc::new(Grid::Hex(hex))).unwrap());
        binner.add(&points).unwrap();
        assert_eq!(binner.finish().unwrap().tally.binned, 2);
    }

    #[test]
    fn a_grid_larger_than_a_binding_is_counted_in_windows() {
        let (x, y) = random(20_000, 0.0, 1.0);
        let axis = |bins| Axis::linear(0.1, 0.9, bins).unwrap();
        let grid = Grid::Rect(Rect { x: axis(6000), y: axis(6001) });
        assert!(grid.cells() > WINDOW_CELLS);
        check(grid, &x, &y);
    }

    #[test]
    fn small_batches_are_sent_together() {
        const BATCH: usize = 1 << 16;
        let (x, y) = random(22 * BATCH + 17, 0.0, 1.0);
        let axis = |bins| Axis::linear(0.1, 0.9, bins).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(300), y: axis(70) }));
        let narrow: Vec<f32> = x[..BATCH].iter().map(|&v| v as f32).collect();
        let mut batches = vec![Points::new(&narrow, &y[..BATCH]).unwrap()];
        for first in (BATCH..x.len()).step_by(BATCH) {
            let rows = first..(first + BATCH).min(x.len());
            batches.push(Points::new(&x[rows.clone()], &y[rows]).unwrap());
        }
        let device = Device::open(None).unwrap();
        let gpu = Box::new(GpuBinner::new(&device, grid.clone()).unwrap());
        batches.iter().for_each(|points| gpu.add(points).unwrap());
        // From one thread, the first million was sent and the rest is waiting.
        assert_eq!(gpu.counter.windows.rows(), 13 * BATCH as u64);
        assert_eq!(
            lock(&gpu.gathered).iter().map(|gathered| gathered.x.len()).sum::<usize>(),
            9 * BATCH + 17
        );
        let cpu = Box::new(CpuBinner::new(grid.clone()).unwrap());
        batches.iter().for_each(|points| cpu.add(points).unwrap());
        let wanted = cpu.finish().unwrap();
        assert!(gpu.finish().unwrap() == wanted);
        // From all threads.
        let gpu = Box::new(GpuBinner::new(&device, grid).unwrap());
        batches.par_iter().for_each(|points| gpu.add(points).unwrap());
        assert!(lock(&gpu.gathered).len() <= rayon::current_num_threads());
        assert!(gpu.finish().unwrap() == wanted);
    }

    #[test]
    fn counts_are_emptied_before_they_overflow() {
        let device = Device::open(None).unwrap();
        let axis = || Axis::linear(0.0, 2.0, 2).unwrap();
        let binner = GpuBinner::new(&device, Arc::new(Grid::Rect(Rect { x: axis(), y: axis() }))).unwrap();
        let points = Points::new(&[0.5, 1.5], &[0.5, 1.5]).unwrap();
        binner.add(&points).unwrap();
        binner.flush().unwrap();
        binner.counter.windows.set_rows(u64::from(u32::MAX) - 1);
        binner.add(&points).unwrap();
        binner.flush().unwrap();
        assert_eq!(binner.counter.windows.rows(), 2);
        let Values::Counts(counts) = Box::new(binner).finish().unwrap().values else {
            panic!("a binning counts")
        };
        assert_eq!(counts, [2, 0, 0, 2]);
    }
}
