//! How fast a device reads its memory: the limit that binning is held against.

use std::time::{Duration, Instant};

use bytemuck::cast_slice;

use super::Device;
use crate::error::{Error, Result};

/// Bytes of a piece: one binding of any device.
const PIECE: u64 = 128 << 20;

/// Pieces that are read on hardware, as many as can be by one dispatch: together more than any cache holds.
const PIECES: u64 = 8;

/// Workgroups of a reading; each takes its share.
const GROUPS: u32 = 8192;

/// Memory that a device reads for the sake of the time it takes.
pub struct Reading {
    device: Device,
    buffers: Vec<wgpu::Buffer>,
}

impl Reading {
    /// Takes the memory: 1 GiB, or 128 MiB of a software rasteriser.
    ///
    /// # Errors
    /// If the device does not have it.
    pub fn new(device: &Device) -> Result<Self> {
        let pieces = if device.info().is_software() { 1 } else { PIECES };
        let together = (device.binding_bytes() / PIECE).clamp(1, pieces);
        let words: Vec<u32> = (0..PIECE as u32 / 4).map(|word| word.wrapping_mul(0x9e37_79b9)).collect();
        let mut buffers = Vec::new();
        for first in (0..pieces).step_by(together as usize) {
            let pieces = together.min(pieces - first);
            let buffer = device.storage("words", pieces * PIECE);
            for piece in 0..pieces {
                device.queue.write_buffer(&buffer, piece * PIECE, cast_slice(&words));
                device.queue.submit([]);
                device.wait()?;
            }
            buffers.push(buffer);
        }
        Ok(Self { device: device.clone(), buffers })
    }

    /// Bytes that one reading reads.
    pub fn bytes(&self) -> u64 {
        self.buffers.iter().map(wgpu::Buffer::size).sum()
    }

    /// Reads all of it once, and says how long that took.
    ///
    /// # Errors
    /// If the device fails, or adds up wrongly.
    pub fn time(&self) -> Result<Duration> {
        let kernel = self.device.kernel("bandwidth", include_str!("../../shaders/bandwidth.wgsl"));
        let sum = self.device.storage("sum", 4);
        let start = Instant::now();
        let ((), taken) = self.device.timed(|| {
            let mut encoder = self.device.device.create_command_encoder(&Default::default());
            for buffer in &self.buffers {
                kernel.dispatch(
                    &self.device,
                    &mut encoder,
                    &kernel.bind(&self.device, &[buffer, &sum]),
                    (GROUPS, 1),
                );
            }
            self.device.queue.submit([encoder.finish()]);
            self.device.wait()
        })?;
        let taken = taken.unwrap_or_else(|| start.elapsed());
        let mut found = 0;
        self.device.read_back(&sum, 4, |_, bytes| {
            found = cast_slice::<u8, u32>(bytes).first().copied().unwrap_or(0)
        })?;
        // The sum of k * c over k < n is c * n * (n - 1) / 2.
        let n = PIECE / 4;
        let wanted = ((n * (n - 1) / 2) as u32).wrapping_mul(0x9e37_79b9);
        if found == wanted.wrapping_mul((self.bytes() / PIECE) as u32) {
            Ok(taken)
        } else {
            Err(Error::device(format!("{} read its memory wrongly", self.device.info().name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_reads_everything() {
        let device =
            Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one");
        let reading = Reading::new(&device).unwrap();
        assert!(reading.time().unwrap() > Duration::ZERO);
        device.queue.write_buffer(&reading.buffers[0], PIECE - 4, &[9, 9, 9, 9]);
        assert!(reading.time().is_err());
    }
}
