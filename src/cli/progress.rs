//! Progress on a terminal, and Ctrl-C.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::{Error, Result};
use crate::output::remove_parts;
use crate::plot::{Stage, Watch};

static STOPPED: AtomicBool = AtomicBool::new(false);
static TOLD: AtomicBool = AtomicBool::new(false);
static WINDOW: AtomicBool = AtomicBool::new(false);

/// How long a run may take to stop by itself.
const GRACE: Duration = Duration::from_millis(300);

/// Makes Ctrl-C and SIGTERM stop the run at its next batch. A run that is waiting for its input, or drawing, comes to no
/// next batch soon, and is ended where it is. Either way half-written files are removed.
pub fn stop_on_signals() {
    let handler = || {
        STOPPED.store(true, Relaxed);
        std::thread::sleep(GRACE);
        if !is_first_to_tell() {
            return;
        }
        let _no_file_from_here_on = remove_parts();
        let clear = if stderr().is_terminal() { "\r\x1b[2K" } else { "" };
        let said =
            if WINDOW.load(Relaxed) { "interrupted".to_owned() } else { Error::interrupted().to_string() };
        let _ = writeln!(stderr(), "{clear}heatbin: {said}");
        std::process::exit(1);
    };
    // Without a handler a signal ends the process at once, which is no worse than before.
    let _ = ctrlc::set_handler(handler);
    fail_on_long_files();
}

/// Lets a write beyond the limit on the size of files (`ulimit -f`) fail with an error, so that what is half-written is removed: the
/// signal that comes otherwise ends the process at once.
fn fail_on_long_files() {
    #[cfg(unix)]
    // SAFETY: no handler is installed, so nothing of this process runs on the signal.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Says that a window is opened: of one that is interrupted nobody expects files.
#[cfg_attr(not(feature = "window"), allow(dead_code, reason = "without the feature there are no windows"))]
pub fn opens_a_window() {
    WINDOW.store(true, Relaxed);
}

/// Whether it is for the caller to say that the run was interrupted, and to end it: a run that stops by itself at the very end of
/// the grace would be told of twice.
pub fn is_first_to_tell() -> bool {
    !TOLD.swap(true, Relaxed)
}

/// An error if a signal has come.
pub fn go_on() -> Result<()> {
    if STOPPED.load(Relaxed) { Err(Error::interrupted()) } else { Ok(()) }
}

/// A progress bar on a terminal's stderr, nothing elsewhere.
pub struct Progress {
    bar: ProgressBar,
}

const STEPS: u64 = 1000;

impl Progress {
    pub fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(STEPS), target);
        let style = ProgressStyle::with_template("{msg:>8} {wide_bar} {percent:>3} % {elapsed}");
        bar.set_style(style.expect("the template is well-formed"));
        Self { bar }
    }

    /// Shows that something is being done whose length nobody knows.
    pub fn at(&self, message: &'static str) {
        self.bar.set_position(STEPS);
        self.bar.set_message(message);
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done();
    }
}

impl Watch for Progress {
    fn progress(&self, stage: Stage, share: f64) {
        self.bar.set_message(match stage {
            Stage::Range => "reading",
            Stage::Bin => "binning",
        });
        self.bar.set_position((share * STEPS as f64) as u64);
    }

    fn is_stopped(&self) -> bool {
        STOPPED.load(Relaxed)
    }
}
