//! Arrow IPC: files (Feather version 2 is one) and streams.
//!
//! Batches are decoded one after the other, which costs little more than reading them, and shared out in slices.

mod check;

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::error::{Error, Result};
use crate::source::guard::{Guarded, guarded};
use crate::source::input::{self, Counted};
use crate::source::part::{Part, Request};
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
        let (columns, x, y) = request.projection();
        let (file, _) = input::open(&self.path)?;
        let (counter, batches) = guarded(&self.name, NAME, || {
            let bytes = rewound(file)?;
            let counter = bytes.counter();
            let (_, batches) = batches(bytes, self.is_stream, Some(columns))?;
            Ok::<_, ArrowError>((counter, batches))
        })?;
        let slices = Guarded::new(batches, &self.name, NAME).flat_map(slices);
        workers::each(threads, slices, |slice, turn| {
            arrow::deliver(slice.column(x), slice.column(y), turn, sink)?;
            sink.progress((counter.load(Ordering::Relaxed) as f64 / self.len as f64).min(1.0));
            Ok(())
        })
    }
}
