//! The nouns: points, grids, aggregates, colours and pixels. No module here knows a stage, a file or a device.

mod aggregate;
mod axis;
#[cfg_attr(not(feature = "figure"), allow(dead_code, reason = "ticks of time use all of it"))]
pub(crate) mod calendar;
mod category;
mod clusters;
mod color_scale;
mod coloring;
mod colormap;
mod column;
mod contour;
mod cut;
mod float;
mod grid;
mod hex;
#[cfg(feature = "figure")]
mod lab;
mod labels;
mod layers;
mod linkage;
mod marginal;
mod matrix;
mod mixing;
mod norm;
#[cfg(any(feature = "window", feature = "cli"))]
mod patches;
mod points;
mod raster;
mod rect;
mod reduction;
mod scale;
mod table;
mod tally;
mod vector;
pub(crate) mod zeroed;

pub use aggregate::{Aggregate, Reduced, Values};
#[cfg(feature = "cli")]
pub(crate) use aggregate::{by_stretch, span_from};
pub use axis::Axis;
pub use category::{Category, Names};
pub use clusters::{Clustered, Clusters};
pub use color_scale::{ColorScale, Extremes};
pub use coloring::{Coloring, Fit};
#[cfg(feature = "window")]
pub(crate) use coloring::{ROBUST, beyond, on_the_way};
pub use colormap::{Colormap, Rgba};
pub use column::{Column, Floats};
pub use contour::{Contour, Level};
pub use cut::Cut;
pub use float::{Ordered, first_where};
pub use grid::{Grid, MAX_CELLS};
pub use hex::{Hex, HexAxis};
#[cfg(feature = "figure")]
pub(crate) use lab::lab;
pub use layers::Layers;
pub use linkage::{Linkage, Merge};
pub use marginal::Marginal;
pub use matrix::{Index, Matrix};
pub use mixing::Mixing;
pub use norm::{Equalized, Limits, Norm, Thresholds};
#[cfg(any(feature = "window", feature = "cli"))]
pub(crate) use patches::{MOST_ROWS, Patches};
pub use points::{Bounds, Points};
pub use raster::Raster;
#[cfg(feature = "figure")]
pub(crate) use raster::laid_over;
pub use rect::Rect;
pub use reduction::Reduction;
pub use scale::{Quantity, Scale};
pub use table::{Series, SeriesKind, Table};
pub use tally::Tally;
pub(crate) use vector::vectorized;
