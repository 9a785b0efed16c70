//! One field of a CSV file as a number.

use crate::source::{FieldKind, time};

/// Fields that stand for no value: those of pandas, R and SQL.
const MISSING: [&[u8]; 13] = [
    b"", b"NA", b"N/A", b"n/a", b"NaN", b"nan", b"NaT", b"null", b"NULL", b"None", b"#N/A", b"<NA>", b"-nan",
];

/// What a field holds by its looks, with this decimal point; `None` if it stands for no value.
pub(super) fn kind(field: &[u8], decimal: u8) -> Option<FieldKind> {
    let field = field.trim_ascii();
    if MISSING.contains(&field) {
        None
    } else if number(field, decimal).is_some() {
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
pub(super) fn parse(field: &[u8], kind: &FieldKind, decimal: u8) -> Option<f64> {
    let field = field.trim_ascii();
    let value = match kind {
        FieldKind::Boolean => boolean(field),
        FieldKind::Time => time::parse(field),
        _ => number(field, decimal),
    };
    value.or_else(|| MISSING.contains(&field).then_some(f64::NAN))
}

/// Whether a field, without the blanks around it, stands for no value.
pub(super) fn is_missing(field: &[u8]) -> bool {
    MISSING.contains(&field)
}

#[inline]
fn number(field: &[u8], decimal: u8) -> Option<f64> {
    let text = std::str::from_utf8(field).ok()?;
    if decimal == b'.' { text.parse().ok() } else { with_comma(text) }
}

/// A number with a decimal comma. What has a point is none: there it separates thousands.
fn with_comma(text: &str) -> Option<f64> {
    if text.contains('.') {
        return None;
    }
    text.replacen(',', ".", 1).parse().ok()
}

/// A field as a message shows it.
pub(super) fn shown(field: &[u8]) -> String {
    const SHOWN: usize = 40;
    let text = String::from_utf8_lossy(field);
    let dots = if text.chars().count() > SHOWN { "…" } else { "" };
    let shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    format!("'{shown}{dots}'")
}

/// How a field that is no number could be read as one, if that is plain to see: the end of a message, or nothing.
pub(super) fn hint(field: &[u8], delimiter: u8, decimal: u8) -> &'static str {
    let is_number = |decimal: u8| number(field.trim_ascii(), decimal).is_some();
    match decimal {
        b'.' if !is_number(b',') => "",
        b'.' if delimiter == b',' => "; commas separate fields here, so numbers have none",
        b'.' => "; if that is a decimal comma, say --decimal ,",
        _ if is_number(b'.') => "; with --decimal , numbers have no point",
        _ => "",
    }
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
            assert_eq!(kind(field.as_bytes(), b'.'), wanted, "{field}");
        }
    }

    #[test]
    fn values_follow_their_column() {
        let number = |field: &str| parse(field.as_bytes(), &FieldKind::Number, b'.');
        assert_eq!(number("0.1"), Some(0.1));
        assert_eq!(number("1e999"), Some(f64::INFINITY));
        assert!(number("None").is_some_and(f64::is_nan));
        assert_eq!(number("true"), None);
        assert_eq!(parse(b"TRUE", &FieldKind::Boolean, b'.'), Some(1.0));
        assert_eq!(parse(b"1970-01-02", &FieldKind::Time, b'.'), Some(1.0));
        assert_eq!(parse(b"1", &FieldKind::Time, b'.'), None);
    }

    #[test]
    fn a_decimal_comma_takes_the_place_of_the_point() {
        let number = |field: &str| parse(field.as_bytes(), &FieldKind::Number, b',');
        for (field, wanted) in
            [("479,52", 479.52), (" -1,5e-3 ", -1.5e-3), ("7", 7.0), (",5", 0.5), ("1,234", 1.234)]
        {
            assert_eq!(number(field), Some(wanted), "{field}");
        }
        // A point would be one between thousands.
        for field in ["1.5", "1.234,5", "1,234,567", "1,2.3", "x"] {
            assert_eq!(number(field), None, "{field}");
        }
        assert!(number("NA").is_some_and(f64::is_nan));
        assert_eq!(kind(b"1,5", b','), Some(FieldKind::Number));
        assert_eq!(kind(b"1.5", b','), Some(FieldKind::Text));
        assert_eq!(parse(b"1970-01-02", &FieldKind::Time, b','), Some(1.0));
    }

    #[test]
    fn a_field_is_shown_with_a_way_to_read_it() {
        let hint = |field: &str, delimiter, decimal| super::hint(field.as_bytes(), delimiter, decimal);
        assert_eq!(hint(" 479,52", b';', b'.'), "; if that is a decimal comma, say --decimal ,");
        assert_eq!(hint("1,234", b',', b'.'), "; commas separate fields here, so numbers have none");
        assert_eq!(hint("1.5", b';', b','), "; with --decimal , numbers have no point");
        for field in ["5%", "01/02/2023", "a\nb", "1,2,3", "a,5"] {
            assert_eq!(hint(field, b';', b'.'), "");
        }
        assert_eq!(shown(b"a\nb"), "'a\\nb'");
        assert_eq!(shown("x".repeat(50).as_bytes()), format!("'{}…'", "x".repeat(40)));
    }
}
