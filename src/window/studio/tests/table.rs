//! Rows of every kind, and what the builders make of them.

use super::*;
use crate::data::{Names, Values};
use crate::plot::{self, Plot, Run};

/// Rows that are told apart, weighed, and below 0 too.
pub struct Table {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub w: Vec<f64>,
    pub kinds: Vec<Option<&'static str>>,
}

impl Table {
    pub fn new(rows: usize) -> Self {
        let (x, mut y) = columns(rows);
        y.iter_mut().step_by(5).for_each(|y| *y -= 1.0);
        let w = x.iter().map(|x| (x * 40.0).sin() * 100.0).collect();
        // Those without a category lie farther out than all others.
        let mut kinds = kinds(rows);
        let mut table = Self { x, y, w, kinds: Vec::new() };
        for row in (10..rows).step_by(997) {
            (table.x[row], kinds[row]) = (50.0, None);
        }
        Self { kinds, ..table }
    }

    pub fn points(&self, rows: std::ops::Range<usize>, is_weighted: bool) -> Points<'static> {
        let of = |column: &[f64]| Column::from(column[rows.clone()].to_vec());
        let names = Names::of_texts(self.kinds[rows.clone()].iter().copied());
        let weights = is_weighted.then(|| of(&self.w));
        Points::of_rows_with(of(&self.x), of(&self.y), weights, Some(names.into()), true)
            .unwrap()
            .into_owned()
    }

    /// What the builders make of some rows.
    pub fn headless(&self, request: &Request, rows: std::ops::Range<usize>) -> Run {
        let (x, y) = (&self.x[rows.clone()], &self.y[rows.clone()]);
        match request.look.shape {
            Shape::Rectangles => {
                let plot = hist2d(x, y).bins(request.cells());
                let (nx, ny) = request.cells();
                let plot = match request.look.sigma((nx, ny)) {
                    Some(sigma) => plot.smooth(sigma),
                    None => plot,
                };
                self.described(plot, request, rows)
            }
            Shape::Hexagons => self.described(hexbin(x, y).gridsize(request.cells()), request, rows),
        }
    }

    fn described<'a, S: plot::Shape>(
        &'a self,
        plot: Plot<'a, S>,
        request: &Request,
        rows: std::ops::Range<usize>,
    ) -> Run {
        let (Region { x, y }, look) = (request.region, &request.look);
        let plot = plot.range(x, y).xscale(look.scales.0).yscale(look.scales.1);
        let plot = plot.coloring(look.coloring.clone()).reduce(look.reduction);
        let plot = match &look.weights {
            Some(_) => plot.weights(&self.w[rows.clone()]),
            None => plot,
        };
        let plot = match &look.category {
            Some(grouping) => {
                let names = Names::of_texts(self.kinds[rows].iter().copied());
                plot.category(names).mixing(grouping.mixing.clone())
            }
            None => plot,
        };
        plot.run().unwrap()
    }
}

/// A picture is that of a run, to the last bit.
#[track_caller]
pub fn check(frame: &Frame, wanted: &Run) {
    let ((width, height), look) = (frame.request.pixels, &frame.request.look);
    assert!(same(&frame.aggregate.read().unwrap(), &wanted.aggregate), "{look:?}");
    assert!(cells(&frame.mixture) == cells(&wanted.mixture), "{look:?}");
    assert_eq!(frame.scale, wanted.scale);
    assert!(*frame.picture.read().unwrap() == wanted.raster(width, height).unwrap(), "{look:?}");
}

/// The names of categories with the value and the rows of each cell; NaN is not itself, and its bits are.
type Cells = Vec<(String, Vec<(u64, u64)>)>;

fn cells(mixture: &Option<Arc<Mixture>>) -> Option<Cells> {
    let layers = &mixture.as_ref()?.layers;
    let of = |values: &Values| {
        (0..values.len()).map(|cell| (values.get(cell).to_bits(), values.rows(cell))).collect()
    };
    Some(layers.names.iter().cloned().zip(layers.values.iter().map(of)).collect())
}
