//! Columns by name or number.

use crate::error::{Error, Result};
use crate::source::{Field, Source};

/// The most names that a message lists.
const LISTED: usize = 12;

/// The index of the column that a person means by `column`: the first of that name, else the one of that 0-based number.
///
/// # Errors
/// If there is none; the message lists the columns and names the nearest.
pub fn field(source: &dyn Source, column: &str) -> Result<usize> {
    let fields = source.fields();
    let by_name = || fields.iter().position(|field| field.name == column);
    let by_number = || column.parse().ok().filter(|&number: &usize| number < fields.len());
    by_name().or_else(by_number).ok_or_else(|| unknown(column, &source.name(), fields))
}

pub(super) fn unknown(column: &str, name: &str, fields: &[Field]) -> Error {
    let near = nearest(column, fields).map(|near| format!(" Did you mean '{near}'?")).unwrap_or_default();
    Error::data(format!("no column '{column}' in {name}; it has {}.{near}", listed(fields.iter())))
}

/// The names of some columns, shortened if they are many.
pub(super) fn listed<'a>(fields: impl ExactSizeIterator<Item = &'a Field>) -> String {
    let count = fields.len();
    if count == 0 {
        return "none".to_owned();
    }
    let shown: Vec<&str> = fields.take(LISTED).map(|field| field.name.as_str()).collect();
    let more = if count > LISTED { format!(" and {} more", count - LISTED) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn nearest<'a>(column: &str, fields: &'a [Field]) -> Option<&'a str> {
    const SIMILAR: f64 = 0.6;
    let wanted = column.to_lowercase();
    let scored = fields.iter().map(|field| (likeness(&wanted, &field.name.to_lowercase()), &field.name));
    // `max_by` takes the last of equals, a person the first.
    let (score, name) = scored.rev().max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= SIMILAR).then_some(name)
}

/// The share of characters that two names have in common in the same order, 0 to 1. Unlike an edit distance, it sees that
/// `lng` is nearer to `lon` than to `lat`.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // Row by row: the longest common subsequence of what was seen of `a` with each beginning of `b`.
    let mut common = vec![0; b.len() + 1];
    for &char in &a {
        let mut before = 0;
        for place in 0..b.len() {
            let above = common[place + 1];
            common[place + 1] = if char == b[place] { before + 1 } else { above.max(common[place]) };
            before = above;
        }
    }
    2.0 * f64::from(common[b.len()]) / (a.len() + b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Bounds;
    use crate::source::{FieldKind, Selection, Sink};

    struct Named(Vec<Field>);

    impl Source for Named {
        fn name(&self) -> String {
            "trips.csv".into()
        }
        fn fields(&self) -> &[Field] {
            &self.0
        }
        fn rows(&self) -> Option<u64> {
            None
        }
        fn rereadable(&self) -> bool {
            true
        }
        fn bounds_hint(&self, _: &Selection) -> Option<Bounds> {
            None
        }
        fn scan(&self, _: &Selection, _: &dyn Sink) -> Result<()> {
            Ok(())
        }
    }

    fn named(names: &[&str]) -> Named {
        Named(names.iter().map(|&name| Field::new(name, FieldKind::Number)).collect())
    }

    #[test]
    fn names_come_before_numbers_and_the_first_of_a_name_is_meant() {
        let source = named(&["a", "1", "b", "b"]);
        let index = |column| field(&source, column).unwrap();
        assert_eq!((index("a"), index("1"), index("b"), index("0"), index("3")), (0, 1, 2, 0, 3));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let error = |names: &[&str], column| field(&named(names), column).unwrap_err().to_string();
        assert_eq!(
            error(&["Lat", "Lon", "Base"], "lng"),
            "no column 'lng' in trips.csv; it has Lat, Lon, Base. Did you mean 'Lon'?"
        );
        assert_eq!(error(&["Lat", "Lon"], "2"), "no column '2' in trips.csv; it has Lat, Lon.");
        let many: Vec<String> = (0..100).map(|i| format!("c{i:02}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(error(&many, "zzz").ends_with("c10, c11 and 88 more."));
    }
}
