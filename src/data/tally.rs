//! Where every row went.

use std::ops::AddAssign;

/// The account of the rows: `binned + outside + missing == rows`, for every result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that lie in a cell.
    pub binned: u64,
    /// Rows whose values are finite but lie in no cell.
    pub outside: u64,
    /// Rows with a NaN, an infinity or a null in a column that was used.
    pub missing: u64,
}

impl Tally {
    /// Whether every row is accounted for.
    pub fn adds_up(&self) -> bool {
        self.binned + self.outside + self.missing == self.rows
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.binned += other.binned;
        self.outside += other.outside;
        self.missing += other.missing;
    }
}
