//! The nouns: points, grids, aggregates, colours and pixels. No module here knows a stage, a file or a device.

mod aggregate;
mod axis;
mod color_scale;
mod coloring;
mod colormap;
mod column;
mod contour;
mod float;
mod grid;
mod hex;
mod norm;
mod points;
mod raster;
mod rect;
mod reduction;
mod scale;
mod tally;
mod vector;

pub use aggregate::{Aggregate, Reduced, Values};
pub use axis::Axis;
pub use color_scale::{ColorScale, Extremes};
pub use coloring::Coloring;
pub use colormap::{Colormap, Rgba};
pub use column::{Column, Floats};
pub use contour::{Contour, Level};
pub use float::{Ordered, first_where};
pub use grid::{Grid, MAX_CELLS};
pub use hex::{Hex, HexAxis};
pub use norm::{Equalized, Limits, Norm, Thresholds};
pub use points::{Bounds, Points};
pub use raster::Raster;
pub use rect::Rect;
pub use reduction::Reduction;
pub use scale::{Quantity, Scale};
pub use tally::Tally;
pub(crate) use vector::vectorized;
