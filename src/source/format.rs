//! What kind of file it is: by its ending, else by its first bytes.

use std::path::Path;

/// A file format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Parquet,
    /// An Arrow IPC file or stream; its first bytes tell which.
    Arrow,
    Npy,
    Npz,
}

/// The first bytes that tell one format from another.
pub(super) const PARQUET: &[u8] = b"PAR1";
pub(super) const ARROW_FILE: &[u8] = b"ARROW1";
pub(super) const NPY: &[u8] = b"\x93NUMPY";
const ARROW_STREAM: &[u8] = &[0xff; 4];
const ZIP: &[u8] = b"PK\x03\x04";

/// The format that an ending stands for. `.gz` and `.zst` after it are CSV's business.
fn of_ending(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let packed = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst"));
    let (_, ending) = packed.unwrap_or(&name).rsplit_once('.')?;
    match ending {
        "csv" | "tsv" | "tab" | "txt" => Some(Format::Csv),
        _ if packed.is_some() => None,
        "parquet" | "pq" => Some(Format::Parquet),
        "arrow" | "arrows" | "feather" | "ipc" => Some(Format::Arrow),
        "npy" => Some(Format::Npy),
        "npz" => Some(Format::Npz),
        _ => None,
    }
}

/// The format that a file's first bytes show. What shows none is text, or will fail as text with a line number.
fn of_bytes(head: &[u8]) -> Format {
    let starts = |magic| head.starts_with(magic);
    if starts(PARQUET) {
        Format::Parquet
    } else if starts(ARROW_FILE) || starts(ARROW_STREAM) {
        Format::Arrow
    } else if starts(NPY) {
        Format::Npy
    } else if starts(ZIP) {
        Format::Npz
    } else {
        Format::Csv
    }
}

/// The name of a format other than CSV, if the first bytes show one. A name of a column may look like its mark, so there must be more
/// that is no text.
pub(super) fn binary(head: &[u8]) -> Option<&'static str> {
    match of_bytes(head) {
        _ if memchr::memchr(0, head).is_none() => None,
        Format::Csv => None,
        Format::Parquet => Some("Parquet"),
        Format::Arrow => Some("Arrow IPC"),
        Format::Npy => Some(".npy"),
        Format::Npz => Some(".npz or another ZIP archive"),
    }
}

/// The format of a file with this name that begins with these bytes.
pub(super) fn of(path: &Path, head: &[u8]) -> Format {
    of_ending(path).unwrap_or_else(|| of_bytes(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_decide_and_bytes_help_out() {
        let of = |path: &str, head: &[u8]| of(Path::new(path), head);
        assert_eq!(of("a.CSV.gz", b""), Format::Csv);
        assert_eq!(of("a.b/c.tsv.zst", b""), Format::Csv);
        assert_eq!(of("a.feather", b"PAR1"), Format::Arrow);
        assert_eq!(of("a", b"PAR1...."), Format::Parquet);
        assert_eq!(of("a.dat", b"\x93NUMPY"), Format::Npy);
        assert_eq!(of("a.dat", b"PK\x03\x04"), Format::Npz);
        assert_eq!(of("a.dat", b"\xff\xff\xff\xff"), Format::Arrow);
        assert_eq!(of("a.gz", b"\x1f\x8b"), Format::Csv);
        assert_eq!(of("a.dat", b""), Format::Csv);
        assert_eq!((binary(b"PAR1\0"), binary(b"PAR1,y\n"), binary(b"a\0")), (Some("Parquet"), None, None));
    }
}
