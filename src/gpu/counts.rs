//! Counts that stay on the device.

use std::sync::Arc;

use bytemuck::cast_slice;

use super::{Device, WORKGROUP};
use crate::data::{Aggregate, Grid, Tally, Values};
use crate::error::Result;

/// Workgroups of the kernels that go over all cells; each takes its share.
const GROUPS: u32 = 1024;

/// The counts of a grid, a u32 a cell, left on the device that counted them: to be drawn without a way back.
#[derive(Debug)]
pub struct DeviceCounts {
    device: Device,
    grid: Arc<Grid>,
    counts: wgpu::Buffer,
    rows: u64,
    missing: u64,
}

/// What [`DeviceCounts::survey`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The smallest and the largest count that was asked for; `None` if there is none.
    pub extremes: Option<(u32, u32)>,
    /// Where every row went.
    pub tally: Tally,
}

impl DeviceCounts {
    /// Cells whose counts, and whose keys where they are drawn from the host, each fit a binding of 128 MiB.
    pub const MOST_CELLS: usize = 1 << 24;

    /// The counts in `counts`, a word a cell of `grid`, once `extra` is added: cells and points. No count may overflow.
    pub(crate) fn new(
        device: &Device,
        grid: Arc<Grid>,
        counts: wgpu::Buffer,
        extra: &[(u32, u32)],
        (rows, missing): (u64, u64),
    ) -> Self {
        if !extra.is_empty() {
            let pairs: Vec<[u32; 2]> = extra.iter().map(|&(cell, points)| [cell, points]).collect();
            let pairs = device.filled("extra", cast_slice(&pairs));
            let kernel = device.kernel("add", include_str!("../../shaders/add.wgsl"));
            let groups = (extra.len() as u32).div_ceil(WORKGROUP).min(GROUPS);
            kernel.run(device, &[pairs.as_entire_binding(), counts.as_entire_binding()], groups);
        }
        Self { device: device.clone(), grid, counts, rows, missing }
    }

    /// The device they are on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Rows that were counted or left out, missing ones included.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The cells.
    pub fn grid(&self) -> &Arc<Grid> {
        &self.grid
    }

    /// The extremes of the counts that are at least `bound`, and the account of the rows.
    ///
    /// # Errors
    /// If the device fails.
    pub fn survey(&self, bound: u32) -> Result<Survey> {
        let survey = self.device.filled("survey", cast_slice(&[u32::MAX, 0, 0, bound]));
        let kernel = self.device.kernel("survey", include_str!("../../shaders/survey.wgsl"));
        kernel.run(&self.device, &[self.cells(), survey.as_entire_binding()], GROUPS);
        let mut found = [0; 4];
        self.device.read_back(&survey, 16, |_, bytes| found.copy_from_slice(cast_slice(bytes)))?;
        let [smallest, largest, sum, _] = found;
        let (rows, missing, binned) = (self.rows, self.missing, u64::from(sum));
        let tally = Tally { rows, binned, outside: rows - missing - binned, missing };
        Ok(Survey { extremes: (smallest <= largest).then_some((smallest, largest)), tally })
    }

    /// The counts alone: the buffer may be longer.
    pub(crate) fn cells(&self) -> wgpu::BindingResource<'_> {
        let size = std::num::NonZero::new(4 * self.grid.cells() as u64);
        wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: &self.counts, offset: 0, size })
    }

    /// The counts, brought back.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Aggregate> {
        let mut counts: Vec<u64> = Vec::with_capacity(self.grid.cells());
        self.device.read_back(&self.counts, 4 * self.grid.cells() as u64, |_, bytes| {
            counts.extend(cast_slice(bytes).iter().map(|&count: &u32| u64::from(count)));
        })?;
        let (rows, missing, binned) = (self.rows, self.missing, counts.iter().sum());
        let tally = Tally { rows, binned, outside: rows - missing - binned, missing };
        Ok(Aggregate { grid: self.grid.clone(), values: Values::Counts(counts), tally })
    }
}
