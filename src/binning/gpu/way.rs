//! How the kernels count: which parts they are made of, and which are chosen for a grid.
//!
//! One `atomicAdd` a point on the counts is right everywhere and fast on even data; but all points of a hot cell wait for
//! each other at one address, which costs published kernels 8 to 32 times their speed. So points of equal cells are
//! brought together before the device's memory sees them, in two places ([`Merge`], [`Store`]) that may be combined at will. Every
//! combination gives the same counts; [`Way::choose`] is the one place that prefers one, and `heatbin bench --ways`
//! measures them all.

use crate::gpu::{Device, Kernel, STEP};

/// Which points an invocation, or a subgroup, brings together before it stores them.
#[cfg_attr(
    not(feature = "cli"),
    allow(dead_code, reason = "only the tests and `heatbin bench` prefer a way of their own")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// None.
    Each,
    /// Those that an invocation meets one after the other in one cell: a comparison a point, in registers.
    Runs,
    /// Those in the cell of the subgroup's first; needs an adapter with subgroups, of any size.
    Subgroup,
}

/// Where points are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// In the counts.
    Global,
    /// In a grid of the workgroup's own, in its memory; for grids of at most [`PRIVATE_CELLS`].
    Private,
    /// In a cache of the workgroup's cells, in its memory; a cell without a place there goes into the counts.
    Cache,
}

/// A way to count: what a kernel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// What is brought together first.
    pub merge: Merge,
    /// Where that goes.
    pub store: Store,
}

/// Cells of a private grid: 16 KiB, the memory that every device gives a workgroup.
pub const PRIVATE_CELLS: usize = 4096;

/// Workgroups that share the rows of a dispatch: they fill the largest GPUs of today, some 1,000 of them at a time, and are
/// few enough for what each clears and empties to be a small part.
const MOST_GROUPS: u32 = 2048;

/// Steps that a workgroup takes at least where it must clear and empty its memory: some cells of it for each row.
const LEAST_STEPS: u32 = 4;

#[cfg_attr(
    not(feature = "cli"),
    allow(dead_code, reason = "only the tests and `heatbin bench` prefer a way of their own")
)]
impl Way {
    /// The way for a grid of so many cells.
    ///
    /// Grids that fit are counted in the workgroup: no atomic leaves it but the last. Larger ones go through the cache, which costs
    /// even data a look and a miss. Before either, subgroups join what lies in one cell where the adapter has them: in hot data 32
    /// or 64 points become one atomic; without them each invocation joins what it meets in a row.
    pub fn choose(device: &Device, cells: usize) -> Self {
        let merge = if device.has_subgroups() { Merge::Subgroup } else { Merge::Runs };
        let store = if cells <= PRIVATE_CELLS { Store::Private } else { Store::Cache };
        Self { merge, store }
    }

    /// Every way in which a device can count so many cells. The first is the plain one.
    pub fn all(device: &Device, cells: usize) -> Vec<Self> {
        let merges = [Merge::Each, Merge::Runs, Merge::Subgroup];
        let stores = [Store::Global, Store::Private, Store::Cache];
        let ways = merges.into_iter().flat_map(|merge| stores.map(|store| Self { merge, store }));
        ways.filter(|way| way.merge != Merge::Subgroup || device.has_subgroups())
            .filter(|way| way.store != Store::Private || cells <= PRIVATE_CELLS)
            .collect()
    }

    /// As the results of `heatbin bench` name it.
    pub fn stage(self) -> &'static str {
        match (self.merge, self.store) {
            (Merge::Each, Store::Global) => "bin each+global",
            (Merge::Each, Store::Private) => "bin each+private",
            (Merge::Each, Store::Cache) => "bin each+cache",
            (Merge::Runs, Store::Global) => "bin runs+global",
            (Merge::Runs, Store::Private) => "bin runs+private",
            (Merge::Runs, Store::Cache) => "bin runs+cache",
            (Merge::Subgroup, Store::Global) => "bin subgroup+global",
            (Merge::Subgroup, Store::Private) => "bin subgroup+private",
            (Merge::Subgroup, Store::Cache) => "bin subgroup+cache",
        }
    }

    /// The kernel whose file and entry point are `name`.
    pub fn kernel(self, device: &Device, name: &'static str, source: &str) -> Kernel {
        let (merge, store) = (self.merge_part(), self.store_part());
        let rows = include_str!("../../../shaders/parts/rows.wgsl");
        device.composed(name, &[merge.0, store.0], &[source, rows, merge.1, store.1])
    }

    /// Workgroups for so many rows.
    pub fn groups(self, rows: u32) -> u32 {
        let least = if self.store == Store::Global { 1 } else { LEAST_STEPS };
        rows.div_ceil(STEP).div_ceil(least).min(MOST_GROUPS)
    }

    fn merge_part(self) -> (&'static str, &'static str) {
        match self.merge {
            Merge::Each => ("each", include_str!("../../../shaders/parts/merge_each.wgsl")),
            Merge::Runs => ("runs", include_str!("../../../shaders/parts/merge_runs.wgsl")),
            Merge::Subgroup => ("subgroup", include_str!("../../../shaders/parts/merge_subgroup.wgsl")),
        }
    }

    fn store_part(self) -> (&'static str, &'static str) {
        match self.store {
            Store::Global => ("global", include_str!("../../../shaders/parts/store_global.wgsl")),
            Store::Private => ("private", include_str!("../../../shaders/parts/store_private.wgsl")),
            Store::Cache => ("cache", include_str!("../../../shaders/parts/store_cache.wgsl")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::binning::gpu::view::View;
    use crate::binning::{Binner, CpuBinner, GpuPoints};
    use crate::data::{Aggregate, Axis, Grid, Hex, Points, Rect, Scale};

    const ROWS: usize = 30_000;

    /// Points between 0 and 1, most of them: even, around the middle, in one cell but for a few, in two by turns, and none in range.
    fn clouds() -> Vec<(&'static str, Vec<f64>, Vec<f64>)> {
        let mut state = 5u64;
        let mut even = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut normal = {
            let mut even = even;
            move || (0..12).map(|_| even()).sum::<f64>() / 12.0
        };
        let cloud = |name, point: &mut dyn FnMut(usize) -> (f64, f64)| {
            let (x, y) = (0..ROWS).map(point).unzip();
            (name, x, y)
        };
        vec![
            cloud("even", &mut |_| (even(), even())),
            cloud("normal", &mut |_| (normal(), normal())),
            cloud("one cell", &mut |row| if row % 1000 == 7 { (even(), even()) } else { (0.3, 0.3) }),
            cloud("two cells", &mut |row| if row % 2 == 0 { (0.3, 0.3) } else { (0.7, 0.6) }),
            cloud("outside", &mut |_| (2.0 + even(), even())),
        ]
    }

    /// Grids that fit a workgroup, by a cell too large for one, and larger.
    fn grids() -> Vec<Arc<Grid>> {
        let rect = |nx, ny| {
            let axis = |bins| Axis::linear(0.0, 1.0, bins).unwrap();
            Grid::Rect(Rect { x: axis(nx), y: axis(ny) })
        };
        let hex = |cells| {
            let range = ((0.0, 1.0), (0.0, 1.0));
            Grid::Hex(Hex::in_range((cells, cells / 2), range, (Scale::Linear, Scale::Linear)).unwrap())
        };
        [rect(1, 1), rect(64, 64), rect(4097, 1), rect(700, 900), hex(60), hex(400)].map(Arc::new).to_vec()
    }

    fn device() -> Device {
        Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one")
    }

    fn by_cpu(points: &Points<'_>, grid: &Arc<Grid>) -> Aggregate {
        let binner = Box::new(CpuBinner::new(grid.clone()).unwrap());
        binner.add(points).unwrap();
        binner.finish().unwrap()
    }

    /// What differs from the CPU when views made by `view` are counted.
    fn differences(device: &Device, view: impl Fn(&Arc<Grid>) -> Vec<(&'static str, View)>) -> Vec<String> {
        let mut found = Vec::new();
        for (cloud, x, y) in clouds() {
            let points = Points::new(&x, &y).unwrap();
            let resident = GpuPoints::upload(device, vec![points.clone()]).unwrap();
            for grid in grids() {
                let wanted = by_cpu(&points, &grid);
                for (name, view) in view(&grid) {
                    if resident.count_as(view).unwrap() != wanted {
                        found.push(format!("{name}: {cloud} in {} cells", grid.cells()));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_way_counts_as_the_cpu_does() {
        let device = device();
        let views = |grid: &Arc<Grid>| {
            let ways = Way::all(&device, grid.cells()).into_iter();
            ways.map(|way| (way.stage(), View::new(&device, grid.clone(), way))).collect()
        };
        assert_eq!(differences(&device, views), Vec::<String>::new());
    }

    #[test]
    fn a_way_that_counts_wrongly_is_seen() {
        let device = device();
        for (merge, store, right, wrong) in [
            (Merge::Each, Store::Global, "store(slot, 1u)", "store(slot / 2u, 1u)"),
            (Merge::Runs, Store::Global, "run_points += 1u", "run_points = 1u"),
            (Merge::Runs, Store::Global, "if slot != run_slot {", "if slot > run_slot {"),
            (Merge::Subgroup, Store::Global, "lanes.x + lanes.y", "lanes.y"),
            (Merge::Subgroup, Store::Global, "(elected || !same)", "elected"),
            (Merge::Each, Store::Private, "points > 0u", "points > 1u"),
            (Merge::Each, Store::Cache, "owner == me", "owner != 0u"),
            (Merge::Each, Store::Cache, "} else {\n        atomicAdd(&counts[slot], points);", "} else {"),
            (Merge::Each, Store::Cache, "step + groups, groups", "step + 2u * groups, groups"),
            (Merge::Each, Store::Cache, "span.x >= params.x.end", "span.x <= params.x.end"),
        ] {
            let way = Way { merge, store };
            let views = |grid: &Arc<Grid>| {
                let Grid::Rect(_) = &**grid else { return Vec::new() };
                if !Way::all(&device, grid.cells()).contains(&way) {
                    return Vec::new();
                }
                let mut view = View::new(&device, grid.clone(), way);
                let rows = include_str!("../../../shaders/parts/rows.wgsl");
                let source = include_str!("../../../shaders/hist2d.wgsl");
                let whole = [source, rows, way.merge_part().1, way.store_part().1].concat();
                assert!(whole.contains(right), "{right}");
                view.kernel = device.composed("hist2d", &[right], &[&whole.replace(right, wrong)]);
                vec![(way.stage(), view)]
            };
            let seen = !differences(&device, views).is_empty();
            assert!(seen || merge == Merge::Subgroup && !device.has_subgroups(), "{wrong}");
        }
    }

    #[test]
    fn the_chosen_way_is_among_all() {
        let device = device();
        for cells in [1, PRIVATE_CELLS, PRIVATE_CELLS + 1, 1 << 24] {
            let (chosen, all) = (Way::choose(&device, cells), Way::all(&device, cells));
            assert!(all.contains(&chosen));
            assert_eq!(all[0], Way { merge: Merge::Each, store: Store::Global });
            assert_eq!(chosen.store == Store::Private, cells <= PRIVATE_CELLS);
        }
        let part = include_str!("../../../shaders/parts/store_private.wgsl");
        assert!(part.contains(&format!("PRIVATE_CELLS: u32 = {PRIVATE_CELLS}u;")));
    }

    #[test]
    fn workgroups_share_the_rows() {
        let (global, cache) = (
            Way { merge: Merge::Each, store: Store::Global },
            Way { merge: Merge::Each, store: Store::Cache },
        );
        assert_eq!([1, STEP, STEP + 1].map(|rows| global.groups(rows)), [1, 1, 2]);
        assert_eq!([1, 4 * STEP, 4 * STEP + 1].map(|rows| cache.groups(rows)), [1, 1, 2]);
        assert_eq!(global.groups(u32::MAX), MOST_GROUPS);
    }
}
