//! The categories with their colours, in place of the colorbar.

use egui::{Align2, Painter, Rect, pos2, vec2};

use super::axes::text;
use super::places::Places;
use super::request::Frame;
use super::theme;
use crate::data::Rgba;
use crate::figure::{name_text, text_width};
use crate::plot::Mixture;

/// From one category to the next.
const ROW: f32 = 17.0;
/// Side of a patch, and from its left side to the name.
const PATCH: f32 = 10.0;
const TO_NAME: f32 = 16.0;
/// Longer names are cut.
const LONGEST: f32 = 130.0;

/// The width of the names.
pub(super) fn width(mixture: &Mixture) -> f32 {
    let names = mixture.layers.names.iter();
    names.map(|name| measured(&cut(name))).fold(0.0, f32::max)
}

/// Draws as many as there is room for.
pub(super) fn draw(painter: &Painter, frame: &Frame, mixture: &Mixture, places: &Places) {
    let place = places.bar;
    let title = frame.request.look.category.as_ref().map_or("", |grouping| &grouping.name);
    text(painter, place.left_top() - vec2(0.0, 6.0), Align2::LEFT_BOTTOM, &cut(title), theme::WEAK);
    let (all, room) = (mixture.layers.len(), ((place.height() / ROW) as usize).max(2));
    // A last row says how many are left out.
    let shown = if all > room { room - 1 } else { all };
    for nth in 0..shown {
        let middle = place.top() + (nth as f32 + 0.5) * ROW;
        let patch = Rect::from_center_size(pos2(place.left() + PATCH / 2.0, middle), vec2(PATCH, PATCH));
        painter.rect_filled(patch, 1.5, color(mixture.key[nth]));
        let at = pos2(place.left() + TO_NAME, middle);
        text(painter, at, Align2::LEFT_CENTER, &cut(&mixture.layers.names[nth]), theme::TEXT);
    }
    if shown < all {
        let at = pos2(place.left(), place.top() + (shown as f32 + 0.5) * ROW);
        text(painter, at, Align2::LEFT_CENTER, &format!("and {} more", all - shown), theme::WEAK);
    }
}

fn color([r, g, b, alpha]: Rgba) -> egui::Color32 {
    egui::Color32::from_rgba_unmultiplied(r, g, b, alpha)
}

fn measured(name: &str) -> f32 {
    text_width(name, f64::from(theme::SMALL)) as f32
}

/// A name on one line that is not too long.
fn cut(name: &str) -> String {
    let name = name_text(name);
    if measured(&name) <= LONGEST {
        return name;
    }
    let fits = |at: &usize| measured(&name[..*at]) <= LONGEST - 10.0;
    let end = name.char_indices().map(|(at, _)| at).rfind(fits);
    format!("{}…", name[..end.unwrap_or(0)].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_others_stay() {
        assert_eq!(cut("Alaska Airlines"), "Alaska Airlines");
        assert_eq!(cut("a\nb"), "a b");
        let long = "Ünited Airlines ".repeat(20);
        assert!(cut(&long).ends_with('…') && measured(&cut(&long)) <= LONGEST);
    }
}
