//! Some rows with their bounds, which never change.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::OffLog;
use super::sorted::Sorted;
use crate::binning::MAX_CATEGORIES;
use crate::data::{Bounds, Category, Column, Floats, MOST_ROWS, Points};
use crate::error::{Error, Result};

/// Rows of a block: as many as are sorted together. Two columns of f64 fill 1 MiB, and counting them takes less than a millisecond.
pub const BLOCK_ROWS: usize = MOST_ROWS;

/// What no numbers span.
pub const NO_SPAN: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

/// Some rows.
#[derive(Clone, Debug)]
pub struct Block {
    points: Arc<Points<'static>>,
    /// Where `points`, in the order they came in, begin anew in the order of all rows, the first at row 0.
    pieces: Arc<[Piece]>,
    /// How `points`, which then are the rows of this block alone, were sorted.
    sorted: Option<Arc<Sorted>>,
    rows: Range<usize>,
    bounds: Bounds,
    /// The smallest value above 0 of x and of y: where a log axis begins.
    positive: (f64, f64),
    off_log: OffLog,
    missing: u64,
    /// Rows that have no category beside others that do.
    uncategorized: u64,
    /// What the others span, and their smallest values above 0, once somebody has asked.
    categorized: OnceLock<(Bounds, (f64, f64))>,
    /// What the numbers span that are categories.
    span: (f64, f64),
    /// Each category of the rows once; of numbers no more than can be told apart and one.
    kinds: Option<Arc<Category<'static>>>,
    /// The time of each row of `points`, in days.
    times: Option<Arc<[f64]>>,
    /// The smallest of those times.
    oldest: f64,
}

/// Rows that follow one another in the order of all rows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    /// The first of them.
    row: usize,
    /// Its place in the order of all rows; see [`Points::at`].
    order: u128,
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
        let pieces: Arc<[Piece]> = [Piece { row: 0, order: points.order() }].into();
        let (points, times) = (Arc::new(points), times.map(Arc::<[f64]>::from));
        let starts: Vec<usize> = (0..points.len().max(1)).step_by(BLOCK_ROWS).collect();
        let block = |&first: &usize| {
            let rows = first..points.len().min(first + BLOCK_ROWS);
            let missing = if first == 0 { points.missing() } else { 0 };
            Self::of(points.clone(), pieces.clone(), rows, missing, times.clone()).sort()
        };
        Ok(match starts.as_slice() {
            [only] => vec![block(only)],
            starts => starts.par_iter().map(block).collect(),
        })
    }

    fn of(
        points: Arc<Points<'static>>,
        pieces: Arc<[Piece]>,
        rows: Range<usize>,
        missing: u64,
        times: Option<Arc<[f64]>>,
    ) -> Self {
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
        let off_log = OffLog::of(points.x(), points.y(), rows.clone(), bounds);
        let category = points.category().map(|category| category.slice(rows.clone()));
        let uncategorized = category.as_ref().map_or(0, Category::lacking);
        let span = category.as_ref().map_or(NO_SPAN, Category::span);
        let kinds = category.map(|category| Arc::new(category.distinct(MAX_CATEGORIES + 1)));
        let oldest = f64::INFINITY;
        let mut block = Self {
            points,
            pieces,
            sorted: None,
            rows,
            bounds,
            positive,
            off_log,
            missing,
            uncategorized,
            categorized: OnceLock::new(),
            span,
            kinds,
            times,
            oldest,
        };
        block.oldest = block.times().iter().copied().fold(f64::INFINITY, f64::min);
        block
    }

    /// The same rows sorted by where they lie, if they are enough.
    fn sort(self) -> Self {
        let Some((sorted, order, points)) = Sorted::of(&self.points()) else { return self };
        let pieces = self.places().map(|(order, rows)| Piece { row: rows.start - self.rows.start, order });
        Self {
            pieces: pieces.collect(),
            sorted: Some(Arc::new(sorted)),
            rows: 0..points.len(),
            times: self
                .times
                .as_ref()
                .map(|_| order.iter().map(|&row| self.times()[usize::from(row)]).collect()),
            points: Arc::new(points),
            ..self
        }
    }

    /// The same rows in the order they came in.
    pub fn in_order(&self) -> Cow<'_, Self> {
        let Some(sorted) = &self.sorted else { return Cow::Borrowed(self) };
        let rows = sorted.way_back(self.len());
        Cow::Owned(Self {
            points: Arc::new(self.points.permuted(rows.iter().copied())),
            times: self.times.as_ref().map(|times| rows.iter().map(|&row| times[row]).collect()),
            sorted: None,
            ..self.clone()
        })
    }

    /// How the rows were sorted by where they lie, if they were.
    pub(super) fn sorted(&self) -> Option<&Sorted> {
        self.sorted.as_deref()
    }

    /// The rows, in any order.
    pub fn points(&self) -> Points<'_> {
        self.points.part(self.rows.clone(), self.bounds, self.missing)
    }

    /// The rows, but for those that lie together within bounds that are not wanted; in stretches, with what each spans. None is missing.
    pub fn wanted(&self, wanted: impl Fn(Bounds) -> bool) -> impl Iterator<Item = Points<'_>> {
        let whole = self.sorted.is_none() && wanted(self.bounds);
        let whole = whole.then(|| (self.rows.clone(), self.bounds));
        let sorted = self.sorted.iter().flat_map(move |sorted| sorted.wanted(&wanted).collect::<Vec<_>>());
        whole.into_iter().chain(sorted).map(|(rows, bounds)| self.points.part(rows, bounds, 0))
    }

    /// The rows in parts that follow one another in the order of all rows, each in its place, if they are [in order](Self::in_order).
    pub fn parts(&self) -> impl Iterator<Item = Points<'_>> {
        debug_assert!(self.sorted.is_none(), "rows that were sorted are in no such parts");
        self.places().map(|(order, rows)| {
            let missing = if rows.start == self.rows.start { self.missing } else { 0 };
            self.points.part(rows, self.bounds, missing).at(order)
        })
    }

    /// The rows of each part, as they came in, and its place in the order of all rows.
    fn places(&self) -> impl Iterator<Item = (u128, Range<usize>)> {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.row).chain([self.points.len()]);
        self.pieces.iter().zip(ends).filter_map(|(piece, end)| {
            let rows = piece.row.max(self.rows.start)..end.min(self.rows.end);
            (!rows.is_empty()).then(|| (piece.order + (rows.start - piece.row) as u128, rows))
        })
    }

    /// What the finite rows span.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The smallest x and y above 0; infinite if there is none.
    pub fn positive(&self) -> (f64, f64) {
        self.positive
    }

    /// Rows that have no place on a log axis.
    pub fn off_log(&self) -> OffLog {
        self.off_log
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

    /// Rows that have no category beside others that do.
    pub fn uncategorized(&self) -> u64 {
        self.uncategorized
    }

    /// What the rows span that have a category, and their smallest x and y above 0.
    pub fn categorized(&self) -> (Bounds, (f64, f64)) {
        if self.uncategorized == 0 && self.kinds.is_some() {
            return (self.bounds, self.positive);
        }
        *self.categorized.get_or_init(|| {
            let points = self.points();
            let has_one = |row: &usize| points.category().is_some_and(|category| category.is_present(*row));
            let rows: Vec<usize> = (0..points.len()).filter(has_one).collect();
            let of = |values: &Floats<'_>| {
                rows.iter().map(|&row| values.get(row)).fold(
                    (NO_SPAN, f64::INFINITY),
                    |(span, above_0), v| {
                        let above_0 = if v > 0.0 { v.min(above_0) } else { above_0 };
                        ((v.min(span.0), v.max(span.1)), above_0)
                    },
                )
            };
            let ((x, x_above_0), (y, y_above_0)) = (of(points.x()), of(points.y()));
            (Bounds { x, y }, (x_above_0, y_above_0))
        })
    }

    /// What the numbers span that are categories; from infinity down to minus infinity if there are none.
    pub fn span(&self) -> (f64, f64) {
        self.span
    }

    /// Each category of the rows once, of numbers no more than can be told apart and one; `None` if they have none.
    pub fn kinds(&self) -> Option<&Category<'static>> {
        self.kinds.as_deref()
    }

    /// The smallest time; infinite without times.
    pub fn oldest(&self) -> f64 {
        self.oldest
    }

    /// The time of each row, if they have times.
    pub fn times(&self) -> &[f64] {
        self.times.as_ref().map_or(&[], |times| &times[self.rows.clone()])
    }

    /// The rows that came first, so many, and the others. The missing rows, whose places are not known, stay with the others.
    pub fn split(&self, rows: usize) -> (Self, Self) {
        let block = self.in_order();
        let at = block.rows.start + rows;
        let part = |rows, missing| {
            Self::of(block.points.clone(), block.pieces.clone(), rows, missing, block.times.clone())
        };
        (part(block.rows.start..at, 0), part(at..block.rows.end, block.missing))
    }

    /// The rows from before a time, and the others; `None` where a side has none.
    pub fn split_at_time(&self, time: f64) -> (Option<Self>, Option<Self>) {
        let times = self.times();
        let old = times.iter().filter(|&&t| t < time).count();
        if old == 0 {
            return (None, Some(self.clone()));
        }
        if old == times.len() {
            return (Some(self.clone()), None);
        }
        let block = self.in_order();
        let times = block.times();
        if times[..old].iter().all(|&t| t < time) {
            let (old, new) = block.split(old);
            return (Some(old), Some(new));
        }
        let side = |is_old: bool, missing| {
            let rows = block.rows.clone().zip(times).filter(|(_, t)| (**t < time) == is_old);
            let (rows, times): (Vec<usize>, Vec<f64>) = rows.unzip();
            block.pick(&rows, times, missing)
        };
        (Some(side(true, 0)), Some(side(false, block.missing)))
    }

    /// Some rows, ascending, with their times. They are in order.
    fn pick(&self, rows: &[usize], times: Vec<f64>, missing: u64) -> Self {
        let of = |values: &Floats<'_>| Column::from(values.select(rows));
        let weights = self.points.weights().map(of);
        let category = self.points.category().map(|category| category.select(rows));
        let points = Points::of_rows_with(of(self.points.x()), of(self.points.y()), weights, category, true);
        let points = points.expect("columns of points are equally long");
        // Rows keep their order among themselves and to all others when each piece closes its gaps.
        let places = self.pieces.iter().map(|piece| {
            let before = self.rows.start.saturating_sub(piece.row) as u128;
            (rows.partition_point(|row| *row < piece.row), piece.order + before)
        });
        let mut pieces: Vec<Piece> = Vec::new();
        for (row, order) in places {
            pieces.pop_if(|last| last.row == row);
            pieces.push(Piece { row, order });
        }
        Self::of(Arc::new(points), pieces.into(), 0..rows.len(), missing, Some(times.into()))
    }

    /// Neighbours of one kind that together have no more than `most` rows.
    pub fn runs(blocks: &[Arc<Self>], most: usize) -> Vec<&[Arc<Self>]> {
        let (mut runs, mut first, mut rows) = (Vec::new(), 0, 0);
        for (nth, block) in blocks.iter().enumerate() {
            if nth > first && (rows + block.len() > most || !block.is_like(&blocks[first])) {
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

    /// Whether the rows of both have the same columns.
    fn is_like(&self, other: &Self) -> bool {
        let columns = |block: &Self| {
            let kind = block.points.category().map(|category| matches!(category, Category::Numbers(_)));
            (block.points.weights().is_some(), kind, block.times.is_some())
        };
        columns(self) == columns(other)
    }

    /// The rows of neighbours as one block; a block alone stays as it is. They are sorted together, unless they are more than
    /// [`BLOCK_ROWS`]: then each stays as it was sorted.
    pub fn join(run: &[Arc<Self>]) -> Arc<Self> {
        match run {
            [only] => only.clone(),
            run if run.iter().map(|block| block.len()).sum::<usize>() > BLOCK_ROWS => {
                let sorted = Some(Arc::new(Sorted::joined(run)));
                Arc::new(Self { sorted, ..Self::joined(run) })
            }
            run => {
                let in_order = |block: &Arc<Self>| match block.in_order() {
                    Cow::Borrowed(_) => block.clone(),
                    Cow::Owned(block) => Arc::new(block),
                };
                let run: Vec<Arc<Self>> = run.iter().map(in_order).collect();
                Arc::new(Self::joined(&run).sort())
            }
        }
    }

    /// The rows as they lie, one block behind the other.
    fn joined(blocks: &[Arc<Self>]) -> Self {
        let x: Vec<_> = blocks.iter().map(|block| block.points.x().slice(block.rows.clone())).collect();
        let y: Vec<_> = blocks.iter().map(|block| block.points.y().slice(block.rows.clone())).collect();
        let weights = blocks.iter().map(|block| {
            let weights = block.points.weights();
            weights.map(|weights| weights.slice(block.rows.clone()))
        });
        let weights = weights.collect::<Option<Vec<_>>>().map(|weights| Floats::concat(&weights).into());
        let category = blocks.iter().map(|block| {
            let category = block.points.category();
            category.map(|category| category.slice(block.rows.clone()))
        });
        let category = category.collect::<Option<Vec<_>>>();
        let category =
            category.map(|parts| Category::concat(&parts).expect("a run has one kind of categories"));
        let (x, y) = (Floats::concat(&x).into(), Floats::concat(&y).into());
        let points = Points::of_rows_with(x, y, weights, category, true);
        let points = points.expect("columns of points are equally long");
        let times = blocks.iter().all(|block| block.times.is_some());
        let times = times.then(|| blocks.iter().flat_map(|block| block.times()).copied().collect());
        let rows = 0..points.len();
        let missing = blocks.iter().map(|block| block.missing).sum();
        Self::of(Arc::new(points), Self::joined_pieces(blocks), rows, missing, times)
    }

    /// Where the rows of neighbours, one behind the other, begin anew in the order of all rows.
    fn joined_pieces(blocks: &[Arc<Self>]) -> Arc<[Piece]> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut row = 0;
        for (order, rows) in blocks.iter().flat_map(|block| block.places()) {
            let follows = |last: &Piece| last.order + (row - last.row) as u128 == order;
            if !pieces.last().is_some_and(follows) {
                pieces.push(Piece { row, order });
            }
            row += rows.len();
        }
        if pieces.is_empty() {
            pieces.push(Piece { row: 0, order: 0 });
        }
        pieces.into()
    }
}
