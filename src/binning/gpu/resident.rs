//! Points that stay on the device, for binning again and again over changing grids: what a live view stands on.
//!
//! They are measured in quanta once, 8 bytes a point, in blocks that know their bounds: a block out of view is skipped, one wholly
//! in a cell is added unread. Blocks share their quanta, so that the edges of a grid are worked out once, except for those that
//! span so much less than the rest that finer quanta serve them better. Blocks lie side by side in large buffers, and those that
//! are counted together are one dispatch, which does not read the steps of their rows that lie out of view.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::blocks::{Block, Ledger, POINT_BYTES, Room, Values};
use super::counter::{BLOCK_ROWS, Counter, Desk, Part};
use super::view::{Measures, Sight, View, fit, measure};
use super::way::Way;
use super::windows::Windows;
use super::{GpuBinner, lock};
use crate::binning::{Binner, Whereabouts, whereabouts};
use crate::data::{Aggregate, Bounds, Grid, Points, Scale};
use crate::error::Result;
use crate::gpu::{Device, DeviceCounts};

/// The scales of the coordinates that are kept.
pub(super) const LINEAR: (Scale, Scale) = (Scale::Linear, Scale::Linear);

/// A block keeps quanta of its own if those of all blocks are so many times larger: it is a detail beside outliers.
const MUCH_FINER: f64 = 1024.0;

/// Blocks that are measured and sent together.
const SENT_BLOCKS: usize = 16;

/// Points on a device, and on the host for the few that only f64 can decide.
///
/// ```no_run
/// use std::sync::Arc;
/// use heatbin::{Axis, Device, GpuPoints, Grid, Points, Rect};
///
/// let device = Device::open(None)?;
/// let points = GpuPoints::upload(&device, vec![Points::new(&[0.5, 1.5, 9.0], &[0.5, 2.0, 0.5])?])?;
/// for width in [1.0, 2.0, 10.0] {
///     let axis = || Axis::linear(0.0, width, 100);
///     let aggregate = points.count(&Arc::new(Grid::Rect(Rect { x: axis()?, y: axis()? })))?;
///     println!("{} points in view", aggregate.tally.binned);
/// }
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Debug)]
pub struct GpuPoints<'a> {
    pub(super) device: Device,
    /// In the order of their rows.
    pub(super) blocks: VecDeque<Block<'a>>,
    pub(super) room: Room,
    /// The quanta of the blocks, and which of them new blocks share.
    pub(super) measures: Vec<Measures>,
    pub(super) common: Option<usize>,
    pub(super) ledger: Ledger,
    spare: Mutex<Spare>,
}

/// What the last count left for the next.
#[derive(Debug, Default)]
struct Spare {
    desk: Desk,
    windows: Option<Windows>,
}

impl<'a> GpuPoints<'a> {
    /// Measures the points and sends them to a device.
    ///
    /// # Errors
    /// If they do not fit the device.
    pub fn upload(device: &Device, batches: Vec<Points<'a>>) -> Result<Self> {
        Self::upload_into(device, batches, (device.binding_bytes() / POINT_BYTES) as usize)
    }

    /// As [`GpuPoints::upload`], into buffers of at most so many rows.
    pub(super) fn upload_into(device: &Device, batches: Vec<Points<'a>>, most: usize) -> Result<Self> {
        let all = batches.iter().map(Points::bounds).fold(Bounds::EMPTY, Bounds::union);
        let mut points = Self {
            device: device.clone(),
            blocks: VecDeque::new(),
            room: Room::new(device, most),
            measures: if all.is_empty() { Vec::new() } else { vec![fit(all, LINEAR)] },
            common: (!all.is_empty()).then_some(0),
            ledger: Ledger::default(),
            spare: Mutex::default(),
        };
        let coming = batches.iter().map(Points::len).sum();
        points.send(batches, coming)?;
        Ok(points)
    }

    /// Adds batches behind the others, each in blocks of its own; there will be room for `coming` rows.
    pub(super) fn send(&mut self, batches: Vec<Points<'a>>, mut coming: usize) -> Result<()> {
        let mut places: Vec<(Arc<Points<'a>>, Range<usize>)> = Vec::new();
        for points in batches {
            self.ledger.push(points.len() as u64, points.missing());
            let points = Arc::new(points);
            let blocks = (0..points.len()).step_by(BLOCK_ROWS);
            let rows = blocks.map(|first| first..(first + BLOCK_ROWS).min(points.len()));
            places.extend(rows.map(|rows| (points.clone(), rows)));
        }
        for places in places.chunks(SENT_BLOCKS) {
            let common = self.common.map(|nth| (nth, self.measures[nth]));
            let measured: Vec<_> = places
                .par_iter()
                .map(|(points, rows)| measured(points, rows.clone(), common.map(|(_, measures)| measures)))
                .collect::<Result<_>>()?;
            for ((points, rows), measured) in places.iter().zip(measured) {
                let (shelf, first_row) = self.room.take(rows.len(), coming);
                coming = coming.saturating_sub(rows.len());
                shelf.lay(&self.device, first_row as usize, &measured.points);
                shelf.mark(&self.device, first_row as usize, &measured.points);
                let measures = match common {
                    Some((nth, _)) if measured.is_common => {
                        self.join(nth, &measured.measures);
                        nth
                    }
                    _ => {
                        self.measures.push(measured.measures);
                        self.measures.len() - 1
                    }
                };
                let values = Values::Batch(points.clone(), rows.clone());
                self.blocks.push_back(Block { shelf, first_row, values, bounds: measured.bounds, measures });
            }
            // What is on its way takes memory of its own.
            self.device.queue.submit([]);
            self.device.wait()?;
        }
        Ok(())
    }

    /// Notes what was measured in quanta that others share.
    pub(super) fn join(&mut self, nth: usize, (x, y): &Measures) {
        self.measures[nth].0.join(x);
        self.measures[nth].1.join(y);
    }

    /// Rows that were uploaded and not dropped, missing ones included.
    pub fn rows(&self) -> u64 {
        self.ledger.points + self.ledger.missing
    }

    /// Rows that held a NaN, an infinity or a null.
    pub fn missing(&self) -> u64 {
        self.ledger.missing
    }

    /// The device they are on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// What the points span.
    pub fn bounds(&self) -> Bounds {
        self.blocks.iter().map(|block| block.bounds).fold(Bounds::EMPTY, Bounds::union)
    }

    /// The counts over a grid: those of [`CpuBinner`](crate::CpuBinner) on the same points.
    ///
    /// Hexagons on a log axis are cut in coordinates that are not the resident ones; for them the points are sent again.
    ///
    /// # Errors
    /// If the device fails.
    pub fn count(&self, grid: &Arc<Grid>) -> Result<Aggregate> {
        let view = View::new(&self.device, grid.clone(), Way::choose(&self.device, grid.cells()));
        if view.scales() != LINEAR {
            return self.stream(grid);
        }
        self.count_as(view)
    }

    /// The counts of a view whose scales are linear.
    pub(super) fn count_as(&self, view: View) -> Result<Aggregate> {
        let cells = view.grid.cells();
        let mut spare = lock(&self.spare);
        let windows = match spare.windows.take().filter(|windows| windows.cells() == cells) {
            Some(windows) => windows,
            None => Windows::new(&self.device, cells)?,
        };
        let counter = Counter::new(&self.device, view, windows);
        self.run(&counter, &mut spare.desk)?;
        let (aggregate, windows) = counter.finish(self.rows(), self.missing())?;
        spare.windows = Some(windows);
        Ok(aggregate)
    }

    /// The counts over a grid, left on the device: no more than the few uncertain rows comes back.
    ///
    /// `None` where they cannot be left: hexagons on a log axis, more than [`DeviceCounts::MOST_CELLS`] cells, more than 2^32 - 1
    /// rows. [`GpuPoints::count`] counts them all the same.
    ///
    /// # Errors
    /// If the device fails.
    pub fn count_on_device(&self, grid: &Arc<Grid>) -> Result<Option<DeviceCounts>> {
        self.count_on_device_by(grid, Way::choose(&self.device, grid.cells()))
    }

    /// As [`GpuPoints::count_on_device`], in a way of the caller's: for measuring them against each other.
    pub(crate) fn count_on_device_by(&self, grid: &Arc<Grid>, way: Way) -> Result<Option<DeviceCounts>> {
        let view = View::new(&self.device, grid.clone(), way);
        let fits = grid.cells() <= DeviceCounts::MOST_CELLS && self.rows() <= u64::from(u32::MAX);
        if !fits || view.scales() != LINEAR {
            return Ok(None);
        }
        let windows = Windows::new(&self.device, grid.cells())?;
        let counter = Counter::new(&self.device, view, windows);
        self.run(&counter, &mut lock(&self.spare).desk)?;
        counter.leave(self.rows(), self.missing())
    }

    /// Counts every block that has to be read.
    fn run(&self, counter: &Counter, desk: &mut Desk) -> Result<()> {
        let mut sights: Vec<Sight> = Vec::new();
        // Where in `sights` those of some measures are, once they were needed; the inner `None` is for the host.
        let mut made: Vec<Option<Option<usize>>> = vec![None; self.measures.len()];
        let (mut parts, mut on_host) = (Vec::new(), Vec::new());
        for block in &self.blocks {
            match whereabouts(counter.grid(), block.bounds) {
                Whereabouts::Outside => continue,
                Whereabouts::OneCell(cell) => {
                    counter.add_to(cell, block.len() as u64);
                    continue;
                }
                Whereabouts::Unknown => {}
            }
            let sight = *made[block.measures].get_or_insert_with(|| {
                sights.push(counter.view.sight(&self.measures[block.measures])?);
                Some(sights.len() - 1)
            });
            let (x, y) = block.values();
            match sight {
                Some(sight) => {
                    parts.push(Part { shelf: &block.shelf, first_row: block.first_row, sight, x, y })
                }
                None => on_host.push((x, y)),
            }
        }
        counter.run(&parts, &sights, desk)?;
        on_host.into_par_iter().try_for_each(|(x, y)| counter.add_on_host(&Points::new(x, y)?))
    }

    /// The counts of the points as if they were not resident.
    fn stream(&self, grid: &Arc<Grid>) -> Result<Aggregate> {
        let binner = Box::new(GpuBinner::new(&self.device, grid.clone())?);
        self.blocks.par_iter().try_for_each(|block| {
            let (x, y) = block.values();
            binner.add(&Points::new(x, y)?)
        })?;
        let mut aggregate = binner.finish()?;
        aggregate.tally.rows = self.rows();
        aggregate.tally.missing = self.missing();
        Ok(aggregate)
    }
}

/// A block in quanta.
struct Measured {
    points: Vec<[u32; 2]>,
    measures: Measures,
    is_common: bool,
    bounds: Bounds,
}

/// Measures some rows, in the common quanta unless their own are much finer.
fn measured(points: &Points<'_>, rows: Range<usize>, common: Option<Measures>) -> Result<Measured> {
    let (x, y) = (points.x().slice(rows.clone()), points.y().slice(rows));
    let bounds = Points::new(x.clone(), y.clone())?.bounds();
    let own = fit(bounds, LINEAR);
    let common = common.filter(|common| holds(common, bounds) && !is_much_finer(&own, common));
    let mut measures = common.unwrap_or(own);
    let points = measure((&x, &y), LINEAR, &mut measures);
    Ok(Measured { points, measures, is_common: common.is_some(), bounds })
}

/// Whether points within bounds can be measured so.
pub(super) fn holds((x, y): &Measures, bounds: Bounds) -> bool {
    x.holds(bounds.x) && y.holds(bounds.y)
}

/// Whether the first measures are so much finer than the second that they are worth having.
pub(super) fn is_much_finer((x, y): &Measures, (x_than, y_than): &Measures) -> bool {
    x_than.size() > MUCH_FINER * x.size() || y_than.size() > MUCH_FINER * y.size()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binning::CpuBinner;
    use crate::data::{Axis, Floats, Hex, Rect};
    use crate::gpu::STEP;

    fn random(rows: usize, mut state: u64, low: f64, high: f64) -> Vec<f64> {
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            low + (state >> 11) as f64 / (1u64 << 53) as f64 * (high - low)
        };
        (0..rows).map(|_| next()).collect()
    }

    fn rect(x: (f64, f64), y: (f64, f64), bins: usize) -> Grid {
        let axis = |(start, stop)| Axis::linear(start, stop, bins).unwrap();
        Grid::Rect(Rect { x: axis(x), y: axis(y) })
    }

    fn hex(x: (f64, f64), y: (f64, f64), cells: usize, scale: Scale) -> Grid {
        Grid::Hex(Hex::in_range((cells, Hex::rows_for(cells)), (x, y), (scale, Scale::Linear)).unwrap())
    }

    fn upload(batches: Vec<Points<'_>>) -> GpuPoints<'_> {
        let device =
            Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one");
        GpuPoints::upload(&device, batches).unwrap()
    }

    fn by_cpu(batches: &[Points<'_>], grid: &Arc<Grid>) -> Aggregate {
        let binner = Box::new(CpuBinner::new(grid.clone()).unwrap());
        batches.iter().for_each(|points| binner.add(points).unwrap());
        binner.finish().unwrap()
    }

    /// Compares every view of the same resident points with the CPU, twice over.
    fn check(batches: &[Points<'_>], views: &[Grid]) -> usize {
        let points = upload(batches.to_vec());
        let views: Vec<Arc<Grid>> = views.iter().cloned().map(Arc::new).collect();
        let mut left = 0;
        for grid in views.iter().chain(&views) {
            let (got, wanted) = (points.count(grid).unwrap(), by_cpu(batches, grid));
            assert_eq!(got.tally, wanted.tally, "{grid:?}");
            assert!(got == wanted, "{grid:?}");
            if let Some(counts) = points.count_on_device(grid).unwrap() {
                left += 1;
                assert!(counts.read().unwrap() == wanted, "{grid:?}");
                let crate::data::Values::Counts(wanted_counts) = &wanted.values else {
                    panic!("a binning counts")
                };
                for bound in [0, 1, 3, 1 << 30] {
                    let survey = counts.survey(bound).unwrap();
                    let shown = || wanted_counts.iter().filter(|&&count| count >= bound.into());
                    let extremes = shown().min().zip(shown().max()).map(|(&a, &b)| (a as u32, b as u32));
                    assert_eq!((survey.extremes, survey.tally), (extremes, wanted.tally));
                }
            }
        }
        left
    }

    #[test]
    fn every_view_has_the_counts_of_the_cpu() {
        let (mut x, y) = (random(30_000, 1, -5.0, 5.0), random(30_000, 2, 0.5, 9.0));
        (x[7], x[8]) = (f64::NAN, f64::INFINITY);
        let narrow = |values: Vec<f64>| values.into_iter().map(|v| v as f32).collect::<Vec<f32>>();
        let (x32, y32) = (narrow(random(20_000, 3, 0.0, 1.0)), narrow(random(20_000, 4, 1.0, 3.0)));
        let batches = [
            Points::new(&x, &y).unwrap(),
            Points::new(&x32, &y32).unwrap(),
            Points::new(&x[9..12], &y32[9..12]).unwrap(),
            Points::new(&x[..0], &y[..0]).unwrap(),
        ];
        let own = Axis::from_edges(vec![-9.0, 0.0, 0.0, 0.7, 4.0], Scale::Linear).unwrap();
        let mut views = vec![
            Grid::Rect(Rect { x: own, y: Axis::log(0.1, 10.0, 40).unwrap() }),
            rect((50.0, 60.0), (0.0, 1.0), 10),
            rect((-100.0, 100.0), (-100.0, 300.0), 1),
            hex((-5.0, 5.0), (0.0, 9.0), 90, Scale::Linear),
            hex((0.1, 5.0), (0.0, 9.0), 30, Scale::Log),
        ];
        let (mut width, mut height) = (10.0, 9.0);
        for _ in 0..7 {
            let (x, y) = ((0.4 - width / 2.0, 0.4 + width / 2.0), (2.0 - height / 2.0, 2.0 + height / 2.0));
            views.extend([rect(x, y, 300), hex(x, y, 100, Scale::Linear)]);
            (width, height) = (width / 12.0, height / 9.0);
        }
        // All but the logarithmic one, twice; also those so close that the host bins them.
        assert_eq!(check(&batches, &views), 2 * (views.len() - 1));
    }

    #[test]
    fn what_the_host_counted_is_left_on_the_device_too() {
        let (mut x, mut y) = (random(4_000, 21, 0.0, 1.0), random(4_000, 22, 0.0, 1.0));
        // So close together beside the others that the host bins them, and some the kernel.
        for row in 0..3_000 {
            (x[row], y[row]) = (0.5 + 1e-14 * x[row], 0.5 + 1e-14 * y[row]);
        }
        let near = (0.5, 0.5 + 1e-14);
        let views = [rect(near, near, 40), hex(near, near, 9, Scale::Linear)];
        assert_eq!(check(&[Points::new(&x, &y).unwrap()], &views), 4);
    }

    #[test]
    fn whole_numbers_on_whole_edges() {
        let x: Vec<f64> = (0..40_000).map(|i| f64::from(i % 200) / 4.0).collect();
        let y: Vec<f64> = (0..40_000).map(|i| f64::from(i / 200) / 4.0).collect();
        let all = ((0.0, 50.0), (0.0, 50.0));
        let views = [
            rect(all.0, all.1, 50),
            hex(all.0, all.1, 50, Scale::Linear),
            hex((10.0, 20.0), (5.0, 30.0), 10, Scale::Linear),
        ];
        check(&[Points::new(&x, &y).unwrap()], &views);
    }

    #[test]
    fn outliers_do_not_coarsen_the_other_blocks() {
        let (mut x, y) = (random(9_000, 5, 0.0, 1.0), random(9_000, 6, 0.0, 1.0));
        x[17] = 1e300;
        let batches =
            [Points::new(&x[..3000], &y[..3000]).unwrap(), Points::new(&x[3000..], &y[3000..]).unwrap()];
        // The first block is uncertain as a whole: its list is far too short.
        let views = [
            rect((0.0, 1.0), (0.0, 1.0), 100),
            hex((0.0, 1.0), (0.0, 1.0), 40, Scale::Linear),
            rect((0.0, 1e301), (0.0, 1.0), 7),
        ];
        check(&batches, &views);
        let points = upload(batches.to_vec());
        assert_eq!(points.blocks.iter().map(|block| block.measures).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn blocks_out_of_view_or_in_one_cell_are_not_read() {
        let (x, y) = (random(100, 7, 0.0, 1.0), random(100, 8, 0.0, 1.0));
        let points = upload(vec![Points::new(&x, &y).unwrap()]);
        let wrong = vec![0xffu8; 800];
        points.device.queue.write_buffer(&points.blocks[0].shelf.points, 0, &wrong);
        let count = |grid| {
            let Aggregate { tally, .. } = points.count(&Arc::new(grid)).unwrap();
            assert!(tally.adds_up());
            tally.binned
        };
        assert_eq!(count(rect((-5.0, 5.0), (-3.0, 2.0), 1)), 100);
        assert_eq!(count(rect((2.0, 3.0), (0.0, 1.0), 5)), 0);
        // Where it must be read, it is: no point lies at the quanta written above.
        assert_eq!(count(rect((0.0, 1.0), (0.0, 1.0), 2)), 0);
    }

    #[test]
    fn steps_out_of_view_are_not_read() {
        let step = STEP as usize;
        let x: Vec<f64> = (0..8 * step + 10).map(|row| row as f64 / step as f64).collect();
        let y = random(x.len(), 15, 0.0, 1.0);
        let batches = [Points::new(&x, &y).unwrap()];
        for grid in
            [rect((5.5, 7.0), (0.0, 1.0), 40), hex((5.5, 7.0), (0.0, 1.0), 40, Scale::Linear)].map(Arc::new)
        {
            let points = upload(batches.to_vec());
            let shelf = &points.blocks[0].shelf;
            // The first two steps lie in view by their quanta now, but not by what is said of them.
            let inside = (Floats::F64(vec![6.0; 2 * step].into()), Floats::F64(vec![0.5; 2 * step].into()));
            shelf.lay(
                &points.device,
                0,
                &measure((&inside.0, &inside.1), LINEAR, &mut points.measures[0].clone()),
            );
            let wanted = by_cpu(&batches, &grid);
            assert!(points.count(&grid).unwrap() == wanted);
            // Where nothing is said they are read.
            points.device.queue.write_buffer(&shelf.spans, 0, &[0; 16]);
            assert_eq!(points.count(&grid).unwrap().tally.binned, wanted.tally.binned + step as u64);
        }
    }

    #[test]
    fn sorted_batches_of_any_length_have_the_counts_of_the_cpu() {
        let step = STEP as usize;
        let lengths = [1, 700, 5 * step + 3, 2, step - 1, 3 * step, step, 9000];
        let rows = lengths.iter().sum();
        let (mut x, y) = (random(rows, 16, 0.0, 1.0), random(rows, 17, 0.0, 1.0));
        x.sort_by(f64::total_cmp);
        let mut first = 0;
        let batches = lengths.map(|length| {
            let rows = first..first + length;
            first = rows.end;
            Points::new(&x[rows.clone()], &y[rows]).unwrap()
        });
        let views = [0.0, 0.01, 0.04, 0.2, 0.55, 0.98].map(|low| rect((low, low + 0.03), (0.2, 0.8), 50));
        let hexes = [0.02, 0.5].map(|low| hex((low, low + 0.05), (0.0, 0.4), 20, Scale::Linear));
        check(&batches, &[views.to_vec(), hexes.to_vec()].concat());
    }

    #[test]
    fn a_batch_of_several_blocks() {
        let rows = 2 * BLOCK_ROWS + 5;
        let (x, y) = (random(rows, 11, 0.0, 1.0), random(rows, 12, 0.0, 1.0));
        let batches = [Points::new(&x, &y).unwrap()];
        assert_eq!(upload(batches.to_vec()).blocks.len(), 3);
        let all = ((0.0, 1.0), (0.0, 1.0));
        check(&batches, &[rect(all.0, all.1, 100), hex(all.0, all.1, 60, Scale::Linear)]);
    }

    #[test]
    fn uncertain_rows_of_blocks_side_by_side_are_decided_each_in_its_own() {
        let rows = BLOCK_ROWS + 150_000;
        let (mut x, mut y) = (random(rows, 13, 0.5, 0.5 + 1e-5), random(rows, 14, 0.5, 0.5 + 1e-5));
        for row in [0, BLOCK_ROWS] {
            (x[row], y[row], x[row + 1], y[row + 1]) = (0.0, 0.0, 1.0, 1.0);
        }
        let batches = [Points::new(&x, &y).unwrap()];
        let range = (0.5, 0.5 + 1e-5);
        // So few rows that one list of both holds them, and so many that each block is asked again.
        check(
            &batches,
            &[rect(range, range, 5), hex(range, range, 5, Scale::Linear), rect(range, range, 150)],
        );
    }

    #[test]
    fn large_grids_are_counted_in_windows() {
        let (x, y) = (random(2_000, 9, 0.0, 1.0), random(2_000, 10, 0.0, 1.0));
        let grid = Axis::linear(0.1, 0.9, 6000).unwrap();
        let other = Axis::linear(0.1, 0.9, 6001).unwrap();
        check(&[Points::new(&x, &y).unwrap()], &[Grid::Rect(Rect { x: grid, y: other })]);
    }
}
