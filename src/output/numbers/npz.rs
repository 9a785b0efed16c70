//! Arrays as `.npz`, packed as `numpy.savez_compressed` packs them.

use std::io::{self, Write};

use npyz::AutoSerialize;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::data::{Aggregate, Grid, Values};
use crate::output::numbers::{Numbers, npy};

pub(super) fn write(numbers: &Numbers<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    packed(out, |archive, options| pack(numbers, archive, options))
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

fn pack(numbers: &Numbers<'_>, archive: &mut Archive<'_, '_>, options: SimpleFileOptions) -> io::Result<()> {
    let (aggregate, layers, apart) = (numbers.aggregate, numbers.values(), numbers.layers.is_some());
    archive.start_file("values.npy", options)?;
    npy::values(&aggregate.grid, layers, apart, archive)?;
    if let Some(layers) = numbers.layers {
        archive.start_file("categories.npy", options)?;
        npy::texts(&layers.names, archive)?;
    }
    if matches!(aggregate.values, Values::Reduced(_)) {
        archive.start_file("counts.npy", options)?;
        npy::counts(&aggregate.grid, layers, apart, archive)?;
    }
    match &*aggregate.grid {
        Grid::Rect(rect) => {
            for (name, axis) in [("xedges", &rect.x), ("yedges", &rect.y)] {
                put(archive, options, name, axis.edges().iter().copied())?;
            }
        }
        Grid::Hex(hex) => {
            archive.start_file("offsets.npy", options)?;
            let offsets = (0..hex.cells()).map(|cell| hex.offset(cell)).flat_map(|(x, y)| [x, y]);
            npy::array(&[hex.cells() as u64, 2], offsets, archive)?;
        }
    }
    if numbers.marginals {
        pack_marginals(aggregate, archive, options)?;
    }
    let tally = &aggregate.tally;
    put(archive, options, "tally", [tally.rows, tally.binned, tally.outside, tally.missing])
}

/// The histograms along x and along y, and their edges where those are no edges of the cells.
fn pack_marginals(
    aggregate: &Aggregate,
    archive: &mut Archive<'_, '_>,
    options: SimpleFileOptions,
) -> io::Result<()> {
    let (x, y) = aggregate.marginals();
    for (name, marginal) in [("xmarginal", x), ("ymarginal", y)] {
        if marginal.are_rows() {
            put(archive, options, name, marginal.rows)?;
        } else {
            put(archive, options, name, marginal.values)?;
        }
        if let Grid::Hex(_) = &*aggregate.grid {
            put(archive, options, &format!("{name}_edges"), marginal.edges)?;
        }
    }
    Ok(())
}

/// Numbers in a row.
fn put<T: AutoSerialize, I: ExactSizeIterator<Item = T>>(
    archive: &mut Archive<'_, '_>,
    options: SimpleFileOptions,
    name: &str,
    values: impl IntoIterator<Item = T, IntoIter = I>,
) -> io::Result<()> {
    archive.start_file(format!("{name}.npy"), options)?;
    let values = values.into_iter();
    npy::array(&[values.len() as u64], values, archive)
}
