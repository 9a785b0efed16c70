//! Columns by name or number.

use crate::error::{self, Error, Result};
use crate::source::{Field, Source};

/// The index of the column that a person means by `column`: the one of that name, else the one of that 0-based number.
///
/// # Errors
/// If there is none, or several have the name; the message lists the columns and names the nearest.
pub fn field(source: &dyn Source, column: &str) -> Result<usize> {
    self::column(source.fields(), column, &source.name())
}

/// The same among columns of something that has this name.
pub(crate) fn column(fields: &[Field], column: &str, name: &str) -> Result<usize> {
    error::place("column", column, name, fields.iter().map(|field| field.name.as_str()))
}

pub(super) fn unknown(column: &str, name: &str, fields: &[Field]) -> Error {
    error::unknown("column", column, name, fields.iter().map(|field| field.name.as_str()))
}

/// The names of some columns, shortened if they are many.
pub(super) fn listed<'a>(fields: impl ExactSizeIterator<Item = &'a Field>) -> String {
    error::listed(fields.map(|field| field.name.as_str()))
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
    fn names_come_before_numbers_and_are_of_one_column() {
        let source = named(&["a", "1", "b", "b"]);
        let index = |column| field(&source, column).unwrap();
        assert_eq!((index("a"), index("1"), index("0"), index("3")), (0, 1, 0, 3));
        assert_eq!(
            field(&source, "b").unwrap_err().to_string(),
            "there are 2 columns named 'b' in trips.csv: say which by its number from 0, which is 2 or 3"
        );
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
