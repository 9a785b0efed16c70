//! Points to measure with: the same on every machine, from whole-number generators with fixed seeds.

use rayon::prelude::*;

use super::args::{Dist, Dtype};
use crate::data::Floats;

/// Rows from one seed. Chunks are filled side by side, and do not depend on how many threads fill them.
const CHUNK: usize = 1 << 16;

/// Where all but a few points of [`Dist::Onecell`] lie, along both axes.
const ONE: f64 = 0.314_15;

/// One in so many points of [`Dist::Onecell`] lies anywhere, so that no block can be known to lie in one cell.
const STRAY: u64 = 4096;

/// Steps that a walk on the attractor takes before it counts.
const SETTLE: usize = 100;

/// Columns x and y.
pub fn columns(dist: Dist, dtype: Dtype, points: usize) -> (Floats<'static>, Floats<'static>) {
    match dtype {
        Dtype::F32 => {
            let (x, y) = filled(dist, points, |v| v as f32);
            (Floats::F32(x.into()), Floats::F32(y.into()))
        }
        Dtype::F64 => {
            let (x, y) = filled(dist, points, |v| v);
            (Floats::F64(x.into()), Floats::F64(y.into()))
        }
    }
}

/// A weight for each point: 0 to 1, with every bit that the width has.
pub fn weights(dtype: Dtype, points: usize) -> Floats<'static> {
    match dtype {
        Dtype::F32 => Floats::F32(filled_weights(points, |v| v as f32).into()),
        Dtype::F64 => Floats::F64(filled_weights(points, |v| v).into()),
    }
}

fn filled_weights<F: Copy + Default + Send>(points: usize, cast: fn(f64) -> F) -> Vec<F> {
    /// So that they have nothing to do with where the points are.
    const OTHER: u64 = 1 << 40;
    let mut weights = vec![F::default(); points];
    weights.par_chunks_mut(CHUNK).enumerate().for_each(|(nth, weights)| {
        let mut random = Random::seeded(OTHER + nth as u64);
        weights.iter_mut().for_each(|weight| *weight = cast(random.uniform()));
    });
    weights
}

/// What the grids span, along both axes: all points but a few of the normal ones.
pub fn range(dist: Dist) -> (f64, f64) {
    match dist {
        Dist::Uniform | Dist::Onecell => (0.0, 1.0),
        Dist::Normal => (-5.0, 5.0),
        Dist::Clifford => (-2.0, 2.0),
    }
}

/// What a near view spans, along both axes: a hundredth of the points lies there; of one-cell data, of those few that lie anywhere.
pub fn near_range(dist: Dist) -> (f64, f64) {
    match dist {
        Dist::Uniform | Dist::Onecell => (0.45, 0.55),
        Dist::Normal => (-0.1257, 0.1257),
        Dist::Clifford => (-0.695, -0.305),
    }
}

fn filled<F: Copy + Default + Send>(dist: Dist, points: usize, cast: fn(f64) -> F) -> (Vec<F>, Vec<F>) {
    let (mut x, mut y) = (vec![F::default(); points], vec![F::default(); points]);
    x.par_chunks_mut(CHUNK).zip(y.par_chunks_mut(CHUNK)).enumerate().for_each(|(nth, (x, y))| {
        let mut random = Random::seeded(nth as u64);
        let mut put = |row: usize, (at_x, at_y): (f64, f64)| (x[row], y[row]) = (cast(at_x), cast(at_y));
        let rows = CHUNK.min(points - nth * CHUNK);
        match dist {
            Dist::Uniform => (0..rows).for_each(|row| put(row, (random.uniform(), random.uniform()))),
            Dist::Normal => (0..rows).for_each(|row| put(row, (random.normal(), random.normal()))),
            Dist::Clifford => {
                let mut at = (random.uniform(), random.uniform());
                (0..SETTLE).for_each(|_| at = clifford(at));
                (0..rows).for_each(|row| {
                    at = clifford(at);
                    put(row, at);
                });
            }
            Dist::Onecell => (0..rows).for_each(|row| {
                let strays = random.next().is_multiple_of(STRAY);
                put(row, if strays { (random.uniform(), random.uniform()) } else { (ONE, ONE) });
            }),
        }
    });
    (x, y)
}

/// A step on Clifford's attractor, which stays within 2 of the origin along x and 1.7 along y.
fn clifford((x, y): (f64, f64)) -> (f64, f64) {
    const A: f64 = -1.4;
    const B: f64 = 1.6;
    const C: f64 = 1.0;
    const D: f64 = 0.7;
    // The sines of every platform's own library differ.
    (libm::sin(A * y) + C * libm::cos(A * x), libm::sin(B * x) + D * libm::cos(B * y))
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn seeded(seed: u64) -> Self {
        // Seeds side by side must not give streams that run into each other.
        let mut seeds = Self(seed.wrapping_mul(0xd134_2543_de82_ef95));
        Self(seeds.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to 1, without 1.
    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Mean 0, deviation 1: the sum of twelve uniform numbers of 16 bits each is normal enough to measure with.
    fn normal(&mut self) -> f64 {
        let sum: u64 = (0..3)
            .map(|_| {
                let four = self.next();
                (0..4).map(|nth| four >> (16 * nth) & 0xffff).sum::<u64>()
            })
            .sum();
        // The low bits come from a thirteenth, so that the values are no multiples of 2^-16.
        (sum as f64 + self.uniform()) / 65_536.0 - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_are_the_same_for_any_number_of_threads() {
        for dist in [Dist::Uniform, Dist::Normal, Dist::Clifford, Dist::Onecell] {
            let fill = |threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| filled(dist, CHUNK + 5000, |v| v))
            };
            let (x, y) = fill(1);
            assert!((&x, &y) == (&fill(3).0, &fill(3).1));
            let (low, high) = range(dist);
            let outside = x.iter().chain(&y).filter(|v| !(low..=high).contains(*v)).count();
            assert!(outside * 1000 < x.len(), "{outside}");
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            let wanted = match dist {
                Dist::Uniform => 0.5,
                Dist::Normal => 0.0,
                Dist::Onecell => ONE,
                Dist::Clifford => mean,
            };
            assert!((mean - wanted).abs() < 0.02, "{mean}");
            assert_eq!(x.iter().filter(|v| **v == ONE).count() * 10 > x.len() * 9, dist == Dist::Onecell);
        }
    }

    #[test]
    fn weights_do_not_follow_the_points() {
        let (x, _) = filled(Dist::Uniform, CHUNK + 5000, |v| v);
        let weights = filled_weights(x.len(), |v| v);
        assert!(weights.iter().all(|weight| (0.0..1.0).contains(weight)));
        let shared: f64 = x.iter().zip(&weights).map(|(x, weight)| (x - 0.5) * (weight - 0.5)).sum();
        assert!((shared / x.len() as f64).abs() < 0.002, "{shared}");
    }

    #[test]
    fn a_near_view_shows_a_hundredth() {
        for dist in [Dist::Uniform, Dist::Normal, Dist::Clifford, Dist::Onecell] {
            let (x, y) = filled(dist, 5_000_000, |v| v);
            let (low, high) = near_range(dist);
            let is_near = |v: &f64| (low..high).contains(v);
            let near = x.iter().zip(&y).filter(|(x, y)| is_near(x) && is_near(y)).count();
            let all = if dist == Dist::Onecell { x.len() / STRAY as usize } else { x.len() };
            let share = near as f64 / all as f64;
            assert!((0.007..0.013).contains(&share), "{share} of {dist:?}");
        }
    }
}
