//! The cell under the pointer: its outline, its bounds and its value.

use egui::{Color32, Painter, Pos2, Shape, Stroke};

use super::places::Places;
use super::request::Frame;
use super::session::Session;
use super::sheet::Sheet;
use super::{cards, status};
use crate::data::{Grid, Hex, Index, Values};
use crate::figure::{name_text, value_text};
use crate::plot::Mixture;

/// A cell in words and lines.
struct Cell {
    /// Its corners in data units.
    corners: Vec<(f64, f64)>,
    /// Names and values.
    lines: Vec<(String, String)>,
}

/// Draws what is known of the cell at a place on the screen.
pub(super) fn draw(painter: &Painter, session: &Session, places: &Places, at: Pos2) {
    let Some(frame) = &session.frame else { return };
    let (x, y) = session.camera.to_data(places.share(at));
    let Some(cell) = frame.aggregate.grid().cell(x, y) else { return };
    if frame.aggregate.there().is_none() {
        session.studio.bring(frame.clone());
    }
    let cell = match &frame.sheet {
        Some(sheet) => of_sheet(frame, sheet, cell, (x, y)),
        None => Some(described(frame, cell, session)),
    };
    let Some(cell) = cell else { return };
    let corners: Vec<Pos2> =
        cell.corners.iter().map(|&corner| places.place(session.camera.to_share(corner))).collect();
    let inside = painter.with_clip_rect(places.plot.intersect(painter.clip_rect()));
    // Dark under bright, so that it is seen on every colour.
    inside.add(Shape::closed_line(corners.clone(), Stroke::new(3.0, Color32::from_black_alpha(110))));
    inside.add(Shape::closed_line(corners, Stroke::new(1.0, Color32::WHITE)));
    cards::card(painter, places.plot, at, &cell.lines);
}

fn described(frame: &Frame, cell: usize, session: &Session) -> Cell {
    let (x_quantity, y_quantity) = (session.names.0.quantity, session.names.1.quantity);
    let aggregate = frame.aggregate.there();
    // Or on its way.
    let value = aggregate.map_or("…".to_owned(), |aggregate| text_of(&aggregate.values, cell));
    let mut lines = Vec::new();
    let corners = match &**frame.aggregate.grid() {
        Grid::Hex(hex) => {
            let (ix, iy) = hex.center(cell);
            let corner = |(dx, dy): (f64, f64)| (hex.x.value(ix + dx), hex.y.value(iy + dy));
            let (x, y) = corner((0.0, 0.0));
            let across = corner((0.5, 0.5));
            lines.push(("x".into(), format!("≈ {}", value_text(x, across.0 - x, x_quantity))));
            lines.push(("y".into(), format!("≈ {}", value_text(y, across.1 - y, y_quantity))));
            Hex::CORNERS.into_iter().map(corner).collect()
        }
        Grid::Rect(rect) => {
            let ends = |edges: &[f64], nth: usize| (edges[nth], edges[nth + 1]);
            let x = ends(rect.x.edges(), cell / rect.y.bins());
            let y = ends(rect.y.edges(), cell % rect.y.bins());
            let span = |(low, high): (f64, f64), quantity| {
                let step = high - low;
                format!("{} – {}", value_text(low, step, quantity), value_text(high, step, quantity))
            };
            lines.push(("x".into(), span(x, x_quantity)));
            lines.push(("y".into(), span(y, y_quantity)));
            vec![(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)]
        }
    };
    lines.push((frame.value_name(), value));
    if let Some(mixture) = &frame.mixture {
        lines.extend(categories(mixture, cell));
    }
    if let Some(aggregate) = aggregate.filter(|aggregate| !matches!(aggregate.values, Values::Counts(_))) {
        let rows = aggregate.values.rows(cell) as f64;
        lines.push(("count".into(), value_text(rows, 10.0, Default::default())));
    }
    Cell { corners, lines }
}

/// The cell of a table at a place, and what the pixel there shows if it is one of several.
fn of_sheet(frame: &Frame, sheet: &Sheet, pixel: usize, (x, y): (f64, f64)) -> Option<Cell> {
    let (row, column) = sheet.cell(x, y)?;
    let (place, matrix) = (sheet.place(row, column), sheet.matrix());
    let named = |index: &Index, usual: &str, nth: usize| {
        let name = if index.name.is_empty() { usual } else { &index.name };
        (name.to_owned(), name_text(&index.labels[nth]))
    };
    let text = |value: f64| {
        if value.is_nan() { "missing".into() } else { short(value) }
    };
    let mut lines = vec![
        named(&matrix.rows, "row", row),
        named(&matrix.columns, "column", column),
        ("value".to_owned(), text(matrix.get(row, column))),
    ];
    if let Some(pixels) = frame.aggregate.there().filter(|_| frame.shares_pixels()) {
        let name = frame.request.look.decimation.name();
        lines.push((format!("{name} of the pixel"), text(pixels.values.get(pixel))));
    }
    let corners =
        vec![(place.x.0, place.y.0), (place.x.1, place.y.0), (place.x.1, place.y.1), (place.x.0, place.y.1)];
    Some(Cell { corners, lines })
}

/// A number to six digits, without zeros at its end.
fn short(value: f64) -> String {
    let text = value_text(value, value.abs() * 1e-4, Default::default());
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// The value of a cell in words: whole numbers as they are; six digits of anything else.
fn text_of(values: &Values, cell: usize) -> String {
    let value = values.get(cell);
    if value.is_nan() {
        return "no value".to_owned();
    }
    let step = if values.are_whole() { 10.0 } else { value.abs() * 1e-4 };
    value_text(value, step, Default::default())
}

/// The categories that have rows in a cell, from the most rows, or the largest value, down.
fn categories(mixture: &Mixture, cell: usize) -> Vec<(String, String)> {
    /// More are told as one.
    const MOST: usize = 10;
    let layers = &mixture.layers;
    let named = layers.names.iter().map(String::as_str).zip(&layers.values);
    let mut found: Vec<(&str, &Values)> = named.filter(|(_, values)| values.rows(cell) > 0).collect();
    // What has no value comes last.
    let value = |values: &Values| Some(values.get(cell)).filter(|value| !value.is_nan());
    found.sort_by(|(_, a), (_, b)| value(b).partial_cmp(&value(a)).expect("numbers have an order"));
    let rest = found.split_off(found.len().min(MOST));
    let line = |(name, values): (&str, &Values)| (format!("  {}", name_text(name)), text_of(values, cell));
    let mut lines: Vec<_> = found.into_iter().map(line).collect();
    if let Some((_, largest)) = rest.first() {
        // Rows add up; what was made of weights need not.
        let text = match value(largest) {
            Some(_) if matches!(largest, Values::Reduced(_)) => format!("≤ {}", text_of(largest, cell)),
            Some(_) => status::count(rest.iter().map(|(_, values)| values.rows(cell)).sum()),
            None => text_of(largest, cell),
        };
        lines.push((format!("  {} more", rest.len()), text));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Layers, Reduced, Reduction};

    #[test]
    fn numbers_have_no_zeros_at_their_end() {
        let texts = [467.0, 1.0, -0.25, 24.725, 120.0, 0.0, 1e300, 5.000_001].map(short);
        assert_eq!(texts, ["467", "1", "−0.25", "24.725", "120", "0", "10³⁰⁰", "5"]);
    }

    #[test]
    fn the_largest_categories_of_a_cell_are_told() {
        let names = (0..14).map(|nth| format!("c{nth}")).collect();
        let values = (0..14).map(|nth| Values::Counts(vec![nth, 7])).collect();
        let mixture = Mixture { layers: Layers { names, values }, key: Vec::new(), cells: Vec::new() };
        let lines = categories(&mixture, 0);
        let line = |name: &str, rows: &str| (name.to_owned(), rows.to_owned());
        assert_eq!((&lines[0], &lines[9]), (&line("  c13", "13"), &line("  c4", "4")));
        assert_eq!((lines.len(), &lines[10]), (11, &line("  3 more", "6")), "one has no rows");
        assert_eq!(categories(&mixture, 1)[10], line("  4 more", "28"));
    }

    #[test]
    fn what_was_made_of_each_categorys_weights_is_told_from_the_largest_down() {
        let names = (0..13).map(|nth| format!("c{nth}")).collect();
        let reduced = |value: f64, rows: u64| {
            let (values, rows) = (vec![value], vec![rows]);
            Values::Reduced(Reduced { reduction: Reduction::Mean, values, rows, smoothed: false })
        };
        let value = |nth: usize| match nth {
            3 => reduced(f64::NAN, 1),
            7 => reduced(1e9, 0),
            _ => reduced(nth as f64 / 4.0 - 1.0, nth as u64 + 1),
        };
        let layers = Layers { names, values: (0..13).map(value).collect() };
        let mixture = Mixture { layers, key: Vec::new(), cells: Vec::new() };
        let lines = categories(&mixture, 0);
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!((&lines[0], &lines[9]), (&line("  c12", "2.00000"), &line("  c1", "−0.750000")));
        assert_eq!((lines.len(), &lines[10]), (11, &line("  2 more", "≤ −1.00000")));
        let Mixture { mut layers, .. } = mixture;
        layers.values[0] = reduced(f64::NAN, 1);
        let mixture = Mixture { layers, key: Vec::new(), cells: Vec::new() };
        assert_eq!(categories(&mixture, 0)[10], line("  2 more", "no value"));
    }
}
