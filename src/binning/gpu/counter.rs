//! Counting blocks that lie on the device: what streamed and resident points share.
//!
//! All blocks of a run go in one submission. The rows that the kernel was not certain of come back together, a list of fixed size
//! for each block; a block with more of them is asked again, for the list alone.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytemuck::{bytes_of, cast_slice};

use super::blocks::Shelf;
use super::lock;
use super::view::{Sight, View};
use super::windows::{Counts, Windows};
use crate::binning::{Binner, CpuBinner};
use crate::data::{Aggregate, Floats, Grid, Points, Tally, Values};
use crate::error::Result;
use crate::gpu::{Device, DeviceCounts};

/// Rows of a block: 8 MiB of quanta.
pub const BLOCK_ROWS: usize = 1 << 20;

/// Blocks of one submission: together no more rows than a count holds.
const RUN_BLOCKS: usize = u32::MAX as usize / BLOCK_ROWS;

/// Uncertain rows that come back with the first answer, for any dispatch and for each of its blocks beside; more take a second.
/// In a million rows there are a few.
const LISTED: usize = 959;
const LISTED_OF_BLOCK: usize = 64;

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
    pub shelf: &'a Shelf,
    /// Where on the shelf it begins.
    pub first_row: u32,
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

    /// Counts blocks, each by the sight it names. Those that lie side by side on one shelf are one dispatch.
    pub fn run(&self, parts: &[Part<'_>], sights: &[Sight], desk: &mut Desk) -> Result<()> {
        for parts in parts.chunks(RUN_BLOCKS) {
            let counts = self.windows.room_for(parts.iter().map(|part| part.x.len() as u64).sum())?;
            let runs: Vec<&[Part<'_>]> = parts.chunk_by(Part::goes_on).collect();
            let lists = self.submit(&runs, sights, &counts, desk)?;
            let mut at = 0;
            for parts in runs {
                let room = list_words(parts);
                let (count, rows) = (lists[at] as usize, &lists[at + 1..at + room]);
                at += room;
                if count <= rows.len() {
                    self.decide_all(parts, &rows[..count])?;
                    continue;
                }
                for part in parts {
                    let rows = self.list(part, &sights[part.sight], &counts)?;
                    self.decide(part, &rows)?;
                }
            }
        }
        Ok(())
    }

    /// Counts all runs in one submission and returns the lists of the uncertain rows, one after the other.
    fn submit(
        &self,
        runs: &[&[Part<'_>]],
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
        let params = self.params(runs, sights);
        let uniforms =
            room(&mut desk.params, params.len() as u64, |bytes| self.device.uniform("params", bytes));
        queue.write_buffer(uniforms, 0, &params);
        let bytes = runs.iter().map(|parts| 4 * list_words(parts) as u64).sum();
        let lists = room(&mut desk.lists, bytes, |bytes| self.device.storage("uncertain", bytes));
        let answer = room(&mut desk.answer, bytes, |bytes| self.device.readback("answer", bytes));
        let mut encoder = device.create_command_encoder(&Default::default());
        encoder.clear_buffer(lists, 0, Some(bytes));
        let mut dispatches = Vec::with_capacity(runs.len() * counts.buffers.len());
        let mut at = 0;
        for parts in runs {
            let room = 4 * list_words(parts) as u64;
            for counts in &counts.buffers {
                let params = piece(uniforms, dispatches.len() as u64 * PARAMS_BYTES, PARAMS_BYTES);
                let bindings = [
                    params,
                    parts[0].shelf.points.as_entire_binding(),
                    edges[parts[0].sight].as_entire_binding(),
                    counts.as_entire_binding(),
                    piece(lists, at, room),
                    parts[0].shelf.spans.as_entire_binding(),
                ];
                let bindings = self.view.kernel.bind_parts(&self.device, &bindings);
                dispatches.push((bindings, (self.view.way.groups(rows_of(parts)), 1)));
            }
            at += room;
        }
        let dispatches = dispatches.iter().map(|(bindings, groups)| (bindings, *groups));
        self.view.kernel.dispatch_all(&self.device, &mut encoder, dispatches);
        encoder.copy_buffer_to_buffer(lists, 0, answer, 0, bytes);
        queue.submit([encoder.finish()]);
        self.device.read(answer, bytes, |bytes| cast_slice(bytes).to_vec())
    }

    /// The `Params` of each dispatch: every window of every run.
    fn params(&self, runs: &[&[Part<'_>]], sights: &[Sight]) -> Vec<u8> {
        let mut params = Vec::new();
        for parts in runs {
            let first_row = parts[0].first_row;
            let rows = first_row..first_row + rows_of(parts);
            for (nth, span) in self.windows.spans().enumerate() {
                let start = params.len();
                params.extend(bytes_of(&sights[parts[0].sight].params(rows.clone(), span, nth == 0)));
                params.resize(start + PARAMS_BYTES as usize, 0);
            }
        }
        params
    }

    /// All uncertain rows of a block whose list was too short, as places in its buffer. Counts nothing.
    fn list(&self, part: &Part<'_>, sight: &Sight, counts: &Counts) -> Result<Vec<u32>> {
        let Device { device, queue, .. } = &self.device;
        let rows = rows_of(std::slice::from_ref(part));
        let params = self.device.uniform("params", PARAMS_BYTES);
        let wanted = sight.params(part.first_row..part.first_row + rows, (0, 0), true);
        queue.write_buffer(&params, 0, bytes_of(&wanted));
        let edges = self.device.storage("edges", sight.edges.len() as u64);
        queue.write_buffer(&edges, 0, &sight.edges);
        let list = self.device.storage("uncertain", 4 * (u64::from(rows) + 1));
        let mut encoder = device.create_command_encoder(&Default::default());
        let Shelf { points, spans } = part.shelf;
        let buffers = [&params, points, &edges, &counts.buffers[0], &list, spans];
        let bindings = self.view.kernel.bind(&self.device, &buffers);
        let groups = (self.view.way.groups(rows), 1);
        self.view.kernel.dispatch(&self.device, &mut encoder, &bindings, groups);
        queue.submit([encoder.finish()]);
        let mut words: Vec<u32> = Vec::with_capacity(part.x.len() + 1);
        self.device.read_back(&list, 4 * (u64::from(rows) + 1), |_, bytes| {
            words.extend_from_slice(cast_slice(bytes));
        })?;
        words.truncate(words[0] as usize + 1);
        Ok(words.split_off(1))
    }

    /// Decides rows of several blocks, given as places in their buffer.
    fn decide_all(&self, parts: &[Part<'_>], rows: &[u32]) -> Result<()> {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        let mut rest = &*rows;
        for part in parts {
            let end = part.first_row + part.x.len() as u32;
            let (these, others) = rest.split_at(rest.partition_point(|&row| row < end));
            self.decide(part, these)?;
            rest = others;
        }
        Ok(())
    }

    /// Decides rows of a block in f64, given as places in its buffer.
    fn decide(&self, part: &Part<'_>, rows: &[u32]) -> Result<()> {
        let rows = rows.iter().map(|&row| (row - part.first_row) as usize);
        if rows.len() > LISTED {
            let rows: Vec<usize> = rows.collect();
            return self.add_on_host(&Points::new(part.x.select(&rows), part.y.select(&rows))?);
        }
        let cells = rows.filter_map(|row| self.view.grid.cell(part.x.get(row), part.y.get(row)));
        lock(&self.extra).extend(cells.map(|cell| (cell, 1)));
        Ok(())
    }

    /// The counts of `rows` rows, of which some were missing, left on the device; `None` if they do not all fit there.
    pub fn leave(self, rows: u64, missing: u64) -> Result<Option<DeviceCounts>> {
        let Self { device, view, windows, extra, host } = self;
        let fits = rows <= u64::from(u32::MAX) && view.grid.cells() <= DeviceCounts::MOST_CELLS;
        if !fits {
            return Ok(None);
        }
        let mut extra = extra.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = host.into_inner() {
            let mut counts = counts_of(host)?;
            extra.drain(..).for_each(|(cell, points)| counts[cell] += points);
            extra = counts.into_iter().enumerate().filter(|(_, points)| *points > 0).collect();
        }
        let extra: Vec<(u32, u32)> =
            extra.into_iter().map(|(cell, points)| (cell as u32, points as u32)).collect();
        let Some(counts) = windows.into_only() else { return Ok(None) };
        Ok(Some(DeviceCounts::new(&device, view.grid, counts, &extra, (rows, missing))))
    }

    /// The counts of `rows` rows, of which some were missing; and the windows, which are zero again.
    pub fn finish(self, rows: u64, missing: u64) -> Result<(Aggregate, Windows)> {
        let Self { view, windows, extra, host, .. } = self;
        let mut counts = windows.take()?;
        if let Some(host) = host.into_inner() {
            counts.iter_mut().zip(&counts_of(host)?).for_each(|(count, more)| *count += more);
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

impl Part<'_> {
    /// Whether the other goes on where this ends, and is seen alike.
    fn goes_on(&self, next: &Self) -> bool {
        self.shelf.points == next.shelf.points
            && self.sight == next.sight
            && self.first_row + self.x.len() as u32 == next.first_row
    }
}

/// What the host has counted.
fn counts_of(host: CpuBinner) -> Result<Vec<u64>> {
    match Box::new(host).finish()?.values {
        Values::Counts(counts) => Ok(counts),
        _ => unreachable!("a binning counts"),
    }
}

fn rows_of(parts: &[Part<'_>]) -> u32 {
    parts.iter().map(|part| part.x.len() as u32).sum()
}

/// Words of the list of a run: how many rows, then the rows. A multiple of 256 bytes, so that lists can be bound one by one.
fn list_words(parts: &[Part<'_>]) -> usize {
    LISTED + 1 + parts.len() * LISTED_OF_BLOCK
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
