//! Gaussian blur of a grid of rectangles.
//!
//! The kernel is a product of one along x and one along y, so each column of the result is made in two steps: along x from the
//! columns around it, then along y within itself. Every cell is summed in one order, so any number of threads gives the same
//! bits; and the exponential is the same code on every platform.

use rayon::prelude::*;

use crate::data::{Rect, Reduced, Values, vectorized};
use crate::error::{Error, Result, counted, plain};

/// Where the kernel ends, in standard deviations: scipy's `truncate`.
const TRUNCATE: f64 = 4.0;

/// Cells whose sums are kept in registers while the kernel runs over them.
const LANES: usize = 16;

/// The blurred values.
pub(super) fn smooth(values: &Values, rect: &Rect, sigma: (f64, f64)) -> Result<Values> {
    let (nx, ny) = (rect.x.bins(), rect.y.bins());
    for (name, sigma, bins) in [("x", sigma.0, nx), ("y", sigma.1, ny)] {
        if sigma > bins as f64 {
            return Err(Error::usage(format!(
                "a sigma of {sigma} along {name} is more than the {} there: it is in cells, not in data units",
                counted(bins as u64, "cell"),
                sigma = plain(sigma)
            )));
        }
    }
    let kernel = (gaussian(sigma.0), gaussian(sigma.1));
    let (rows, reduction) = (values.all_rows(), values.reduction());
    let smoothed = match values {
        Values::Counts(counts) => blur(&plane(nx * ny, |cell| counts[cell] as f64), ny, &kernel),
        Values::Reduced(reduced) if !reduction.of_nothing().is_nan() => blur(&reduced.values, ny, &kernel),
        Values::Reduced(_) | Values::Given(_) => {
            // Averages: a cell says as much as it has rows, and nothing where it has no value.
            let says = |cell: usize| if values.get(cell).is_nan() { 0.0 } else { rows[cell] as f64 };
            let told = |cell| if says(cell) > 0.0 { values.get(cell) * says(cell) } else { 0.0 };
            let sums = blur(&plane(nx * ny, told), ny, &kernel);
            let weights = blur(&plane(nx * ny, says), ny, &kernel);
            plane(nx * ny, |cell| if says(cell) > 0.0 { sums[cell] / weights[cell] } else { f64::NAN })
        }
    };
    let rows = rows.into_owned();
    Ok(Values::Reduced(Reduced { reduction, values: smoothed, rows, smoothed: true }))
}

/// A value for each cell.
fn plane(cells: usize, value: impl Fn(usize) -> f64 + Sync + Send) -> Vec<f64> {
    (0..cells).into_par_iter().map(value).collect()
}

/// The weights of a cell and of those to either side of it, as far as the kernel reaches.
fn gaussian(sigma: f64) -> Vec<f64> {
    let reach = (TRUNCATE * sigma + 0.5) as usize;
    if reach == 0 {
        return vec![1.0];
    }
    let weight = |far: usize| libm::exp(-0.5 / (sigma * sigma) * (far * far) as f64);
    let weights: Vec<f64> = (0..=reach).map(weight).collect();
    let sum = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// A plane of columns of `ny` cells, blurred along both axes.
fn blur(plane: &[f64], ny: usize, kernel: &(Vec<f64>, Vec<f64>)) -> Vec<f64> {
    let (nx, reach) = (plane.len() / ny, (kernel.0.len() - 1, kernel.1.len() - 1));
    let column = |i: isize| &plane[mirrored(i, nx) * ny..][..ny];
    let mut out = vec![0.0; plane.len()];
    let scratch = || (vec![0.0; ny], vec![0.0; ny + 2 * reach.1]);
    out.par_chunks_mut(ny).enumerate().for_each_init(scratch, |(across, padded), (i, out)| {
        let i = i as isize;
        let beside: Vec<_> = (1..=reach.0 as isize).map(|far| (column(i - far), column(i + far))).collect();
        weigh(across, column(i), &beside, &kernel.0);
        for (at, cell) in padded.iter_mut().enumerate() {
            *cell = across[mirrored(at as isize - reach.1 as isize, ny)];
        }
        let shifted = |by: usize| &padded[by..][..ny];
        let around: Vec<_> =
            (1..=reach.1).map(|far| (shifted(reach.1 - far), shifted(reach.1 + far))).collect();
        weigh(out, shifted(reach.1), &around, &kernel.1);
    });
    out
}

/// The place of a cell beyond the borders of `count` cells in their mirror image: `c b a | a b c | c b a`.
fn mirrored(at: isize, count: usize) -> usize {
    if (0..count as isize).contains(&at) {
        return at as usize;
    }
    let at = at.rem_euclid(2 * count as isize) as usize;
    if at < count { at } else { 2 * count - 1 - at }
}

vectorized! {
    /// Each cell of `out` as the weighted sum of that of `middle` and those in `pairs`, from near to far.
    fn weigh(out: &mut [f64], middle: &[f64], pairs: &[(&[f64], &[f64])], weights: &[f64]) {
        let whole = out.len() / LANES * LANES;
        for start in (0..whole).step_by(LANES) {
            let mut sums = [0.0; LANES];
            for (sum, cell) in sums.iter_mut().zip(&middle[start..start + LANES]) {
                *sum = cell * weights[0];
            }
            for (&(before, after), &weight) in pairs.iter().zip(&weights[1..]) {
                let (before, after) = (&before[start..start + LANES], &after[start..start + LANES]);
                for lane in 0..LANES {
                    sums[lane] += weight * (before[lane] + after[lane]);
                }
            }
            out[start..start + LANES].copy_from_slice(&sums);
        }
        for at in whole..out.len() {
            let far = pairs.iter().zip(&weights[1..]);
            out[at] = far.fold(middle[at] * weights[0], |sum, (pair, weight)| sum + weight * (pair.0[at] + pair.1[at]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Reduction};

    fn rect(nx: usize, ny: usize) -> Rect {
        let axis = |bins: usize| Axis::linear(0.0, bins as f64, bins).unwrap();
        Rect { x: axis(nx), y: axis(ny) }
    }

    #[test]
    fn beyond_a_border_lies_the_mirror_image() {
        let places: Vec<usize> = (-7..8).map(|at| mirrored(at, 3)).collect();
        assert_eq!(places, [0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]);
        assert_eq!([-2, -1, 0, 1, 2].map(|at| mirrored(at, 1)), [0; 5]);
    }

    /// The sum over the whole kernel at once, each cell for itself.
    fn plainly(plane: &[f64], (nx, ny): (usize, usize), kernel: &(Vec<f64>, Vec<f64>)) -> Vec<f64> {
        let span = |weights: &[f64]| 1 - weights.len() as isize..weights.len() as isize;
        let value = |cell: usize| {
            let (i, j) = ((cell / ny) as isize, (cell % ny) as isize);
            let places = span(&kernel.0).flat_map(|di| span(&kernel.1).map(move |dj| (di, dj)));
            let term = |(di, dj): (isize, isize)| {
                let weight = kernel.0[di.unsigned_abs()] * kernel.1[dj.unsigned_abs()];
                weight * plane[mirrored(i + di, nx) * ny + mirrored(j + dj, ny)]
            };
            places.map(term).sum()
        };
        (0..plane.len()).map(value).collect()
    }

    #[test]
    fn two_steps_are_one_plain_sum() {
        for ((nx, ny), sigma) in [((7, 40), (1.5, 3.0)), ((33, 5), (0.3, 5.0)), ((1, 17), (1.0, 0.0))] {
            let plane: Vec<f64> = (0..nx * ny).map(|cell| (cell * 7919 % 1013) as f64).collect();
            let kernel = (gaussian(sigma.0), gaussian(sigma.1));
            let (got, wanted) = (blur(&plane, ny, &kernel), plainly(&plane, (nx, ny), &kernel));
            for (got, wanted) in got.iter().zip(&wanted) {
                assert!((got - wanted).abs() <= 1e-13 * wanted.abs(), "{got} {wanted}");
            }
            let sums = [&plane, &got].map(|plane| plane.iter().sum::<f64>());
            assert!((sums[0] - sums[1]).abs() <= 1e-12 * sums[0], "the sum stays: {sums:?}");
        }
    }

    #[test]
    fn averages_weigh_rows_and_leave_gaps() {
        let values = Values::Reduced(Reduced {
            reduction: Reduction::Mean,
            values: vec![10.0, f64::NAN, 40.0, 40.0],
            rows: vec![3, 0, 1, 1],
            smoothed: false,
        });
        let got = smooth(&values, &rect(1, 4), (0.0, 0.5)).unwrap();
        let [near, far] = [gaussian(0.5)[0], gaussian(0.5)[1]];
        let next = gaussian(0.5)[2];
        // The first cell and its mirror image, and the third.
        let weights = [3.0 * (near + far), next];
        let wanted = (10.0 * weights[0] + 40.0 * weights[1]) / (weights[0] + weights[1]);
        assert!((got.get(0) - wanted).abs() < 1e-12, "{} {wanted}", got.get(0));
        assert!(got.get(1).is_nan() && !got.get(2).is_nan());
        assert_eq!(got.rows(0), 3);
    }
}
