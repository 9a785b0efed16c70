//! The parts of the window and where they stand.

use egui::{CentralPanel, Frame, Margin, Panel, RichText, Ui, vec2};

use super::keys::{Line, TABLE, listen};
use super::session::Session;
use super::{canvas, cards, chooser, panel, save, status, theme};

/// Draws all of it.
pub(super) fn draw(ui: &mut Ui, session: &mut Session) {
    listen(ui, session);
    let line = Frame::new().inner_margin(Margin::symmetric(14, 0));
    Panel::bottom("status")
        .exact_size(status::HEIGHT)
        .resizable(false)
        .frame(line)
        .show(ui, |ui| status::draw(ui, session));
    if session.panel {
        // The scroll bar floats at the very right.
        let side = Frame::new().inner_margin(Margin { left: 14, right: 4, top: 6, bottom: 6 });
        Panel::right("panel")
            .exact_size(panel::WIDTH)
            .resizable(false)
            .frame(side)
            .show(ui, |ui| panel::draw(ui, session));
    }
    CentralPanel::no_frame().show(ui, |ui| {
        let area = ui.available_rect_before_wrap();
        canvas::draw(ui, session);
        if let Some(reason) = session.emptiness() {
            cards::hint(ui.painter(), area, reason);
        }
        cards::messages(ui, session, area);
    });
    chooser::draw(ui, session);
    if session.keys {
        keys(ui, session);
    }
    if session.save.is_some() {
        save::draw(ui, session);
    }
}

/// The width of a column of keys.
const KEYS_WIDTH: f32 = 400.0;

/// The list of keys, in two columns where there is room.
fn keys(ui: &Ui, session: &mut Session) {
    let room = ui.ctx().content_rect().size();
    let shown = theme::dialog(ui.ctx(), "keys").show(ui.ctx(), |ui| {
        // The frame of the dialog and some ground around it.
        let columns = if room.x < 2.0 * KEYS_WIDTH + 84.0 { 1 } else { 2 };
        ui.set_width((room.x - 84.0).min(KEYS_WIDTH * columns as f32));
        ui.heading("Keys");
        ui.add_space(6.0);
        let most = (room.y - 140.0).max(60.0);
        let scroll = egui::ScrollArea::vertical().max_height(most).min_scrolled_height(most);
        scroll.auto_shrink([false, true]).show(ui, |ui| {
            let lines = TABLE.chunks(TABLE.len().div_ceil(columns));
            ui.columns(columns, |sides| sides.iter_mut().zip(lines).for_each(|(ui, lines)| list(ui, lines)));
        });
    });
    if shown.should_close() {
        session.keys = false;
    }
}

/// Keys at the left; what they do beside them, in as many lines as it takes.
fn list(ui: &mut Ui, lines: &[Line]) {
    /// The widest of the keys' names.
    const NAMES: f32 = 104.0;
    ui.spacing_mut().item_spacing.y = 5.0;
    // The bar floats over the right side.
    ui.set_max_width(ui.available_width() - 14.0);
    for line in lines {
        ui.horizontal_top(|ui| {
            let left = egui::Layout::left_to_right(egui::Align::Min);
            ui.allocate_ui_with_layout(vec2(NAMES, 18.0), left, |ui| {
                ui.set_min_width(NAMES);
                ui.label(RichText::new(line.shown).color(theme::TEXT));
            });
            ui.add(egui::Label::new(RichText::new(line.says).color(theme::WEAK)).wrap());
        });
    }
}
