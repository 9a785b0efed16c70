//! Counting blocks that lie on the device: what streamed and resident points share.
//!
//! All blocks of a run go in one submission. The rows that the kernel was not certain of come back together, a list of fixed size
//! for each block; a block with more of them is asked again, for the list alone.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytemuck::cast_slice;

use super::lock;
use super::view::{Sight, View};
use super::windows::{Counts, Windows};
use crate::binning::{Binner, CpuBinner};
use crate::data::{Aggregate, Floats, Grid, Points, Tally, Values};
use crate::error::Result;
use crate::gpu::{Device, DeviceCounts, WORKGROUP};

/// Rows of a block: 8 MiB of quanta, 4,096 workgroups.
pub const BLOCK_ROWS: usize = 1 << 20;

/// Rows of a block where there are very many: 64 MiB, 32,768 workgroups.
pub const MOST_BLOCK_ROWS: usize = 1 << 23;

/// Blocks of one submission: together no more rows than a count holds.
const RUN_BLOCKS: usize = u32::MAX as usize / MOST_BLOCK_ROWS;

/// Uncertain rows that come back with the first answer; more take a second.
const LISTED: usize = 1023;

/// A list: how many rows, then the rows.
const LIST_BYTES: u64 = 4 * (LISTED as u64 + 1);

/// From one `Params` to the next: every device can bind a uniform here.
const PARAMS_BYTES: u64 = 256;

/// Counts blocks into one grid.
#[derive(Debug)]
pub struct Counter {
    pub device: Device,
    pub view: View,
    pub windows: Windows,
    /// Cells and the points to add to them.
    extra: Mutex<Vec<(usize, u64)>>,
    /// Bins what a kernel had better not; made when first needed.
    host: OnceLock<CpuBinner>,
}

/// A block on the device, and its values on the host.
pub struct Part<'a> {
    pub points: &'a wgpu::Buffer,
    /// Which of the sights fits its quanta.
    pub sight: usize,
    pub x: Floats<'a>,
    pub y: Floats<'a>,
}

/// The small buffers of a run, kept for the next.
#[derive(Debug, Default)]
pub struct Desk {
    params: Option<wgpu::Buffer>,
    edges: Vec<Option<wgpu::Buffer>>,
    lists: Option<wgpu::Buffer>,
    answer: Option<wgpu::Buffer>,
}

impl Counter {
    /// A counter with no rows yet, into windows that are zero.
    pub fn new(device: &Device, view: View, windows: Windows) -> Self {
        Self { device: device.clone(), view, windows, extra: Mutex::default(), host: OnceLock::new() }
    }

    /// The cells counted into.
    pub fn grid(&self) -> &Arc<Grid> {
        &self.view.grid
    }

    /// Bins points on the host.
    pub fn add_on_host(&self, points: &Points<'_>) -> Result<()> {
        self.host.get_or_init(|| CpuBinner::of_checked(self.view.grid.clone())).add(points)
    }

    /// Adds points that all lie in one cell.
    pub fn add_to(&self, cell: usize, points: u64) {
        lock(&self.extra).push((cell, points));
    }

    /// Counts blocks, each by the sight it names.
    pub fn run(&self, parts: &[Part<'_>], sights: &[Sight], desk: &mut Desk) -> Result<()> {
        for parts in parts.chunks(RUN_BLOCKS) {
            let counts = self.windows.room_for(parts.iter().map(|part| part.x.len() as u64).sum())?;
            let lists = self.submit(parts, sights, &counts, desk)?;
            for (part, list) in parts.iter().zip(lists.chunks_exact(LISTED + 1)) {
                let count = list[0] as usize;
                if count <= LISTED {
                    self.decide(part, &list[1..=count])?;
                } else {
                    let rows = self.list(part, &sights[part.sight], &counts)?;
                    self.decide(part, &rows)?;
                }
            }
        }
        Ok(())
    }

    /// Counts all parts in one submission and returns the lists of the uncertain rows, one after the other.
    fn submit(
        &self,
        parts: &[Part<'_>],
        sights: &[Sight],
        counts: &Counts,
        desk: &mut Desk,
    ) -> Result<Vec<u32>> {
        let Device { device, queue, .. } = &self.device;
        desk.edges.resize_with(sights.len().max(desk.edges.len()), || None);
        let edges = desk.edges.iter_mut().zip(sights).map(|(slot, sight)| {
            let buffer = room(slot, sight.edges.len() as u64, |bytes| self.device.storage("edges", bytes));
            queue.write_buffer(buffer, 0, &sight.edges);
            buffer
        });
        let edges: Vec<&wgpu::Buffer> = edges.collect();
        let params = self.params(parts, sights);
        let uniforms =
            room(&mut desk.params, params.len() as u64, |bytes| self.device.uniform("params", bytes));
        queue.write_buffer(uniforms, 0, &params);
        let bytes = parts.len() as u64 * LIST_BYTES;
        let lists = room(&mut desk.lists, bytes, |bytes| self.device.storage("uncertain", bytes));
        let answer = room(&mut desk.answer, bytes, |bytes| self.device.readback("answer", bytes));
        let mut encoder = device.create_command_encoder(&Default::default());
        encoder.clear_buffer(lists, 0, Some(bytes));
        let mut runs = Vec::with_capacity(parts.len() * counts.buffers.len());
        for (nth, part) in (0..).zip(parts) {
            for counts in &counts.buffers {
                let params = piece(uniforms, runs.len() as u64 * PARAMS_BYTES, PARAMS_BYTES);
                let list = piece(lists, nth * LIST_BYTES, LIST_BYTES);
                runs.push(self.bind(part, params, edges[part.sight], counts, list));
            }
        }
        let runs = runs.iter().map(|(bindings, groups)| (bindings, *groups));
        self.view.kernel.dispatch_all(&self.device, &mut encoder, runs);
        encoder.copy_buffer_to_buffer(lists, 0, answer, 0, bytes);
        queue.submit([encoder.finish()]);
        self.device.read(answer, bytes, |bytes| cast_slice(bytes).to_vec())
    }

    /// The `Params` of each pass: every window of every part.
    fn params(&self, parts: &[Part<'_>], sights: &[Sight]) -> Vec<u8> {
        let mut params = Vec::new();
        for part in parts {
            for (nth, span) in self.windows.spans().enumerate() {
                let start = params.len();
                params.extend(sights[part.sight].params(part.x.len() as u32, span, nth == 0));
                params.resize(start + PARAMS_BYTES as usize, 0);
            }
        }
        params
    }

    /// All uncertain rows of a block whose list was too short. Counts nothing.
    fn list(&self, part: &Part<'_>, sight: &Sight, counts: &Counts) -> Result<Vec<u32>> {
        let Device { device, queue, .. } = &self.device;
        let params = self.device.uniform("params", PARAMS_BYTES);
        queue.write_buffer(&params, 0, &sight.params(part.x.len() as u32, (0, 0), true));
        let edges = self.device.storage("edges", sight.edges.len() as u64);
        queue.write_buffer(&edges, 0, &sight.edges);
        let list = self.device.storage("uncertain", 4 * (part.x.len() as u64 + 1));
        let mut encoder = device.create_command_encoder(&Default::default());
        let (bindings, groups) =
            self.bind(part, params.as_entire_binding(), &edges, &counts.buffers[0], list.as_entire_binding());
        self.view.kernel.dispatch(&self.device, &mut encoder, &bindings, groups);
        queue.submit([encoder.finish()]);
        let mut words: Vec<u32> = Vec::with_capacity(part.x.len() + 1);
        self.device.read_back(&list, 4 * (part.x.len() as u64 + 1), |_, bytes| {
            words.extend_from_slice(cast_slice(bytes));
        })?;
        words.truncate(words[0] as usize + 1);
        Ok(words.split_off(1))
    }

    /// What a run over a part's points is bound to, and its workgroups.
    fn bind(
        &self,
        part: &Part<'_>,
        params: wgpu::BindingResource<'_>,
        edges: &wgpu::Buffer,
        counts: &wgpu::Buffer,
        list: wgpu::BindingResource<'_>,
    ) -> (wgpu::BindGroup, (u32, u32)) {
        let [points, edges, counts] = [part.points, edges, counts].map(wgpu::Buffer::as_entire_binding);
        let bindings = self.view.kernel.bind_parts(&self.device, &[params, points, edges, counts, list]);
        (bindings, ((part.x.len() as u32).div_ceil(WORKGROUP), 1))
    }

    /// Decides the given rows in f64.
    fn decide(&self, part: &Part<'_>, rows: &[u32]) -> Result<()> {
        if rows.len() > LISTED {
            let rows: Vec<usize> = rows.iter().map(|&row| row as usize).collect();
            return self.add_on_host(&Points::new(part.x.select(&rows), part.y.select(&rows))?);
        }
        let cells = rows
            .iter()
            .filter_map(|&row| self.view.grid.cell(part.x.get(row as usize), part.y.get(row as usize)));
        lock(&self.extra).extend(cells.map(|cell| (cell, 1)));
        Ok(())
    }

    /// The counts of `rows` rows, of which some were missing, left on the device; `None` if they do not all fit there.
    pub fn leave(self, rows: u64, missing: u64) -> Result<Option<DeviceCounts>> {
        let Self { device, view, windows, extra, host } = self;
        let fits = rows <= u64::from(u32::MAX) && view.grid.cells() <= DeviceCounts::MOST_CELLS;
        if !fits || host.get().is_some() {
            return Ok(None);
        }
        let extra: Vec<(u32, u32)> = extra
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .into_iter()
            .map(|(cell, points)| (cell as u32, points as u32))
            .collect();
        let Some(counts) = windows.into_only() else { return Ok(None) };
        Ok(Some(DeviceCounts::new(&device, view.grid, counts, &extra, (rows, missing))))
    }

    /// The counts of `rows` rows, of which some were missing; and the windows, which are zero again.
    pub fn finish(self, rows: u64, missing: u64) -> Result<(Aggregate, Windows)> {
        let Self { view, windows, extra, host, .. } = self;
        let mut counts = windows.take()?;
        if let Some(host) = host.into_inner() {
            let Values::Counts(more) = Box::new(host).finish()?.values else {
                unreachable!("a binning counts")
            };
            counts.iter_mut().zip(&more).for_each(|(count, more)| *count += more);
        }
        for (cell, points) in extra.into_inner().unwrap_or_else(PoisonError::into_inner) {
            counts[cell] += points;
        }
        // The device does not say what it left out; the cells say what they hold.
        let binned = counts.iter().sum();
        let tally = Tally { rows, binned, outside: rows - missing - binned, missing };
        Ok((Aggregate { grid: view.grid, values: Values::Counts(counts), tally }, windows))
    }
}

/// The buffer in `slot`, made anew if it is too small.
fn room(
    slot: &mut Option<wgpu::Buffer>,
    bytes: u64,
    make: impl FnOnce(u64) -> wgpu::Buffer,
) -> &wgpu::Buffer {
    if slot.as_ref().is_none_or(|buffer| buffer.size() < bytes) {
        *slot = Some(make(bytes));
    }
    slot.as_ref().expect("it was just made")
}

fn piece(buffer: &wgpu::Buffer, offset: u64, bytes: u64) -> wgpu::BindingResource<'_> {
    wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset, size: std::num::NonZero::new(bytes) })
}
