//! Small multiples: each category in a panel of its own, all with one colour scale.

use std::sync::Arc;
#[cfg(feature = "figure")]
use std::sync::atomic::Ordering::Relaxed;
#[cfg(feature = "figure")]
use std::time::Instant;

use super::rows::Made;
use super::{How, Plot, Run, Shape};
#[cfg(feature = "figure")]
use crate::data::Raster;
use crate::data::{Aggregate, Layers};
use crate::error::{Error, Result};

/// The most panels of a page.
pub const MAX_PANELS: usize = 64;

/// The categories of a run, each of which has a panel.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Facets {
    /// Their names and cells.
    pub layers: Layers,
    /// How many stand in a row.
    pub columns: usize,
}

impl<S: Shape> Plot<'_, S> {
    /// Draws each category in a panel of its own instead of mixing their colours: seaborn's `displot(col=)`. All panels share the
    /// range, the axes and the colour scale, and each has the cells that a plot of its rows alone would have: counts, what is made of
    /// weights, filtered cells. `columns` is how many stand in a row; as many as leave the fewest gaps unless given.
    ///
    /// ```
    /// let (x, y, kind) = ([0.5, 1.5, 1.5], [0.5, 0.5, 0.5], ["oak", "elm", "oak"]);
    /// let plot = heatbin::hist2d(&x, &y).category(&kind).facet(None).bins((2, 1));
    /// let facets = plot.run()?.facets.expect("rows have categories");
    /// assert_eq!((facets.layers.len(), facets.columns), (2, 2));
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn facet(mut self, columns: Option<usize>) -> Self {
        self.facet = Some(columns);
        self
    }

    /// Finds what makes no sense in panels before anything is read.
    pub(super) fn check_facet(&self) -> Result<()> {
        match self.facet {
            None => return Ok(()),
            Some(_) if !self.rows.are_categorized() => {
                return Err(Error::usage("panels need categories: name their column (--facet)"));
            }
            Some(Some(columns)) if !(1..=MAX_PANELS).contains(&columns) => {
                return Err(Error::usage(format!("a row can have 1 to {MAX_PANELS} panels, not {columns}")));
            }
            Some(_) => {}
        }
        #[cfg(feature = "figure")]
        self.check_panels()?;
        Ok(())
    }

    /// Fits one scale to the cells of all categories.
    pub(super) fn faceted(
        &self,
        aggregate: Aggregate,
        layers: Layers,
        whole: Option<Made>,
        how: How,
    ) -> Result<Run> {
        if layers.len() > MAX_PANELS {
            return Err(Error::usage(format!(
                "{} categories are more than the {MAX_PANELS} panels of a page: name a column of fewer, or cut numbers into bins \
                 (--facet-bins 6)",
                layers.len()
            )));
        }
        let whole = whole.and_then(|(_, layers)| layers).map(|layers| layers.together());
        let scale = self.fitted(&layers.together(), whole.as_ref())?;
        let columns =
            self.facet.flatten().unwrap_or_else(|| fitting(layers.len())).clamp(1, layers.len().max(1));
        let facets = Some(Arc::new(Facets { layers, columns }));
        Ok(Run { facets, ..Run::new(aggregate, scale, how) })
    }
}

#[cfg(feature = "figure")]
impl Facets {
    /// The cells of a category, with the account of all rows.
    pub(super) fn panel(&self, nth: usize, run: &Run) -> Aggregate {
        let values = self.layers.values[nth].clone();
        Aggregate { grid: run.aggregate.grid.clone(), values, tally: run.aggregate.tally }
    }

    /// The cells of a category as an image, with the colours of all.
    pub(super) fn shade(&self, nth: usize, run: &Run, width: u32, height: u32) -> Result<Raster> {
        Raster::check_size(width, height)?;
        if nth >= self.layers.len() {
            return Ok(Raster::clear(width, height));
        }
        let start = Instant::now();
        let raster = run.engine.shade(&self.panel(nth, run), &run.scale, width, height);
        run.shading.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
        raster
    }
}

/// How many panels in a row leave the fewest places empty: about as many as there are rows, or one more.
pub(super) fn fitting(panels: usize) -> usize {
    let least = (1..=panels).find(|columns| columns * columns >= panels).unwrap_or(1);
    let empty = |columns: usize| panels.div_ceil(columns) * columns - panels;
    if panels > 2 && empty(least + 1) < empty(least) { least + 1 } else { least }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_leave_few_gaps() {
        let columns: Vec<usize> = (0..=12).map(fitting).collect();
        assert_eq!(columns, [1, 1, 2, 3, 2, 3, 3, 4, 4, 3, 5, 4, 4]);
    }
}
