//! An image under the cells: a map, a floor plan, a photograph.
//!
//! For PNG files each pixel of the plot box gets the mean of what lies on it, worked out on the host in f64 in a fixed order: so it is
//! the same whatever shades the cells. Vector files carry the image as it is.

use std::fmt::Write;

use crate::data::{Raster, Scale};
use crate::error::{Error, Result, plain};
use crate::figure::bitmap;
use crate::figure::layout::Area;
use crate::figure::svg::rect;

/// An image under the cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Underlay {
    /// The image, its first row on top.
    pub image: Raster,
    /// Where its left and right sides, and its lower and upper ones, lie on the axes, in data units; at the ends of the axes
    /// unless given. What lies beyond the plot box is cut off. On a log scale the image is stretched evenly over the page.
    pub extent: Option<((f64, f64), (f64, f64))>,
}

/// Where an image lies: its left and right side, and its lower and upper one, as shares of the plot box.
#[derive(Clone, Debug)]
pub(crate) struct Underlaid {
    image: Raster,
    x: (f64, f64),
    y: (f64, f64),
}

impl Underlaid {
    /// Finds the place of an image on two axes, which are ranges with scales.
    pub fn new(underlay: Underlay, x: ((f64, f64), Scale), y: ((f64, f64), Scale)) -> Result<Self> {
        let Underlay { image, extent } = underlay;
        if image.width() == 0 || image.height() == 0 {
            return Err(Error::usage("an image without pixels cannot lie under the cells"));
        }
        let place = |name, ends: Option<(f64, f64)>, (range, scale)| {
            ends.map_or(Ok((0.0, 1.0)), |ends| shares(ends, range, scale).map_err(|error| error.at(name)))
        };
        let (x, y) =
            (place("x of extent", extent.map(|e| e.0), x)?, place("y of extent", extent.map(|e| e.1), y)?);
        Ok(Self { image, x, y })
    }

    /// The same on axes that run the other way.
    pub fn mirrored(self, (across, down): (bool, bool)) -> Self {
        let turned = |is_turned: bool, (low, high): (f64, f64)| {
            if is_turned { (1.0 - high, 1.0 - low) } else { (low, high) }
        };
        Self {
            image: self.image.mirrored((across, down)),
            x: turned(across, self.x),
            y: turned(down, self.y),
        }
    }

    /// The pixels of a plot box of this size.
    pub fn raster(&self, width: u32, height: u32) -> Raster {
        let (across, down) = (f64::from(width), f64::from(height));
        let columns = parts((self.x.0 * across, self.x.1 * across), width, self.image.width());
        let (top, bottom) = ((1.0 - self.y.1) * down, (1.0 - self.y.0) * down);
        let rows = parts((top, bottom), height, self.image.height());
        let mut pixels = Vec::with_capacity(4 * width as usize * height as usize);
        // The row of the image that was squeezed last: where rows repeat, it is not done again.
        let mut squeezed: (Option<usize>, Vec<[f64; 4]>) = (None, Vec::new());
        for row in &rows {
            let mut sums = vec![[0.0; 4]; width as usize];
            for (nth, &weight) in row.weights.iter().enumerate() {
                let source = row.first + nth;
                if squeezed.0 != Some(source) {
                    squeezed = (Some(source), squeeze(&self.image, source, &columns));
                }
                for (sum, color) in sums.iter_mut().zip(&squeezed.1) {
                    sum.iter_mut().zip(color).for_each(|(sum, part)| *sum += weight * part);
                }
            }
            pixels.extend(sums.into_iter().flat_map(straight));
        }
        Raster::new(width, height, pixels)
    }

    /// The image, clipped to a plot box under a name of its own in the document.
    pub fn draw(&self, out: &mut String, plot: Area, clip: &str) {
        let box_path = rect(plot.left, plot.top, plot.width, plot.height);
        let place = Area {
            left: plot.left + self.x.0 * plot.width,
            top: plot.top + (1.0 - self.y.1) * plot.height,
            width: (self.x.1 - self.x.0) * plot.width,
            height: (self.y.1 - self.y.0) * plot.height,
        };
        writeln!(
            out,
            "<clipPath id=\"{clip}\"><path d=\"{box_path}\"/></clipPath>\n<g clip-path=\"url(#{clip})\">"
        )
        .expect("a String takes all");
        bitmap::smooth(out, &self.image, place);
        out.push_str("</g>\n");
    }
}

/// Where two values lie on an axis, as shares of it.
fn shares((low, high): (f64, f64), range: (f64, f64), scale: Scale) -> Result<(f64, f64)> {
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Err(Error::usage(format!(
            "the image must lie between two ascending numbers, not {low} and {high}",
            low = plain(low),
            high = plain(high)
        )));
    }
    if scale == Scale::Log && low <= 0.0 {
        return Err(Error::usage(format!(
            "a log scale needs values above 0, but the image begins at {low}",
            low = plain(low)
        )));
    }
    let (start, stop) = (scale.forward(range.0), scale.forward(range.1));
    let share = |value: f64| (scale.forward(value) - start) / (stop - start);
    let (low, high) = (share(low), share(high));
    // Beyond this, f64 cannot tell the pixels of a page apart.
    const FAR: f64 = 1e9;
    if !(low.abs() < FAR && high.abs() < FAR && high - low > 1.0 / FAR) {
        return Err(Error::usage(
            "the image is far larger or smaller than the axis, or far away from it: give the extent in the units of the axis",
        ));
    }
    Ok((low, high))
}

/// The pixels of the image that lie on one pixel of the page, and how much of it each covers.
struct Part {
    first: usize,
    weights: Vec<f64>,
}

/// What lies on each of `pixels` pixels, where an image of `source` pixels reaches from one position to another.
fn parts((from, to): (f64, f64), pixels: u32, source: u32) -> Vec<Part> {
    let count = f64::from(source);
    let position = |pixel: f64| (pixel - from) / (to - from) * count;
    let of_pixel = |k: u32| {
        let (start, end) = (position(f64::from(k)), position(f64::from(k) + 1.0));
        let (low, high) = (start.max(0.0), end.min(count));
        if low >= high {
            return Part { first: 0, weights: Vec::new() };
        }
        let first = low.floor() as usize;
        let last = (high.ceil() as usize).min(source as usize);
        let overlap = |j: usize| ((j + 1) as f64).min(high) - (j as f64).max(low);
        Part { first, weights: (first..last).map(|j| overlap(j).max(0.0) / (end - start)).collect() }
    };
    (0..pixels).map(of_pixel).collect()
}

/// A row of the image with the columns of the page, premultiplied.
fn squeeze(image: &Raster, row: usize, columns: &[Part]) -> Vec<[f64; 4]> {
    let color = |part: &Part| {
        let mut sum = [0.0; 4];
        for (nth, &weight) in part.weights.iter().enumerate() {
            let [r, g, b, a] = image.pixel((part.first + nth) as u32, row as u32).map(f64::from);
            let parts = [r * a / 255.0, g * a / 255.0, b * a / 255.0, a];
            sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += weight * part);
        }
        sum
    };
    columns.iter().map(color).collect()
}

/// A colour as bytes, not premultiplied.
fn straight([r, g, b, a]: [f64; 4]) -> [u8; 4] {
    let alpha = (a + 0.5).floor();
    if alpha < 1.0 {
        return [0; 4];
    }
    let byte = |premultiplied: f64| (premultiplied / a * 255.0 + 0.5).floor() as u8;
    [byte(r), byte(g), byte(b), alpha as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(width: u32, height: u32, opaque: bool) -> Raster {
        let byte = |k: u32| (k.wrapping_mul(2_654_435_761) >> 24) as u8;
        let bytes = (0..4 * width * height).map(|k| if opaque && k % 4 == 3 { 255 } else { byte(k) });
        Raster::new(width, height, bytes.collect())
    }

    fn placed(image: Raster, extent: Option<((f64, f64), (f64, f64))>) -> Underlaid {
        let axis = ((0.0, 10.0), Scale::Linear);
        Underlaid::new(Underlay { image, extent }, axis, axis).unwrap()
    }

    #[test]
    fn an_image_of_the_box_is_copied() {
        for (width, height) in [(1, 1), (7, 3), (61, 97)] {
            let image = noise(width, height, true);
            assert_eq!(placed(image.clone(), None).raster(width, height), image);
        }
    }

    #[test]
    fn larger_pixels_are_repeated_and_smaller_ones_are_means() {
        let image = noise(5, 4, true);
        let large = placed(image.clone(), None).raster(15, 8);
        for (x, y) in (0..15).flat_map(|x| (0..8).map(move |y| (x, y))) {
            assert_eq!(large.pixel(x, y), image.pixel(x / 3, y / 2), "({x}, {y})");
        }
        let gray = |values: &[u8]| values.iter().flat_map(|&v| [v, v, v, 255]).collect::<Vec<_>>();
        let image = Raster::new(4, 2, gray(&[0, 10, 20, 31, 100, 110, 120, 131]));
        assert_eq!(placed(image, None).raster(2, 1).pixels(), gray(&[55, 76]), "76 is 75.5, rounded");
    }

    #[test]
    fn what_is_clear_has_no_say_in_a_mean() {
        let image = Raster::new(2, 1, vec![200, 100, 0, 255, 9, 9, 9, 0]);
        assert_eq!(placed(image, None).raster(1, 1).pixels(), [200, 100, 0, 128]);
    }

    #[test]
    fn an_extent_moves_and_cuts_the_image() {
        let image = noise(4, 4, true);
        // Over the right upper quarter of a box of 8 × 8, a pixel each.
        let raster = placed(image.clone(), Some(((5.0, 10.0), (5.0, 10.0)))).raster(8, 8);
        assert_eq!((raster.pixel(4, 0), raster.pixel(7, 3)), (image.pixel(0, 0), image.pixel(3, 3)));
        assert_eq!((raster.pixel(3, 0), raster.pixel(4, 4)), ([0; 4], [0; 4]));
        // Twice as large as the box: its middle is seen.
        let raster = placed(image.clone(), Some(((-5.0, 15.0), (-5.0, 15.0)))).raster(2, 2);
        assert_eq!((raster.pixel(0, 0), raster.pixel(1, 1)), (image.pixel(1, 1), image.pixel(2, 2)));
    }

    #[test]
    fn an_extent_without_sense_is_refused() {
        let of = |x, scale| {
            let extent = Some((x, (0.0, 1.0)));
            let axis = |scale| ((1.0, 10.0), scale);
            let underlay = Underlay { image: noise(2, 2, true), extent };
            Underlaid::new(underlay, axis(scale), axis(Scale::Linear)).map(|placed| placed.x)
        };
        for x in
            [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (0.0, 1e-300), (1e300, 2e300)]
        {
            assert!(of(x, Scale::Linear).is_err(), "{x:?}");
        }
        assert!(of((0.0, 1.0), Scale::Log).unwrap_err().to_string().starts_with("x of extent: a log scale"));
        assert_eq!(of((1.0, 100.0), Scale::Log).unwrap(), (0.0, 2.0));
    }
}
