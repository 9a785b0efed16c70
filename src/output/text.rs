//! SVG text → a tree that can be drawn, with the bundled font and no other.

use std::sync::{Arc, OnceLock};

use resvg::usvg::{self, Options, Tree, fontdb::Database};

use crate::figure::FONT;

/// Parses a figure's SVG. One unit of the tree is a point.
pub(super) fn tree(svg: &str) -> Tree {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    });
    let options = Options { dpi: 72.0, fontdb: fonts.clone(), ..Options::default() };
    usvg::Tree::from_str(svg, &options).expect("a figure is well-formed SVG")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColorScale, Colormap, Limits, Norm, Quantity, Scale};
    use crate::figure::{Colorbar, Figure, FigureAxis, Page};

    fn bar(norm: Norm, vmin: f64, vmax: f64, label: &str) -> Colorbar {
        let colormap = Colormap::named("magma").unwrap();
        let scale = ColorScale { norm, limits: Limits { vmin, vmax }, colormap, mincnt: None };
        Colorbar { scale, label: label.to_string(), whole: false }
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
                let axis = || FigureAxis { range, scale, quantity, label: label.to_string() };
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
}
