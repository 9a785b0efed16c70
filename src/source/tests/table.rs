//! Whole tables of every format.

use super::*;
use crate::data::{SeriesKind, Table};
use crate::source::{open_table, table};

fn read_table(path: impl AsRef<std::path::Path>) -> Result<Table> {
    table(&[path.as_ref().to_str().unwrap().to_owned()], &ReadOptions::default())
}

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name].iter().collect()
}

/// A column as text, which tells NaN from NaN.
fn column(table: &Table, name: &str) -> String {
    let column = table.find(name).unwrap();
    match table.numbers(column) {
        Some(values) => values.map(|value| value.to_string()).collect::<Vec<_>>().join(" "),
        None => table.labels(column).join(" "),
    }
}

#[test]
fn a_csv_file_is_read_with_all_its_columns() {
    let folder = Folder::new();
    let path =
        folder.file("a.csv", "n,s,b,t\n1,x,true,1970-01-02\nNA,\"y z\",,\n-0.5,,false,1970-01-01 12:00\n");
    let table = read_table(path).unwrap();
    assert_eq!(table.names().collect::<Vec<_>>(), ["n", "s", "b", "t"]);
    let columns = ["n", "s", "b", "t"].map(|name| column(&table, name));
    assert_eq!(columns, ["1 NaN -0.5", "x y z nan", "1 NaN 0", "1 NaN 0.5"]);
    let kinds: Vec<SeriesKind> = (0..4).map(|column| table.kind(column)).collect();
    use SeriesKind::*;
    assert_eq!(kinds, [Number, Text, Boolean, Time]);
    assert!(table.name.ends_with("a.csv") && table.index().is_none());
}

#[test]
fn a_long_file_keeps_the_order_of_its_rows() {
    let folder = Folder::new();
    let rows = 400_000;
    let text: String = (0..rows).map(|row| format!("{row},k{},{}\n", row % 7, row * 2)).collect();
    let gz = zstd::encode_all(format!("a,b,c\n{text}").as_bytes(), 1).unwrap();
    let parts = [folder.file("long.csv", format!("a,b,c\n{text}")), folder.file("long.csv.zst", gz)];
    for path in parts {
        let table = read_table(path).unwrap();
        assert!(table.numbers(0).unwrap().eq((0..rows).map(f64::from)));
        assert!(table.numbers(2).unwrap().eq((0..rows).map(|row| f64::from(2 * row))));
        let names = table.text(1).unwrap();
        assert_eq!(names.names(), ["k0", "k1", "k2", "k3", "k4", "k5", "k6"]);
        assert!(names.codes().iter().zip(0..rows as u32).all(|(&code, row)| code == row % 7));
    }
}

#[test]
fn rows_and_fields_that_do_not_fit_are_named_by_their_line() {
    let folder = Folder::new();
    let message = |text: &str| folder.message(read_table(folder.file("a.csv", text)));
    assert_eq!(message("a,b,c\n1,2,3\n4,5\n"), "a.csv, line 3: this row has 2 fields, but the header has 3");
    assert_eq!(
        message("a,b\n1,2\n3,4\n5,6,7\n"),
        "a.csv, line 4: this row has 3 fields, but the header has 2"
    );
    let text = format!("a,b\n{}x,1\n", "1,2\n".repeat(2000));
    assert_eq!(message(&text), "a.csv, line 2002: 'x' in column 'a', which holds numbers elsewhere");
    assert_eq!(message(""), "a.csv: the file is empty");
}

#[test]
fn an_index_of_pandas_names_the_rows() {
    let folder = Folder::new();
    let table = read_table(folder.file("a.csv", ",1949,1950\nJan,112,115\nFeb,118,126\n")).unwrap();
    assert_eq!((table.index(), table.names().collect::<Vec<_>>()), (Some(0), vec!["", "1949", "1950"]));
    assert_eq!(table.labels(0), ["Jan", "Feb"]);
    let table = read_table(folder.file("b.csv", ",a\n0,0.5\n1,2\n")).unwrap();
    assert_eq!((table.index(), table.number_columns().collect::<Vec<_>>()), (Some(0), vec![1]));
}

#[test]
fn arrow_and_parquet_give_the_same_columns() {
    for name in [
        "types.feather",
        "types.arrow",
        "stream.arrow",
        #[cfg(feature = "parquet")]
        "types.parquet",
        #[cfg(feature = "parquet")]
        "groups.parquet",
    ] {
        let table = read_table(fixture(name)).unwrap();
        assert_eq!(table.rows(), 4, "{name}");
        for (of, wanted) in [
            ("row", "0 1 2 3"),
            ("int64", "-1 0 NaN 100"),
            ("uint8", "0 1 NaN 200"),
            ("float64", "0.1 -2 NaN "),
            ("odd", "NaN inf NaN 7"),
            ("boolean", "1 0 NaN 1"),
            ("decimal128", "0.1 -123.45 NaN 10000000"),
            ("date32", "0 11016 NaN -1"),
            ("zoned", "11353.541666666666 11534.5 NaN 0"),
            ("dictionary", "1.5 2.5 NaN 1.5"),
            ("text", "a b nan a"),
            ("factor", "a b nan a"),
            ("null", "NaN NaN NaN NaN"),
        ] {
            let got = column(&table, of);
            assert!(
                got == wanted || (wanted.ends_with(' ') && got.starts_with(wanted)),
                "{of} of {name}: {got}"
            );
        }
        assert!(table.find("list").is_err(), "{name}");
    }
}

#[test]
fn columns_come_in_the_order_they_are_asked_for() {
    for name in ["types.arrow", "stream.arrow", "f8.npy", "fortran.npy", "a.csv"] {
        let folder = Folder::new();
        let path = if name == "a.csv" { folder.file(name, "a,b\n0,1\n2,3\n4,5\n") } else { fixture(name) };
        let files = open_table(&[path.to_str().unwrap().to_owned()], &ReadOptions::default()).unwrap();
        let last = files.columns().last().unwrap();
        let table = files.read(&[last, 0, last], &|_| Ok(())).unwrap();
        let names: Vec<String> = [last, 0, last].map(|column| files.fields()[column].name.clone()).into();
        assert_eq!(table.names().collect::<Vec<_>>(), names, "{name}");
        let whole = files.read(&files.columns().collect::<Vec<_>>(), &|_| Ok(())).unwrap();
        assert_eq!(table.labels(1), whole.labels(0), "{name}");
        assert_eq!(table.labels(2), whole.labels(whole.names().len() - 1), "{name}");
        assert!(files.read(&[99], &|_| Ok(())).is_err());
    }
}

#[test]
fn arrays_are_tables_of_any_width_and_order() {
    for (name, scale) in
        [("u1", 1.0), ("i2be", 1.0), ("f2", 0.125), ("f4be", 0.125), ("f8", 0.125), ("fortran", 0.125)]
    {
        let table = read_table(fixture(&format!("{name}.npy"))).unwrap();
        assert_eq!(table.names().collect::<Vec<_>>(), ["0", "1"], "{name}");
        let values = |column: usize| table.numbers(column).unwrap().collect::<Vec<_>>();
        assert_eq!(values(0), [0.0, 2.0, 4.0].map(|v| v * scale), "{name}");
        assert_eq!(values(1), [1.0, 3.0, 100.0].map(|v| v * scale), "{name}");
    }
    let table = read_table(fixture("line.npy")).unwrap();
    assert_eq!((table.names().collect::<Vec<_>>(), column(&table, "0")), (vec!["0"], "0 1 2".to_owned()));
}

/// A `.npy` file of f64.
fn npy(shape: (usize, usize), fortran: bool, values: impl Iterator<Item = f64>) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '<f8', 'fortran_order': {order}, 'shape': {shape:?}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.flat_map(f64::to_le_bytes));
    bytes
}

#[test]
fn large_arrays_lie_as_they_were_written() {
    let folder = Folder::new();
    for (rows, columns) in [(1000, 701), (701, 1000), (1, 300_000), (300_000, 3), (5, 200_000)] {
        let value = |row: usize, column: usize| (row * columns + column) as f64;
        let straight = (0..rows).flat_map(|row| (0..columns).map(move |column| value(row, column)));
        let turned = (0..columns).flat_map(|column| (0..rows).map(move |row| value(row, column)));
        for bytes in [npy((rows, columns), false, straight), npy((rows, columns), true, turned)] {
            let path = folder.file("a.npy", bytes);
            let table = read_table(path).unwrap();
            assert_eq!((table.rows(), table.names().len()), (rows, columns));
            let columns: Vec<usize> = table.number_columns().collect();
            assert!(table.into_numbers(&columns).into_iter().eq((0..rows * columns.len()).map(|n| n as f64)));
        }
    }
}

#[test]
fn archives_are_one_array_or_columns() {
    let archive = |array: Option<&str>| {
        let path = fixture("stored.npz").to_str().unwrap().to_owned();
        table(&[path], &ReadOptions { array: array.map(str::to_owned), ..ReadOptions::default() })
    };
    let message = archive(None).unwrap_err().to_string();
    assert!(message.contains("several tables: plane, fortran; say which, as in --array plane"), "{message}");
    for name in ["plane", "fortran"] {
        let table = archive(Some(name)).unwrap();
        assert_eq!((column(&table, "0"), column(&table, "1")), ("0 2 4".into(), "1 3 100".into()), "{name}");
    }
    assert_eq!(column(&archive(Some("a")).unwrap(), "a"), "1 NaN 3");
    let message = archive(Some("plain")).unwrap_err().to_string();
    assert!(message.contains("no array 'plain'") && message.contains("Did you mean 'plane'?"), "{message}");
    let message = archive(Some("cube")).unwrap_err().to_string();
    assert!(message.contains("shape [2, 2, 2]") && message.contains("is no table"), "{message}");
    let message = archive(Some("text")).unwrap_err().to_string();
    assert!(message.contains("<U1") && message.contains("is no table"), "{message}");
}

#[test]
fn files_of_one_table_lie_one_below_the_other() {
    let folder = Folder::new();
    folder.file("a.csv", "x,s\n1,u\n2,v\n");
    folder.file("b.csv", "s,x\nv,3\nw,\n");
    let table = read_table(folder.0.path().join("?.csv")).unwrap();
    assert_eq!((column(&table, "x"), column(&table, "s")), ("1 2 3 NaN".into(), "u v v w".into()));
    assert_eq!(table.text(1).unwrap().names(), ["u", "v", "w"]);
    assert_eq!(table.name, "2 files");
}

#[test]
fn a_watcher_hears_of_the_reading_and_ends_it() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "x,y\n".to_owned() + &"1,2\n".repeat(2_000_000));
    let files = open_table(&[path.to_str().unwrap().to_owned()], &ReadOptions::default()).unwrap();
    let heard = Mutex::new(Vec::new());
    let hear = |share: f64| {
        heard.lock().unwrap().push(share);
        Ok(())
    };
    files.read(&[0], &hear).unwrap();
    let heard = heard.into_inner().unwrap();
    assert!(heard.len() > 4 && heard.iter().all(|share| (0.0..=1.0).contains(share)), "{heard:?}");
    let error = files.read(&[0], &|_| Err(Error::interrupted())).unwrap_err();
    assert_eq!(error.kind(), crate::error::ErrorKind::Interrupted);
}
