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
    is_new: bool,
}

/// Where threads leave what came of their work: what was saved, or why not.
pub(super) type Outbox = Arc<Mutex<Vec<Result<String>>>>;

impl SaveForm {
    pub fn new(session: &Session) -> Self {
        let name = session.saved_as.clone().unwrap_or_else(|| "heatbin.png".into());
        Self { name, times: 2, picture: None, page: None, is_new: true }
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
            let save =
                Button::new("Save").min_size(vec2(92.0, 30.0)).fill(theme::ACCENT.gamma_multiply(0.55));
            let clicked = ui.add_enabled(page.is_ok(), save).clicked() || (enter && page.is_ok());
            if clicked && let (Ok(page), Some(picture)) = (page, &form.picture) {
                start(session, picture.clone(), page, form.name.trim().to_owned());
                is_open = false;
            }
            if ui.add(Button::new("Cancel").min_size(vec2(80.0, 30.0))).clicked() {
                is_open = false;
            }
        });
    });
    session.save = (is_open && !shown.should_close()).then_some(form);
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
    session.saved_as = Some(name.clone());
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
