//! The rows inside a rectangle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::Region;
use super::scene::{Block, Scene};

/// What the rows inside a region are; borders count as inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Where.
    pub region: Region,
    /// How many rows.
    pub count: u64,
    /// Their share of all finite rows.
    pub share: f64,
    /// Their x.
    pub x: Moments,
    /// Their y.
    pub y: Moments,
    /// Their weights, if all have one.
    pub weights: Option<Moments>,
}

/// A column of numbers in short. All are NaN if there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The standard deviation of the population, as `numpy.std` gives it.
    pub std: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// Statistics that are being worked out, a slice of time at a time.
#[derive(Debug)]
pub struct Inspection {
    region: Region,
    blocks: Vec<Arc<Block>>,
    next: usize,
    rows: u64,
    /// A weight, about which the others are summed.
    weight: f64,
    /// In the order of the blocks, so that the sums are the same for any number of threads.
    parts: Vec<Part>,
}

/// Sums over the rows of a block that are inside, about the middle of the region: there nothing is lost to cancellation.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    count: u64,
    x: Sums,
    y: Sums,
    weights: Sums,
    /// Rows among them that have a weight.
    weighted: u64,
}

#[derive(Clone, Copy, Debug)]
struct Sums {
    sum: f64,
    squares: f64,
    min: f64,
    max: f64,
}

impl Inspection {
    /// Of the rows there are now.
    pub fn new(region: Region, scene: &Scene) -> Self {
        let rows = scene.blocks().map(|block| block.len() as u64).sum();
        let mut blocks: Vec<Arc<Block>> = scene.blocks().cloned().collect();
        blocks.retain(|block| block.bounds().meets(region.bounds()));
        let first = |block: &Arc<Block>| {
            block.points().weights().filter(|weights| !weights.is_empty()).map(|weights| weights.get(0))
        };
        let weight = blocks.iter().find_map(first).unwrap_or(0.0);
        Self { region, blocks, next: 0, rows, weight, parts: Vec::new() }
    }

    /// Goes on for some time or until `stop`; the statistics if that was all. All cores of the pool it runs in take part.
    pub fn go_on(&mut self, slice: Duration, stop: &(dyn Fn() -> bool + Sync)) -> Option<Statistics> {
        let start = Instant::now();
        let blocks = &self.blocks[self.next..];
        let next = AtomicUsize::new(0);
        let found = rayon::broadcast(|_| {
            let mut found = Vec::new();
            while start.elapsed() < slice && !stop() {
                let nth = next.fetch_add(1, Relaxed);
                let Some(block) = blocks.get(nth) else { break };
                found.push((nth, Part::of(block, &self.region, self.weight)));
            }
            found
        });
        let mut found = found.concat();
        found.sort_unstable_by_key(|&(nth, _)| nth);
        self.next += found.len();
        self.parts.extend(found.into_iter().map(|(_, part)| part));
        (self.next == self.blocks.len()).then(|| self.statistics())
    }

    fn statistics(&self) -> Statistics {
        let (x, y) = middle(&self.region);
        let part = self.parts.iter().fold(Part::default(), |sum, part| sum.and(part));
        let count = part.count;
        let share = if self.rows == 0 { 0.0 } else { count as f64 / self.rows as f64 };
        Statistics {
            region: self.region,
            count,
            share,
            x: part.x.moments(count, x),
            y: part.y.moments(count, y),
            weights: (part.weighted == count && count > 0).then(|| part.weights.moments(count, self.weight)),
        }
    }
}

fn middle(region: &Region) -> (f64, f64) {
    let middle = |(low, high): (f64, f64)| low + (high - low) / 2.0;
    (middle(region.x), middle(region.y))
}

impl Part {
    fn of(block: &Block, region: &Region, weight0: f64) -> Self {
        let (x0, y0) = middle(region);
        let mut part = Self::default();
        for points in block.wanted(|bounds| bounds.meets(region.bounds())) {
            for row in 0..points.len() {
                let (x, y) = (points.x().get(row), points.y().get(row));
                if region.contains(x, y) {
                    part.count += 1;
                    part.x.add(x, x0);
                    part.y.add(y, y0);
                    if let Some(weights) = points.weights() {
                        part.weighted += 1;
                        part.weights.add(weights.get(row), weight0);
                    }
                }
            }
        }
        part
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            count: self.count + other.count,
            x: self.x.and(&other.x),
            y: self.y.and(&other.y),
            weights: self.weights.and(&other.weights),
            weighted: self.weighted + other.weighted,
        }
    }
}

impl Default for Sums {
    fn default() -> Self {
        Self { sum: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Sums {
    #[inline]
    fn add(&mut self, value: f64, middle: f64) {
        let offset = value - middle;
        self.sum += offset;
        self.squares += offset * offset;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    fn moments(&self, count: u64, middle: f64) -> Moments {
        if count == 0 {
            return Moments { mean: f64::NAN, std: f64::NAN, min: f64::NAN, max: f64::NAN };
        }
        let mean = self.sum / count as f64;
        let variance = (self.squares / count as f64 - mean * mean).max(0.0);
        Moments { mean: middle + mean, std: variance.sqrt(), min: self.min, max: self.max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Points;

    fn scene(rows: usize) -> (Scene, Vec<f64>, Vec<f64>) {
        let x: Vec<f64> = (0..rows).map(|i| 1e9 + (i as f64 * 0.7).sin()).collect();
        let y: Vec<f64> = (0..rows).map(|i| (i as f64 * 0.31).cos() * 5.0).collect();
        let mut scene = Scene::default();
        for block in Block::cut(Points::new(x.clone(), y.clone()).unwrap(), None).unwrap() {
            scene.push(Arc::new(block));
        }
        (scene, x, y)
    }

    fn finished(mut inspection: Inspection) -> Statistics {
        loop {
            if let Some(statistics) = inspection.go_on(Duration::from_millis(1), &|| false) {
                return statistics;
            }
        }
    }

    #[test]
    fn weights_have_theirs_too() {
        let x: Vec<f64> = (0..200_000).map(f64::from).collect();
        let weights: Vec<f64> = x.iter().map(|x| 1e9 + x % 2.0).collect();
        let mut scene = Scene::default();
        for block in Block::cut(Points::weighted(x.clone(), x, weights).unwrap(), None).unwrap() {
            scene.push(Arc::new(block));
        }
        let region = Region { x: (0.0, 99_999.0), y: (0.0, 1e9) };
        let found = finished(Inspection::new(region, &scene));
        let wanted = Moments { mean: 1e9 + 0.5, std: 0.5, min: 1e9, max: 1e9 + 1.0 };
        assert_eq!((found.count, found.weights), (100_000, Some(wanted)));
        let (scene, ..) = self::scene(1000);
        assert_eq!(finished(Inspection::new(region, &scene)).weights, None);
    }

    #[test]
    fn they_are_those_of_the_rows_inside() {
        let (scene, x, y) = scene(300_000);
        // Borders on values that occur.
        let region = Region { x: (x[5].min(x[9]), x[5].max(x[9])), y: (-2.0, y[70].abs()) };
        let inside: Vec<(f64, f64)> =
            x.iter().copied().zip(y.iter().copied()).filter(|&(x, y)| region.contains(x, y)).collect();
        let found = finished(Inspection::new(region, &scene));
        assert!(inside.len() > 1000);
        assert_eq!(found.count, inside.len() as u64);
        assert_eq!(found.share, inside.len() as f64 / 3e5);
        let check = |found: Moments, values: Vec<f64>| {
            // Exact to rounding: from the first value on, in two passes.
            let n = values.len() as f64;
            let mean = values[0] + values.iter().map(|v| v - values[0]).sum::<f64>() / n;
            let std = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
            assert!(
                (found.mean - mean).abs() <= 4.0 * (mean.abs() * f64::EPSILON + 1e-14),
                "{found:?}, {mean}"
            );
            assert!((found.std / std - 1.0).abs() < 1e-7, "{found:?}, {std}");
            assert_eq!(found.min, values.iter().copied().fold(f64::INFINITY, f64::min));
            assert_eq!(found.max, values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        };
        check(found.x, inside.iter().map(|point| point.0).collect());
        check(found.y, inside.iter().map(|point| point.1).collect());
    }

    #[test]
    fn slices_and_threads_do_not_change_a_bit() {
        let (scene, ..) = scene(500_000);
        let region = Region { x: (0.0, 2e9), y: (-1.0, 4.0) };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| finished(Inspection::new(region, &scene)))
        };
        assert_eq!(run(1), run(3));
        let mut stopped = Inspection::new(region, &scene);
        assert!(stopped.go_on(Duration::from_secs(9), &|| true).is_none());
        assert_eq!(finished(stopped), run(1));
    }

    #[test]
    fn nothing_inside_is_no_number() {
        let (scene, ..) = scene(1000);
        let found = finished(Inspection::new(Region { x: (5.0, 6.0), y: (0.0, 1.0) }, &scene));
        assert_eq!((found.count, found.share), (0, 0.0));
        assert!(found.x.mean.is_nan() && found.y.max.is_nan());
        let empty = finished(Inspection::new(Region { x: (5.0, 6.0), y: (0.0, 1.0) }, &Scene::default()));
        assert_eq!(empty.share, 0.0);
    }
}
