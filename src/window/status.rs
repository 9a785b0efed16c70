//! The line at the bottom: rows, what is in view, how long a picture takes and where it is made.

use egui::{Align, Layout, Rect, RichText, Ui, pos2, vec2};

use super::request::{Frame, Region};
use super::session::{Mode, Session};
use super::sheet::Sheet;
use super::theme;
use crate::data::Scale;
use crate::figure::value_text;

/// Its height in points.
pub(super) const HEIGHT: f32 = 28.0;

/// Draws it.
pub(super) fn draw(ui: &mut Ui, session: &Session) {
    let all = ui.max_rect();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 18.0;
        let Some(frame) = &session.frame else {
            return match session.state.totals.rows {
                0 if session.state.loading.is_some() => weak(ui, "no rows yet"),
                0 => weak(ui, "no rows"),
                rows => strong(ui, &rows_of(rows)),
            };
        };
        let tally = frame.tally;
        match &frame.sheet {
            Some(sheet) => of_sheet(ui, frame, sheet),
            None => {
                strong(ui, &rows_of(frame.rows));
                weak(ui, &format!("{} in view", count(tally.binned)));
                if let Some(left_out) = left_out(session) {
                    weak(ui, &left_out);
                }
            }
        }
        if tally.missing > 0 {
            weak(ui, &format!("{} missing", count(tally.missing)));
        }
        match session.mode {
            Mode::Pan => {}
            Mode::Box => mode(ui, "Drag a box to zoom into"),
            Mode::Inspect => mode(ui, "Drag a region to look into"),
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            weak(ui, &frame.backend);
            weak(ui, &format!("{:.1} ms", frame.took.as_secs_f64() * 1e3));
            if let Some(share) = session.state.loading {
                let what = session.reading.as_ref().map_or("reading", |_| "reading other columns");
                mode(ui, &format!("{what} {:.0} %", 100.0 * share));
            } else if !frame.is_whole() {
                mode(ui, &format!("refining {:.0} %", 100.0 * frame.share));
            }
        });
    });
    progress(ui, all, session);
}

/// How many rows no view shows, as they have no place on a log axis. Some of them may have no category either: then they are
/// among the missing ones, and only what becomes of the others is told.
fn left_out(session: &Session) -> Option<String> {
    let (totals, scales) = (session.state.totals, session.look.scales);
    let axes = [("x", totals.bounds.x, scales.0), ("y", totals.bounds.y, scales.1)];
    let without = axes.iter().filter(|(_, (low, _), scale)| *scale == Scale::Log && *low <= 0.0);
    let names: Vec<String> = without.map(|(name, ..)| format!("{name} ≤ 0")).collect();
    let rows = match session.look.category {
        None => rows_of(totals.off_log.on(scales)),
        Some(_) => "rows".to_owned(),
    };
    (!names.is_empty()).then(|| format!("{rows} with {} left out", names.join(" or ")))
}

/// How many rows and columns there are, how many of them are in view, and what a pixel shows of them.
fn of_sheet(ui: &mut Ui, frame: &Frame, sheet: &Sheet) {
    let (rows, columns) = sheet.matrix().shape();
    let (across, down) = frame.cells_in_view().unwrap_or_default();
    let shape = |rows: usize, columns: usize| format!("{} × {}", count(rows as u64), count(columns as u64));
    strong(ui, &format!("{} cells", shape(rows, columns)));
    if (down, across) != (rows, columns) {
        weak(ui, &format!("{} in view", shape(down, across)));
    }
    if frame.shares_pixels() {
        let (Region { x, y }, (width, height)) = (frame.request.region, frame.request.pixels);
        let each = |(low, high): (f64, f64), pixels: u32| ((high - low) / f64::from(pixels)).max(1.0);
        let name = frame.request.look.decimation.name();
        weak(ui, &format!("each pixel: {name} of {:.1} × {:.1}", each(y, height), each(x, width)));
    }
}

/// A thin line along the top of the status line while a pass goes on.
fn progress(ui: &Ui, all: Rect, session: &Session) {
    let share = session.state.loading.or_else(|| session.frame.as_ref().map(|frame| frame.share));
    let Some(share) = share.filter(|share| *share < 1.0) else { return };
    let corner = pos2(ui.clip_rect().left(), all.top() - 1.0);
    let line = Rect::from_min_size(corner, vec2(ui.clip_rect().width() * share, 2.0));
    ui.painter().rect_filled(line, 0.0, theme::ACCENT);
}

fn rows_of(rows: u64) -> String {
    format!("{} row{}", count(rows), if rows == 1 { "" } else { "s" })
}

/// A whole number with its thousands set apart.
pub(super) fn count(count: u64) -> String {
    value_text(count as f64, 10.0, Default::default())
}

fn strong(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).size(theme::SMALL));
}

fn weak(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).size(theme::SMALL).color(theme::WEAK));
}

fn mode(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).size(theme::SMALL).color(theme::ACCENT));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::Bounds;
    use crate::window::look::{Grouping, Look};
    use crate::window::scene::OffLog;
    use crate::window::studio::{Engine, Studio};

    #[test]
    fn rows_without_a_place_on_a_log_axis_are_named() {
        let studio = Studio::start(Engine::Cpu, Arc::new(|| ())).unwrap();
        let mut session = Session::new(studio, Look::default(), Arc::new(|| ()));
        session.state.totals.bounds = Bounds { x: (0.0, 10.0), y: (0.1, 3.0) };
        session.state.totals.off_log = OffLog { x: 12_345, y: 0, either: 12_345 };
        assert_eq!(left_out(&session), None);
        session.look.scales = (Scale::Log, Scale::Log);
        assert_eq!(left_out(&session).as_deref(), Some("12,345 rows with x ≤ 0 left out"));
        session.state.totals.bounds.y.0 = -2.0;
        session.state.totals.off_log = OffLog { x: 12_345, y: 1, either: 12_346 };
        assert_eq!(left_out(&session).as_deref(), Some("12,346 rows with x ≤ 0 or y ≤ 0 left out"));
        session.look.scales = (Scale::Linear, Scale::Log);
        assert_eq!(left_out(&session).as_deref(), Some("1 row with y ≤ 0 left out"));
        session.look.category = Some(Grouping::default());
        assert_eq!(left_out(&session).as_deref(), Some("rows with y ≤ 0 left out"));
        session.state.totals.bounds = Bounds::EMPTY;
        assert_eq!(left_out(&session), None);
    }
}
