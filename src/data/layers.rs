//! The counts of each category, beside those of all rows.

/// One grid of counts for each category.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// The names of the categories: numbers ascending, texts sorted, bins from the lowest up.
    pub names: Vec<String>,
    /// For each category the rows in each cell, in the order of the grid's cell indices.
    pub counts: Vec<Vec<u64>>,
}

impl Layers {
    /// How many categories.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no category.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The rows of a category that lie in a cell.
    pub fn rows(&self, category: usize) -> u64 {
        self.counts[category].iter().sum()
    }
}
