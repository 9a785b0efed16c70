//! How a column becomes categories.

use crate::data::axis::Axis;
use crate::error::Result;

/// How a column becomes categories.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Cut {
    /// By its names, or its whole numbers as they are.
    #[default]
    Values,
    /// Numbers in so many bins of equal width over all of them.
    Bins(usize),
    /// Numbers at these edges; those in no bin are outside.
    Edges(Axis),
}

impl Cut {
    /// The bins, where the numbers span so much ([`Category::span`](crate::Category::span)); `None` where nothing is cut.
    ///
    /// # Errors
    /// If there are no bins, or they would be narrower than numbers are apart.
    pub fn axis(&self, (low, high): (f64, f64)) -> Result<Option<Axis>> {
        Ok(match self {
            Self::Values => None,
            Self::Edges(axis) => Some(axis.clone()),
            Self::Bins(bins) => {
                let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
                Some(Axis::linear(low, high, *bins).map_err(|error| error.at("category"))?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Category, Scale};

    #[test]
    fn bins_lie_over_all_numbers() {
        let span = Category::from(&[3.0, -1.0, 7.0]).span();
        let axis = Cut::Bins(4).axis(span).unwrap().unwrap();
        assert_eq!(axis.edges(), [-1.0, 1.0, 3.0, 5.0, 7.0]);
        let names = Category::from(&["a", "b"]).span();
        assert_eq!(Cut::Bins(1).axis(names).unwrap().unwrap().edges(), [0.0, 1.0]);
        assert!(Cut::Values.axis(span).unwrap().is_none());
        let edges = Axis::from_edges(vec![0.0, 2.0], Scale::Linear).unwrap();
        assert_eq!(Cut::Edges(edges.clone()).axis(span).unwrap(), Some(edges));
    }
}
