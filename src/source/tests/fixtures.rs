//! Files of pandas, pyarrow and numpy, made by `tests/fixtures/make.py`; the values were worked out by hand.

use super::*;
use crate::source::FieldKind::{self, *};

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name].iter().collect()
}

/// For each column of the table, its kind and its rows 0, 1 and 3; row 2 is null.
fn table() -> Vec<(&'static str, FieldKind, [f64; 3])> {
    let noon = [0.5, 11_016.25, -0.25];
    let days = [0.0, 11_016.0, -1.0];
    let f32 = |value: f32| f64::from(value);
    vec![
        ("int8", Number, [-1.0, 0.0, 100.0]),
        ("int16", Number, [-1.0, 0.0, 100.0]),
        ("int32", Number, [-1.0, 0.0, 100.0]),
        ("int64", Number, [-1.0, 0.0, 100.0]),
        ("uint8", Number, [0.0, 1.0, 200.0]),
        ("uint16", Number, [0.0, 1.0, 200.0]),
        ("uint32", Number, [0.0, 1.0, 200.0]),
        ("uint64", Number, [0.0, 1.0, 200.0]),
        ("float16", Number, [0.5, -2.0, 65_504.0]),
        ("float32", Number, [f32(0.1), -2.0, f32(3e38)]),
        ("float64", Number, [0.1, -2.0, 1e308]),
        ("boolean", Boolean, [1.0, 0.0, 1.0]),
        ("decimal128", Number, [0.1, -123.45, 1e7]),
        ("decimal256", Number, [0.1, -2.5, 123_456_789_012_345_678_901_234_567_890_123_456_789_012.5]),
        ("date32", Time, days),
        ("date64", Time, days),
        ("timestamp_s", Time, noon),
        ("timestamp_ms", Time, noon),
        ("timestamp_us", Time, noon),
        ("timestamp_ns", Time, noon),
        ("zoned", Time, [11_353.0 + 13.0 / 24.0, 11_534.5, 0.0]),
        ("dictionary", Number, [1.5, 2.5, 1.5]),
        ("dates", Time, [1.0, 2.0, 1.0]),
    ]
}

const TABLES: &[&str] = &[
    "types.feather",
    "types.arrow",
    "stream.arrow",
    #[cfg(feature = "parquet")]
    "types.parquet",
    #[cfg(feature = "parquet")]
    "groups.parquet",
];

#[test]
fn every_type_becomes_the_right_number() {
    for name in TABLES {
        let source = open_one(fixture(name)).unwrap();
        for (column, kind, values) in table() {
            let index = field(source.as_ref(), column).unwrap();
            assert_eq!(source.fields()[index].kind, kind, "{column} of {name}");
            let read = scan(source.as_ref(), "row", column).unwrap();
            let wanted: Vec<(f64, f64)> = [0.0, 1.0, 3.0].into_iter().zip(values).collect();
            assert_eq!((read.rows, read.missing), (wanted, 1), "{column} of {name}");
        }
        let odd = scan(source.as_ref(), "odd", "row").unwrap();
        assert_eq!((odd.rows, odd.missing), (vec![(7.0, 3.0)], 3), "{name}");
        assert_eq!(scan(source.as_ref(), "null", "row").unwrap().missing, 4, "{name}");
        for (column, wanted) in
            [("text", "holds text"), ("factor", "holds text"), ("list", "of the type List")]
        {
            let message = scan(source.as_ref(), "row", column).unwrap_err().to_string();
            assert!(message.contains(wanted), "{message}");
        }
    }
}

#[test]
#[cfg(feature = "parquet")]
fn statistics_are_converted_as_the_values_are() {
    for name in ["types.parquet", "groups.parquet"] {
        let source = open_one(fixture(name)).unwrap();
        let index = |name| field(source.as_ref(), name).unwrap();
        for (column, _, values) in table() {
            let span = values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v)));
            let hint = source.bounds_hint(&Selection::new(index("row"), index(column)));
            let is_known = hint.is_some_and(|hint| hint.y == span && hint.x == (0.0, 3.0));
            // Dictionaries have no statistics that the reader understands.
            assert!(is_known || (hint.is_none() && column.starts_with("d")), "{column} of {name}: {hint:?}");
            assert!(is_known || !matches!(column, "date32" | "date64"), "{column} of {name}: {hint:?}");
        }
        assert_eq!(source.bounds_hint(&Selection::new(index("row"), index("odd"))), None);
    }
}

#[test]
fn arrays_of_every_dtype_and_order() {
    let rows = |scale: f64| [(0.0, 1.0), (2.0, 3.0), (4.0, 100.0)].map(|(x, y)| (x * scale, y * scale));
    for (names, scale) in
        [(&["u1", "i2be", "i4", "i8be", "u8"][..], 1.0), (&["f2", "f4be", "f8", "f8be", "fortran"], 0.125)]
    {
        for name in names {
            let source = open_one(fixture(&format!("{name}.npy"))).unwrap();
            assert_eq!(source.rows(), Some(3));
            assert_eq!(scan(source.as_ref(), "x", "y").unwrap().rows, rows(scale), "{name}");
            let swapped = rows(scale).map(|(x, y)| (y, x));
            assert_eq!(scan(source.as_ref(), "1", "0").unwrap().rows, swapped, "{name}");
        }
    }
    assert_eq!(read(fixture("bool.npy"), "x", "y").unwrap().rows, [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]);
    assert_eq!(read(fixture("line.npy"), "0", "0").unwrap().rows, [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]);
}

#[test]
fn archives_offer_their_arrays_as_columns() {
    for name in ["stored.npz", "deflated.npz"] {
        let source = open_one(fixture(name)).unwrap();
        let pair = |x, y| {
            let read = scan(source.as_ref(), x, y).unwrap();
            (read.rows, read.missing)
        };
        assert_eq!(pair("a", "b"), (vec![(1.0, 4.0), (3.0, 6.0)], 1), "{name}");
        assert_eq!(pair("b", "time"), (vec![(4.0, 1.0), (6.0, 11_016.5)], 1), "{name}");
        let plane = vec![(0.0, 1.0), (2.0, 3.0), (4.0, 100.0)];
        assert_eq!(pair("plane/0", "plane/1"), (plane.clone(), 0), "{name}");
        assert_eq!(pair("fortran/0", "plane/1"), (plane.clone(), 0), "{name}");
        assert_eq!(pair("plane/0", "fortran/1"), (plane, 0), "{name}");
        let message = |y| scan(source.as_ref(), "a", y).unwrap_err().to_string();
        assert!(message("long").ends_with("array 'a' has 3 rows, but 'long' has 5"), "{}", message("long"));
        assert!(message("text").contains("of the type <U1"), "{}", message("text"));
        assert!(message("cube").contains("array of shape [2, 2, 2]"), "{}", message("cube"));
        assert_eq!(source.rows(), None);
    }
}
