//! Arrays as `.npz`, packed as `numpy.savez_compressed` packs them.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::data::{Aggregate, Grid, Layers, Values};
use crate::output::numbers::npy;

pub(super) fn write(
    aggregate: &Aggregate,
    layers: Option<&Layers>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    packed(out, |archive, options| pack(aggregate, layers, archive, options))
}

/// An array of an archive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Member<'a> {
    /// Numbers in C order, and their shape.
    Floats(&'a [u64], &'a [f64]),
    Texts(&'a [String]),
    /// Whole numbers.
    Counts(&'a [u64]),
}

/// Writes arrays under their names.
pub(super) fn write_members(members: &[(&str, Member<'_>)], out: &mut (dyn Write + Send)) -> io::Result<()> {
    packed(out, |archive, options| {
        members.iter().try_for_each(|(name, member)| {
            archive.start_file(format!("{name}.npy"), options)?;
            match *member {
                Member::Floats(shape, values) => npy::array(shape, values.iter().copied(), archive),
                Member::Texts(texts) => npy::texts(texts, archive),
                Member::Counts(counts) => npy::array(&[counts.len() as u64], counts.iter().copied(), archive),
            }
        })
    })
}

type Archive<'a, 'b> = ZipWriter<StreamWriter<&'a mut Latch<'b>>>;

/// Writes an archive whose files `fill` puts into it.
fn packed(
    out: &mut (dyn Write + Send),
    fill: impl FnOnce(&mut Archive<'_, '_>, SimpleFileOptions) -> io::Result<()>,
) -> io::Result<()> {
    /// Counts are small and many are equal: a harder search gains little.
    const LEVEL: i64 = 1;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        // Whatever the clock says, the bytes are the same.
        .last_modified_time(DateTime::default());
    let mut latch = Latch { out, failed: None };
    let mut archive = ZipWriter::new_stream(&mut latch).set_auto_large_file();
    let filled = fill(&mut archive, options);
    let finished = match archive.finish() {
        Ok(stream) => stream.into_inner().flush(),
        Err(error) => Err(error.into()),
    };
    match latch.failed {
        Some(error) => Err(error),
        None => filled.and(finished),
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

fn pack(
    aggregate: &Aggregate,
    layers: Option<&Layers>,
    archive: &mut Archive<'_, '_>,
    options: SimpleFileOptions,
) -> io::Result<()> {
    archive.start_file("values.npy", options)?;
    npy::values(aggregate, layers, archive)?;
    if let Some(layers) = layers {
        archive.start_file("categories.npy", options)?;
        npy::texts(&layers.names, archive)?;
    }
    if matches!(aggregate.values, Values::Reduced(_)) {
        archive.start_file("counts.npy", options)?;
        npy::counts(aggregate, archive)?;
    }
    match &*aggregate.grid {
        Grid::Rect(rect) => {
            for (name, axis) in [("xedges.npy", &rect.x), ("yedges.npy", &rect.y)] {
                archive.start_file(name, options)?;
                npy::array(&[axis.edges().len() as u64], axis.edges().iter().copied(), archive)?;
            }
        }
        Grid::Hex(hex) => {
            archive.start_file("offsets.npy", options)?;
            let offsets = (0..hex.cells()).map(|cell| hex.offset(cell)).flat_map(|(x, y)| [x, y]);
            npy::array(&[hex.cells() as u64, 2], offsets, archive)?;
        }
    }
    archive.start_file("tally.npy", options)?;
    let tally = &aggregate.tally;
    let tally = [tally.rows, tally.binned, tally.outside, tally.missing];
    npy::array(&[tally.len() as u64], tally, archive)
}
