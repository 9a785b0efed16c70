//! Categories: one grid each, mixed into one picture.

use std::sync::Arc;

use super::rows::{Made, Rows};
use super::{How, Plot, Run, Shape};
use crate::binning::MAX_CATEGORIES;
use crate::data::{
    Aggregate, Axis, Category, Coloring, Colormap, Cut, Grid, Layers, Mixing, Raster, Reduction, Rgba, Scale,
};
use crate::error::{Error, Result};
use crate::shading;

/// What was made of the categories.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mixture {
    /// Their names and counts.
    pub layers: Layers,
    /// Their colours.
    pub key: Vec<Rgba>,
    /// The colour of each cell.
    pub cells: Vec<Rgba>,
}

impl Mixture {
    pub(crate) fn shade(&self, grid: &Grid, width: u32, height: u32) -> Raster {
        shading::shade_colors(grid, self.cells.clone(), width, height)
    }
}

impl<'a, S: Shape> Plot<'a, S> {
    /// A category for each row: text, whole numbers or booleans, or numbers that are cut into bins
    /// ([`category_bins`](Self::category_bins)). Each is counted in a grid of its own, and the picture mixes their colours as
    /// datashader does; the colour scale says how opaque cells are. With [`weights`](Self::weights), each category weighs as much as was
    /// made of its own, and what they add up to says how opaque cells are. A row without a category is missing.
    ///
    /// Of a source, the categories are a column of the selection instead.
    ///
    /// ```
    /// let (x, y, kind) = ([0.5, 1.5, 1.5], [0.5, 0.5, 0.5], ["oak", "elm", "oak"]);
    /// let plot = heatbin::hist2d(&x, &y).category(&kind).bins((2, 1)).range((0.0, 2.0), (0.0, 1.0));
    /// let mixture = plot.run()?.mixture.expect("rows have categories");
    /// assert_eq!(mixture.layers.names, ["elm", "oak"]);
    /// assert_eq!(mixture.layers.values[1], heatbin::Values::Counts(vec![1, 1]));
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn category(mut self, category: impl Into<Category<'a>>) -> Self {
        match &mut self.rows {
            Rows::Columns(columns) => columns.category = Some(category.into()),
            #[cfg(feature = "files")]
            Rows::Source(..) => {
                self.cut = Err("the categories of a source are a column of it: Selection::category".into());
            }
        }
        self
    }

    /// Cuts the categories, which must be numbers, into so many bins of equal width.
    pub fn category_bins(mut self, bins: usize) -> Self {
        self.cut = self.cut.map(|_| Cut::Bins(bins));
        self
    }

    /// Cuts the categories, which must be numbers, at these ascending edges. Rows in no bin are outside.
    pub fn category_edges(mut self, edges: Vec<f64>) -> Self {
        let axis = Axis::from_edges(edges, Scale::Linear);
        let axis = axis.map_err(|error| error.at("category").to_string());
        self.cut = self.cut.and_then(|_| axis.map(Cut::Edges));
        self
    }

    /// The colours of the categories: those of a qualitative map in their order, or of any other map at equal distances.
    pub fn color_key(mut self, key: Colormap) -> Self {
        self.mixing.key = Some(key);
        self
    }

    /// How the colours of categories are mixed, all at once.
    pub fn mixing(mut self, mixing: Mixing) -> Self {
        self.mixing = mixing;
        self
    }

    /// How rows get their categories, if they have any.
    pub(super) fn cut(&self) -> Result<Option<&Cut>> {
        let cut = self.cut.as_ref().map_err(|reason| Error::usage(reason.clone()))?;
        if !self.rows.are_categorized() {
            return match cut {
                Cut::Values => Ok(None),
                _ => Err(Error::usage("bins need categories to cut: name their column (--category)")),
            };
        }
        if self.facet.is_none() {
            self.check_mixing()?;
        }
        if let Cut::Bins(bins) = cut
            && !(1..=MAX_CATEGORIES).contains(bins)
        {
            return Err(Error::usage(format!(
                "categories can be cut into 1 to {MAX_CATEGORIES} bins, not {bins}"
            )));
        }
        Ok(Some(cut))
    }

    /// Refuses what mixed colours do not have, and panels do.
    fn check_mixing(&self) -> Result<()> {
        let reduction = self.reduction.as_ref().ok().copied().flatten();
        #[cfg(feature = "figure")]
        let has_numbers = self.has_numbers();
        #[cfg(not(feature = "figure"))]
        let has_numbers = false;
        let refused = if reduction.is_some_and(|reduction| !reduction.mixes(self.rows.are_weighted())) {
            Reduction::UNMIXED
        } else if !self.filters.is_empty() {
            "colours of categories are mixed by what is counted, which is not smoothed or spread: leave that out"
        } else if has_numbers {
            "cells of mixed colours have no one number to write into them: leave annot out"
        } else {
            return Ok(());
        };
        Err(Error::usage(format!("{refused}, or give each category a panel (--facet)")))
    }

    /// Fits the opacity to what was counted, or to all the data, and mixes the colours.
    pub(super) fn mixed(
        &self,
        aggregate: Aggregate,
        layers: Layers,
        whole: Option<Made>,
        how: How,
    ) -> Result<Run> {
        let mincnt = self.style.coloring.mincnt.max(Some(1));
        let coloring = Coloring { mincnt, ..self.style.coloring.clone() };
        let total = &*layers.total(&aggregate.values);
        let mut mixing = self.mixing.clone();
        let scale = match &whole {
            None => coloring.fit_opacity(total)?,
            Some((all, layers)) => {
                let layers = layers.as_ref().expect("all the data have categories if a part has");
                mixing.baseline = Some(mixing.baseline_of(layers));
                coloring.extended(coloring.fit_opacity(&layers.total(&all.values))?, total)
            }
        };
        let cells = mixing.mix(&layers, total, &scale)?;
        let key = mixing.colors(layers.len())?;
        let mixture = Some(Arc::new(Mixture { layers, key, cells }));
        Ok(Run { mixture, ..Run::new(aggregate, scale, how) })
    }
}
