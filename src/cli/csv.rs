//! What can be said of CSV: the same for all that reads it.

use super::parse;
use crate::source::{Delimiter, ReadOptions};

/// How CSV is written.
#[derive(Clone, Debug, clap::Args)]
pub struct CsvArgs {
    /// What separates the fields of a CSV: a character, tab, space, or whitespace, which is any number of blanks; guessed unless given.
    #[arg(long, value_name = "CHAR", value_parser = parse::delimiter, help_heading = "Reading")]
    pub delimiter: Option<Delimiter>,
    /// Whether the first line of a CSV names the columns; guessed unless given.
    #[arg(long, value_name = "yes|no", value_parser = parse::yes_or_no, help_heading = "Reading")]
    pub header: Option<bool>,
    /// The decimal point of the numbers in a CSV; a comma where they are written as 479,52.
    #[arg(long, value_name = ".|,", value_parser = parse::decimal, help_heading = "Reading")]
    pub decimal: Option<u8>,
    /// Leave out lines of a CSV that begin with this character.
    #[arg(long, value_name = "CHAR", value_parser = parse::comment, help_heading = "Reading")]
    pub comment: Option<u8>,
}

impl CsvArgs {
    /// The same for the readers.
    pub fn options(&self) -> ReadOptions {
        let Self { delimiter, header, decimal, comment } = *self;
        ReadOptions { delimiter, header, decimal, comment, ..ReadOptions::default() }
    }
}
