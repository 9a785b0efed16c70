//! From counts to a picture, of all points or of a share of them.

use std::sync::Arc;

use crate::data::{Aggregate, ColorScale, Coloring, Limits, Raster};
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
    let coloring = Coloring {
        norm: look.norm.clone(),
        vmin: given.0,
        vmax: given.1,
        mincnt,
        colormap: look.colormap.clone(),
        ..Coloring::default()
    };
    let drawn = coloring.fit(&aggregate.values)?;
    let limits = drawn.limits;
    let (width, height) = request.pixels;
    let raster = shade(aggregate, &drawn, width, height);
    // As they were given: the way through the share would change the last bit.
    let scaled = |limit: f64| if look.norm.takes_limits() { limit / share } else { limit };
    let whole = Limits {
        vmin: look.limits.0.unwrap_or(scaled(limits.vmin)),
        vmax: look.limits.1.unwrap_or(scaled(limits.vmax)),
    };
    Ok((ColorScale { limits: whole, mincnt: look.mincnt, ..drawn }, Arc::new(raster)))
}
