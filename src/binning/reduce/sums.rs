//! Exact sums, and the means of them. See `window`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::fixed::{Fixed, float};
use super::kind::{self, Kind};
use super::packed::{Addends, Cell, MOST_ROWS, PACKED, are_easy, cell_values, word};
use super::window::{BIAS, Limbs, MOST_SHIFT, SUM_LIMBS, Split, Window, in_units};
use crate::binning::simd::prefetch;
use crate::data::Reduction;
use crate::data::zeroed::zeroed;

/// The most cells of which each thread has a grid of its own: 32 MiB.
const PRIVATE_CELLS: usize = 1 << 21;

/// The most cells that all threads have together: 256 MiB.
const PRIVATE_IN_ALL: usize = 1 << 24;

/// More cells than the second-level cache holds.
const FAR: usize = 1 << 15;

/// Cells that are merged or finished by one thread at a time.
const STRETCH: usize = 1 << 14;

/// Sums of weights: of any kind of data the same bits, whatever order the rows come in.
#[derive(Debug)]
pub struct Sums {
    reduction: Reduction,
    window: Window,
    /// What did not fit into the window, by cell.
    spilled: Mutex<HashMap<usize, Box<Wide>>>,
    /// The most rows that are put into a tile before those in its cells are moved.
    most_rows: u64,
}

/// A sum of any floats, in units of the smallest.
type Wide = Fixed<SUM_LIMBS>;

impl Clone for Sums {
    fn clone(&self) -> Self {
        let Self { reduction, most_rows, .. } = *self;
        Self { reduction, window: self.window.clone(), spilled: self.spilled().clone().into(), most_rows }
    }
}

/// Cells in a row.
#[derive(Clone, Debug)]
pub struct Tile {
    cells: Vec<Cell>,
    /// The most rows that a cell may have.
    fresh: u64,
    /// The rows that were moved from each cell; empty before any were.
    moved: Vec<u64>,
}

impl Tile {
    /// Makes room for more rows.
    fn make_room(&mut self, rows: u64, most: u64) {
        if self.fresh + rows > most {
            self.move_rows();
        }
        self.fresh += rows;
    }

    #[cold]
    fn move_rows(&mut self) {
        if self.moved.is_empty() {
            self.moved = zeroed(self.cells.len());
        }
        for (moved, cell) in self.moved.iter_mut().zip(&mut self.cells) {
            *moved += u64::from(cell.take_rows());
        }
        self.fresh = 0;
    }
}

impl Sums {
    pub fn new(reduction: Reduction) -> Self {
        Self { reduction, window: Window::default(), spilled: Mutex::default(), most_rows: MOST_ROWS }
    }

    /// Sums that move the rows out of their cells sooner.
    #[cfg(test)]
    pub fn with_most_rows(reduction: Reduction, most_rows: u64) -> Self {
        Self { most_rows, ..Self::new(reduction) }
    }

    fn spilled(&self) -> MutexGuard<'_, HashMap<usize, Box<Wide>>> {
        self.spilled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `value` units of `2^(exponent - BIAS)` to what did not fit.
    #[cold]
    fn spill(&self, cell: usize, value: i128, exponent: u32) {
        let mut spilled = self.spilled();
        let wide = spilled.entry(cell).or_insert_with(|| Box::new(Wide::ZERO));
        wide.add_signed_at(value, exponent - 1);
    }

    /// Adds the word of a cell to another.
    #[inline(always)]
    fn add(&self, kept: &mut Cell, cell: usize, word: i128, lowest: u32) {
        if !kept.add(word) {
            self.overflow(kept, cell, word, lowest);
        }
    }

    /// Adds to a cell what it has no room for.
    #[cold]
    #[inline(never)]
    fn overflow(&self, kept: &mut Cell, cell: usize, word: i128, lowest: u32) {
        self.spill(cell, kept.sum(), lowest);
        let rows = kept.take_rows();
        *kept = Cell::of_word(word + i128::from(rows));
    }

    /// Adds a number of units, and rows, to a cell.
    fn add_units(&self, kept: &mut Cell, cell: usize, units: i128, rows: u32, lowest: u32) {
        match Cell::new(units, rows) {
            Some(addend) => self.add(kept, cell, addend.word(), lowest),
            None => {
                self.spill(cell, units, lowest);
                self.add_units(kept, cell, 0, rows, lowest);
            }
        }
    }

    /// Adds weights of which some do not fit the window.
    #[cold]
    fn add_misfits(&self, tile: &mut [Cell], start: usize, places: &[u32], weights: &[f64], lowest: u32) {
        for (&place, &weight) in places.iter().zip(weights) {
            let kept = &mut tile[place as usize];
            let split = Split::of(weight);
            let shift = split.shift(lowest);
            let cell = start + place as usize;
            if shift > MOST_SHIFT {
                self.spill(cell, split.signed(), split.exponent);
                self.add_units(kept, cell, 0, 1, lowest);
            } else {
                self.add_units(kept, cell, split.signed() << shift, 1, lowest);
            }
        }
    }

    /// The value of a cell with rows, by the sum in its window and all that did not fit.
    fn value(&self, sum: i128, rows: u64, wide: Option<&Wide>) -> f64 {
        let lowest = self.window.lowest();
        let (mantissa, exponent, is_negative) = match wide {
            None => {
                let magnitude = sum.unsigned_abs();
                let (mantissa, exponent) = Fixed([magnitude as u64, (magnitude >> 64) as u64]).scaled();
                (mantissa, exponent + lowest as i32, sum < 0)
            }
            Some(wide) => {
                let mut wide = *wide;
                wide.add_signed_at(sum, lowest - 1);
                let (mantissa, exponent) = wide.magnitude().scaled();
                (mantissa, exponent + 1, wide.is_negative())
            }
        };
        let mantissa = if self.reduction == Reduction::Mean { mantissa / rows as f64 } else { mantissa };
        let value = float(mantissa, exponent - BIAS);
        if is_negative { -value } else { value }
    }

    /// [`Kind::finish`] of a stretch of cells.
    fn finish_stretch(
        &self,
        cells: &[Cell],
        moved: &[u64],
        start: usize,
        values: &mut [f64],
        rows: &mut [u64],
    ) {
        let lowest = self.window.lowest();
        let nothing = self.reduction.of_nothing();
        match Limbs::above(lowest).filter(|_| are_easy(lowest) && moved.is_empty()) {
            Some(limbs) => {
                let is_mean = self.reduction == Reduction::Mean;
                cell_values(&limbs, cells, is_mean, nothing, values, rows);
            }
            None => {
                for (nth, kept) in cells.iter().enumerate() {
                    rows[nth] = u64::from(kept.rows()) + moved.get(nth).copied().unwrap_or(0);
                    values[nth] =
                        if rows[nth] == 0 { nothing } else { self.value(kept.sum(), rows[nth], None) };
                }
            }
        }
        for (nth, wide) in self.spilled_of(start..start + cells.len()) {
            values[nth] = self.value(cells[nth].sum(), rows[nth], Some(&wide));
        }
    }

    /// What did not fit, of some cells, which are counted from the first.
    fn spilled_of(&self, cells: Range<usize>) -> Vec<(usize, Box<Wide>)> {
        let spilled = self.spilled();
        let of = |(cell, wide): (usize, &Wide)| (cell - cells.start, Box::new(*wide));
        if spilled.len() < cells.len() {
            let all = spilled.iter().map(|(&cell, wide)| (cell, &**wide));
            all.filter(|(cell, _)| cells.contains(cell)).map(of).collect()
        } else {
            cells.clone().filter_map(|cell| Some((cell, &**spilled.get(&cell)?))).map(of).collect()
        }
    }
}

impl Kind for Sums {
    type Entry = f64;
    type Tile = Tile;

    fn tile(&self, cells: usize) -> Tile {
        Tile { cells: zeroed(cells), fresh: 0, moved: Vec::new() }
    }

    fn look(&self, weights: &[f64]) {
        self.window.look(weights);
    }

    #[inline(always)]
    fn entry(&self, weight: f64, _: u128) -> f64 {
        weight
    }

    fn fetch(tile: &Tile) {
        kind::fetch(&tile.cells, Cell::any);
    }

    fn is_private(cells: usize, threads: usize) -> bool {
        cells <= kind::PRIVATE_CELLS || (cells <= PRIVATE_CELLS && cells * threads <= PRIVATE_IN_ALL)
    }

    fn is_far(tile: &Tile) -> bool {
        tile.cells.len() > FAR
    }

    fn put(&self, tile: &mut Tile, start: usize, places: &[u32], weights: &[f64], next: &[u32]) {
        tile.make_room(places.len() as u64, self.most_rows);
        let lowest = self.window.lowest();
        let limbs = Limbs::above(lowest);
        let mut addends = Addends::ZERO;
        let cells = tile.cells.as_mut_slice();
        let mut next = next.chunks(PACKED);
        for (places, weights) in places.chunks(PACKED).zip(weights.chunks(PACKED)) {
            let next = next.next().unwrap_or_default();
            if !limbs.is_some_and(|limbs| addends.take(&limbs, weights)) {
                self.add_misfits(cells, start, places, weights, lowest);
                continue;
            }
            let (low, high) = addends.halves(places.len());
            // Asking for a cell beside each that is put keeps both the memory and the processor busy.
            for (((&next, &place), &low), &high) in next.iter().zip(places).zip(low).zip(high) {
                prefetch(cells, next as usize);
                self.add(&mut cells[place as usize], start + place as usize, word(low, high), lowest);
            }
            let rest = next.len().min(places.len());
            for ((&place, &low), &high) in places[rest..].iter().zip(&low[rest..]).zip(&high[rest..]) {
                self.add(&mut cells[place as usize], start + place as usize, word(low, high), lowest);
            }
        }
    }

    fn yields_to(&self, other: &Self) -> bool {
        self.window.yields_to(&other.window)
    }

    fn merge(&self, tile: &mut Tile, start: usize, other: &Self, mut theirs: Tile) {
        if tile.fresh + theirs.fresh > self.most_rows {
            tile.move_rows();
            theirs.move_rows();
        }
        tile.fresh += theirs.fresh;
        if tile.moved.is_empty() {
            tile.moved = theirs.moved;
        } else {
            tile.moved.iter_mut().zip(theirs.moved).for_each(|(mine, theirs)| *mine += theirs);
        }
        let (lowest, unit) = (self.window.lowest(), other.window.lowest());
        let stretches = tile.cells.par_chunks_mut(STRETCH).zip(theirs.cells.par_chunks(STRETCH)).enumerate();
        stretches.for_each(|(nth, (mine, theirs))| {
            let start = start + nth * STRETCH;
            for ((mine, theirs), cell) in mine.iter_mut().zip(theirs).zip(start..) {
                if unit == lowest {
                    self.add(mine, cell, theirs.word(), lowest);
                    continue;
                }
                match in_units(theirs.sum(), unit, lowest) {
                    Some(sum) => self.add_units(mine, cell, sum, theirs.rows(), lowest),
                    None => {
                        self.spill(cell, theirs.sum(), unit);
                        self.add_units(mine, cell, 0, theirs.rows(), lowest);
                    }
                }
            }
        });
    }

    fn adopt(&self, other: &Self) {
        self.window.adopt(&other.window);
        let mut spilled = self.spilled();
        for (cell, wide) in other.spilled().drain() {
            spilled.entry(cell).or_insert_with(|| Box::new(Wide::ZERO)).add(&wide);
        }
    }

    fn finish(&self, tile: &Tile, start: usize, values: &mut [f64], rows: &mut [u64]) {
        let stretches = values.par_chunks_mut(STRETCH).zip(rows.par_chunks_mut(STRETCH)).enumerate();
        stretches.for_each(|(nth, (values, rows))| {
            let first = nth * STRETCH;
            let cells = &tile.cells[first..][..values.len()];
            let moved = tile.moved.get(first..first + cells.len()).unwrap_or_default();
            self.finish_stretch(cells, moved, start + first, values, rows);
        });
    }
}
