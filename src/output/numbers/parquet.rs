//! The table as Parquet.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};

use crate::data::{Aggregate, Grid, Matrix, Values};
use crate::output::numbers::{Numbers, center, columns as names, edges, places};

pub(super) fn write(numbers: &Numbers<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    /// Cells that are turned into columns at once.
    const BATCH: usize = 1 << 16;
    let Aggregate { grid, values, .. } = numbers.aggregate;
    let mut fields: Vec<Field> =
        places(grid).iter().map(|&name| Field::new(name, DataType::Float64, false)).collect();
    let types: &[DataType] = match values {
        Values::Given(_) => &[DataType::Float64],
        _ => &[DataType::UInt64, DataType::Float64],
    };
    let named = names(values).into_iter().zip(types.iter().cloned());
    fields.extend(named.map(|(name, data_type)| Field::new(name, data_type, false)));
    if numbers.layers.is_some() {
        fields.insert(0, Field::new("category", DataType::Utf8, false));
    }
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(wrong)?;
    for (name, values) in numbers.named() {
        for start in (0..values.len()).step_by(BATCH) {
            let cells = start..values.len().min(start + BATCH);
            let mut arrays = columns(grid, values, cells.clone());
            if let Some(name) = name {
                let names = StringArray::from_iter_values(cells.map(|_| name));
                arrays.insert(0, Arc::new(names) as ArrayRef);
            }
            let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
            writer.write(&batch).map_err(wrong)?;
        }
    }
    writer.close().map_err(wrong)?;
    Ok(())
}

/// The labels of the rows, then the columns under their labels.
pub(super) fn write_matrix(matrix: &Matrix, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let (rows, columns) = matrix.shape();
    let mut fields = vec![Field::new(&matrix.rows.name, DataType::Utf8, false)];
    fields.extend(matrix.columns.labels.iter().map(|label| Field::new(label, DataType::Float64, true)));
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(wrong)?;
    /// Values that are turned into columns at once.
    const BATCH: usize = 1 << 20;
    let step = (BATCH / columns.max(1)).max(1);
    for start in (0..rows).step_by(step) {
        let batch = start..rows.min(start + step);
        let labels = StringArray::from_iter_values(&matrix.rows.labels[batch.clone()]);
        let mut arrays = vec![Arc::new(labels) as ArrayRef];
        arrays.extend((0..columns).map(|column| {
            let values = batch.clone().map(|row| Some(matrix.get(row, column)).filter(|v| !v.is_nan()));
            Arc::new(values.collect::<Float64Array>()) as ArrayRef
        }));
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
        writer.write(&batch).map_err(wrong)?;
    }
    writer.close().map_err(wrong)?;
    Ok(())
}

fn wrong(error: ParquetError) -> io::Error {
    match error {
        // The caller knows what a full disk is.
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::other(other),
    }
}

fn columns(grid: &Grid, values: &Values, cells: Range<usize>) -> Vec<ArrayRef> {
    let mut columns = places_of(grid, cells.clone());
    if !matches!(values, Values::Given(_)) {
        columns.push(Arc::new(UInt64Array::from_iter_values(cells.clone().map(|cell| values.rows(cell)))));
    }
    if !matches!(values, Values::Counts(_)) {
        columns.push(Arc::new(Float64Array::from_iter_values(cells.map(|cell| values.get(cell)))));
    }
    columns
}

fn places_of(grid: &Grid, cells: Range<usize>) -> Vec<ArrayRef> {
    match grid {
        Grid::Rect(rect) => transposed(cells.map(|cell| edges(rect, cell))),
        Grid::Hex(hex) => transposed(cells.map(|cell| center(hex, cell))),
    }
}

fn transposed<const N: usize>(rows: impl Iterator<Item = [f64; N]> + Clone) -> Vec<ArrayRef> {
    let column = |place: usize| Float64Array::from_iter_values(rows.clone().map(move |row| row[place]));
    (0..N).map(|place| Arc::new(column(place)) as ArrayRef).collect()
}
