//! What is made of the values of one cell of a pivot.

use crate::data::Reduction;

/// What pandas makes of some values; those that are missing do not count.
///
/// Sums are compensated, so that they are rounded about once.
pub(super) fn reduced(reduction: Reduction, values: &mut Vec<f64>) -> f64 {
    values.retain(|value| !value.is_nan());
    let count = values.len() as f64;
    match reduction {
        Reduction::Count => count,
        Reduction::Any => f64::from(!values.is_empty()),
        Reduction::Sum => sum(values.iter().copied()),
        _ if values.is_empty() => {
            if reduction == Reduction::Distinct {
                0.0
            } else {
                f64::NAN
            }
        }
        Reduction::Mean => sum(values.iter().copied()) / count,
        Reduction::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
        Reduction::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Reduction::Var { ddof } => variance(values, ddof),
        Reduction::Std { ddof } => variance(values, ddof).sqrt(),
        Reduction::First => values[0],
        Reduction::Last => values[values.len() - 1],
        Reduction::Median => quantile(values, 0.5),
        Reduction::Quantile(share) => quantile(values, share),
        Reduction::Mode => mode(values),
        Reduction::Distinct => runs(values).count() as f64,
        // Shares of a whole are refused before.
        _ => f64::NAN,
    }
}

/// Neumaier's sum: what each addition loses is added in the end.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0f64, 0.0);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    // Of an infinity nothing is lost, but the formula says NaN.
    if sum.is_finite() { sum + lost } else { sum }
}

fn variance(values: &[f64], ddof: u8) -> f64 {
    let count = values.len() as f64;
    if count <= f64::from(ddof) {
        return f64::NAN;
    }
    let mean = sum(values.iter().copied()) / count;
    let off = || values.iter().map(|value| value - mean);
    let rest = sum(off());
    ((sum(off().map(|off| off * off)) - rest * rest / count) / (count - f64::from(ddof))).max(0.0)
}

/// Linear between the two values next to it, by the formula of `numpy.quantile`.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = share * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let (low, high) = (values[below], values[(below + 1).min(values.len() - 1)]);
    let t = place - below as f64;
    if low == high {
        low
    } else if share == 0.5 {
        // pandas' median.
        if t == 0.0 { low } else { (low + high) / 2.0 }
    } else if t < 0.5 {
        low + (high - low) * t
    } else {
        high - (high - low) * (1.0 - t)
    }
}

/// Runs of equal values, ascending.
fn runs(values: &mut [f64]) -> impl Iterator<Item = &[f64]> {
    values.sort_unstable_by(f64::total_cmp);
    values.chunk_by(|a, b| a == b)
}

/// The most frequent value, the smallest of equals.
fn mode(values: &mut [f64]) -> f64 {
    let longest = runs(values).map(<[f64]>::len).max().unwrap_or(0);
    runs(values).find(|run| run.len() == longest).map_or(f64::NAN, |run| run[0])
}
