//! The counts of a grid on the device, cut into bindings.

use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use bytemuck::cast_slice;

use super::lock;
use crate::data::Grid;
use crate::error::Result;
use crate::gpu::Device;

/// Cells in one binding: 128 MiB, which every device binds.
pub const WINDOW_CELLS: usize = 1 << 25;

/// Counts that dispatches share. Writing means emptying them: dispatches hold them for reading.
#[derive(Debug)]
pub struct Windows {
    device: Device,
    cells: usize,
    counts: RwLock<Counts>,
}

/// The counts themselves.
#[derive(Debug)]
pub struct Counts {
    pub buffers: Vec<wgpu::Buffer>,
    /// Rows sent since the buffers were last emptied: no cell can have more.
    rows: Mutex<u64>,
    /// What was emptied from them.
    wide: Option<Vec<u64>>,
}

impl Windows {
    /// Zeroed counts.
    ///
    /// # Errors
    /// If there are more than there may be, or the device cannot hold them.
    pub fn new(device: &Device, cells: usize) -> Result<Self> {
        Grid::check_cells(cells)?;
        let buffers = (0..cells.max(1))
            .step_by(WINDOW_CELLS)
            .map(|first| device.storage("counts", 4 * (cells - first).min(WINDOW_CELLS) as u64))
            .collect();
        device.check()?;
        let counts = RwLock::new(Counts { buffers, rows: Mutex::new(0), wide: None });
        Ok(Self { device: device.clone(), cells, counts })
    }

    /// The first cell of each window and how many it has.
    pub fn spans(&self) -> impl Iterator<Item = (u32, u32)> {
        let cells = self.cells;
        (0..cells.max(1)).step_by(WINDOW_CELLS).map(move |first| {
            let cells = (cells - first).min(WINDOW_CELLS);
            (first as u32, cells as u32)
        })
    }

    /// The counts, emptied into wider ones first if a cell of them could overflow by so many rows more.
    pub fn room_for(&self, rows: u64) -> Result<RwLockReadGuard<'_, Counts>> {
        loop {
            let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
            {
                let mut sent = lock(&counts.rows);
                if *sent + rows <= u64::from(u32::MAX) {
                    *sent += rows;
                    drop(sent);
                    return Ok(counts);
                }
            }
            drop(counts);
            let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
            counts.empty(&self.device, self.cells)?;
        }
    }

    /// All counts, which are zero again on the device.
    pub fn take(&self) -> Result<Vec<u64>> {
        let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
        counts.empty(&self.device, self.cells)?;
        Ok(counts.wide.take().unwrap_or_default())
    }

    /// The buffer of the counts, if there is but one and nothing was emptied from it.
    pub fn into_only(self) -> Option<wgpu::Buffer> {
        let counts = self.counts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut buffers = counts.buffers;
        if buffers.len() == 1 && counts.wide.is_none() { buffers.pop() } else { None }
    }

    /// How many cells.
    pub fn cells(&self) -> usize {
        self.cells
    }
}

impl Counts {
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

#[cfg(test)]
impl Windows {
    /// Pretends that so many rows were sent.
    pub fn set_rows(&self, rows: u64) {
        *lock(&self.counts.read().unwrap().rows) = rows;
    }

    /// Rows sent since the last emptying.
    pub fn rows(&self) -> u64 {
        *lock(&self.counts.read().unwrap().rows)
    }
}
