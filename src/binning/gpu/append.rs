//! Resident points that change: new ones behind, old ones gone in front, the others untouched.
//!
//! Large batches become blocks of their own and are not copied on the host. Small ones are gathered in the last block until
//! it is full, so that a stream of them does not make thousands of blocks; only their own rows are sent. New points take the quanta
//! of the others while those can count them. Where they cannot, all that follows gets quanta with room on both sides.

use super::blocks::{Block, SMALL_ROWS, Values, extend, none_like};
use super::counter::BLOCK_ROWS;
use super::resident::{GpuPoints, LINEAR, holds, is_much_finer};
use super::view::{Measures, fit, measure};
use crate::data::{Bounds, Floats, Points};
use crate::error::Result;

/// Blocks with fewer rows may have quanta that are far too coarse for them: that the host bins them is soon done.
const FEW_ROWS: usize = 1 << 16;

/// Measures that may be left over from blocks that are gone.
const OLD_MEASURES: usize = 64;

impl<'a> GpuPoints<'a> {
    /// Batches of fewer points are copied when they are appended, and gathered.
    pub(crate) const LENT_ROWS: usize = SMALL_ROWS;

    /// Adds batches behind the others, which stay as they are.
    ///
    /// Batches of some hundred thousand points and more are borrowed, as by [`GpuPoints::upload`]; smaller ones are copied and
    /// share blocks.
    ///
    /// # Errors
    /// If they do not fit the device, or it fails. Which of the points were added is then not known.
    pub fn append(&mut self, batches: Vec<Points<'a>>) -> Result<()> {
        for points in batches {
            if points.len() < Self::LENT_ROWS {
                self.append_copy(&points)?;
            } else {
                self.make_common(points.bounds());
                let coming = self.coming(points.len());
                self.send(vec![points], coming)?;
            }
        }
        self.device.check()
    }

    /// As [`GpuPoints::append`], of points that are copied however many they are.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn append_copy(&mut self, points: &Points<'_>) -> Result<()> {
        if !points.is_empty() {
            self.make_common(points.bounds());
        }
        self.ledger.push(points.len() as u64, points.missing());
        self.gather(points)?;
        self.device.check()
    }

    /// Drops the first `points` points, those of the oldest batches; with the last point of a batch go its missing rows. What
    /// is left is untouched, and memory is given back as whole buffers become empty.
    ///
    /// ```no_run
    /// # fn window(points: &mut heatbin::GpuPoints<'_>, new: heatbin::Points<'static>) -> heatbin::Result<()> {
    /// // The last million.
    /// points.append(vec![new])?;
    /// points.drop_front(points.len().saturating_sub(1_000_000));
    /// # Ok(())
    /// # }
    /// ```
    pub fn drop_front(&mut self, points: u64) {
        self.ledger.drop_front(points);
        let mut rest = points;
        while let Some(block) = self.blocks.front_mut() {
            if block.len() as u64 > rest {
                if rest > 0 {
                    block.drop_front(rest as usize);
                    block.bounds = bounds_of(&block.values());
                }
                break;
            }
            rest -= block.len() as u64;
            self.blocks.pop_front();
        }
        self.forget_measures();
    }

    /// How many points there are, without the rows that were missing.
    pub fn len(&self) -> u64 {
        self.ledger.points
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sees to it that the common measures can count points within these bounds.
    fn make_common(&mut self, bounds: Bounds) {
        if self.common.is_some_and(|nth| holds(&self.measures[nth], bounds)) {
            return;
        }
        self.measures.push(roomy(self.bounds().union(bounds)));
        self.common = Some(self.measures.len() - 1);
    }

    /// Rows to make room for when a buffer for `rows` of them is needed: some share of what there is, so that buffers are few.
    fn coming(&self, rows: usize) -> usize {
        rows.max(self.len() as usize / 4).max(BLOCK_ROWS)
    }

    /// Adds points to the last block, and to another when that is full. The common measures can count them.
    fn gather(&mut self, points: &Points<'_>) -> Result<()> {
        let mut first = 0;
        while first < points.len() {
            if self.blocks.back().is_none_or(|block| block.room() == 0) {
                let coming = self.coming(BLOCK_ROWS);
                let (shelf, first_row) = self.room.take(BLOCK_ROWS, coming);
                let values = Values::Gathered(none_like(points.x()), none_like(points.y()), 0);
                let measures = self.common.unwrap_or_default();
                self.blocks.push_back(Block { shelf, first_row, values, bounds: Bounds::EMPTY, measures });
            }
            let Some(mut block) = self.blocks.pop_back() else { break };
            let rows = first..points.len().min(first + block.room());
            first = rows.end;
            let more = (points.x().slice(rows.clone()), points.y().slice(rows));
            self.add_to(&mut block, &more);
            self.blocks.push_back(block);
        }
        Ok(())
    }

    /// Adds rows to a block that has room for them.
    fn add_to(&mut self, block: &mut Block<'_>, more: &(Floats<'_>, Floats<'_>)) {
        let old = block.len();
        block.bounds = block.bounds.union(bounds_of(more));
        if let Values::Gathered(x, y, _) = &mut block.values {
            extend(x, &more.0);
            extend(y, &more.1);
        }
        let own = fit(block.bounds, LINEAR);
        let serves = |measures| {
            holds(measures, block.bounds) && (block.len() < FEW_ROWS || !is_much_finer(&own, measures))
        };
        let keeps = old > 0 && serves(&self.measures[block.measures]);
        if !keeps {
            block.measures = self.common.filter(|&nth| serves(&self.measures[nth])).unwrap_or_else(|| {
                self.measures.push(roomy(block.bounds));
                self.measures.len() - 1
            });
        }
        // In other quanta than before, all of the block is sent again.
        let (x, y) = block.values();
        let from = if keeps { old } else { 0 };
        let (x, y) = (x.slice(from..x.len()), y.slice(from..y.len()));
        let mut measures = self.measures[block.measures];
        let measured = measure((&x, &y), LINEAR, &mut measures);
        self.join(block.measures, &measures);
        // Not marked: what a step of rows spans grows while others come, and may be measured anew.
        block.shelf.lay(&self.device, block.first_row as usize + from, &measured);
    }

    /// Forgets the measures that no block has, once they are many.
    fn forget_measures(&mut self) {
        if self.measures.len() <= OLD_MEASURES {
            return;
        }
        let is_used = |nth: usize| self.common == Some(nth) || self.blocks.iter().any(|b| b.measures == nth);
        let used: Vec<usize> = (0..self.measures.len()).filter(|&nth| is_used(nth)).collect();
        let place = |nth: usize| used.binary_search(&nth).expect("it is used");
        self.blocks.iter_mut().for_each(|block| block.measures = place(block.measures));
        self.common = self.common.map(place);
        self.measures = used.iter().map(|&nth| self.measures[nth]).collect();
    }
}

/// Measures with room on both sides for as much again.
fn roomy(bounds: Bounds) -> Measures {
    let wider = |(low, high): (f64, f64)| {
        let width = high - low;
        let wider = (low - width, high + width);
        if wider.0.is_finite() && wider.1.is_finite() { wider } else { (low, high) }
    };
    fit(Bounds { x: wider(bounds.x), y: wider(bounds.y) }, LINEAR)
}

/// What finite values span.
fn bounds_of((x, y): &(Floats<'_>, Floats<'_>)) -> Bounds {
    let along = |values: &Floats<'_>| {
        (0..values.len())
            .map(|row| values.get(row))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    Bounds { x: along(x), y: along(y) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::binning::{Binner, CpuBinner};
    use crate::data::{Aggregate, Axis, Grid, Hex, Rect, Scale};
    use crate::gpu::Device;

    fn device() -> Device {
        Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one")
    }

    fn random(rows: usize, mut state: u64, low: f64, high: f64) -> Vec<f64> {
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            low + (state >> 11) as f64 / (1u64 << 53) as f64 * (high - low)
        };
        (0..rows).map(|_| next()).collect()
    }

    fn rect(range: (f64, f64), bins: usize) -> Grid {
        let axis = || Axis::linear(range.0, range.1, bins).unwrap();
        Grid::Rect(Rect { x: axis(), y: axis() })
    }

    fn hex(scale: Scale) -> Grid {
        let range = ((0.1, 4.0), (0.0, 4.0));
        Grid::Hex(Hex::in_range((70, 40), range, (scale, Scale::Linear)).unwrap())
    }

    fn by_cpu(batches: &[Points<'_>], grid: &Arc<Grid>) -> Aggregate {
        let binner = Box::new(CpuBinner::new(grid.clone()).unwrap());
        batches.iter().for_each(|points| binner.add(points).unwrap());
        binner.finish().unwrap()
    }

    /// Compares views of resident points with the same points counted on the CPU.
    fn check(points: &GpuPoints<'_>, same: &[Points<'_>]) {
        for grid in [rect((0.0, 4.0), 300), rect((0.2, 0.9), 50), hex(Scale::Linear), hex(Scale::Log)] {
            let grid = Arc::new(grid);
            let (got, wanted) = (points.count(&grid).unwrap(), by_cpu(same, &grid));
            assert_eq!(got.tally, wanted.tally, "{grid:?}");
            assert!(got == wanted, "{grid:?}");
        }
        assert_eq!(points.bounds(), same.iter().map(Points::bounds).fold(Bounds::EMPTY, Bounds::union));
        assert_eq!(points.len(), same.iter().map(|points| points.len() as u64).sum::<u64>());
    }

    /// Batches of many sizes and both widths, some with missing rows, drifting out of the range of the first.
    fn stream() -> Vec<Points<'static>> {
        let mut batches = Vec::new();
        for (nth, rows) in (0u64..).zip([700, 1, 30_000, 0, SMALL_ROWS + 5, 12_345, 2, 60_000, 9]) {
            let drift = nth as f64 * 0.4;
            let (mut x, y) =
                (random(rows, nth, drift, drift + 0.7), random(rows, 99 + nth, 0.0, 1.0 + drift));
            if nth % 3 == 2 {
                x.extend([f64::NAN, 0.5]);
                let y = [&*y, &[0.5, f64::INFINITY]].concat();
                batches.push(Points::new(x, y).unwrap());
            } else if nth % 3 == 1 {
                let narrow = |values: Vec<f64>| values.into_iter().map(|v| v as f32).collect::<Vec<f32>>();
                batches.push(Points::new(narrow(x), narrow(y)).unwrap());
            } else {
                batches.push(Points::new(x, y).unwrap());
            }
        }
        batches
    }

    #[test]
    fn appended_points_are_counted_with_the_others() {
        let batches = stream();
        for first in [0, 1, 4] {
            let mut points = GpuPoints::upload(&device(), batches[..first].to_vec()).unwrap();
            for nth in first..batches.len() {
                points.append(vec![batches[nth].clone()]).unwrap();
                if nth % 3 == 1 || nth + 1 == batches.len() {
                    check(&points, &batches[..=nth]);
                }
            }
        }
    }

    #[test]
    fn small_batches_share_blocks_and_send_only_themselves() {
        let mut points = GpuPoints::upload(&device(), Vec::new()).unwrap();
        let (x, y) = (random(30_000, 1, 0.0, 1.0), random(30_000, 2, 0.0, 1.0));
        let batch = |rows: std::ops::Range<usize>| Points::new(&x[rows.clone()], &y[rows]).unwrap();
        points.append(vec![batch(0..10_000)]).unwrap();
        for first in (10_000..30_000).step_by(100) {
            points.append(vec![batch(first..first + 100)]).unwrap();
        }
        assert_eq!((points.blocks.len(), points.len()), (1, 30_000));
        assert!(points.measures.len() < 4, "{}", points.measures.len());
        // What was sent is not sent again: wrong quanta written into the first rows stay there.
        points.device.queue.write_buffer(&points.blocks[0].shelf.points, 0, &[0xff; 800]);
        points.append(vec![batch(0..100)]).unwrap();
        let grid = Arc::new(rect((0.0, 1.0), 7));
        assert_eq!(points.count(&grid).unwrap().tally.binned, 30_000);
    }

    #[test]
    fn a_full_block_is_followed_by_another() {
        let mut points = GpuPoints::upload_into(&device(), Vec::new(), BLOCK_ROWS).unwrap();
        let rows = SMALL_ROWS - 1;
        let (x, y) = (random(rows, 1, 0.0, 1.0), random(rows, 2, 0.0, 1.0));
        let batches = vec![Points::new(&x, &y).unwrap(); 5];
        points.append(batches.clone()).unwrap();
        let lengths: Vec<usize> = points.blocks.iter().map(Block::len).collect();
        assert_eq!(lengths, [BLOCK_ROWS, 5 * rows - BLOCK_ROWS]);
        assert!(
            points.blocks[0].shelf.points != points.blocks[1].shelf.points,
            "a buffer holds one block here"
        );
        check(&points, &batches);
    }

    #[test]
    fn points_dropped_in_front_are_gone() {
        let batches = stream();
        let mut points = GpuPoints::upload(&device(), batches[..3].to_vec()).unwrap();
        points.append(batches[3..].to_vec()).unwrap();
        // Within a batch, to the end of one, through several, and all.
        let drop = |batches: &[Points<'static>], mut rows: usize| {
            let mut left = Vec::new();
            for points in batches {
                let gone = rows.min(points.len());
                rows -= gone;
                if gone < points.len() {
                    let kept = |values: &Floats<'static>| values.slice(gone..values.len()).into_owned();
                    let nans = |values: &Floats<'static>| {
                        let mut values = kept(values);
                        let missing = vec![f64::NAN; points.missing() as usize];
                        if !missing.is_empty() {
                            extend(&mut values, &Floats::F64(missing.into()));
                        }
                        values
                    };
                    left.push(Points::new(nans(points.x()), nans(points.y())).unwrap());
                }
            }
            left
        };
        let mut left = batches;
        for rows in [0, 300, 400, 20_000, 10_001, SMALL_ROWS + 7, 40_000] {
            points.drop_front(rows as u64);
            left = drop(&left, rows);
            check(&points, &left);
        }
        // A window that moves on.
        let new = Points::new(random(5000, 7, 0.0, 4.0), random(5000, 8, 0.0, 4.0)).unwrap();
        left.push(new.clone());
        points.append(vec![new]).unwrap();
        check(&points, &left);
        points.drop_front(u64::MAX);
        check(&points, &[]);
        assert!(points.is_empty() && points.blocks.is_empty() && points.rows() == 0);
    }

    #[test]
    fn a_long_stream_forgets_what_is_gone() {
        let mut points = GpuPoints::upload(&device(), Vec::new()).unwrap();
        let mut kept = Vec::new();
        for nth in 0..300 {
            // Each batch lies ten times as far out as the one before it, and back again.
            let far = 10f64.powi((nth % 50) - 25);
            let values = random(50, nth as u64, far, 2.0 * far);
            let batch = Points::new(values.clone(), values).unwrap();
            points.append(vec![batch.clone()]).unwrap();
            points.drop_front(points.len().saturating_sub(500));
            kept.push(batch);
        }
        assert!(points.measures.len() <= OLD_MEASURES + 1, "{}", points.measures.len());
        check(&points, &kept[kept.len() - 10..]);
    }

    #[test]
    fn a_ledger_counts_missing_rows_with_their_batch() {
        let mut ledger = super::super::blocks::Ledger::default();
        for (points, missing) in [(5, 0), (3, 2), (0, 1), (4, 0)] {
            ledger.push(points, missing);
        }
        for (dropped, points, missing) in [(0, 12, 3), (7, 5, 3), (1, 4, 1), (2, 2, 0), (9, 0, 0)] {
            ledger.drop_front(dropped);
            assert_eq!((ledger.points, ledger.missing), (points, missing), "{dropped}");
        }
    }
}
