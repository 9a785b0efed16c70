//! What floats over the picture: small tables, messages.

use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::places::Places;
use super::session::Session;
use super::sheet::Survey;
use super::{status, theme};
use crate::figure::value_text;

/// A small table beside a place, kept inside an area.
pub(super) fn card(painter: &Painter, area: Rect, at: Pos2, lines: &[(String, String)]) {
    const LINE: f32 = 17.0;
    let galley = |text: &str, color| painter.layout_no_wrap(text.into(), theme::font(theme::SMALL), color);
    let names: Vec<_> = lines.iter().map(|(name, _)| galley(name, theme::WEAK)).collect();
    let values: Vec<_> = lines.iter().map(|(_, value)| galley(value, theme::TEXT)).collect();
    let widest = |galleys: &[std::sync::Arc<egui::Galley>]| {
        galleys.iter().map(|galley| galley.size().x).fold(0.0, f32::max)
    };
    let column = widest(&names) + 12.0;
    let size = vec2(column + widest(&values) + 20.0, LINE * lines.len() as f32 + 13.0);
    // Right below the pointer; on the other side where there is no room.
    let flip =
        |at: f32, side: f32, end: f32| if at + 16.0 + side > end { at - 12.0 - side } else { at + 16.0 };
    let corner = pos2(flip(at.x, size.x, area.right()), flip(at.y, size.y, area.bottom()));
    let corner = corner.max(area.min + vec2(2.0, 2.0)).round();
    let card = Rect::from_min_size(corner, size);
    painter.rect(
        card,
        7.0,
        theme::FLOAT.gamma_multiply(0.94),
        Stroke::new(1.0, theme::LINE),
        egui::StrokeKind::Inside,
    );
    for (nth, (name, value)) in names.into_iter().zip(values).enumerate() {
        let line = corner + vec2(10.0, 7.0 + nth as f32 * LINE);
        painter.galley(line, name, theme::WEAK);
        painter.galley(line + vec2(column, 0.0), value, theme::TEXT);
    }
}

/// What the studio found in the region that was marked.
pub(super) fn inspected(painter: &Painter, session: &Session, places: &Places, area: Rect) {
    let corner = area.intersect(places.plot).right_top() - vec2(4.0, 16.0);
    if let Some(survey) = &session.surveyed {
        return card(painter, places.plot, corner, &surveyed(survey));
    }
    let Some(found) = &session.state.statistics else { return };
    let line = |name: &str, text: String| (name.to_owned(), text);
    let mut lines =
        vec![line("rows", format!("{} ({:.3} %)", status::count(found.count), 100.0 * found.share))];
    if found.count > 0 {
        let ways = [("x", &found.x, session.names.0.quantity), ("y", &found.y, session.names.1.quantity)];
        for (name, of, quantity) in ways {
            let step = (of.max - of.min) / 1000.0;
            let text = |value| value_text(value, step, quantity);
            lines.push(line(name, format!("{} – {}", text(of.min), text(of.max))));
            let std = value_text(of.std, step, Default::default());
            lines.push(line("", format!("mean {}, std {std}", text(of.mean))));
        }
        if let Some(of) = &found.weights {
            let text = |value| value_text(value, (of.max - of.min) / 1000.0, Default::default());
            let name = session.look.weights.as_deref().filter(|name| !name.is_empty()).unwrap_or("weights");
            lines.push(line(name, format!("{} – {}", text(of.min), text(of.max))));
            lines.push(line("", format!("mean {}, std {}", text(of.mean), text(of.std))));
        }
    }
    card(painter, places.plot, corner, &lines);
}

/// What the cells of a region are.
fn surveyed(survey: &Survey) -> Vec<(String, String)> {
    let line = |name: &str, text: String| (name.to_owned(), text);
    let mut lines = vec![line("cells", status::count(survey.cells))];
    if survey.missing > 0 {
        lines.push(line("missing", status::count(survey.missing)));
    }
    if let Some((low, high)) = survey.extremes {
        let step = (high - low) / 1000.0;
        let text = |value| value_text(value, step, Default::default());
        lines.push(line("values", format!("{} – {}", text(low), text(high))));
        lines.push(line("", format!("mean {}", text(survey.mean()))));
    }
    lines
}

/// Messages, from the upper left corner of an area down.
pub(super) fn messages(ui: &Ui, session: &mut Session, area: Rect) {
    let (notices, next) = session.notices.now();
    let refusal = session.state.refusal.iter().map(|text| (text.as_str(), true));
    let said = notices.iter().map(|notice| (notice.text.as_str(), notice.is_alert));
    let mut at = area.min + vec2(12.0, 12.0);
    for (text, is_alert) in refusal.chain(said) {
        let (color, edge) = if is_alert { (theme::ALERT, theme::ALERT) } else { (theme::TEXT, theme::LINE) };
        at.y = message(ui.painter(), at, area.width() - 60.0, text, (color, edge)).bottom() + 8.0;
    }
    if let Some(next) = next {
        ui.ctx().request_repaint_after(next);
    }
}

fn message(painter: &Painter, at: Pos2, width: f32, text: &str, (color, edge): (Color32, Color32)) -> Rect {
    let galley = painter.layout(text.to_owned(), theme::font(theme::BODY), color, width);
    let card = Rect::from_min_size(at, galley.size() + vec2(24.0, 14.0));
    let edge = Stroke::new(1.0, edge.gamma_multiply(0.6));
    painter.rect(card, 8.0, theme::FLOAT.gamma_multiply(0.95), edge, StrokeKind::Inside);
    painter.galley(card.min + vec2(12.0, 7.0), galley, color);
    card
}

/// A word in the middle of an area, for when there is nothing else.
pub(super) fn hint(painter: &Painter, area: Rect, text: &str) {
    painter.text(area.center(), Align2::CENTER_CENTER, text, theme::font(theme::BODY), theme::TEXT);
}
