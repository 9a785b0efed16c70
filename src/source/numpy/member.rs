//! Where the bytes of an array lie: in a file of its own, or packed in a zip archive.

use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::source::input::Positioned;

/// The place of a member in its archive.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub start: u64,
    pub packed: u64,
    pub deflated: bool,
    pub crc: u32,
}

impl Member {
    /// The member's contents, unpacked; a wrong checksum is an error at their end.
    pub fn open(&self, file: &Positioned) -> Box<dyn Read + Send> {
        let bytes = BufReader::with_capacity(1 << 16, file.from(self.start).take(self.packed));
        let unpacked: Box<dyn Read + Send> =
            if self.deflated { Box::new(DeflateDecoder::new(bytes)) } else { Box::new(bytes) };
        Box::new(Checked { reader: unpacked, crc: Crc::new(), wanted: self.crc })
    }
}

struct Checked {
    reader: Box<dyn Read + Send>,
    crc: Crc,
    wanted: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.crc.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.crc.sum() != self.wanted {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum is wrong"));
        }
        Ok(count)
    }
}
