//! Saving what is seen: the figure of the very cells on the screen, by the builders of the headless commands, and the
//! command line that draws the same file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use egui::{Align, Button, Frame, Layout, Margin, RichText, TextEdit, Ui, vec2};

use super::command::{self, Wanted};
use super::look::Shape;
use super::request::{Frame as Picture, Request};
use super::session::{Name, Session};
use super::sheet::Sheet;
use super::{panel, theme};
use crate::error::{Error, Result};
use crate::figure::{Figure, Page};
use crate::output::{Format, check_folder};
use crate::plot::{Drawing, Heatmap, Plot, heatmap, hexbin, hist2d};

/// Pixels per inch for each pixel of a cell on the screen.
const DPI: f64 = 100.0;

/// The form under `S`.
#[derive(Clone, Debug)]
pub(super) struct SaveForm {
    pub name: String,
    /// How many pixels of the figure a point of the screen becomes.
    pub times: u32,
    /// The picture that is saved; none until all rows are counted.
    picture: Option<Arc<Picture>>,
    /// Its page, and the settings it was laid out for.
    page: Option<(u32, Page)>,
    /// Whether the name is to be written in next.
    is_new: bool,
    /// A name of a file that there is: once more, and it is replaced.
    replaces: Option<String>,
    /// Whether the figure is being written.
    is_saving: bool,
    /// Why it could not be.
    failure: Option<String>,
}

/// Where threads leave what came of their work: what was saved, or why not.
pub(super) type Outbox = Arc<Mutex<Vec<Result<String>>>>;

impl SaveForm {
    pub fn new(session: &Session) -> Self {
        let name = free(session.saved_as.as_deref().unwrap_or("heatbin.png"));
        Self {
            name,
            times: 2,
            picture: None,
            page: None,
            is_new: true,
            replaces: None,
            is_saving: false,
            failure: None,
        }
    }

    /// Whether the figure is being written.
    pub fn is_saving(&self) -> bool {
        self.is_saving
    }

    /// Says why it was not written, and lets the name be changed.
    pub fn fail(&mut self, reason: &Error) {
        (self.is_saving, self.is_new, self.failure) = (false, true, Some(reason.to_string()));
    }

    /// Whether to write now, as the hand wants to: a file that there is already is replaced the second time it does.
    fn may_write(&mut self) -> bool {
        self.failure = None;
        let name = self.name.trim();
        if Path::new(name).exists() && self.replaces.as_deref() != Some(name) {
            (self.replaces, self.is_new) = (Some(name.to_owned()), true);
            return false;
        }
        true
    }

    /// Whether the next time replaces a file.
    fn would_replace(&self) -> bool {
        self.replaces.as_deref() == Some(self.name.trim())
    }

    /// Forgets the picture, whose device is gone: the next one is of the same view.
    pub fn forget(&mut self) {
        (self.picture, self.page) = (None, None);
    }

    /// The page on which each cell has as many pixels as on the screen, or a multiple.
    fn page(&mut self, session: &Session, pixels_per_point: f32) -> Result<Page> {
        if let Some((times, page)) = &self.page
            && *times == self.times
        {
            return Ok(page.clone());
        }
        let picture = self.picture.as_ref().ok_or_else(|| Error::data("not all rows are counted yet"))?;
        let (width, height) = picture.request.pixels;
        let points = |pixels: u32| (pixels as f32 / pixels_per_point).round() as u32;
        // A whole multiple of the cells, where they are rectangles, so that none is wider than the next.
        let (nx, ny) = picture.cells_in_view().unwrap_or(picture.request.cells());
        let fitting = |points: u32, cells: usize| match picture.request.look.shape {
            // Of a table there may be more cells than pixels.
            _ if picture.sheet.is_some() && cells > (points * self.times) as usize => points * self.times,
            Shape::Rectangles => (points * self.times).div_ceil(cells as u32).max(1) * cells as u32,
            Shape::Hexagons => points * self.times,
        };
        let wanted = (fitting(points(width), nx), fitting(points(height), ny));
        let page = page_for(picture, &session.names, title(session), wanted, DPI * f64::from(self.times))?;
        self.page = Some((self.times, page.clone()));
        Ok(page)
    }
}

/// The name, or the next one like it that no file has: `heatbin-2.png`.
fn free(name: &str) -> String {
    /// What ends in more is a year or the like.
    const MOST: u32 = 99;
    let path = Path::new(name);
    let part =
        |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).unwrap_or_default().to_owned();
    let (stem, ending) = (part(path.file_stem()), part(path.extension()));
    let numbered = stem.rsplit_once('-').and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?)));
    let (stem, first) = match numbered {
        Some((stem, number)) if number < MOST => (stem, number + 1),
        _ => (&*stem, 2),
    };
    let others = (first..).map(|nth| path.with_file_name(format!("{stem}-{nth}.{ending}")));
    let mut names = std::iter::once(path.to_owned()).chain(others);
    names.find(|path| !path.exists()).map_or_else(|| name.to_owned(), |path| path.display().to_string())
}

fn title(session: &Session) -> Option<String> {
    let title = session.title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// A page whose plot box has so many pixels: margins are known only once it is laid out.
fn page_for(
    picture: &Picture,
    names: &(Name, Name),
    title: Option<String>,
    (width, height): (u32, u32),
    dpi: f64,
) -> Result<Page> {
    const ATTEMPTS: usize = 6;
    let inches = |pixels: u32| f64::from(pixels) / dpi;
    // Room for the margins to begin with; the page is in whole pixels.
    let mut pixels = ((inches(width) * dpi + 1.2 * dpi) as u32, (inches(height) * dpi + 0.8 * dpi) as u32);
    let mut page = Page { figsize: (inches(pixels.0), inches(pixels.1)), dpi, title, ..Page::default() };
    for _ in 0..ATTEMPTS {
        let figure = laid_out(picture, names, &page)?;
        let (got_width, got_height) = figure.plot_pixels();
        if (got_width, got_height) == (width, height) {
            break;
        }
        pixels = (pixels.0 + width - got_width, pixels.1 + height - got_height);
        page.figsize = (inches(pixels.0), inches(pixels.1));
    }
    Ok(page)
}

fn laid_out(picture: &Picture, names: &(Name, Name), page: &Page) -> Result<Figure> {
    if let Some(sheet) = &picture.sheet {
        return heatmap_of(sheet, picture, names, page).page(&picture.scale);
    }
    match picture.request.look.shape {
        Shape::Rectangles => {
            around(&described(hist2d(&[0.0; 0], &[0.0; 0]), &picture.request, names, page), picture)
        }
        Shape::Hexagons => {
            around(&described(hexbin(&[0.0; 0], &[0.0; 0]), &picture.request, names, page), picture)
        }
    }
}

/// The page of a plot around the cells on the screen.
fn around<S: crate::plot::Shape>(plot: &Plot<'_, S>, picture: &Picture) -> Result<Figure> {
    let aggregate = picture.aggregate.read()?;
    match &picture.mixture {
        Some(mixture) => plot.laid_out_mixed(&aggregate, mixture),
        None => plot.laid_out(&aggregate, &picture.scale, Vec::new()),
    }
}

/// The figure of the cells on the screen.
fn drawing(picture: &Picture, names: &(Name, Name), page: &Page) -> Result<Drawing> {
    if let Some(sheet) = &picture.sheet {
        return heatmap_of(sheet, picture, names, page).figure();
    }
    let cells = (*picture.aggregate.read()?).clone();
    let (scale, mixture) = (picture.scale.clone(), picture.mixture.clone());
    let none = &[0.0; 0];
    match picture.request.look.shape {
        Shape::Rectangles => {
            described(hist2d(none, none), &picture.request, names, page).figure_of(cells, scale, mixture)
        }
        Shape::Hexagons => {
            described(hexbin(none, none), &picture.request, names, page).figure_of(cells, scale, mixture)
        }
    }
}

/// The heatmap of the cells on the screen.
fn heatmap_of(sheet: &Sheet, picture: &Picture, names: &(Name, Name), page: &Page) -> Heatmap {
    let look = &picture.request.look;
    let (rows, columns) = sheet.part(picture.request.region);
    let plot = heatmap(sheet.matrix().clone())
        .coloring(look.coloring.clone())
        .decimation(look.decimation)
        .rows(sheet.rows(&rows))
        .columns(columns)
        .xlabel(names.0.text.clone())
        .ylabel(names.1.text.clone())
        .figsize(page.figsize.0, page.figsize.1)
        .dpi(page.dpi);
    match &page.title {
        Some(title) => plot.title(title.clone()),
        None => plot,
    }
}

/// A plot with everything but its points.
fn described<'a, S: crate::plot::Shape>(
    plot: Plot<'a, S>,
    request: &Request,
    names: &(Name, Name),
    page: &Page,
) -> Plot<'a, S> {
    let look = &request.look;
    let name = |name: &Name| (name.text.clone(), name.quantity);
    let category = look.category.as_ref().map(|grouping| grouping.name.clone());
    let mut plot = plot
        .coloring(look.coloring.clone())
        .named(name(&names.0), name(&names.1), (look.weights.clone(), category))
        .figsize(page.figsize.0, page.figsize.1)
        .dpi(page.dpi);
    if let Some(grouping) = &look.category {
        plot = plot.mixing(grouping.mixing.clone()).legend_counts(grouping.counts);
    }
    if let Some(title) = &page.title {
        plot = plot.title(title.clone());
    }
    plot
}

/// Draws the form.
pub(super) fn draw(ui: &Ui, session: &mut Session) {
    let Some(mut form) = session.save.take() else { return };
    if form.picture.is_none() {
        form.picture = session.whole_frame().cloned();
    }
    let mut is_open = true;
    let shown = theme::dialog(ui.ctx(), "save").show(ui.ctx(), |ui| {
        ui.set_width(600f32.min(ui.ctx().content_rect().width() - 80.0));
        ui.heading("Save figure");
        ui.add_space(8.0);
        let enter = fields(ui, &mut form);
        ui.add_space(6.0);
        said(ui, &form);
        let page = form.page(session, ui.ctx().pixels_per_point());
        if let (Ok(page), Some(picture)) = (&page, &form.picture) {
            let pixels = laid_out(picture, &session.names, page)
                .map(|figure| figure.page_pixels())
                .unwrap_or_default();
            ui.label(RichText::new(format!("{} × {} pixels", pixels.0, pixels.1)).color(theme::WEAK));
            ui.add_space(8.0);
            line(ui, session, &form, page, picture);
        } else if let Err(error) = &page {
            ui.label(RichText::new(error.to_string()).color(theme::WEAK));
        }
        ui.add_space(10.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let does = if form.would_replace() { "Replace" } else { "Save" };
            let save = Button::new(does).min_size(vec2(92.0, 30.0)).fill(theme::ACCENT.gamma_multiply(0.55));
            let can_save = page.is_ok() && !form.is_saving;
            let clicked = ui.add_enabled(can_save, save).clicked() || (enter && can_save);
            if clicked
                && form.may_write()
                && let (Ok(page), Some(picture)) = (page, &form.picture)
            {
                start(session, picture.clone(), page, form.name.trim().to_owned());
                form.is_saving = true;
            }
            if ui.add(Button::new("Cancel").min_size(vec2(80.0, 30.0))).clicked() {
                is_open = false;
            }
        });
    });
    session.save = (is_open && !shown.should_close()).then_some(form);
}

/// What came of the last time, if it was not saved.
fn said(ui: &mut Ui, form: &SaveForm) {
    let name = form.name.trim();
    let (text, color) = match &form.failure {
        _ if form.is_saving => ("saving…".to_owned(), theme::WEAK),
        Some(reason) => (reason.clone(), theme::ALERT),
        None if form.would_replace() => {
            (format!("{name} exists already: Enter again replaces it"), theme::TEXT)
        }
        None => return,
    };
    ui.add(egui::Label::new(RichText::new(text).color(color)).wrap());
    ui.add_space(4.0);
}

/// Name, format and size; whether Enter was pressed in the name.
fn fields(ui: &mut Ui, form: &mut SaveForm) -> bool {
    let width = ui.available_width();
    let field = TextEdit::singleline(&mut form.name).desired_width(width).margin(vec2(10.0, 7.0));
    let response = ui.add(field);
    if std::mem::take(&mut form.is_new) {
        response.request_focus();
    }
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        let now =
            Path::new(&form.name).extension().and_then(|ending| ending.to_str()).unwrap_or("").to_lowercase();
        let formats = ["png", "svg", "pdf"].map(|format| (format, format));
        let shown = [("PNG", "png"), ("SVG", "svg"), ("PDF", "pdf")];
        let now = formats.iter().find(|(format, _)| *format == now).map_or("", |(_, format)| *format);
        if let Some(format) = panel::choice(ui, &shown, now, 210.0) {
            form.name = Path::new(&form.name).with_extension(format).display().to_string();
        }
        ui.add_space(8.0);
        let sizes = [("1×", 1), ("2×", 2), ("3×", 3), ("4×", 4)];
        if let Some(times) = panel::choice(ui, &sizes, form.times, 190.0) {
            form.times = times;
        }
    });
    enter
}

/// The command line, with a button that copies it.
fn line(ui: &mut Ui, session: &mut Session, form: &SaveForm, page: &Page, picture: &Picture) {
    let Some(line) = command_line(session, picture, page, form.name.trim()) else {
        let text = "No command line draws this: the points came from a program, or only the newest are kept.";
        ui.label(RichText::new(text).color(theme::WEAK));
        return;
    };
    ui.label(RichText::new("The same figure, drawn without a window:").color(theme::WEAK));
    Frame::new().fill(theme::EMPTY).corner_radius(6).inner_margin(Margin::same(10)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(egui::Label::new(RichText::new(&line).monospace()).wrap().selectable(true));
    });
    if ui.button("Copy command").clicked() {
        ui.ctx().copy_text(line);
        session.notices.tell("command copied");
    }
}

/// The command that draws the same file, if the points came from files.
fn command_line(session: &Session, picture: &Picture, page: &Page, output: &str) -> Option<String> {
    let wanted = Wanted { request: &picture.request, page, names: &session.names, output };
    if let Some(sheet) = &picture.sheet {
        let origin = session.table.as_ref()?.origin.as_ref()?;
        return Some(command::line(&command::of_table(origin, sheet, &wanted)));
    }
    // Rows that were let go are in the files still.
    let origin = session.origin.as_ref().filter(|_| !session.is_last);
    origin.map(|origin| command::line(&command::arguments(origin, &wanted)))
}

/// Draws and writes on a thread of its own.
fn start(session: &mut Session, picture: Arc<Picture>, page: Page, name: String) {
    if session.verbose
        && let Some(line) = command_line(session, &picture, &page, &name)
    {
        eprintln!("heatbin: without a window: {line}");
    }
    let (names, outbox, wake) = (session.names.clone(), session.outbox.clone(), session.wake.clone());
    let files = session.origin.as_ref().map(|origin| &origin.files);
    let of_table = || Some(&session.table.as_ref()?.origin.as_ref()?.files);
    let inputs = files.or_else(of_table).cloned().unwrap_or_default();
    std::thread::spawn(move || {
        let done = write(&picture, &names, &page, &name, &inputs).map(|()| name);
        outbox.lock().unwrap_or_else(PoisonError::into_inner).push(done);
        wake();
    });
}

fn write(picture: &Picture, names: &(Name, Name), page: &Page, name: &str, inputs: &[String]) -> Result<()> {
    let path = Path::new(name);
    Format::of(path)?;
    check_folder(path)?;
    let same = |input: &String| matches!((Path::new(input).canonicalize(), path.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if inputs.iter().any(same) {
        return Err(Error::usage(format!(
            "{name} is what is shown and would be written over: take another name"
        )));
    }
    drawing(picture, names, page)?.save(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::look::Look;
    use crate::window::studio::{Engine, Studio};

    fn session() -> Session {
        let studio = Studio::start(Engine::Cpu, Arc::new(|| ())).unwrap();
        Session::new(studio, Look::default(), Arc::new(|| ()))
    }

    #[test]
    fn names_that_are_suggested_are_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        assert_eq!(free(&path("seen.png")), path("seen.png"));
        for name in ["seen.png", "seen-2.png", "run-12.svg", "flights-2013.png", "bare"] {
            std::fs::write(path(name), "").unwrap();
        }
        let next = ["seen.png", "seen-2.png", "run-12.svg", "flights-2013.png"].map(|name| free(&path(name)));
        assert_eq!(next, ["seen-3.png", "seen-3.png", "run-13.svg", "flights-2013-2.png"].map(path));
    }

    #[test]
    fn a_file_that_there_is_is_replaced_the_second_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("a.png"), "").unwrap();
        std::fs::write(path("b.png"), "").unwrap();
        let mut form = SaveForm { name: path("a.png"), ..SaveForm::new(&session()) };
        assert!(!form.may_write() && form.would_replace());
        // Another name is another file.
        form.name = path("b.png");
        assert!(!form.would_replace() && !form.may_write() && form.may_write());
        form.name = path("c.png");
        assert!(form.may_write());
    }

    #[test]
    fn what_could_not_be_saved_is_told_where_the_name_is() {
        let mut session = session();
        let fail = |session: &mut Session| {
            session.outbox.lock().unwrap().push(Err(Error::usage("no such folder")));
            session.refresh();
        };
        session.save = Some(SaveForm { is_saving: true, ..SaveForm::new(&session) });
        fail(&mut session);
        let form = session.save.as_ref().unwrap();
        assert!(!form.is_saving() && form.failure.as_deref() == Some("no such folder"));
        assert!(session.notices.now().0.is_empty());
        // Nobody waits for this one.
        session.save = None;
        fail(&mut session);
        assert_eq!(session.notices.now().0.len(), 1);
        session.save = Some(SaveForm { is_saving: true, ..SaveForm::new(&session) });
        session.outbox.lock().unwrap().push(Ok("seen.png".into()));
        session.refresh();
        assert!(session.save.is_none());
    }
}
