//! What takes the rows: their number alone, their weights, or the number of each category.

use std::sync::Arc;

use crate::binning::{Binner, CategoryBinner, CpuBinner, ReduceBinner};
use crate::data::{Aggregate, Axis, Grid, Layers, Reduction, Tally, Values};
use crate::error::Result;
use crate::window::Look;
use crate::window::scene::Block;

/// What is counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// Rows.
    Count,
    /// Their weights.
    Reduce(Reduction),
    /// The rows of each category, which may be cut into bins.
    Split(Option<Axis>),
}

/// What was counted: all rows, and those of each category if they are told apart.
pub type Counted = (Aggregate, Option<Layers>);

/// What takes the rows.
pub enum Counter {
    Count(Box<CpuBinner>),
    /// With whether rows must be told by their order.
    Reduce(Box<ReduceBinner>, bool),
    Split(Box<CategoryBinner>),
}

impl Way {
    /// What is counted of rows whose categories span so much.
    ///
    /// # Errors
    /// If they cannot be cut into bins.
    pub fn of(look: &Look, span: (f64, f64)) -> Result<Self> {
        Ok(match (&look.category, look.weighing()) {
            (Some(grouping), _) => Self::Split(grouping.cut.axis(span)?),
            (None, Some(reduction)) => Self::Reduce(reduction),
            (None, None) => Self::Count,
        })
    }
}

impl Counter {
    pub fn new(grid: Arc<Grid>, way: &Way) -> Result<Self> {
        Ok(match way {
            Way::Count => Self::Count(Box::new(CpuBinner::new(grid)?)),
            Way::Reduce(reduction) => {
                let is_ordered = matches!(reduction, Reduction::First | Reduction::Last);
                Self::Reduce(Box::new(ReduceBinner::new(grid, *reduction)?), is_ordered)
            }
            Way::Split(bins) => Self::Split(Box::new(CategoryBinner::new(grid, bins.clone())?)),
        })
    }

    /// Adds the rows of a block that may lie in a cell, and says where the others go.
    pub fn add(&self, block: &Block, grid: &Grid) -> Result<Tally> {
        if let Self::Reduce(binner, true) = self {
            block.in_order().parts().try_for_each(|part| binner.add(&part))?;
            return Ok(Tally::default());
        }
        let mut left_out = self.account(block);
        for points in block.wanted(|bounds| !grid.misses(bounds)) {
            let lacking = match points.category() {
                Some(category) if self.splits() && block.uncategorized() > 0 => category.lacking(),
                _ => 0,
            };
            let rows = points.len() as u64;
            let added = Tally { rows, outside: rows - lacking, missing: lacking, ..Tally::default() };
            take_tally_off(&mut left_out, added);
            match self {
                Self::Count(binner) => binner.add(&points),
                Self::Reduce(binner, _) => binner.add(&points),
                Self::Split(binner) => binner.add(&points),
            }?;
        }
        Ok(left_out)
    }

    /// Where the rows of a block go if none of them lies in a cell.
    pub fn account(&self, block: &Block) -> Tally {
        let rows = block.len() as u64 + block.missing();
        let outside = match self {
            Self::Split(_) if block.kinds().is_none() => 0,
            Self::Split(_) => block.len() as u64 - block.uncategorized(),
            _ => block.len() as u64,
        };
        Tally { rows, outside, missing: rows - outside, ..Tally::default() }
    }

    /// Learns the categories of rows that may never be added.
    pub fn know(&self, block: &Block) -> Result<()> {
        match (self, block.kinds()) {
            (Self::Split(binner), Some(kinds)) => binner.know(kinds),
            _ => Ok(()),
        }
    }

    /// Whether rows are told apart by their categories: those without one are missing.
    pub fn splits(&self) -> bool {
        matches!(self, Self::Split(_))
    }

    /// Whether the rows of a block lack what is needed of each.
    pub fn lacks(&self, block: &Block) -> bool {
        self.splits() && block.kinds().is_none()
    }

    /// Whether rows can be taken off.
    pub fn can_remove(&self) -> bool {
        !matches!(self, Self::Reduce(..))
    }

    pub fn snapshot(&mut self) -> Result<Counted> {
        Ok(match self {
            Self::Count(binner) => (binner.snapshot(), None),
            Self::Reduce(binner, _) => (binner.snapshot(), None),
            Self::Split(binner) => {
                let (total, layers) = binner.snapshot()?;
                (total, Some(layers))
            }
        })
    }
}

/// Takes rows off that were counted before.
pub fn take_off(counted: &mut Counted, gone: &Counted) {
    take_counts_off(&mut counted.0.values, &gone.0.values);
    take_tally_off(&mut counted.0.tally, gone.0.tally);
    if let (Some(layers), Some(gone)) = (&mut counted.1, &gone.1) {
        for (name, gone) in gone.names.iter().zip(&gone.values) {
            let nth = layers.names.iter().position(|known| known == name);
            take_counts_off(&mut layers.values[nth.expect("what goes has come before")], gone);
        }
    }
}

fn take_counts_off(counts: &mut Values, gone: &Values) {
    let (Values::Counts(counts), Values::Counts(gone)) = (counts, gone) else {
        unreachable!("rows are taken off counts alone")
    };
    counts.iter_mut().zip(gone).for_each(|(count, gone)| *count -= gone);
}

pub fn take_tally_off(tally: &mut Tally, gone: Tally) {
    tally.rows -= gone.rows;
    tally.binned -= gone.binned;
    tally.outside -= gone.outside;
    tally.missing -= gone.missing;
}
