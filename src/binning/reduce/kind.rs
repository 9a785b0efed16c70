//! What a reduction keeps of the rows of its cells.

/// The most cells of which each thread has a grid of its own, whatever is kept.
pub const PRIVATE_CELLS: usize = 1 << 16;

/// What is kept while rows come in, in a way that two parts of the rows can be put together.
///
/// The result must depend on neither the order of the rows nor the way they were shared out.
pub trait Kind: Clone + Send + Sync {
    /// What is kept of a row until it is put into its cell.
    type Entry: Copy + Default + Send + Sync;
    /// What is kept of the rows in a stretch of cells.
    type Tile: Clone + Send + Sync;

    /// A stretch of cells without rows.
    fn tile(&self, cells: usize) -> Self::Tile;

    /// Sees some weights before they are turned into entries.
    fn look(&self, weights: &[f64]) {
        let _ = weights;
    }

    /// What to keep of a row, by its weight and its place in the order of all rows.
    fn entry(&self, weight: f64, order: u128) -> Self::Entry;

    /// Brings all of a tile into the cache, one line after the other, before it is used here and there.
    fn fetch(tile: &Self::Tile) {
        let _ = tile;
    }

    /// Whether each thread has a grid of its own of so many cells, on so many threads.
    fn is_private(cells: usize, threads: usize) -> bool {
        let _ = threads;
        cells <= PRIVATE_CELLS
    }

    /// Whether the cells lie so far from the processor that they should be asked for before rows are put into them.
    fn is_far(tile: &Self::Tile) -> bool {
        let _ = tile;
        false
    }

    /// Puts rows into their cells: `places` are counted from the beginning of the tile, which is the cell `start`. The rows after
    /// them go to the places `next`, if they are known.
    fn put(&self, tile: &mut Self::Tile, start: usize, places: &[u32], entries: &[Self::Entry], next: &[u32]);

    /// Whether the tiles of this one are better put into those of `other` than the other way round.
    fn yields_to(&self, other: &Self) -> bool {
        let _ = other;
        false
    }

    /// Puts in the rows of the same cells that `other`, which may be this very one, has kept in `theirs`.
    fn merge(&self, tile: &mut Self::Tile, start: usize, other: &Self, theirs: Self::Tile);

    /// Takes over what another has kept beside its tiles, before those are merged.
    fn adopt(&self, other: &Self) {
        let _ = other;
    }

    /// The value and the number of rows of each cell of a tile.
    fn finish(&self, tile: &Self::Tile, start: usize, values: &mut [f64], rows: &mut [u64]);
}

/// [`Kind::fetch`] of a tile of cells, by a word of each.
///
/// The words are truly read: to only ask for them was found to be half as good.
pub fn fetch<T>(cells: &[T], word: impl Fn(&T) -> u64) {
    const LINE: usize = 64;
    let lines = cells.iter().step_by((LINE / size_of::<T>()).max(1));
    std::hint::black_box(lines.map(word).fold(0, |all, word| all | word));
}
