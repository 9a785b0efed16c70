//! The header of a `.npy` array: what its bytes are.
//!
//! The header is a Python dict, but one that numpy always writes the same way; only the three values are looked for.

use std::io::{self, Read};

use crate::source::FieldKind;

/// Longer headers belong to structured arrays, whose columns are no numbers.
const LONGEST: usize = 1 << 16;

/// What an element is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Dtype {
    Bool,
    Int(usize),
    Uint(usize),
    Float(usize),
    /// A count since 1970 of units of so many seconds, or of which so many make a second.
    Time(Unit),
    /// Anything else, in numpy's words.
    Other(String),
}

/// A unit of `datetime64`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    Seconds(i64),
    PerSecond(i64),
}

impl Dtype {
    fn of(descr: &str) -> Self {
        let other = || Self::Other(descr.to_owned());
        let Some((letter, rest)) = descr.get(1..2).zip(descr.get(2..)) else { return other() };
        let unit = || {
            Some(match rest.strip_prefix("8[")?.strip_suffix(']')? {
                "W" => Unit::Seconds(604_800),
                "D" => Unit::Seconds(86_400),
                "h" => Unit::Seconds(3600),
                "m" => Unit::Seconds(60),
                "s" => Unit::PerSecond(1),
                "ms" => Unit::PerSecond(1000),
                "us" => Unit::PerSecond(1_000_000),
                "ns" => Unit::PerSecond(1_000_000_000),
                _ => return None,
            })
        };
        match (letter, rest.parse()) {
            ("b", Ok(1)) => Self::Bool,
            ("i", Ok(size @ (1 | 2 | 4 | 8))) => Self::Int(size),
            ("u", Ok(size @ (1 | 2 | 4 | 8))) => Self::Uint(size),
            ("f", Ok(size @ (2 | 4 | 8))) => Self::Float(size),
            ("M", _) => unit().map_or_else(other, Self::Time),
            _ => other(),
        }
    }

    /// Bytes of an element; 0 if it is no number.
    pub fn size(&self) -> usize {
        match self {
            Self::Bool => 1,
            &Self::Int(size) | &Self::Uint(size) | &Self::Float(size) => size,
            Self::Time(_) => 8,
            Self::Other(_) => 0,
        }
    }

    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Bool => FieldKind::Boolean,
            Self::Time(_) => FieldKind::Time,
            Self::Other(descr) => FieldKind::Other(descr.clone()),
            _ => FieldKind::Number,
        }
    }
}

/// What the bytes after the header are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub dtype: Dtype,
    pub big_endian: bool,
    /// Whether the columns, not the rows, lie one after the other.
    pub fortran: bool,
    pub shape: Vec<u64>,
    /// Bytes of the header itself.
    pub len: u64,
}

impl Header {
    /// Reads a header and stops where the data begin.
    pub fn read(reader: &mut impl Read) -> io::Result<Self> {
        let mut start = [0; 8];
        reader.read_exact(&mut start)?;
        if !start.starts_with(crate::source::format::NPY) {
            return Err(wrong("it does not begin as a .npy file does"));
        }
        let mut size = [0; 4];
        let count = if start[6] == 1 { 2 } else { 4 };
        reader.read_exact(&mut size[..count])?;
        let size = u32::from_le_bytes(size) as usize;
        if size > LONGEST {
            return Err(wrong("its header is too long for a plain array"));
        }
        let mut text = vec![0; size];
        reader.read_exact(&mut text)?;
        let text = std::str::from_utf8(&text).map_err(|_| wrong("its header is not text"))?;
        let mut header = Self::parse(text).ok_or_else(|| wrong("its header is not that of numpy"))?;
        header.len = (start.len() + count + size) as u64;
        Ok(header)
    }

    fn parse(text: &str) -> Option<Self> {
        let after = |key: &str| text.find(key).map(|at| text[at + key.len()..].trim_start());
        let descr = after("'descr':")?;
        // A structured array has a list here.
        let descr = match descr.strip_prefix('\'') {
            Some(rest) => rest.split('\'').next()?,
            None => "structured array",
        };
        let fortran = after("'fortran_order':")?;
        let fortran =
            if fortran.starts_with("True") { true } else { fortran.starts_with("False").then_some(false)? };
        let shape = after("'shape':")?.strip_prefix('(')?.split(')').next()?;
        let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
        let shape =
            sizes.map(|size| size.trim_end_matches('L').parse().ok()).collect::<Option<Vec<u64>>>()?;
        Some(Self { dtype: Dtype::of(descr), big_endian: descr.starts_with('>'), fortran, shape, len: 0 })
    }
}

fn wrong(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(Dtype, bool, bool, Vec<u64>)> {
        Header::parse(text).map(|header| (header.dtype, header.big_endian, header.fortran, header.shape))
    }

    #[test]
    fn headers_of_numpy_are_understood() {
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }  \n";
        assert_eq!(parse(text), Some((Dtype::Float(8), false, false, vec![3, 2])));
        let text = "{'descr': '>M8[us]', 'fortran_order': True, 'shape': (5,), }";
        assert_eq!(parse(text), Some((Dtype::Time(Unit::PerSecond(1_000_000)), true, true, vec![5])));
        let text = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (), }";
        assert_eq!(parse(text), Some((Dtype::Other("structured array".into()), false, false, vec![])));
        let text = "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }";
        assert_eq!(parse(text).unwrap().0.size(), 0);
    }

    #[test]
    fn other_headers_are_refused() {
        for text in ["", "{}", "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,)}"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), None);
        assert_eq!(parse("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}"), None);
    }
}
