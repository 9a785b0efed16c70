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
