//! SVG text → a tree that can be drawn, with the bundled font, those that were added, and no other.

use std::sync::{Arc, Mutex, PoisonError};

use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{self, Options, Tree};

use crate::figure::{FONT, added_fonts};

/// Parses a figure's SVG. One unit of the tree is a point.
pub(super) fn tree(svg: &str) -> Tree {
    let options = Options { dpi: 72.0, fontdb: fonts(), ..Options::default() };
    usvg::Tree::from_str(svg, &options).expect("a figure is well-formed SVG")
}

/// All fonts, the bundled one first.
fn fonts() -> Arc<Database> {
    /// Those of last time, with how many were added.
    static FONTS: Mutex<Option<(usize, Arc<Database>)>> = Mutex::new(None);
    let added = added_fonts();
    let mut kept = FONTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, fonts)) = kept.as_ref().filter(|(count, _)| *count == added.len()) {
        return fonts.clone();
    }
    let mut fonts = Database::new();
    for bytes in std::iter::once(FONT).chain(added.iter().map(|font| font.bytes)) {
        fonts.load_font_source(Source::Binary(Arc::new(bytes)));
    }
    let fonts = Arc::new(fonts);
    *kept = Some((added.len(), fonts.clone()));
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::{Pixmap, Transform};

    use crate::data::{ColorScale, Colormap, Hex, Limits, Norm, Quantity, Raster, Scale, Values};
    use crate::figure::{Cells, Colorbar, Figure, FigureAxis, Hexagons, Page};

    fn bar(norm: Norm, vmin: f64, vmax: f64, label: &str) -> Colorbar {
        let colormap = Colormap::named("magma").unwrap();
        let scale = ColorScale::new(norm, Limits { vmin, vmax }, colormap);
        Colorbar { scale, label: label.to_string(), whole: false, marks: Vec::new() }
    }

    /// What `tree` draws lies on its page; else, where it ends.
    fn off_page(tree: &Tree) -> Option<String> {
        let (drawn, page) = (tree.root().abs_stroke_bounding_box(), tree.size());
        let inside = drawn.left() >= 0.0
            && drawn.top() >= 0.0
            && drawn.right() <= page.width()
            && drawn.bottom() <= page.height();
        (!inside).then(|| format!("{drawn:?} on {page:?}"))
    }

    #[test]
    fn no_text_leaves_the_page() {
        let labels = [
            "",
            "x",
            "Ångström (Äg)",
            &"a long label of many words ".repeat(6),
            &"W".repeat(120),
            "a\nb\nc\nd",
        ];
        let ranges = [
            ((0.0, 1.0), Scale::Linear, Quantity::Number),
            ((-123_456.0, 100_000.0), Scale::Linear, Quantity::Number),
            ((1e9, 1e9 + 1e-6), Scale::Linear, Quantity::Number),
            ((1e-200, 1e300), Scale::Log, Quantity::Number),
            ((18_000.0, 18_001.5), Scale::Linear, Quantity::Time),
            ((5e7, 4e8), Scale::Log, Quantity::Number),
        ];
        let sizes = [(6.4, 4.8), (3.0, 2.5), (2.5, 3.5), (12.0, 3.0)];
        for (k, label) in labels.iter().enumerate() {
            for (j, &(range, scale, quantity)) in ranges.iter().enumerate() {
                let axis = || FigureAxis {
                    range,
                    scale,
                    quantity,
                    label: label.to_string(),
                    ..FigureAxis::default()
                };
                let bars = [
                    None,
                    Some(bar(Norm::Log, 1.0, 1e7, label)),
                    Some(bar(Norm::Linear, -2e-9, 1e-9, label)),
                ];
                for (figsize, colorbar) in sizes.into_iter().zip(bars.into_iter().cycle().skip(k + j)) {
                    let page = Page { figsize, title: Some(label.to_string()), ..Page::default() };
                    if let Ok(figure) = Figure::new(page, axis(), axis(), colorbar) {
                        let off = off_page(&tree(&figure.overlay()));
                        assert!(off.is_none(), "{figsize:?} {label} {range:?}: {off:?}");
                    } else {
                        assert!(figsize.0 < 6.0 || figsize.1 < 4.0, "{figsize:?} {label} {range:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn text_off_the_page_is_noticed() {
        let svg = |x: i32| {
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='20'>\
                 <text x='{x}' y='15' font-family='Inter' font-size='10'>0000</text></svg>"
            )
        };
        assert!(off_page(&tree(&svg(10))).is_none());
        assert!(off_page(&tree(&svg(80))).is_some());
        assert!(off_page(&tree(&svg(-5))).is_some());
    }

    /// The whole vector document as pixels.
    fn drawn(figure: &Figure, cells: &Cells) -> Pixmap {
        let (width, height) = figure.page_pixels();
        let mut pixmap = Pixmap::new(width, height).unwrap();
        let scale = (figure.dpi() / 72.0) as f32;
        let tree = tree(&figure.document(cells, false));
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        pixmap
    }

    fn color(pixmap: &Pixmap, x: u32, y: u32) -> [u8; 3] {
        let pixel = pixmap.pixel(x, y).unwrap();
        [pixel.red(), pixel.green(), pixel.blue()]
    }

    #[test]
    fn hexagons_lie_where_their_cells_are() {
        let ranges = ((1.0, 1e4), (-3.0, 5.0));
        let grid = Hex::new((8, 5), ranges, (Scale::Log, Scale::Linear)).unwrap();
        let values = Values::Counts((0..grid.cells() as u64).collect());
        let colormap = Colormap::named("viridis").unwrap();
        let limits = Limits { vmin: 1.0, vmax: grid.cells() as f64 };
        let colors = ColorScale { mincnt: Some(3), ..ColorScale::new(Norm::Linear, limits, colormap) };
        let (thresholds, palette) = (colors.thresholds(), colors.palette());
        // The whole grid, a view of a part of it, and one that reaches beyond.
        for (x_range, y_range) in [ranges, ((5.0, 800.0), (-1.0, 2.0)), ((0.4, 3e4), (-4.0, 6.0))] {
            let axis = |range, scale| FigureAxis { range, scale, ..FigureAxis::default() };
            let (x, y) = (axis(x_range, Scale::Log), axis(y_range, Scale::Linear));
            let figure = Figure::new(Page::default(), x, y, None).unwrap();
            let hexagons = Hexagons { grid: &grid, values: &values, colors: &colors };
            let page = drawn(&figure, &Cells::Hexagons(hexagons));
            let ((left, top), (width, height)) = (figure.plot_origin(), figure.plot_pixels());
            let (low, high) = (x_range.0.log10(), x_range.1.log10());
            let mut compared = 0;
            for (j, i) in (3..height).step_by(7).flat_map(|j| (3..width).step_by(7).map(move |i| (j, i))) {
                let share = (f64::from(i) + 0.5) / f64::from(width);
                let x = grid.x.position(10f64.powf(low + share * (high - low)));
                let share = 1.0 - (f64::from(j) + 0.5) / f64::from(height);
                let y = grid.y.position(y_range.0 + share * (y_range.1 - y_range.0));
                // Only where all around is one cell: not on a border, nor on the line along it.
                let near = [(-0.08, 0.0), (0.08, 0.0), (0.0, -0.05), (0.0, 0.05)];
                let cell = grid.cell_at(x, y);
                if near.iter().any(|(dx, dy)| grid.cell_at(x + dx, y + dy) != cell) {
                    continue;
                }
                let entry = cell.map_or(0, |cell| thresholds.entry(values.key(cell, None)));
                let [r, g, b, a] = palette[entry];
                let wanted = if a == 0 { [255; 3] } else { [r, g, b] };
                assert_eq!(color(&page, left + i, top + j), wanted, "column {i}, row {j}, cell {cell:?}");
                compared += 1;
            }
            assert!(compared > 3000, "{compared}");
        }
    }

    #[test]
    fn pixels_in_vector_figures_are_not_blurred() {
        let axis = FigureAxis::default;
        let figure = Figure::new(Page::default(), axis(), axis(), None).unwrap();
        let raster = Raster::new(2, 1, vec![255, 0, 0, 255, 0, 0, 255, 255]);
        let page = drawn(&figure, &Cells::Raster(&raster));
        let ((left, top), (width, height)) = (figure.plot_origin(), figure.plot_pixels());
        for (i, j) in (0..width).flat_map(|i| [0, height / 2, height - 1].map(|j| (i, j))) {
            let wanted = if 2 * i + 1 < width { [255, 0, 0] } else { [0, 0, 255] };
            if 2 * i + 1 != width {
                assert_eq!(color(&page, left + i, top + j), wanted, "column {i}, row {j}");
            }
        }
    }
}
