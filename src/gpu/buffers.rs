//! Buffers, and the way back from them.

use super::Device;
use crate::error::{Error, Result};

impl Device {
    /// A zeroed buffer that shaders read and write.
    pub(crate) fn storage(&self, label: &str, bytes: u64) -> wgpu::Buffer {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
        self.buffer(label, bytes, usage)
    }

    /// A buffer that shaders read, with something in it.
    pub(crate) fn filled(&self, label: &str, bytes: &[u8]) -> wgpu::Buffer {
        let buffer = self.storage(label, bytes.len() as u64);
        self.queue.write_buffer(&buffer, 0, bytes);
        buffer
    }

    /// A buffer for a `Params`.
    pub(crate) fn uniform(&self, label: &str, bytes: u64) -> wgpu::Buffer {
        self.buffer(label, bytes, wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST)
    }

    /// A buffer that the host reads.
    pub(crate) fn readback(&self, label: &str, bytes: u64) -> wgpu::Buffer {
        self.buffer(label, bytes, wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST)
    }

    fn buffer(&self, label: &str, bytes: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        // A binding may not be empty, and copies come in fours.
        let size = bytes.max(16).next_multiple_of(4);
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size,
            usage,
            mapped_at_creation: false,
        })
    }

    /// Hands the first `bytes` of a readback buffer to `read`, once the queue has filled it.
    ///
    /// # Errors
    /// If the device failed.
    pub(crate) fn read<T>(
        &self,
        buffer: &wgpu::Buffer,
        bytes: u64,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T> {
        let (sender, receiver) = std::sync::mpsc::channel();
        buffer.map_async(wgpu::MapMode::Read, ..bytes, move |mapped| {
            // The receiver is gone only if waiting below has failed already.
            let _ = sender.send(mapped);
        });
        let failed = |reason: String| Error::device(format!("{} failed: {reason}", self.info().name));
        self.wait()?;
        receiver
            .recv()
            .map_err(|_| failed("it gave no answer".into()))?
            .map_err(|reason| failed(reason.to_string()))?;
        let result = read(&buffer.get_mapped_range(..bytes).map_err(|reason| failed(reason.to_string()))?);
        buffer.unmap();
        Ok(result)
    }

    /// Copies the first `bytes` of a storage buffer back in pieces, handing each to `read` with its offset.
    ///
    /// # Errors
    /// If the device failed.
    pub(crate) fn read_back(
        &self,
        buffer: &wgpu::Buffer,
        bytes: u64,
        mut read: impl FnMut(u64, &[u8]),
    ) -> Result<()> {
        const PIECE: u64 = 16 << 20;
        let staging = self.readback("readback", bytes.min(PIECE));
        let mut offset = 0;
        while offset < bytes {
            let length = (bytes - offset).min(PIECE);
            let mut encoder = self.device.create_command_encoder(&Default::default());
            encoder.copy_buffer_to_buffer(buffer, offset, &staging, 0, length);
            self.queue.submit([encoder.finish()]);
            self.read(&staging, length, |piece| read(offset, piece))?;
            offset += length;
        }
        Ok(())
    }
}
