//! Pixels.

use crate::data::colormap::Rgba;
use crate::error::{Error, Result};

/// An image: RGBA8, rows from the top, not premultiplied.
#[derive(Clone, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Raster {
    /// An image of `width` × `height` from its bytes (4 each, rows from the top).
    ///
    /// # Panics
    /// If `pixels` is not `4 * width * height` bytes long.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Self {
        assert_eq!(pixels.len(), 4 * width as usize * height as usize, "4 bytes for each pixel");
        Self { width, height, pixels }
    }

    /// An image that cannot be seen.
    ///
    /// # Panics
    /// If there is no memory for it.
    pub fn clear(width: u32, height: u32) -> Self {
        Self { width, height, pixels: vec![0; 4 * width as usize * height as usize] }
    }

    /// Puts another image in the place of a part of this one, whose left top corner is given.
    ///
    /// # Panics
    /// If it does not lie within this one.
    pub fn paste(&mut self, image: &Self, (left, top): (u32, u32)) {
        assert!(left + image.width <= self.width && top + image.height <= self.height, "a part of the image");
        let (across, line) = (4 * self.width as usize, 4 * image.width as usize);
        for (row, source) in image.pixels.chunks_exact(line.max(1)).enumerate() {
            let start = (top as usize + row) * across + 4 * left as usize;
            self.pixels[start..start + line].copy_from_slice(source);
        }
    }

    /// This image mirrored, from left to right and from top to bottom, where it is said.
    #[cfg(feature = "figure")]
    #[must_use]
    pub(crate) fn mirrored(mut self, (across, down): (bool, bool)) -> Self {
        let line = 4 * self.width as usize;
        if across {
            for line in self.pixels.chunks_exact_mut(line.max(1)) {
                line.as_chunks_mut::<4>().0.reverse();
            }
        }
        if down {
            let (upper, lower) = self.pixels.split_at_mut(line * (self.height as usize / 2));
            let lines = upper.chunks_exact_mut(line.max(1)).zip(lower.rchunks_exact_mut(line.max(1)));
            lines.for_each(|(upper, lower)| upper.swap_with_slice(lower));
        }
        self
    }

    /// This image laid over another of its size.
    ///
    /// # Panics
    /// If the sizes differ.
    #[must_use]
    pub fn over(mut self, under: &Self) -> Self {
        assert_eq!((self.width, self.height), (under.width, under.height), "one size");
        for (over, under) in self.pixels.chunks_exact_mut(4).zip(under.pixels.chunks_exact(4)) {
            let color =
                laid_over([over[0], over[1], over[2], over[3]], [under[0], under[1], under[2], under[3]]);
            over.copy_from_slice(&color);
        }
        self
    }

    /// Whether an image may have so many pixels: 32,768 a side.
    ///
    /// # Errors
    /// If it has more.
    pub fn check_size(width: u32, height: u32) -> Result<()> {
        const LONGEST_SIDE: u32 = 1 << 15;
        if width <= LONGEST_SIDE && height <= LONGEST_SIDE {
            return Ok(());
        }
        Err(Error::usage(format!(
            "an image of {width} × {height} pixels is too large: a side may have {LONGEST_SIDE}"
        )))
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The bytes, 4 a pixel, rows from the top.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The colour at column `x`, row `y` from the top.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let start = 4 * (y as usize * self.width as usize + x as usize);
        self.pixels[start..start + 4].try_into().expect("4 bytes")
    }
}

/// One colour seen through another, neither premultiplied.
pub(crate) fn laid_over(over: Rgba, under: Rgba) -> Rgba {
    let (front, back) = (u32::from(over[3]), u32::from(under[3]) * (255 - u32::from(over[3])) / 255);
    match (front, front + back) {
        (0, _) => under,
        (_, alpha) => std::array::from_fn(|channel| match channel {
            3 => alpha as u8,
            _ => {
                let sum = u32::from(over[channel]) * front + u32::from(under[channel]) * back;
                ((sum + alpha / 2) / alpha) as u8
            }
        }),
    }
}

impl std::fmt::Debug for Raster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raster({} × {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_laid_over_others() {
        let over = Raster::new(3, 1, vec![10, 20, 30, 255, 0, 0, 0, 0, 200, 0, 0, 128]);
        let under = Raster::new(3, 1, vec![1, 2, 3, 4, 5, 6, 7, 8, 0, 100, 0, 255]);
        let wanted = [10, 20, 30, 255, 5, 6, 7, 8, 100, 50, 0, 255];
        assert_eq!(over.clone().over(&under).pixels(), wanted);
        assert_ne!(over.pixels(), wanted);
    }

    #[test]
    fn a_part_takes_the_place_of_what_was_there() {
        let mut all = Raster::clear(3, 2);
        all.paste(&Raster::new(1, 2, vec![1, 1, 1, 1, 2, 2, 2, 2]), (1, 0));
        assert_eq!([(0, 0), (1, 0), (2, 0), (1, 1)].map(|(x, y)| all.pixel(x, y)[0]), [0, 1, 0, 2]);
    }
}
