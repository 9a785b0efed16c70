//! A source of one's own: anything that hands out batches of points can be drawn: `cargo run --example own_source`

use heatbin::source::{Field, FieldKind, Selection, Sink, Source};
use heatbin::{Bounds, Hist2d, Points, Result};

/// The points of a spiral, computed while they are read.
struct Spiral {
    fields: Vec<Field>,
    points: u64,
}

impl Source for Spiral {
    fn name(&self) -> String {
        "a spiral".into()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.points)
    }

    fn rereadable(&self) -> bool {
        true
    }

    fn bounds_hint(&self, _: &Selection) -> Option<Bounds> {
        None
    }

    fn scan(&self, selection: &Selection, sink: &dyn Sink) -> Result<()> {
        const BATCH: u64 = 10_000;
        for first in (0..self.points).step_by(BATCH as usize) {
            let angles = (first..(first + BATCH).min(self.points)).map(|i| i as f64 * 1e-3);
            let column = |column: usize| -> Vec<f64> {
                let turn = if column == 0 { f64::cos } else { f64::sin };
                angles.clone().map(|angle| angle.sqrt() * turn(angle)).collect()
            };
            sink.take(Points::new(column(selection.x), column(selection.y))?)?;
            sink.progress(first as f64 / self.points as f64);
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let fields = vec![Field::new("east", FieldKind::Number), Field::new("north", FieldKind::Number)];
    let spiral = Spiral { fields, points: 1_000_000 };
    let aggregate = Hist2d::of(&spiral, Selection::new(0, 1)).bins(300).aggregate()?;
    println!("{}: {:?}", spiral.name(), aggregate.tally);
    Ok(())
}
