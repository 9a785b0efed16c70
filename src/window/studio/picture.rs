//! From counts to a picture, of all points or of a share of them.

use std::sync::Arc;

use crate::data::{Aggregate, ColorScale, Coloring, Limits, Norm, Raster, Reduction};
use crate::error::Result;
use crate::shading::shade;
use crate::window::Request;

/// The colours for the values of all points, and the pixels.
///
/// While a share of the rows is counted or summed, it is coloured by limits that are smaller by that share, so that the picture does not grow
/// brighter on the way.
///
/// # Errors
/// If the limits that are asked for cannot be.
pub fn picture(request: &Request, aggregate: &Aggregate, share: f64) -> Result<(ColorScale, Arc<Raster>)> {
    let asked = &request.look.coloring;
    let reduction = request.look.reduction;
    let mincnt = asked.mincnt.max(reduction.hides_empty().then_some(1));
    let counted = if share > 0.0 { share } else { 1.0 };
    // Means and the like are what they will be, only less surely.
    let share = if matches!(reduction, Reduction::Count | Reduction::Sum) { counted } else { 1.0 };
    let fewer = mincnt.map(|rows| if counted < 1.0 { (rows as f64 * counted).ceil() as u64 } else { rows });
    let drawn = Coloring { mincnt: fewer, ..scaled(asked, share) }.fit(&aggregate.values)?;
    let (width, height) = request.pixels;
    let raster = shade(aggregate, &drawn, width, height);
    // As they were given: the way through the share would change the last bit.
    let whole = |limit: f64| if asked.norm.takes_limits() { limit / share } else { limit };
    let limits = Limits {
        vmin: asked.vmin.unwrap_or(whole(drawn.limits.vmin)),
        vmax: asked.vmax.unwrap_or(whole(drawn.limits.vmax)),
    };
    let norm = if let Norm::Equalized(_) = asked.norm { drawn.norm.clone() } else { asked.norm.clone() };
    let shown = (asked.cmin, asked.cmax);
    Ok((ColorScale { norm, limits, shown, mincnt, ..drawn }, Arc::new(raster)))
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
