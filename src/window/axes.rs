//! Axes around the picture, with the figure's own ticks.

use egui::epaint::TextShape;
use egui::{Align2, Color32, Painter, Rect, pos2, vec2};

use super::places::{MARK, Places, TO_LABELS};
use super::request::Region;
use super::session::{Name, Session};
use super::sheet::Sheet;
use super::theme;
use crate::data::Scale;
use crate::figure::{Direction, FigureAxis, Ticks, axis_ticks, name_ticks, text_width};

/// The longest name of a row or a column, in points; longer ones are cut.
const LONGEST: f64 = 150.0;
/// What a line of labels below the plot box takes.
const LINE: f32 = 14.0;

/// The marks of both axes.
pub(super) struct Axes {
    pub x: Ticks,
    pub y: Ticks,
}

impl Axes {
    /// For a plot box of this size.
    pub fn new(session: &Session, plot: Rect) -> Self {
        if let Some(sheet) = session.sheet() {
            return Self::named(sheet, session.camera.region(), plot);
        }
        let region = session.camera.region();
        let (x_scale, y_scale) = session.look.scales;
        let of = |range: (f64, f64), scale: Scale, name: &Name, direction, length: f32| {
            let axis = FigureAxis { range, scale, quantity: name.quantity, ..FigureAxis::default() };
            axis_ticks(&axis, direction, f64::from(length), f64::from(theme::SMALL))
        };
        Self {
            x: of(region.x, x_scale, &session.names.0, Direction::Across, plot.width()),
            y: of(region.y, y_scale, &session.names.1, Direction::Up, plot.height()),
        }
    }

    /// Draws them.
    pub fn draw(&self, painter: &Painter, session: &Session, places: &Places) {
        let plot = places.plot;
        let line = 1.0 / painter.pixels_per_point();
        for at in &self.x.minor {
            mark_below(painter, plot, *at, line, MARK * 0.6);
        }
        for tick in &self.x.major {
            let x = mark_below(painter, plot, tick.at, line, MARK);
            let at = pos2(x, plot.bottom() + TO_LABELS);
            if self.x.turned {
                turned(painter, at, &tick.label);
            } else {
                text(painter, at, Align2::CENTER_TOP, &tick.label, theme::TEXT);
            }
        }
        for at in &self.y.minor {
            mark_left(painter, plot, *at, line, MARK * 0.6);
        }
        for tick in &self.y.major {
            let y = mark_left(painter, plot, tick.at, line, MARK);
            text(painter, pos2(plot.left() - TO_LABELS, y), Align2::RIGHT_CENTER, &tick.label, theme::TEXT);
        }
        // Over the marks, around the picture, never on it.
        let frame = plot.expand(line);
        for side in [
            Rect::from_min_max(frame.left_top(), plot.right_top() + vec2(line, 0.0)),
            Rect::from_min_max(plot.left_bottom() - vec2(line, 0.0), frame.right_bottom()),
            Rect::from_min_max(frame.left_top(), plot.left_bottom()),
            Rect::from_min_max(plot.right_top(), frame.right_bottom()),
        ] {
            painter.rect_filled(side, 0.0, theme::AXIS);
        }
        self.words(painter, session, places);
    }

    fn words(&self, painter: &Painter, session: &Session, places: &Places) {
        let (plot, all) = (places.plot, places.all);
        let below = all.bottom() - 12.0;
        let (x, y) = (&session.names.0.text, &session.names.1.text);
        text(painter, pos2(plot.center().x, below), Align2::CENTER_BOTTOM, x, theme::WEAK);
        text(painter, pos2(plot.right(), below), Align2::RIGHT_BOTTOM, &self.x.note, theme::WEAK);
        text(painter, plot.left_top() - vec2(0.0, 6.0), Align2::LEFT_BOTTOM, &self.y.note, theme::WEAK);
        if !y.is_empty() {
            let galley = painter.layout_no_wrap(y.clone(), theme::font(theme::SMALL), theme::WEAK);
            // Turned to the left: its width runs up the page.
            let at = pos2(all.left() + 10.0, plot.center().y + galley.size().x / 2.0);
            let mut shape = TextShape::new(at, galley, theme::WEAK);
            shape.angle = -std::f32::consts::FRAC_PI_2;
            painter.add(shape);
        }
        let title = painter.layout_no_wrap(session.title.clone(), theme::font(theme::TITLE), theme::TEXT);
        painter.galley(places.title - vec2(title.size().x / 2.0, title.size().y / 2.0), title, theme::TEXT);
    }

    /// Of the rows and columns of a table, by their names.
    fn named(sheet: &Sheet, region: Region, plot: Rect) -> Self {
        let (columns, rows) = (&sheet.matrix().columns.labels, &sheet.matrix().rows.labels);
        let of = |names, between, direction, length: f32| {
            name_ticks(names, between, direction, length.into(), theme::SMALL.into(), LONGEST)
        };
        // Rows are counted from the top.
        let down = |y: f64| rows.len() as f64 - y;
        let y = of(rows, (down(region.y.1), down(region.y.0)), Direction::Up, plot.height());
        Self { x: of(columns, region.x, Direction::Across, plot.width()), y: y.reversed() }
    }

    /// What labels below the plot box take more than a line.
    pub fn depth(&self) -> f32 {
        if self.x.turned { widest(&self.x) - LINE } else { 0.0 }
    }

    /// The width of the widest label beside the plot box.
    pub fn width(&self) -> f32 {
        widest(&self.y)
    }
}

/// The width of the widest label.
pub(super) fn widest(ticks: &Ticks) -> f32 {
    let width = |label: &str| text_width(label, f64::from(theme::SMALL)) as f32;
    ticks.major.iter().map(|tick| width(&tick.label)).fold(0.0, f32::max)
}

/// Small text.
pub(super) fn text(painter: &Painter, at: egui::Pos2, align: Align2, text: &str, color: Color32) {
    if !text.is_empty() {
        painter.text(at, align, text, theme::font(theme::SMALL), color);
    }
}

/// Small text that is read upwards and ends at a place.
fn turned(painter: &Painter, at: egui::Pos2, text: &str) {
    let galley = painter.layout_no_wrap(text.into(), theme::font(theme::SMALL), theme::TEXT);
    let corner = at + vec2(-galley.size().y / 2.0, galley.size().x);
    let mut shape = TextShape::new(corner, galley, theme::TEXT);
    shape.angle = -std::f32::consts::FRAC_PI_2;
    painter.add(shape);
}

/// The nearest line between two pixels.
pub(super) fn to_pixel(painter: &Painter, at: f32) -> f32 {
    let pixels = painter.pixels_per_point();
    (at * pixels).round() / pixels
}

/// A mark at a share of the way along the bottom; its middle.
fn mark_below(painter: &Painter, plot: Rect, at: f64, line: f32, length: f32) -> f32 {
    let x = plot.left() + at as f32 * plot.width();
    let left = to_pixel(painter, x - line / 2.0);
    painter.rect_filled(Rect::from_min_size(pos2(left, plot.bottom()), vec2(line, length)), 0.0, theme::AXIS);
    x
}

/// A mark at a share of the way up the left side; its middle.
fn mark_left(painter: &Painter, plot: Rect, at: f64, line: f32, length: f32) -> f32 {
    let y = plot.bottom() - at as f32 * plot.height();
    let top = to_pixel(painter, y - line / 2.0);
    painter.rect_filled(
        Rect::from_min_size(pos2(plot.left() - length, top), vec2(length, line)),
        0.0,
        theme::AXIS,
    );
    y
}
