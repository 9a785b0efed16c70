//! Shading on the CPU: the definition.

use rayon::prelude::*;

use super::Sampling;
use super::ruler::{BAND, Entries, Own, Ruler};
use crate::data::zeroed::zeroed;
use crate::data::{Aggregate, ColorScale, Grid, Ordered, Raster, Rgba, Values};

/// The picture of an aggregate: `width` × `height` pixels that show all of its grid.
///
/// # Panics
/// If a side is longer than [`Raster::check_size`] allows.
///
/// ```
/// # use heatbin::{hist2d, Coloring, Colormap};
/// let aggregate = hist2d(&[0.0, 1.0, 1.0], &[0.0, 1.0, 1.0]).bins(2).aggregate()?;
/// let coloring = Coloring { colormap: Colormap::named("gray")?, ..Coloring::default() };
/// let scale = coloring.fit(&aggregate.values)?;
/// let raster = heatbin::shade(&aggregate, &scale, 4, 4);
/// assert_eq!(raster.pixel(3, 0), [255, 255, 255, 255]);
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn shade(aggregate: &Aggregate, scale: &ColorScale, width: u32, height: u32) -> Raster {
    draw(&aggregate.grid, &entries(&aggregate.values, scale), scale.palette(), (width, height))
}

/// The picture of cells with a colour each, which [`Mixing::mix`](crate::Mixing::mix) gives.
///
/// # Panics
/// As [`shade`], or if there are not as many colours as cells.
pub fn shade_colors(grid: &Grid, colors: Vec<Rgba>, width: u32, height: u32) -> Raster {
    assert_eq!(grid.cells(), colors.len(), "a colour for each cell");
    draw(grid, &Own, colors, (width, height))
}

fn draw(grid: &Grid, entries: &impl Entries, palette: Vec<Rgba>, (width, height): (u32, u32)) -> Raster {
    Raster::check_size(width, height).expect("a raster of a possible size");
    let ruler = Ruler::new(&Sampling::new(grid, width, height), palette);
    let line = 4 * width as usize;
    let mut pixels: Vec<u8> = zeroed(line * height as usize);
    let bands = pixels.par_chunks_mut((BAND * line).max(1)).enumerate();
    bands.for_each(|(band, pixels)| ruler.draw(entries, band * BAND, pixels));
    Raster::new(width, height, pixels)
}

/// The palette entry of each cell.
fn entries(values: &Values, scale: &ColorScale) -> Vec<u16> {
    // Most counts are small: their entries are looked up, the others searched.
    const SMALL: usize = 1 << 12;
    let thresholds = scale.thresholds_of(values);
    let mut entries: Vec<u16> = zeroed(values.len());
    let parts = entries.par_chunks_mut(SMALL).enumerate().map(|(part, entries)| (part * SMALL, entries));
    if let Values::Counts(counts) = values {
        let entry = |count: u64| thresholds.entry(Ordered::of(count as f64)) as u16;
        let small: Vec<u16> = (0..SMALL as u64).map(entry).collect();
        parts.for_each(|(first, entries)| {
            for (found, &count) in entries.iter_mut().zip(&counts[first..]) {
                let known = usize::try_from(count).ok().and_then(|count| small.get(count));
                *found = known.copied().unwrap_or_else(|| entry(count));
            }
        });
    } else {
        parts.for_each(|(first, entries)| {
            for (found, cell) in entries.iter_mut().zip(first..) {
                *found = thresholds.entry(values.key(cell, scale.mincnt)) as u16;
            }
        });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Norm, Reduced, Reduction};
    use crate::shading::fixtures;

    #[test]
    fn rectangles_have_their_own_colours() {
        let aggregate = fixtures::ramp(fixtures::grids().swap_remove(0));
        let scale = fixtures::scale(Norm::Linear);
        let raster = shade(&aggregate, &scale, 6, 4);
        let (palette, thresholds) = (scale.palette(), scale.thresholds());
        for (x, y) in (0..6).flat_map(|x| (0..4).map(move |y| (x, y))) {
            let cell = (x / 2) * 2 + (3 - y) / 2;
            let wanted = palette[thresholds.entry(aggregate.values.key(cell, None))];
            assert_eq!(raster.pixel(x as u32, y as u32), wanted, "({x}, {y})");
        }
        assert_eq!(raster.pixel(0, 3), [0; 4], "a count below mincnt is not drawn");
    }

    #[test]
    fn cells_with_a_colour_each_are_drawn_as_those_of_a_scale() {
        for grid in fixtures::grids() {
            let aggregate = fixtures::ramp(grid);
            let scale = fixtures::scale(Norm::Log);
            let (table, palette) = (scale.thresholds(), scale.palette());
            let color = |cell| palette[table.entry(aggregate.values.key(cell, None))];
            let colors = (0..aggregate.values.len()).map(color).collect();
            assert!(shade_colors(&aggregate.grid, colors, 50, 30) == shade(&aggregate, &scale, 50, 30));
        }
    }

    #[test]
    fn cells_of_no_value_or_too_few_rows_are_transparent() {
        let mut aggregate = fixtures::ramp(fixtures::grids().swap_remove(0));
        aggregate.values = Values::Reduced(Reduced {
            reduction: Reduction::Mean,
            values: vec![f64::NAN, -700.0, 0.5, 100.0, 900.0, 950.0],
            rows: vec![0, 5, 4, 5, 6, 7],
            smoothed: false,
        });
        let scale = fixtures::scale(Norm::Linear);
        assert_eq!(scale.mincnt, Some(5));
        let raster = shade(&aggregate, &scale, 3, 2);
        let drawn: Vec<bool> = (0..6).map(|cell| raster.pixel(cell / 2, 1 - cell % 2)[3] > 0).collect();
        assert_eq!(drawn, [false, true, false, true, true, true]);
        let palette = scale.palette();
        assert_eq!(raster.pixel(0, 0), palette[1], "a value below the scale has the first colour");
    }

    #[test]
    fn samples_are_averaged() {
        let aggregate = fixtures::ramp(fixtures::grids().swap_remove(3));
        let raster = shade(&aggregate, &fixtures::scale(Norm::Linear), 60, 40);
        let mut colors: Vec<_> =
            (0..60).flat_map(|x| (0..40).map(move |y| (x, y))).map(|(x, y)| raster.pixel(x, y)).collect();
        colors.sort_unstable();
        colors.dedup();
        assert!(colors.len() > aggregate.values.len(), "the sides of hexagons are smooth");
    }

    #[test]
    fn an_image_without_pixels_is_empty() {
        let aggregate = fixtures::ramp(fixtures::grids().swap_remove(0));
        assert!(shade(&aggregate, &fixtures::scale(Norm::Log), 0, 7).pixels().is_empty());
    }
}
