//! Times heatbin's binning of columns in memory, for the scripts beside it, which take turns with the peers.
//!
//! `cargo run --release --example speed` reads commands from standard input, a line each, and answers each with a line of JSON:
//!
//! * `load f32|f64 X_FILE Y_FILE`: two files of plain little-endian values; the answer is the number of rows.
//! * `hist2d BINS auto|LOW,HIGH cpu|gpu THREADS`: rectangles, over the data's own range or one for both axes; 0 threads are one a core.
//! * `hexbin GRIDSIZE auto|LOW,HIGH cpu|gpu THREADS`: hexagons.
//!
//! * `decode FILE THREADS`: decodes the columns x and y of a Parquet file with the crate that heatbin reads it with, and nothing more.
//! * `counts`: three numbers that tell whether the last counts are those of the peer.
//!
//! The answer to a binning is the seconds from the columns to the counts.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::time::Instant;

use heatbin::{Aggregate, Backend, Floats};
use rayon::{ThreadPool, ThreadPoolBuilder};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut pools = HashMap::new();
    let mut columns = (Floats::F64(Vec::new().into()), Floats::F64(Vec::new().into()));
    let mut last = None;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words.as_slice() {
            ["load", width, x, y] => {
                columns = (load(width, x)?, load(width, y)?);
                columns.0.len().to_string()
            }
            ["counts"] => last.as_ref().map(counts).ok_or("nothing was binned yet")?,
            #[cfg(feature = "parquet")]
            ["decode", file, threads] => {
                let pool = pools.entry((*threads).to_owned()).or_insert(pool(threads)?);
                pool.install(|| decode(file))?.to_string()
            }
            [shape, cells, range, backend, threads] => {
                // As a program that replaces its result: the memory goes back first, outside of what is timed.
                drop(last.take());
                let pool = pools.entry((*threads).to_owned()).or_insert(pool(threads)?);
                let (aggregate, seconds) = pool.install(|| timed(&columns, shape, cells, range, backend))?;
                last = Some(aggregate);
                seconds.to_string()
            }
            _ => return Err(format!("no such command: {line}").into()),
        };
        println!("{answer}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

fn pool(threads: &str) -> Result<ThreadPool, Failure> {
    Ok(ThreadPoolBuilder::new().num_threads(threads.parse()?).build()?)
}

fn load(width: &str, path: &str) -> Result<Floats<'static>, Failure> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(match width {
        "f32" => Floats::F32(bytes.as_chunks().0.iter().map(|&v| f32::from_le_bytes(v)).collect()),
        "f64" => Floats::F64(bytes.as_chunks().0.iter().map(|&v| f64::from_le_bytes(v)).collect()),
        other => return Err(format!("no width '{other}'; there are f32 and f64").into()),
    })
}

/// Bins the columns once; the time does not hold what becomes of the counts.
fn timed(
    (x, y): &(Floats<'static>, Floats<'static>),
    shape: &str,
    cells: &str,
    range: &str,
    backend: &str,
) -> Result<(Aggregate, f64), Failure> {
    let backend = match backend {
        "cpu" => Backend::Cpu,
        "gpu" => Backend::Gpu,
        other => return Err(format!("no backend '{other}'; there are cpu and gpu").into()),
    };
    let cells: usize = cells.parse()?;
    let range = match range.split_once(',') {
        Some((low, high)) => Some((low.parse()?, high.parse()?)),
        None => None,
    };
    // Borrowed, as a caller's own columns would be.
    let (x, y) = (x.slice(0..x.len()), y.slice(0..y.len()));
    let start = Instant::now();
    let aggregate = match shape {
        "hist2d" => {
            let plot = heatbin::hist2d(x, y).bins(cells).backend(backend);
            range.map_or(plot.clone(), |range| plot.range(range, range)).aggregate()
        }
        "hexbin" => {
            let plot = heatbin::hexbin(x, y).gridsize(cells).backend(backend);
            range.map_or(plot.clone(), |range| plot.range(range, range)).aggregate()
        }
        other => return Err(format!("no shape '{other}'; there are hist2d and hexbin").into()),
    }?;
    Ok((aggregate, start.elapsed().as_secs_f64()))
}

/// The seconds that it takes to decode x and y, a group of rows to a thread.
#[cfg(feature = "parquet")]
fn decode(path: &str) -> Result<f64, Failure> {
    use parquet::arrow::ProjectionMask;
    use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
    use rayon::prelude::*;

    const BATCH: usize = 65_536;
    let start = Instant::now();
    let metadata = ArrowReaderMetadata::load(&std::fs::File::open(path)?, Default::default())?;
    let groups = metadata.metadata().num_row_groups();
    let rows = |group: usize| -> Result<i64, Failure> {
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(std::fs::File::open(path)?, metadata.clone());
        let columns = ProjectionMask::columns(builder.parquet_schema(), ["x", "y"]);
        let reader =
            builder.with_row_groups(vec![group]).with_projection(columns).with_batch_size(BATCH).build()?;
        reader.map(|batch| Ok(batch?.num_rows() as i64)).sum()
    };
    let decoded: i64 = (0..groups).into_par_iter().map(rows).sum::<Result<_, _>>()?;
    assert_eq!(decoded, metadata.metadata().file_metadata().num_rows(), "every row was decoded");
    Ok(start.elapsed().as_secs_f64())
}

fn counts(aggregate: &Aggregate) -> String {
    let values = || aggregate.values.iter();
    let filled = values().filter(|&count| count > 0.0).count();
    let most = values().fold(0.0, |most: f64, count| most.max(count));
    let binned = aggregate.tally.binned;
    format!(r#"{{"binned": {binned}, "filled": {filled}, "most": {most}}}"#)
}
