//! Pixels.

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

impl std::fmt::Debug for Raster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raster({} × {})", self.width, self.height)
    }
}
