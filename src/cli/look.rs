//! What can be typed about colours and the page: the same for all that draws.

use std::path::PathBuf;

use clap::ValueEnum;

use super::parse;
use crate::data::{Coloring, Colormap, Extremes, Fit, Norm, Rgba};
use crate::error::Result;
use crate::figure::{NumberStyle, Theme, add_font};
use crate::plot::{BarLabel, Styled};

/// Which value has which colour: the same for figures and windows.
#[derive(Debug, clap::Args)]
pub struct ColorArgs {
    /// How values are spread over the colours: linear, log, log1p, symlog:LINTHRESH, asinh:WIDTH, power:GAMMA, cbrt,
    /// twoslope:CENTER, centered:CENTER[,HALFRANGE], boundaries:V0,V1,... or eq_hist. linear
    /// unless given; log for counts in a window.
    #[arg(long, value_name = "NORM", value_parser = parse::norm, help_heading = "Colour")]
    pub norm: Option<Norm>,
    /// Value of the first colour; the smallest unless given.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub vmin: Option<f64>,
    /// Value of the last colour; the largest unless given.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub vmax: Option<f64>,
    /// Limits that are not given are the 2nd and the 98th percentile.
    #[arg(long, help_heading = "Colour")]
    pub robust: bool,
    /// Which cells limits that are not given are fitted to: those that are drawn, or those of a figure of all the data, without --range
    /// (of a table, without --rows and --columns), so that views of several regions have the same colours for the same values.
    #[arg(long, value_name = "FIT", default_value = "view", help_heading = "Colour")]
    pub fit: FitArg,
    /// Value of the middle colour: the colormap is cut to reach as far as the limits on both sides.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub center: Option<f64>,
    /// Do not draw cells with a smaller value.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub cmin: Option<f64>,
    /// Do not draw cells with a larger value.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, help_heading = "Colour", value_parser = parse::number)]
    pub cmax: Option<f64>,
    /// Colour of values below the limits, by name or as #rrggbb; the first of the colormap unless given.
    #[arg(long, value_name = "COLOUR", help_heading = "Colour", value_parser = parse::color)]
    pub under: Option<Rgba>,
    /// Colour of values above the limits; the last of the colormap unless given.
    #[arg(long, value_name = "COLOUR", help_heading = "Colour", value_parser = parse::color)]
    pub over: Option<Rgba>,
    /// Colour of cells whose value has none, such as empty cells on a log scale; none unless given.
    #[arg(long, value_name = "COLOUR", help_heading = "Colour", value_parser = parse::color)]
    pub bad: Option<Rgba>,
    /// Colormap of matplotlib, seaborn or colorcet (`heatbin colormaps` lists them); or colours to blend, as white,#f40,black; listed:red,blue
    /// as they are; ramp:red from faint to red; @FILE a colour a line. viridis
    /// unless given; magma in a window; rocket of a table, icefire if it has a center.
    #[arg(long, alias = "colormap", value_name = "CMAP", value_parser = parse::cmap, help_heading = "Colour")]
    pub cmap: Option<Colormap>,
}

impl ColorArgs {
    /// What was typed, and for the rest what is usual.
    pub fn coloring(&self, usual: Coloring) -> Coloring {
        Coloring {
            norm: self.norm.clone().unwrap_or(usual.norm),
            vmin: self.vmin,
            vmax: self.vmax,
            robust: self.robust,
            fit: self.fit.into(),
            center: self.center,
            mincnt: None,
            cmin: self.cmin,
            cmax: self.cmax,
            colormap: self.cmap.clone().unwrap_or(usual.colormap),
            extremes: Extremes { under: self.under, over: self.over, bad: self.bad },
        }
    }
}

/// Fonts beside the bundled one.
#[derive(Debug, clap::Args)]
pub struct FontArgs {
    /// A font, .ttf, .otf or .ttc, for characters that the bundled one lacks, such as Chinese ones. Several may be given.
    #[arg(long, value_name = "FILE", help_heading = "Figure")]
    font: Vec<PathBuf>,
}

impl FontArgs {
    /// Adds them to those of the process.
    pub fn add(&self) -> Result<()> {
        self.font.iter().try_for_each(add_font)
    }
}

/// What every figure has.
#[derive(Debug, clap::Args)]
pub struct FigureArgs {
    /// Title of the figure.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub title: Option<String>,
    /// Label of x; its name in the data unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub xlabel: Option<String>,
    /// Label of y; its name in the data unless given.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub ylabel: Option<String>,
    /// Label of the colorbar; what the values are unless given, as in "count" or "mean of delay". Title of the legend.
    #[arg(long, value_name = "TEXT", help_heading = "Figure")]
    pub cbar_label: Option<String>,
    /// Leave the colorbar or legend out.
    #[arg(long, help_heading = "Figure")]
    pub no_cbar: bool,
    /// Size of the page, in inches unless a unit says otherwise (85mm,60mm); 6.4,4.8 unless given, and more for several panels.
    #[arg(long, value_name = "W,H", value_parser = parse::figsize, allow_hyphen_values = true, help_heading = "Figure")]
    pub figsize: Option<parse::Size>,
    /// How high a page is that has no --figsize, in inches: nobody types it.
    #[arg(skip)]
    pub height: Option<f64>,
    /// Pixels per inch; 200 unless given.
    #[arg(long, value_name = "N", value_parser = parse::number, allow_negative_numbers = true, help_heading = "Figure")]
    pub dpi: Option<f64>,
    /// Black on white, which is usual, or light on dark.
    #[arg(long, value_name = "THEME", help_heading = "Figure")]
    pub theme: Option<ThemeArg>,
    /// Leave the background out.
    #[arg(long, help_heading = "Figure")]
    pub transparent: bool,
    #[command(flatten)]
    pub fonts: FontArgs,
    /// The cells alone, without axes, on the whole page.
    #[arg(long, help_heading = "Figure")]
    pub bare: bool,
}

impl FigureArgs {
    /// Gives a builder what was typed.
    pub fn dress(&self, builder: &mut impl Styled) {
        let style = builder.style();
        (style.has_own_size, style.height) = (self.figsize.is_some(), self.height);
        let usual = style.usual_size(style.page.figsize);
        let page = &mut style.page;
        page.title = self.title.clone();
        page.figsize = self.figsize.unwrap_or(usual);
        page.dpi = self.dpi.unwrap_or(page.dpi);
        page.theme = self.theme.map_or(page.theme, Into::into);
        (page.transparent, page.bare) = (self.transparent, self.bare);
        let labels = &mut style.labels;
        for (label, typed) in [(&mut labels.x.0, &self.xlabel), (&mut labels.y.0, &self.ylabel)] {
            if let Some(typed) = typed {
                label.clone_from(typed);
            }
        }
        if self.no_cbar || self.cbar_label.is_some() {
            labels.colorbar = BarLabel::from(self.cbar_label.as_deref().filter(|_| !self.no_cbar));
        }
    }
}

/// Refuses a format of numbers that was taken for a file.
pub fn check_annot(annot: Option<Option<NumberStyle>>, files: &[String]) -> Result<()> {
    match annot {
        Some(None) => parse::check_stray("--annot", files, |name| parse::number_style(name).is_ok()),
        _ => Ok(()),
    }
}

/// How the cells of a table look.
#[derive(Debug, clap::Args)]
pub struct CellArgs {
    /// Write the value of each cell into it; FORMAT as in Python: d, ,d, .1f, .2e, .3g, .0%. .2g unless given.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, value_parser = parse::number_style, help_heading = "Figure")]
    pub annot: Option<Option<NumberStyle>>,
    /// Width of lines between the cells, in points.
    #[arg(long, value_name = "POINTS", default_value = "0", value_parser = parse::number, allow_negative_numbers = true, help_heading = "Figure")]
    pub linewidths: f64,
    /// Colour of lines between the cells; white unless given.
    #[arg(long, value_name = "COLOUR", value_parser = parse::color, help_heading = "Figure")]
    pub linecolor: Option<Rgba>,
}

impl CellArgs {
    /// Refuses a format that was taken for a file.
    pub fn check(&self, files: &[String]) -> Result<()> {
        check_annot(self.annot, files)
    }

    /// Gives a builder what was typed.
    pub fn dress(&self, builder: &mut impl Styled) {
        let style = builder.style();
        style.labels.annot = self.annot.map(Into::into);
        style.borders.width = self.linewidths;
        if let Some(color) = self.linecolor {
            style.borders.color = color;
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FitArg {
    View,
    Data,
}

impl From<FitArg> for Fit {
    fn from(fit: FitArg) -> Self {
        match fit {
            FitArg::View => Self::View,
            FitArg::Data => Self::Data,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ThemeArg {
    Light,
    Dark,
}

impl From<ThemeArg> for Theme {
    fn from(theme: ThemeArg) -> Self {
        match theme {
            ThemeArg::Light => Self::Light,
            ThemeArg::Dark => Self::Dark,
        }
    }
}
