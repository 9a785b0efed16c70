//! The span of a column, from the statistics of the row groups.

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_cast::cast;
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::file::metadata::RowGroupMetaData;

use crate::source::arrow;

/// The smallest and largest value by the statistics, converted as the values are.
///
/// `None` if a row group has no exact statistics, or an infinity in them: infinite rows are missing, and what the others
/// span is not written.
pub(super) fn span(metadata: &ArrowReaderMetadata, column: usize) -> Option<(f64, f64)> {
    let schema = metadata.metadata().file_metadata().schema_descr();
    let leaf = (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == column)?;
    let field = metadata.schema().fields().get(column)?;
    let converter = StatisticsConverter::from_column_index(leaf, field, schema)
        .ok()?
        .with_column_orders(metadata.metadata().file_metadata().column_orders().map(Vec::as_slice));
    let groups = || metadata.metadata().row_groups().iter().filter(|&group| !is_null(group, leaf));
    let exact = |flags: arrow_array::BooleanArray| flags.iter().all(|flag| flag != Some(false));
    if !exact(converter.row_group_is_min_value_exact(groups()).ok()?)
        || !exact(converter.row_group_is_max_value_exact(groups()).ok()?)
    {
        return None;
    }
    let low = extreme(&converter.row_group_mins(groups()).ok()?, f64::min, f64::INFINITY)?;
    let high = extreme(&converter.row_group_maxes(groups()).ok()?, f64::max, f64::NEG_INFINITY)?;
    let empty = groups().next().is_none();
    (empty || (low.is_finite() && high.is_finite() && low <= high)).then_some((low, high))
}

/// Whether every row of a column is null, which is no value to span.
fn is_null(group: &RowGroupMetaData, leaf: usize) -> bool {
    let nulls = group.column(leaf).statistics().and_then(|statistics| statistics.null_count_opt());
    group.num_rows() == 0 || nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(group.num_rows()))
}

fn extreme(values: &ArrayRef, pick: fn(f64, f64) -> f64, start: f64) -> Option<f64> {
    let values = cast(&arrow::floats(values).ok()?, &DataType::Float64).ok()?;
    values.as_primitive::<Float64Type>().iter().try_fold(start, |extreme, value| Some(pick(extreme, value?)))
}
