//! What is written beside the axes, beside the colorbar and into the cells.

use crate::data::{Quantity, Values};
use crate::figure::NumberStyle;
#[cfg(feature = "files")]
use crate::source::Field;

/// What is written on the page, but for the title.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    pub x: (String, Quantity),
    pub y: (String, Quantity),
    /// The name of the weights.
    pub weights: Option<String>,
    /// The name of the categories.
    pub category: Option<String>,
    /// Whether the rows of each category are written beside it.
    pub counts: bool,
    pub colorbar: BarLabel,
    /// How the value of each cell is written into it; `None` writes none.
    pub annot: Option<Annot>,
}

/// What is written beside the colorbar.
#[derive(Clone, Debug, Default)]
pub(crate) enum BarLabel {
    /// What the values are: what was made of the rows.
    #[default]
    OfValues,
    Given(String),
    /// There is no colorbar.
    Without,
}

/// A format of the numbers in cells.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Annot {
    /// Whole numbers for counts, two digits for numbers that were given, three for others.
    Fitting,
    Given(NumberStyle),
}

impl From<Option<NumberStyle>> for Annot {
    fn from(style: Option<NumberStyle>) -> Self {
        style.map_or(Self::Fitting, Self::Given)
    }
}

impl Annot {
    pub fn style(self, values: &Values) -> NumberStyle {
        match self {
            Self::Given(style) => style,
            Self::Fitting if values.are_whole() => NumberStyle::WHOLE,
            Self::Fitting if matches!(values, Values::Given(_)) => NumberStyle::TWO_DIGITS,
            Self::Fitting => NumberStyle::SHORT,
        }
    }
}

impl BarLabel {
    /// Whether there is a colorbar or a legend.
    pub fn is_shown(&self) -> bool {
        !matches!(self, Self::Without)
    }

    /// The label of the colorbar; `None` if there is no bar.
    pub fn of(&self, values: impl FnOnce() -> String) -> Option<String> {
        match self {
            Self::OfValues => Some(values()),
            Self::Given(label) => Some(label.clone()),
            Self::Without => None,
        }
    }
}

impl From<Option<&str>> for BarLabel {
    fn from(label: Option<&str>) -> Self {
        label.map_or(Self::Without, |label| Self::Given(label.to_owned()))
    }
}

#[cfg(feature = "files")]
impl Labels {
    /// Names the axes, the weights and the categories after columns.
    pub fn name(&mut self, x: &Field, y: &Field, weights: Option<&Field>, category: Option<&Field>) {
        self.x = (x.name.clone(), x.kind.quantity());
        self.y = (y.name.clone(), y.kind.quantity());
        self.weights = weights.map(|weights| weights.name.clone());
        self.category = category.map(|category| category.name.clone());
    }
}
