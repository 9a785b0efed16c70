//! A norm, its limits and a colormap, put together: what turns a value into a colour and what a colorbar shows.

use crate::data::aggregate::Values;
use crate::data::colormap::{Colormap, Rgba};
use crate::data::float::Ordered;
use crate::data::norm::{Limits, Norm, Thresholds};

/// From value to colour. [`Coloring::fit`](crate::Coloring::fit) makes one for given values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ColorScale {
    /// How values are spread over the colours.
    pub norm: Norm,
    /// The values of the first and the last colour.
    pub limits: Limits,
    /// The colours.
    pub colormap: Colormap,
    /// The smallest and the largest value that has a colour at all; `None` for no bound.
    pub shown: (Option<f64>, Option<f64>),
    /// Cells with fewer rows have no colour.
    pub mincnt: Option<u64>,
    /// Colours of what lies off the scale.
    pub extremes: Extremes,
    /// Whether values lie below and above the limits: then the colorbar ends in an arrow.
    pub extend: (bool, bool),
}

/// Colours of values that are not on the scale. `None` as in matplotlib: the first colour, the last, and none at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extremes {
    /// Of values below `vmin`.
    pub under: Option<Rgba>,
    /// Of values above `vmax`.
    pub over: Option<Rgba>,
    /// Of cells whose value has no colour.
    pub bad: Option<Rgba>,
}

impl ColorScale {
    /// A scale that shows every value the norm takes.
    pub fn new(norm: Norm, limits: Limits, colormap: Colormap) -> Self {
        let (shown, extremes, extend) = ((None, None), Extremes::default(), (false, false));
        Self { norm, limits, colormap, shown, mincnt: None, extremes, extend }
    }

    /// Makes all its colours fainter: `alpha` of 0 is clear, 1 changes nothing.
    pub(crate) fn fade(&mut self, alpha: f64) {
        let faded = |[r, g, b, a]: Rgba| [r, g, b, (f64::from(a) * alpha).round() as u8];
        self.colormap = self.colormap.recolored(faded);
        let Extremes { under, over, bad } = &mut self.extremes;
        for color in [under, over, bad].into_iter().flatten() {
            *color = faded(*color);
        }
    }

    /// The counts at which the palette's entries begin.
    pub fn thresholds(&self) -> Thresholds {
        self.table((first_shown(self.shown.0, self.mincnt), self.shown.1))
    }

    /// The values at which the palette's entries begin, for the keys that `values` have with this scale's `mincnt`.
    pub fn thresholds_of(&self, values: &Values) -> Thresholds {
        match values {
            Values::Counts(_) => self.thresholds(),
            Values::Reduced(_) | Values::Given(_) => self.table(self.shown),
        }
    }

    fn table(&self, shown: (Option<f64>, Option<f64>)) -> Thresholds {
        self.norm.thresholds(self.limits, self.colormap.colors().len(), shown)
    }

    /// The colours of a colorbar, from the lowest up: all of them, or that of each stretch between boundaries.
    pub fn bar(&self) -> Vec<Rgba> {
        let colors = self.colormap.colors();
        let Norm::Boundaries(values) = &self.norm else {
            // Where vmin is vmax, all cells have the first colour.
            let all = self.limits.vmin < self.limits.vmax;
            return if all { colors.to_vec() } else { colors[..1].to_vec() };
        };
        let (table, palette) = (self.table((None, None)), self.palette());
        let color = |&value: &f64| palette[table.entry(Ordered::of(value))];
        values[..values.len() - 1].iter().map(color).collect()
    }

    /// The colour of a value, whatever is hidden.
    pub fn color(&self, value: f64) -> Rgba {
        self.palette()[self.table((None, None)).entry(Ordered::of(value))]
    }

    /// The colours of the entries of [`Thresholds::entry`]: none, below the scale, the colormap's, above the scale, none.
    pub fn palette(&self) -> Vec<Rgba> {
        let Extremes { under, over, bad } = self.extremes;
        let colors = self.colormap.colors();
        let bad = bad.unwrap_or([0; 4]);
        let mut palette = vec![bad, under.unwrap_or(colors[0])];
        palette.extend(colors);
        palette.extend([over.unwrap_or(colors[colors.len() - 1]), bad]);
        palette
    }
}

/// The smallest count that is shown: a cell's value is its rows.
fn first_shown(cmin: Option<f64>, mincnt: Option<u64>) -> Option<f64> {
    let rows = mincnt.map(|rows| rows as f64);
    cmin.map_or(rows, |cmin| Some(rows.map_or(cmin, |rows| rows.max(cmin))))
}
