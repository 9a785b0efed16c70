//! Text cut into pieces of whole records.

use std::io::Read;

use memchr::{memchr, memchr_iter, memrchr};

use crate::error::{Error, Result};
use crate::source::csv::dialect::Dialect;
use crate::source::csv::layout::BOM;
use crate::source::input;

/// Bytes in a piece: enough to make the hand-over cheap, few enough to stay in the cache.
const CHUNK: usize = 1 << 20;

/// No record is longer; one that seems to be has a quote that never closes.
pub(super) const LONGEST: usize = 1 << 26;

/// Some records.
pub(super) struct Chunk {
    pub bytes: Vec<u8>,
    /// The 1-based number of its first line.
    pub line: u64,
    /// Whether no record comes before it.
    pub first: bool,
}

/// The pieces of a text.
pub(super) struct Chunks<'a, R> {
    text: R,
    dialect: Dialect,
    name: &'a str,
    size: usize,
    /// What follows the last whole record.
    rest: Vec<u8>,
    line: u64,
    first: bool,
    ended: bool,
}

impl<'a, R: Read> Chunks<'a, R> {
    pub fn new(text: R, dialect: Dialect, name: &'a str) -> Self {
        Self { text, dialect, name, size: CHUNK, rest: Vec::new(), line: 1, first: true, ended: false }
    }

    fn fetch(&mut self) -> Result<Option<Chunk>> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = self.size;
        let end = loop {
            self.fill(&mut bytes, wanted)?;
            if self.ended {
                break bytes.len();
            }
            if let Some(end) = last_end(&bytes, self.dialect) {
                break end;
            }
            if bytes.len() >= LONGEST {
                return Err(Error::data(format!(
                    "{}, line {}: a row of more than {LONGEST} bytes begins here; is a quote never closed?",
                    self.name, self.line
                )));
            }
            // More than doubled: a lone byte order mark leaves nothing to double.
            wanted = 2 * bytes.len() + self.size;
        };
        self.rest = bytes.split_off(end);
        if bytes.is_empty() {
            return Ok(None);
        }
        let bytes = self.dialect.evened(bytes).into_owned();
        let chunk = Chunk { line: self.line, first: self.first, bytes };
        self.line += memchr_iter(b'\n', &chunk.bytes).count() as u64;
        self.first &= !self.dialect.has_record(&chunk.bytes);
        Ok(Some(chunk))
    }

    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> Result<()> {
        let had = bytes.len();
        bytes.resize(wanted.max(had), 0);
        let filled = input::read_up_to(&mut self.text, &mut bytes[had..])
            .map_err(|reason| input::broken(self.name, &reason))?;
        self.ended = had + filled < bytes.len();
        bytes.truncate(had + filled);
        if self.first && bytes.starts_with(BOM) {
            bytes.drain(..BOM.len());
        }
        Ok(())
    }
}

impl<R: Read> Iterator for Chunks<'_, R> {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended && self.rest.is_empty() {
            return None;
        }
        let chunk = self.fetch();
        if chunk.is_err() {
            self.ended = true;
            self.rest.clear();
        }
        chunk.transpose()
    }
}

/// Where the last record that ends in `bytes` ends; `bytes` begins with a record.
///
/// A line end inside quotes ends no record. A quote opens a field only at its beginning; elsewhere outside quotes it is a
/// character like others, so counting quotes would not do. In a comment none is more than that.
pub(super) fn last_end(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    let mut end = None;
    let mut outside = 0;
    let mut from = 0;
    while let Some(quote) = memchr(b'"', &bytes[from..]).map(|at| from + at) {
        let opens = quote == 0 || dialect.is_before_field(bytes[quote - 1]);
        if !opens {
            from = quote + 1;
            continue;
        }
        if dialect.comment.is_some() {
            let line = memrchr(b'\n', &bytes[..quote]).map_or(0, |at| at + 1);
            // What begins inside quotes is no line of its own.
            if line >= outside && dialect.is_idle(&bytes[line..=quote]) {
                let Some(after) = memchr(b'\n', &bytes[quote..]) else {
                    return memrchr(b'\n', &bytes[outside..quote]).map(|at| outside + at + 1).or(end);
                };
                (outside, from) = (quote + after + 1, quote + after + 1);
                end = Some(outside);
                continue;
            }
        }
        end = memrchr(b'\n', &bytes[outside..quote]).map(|at| outside + at + 1).or(end);
        let Some(close) = closing(bytes, quote + 1) else { return end };
        (outside, from) = (close + 1, close + 1);
    }
    memrchr(b'\n', &bytes[outside..]).map(|at| outside + at + 1).or(end)
}

/// The quote that closes a field whose contents begin at `from`.
fn closing(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let quote = from + memchr(b'"', &bytes[from..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        from = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect { delimiter: b',', is_blank: false, comment: None };

    #[test]
    fn quotes_in_comments_open_nothing() {
        let dialect = Dialect { comment: Some(b'#'), ..COMMAS };
        for (text, wanted) in [
            ("# a,\"b\nc,d\n", Some(11)),
            ("# a,\"b\n", Some(7)),
            ("a,b\n# c,\"d", Some(4)),
            ("a,b\n#,\"c\n#,\"d\n\"e\nf", Some(14)),
            // What looks like one inside quotes is none.
            ("\"a\n# \",\"b\n", None),
            ("\"a\n#\",\"b\n\"\n", Some(11)),
        ] {
            assert_eq!(last_end(text.as_bytes(), dialect), wanted, "{text}");
        }
    }

    #[test]
    fn the_header_may_come_after_a_piece_of_comments() {
        let mut chunks = Chunks::new(
            &b"# a comment\n# another\nx,y\n1,2\n3,4\n5,6\n"[..],
            Dialect { comment: Some(b'#'), ..COMMAS },
            "a",
        );
        chunks.size = 12;
        let firsts: Vec<bool> = chunks.map(|chunk| chunk.unwrap().first).collect();
        assert_eq!(firsts, [true, true, true, false]);
    }

    fn pieces(text: &str, size: usize) -> Vec<(String, u64)> {
        let mut chunks = Chunks::new(text.as_bytes(), COMMAS, "a.csv");
        chunks.size = size;
        let text = |chunk: Chunk| (String::from_utf8(chunk.bytes).unwrap(), chunk.line);
        chunks.map(|chunk| text(chunk.unwrap())).collect()
    }

    #[test]
    fn records_stay_whole() {
        for (text, wanted) in [
            ("a,b\nc,d\n", Some(8)),
            ("a,b\nc,d", Some(4)),
            ("a,b", None),
            ("\"a\nb\"\nc", Some(6)),
            ("a\n\"b\nc", Some(2)),
            ("a\n\"b\"\"\nc", Some(2)),
            ("a\n\"b\"\"\nc\"\nd", Some(10)),
            // Quotes inside a field open nothing.
            ("a,5\" pipe\nb", Some(10)),
            ("\"x\"y\"\nb", Some(6)),
        ] {
            assert_eq!(last_end(text.as_bytes(), COMMAS), wanted, "{text}");
        }
    }

    #[test]
    fn pieces_are_the_text_at_any_size() {
        let text = "\u{feff}x,y\r\n1,\"a\nb\"\n\n2,\"c\"\"\n\"\n3,d\" e\n4,f";
        for size in 1..=text.len() + 2 {
            let pieces = pieces(text, size);
            let whole: String = pieces.iter().map(|(piece, _)| piece.as_str()).collect();
            assert_eq!(whole, text.trim_start_matches('\u{feff}'), "size {size}");
            let mut line = 1;
            for (piece, number) in &pieces {
                assert_eq!(*number, line);
                line += piece.matches('\n').count() as u64;
            }
            // Every way to cut must give the records of the whole text.
            let records = |text: &str| {
                let mut reader = ::csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(text.as_bytes());
                reader.records().map(|record| record.unwrap()).collect::<Vec<_>>()
            };
            let cut: Vec<_> = pieces.iter().flat_map(|(piece, _)| records(piece)).collect();
            assert_eq!(cut, records(&whole), "size {size}");
        }
    }

    #[test]
    fn an_open_quote_is_an_error_with_its_line() {
        let text = format!("a,b\n1,\"2{}", "x\n".repeat(LONGEST));
        let mut chunks = Chunks::new(text.as_bytes(), COMMAS, "a.csv");
        let error = chunks.find_map(Result::err).expect("a quote is open").to_string();
        assert!(error.starts_with("a.csv, line 2: a row of more than"), "{error}");
        assert!(chunks.next().is_none());
    }
}
