//! Kendall's tau-b by Knight's way: sorted by one column, the other is sorted by merging, and each exchange is a pair in the wrong order.

use super::ranks::Sorted;

/// Tau-b of the rows that both have, by the formula of `scipy.stats.kendalltau`; NaN where one of them is constant.
pub(super) fn tau(x: &Sorted, y: &Sorted) -> f64 {
    let rows = x.order.iter().map(|&row| (x.values[row as usize], y.values[row as usize]));
    let mut rows: Vec<(f64, f64)> = rows.filter(|(_, y)| !y.is_nan()).collect();
    let mut x_ties = 0;
    let mut common = 0;
    for equal in rows.chunk_by_mut(|a, b| a.0 == b.0) {
        x_ties += pairs(equal.len());
        if equal.len() > 1 {
            equal.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
            common += ties(equal.iter().map(|row| row.1));
        }
    }
    let mut ys: Vec<f64> = rows.into_iter().map(|row| row.1).collect();
    let against = sort(&mut ys);
    let y_ties = ties(ys.iter().copied());
    let all = pairs(ys.len());
    if x_ties == all || y_ties == all {
        return f64::NAN;
    }
    let surplus = all - x_ties - y_ties + common - 2 * against;
    let tau = surplus as f64 / ((all - x_ties) as f64).sqrt() / ((all - y_ties) as f64).sqrt();
    tau.clamp(-1.0, 1.0)
}

/// How many pairs there are of so many rows.
fn pairs(rows: usize) -> i64 {
    let rows = rows as i64;
    rows * (rows - 1) / 2
}

/// How many pairs of equal values there are among sorted ones.
fn ties(sorted: impl Iterator<Item = f64>) -> i64 {
    let (mut count, mut run, mut last) = (0, 0, f64::NAN);
    for value in sorted {
        run = if value == last { run + 1 } else { 0 };
        // Each is a pair with all that were equal before it.
        count += run;
        last = value;
    }
    count
}

/// Sorts by merging, and counts the pairs of which the larger stood first.
fn sort(values: &mut Vec<f64>) -> i64 {
    /// Shorter runs are sorted by insertion.
    const SHORT: usize = 16;
    let mut exchanges = 0;
    for run in values.chunks_mut(SHORT) {
        for end in 1..run.len() {
            let mut at = end;
            while at > 0 && run[at - 1] > run[at] {
                run.swap(at - 1, at);
                exchanges += 1;
                at -= 1;
            }
        }
    }
    let mut merged = Vec::with_capacity(values.len());
    let mut size = SHORT;
    while size < values.len() {
        merged.clear();
        for both in values.chunks(2 * size) {
            let (mut left, mut right) = both.split_at(size.min(both.len()));
            while let (Some(&low), Some(&high)) = (left.first(), right.first()) {
                if high < low {
                    exchanges += left.len() as i64;
                    merged.push(high);
                    right = &right[1..];
                } else {
                    merged.push(low);
                    left = &left[1..];
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(values, &mut merged);
        size *= 2;
    }
    exchanges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By looking at every pair.
    fn slow(x: &[f64], y: &[f64]) -> f64 {
        let (mut surplus, mut x_pairs, mut y_pairs) = (0.0, 0.0, 0.0);
        for a in 0..x.len() {
            for b in 0..a {
                let sign = |v: &[f64]| if v[a] == v[b] { 0.0 } else { (v[a] - v[b]).signum() };
                surplus += sign(x) * sign(y);
                x_pairs += sign(x).abs();
                y_pairs += sign(y).abs();
            }
        }
        surplus / f64::sqrt(x_pairs) / f64::sqrt(y_pairs)
    }

    #[test]
    fn exchanges_are_the_pairs_in_the_wrong_order() {
        for rows in [2, 3, 15, 16, 17, 33, 100, 257] {
            let value = |seed: usize, row: usize| ((row * 7919 + seed) * 104_729 % 31) as f64;
            let columns = [3, 8].map(|seed| (0..rows).map(|row| value(seed, row)).collect::<Vec<f64>>());
            let [x, y] = columns.clone().map(Sorted::of);
            let (fast, slow) = (tau(&x, &y), slow(&columns[0], &columns[1]));
            assert!((fast - slow).abs() < 1e-15 || (fast.is_nan() && slow.is_nan()), "{rows}: {fast} {slow}");
        }
    }

    #[test]
    fn constants_have_no_order() {
        let sorted = |values: &[f64]| Sorted::of(values.to_vec());
        assert!(tau(&sorted(&[1.0, 1.0]), &sorted(&[1.0, 2.0])).is_nan());
        assert!(tau(&sorted(&[1.0, f64::NAN]), &sorted(&[1.0, 2.0])).is_nan());
        assert_eq!(tau(&sorted(&[1.0, 2.0, f64::NAN]), &sorted(&[5.0, 3.0, 0.0])), -1.0);
    }
}
