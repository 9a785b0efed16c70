//! Several plot boxes of one size with the same axes: small multiples.

use crate::figure::font;
use crate::figure::layout::{Pixels, TICK_TEXT};

/// Plot boxes side by side, instead of one.
///
/// All have one size and the same axes, so labels stand at the outer sides only: left of the first column, and below the last box of
/// each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Panels {
    /// How many stand in a row.
    pub columns: usize,
    /// What stands above each, on one line; a panel each, from the left top.
    pub titles: Vec<String>,
}

/// A plot box among others, placed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlacedPanel {
    pub pixels: Pixels,
    pub title: String,
    /// Whether labels stand below it, and at its left.
    pub has_x: bool,
    pub has_y: bool,
}

/// Size of a panel's title, in points, and the room it takes.
pub(crate) const TITLE_TEXT: f64 = 9.5;
pub(crate) const TITLE_ROW: f64 = 14.0;
/// From a panel to the baseline of its title.
pub(crate) const TITLE_RISE: f64 = 5.0;
/// What lies free between two panels at least.
pub(crate) const GAP: f64 = 9.0;

/// One plot box without a title.
pub(crate) static ONE: Panels = Panels { columns: 1, titles: Vec::new() };

impl Panels {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.titles.len().max(1)
    }

    /// How many stand side by side.
    pub(crate) fn columns(&self) -> usize {
        self.columns.clamp(1, self.count())
    }

    /// How many stand one below the other.
    pub(crate) fn rows(&self) -> usize {
        self.count().div_ceil(self.columns())
    }

    /// Whether any has a title.
    pub(crate) fn are_titled(&self) -> bool {
        self.titles.iter().any(|title| !title.trim().is_empty())
    }

    /// The boxes from a corner, with these gaps between them.
    pub(crate) fn place(&self, first: Pixels, (across, down): (u32, u32), pixel: f64) -> Vec<PlacedPanel> {
        let (count, columns) = (self.count(), self.columns());
        let place = |nth: usize| {
            let (column, row) = ((nth % columns) as u32, (nth / columns) as u32);
            let left = first.left + column * (first.width + across);
            let top = first.top + row * (first.height + down);
            let title = self.titles.get(nth).map_or("", String::as_str);
            let title = font::cut(
                font::name(title),
                TITLE_TEXT,
                f64::from(first.width + across) * pixel - 0.5 * TICK_TEXT,
            );
            let pixels = Pixels { left, top, ..first };
            PlacedPanel { pixels, title, has_x: nth + columns >= count, has_y: column == 0 }
        };
        (0..count).map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_alike_and_labels_stand_outside() {
        let titles = (0..5).map(|nth| format!("a title of panel {nth}")).collect();
        let panels = Panels { columns: 3, titles };
        assert_eq!((panels.count(), panels.columns(), panels.rows()), (5, 3, 2));
        let first = Pixels { left: 10, top: 20, width: 100, height: 50 };
        let placed = panels.place(first, (7, 9), 1.0);
        let corners: Vec<_> = placed.iter().map(|panel| (panel.pixels.left, panel.pixels.top)).collect();
        assert_eq!(corners, [(10, 20), (117, 20), (224, 20), (10, 79), (117, 79)]);
        assert!(placed.iter().all(|panel| (panel.pixels.width, panel.pixels.height) == (100, 50)));
        let labelled: Vec<_> = placed.iter().map(|panel| (panel.has_x, panel.has_y)).collect();
        let wanted = [(false, true), (false, false), (true, false), (true, true), (true, false)];
        assert_eq!(labelled, wanted, "below the gap in the last row too");
        let narrow = panels.place(Pixels { width: 30, ..first }, (7, 9), 1.0);
        assert!(narrow[0].title.ends_with('…'), "{}", narrow[0].title);
    }

    #[test]
    fn more_columns_than_panels_are_as_many() {
        let panels = Panels { columns: 9, titles: vec!["a".into(), "b".into()] };
        assert_eq!((panels.columns(), panels.rows()), (2, 1));
        assert_eq!((ONE.count(), ONE.columns(), ONE.rows()), (1, 1, 1));
    }
}
