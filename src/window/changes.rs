//! What of the window looks other than it did.
//!
//! egui paints everything each time, though hardly anything changes but the picture; on a software adapter the panel alone would
//! take longer than millions of points do. So its shapes are compared with those painted last. What both have in the same order
//! has left its pixels on the screen; where there is, or was, anything else, all is painted again, over the ground.

use egui::epaint::ClippedShape;
use egui::{Rect, Shape, pos2};

/// How many shapes that came or went in a row are recognised as such. More are all that differ, which costs time only.
const AHEAD: usize = 48;

/// Further than shapes say they reach, in points: for edges that fade out, and corners that are moved to whole pixels.
const FADE: f32 = 2.0;

/// Two parts are painted as one if that is so many square points more at most: each costs a look at all shapes.
const SLACK: f32 = 64.0 * 64.0;

/// The most parts that are painted one by one.
const MOST_PARTS: usize = 24;

/// What was painted last.
#[derive(Debug, Default)]
pub(super) struct Painted {
    shapes: Vec<ClippedShape>,
    screen: Screen,
}

/// What is painted on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Screen {
    /// In pixels.
    pub size: (u32, u32),
    pub pixels_per_point: f32,
}

impl Painted {
    /// Where what these shapes paint is not on the screen yet: rectangles in points, on whole pixels. They are taken for painted. `is_moved`
    /// says whether what is drawn by others among the shapes looks new.
    pub fn take(&mut self, shapes: &[ClippedShape], screen: Screen, is_moved: bool) -> Vec<Rect> {
        let shapes: Vec<ClippedShape> =
            shapes.iter().filter(|shape| reach(shape).is_positive()).cloned().collect();
        let mut parts = Vec::new();
        if screen == self.screen {
            compare(&self.shapes, &shapes, is_moved, |shape| {
                let part = screen.cover(reach(shape));
                if part.is_positive() {
                    join(&mut parts, part);
                }
            });
        } else {
            parts.push(screen.cover(Rect::EVERYTHING));
        }
        (self.shapes, self.screen) = (shapes, screen);
        if parts.len() > MOST_PARTS {
            parts = vec![parts.into_iter().fold(Rect::NOTHING, Rect::union)];
        }
        parts
    }

    /// Takes nothing for painted.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// What is to be painted in some parts of the screen.
pub(super) fn within(shapes: &[ClippedShape], parts: &[Rect]) -> Vec<ClippedShape> {
    let mut painted = Vec::new();
    for &part in parts {
        let there = shapes.iter().filter(|shape| reach(shape).intersects(part));
        painted.extend(there.map(|shape| {
            let clip_rect = shape.clip_rect.intersect(part);
            ClippedShape { clip_rect, ..shape.clone() }
        }));
    }
    painted
}

/// The pixels that a shape may touch; negative if none.
fn reach(shape: &ClippedShape) -> Rect {
    let bounds = shape.transform_after_tessellation * shape.shape.visual_bounding_rect();
    bounds.expand(FADE).intersect(shape.clip_rect)
}

impl Screen {
    /// The pixels that a rectangle touches, in points.
    fn cover(self, rect: Rect) -> Rect {
        let Self { size: (width, height), pixels_per_point } = self;
        let (min, max) = (rect.min * pixels_per_point, rect.max * pixels_per_point);
        let on = |x: f32, y: f32| pos2(x.clamp(0.0, width as f32), y.clamp(0.0, height as f32));
        Rect::from_min_max(on(min.x.floor(), min.y.floor()), on(max.x.ceil(), max.y.ceil()))
            / pixels_per_point
    }
}

/// Finds the shapes that only one of the lists has, or that come in another order.
fn compare(
    old: &[ClippedShape],
    new: &[ClippedShape],
    is_moved: bool,
    mut differs: impl FnMut(&ClippedShape),
) {
    let is_same = |i: usize, j: usize| match (old.get(i), new.get(j)) {
        (Some(old), Some(new)) => old == new && !(is_moved && matches!(new.shape, Shape::Callback(_))),
        _ => false,
    };
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        let (mut gone, mut came) = (0, 0);
        if !is_same(i, j) {
            // The nearest two that are the same: one was changed, or some came or went before them.
            let ahead = (1..AHEAD).find_map(|by| {
                [(by, by), (by, 0), (0, by)].into_iter().find(|&(gone, came)| is_same(i + gone, j + came))
            });
            (gone, came) = ahead.unwrap_or((1, 1));
        }
        old[i..i + gone].iter().for_each(&mut differs);
        new[j..j + came].iter().for_each(&mut differs);
        (i, j) = (i + gone, j + came);
        if is_same(i, j) {
            (i, j) = (i + 1, j + 1);
        }
    }
    old[i..].iter().chain(&new[j..]).for_each(differs);
}

/// Adds a part to others, as one with those that it touches and those that are near. So
/// nothing is painted twice, which would show where it is see-through.
fn join(parts: &mut Vec<Rect>, mut part: Rect) {
    let are_one = |a: Rect, b: Rect| a.intersects(b) || a.union(b).area() <= a.area() + b.area() + SLACK;
    while let Some(near) = parts.iter().position(|&other| are_one(other, part)) {
        part = part.union(parts.swap_remove(near));
    }
    parts.push(part);
}

#[cfg(test)]
mod tests {
    use egui::{Color32, vec2};

    use super::*;
    use crate::window::picture;

    const SIZE: (u32, u32) = (4000, 3200);
    const SCREEN: Screen = Screen { size: SIZE, pixels_per_point: 1.0 };
    const ALL: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(4000.0, 3200.0) };

    /// A square with its left top corner there.
    fn square(x: f32, y: f32) -> ClippedShape {
        let rect = Rect::from_min_size(pos2(x, y), vec2(10.0, 10.0));
        ClippedShape::new(ALL, Shape::rect_filled(rect, 0.0, Color32::WHITE))
    }

    fn picture() -> ClippedShape {
        ClippedShape::new(ALL, picture::shape(Rect::from_min_size(pos2(500.0, 500.0), vec2(99.0, 99.0))))
    }

    /// The corners of the parts.
    fn corners(mut parts: Vec<Rect>) -> Vec<(f32, f32)> {
        parts.sort_by(|a, b| a.min.y.total_cmp(&b.min.y));
        parts.iter().map(|part| (part.min.x, part.min.y)).collect()
    }

    #[test]
    fn only_what_differs_is_painted_again() {
        let line: Vec<ClippedShape> =
            (0..8).map(|nth| square(100.0 * nth as f32, 90.0 * nth as f32)).collect();
        let mut painted = Painted::default();
        assert_eq!(painted.take(&line, SCREEN, false), [ALL]);
        assert_eq!(painted.take(&line, SCREEN, false), []);
        // One changes, where it was and where it is.
        let mut changed = line.clone();
        changed[3] = square(900.0, 10.0);
        assert_eq!(corners(painted.take(&changed, SCREEN, false)), [(898.0, 8.0), (298.0, 268.0)]);
        // It goes, and two come in its place.
        let mut more = line.clone();
        more.splice(3..4, [square(900.0, 600.0), square(10.0, 700.0)]);
        let parts = painted.take(&more, SCREEN, false);
        assert_eq!(corners(parts), [(898.0, 8.0), (898.0, 598.0), (8.0, 698.0)]);
        // Some go at the end and at the start.
        assert_eq!(
            corners(painted.take(&more[2..8], SCREEN, false)),
            [(0.0, 0.0), (98.0, 88.0), (698.0, 628.0)]
        );
    }

    #[test]
    fn another_order_is_a_change() {
        let (below, above) = (square(100.0, 100.0), square(105.0, 105.0));
        let mut painted = Painted::default();
        painted.take(&[below.clone(), above.clone()], SCREEN, false);
        let parts = painted.take(&[above.clone(), below.clone()], SCREEN, false);
        let both = reach(&below).intersect(reach(&above));
        assert!(parts.iter().any(|part| part.contains_rect(both)), "{parts:?}");
    }

    #[test]
    fn a_moved_picture_is_painted_again_and_a_new_resolution_paints_all() {
        let shapes = [square(1.0, 1.0), picture()];
        let mut painted = Painted::default();
        painted.take(&shapes, SCREEN, false);
        assert_eq!(corners(painted.take(&shapes, SCREEN, true)), [(498.0, 498.0)]);
        let finer = Screen { size: (8000, 6400), pixels_per_point: 2.0 };
        assert_eq!(painted.take(&shapes, finer, false), [ALL]);
        assert_eq!(painted.take(&shapes, finer, false), []);
        painted.forget();
        assert_eq!(painted.take(&shapes, finer, false), [ALL]);
    }

    #[test]
    fn parts_hold_all_that_lies_there() {
        let shapes = [square(0.0, 0.0), square(8.0, 0.0), square(300.0, 0.0), picture()];
        let part = Rect::from_min_size(pos2(0.0, 0.0), vec2(9.0, 9.0));
        let painted = within(&shapes, &[part]);
        assert_eq!(painted.len(), 2);
        assert!(painted.iter().all(|shape| part.contains_rect(shape.clip_rect)));
        assert_eq!(painted[0].shape, shapes[0].shape);
        assert_eq!(painted[1].shape, shapes[1].shape);
    }

    #[test]
    fn near_parts_are_one_and_many_too() {
        let mut parts = Vec::new();
        for x in [0.0, 500.0, 30.0, 60.0] {
            join(&mut parts, Rect::from_min_size(pos2(x, 0.0), vec2(10.0, 10.0)));
        }
        assert_eq!(parts.len(), 2);
        // A cross is one, though much of the whole lies in neither.
        let (long, high) = (vec2(1000.0, 20.0), vec2(20.0, 1000.0));
        join(&mut parts, Rect::from_min_size(pos2(0.0, 2000.0), long));
        join(&mut parts, Rect::from_min_size(pos2(500.0, 1500.0), high));
        assert_eq!(parts.len(), 3);
        let many: Vec<ClippedShape> =
            (0..100).map(|nth| square(400.0 * (nth % 10) as f32, 320.0 * (nth / 10) as f32)).collect();
        let mut painted = Painted::default();
        painted.take(&[], SCREEN, false);
        assert_eq!(painted.take(&many, SCREEN, false).len(), 1);
    }
}
