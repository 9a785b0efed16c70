//! Which columns: asked when a file came without them.

use egui::{Align, Button, Layout, RichText, ScrollArea, Ui, vec2};

use super::open::Opened;
use super::session::Session;
use super::theme;
use crate::source::{FieldKind, Selection};

/// The columns of a file, and those that are marked.
pub(super) struct Chooser {
    opened: Opened,
    x: Option<usize>,
    y: Option<usize>,
    weights: Option<usize>,
    category: Option<usize>,
}

impl Chooser {
    /// Marks the columns that were named, else the first two that hold numbers.
    pub fn new(opened: Opened) -> Self {
        let (mut x, mut y) = opened.named();
        let fields = opened.fields();
        let numbers = (0..fields.len()).filter(|&column| fields[column].kind.is_numeric());
        for column in numbers {
            if x.is_none() && y != Some(column) {
                x = Some(column);
            } else if y.is_none() && x != Some(column) {
                y = Some(column);
            }
        }
        let (weights, category) = (opened.weights(), opened.category());
        Self { opened, x, y, weights, category }
    }

    /// Marks the columns that are shown.
    pub fn again(opened: Opened, selection: Selection) -> Self {
        let Selection { x, y, weights, category, .. } = selection;
        Self { opened, x: Some(x), y: Some(y), weights, category }
    }

    fn selection(&self) -> Option<Selection> {
        let Self { weights, category, .. } = *self;
        Some(Selection { weights, category, ..Selection::new(self.x?, self.y?) })
    }
}

/// Draws the list while one is to be chosen from.
pub(super) fn draw(ui: &Ui, session: &mut Session) {
    let Some(mut chooser) = session.chooser.take() else { return };
    let (mut chosen, mut as_table) = (None, false);
    let shown = theme::dialog(ui.ctx(), "columns").show(ui.ctx(), |ui| {
        ui.set_width(500.0);
        ui.heading("Columns");
        ui.label(RichText::new(chooser.opened.name()).color(theme::WEAK));
        ui.add_space(8.0);
        let most = (ui.ctx().content_rect().height() - 200.0).clamp(60.0, 420.0);
        let scroll = ScrollArea::vertical().max_height(most).min_scrolled_height(most);
        scroll.show(ui, |ui| list(ui, &mut chooser));
        ui.add_space(10.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let show =
                Button::new("Show").min_size(vec2(92.0, 30.0)).fill(theme::ACCENT.gamma_multiply(0.55));
            let clicked = ui.add_enabled(chooser.selection().is_some(), show).clicked();
            if clicked || ui.input(|input| input.key_pressed(egui::Key::Enter)) {
                chosen = chooser.selection();
            }
            if chooser.opened.can_be_table() {
                as_table = ui.add(Button::new("As a table").min_size(vec2(100.0, 30.0))).clicked();
            }
            if ui.add(Button::new("Cancel").min_size(vec2(80.0, 30.0))).clicked() {
                ui.close();
            }
        });
    });
    if as_table && let Some(reading) = chooser.opened.as_table() {
        return match reading {
            Ok(reading) => session.show_table(reading),
            Err(error) => session.notices.alert(error.to_string()),
        };
    }
    match chosen {
        Some(selection) => session.show(chooser.opened, selection),
        None if shown.should_close() => {}
        None => session.chooser = Some(chooser),
    }
}

fn list(ui: &mut Ui, chooser: &mut Chooser) {
    let Chooser { opened, x, y, weights, category } = chooser;
    for (column, field) in opened.fields().iter().enumerate() {
        let kind = match &field.kind {
            FieldKind::Number => "numbers",
            FieldKind::Boolean => "true or false",
            FieldKind::Time => "dates or times",
            FieldKind::Text => "text",
            FieldKind::Other(name) => name,
        };
        let (is_numeric, is_category) = (field.kind.is_numeric(), field.kind.is_category());
        ui.horizontal(|ui| {
            let color = if is_numeric || is_category { theme::TEXT } else { theme::WEAK };
            ui.label(RichText::new(&field.name).color(color));
            ui.label(RichText::new(kind).color(theme::WEAK).size(theme::SMALL));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let roles = [
                    (("category", 72.0), &mut *category, is_category),
                    (("weights", 66.0), &mut *weights, is_numeric),
                ];
                for (button, marked, can) in roles {
                    if mark(ui, button, *marked == Some(column), can) {
                        *marked = Some(column).filter(|_| *marked != Some(column));
                    }
                }
                for (name, marked) in [("y", &mut *y), ("x", &mut *x)] {
                    if mark(ui, (name, 34.0), *marked == Some(column), is_numeric) {
                        *marked = Some(column);
                    }
                }
            });
        });
    }
}

/// A button that marks a column; whether it was clicked.
fn mark(ui: &mut Ui, (name, width): (&str, f32), is_marked: bool, can: bool) -> bool {
    let button = Button::selectable(is_marked, name).min_size(vec2(width, 24.0));
    ui.add_enabled(can, button).clicked()
}
