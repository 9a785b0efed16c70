//! Damaged files: whatever the bytes, an error or some rows, and never a panic or a hang.

use super::*;

/// A file of each format, and two of its columns.
fn samples() -> Vec<(&'static str, Vec<u8>, [&'static str; 2])> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures"].iter().collect();
    let fixture = |name: &'static str, columns| (name, fs::read(folder.join(name)).unwrap(), columns);
    let csv = "x,name,y\n1,\"a \"\"b\"\",\nc\",2\n3,d,2001-01-01\nNA,,\n";
    let zst = zstd::encode_all(csv.as_bytes(), 1).unwrap();
    vec![
        ("a.csv", csv.into(), ["x", "y"]),
        ("a.csv.zst", zst, ["x", "y"]),
        fixture("stored.npz", ["a", "b"]),
        fixture("deflated.npz", ["plane/0", "fortran/1"]),
        fixture("fortran.npy", ["x", "y"]),
        fixture("f2.npy", ["x", "y"]),
        fixture("types.feather", ["float64", "dates"]),
        fixture("types.arrow", ["decimal128", "zoned"]),
        fixture("stream.arrow", ["boolean", "dictionary"]),
        #[cfg(feature = "parquet")]
        fixture("types.parquet", ["float64", "dictionary"]),
        #[cfg(feature = "parquet")]
        fixture("groups.parquet", ["decimal256", "timestamp_ns"]),
    ]
}

/// Reads a file as it is; only a panic fails.
fn attempt(path: &PathBuf, [x, y]: [&str; 2]) -> Result<Read> {
    let source = open_one(path)?;
    source.bounds_hint(&Selection::new(0, 1));
    scan(source.as_ref(), x, y)
}

#[test]
fn a_file_that_was_cut_off_is_an_error() {
    let folder = Folder::new();
    for (name, bytes, columns) in samples() {
        assert!(
            name == "a.csv" || name.contains("zst") || attempt(&folder.file(name, &bytes), columns).is_ok(),
            "{name}"
        );
        let step = bytes.len().div_ceil(700);
        for len in (1..bytes.len()).step_by(step) {
            let outcome = attempt(&folder.file(name, &bytes[..len]), columns);
            // A text or a stream may end anywhere.
            let may_pass = matches!(name, "a.csv" | "stream.arrow");
            if let Err(error) = &outcome {
                assert!(error.to_string().contains(name), "{error}");
            }
            assert!(may_pass || outcome.is_err(), "{len} bytes of {name} passed: {outcome:?}");
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let folder = Folder::new();
    for (name, bytes, columns) in samples() {
        let mut places = fractions();
        for _ in 0..1000 {
            let mut bytes = bytes.clone();
            let mut draw = |below: usize| (places.next().unwrap_or(0.0) * below as f64) as usize;
            for _ in 0..=draw(3) {
                let place = draw(bytes.len());
                bytes[place] = [draw(256) as u8, 0, 0x7f, 0xff][draw(4)];
            }
            if let Err(error) = attempt(&folder.file(name, &bytes), columns) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn garbage_is_an_error_in_every_format() {
    let folder = Folder::new();
    let garbage: Vec<u8> = fractions().take(5000).map(|value| (value * 256.0) as u8).collect();
    for ending in ["csv", "csv.gz", "parquet", "arrow", "feather", "npy", "npz", "dat"] {
        let name = format!("a.{ending}");
        let message = folder.message(attempt(&folder.file(&name, &garbage), ["0", "0"]));
        assert!(message.starts_with(&name), "{message}");
    }
}
