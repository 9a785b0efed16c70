//! The command: arguments → builders → files.
//!
//! In two steps, so that help never fails: `args` says what was typed, the other modules check and do it.

mod adapters;
mod args;
mod bench;
mod clustermap;
mod colormaps;
mod csv;
mod draw;
mod drawn;
mod heatmap;
mod look;
mod output;
mod pages;
mod parse;
mod progress;
mod slice;
mod subplots;
mod table;
#[cfg_attr(not(feature = "window"), path = "view/disabled.rs")]
mod view;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::error::{Error, ErrorKind, Result};
use args::{Args, Command};

/// Runs the command line of this process: 0 done, 1 failed, 2 wrong usage.
pub fn run() -> ExitCode {
    keep_caught_panics_quiet();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(mut error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            suggest(&mut error);
            // Nobody is left to hear of a closed pipe.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    progress::stop_on_signals();
    let done = match args.command {
        Command::Hist2d(args) => drawn::run(args),
        Command::Hexbin(args) => drawn::run(args),
        Command::Heatmap(args) => drawn::run(args),
        Command::Clustermap(args) => drawn::run(args),
        Command::Subplots(args) => subplots::run(&args),
        Command::View(args) => view::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Colormaps(args) => colormaps::run(&args),
        Command::Adapters => adapters::run(),
        Command::Completions { shell } => pages::completions(shell),
        Command::Man { dir } => pages::man(&dir),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if error.kind() == ErrorKind::Interrupted && !progress::is_first_to_tell() {
                // The program is being ended already.
                loop {
                    std::thread::park();
                }
            }
            let _ = writeln!(std::io::stderr(), "heatbin: {error}");
            ExitCode::from(if error.kind() == ErrorKind::Usage { 2 } else { 1 })
        }
    }
}

/// A decoder's panic on a damaged file is caught and told as an error; it need not be told twice.
fn keep_caught_panics_quiet() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !crate::source::is_guarding() {
            tell(panic);
        }
    }));
}

/// Adds the value that was probably meant, where clap sees none: `lgo` is too far from `log` for it.
fn suggest(error: &mut clap::Error) {
    use clap::error::{ContextKind, ContextValue};
    if error.get(ContextKind::SuggestedValue).is_some() {
        return;
    }
    let near = match (error.get(ContextKind::InvalidValue), error.get(ContextKind::ValidValue)) {
        (Some(ContextValue::String(wrong)), Some(ContextValue::Strings(valid))) => {
            crate::error::nearest(wrong, valid.iter().map(String::as_str)).map(str::to_owned)
        }
        _ => None,
    };
    if let Some(near) = near {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(near));
    }
}

/// Prints to stdout. A reader that has closed the pipe has what it wanted.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(reason) if reason.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::io("write", std::path::Path::new("standard output"), reason))
        }
        _ => Ok(()),
    }
}
