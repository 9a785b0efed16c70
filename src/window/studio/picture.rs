//! From counts to a picture, of all points or of a share of them.

use std::sync::Arc;

use crate::data::{Aggregate, ColorScale, Limits, Raster};
use crate::error::Result;
use crate::shading::shade;
use crate::window::Request;

/// The colours for the counts of all points, and the pixels.
///
/// While a share is counted, it is coloured by limits that are smaller by that share, so that the picture does not grow
/// brighter on the way.
///
/// # Errors
/// If the limits that are asked for cannot be.
pub fn picture(request: &Request, aggregate: &Aggregate, share: f64) -> Result<(ColorScale, Arc<Raster>)> {
    let look = &request.look;
    let share = if share > 0.0 { share } else { 1.0 };
    let given = (look.limits.0.map(|v| v * share), look.limits.1.map(|v| v * share));
    let mincnt =
        look.mincnt.map(|count| if share < 1.0 { (count as f64 * share).ceil() as u64 } else { count });
    let limits = look.norm.limits(&aggregate.values, mincnt, given)?;
    let drawn = ColorScale { norm: look.norm, limits, colormap: look.colormap.clone(), mincnt };
    let (width, height) = request.pixels;
    let raster = shade(aggregate, &drawn, width, height);
    // As they were given: the way through the share would change the last bit.
    let whole = Limits {
        vmin: look.limits.0.unwrap_or(limits.vmin / share),
        vmax: look.limits.1.unwrap_or(limits.vmax / share),
    };
    Ok((ColorScale { limits: whole, mincnt: look.mincnt, ..drawn }, Arc::new(raster)))
}
