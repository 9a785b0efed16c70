//! What a colour scale is asked to be, before there are values to fit it to.

use crate::data::aggregate::Values;
use crate::data::color_scale::{ColorScale, Extremes};
use crate::data::colormap::Colormap;
use crate::data::norm::{Equalized, Limits, Norm};
use crate::error::{Error, Result, plain};

/// The percentiles that [`Coloring::robust`] takes for limits: seaborn's.
pub(crate) const ROBUST: (f64, f64) = (0.02, 0.98);

/// Which values limits that are not given are fitted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// To those of the cells that are drawn.
    #[default]
    View,
    /// To those of a figure of all the data: with as many cells, made in the same way, but without a range or a part of a table. So views
    /// of several regions have the same colours for the same values.
    Data,
}

/// How values are to be coloured.
///
/// ```
/// use heatbin::{Coloring, Norm, Values};
/// let coloring = Coloring { norm: Norm::Log, vmax: Some(100.0), ..Coloring::default() };
/// let scale = coloring.fit(&Values::Counts(vec![0, 3, 7]))?;
/// assert_eq!((scale.limits.vmin, scale.limits.vmax), (3.0, 100.0));
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coloring {
    /// How values are spread over the colours.
    pub norm: Norm,
    /// The value of the first colour; the smallest shown unless given.
    pub vmin: Option<f64>,
    /// The value of the last colour; the largest shown unless given.
    pub vmax: Option<f64>,
    /// Limits that are not given are the 2nd and the 98th percentile of the values shown, not their extremes.
    pub robust: bool,
    /// Which values those limits are taken from. It is for builders, who know what there is beside the view; [`Coloring::fit`] takes the
    /// values that it is given.
    pub fit: Fit,
    /// The value of the middle colour: the colormap is cut so that it reaches as far as the limits on both sides (seaborn's `center`).
    pub center: Option<f64>,
    /// Cells with fewer rows have no colour and no say in the limits.
    pub mincnt: Option<u64>,
    /// Cells with a smaller value have no colour and no say in the limits.
    pub cmin: Option<f64>,
    /// Cells with a larger value have no colour and no say in the limits.
    pub cmax: Option<f64>,
    /// The colours.
    pub colormap: Colormap,
    /// Colours of what lies off the scale.
    pub extremes: Extremes,
}

impl Coloring {
    /// The scale for these values.
    ///
    /// # Errors
    /// If the limits make no sense (see [`Norm::limits`]).
    pub fn fit(&self, values: &Values) -> Result<ColorScale> {
        self.fit_as(values, matches!(values, Values::Counts(_)))
    }

    /// The scale for the opacity of cells that have so many rows, or so much, of all categories: the same, but that datashader equalises
    /// what has empty cells as if it were no counts.
    ///
    /// # Errors
    /// As [`Coloring::fit`].
    pub fn fit_opacity(&self, total: &Values) -> Result<ColorScale> {
        let is_full = (0..total.len()).all(|cell| total.rows(cell) > 0);
        self.fit_as(total, matches!(total, Values::Counts(_)) && is_full)
    }

    /// A scale that was fitted to other values, for cells with these: its arrows tell whether some of them lie off it.
    pub fn extended(&self, scale: ColorScale, values: &Values) -> ColorScale {
        let extend = beyond(scale.limits, self.extremes_shown(values));
        ColorScale { extend, ..scale }
    }

    /// The values that have a colour.
    fn values_shown(&self, values: &Values) -> impl Iterator<Item = f64> {
        values.shown(self.mincnt).filter(|&v| self.shows(v))
    }

    /// The smallest and the largest of them.
    fn extremes_shown(&self, values: &Values) -> Option<(f64, f64)> {
        values.extremes_where(self.mincnt, |value| self.shows(value))
    }

    fn fit_as(&self, values: &Values, counts: bool) -> Result<ColorScale> {
        let extremes = || self.extremes_shown(values);
        if !self.robust && !matches!(self.norm, Norm::Equalized(_)) {
            return self.fit_extremes(extremes());
        }
        let mut shown: Vec<f64> = self.values_shown(values).collect();
        let mut scale = self.fit_extremes(extremes())?;
        if let Norm::Equalized(_) = self.norm {
            scale.norm = Norm::Equalized(Equalized::fit(shown.iter().copied(), counts));
        } else if !shown.is_empty() {
            let ends = Some((percentile(&mut shown, ROBUST.0), percentile(&mut shown, ROBUST.1)));
            scale = self.fit_between(ends, extremes())?;
        }
        Ok(scale)
    }

    /// The scale for values of which the smallest and the largest shown are known; `None` if none is shown. Not for norms and limits that
    /// need all values: [`Coloring::needs_values`].
    ///
    /// # Errors
    /// As [`Coloring::fit`].
    pub fn fit_extremes(&self, extremes: Option<(f64, f64)>) -> Result<ColorScale> {
        self.fit_between(extremes, extremes)
    }

    /// The same with other ends than the extremes for limits that are not given.
    pub(crate) fn fit_between(
        &self,
        ends: Option<(f64, f64)>,
        extremes: Option<(f64, f64)>,
    ) -> Result<ColorScale> {
        self.scale(self.norm.limits(ends, (self.vmin, self.vmax))?, extremes)
    }

    /// Whether the extremes of the values are not enough for a scale.
    pub fn needs_values(&self) -> bool {
        self.robust || matches!(self.norm, Norm::Equalized(_))
    }

    /// Finds what makes no sense whatever the values are.
    ///
    /// # Errors
    /// As [`Coloring::fit`].
    pub fn check(&self) -> Result<()> {
        for (name, bound) in [("cmin", self.cmin), ("cmax", self.cmax), ("center", self.center)] {
            if let Some(bound) = bound.filter(|bound| !bound.is_finite()) {
                return Err(Error::usage(format!(
                    "{name} must be a finite number, not {bound}",
                    bound = plain(bound)
                )));
            }
        }
        self.norm.check()?;
        let colors = self.colormap.colors().len();
        if let Norm::Boundaries(values) = &self.norm
            && values.len() - 1 > colors
        {
            return Err(Error::usage(format!(
                "{} boundaries make more stretches than {} has colours, which are {colors}",
                values.len(),
                self.colormap.name()
            )));
        }
        self.fit_extremes(None).map(|_| ())
    }

    /// Whether a value has a colour: where two have one, so has all that lies between.
    pub(crate) fn shows(&self, value: f64) -> bool {
        value.is_finite()
            && self.norm.takes(value)
            && self.cmin.is_none_or(|low| value >= low)
            && self.cmax.is_none_or(|high| value <= high)
    }

    fn scale(&self, limits: Limits, extremes: Option<(f64, f64)>) -> Result<ColorScale> {
        let Limits { vmin, vmax } = limits;
        let colormap = match self.center {
            Some(center) if vmin <= vmax => self.colormap.centered(center, limits),
            _ => self.colormap.clone(),
        };
        Ok(ColorScale {
            shown: (self.cmin, self.cmax),
            mincnt: self.mincnt,
            extremes: self.extremes,
            extend: beyond(limits, extremes),
            ..ColorScale::new(self.norm.clone(), limits, colormap)
        })
    }
}

/// Whether values with these extremes lie below the limits, and whether above.
pub(crate) fn beyond(limits: Limits, extremes: Option<(f64, f64)>) -> (bool, bool) {
    extremes.map_or((false, false), |(low, high)| (low < limits.vmin, high > limits.vmax))
}

/// The value below which a share of the values lies, on a straight line between two neighbours: numpy's `percentile`.
fn percentile(values: &mut [f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let (below, rest) = (place.floor() as usize, place.fract());
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    on_the_way(low, above.iter().copied().fold(f64::INFINITY, f64::min), rest)
}

/// What lies this share of the way from `low` to `high`.
pub(crate) fn on_the_way(low: f64, high: f64, share: f64) -> f64 {
    match share {
        0.0 => low,
        // The side that numpy takes, so that rounding is its own too.
        _ if share < 0.5 => low + (high - low) * share,
        _ => high - (high - low) * (1.0 - share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(coloring: &Coloring, counts: &[u64]) -> (f64, f64) {
        let Limits { vmin, vmax } = coloring.fit(&Values::Counts(counts.to_vec())).unwrap().limits;
        (vmin, vmax)
    }

    /// As `seaborn.heatmap` paints a table of one number with a `center`.
    #[test]
    fn one_value_has_the_colour_of_its_side_of_the_centre() {
        let colors = |center: f64| {
            let coloring = Coloring { center: Some(center), ..Coloring::default() };
            let all = coloring.colormap.colors().to_vec();
            let scale = coloring.fit(&Values::Given(vec![5.0, 5.0])).unwrap();
            (scale.colormap.colors().to_vec(), all)
        };
        for (center, wanted) in [(0.0, 255), (5.0, 0), (9.0, 0)] {
            let (colors, all) = colors(center);
            assert!(colors.iter().all(|color| *color == all[wanted]), "{center}");
        }
    }

    #[test]
    fn hidden_cells_have_no_say_in_the_limits() {
        let coloring = Coloring { cmin: Some(2.0), cmax: Some(20.0), ..Coloring::default() };
        assert_eq!(limits(&coloring, &[0, 1, 5, 9, 500]), (5.0, 9.0));
        assert_eq!(limits(&coloring, &[0, 500]), (0.0, 1.0));
        let log = Coloring { norm: Norm::Log, ..Coloring::default() };
        assert_eq!(limits(&log, &[0, 0, 4]), (4.0, 4.0));
        assert_eq!(limits(&log, &[0]), (1.0, 10.0));
    }

    #[test]
    fn robust_limits_are_percentiles_and_give_way_to_others() {
        let counts: Vec<u64> = (0..=100).rev().collect();
        let robust = Coloring { robust: true, ..Coloring::default() };
        assert_eq!(limits(&robust, &counts), (2.0, 98.0));
        assert_eq!(limits(&Coloring { vmin: Some(0.0), ..robust.clone() }, &counts), (0.0, 98.0));
        // numpy.percentile of these, [2, 98].
        assert_eq!(limits(&robust, &[10, 0, 2, 1]), (0.06, 9.52));
        assert_eq!(limits(&robust, &[3, 100, 0, 1, 2, 7, 11, 15]), (0.14, 88.09999999999995));
        let scale = robust.fit(&Values::Counts(counts)).unwrap();
        assert_eq!(scale.extend, (true, true));
    }

    #[test]
    fn arrows_are_for_the_values_that_are_looked_at() {
        let coloring = Coloring { cmin: Some(1.0), ..Coloring::default() };
        let scale = coloring.fit(&Values::Counts(vec![5, 9, 20])).unwrap();
        for (counts, extend) in [
            (vec![6, 9], (false, false)),
            (vec![4, 9], (true, false)),
            (vec![5, 21], (false, true)),
            (vec![1, 99], (true, true)),
            (vec![0, 7], (false, false)),
            (vec![], (false, false)),
        ] {
            let extended = coloring.extended(scale.clone(), &Values::Counts(counts.clone()));
            assert_eq!((extended.extend, extended.limits), (extend, scale.limits), "{counts:?}");
        }
    }

    #[test]
    fn equalising_needs_the_values() {
        let coloring = Coloring { norm: "eq_hist".parse().unwrap(), ..Coloring::default() };
        assert!(coloring.needs_values());
        let scale = coloring.fit(&Values::Counts(vec![1, 1, 1, 1, 2, 2, 50, 100])).unwrap();
        // Shares 4/8, 6/8, 7/8 and 8/8, spread from the first to the last.
        let shares = [1.0, 2.0, 50.0, 100.0].map(|v| scale.norm.forward(v, scale.limits));
        assert_eq!(shares, [0.0, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn nonsense_is_found_without_values() {
        for coloring in [
            Coloring { vmin: Some(2.0), vmax: Some(1.0), ..Coloring::default() },
            Coloring { center: Some(f64::NAN), ..Coloring::default() },
            Coloring { norm: Norm::Log, vmin: Some(-1.0), ..Coloring::default() },
            Coloring {
                norm: Norm::Boundaries((0..20).map(f64::from).collect()),
                colormap: Colormap::named("tab10").unwrap(),
                ..Coloring::default()
            },
        ] {
            assert!(coloring.check().is_err());
        }
    }
}
