//! The rows that the window shows, in blocks.
//!
//! A block is some rows in the order they came, with their bounds; it never changes, so the thread that counts, the one that
//! saves and the device may hold it at once. Rows are let go from the front.

mod order;
mod rows;

use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::data::{Bounds, Column, Floats, Points};
use crate::error::{Error, Result};
pub use order::scattered;
pub use rows::Rows;

/// Rows of a block: two columns of f64 fill 1 MiB, and counting them takes less than a millisecond.
pub const BLOCK_ROWS: usize = 1 << 16;

/// Some rows.
#[derive(Clone, Debug)]
pub struct Block {
    points: Arc<Points<'static>>,
    rows: Range<usize>,
    bounds: Bounds,
    /// The smallest value above 0 of x and of y: where a log axis begins.
    positive: (f64, f64),
    missing: u64,
    /// The time of each row of `points`, in days.
    times: Option<Arc<[f64]>>,
    /// The smallest of those times.
    oldest: f64,
}

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
}

impl Block {
    /// Points in blocks. `times`, if given, has a time for each of their finite rows, in days.
    ///
    /// # Errors
    /// If there are not as many times as finite rows.
    pub fn cut(points: Points<'static>, times: Option<Vec<f64>>) -> Result<Vec<Self>> {
        if times.as_ref().is_some_and(|times| times.len() != points.len()) {
            return Err(Error::usage("points and times differ in length"));
        }
        let (points, times) = (Arc::new(points), times.map(Arc::<[f64]>::from));
        let starts: Vec<usize> = (0..points.len().max(1)).step_by(BLOCK_ROWS).collect();
        let block = |&first: &usize| {
            let rows = first..points.len().min(first + BLOCK_ROWS);
            let missing = if first == 0 { points.missing() } else { 0 };
            Self::of(points.clone(), rows, missing, times.clone())
        };
        Ok(match starts.as_slice() {
            [only] => vec![block(only)],
            starts => starts.par_iter().map(block).collect(),
        })
    }

    fn of(points: Arc<Points<'static>>, rows: Range<usize>, missing: u64, times: Option<Arc<[f64]>>) -> Self {
        let bounds = if rows == (0..points.len()) {
            points.bounds()
        } else {
            let part = Points::new(points.x().slice(rows.clone()), points.y().slice(rows.clone()));
            part.expect("columns of points are equally long").bounds()
        };
        let above_0 = |(low, high): (f64, f64), values: &Floats<'_>| {
            if low > 0.0 || high <= 0.0 {
                return if low > 0.0 { low } else { f64::INFINITY };
            }
            rows.clone().map(|row| values.get(row)).filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min)
        };
        let positive = (above_0(bounds.x, points.x()), above_0(bounds.y, points.y()));
        let mut block = Self { points, rows, bounds, positive, missing, times, oldest: f64::INFINITY };
        block.oldest = block.times().iter().copied().fold(f64::INFINITY, f64::min);
        block
    }

    /// The rows.
    pub fn points(&self) -> Points<'_> {
        self.points.part(self.rows.clone(), self.bounds, self.missing)
    }

    /// What the finite rows span.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Finite rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row is finite.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows that were missing.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    fn times(&self) -> &[f64] {
        self.times.as_ref().map_or(&[], |times| &times[self.rows.clone()])
    }

    /// The first `rows` rows, and the others. The missing rows, whose places are not known, stay with the others.
    fn split(&self, rows: usize) -> (Self, Self) {
        let at = self.rows.start + rows;
        let part = |rows, missing| Self::of(self.points.clone(), rows, missing, self.times.clone());
        (part(self.rows.start..at, 0), part(at..self.rows.end, self.missing))
    }

    /// The rows from before a time, and the others; `None` where a side has none.
    fn split_at_time(&self, time: f64) -> (Option<Self>, Option<Self>) {
        let times = self.times();
        let old = times.iter().filter(|&&t| t < time).count();
        if old == 0 {
            return (None, Some(self.clone()));
        }
        if old == times.len() {
            return (Some(self.clone()), None);
        }
        if times[..old].iter().all(|&t| t < time) {
            let (old, new) = self.split(old);
            return (Some(old), Some(new));
        }
        let pick = |is_old: bool, missing| {
            let rows = self.rows.clone().zip(times).filter(|(_, t)| (**t < time) == is_old);
            let (rows, times): (Vec<usize>, Vec<f64>) = rows.unzip();
            let of = |values: &Floats<'_>| Column::from(values.select(&rows));
            let weights = self.points.weights().map(of);
            let points = Points::of_columns(of(self.points.x()), of(self.points.y()), weights);
            let points = points.expect("columns of points are equally long");
            Self::of(Arc::new(points), 0..rows.len(), missing, Some(times.into()))
        };
        (Some(pick(true, 0)), Some(pick(false, self.missing)))
    }

    /// Neighbours that together have no more than `most` rows.
    pub fn runs(blocks: &[Arc<Self>], most: usize) -> Vec<&[Arc<Self>]> {
        let (mut runs, mut first, mut rows) = (Vec::new(), 0, 0);
        for (nth, block) in blocks.iter().enumerate() {
            if nth > first && rows + block.len() > most {
                runs.push(&blocks[first..nth]);
                (first, rows) = (nth, 0);
            }
            rows += block.len();
        }
        if first < blocks.len() {
            runs.push(&blocks[first..]);
        }
        runs
    }

    /// The rows of neighbours as one block; a block alone stays as it is.
    pub fn join(run: &[Arc<Self>]) -> Arc<Self> {
        match run {
            [only] => only.clone(),
            run => Arc::new(Self::joined(run)),
        }
    }

    fn joined(blocks: &[Arc<Self>]) -> Self {
        let x: Vec<_> = blocks.iter().map(|block| block.points.x().slice(block.rows.clone())).collect();
        let y: Vec<_> = blocks.iter().map(|block| block.points.y().slice(block.rows.clone())).collect();
        let weights = blocks.iter().map(|block| {
            let weights = block.points.weights();
            weights.map(|weights| weights.slice(block.rows.clone()))
        });
        let weights = weights.collect::<Option<Vec<_>>>().map(|weights| Floats::concat(&weights).into());
        let points = Points::of_columns(Floats::concat(&x).into(), Floats::concat(&y).into(), weights);
        let points = points.expect("columns of points are equally long");
        let times = blocks.iter().all(|block| block.times.is_some());
        let times = times.then(|| blocks.iter().flat_map(|block| block.times()).copied().collect());
        let rows = 0..points.len();
        Self::of(Arc::new(points), rows, blocks.iter().map(|block| block.missing).sum(), times)
    }
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
            if block.oldest >= time {
                self.blocks.push_back(block);
                continue;
            }
            let (old, rest) = block.split_at_time(time);
            gone.extend(old.map(Arc::new));
            self.blocks.extend(rest.map(Arc::new));
        }
        gone
    }

    /// Joins small neighbours: rows that trickle in make many blocks, and each costs something in every pass.
    pub fn tidy(&mut self) {
        let blocks: Vec<Arc<Block>> = mem::take(&mut self.blocks).into();
        let runs = Block::runs(&blocks, BLOCK_ROWS);
        let Some((last, runs)) = runs.split_last() else { return };
        self.blocks.extend(runs.iter().map(|run| Block::join(run)));
        // The last run grows on; joining it only as it doubles keeps the work in proportion to the rows.
        let later: usize = last[1..].iter().map(|block| block.len()).sum();
        if later >= last[0].len() {
            self.blocks.push_back(Block::join(last));
        } else {
            self.blocks.extend(last.iter().cloned());
        }
    }

    /// Takes larger blocks of the same rows for those that are still the first ones.
    pub fn adopt(&mut self, old: &[Arc<Block>], new: &[Arc<Block>]) {
        let are_first = self.blocks.len() >= old.len();
        if are_first && self.blocks.iter().zip(old).all(|(mine, old)| Arc::ptr_eq(mine, old)) {
            let later = self.blocks.split_off(old.len());
            self.blocks = new.iter().cloned().chain(later).collect();
        }
    }

    /// What all rows are.
    pub fn totals(&self) -> Totals {
        self.blocks.iter().fold(Totals::default(), |totals, block| totals.and(block))
    }
}

impl Default for Totals {
    fn default() -> Self {
        Self { rows: 0, missing: 0, bounds: Bounds::EMPTY, positive: (f64::INFINITY, f64::INFINITY) }
    }
}

impl Totals {
    /// These and the rows of a block.
    #[must_use]
    pub fn and(self, block: &Block) -> Self {
        Self {
            rows: self.rows + block.len() as u64 + block.missing,
            missing: self.missing + block.missing,
            bounds: self.bounds.union(block.bounds),
            positive: (self.positive.0.min(block.positive.0), self.positive.1.min(block.positive.1)),
        }
    }
}
