//! The bytes of a file that grows, or of a stream, as they come.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::source::input;

/// How long to wait for a stream, or between two looks at a file.
pub(super) const POLL: Duration = Duration::from_millis(30);

/// Bytes that a stream is read by: what a pipe holds.
const PIPE: usize = 1 << 16;

/// Reads of a stream that may lie unread: 16 MiB.
const WAITING: usize = 256;

/// Where bytes come from.
pub(super) enum Tail {
    File(Grown),
    Stream(Receiver<io::Result<Vec<u8>>>),
}

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    Bytes,
    /// Nothing for now.
    Nothing,
    /// The file was cut short or replaced: what follows is its beginning.
    Restarted,
    /// The stream is over.
    End,
}

/// A file that is read as far as it goes.
pub(super) struct Grown {
    path: PathBuf,
    file: File,
    offset: u64,
}

impl Tail {
    /// A file; only one that is one can be followed to and fro.
    pub fn file(path: &Path) -> Result<Self> {
        let (file, _) = input::open(path)?;
        Ok(Self::File(Grown { path: path.to_owned(), file, offset: 0 }))
    }

    /// A stream, read by a thread of its own, which ends with it.
    pub fn stream(mut reader: impl Read + Send + 'static) -> Result<Self> {
        let (send, receive) = sync_channel(WAITING);
        let read = move || {
            let mut buffer = vec![0; PIPE];
            loop {
                let came = match reader.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => Ok(buffer[..count].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_over = came.is_err();
                if send.send(came).is_err() || is_over {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("heatbin input".into()).spawn(read);
        thread.map_err(|reason| Error::device(format!("cannot start a thread: {reason}")))?;
        Ok(Self::Stream(receive))
    }

    /// Puts what has come behind `buffer`, until that holds about `most` bytes.
    pub fn more(&mut self, name: &str, buffer: &mut Vec<u8>, most: usize) -> Result<Came> {
        let wrong = |reason: io::Error| input::broken(name, &reason);
        match self {
            Self::File(file) => file.more(buffer, most).map_err(wrong),
            Self::Stream(stream) => {
                let mut came = match stream.recv_timeout(POLL) {
                    Ok(came) => came,
                    Err(RecvTimeoutError::Timeout) => return Ok(Came::Nothing),
                    Err(RecvTimeoutError::Disconnected) => return Ok(Came::End),
                };
                loop {
                    buffer.extend_from_slice(&came.map_err(wrong)?);
                    match stream.try_recv() {
                        Ok(more) if buffer.len() < most => came = more,
                        Ok(last) => {
                            buffer.extend_from_slice(&last.map_err(wrong)?);
                            return Ok(Came::Bytes);
                        }
                        // Nothing more for now, or never: the next call will tell.
                        Err(_) => return Ok(Came::Bytes),
                    }
                }
            }
        }
    }

    /// The share of a file that was read, 0 to 1.
    pub fn share(&self) -> Option<f64> {
        let Self::File(file) = self else { return None };
        let bytes = file.file.metadata().ok()?.len();
        (bytes > 0).then(|| (file.offset as f64 / bytes as f64).min(1.0))
    }
}

impl Grown {
    fn more(&mut self, buffer: &mut Vec<u8>, most: usize) -> io::Result<Came> {
        if self.is_cut()? {
            self.file.rewind()?;
            self.offset = 0;
            return Ok(Came::Restarted);
        }
        let had = buffer.len();
        buffer.resize(most.max(had + 1), 0);
        let filled = input::read_up_to(&mut self.file, &mut buffer[had..]);
        buffer.truncate(had + *filled.as_ref().unwrap_or(&0));
        self.offset += filled? as u64;
        if buffer.len() > had {
            return Ok(Came::Bytes);
        }
        // Another file may have taken its name; while none has, this one is waited for.
        if let Ok(file) = File::open(&self.path)
            && identity(&file.metadata()?) != identity(&self.file.metadata()?)
        {
            (self.file, self.offset) = (file, 0);
            return Ok(Came::Restarted);
        }
        Ok(Came::Nothing)
    }

    fn is_cut(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.len() < self.offset)
    }
}

/// What tells one file from another of the same name.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> impl PartialEq + use<> {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> impl PartialEq + use<> {
    metadata.created().ok()
}
