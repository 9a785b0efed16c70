//! Shell completions and manual pages, from the arguments themselves.

use std::path::Path;

use clap::CommandFactory;

use super::args::Args;
use super::print;
use crate::error::{Error, Result};

/// Prints the completions of a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "heatbin", &mut text);
    print(&String::from_utf8_lossy(&text))
}

/// Writes heatbin.1 and a page for each command.
pub fn man(dir: &Path) -> Result<()> {
    if !dir.is_dir() {
        return Err(Error::io("write into", dir, "there is no such folder"));
    }
    clap_mangen::generate_to(Args::command(), dir).map_err(|reason| Error::io("write into", dir, reason))
}
