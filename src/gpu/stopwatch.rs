//! The time that kernels take, by the device's own clock where it has one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Device;
use crate::error::Result;

/// Passes that can be timed together; two stamps each, as many as wgpu allows.
const PASSES: u32 = wgpu::QUERY_SET_MAX_QUERIES / 2;

/// Stamps at the beginning and the end of every pass while it runs.
#[derive(Debug)]
pub struct Stopwatch {
    stamps: wgpu::QuerySet,
    /// Passes stamped so far; `None` while it does not run.
    passes: Mutex<Option<u32>>,
}

impl Stopwatch {
    /// A stopwatch, if the device can write stamps.
    pub fn new(device: &wgpu::Device) -> Option<Self> {
        let able = device.features().contains(wgpu::Features::TIMESTAMP_QUERY);
        able.then(|| Self {
            stamps: device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("stopwatch"),
                ty: wgpu::QueryType::Timestamp,
                count: 2 * PASSES,
            }),
            passes: Mutex::new(None),
        })
    }

    /// Where the next pass writes its stamps, if it is timed.
    pub fn stamp(&self) -> Option<wgpu::ComputePassTimestampWrites<'_>> {
        let mut passes = self.passes();
        let pass = passes.as_mut()?;
        *pass += 1;
        (*pass <= PASSES).then(|| wgpu::ComputePassTimestampWrites {
            query_set: &self.stamps,
            beginning_of_pass_write_index: Some(2 * (*pass - 1)),
            end_of_pass_write_index: Some(2 * *pass - 1),
        })
    }

    fn passes(&self) -> MutexGuard<'_, Option<u32>> {
        self.passes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device {
    /// Does some work, and says how long the device took from the beginning of its first pass to the end of its last: `None` if it has
    /// no clock, or there were no passes, or too many. One at a time; meant for measuring alone.
    ///
    /// # Errors
    /// If the work fails, or the device.
    pub fn timed<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<(T, Option<Duration>)> {
        let Some(watch) = self.stopwatch() else { return Ok((work()?, None)) };
        *watch.passes() = Some(0);
        let done = work();
        let passes = watch.passes().take().unwrap_or_default();
        let done = done?;
        if passes == 0 || passes > PASSES {
            return Ok((done, None));
        }
        let bytes = u64::from(passes) * 16;
        let stamps = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("stamps"),
            size: bytes,
            usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.resolve_query_set(&watch.stamps, 0..2 * passes, &stamps, 0);
        self.queue.submit([encoder.finish()]);
        let mut ticks: Vec<u64> = Vec::new();
        self.read_back(&stamps, bytes, |_, bytes| ticks.extend_from_slice(bytemuck::cast_slice(bytes)))?;
        let first = ticks.iter().min().copied().unwrap_or_default();
        let last = ticks.iter().max().copied().unwrap_or_default();
        let nanoseconds = (last - first) as f64 * f64::from(self.queue.get_timestamp_period());
        // A clock that stands still is none.
        let taken = Duration::from_nanos(nanoseconds as u64);
        Ok((done, (taken > Duration::ZERO).then_some(taken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn the_device_takes_no_longer_than_the_host_waits() {
        let device =
            Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one");
        let (extra, counts) = (device.storage("extra", 8 << 20), device.storage("counts", 16));
        let kernel = device.kernel("add", include_str!("../../shaders/add.wgsl"));
        let start = Instant::now();
        let work = || {
            for _ in 0..3 {
                kernel.run(&device, &[extra.as_entire_binding(), counts.as_entire_binding()], 64);
            }
            device.wait()
        };
        let ((), taken) = device.timed(work).unwrap();
        let waited = start.elapsed();
        assert_eq!(taken.is_some(), device.stopwatch().is_some());
        assert!(taken.is_none_or(|taken| taken > Duration::ZERO && taken < waited), "{taken:?} {waited:?}");
        // Without a pass there is nothing to say, and more than the stamps there are is not half told.
        assert_eq!(device.timed(|| Ok(7)).unwrap(), (7, None));
        let many = || {
            for _ in 0..=PASSES {
                kernel.run(&device, &[extra.as_entire_binding(), counts.as_entire_binding()], 0);
            }
            device.wait()
        };
        assert_eq!(device.timed(many).unwrap(), ((), None));
    }
}
