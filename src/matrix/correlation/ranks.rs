//! Columns in their order, their ranks, and Spearman's correlation.

use super::pearson::{Column, Pair};

/// A column and the order of its rows by their values.
pub(super) struct Sorted {
    /// NaN where one is missing.
    pub values: Vec<f64>,
    /// The rows that have a value, ascending by it.
    pub order: Vec<u32>,
}

impl Sorted {
    pub fn of(values: Vec<f64>) -> Self {
        let mut order: Vec<u32> =
            (0..values.len() as u32).filter(|&row| !values[row as usize].is_nan()).collect();
        order.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
        Self { values, order }
    }

    pub fn is_complete(&self) -> bool {
        self.order.len() == self.values.len()
    }

    /// Kendall's correlation with itself, which pandas does not ask for.
    pub fn with_itself(&self) -> f64 {
        if self.order.is_empty() { f64::NAN } else { 1.0 }
    }

    /// The ranks from 1 among the rows for which `is_in` holds, NaN for the others. Equal values have the mean of theirs.
    fn ranks(&self, is_in: impl Fn(u32) -> bool) -> Vec<f64> {
        let mut ranks = vec![f64::NAN; self.values.len()];
        let order: Vec<u32> = self.order.iter().copied().filter(|&row| is_in(row)).collect();
        let value = |row: u32| self.values[row as usize];
        let mut before = 0;
        for equal in order.chunk_by(|&a, &b| value(a) == value(b)) {
            let mean = before as f64 + (equal.len() + 1) as f64 / 2.0;
            equal.iter().for_each(|&row| ranks[row as usize] = mean);
            before += equal.len();
        }
        ranks
    }
}

/// A column and its ranks among all of its rows.
pub(super) struct Ranked {
    sorted: Sorted,
    ranks: Column,
}

impl Ranked {
    pub fn of(values: Vec<f64>) -> Self {
        let sorted = Sorted::of(values);
        let ranks = Column::of(sorted.ranks(|_| true));
        Self { sorted, ranks }
    }
}

/// Pearson's correlation of the ranks; of the rows that both have, ranked anew.
pub(super) fn spearman(x: &Ranked, y: &Ranked) -> f64 {
    if x.sorted.is_complete() && y.sorted.is_complete() {
        return Pair::of(&x.ranks, &y.ranks).correlation();
    }
    let has = |column: &Ranked, row: u32| !column.sorted.values[row as usize].is_nan();
    let x_ranks = Column::of(x.sorted.ranks(|row| has(y, row)));
    let y_ranks = Column::of(y.sorted.ranks(|row| has(x, row)));
    Pair::of(&x_ranks, &y_ranks).correlation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_ranks() {
        let sorted = Sorted::of(vec![3.0, 1.0, 3.0, f64::NAN, -0.0, 0.0]);
        let ranks = sorted.ranks(|_| true);
        assert_eq!((&ranks[..3], &ranks[4..]), (&[4.5, 3.0, 4.5][..], &[1.5, 1.5][..]));
        assert!(ranks[3].is_nan() && !sorted.is_complete());
        assert_eq!(sorted.ranks(|row| row < 3)[..3], [2.5, 1.0, 2.5]);
    }
}
