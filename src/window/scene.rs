//! The rows that the window shows, in blocks.
//!
//! A block is some rows that came one after another, with their bounds; it never changes, so the thread that counts, the one that
//! saves and the device may hold it at once. Within a block rows are sorted by where they lie, so that a view of a part need not read
//! them all; blocks stay in the order they came, so that each shows some of everything, and rows are let go from the front.

mod block;
mod off_log;
mod order;
mod rows;
mod sorted;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use crate::data::Bounds;
pub use block::{BLOCK_ROWS, Block, NO_SPAN};
pub use off_log::OffLog;
pub use order::scattered;
pub use rows::Rows;

/// Which rows are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Last {
    /// So many.
    Rows(u64),
    /// Those of so many days before the newest.
    Days(f64),
}

/// All rows.
#[derive(Debug, Default)]
pub struct Scene {
    blocks: VecDeque<Arc<Block>>,
    last: Option<Last>,
    newest: Option<f64>,
}

/// What all rows are, for the window's status line and its home.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// Rows, the missing ones included.
    pub rows: u64,
    /// Rows with a NaN, an infinity or a null.
    pub missing: u64,
    /// What the others span.
    pub bounds: Bounds,
    /// Their smallest x and y above 0; infinite if there is none.
    pub positive: (f64, f64),
    /// Rows that have no place on a log axis.
    pub off_log: OffLog,
    /// What the numbers span that are categories; from infinity down to minus infinity if there are none.
    pub span: (f64, f64),
}

impl Scene {
    /// The blocks, in the order they came.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = &Arc<Block>> {
        self.blocks.iter()
    }

    /// Adds rows.
    pub fn push(&mut self, block: Arc<Block>) {
        self.newest = block.times().iter().copied().chain(self.newest).reduce(f64::max);
        self.blocks.push_back(block);
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        *self = Self { last: self.last, ..Self::default() };
    }

    /// Says which rows are kept from now on; `None`: all.
    pub fn keep(&mut self, last: Option<Last>) {
        self.last = last;
    }

    /// Lets the rows go that are not to be kept, and returns them.
    pub fn let_go(&mut self) -> Vec<Arc<Block>> {
        match (self.last, self.newest) {
            (Some(Last::Rows(rows)), _) => self.keep_rows(rows),
            (Some(Last::Days(days)), Some(newest)) => self.keep_since(newest - days),
            _ => Vec::new(),
        }
    }

    fn keep_rows(&mut self, kept: u64) -> Vec<Arc<Block>> {
        let mut surplus =
            self.blocks.iter().map(|block| block.len() as u64).sum::<u64>().saturating_sub(kept);
        let mut gone = Vec::new();
        while surplus > 0 {
            let Some(front) = self.blocks.pop_front() else { break };
            if front.len() as u64 <= surplus {
                surplus -= front.len() as u64;
                gone.push(front);
            } else {
                let (old, rest) = front.split(surplus as usize);
                gone.push(Arc::new(old));
                self.blocks.push_front(Arc::new(rest));
                surplus = 0;
            }
        }
        gone
    }

    fn keep_since(&mut self, time: f64) -> Vec<Arc<Block>> {
        let mut gone = Vec::new();
        let blocks = mem::take(&mut self.blocks);
        for block in blocks {
            if block.oldest() >= time {
                self.blocks.push_back(block);
                continue;
            }
            let (old, rest) = block.split_at_time(time);
            gone.extend(old.map(Arc::new));
            self.blocks.extend(rest.map(Arc::new));
        }
        gone
    }

    /// Joins small neighbours among some blocks: rows that trickle in make many, and each costs something in every pass.
    pub fn tidy(&mut self, part: Range<usize>) {
        let later = self.blocks.split_off(part.end);
        let blocks: Vec<Arc<Block>> = self.blocks.split_off(part.start).into();
        let runs = Block::runs(&blocks, BLOCK_ROWS);
        if let Some((last, runs)) = runs.split_last() {
            self.blocks.extend(runs.iter().map(|run| Block::join(run)));
            // The last run grows on; joining it only as it doubles keeps the work in proportion to the rows.
            let rest: usize = last[1..].iter().map(|block| block.len()).sum();
            if rest >= last[0].len() {
                self.blocks.push_back(Block::join(last));
            } else {
                self.blocks.extend(last.iter().cloned());
            }
        }
        self.blocks.extend(later);
    }

    /// Takes larger blocks of the same rows for those that are still there, side by side.
    pub fn adopt(&mut self, old: &[Arc<Block>], new: &[Arc<Block>]) {
        let first = old.first().and_then(|old| self.blocks.iter().position(|mine| Arc::ptr_eq(mine, old)));
        let Some(first) = first.filter(|first| first + old.len() <= self.blocks.len()) else { return };
        if self.blocks.range(first..).zip(old).all(|(mine, old)| Arc::ptr_eq(mine, old)) {
            let later = self.blocks.split_off(first + old.len());
            self.blocks.truncate(first);
            self.blocks.extend(new.iter().cloned().chain(later));
        }
    }

    /// What the rows that have a category span, and their smallest x and y above 0.
    pub fn categorized(&self) -> (Bounds, (f64, f64)) {
        let none = (Bounds::EMPTY, (f64::INFINITY, f64::INFINITY));
        self.blocks.iter().map(|block| block.categorized()).fold(
            none,
            |(bounds, positive), (more, above_0)| {
                (bounds.union(more), (positive.0.min(above_0.0), positive.1.min(above_0.1)))
            },
        )
    }

    /// What all rows are.
    pub fn totals(&self) -> Totals {
        self.blocks.iter().fold(Totals::default(), |totals, block| totals.and(block))
    }
}

impl Default for Totals {
    fn default() -> Self {
        let positive = (f64::INFINITY, f64::INFINITY);
        let off_log = OffLog::default();
        Self { rows: 0, missing: 0, bounds: Bounds::EMPTY, positive, off_log, span: NO_SPAN }
    }
}

impl Totals {
    /// These and the rows of a block.
    #[must_use]
    pub fn and(self, block: &Block) -> Self {
        Self {
            rows: self.rows + block.len() as u64 + block.missing(),
            missing: self.missing + block.missing(),
            bounds: self.bounds.union(block.bounds()),
            positive: (self.positive.0.min(block.positive().0), self.positive.1.min(block.positive().1)),
            off_log: self.off_log + block.off_log(),
            span: (self.span.0.min(block.span().0), self.span.1.max(block.span().1)),
        }
    }
}
