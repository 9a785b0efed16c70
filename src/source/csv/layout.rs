//! How a CSV file is laid out, told from its first rows.

use ::csv::ByteRecord;

use crate::error::{Error, Result};
use crate::source::csv::dialect::Dialect;
use crate::source::csv::value;
use crate::source::{Delimiter, Field, FieldKind, ReadOptions};

/// What separates fields if nobody says so; the first of equals wins.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The most records looked at.
const SAMPLE: usize = 1000;

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Purpose {
    /// Columns that are points.
    Points,
    /// A table, whose columns may be named by numbers: years, months, places.
    Table,
}

/// The shape of the records.
pub(super) struct Layout {
    pub dialect: Dialect,
    /// The decimal point of numbers.
    pub decimal: u8,
    /// Whether the first record holds the names.
    pub header: bool,
    pub fields: Vec<Field>,
    /// Of each column of text a value and its line, for messages.
    pub examples: Vec<Option<String>>,
    /// Whether a column showed a value that tells its kind.
    pub settled: Vec<bool>,
    /// Whether a column of something else showed text too.
    pub mixed: Vec<bool>,
    /// The first column if the header has no name for it, as pandas writes an index.
    pub index: Option<usize>,
}

impl Layout {
    /// The layout of a file that begins with `head`, which is all of it if `whole`.
    pub fn of(
        head: &[u8],
        whole: bool,
        tabbed: bool,
        purpose: Purpose,
        options: &ReadOptions,
    ) -> Result<Self> {
        check_text(head)?;
        let head = head.strip_prefix(BOM).unwrap_or(head);
        let decimal = options.decimal.unwrap_or(b'.');
        if !matches!(decimal, b'.' | b',') {
            return Err(Error::usage("the decimal point of numbers is a point or a comma"));
        }
        if options.delimiter == Some(Delimiter::Byte(decimal)) {
            return Err(Error::usage(format!(
                "'{0}' cannot separate fields and be the decimal point too: give another delimiter than --decimal {0}",
                char::from(decimal)
            )));
        }
        let mut dialect = Dialect::of(options, if tabbed { b'\t' } else { b',' });
        let head = &*dialect.evened(head);
        if options.delimiter.is_none() && !tabbed {
            dialect.delimiter = guess_delimiter(head, whole, dialect, decimal);
        }
        let records = sample(head, whole, dialect);
        let Some((first, later)) = records.split_first() else {
            let comments = if dialect.comment.is_some() { " or comments" } else { "" };
            return Err(Error::data(format!("there are no rows: all lines are blank{comments}")));
        };
        if !dialect.is_blank && dialect.delimiter == b' ' && is_aligned(&records) {
            return Err(Error::data(
                "most rows have several blanks between two fields: --delimiter whitespace takes any number of them as one",
            ));
        }
        let guess = || {
            is_header(first, later, decimal)
                || (purpose == Purpose::Table && is_numbered(first, later, decimal))
        };
        let header = options.header.unwrap_or_else(guess);
        let rows = if header { later } else { &records };
        let kinds: Vec<Option<FieldKind>> =
            (0..first.len()).map(|column| kind(rows, column, decimal)).collect();
        let settled = kinds.iter().map(Option::is_some).collect();
        let shows_text = |column: usize| {
            let mut fields = rows.iter().filter_map(|row| row.get(column));
            fields.any(|field| value::kind(field, decimal) == Some(FieldKind::Text))
        };
        let is_mixed = |(column, kind): (usize, &Option<FieldKind>)| {
            kind.as_ref().is_some_and(|kind| *kind != FieldKind::Text) && shows_text(column)
        };
        let mixed = kinds.iter().enumerate().map(is_mixed).collect();
        let example = |(column, kind): (usize, &Option<FieldKind>)| {
            let is_text = |row: &&ByteRecord| {
                row.get(column).and_then(|field| value::kind(field, decimal)) == Some(FieldKind::Text)
            };
            let row = rows.iter().find(is_text).filter(|_| *kind == Some(FieldKind::Text))?;
            let line = 1 + dialect.lines_before(head, row);
            let (shown, hint) =
                (value::shown(&row[column]), value::hint(&row[column], dialect.delimiter, decimal));
            Some(format!("line {line}: {shown}{hint}"))
        };
        let examples = kinds.iter().enumerate().map(example).collect();
        let name = |column: usize| {
            let name = String::from_utf8_lossy(first[column].trim_ascii()).into_owned();
            if header && !name.is_empty() { name } else { column.to_string() }
        };
        let fields = kinds.into_iter().enumerate();
        let fields = fields.map(|(column, kind)| Field::new(name(column), kind.unwrap_or(FieldKind::Number)));
        let is_index = header && first.len() > 1 && first[0].trim_ascii().is_empty();
        let index = is_index.then_some(0);
        Ok(Self { dialect, decimal, header, fields: fields.collect(), examples, settled, mixed, index })
    }
}

/// Refuses what cannot be CSV in UTF-8 or a relative of ASCII.
fn check_text(head: &[u8]) -> Result<()> {
    if head.is_empty() {
        return Err(Error::data("there is nothing in it"));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(Error::data("this is UTF-16; save it as UTF-8"));
    }
    if memchr::memchr(0, head).is_some() {
        return Err(Error::data(
            "this is not text, and of no other format that can be read: CSV, Parquet, Arrow IPC, .npy, .npz",
        ));
    }
    Ok(())
}

/// The first records. The last is dropped if it may have been cut off.
fn sample(head: &[u8], whole: bool, dialect: Dialect) -> Vec<ByteRecord> {
    let mut reader = dialect.reader().from_reader(head);
    // Reading from memory cannot fail, and no record is too ragged to be flexible.
    let mut records: Vec<ByteRecord> =
        reader.byte_records().map_while(|record| record.ok()).take(SAMPLE).collect();
    if !whole && records.len() < SAMPLE && records.len() > 1 {
        records.pop();
    }
    records
}

/// Whether most records have an empty field between others, as where columns are aligned by blanks and each is a delimiter.
fn is_aligned(records: &[ByteRecord]) -> bool {
    let has_gap = |record: &&ByteRecord| {
        let mut fields =
            record.iter().skip_while(|field| field.is_empty()).skip_while(|field| !field.is_empty());
        fields.any(|field| !field.is_empty())
    };
    2 * records.iter().filter(has_gap).count() > records.len()
}

/// The delimiter that cuts most records into as many fields as the first, at least two; of equals, the one that makes
/// more fields.
fn guess_delimiter(head: &[u8], whole: bool, dialect: Dialect, decimal: u8) -> u8 {
    let score = |&delimiter: &u8| {
        let records = sample(head, whole, Dialect { delimiter, ..dialect });
        let fields = records.first().map_or(0, ByteRecord::len);
        let alike = records.iter().filter(|record| record.len() == fields).count();
        if fields < 2 { (0, 0) } else { (alike * SAMPLE / records.len(), fields) }
    };
    // `max_by_key` takes the last of equals.
    DELIMITERS.into_iter().rev().filter(|delimiter| *delimiter != decimal).max_by_key(score).unwrap_or(b',')
}

/// What most values of a column show; `None` if there is no value. What no half of them shows is text.
fn kind(rows: &[ByteRecord], column: usize, decimal: u8) -> Option<FieldKind> {
    let kinds: Vec<FieldKind> =
        rows.iter().filter_map(|row| value::kind(row.get(column)?, decimal)).collect();
    let is_most = |kind: &FieldKind| 2 * kinds.iter().filter(|&other| other == kind).count() > kinds.len();
    let most = [FieldKind::Number, FieldKind::Time, FieldKind::Boolean].into_iter().find(is_most);
    most.or((!kinds.is_empty()).then_some(FieldKind::Text))
}

/// Whether the first record holds names: a text or a date over a column of numbers, or no number where all columns are text.
fn is_header(first: &ByteRecord, later: &[ByteRecord], decimal: u8) -> bool {
    let numeric: Vec<(usize, FieldKind)> = (0..first.len())
        .filter_map(|column| Some((column, kind(later, column, decimal)?)))
        .filter(|(_, kind)| kind.is_numeric())
        .collect();
    let is_name = |(column, below): (usize, FieldKind)| match value::kind(&first[column], decimal) {
        Some(FieldKind::Text) => true,
        Some(FieldKind::Time) => below == FieldKind::Number,
        _ => false,
    };
    if numeric.is_empty() {
        let shows_number = |field| value::kind(field, decimal).is_some_and(|kind| kind.is_numeric());
        !first.iter().any(shows_number)
    } else {
        numeric.into_iter().any(is_name)
    }
}

/// Whether the first record names columns by numbers, which no record of values would hold: beside a first field without a
/// name, as pandas writes a table; or whole numbers that ascend by equal steps over at least three columns, beside a text
/// over texts (`month,1949,1950,1951`) or from 0 on; or beside such a text years that ascend, of at least two columns, and that all
/// values lie on one side of.
fn is_numbered(first: &ByteRecord, later: &[ByteRecord], decimal: u8) -> bool {
    let is_filled =
        |column: usize| later.iter().all(|row| row.get(column).is_some_and(|field| !field.is_empty()));
    let numbers = |from: usize| -> Option<Vec<f64>> {
        let is_numeric = |column| kind(later, column, decimal).is_none_or(|kind| kind.is_numeric());
        let number =
            |column| value::parse(&first[column], &FieldKind::Number, decimal).filter(|_| is_numeric(column));
        (from..first.len()).map(number).collect()
    };
    if later.is_empty() || first.len() < 2 {
        return false;
    }
    if first[0].trim_ascii().is_empty() && is_filled(0) {
        return numbers(1).is_some_and(|numbers| numbers.iter().all(|number| number.is_finite()));
    }
    let labels = usize::from(kind(later, 0, decimal) == Some(FieldKind::Text));
    let ascends = |numbers: &Vec<f64>| numbers.len() >= 2 && numbers.is_sorted_by(|a, b| a < b);
    let Some(numbers) = numbers(labels).filter(ascends) else { return false };
    let (least, most, step) = (numbers[0], numbers[numbers.len() - 1], numbers[1] - numbers[0]);
    let is_even = numbers.len() >= 3 && numbers.windows(2).all(|pair| pair[1] - pair[0] == step);
    let values = || later.iter().flat_map(|row| row.iter().skip(labels));
    let number = |field| value::parse(field, &FieldKind::Number, decimal).filter(|value| !value.is_nan());
    let values = || values().filter_map(number);
    let is_apart = values().all(|value| value < least) || values().all(|value| value > most);
    let are_years = 1500.0 <= least && most <= 2200.0 && is_apart && values().next().is_some();
    numbers.iter().all(|number| number.fract() == 0.0)
        && match labels {
            1 => is_even || are_years,
            _ => is_even && least == 0.0 && step == 1.0,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> Layout {
        Layout::of(text.as_bytes(), true, false, Purpose::Points, &ReadOptions::default()).unwrap()
    }

    #[test]
    fn the_columns_of_a_table_may_be_named_by_numbers() {
        let layout = |text: &str| {
            Layout::of(text.as_bytes(), true, false, Purpose::Table, &ReadOptions::default()).unwrap()
        };
        for (text, header, index) in [
            (",1949,1950\nJan,112,115\n", true, true),
            (",0,1\n0,0.5,0.25\n", true, true),
            ("month,1949,1950,1951\nJan,112,115,145\n", true, false),
            ("0,1,2\n0.5,0.25,0.125\n", true, false),
            (",a,b\na,1,0.5\nb,0.5,1\n", true, true),
            ("1,2,3\n4,5,6\n", false, false),
            ("0.5,0.25,0.125\n1,2,3\n", false, false),
            ("Jan,112,115,145\nFeb,118,126,150\n", false, false),
            (",112,115\n,118,126\n", false, false),
            ("month,1949,1950\nJan,112,115\nFeb,118,126\n", true, false),
            ("site,1950,1960,1990\na,0.5,0.25,\n", true, false),
            ("site,1950,1960\na,,\n", false, false),
            ("site,100,200,400\na,0.5,0.25,\n", false, false),
            ("Tokyo,37,38\nDelhi,29,30\n", false, false),
            ("Jan,119,125\nFeb,118,126\n", false, false),
            ("Jan,115,112\nFeb,118,126\n", false, false),
            ("k,2024-01-01,2024-02-01\na,1,2\n", true, false),
            ("0,1\n2,3\n", false, false),
        ] {
            let layout = layout(text);
            assert_eq!((layout.header, layout.index.is_some()), (header, index), "{text}");
        }
        assert!(!self::layout("month,1949,1950,1951\nJan,112,115,145\n").header);
    }

    fn names(layout: &Layout) -> Vec<&str> {
        layout.fields.iter().map(|field| field.name.as_str()).collect()
    }

    #[test]
    fn delimiters_are_told_by_equal_counts() {
        for (text, wanted) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n", b';'),
            ("a\tb\n1, 2\t3\n4\t5", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("\"a,b\";c\n1;2\n", b';'),
            ("x\n1\n2\n", b','),
        ] {
            assert_eq!(layout(text).dialect.delimiter, wanted, "{text}");
        }
    }

    #[test]
    fn a_decimal_comma_separates_no_fields() {
        let options = |delimiter: Option<u8>| ReadOptions {
            delimiter: delimiter.map(Delimiter::Byte),
            decimal: Some(b','),
            ..ReadOptions::default()
        };
        let layout = |text: &str, delimiter| {
            Layout::of(text.as_bytes(), true, false, Purpose::Points, &options(delimiter))
        };
        let semicolons = layout("a;b\n1,5;2,5\n", None).unwrap();
        assert_eq!((semicolons.dialect.delimiter, semicolons.header), (b';', true));
        assert!(semicolons.fields.iter().all(|field| field.kind == FieldKind::Number));
        // Without any other delimiter each line is one number.
        assert_eq!(names(&layout("1,5\n2,5\n", None).unwrap()), ["0"]);
        assert_eq!(names(&layout("1,5\t7\n2,5\t8\n", None).unwrap()), ["0", "1"]);
        let error = layout("a,b\n1,2\n", Some(b',')).err().unwrap();
        assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
        assert!(error.to_string().starts_with("',' cannot separate fields and be the decimal point too"));
        let odd = ReadOptions { decimal: Some(b'x'), ..ReadOptions::default() };
        assert!(Layout::of(b"a\n1\n", true, false, Purpose::Points, &odd).is_err());
    }

    #[test]
    fn headers_are_told_by_text_over_numbers() {
        for (text, wanted) in [
            ("a,b\n1,2\n", true),
            ("1,2\n3,4\n", false),
            ("name,x\nfoo,1\n", true),
            ("foo,1\nbar,2\n", false),
            ("a,b\n", true),
            ("1,2\n", false),
            ("a,b\nc,d\n", true),
            ("a,b\n,\n", true),
            ("2001-01-01,5\n2001-01-02,6", false),
        ] {
            assert_eq!(layout(text).header, wanted, "{text}");
        }
        assert_eq!(names(&layout("1,2\n3,4\n")), ["0", "1"]);
        assert_eq!(names(&layout(" a ,\n1,2\n")), ["a", "1"]);
    }

    #[test]
    fn kinds_are_those_of_most_values() {
        let layout =
            layout("n,t,b,s,none,odd\n1,2001-01-01,true,x,NA,1\n2,,false,y,,2\nNA,2001-01-02,,1,,z\n");
        let kinds: Vec<_> = layout.fields.iter().map(|field| field.kind.clone()).collect();
        use FieldKind::*;
        assert_eq!(kinds, [Number, Time, Boolean, Text, Number, Number]);
        assert_eq!(layout.settled, [true, true, true, true, false, true]);
        assert_eq!(layout.mixed, [false, false, false, false, false, true]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for head in [&b""[..], b"\n\n", b"\xff\xfea\0", b"\x00\x01\x02", b"a,b\n1,\0\n"] {
            let layout = Layout::of(head, true, false, Purpose::Points, &ReadOptions::default());
            assert!(layout.is_err(), "{head:?}");
        }
    }
}
