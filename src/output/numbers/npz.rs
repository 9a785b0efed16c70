//! Arrays as `.npz`, packed as `numpy.savez_compressed` packs them.

use std::io::{self, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::data::{Aggregate, Grid, Layers, Values};
use crate::output::numbers::npy;

pub(super) fn write(
    aggregate: &Aggregate,
    layers: Option<&Layers>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let mut latch = Latch { out, failed: None };
    let packed = pack(aggregate, layers, &mut latch);
    match latch.failed {
        Some(error) => Err(error),
        None => packed,
    }
}

/// Keeps the first error of a writer to itself and swallows what follows: an archive that is dropped after an error tries
/// to finish, and prints to stderr if it cannot.
struct Latch<'a> {
    out: &'a mut (dyn Write + Send),
    failed: Option<io::Error>,
}

impl Write for Latch<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_none()
            && let Err(error) = self.out.write_all(bytes)
        {
            self.failed = Some(error);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed.is_none()
            && let Err(error) = self.out.flush()
        {
            self.failed = Some(error);
        }
        Ok(())
    }
}

fn pack(aggregate: &Aggregate, layers: Option<&Layers>, out: &mut Latch<'_>) -> io::Result<()> {
    /// Counts are small and many are equal: a harder search gains little.
    const LEVEL: i64 = 1;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        // Whatever the clock says, the bytes are the same.
        .last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new_stream(out).set_auto_large_file();
    archive.start_file("values.npy", options)?;
    npy::values(aggregate, layers, &mut archive)?;
    if let Some(layers) = layers {
        archive.start_file("categories.npy", options)?;
        npy::texts(&layers.names, &mut archive)?;
    }
    if !matches!(aggregate.values, Values::Counts(_)) {
        archive.start_file("counts.npy", options)?;
        npy::counts(aggregate, &mut archive)?;
    }
    match &*aggregate.grid {
        Grid::Rect(rect) => {
            for (name, axis) in [("xedges.npy", &rect.x), ("yedges.npy", &rect.y)] {
                archive.start_file(name, options)?;
                npy::array(&[axis.edges().len() as u64], axis.edges().iter().copied(), &mut archive)?;
            }
        }
        Grid::Hex(hex) => {
            archive.start_file("offsets.npy", options)?;
            let offsets = (0..hex.cells()).map(|cell| hex.offset(cell)).flat_map(|(x, y)| [x, y]);
            npy::array(&[hex.cells() as u64, 2], offsets, &mut archive)?;
        }
    }
    archive.start_file("tally.npy", options)?;
    let tally = &aggregate.tally;
    let tally = [tally.rows, tally.binned, tally.outside, tally.missing];
    npy::array(&[tally.len() as u64], tally, &mut archive)?;
    archive.finish()?.into_inner().flush()
}
