//! CSV from end to end.

use std::io::Write;

use super::*;

fn text(text: &str) -> Result<Read> {
    let folder = Folder::new();
    read(folder.file("a.csv", text), "x", "y")
}

#[test]
fn forms_of_one_table_are_the_same_points() {
    let rows = vec![(1.0, 2.5), (3.0, -4e-3)];
    for form in [
        "x,y\n1,2.5\n3,-4e-3\n",
        "x,y\r\n1,2.5\r\n3,-4e-3\r\n",
        "\u{feff}x,y\n1,2.5\n3,-4e-3",
        "x;y\n1;2.5\n3;-4e-3\n\n\n",
        "x\ty\n\n1\t2.5\n\r\n3\t-4e-3",
        "\"x\",\"y\"\n\"1\",\"2.5\"\n\"3\",\"-4e-3\"",
        "x,y\n 1 , 2.5\n3 ,  -4e-3\n",
        "x,y,note\n1,2.5,\"a, \"\"quoted\"\"\nnote\"\n3,-4e-3,\"\"\n",
    ] {
        assert_eq!(text(form).unwrap().rows, rows, "{form}");
    }
    let folder = Folder::new();
    let plain = read(folder.file("a.csv", "1,2.5\n3,-4e-3\n"), "0", "1").unwrap();
    assert_eq!(plain.rows, rows);
    let mut bytes = b"x,name,y\n1,".to_vec();
    bytes.extend(b"\xff\xfe\xfd,2.5\n3,\xe9,-4e-3\n");
    assert_eq!(read(folder.file("latin.csv", bytes), "x", "y").unwrap().rows, rows);
}

#[test]
fn rows_without_a_value_are_missing() {
    let read =
        text("x,y\n1,2\nNA,1\n1,\n,\ninf,1\n1,-Infinity\nnull,None\n#N/A,nan\n1e999,0\n5,6\n").unwrap();
    assert_eq!((read.rows, read.missing), (vec![(1.0, 2.0), (5.0, 6.0)], 8));
}

#[test]
fn a_stream_is_read_once() {
    use crate::source::csv::{Csv, Purpose};
    use crate::source::files::Files;
    let text = format!("x,y\n{}", "1,2\n".repeat(100_000));
    let gz = zstd::encode_all(text.as_bytes(), 1).unwrap();
    for bytes in [text.into_bytes(), gz] {
        let text = std::io::Cursor::new(bytes);
        let stream = Csv::stream("standard input", text, Purpose::Points, &ReadOptions::default()).unwrap();
        let source = Files::new(vec![Box::new(stream)]).unwrap();
        assert_eq!((source.name().as_str(), source.rereadable()), ("standard input", false));
        let read = scan(&source, "x", "y").unwrap();
        assert_eq!((read.rows.len(), read.rows[0]), (100_000, (1.0, 2.0)));
        let error = scan(&source, "x", "y").unwrap_err().to_string();
        assert_eq!(error, "standard input can be read only once; save it to a file first");
    }
}

#[test]
fn other_formats_are_named_where_only_csv_can_be_read() {
    use crate::source::csv::{Csv, Purpose};
    let stream = |bytes: &'static [u8]| {
        let stream = Csv::stream("standard input", bytes, Purpose::Points, &ReadOptions::default());
        stream.err().expect("this is no CSV").to_string()
    };
    for (bytes, format) in [
        (&b"PAR1\0\0"[..], "Parquet"),
        (b"ARROW1\0\0", "Arrow IPC"),
        (b"\x93NUMPY\x01\0", ".npy"),
        (b"PK\x03\x04\0", ".npz or another ZIP archive"),
    ] {
        let wanted = format!(
            "standard input is {format}, which cannot be read from a pipe, as only CSV can: name the file itself"
        );
        assert_eq!(stream(bytes), wanted);
    }
    assert!(stream(b"a\0").starts_with("standard input: this is not text"));
    let folder = Folder::new();
    let message = folder.message(open_one(folder.file("a.csv", b"PAR1\0\0")));
    assert_eq!(message, "a.csv is Parquet, but its ending says CSV: give it another ending");
}

#[test]
fn delimiters_and_headers_may_be_given() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "1:2\n3:4\n").to_str().unwrap().to_owned();
    let options = ReadOptions { delimiter: Some(b':'.into()), header: Some(true), ..ReadOptions::default() };
    let source = open(std::slice::from_ref(&path), &options).unwrap();
    assert_eq!(scan(source.as_ref(), "1", "2").unwrap().rows, [(3.0, 4.0)]);
    let options = ReadOptions { delimiter: Some(b':'.into()), ..ReadOptions::default() };
    let source = open(&[path], &options).unwrap();
    assert_eq!(scan(source.as_ref(), "0", "1").unwrap().rows, [(1.0, 2.0), (3.0, 4.0)]);
}

#[test]
fn decimal_commas_are_read_where_they_are_told_of() {
    let folder = Folder::new();
    let text = "x;y;n\n479,52;-0,5;1\n\n1;NA;2\n2,5e1;3;3\n";
    let path = folder.file("a.csv", text).to_str().unwrap().to_owned();
    let options = ReadOptions { decimal: Some(b','), ..ReadOptions::default() };
    let source = open(std::slice::from_ref(&path), &options).unwrap();
    let read = scan(source.as_ref(), "x", "y").unwrap();
    assert_eq!((read.rows, read.missing), (vec![(25.0, 3.0), (479.52, -0.5)], 1));
    // What is not told is asked for, with an example.
    let message = |text: &str, options: &ReadOptions| {
        let path = folder.file("a.csv", text).to_str().unwrap().to_owned();
        let source = open(&[path], options)?;
        scan(source.as_ref(), "x", "y")
    };
    assert_eq!(
        folder.message(message("\nx;y\n1,5;1\n2,5;2\n", &ReadOptions::default())),
        "column 'x' of a.csv holds text (line 3: '1,5'; if that is a decimal comma, say --decimal ,), where numbers, dates or \
         booleans are needed; columns that hold these: y"
    );
    for (value, shown) in [
        ("\"1,234\"", "(line 2: '1,234'; commas separate fields here, so numbers have none)"),
        ("5%", "(line 2: '5%')"),
        ("01/02/2023", "(line 2: '01/02/2023')"),
    ] {
        let message = folder.message(message(&format!("x,y\n{value},1\n"), &ReadOptions::default()));
        assert!(message.contains(shown), "{message}");
    }
    let rows = "1;2\n".repeat(1500);
    assert_eq!(
        folder.message(message(&format!("x;y\n{rows}1,5;2\n"), &ReadOptions::default())),
        "a.csv, line 1502: '1,5' in column 'x', which holds numbers elsewhere; if that is a decimal comma, say --decimal ,"
    );
    assert_eq!(
        folder.message(message(&format!("x;y\n{rows}1.5;2\n"), &options)),
        "a.csv, line 1502: '1.5' in column 'x', which holds numbers elsewhere; with --decimal , numbers have no point"
    );
    let both = ReadOptions { delimiter: Some(b','.into()), ..options };
    assert_eq!(message("x,y\n1,2\n", &both).unwrap_err().kind(), crate::error::ErrorKind::Usage);
}

#[test]
fn aligned_columns_and_comments() {
    let folder = Folder::new();
    let read = |text: &str, options: &ReadOptions| {
        let path = folder.file("a.txt", text).to_str().unwrap().to_owned();
        scan(open(&[path], options)?.as_ref(), "x", "y")
    };
    let blanks =
        ReadOptions { delimiter: Some(Delimiter::Whitespace), comment: Some(b'#'), ..ReadOptions::default() };
    let text = "# made \"today\n\n   x     name   y\n 1.5  \"a  b\"  2\n#   9 9 9\n  NA\tc  3  \n 10   d  4";
    let found = read(text, &blanks).unwrap();
    assert_eq!((found.rows, found.missing), (vec![(1.5, 2.0), (10.0, 4.0)], 1));
    // Many pieces are cut as one.
    let many = format!("{text}\n") + &"# it's, \"\n  5   \"e\nf\"   6\n".repeat(100_000);
    let found = read(&many, &blanks).unwrap();
    assert_eq!((found.rows.len(), found.rows[5], found.missing), (100_002, (5.0, 6.0), 1));
    let message = folder.message(read(&format!("{many}7 8\n"), &blanks));
    assert_eq!(message, "a.txt, line 300008: this row has 2 fields, but the header has 3");
    let spaces = ReadOptions { delimiter: Some(b' '.into()), ..ReadOptions::default() };
    let message = folder.message(read("x    y\n1    2\n10   3\n", &spaces));
    assert!(message.starts_with("a.txt: most rows have several blanks"), "{message}");
    assert_eq!(read("x y z \n1 2  \n3 4 5 \n", &spaces).unwrap().rows, [(1.0, 2.0), (3.0, 4.0)]);
    let commas = ReadOptions { comment: Some(b'#'), ..ReadOptions::default() };
    let found = read("# a; b; c\n# \"\nx,y\n1,2\n#,\"\n3,4\n", &commas).unwrap();
    assert_eq!(found.rows, [(1.0, 2.0), (3.0, 4.0)]);
}

#[test]
fn a_header_alone_is_no_row() {
    let read = text("x,y\n").unwrap();
    assert_eq!((read.rows.len(), read.missing), (0, 0));
    assert!(read.bounds.is_none_or(|bounds| bounds.is_empty()));
}

#[test]
fn dates_and_booleans_are_numbers() {
    let read = text("x,y\n1970-01-02,true\n1970-01-01T12:00:00Z,False\n,true\n").unwrap();
    assert_eq!((read.rows, read.missing), (vec![(0.5, 0.0), (1.0, 1.0)], 1));
}

#[test]
fn errors_name_file_line_and_value() {
    let folder = Folder::new();
    let message = |text: &str| folder.message(read(folder.file("trips.csv", text), "lat", "lng"));
    let rows = "1,2\n".repeat(1500);
    assert_eq!(
        message(&format!("lat,lng\n{rows}3,abc\n{rows}def,1\n")),
        "trips.csv, line 1502: 'abc' in column 'lng', which holds numbers elsewhere"
    );
    assert_eq!(
        message("lat,lng\n\n\n1,2\n5,6\n\n\"3\",\"a\nb\"\n"),
        "trips.csv, line 7: 'a\\nb' in column 'lng', which holds numbers elsewhere"
    );
    assert_eq!(
        message("lat,lng,c\n1,2,3\n1,2\n"),
        "trips.csv, line 3: this row has 2 fields, but the header has 3"
    );
    assert_eq!(
        message("lat,lng,name\n1,x,y\n2,x,y\n"),
        "column 'lng' of trips.csv holds text (line 2: 'x'), where numbers, dates or booleans are needed; columns that hold these: lat"
    );
    assert_eq!(
        message("lat,lnk\n1,2\n"),
        "no column 'lng' in trips.csv; it has lat, lnk. Did you mean 'lnk'?"
    );
    assert_eq!(message("\n\n"), "trips.csv: there are no rows: all lines are blank");
    assert!(message("a\0b").starts_with("trips.csv: this is not text"));
}

/// A table of several pieces, in every form of packing.
#[test]
fn large_and_packed_files_lose_no_row() {
    let folder = Folder::new();
    let values: Vec<f64> = fractions().take(400_000).collect();
    let mut wanted: Vec<(f64, f64)> = values.chunks(2).map(|pair| (pair[0], pair[1] * 1e6)).collect();
    let mut text = "note,x,y\n".to_owned();
    for (row, (x, y)) in wanted.iter().enumerate() {
        let note = if row % 7 == 0 { "\"a\n\"\"b\"\"\"" } else { "5\" pipe" };
        text += &format!("{note},{x:?},{y:?}\n");
    }
    wanted.sort_by_key(|&(x, y)| (Ordered::of(x), Ordered::of(y)));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let zst = zstd::encode_all(text.as_bytes(), 1).unwrap();
    for (name, bytes) in
        [("a.csv", text.as_bytes()), ("a.csv.gz", &gz), ("a.txt.zst", &zst), ("no-ending", &gz)]
    {
        let read = read(folder.file(name, bytes), "x", "y").unwrap();
        assert!(read.rows == wanted, "{name}: {} rows", read.rows.len());
        assert!(read.batches > 4, "{name} was read in one go");
    }
    for (name, bytes) in [("cut.csv.gz", &gz), ("cut.csv.zst", &zst)] {
        let path = folder.file(name, &bytes[..bytes.len() / 2]);
        let message = folder.message(read(path, "x", "y"));
        assert!(message.starts_with(&format!("cannot read {name}: ")), "{message}");
    }
}
