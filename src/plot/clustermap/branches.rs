//! The colours of the flat clusters in a tree.
//!
//! A colour on the page means one thing. So where strips stand beside the trees, no branch has a hue that a strip has too; where the strips
//! leave too few hues, branches are grey in turn, which tells neighbours apart and is taken for no category.

use crate::data::{Colormap, Linkage, Rgba, lab};
use crate::error::Result;

/// The palettes from which colours are taken, in this order; the first alone where there are no strips.
const PALETTES: [&str; 3] = ["Dark2", "Set1", "tab10"];
/// How far apart in hue, in degrees, a branch must be from the strips, and from other branches.
const FROM_STRIPS: f64 = 45.0;
const FROM_OTHERS: f64 = 25.0;
/// Chroma of CIELAB below which a colour is grey, and lightness above which a thin line is lost on paper.
const GREY: f64 = 15.0;
const LIGHT: f64 = 72.0;
/// Fewer colours than these tell no neighbours apart once they repeat at both ends.
const FEWEST: usize = 3;
/// Greys that can be told from each other and from the ink on light and dark paper.
const GREYS: [Rgba; 2] = [[112, 112, 112, 255], [172, 172, 172, 255]];

/// The colour of each merge that lies in a flat cluster, beside strips of these colours.
pub(super) fn branches(linkage: &Linkage, most: Option<usize>, strips: &[Rgba]) -> Result<Vec<Option<Rgba>>> {
    let Some(most) = most else { return Ok(Vec::new()) };
    let (inside, flat) = (linkage.inside(most), linkage.clusters(most));
    let colors = palette(flat.iter().copied().max().unwrap_or(1), strips)?;
    let n = linkage.observations();
    // Any leaf of each cluster tells its number.
    let mut leaf: Vec<usize> = (0..n).collect();
    let mut merges = Vec::with_capacity(n - 1);
    for (merge, is_inside) in linkage.merges().iter().zip(inside) {
        leaf.push(leaf[merge.left]);
        let number = flat[leaf[merge.left]] - 1;
        merges.push(is_inside.then(|| colors[number % colors.len()]));
    }
    Ok(merges)
}

/// Colours for so many clusters, which take turns if there are fewer.
fn palette(clusters: usize, strips: &[Rgba]) -> Result<Vec<Rgba>> {
    if strips.is_empty() {
        return Ok(Colormap::named(PALETTES[0])?.colors().to_vec());
    }
    let mut colors = Vec::new();
    let taken: Vec<f64> = strips.iter().filter_map(|&color| hue(color)).collect();
    let clear = |hue: f64, others: &[f64], least: f64| others.iter().all(|&other| apart(hue, other) >= least);
    let mut hues: Vec<f64> = Vec::new();
    for name in PALETTES {
        for &color in Colormap::named(name)?.colors() {
            if let Some(hue) = hue(color).filter(|_| lab_of(color)[0] <= LIGHT)
                && clear(hue, &taken, FROM_STRIPS)
                && clear(hue, &hues, FROM_OTHERS)
            {
                colors.push(color);
                hues.push(hue);
            }
        }
    }
    Ok(if colors.len() < clusters.min(FEWEST) { GREYS.to_vec() } else { colors })
}

/// The hue of a colour in degrees; greys have none.
fn hue(color: Rgba) -> Option<f64> {
    let [_, a, b] = lab_of(color);
    (libm::hypot(a, b) >= GREY).then(|| libm::atan2(b, a).to_degrees())
}

fn lab_of([r, g, b, _]: Rgba) -> [f64; 3] {
    lab([r, g, b].map(f64::from))
}

/// How far two hues are apart, up to 180 degrees.
fn apart(one: f64, other: f64) -> f64 {
    let turn = (one - other).rem_euclid(360.0);
    turn.min(360.0 - turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Mixing;

    #[test]
    fn only_branches_of_flat_clusters_have_a_colour() {
        let tree = Linkage::new([(0, 1, 1.0), (2, 3, 1.5), (4, 5, 9.0)]).unwrap();
        let colors = branches(&tree, Some(2), &[]).unwrap();
        assert!(colors[0].is_some() && colors[1].is_some() && colors[0] != colors[1] && colors[2].is_none());
        assert!(branches(&tree, None, &[]).unwrap().is_empty());
        assert!(branches(&tree, Some(9), &[]).unwrap().iter().all(Option::is_none));
    }

    #[test]
    fn no_branch_has_the_hue_of_a_strip() {
        let most = Colormap::named("cet_glasbey_category10").unwrap();
        for categories in 1..=40 {
            let strips = Mixing::default().colors(categories).unwrap();
            for clusters in [2, 3, 4, 12] {
                let colors = palette(clusters, &strips).unwrap();
                assert!(colors.len() >= clusters.min(2), "{categories} categories, {clusters} clusters");
                for (color, strip) in colors.iter().flat_map(|color| strips.iter().map(move |s| (color, s))) {
                    assert_ne!(color, strip);
                    if let (Some(one), Some(other)) = (hue(*color), hue(*strip)) {
                        assert!(apart(one, other) >= FROM_STRIPS, "{color:?} and {strip:?}");
                    }
                }
            }
        }
        assert!(
            palette(3, &Mixing::default().colors(3).unwrap()).unwrap().len() >= 3,
            "three species have colours"
        );
        assert_eq!(palette(3, most.colors()).unwrap(), GREYS, "no hue is left");
        let own = palette(3, &[]).unwrap();
        assert_eq!(own, Colormap::named("Dark2").unwrap().colors(), "without strips");
    }

    /// Those of the primaries of sRGB in CIELAB: (53.2, 80.1, 67.2), (87.7, −86.2, 83.2) and (32.3, 79.2, −107.9).
    #[test]
    fn hues_are_those_of_cielab() {
        assert!(hue([148, 148, 148, 255]).is_none());
        for (color, degrees) in
            [([255, 0, 0, 255], 40.0), ([0, 255, 0, 255], 136.0), ([0, 0, 255, 255], 306.3)]
        {
            assert!(apart(hue(color).unwrap(), degrees) < 0.1, "{:?}", hue(color));
        }
        assert_eq!([apart(350.0, 10.0), apart(-170.0, 170.0), apart(0.0, 180.0)], [20.0, 20.0, 180.0]);
    }
}
