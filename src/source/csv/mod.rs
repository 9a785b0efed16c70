//! CSV: cut into pieces at the ends of records by whichever thread is free, parsed by all of them.
//!
//! The grammar is that of the `csv` crate: fields may be quoted, quotes are doubled inside, lines end in `\n` or `\r\n`,
//! blank lines do not count.

mod chunks;
mod dialect;
mod follow;
mod layout;
mod rows;
mod table;
mod tail;
mod value;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use crate::error::{Error, Result};
use crate::source::input::{self, Counter};
use crate::source::part::{BlockSink, Part, Request, Wanted};
use crate::source::{Field, ReadOptions, Sink, format, workers};
use chunks::Chunks;
pub use follow::{Follow, Live};
use layout::Layout;
pub(super) use layout::Purpose;

/// Bytes from which the columns are told: some thousand rows.
const HEAD: usize = 1 << 18;

/// A CSV file, or a stream such as standard input.
pub(super) struct Csv {
    name: String,
    path: Option<PathBuf>,
    bytes: u64,
    layout: Layout,
    /// A stream with its head put back, until it is read.
    stream: Mutex<Option<Text>>,
}

/// Decompressed text, and how far its file has been read.
type Text = (Box<dyn Read + Send>, Counter);

impl Csv {
    pub fn open(path: &Path, purpose: Purpose, options: &ReadOptions) -> Result<Self> {
        let name = path.display().to_string();
        let (mut text, _) = text_of(path)?;
        let head = head(&mut text, &name)?;
        if let Some(format) = format::binary(&head) {
            return Err(Error::data(format!(
                "{name} is {format}, but its ending says CSV: give it another ending"
            )));
        }
        let layout = Layout::of(&head, head.len() < HEAD, is_tabbed(path), purpose, options);
        let layout = layout.map_err(|e| e.at(&name))?;
        let (_, bytes) = input::open(path)?;
        Ok(Self { name, path: Some(path.to_owned()), bytes, layout, stream: Mutex::new(None) })
    }

    /// Text that comes but once.
    pub fn stream(
        name: &str,
        reader: impl Read + Send + 'static,
        purpose: Purpose,
        options: &ReadOptions,
    ) -> Result<Self> {
        let (mut text, counter) =
            input::decompressed(reader).map_err(|reason| input::broken(name, &reason))?;
        let head = head(&mut text, name)?;
        if let Some(format) = format::binary(&head) {
            return Err(Error::data(format!(
                "{name} is {format}, which cannot be read from a pipe, as only CSV can: name the file itself"
            )));
        }
        let layout = Layout::of(&head, head.len() < HEAD, false, purpose, options).map_err(|e| e.at(name))?;
        let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(head).chain(text));
        Ok(Self {
            name: name.to_owned(),
            path: None,
            bytes: 0,
            layout,
            stream: Mutex::new(Some((whole, counter))),
        })
    }

    fn text(&self) -> Result<Text> {
        match &self.path {
            Some(path) => text_of(path),
            None => self.stream.lock().ok().and_then(|mut stream| stream.take()).ok_or_else(|| {
                Error::usage(format!("{} can be read only once; save it to a file first", self.name))
            }),
        }
    }
}

fn text_of(path: &Path) -> Result<Text> {
    let (file, _) = input::open(path)?;
    input::decompressed(file).map_err(|reason| input::broken(&path.display().to_string(), &reason))
}

fn head(text: &mut impl Read, name: &str) -> Result<Vec<u8>> {
    let mut head = vec![0; HEAD];
    let filled = input::read_up_to(text, &mut head).map_err(|reason| input::broken(name, &reason))?;
    head.truncate(filled);
    Ok(head)
}

/// Whether the ending says that tabs separate the fields.
fn is_tabbed(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    name.ends_with(".tsv") || name.ends_with(".tab")
}

impl Part for Csv {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.layout.fields
    }

    fn is_settled(&self, column: usize) -> bool {
        self.layout.settled[column]
    }

    fn is_mixed(&self, column: usize) -> Option<bool> {
        Some(self.layout.mixed[column])
    }

    fn example(&self, column: usize) -> Option<&str> {
        self.layout.examples[column].as_deref()
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn rereadable(&self) -> bool {
        self.path.is_some()
    }

    fn index(&self) -> Option<usize> {
        self.layout.index
    }

    fn scan(&self, request: &Request, threads: usize, sink: &dyn Sink) -> Result<()> {
        let (text, counter) = self.text()?;
        let chunks = Chunks::new(text, self.layout.dialect, &self.name);
        let rows = rows::Rows { name: &self.name, layout: &self.layout };
        workers::each(threads, chunks, |chunk, turn| {
            rows.deliver(&chunk, request, turn, sink)?;
            if self.bytes > 0 {
                sink.progress(counter.load(Ordering::Relaxed) as f64 / self.bytes as f64);
            }
            Ok(())
        })
    }

    fn read(&self, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()> {
        let (text, counter) = self.text()?;
        let chunks = Chunks::new(text, self.layout.dialect, &self.name);
        let rows = rows::Rows { name: &self.name, layout: &self.layout };
        workers::each(threads, chunks, |chunk, turn| {
            let share = counter.load(Ordering::Relaxed) as f64 / self.bytes.max(1) as f64;
            sink.take(table::block(&rows, &chunk, wanted, turn)?, share.min(1.0))
        })
    }
}
