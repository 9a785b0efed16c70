//! What becomes of a drawing: files, a summary, notes on stderr.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::progress::{Progress, go_on};
use crate::error::{Error, Result};
use crate::figure::{Figure, lacking};
use crate::output::Format;

/// What to write, and what to say.
#[derive(Debug, clap::Args)]
pub struct OutputArgs {
    /// A file to write, by its ending: .png .svg .pdf the figure, .npz .npy .csv .parquet the values. Several may be given.
    #[arg(id = "output", short, long = "output", value_name = "OUT")]
    pub files: Vec<PathBuf>,
    /// Print a summary to standard output.
    #[arg(long, value_name = "FORMAT", help_heading = "Running")]
    pub summary: Option<SummaryArg>,
    /// Say what is done and why.
    #[arg(short, long, help_heading = "Running")]
    pub verbose: bool,
    /// No progress bars and no notes on missing rows.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Running")]
    pub quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SummaryArg {
    /// One JSON object.
    Json,
}

impl OutputArgs {
    /// Finds what is wrong before anything is read: `inputs` are the files and patterns of files that will be.
    pub fn check(&self, inputs: &[String]) -> Result<()> {
        if self.files.is_empty() && self.summary.is_none() {
            return Err(Error::usage(
                "nothing to do: name a file to write, as in -o out.png, or ask for --summary json",
            ));
        }
        for path in &self.files {
            Format::of(path)?;
            crate::output::check_folder(path)?;
        }
        self.files.iter().try_for_each(|path| check_not_read(path, inputs))
    }

    /// Whether a picture is among the files.
    pub fn has_picture(&self) -> bool {
        self.files.iter().any(|path| !matches!(Format::of(path), Ok(Format::Numbers(_))))
    }

    /// Writes every file.
    pub fn write(&self, progress: &Progress, save: impl Fn(&Path) -> Result<()>) -> Result<()> {
        for path in &self.files {
            go_on()?;
            progress.at("drawing");
            save(path)?;
        }
        Ok(())
    }

    /// Says something on stderr, unless it was asked not to.
    pub fn tell(&self, mut notes: String) {
        if self.quiet {
            return;
        }
        if self.verbose {
            for path in &self.files {
                notes += &format!("heatbin: wrote {}\n", path.display());
            }
        }
        // Nobody is left to read notes on a closed stderr.
        let _ = std::io::stderr().write_all(notes.as_bytes());
    }

    /// A note on what is to be written into the picture and no font has.
    pub fn unwritable(&self, figure: &Figure) -> String {
        self.unwritable_text(|| figure.overlay())
    }

    /// As [`OutputArgs::unwritable`], of a text.
    pub fn unwritable_text(&self, text: impl FnOnce() -> String) -> String {
        if !self.has_picture() {
            return String::new();
        }
        match lacking(&text()) {
            lacking if !lacking.is_empty() => {
                format!(
                    "heatbin: no font has {lacking}; a box stands in its place, and --font FILE adds one\n"
                )
            }
            _ => String::new(),
        }
    }

    /// A note on texts of the picture that found no room.
    pub fn cut(&self, figure: &Figure) -> String {
        if self.has_picture() { cut(figure) } else { String::new() }
    }
}

/// A note on texts of a figure that found no room; nothing if all did.
fn cut(figure: &Figure) -> String {
    const NAMED: usize = 3;
    let texts = figure.cut_texts();
    if texts.is_empty() {
        return String::new();
    }
    let named: Vec<String> = texts.iter().take(NAMED).map(|text| format!("'{text}'")).collect();
    let more = match texts.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "heatbin: cut for want of room: {}{more}; a larger --figsize shows more of them\n",
        named.join(", ")
    )
}

/// Refuses to write over a file that is to be read.
fn check_not_read(output: &Path, inputs: &[String]) -> Result<()> {
    let Ok(target) = output.canonicalize() else { return Ok(()) };
    let is_target = |path: &Path| path.canonicalize().is_ok_and(|path| path == target);
    let is_regular = target.is_file();
    let is_read = |name: &String| {
        is_target(Path::new(name))
            || glob::glob(name).is_ok_and(|files| files.flatten().any(|file| is_target(&file)))
    };
    if is_regular && inputs.iter().any(is_read) {
        return Err(Error::usage(format!(
            "{} is read and would be written over: name another file to write",
            output.display()
        )));
    }
    Ok(())
}
