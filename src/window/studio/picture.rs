//! From counts to a picture, of all points or of a share of them.

use std::borrow::Cow;
use std::sync::Arc;

use super::whole::Fitted;
use crate::data::{
    Aggregate, ColorScale, Coloring, Layers, Limits, Mixing, Norm, Reduction, Tally, Values, beyond,
};
use crate::error::Result;
use crate::gpu::Survey;
use crate::plot::Mixture;
use crate::shading::{DevicePicture, shade, shade_counts};
use crate::window::{Grouping, LeftCounts, Look, Pixels, Request};

/// What is shown of some cells.
pub struct Shown {
    /// The colours for the values of all points; of categories, the opacity.
    pub scale: ColorScale,
    /// The categories, if there are any.
    pub mixture: Option<Arc<Mixture>>,
    /// The pixels.
    pub picture: Pixels,
}

/// The colours for the values of all points, and the pixels.
///
/// While a share of the rows is counted or summed, it is coloured by limits that are smaller by that share, so that the picture does not grow
/// brighter on the way. `whole` are the colours of all the data, if those of the view are not wanted.
///
/// # Errors
/// If the limits that are asked for cannot be, or there are fewer colours than categories.
pub fn picture(
    request: &Request,
    aggregate: &Aggregate,
    layers: Option<Layers>,
    share: f64,
    whole: Option<&Fitted>,
) -> Result<Shown> {
    let reduction = aggregate.values.reduction();
    let asked = &coloring_of(&request.look, &aggregate.values, layers.is_some());
    let mincnt = asked.mincnt;
    let counted = if share > 0.0 { share } else { 1.0 };
    // Means and the like are what they will be, only less surely.
    let share = if matches!(reduction, Reduction::Count | Reduction::Sum) { counted } else { 1.0 };
    let fewer = mincnt.map(|rows| if counted < 1.0 { (rows as f64 * counted).ceil() as u64 } else { rows });
    let coloring = Coloring { mincnt: fewer, ..scaled(asked, share) };
    let (width, height) = request.pixels;
    // What the colours are fitted to: of categories, what they have together.
    let values = match &layers {
        Some(layers) => layers.total(&aggregate.values),
        None => Cow::Borrowed(&aggregate.values),
    };
    let fitted = whole.map(|whole| coloring.extended(fainter(&whole.scale, share, fewer), &values));
    let (drawn, mixture, raster) = match (&request.look.category, layers) {
        (Some(grouping), Some(layers)) => {
            let drawn = fitted.map_or_else(|| coloring.fit_opacity(&values), Ok)?;
            let baseline = whole.map_or(grouping.mixing.baseline, |whole| whole.baseline);
            let mixture = mixed(grouping, layers, &values, &drawn, baseline.map(|rows| rows * share))?;
            let raster = mixture.shade(&aggregate.grid, width, height);
            (drawn, Some(Arc::new(mixture)), raster)
        }
        _ => {
            let drawn = fitted.map_or_else(|| coloring.fit(&values), Ok)?;
            let raster = shade(aggregate, &drawn, width, height);
            (drawn, None, raster)
        }
    };
    if let Some(Fitted { scale, .. }) = whole {
        let scale = ColorScale { extend: drawn.extend, ..scale.clone() };
        return Ok(Shown { scale, mixture, picture: Pixels::Host(Arc::new(raster)) });
    }
    // As they were given: the way through the share would change the last bit.
    let whole = |limit: f64| if asked.norm.takes_limits() { limit / share } else { limit };
    let limits = Limits {
        vmin: asked.vmin.unwrap_or(whole(drawn.limits.vmin)),
        vmax: asked.vmax.unwrap_or(whole(drawn.limits.vmax)),
    };
    let norm = if let Norm::Equalized(_) = asked.norm { drawn.norm.clone() } else { asked.norm.clone() };
    let scale = ColorScale { norm, limits, shown: (asked.cmin, asked.cmax), mincnt, ..drawn };
    Ok(Shown { scale, mixture, picture: Pixels::Host(Arc::new(raster)) })
}

/// The same of counts on a device, all of them, where the picture is left as well; with where the rows went. `None` if it takes the host
/// to make what is asked for.
///
/// The limits of the colours take no more than the extremes of the counts; only where they take all values, these come back.
///
/// # Errors
/// As [`picture`], or if the device fails.
pub fn picture_on_device(
    request: &Request,
    left: &Arc<LeftCounts>,
    whole: Option<&Fitted>,
) -> Result<Option<(Tally, Shown)>> {
    let (look, counts, (width, height)) = (&request.look, left.counts(), request.pixels);
    let fits = width as usize * height as usize <= DevicePicture::MOST_PIXELS;
    let are_shown = look.reduction == Reduction::Count && look.category.is_none();
    if !fits || !are_shown || look.filter(counts.grid()).is_some() {
        return Ok(None);
    }
    let coloring = &look.coloring;
    let least = coloring.mincnt.map(|rows| rows as f64).into_iter().chain(coloring.cmin).reduce(f64::max);
    let first = coloring.norm.first_count(least);
    let needs_values = coloring.needs_values() && whole.is_none();
    let (scale, tally) = match u32::try_from(first) {
        Ok(first) if coloring.cmax.is_none() && !needs_values => {
            let Survey { extremes, tally } = counts.survey(first)?;
            let extremes = extremes.map(|(low, high)| (f64::from(low), f64::from(high)));
            let scale = match whole {
                Some(Fitted { scale, .. }) => {
                    ColorScale { extend: beyond(scale.limits, extremes), ..scale.clone() }
                }
                None => coloring.fit_extremes(extremes)?,
            };
            (scale, tally)
        }
        _ => {
            let cells = left.read()?;
            let scale = match whole {
                Some(Fitted { scale, .. }) => coloring.extended(scale.clone(), &cells.values),
                None => coloring.fit(&cells.values)?,
            };
            (scale, cells.tally)
        }
    };
    let picture = shade_counts(counts.device(), counts, &scale, (width, height))?;
    Ok(Some((tally, Shown { scale, mixture: None, picture: Pixels::Device(Arc::new(picture)) })))
}

/// The colours of the categories, mixed where they have these values together.
fn mixed(
    grouping: &Grouping,
    layers: Layers,
    total: &Values,
    drawn: &ColorScale,
    baseline: Option<f64>,
) -> Result<Mixture> {
    let mixing = Mixing { baseline, ..grouping.mixing.clone() };
    let cells = mixing.mix(&layers, total, drawn)?;
    Ok(Mixture { key: mixing.colors(layers.len())?, layers, cells })
}

/// What is asked of the colours of such values, those that empty cells never have included.
pub fn coloring_of(look: &Look, values: &Values, is_mixed: bool) -> Coloring {
    let hidden = (values.hide_empty() || is_mixed).then_some(1);
    Coloring { mincnt: look.coloring.mincnt.max(hidden), ..look.coloring.clone() }
}

/// The scale for all counts, for this share of them.
fn fainter(scale: &ColorScale, share: f64, mincnt: Option<u64>) -> ColorScale {
    let of = |value: Option<f64>| value.map(|value| value * share);
    let norm = scale.norm.scaled(share);
    let limits = Limits { vmin: scale.limits.vmin * share, vmax: scale.limits.vmax * share };
    ColorScale { norm, limits, mincnt, shown: (of(scale.shown.0), of(scale.shown.1)), ..scale.clone() }
}

/// The colours of all counts for this share of them.
fn scaled(asked: &Coloring, share: f64) -> Coloring {
    let of = |value: Option<f64>| value.map(|value| value * share);
    Coloring {
        vmin: of(asked.vmin),
        vmax: of(asked.vmax),
        center: of(asked.center),
        cmin: of(asked.cmin),
        cmax: of(asked.cmax),
        ..asked.clone()
    }
}
