//! What all commands that draw one figure have in common, whether it is a page of its own or a panel among others.

use std::time::Instant;

use super::look::FigureArgs;
use super::output::OutputArgs;
use super::print;
use super::progress::Progress;
use crate::error::Result;
use crate::plot::Drawing;

/// The arguments of a command that draws one figure.
pub trait Draw {
    /// The files that will be read, by their names or patterns; finds what is wrong before anything is.
    fn inputs(&self) -> Result<Vec<String>>;

    /// What was typed of files to write.
    fn output(&self) -> &OutputArgs;

    /// What was typed of the page.
    fn figure(&mut self) -> &mut FigureArgs;

    /// Reads, computes and lays out; `output` says what will be written, which a panel does not know itself.
    fn draw(&self, output: &OutputArgs, progress: &Progress) -> Result<Drawn>;
}

/// A figure, and what is to be said of it.
pub struct Drawn {
    pub drawing: Drawing,
    /// Lines for stderr.
    pub notes: String,
    /// An object for `--summary`, which lacks the seconds for shading and writing.
    pub summary: serde_json::Value,
}

/// Draws one figure on a page of its own.
pub fn run(mut args: impl Draw) -> Result<()> {
    args.output().check(&args.inputs()?)?;
    args.figure().fonts.add()?;
    let output = args.output();
    let progress = Progress::new(output.quiet);
    let Drawn { drawing, notes, mut summary } = args.draw(output, &progress)?;
    let start = Instant::now();
    output.write(&progress, |path| drawing.save(path))?;
    let shade = drawing.shading_time();
    progress.done();
    drop(progress);
    output.tell(notes);
    if output.summary.is_none() {
        return Ok(());
    }
    summary["seconds"]["shade"] = shade.as_secs_f64().into();
    summary["seconds"]["write"] = start.elapsed().saturating_sub(shade).as_secs_f64().into();
    print(&format!("{summary}\n"))
}
