//! Where cells are kept while rows come in from many threads.
//!
//! While a grid is small, each thread that brings a batch borrows one of its own, and at the end they are merged. If the cells are
//! too many for the nearest caches, a run of rows is held until the next is known, whose cells are asked for meanwhile. Of a
//! larger grid there is one for all, cut into tiles: a thread first collects its rows by tile, in a short list for each, and a list
//! that is full is put into its tile at once, which the cache holds for as long as that takes.

use std::fmt;
use std::sync::Mutex;

use rayon::prelude::*;

use super::cells::Run;
use super::kind::Kind;
use crate::binning::lock;
use crate::binning::pool::Pool;
use crate::binning::simd::{OUTSIDE, RUN};
use crate::data::zeroed::{ask_for_huge_pages, zeroed};

/// Cells in a tile at least, as a power of two.
const TILE_BITS: u32 = 13;

/// Tiles of a grid at most, as a power of two: each thread has a list for each.
const MOST_TILES_BITS: u32 = 9;

/// Rows in the list of a tile at most: so many that bringing the tile into the cache for them pays.
const LIST: usize = 1 << 14;

/// Rows in all lists of a thread together at most.
const LISTED: usize = 1 << 21;

/// A tile is fetched whole if it has at most so many cells for each row in the list: about one row in each line of memory.
const FETCHED: usize = 3;

/// The cells of a grid, by what a reduction keeps of them.
pub struct Tiles<K: Kind> {
    kind: K,
    cells: usize,
    tile_bits: u32,
    /// Rows in the list of a tile.
    list: usize,
    /// One for all threads; each has its cells when the first row comes.
    tiles: Vec<Mutex<Option<K::Tile>>>,
    pool: Pool<Local<K>>,
}

/// What one thread at a time works with.
pub enum Local<K: Kind> {
    /// All cells, and rows that are in none of them yet.
    Grid { tile: K::Tile, held: Box<Held<K::Entry>>, next: Box<Held<K::Entry>> },
    /// Rows that are in no cell yet, by tile.
    Lists { lengths: Vec<u32>, places: Vec<u32>, entries: Vec<K::Entry> },
}

/// At most a run of rows, and where they go.
pub struct Held<E> {
    rows: usize,
    places: [u32; RUN],
    entries: [E; RUN],
}

impl<E: Copy + Default> Held<E> {
    fn new() -> Box<Self> {
        Box::new(Self { rows: 0, places: [0; RUN], entries: [E::default(); RUN] })
    }

    fn places(&self) -> &[u32] {
        &self.places[..self.rows]
    }

    fn entries(&self) -> &[E] {
        &self.entries[..self.rows]
    }

    /// Takes the rows of a run that are in a cell.
    fn take(&mut self, run: &Run<'_>, entry: impl Fn(usize, f64) -> E) {
        let rows = run.cells.iter().zip(run.weights).enumerate();
        if run.outside == 0 {
            self.rows = run.cells.len();
            self.places[..self.rows].copy_from_slice(run.cells);
            rows.zip(&mut self.entries).for_each(|((row, (_, &weight)), held)| *held = entry(row, weight));
            return;
        }
        self.rows = 0;
        for (row, (&cell, &weight)) in rows {
            // Always written and kept if it is in a cell: there is nothing for the processor to guess.
            (self.places[self.rows], self.entries[self.rows]) = (cell, entry(row, weight));
            self.rows += usize::from(cell != OUTSIDE);
        }
    }
}

impl<K: Kind> Tiles<K> {
    pub fn new(kind: K, cells: usize) -> Self {
        let private = K::is_private(cells, rayon::current_num_threads());
        Self::with_tiles(kind, cells, private, TILE_BITS)
    }

    /// As [`Tiles::new`], with a grid for each thread or without, and other tiles.
    pub fn with_tiles(kind: K, cells: usize, private: bool, tile_bits: u32) -> Self {
        let bits = usize::BITS - cells.saturating_sub(1).leading_zeros();
        let tile_bits = if private { bits } else { tile_bits.max(bits.saturating_sub(MOST_TILES_BITS)) };
        let tiles: Vec<_> = (0..cells.div_ceil(1 << tile_bits)).map(|_| Mutex::default()).collect();
        let list = LIST.min(LISTED / tiles.len().max(1));
        Self { kind, cells, tile_bits, list, tiles, pool: Pool::default() }
    }

    /// Something to work with; to be given back with [`Tiles::put_back`].
    pub fn take_local(&self) -> Local<K> {
        self.pool.take(|| match self.tiles.len() {
            0 | 1 => Local::Grid { tile: self.kind.tile(self.cells), held: Held::new(), next: Held::new() },
            tiles => Local::Lists {
                lengths: vec![0; tiles],
                places: on_huge_pages(vec![0; tiles * self.list]),
                entries: on_huge_pages(vec![K::Entry::default(); tiles * self.list]),
            },
        })
    }

    /// Gives it back; what it holds is looked at in the end.
    pub fn put_back(&self, local: Local<K>) {
        self.pool.put_back(local);
    }

    /// Puts the rows of a run into their cells, sooner or later, and says how many have one. `order` is the place of the first.
    pub fn put(&self, local: &mut Local<K>, run: &Run<'_>, order: u128) -> u64 {
        self.kind.look(run.weights);
        match local {
            Local::Grid { tile, held, next } => {
                next.take(run, |row, weight| self.kind.entry(weight, order + row as u128));
                let rows = next.rows;
                if K::is_far(tile) {
                    self.kind.put(tile, 0, held.places(), held.entries(), next.places());
                    std::mem::swap(held, next);
                } else {
                    self.kind.put(tile, 0, next.places(), next.entries(), &[]);
                }
                rows as u64
            }
            Local::Lists { lengths, places, entries } => {
                let mask = (1 << self.tile_bits) - 1;
                let mut found = 0;
                let rows = run.cells.iter().zip(run.weights).enumerate();
                for (row, (&cell, &weight)) in rows.filter(|(_, (cell, _))| **cell != OUTSIDE) {
                    found += 1;
                    let tile = (cell >> self.tile_bits) as usize;
                    let length = lengths[tile] as usize;
                    let slot = tile * self.list + length;
                    places[slot] = cell & mask;
                    entries[slot] = self.kind.entry(weight, order + row as u128);
                    lengths[tile] = length as u32 + 1;
                    if length + 1 == self.list {
                        self.empty(tile, &mut lengths[tile], places, entries);
                    }
                }
                found
            }
        }
    }

    /// Puts the rows of a list into their tile.
    #[inline(never)]
    fn empty(&self, nth: usize, length: &mut u32, places: &[u32], entries: &[K::Entry]) {
        let list = nth * self.list..nth * self.list + std::mem::take(length) as usize;
        let start = nth << self.tile_bits;
        let mut tile = lock(&self.tiles[nth]);
        let tile = tile.get_or_insert_with(|| self.kind.tile(self.cells_of(nth)));
        if list.len() * FETCHED >= self.cells_of(nth) {
            K::fetch(tile);
        }
        self.kind.put(tile, start, &places[list.clone()], &entries[list], &[]);
    }

    /// Puts in a tile that was kept by `other`, which may be this very kind.
    fn merge_tile(&self, nth: usize, other: &K, theirs: K::Tile) {
        let mut tile = lock(&self.tiles[nth]);
        let tile = tile.get_or_insert_with(|| self.kind.tile(self.cells_of(nth)));
        self.kind.merge(tile, nth << self.tile_bits, other, theirs);
    }

    fn cells_of(&self, tile: usize) -> usize {
        (self.cells - (tile << self.tile_bits)).min(1 << self.tile_bits)
    }

    /// Puts everything that threads hold into the tiles.
    fn settle(&mut self) {
        for local in self.pool.drain() {
            match local {
                Local::Grid { mut tile, held, .. } => {
                    self.kind.put(&mut tile, 0, held.places(), held.entries(), &[]);
                    let Some(kept) = self.tiles.first() else { continue };
                    let is_first = lock(kept).is_none();
                    if is_first {
                        *lock(kept) = Some(tile);
                    } else {
                        self.merge_tile(0, &self.kind, tile);
                    }
                }
                Local::Lists { mut lengths, places, entries } => {
                    let lists = lengths.par_iter_mut().enumerate().filter(|(_, length)| **length > 0);
                    lists.for_each(|(tile, length)| self.empty(tile, length, &places, &entries));
                }
            }
        }
    }

    /// The same rows once more, to be put together with others while these go on.
    pub fn copy(&mut self) -> Self {
        self.settle();
        let tiles = self.tiles.par_iter().map(|tile| Mutex::new(lock(tile).clone())).collect();
        let Self { cells, tile_bits, list, .. } = *self;
        Self { kind: self.kind.clone(), cells, tile_bits, list, tiles, pool: Pool::default() }
    }

    /// Puts in the rows of another.
    pub fn merge(&mut self, mut other: Self) {
        if self.kind.yields_to(&other.kind) {
            std::mem::swap(self, &mut other);
        }
        self.settle();
        other.settle();
        self.kind.adopt(&other.kind);
        other.tiles.par_iter().enumerate().for_each(|(nth, theirs)| {
            if let Some(theirs) = lock(theirs).take() {
                self.merge_tile(nth, &other.kind, theirs);
            }
        });
    }

    /// The value and the rows of each cell; a cell of a tile without rows has the value `nothing`. More rows may follow.
    pub fn finish(&mut self, nothing: f64) -> (Vec<f64>, Vec<u64>) {
        self.settle();
        let (mut values, mut rows) = (zeroed(self.cells), zeroed(self.cells));
        let size = 1 << self.tile_bits;
        let stretches = values.par_chunks_mut(size).zip(rows.par_chunks_mut(size)).enumerate();
        stretches.for_each(|(nth, (values, rows))| match &*lock(&self.tiles[nth]) {
            Some(tile) => self.kind.finish(tile, nth << self.tile_bits, values, rows),
            None => values.fill(nothing),
        });
        (values, rows)
    }
}

/// The same values, on huge pages where they are not yet on any: rows go to many places at once.
fn on_huge_pages<T>(mut values: Vec<T>) -> Vec<T> {
    ask_for_huge_pages(values.as_mut_ptr().cast(), size_of_val(&*values));
    values
}

impl<K: Kind> fmt::Debug for Tiles<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tiles({} cells)", self.cells)
    }
}
