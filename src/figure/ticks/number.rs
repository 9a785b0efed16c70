//! Numbers as a paper prints them: a true minus sign, grouped thousands, powers of ten.
//!
//! A tick is `n * 10^exponent` with a whole `n`, so its digits are exact: no label ever reads 0.30000000000000004.

/// `n * 10^exponent` in digits, with `n`'s last digit as the last decimal.
///
/// With `grouped`, thousands are set apart by commas.
pub(super) fn decimal(n: i64, exponent: i32, grouped: bool) -> String {
    let mut digits = n.unsigned_abs().to_string();
    if exponent > 0 && n != 0 {
        digits.push_str(&"0".repeat(exponent as usize));
    }
    let decimals = (-exponent).max(0) as usize;
    if digits.len() <= decimals {
        digits = "0".repeat(decimals + 1 - digits.len()) + &digits;
    }
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let whole = if grouped { group(whole) } else { whole.to_string() };
    let sign = if n < 0 { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

fn group(digits: &str) -> String {
    let mut grouped = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `10ⁿ`.
pub(super) fn power(exponent: i32) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let sign = if exponent < 0 { "⁻" } else { "" };
    let digits = exponent.unsigned_abs().to_string();
    let raised: String = digits.bytes().map(|digit| RAISED[usize::from(digit - b'0')]).collect();
    format!("10{sign}{raised}")
}

/// `n * 10^exponent` as `m.mm×10ⁿ`, without a factor of 1.
pub(super) fn scientific(n: i64, exponent: i32) -> String {
    let (n, exponent) = stripped(n, exponent);
    let decimals = digits(n) - 1;
    let factor = decimal(n, -decimals, false);
    match factor.as_str() {
        "1" => power(exponent + decimals),
        "−1" => format!("−{}", power(exponent + decimals)),
        _ => format!("{factor}×{}", power(exponent + decimals)),
    }
}

/// How many decimal digits `n` has.
pub(super) fn digits(n: i64) -> i32 {
    n.unsigned_abs().checked_ilog10().map_or(1, |log| log as i32 + 1)
}

/// The same number without zeros at the end of `n`.
pub(super) fn stripped(mut n: i64, mut exponent: i32) -> (i64, i32) {
    while n != 0 && n % 10 == 0 {
        n /= 10;
        exponent += 1;
    }
    (n, exponent)
}

/// `n * 10^exponent` as an f64, correctly rounded.
pub(super) fn value(n: i64, exponent: i32) -> f64 {
    format!("{n}e{exponent}").parse().expect("digits and an exponent are a number")
}

/// The shortest text that reads back as `value`.
pub(super) fn shortest(value: f64) -> String {
    shortest_among(value, false)
}

/// The same beside others, of which some have so many digits that thousands are set apart.
pub(super) fn shortest_among(value: f64, grouped: bool) -> String {
    let text = format!("{value:e}");
    let (factor, exponent) = text.split_once('e').expect("LowerExp writes an e");
    let exponent: i32 = exponent.parse().expect("LowerExp writes a whole exponent");
    let decimals = factor.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
    let n: i64 = factor.replace('.', "").parse().expect("17 digits fit");
    if n == 0 {
        "0".to_string()
    } else if (-4..15).contains(&exponent) {
        decimal(n, exponent - decimals, grouped || exponent > 3)
    } else {
        scientific(n, exponent - decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_exact() {
        assert_eq!(decimal(3, -1, false), "0.3");
        assert_eq!(decimal(-25, -3, false), "−0.025");
        assert_eq!(decimal(0, -2, false), "0.00");
        assert_eq!(decimal(0, 3, false), "0");
        assert_eq!(decimal(12, 5, true), "1,200,000");
        assert_eq!(decimal(-1_234_567, -2, true), "−12,345.67");
        assert_eq!(decimal(999, 0, true), "999");
    }

    #[test]
    fn powers_have_no_needless_factor() {
        assert_eq!(scientific(1000, 6), "10⁹");
        assert_eq!(scientific(-1, -12), "−10⁻¹²");
        assert_eq!(scientific(1250, 0), "1.25×10³");
    }

    #[test]
    fn the_shortest_text_reads_back() {
        assert_eq!(shortest(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(shortest(-5e-324), "−5×10⁻³²⁴");
        assert_eq!(shortest(1e300), "10³⁰⁰");
        assert_eq!(shortest(1234567.5), "1,234,567.5");
        assert_eq!(shortest(1234.5), "1234.5");
        assert_eq!(shortest(-0.0), "0");
    }
}
