//! The sheet: its size, its resolution, its title.

use crate::data::Rgba;
use crate::error::{Error, Result};

/// The most device pixels a side of a page may have.
const LONGEST_SIDE: f64 = 32_768.0;
/// The most device pixels of a page: 1 GiB of RGBA.
const MOST_PIXELS: f64 = (1u32 << 28) as f64;

/// The sheet that a figure is drawn on.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Width and height in inches; matplotlib's 6.4 × 4.8 unless given.
    pub figsize: (f64, f64),
    /// Device pixels per inch. 200 unless given: 1280 × 960 pixels, sharp on a dense screen and in print, where
    /// matplotlib's 100 is coarse.
    pub dpi: f64,
    /// Stands above the plot box; wrapped where it is long.
    pub title: Option<String>,
    /// The cells alone fill the page: no axes, no text, no background.
    pub bare: bool,
    /// The colours of the page and of what is written on it.
    pub theme: Theme,
    /// Leaves the background out.
    pub transparent: bool,
    /// Draws lines over the cells at the labelled ticks.
    pub grid: bool,
    /// How long a unit of y is beside one of x.
    pub aspect: Aspect,
}

/// The colours of the page and of what is written on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Theme {
    /// Black on white.
    #[default]
    Light,
    /// Light grey on nearly black.
    Dark,
}

/// How long a unit of y is beside one of x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aspect {
    /// The plot box fills the page.
    #[default]
    Auto,
    /// As long: on maps, floor plans and the like; on log axes decades are alike. The plot box gets narrower or lower.
    Equal,
}

impl Theme {
    /// The colour of lines and text.
    pub(crate) fn ink(self) -> Rgba {
        match self {
            Self::Light => [0, 0, 0, 255],
            Self::Dark => [225, 227, 230, 255],
        }
    }

    /// The colour of the page.
    pub(crate) fn paper(self) -> Rgba {
        match self {
            Self::Light => [255; 4],
            Self::Dark => [20, 21, 24, 255],
        }
    }
}

impl Default for Page {
    fn default() -> Self {
        Self {
            figsize: (6.4, 4.8),
            dpi: 200.0,
            title: None,
            bare: false,
            theme: Theme::Light,
            transparent: false,
            grid: false,
            aspect: Aspect::Auto,
        }
    }
}

impl Page {
    /// Width and height in device pixels.
    pub(crate) fn pixels(&self) -> (u32, u32) {
        let pixels = |inches: f64| (inches * self.dpi).round().max(1.0) as u32;
        (pixels(self.figsize.0), pixels(self.figsize.1))
    }

    /// The size of a device pixel in points.
    pub(crate) fn point(&self) -> f64 {
        72.0 / self.dpi
    }

    pub(crate) fn check(&self) -> Result<()> {
        let (width, height) = self.figsize;
        if !(width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0) {
            return Err(Error::usage(format!(
                "figsize must be two numbers of inches above 0, not {width} × {height}"
            )));
        }
        if !(10.0..=10_000.0).contains(&self.dpi) {
            return Err(Error::usage(format!("dpi must be between 10 and 10000, not {}", self.dpi)));
        }
        let (across, down) = (width * self.dpi, height * self.dpi);
        if across > LONGEST_SIDE || down > LONGEST_SIDE || across * down > MOST_PIXELS {
            return Err(Error::usage(format!(
                "a page of {width} × {height} inches at {} dpi has {across:.0} × {down:.0} pixels; a side may have \
                 {LONGEST_SIDE}, and all together {MOST_PIXELS}: make figsize or dpi smaller",
                self.dpi
            )));
        }
        Ok(())
    }
}
