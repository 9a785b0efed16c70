//! What takes the rows: their number alone, their weights, or either of each category.

use std::sync::Arc;

use crate::binning::{Binner, CategoryBinner, CpuBinner, ReduceBinner};
use crate::data::{Axis, Grid, Points, Reduction, Tally, Values};
use crate::error::Result;
use crate::window::Look;
use crate::window::look::Counted;
use crate::window::scene::Block;

/// What is counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// Rows.
    Count,
    /// Their weights.
    Reduce(Reduction),
    /// Either of each category; these may be cut into bins.
    Split { bins: Option<Axis>, weighing: Option<Reduction> },
}

/// What takes the rows.
pub enum Counter {
    Count(Box<CpuBinner>),
    Reduce(Box<ReduceBinner>, Reduction),
    /// With what is made of the weights.
    Split(Box<CategoryBinner>, Option<Reduction>),
}

impl Way {
    /// What is counted of rows whose categories span so much.
    ///
    /// # Errors
    /// If they cannot be cut into bins.
    pub fn of(look: &Look, span: (f64, f64)) -> Result<Self> {
        Ok(match (&look.category, look.weighing()) {
            (Some(grouping), weighing) => Self::Split { bins: grouping.cut.axis(span)?, weighing },
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
                Self::Reduce(Box::new(ReduceBinner::new(grid, *reduction)?), *reduction)
            }
            Way::Split { bins, weighing } => {
                let binner = match weighing {
                    None => CategoryBinner::new(grid, bins.clone()),
                    Some(reduction) => CategoryBinner::reducing(grid, bins.clone(), *reduction),
                };
                Self::Split(Box::new(binner?), *weighing)
            }
        })
    }

    /// Adds the rows of a block that may lie in a cell, and says where the others go.
    pub fn add(&self, block: &Block, grid: &Grid) -> Result<Tally> {
        if let Some(Reduction::First | Reduction::Last) = self.weighing() {
            block.in_order().parts().try_for_each(|part| self.take(&part))?;
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
            self.take(&points)?;
        }
        Ok(left_out)
    }

    fn take(&self, points: &Points<'_>) -> Result<()> {
        match self {
            Self::Count(binner) => binner.add(points),
            Self::Reduce(binner, _) => binner.add(points),
            Self::Split(binner, _) => binner.add(points),
        }
    }

    /// What is made of weights, if anything is.
    fn weighing(&self) -> Option<Reduction> {
        match self {
            Self::Count(_) => None,
            Self::Reduce(_, reduction) => Some(*reduction),
            Self::Split(_, weighing) => *weighing,
        }
    }

    /// Where the rows of a block go if none of them lies in a cell.
    pub fn account(&self, block: &Block) -> Tally {
        let rows = block.len() as u64 + block.missing();
        let outside = match self {
            Self::Split(..) if block.kinds().is_none() => 0,
            Self::Split(..) => block.len() as u64 - block.uncategorized(),
            _ => block.len() as u64,
        };
        Tally { rows, outside, missing: rows - outside, ..Tally::default() }
    }

    /// Learns the categories of rows that may never be added.
    pub fn know(&self, block: &Block) -> Result<()> {
        match (self, block.kinds()) {
            (Self::Split(binner, _), Some(kinds)) => binner.know(kinds),
            _ => Ok(()),
        }
    }

    /// Whether rows are told apart by their categories: those without one are missing.
    pub fn splits(&self) -> bool {
        matches!(self, Self::Split(..))
    }

    /// Whether the rows of a block lack what is needed of each.
    pub fn lacks(&self, block: &Block) -> bool {
        self.splits() && block.kinds().is_none()
    }

    /// Whether rows can be taken off: what is made of weights has no way back.
    pub fn can_remove(&self) -> bool {
        self.weighing().is_none()
    }

    pub fn snapshot(&mut self) -> Result<Counted> {
        Ok(match self {
            Self::Count(binner) => (binner.snapshot(), None),
            Self::Reduce(binner, _) => (binner.snapshot(), None),
            Self::Split(binner, _) => {
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
