//! The picture and the hand on it: drags, the wheel, marked regions.

use egui::{Color32, CursorIcon, Painter, PointerButton, Pos2, Rect, Sense, Stroke, StrokeKind, Ui};

use super::axes::Axes;
use super::places::Places;
use super::request::Region;
use super::session::{Laid, Mode, Session};
use super::{cards, colorbar, hover, picture, theme};

/// Slower hands than this, in points a second, let the view rest.
const SLOWEST_GLIDE: f32 = 120.0;
/// How much a point of the wheel's way enlarges; 40 points are a notch.
const WHEEL: f32 = 0.006;
/// Turns of the wheel with a longer pause between, in seconds, are undone one by one.
const PAUSE: f64 = 0.6;

/// Draws the picture with its axes, follows the hand, and asks for the next picture.
pub(super) fn draw(ui: &mut Ui, session: &mut Session) {
    let all = ui.available_rect_before_wrap();
    let places = settle(ui, session, all);
    navigate(ui, session, &places);
    let step = ui.input(|input| f64::from(input.stable_dt.min(0.1)));
    if session.camera.tick(step) {
        ui.ctx().request_repaint();
    }
    session.ask(places.pixels);

    let painter = ui.painter().clone();
    if let Some(frame) = &session.frame {
        session.laid = Laid { plot: places.plot, picture: place_of(session, &places, frame.request.region) };
        painter.add(picture::shape(places.plot));
    } else {
        painter.rect_filled(places.plot, 0.0, theme::EMPTY);
    }
    Axes::new(session, places.plot).draw(&painter, session, &places);
    colorbar::draw(ui, session, &places);
    overlay(ui, &painter, session, &places);
}

/// Finds the places; margins grow with their labels.
fn settle(ui: &Ui, session: &mut Session, all: Rect) -> Places {
    let pixels = ui.ctx().pixels_per_point();
    let places = |session: &Session| {
        Places::new(all, session.margins, !session.title.is_empty(), &session.look, pixels)
    };
    let first = places(session);
    let axes = Axes::new(session, first.plot);
    let bar = session.frame.as_ref().map_or(0.0, |frame| colorbar::width(frame, first.bar.height()));
    if session.margins.grow(axes.width(), bar, axes.depth()) { places(session) } else { first }
}

/// Where a region of the data lies on the screen now; exactly the plot box where it is the one in view.
fn place_of(session: &Session, places: &Places, region: Region) -> Rect {
    if region == session.camera.region() {
        return places.plot;
    }
    let corner = |x, y| places.place(session.camera.to_share((x, y)));
    Rect::from_two_pos(corner(region.x.0, region.y.0), corner(region.x.1, region.y.1))
}

fn navigate(ui: &mut Ui, session: &mut Session, places: &Places) {
    let plot = ui.interact(places.plot, ui.scope_id().with("plot"), Sense::click_and_drag());
    let x_axis = ui.interact(places.x_axis, ui.scope_id().with("x axis"), Sense::click_and_drag());
    let y_axis = ui.interact(places.y_axis, ui.scope_id().with("y axis"), Sense::click_and_drag());
    let is_taken = |response: &egui::Response| response.is_pointer_button_down_on();
    if ui.input(|input| input.pointer.any_pressed()) && [&plot, &x_axis, &y_axis].into_iter().any(is_taken) {
        session.camera.hold();
    }
    if [&plot, &x_axis, &y_axis].into_iter().any(egui::Response::drag_started) {
        session.camera.remember();
    }
    if plot.drag_started_by(PointerButton::Primary) && mode(ui, session) != Mode::Pan {
        let from = ui.input(|input| input.pointer.press_origin());
        session.mark = from.map(|from| (mode(ui, session), from));
    }
    for (response, axes) in [(&plot, (1.0, 1.0)), (&x_axis, (1.0, 0.0)), (&y_axis, (0.0, 1.0))] {
        wheel(ui, session, places, response, axes);
        if response.dragged() && session.mark.is_none() {
            drag(ui, session, places, response, axes);
        }
    }
    if let Some(at) = plot.interact_pointer_pos().filter(|_| plot.double_clicked()) {
        session.camera.ease(2.0, places.share(at));
    }
    if ui.input(|input| input.pointer.any_released()) {
        release(ui, session, places);
    }
}

/// What a drag would do now: a held key goes before the mode.
fn mode(ui: &Ui, session: &Session) -> Mode {
    let held = ui.input(|input| input.modifiers);
    match held {
        _ if held.shift => Mode::Box,
        _ if held.ctrl || held.alt => Mode::Inspect,
        _ => session.mode,
    }
}

fn wheel(ui: &Ui, session: &mut Session, places: &Places, response: &egui::Response, axes: (f64, f64)) {
    let Some(at) = response.hover_pos() else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    let factor = f64::from((scroll.y * WHEEL).exp() * pinch);
    if factor != 1.0 {
        let now = ui.input(|input| input.time);
        if now - session.wheeled > PAUSE {
            session.camera.remember();
        }
        session.wheeled = now;
        session.camera.zoom_axes(factor.powf(axes.0), factor.powf(axes.1), places.share(at));
    }
}

fn drag(ui: &Ui, session: &mut Session, places: &Places, response: &egui::Response, axes: (f64, f64)) {
    let along = |way: (f64, f64)| (-way.0 * axes.0, -way.1 * axes.1);
    let (dx, dy) = along(places.way(response.drag_delta()));
    session.camera.pan(dx, dy);
    let velocity = ui.input(|input| input.pointer.velocity());
    session.throw = (velocity.length() > SLOWEST_GLIDE).then(|| along(places.way(velocity)));
}

/// The hand lets go: a thrown view glides, a marked region is shown or looked into.
fn release(ui: &Ui, session: &mut Session, places: &Places) {
    if let Some(velocity) = session.throw.take() {
        session.camera.glide(velocity);
    }
    let (Some((mode, from)), Some(to)) = (session.mark.take(), ui.ctx().pointer_latest_pos()) else { return };
    if (to - from).length() < 4.0 {
        return;
    }
    let marked = region_between(session, places, from, to);
    match mode {
        Mode::Inspect => session.inspect(marked),
        _ => session.camera.show(marked),
    }
    if mode == Mode::Box {
        session.mode = Mode::Pan;
    }
}

fn region_between(session: &Session, places: &Places, from: Pos2, to: Pos2) -> Region {
    let marked = Rect::from_two_pos(from, to).intersect(places.plot);
    let (x0, y0) = session.camera.to_data(places.share(marked.left_bottom()));
    let (x1, y1) = session.camera.to_data(places.share(marked.right_top()));
    Region { x: (x0, x1), y: (y0, y1) }
}

/// What lies over the picture: a marked region, the cell under the pointer.
fn overlay(ui: &Ui, painter: &Painter, session: &mut Session, places: &Places) {
    let inside = painter.with_clip_rect(places.plot.intersect(painter.clip_rect()));
    if let Some(region) = session.inspected {
        let area = place_of(session, places, region);
        frame(&inside, area, theme::ACCENT);
        cards::inspected(painter, session, places, area);
    }
    let pointer =
        ui.ctx().pointer_latest_pos().filter(|_| ui.ctx().input(|input| input.pointer.has_pointer()));
    if let (Some((mode, from)), Some(to)) = (session.mark, pointer) {
        let color = if mode == Mode::Inspect { theme::ACCENT } else { Color32::WHITE };
        frame(&inside, Rect::from_two_pos(from, to).intersect(places.plot), color);
        return;
    }
    let over = pointer.filter(|&at| places.plot.contains(at) && ui.rect_contains_pointer(places.plot));
    let Some(at) = over else { return };
    let is_busy = ui.input(|input| input.pointer.any_down());
    if !is_busy {
        hover::draw(painter, session, places, at);
    }
    ui.ctx().set_cursor_icon(match mode(ui, session) {
        Mode::Pan if is_busy => CursorIcon::Grabbing,
        Mode::Pan => CursorIcon::Default,
        Mode::Box => CursorIcon::ZoomIn,
        Mode::Inspect => CursorIcon::Crosshair,
    });
}

/// A marked region.
fn frame(painter: &Painter, area: Rect, color: Color32) {
    painter.rect_filled(area, 0.0, color.gamma_multiply(0.06));
    painter.rect_stroke(
        area.expand(1.0),
        0.0,
        Stroke::new(1.0, Color32::from_black_alpha(140)),
        StrokeKind::Outside,
    );
    painter.rect_stroke(area, 0.0, Stroke::new(1.0, color), StrokeKind::Middle);
}
