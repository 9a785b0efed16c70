//! Parquet in a build that leaves it out: the same function, which says so.

use std::fs::File;
use std::path::Path;

use crate::error::{Error, Result};
use crate::source::part::Part;

pub(super) fn open(path: &Path, _file: File, _len: u64) -> Result<Box<dyn Part>> {
    Err(Error::usage(format!(
        "{}: this build reads no Parquet: build with the feature 'parquet'",
        path.display()
    )))
}
