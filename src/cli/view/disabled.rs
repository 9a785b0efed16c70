//! In place of the window: a build without it says so.

#[path = "args.rs"]
pub mod args;

use crate::error::{Error, Result};
use args::ViewArgs;

pub fn run(_: &ViewArgs) -> Result<()> {
    Err(Error::usage(
        "this build has no window: build heatbin with the feature 'window', or draw into a file with `heatbin hist2d`",
    ))
}
