//! Shading on the CPU: the definition.

use rayon::prelude::*;

use super::Sampling;
use super::ruler::{Entries, Own, Ruler};
use crate::data::{Aggregate, ColorScale, Grid, Ordered, Raster, Rgba, Values};

/// Lines of pixels that a thread draws one after the other: cells are stored by columns, and neighbouring lines share them.
const BAND: usize = 16;

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
    let sampling = Sampling::new(grid, width, height);
    let ruler = Ruler::new(&sampling, palette);
    let mut pixels = vec![0; 4 * width as usize * height as usize];
    let line = (4 * width as usize).max(1);
    pixels.par_chunks_mut(BAND * line).enumerate().for_each(|(band, pixels)| {
        for nth in 0..pixels.len() / line {
            let row = band * BAND + nth;
            if nth > 0 && ruler.are_alike(row, row - 1) {
                pixels.copy_within((nth - 1) * line..nth * line, nth * line);
            } else {
                ruler.draw(entries, row, &mut pixels[nth * line..][..line]);
            }
        }
    });
    Raster::new(width, height, pixels)
}

/// The palette entry of each cell.
fn entries(values: &Values, scale: &ColorScale) -> Vec<u16> {
    // Most counts are small: their entries are looked up, the others searched.
    const SMALL: usize = 1 << 12;
    let thresholds = scale.thresholds_of(values);
    if !matches!(values, Values::Counts(_)) {
        let entry = |cell| thresholds.entry(values.key(cell, scale.mincnt)) as u16;
        return (0..values.len()).into_par_iter().with_min_len(SMALL).map(entry).collect();
    }
    let small: Vec<u16> = (0..SMALL).map(|v| thresholds.entry(Ordered::of(v as f64)) as u16).collect();
    let entry = |cell| match usize::try_from(values.rows(cell)).ok().and_then(|count| small.get(count)) {
        Some(&entry) => entry,
        None => thresholds.entry(values.key(cell, None)) as u16,
    };
    (0..values.len()).into_par_iter().with_min_len(SMALL).map(entry).collect()
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
