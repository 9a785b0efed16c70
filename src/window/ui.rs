//! The parts of the window and where they stand.

use egui::{CentralPanel, Frame, Margin, Panel, RichText, Ui, vec2};

use super::keys::{TABLE, listen};
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
        let side = Frame::new().inner_margin(Margin::symmetric(14, 6));
        Panel::right("panel")
            .exact_size(panel::WIDTH)
            .resizable(false)
            .frame(side)
            .show(ui, |ui| panel::draw(ui, session));
    }
    CentralPanel::no_frame().show(ui, |ui| {
        let area = ui.available_rect_before_wrap();
        canvas::draw(ui, session);
        if session.state.totals.rows == 0 {
            let is_idle = session.origin.is_none() && session.chooser.is_none();
            cards::hint(ui.painter(), area, if is_idle { "Drop a file here" } else { "Reading…" });
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

/// The list of keys.
fn keys(ui: &Ui, session: &mut Session) {
    let shown = theme::dialog(ui.ctx(), "keys").show(ui.ctx(), |ui| {
        ui.set_width(460.0);
        ui.heading("Keys");
        ui.add_space(6.0);
        let height = ui.ctx().content_rect().height() - 140.0;
        egui::ScrollArea::vertical().max_height(height).show(ui, list);
    });
    if shown.should_close() {
        session.keys = false;
    }
}

fn list(ui: &mut Ui) {
    egui::Grid::new("keys").num_columns(2).spacing(vec2(24.0, 5.0)).show(ui, |ui| {
        for line in TABLE {
            ui.label(RichText::new(line.shown).color(theme::TEXT));
            ui.label(RichText::new(line.says).color(theme::WEAK));
            ui.end_row();
        }
    });
}
