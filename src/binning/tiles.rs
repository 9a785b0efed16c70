//! Counting into a grid that is larger than the cache.
//!
//! Points in random order would fetch a line of memory each. So a thread first sorts their cells by tile, a stretch of cells that the
//! second-level cache holds, and keeps them as places in the tile, two bytes each, in chunks. When its memory for chunks is full, and
//! at the end, each tile is counted at once from all its chunks: every line of the grid is then fetched once for many points. There is
//! one grid for all threads and nothing to sum.

use std::sync::Mutex;

use rayon::prelude::*;

use super::lock;
use super::pool::Pool;
use super::private::add_bytes;
use super::simd::prefetch;
use crate::data::zeroed::zeroed;

/// Cells in a tile, as a power of two: 32 KiB of bytes, which the first-level cache holds, and 256 KiB of counts.
const TILE_BITS: u32 = 15;
const TILE: usize = 1 << TILE_BITS;

/// Places in a chunk: 1 KiB, so that tiles with few points waste little.
const CHUNK: usize = 512;

/// Places in a line of memory.
const LINE: usize = 32;

/// Tiles that one thread counts together at the end: the page of 2 MiB that holds their counts is then touched by one thread.
const TILES_AT_ONCE: usize = 8;

/// Points for which a tile is first counted in bytes: a quarter of a point a cell. Below, adding up the bytes costs more than it saves.
const MANY: usize = TILE / 4;

/// A grid of u64 counts in tiles.
#[derive(Debug)]
pub struct Tiles {
    counts: Counts,
    /// Who holds the lock of a tile is the only one who touches its counts.
    locks: Vec<Mutex<()>>,
    pool: Pool<Lists>,
    /// Chunks that a thread may fill.
    chunks: usize,
}

/// The cells that a thread has met but not counted yet, by tile.
#[derive(Debug)]
pub struct Lists {
    /// Places in a tile, in chunks of [`CHUNK`].
    places: Vec<u16>,
    /// The tile of each chunk in use.
    tiles: Vec<u32>,
    /// Where the next place of each tile goes; at a multiple of [`CHUNK`], the tile has no chunk with room.
    next: Vec<u32>,
}

impl Tiles {
    /// A grid without points.
    pub fn new(cells: usize) -> Self {
        let locks: Vec<_> = (0..cells.div_ceil(TILE)).map(|_| Mutex::default()).collect();
        // As much memory for the chunks of all threads as for the counts, unless that leaves a thread two chunks a tile.
        let threads = rayon::current_num_threads();
        let places = cells * size_of::<u64>() / size_of::<u16>() / threads;
        let chunks = (places / CHUNK).max(2 * locks.len());
        Self { counts: Counts::new(cells), locks, pool: Pool::default(), chunks }
    }

    /// Lists for one thread; to be put back with [`Tiles::put_back`].
    pub fn take_lists(&self) -> Lists {
        self.pool.take(|| Lists {
            places: zeroed(self.chunks * CHUNK),
            tiles: Vec::new(),
            next: vec![0; self.locks.len()],
        })
    }

    /// Gives lists back; what they hold is counted later.
    pub fn put_back(&self, lists: Lists) {
        self.pool.put_back(lists);
    }

    /// Counts a point of each of the cells, sooner or later.
    #[inline]
    pub fn count(&self, lists: &mut Lists, cells: &[u32]) {
        let Some(&first) = cells.first() else { return };
        // Neighbours in the data may well be neighbours in the plane. One by one, each would wait for the place that the last one left.
        let differing = cells.iter().fold(0, |bits, cell| bits | (cell ^ first));
        if differing >> TILE_BITS == 0 && lists.add_alike((first >> TILE_BITS) as usize, cells) {
            return;
        }
        for &cell in cells {
            let tile = (cell >> TILE_BITS) as usize;
            let mut next = lists.next[tile] as usize;
            if next.is_multiple_of(CHUNK) {
                next = self.begin_chunk(lists, tile);
            }
            lists.places[next] = (cell as usize & (TILE - 1)) as u16;
            lists.next[tile] = next as u32 + 1;
        }
    }

    /// Counts many points of one cell.
    pub fn count_many(&self, cell: usize, points: u64) {
        self.with_tile(cell >> TILE_BITS, |counts| counts[cell & (TILE - 1)] += points);
    }

    /// Lends out the counts of a tile.
    fn with_tile(&self, tile: usize, work: impl FnOnce(&mut [u64])) {
        let _held = lock(&self.locks[tile]);
        let cells = tile * TILE..self.counts.all.len().min((tile + 1) * TILE);
        // SAFETY: the cells lie in the grid, those of two tiles are apart, and the lock of this one is held.
        work(unsafe { std::slice::from_raw_parts_mut(self.counts.start.add(cells.start), cells.len()) });
    }

    /// A chunk for a tile that has none with room: where it begins.
    #[cold]
    fn begin_chunk(&self, lists: &mut Lists, tile: usize) -> usize {
        if lists.tiles.len() == self.chunks {
            let full = std::slice::from_mut(lists);
            let chunks = Chunks::of(full, self.locks.len());
            let mut bytes = vec![0; TILE];
            (0..self.locks.len()).for_each(|tile| self.count_tile(tile, &chunks, full, &mut bytes));
            lists.tiles.clear();
            lists.next.fill(0);
        }
        let first = lists.tiles.len() * CHUNK;
        lists.tiles.push(tile as u32);
        // A store to a line that is not there holds up those after it.
        (0..CHUNK).step_by(LINE).for_each(|place| prefetch(&lists.places, first + place));
        first
    }

    /// Counts what lies in the chunks of a tile. `bytes`, one a cell, are zero before and after.
    fn count_tile(&self, tile: usize, chunks: &Chunks, lists: &[Lists], bytes: &mut [u8]) {
        let chunks = chunks.of_tile(tile);
        if chunks.is_empty() {
            return;
        }
        let places = chunks.iter().map(|&(list, chunk)| lists[list as usize].chunk(chunk as usize));
        self.with_tile(tile, |counts| {
            if chunks.len() * CHUNK < MANY {
                return places.flatten().for_each(|&place| counts[usize::from(place)] += 1);
            }
            let bytes = &mut bytes[..counts.len()];
            let mut add = |place: u16, points: u8| {
                let byte = &mut bytes[usize::from(place)];
                *byte = byte.wrapping_add(points);
                if *byte < points {
                    counts[usize::from(place)] += 256;
                }
            };
            for places in places {
                let (fours, rest) = places.as_chunks::<4>();
                for &[a, b, c, d] in fours {
                    // In a cell with many points each would wait for the one before it.
                    if a == b && c == d && a == c {
                        add(a, 4);
                    } else {
                        [a, b, c, d].into_iter().for_each(|place| add(place, 1));
                    }
                }
                rest.iter().for_each(|&place| add(place, 1));
            }
            add_bytes(bytes, counts);
            bytes.fill(0);
        });
    }

    /// All counts.
    pub fn finish(self) -> Vec<u64> {
        self.count_all();
        self.counts.all
    }

    /// The counts so far, with those of all lists that were put back.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window looks before the end"))]
    pub fn snapshot(&self) -> Vec<u64> {
        self.count_all();
        let mut counts = zeroed(self.counts.all.len());
        let tiles = counts.par_chunks_mut(TILE).enumerate();
        tiles.for_each(|(tile, copy)| self.with_tile(tile, |counts| copy.copy_from_slice(counts)));
        counts
    }

    /// Counts what lies in the lists that were put back.
    fn count_all(&self) {
        self.pool.with_all(|lists| {
            let tiles = self.locks.len();
            let chunks = Chunks::of(lists, tiles);
            (0..tiles)
                .into_par_iter()
                .with_min_len(TILES_AT_ONCE)
                .for_each_init(|| vec![0; TILE], |bytes, tile| self.count_tile(tile, &chunks, lists, bytes));
            for lists in lists {
                lists.tiles.clear();
                lists.next.fill(0);
            }
        });
    }
}

/// Counts that several threads write to, each to a stretch of its own.
#[derive(Debug)]
struct Counts {
    all: Vec<u64>,
    /// Where they start.
    start: *mut u64,
}

// SAFETY: the pointer leads to memory that moves with the vector, and whoever uses it sees to it that nobody else uses that stretch.
unsafe impl Send for Counts {}
// SAFETY: as above.
unsafe impl Sync for Counts {}

impl Counts {
    fn new(cells: usize) -> Self {
        let mut all: Vec<u64> = zeroed(cells);
        let start = all.as_mut_ptr();
        Self { all, start }
    }
}

impl Lists {
    /// Adds cells of one tile, if the chunk that it has begun has room for them.
    #[inline]
    fn add_alike(&mut self, tile: usize, cells: &[u32]) -> bool {
        let next = self.next[tile] as usize;
        let has_room = !next.is_multiple_of(CHUNK) && next % CHUNK + cells.len() <= CHUNK;
        if has_room {
            let places = &mut self.places[next..next + cells.len()];
            places
                .iter_mut()
                .zip(cells)
                .for_each(|(place, cell)| *place = (*cell as usize & (TILE - 1)) as u16);
            self.next[tile] += cells.len() as u32;
        }
        has_room
    }

    /// The places in a chunk.
    fn chunk(&self, chunk: usize) -> &[u16] {
        let first = chunk * CHUNK;
        let next = self.next[self.tiles[chunk] as usize] as usize;
        // The last chunk of a tile may have room left.
        let end = if (first..first + CHUNK).contains(&next) { next } else { first + CHUNK };
        &self.places[first..end]
    }
}

/// The chunks of several lists by tile.
struct Chunks {
    /// The list and the number of a chunk in it.
    chunks: Vec<(u32, u32)>,
    /// Where the chunks of each tile begin.
    starts: Vec<usize>,
}

impl Chunks {
    fn of(lists: &[Lists], tiles: usize) -> Self {
        let mut starts = vec![0; tiles + 1];
        let every = || {
            lists.iter().zip(0..).flat_map(|(lists, list)| {
                lists.tiles.iter().zip(0..).map(move |(&tile, chunk)| (tile as usize, (list, chunk)))
            })
        };
        every().for_each(|(tile, _)| starts[tile + 1] += 1);
        (0..tiles).for_each(|tile| starts[tile + 1] += starts[tile]);
        let mut ends = starts.clone();
        let mut chunks = vec![(0, 0); starts[tiles]];
        for (tile, chunk) in every() {
            chunks[ends[tile]] = chunk;
            ends[tile] += 1;
        }
        Self { chunks, starts }
    }

    fn of_tile(&self, tile: usize) -> &[(u32, u32)] {
        &self.chunks[self.starts[tile]..self.starts[tile + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: usize = 3 * TILE + 17;

    /// Lists with no room to spare.
    fn cramped() -> Tiles {
        let tiles = Tiles::new(CELLS);
        Tiles { chunks: tiles.locks.len() + 1, ..tiles }
    }

    #[test]
    fn every_cell_is_counted_by_every_thread() {
        for tiles in [Tiles::new(CELLS), cramped()] {
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let tiles = &tiles;
                    scope.spawn(move || {
                        let mut lists = tiles.take_lists();
                        let cells: Vec<u32> =
                            (0..CELLS * 2).map(|point| ((point * 7919 + thread) % CELLS) as u32).collect();
                        tiles.count(&mut lists, &cells);
                        // The last tile is a stub, and a byte comes round to zero many times; some come one by one, and some together.
                        let last = [CELLS as u32 - 1; 3 * TILE];
                        last.chunks([1, 7, 16, 3 * TILE][thread])
                            .for_each(|cells| tiles.count(&mut lists, cells));
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
                    _ if cell == CELLS - 1 => 12 * TILE as u64,
                    _ => 0,
                };
                assert_eq!(count, 8 + extra, "{cell}");
            }
        }
    }

    #[test]
    fn few_points_and_whole_chunks_are_counted() {
        // One point, a chunk but for one, a chunk, and one more: in tiles that few points reach.
        for points in [1, CHUNK - 1, CHUNK, CHUNK + 1, MANY - CHUNK, MANY] {
            let tiles = Tiles::new(CELLS);
            let mut lists = tiles.take_lists();
            let edges = [TILE as u32 - 1, TILE as u32, 2 * TILE as u32];
            (0..points).for_each(|_| tiles.count(&mut lists, &edges));
            tiles.put_back(lists);
            let counts = tiles.finish();
            let filled: Vec<(usize, u64)> =
                counts.into_iter().enumerate().filter(|(_, count)| *count > 0).collect();
            assert_eq!(filled, edges.map(|cell| (cell as usize, points as u64)));
        }
    }

    #[test]
    fn neighbours_are_counted_together_and_alone() {
        // Runs of one cell of every length, in groups as they come, some within a tile and some not.
        let cells: Vec<u32> =
            (0..60_000).flat_map(|nth| vec![(nth * 1021 % CELLS) as u32; 1 + nth * 7 % 11]).collect();
        let mut wanted = vec![0; CELLS];
        cells.iter().for_each(|&cell| wanted[cell as usize] += 1);
        for tiles in [Tiles::new(CELLS), cramped()] {
            let mut lists = tiles.take_lists();
            cells.chunks(16).for_each(|cells| tiles.count(&mut lists, cells));
            tiles.put_back(lists);
            assert!(tiles.finish() == wanted);
        }
    }

    #[test]
    fn a_grid_without_cells_has_no_counts() {
        assert!(Tiles::new(0).finish().is_empty());
    }
}
