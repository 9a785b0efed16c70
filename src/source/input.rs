//! Bytes of files: opened with a clear error, decompressed by their first bytes, counted for the progress, and read at
//! positions from many threads.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A regular file or a pipe, and its size (0 for a pipe).
pub(super) fn open(path: &Path) -> Result<(File, u64)> {
    let file = File::open(path).map_err(|reason| match reason.kind() {
        io::ErrorKind::NotFound => unreadable(path, "there is no such file; check the name and the folder"),
        _ => unreadable(path, reason),
    })?;
    let metadata = file.metadata().map_err(|reason| unreadable(path, reason))?;
    if metadata.is_dir() {
        return Err(unreadable(path, "it is a folder; name the files in it, as in 'folder/*.parquet'"));
    }
    Ok((file, metadata.len()))
}

pub(super) fn unreadable(path: &Path, reason: impl std::fmt::Display) -> Error {
    Error::io("read", path, reason)
}

/// A file that ends too early or is no longer what was packed, or one that could not be read at all.
pub(super) fn broken(name: &str, reason: &io::Error) -> Error {
    let torn = matches!(
        reason.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::Other
    );
    let ask = if torn { "; is the file damaged or incomplete?" } else { "" };
    unreadable(Path::new(name), format!("{reason}{ask}"))
}

/// Fills `buffer` as far as the bytes go, and says how many there were.
pub(super) fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// How many bytes a [`Counted`] reader has given.
pub(super) type Counter = Arc<AtomicU64>;

/// A reader that counts its bytes where another thread can see it.
pub(super) struct Counted<R> {
    reader: R,
    counter: Counter,
}

impl<R> Counted<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, counter: Counter::default() }
    }

    pub fn counter(&self) -> Counter {
        self.counter.clone()
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.reader.seek(place)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.counter.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The text of a file that may be compressed with gzip or zstd, and a count of the bytes taken from the file.
///
/// Compression is told by the first bytes: endings lie more often.
pub(super) fn decompressed(
    reader: impl Read + Send + 'static,
) -> io::Result<(Box<dyn Read + Send>, Counter)> {
    const BUFFER: usize = 1 << 17;
    let mut reader = Counted::new(reader);
    let counter = reader.counter();
    let mut magic = [0; 4];
    let filled = read_up_to(&mut reader, &mut magic)?;
    let magic = magic[..filled].to_vec();
    let (gzip, zstd) = (magic.starts_with(GZIP), magic.starts_with(ZSTD));
    let whole = BufReader::with_capacity(BUFFER, io::Cursor::new(magic).chain(reader));
    let text: Box<dyn Read + Send> = if gzip {
        Box::new(flate2::bufread::MultiGzDecoder::new(whole))
    } else if zstd {
        Box::new(zstd::Decoder::with_buffer(whole)?)
    } else {
        Box::new(whole)
    };
    Ok((text, counter))
}

/// Whether bytes that begin so are compressed.
pub(super) fn is_compressed(head: &[u8]) -> bool {
    head.starts_with(GZIP) || head.starts_with(ZSTD)
}

/// A file read at positions, by any number of threads at once: a shared cursor would be theirs to fight over.
#[derive(Clone, Debug)]
pub(super) struct Positioned(Arc<File>);

impl Positioned {
    pub fn new(file: File) -> Self {
        Self(Arc::new(file))
    }

    /// A reader of the bytes from `offset` on.
    pub fn from(&self, offset: u64) -> At {
        At { file: self.clone(), offset }
    }

    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&*self.0, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&*self.0, buffer, offset)
    }
}

/// A place in a [`Positioned`] file.
#[derive(Debug)]
pub(super) struct At {
    file: Positioned,
    offset: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}
