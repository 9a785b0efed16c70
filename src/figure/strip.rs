//! A strip of colours in a side box: a category for each cell along the axis.

use std::fmt::Write;

use crate::data::Rgba;
use crate::figure::layout::Layout;
use crate::figure::side::PlacedSide;
use crate::figure::svg::fill;

/// A colour for each cell along the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// From the first cell; `None` leaves a gap.
    pub colors: Vec<Option<Rgba>>,
}

pub(crate) fn draw(out: &mut String, layout: &Layout, side: &PlacedSide, strip: &Strip) {
    let (length, depth) = side.size();
    // On the pixels on which the cells end.
    let place = |cell: usize| (cell as f64 / strip.colors.len() as f64 * f64::from(length)).round();
    let mut start = 0;
    for run in strip.colors.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        if let Some(color) = run[0]
            && place(start) < place(end)
        {
            let data = side.rect_from(layout, (place(start), place(end)), (0.0, f64::from(depth)));
            writeln!(out, "<path {} d=\"{data}\"/>", fill(color)).expect("a String takes all");
        }
        start = end;
    }
}
