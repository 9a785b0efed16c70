//! Parquet from end to end, in files of the crate's own writer.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::file::properties::WriterProperties;
use arrow_array::{ArrayRef, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray};

use super::*;

fn write(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn properties(group: usize) -> WriterProperties {
    WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_compression(Compression::SNAPPY)
        .set_data_page_row_count_limit(10_000)
        .build()
}

#[test]
fn any_cut_into_row_groups_gives_the_same_rows() {
    let folder = Folder::new();
    const ROWS: usize = 1_200_000;
    let values: Vec<f64> = fractions().take(2 * ROWS).collect();
    let (x, y) = values.split_at(ROWS);
    let y: Vec<Option<f32>> =
        y.iter().enumerate().map(|(row, &y)| (row % 1000 != 7).then_some(y as f32)).collect();
    let mut wanted: Vec<(f64, f64)> =
        x.iter().zip(&y).filter_map(|(&x, &y)| Some((x, f64::from(y?)))).collect();
    wanted.sort_by_key(|&(x, y)| (Ordered::of(x), Ordered::of(y)));
    for group in [ROWS, 100_000] {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("y", Arc::new(Float32Array::from(y.clone()))),
            ("unused", Arc::new(Int64Array::from_iter_values(0..ROWS as i64))),
            ("x", Arc::new(Float64Array::from(x.to_vec()))),
        ];
        let path = folder.file("a.parquet", write(columns, properties(group)));
        let source = open_one(&path).unwrap();
        assert_eq!(source.rows(), Some(ROWS as u64));
        let read = scan(source.as_ref(), "x", "y").unwrap();
        assert!(read.rows == wanted, "groups of {group}");
        assert_eq!(read.missing, ROWS as u64 / 1000);
        let hint = source.bounds_hint(&Selection::new(2, 0)).unwrap();
        assert_eq!(Some(hint), read.bounds);
        // One column on both axes.
        let read = scan(source.as_ref(), "x", "2").unwrap();
        assert!(read.rows.iter().all(|(x, y)| x == y) && read.rows.len() == ROWS);
    }
}

#[test]
fn text_is_refused_by_name_and_no_rows_are_fine() {
    let folder = Folder::new();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("x", Arc::new(Float64Array::from(Vec::<f64>::new()))),
        ("name", Arc::new(StringArray::from(Vec::<&str>::new()))),
    ];
    let path = folder.file("a.parquet", write(columns, properties(10)));
    assert_eq!(
        folder.message(read(&path, "x", "name")),
        "column 'name' of a.parquet holds text, where numbers, dates or booleans are needed; columns that hold these: x"
    );
    let read = read(&path, "x", "x").unwrap();
    assert_eq!((read.rows.len(), read.missing), (0, 0));
}

#[test]
fn infinite_statistics_are_no_hint() {
    let folder = Folder::new();
    let x: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::INFINITY, f64::NAN]));
    let source = open_one(folder.file("a.parquet", write(vec![("x", x)], properties(10)))).unwrap();
    assert_eq!(source.bounds_hint(&Selection::new(0, 0)), None);
    assert_eq!(scan(source.as_ref(), "x", "x").unwrap().missing, 2);
}
