//! Weights, and the order of rows, from files of every format.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch};
use npyz::WriterBuilder;

use super::*;

/// Rows in a file: some batches, and a rest.
const ROWS: usize = 300_000;

/// The order of a row, and its x, y and weight.
type Row = (u128, [f64; 3]);

/// Every row that is not missing, and how many are.
#[derive(Default)]
struct Ordering(Mutex<(Vec<Row>, u64)>);

impl Sink for Ordering {
    fn take(&self, points: Points<'_>) -> Result<()> {
        let mut kept = self.0.lock().unwrap();
        let weights = points.weights().expect("they were asked for");
        let row = |row| [points.x().get(row), points.y().get(row), weights.get(row)];
        kept.0.extend((0..points.len()).map(|nth| (points.order() + nth as u128, row(nth))));
        kept.1 += points.missing();
        Ok(())
    }
}

/// x counts the rows from `first`, y is -x, and every seventh weight is missing.
fn weight(row: usize) -> Option<f64> {
    (row % 7 != 3).then_some(row as f64 * 0.5)
}

fn batch(rows: std::ops::Range<usize>) -> RecordBatch {
    let y = Int32Array::from_iter_values(rows.clone().map(|row| -(row as i32)));
    let x = Float64Array::from_iter_values(rows.clone().map(|row| row as f64));
    let columns: [(&str, ArrayRef); 3] =
        [("w", Arc::new(rows.map(weight).collect::<Float64Array>())), ("y", Arc::new(y)), ("x", Arc::new(x))];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn csv(rows: std::ops::Range<usize>) -> Vec<u8> {
    let line = |row| match weight(row) {
        Some(weight) => format!("{row},{weight},-{row}\n"),
        None => format!("{row},NA,-{row}\n"),
    };
    ("x,w,y\n".to_owned() + &rows.map(line).collect::<String>()).into_bytes()
}

fn arrow(rows: std::ops::Range<usize>, stream: bool) -> Vec<u8> {
    let middle = rows.start + rows.len() / 3;
    let batches = [batch(rows.start..middle), batch(middle..rows.end)];
    let mut bytes = Vec::new();
    let schema = batches[0].schema();
    if stream {
        let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &schema).unwrap();
        batches.iter().for_each(|batch| writer.write(batch).unwrap());
        writer.finish().unwrap();
    } else {
        let mut writer = arrow_ipc::writer::FileWriter::try_new(&mut bytes, &schema).unwrap();
        batches.iter().for_each(|batch| writer.write(batch).unwrap());
        writer.finish().unwrap();
    }
    bytes
}

fn npz(rows: std::ops::Range<usize>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let columns: [(&str, &dyn Fn(usize) -> f64); 3] = [
        ("w", &|row| weight(row).unwrap_or(f64::NAN)),
        ("y", &|row| -(row as f64)),
        ("x", &|row| row as f64),
    ];
    for (name, value) in columns {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(format!("{name}.npy"), options).unwrap();
        let shape = [rows.len() as u64];
        let mut writer =
            npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut archive).begin_nd().unwrap();
        writer.extend(rows.clone().map(value)).unwrap();
        writer.finish().unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An array of shape (rows, 3): the columns 0, 1 and 2 are w, y and x.
fn npy(rows: std::ops::Range<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let shape = [rows.len() as u64, 3];
    let mut writer =
        npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut bytes).begin_nd().unwrap();
    writer
        .extend(rows.flat_map(|row| [weight(row).unwrap_or(f64::INFINITY), -(row as f64), row as f64]))
        .unwrap();
    writer.finish().unwrap();
    bytes
}

fn check(paths: &[PathBuf], columns: [&str; 3]) {
    let paths: Vec<String> = paths.iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    let source = open(&paths, &ReadOptions::default()).unwrap();
    let [x, y, w] = columns.map(|name| field(source.as_ref(), name).unwrap());
    let sink = Ordering::default();
    source.scan(&Selection::new(x, y).weights(w), &sink).unwrap();
    let (mut rows, missing) = sink.0.into_inner().unwrap();
    rows.sort_by_key(|&(order, _)| order);
    let wanted: Vec<[f64; 3]> =
        (0..ROWS).filter_map(|row| Some([row as f64, -(row as f64), weight(row)?])).collect();
    let got: Vec<[f64; 3]> = rows.into_iter().map(|(_, row)| row).collect();
    assert!(got == wanted, "{} and {} rows of {paths:?}", got.len(), wanted.len());
    assert_eq!(missing as usize, ROWS - wanted.len());
}

#[test]
fn weights_come_in_the_order_of_the_files() {
    type Make = dyn Fn(std::ops::Range<usize>) -> Vec<u8>;
    let formats: Vec<(&str, &Make)> = vec![
        ("csv", &csv),
        ("arrow", &|rows| arrow(rows, false)),
        ("feather", &|rows| arrow(rows, true)),
        ("npz", &npz),
        ("npy", &npy),
        #[cfg(feature = "parquet")]
        ("parquet", &|rows| {
            let mut bytes = Vec::new();
            let properties = ::parquet::file::properties::WriterProperties::builder()
                .set_max_row_group_row_count(Some(70_000))
                .build();
            let batch = batch(rows);
            let mut writer =
                ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            bytes
        }),
    ];
    for (ending, make) in formats {
        let folder = Folder::new();
        let names = if ending == "npy" { ["2", "1", "0"] } else { ["x", "y", "w"] };
        check(&[folder.file(&format!("a.{ending}"), make(0..ROWS))], names);
        // Whatever their names, files come in the order in which they are given.
        let third = ROWS / 3;
        let parts = [("c", 0..third), ("a", third..third + 1), ("b", third + 1..ROWS)];
        let paths = parts.map(|(name, rows)| folder.file(&format!("{name}.{ending}"), make(rows)));
        check(&paths, names);
    }
}
