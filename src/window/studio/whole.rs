//! The colours of all the data, for views of a part of them: `--fit data`.
//!
//! All rows are counted once more, into the cells of the figure without a range, by a pass of its own beside that of the view. It goes on
//! when the picture of the view is whole, and is kept until rows, cells or what is made of them change; a view that moves costs nothing.

use std::sync::Arc;

use super::pass::{Budget, Pass};
use super::picture::coloring_of;
use crate::data::{Aggregate, ColorScale, Layers};
use crate::error::Result;
use crate::window::scene::{Block, Scene, Totals};
use crate::window::{Look, Region, Request};

/// All rows in the cells of the whole, counted or on the way, and the colours that were found.
#[derive(Default)]
pub struct Whole {
    pass: Option<Pass>,
    /// Whether rows came or went that the pass does not account for. It goes on until it is whole, and then another begins.
    outdated: bool,
    /// The newest colours, and for what look and whether of the rows that were counted then.
    fitted: Option<(Look, bool, Fitted)>,
}

/// Colours that were fitted to all the data.
pub struct Fitted {
    pub scale: ColorScale,
    /// Of categories, the rows, or what was made of weights, that do not weigh.
    pub baseline: Option<f64>,
}

impl Whole {
    /// The picture of the whole, whose cells take the place of those of a view.
    pub fn request(request: &Request, totals: &Totals, scene: &Scene) -> Request {
        let scales = request.look.scales;
        let (bounds, positive) = match request.look.category {
            Some(_) => scene.categorized(),
            None => (totals.bounds, totals.positive),
        };
        let bounds = bounds.on(scales, positive);
        Request { region: Region { x: bounds.x, y: bounds.y }, ..request.clone() }
    }

    /// Whether another pass is to begin, for the whole of this request.
    pub fn needs_pass(&self, wanted: &Request, span: (f64, f64)) -> bool {
        let Some(pass) = &self.pass else { return true };
        (self.outdated && pass.is_whole()) || !(self.outdated || pass.answers(wanted, span))
    }

    /// Begins anew. The colours found before stay until there are others.
    pub fn begin(&mut self, pass: Pass) {
        (self.pass, self.outdated) = (Some(pass), false);
        self.changed();
    }

    fn changed(&mut self) {
        if let Some((_, is_newest, _)) = &mut self.fitted {
            *is_newest = false;
        }
    }

    /// Takes rows in.
    pub fn add(&mut self, block: &Arc<Block>) {
        if let Some(pass) = &mut self.pass {
            pass.add(block);
        }
        self.changed();
    }

    /// Takes rows off.
    pub fn remove(&mut self, block: &Arc<Block>) {
        match &mut self.pass {
            Some(pass) if pass.can_remove() => pass.remove(block.clone()),
            _ => self.outdated = true,
        }
        self.changed();
    }

    /// Rows came or went: the cells may lie elsewhere now.
    pub fn follow(&mut self, wanted: &Request, span: (f64, f64)) {
        self.outdated |= self.pass.as_ref().is_some_and(|pass| !pass.answers(wanted, span));
    }

    /// Goes on counting, and finds the colours once all is counted.
    ///
    /// # Errors
    /// As counting and fitting.
    pub fn go_on(&mut self, look: &Look, budget: Budget, stop: &(dyn Fn() -> bool + Sync)) -> Result<()> {
        let Some(pass) = &mut self.pass else { return Ok(()) };
        pass.go_on(budget, stop)?;
        let is_known = self.fitted.as_ref().is_some_and(|(of, is_newest, _)| *is_newest && of == look);
        if pass.is_whole() && !is_known {
            let (aggregate, layers) = look.made_of(pass.counted()?)?;
            self.fitted = Some((look.clone(), true, Fitted::of(look, &aggregate, layers)?));
        }
        Ok(())
    }

    /// The share of the rows that is counted; 1 only if the colours are those of all rows.
    pub fn share(&self) -> f32 {
        match &self.pass {
            Some(pass) if !self.outdated => pass.share(),
            Some(pass) => pass.share().min(0.999),
            None => 0.0,
        }
    }

    /// The newest colours that suit a look, be they those of other cells.
    pub fn fitted(&self, look: &Look) -> Option<&Fitted> {
        let (of, _, fitted) = self.fitted.as_ref()?;
        let Look { shape, cell_pixels, scales, .. } = *look;
        (Look { shape, cell_pixels, scales, ..of.clone() } == *look).then_some(fitted)
    }
}

impl Fitted {
    fn of(look: &Look, aggregate: &Aggregate, layers: Option<Layers>) -> Result<Self> {
        let coloring = coloring_of(look, &aggregate.values, layers.is_some());
        let mixing = look.category.as_ref().map(|grouping| &grouping.mixing);
        Ok(match (mixing, layers) {
            (Some(mixing), Some(layers)) => Self {
                scale: coloring.fit_opacity(&layers.total(&aggregate.values))?,
                baseline: Some(mixing.baseline_of(&layers)),
            },
            _ => Self { scale: coloring.fit(&aggregate.values)?, baseline: None },
        })
    }
}
