//! Bins of one width, guessed by scaling, a short run of rows at a time.
//!
//! A filter in floating-point arithmetic: the guess of a position along an axis comes with a bound on its error. Where adding and
//! subtracting that bound gives two bins, an edge is near and the edges themselves decide; everywhere else the guess is right.
//! Two columns of f32 are guessed in f32, with twice as many values to a vector and a wider bound; a row near an edge is guessed
//! once more in f64.

use super::simd::{NEAR, OUTSIDE};
use crate::data::{Axis, vectorized};

/// The guess `(v - origin) * per_unit` of a position in units of a bin, and how far it may be off.
#[derive(Clone, Copy, Debug)]
pub struct Guess<F> {
    origin: F,
    per_unit: F,
    /// Half a bin before the first edge and after the last: what lies beyond may as well lie there.
    lowest: F,
    highest: F,
    /// From the origin to the first edge and one bin more, less the bound and with it: positions count from 1, so that cutting off the
    /// fraction rounds down also before the first edge.
    less: F,
    more: F,
}

/// An axis whose bins can be guessed.
#[derive(Clone, Copy, Debug)]
pub struct EvenBins {
    pub wide: Guess<f64>,
    /// Where f32 tells the bins apart well enough for the bound to be worth it.
    pub narrow: Option<Guess<f32>>,
    bins: usize,
}

impl EvenBins {
    /// The guess for an axis; none if its bins differ in width, or if it lies so far from zero that f64 hardly tells its bins apart.
    ///
    /// In units of a bin, the guess carries six roundings of at most 2^-53 relative each, and an edge those of `k * step +
    /// start`, the last of which is relative to the larger end. The bound is several times their sum; if it grows to
    /// a share of a bin, the guess is worth nothing.
    pub fn new(axis: &Axis) -> Option<Self> {
        let (start, stop) = axis.range();
        let bins = axis.bins() as f64;
        let step = (stop - start) / bins;
        let margin =
            16.0 * f64::EPSILON * (bins + 1.0) * (1.0 + start.abs().max(stop.abs()) / (stop - start));
        let per_unit = 1.0 / step;
        // Positions are cut to i32.
        let usable = margin < 0.125 && per_unit.is_normal() && step.is_normal() && bins < 1e9;
        (axis.is_even() && usable).then(|| Self {
            wide: Guess {
                origin: start,
                per_unit,
                lowest: -0.5,
                highest: bins + 0.5,
                less: 1.0 - margin,
                more: 1.0 + margin,
            },
            narrow: narrow((start, stop), per_unit, bins, margin),
            bins: axis.bins(),
        })
    }

    /// The bin that holds a value: [`Axis::bin`], mostly without a search.
    pub fn bin(&self, axis: &Axis, value: f64) -> Option<usize> {
        let (low, high) = between_f64(&self.wide, value);
        if low != high {
            return axis.bin(value);
        }
        let bin = (low as usize).wrapping_sub(1);
        (bin < self.bins).then_some(bin)
    }
}

/// The guess in f32, if its bound is a small share of a bin. Its origin is the middle, where positions and their errors are half as large.
///
/// In units of a bin, with u = 2^-24: `origin` is off by `u * |origin| * per_unit`; the difference, `per_unit` and the product each by
/// `u` of a position of at most half of all bins and one; `less` and `more` by `u` of themselves, and so is the addition by `u` of a
/// sum of at most `bins + 2`. Underflow is out of the way by the limits on `per_unit`. The factor below is a quarter larger.
fn narrow((start, stop): (f64, f64), per_unit: f64, bins: f64, margin: f64) -> Option<Guess<f32>> {
    /// Beyond this, more time goes into deciding the rows near an edge than f32 saves.
    const WORTH_IT: f64 = 1.0 / 128.0;
    const FAR: f64 = 1e30;
    let unit = f64::from(f32::EPSILON) / 2.0;
    let (origin, half) = (start + (stop - start) / 2.0, bins / 2.0);
    let roundings = 3.0 * (half + 1.0) + (half + 2.0) + (bins + 2.0) + origin.abs() * per_unit;
    let margin = margin + 1.25 * unit * roundings;
    let is_near = start.abs() < FAR && stop.abs() < FAR;
    let usable = margin < WORTH_IT && is_near && per_unit < FAR && per_unit > 1.0 / FAR;
    usable.then_some(Guess {
        origin: origin as f32,
        per_unit: per_unit as f32,
        lowest: (-half - 0.5) as f32,
        highest: (half + 0.5) as f32,
        less: (half + 1.0 - margin) as f32,
        more: (half + 1.0 + margin) as f32,
    })
}

/// Kernels in one width of arithmetic.
macro_rules! kernels {
    ($float:ident, $between:ident, $cells:ident$(<$($column:ident),+>)?, $x:ty, $y:ty) => {
        /// The bins, counted from 1, in which a value lies if the guess is too high and if it is too low.
        #[inline(always)]
        fn $between(guess: &Guess<$float>, value: $float) -> (u32, u32) {
            let position = (value - guess.origin) * guess.per_unit;
            let position = if position > guess.lowest { position } else { guess.lowest };
            let position = if position < guess.highest { position } else { guess.highest };
            // SAFETY: the position lies between the two ends just given, also where it was NaN, so the numbers fit.
            unsafe {
                (
                    (position + guess.less).to_int_unchecked::<i32>() as u32,
                    (position + guess.more).to_int_unchecked::<i32>() as u32,
                )
            }
        }

        vectorized! {
            /// The cell of each point of a grid with `ny` rows to a column: an index, [`OUTSIDE`], or [`NEAR`] where only the edges
            /// can tell. Returns how many are outside and how many near.
            fn $cells$(<$($column),+>)?(
                along_x: &Guess<$float>,
                along_y: &Guess<$float>,
                nx: u32,
                ny: u32,
                x: &[$x],
                y: &[$y],
                cells: &mut [u32],
            ) -> (u32, u32) {
                let (mut outside, mut near) = (0, 0);
                for ((cell, &x), &y) in cells.iter_mut().zip(x).zip(y) {
                    let (i, i_high) = $between(along_x, x.into());
                    let (j, j_high) = $between(along_y, y.into());
                    let unsure = (i != i_high) | (j != j_high);
                    let (i, j) = (i.wrapping_sub(1), j.wrapping_sub(1));
                    let inside = (i < nx) & (j < ny);
                    let index = i.wrapping_mul(ny).wrapping_add(j);
                    let sure = if inside { index } else { OUTSIDE };
                    *cell = if unsure { NEAR } else { sure };
                    outside += u32::from(!unsure & !inside);
                    near += u32::from(unsure);
                }
                (outside, near)
            }
        }
    };
}

kernels!(f64, between_f64, cells_f64<X, Y>, X, Y);
kernels!(f32, between_f32, cells_f32, f32, f32);

#[cfg(test)]
mod tests {
    use super::*;

    const RANGES: [(f64, f64); 10] = [
        (0.0, 1.0),
        (-3.0, 7.0),
        (1e9, 1e9 + 1e-3),
        (0.1, 0.7),
        (-1e-300, 1e-300),
        (0.0, 5e-324),
        (1e15, 1e15 + 8.0),
        (-74.05, -73.75),
        (-1e-30, 3e-30),
        (-1e30, 2e30),
    ];

    /// Values on, next to and between the edges, and far from all.
    fn values(axis: &Axis) -> Vec<f64> {
        let (start, stop) = axis.range();
        let mut values = vec![f64::MIN, f64::MAX, 0.0, -0.0, start - (stop - start), stop + (stop - start)];
        for &edge in axis.edges() {
            values.extend([edge, edge.next_up(), edge.next_down()]);
            values.push(edge + (stop - start) / axis.bins() as f64 / 2.0);
        }
        values
    }

    /// The same in f32: a few steps to each side of each edge.
    fn narrow_values(axis: &Axis) -> Vec<f32> {
        let (mut low, mut high): (Vec<f32>, Vec<f32>) =
            axis.edges().iter().map(|&v| (v as f32, v as f32)).unzip();
        let mut values = vec![f32::MIN, f32::MAX, f32::MIN_POSITIVE, 0.0, -0.0];
        for _ in 0..6 {
            values.extend(low.iter().chain(&high));
            low.iter_mut().for_each(|v| *v = v.next_down());
            high.iter_mut().for_each(|v| *v = v.next_up());
        }
        values
    }

    /// The bin that a kernel's cell stands for, on a grid of one row; none also where it leaves the edges to tell.
    fn told(cell: u32) -> Option<Option<usize>> {
        (cell != NEAR).then(|| (cell != OUTSIDE).then_some(cell as usize))
    }

    /// One row around zero, so that the cell is the column.
    fn one_row() -> EvenBins {
        EvenBins::new(&Axis::linear(-1.0, 1.0, 1).unwrap()).unwrap()
    }

    #[test]
    fn a_guess_is_right_or_says_that_it_is_near() {
        let row = one_row();
        for ((start, stop), bins) in
            RANGES.into_iter().flat_map(|range| [1, 2, 3, 10, 1000, 4096].map(|n| (range, n)))
        {
            let axis = Axis::linear(start, stop, bins).unwrap();
            let Some(even) = EvenBins::new(&axis) else { continue };
            let x = values(&axis);
            let mut cells = vec![0; x.len()];
            let y = vec![0.5; x.len()];
            let (outside, near) = cells_f64(&even.wide, &row.wide, bins as u32, 1, &x, &y, &mut cells);
            let count = |what| cells.iter().filter(|&&cell| cell == what).count();
            assert_eq!((outside as usize, near as usize), (count(OUTSIDE), count(NEAR)));
            for (&value, &cell) in x.iter().zip(&cells) {
                let wanted = axis.bin(value);
                assert!(told(cell).is_none_or(|bin| bin == wanted), "{value:e}: {cell}, not {wanted:?}");
                assert_eq!(even.bin(&axis, value), wanted, "{value:e}");
            }
        }
    }

    /// How many f32 near edges are told right, told wrong, and left to the edges.
    fn judge(bound: impl Fn(&mut Guess<f32>)) -> (usize, usize, usize) {
        let row = one_row().narrow.unwrap();
        let (mut right, mut wrong, mut left) = (0, 0, 0);
        for ((start, stop), bins) in
            RANGES.into_iter().flat_map(|range| [1, 3, 10, 200, 1000, 4001].map(|n| (range, n)))
        {
            let axis = Axis::linear(start, stop, bins).unwrap();
            let Some(mut guess) = EvenBins::new(&axis).and_then(|even| even.narrow) else { continue };
            bound(&mut guess);
            let x = narrow_values(&axis);
            let (mut cells, y) = (vec![0; x.len()], vec![0.5; x.len()]);
            cells_f32(&guess, &row, bins as u32, 1, &x, &y, &mut cells);
            for (&value, &cell) in x.iter().zip(&cells) {
                match told(cell) {
                    None => left += 1,
                    Some(bin) if bin == axis.bin(value.into()) => right += 1,
                    Some(_) => wrong += 1,
                }
            }
        }
        (right, wrong, left)
    }

    #[test]
    fn the_bound_of_f32_holds_and_is_needed() {
        let (right, wrong, left) = judge(|_| ());
        assert_eq!(wrong, 0);
        assert!(right > 1000 && left > 1000, "{right} {left}");
        let without = |guess: &mut Guess<f32>| {
            let one = (guess.less + guess.more) / 2.0;
            (guess.less, guess.more) = (one, one);
        };
        assert!(judge(without).1 > 100);
    }

    #[test]
    fn few_values_are_near() {
        let axis = Axis::linear(-5.0, 5.0, 1000).unwrap();
        let even = EvenBins::new(&axis).unwrap();
        let x: Vec<f64> =
            (1..100_000).map(|i| (f64::from(i) * 0.618_033_988_749_894_9).fract() * 10.0 - 5.0).collect();
        let mut cells = vec![0; x.len()];
        assert_eq!(cells_f64(&even.wide, &even.wide, 1000, 1000, &x, &x, &mut cells).1, 0);
        let x: Vec<f32> = x.into_iter().map(|v| v as f32).collect();
        let narrow = even.narrow.unwrap();
        let near = cells_f32(&narrow, &narrow, 1000, 1000, &x, &x, &mut cells).1;
        assert!(near > 0 && near < 500, "{near}");
    }

    #[test]
    fn f32_is_not_asked_where_it_tells_too_little() {
        let narrow =
            |start, stop, bins| EvenBins::new(&Axis::linear(start, stop, bins).unwrap()).unwrap().narrow;
        assert!(narrow(-5.0, 5.0, 4000).is_some());
        assert!(narrow(1e6, 1e6 + 1.0, 100).is_none());
        assert!(narrow(0.0, 1.0, 1 << 20).is_none());
        assert!(narrow(0.0, 1e-40, 10).is_none());
    }
}
