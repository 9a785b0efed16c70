//! The GPU backend: quanta, atomics, and the host for what f32 and integers cannot decide.
//!
//! Each batch is measured in quanta (see `quantize`), sent, and counted by one kernel; the few uncertain rows come back and are
//! decided here by [`Grid::cell`], as on the CPU. So the counts do not depend on the adapter. Batches from several threads
//! overlap: each takes a set of buffers from a pool.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use bytemuck::{Pod, Zeroable, bytes_of, cast_slice};

use super::quantize::{Edge, Quanta, first_bin};
use super::{Binner, CpuBinner, Whereabouts, whereabouts};
use crate::data::{
    Aggregate, Axis, Bounds, Floats, Grid, Hex, HexAxis, Points, Rect, Scale, Tally, Values, first_where,
};
use crate::error::Result;
use crate::gpu::{Device, HexbinParams, Hist2dParams, Kernel, WORKGROUP};

/// Rows in one dispatch: 8 MiB of quanta, 4,096 workgroups.
const BLOCK_ROWS: usize = 1 << 20;

/// Cells in one binding: 128 MiB, which every device binds.
const WINDOW_CELLS: usize = 1 << 25;

/// Edges that fit a binding of 128 MiB, 12 bytes each; beyond that, points are counted on the host.
const MOST_EDGES: usize = 10 << 20;

/// Uncertain rows that come back with the first answer; more take a second.
const FIRST_ROWS: u64 = 1023;

/// A block whose quanta are this large a part of a cell is binned on the host: too many rows would come back.
const COARSE: f32 = 0.05;

/// Counts on the GPU.
#[derive(Debug)]
pub struct GpuBinner {
    device: Device,
    kernel: Kernel,
    grid: Arc<Grid>,
    cuts: Cuts,
    /// The counts, cut into bindings. Writing means emptying them: dispatches hold it for reading.
    windows: RwLock<Windows>,
    pool: Mutex<Vec<Slot>>,
    /// What the host decides, and the account of all rows.
    host: CpuBinner,
    tally: Mutex<Tally>,
}

#[derive(Debug)]
struct Windows {
    buffers: Vec<wgpu::Buffer>,
    /// Rows sent since the buffers were last emptied: no cell can have more.
    rows: Mutex<u64>,
    /// What was emptied from them.
    wide: Option<Vec<u64>>,
}

/// The buffers of one dispatch.
#[derive(Debug)]
struct Slot {
    rows: usize,
    points: wgpu::Buffer,
    edges: wgpu::Buffer,
    params: Vec<wgpu::Buffer>,
    uncertain: wgpu::Buffer,
    answer: wgpu::Buffer,
}

/// A block as the device sees it.
struct Block {
    points: Vec<[u32; 2]>,
    /// As the kernel declares them: `Edge`, or [`HexEdge`].
    edges: Vec<u8>,
    params: Params,
}

/// `Edge` of hexbin.wgsl.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct HexEdge {
    edge: Edge,
    depth: f32,
}

/// Where bins, or strips, begin along x and along y.
type Cuts = (Vec<f64>, Vec<f64>);

enum Params {
    Rect(Hist2dParams),
    Hex(HexbinParams),
}

impl GpuBinner {
    /// A binner with no rows yet.
    ///
    /// # Errors
    /// If the device cannot hold the grid.
    pub fn new(device: &Device, grid: Arc<Grid>) -> Result<Self> {
        let host = CpuBinner::new(grid.clone())?;
        let kernel = match &*grid {
            Grid::Rect(_) => Kernel::new(device, "hist2d", include_str!("../../shaders/hist2d.wgsl")),
            Grid::Hex(_) => Kernel::new(device, "hexbin", include_str!("../../shaders/hexbin.wgsl")),
        };
        let cuts = match &*grid {
            Grid::Rect(rect) => (rect.x.edges().to_vec(), rect.y.edges().to_vec()),
            Grid::Hex(hex) => (strips(&hex.x), strips(&hex.y)),
        };
        let buffers = (0..grid.cells().max(1))
            .step_by(WINDOW_CELLS)
            .map(|first| device.storage("counts", 4 * (grid.cells() - first).min(WINDOW_CELLS) as u64))
            .collect();
        device.check()?;
        Ok(Self {
            device: device.clone(),
            kernel,
            cuts,
            windows: RwLock::new(Windows { buffers, rows: Mutex::new(0), wide: None }),
            pool: Mutex::default(),
            host,
            tally: Mutex::default(),
            grid,
        })
    }

    /// Counts one block.
    fn count(&self, points: &Points<'_>, rows: std::ops::Range<usize>, bounds: Bounds) -> Result<()> {
        let (x, y) = (points.x().slice(rows.clone()), points.y().slice(rows));
        let Some(block) = Block::new(&self.grid, &self.cuts, (&x, &y), bounds) else {
            return self.host.add(&Points::new(x, y)?);
        };
        let windows = self.room_for(block.points.len() as u64)?;
        let large_enough = |slot: &Slot| slot.rows >= block.points.len();
        let mut pool = lock(&self.pool);
        let slot = pool.iter().position(large_enough).map(|nth| pool.swap_remove(nth));
        drop(pool);
        let slot = slot.unwrap_or_else(|| Slot::new(&self.device, &block, windows.buffers.len()));
        let uncertain = self.run(&block, &slot, &windows)?;
        lock(&self.pool).push(slot);
        self.decide(&x, &y, &uncertain)
    }

    /// The counts, emptied into wider ones first if a cell of them could overflow.
    fn room_for(&self, rows: u64) -> Result<RwLockReadGuard<'_, Windows>> {
        loop {
            let windows = self.windows.read().unwrap_or_else(PoisonError::into_inner);
            {
                let mut sent = lock(&windows.rows);
                if *sent + rows <= u64::from(u32::MAX) {
                    *sent += rows;
                    drop(sent);
                    return Ok(windows);
                }
            }
            drop(windows);
            let mut windows = self.windows.write().unwrap_or_else(PoisonError::into_inner);
            windows.empty(&self.device, self.grid.cells())?;
        }
    }

    /// Sends a block, runs the kernel and returns the rows it was not certain of.
    fn run(&self, block: &Block, slot: &Slot, windows: &Windows) -> Result<Vec<u32>> {
        let Device { device, queue, .. } = &self.device;
        queue.write_buffer(&slot.points, 0, cast_slice(&block.points));
        queue.write_buffer(&slot.edges, 0, &block.edges);
        queue.write_buffer(&slot.uncertain, 0, bytes_of(&0u32));
        let mut encoder = device.create_command_encoder(&Default::default());
        for (nth, counts) in windows.buffers.iter().enumerate() {
            let first = nth * WINDOW_CELLS;
            let cells = (self.grid.cells() - first).min(WINDOW_CELLS);
            block.params.write(&self.device, &slot.params[nth], first as u32, cells as u32);
            let buffers = [&slot.params[nth], &slot.points, &slot.edges, counts, &slot.uncertain];
            let groups = (block.points.len() as u32).div_ceil(WORKGROUP);
            self.kernel.dispatch(&mut encoder, &self.kernel.bind(&self.device, &buffers), (groups, 1));
        }
        let first = 4 * (FIRST_ROWS.min(block.points.len() as u64) + 1);
        encoder.copy_buffer_to_buffer(&slot.uncertain, 0, &slot.answer, 0, first);
        queue.submit([encoder.finish()]);
        let answer: Vec<u32> = self.device.read(&slot.answer, first, |bytes| cast_slice(bytes).to_vec())?;
        let count = answer[0] as usize;
        if count < answer.len() {
            return Ok(answer[1..=count].to_vec());
        }
        let mut rows = Vec::with_capacity(count + 1);
        self.device.read_back(&slot.uncertain, 4 * (count as u64 + 1), |_, bytes| {
            rows.extend_from_slice(cast_slice(bytes));
        })?;
        Ok(rows.split_off(1))
    }

    /// Decides the given rows in f64.
    fn decide(&self, x: &Floats<'_>, y: &Floats<'_>, rows: &[u32]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows: Vec<usize> = rows.iter().map(|&row| row as usize).collect();
        self.host.add(&Points::new(x.select(&rows), y.select(&rows))?)
    }
}

impl Binner for GpuBinner {
    fn add(&self, points: &Points<'_>) -> Result<()> {
        *lock(&self.tally) += Tally { rows: points.rows(), missing: points.missing(), ..Tally::default() };
        let edges = self.cuts.0.len() + self.cuts.1.len();
        if edges > MOST_EDGES || whereabouts(&self.grid, points.bounds()) != Whereabouts::Unknown {
            return self.host.add(points);
        }
        for first in (0..points.len()).step_by(BLOCK_ROWS) {
            let rows = first..(first + BLOCK_ROWS).min(points.len());
            self.count(points, rows, points.bounds())?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Aggregate> {
        let Self { device, grid, windows, host, tally, .. } = *self;
        let mut windows = windows.into_inner().unwrap_or_else(PoisonError::into_inner);
        windows.empty(&device, grid.cells())?;
        let counted = windows.wide.take().unwrap_or_default();
        let decided = Box::new(host).finish()?;
        let Values::Counts(mut counts) = decided.values;
        counts.iter_mut().zip(&counted).for_each(|(count, counted)| *count += counted);
        let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        // The device does not say what it left out; the cells say what they hold.
        tally.binned = counts.iter().sum();
        tally.outside = tally.rows - tally.missing - tally.binned;
        Ok(Aggregate { grid, values: Values::Counts(counts), tally })
    }
}

impl Windows {
    fn empty(&mut self, device: &Device, cells: usize) -> Result<()> {
        let wide = self.wide.get_or_insert_with(|| vec![0; cells]);
        for (buffer, wide) in self.buffers.iter().zip(wide.chunks_mut(WINDOW_CELLS)) {
            device.read_back(buffer, 4 * wide.len() as u64, |offset, bytes| {
                let first = offset as usize / 4;
                let counts: &[u32] = cast_slice(bytes);
                wide[first..].iter_mut().zip(counts).for_each(|(wide, &count)| *wide += u64::from(count));
            })?;
            let mut encoder = device.device.create_command_encoder(&Default::default());
            encoder.clear_buffer(buffer, 0, None);
            device.queue.submit([encoder.finish()]);
        }
        *lock(&self.rows) = 0;
        Ok(())
    }
}

impl Slot {
    fn new(device: &Device, block: &Block, windows: usize) -> Self {
        let rows = block.points.len().next_power_of_two();
        Self {
            rows,
            points: device.storage("points", 8 * rows as u64),
            edges: device.storage("edges", block.edges.len() as u64),
            params: (0..windows).map(|_| device.uniform("params", 64)).collect(),
            uncertain: device.storage("uncertain", 4 * (rows as u64 + 1)),
            answer: device.readback("answer", 4 * (FIRST_ROWS + 1)),
        }
    }
}

impl Params {
    fn write(&self, device: &Device, buffer: &wgpu::Buffer, first_cell: u32, cells: u32) {
        fn put<P: Pod>(device: &Device, buffer: &wgpu::Buffer, params: P) {
            device.queue.write_buffer(buffer, 0, bytes_of(&params));
        }
        let list = u32::from(first_cell == 0);
        match *self {
            Self::Rect(params) => put(device, buffer, Hist2dParams { first_cell, cells, list, ..params }),
            Self::Hex(params) => put(device, buffer, HexbinParams { first_cell, cells, list, ..params }),
        }
    }
}

impl Block {
    /// The block of some points, or `None` if the host had better bin it.
    fn new(grid: &Grid, cuts: &Cuts, columns: (&Floats<'_>, &Floats<'_>), bounds: Bounds) -> Option<Self> {
        match grid {
            Grid::Rect(rect) => Self::rect(rect, cuts, columns, bounds),
            Grid::Hex(hex) => Self::hex(hex, cuts, columns, bounds),
        }
    }

    fn rect(rect: &Rect, cuts: &Cuts, (x, y): (&Floats<'_>, &Floats<'_>), bounds: Bounds) -> Option<Self> {
        let (along_x, along_y, points) = measure((x, bounds.x, Scale::Linear), (y, bounds.y, Scale::Linear));
        let bins_per_quantum = |axis: &Axis, quanta: &Quanta| {
            let (start, stop) = axis.range();
            (axis.bins() as f64 / (stop - start) * quanta.size()) as f32
        };
        let is_coarse = |axis, quanta: &Quanta| !quanta.is_whole() && bins_per_quantum(axis, quanta) > COARSE;
        if is_coarse(&rect.x, &along_x) || is_coarse(&rect.y, &along_y) {
            return None;
        }
        let per_quantum = |axis: &Axis, quanta: &Quanta| {
            let guess = bins_per_quantum(axis, quanta);
            if axis.is_even() && guess.is_normal() { guess } else { 0.0 }
        };
        let mut edges = along_x.edges(&cuts.0, true);
        let x_first = first_bin(&edges);
        let y_edges = along_y.edges(&cuts.1, true);
        let y_first = first_bin(&y_edges);
        edges.extend(y_edges);
        let params = Hist2dParams {
            rows: points.len() as u32,
            nx: rect.x.bins() as u32,
            ny: rect.y.bins() as u32,
            x_first,
            y_first,
            x_per_quantum: per_quantum(&rect.x, &along_x),
            y_per_quantum: per_quantum(&rect.y, &along_y),
            ..Default::default()
        };
        Some(Self { points, edges: cast_slice(&edges).to_vec(), params: Params::Rect(params) })
    }

    fn hex(hex: &Hex, cuts: &Cuts, (x, y): (&Floats<'_>, &Floats<'_>), bounds: Bounds) -> Option<Self> {
        let has_logs = |axis: &HexAxis, (low, _): (f64, f64)| axis.scale != Scale::Log || low > 0.0;
        if !has_logs(&hex.x, bounds.x) || !has_logs(&hex.y, bounds.y) {
            return None;
        }
        let (along_x, along_y, points) = measure((x, bounds.x, hex.x.scale), (y, bounds.y, hex.y.scale));
        let x_per_quantum = (along_x.size() / hex.x.size) as f32;
        let y_per_quantum = (along_y.size() / hex.y.size) as f32;
        // u + 3w takes conversions, multiplications, an addition and a subtraction in f32, each within 2^-23 of numbers
        // below 2; and a value may lie anywhere in its quantum.
        let place = |quanta: &Quanta, size: f32| if quanta.is_whole() { 0.0 } else { size };
        let places = place(&along_x, x_per_quantum) + 3.0 * place(&along_y, y_per_quantum);
        let margin = 2.0 * places + 2f32.powi(-18);
        if margin > COARSE || !x_per_quantum.is_normal() || !y_per_quantum.is_normal() {
            return None;
        }
        let x_edges = along_x.edges(&cuts.0, false);
        let y_edges = along_y.edges(&cuts.1, false);
        let (x_first, y_first) = (first_bin(&x_edges), first_bin(&y_edges));
        let mut edges = with_depths(x_edges, &along_x, &hex.x);
        edges.extend(with_depths(y_edges, &along_y, &hex.y));
        let params = HexbinParams {
            rows: points.len() as u32,
            nx: hex.x.cells as u32,
            ny: hex.y.cells as u32,
            x_first,
            y_first,
            x_per_quantum,
            y_per_quantum,
            margin,
            ..Default::default()
        };
        Some(Self { points, edges: cast_slice(&edges).to_vec(), params: Params::Hex(params) })
    }
}

/// Both columns in quanta.
fn measure(
    (x, x_bounds, x_scale): (&Floats<'_>, (f64, f64), Scale),
    (y, y_bounds, y_scale): (&Floats<'_>, (f64, f64), Scale),
) -> (Quanta, Quanta, Vec<[u32; 2]>) {
    let mut points = vec![[0; 2]; x.len()];
    let mut column = |values: &Floats<'_>, (low, high): (f64, f64), scale: Scale, at: usize| {
        let mut quanta = Quanta::fit((scale.forward(low), scale.forward(high)));
        let mut place = points.iter_mut();
        let put = |q| place.next().expect("a place for each row")[at] = q;
        match values {
            Floats::F32(values) => quanta.measure(values.iter().map(|&v| scale.forward(v.into())), put),
            Floats::F64(values) => quanta.measure(values.iter().map(|&v| scale.forward(v)), put),
        }
        quanta
    };
    let along_x = column(x, x_bounds, x_scale, 0);
    let along_y = column(y, y_bounds, y_scale, 1);
    (along_x, along_y, points)
}

/// The edges of an axis' strips, and how deep in its strip the first quantum of each lies by matplotlib's formula.
fn with_depths(edges: Vec<Edge>, quanta: &Quanta, axis: &HexAxis) -> Vec<HexEdge> {
    let starts = (-1..).map(|half| f64::from(half) / 2.0);
    edges
        .into_iter()
        .zip(starts)
        .map(|(edge, start)| {
            let position = (quanta.value(edge.past) - axis.start) / axis.size;
            HexEdge { edge, depth: (position - start) as f32 }
        })
        .collect()
}

/// The coordinates at which a point's candidates change: every half cell, from half a cell before the first centre.
///
/// At a whole number the candidate of lattice 2 changes, at a half that of lattice 1; each is found on the formula that decides
/// it, rounding and all, so that the edge is the first f64 past it.
fn strips(axis: &HexAxis) -> Vec<f64> {
    let position = |coordinate: f64| (coordinate - axis.start) / axis.size;
    (-1..=2 * axis.cells as i64 + 1)
        .map(|half| {
            let whole = half.div_euclid(2) as f64;
            let turned = |coordinate: f64| match half % 2 {
                0 => position(coordinate).floor() >= whole,
                _ => position(coordinate).round_ties_even() > whole,
            };
            first_where(f64::MIN, f64::MAX, turned).unwrap_or(f64::INFINITY)
        })
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let (Values::Counts(got), Values::Counts(wanted)) = (&once.values, &twice.values);
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
    fn counts_are_emptied_before_they_overflow() {
        let device = Device::open(None).unwrap();
        let axis = || Axis::linear(0.0, 2.0, 2).unwrap();
        let binner = GpuBinner::new(&device, Arc::new(Grid::Rect(Rect { x: axis(), y: axis() }))).unwrap();
        let points = Points::new(&[0.5, 1.5], &[0.5, 1.5]).unwrap();
        binner.add(&points).unwrap();
        *lock(&binner.windows.read().unwrap().rows) = u64::from(u32::MAX) - 1;
        binner.add(&points).unwrap();
        assert_eq!(*lock(&binner.windows.read().unwrap().rows), 2);
        let Values::Counts(counts) = Box::new(binner).finish().unwrap().values;
        assert_eq!(counts, [2, 0, 0, 2]);
    }
}
