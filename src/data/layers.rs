//! The cells of each category, beside those of all rows.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::data::aggregate::{Reduced, Values};
use crate::error::Result;

/// The values of one grid, once for each category: what was made of its rows alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// The names of the categories: numbers ascending, texts sorted, bins from the lowest up.
    pub names: Vec<String>,
    /// For each category a value a cell, in the order of the grid's cell indices; all of one kind.
    pub values: Vec<Values>,
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
        let values = &self.values[category];
        (0..values.len()).map(|cell| values.rows(cell)).sum()
    }

    /// The cells of all categories, one category after the other.
    pub fn together(&self) -> Values {
        Values::concat(&self.values)
    }

    /// What the numbers of all categories add up to in each cell, of which `all` are the rows: datashader's total, which says how opaque a
    /// cell is. Of counts it is those of all rows.
    pub(crate) fn total<'a>(&self, all: &'a Values) -> Cow<'a, Values> {
        const TOGETHER: usize = 1 << 12;
        let Values::Reduced(reduced) = all else { return Cow::Borrowed(all) };
        let sum = |cell: usize| {
            self.values
                .iter()
                .filter_map(|values| values.present(cell))
                .reduce(|a, b| a + b)
                .unwrap_or(f64::NAN)
        };
        let values = (0..all.len()).into_par_iter().with_min_len(TOGETHER).map(sum).collect();
        let Reduced { reduction, ref rows, smoothed, .. } = *reduced;
        Cow::Owned(Values::Reduced(Reduced { values, rows: rows.clone(), reduction, smoothed }))
    }

    /// Makes something else of the cells of each category.
    pub(crate) fn map(self, make: impl FnMut(Values) -> Result<Values>) -> Result<Self> {
        let values = self.values.into_iter().map(make).collect::<Result<_>>()?;
        Ok(Self { values, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Reduction;

    #[test]
    fn categories_stand_one_after_the_other() {
        let mean = |values: [f64; 2], rows: [u64; 2]| {
            let (values, rows) = (values.to_vec(), rows.to_vec());
            Values::Reduced(Reduced { reduction: Reduction::Mean, values, rows, smoothed: false })
        };
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let layers = Layers { names, values: vec![mean([1.5, -1.0], [3, 2]), mean([0.0, 7.0], [1, 9])] };
        assert_eq!([0, 1].map(|nth| layers.rows(nth)), [5, 10]);
        let Values::Reduced(all) = layers.together() else { panic!("means") };
        assert_eq!((all.values, all.rows), (vec![1.5, -1.0, 0.0, 7.0], vec![3, 2, 1, 9]));
        assert_eq!(Layers::default().together(), Values::Counts(Vec::new()));
        let counts = Values::Counts(vec![5, 10]);
        assert_eq!(*layers.total(&counts), counts);
        let total = layers.total(&mean([9.0, 9.0], [4, 11])).into_owned();
        let Values::Reduced(total) = total else { panic!("sums") };
        assert_eq!((total.values, total.rows), (vec![1.5, 6.0], vec![4, 11]));
        let empty = Layers { values: vec![mean([f64::NAN, 2.0], [0, 1])], names: vec!["a".into()] };
        assert!(empty.total(&mean([f64::NAN, 2.0], [0, 1])).get(0).is_nan(), "nothing is no number");
    }
}
