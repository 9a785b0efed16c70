//! How the window looks: the figure's own font on dark greys, which leave the colours to the data.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle,
    Vec2, Visuals,
};

use crate::figure::{FONT, added_fonts};

/// Behind everything; panels are set apart by lines. On a software adapter each area that is painted over costs.
pub(super) const GROUND: Color32 = Color32::from_rgb(19, 20, 23);
/// Where no cell has a colour, unless the darkest cells would [vanish](super::backdrop) there.
pub(super) const EMPTY: Color32 = Color32::from_rgb(10, 11, 13);
/// Of what floats above: notes, menus.
pub(super) const FLOAT: Color32 = Color32::from_rgb(32, 34, 39);
/// Lines.
pub(super) const LINE: Color32 = Color32::from_rgb(52, 55, 62);
/// Axes and their marks.
pub(super) const AXIS: Color32 = Color32::from_rgb(120, 125, 135);
/// Text that is read.
pub(super) const TEXT: Color32 = Color32::from_rgb(222, 225, 230);
/// Text that names things.
pub(super) const WEAK: Color32 = Color32::from_rgb(142, 148, 159);
/// What is chosen.
pub(super) const ACCENT: Color32 = Color32::from_rgb(92, 158, 255);
/// What went wrong.
pub(super) const ALERT: Color32 = Color32::from_rgb(255, 128, 110);

/// Sizes of text, in points.
pub(super) const SMALL: f32 = 11.5;
pub(super) const BODY: f32 = 13.0;
pub(super) const TITLE: f32 = 16.0;

/// The figure's font at a size.
pub(super) fn font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// Dresses a fresh context.
pub(super) fn dress(context: &egui::Context) {
    context.set_fonts(fonts());
    context.set_theme(egui::Theme::Dark);
    context.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Heading, font(TITLE)),
            (TextStyle::Body, font(BODY)),
            (TextStyle::Button, font(BODY)),
            (TextStyle::Small, font(SMALL)),
            (TextStyle::Monospace, FontId::monospace(12.0)),
        ]
        .into();
        style.spacing.item_spacing = Vec2::new(8.0, 7.0);
        style.spacing.button_padding = Vec2::new(10.0, 4.0);
        style.spacing.interact_size = Vec2::new(40.0, 26.0);
        style.spacing.menu_margin = Margin::same(8);
        style.spacing.slider_rail_height = 4.0;
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.4;
        style.animation_time = 0.1;
        style.visuals = visuals();
    });
}

/// A dialog over everything else.
pub(super) fn dialog(context: &egui::Context, name: &'static str) -> egui::Modal {
    let frame = egui::Frame::window(&context.global_style()).inner_margin(Margin::same(22));
    egui::Modal::new(egui::Id::unique(name)).frame(frame)
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert("Inter".into(), Arc::new(FontData::from_static(FONT)));
    // What the figure's font lacks comes from those that were added, and then from egui's.
    let mut names = vec!["Inter".to_owned()];
    for font in added_fonts() {
        let name = font.path.display().to_string();
        fonts.font_data.insert(name.clone(), Arc::new(FontData::from_static(font.bytes)));
        fonts.families.entry(FontFamily::Monospace).or_default().push(name.clone());
        names.push(name);
    }
    fonts.families.entry(FontFamily::Proportional).or_default().splice(0..0, names);
    fonts
}

fn visuals() -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = GROUND;
    visuals.window_fill = FLOAT;
    visuals.window_stroke = Stroke::new(1.0, LINE);
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    let shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: Color32::from_black_alpha(120) };
    (visuals.window_shadow, visuals.popup_shadow) = (shadow, shadow);
    visuals.extreme_bg_color = EMPTY;
    visuals.selection.bg_fill = ACCENT.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.0, Color32::WHITE);
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = egui::style::HandleShape::Circle;
    visuals.weak_text_color = Some(WEAK);
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, LINE);
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, TEXT);
    for (state, fill) in [
        (&mut widgets.inactive, Color32::from_rgb(38, 40, 46)),
        (&mut widgets.hovered, Color32::from_rgb(48, 51, 58)),
        (&mut widgets.active, Color32::from_rgb(58, 62, 71)),
        (&mut widgets.open, Color32::from_rgb(44, 47, 54)),
    ] {
        state.weak_bg_fill = fill;
        state.bg_fill = fill;
        state.bg_stroke = Stroke::NONE;
        state.fg_stroke = Stroke::new(1.0, TEXT);
        state.corner_radius = CornerRadius::same(6);
        state.expansion = 0.0;
    }
    visuals
}
