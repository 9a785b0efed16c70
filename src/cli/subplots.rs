//! `heatbin subplots`: several figures on one page, each told as its own command would be.

use std::ffi::OsString;
use std::path::Path;
use std::time::Instant;

use clap::Parser;
use clap::error::ErrorKind;

use super::args::{Args, Command};
use super::drawn::{Draw, Drawn};
use super::look::{FontArgs, ThemeArg};
use super::output::OutputArgs;
use super::parse;
use super::print;
use super::progress::Progress;
use crate::error::{Error, Result};
use crate::output::Format;
use crate::plot::subplots;

/// Several figures on one page.
#[derive(Debug, clap::Args)]
#[command(mut_arg("output", |arg| arg.help("A file to write, by its ending: .png .svg .pdf. Several may be given")))]
pub struct SubplotsArgs {
    #[command(flatten)]
    pub output: OutputArgs,
    /// How many panels stand in a row; as many as leave the fewest gaps unless given.
    #[arg(long, value_name = "N", help_heading = "Figure")]
    pub columns: Option<usize>,
    /// Title of the page, above all panels.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub title: Option<String>,
    /// Write a, b, c above the panels.
    #[arg(long, help_heading = "Figure")]
    pub letters: bool,
    /// Pixels per inch of all panels.
    #[arg(long, value_name = "N", default_value = "200", value_parser = parse::number, allow_negative_numbers = true, help_heading = "Figure")]
    pub dpi: f64,
    /// Black on white, or light on dark: the page, and each panel that is not told otherwise.
    #[arg(long, value_name = "THEME", default_value = "light", help_heading = "Figure")]
    pub theme: ThemeArg,
    /// Leave the background out.
    #[arg(long, help_heading = "Figure")]
    pub transparent: bool,
    #[command(flatten)]
    pub fonts: FontArgs,
    /// A + and the words of hist2d, hexbin, heatmap or clustermap for each panel, without files to write. Panels of a row are as high as the
    /// highest --figsize among them, or 4.8 inches.
    #[arg(value_name = "+ PANEL", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub panels: Vec<OsString>,
}

/// The height of panels of which none is told how large it is, in inches: that of any figure.
const HEIGHT: f64 = 4.8;

/// What separates panels.
const PLUS: &str = "+";

/// Draws all panels and puts them on one page.
pub fn run(args: &SubplotsArgs) -> Result<()> {
    let words = words(&args.panels)?;
    let mut panels = Vec::new();
    for (nth, words) in words.iter().enumerate() {
        match parsed(words).map_err(|error| error.at(place(nth)))? {
            Parsed::Panel(panel) => panels.push(panel),
            Parsed::Help(text) => return print(&text),
        }
    }
    check(args, &mut panels)?;
    args.fonts.add()?;
    panels.iter_mut().try_for_each(|panel| panel.figure().fonts.add())?;
    let columns = args.columns.unwrap_or_else(|| subplots([]).columns_for(panels.len()));
    for row in panels.chunks_mut(columns.max(1)) {
        let told = row.iter_mut().filter_map(|panel| panel.figure().figsize).map(|size| size.1);
        let height =
            told.fold(None, |most: Option<f64>, height| Some(most.map_or(height, |m| m.max(height))));
        for panel in row {
            let figure = panel.figure();
            figure.height = Some(height.unwrap_or(HEIGHT));
            figure.dpi = Some(args.dpi);
            figure.theme = Some(figure.theme.unwrap_or(args.theme));
            figure.transparent |= args.transparent;
        }
    }
    draw(args, &panels, columns)
}

fn draw(args: &SubplotsArgs, panels: &[Box<dyn Draw>], columns: usize) -> Result<()> {
    let output = &args.output;
    let progress = Progress::new(output.quiet);
    let (mut drawings, mut notes, mut summaries) = (Vec::new(), String::new(), Vec::new());
    for (nth, panel) in panels.iter().enumerate() {
        let drawn = panel.draw(output, &progress).map_err(|error| error.at(place(nth)))?;
        let Drawn { drawing, notes: said, summary } = drawn;
        notes += &said.replace("heatbin: ", &format!("heatbin: {}: ", place(nth)));
        drawings.push(drawing);
        summaries.push(summary);
    }
    let mut page = subplots(drawings)
        .columns(columns)
        .letters(args.letters)
        .theme(args.theme.into())
        .transparent(args.transparent);
    if let Some(title) = &args.title {
        notes += &output.unwritable_text(|| title.clone());
        page = page.title(title);
    }
    let start = Instant::now();
    output.write(&progress, |path| page.save(path))?;
    progress.done();
    drop(progress);
    output.tell(notes);
    if output.summary.is_none() {
        return Ok(());
    }
    let seconds = serde_json::json!({ "write": start.elapsed().as_secs_f64() });
    print(&format!("{}\n", serde_json::json!({ "panels": summaries, "seconds": seconds })))
}

/// What an error calls a panel.
fn place(nth: usize) -> String {
    format!("panel {}", nth + 1)
}

/// The words of each panel.
fn words(all: &[OsString]) -> Result<Vec<&[OsString]>> {
    let mut panels = all.split(|word| word == PLUS);
    match panels.next() {
        Some([]) => {}
        first => {
            let word = first.and_then(|words| words.first()).map(|word| word.to_string_lossy().into_owned());
            if let Some(option) = word.as_deref().filter(|word| word.starts_with('-')) {
                return Err(Error::usage(format!(
                    "'{option}' is no option of the page: write it behind the command of each panel, as in {PLUS} hist2d a.csv -x a -y b \
                     {option}; heatbin help subplots lists those of the page"
                )));
            }
            return Err(Error::usage(format!(
                "each panel begins with {PLUS}, as in {PLUS} hist2d a.csv -x a -y b, but here stands '{}'; options of the page come \
                 before the first {PLUS}",
                word.unwrap_or_default()
            )));
        }
    }
    let panels: Vec<&[OsString]> = panels.collect();
    match panels.iter().position(|words| words.is_empty()) {
        Some(nth) => Err(Error::usage(format!("{} is empty: a command follows each {PLUS}", place(nth)))),
        None => Ok(panels),
    }
}

/// What the words of a panel ask for.
enum Parsed {
    Panel(Box<dyn Draw>),
    Help(String),
}

fn parsed(words: &[OsString]) -> Result<Parsed> {
    let name = OsString::from("heatbin");
    let args = match Args::try_parse_from(std::iter::once(&name).chain(words)) {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => return Ok(Parsed::Help(error.to_string())),
        Err(error) if error.kind() == ErrorKind::InvalidSubcommand => return Err(no_panel(&words[0])),
        Err(mut error) => {
            super::suggest(&mut error);
            return Err(Error::usage(first_words(&error.to_string())));
        }
    };
    Ok(Parsed::Panel(match args.command {
        Command::Hist2d(args) => Box::new(args),
        Command::Hexbin(args) => Box::new(args),
        Command::Heatmap(args) => Box::new(args),
        Command::Clustermap(args) => Box::new(args),
        _ => return Err(no_panel(&words[0])),
    }))
}

fn no_panel(word: &OsString) -> Error {
    Error::usage(format!(
        "'{}' draws no panel: hist2d, hexbin, heatmap and clustermap do",
        word.to_string_lossy()
    ))
}

/// What the parser of arguments has to say, on one line.
fn first_words(text: &str) -> String {
    let is_advice = |line: &&str| !line.starts_with("Usage:") && !line.starts_with("For more information");
    let lines = text.lines().map(str::trim).take_while(is_advice);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ").trim_start_matches("error: ").replace(" tip: ", "; ")
}

/// Finds what is wrong before anything is read.
fn check(args: &SubplotsArgs, panels: &mut [Box<dyn Draw>]) -> Result<()> {
    if args.columns == Some(0) {
        return Err(Error::usage("a row has 1 panel or more, not 0: --columns 2"));
    }
    let mut inputs = Vec::new();
    for (nth, panel) in panels.iter_mut().enumerate() {
        let dpi = panel.figure().dpi;
        let typed = panel.output();
        let refused = [
            ("-o", !typed.files.is_empty()),
            ("--summary", typed.summary.is_some()),
            ("-v", typed.verbose),
            ("-q", typed.quiet),
            ("--dpi", dpi.is_some()),
        ];
        if let Some((option, _)) = refused.iter().find(|(_, given)| *given) {
            return Err(Error::usage(format!(
                "{option} is the page's, not a panel's: write it before the first {PLUS}"
            ))
            .at(place(nth)));
        }
        inputs.extend(panel.inputs().map_err(|error| error.at(place(nth)))?);
    }
    if inputs.iter().filter(|name| *name == "-").count() > 1 {
        return Err(Error::usage("standard input, '-', can be read only once: let one panel read it"));
    }
    args.output.check(&inputs)?;
    args.output.files.iter().try_for_each(|path| check_picture(path))
}

/// Refuses a file of numbers.
fn check_picture(path: &Path) -> Result<()> {
    match Format::of(path)? {
        Format::Numbers(_) => Err(Error::usage(format!(
            "cannot write {}: a page of panels is a .png, .svg or .pdf; write the numbers of each panel by its own command",
            path.display()
        ))),
        _ => Ok(()),
    }
}
