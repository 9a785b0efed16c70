//! Bytes → a zlib stream, packed by many threads at once.
//!
//! The bytes come in stretches whose bounds do not depend on the machine, so neither does the stream. Each stretch is told what lies
//! before it, so that what repeats across a seam is found, and ends on a whole byte, so that the next can be put behind it.

use flate2::{Compress, Compression, FlushCompress};
use rayon::prelude::*;

/// How far back a match may lie.
pub const WINDOW: usize = 1 << 15;

/// A piece of the bytes to be packed.
pub struct Stretch {
    pub bytes: Vec<u8>,
    /// How many of them, at the start, belong to the stretch before.
    pub known: usize,
}

/// The stream of `count` stretches, at least one, that `stretch` makes. The level is one of 1 to 9.
pub fn packed(count: usize, level: u8, stretch: impl Fn(usize) -> Stretch + Sync) -> Vec<u8> {
    let part = |nth| {
        let Stretch { bytes, known } = stretch(nth);
        let (before, bytes) = bytes.split_at(known);
        let last = nth + 1 == count;
        (deflated(before, bytes, level, last), simd_adler32::adler32(&bytes), bytes.len())
    };
    let parts: Vec<_> = (0..count).into_par_iter().map(part).collect();
    // Deflate with a window of 32 KiB, "fast", and what makes the two a multiple of 31.
    let mut stream = vec![0x78, 0x5e];
    let mut checksum = 1;
    for (part, its, length) in parts {
        stream.extend(part);
        checksum = joined(checksum, its, length);
    }
    stream.extend(checksum.to_be_bytes());
    stream
}

/// Deflate's blocks for `bytes`, which follow on `before`.
fn deflated(before: &[u8], bytes: &[u8], level: u8, last: bool) -> Vec<u8> {
    /// The room that is asked for at a time.
    const ROOM: usize = 1 << 16;
    let mut packer = Compress::new(Compression::new(level.into()), false);
    if !before.is_empty() {
        packer.set_dictionary(before).expect("nothing was packed yet");
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    let mut packed = Vec::new();
    loop {
        packed.reserve(ROOM);
        let done = packer.total_in() as usize;
        packer.compress_vec(&bytes[done..], &mut packed, flush).expect("all memory is here");
        // Where room is left, there was nothing more to write.
        if packed.len() < packed.capacity() {
            return packed;
        }
    }
}

/// Adler's checksum of two pieces of bytes, from those of each and the length of the second.
fn joined(first: u32, second: u32, length: usize) -> u32 {
    const BASE: u64 = 65_521;
    let [(a1, b1), (a2, b2)] = [first, second].map(|sum| (u64::from(sum & 0xffff), u64::from(sum >> 16)));
    // The second's sums began at 1 instead of at those of the first.
    let ahead = a1 + BASE - 1;
    let (a, b) = ((ahead + a2) % BASE, (b1 + b2 + ahead % BASE * (length as u64 % BASE)) % BASE);
    (b << 16 | a) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// Bytes in which nothing repeats.
    fn noise(length: usize) -> Vec<u8> {
        let next = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Some((*state >> 56) as u8)
        };
        std::iter::repeat(()).scan(1, |state, ()| next(state)).take(length).collect()
    }

    /// The stream of `bytes` in stretches of a length.
    fn of(bytes: &[u8], length: usize) -> Vec<u8> {
        packed(bytes.len().div_ceil(length).max(1), 4, |nth| {
            let start = nth * length;
            let from = start.saturating_sub(WINDOW);
            let end = bytes.len().min(start + length);
            Stretch { bytes: bytes[from..end].to_vec(), known: start - from }
        })
    }

    fn unpacked(stream: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // It compares the checksum.
        flate2::read::ZlibDecoder::new(stream).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn a_stream_holds_its_bytes() {
        for (length, stretch) in
            [(0, 1), (1, 1), (5, 1), (70_000, 70_000), (300_000, 65_521), (300_000, 1000), (1 << 17, 1 << 16)]
        {
            for bytes in [noise(length), vec![7; length], noise(length / 2 + 1).repeat(2)] {
                assert!(unpacked(&of(&bytes, stretch)).unwrap() == bytes, "{length} {stretch}");
            }
        }
    }

    #[test]
    fn a_wrong_byte_is_noticed() {
        let mut stream = of(&noise(300_000), 100_000);
        let end = stream.len() - 1;
        stream[end] ^= 1;
        assert!(unpacked(&stream).is_err());
    }

    #[test]
    fn what_repeats_across_a_seam_is_found() {
        // The second stretch is the first once more; alone, noise cannot be packed.
        let bytes = noise(WINDOW / 2).repeat(2);
        let packed = of(&bytes, WINDOW / 2).len();
        assert!((WINDOW / 2..WINDOW * 6 / 10).contains(&packed), "{packed}");
    }
}
