//! How cells are to look: their colours, and the page around them. Every builder has a [`Style`] and the setters that go with it.

#[cfg(feature = "figure")]
use super::labels::Labels;
#[cfg(feature = "figure")]
use crate::data::Rgba;
use crate::data::{Coloring, Colormap};
use crate::error::{Error, Result};
#[cfg(feature = "figure")]
use crate::figure::Page;

/// What was asked of the colours, the page and what is written on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    pub coloring: Coloring,
    /// Whether somebody chose the colormap.
    pub has_own_colors: bool,
    /// What was wrong with the words for a colormap.
    wrong: Option<String>,
    #[cfg(feature = "figure")]
    pub page: Page,
    /// Whether somebody chose the size of the page.
    #[cfg(feature = "figure")]
    pub has_own_size: bool,
    /// How high a page is whose size nobody chose, in inches; its width follows.
    #[cfg(feature = "cli")]
    pub height: Option<f64>,
    /// Whether x runs from right to left, and y from the top down.
    #[cfg(feature = "figure")]
    pub inverted: (bool, bool),
    #[cfg(feature = "figure")]
    pub labels: Labels,
    #[cfg(feature = "figure")]
    pub borders: Borders,
}

/// The lines between the cells of a table.
#[cfg(feature = "figure")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Borders {
    /// In points; 0 for none.
    pub width: f64,
    pub color: Rgba,
}

#[cfg(feature = "figure")]
impl Default for Borders {
    fn default() -> Self {
        Self { width: 0.0, color: [255; 4] }
    }
}

/// A builder that has a style.
#[cfg(feature = "cli")]
pub(crate) trait Styled {
    fn style(&mut self) -> &mut Style;
}

impl Style {
    /// Takes the colormap of this name, or keeps what is wrong with it.
    pub fn name_colormap(&mut self, name: &str) {
        match Colormap::named(name) {
            Ok(colormap) => self.take_colormap(colormap),
            Err(error) => self.wrong = Some(error.to_string()),
        }
    }

    pub fn take_colormap(&mut self, colormap: Colormap) {
        (self.coloring.colormap, self.has_own_colors) = (colormap, true);
    }

    /// The size of a page that nobody chose, if it is usually so large.
    #[cfg(feature = "figure")]
    pub fn usual_size(&self, (width, height): (f64, f64)) -> (f64, f64) {
        #[cfg(feature = "cli")]
        if let Some(high) = self.height {
            return (width * high / height, high);
        }
        (width, height)
    }

    /// Finds what is wrong with the colours already: that should be said before the work, not after it.
    pub fn check(&self) -> Result<()> {
        match &self.wrong {
            Some(wrong) => Err(Error::usage(wrong.clone())),
            None => self.coloring.check(),
        }
    }
}

/// The setters of a builder with a `style` that say which value has which colour.
macro_rules! color_setters {
    () => {
        /// Which value has which colour, in all: norm, limits, what is hidden, colormap. Replaces what was said of any of them before.
        pub fn coloring(mut self, coloring: $crate::data::Coloring) -> Self {
            (self.style.coloring, self.style.has_own_colors) = (coloring, true);
            self
        }

        /// How values are spread over the colours. Linear unless given.
        pub fn norm(mut self, norm: $crate::data::Norm) -> Self {
            self.style.coloring.norm = norm;
            self
        }

        /// The value of the first colour; the smallest shown unless given.
        pub fn vmin(mut self, vmin: f64) -> Self {
            self.style.coloring.vmin = Some(vmin);
            self
        }

        /// The value of the last colour; the largest shown unless given.
        pub fn vmax(mut self, vmax: f64) -> Self {
            self.style.coloring.vmax = Some(vmax);
            self
        }

        /// Takes the 2nd and the 98th percentile of what is shown for limits that are not given, as seaborn does.
        pub fn robust(mut self, robust: bool) -> Self {
            self.style.coloring.robust = robust;
            self
        }

        /// Which values limits that are not given are fitted to: those that are drawn unless given. [`Fit::Data`](crate::Fit::Data)
        /// gives views of several regions the same colours for the same values.
        pub fn fit(mut self, fit: $crate::data::Fit) -> Self {
            self.style.coloring.fit = fit;
            self
        }

        /// The value of the middle colour: the colormap is cut so that it reaches as far as the limits on both sides (seaborn's `center`).
        pub fn center(mut self, center: f64) -> Self {
            self.style.coloring.center = Some(center);
            self
        }

        /// Cells with a smaller value are not drawn and have no say in the colour scale.
        pub fn cmin(mut self, cmin: f64) -> Self {
            self.style.coloring.cmin = Some(cmin);
            self
        }

        /// Cells with a larger value are not drawn and have no say in the colour scale.
        pub fn cmax(mut self, cmax: f64) -> Self {
            self.style.coloring.cmax = Some(cmax);
            self
        }

        /// The colormap, by the name matplotlib or seaborn has for it.
        ///
        /// A wrong name is an error when the plot is drawn.
        pub fn cmap(mut self, name: &str) -> Self {
            self.style.name_colormap(name);
            self
        }

        /// The colormap itself.
        pub fn colormap(mut self, colormap: $crate::data::Colormap) -> Self {
            self.style.take_colormap(colormap);
            self
        }

        /// Colours of values below and above the limits and of cells without a colour.
        pub fn extremes(mut self, extremes: $crate::data::Extremes) -> Self {
            self.style.coloring.extremes = extremes;
            self
        }
    };
}

/// The setters of a builder with a `style` that say how its page looks.
#[cfg(feature = "figure")]
macro_rules! page_setters {
    () => {
        /// The title of the figure.
        pub fn title(mut self, title: impl Into<String>) -> Self {
            self.style.page.title = Some(title.into());
            self
        }

        /// The label of x; its name in the data, or nothing, unless given.
        pub fn xlabel(mut self, label: impl Into<String>) -> Self {
            self.style.labels.x.0 = label.into();
            self
        }

        /// The label of y; its name in the data, or nothing, unless given.
        pub fn ylabel(mut self, label: impl Into<String>) -> Self {
            self.style.labels.y.0 = label.into();
            self
        }

        /// Width and height of the page in inches; 6.4 × 4.8 unless given, as in matplotlib.
        pub fn figsize(mut self, width: f64, height: f64) -> Self {
            (self.style.page.figsize, self.style.has_own_size) = ((width, height), true);
            self
        }

        /// Pixels per inch; 200 unless given.
        pub fn dpi(mut self, dpi: f64) -> Self {
            self.style.page.dpi = dpi;
            self
        }

        /// The colours of the page and of what is written on it; light unless given.
        pub fn theme(mut self, theme: $crate::figure::Theme) -> Self {
            self.style.page.theme = theme;
            self
        }

        /// Leaves the background out.
        pub fn transparent(mut self, transparent: bool) -> Self {
            self.style.page.transparent = transparent;
            self
        }

        /// Draws the cells alone, without axes, on the whole page.
        pub fn bare(mut self, bare: bool) -> Self {
            self.style.page.bare = bare;
            self
        }
    };
}

/// The setters of a builder of tables with a `style` that say how its cells look.
#[cfg(feature = "figure")]
macro_rules! table_setters {
    () => {
        /// The label of the colorbar; nothing unless given. `None` leaves the colorbar out, and a legend too.
        pub fn cbar_label(mut self, label: Option<&str>) -> Self {
            self.style.labels.colorbar = label.into();
            self
        }

        /// Writes the value of each cell into it, in the given format; `None` for two significant digits, seaborn's `.2g`.
        ///
        /// Cells too small for their numbers are an error when the figure is drawn.
        pub fn annot(mut self, format: Option<$crate::figure::NumberStyle>) -> Self {
            self.style.labels.annot = Some(format.into());
            self
        }

        /// The width of lines between the cells, in points; 0, which is none, unless given.
        pub fn linewidths(mut self, points: f64) -> Self {
            self.style.borders.width = points;
            self
        }

        /// The colour of lines between the cells; white unless given.
        pub fn linecolor(mut self, color: $crate::data::Rgba) -> Self {
            self.style.borders.color = color;
            self
        }
    };
}

pub(super) use color_setters;
#[cfg(feature = "figure")]
pub(super) use page_setters;
#[cfg(feature = "figure")]
pub(super) use table_setters;
