//! A norm, its limits and a colormap, put together: what turns a value into a colour and what a colorbar shows.

use crate::data::aggregate::Values;
use crate::data::colormap::{Colormap, Rgb};
use crate::data::norm::{Limits, Norm, Thresholds};

/// Red, green, blue and opacity, 0 to 255, not premultiplied.
pub type Rgba = [u8; 4];

/// From value to colour.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorScale {
    /// How values are spread over the colours.
    pub norm: Norm,
    /// The values of the first and the last colour.
    pub limits: Limits,
    /// The colours.
    pub colormap: Colormap,
    /// Cells with fewer rows have no colour.
    pub mincnt: Option<u64>,
}

impl ColorScale {
    /// The counts at which the palette's entries begin.
    pub fn thresholds(&self) -> Thresholds {
        self.norm.thresholds(self.limits, self.colormap.colors().len(), self.mincnt)
    }

    /// The values at which the palette's entries begin, for the keys that `values` have with this scale's `mincnt`.
    pub fn thresholds_of(&self, values: &Values) -> Thresholds {
        match values {
            Values::Counts(_) => self.thresholds(),
            Values::Reduced(_) => self.norm.thresholds(self.limits, self.colormap.colors().len(), None),
        }
    }

    /// The colours of the entries of [`Thresholds::entry`]: none, below the scale, the colormap's, above the scale.
    ///
    /// As in matplotlib, values off the scale get the nearest colour of it, and a cell without a colour is transparent.
    pub fn palette(&self) -> Vec<Rgba> {
        let opaque = |&[r, g, b]: &Rgb| [r, g, b, 255];
        let colors = self.colormap.colors();
        let mut palette = vec![[0; 4], opaque(&colors[0])];
        palette.extend(colors.iter().map(opaque));
        palette.push(opaque(&colors[colors.len() - 1]));
        palette
    }
}
