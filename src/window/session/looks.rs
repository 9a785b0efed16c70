//! What the panel and the keys change of the look, and what goes with each change.

use super::Session;
use crate::binning::MAX_CATEGORIES;
use crate::data::{Cut, Fit, Norm, Reduction};
use crate::window::columns::Role;
use crate::window::look::Grouping;

impl Session {
    /// Blurs more or less.
    pub fn smooth(&mut self, way: i8) {
        if self.look.can_smooth() {
            self.look.next_sigma(way);
        } else {
            self.notices.tell("rectangles alone are smoothed, and no categories");
        }
    }

    /// Looks at categories, or at all rows together. Where colours are not mixed by what is made of the rows, these are counted.
    pub fn turn_category(&mut self) {
        if self.look.category.is_some() {
            self.group(None);
        } else if let Some(categories) = self.categories.clone() {
            self.group(Some(categories));
            if !self.mixes(self.look.reduction) {
                self.set_reduction(Reduction::Count);
            }
        } else if self.columns(Role::Category).is_empty() {
            return self.notices.tell("the rows have no categories");
        } else {
            return self.list_columns();
        }
        // A legend is wider than a colorbar, and margins only grow.
        self.margins = Default::default();
    }

    /// Tells rows apart, or none. What is made of weights has other values then, all categories together, and limits follow the view again.
    pub fn group(&mut self, category: Option<Grouping>) {
        self.look.category = category;
        if self.look.weighing().is_some() {
            self.look.set_limits((None, None));
        }
    }

    /// How many bins the categories are cut into, 0 if they are not; `None` where they are no numbers.
    pub fn bins(&self) -> Option<usize> {
        let categories = self.categories.as_ref()?;
        self.shown.as_ref().filter(|shown| shown.can_cut())?;
        Some(match &categories.cut {
            Cut::Values => 0,
            Cut::Bins(bins) => *bins,
            Cut::Edges(axis) => axis.bins(),
        })
    }

    /// Cuts categories that are numbers into so many bins; into none if 0.
    pub fn cut(&mut self, bins: usize) {
        let now = self.bins();
        let Some(categories) = self.categories.as_mut().filter(|_| now.is_some_and(|now| now != bins)) else {
            return;
        };
        categories.cut = if bins == 0 { Cut::Values } else { Cut::Bins(bins.min(MAX_CATEGORIES)) };
        if self.look.category.is_some() {
            self.look.category = self.categories.clone();
            // The legend is another.
            self.margins = Default::default();
        }
    }

    /// Takes the limits of the colours from most cells, or from all.
    pub fn turn_robust(&mut self) {
        self.look.coloring.robust = !self.look.coloring.robust;
        self.is_robust_usual = false;
    }

    /// Makes something else of the rows. Limits are those of other values then, and follow the view again.
    pub fn set_reduction(&mut self, reduction: Reduction) {
        if self.look.reduction == reduction {
            return;
        }
        let before = self.look.weighing();
        self.begin_with(reduction);
        if before.is_some() || self.look.weighing().is_some() {
            self.look.set_limits((None, None));
        }
    }

    /// Makes this of the rows, before any are seen: limits that were asked for are those of its values.
    pub fn begin_with(&mut self, reduction: Reduction) {
        self.look.reduction = reduction;
        if self.is_norm_usual {
            // Weights may well be below 0, where a log scale has no colours.
            self.look.coloring.norm = if self.look.weighing().is_some() { Norm::Linear } else { Norm::Log };
        }
    }

    /// Whether the colours of categories, if these are looked at, can be mixed by it.
    pub fn mixes(&self, reduction: Reduction) -> bool {
        self.look.category.is_none() || reduction.mixes(self.look.weights.is_some())
    }

    /// What can be made of the rows: the choices of the panel.
    pub fn reductions(&self) -> Vec<Reduction> {
        let names: &[&str] = match self.look.weights {
            None => &["count", "density", "probability"],
            Some(_) => {
                &["count", "sum", "mean", "min", "max", "std", "median", "q90", "distinct", "first", "last"]
            }
        };
        let named = names.iter().filter_map(|name| Reduction::named(name).ok());
        named.filter(|reduction| self.mixes(*reduction)).collect()
    }

    /// Makes the next of that.
    pub fn next_reduction(&mut self) {
        let choices = self.reductions();
        if let [_] = *choices {
            return self.notices.tell("categories without weights have their rows alone: W takes weights");
        }
        let now = choices.iter().position(|choice| *choice == self.look.reduction);
        self.set_reduction(choices[now.map_or(0, |now| (now + 1) % choices.len())]);
    }

    /// Spreads the colours otherwise; limits that the norm does not take follow the view again.
    pub fn set_norm(&mut self, norm: Norm) {
        self.look.coloring.norm = norm;
        self.is_norm_usual = false;
        if !self.look.coloring.norm.takes_limits() {
            self.look.set_limits((None, None));
        }
        self.pin(self.look.limits());
    }

    /// Fits the colours to these values; limits that were pinned are free.
    pub fn fit(&mut self, fit: Fit) {
        self.look.set_limits((None, None));
        self.look.coloring.fit = fit;
    }

    /// Fits the colours to all the data, or to the view.
    pub fn turn_fit(&mut self) {
        self.fit(match self.look.coloring.fit {
            Fit::View => Fit::Data,
            Fit::Data => Fit::View,
        });
    }

    /// Pins the limits of the colours where they are, or fits them again.
    pub fn turn_limits(&mut self) {
        if !self.look.coloring.norm.takes_limits() {
            return self.notices.tell("this norm has limits of its own, which cannot be pinned");
        }
        let now = self.frame.as_ref().map(|frame| frame.scale.limits);
        self.look.set_limits(match (self.look.limits(), now) {
            ((None, None), Some(now)) => (Some(now.vmin), Some(now.vmax)),
            _ => (None, None),
        });
    }

    /// Pins one limit, or says why it cannot be there.
    pub fn pin_limit(&mut self, is_upper: bool, limit: f64) {
        let norm = &self.look.coloring.norm;
        if !norm.takes_limits() {
            return self.notices.tell("this norm has limits of its own, which cannot be pinned");
        }
        if !(limit.is_finite() && norm.takes(limit)) {
            return self.notices.tell(format!("{limit} has no colour under the norm {}", norm.name()));
        }
        let (vmin, vmax) = self.look.limits();
        let limits = if is_upper { (vmin, Some(limit)) } else { (Some(limit), vmax) };
        if matches!(limits, (Some(vmin), Some(vmax)) if vmin > vmax) {
            return self.notices.tell("the highest value cannot be below the lowest");
        }
        self.look.set_limits(limits);
    }

    /// Pins those limits that make sense.
    pub fn pin(&mut self, (vmin, vmax): (Option<f64>, Option<f64>)) {
        let sound = |limit: &f64| limit.is_finite() && self.look.coloring.norm.takes(*limit);
        let limits = (vmin.filter(sound), vmax.filter(sound));
        let is_reversed = matches!(limits, (Some(vmin), Some(vmax)) if vmin > vmax);
        if !is_reversed {
            self.look.set_limits(limits);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::window::look::Look;
    use crate::window::studio::{Engine, Studio};

    #[test]
    fn a_limit_that_cannot_be_leaves_the_others_where_they_are() {
        let studio = Studio::start(Engine::Cpu, Arc::new(|| ())).unwrap();
        let mut session = Session::new(studio, Look::default(), Arc::new(|| ()));
        session.look.set_limits((Some(20.0), Some(60.0)));
        let said = |session: &mut Session, is_upper: bool, limit: f64| {
            session.pin_limit(is_upper, limit);
            (session.look.limits(), session.notices.now().0.len())
        };
        assert_eq!(said(&mut session, true, 300.0), ((Some(20.0), Some(300.0)), 0));
        assert_eq!(said(&mut session, true, 3.0), ((Some(20.0), Some(300.0)), 1));
        session.look.coloring.norm = Norm::Log;
        assert_eq!(said(&mut session, false, 0.0), ((Some(20.0), Some(300.0)), 2));
        assert_eq!(said(&mut session, false, 5.0), ((Some(5.0), Some(300.0)), 2));
        session.look.coloring.norm = "eq_hist".parse().unwrap();
        assert_eq!(said(&mut session, false, 1.0), ((Some(5.0), Some(300.0)), 3));
    }
}
