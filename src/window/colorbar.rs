//! The colorbar: a drag on its upper half moves the upper limit, on its lower half the lower one, and pins both; a double
//! click lets them follow the view again.

use egui::{Align2, Color32, CursorIcon, Mesh, Painter, Rect, Sense, Ui, pos2, vec2};

use super::axes::{text, to_pixel, widest};
use super::places::{MARK, Places, TO_LABELS};
use super::request::Frame;
use super::session::Session;
use super::{legend, theme};
use crate::data::{ColorScale, Limits, Norm, Rgba, first_where};
use crate::figure::{Colorbar, Ticks, bar_ticks};

/// An end of the colorbar in the hand: which, and the value that was taken hold of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grip {
    is_upper: bool,
    value: f64,
}

/// The marks of the colorbar.
pub(super) fn ticks(frame: &Frame, height: f32) -> Ticks {
    let whole = frame.is_of_whole_numbers();
    let bar = Colorbar { scale: frame.scale.clone(), label: String::new(), whole, marks: Vec::new() };
    bar_ticks(&bar, f64::from(height), f64::from(theme::SMALL))
}

/// The width of its labels, or of the legend's.
pub(super) fn width(frame: &Frame, height: f32) -> f32 {
    if let Some(mixture) = &frame.mixture {
        return legend::width(mixture);
    }
    widest(&ticks(frame, height))
}

/// Draws it, and takes the hand's drags.
pub(super) fn draw(ui: &mut Ui, session: &mut Session, places: &Places) {
    let Some(frame) = session.frame.clone() else { return };
    if let Some(mixture) = &frame.mixture {
        return legend::draw(ui.painter(), &frame, mixture, places);
    }
    let scale = &frame.scale;
    let bar = places.bar;
    let painter = ui.painter().clone();
    gradient(&painter, bar, &scale.bar(), true);
    let line = 1.0 / painter.pixels_per_point();
    for tick in ticks(&frame, bar.height()).major {
        let y = bar.bottom() - tick.at as f32 * bar.height();
        let mark =
            Rect::from_min_size(pos2(bar.right(), to_pixel(&painter, y - line / 2.0)), vec2(MARK, line));
        painter.rect_filled(mark, 0.0, theme::AXIS);
        text(&painter, pos2(bar.right() + TO_LABELS, y), Align2::LEFT_CENTER, &tick.label, theme::TEXT);
    }
    let (lower, upper) = session.look.limits();
    for (limit, corner) in [(lower, bar.left_bottom()), (upper, bar.left_top())] {
        if limit.is_some() {
            pin(&painter, corner, bar.width());
        }
    }
    // Above the bar, to the left where it is long: the panel begins right of it.
    let name = frame.value_name();
    let at = pos2(places.all.right() - 8.0, bar.top() - 6.0);
    text(&painter, at, Align2::RIGHT_BOTTOM, &name, theme::WEAK);
    grip(ui, session, places, scale);
}

/// A line across the end of the bar: this limit stays where it is.
fn pin(painter: &Painter, corner: egui::Pos2, width: f32) {
    let line = Rect::from_center_size(corner + vec2(width / 2.0, 0.0), vec2(width + 8.0, 2.0));
    painter.rect_filled(line, 1.0, theme::ACCENT);
}

fn grip(ui: &mut Ui, session: &mut Session, places: &Places, scale: &ColorScale) {
    let bar = places.bar;
    let response =
        ui.interact(bar.expand2(vec2(8.0, 4.0)), ui.scope_id().with("colorbar"), Sense::click_and_drag());
    if !session.look.coloring.norm.takes_limits() {
        return;
    }
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
    let share = |at: egui::Pos2| f64::from((bar.bottom() - at.y) / bar.height());
    if response.drag_started()
        && let Some(at) = ui.input(|input| input.pointer.press_origin())
    {
        let value = scale.norm.inverse(share(at).clamp(0.02, 0.98), scale.limits);
        session.grip = Some(Grip { is_upper: share(at) >= 0.5, value });
    }
    if let (Some(grip), Some(at)) = (session.grip, response.interact_pointer_pos())
        && response.dragged()
    {
        let limits = stretched(&scale.norm, scale.limits, grip, share(at));
        session.look.set_limits((Some(limits.vmin), Some(limits.vmax)));
    }
    if response.drag_stopped() {
        session.grip = None;
    }
    if response.double_clicked() {
        session.look.set_limits((None, None));
    }
}

/// The limits that put the value in the hand at a share of the bar, while the other end stays.
fn stretched(norm: &Norm, limits: Limits, grip: Grip, share: f64) -> Limits {
    // Beyond the ends of the bar one limit would run away to infinity.
    let share = share.clamp(0.02, 0.98);
    let Limits { vmin, vmax } = limits;
    let at = |limits: Limits| norm.forward(grip.value, limits);
    let moved = if grip.is_upper {
        let upper = first_where(grip.value, f64::MAX, |vmax| at(Limits { vmin, vmax }) <= share);
        Limits { vmin, vmax: upper.unwrap_or(vmax) }
    } else {
        let lowest = if norm.takes(0.0) { f64::MIN / 2.0 } else { f64::MIN_POSITIVE };
        let lower = first_where(lowest, grip.value, |vmin| at(Limits { vmin, vmax }) <= share);
        Limits { vmin: lower.unwrap_or(vmin), vmax }
    };
    let is_sound = moved.vmin.is_finite() && moved.vmax.is_finite() && moved.vmin < moved.vmax;
    if is_sound { moved } else { limits }
}

/// Colours side by side, from the bottom up or from the left.
pub(super) fn gradient(painter: &Painter, area: Rect, colors: &[Rgba], is_upright: bool) {
    // No finer than can be seen.
    let pixels = painter.pixels_per_point() * if is_upright { area.height() } else { area.width() };
    let steps = colors.len().min(pixels as usize).max(1);
    let mut mesh = Mesh::default();
    for step in 0..steps {
        let [r, g, b, alpha] = colors[step * colors.len() / steps];
        let ends = [step, step + 1].map(|end| end as f32 / steps as f32);
        let part = if is_upright {
            Rect::from_x_y_ranges(
                area.x_range(),
                ends.map(|end| area.bottom() - end * area.height()).to_range(),
            )
        } else {
            Rect::from_x_y_ranges(ends.map(|end| area.left() + end * area.width()).to_range(), area.y_range())
        };
        mesh.add_colored_rect(part, Color32::from_rgba_unmultiplied(r, g, b, alpha));
    }
    painter.add(mesh);
}

/// Two ends in any order as a range.
trait ToRange {
    fn to_range(self) -> egui::Rangef;
}

impl ToRange for [f32; 2] {
    fn to_range(self) -> egui::Rangef {
        egui::Rangef::new(self[0].min(self[1]), self[0].max(self[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_the_hand_stays_under_it() {
        let limits = Limits { vmin: 1.0, vmax: 100.0 };
        for norm in [Norm::Linear, Norm::Log, Norm::Power { gamma: 0.5 }, Norm::Asinh { linear_width: 3.0 }] {
            for (share, to) in [(0.75, 0.5), (0.9, 0.97), (0.25, 0.5), (0.1, 0.05)] {
                let grip = Grip { is_upper: share >= 0.5, value: norm.inverse(share, limits) };
                let moved = stretched(&norm, limits, grip, to);
                assert!((norm.forward(grip.value, moved) - to).abs() < 1e-9, "{norm:?} {share} {to}");
                let (kept, was) = if grip.is_upper { (moved.vmin, 1.0) } else { (moved.vmax, 100.0) };
                assert_eq!(kept, was);
            }
        }
    }

    #[test]
    fn limits_of_one_value_cannot_be_torn() {
        let limits = Limits { vmin: 3.0, vmax: 3.0 };
        let grip = Grip { is_upper: true, value: 3.0 };
        assert_eq!(stretched(&Norm::Linear, limits, grip, 0.7), limits);
    }
}
