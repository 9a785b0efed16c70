//! Categories mixed into one picture: datashader's rule.
//!
//! A cell has the mean of its categories' colours, weighted by their rows (the plain mean, if none has more than the baseline), and the
//! more opaque it is the more rows it has. Where weights were reduced, their sum, mean or the like takes the place of the rows.

use rayon::prelude::*;

use crate::data::aggregate::Values;
use crate::data::color_scale::ColorScale;
use crate::data::colormap::{Colormap, Rgba};
use crate::data::layers::Layers;
use crate::error::{Error, Result, counted};

/// How the colours of categories are mixed.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixing {
    /// A colour for each category: as many of a qualitative map as there are categories, or of any other map at equal distances. Unless
    /// given, seaborn's `colorblind` for up to ten and colorcet's `glasbey_category10` for more.
    pub key: Option<Colormap>,
    /// Rows, or what was made of weights, that a category has anyway: they do not weigh. The least that any category has in any cell
    /// unless given.
    pub baseline: Option<f64>,
    /// The opacity of cells with the least and with the most: datashader's `min_alpha` and `alpha`.
    pub alpha: (u8, u8),
}

impl Default for Mixing {
    fn default() -> Self {
        Self { key: None, baseline: None, alpha: (40, 255) }
    }
}

/// seaborn's `colorblind`: ten colours that the colour-blind tell apart too.
const COLORBLIND: [[u8; 3]; 10] = [
    [0x01, 0x73, 0xb2],
    [0xde, 0x8f, 0x05],
    [0x02, 0x9e, 0x73],
    [0xd5, 0x5e, 0x00],
    [0xcc, 0x78, 0xbc],
    [0xca, 0x91, 0x61],
    [0xfb, 0xaf, 0xe4],
    [0x94, 0x94, 0x94],
    [0xec, 0xe1, 0x33],
    [0x56, 0xb4, 0xe9],
];

impl Mixing {
    /// The colours of so many categories.
    ///
    /// # Errors
    /// If the key has fewer.
    pub fn colors(&self, categories: usize) -> Result<Vec<Rgba>> {
        let Some(key) = &self.key else {
            if categories <= COLORBLIND.len() {
                return Ok(COLORBLIND[..categories].iter().map(|&[r, g, b]| [r, g, b, 255]).collect());
            }
            let colors = Colormap::named("cet_glasbey_category10")?;
            return Ok(colors.colors()[..categories].to_vec());
        };
        let colors = key.colors();
        if categories > colors.len() {
            return Err(Error::usage(format!(
                "the color key '{}' has {}, but there are {categories} categories: name more colours, or leave it out",
                key.name(),
                counted(colors.len() as u64, "colour")
            )));
        }
        if key.is_qualitative() {
            return Ok(colors[..categories].to_vec());
        }
        let last = categories.saturating_sub(1).max(1);
        Ok((0..categories).map(|nth| colors[nth * (colors.len() - 1) / last]).collect())
    }

    /// The colour of each cell, of what the categories have and what they have together, with the scale that was fitted to that
    /// ([`Coloring::fit_opacity`](crate::Coloring::fit_opacity)). Cells that the scale does not show are transparent.
    ///
    /// # Errors
    /// As [`Mixing::colors`].
    pub fn mix(&self, layers: &Layers, total: &Values, scale: &ColorScale) -> Result<Vec<Rgba>> {
        const TOGETHER: usize = 1 << 12;
        let key = self.colors(layers.len())?;
        let baseline = self.baseline_of(layers);
        let (table, last) = (scale.thresholds_of(total), scale.palette().len() - 1);
        let color = |cell: usize| {
            let entry = table.entry(total.key(cell, scale.mincnt));
            if entry == 0 || entry == last || total.rows(cell) == 0 {
                return [0; 4];
            }
            let present = layers.values.iter().map(|values| values.present(cell));
            let alike = layers.values.iter().map(|values| values.rows(cell).min(1) as f64);
            let [r, g, b] = blend(&key, present.map(|value| value.map_or(0.0, |value| value - baseline)))
                .or_else(|| blend(&key, alike))
                .unwrap_or_default();
            [r, g, b, self.opacity(total.get(cell), scale)]
        };
        Ok((0..total.len()).into_par_iter().with_min_len(TOGETHER).map(color).collect())
    }

    /// The rows, or what was made of weights, that do not weigh where these are all there are.
    pub fn baseline_of(&self, layers: &Layers) -> f64 {
        let present = |values: &Values| {
            (0..values.len()).filter_map(|cell| values.present(cell)).fold(f64::INFINITY, f64::min)
        };
        let least = || layers.values.iter().map(present).fold(f64::INFINITY, f64::min);
        self.baseline.unwrap_or_else(|| Some(least()).filter(|least| least.is_finite()).unwrap_or(0.0))
    }

    fn opacity(&self, value: f64, scale: &ColorScale) -> u8 {
        let (faint, full) = (f64::from(self.alpha.0), f64::from(self.alpha.1));
        if scale.limits.vmin >= scale.limits.vmax {
            return self.alpha.1;
        }
        let share = scale.norm.forward(value, scale.limits).clamp(0.0, 1.0);
        (faint + share * (full - faint)) as u8
    }
}

/// The mean of some colours with these weights, of which negative ones count as 0; `None` if nothing weighs.
fn blend(key: &[Rgba], weights: impl Iterator<Item = f64>) -> Option<[u8; 3]> {
    let (mut sums, mut all) = ([0.0; 3], 0.0);
    for (color, weight) in key.iter().zip(weights) {
        let weight = weight.max(0.0);
        sums.iter_mut().zip(color).for_each(|(sum, &channel)| *sum += weight * f64::from(channel));
        all += weight;
    }
    // Cut, not rounded, as datashader does.
    (all > 0.0).then(|| sums.map(|sum| (sum / all) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Coloring;

    #[test]
    fn keys_have_a_colour_for_each_category_or_say_that_they_lack_one() {
        let colors = |key: &str, categories| {
            let key = Some(Colormap::named(key).unwrap());
            Mixing { key, ..Mixing::default() }.colors(categories)
        };
        let viridis = Colormap::named("viridis").unwrap();
        assert_eq!(colors("viridis", 3).unwrap(), [0, 127, 255].map(|nth| viridis.colors()[nth]));
        assert_eq!(colors("viridis", 1).unwrap(), viridis.colors()[..1]);
        assert_eq!(colors("tab10", 3).unwrap(), Colormap::named("tab10").unwrap().colors()[..3]);
        assert_eq!(colors("cet_glasbey", 2).unwrap(), Colormap::named("cet_glasbey").unwrap().colors()[..2]);
        let error = colors("tab10", 11).unwrap_err().to_string();
        assert!(error.contains("'tab10' has 10 colours, but there are 11 categories"), "{error}");
        for categories in [0, 1, 10, 11, 256] {
            let mut colors = Mixing::default().colors(categories).unwrap();
            assert_eq!(colors.len(), categories);
            colors.sort_unstable();
            colors.dedup();
            assert_eq!(colors.len(), categories, "each category has its own colour");
        }
    }

    #[test]
    fn colours_are_weighted_and_cells_without_rows_are_clear() {
        let layers = Layers {
            names: ["a", "b"].map(str::to_owned).to_vec(),
            values: [[0, 3, 0, 9], [0, 1, 2, 0]].map(|counts| Values::Counts(counts.to_vec())).to_vec(),
        };
        let total = Values::Counts(vec![0, 4, 2, 9]);
        let scale = Coloring { mincnt: Some(1), ..Coloring::default() }.fit_opacity(&total).unwrap();
        let key = Colormap::from_colors("two", vec![[200, 0, 0, 255], [0, 100, 8, 255]]).unwrap();
        let mixing = Mixing { key: Some(key), ..Mixing::default() };
        let colors = mixing.mix(&layers, &total, &scale).unwrap();
        // (4 - 2) / (9 - 2) of the way from 40 to 255 is 101.4.
        assert_eq!(colors, [[0; 4], [150, 25, 2, 101], [0, 100, 8, 40], [200, 0, 0, 255]]);
        let mixing = Mixing { baseline: Some(3.0), ..mixing };
        let colors = mixing.mix(&layers, &total, &scale).unwrap();
        assert_eq!(colors[1], [100, 50, 4, 101], "what does not weigh is a plain mean");
    }
}
