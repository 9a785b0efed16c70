//! Contours: marching squares between the centres of cells.
//!
//! The centres are corners of squares. A level enters a square where its border, taken counterclockwise, falls to the level or
//! below it, and leaves where it rises again; so lines have the higher values on their left, and from each side of a square one line goes on
//! into the next. Where two lines cross a square, the mean of its corners says which ends belong together, as in contourpy.

use rayon::prelude::*;

use super::rectangles;
use crate::data::{Aggregate, Axis, Contour, Level, Rect, Reduction};
use crate::error::{Error, Result, plain};

/// The lines at some levels, through points between the centres of neighbouring cells: those of `matplotlib.contour` at the
/// centres. On a log axis values are taken to change evenly along the axis as it is drawn.
///
/// No line passes beside a cell without a value.
///
/// # Errors
/// If the cells are hexagons or fewer than two each way, as [`Level::check`], or if a share is asked of values that are no mass: means,
/// or values below 0.
pub fn contours(aggregate: &Aggregate, levels: &[Level]) -> Result<Vec<Contour>> {
    if levels.is_empty() {
        return Ok(Vec::new());
    }
    let rect = rectangles(aggregate, "contours")?;
    let (nx, ny) = (rect.x.bins(), rect.y.bins());
    if nx < 2 || ny < 2 {
        return Err(Error::usage(format!("contours need at least 2 × 2 cells, not {nx} × {ny}")));
    }
    levels.iter().try_for_each(|level| level.check())?;
    let squares = Squares { values: aggregate.values.iter().collect(), ny };
    let mass = levels.iter().any(|level| matches!(level, Level::Share(_))).then(|| Mass::of(aggregate, rect));
    let mass = mass.transpose()?;
    let (across, up) = (centers(&rect.x), centers(&rect.y));
    let contour = |level: &Level| {
        let (value, share) = match (*level, &mass) {
            (Level::Share(share), Some(mass)) => (mass.level(share), Some(share)),
            (Level::Value(value) | Level::Share(value), _) => (value, None),
        };
        let place = |(x, y): (f64, f64)| (between(&across, x), between(&up, y));
        let lines = squares.lines(value).into_iter();
        Contour::new(value, share, lines.map(|line| line.into_iter().map(place).collect()).collect())
    };
    Ok(levels.par_iter().map(contour).collect())
}

/// The centres of bins in shares of the way along the drawn axis.
fn centers(axis: &Axis) -> Vec<f64> {
    let places: Vec<f64> = axis.edges().iter().map(|&edge| axis.scale().forward(edge)).collect();
    let (start, stop) = (places[0], places[places.len() - 1]);
    places.windows(2).map(|pair| ((pair[0] + pair[1]) / 2.0 - start) / (stop - start)).collect()
}

/// The place at a number of bins from the first centre.
fn between(centers: &[f64], at: f64) -> f64 {
    let bin = (at as usize).min(centers.len() - 2);
    centers[bin] + (at - bin as f64) * (centers[bin + 1] - centers[bin])
}

/// Cells in descending order of their values, with the mass of each and all before it.
struct Mass {
    values: Vec<f64>,
    sums: Vec<f64>,
}

impl Mass {
    fn of(aggregate: &Aggregate, rect: &Rect) -> Result<Self> {
        let reduction = aggregate.values.reduction();
        let is_mass = matches!(
            reduction,
            Reduction::Count | Reduction::Sum | Reduction::Density | Reduction::Probability
        );
        if !is_mass {
            return Err(Error::usage(format!(
                "a contour around a share needs something to share out: counts, sums, density or probability, not {reduction}; \
                 write a value instead"
            )));
        }
        let side = |axis: &Axis, bin: usize| axis.edges()[bin + 1] - axis.edges()[bin];
        let area = |cell: usize| match reduction {
            Reduction::Density => side(&rect.x, cell / rect.y.bins()) * side(&rect.y, cell % rect.y.bins()),
            _ => 1.0,
        };
        let mut cells: Vec<(f64, f64)> =
            aggregate.values.iter().enumerate().map(|(cell, v)| (v, v * area(cell))).collect();
        cells.retain(|(value, _)| !value.is_nan());
        if let Some((value, _)) = cells.iter().find(|(value, _)| *value < 0.0) {
            return Err(Error::data(format!(
                "a contour around a share needs values that are not below 0, but one is {value}; write a value instead",
                value = plain(*value)
            )));
        }
        cells.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut sum = 0.0;
        let sums = cells.iter().map(|(_, mass)| {
            sum += mass;
            sum
        });
        let sums = sums.collect();
        Ok(Self { values: cells.into_iter().map(|(value, _)| value).collect(), sums })
    }

    /// The value down to which cells hold this share: seaborn's rule.
    fn level(&self, share: f64) -> f64 {
        let total = self.sums.last().copied().unwrap_or(0.0);
        if total <= 0.0 {
            return f64::NAN;
        }
        let first = self.sums.partition_point(|&sum| sum / total < share);
        self.values[first.min(self.values.len() - 1)]
    }
}

/// A side of a square: from corner `n` across is `2n`, up from it `2n + 1`.
type Side = usize;

/// Values at the corners of squares, `ny` in a column.
struct Squares {
    values: Vec<f64>,
    ny: usize,
}

impl Squares {
    /// The lines at a level, in corners from the first.
    fn lines(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        let columns = self.values.len() / self.ny - 1;
        let mut steps: Vec<(Side, Side)> =
            (0..columns).into_par_iter().flat_map_iter(|i| self.steps(i, level)).collect();
        steps.par_sort_unstable();
        joined(&steps)
            .into_iter()
            .map(|line| line.into_iter().map(|side| self.place(side, level)).collect())
            .collect()
    }

    /// The ways through the squares of a column, each from side to side.
    fn steps(&self, i: usize, level: f64) -> Vec<(Side, Side)> {
        let mut steps = Vec::new();
        for j in 0..self.ny - 1 {
            let first = i * self.ny + j;
            // Counterclockwise: corners, and the side from each to the next.
            let corners = [first, first + self.ny, first + self.ny + 1, first + 1];
            let sides = [2 * first, 2 * (first + self.ny) + 1, 2 * (first + 1), 2 * first + 1];
            let values = corners.map(|corner| self.values[corner]);
            if values.iter().any(|value| !value.is_finite()) {
                continue;
            }
            let above = values.map(|value| value > level);
            let falls = |k: usize| above[k] && !above[(k + 1) % 4];
            let rises = |k: usize| !above[k] && above[(k + 1) % 4];
            let is_saddle = above[0] == above[2] && above[1] == above[3] && above[0] != above[1];
            // Around a corner that the middle does not belong to, a line turns left or right.
            let middle_above = values.iter().sum::<f64>() / 4.0 > level;
            for k in (0..4).filter(|&k| falls(k)) {
                let end = match (is_saddle, middle_above) {
                    (true, true) => Some((k + 1) % 4),
                    (true, false) => Some((k + 3) % 4),
                    _ => (0..4).find(|&other| rises(other)),
                };
                steps.extend(end.map(|end| (sides[k], sides[end])));
            }
        }
        steps
    }

    /// Where a level crosses a side.
    fn place(&self, side: Side, level: f64) -> (f64, f64) {
        let (from, up) = (side / 2, side % 2 == 1);
        let to = if up { from + 1 } else { from + self.ny };
        let (low, high) = (self.values[from], self.values[to]);
        let share = ((level - low) / (high - low)).clamp(0.0, 1.0);
        let (i, j) = ((from / self.ny) as f64, (from % self.ny) as f64);
        if up { (i, j + share) } else { (i + share, j) }
    }
}

/// Steps, in the order of where they begin, joined to lines: open ones first, then those that close.
fn joined(steps: &[(Side, Side)]) -> Vec<Vec<Side>> {
    let find = |side: Side| steps.binary_search_by_key(&side, |step| step.0).ok();
    let mut ends: Vec<Side> = steps.iter().map(|step| step.1).collect();
    ends.par_sort_unstable();
    let open = (0..steps.len()).filter(|&at| ends.binary_search(&steps[at].0).is_err());
    let mut taken = vec![false; steps.len()];
    let mut lines = Vec::new();
    for start in open.chain(0..steps.len()) {
        if taken[start] {
            continue;
        }
        let (mut line, mut at) = (vec![steps[start].0], Some(start));
        while let Some(step) = at.filter(|&step| !taken[step]) {
            taken[step] = true;
            line.push(steps[step].1);
            at = find(steps[step].1);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Grid, Scale};
    use crate::density::fixtures;

    fn squares(ny: usize, values: &[f64]) -> Squares {
        Squares { values: values.to_vec(), ny }
    }

    #[test]
    fn a_peak_has_a_closed_line_with_the_higher_to_the_left() {
        let lines = squares(3, &[0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0]).lines(1.0);
        assert_eq!(lines, [[(0.25, 1.0), (1.0, 0.25), (1.75, 1.0), (1.0, 1.75), (0.25, 1.0)]]);
    }

    #[test]
    fn a_slope_has_an_open_line() {
        let lines = squares(2, &[0.0, 0.0, 1.0, 1.0, 2.0, 2.0]).lines(0.5);
        assert_eq!(lines, [[(0.5, 1.0), (0.5, 0.0)]]);
        assert!(squares(2, &[1.0; 6]).lines(1.0).is_empty(), "a level that nothing is above");
        assert!(squares(2, &[1.0; 6]).lines(0.5).is_empty(), "a level that nothing is below");
    }

    #[test]
    fn in_a_saddle_the_middle_decides() {
        // Corners (0,0) and (1,1) are high; the lines keep them together or apart.
        let together = squares(2, &[3.0, 0.0, 0.0, 3.0]).lines(1.0);
        let apart = squares(2, &[3.0, 0.0, 0.0, 3.0]).lines(2.0);
        assert_eq!((together.len(), apart.len()), (2, 2));
        let is_round = |line: &[(f64, f64)], corner: (f64, f64)| {
            line.iter().all(|&(x, y)| (x - corner.0).abs() + (y - corner.1).abs() < 0.5)
        };
        assert!(together.iter().all(|line| is_round(line, (0.0, 1.0)) || is_round(line, (1.0, 0.0))));
        assert!(apart.iter().all(|line| is_round(line, (0.0, 0.0)) || is_round(line, (1.0, 1.0))));
    }

    #[test]
    fn no_line_passes_beside_a_gap() {
        let values = [0.0, 0.0, 0.0, 2.0, 2.0, f64::NAN];
        assert_eq!(squares(3, &values).lines(1.0), [[(0.5, 1.0), (0.5, 0.0)]]);
    }

    #[test]
    fn shares_need_a_mass() {
        let half = [Level::Share(0.5)];
        let level = |aggregate: &Aggregate| contours(aggregate, &half).map(|contours| contours[0].level);
        let means = fixtures::reduced(2, Reduction::Mean, &[1.0; 4]);
        assert!(level(&means).unwrap_err().to_string().contains("not mean"));
        let debts = fixtures::reduced(2, Reduction::Sum, &[1.0, 2.0, -4.0, 3.0]);
        assert!(level(&debts).unwrap_err().to_string().contains("one is -4"));
        let none = &contours(&fixtures::counts(2, &[0; 4]), &half).unwrap()[0];
        assert!(none.level.is_nan() && none.lines.is_empty());
        assert_eq!(level(&fixtures::counts(2, &[4, 1, 3, 2])).unwrap(), 3.0);
    }

    #[test]
    fn mass_is_density_times_area() {
        let axis = |edges: &[f64]| Axis::from_edges(edges.to_vec(), Scale::Linear).unwrap();
        let mut aggregate = fixtures::reduced(2, Reduction::Density, &[4.0, 3.0, 2.0, 1.0]);
        aggregate.grid = Arc::new(Grid::Rect(Rect { x: axis(&[0.0, 1.0, 10.0]), y: axis(&[0.0, 1.0, 2.0]) }));
        // Masses 4, 3, 18 and 9 of 34.
        let levels = [0.1, 0.12, 0.5, 0.74, 0.9].map(Level::Share);
        let got: Vec<f64> =
            contours(&aggregate, &levels).unwrap().iter().map(|contour| contour.level).collect();
        assert_eq!(got, [4.0, 3.0, 2.0, 1.0, 1.0]);
    }

    #[test]
    fn places_are_those_of_the_drawn_axis() {
        let log = Axis::log(1.0, 1e4, 4).unwrap();
        for (got, wanted) in centers(&log).iter().zip([0.125, 0.375, 0.625, 0.875]) {
            assert!((got - wanted).abs() < 1e-15, "{got}");
        }
        assert_eq!(
            [between(&[0.25, 0.75], 0.0), between(&[0.25, 0.75], 0.5), between(&[0.25, 0.75], 1.0)],
            [0.25, 0.5, 0.75]
        );
    }

    #[test]
    fn what_has_no_squares_is_refused() {
        let error =
            |aggregate: &Aggregate| contours(aggregate, &[Level::Value(1.0)]).unwrap_err().to_string();
        assert!(error(&fixtures::counts(1, &[1; 5])).contains("not 5 × 1"));
        assert!(error(&fixtures::hexagons()).contains("rectangles"));
        assert!(contours(&fixtures::hexagons(), &[]).unwrap().is_empty());
    }
}
