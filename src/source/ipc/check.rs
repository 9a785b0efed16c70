//! What arrow's reader takes on trust and would panic over: that the parts which a file names lie inside it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{Message, RecordBatch, root_as_footer, root_as_message};
use arrow_schema::ArrowError;

const CONTINUATION: [u8; 4] = [0xff; 4];

type Outcome<T> = Result<T, ArrowError>;

fn wrong(reason: impl std::fmt::Display) -> ArrowError {
    ArrowError::ParseError(reason.to_string())
}

fn read(file: &mut File, start: u64, bytes: u64, len: u64) -> Outcome<Vec<u8>> {
    if start.checked_add(bytes).is_none_or(|end| end > len) {
        return Err(wrong("it ends too early"));
    }
    let mut buffer = vec![0; bytes as usize];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut buffer)?;
    Ok(buffer)
}

/// Checks every message that the footer of a file names.
pub(super) fn file(file: &mut File, len: u64) -> Outcome<()> {
    const TRAILER: u64 = 10;
    let start = len.checked_sub(TRAILER).ok_or_else(|| wrong("it ends too early"))?;
    let mut trailer = [0; TRAILER as usize];
    trailer.copy_from_slice(&read(file, start, TRAILER, len)?);
    let footer_len = read_footer_length(trailer)? as u64;
    let start = start.checked_sub(footer_len).ok_or_else(|| wrong("the footer is longer than the file"))?;
    let footer = read(file, start, footer_len, len)?;
    let footer = root_as_footer(&footer).map_err(wrong)?;
    let blocks = footer.recordBatches().into_iter().flatten();
    for block in blocks.chain(footer.dictionaries().into_iter().flatten()) {
        let part = |size: i64| u64::try_from(size).map_err(|_| wrong("a block has a negative size"));
        let (start, size) = (part(block.offset())?, part(block.metaDataLength().into())?);
        let bytes = read(file, start, size, len)?;
        // Files before version 0.15 have the length alone.
        let prefix = if bytes.starts_with(&CONTINUATION) { 8 } else { 4 };
        let metadata = bytes.get(prefix..).ok_or_else(|| wrong("a block has no message"))?;
        let body = part(block.bodyLength())?;
        if start.checked_add(size).and_then(|end| end.checked_add(body)).is_none_or(|end| end > len) {
            return Err(wrong("a block lies beyond the end"));
        }
        message(root_as_message(metadata).map_err(wrong)?, file, start + size, body)?;
    }
    Ok(())
}

/// Checks every message of a stream up to its end.
pub(super) fn stream(file: &mut File, len: u64) -> Outcome<()> {
    let mut place = 0;
    while place < len {
        let mut size = read(file, place, 4, len)?;
        place += 4;
        if size == CONTINUATION {
            size = read(file, place, 4, len)?;
            place += 4;
        }
        let size = i32::from_le_bytes([size[0], size[1], size[2], size[3]]);
        if size == 0 {
            break;
        }
        let size = u64::try_from(size).map_err(|_| wrong("a message has a negative size"))?;
        let metadata = read(file, place, size, len)?;
        let header = root_as_message(&metadata).map_err(wrong)?;
        let body = u64::try_from(header.bodyLength()).map_err(|_| wrong("a body has a negative size"))?;
        place += size;
        if place.checked_add(body).is_none_or(|end| end > len) {
            return Err(wrong("it ends too early"));
        }
        message(header, file, place, body)?;
        place += body;
    }
    Ok(())
}

/// Checks a message whose body of `body` bytes begins at `start`.
fn message(message: Message<'_>, file: &mut File, start: u64, body: u64) -> Outcome<()> {
    let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let Some(batch) = message.header_as_record_batch().or(dictionary) else { return Ok(()) };
    counts(batch, body)?;
    for buffer in batch.buffers().into_iter().flatten() {
        let (Ok(offset), Ok(size)) = (u64::try_from(buffer.offset()), u64::try_from(buffer.length())) else {
            return Err(wrong("a buffer has a negative size"));
        };
        if offset.checked_add(size).is_none_or(|end| end > body) {
            return Err(wrong("a buffer lies beyond its message"));
        }
        if batch.compression().is_some() && size > 0 {
            unpacked(batch, &read(file, start + offset, 8.min(size), start + body)?, size)?;
        }
    }
    Ok(())
}

/// Checks the length that a packed buffer of `size` bytes promises, for which the reader would ask for memory.
fn unpacked(batch: RecordBatch<'_>, prefix: &[u8], size: u64) -> Outcome<()> {
    /// No codec packs harder: a block of 128 KiB in 4 bytes.
    const RATIO: u64 = 1 << 15;
    const FEW: u64 = 1 << 32;
    const PER_ROW: u64 = 1 << 12;
    let promised =
        prefix.try_into().map(i64::from_le_bytes).map_err(|_| wrong("a packed buffer is too short"))?;
    let rows = u64::try_from(batch.length()).unwrap_or(0);
    let most = size.saturating_mul(RATIO).min(FEW.max(rows.saturating_mul(PER_ROW)));
    // -1 says that the buffer was not packed after all.
    if promised < -1 || promised > most.cast_signed() {
        return Err(wrong("a packed buffer promises an impossible length"));
    }
    Ok(())
}

/// Checks that the counts of a batch are counts.
fn counts(batch: RecordBatch<'_>, body: u64) -> Outcome<()> {
    /// Values for each byte: one bit for each value, packed as hard as can be.
    const PER_BYTE: u64 = 1 << 18;
    let most = i64::try_from(body.saturating_mul(PER_BYTE)).unwrap_or(i64::MAX);
    for node in batch.nodes().into_iter().flatten() {
        let (rows, nulls) = (node.length(), node.null_count());
        if nulls < 0 || nulls > rows || (rows > most && nulls != rows) {
            return Err(wrong("a column has an impossible number of rows"));
        }
    }
    Ok(())
}
