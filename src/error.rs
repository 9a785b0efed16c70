//! The one error type: what went wrong, where, and what to do about it.
//!
//! Kinds are cut by blame, because that is what the caller acts on: a request that cannot be meant
//! ([`ErrorKind::Usage`], exit code 2 of the command), data that cannot be used, a file that cannot be read or
//! written, a device that cannot be opened, or a run that was stopped.

use std::fmt;
use std::path::Path;

/// A result with heatbin's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with a message for the person who asked.
///
/// One word in size; the kind is boxed.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
}

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is wrong whatever the data are: an unknown colormap, zero bins, a reversed range.
    Usage,
    /// The data do not fit the request: no such column, text among numbers, a zero on a log axis.
    Data,
    /// A file could not be read or written.
    Io,
    /// No adapter, or one that was lost.
    Device,
    /// The run was stopped from outside.
    Interrupted,
}

impl Error {
    /// A request that is wrong whatever the data are.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Data that do not fit the request.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Data, message)
    }

    /// A device that cannot be opened or was lost.
    pub fn device(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Device, message)
    }

    /// The run was stopped from outside.
    pub fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted; no half-written file is left behind")
    }

    /// A file that could not be read or written: `cannot <verb> <path>: <reason>`.
    pub fn io(verb: &str, path: &Path, reason: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Io, format!("cannot {verb} {}: {reason}", path.display()))
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into() }))
    }

    /// Who has to act.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The same error with the place put before its message, as in `flights.csv, line 7: …`.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

/// The place among `choices` of what is named: the one of that name, else the one of that 0-based number.
///
/// # Errors
/// If there is none, or several have the name.
pub(crate) fn place<'a>(
    what: &str,
    wanted: &str,
    of: &str,
    choices: impl ExactSizeIterator<Item = &'a str> + Clone,
) -> Result<usize> {
    let named = choices.clone().enumerate().filter(|(_, name)| *name == wanted).map(|(place, _)| place);
    match *named.collect::<Vec<_>>() {
        [place] => Ok(place),
        [] => {
            let by_number = wanted.parse().ok().filter(|&number: &usize| number < choices.len());
            by_number.ok_or_else(|| unknown(what, wanted, of, choices))
        }
        ref places => {
            let places: Vec<String> = places.iter().map(usize::to_string).collect();
            Err(Error::data(format!(
                "there are {} {what}s named '{wanted}' in {of}: say which by its number from 0, which is {}",
                places.len(),
                places.join(" or ")
            )))
        }
    }
}

/// Something that is named and not there: what `of` has, and which of it was probably meant.
pub(crate) fn unknown<'a>(
    what: &str,
    wanted: &str,
    of: &str,
    choices: impl ExactSizeIterator<Item = &'a str> + Clone,
) -> Error {
    // What stands for bytes that are no UTF-8 is nothing that anybody could type.
    let is_garbled = choices.clone().any(|choice| choice.contains(char::REPLACEMENT_CHARACTER));
    let near = nearest(wanted, choices.clone()).map(|near| format!(" Did you mean '{near}'?"));
    let near = match is_garbled {
        true => {
            Some(" These names are not UTF-8: save it as UTF-8, or count from 0 and give a number.".into())
        }
        false => near,
    };
    Error::data(format!(
        "no {what} '{wanted}' in {of}; it has {}.{}",
        listed(choices),
        near.unwrap_or_default()
    ))
}

/// A number as it is written in a message or a name: a huge or a tiny one with an exponent, not with hundreds of digits.
pub(crate) fn plain(number: f64) -> String {
    let text = format!("{number:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A number of things, as in `1 row` and `7 rows`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// Some names, shortened if they are many; in quotes where they would not be told apart.
pub(crate) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    /// The most names that a message lists.
    const LISTED: usize = 12;
    let count = names.len();
    if count == 0 {
        return "none".to_owned();
    }
    let is_plain = |name: &str| !name.is_empty() && !name.contains(|c: char| c == ',' || c.is_whitespace());
    let shown = |name: &str| if is_plain(name) { name.to_owned() } else { format!("'{name}'") };
    let shown: Vec<String> = names.take(LISTED).map(shown).collect();
    let more = if count > LISTED { format!(" and {} more", count - LISTED) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// The choice that was probably meant by `wanted`, for a message; `None` if none is near.
pub(crate) fn nearest<'a>(wanted: &str, choices: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.6;
    let wanted = wanted.to_lowercase();
    let mut best = (NEAR, None);
    for choice in choices {
        let likeness = likeness(&wanted, &choice.to_lowercase());
        // Of equals, a person means the first.
        if likeness > best.0 || (likeness == best.0 && best.1.is_none()) {
            best = (likeness, Some(choice));
        }
    }
    best.1
}

/// The share of characters that two names have in common in the same order, 0 to 1. Unlike an edit distance, it sees that
/// `lng` is nearer to `lon` than to `lat`.
fn likeness(a: &str, b: &str) -> f64 {
    let b: Vec<char> = b.chars().collect();
    // Row by row: the longest common subsequence of what was seen of `a` with each beginning of `b`.
    let mut common = vec![0; b.len() + 1];
    for char in a.chars() {
        let mut before = 0;
        for place in 0..b.len() {
            let above = common[place + 1];
            common[place + 1] = if char == b[place] { before + 1 } else { above.max(common[place]) };
            before = above;
        }
    }
    2.0 * f64::from(common[b.len()]) / (a.chars().count() + b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stand_before_the_message() {
        let error = Error::data("no rows").at("a.csv");
        assert_eq!(error.to_string(), "a.csv: no rows");
        assert_eq!(error.kind(), ErrorKind::Data);
    }

    #[test]
    fn names_are_told_apart() {
        let names = ["city", "weight, kg", "when at", ""];
        assert_eq!(listed(names.into_iter()), "city, 'weight, kg', 'when at', ''");
        assert_eq!(
            unknown("column", "größe", "a.csv", ["x", "gr\u{fffd}\u{fffd}e"].into_iter()).to_string(),
            "no column 'größe' in a.csv; it has x, gr\u{fffd}\u{fffd}e. These names are not UTF-8: save it as UTF-8, or count from 0 and \
             give a number."
        );
    }

    #[test]
    fn the_nearest_name_is_found_if_one_is_near() {
        let names = ["Lat", "Lon", "Base"];
        assert_eq!(nearest("lng", names.into_iter()), Some("Lon"));
        assert_eq!(nearest("lat", names.into_iter()), Some("Lat"));
        assert_eq!(nearest("zzzz", names.into_iter()), None);
        assert_eq!(nearest("x", std::iter::empty()), None);
    }
}
