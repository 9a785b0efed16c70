//! Rows sorted by where they lie, so that those out of view need not be read.
//!
//! Rows in no order lie everywhere, and so do any thousand of them: a view of a hundredth of the points has to look at each. Here some
//! ten thousand rows are sorted into *patches* of a few hundred, which know their bounds. They are cut into strips along x, and each
//! strip along y, at values that have as many rows between them as the next, so far as a sample of the rows tells.

use std::cell::RefCell;
use std::ops::Range;

use super::points::span;
use super::{Bounds, Floats, Points, vectorized};

/// The most rows that are sorted together: a row's place among them takes two bytes, and their columns fit the nearest caches.
pub(crate) const MOST_ROWS: usize = 1 << 16;

/// Rows of a patch, if all have as many. A view is found to a patch, and each stretch of patches costs a call.
const PATCH_ROWS: usize = 256;

/// The most strips, and patches of a strip.
const MOST_CUTS: usize = 16;

/// Rows of the sample.
const SAMPLE: usize = 2048;

/// Which rows lie together, where rows were sorted by [`Patches::sort`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Patches {
    patches: Vec<Patch>,
}

#[derive(Clone, Debug)]
struct Patch {
    rows: Range<usize>,
    bounds: Bounds,
}

impl Patches {
    /// The order of the rows by patches, for each place the row that comes there, with the sorted points. `None` where the rows are so few
    /// that it is not worth it.
    ///
    /// # Panics
    /// If there are more than [`MOST_ROWS`].
    pub fn sort(points: &Points<'_>) -> Option<(Vec<u16>, Points<'static>, Self)> {
        let rows = points.len();
        assert!(rows <= MOST_ROWS, "{rows} rows are more than are sorted together");
        let cuts = (rows / PATCH_ROWS).isqrt().min(MOST_CUTS);
        if cuts < 2 {
            return None;
        }
        let (order, ends) = SCRATCH.with_borrow_mut(|scratch| scratch.order(points, cuts));
        let sorted = points.permuted(order.iter().map(|&row| usize::from(row)));
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let places = starts.zip(ends.iter().copied()).filter(|(first, end)| first < end);
        let patches = places.map(|(first, end)| {
            let span = |values: &Floats<'_>| span(&values.slice(first..end)).expect("points are finite");
            Patch { rows: first..end, bounds: Bounds { x: span(sorted.x()), y: span(sorted.y()) } }
        });
        let patches = Self { patches: patches.collect() };
        Some((order, sorted, patches))
    }

    /// A single patch of rows that were not sorted.
    pub fn one(rows: usize, bounds: Bounds) -> Self {
        Self { patches: vec![Patch { rows: 0..rows, bounds }] }
    }

    /// Those of rows that come behind these.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window joins blocks"))]
    pub fn extend(&mut self, other: &Self) {
        let first = self.patches.last().map_or(0, |last| last.rows.end);
        let behind = |patch: &Patch| Patch {
            rows: patch.rows.start + first..patch.rows.end + first,
            bounds: patch.bounds,
        };
        self.patches.extend(other.patches.iter().map(behind));
    }

    /// The rows of the patches whose bounds are wanted, in stretches, with what each spans.
    pub fn wanted(&self, wanted: impl Fn(Bounds) -> bool) -> impl Iterator<Item = (Range<usize>, Bounds)> {
        let mut patches = self.patches.iter().filter(move |patch| wanted(patch.bounds)).peekable();
        std::iter::from_fn(move || {
            let Patch { mut rows, mut bounds } = patches.next()?.clone();
            while let Some(next) = patches.next_if(|next| next.rows.start == rows.end) {
                rows.end = next.rows.end;
                bounds = bounds.union(next.bounds);
            }
            Some((rows, bounds))
        })
    }
}

/// Values that cut rows into parts: those from the nth one on are in part n + 1. The last is infinite, and so are others where there are
/// fewer parts.
type Cuts = [f32; MOST_CUTS];

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What sorting takes beside its results: kept for the next rows, as the system would clear it each time.
#[derive(Default)]
struct Scratch {
    x: Vec<f32>,
    y: Vec<f32>,
    /// The strip of each row, then its patch.
    parts: Vec<u8>,
}

impl Scratch {
    /// The order of the rows by patches, so many along each axis, and where each patch ends.
    fn order(&mut self, points: &Points<'_>, cuts: usize) -> (Vec<u16>, Vec<usize>) {
        let Self { x, y, parts } = self;
        let (x, y) = (near(points.x(), x), near(points.y(), y));
        let (of_x, of_y) = cuts_of(x, y, cuts);
        parts.resize(x.len(), 0);
        strips_of(x, &of_x, parts);
        patches_of(y, &of_y, parts);
        let mut next = vec![0; MOST_CUTS * MOST_CUTS];
        parts.iter().for_each(|&patch| next[usize::from(patch)] += 1);
        let mut end = 0;
        for next in &mut next {
            let first = end;
            end += *next;
            *next = first;
        }
        let mut order = vec![0; x.len()];
        for (row, &patch) in parts.iter().enumerate() {
            let next = &mut next[usize::from(patch)];
            order[*next] = row as u16;
            *next += 1;
        }
        // Where the next one would lie, this one ends.
        (order, next)
    }
}

/// The values by their distance from most of them, near enough: where they are cut changes no result. `near` holds them if they are not
/// as narrow as they come.
fn near<'a>(values: &'a Floats<'_>, near: &'a mut Vec<f32>) -> &'a [f32] {
    let values = match values {
        Floats::F32(values) => return values,
        Floats::F64(values) => values,
    };
    let mut some: Vec<f64> = sampled(values.len()).map(|row| values[row]).collect();
    some.sort_unstable_by(f64::total_cmp);
    // Halves, as the whole of f64 is wider than itself.
    let quarter = |nth| some[some.len() * nth / 4] / 2.0;
    let (middle, spread) = (quarter(2), quarter(3) - quarter(1));
    let scale = if spread > 0.0 { spread.recip().min(f64::MAX) } else { 1.0 };
    let of = |v: &f64| ((v / 2.0 - middle) * scale).clamp(f32::MIN.into(), f32::MAX.into()) as f32;
    near.clear();
    near.extend(values.iter().map(of));
    near
}

/// Rows that stand for all. They lie evenly among these without a step, as rows of rasters repeat themselves after some.
fn sampled(rows: usize) -> impl Iterator<Item = usize> {
    // 2^32 over the golden ratio.
    const TURN: u32 = 0x9e37_79b9;
    let place = move |nth: u32| (u64::from(nth.wrapping_mul(TURN)) * rows as u64) >> 32;
    (0..SAMPLE as u32).map(move |nth| place(nth) as usize)
}

/// Where a sample of the rows is cut into as many along x, and each strip along y.
fn cuts_of(x: &[f32], y: &[f32], cuts: usize) -> (Cuts, [Cuts; MOST_CUTS]) {
    let mut sample: Vec<(f32, f32)> = sampled(x.len()).map(|row| (x[row], y[row])).collect();
    sample.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let of_x = at_equal_shares(cuts, sample.len(), |nth| sample[nth].0);
    let mut of_y = [[f32::INFINITY; MOST_CUTS]; MOST_CUTS];
    for strip in sample.chunk_by_mut(|a, b| part(a.0, &of_x) == part(b.0, &of_x)) {
        strip.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
        let nth = usize::from(part(strip[0].0, &of_x));
        of_y[nth] = at_equal_shares(cuts, strip.len(), |nth| strip[nth].1);
    }
    (of_x, of_y)
}

/// Cuts of so many ascending values into parts of as many.
fn at_equal_shares(parts: usize, values: usize, value: impl Fn(usize) -> f32) -> Cuts {
    let mut cuts = [f32::INFINITY; MOST_CUTS];
    (1..parts).for_each(|nth| cuts[nth - 1] = value(values * nth / parts));
    cuts
}

/// The part that a value is in.
#[inline(always)]
fn part(value: f32, cuts: &Cuts) -> u8 {
    cuts.iter().map(|cut| u8::from(value >= *cut)).sum()
}

vectorized! {
    /// The strip of each row.
    fn strips_of(x: &[f32], cuts: &[f32; MOST_CUTS], strips: &mut [u8]) {
        const RUN: usize = 64;
        for (x, strips) in x.chunks(RUN).zip(strips.chunks_mut(RUN)) {
            strips.fill(0);
            for cut in cuts {
                for (x, strip) in x.iter().zip(&mut *strips) {
                    *strip += u8::from(*x >= *cut);
                }
            }
        }
    }
}

vectorized! {
    /// The patch of each row in the place of its strip.
    fn patches_of(y: &[f32], cuts: &[Cuts; MOST_CUTS], parts: &mut [u8]) {
        for (y, patch) in y.iter().zip(parts) {
            let strip = *patch & (MOST_CUTS as u8 - 1);
            *patch = strip * MOST_CUTS as u8 + part(*y, &cuts[usize::from(strip)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Category;

    /// Rows that can be told: their weights are their numbers.
    fn points(rows: usize, at: impl Fn(usize) -> (f64, f64)) -> Points<'static> {
        let (x, y): (Vec<f64>, Vec<f64>) = (0..rows).map(at).unzip();
        let weights: Vec<f64> = (0..rows).map(|row| row as f64).collect();
        let category = Category::from(&(0..rows).map(|row| row as i64 % 5).collect::<Vec<_>>()).into_owned();
        Points::of_rows(x.into(), y.into(), Some(weights.into()), Some(category)).unwrap()
    }

    fn mixed(row: usize) -> (f64, f64) {
        ((row as f64 * 0.7).sin() * 3.0, 1e9 + (row as f64 * 0.31).cos())
    }

    /// Checks that the sorted points are the same rows, and the patches theirs; gives the share of the rows that a view has to read.
    fn check(points: &Points<'_>, view: Bounds) -> f64 {
        let (order, sorted, patches) = Patches::sort(points).unwrap();
        let mut rows = order.clone();
        rows.sort_unstable();
        assert!(rows.into_iter().map(usize::from).eq(0..points.len()), "every row comes once");
        assert_eq!((sorted.bounds(), sorted.missing()), (points.bounds(), points.missing()));
        for (at, row) in order.into_iter().map(usize::from).enumerate() {
            assert_eq!((sorted.x().get(at), sorted.y().get(at)), (points.x().get(row), points.y().get(row)));
            assert_eq!(sorted.weights().unwrap().get(at), row as f64);
            let kind = |points: &Points<'_>, at| match points.category().unwrap() {
                Category::Numbers(column) => column.values.get(at),
                Category::Names(_) => panic!("numbers"),
            };
            assert_eq!(kind(&sorted, at), kind(points, row));
        }
        let all: Vec<_> = patches.wanted(|_| true).collect();
        assert_eq!(all, [(0..points.len(), points.bounds())]);
        let seen: Vec<_> = patches.wanted(|bounds| bounds.meets(view)).collect();
        let within = |points: &Points<'_>, at: usize| {
            let at = (points.x().get(at), points.y().get(at));
            view.meets(Bounds { x: (at.0, at.0), y: (at.1, at.1) })
        };
        let count = |rows: Range<usize>| rows.filter(|&at| within(&sorted, at)).count();
        let found: usize = seen.iter().map(|(rows, _)| count(rows.clone())).sum();
        assert_eq!(found, count(0..points.len()), "no row in view is left out");
        for (rows, bounds) in &seen {
            let part = sorted.part(rows.clone(), *bounds, 0);
            let own = Points::new(part.x().clone(), part.y().clone()).unwrap().bounds();
            assert_eq!(own, *bounds);
        }
        seen.iter().map(|(rows, _)| rows.len()).sum::<usize>() as f64 / points.len() as f64
    }

    #[test]
    fn a_view_of_a_part_reads_little_more_than_it_shows() {
        let all = Bounds { x: (-1e9, 1e9), y: (-1e9, 3e9) };
        let near = Bounds { x: (0.1, 0.7), y: (1e9 + 0.1, 1e9 + 0.3) };
        for rows in [1024, 5000, 40_000, MOST_ROWS] {
            let points = points(rows, mixed);
            assert_eq!(check(&points, all), 1.0);
            let share = check(&points, near);
            assert!(share < if rows > 30_000 { 0.06 } else { 0.5 }, "{rows}: {share}");
        }
        assert!(Patches::sort(&points(1023, mixed)).is_none(), "too few are not sorted");
    }

    #[test]
    fn rows_of_few_places_are_sorted_too() {
        let view = Bounds { x: (0.5, 1.5), y: (-1.0, 0.5) };
        // Three values along x, two along y; one place; sorted and turned around.
        assert!(check(&points(20_000, |row| ((row % 3) as f64, (row / 7 % 2) as f64)), view) < 0.2);
        assert_eq!(check(&points(20_000, |_| (1.0, 0.0)), view), 1.0);
        let share = check(&points(20_000, |row| (row as f64 / 1e4, -(row as f64) / 1e4)), view);
        assert!(share < 0.6, "half of the rows lie there: {share}");
    }

    #[test]
    fn rows_of_every_size_are_sorted() {
        let near = |(x, y): (f64, f64)| Bounds { x: (0.1 * x, 0.2 * x), y: (0.1 * y, 0.2 * y) };
        for (x, y) in [(f64::MAX, 5e-324 * 1e6), (1e300, 1e-300), (1.0, 1e-50)] {
            let at = |row: usize| (x * (row as f64 * 0.37).sin(), y * (row as f64 * 0.11).cos());
            let share = check(&points(40_000, at), near((x, y)));
            assert!(share < 0.05, "{share} of {x}, {y}");
            // A far one beside them.
            let share = check(
                &points(40_000, |row| if row == 77 { (f64::MAX, -1e290) } else { at(row) }),
                near((x, y)),
            );
            assert!(share < 0.05, "{share} of {x}, {y}");
        }
    }

    #[test]
    fn patches_of_rows_behind_one_another_know_their_places() {
        let (first, second) = (points(3000, mixed), points(2000, mixed));
        let (_, _, mut patches) = Patches::sort(&first).unwrap();
        patches.extend(&Patches::one(10, Bounds { x: (50.0, 60.0), y: (0.0, 0.0) }));
        patches.extend(&Patches::sort(&second).unwrap().2);
        let far = Bounds { x: (55.0, 99.0), y: (-1.0, 1.0) };
        let found: Vec<_> = patches.wanted(|bounds| bounds.meets(far)).collect();
        assert_eq!(found, [(3000..3010, Bounds { x: (50.0, 60.0), y: (0.0, 0.0) })]);
        let mut all = patches.wanted(|_| true).map(|(rows, _)| rows);
        assert_eq!((all.next(), all.next()), (Some(0..5010), None));
    }
}
