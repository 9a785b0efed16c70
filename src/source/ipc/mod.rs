//! Arrow IPC: files (Feather version 2 is one) and streams.
//!
//! The batches of a file are decoded by all threads, each with a reader of its own. A stream has no index, so its batches are
//! decoded one after the other and shared out in slices.

mod check;

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::error::{Error, Result};
use crate::source::guard::{Guarded, guarded};
use crate::source::input::{self, Counted};
use crate::source::part::{BlockSink, Part, Request, Wanted, projection};
use crate::source::workers::Turn;
use crate::source::{BATCH, Field, Sink, arrow, format, workers};

const NAME: &str = "Arrow IPC";

/// An Arrow IPC file or stream.
pub(super) struct Ipc {
    name: String,
    path: PathBuf,
    len: u64,
    is_stream: bool,
    fields: Vec<Field>,
}

type Bytes = Counted<BufReader<File>>;
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

impl Ipc {
    /// The file at `path`, which begins with `head`.
    pub fn open(path: &Path, head: &[u8], mut file: File, len: u64) -> Result<Self> {
        let name = path.display().to_string();
        if head.starts_with(b"FEA1") {
            return Err(Error::data(format!(
                "{name}: this is Feather version 1; save it as version 2 or as Parquet"
            )));
        }
        let is_stream = !head.starts_with(format::ARROW_FILE);
        let schema = guarded(&name, NAME, || {
            if is_stream { check::stream(&mut file, len) } else { check::file(&mut file, len) }?;
            let (schema, _) = batches(rewound(file)?, is_stream, None)?;
            Ok::<_, ArrowError>(schema)
        })?;
        let field = |field: &arrow_schema::FieldRef| Field::new(field.name(), arrow::kind(field.data_type()));
        let fields = schema.fields().iter().map(field).collect();
        Ok(Self { name, path: path.to_owned(), len, is_stream, fields })
    }
}

fn rewound(mut file: File) -> Result<Bytes, ArrowError> {
    file.seek(SeekFrom::Start(0))?;
    Ok(Counted::new(BufReader::new(file)))
}

/// The schema, and the batches with the columns of `projection` alone.
fn batches(
    bytes: Bytes,
    is_stream: bool,
    projection: Option<Vec<usize>>,
) -> Result<(SchemaRef, Batches), ArrowError> {
    if is_stream {
        let reader = StreamReader::try_new(bytes, projection)?;
        Ok((reader.schema(), Box::new(reader)))
    } else {
        let reader = FileReader::try_new(bytes, projection)?;
        Ok((reader.schema(), Box::new(reader)))
    }
}

/// A batch in slices that threads can share.
fn slices(batch: Result<RecordBatch>) -> Vec<Result<RecordBatch>> {
    match batch {
        Ok(batch) => (0..batch.num_rows())
            .step_by(BATCH)
            .map(|start| Ok(batch.slice(start, BATCH.min(batch.num_rows() - start))))
            .collect(),
        error => vec![error],
    }
}

impl Part for Ipc {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn bytes(&self) -> u64 {
        self.len
    }

    fn scan(&self, request: &Request, threads: usize, sink: &dyn Sink) -> Result<()> {
        let (columns, places) = request.projection();
        self.decode(columns, threads, |batch, turn, share| {
            arrow::deliver(batch.columns(), places, 0, turn, sink)?;
            sink.progress(share);
            Ok(())
        })
    }

    fn read(&self, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()> {
        let (columns, places) = projection(wanted);
        self.decode(columns, threads, |batch, turn, share| {
            let arrays: Vec<&ArrayRef> = places.iter().map(|&place| batch.column(place)).collect();
            sink.take(arrow::block(&arrays, wanted, turn.order(0))?, share)
        })
    }
}

impl Ipc {
    /// Decodes some columns, and hands on each batch with its turn and the share of the file that has been read.
    fn decode(
        &self,
        columns: Vec<usize>,
        threads: usize,
        deliver: impl Fn(&RecordBatch, &Turn<'_>, f64) -> Result<()> + Sync,
    ) -> Result<()> {
        if self.is_stream {
            self.decode_stream(columns, threads, deliver)
        } else {
            self.decode_file(columns, threads, deliver)
        }
    }

    fn decode_file(
        &self,
        columns: Vec<usize>,
        threads: usize,
        deliver: impl Fn(&RecordBatch, &Turn<'_>, f64) -> Result<()> + Sync,
    ) -> Result<()> {
        let open = || {
            let (file, _) = input::open(&self.path)?;
            guarded(&self.name, NAME, || FileReader::try_new(rewound(file)?, Some(columns.clone())))
        };
        let first = open()?;
        let count = first.num_batches();
        // Each thread takes a reader and puts it back: there are no more of them than threads.
        let readers = Mutex::new(vec![first]);
        let kept = || readers.lock().unwrap_or_else(PoisonError::into_inner);
        workers::each(threads, (0..count).map(Ok), |nth, turn| {
            let reader = kept().pop();
            let mut reader = reader.map_or_else(&open, Ok)?;
            let batch = guarded(&self.name, NAME, || {
                reader.set_index(nth)?;
                reader.next().transpose()
            })?;
            kept().push(reader);
            batch.map_or(Ok(()), |batch| deliver(&batch, turn, (nth + 1) as f64 / count as f64))
        })
    }

    fn decode_stream(
        &self,
        columns: Vec<usize>,
        threads: usize,
        deliver: impl Fn(&RecordBatch, &Turn<'_>, f64) -> Result<()> + Sync,
    ) -> Result<()> {
        let (file, _) = input::open(&self.path)?;
        let (counter, batches) = guarded(&self.name, NAME, || {
            let bytes = rewound(file)?;
            let counter = bytes.counter();
            let (_, batches) = batches(bytes, true, Some(columns))?;
            Ok::<_, ArrowError>((counter, batches))
        })?;
        let slices = Guarded::new(batches, &self.name, NAME).flat_map(slices);
        workers::each(threads, slices, |slice, turn| {
            let share = counter.load(Ordering::Relaxed) as f64 / self.len as f64;
            deliver(&slice, turn, share.min(1.0))
        })
    }
}
