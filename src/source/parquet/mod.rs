//! Parquet: row groups, or stretches of them, decoded side by side.
//!
//! Only the pages of the wanted columns are read, a few at a time, so memory does not grow with the file.

mod hint;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelectionPolicy, RowSelector,
};
use ::parquet::errors::{ParquetError, Result as ParquetResult};
use ::parquet::file::reader::{ChunkReader, Length};
use arrow_array::ArrayRef;
use bytes::Bytes;

use crate::data::Bounds;
use crate::error::Result;
use crate::source::guard::{Guarded, guarded};
use crate::source::input::{self, At, Positioned};
use crate::source::part::{BlockSink, Part, Request, Wanted, block_rows, damaged, projection};
use crate::source::workers::{self, Turn};
use crate::source::{BATCH, Field, Sink, arrow};

const NAME: &str = "Parquet";

pub(super) fn open(path: &Path, file: File, len: u64) -> Result<Box<dyn Part>> {
    let name = path.display().to_string();
    let metadata = guarded(&name, NAME, || {
        ArrowReaderMetadata::load(&Whole { file: Positioned::new(file), len }, ArrowReaderOptions::new())
    })?;
    let field = |field: &arrow_schema::FieldRef| Field::new(field.name(), arrow::kind(field.data_type()));
    let fields = metadata.schema().fields().iter().map(field).collect();
    Ok(Box::new(Parquet { path: path.to_owned(), name, len, metadata, fields }))
}

struct Parquet {
    path: PathBuf,
    name: String,
    len: u64,
    metadata: ArrowReaderMetadata,
    fields: Vec<Field>,
}

/// A piece begins inside a page, whose first rows are decoded in vain: some pages long, that is little.
const SHORTEST: usize = 1 << 18;

/// Some rows of a row group.
struct Stretch {
    group: usize,
    start: usize,
    rows: usize,
}

impl Parquet {
    fn group_rows(&self, group: usize) -> usize {
        usize::try_from(self.metadata.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    /// The pieces of work: whole row groups if there are enough to keep all threads busy, else parts of them.
    fn stretches(&self, threads: usize) -> Vec<Stretch> {
        /// Pieces for each thread, so that no thread waits long for the last.
        const PIECES: usize = 4;
        let groups = 0..self.metadata.metadata().num_row_groups();
        let all: usize = groups.map(|group| self.group_rows(group)).sum();
        let longest = if threads == 1 { usize::MAX } else { (all / (threads * PIECES)).max(SHORTEST) };
        self.cut(longest)
    }

    /// The row groups in parts of so many rows at most.
    fn cut(&self, longest: usize) -> Vec<Stretch> {
        let groups = self.metadata.metadata().num_row_groups();
        let cut = |group| {
            let rows = self.group_rows(group);
            let pieces = rows.div_ceil(longest).max(1);
            let bound = move |piece| (rows as u128 * piece as u128 / pieces as u128) as usize;
            (0..pieces).map(move |piece| Stretch {
                group,
                start: bound(piece),
                rows: bound(piece + 1) - bound(piece),
            })
        };
        (0..groups).flat_map(cut).collect()
    }

    /// Decodes some columns of a stretch, and hands on each batch with the place of its first row in the stretch and the share of
    /// the file that has been read.
    fn decode(
        &self,
        stretch: &Stretch,
        job: &Job<'_>,
        turn: &Turn<'_>,
        deliver: impl Fn(&[ArrayRef], usize, f64) -> Result<()>,
    ) -> Result<()> {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        let selection =
            RowSelection::from(vec![RowSelector::skip(stretch.start), RowSelector::select(stretch.rows)]);
        let reader = guarded(&self.name, NAME, || {
            ParquetRecordBatchReaderBuilder::new_with_metadata(job.file.clone(), self.metadata.clone())
                .with_projection(ProjectionMask::roots(schema, job.columns.iter().copied()))
                .with_row_groups(vec![stretch.group])
                .with_row_selection(selection)
                // A mask would decode the rows to be skipped; this steps over whole pages.
                .with_row_selection_policy(RowSelectionPolicy::Selectors)
                .with_batch_size(job.batch)
                .build()
        })?;
        let mut seen = 0;
        for batch in Guarded::new(reader, &self.name, NAME) {
            let batch = batch?;
            let done = job.done.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
            deliver(batch.columns(), seen, done as f64 / job.rows.max(1) as f64)?;
            seen += batch.num_rows();
            if turn.is_over() {
                return Ok(());
            }
        }
        if seen != stretch.rows {
            let promised = self.group_rows(stretch.group);
            let reason = format!("row group {} promises {promised} rows and holds fewer", stretch.group);
            return Err(damaged(&self.name, NAME, reason));
        }
        Ok(())
    }

    fn job<'a>(&self, columns: &'a [usize], batch: usize) -> Result<Job<'a>> {
        let (file, len) = input::open(&self.path)?;
        let file = Whole { file: Positioned::new(file), len };
        Ok(Job { file, columns, batch, done: AtomicU64::new(0), rows: self.rows().unwrap_or(0) })
    }
}

/// What the threads of a scan share.
struct Job<'a> {
    file: Whole,
    columns: &'a [usize],
    /// The most rows of a batch.
    batch: usize,
    done: AtomicU64,
    rows: u64,
}

impl Part for Parquet {
    fn name(&self) -> &str {
        &self.name
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        let groups = 0..self.metadata.metadata().num_row_groups();
        Some(groups.map(|group| self.group_rows(group) as u64).sum())
    }

    fn bytes(&self) -> u64 {
        self.len
    }

    fn bounds_hint(&self, request: &Request) -> Option<Bounds> {
        let span = |column| {
            let span =
                guarded(&self.name, NAME, || hint::span(&self.metadata, column).ok_or("no statistics"));
            span.ok()
        };
        Some(Bounds { x: span(request.x.column)?, y: span(request.y.column)? })
    }

    fn scan(&self, request: &Request, threads: usize, sink: &dyn Sink) -> Result<()> {
        let (columns, places) = request.projection();
        let job = self.job(&columns, BATCH)?;
        workers::each(threads, self.stretches(threads).into_iter().map(Ok), |stretch, turn| {
            self.decode(&stretch, &job, turn, |arrays, first, share| {
                arrow::deliver(arrays, places, first, turn, sink)?;
                sink.progress(share);
                Ok(())
            })
        })
    }

    fn read(&self, wanted: &[Wanted], threads: usize, sink: &dyn BlockSink) -> Result<()> {
        let (columns, places) = projection(wanted);
        let job = self.job(&columns, block_rows(wanted.len()))?;
        // Cut without regard to the threads: what is made of the blocks must not depend on them.
        workers::each(threads, self.cut(SHORTEST).into_iter().map(Ok), |stretch, turn| {
            self.decode(&stretch, &job, turn, |arrays, first, share| {
                let arrays: Vec<&ArrayRef> = places.iter().map(|&place| &arrays[place]).collect();
                sink.take(arrow::block(&arrays, wanted, turn.order(first))?, share)
            })
        })
    }
}

/// A file as the decoder wants it.
#[derive(Clone)]
struct Whole {
    file: Positioned,
    len: u64,
}

impl Length for Whole {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Whole {
    type T = BufReader<At>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(self.file.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // A damaged footer may ask for more than there is, and must not get the memory for it.
        let end = start.checked_add(length as u64).filter(|&end| end <= self.len);
        if end.is_none() {
            return Err(ParquetError::EOF(format!(
                "{length} bytes at {start} lie beyond the end of the file"
            )));
        }
        let mut bytes = vec![0; length];
        self.file.from(start).read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}
