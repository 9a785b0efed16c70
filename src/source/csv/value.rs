//! One field of a CSV file as a number.

use crate::source::{FieldKind, time};

/// Fields that stand for no value: those of pandas, R and SQL.
const MISSING: [&[u8]; 13] = [
    b"", b"NA", b"N/A", b"n/a", b"NaN", b"nan", b"NaT", b"null", b"NULL", b"None", b"#N/A", b"<NA>", b"-nan",
];

/// What a field holds by its looks; `None` if it stands for no value.
pub(super) fn kind(field: &[u8]) -> Option<FieldKind> {
    let field = field.trim_ascii();
    if MISSING.contains(&field) {
        None
    } else if number(field).is_some() {
        Some(FieldKind::Number)
    } else if boolean(field).is_some() {
        Some(FieldKind::Boolean)
    } else if time::parse(field).is_some() {
        Some(FieldKind::Time)
    } else {
        Some(FieldKind::Text)
    }
}

/// The value of a field in a column of this kind: NaN if it stands for none, `None` if it does not belong there.
pub(super) fn parse(field: &[u8], kind: &FieldKind) -> Option<f64> {
    let field = field.trim_ascii();
    let value = match kind {
        FieldKind::Boolean => boolean(field),
        FieldKind::Time => time::parse(field),
        _ => number(field),
    };
    value.or_else(|| MISSING.contains(&field).then_some(f64::NAN))
}

/// Whether a field, without the blanks around it, stands for no value.
pub(super) fn is_missing(field: &[u8]) -> bool {
    MISSING.contains(&field)
}

fn number(field: &[u8]) -> Option<f64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn boolean(field: &[u8]) -> Option<f64> {
    if field.eq_ignore_ascii_case(b"true") {
        Some(1.0)
    } else if field.eq_ignore_ascii_case(b"false") {
        Some(0.0)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_show_their_kind() {
        for (field, wanted) in [
            ("1", Some(FieldKind::Number)),
            (" -1.5e-3 ", Some(FieldKind::Number)),
            ("inf", Some(FieldKind::Number)),
            ("-Infinity", Some(FieldKind::Number)),
            ("20010131", Some(FieldKind::Number)),
            ("True", Some(FieldKind::Boolean)),
            ("2001-01-31", Some(FieldKind::Time)),
            ("#N/A", None),
            ("  ", None),
            ("1,5", Some(FieldKind::Text)),
            ("0x10", Some(FieldKind::Text)),
            ("\u{665}", Some(FieldKind::Text)),
        ] {
            assert_eq!(kind(field.as_bytes()), wanted, "{field}");
        }
    }

    #[test]
    fn values_follow_their_column() {
        let number = |field: &str| parse(field.as_bytes(), &FieldKind::Number);
        assert_eq!(number("0.1"), Some(0.1));
        assert_eq!(number("1e999"), Some(f64::INFINITY));
        assert!(number("None").is_some_and(f64::is_nan));
        assert_eq!(number("true"), None);
        assert_eq!(parse(b"TRUE", &FieldKind::Boolean), Some(1.0));
        assert_eq!(parse(b"1970-01-02", &FieldKind::Time), Some(1.0));
        assert_eq!(parse(b"1", &FieldKind::Time), None);
    }
}
