//! How a text is cut into records and fields.

use std::borrow::Cow;

use ::csv::{ByteRecord, ReaderBuilder};

use crate::source::{Delimiter, ReadOptions};

/// What cuts a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// What separates fields, a space where any number of blanks does.
    pub delimiter: u8,
    /// Whether any number of spaces and tabs is one delimiter: texts are [evened](Self::evened) before they are read.
    pub is_blank: bool,
    /// What a line begins with that is no record.
    pub comment: Option<u8>,
}

impl Dialect {
    /// What is asked for, or this delimiter where none is.
    pub fn of(options: &ReadOptions, guess: u8) -> Self {
        let is_blank = options.delimiter == Some(Delimiter::Whitespace);
        let delimiter = match options.delimiter {
            Some(Delimiter::Byte(byte)) => byte,
            Some(Delimiter::Whitespace) => b' ',
            None => guess,
        };
        Self { delimiter, is_blank, comment: options.comment }
    }

    /// What reads an evened text.
    pub fn reader(&self) -> ReaderBuilder {
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.delimiter).comment(self.comment);
        builder
    }

    /// Whether a quote after this byte opens a field.
    pub fn is_before_field(&self, byte: u8) -> bool {
        [self.delimiter, b'\n', b'\r'].contains(&byte) || (self.is_blank && byte == b'\t')
    }

    /// How many lines that may be records end in a text.
    pub fn lines(&self, text: &[u8]) -> usize {
        let is_record = |line: &&[u8]| line.ends_with(b"\n") && !self.is_idle(line);
        text.split_inclusive(|&byte| byte == b'\n').filter(is_record).count()
    }

    /// Whether there is a record in a text.
    pub fn has_record(&self, text: &[u8]) -> bool {
        text.split(|&byte| byte == b'\n').any(|line| !self.is_idle(line))
    }

    /// Whether a line is blank or a comment.
    pub fn is_idle(&self, line: &[u8]) -> bool {
        let line = if self.is_blank { line.trim_ascii_start() } else { line };
        match line.first() {
            None => true,
            Some(b'\n' | b'\r') => line.trim_ascii().is_empty(),
            byte => byte == self.comment.as_ref(),
        }
    }

    /// How many lines of an evened text end before a record that was read from it.
    pub fn lines_before(&self, text: &[u8], record: &ByteRecord) -> u64 {
        let start = record.position().map_or(0, |position| position.byte() as usize).min(text.len());
        // The position is that of the blank lines and comments before the record, if there are any.
        let idle = text[start..].split_inclusive(|&byte| byte == b'\n').take_while(|line| self.is_idle(line));
        let idle: usize = idle.map(<[u8]>::len).sum();
        memchr::memchr_iter(b'\n', &text[..start + idle]).count() as u64
    }

    /// A text as it is, but where any number of blanks is one delimiter: then a space for them, and none where a line begins or
    /// ends. Fields in quotes keep their blanks, and all lines stay.
    pub fn evened<'t>(&self, text: impl Into<Cow<'t, [u8]>>) -> Cow<'t, [u8]> {
        let text = text.into();
        if !self.is_blank {
            return text;
        }
        let mut evened = Vec::with_capacity(text.len());
        let mut at = At::Line;
        for &byte in &*text {
            at = match (at, byte) {
                (At::Comment, b'\n') | (At::Line | At::Blanks | At::Field | At::Closed, b'\n' | b'\r') => {
                    At::Line
                }
                (At::Comment, _) => At::Comment,
                (At::Quotes, b'"') => At::Closed,
                (At::Quotes, _) | (At::Closed, b'"') => At::Quotes,
                (At::Line, b' ' | b'\t') => At::Line,
                (At::Line, _) if self.comment == Some(byte) => At::Comment,
                (_, b' ' | b'\t') => At::Blanks,
                (At::Line | At::Blanks, _) => {
                    if at == At::Blanks {
                        evened.push(b' ');
                    }
                    if byte == b'"' { At::Quotes } else { At::Field }
                }
                (At::Field | At::Closed, _) => At::Field,
            };
            let is_blank = matches!(byte, b' ' | b'\t') && matches!(at, At::Line | At::Blanks);
            if !is_blank {
                evened.push(byte);
            }
        }
        evened.into()
    }
}

/// Where a byte of a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first field of a line.
    Line,
    /// Behind a field.
    Blanks,
    Field,
    Quotes,
    /// Behind a quote that closes a field, unless another one follows.
    Closed,
    Comment,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanks(comment: Option<u8>) -> Dialect {
        Dialect { delimiter: b' ', is_blank: true, comment }
    }

    #[test]
    fn any_number_of_blanks_is_one_delimiter() {
        for (text, wanted) in [
            ("x y\n1 2\n", "x y\n1 2\n"),
            ("   x \t y  \r\n\t1   2", "x y\r\n1 2"),
            ("\n  \n 1  2 \n", "\n\n1 2\n"),
            ("\"a  b\"   \"c \"\" \n  d\"  5\"  6\n", "\"a  b\" \"c \"\" \n  d\" 5\" 6\n"),
            ("1 #  2\n", "1 # 2\n"),
            ("  #  a  \"b\n 1  2\n", "#  a  \"b\n1 2\n"),
        ] {
            let evened = blanks(Some(b'#')).evened(text.as_bytes());
            assert_eq!(std::str::from_utf8(&evened).unwrap(), wanted);
            let plain = Dialect { is_blank: false, ..blanks(None) };
            assert_eq!(&*plain.evened(text.as_bytes()), text.as_bytes());
        }
    }

    #[test]
    fn blank_lines_and_comments_are_no_records() {
        let text = b"# a\n\n\r\n  # b\n1 2\n# c\n3";
        assert_eq!((blanks(Some(b'#')).lines(text), blanks(None).lines(text)), (1, 4));
        let plain = Dialect { delimiter: b',', is_blank: false, comment: Some(b'#') };
        assert_eq!((plain.lines(text), plain.has_record(text)), (2, true));
        assert!(!plain.has_record(b"# a\n\n#") && !plain.has_record(b""));
    }
}
