//! The panel at the right: how cells are made and coloured. Everything here has a key, too.

use egui::{
    Align, Button, Checkbox, Color32, ComboBox, DragValue, Layout, Rect, Response, Sense, Slider, Stroke,
    StrokeKind, TextEdit, Ui, vec2,
};

use super::columns::Role;
use super::keys::{Action, COLORMAPS, act};
use super::look::{MOST_SIGMA, Shape};
use super::session::Session;
use super::{colorbar, theme};
use crate::binning::MAX_CATEGORIES;
use crate::data::{Colormap, Fit, Norm, Quantity, Reduction, Scale};
use crate::shading::Decimation;

/// Its width in points.
pub(super) const WIDTH: f32 = 248.0;

/// The width of the ground under its scroll bar.
const BAR: f32 = 10.0;

/// Draws it.
pub(super) fn draw(ui: &mut Ui, session: &mut Session) {
    let width = ui.available_width() - BAR;
    let frame = egui::Frame::new().inner_margin(egui::Margin { top: 8, bottom: 4, ..Default::default() });
    egui::Panel::bottom("foot").resizable(false).show_separator_line(false).frame(frame).show(ui, |ui| {
        foot(ui, session, width);
    });
    egui::ScrollArea::vertical().show(ui, |ui| {
        ui.set_max_width(width);
        match session.table {
            Some(_) => {
                section(ui, "Cells in a pixel");
                decimation(ui, session);
            }
            None => cells(ui, session),
        }
        section(ui, "Colour");
        norm(ui, session);
        if session.look.category.is_none() {
            colormap(ui, session);
        }
        limits(ui, session);
        if session.table.is_none() {
            section(ui, "Axes");
            axes(ui, session);
        }
        section(ui, "Figure");
        title(ui, session);
    });
}

/// What is always in sight below it.
fn foot(ui: &mut Ui, session: &mut Session, width: f32) {
    const KEYS: f32 = 80.0;
    ui.horizontal(|ui| {
        let width = width - KEYS - ui.spacing().item_spacing.x;
        let save = Button::new("Save figure…").fill(theme::ACCENT.gamma_multiply(0.55));
        if ui.add(save.min_size(vec2(width, 30.0)).shortcut_text("S")).clicked() {
            act(session, Action::Save);
        }
        if ui.add(Button::new("Keys").min_size(vec2(KEYS, 30.0)).shortcut_text("?")).clicked() {
            act(session, Action::Keys);
        }
    });
}

/// How points become cells.
fn cells(ui: &mut Ui, session: &mut Session) {
    section(ui, "Cells");
    shape(ui, session);
    size(ui, session);
    smooth(ui, session);
    mincnt(ui, session);
    categories(ui, session);
    section(ui, "Value");
    reduction(ui, session);
}

/// What is seen of a table's cells that are smaller than a pixel.
fn decimation(ui: &mut Ui, session: &mut Session) {
    let choices = Decimation::ALL.map(|choice| (choice.name(), choice));
    let width = ui.available_width();
    if let Some(chosen) = choice(ui, &choices, session.look.decimation, width) {
        session.look.decimation = chosen;
    }
}

fn section(ui: &mut Ui, name: &str) {
    ui.add_space(10.0);
    ui.label(
        egui::RichText::new(name.to_uppercase()).size(10.5).color(theme::WEAK).extra_letter_spacing(0.8),
    );
}

/// A row with a name at the left and something at the right.
fn row(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.label(name);
        ui.with_layout(Layout::right_to_left(Align::Center), add);
    });
}

/// Choices side by side, of which one holds; the one that was clicked.
pub(super) fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    choices: &[(&str, T)],
    now: T,
    width: f32,
) -> Option<T> {
    let mut chosen = None;
    let (area, _) = ui.allocate_exact_size(vec2(width, 26.0), Sense::hover());
    ui.painter().rect_filled(area, 6.0, ui.visuals().widgets.inactive.bg_fill);
    let part = width / choices.len() as f32;
    for (nth, (name, value)) in choices.iter().enumerate() {
        let place = Rect::from_min_size(area.min + vec2(part * nth as f32, 0.0), vec2(part, area.height()));
        let response = ui.interact(
            place,
            ui.scope_id().with((area.min.x as i32, area.min.y as i32, name)),
            Sense::click(),
        );
        let is_now = *value == now;
        if is_now {
            ui.painter().rect_filled(place.shrink(2.0), 5.0, Color32::from_rgb(70, 75, 86));
        }
        let color = if is_now || response.hovered() { theme::TEXT } else { theme::WEAK };
        ui.painter().text(place.center(), egui::Align2::CENTER_CENTER, name, theme::font(theme::BODY), color);
        if response.clicked() && !is_now {
            chosen = Some(*value);
        }
    }
    chosen
}

fn shape(ui: &mut Ui, session: &mut Session) {
    let choices = [("Rectangles", Shape::Rectangles), ("Hexagons", Shape::Hexagons)];
    let width = ui.available_width();
    if choice(ui, &choices, session.look.shape, width).is_some() {
        session.look.turn_shape();
    }
}

fn size(ui: &mut Ui, session: &mut Session) {
    row(ui, "Size", |ui| {
        ui.spacing_mut().slider_width = 96.0;
        ui.add(Slider::new(&mut session.look.cell_pixels, 1..=64).logarithmic(true).suffix(" px"));
    });
}

fn smooth(ui: &mut Ui, session: &mut Session) {
    let can_smooth = session.look.can_smooth();
    ui.add_enabled_ui(can_smooth, |ui| {
        row(ui, "Smooth", |ui| {
            ui.spacing_mut().slider_width = 96.0;
            let (x, y) = session.look.smooth;
            let mut sigma = x.max(y);
            let slider = Slider::new(&mut sigma, 0.0..=MOST_SIGMA)
                .logarithmic(true)
                .smallest_positive(0.5)
                .step_by(0.1)
                .max_decimals(1)
                .custom_formatter(|sigma, _| if sigma == 0.0 { "off".into() } else { format!("{sigma:.1}") })
                .custom_parser(
                    |text| if text.trim() == "off" { Some(0.0) } else { text.trim().parse().ok() },
                );
            let response = ui.add(slider).on_hover_text("Standard deviation of a Gaussian, in cells");
            if response.changed() {
                session.look.smooth = (sigma, sigma);
            }
        });
    })
    .response
    .on_disabled_hover_text("Rectangles alone are smoothed, and no categories");
}

fn mincnt(ui: &mut Ui, session: &mut Session) {
    row(ui, "At least", |ui| {
        let mut count = session.look.coloring.mincnt.unwrap_or(0);
        let unit = if count == 1 { " point" } else { " points" };
        let value = DragValue::new(&mut count).speed(0.1).suffix(unit);
        if ui.add(value).changed() {
            session.look.coloring.mincnt = (count > 0).then_some(count);
        }
    });
}

/// Whether rows are told apart, and by which column.
fn categories(ui: &mut Ui, session: &mut Session) {
    let columns = session.columns(Role::Category);
    if columns.is_empty() && session.categories.is_none() {
        return;
    }
    section(ui, "Categories");
    if !columns.is_empty() {
        row(ui, "Column", |ui| column(ui, session, Role::Category, &columns));
    }
    if session.categories.is_some() {
        let width = ui.available_width();
        let is_on = session.look.category.is_some();
        if choice(ui, &[("Off", false), ("On", true)], is_on, width).is_some() {
            session.turn_category();
        }
        bins(ui, session);
    }
}

/// Numbers as they are, or cut into bins.
fn bins(ui: &mut Ui, session: &mut Session) {
    let Some(mut bins) = session.bins() else { return };
    row(ui, "Bins", |ui| {
        let value = DragValue::new(&mut bins)
            .range(0..=MAX_CATEGORIES)
            .speed(0.1)
            .custom_formatter(|bins, _| if bins == 0.0 { "none".into() } else { format!("{bins}") })
            .custom_parser(|text| if text.trim() == "none" { Some(0.0) } else { text.trim().parse().ok() });
        let value = ui.add(value).on_hover_text(
            "Numbers in bins of equal width over all rows; none takes whole numbers as they are",
        );
        if value.changed() {
            session.cut(bins);
        }
    });
}

/// The column that something is taken from, out of those that it can be.
fn column(ui: &mut Ui, session: &mut Session, role: Role, columns: &[(usize, String)]) {
    let Some(shown) = session.chosen() else { return };
    let now = role.of(shown.selection);
    let name = |now: Option<usize>| {
        let named = columns.iter().find(|(column, _)| Some(*column) == now);
        named.map_or("none", |(_, name)| name).to_owned()
    };
    let mut chosen = now;
    ComboBox::from_id_salt(role).width(150.0).truncate().selected_text(name(now)).show_ui(ui, |ui| {
        ui.selectable_value(&mut chosen, None, "none");
        for (column, name) in columns {
            ui.selectable_value(&mut chosen, Some(*column), name);
        }
    });
    if chosen != now {
        session.choose(role, chosen);
    }
}

fn reduction(ui: &mut Ui, session: &mut Session) {
    let columns = session.columns(Role::Weights);
    if !columns.is_empty() {
        row(ui, "Weights", |ui| column(ui, session, Role::Weights, &columns));
    }
    let width = ui.available_width();
    let reductions = session.reductions();
    let now = reductions.iter().position(|choice| *choice == session.look.reduction).unwrap_or(usize::MAX);
    let names: Vec<String> = reductions
        .iter()
        .map(|reduction| match reduction {
            Reduction::Quantile(share) => format!("q{}", share * 100.0),
            other => other.to_string(),
        })
        .collect();
    let choices: Vec<(&str, usize)> = names.iter().map(String::as_str).zip(0..).collect();
    for row in choices.chunks(3) {
        if let Some(chosen) = choice(ui, row, now, width) {
            session.set_reduction(reductions[chosen]);
        }
    }
}

fn norm(ui: &mut Ui, session: &mut Session) {
    let width = ui.available_width();
    let norms = norms();
    let now = norms.iter().position(|norm| *norm == session.look.coloring.norm).unwrap_or(usize::MAX);
    let choices: Vec<(&str, usize)> = norms.iter().map(Norm::name).zip(0..).collect();
    for row in choices.chunks(3) {
        if let Some(chosen) = choice(ui, row, now, width) {
            session.set_norm(norms[chosen].clone());
        }
    }
}

/// The norms to choose from.
pub(super) fn norms() -> [Norm; 6] {
    ["linear", "log", "eq_hist", "power:0.5", "symlog:10", "asinh:10"]
        .map(|norm| norm.parse().expect("a norm"))
}

fn colormap(ui: &mut Ui, session: &mut Session) {
    let width = ui.available_width();
    let (area, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::click());
    swatch(ui, area, &session.look.coloring.colormap, response.hovered());
    egui::Popup::menu(&response)
        .width(width - 16.0)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                let others = Colormap::names().into_iter().filter(|name| !COLORMAPS.contains(&name.as_str()));
                for name in COLORMAPS.iter().map(|name| name.to_string()).chain(others) {
                    let (area, response) =
                        ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
                    // Most lie out of sight; making their colours would take longer than drawing the window.
                    if ui.is_rect_visible(area)
                        && let Ok(colormap) = Colormap::named(&name)
                    {
                        swatch(
                            ui,
                            area,
                            &colormap,
                            response.hovered() || name == session.look.coloring.colormap.name(),
                        );
                        if response.clicked() {
                            session.look.coloring.colormap = colormap;
                        }
                    }
                }
            });
        });
}

/// The colours of a map with its name on them.
fn swatch(ui: &Ui, area: Rect, colormap: &Colormap, is_marked: bool) {
    let painter = ui.painter();
    colorbar::gradient(painter, area, colormap.colors(), false);
    let [r, g, b, _] = colormap.colors()[colormap.colors().len() / 5];
    let is_bright = u32::from(r) * 3 + u32::from(g) * 6 + u32::from(b) > 1300;
    let color = if is_bright { Color32::from_gray(20) } else { Color32::from_gray(245) };
    let at = area.left_center() + vec2(9.0, 0.0);
    painter.text(at, egui::Align2::LEFT_CENTER, colormap.name(), theme::font(theme::BODY), color);
    let edge =
        Stroke::new(if is_marked { 2.0 } else { 1.0 }, if is_marked { theme::TEXT } else { theme::LINE });
    painter.rect_stroke(area, 0.0, edge, StrokeKind::Inside);
}

fn limits(ui: &mut Ui, session: &mut Session) {
    let width = ui.available_width();
    let mut robust = session.look.coloring.robust;
    let checkbox = Checkbox::new(&mut robust, "Robust");
    if ui.add(checkbox).on_hover_text("Limits that are fitted are the 2nd and the 98th percentile").changed()
    {
        session.turn_robust();
    }
    const FITS: [(&str, Option<Fit>); 3] =
        [("Fit view", Some(Fit::View)), ("Fit data", Some(Fit::Data)), ("Pinned", None)];
    let is_pinned = session.look.limits() != (None, None);
    let now = Some(session.look.coloring.fit).filter(|_| !is_pinned);
    match choice(ui, &FITS, now, width) {
        Some(Some(fit)) => session.fit(fit),
        Some(None) => session.turn_limits(),
        None => {}
    }
    let Some(now) = session.frame.as_ref().map(|frame| frame.scale.limits) else { return };
    let (vmin, vmax) = session.look.limits();
    let speed = match now.vmax - now.vmin {
        span if span > 0.0 => span / 200.0,
        _ => 0.005,
    };
    for (name, is_upper, limit) in
        [("Highest", true, vmax.unwrap_or(now.vmax)), ("Lowest", false, vmin.unwrap_or(now.vmin))]
    {
        row(ui, name, |ui| {
            if let Some(limit) = number(ui, limit, speed).1 {
                session.pin_limit(is_upper, limit);
            }
        });
    }
}

/// A number that is dragged or typed, and follows another while it is neither. What is typed counts when it is done: on Enter, or when
/// another place is clicked; until then it may well be no number that makes sense.
fn number(ui: &mut Ui, now: f64, speed: f64) -> (Response, Option<f64>) {
    let id = ui.next_auto_id();
    let held = id.with("held");
    let is_typed = ui.memory(|memory| memory.has_focus(id));
    // egui forgets what is typed when the number changes meanwhile, as one does that follows rows that come in; it looks at it once more
    // when it is done.
    let before = ui.data_mut(|data| match is_typed {
        true => *data.get_temp_mut_or(held, now),
        false => data.remove_temp::<f64>(held).unwrap_or(now),
    });
    let mut value = before;
    let field = DragValue::new(&mut value).speed(speed).max_decimals(6).update_while_editing(false);
    let response = ui.add(field);
    if value != before {
        ui.data_mut(|data| data.remove::<f64>(held));
    }
    (response, (value != before).then_some(value))
}

fn axes(ui: &mut Ui, session: &mut Session) {
    const SCALES: [(&str, Scale); 2] = [("linear", Scale::Linear), ("log", Scale::Log)];
    for is_x in [true, false] {
        let (name, quantity, scale) = if is_x {
            ("x", session.names.0.quantity, session.look.scales.0)
        } else {
            ("y", session.names.1.quantity, session.look.scales.1)
        };
        ui.add_enabled_ui(quantity == Quantity::Number, |ui| {
            row(ui, name, |ui| {
                if choice(ui, &SCALES, scale, 130.0).is_some() {
                    session.turn_scale(is_x);
                }
            });
        });
    }
}

fn title(ui: &mut Ui, session: &mut Session) {
    let width = ui.available_width();
    ui.add(
        TextEdit::singleline(&mut session.title)
            .hint_text("Title")
            .desired_width(width)
            .margin(vec2(8.0, 5.0)),
    );
}

#[cfg(test)]
mod tests {
    use egui::{Context, Event, Key, Modifiers, PointerButton, RawInput, pos2};

    use super::*;

    /// Draws the number once; where it is, and what was made of it.
    fn drawn(context: &Context, now: f64, events: Vec<Event>) -> (Rect, Option<f64>) {
        let screen_rect = Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(400.0, 300.0)));
        let input = RawInput { screen_rect, events, ..RawInput::default() };
        let mut drawn = None;
        let mut output = context.run_ui(input, |ui| {
            let (response, value) = number(ui, now, 1.0);
            // egui may want to lay out twice.
            let before = drawn.take().and_then(|(_, value)| value);
            drawn = Some((response.rect, value.or(before)));
        });
        output.textures_delta.clear();
        drawn.unwrap()
    }

    fn pressed(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    #[test]
    fn what_is_typed_counts_when_it_is_done() {
        for (end, wanted) in [(Key::Enter, Some(300.0)), (Key::Tab, Some(300.0)), (Key::Escape, None)] {
            let context = Context::default();
            drawn(&context, 60.0, Vec::new());
            let at = drawn(&context, 60.0, Vec::new()).0.center();
            for pressed in [true, false] {
                let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
                let event = Event::PointerButton { pos: at, button, pressed, modifiers };
                drawn(&context, 60.0, vec![Event::PointerMoved(at), event]);
            }
            drawn(&context, 60.0, Vec::new());
            // While it is typed the number it stands for changes.
            for (now, text) in [(60.0, "3"), (61.0, "0"), (62.5, "0")] {
                assert_eq!(drawn(&context, now, vec![Event::Text(text.into())]).1, None, "{text}");
            }
            let ended = drawn(&context, 63.0, vec![pressed(end)]).1;
            let later = drawn(&context, 64.0, Vec::new()).1;
            assert_eq!(ended.or(later), wanted, "{end:?}");
            assert_eq!(drawn(&context, 64.0, Vec::new()).1, None);
        }
    }
}
