//! The rows of the window as a source: what is saved is drawn by the same builders as everything else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::Block;
use crate::data::Bounds;
use crate::error::{Error, Result};
use crate::source::{Field, Selection, Sink, Source};

/// The rows that the window had at some moment: x is column 0, y is column 1.
///
/// ```no_run
/// # use heatbin::window::Studio;
/// # use heatbin::source::{Field, FieldKind, Selection};
/// # fn save(studio: &Studio) -> heatbin::Result<()> {
/// let names = [Field::new("lon", FieldKind::Number), Field::new("lat", FieldKind::Number)];
/// let rows = studio.source(names);
/// heatbin::Hist2d::of(&rows, Selection::new(0, 1)).bins(100).figure()?.save("view.png")
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Rows {
    blocks: Vec<Arc<Block>>,
    fields: [Field; 2],
}

impl Rows {
    /// Rows whose columns are x and y of these names and kinds.
    pub fn new(blocks: Vec<Arc<Block>>, fields: [Field; 2]) -> Self {
        Self { blocks, fields }
    }
}

impl Source for Rows {
    fn name(&self) -> String {
        "the window".into()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.blocks.iter().map(|block| block.points().rows()).sum())
    }

    fn rereadable(&self) -> bool {
        true
    }

    fn bounds_hint(&self, selection: &Selection) -> Option<Bounds> {
        let bounds = || self.blocks.iter().map(|block| block.bounds()).fold(Bounds::EMPTY, Bounds::union);
        (*selection == Selection::new(0, 1)).then(bounds)
    }

    fn scan(&self, selection: &Selection, sink: &dyn Sink) -> Result<()> {
        if *selection != Selection::new(0, 1) {
            return Err(Error::usage("the window has two columns: x is the first, y the second"));
        }
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(block) = self.blocks.get(next.fetch_add(1, Relaxed)) {
                sink.take(block.points())?;
                sink.progress(next.load(Relaxed) as f64 / self.blocks.len() as f64);
            }
            Ok(())
        };
        // Threads of their own, as the trait asks.
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..rayon::current_num_threads()).map(|_| scope.spawn(work)).collect();
            let ends = threads.into_iter().map(|thread| thread.join().expect("a sink does not panic"));
            ends.collect::<Vec<Result<()>>>().into_iter().collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Points;
    use crate::plot::{Hist2d, hist2d};
    use crate::source::FieldKind;

    #[test]
    fn figures_are_those_of_the_columns() {
        let x: Vec<f64> = (0..200_000).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let y: Vec<f64> =
            x.iter().enumerate().map(|(i, x)| if i % 1000 == 7 { f64::NAN } else { x * i as f64 }).collect();
        let blocks = Block::cut(Points::new(x.clone(), y.clone()).unwrap(), None).unwrap();
        assert!(blocks.len() > 1);
        let names = ["a", "b"].map(|name| Field::new(name, FieldKind::Number));
        let rows = Rows::new(blocks.into_iter().map(Arc::new).collect(), names);
        assert_eq!(rows.rows(), Some(200_000));
        let plot = Hist2d::of(&rows, Selection::new(0, 1)).bins((40, 30)).aggregate().unwrap();
        assert_eq!(plot.tally.missing, 200);
        assert!(plot == hist2d(&x, &y).bins((40, 30)).aggregate().unwrap());
        assert!(Hist2d::of(&rows, Selection::new(1, 0)).aggregate().is_err());
        let svg = Hist2d::of(&rows, Selection::new(0, 1)).figure().unwrap().svg().unwrap();
        let other = hist2d(&x, &y).xlabel("a").ylabel("b").figure().unwrap().svg().unwrap();
        assert!(svg == other);
    }
}
