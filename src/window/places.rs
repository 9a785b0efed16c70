//! Where things stand around the picture, in points; the picture itself on whole pixels of the screen.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::look::{Look, Shape};

/// From the plot box to the labels of its ticks.
pub(super) const TO_LABELS: f32 = 10.0;
/// The length of a mark.
pub(super) const MARK: f32 = 5.0;
/// Between the plot box and the colorbar, and how wide that is.
const BAR_GAP: f32 = 18.0;
const BAR_WIDTH: f32 = 14.0;
/// Below the plot box: labels and the axis's name.
const BELOW: f32 = 54.0;
/// Above it: a note.
const ABOVE: f32 = 24.0;
/// A line of title.
const TITLE: f32 = 30.0;
/// Margins grow in such steps, so that the picture does not jump when labels change.
const STEP: f32 = 16.0;

/// What the margins have grown to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Margins {
    pub left: f32,
    pub right: f32,
    /// What names below the plot box take more than a line.
    pub below: f32,
}

impl Margins {
    /// Grows where labels of these widths ask for it; whether it has grown.
    pub fn grow(&mut self, y_labels: f32, bar_labels: f32, below: f32) -> bool {
        let step = |width: f32| (width / STEP).ceil() * STEP;
        let grown = Self {
            left: self.left.max(step(y_labels + TO_LABELS + 30.0)),
            right: self.right.max(step(bar_labels + TO_LABELS + BAR_GAP + BAR_WIDTH + 26.0)),
            below: self.below.max(step(below)),
        };
        std::mem::replace(self, grown) != grown
    }
}

/// Places for one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Places {
    /// All there is.
    pub all: Rect,
    /// The picture.
    pub plot: Rect,
    /// The picture in pixels of the screen.
    pub pixels: (u32, u32),
    /// The colorbar.
    pub bar: Rect,
    /// Below and beside the plot box, where a wheel turns one axis.
    pub x_axis: Rect,
    pub y_axis: Rect,
    /// The middle of the title.
    pub title: Pos2,
}

impl Places {
    pub fn new(all: Rect, margins: Margins, has_title: bool, look: &Look, pixels_per_point: f32) -> Self {
        let above = ABOVE + if has_title { TITLE } else { 0.0 };
        let room = Rect::from_min_max(
            all.min + vec2(margins.left, above),
            all.max - vec2(margins.right, BELOW + margins.below),
        );
        let origin = (room.min * pixels_per_point).round() / pixels_per_point;
        let cell = match look.shape {
            // Cells of one size: none is cut at the side.
            Shape::Rectangles => look.cell_pixels.max(1),
            Shape::Hexagons => 1,
        };
        let side = |points: f32| {
            let pixels = (points * pixels_per_point).floor().max(1.0) as u32;
            if pixels > cell { pixels / cell * cell } else { pixels }
        };
        let pixels = (side(room.width()), side(room.height()));
        let size = vec2(pixels.0 as f32, pixels.1 as f32) / pixels_per_point;
        let plot = Rect::from_min_size(origin, size);
        let bar = Rect::from_min_size(plot.right_top() + vec2(BAR_GAP, 0.0), vec2(BAR_WIDTH, size.y));
        Self {
            all,
            plot,
            pixels,
            bar,
            x_axis: Rect::from_min_max(plot.left_bottom(), pos2(plot.right(), all.bottom())),
            y_axis: Rect::from_min_max(pos2(all.left(), plot.top()), plot.left_bottom()),
            title: pos2(plot.center().x, all.top() + TITLE - 8.0),
        }
    }

    /// A place in shares of the view (y up) for a place on the screen.
    pub fn share(&self, at: Pos2) -> (f64, f64) {
        let share = (at - self.plot.min) / self.plot.size();
        (f64::from(share.x), 1.0 - f64::from(share.y))
    }

    /// The place on the screen of a place in shares of the view.
    pub fn place(&self, (x, y): (f64, f64)) -> Pos2 {
        // Far outside, f32 would not do; what lies there is cut off anyway.
        let near = |share: f64| share.clamp(-1e4, 1e4) as f32;
        self.plot.min + vec2(near(x), near(1.0 - y)) * self.plot.size()
    }

    /// A way on the screen in shares of the view.
    pub fn way(&self, way: Vec2) -> (f64, f64) {
        let way = way / self.plot.size();
        (f64::from(way.x), -f64::from(way.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(shape: Shape, cell_pixels: u32) -> Look {
        Look { shape, cell_pixels, ..Look::default() }
    }

    #[test]
    fn the_picture_lies_on_whole_pixels_and_holds_whole_cells() {
        for pixels_per_point in [1.0f32, 1.25, 1.5, 2.0] {
            for cell in [1, 2, 7, 64] {
                let all = Rect::from_min_size(pos2(3.3, 1.7), vec2(911.0, 633.0));
                let mut margins = Margins::default();
                assert!(margins.grow(31.0, 22.0, 0.0) && !margins.grow(30.0, 20.0, 0.0));
                let places =
                    Places::new(all, margins, true, &look(Shape::Rectangles, cell), pixels_per_point);
                let corner = places.plot.min * pixels_per_point;
                assert!((corner - corner.round()).length() < 1e-3, "{corner:?}");
                assert!(places.pixels.0.is_multiple_of(cell) && places.pixels.1.is_multiple_of(cell));
                assert!(all.contains_rect(places.plot) && all.contains_rect(places.bar));
            }
        }
    }

    #[test]
    fn shares_and_places_are_inverse() {
        let all = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 600.0));
        let places = Places::new(all, Margins::default(), false, &look(Shape::Hexagons, 10), 1.0);
        assert_eq!(places.share(places.plot.left_bottom()), (0.0, 0.0));
        assert_eq!(places.share(places.plot.right_top()), (1.0, 1.0));
        let place = places.place((0.25, 0.75));
        let share = places.share(place);
        assert!((share.0 - 0.25).abs() < 1e-6 && (share.1 - 0.75).abs() < 1e-6);
    }
}
