//! Aggregate → Raster.
//!
//! The host works out once which column and row of the grid lies under each sample ([`Sampling`]) and at which values the
//! colour steps; what is left for each pixel is integers, so every backend gives the same bytes.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod mean;
mod resample;
mod ruler;
mod sampling;

pub use cpu::{shade, shade_colors};
#[cfg(feature = "gpu")]
pub use gpu::{DevicePicture, shade_counts, shade_on};
#[cfg(feature = "window")]
pub(crate) use resample::{Bench, Strips, transposed};
pub use resample::{Decimation, Interpolation, Resampling};
pub use sampling::Sampling;

#[cfg(test)]
mod fixtures {
    use std::sync::Arc;

    use crate::data::{Aggregate, Axis, ColorScale, Colormap, Grid, Hex, Limits, Norm, Rect, Scale, Values};

    pub fn grids() -> Vec<Grid> {
        let linear = (Scale::Linear, Scale::Linear);
        let axis = |bins| Axis::linear(-1.0, 3.0, bins).unwrap();
        let own = Axis::from_edges(vec![0.0, 0.1, 0.5, 3.0], Scale::Linear).unwrap();
        vec![
            Grid::Rect(Rect { x: axis(3), y: axis(2) }),
            Grid::Rect(Rect { x: own, y: Axis::log(1.0, 1000.0, 7).unwrap() }),
            Grid::Rect(Rect { x: axis(300), y: axis(1) }),
            Grid::Hex(Hex::new((5, 3), ((0.0, 1.0), (0.0, 1.0)), linear).unwrap()),
            Grid::Hex(Hex::new((1, 1), ((0.0, 1.0), (0.0, 1.0)), linear).unwrap()),
            Grid::Hex(Hex::new((90, 60), ((0.0, 1.0), (0.0, 1.0)), linear).unwrap()),
        ]
    }

    /// The grid with a different count in each cell.
    pub fn ramp(grid: Grid) -> Aggregate {
        let mut aggregate = Aggregate::empty(Arc::new(grid));
        let Values::Counts(counts) = &mut aggregate.values else { panic!("a binning counts") };
        counts.iter_mut().zip(0..).for_each(|(count, nth)| *count = nth * 7919 % 1013);
        aggregate
    }

    pub fn scale(norm: Norm) -> ColorScale {
        let limits = Limits { vmin: 3.0, vmax: 900.0 };
        let colormap = Colormap::named("magma").unwrap();
        ColorScale { shown: (None, Some(990.0)), mincnt: Some(5), ..ColorScale::new(norm, limits, colormap) }
    }
}
