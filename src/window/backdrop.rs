//! What lies behind the cells: dark, unless the darkest of them would vanish on it.
//!
//! How well a colour is seen on another is told by their distance in CIELAB, as hue and saturation tell them apart too: by luminance
//! alone, viridis' purple would be as good as black. 2.3 is just noticed side by side; cells of a pixel or two need many times that.
//! Nothing is to vanish, be it the highest cells of a reversed map or those in the middle of one that goes through all greys; but the
//! lowest cells are most, and lie alone, so they ask for more.

use egui::Color32;

use super::request::Frame;
use super::theme;
use crate::data::{Rgba, lab};

/// From the first to the last choice. The last is for maps of greys, from which no grey stands out.
const BACKDROPS: [Color32; 3] = [theme::EMPTY, Color32::from_rgb(72, 74, 80), Color32::from_rgb(30, 62, 90)];

/// As far as all colours should be from the backdrop.
const APART: f64 = 15.0;

/// How much farther the lowest should be.
const LOWEST: f64 = 1.6;

/// What lies behind the cells, found anew when their colours are others: many pictures in a row have the same.
#[derive(Debug)]
pub(super) struct Backdrop {
    /// The lowest colours, and all.
    of: (Vec<Rgba>, Vec<Rgba>),
    color: Color32,
}

impl Default for Backdrop {
    fn default() -> Self {
        Self { of: Default::default(), color: theme::EMPTY }
    }
}

impl Backdrop {
    /// The first backdrop that all cells of a picture stand out from; if there is none, the one that they do most.
    pub fn behind(&mut self, frame: &Frame) -> Color32 {
        let colors = colors_of(frame);
        if self.of != colors {
            self.color = choice(&colors.0, &colors.1);
            self.of = colors;
        }
        self.color
    }
}

/// The lowest colours of a picture's cells, and all of them.
fn colors_of(frame: &Frame) -> (Vec<Rgba>, Vec<Rgba>) {
    let Some(mixture) = &frame.mixture else {
        let palette = frame.scale.palette();
        // Below the scale, and its first colour.
        return (palette[1..3].to_vec(), palette);
    };
    let grouping = frame.request.look.category.as_ref();
    let alpha = grouping.map_or(u8::MAX, |grouping| grouping.mixing.alpha.0);
    (Vec::new(), mixture.key.iter().map(|&[r, g, b, _]| [r, g, b, alpha]).collect())
}

fn choice(lowest: &[Rgba], all: &[Rgba]) -> Color32 {
    let apart = |backdrop: Color32| {
        let nearest = |colors: &[Rgba]| {
            // What has no colour is the backdrop itself.
            let seen = colors.iter().filter(|color| color[3] > 0);
            seen.map(|&color| distance(color, backdrop)).fold(f64::INFINITY, f64::min)
        };
        nearest(all).min(nearest(lowest) / LOWEST)
    };
    let all = BACKDROPS.map(|backdrop| (backdrop, apart(backdrop)));
    let most = all.into_iter().reduce(|most, other| if other.1 > most.1 { other } else { most });
    let found = all.into_iter().find(|(_, apart)| *apart >= APART).or(most);
    found.map_or(theme::EMPTY, |(backdrop, _)| backdrop)
}

/// How far a colour that lies over a backdrop is from it.
fn distance([r, g, b, alpha]: Rgba, backdrop: Color32) -> f64 {
    let [below_r, below_g, below_b, _] = backdrop.to_array().map(f64::from);
    let share = f64::from(alpha) / 255.0;
    let over = |color: u8, below: f64| below + share * (f64::from(color) - below);
    let color = lab([over(r, below_r), over(g, below_g), over(b, below_b)]);
    let backdrop = lab([below_r, below_g, below_b]);
    let squares = color.iter().zip(backdrop).map(|(one, other)| (one - other) * (one - other));
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Colormap;

    /// How far the lowest colour of a map, and the nearest of all, are from a backdrop.
    fn apart(map: &Colormap, backdrop: Color32) -> (f64, f64) {
        let all = map.colors().iter().map(|&color| distance(color, backdrop));
        (distance(map.colors()[0], backdrop), all.fold(f64::INFINITY, f64::min))
    }

    fn of(map: &Colormap) -> Color32 {
        choice(&map.colors()[..1], map.colors())
    }

    #[test]
    fn no_colour_of_any_map_vanishes() {
        for name in Colormap::names() {
            let map = Colormap::named(&name).unwrap();
            let (lowest, nearest) = apart(&map, of(&map));
            assert!(lowest >= 20.0 && nearest >= 9.0, "{name}: {lowest:.1} and {nearest:.1}");
        }
        // On the usual one they would.
        for name in ["inferno", "magma", "gray", "cet_fire", "viridis_r", "magma_r"] {
            let map = Colormap::named(name).unwrap();
            let is_dark = name != "viridis_r";
            assert_eq!(apart(&map, theme::EMPTY).1 < 4.0, is_dark, "{name}");
            assert_eq!(of(&map) == theme::EMPTY, !is_dark, "{name}");
        }
    }

    #[test]
    fn backdrops_are_dark_grey_or_blue() {
        let name = |name: &str| BACKDROPS.iter().position(|&one| one == of(&Colormap::named(name).unwrap()));
        let found = ["viridis", "plasma", "Blues", "turbo"].map(name);
        assert_eq!(found, [Some(0); 4]);
        assert_eq!(["magma", "inferno_r", "hot", "mako"].map(name), [Some(1); 4]);
        assert_eq!(["gray", "Greys"].map(name), [Some(2); 2]);
    }

    #[test]
    fn black_below_the_scale_and_a_black_category_are_seen() {
        let map = Colormap::named("viridis").unwrap();
        assert_ne!(choice(&[[0, 0, 0, 255], map.colors()[0]], map.colors()), theme::EMPTY);
        let faint = |colors: &[Rgba]| {
            let colors: Vec<Rgba> = colors.iter().map(|&[r, g, b, _]| [r, g, b, 40]).collect();
            choice(&[], &colors)
        };
        let tab10 = Colormap::named("tab10").unwrap();
        assert_eq!(faint(tab10.colors()), theme::EMPTY);
        assert_ne!(faint(&[tab10.colors(), &[[0, 0, 0, 255]]].concat()), theme::EMPTY);
        // Nothing to be seen.
        assert_eq!(choice(&[[0; 4]], &[[0; 4]]), theme::EMPTY);
    }

    /// The whole way from black to white, and none where nothing lies over it.
    #[test]
    fn distances_are_those_of_cielab() {
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-3, "{found}, not {wanted}");
        near(distance([255; 4], Color32::BLACK), 100.0);
        near(distance([255, 255, 255, 0], Color32::BLACK), 0.0);
    }
}
