//! Counting into a grid that is larger than the cache.
//!
//! Points in random order would fetch a line of memory each. So a thread first sorts their cells by tile, a stretch of cells that the
//! second-level cache holds, into a short list for each tile; a list that is full is counted into its tile at once. There is one
//! grid for all threads and nothing to sum at the end; a tile is locked while a list is counted into it.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

/// Cells in a tile, as a power of two: 128 KiB of counts.
const TILE_BITS: u32 = 14;
const TILE: usize = 1 << TILE_BITS;

/// Entries in the list of a tile: four for each line of memory in it, so that fetching the line pays.
const LIST: usize = 8192;

/// A grid of u64 counts in tiles.
#[derive(Debug)]
pub struct Tiles {
    counts: Vec<AtomicU64>,
    /// Who holds the lock of a tile is the only one who writes to it.
    locks: Vec<Mutex<()>>,
    pool: Mutex<Vec<Lists>>,
}

/// The cells that a thread has met but not counted yet, by tile.
#[derive(Debug)]
pub struct Lists {
    /// [`LIST`] entries a tile: places in the tile.
    places: Vec<u16>,
    lengths: Vec<u16>,
}

impl Tiles {
    /// A grid without points.
    pub fn new(cells: usize) -> Self {
        let locks = (0..cells.div_ceil(TILE)).map(|_| Mutex::default()).collect();
        Self { counts: zeroed(cells), locks, pool: Mutex::default() }
    }

    /// Lists for one thread; to be put back with [`Tiles::put_back`].
    pub fn take_lists(&self) -> Lists {
        let kept = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let tiles = self.locks.len();
        kept.unwrap_or_else(|| Lists { places: vec![0; tiles * LIST], lengths: vec![0; tiles] })
    }

    /// Gives lists back; what they hold is counted later.
    pub fn put_back(&self, lists: Lists) {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).push(lists);
    }

    /// Counts a point of `cell`, sooner or later.
    #[inline]
    pub fn count(&self, lists: &mut Lists, cell: usize) {
        let tile = cell >> TILE_BITS;
        let length = usize::from(lists.lengths[tile]);
        lists.places[tile * LIST + length] = (cell & (TILE - 1)) as u16;
        lists.lengths[tile] = (length + 1) as u16;
        if length + 1 == LIST {
            self.empty(lists, tile);
        }
    }

    /// Counts many points of one cell.
    pub fn count_many(&self, cell: usize, points: u64) {
        let _held = self.locks[cell >> TILE_BITS].lock().unwrap_or_else(PoisonError::into_inner);
        add(&self.counts[cell], points);
    }

    #[cold]
    fn empty(&self, lists: &mut Lists, tile: usize) {
        let length = usize::from(std::mem::take(&mut lists.lengths[tile]));
        let end = self.counts.len().min((tile + 1) * TILE);
        let counts = &self.counts[tile * TILE..end];
        let _held = self.locks[tile].lock().unwrap_or_else(PoisonError::into_inner);
        for &place in &lists.places[tile * LIST..][..length] {
            add(&counts[usize::from(place)], 1);
        }
    }

    /// All counts.
    pub fn finish(self) -> Vec<u64> {
        let mut pool = std::mem::take(&mut *self.pool.lock().unwrap_or_else(PoisonError::into_inner));
        pool.par_iter_mut().for_each(|lists| {
            for tile in 0..lists.lengths.len() {
                if lists.lengths[tile] > 0 {
                    self.empty(lists, tile);
                }
            }
        });
        self.counts.into_iter().map(AtomicU64::into_inner).collect()
    }
}

/// Adds to a count that nobody else is writing to: an atomic addition would cost several times more.
#[inline]
fn add(count: &AtomicU64, points: u64) {
    count.store(count.load(Relaxed) + points, Relaxed);
}

/// Counts of zero whose memory is not touched before it is counted into: a large grid may be mostly empty.
fn zeroed(cells: usize) -> Vec<AtomicU64> {
    if cells == 0 {
        return Vec::new();
    }
    let layout = Layout::array::<AtomicU64>(cells).expect("a grid fits the address space");
    // SAFETY: the layout is that of `cells` atomics and not empty; zero bytes are an AtomicU64 of 0; the allocator is the one
    // that Vec frees with.
    unsafe {
        let counts = alloc_zeroed(layout).cast::<AtomicU64>();
        if counts.is_null() {
            handle_alloc_error(layout);
        }
        #[cfg(target_os = "linux")]
        ask_for_huge_pages(counts.cast(), layout.size());
        Vec::from_raw_parts(counts, cells, cells)
    }
}

/// Asks Linux to back memory with pages of 2 MiB: fetching a large grid in pages of 4 KiB costs more than counting into it.
#[cfg(target_os = "linux")]
pub(super) fn ask_for_huge_pages(start: *mut u8, bytes: usize) {
    const HUGE: usize = 2 << 20;
    let skipped = start.align_offset(HUGE);
    if let Some(rest) = bytes.checked_sub(skipped).filter(|rest| *rest >= HUGE) {
        // SAFETY: the range lies in one allocation, and the advice changes no byte of it. Where it is not taken, nothing is lost.
        unsafe { libc::madvise(start.add(skipped).cast(), rest / HUGE * HUGE, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_counted_by_every_thread() {
        const CELLS: usize = 3 * TILE + 17;
        let tiles = Tiles::new(CELLS);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let tiles = &tiles;
                scope.spawn(move || {
                    let mut lists = tiles.take_lists();
                    for point in 0..CELLS * 2 {
                        tiles.count(&mut lists, (point * 7919 + thread) % CELLS);
                    }
                    for _ in 0..3 * LIST {
                        tiles.count(&mut lists, CELLS - 1);
                    }
                    tiles.put_back(lists);
                });
            }
        });
        tiles.count_many(TILE, 1 << 40);
        let counts = tiles.finish();
        assert_eq!(counts.len(), CELLS);
        for (cell, count) in counts.into_iter().enumerate() {
            let extra = match cell {
                TILE => 1 << 40,
                _ if cell == CELLS - 1 => 12 * LIST as u64,
                _ => 0,
            };
            assert_eq!(count, 8 + extra, "{cell}");
        }
    }

    #[test]
    fn a_grid_without_cells_has_no_counts() {
        assert!(Tiles::new(0).finish().is_empty());
    }
}
