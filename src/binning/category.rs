//! Points with categories → a grid for each category, in one pass.
//!
//! Batches have names of their own and come in any order, so categories get their places as they appear, and are sorted at the end:
//! the result depends on neither. The rows of each category go to a [`CpuBinner`] or a [`ReduceBinner`] of its own, so they have the
//! cells that they would have alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::{Binner, CpuBinner, Partial, ReduceBinner, lock};
use crate::data::{
    Aggregate, Axis, Category, Grid, Layers, MAX_CELLS, Names, Ordered, Points, Reduction, Tally, Values,
};
use crate::error::{Error, Result, plain};

/// The most categories that are told apart.
pub const MAX_CATEGORIES: usize = 256;

/// The place of a row that is in no bin, and of one without a category.
const NONE: u32 = u32::MAX;
const LACKING: u32 = u32::MAX - 1;

/// Whole numbers from here on have neighbours that are the same f64.
const MOST_WHOLE: f64 = (1u64 << 53) as f64;

/// Counts the rows of each category, or reduces their weights, on the CPU.
///
/// ```
/// use std::sync::Arc;
/// use heatbin::{Axis, CategoryBinner, Grid, Points, Rect};
///
/// let axis = || Axis::linear(0.0, 2.0, 2);
/// let grid = Arc::new(Grid::Rect(Rect { x: axis()?, y: axis()? }));
/// let binner = CategoryBinner::new(grid, None)?;
/// binner.add(&Points::categorized(&[0.5, 0.5, 1.5], &[0.5, 0.5, 0.5], &["dog", "cat", "dog"])?)?;
/// let (total, layers) = binner.finish()?;
/// assert_eq!(layers.names, ["cat", "dog"]);
/// assert_eq!(layers.values[1], heatbin::Values::Counts(vec![1, 0, 1, 0]));
/// assert_eq!(total.values.rows(0), 2);
/// # Ok::<(), heatbin::Error>(())
/// ```
#[derive(Debug)]
pub struct CategoryBinner {
    grid: Arc<Grid>,
    bins: Option<Axis>,
    slots: RwLock<Slots>,
    /// Of `first` and `last`, all rows that have a category: which of the rows of two categories comes first, their own binners do not know.
    whole: Option<ReduceBinner>,
    /// Rows that are in no bin, or missing.
    others: Mutex<Tally>,
}

/// The categories so far.
#[derive(Debug, Default)]
struct Slots {
    /// What is made of the weights; `None` if rows are counted.
    weighing: Option<Reduction>,
    places: HashMap<Name, u32>,
    binners: Vec<Arc<Part>>,
}

/// What takes the rows of one category.
#[derive(Debug)]
enum Part {
    Count(CpuBinner),
    Reduce(ReduceBinner),
}

impl Part {
    fn new(grid: Arc<Grid>, weighing: Option<Reduction>) -> Result<Self> {
        Ok(match weighing {
            None => Self::Count(CpuBinner::new(grid)?),
            Some(reduction) => Self::Reduce(ReduceBinner::new(grid, reduction)?),
        })
    }

    fn add(&self, points: &Points<'_>) -> Result<()> {
        match self {
            Self::Count(binner) => binner.add(points),
            Self::Reduce(binner) => binner.add(points),
        }
    }

    /// The cells, and what is kept of them where it `merges` into that of all rows.
    fn finish(self, merges: bool) -> Result<Split> {
        Ok(match self {
            Self::Count(binner) => (Box::new(binner).finish()?, None),
            Self::Reduce(binner) => {
                let mut partial = binner.into_partial();
                (partial.snapshot(), merges.then_some(partial))
            }
        })
    }

    /// The same so far.
    fn snapshot(&mut self, merges: bool) -> Split {
        match self {
            Self::Count(binner) => (binner.snapshot(), None),
            Self::Reduce(binner) => (binner.snapshot(), merges.then(|| binner.copy())),
        }
    }
}

/// The cells of a category, and what is kept of its weights, to be put together with that of the others.
type Split = (Aggregate, Option<Partial>);

/// What a category is called, in the order of categories.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name {
    Number(Ordered),
    Text(String),
}

impl CategoryBinner {
    /// A binner with no rows yet: of names and whole numbers, or of numbers that are cut into `bins`, the last of which holds its right
    /// edge too. Rows in no bin are outside.
    ///
    /// # Errors
    /// If there are more than [`MAX_CATEGORIES`] bins, or all grids together have more than [`MAX_CELLS`] cells.
    pub fn new(grid: Arc<Grid>, bins: Option<Axis>) -> Result<Self> {
        Self::with(grid, bins, None)
    }

    /// The same, but for what a reduction makes of the weights of each category; see [`ReduceBinner::new`].
    ///
    /// # Errors
    /// As [`CategoryBinner::new`] and [`ReduceBinner::new`].
    pub fn reducing(grid: Arc<Grid>, bins: Option<Axis>, reduction: Reduction) -> Result<Self> {
        Self::with(grid, bins, Some(reduction))
    }

    fn with(grid: Arc<Grid>, bins: Option<Axis>, weighing: Option<Reduction>) -> Result<Self> {
        let mut slots = Slots { weighing, ..Slots::default() };
        for bin in 0..bins.as_ref().map_or(0, Axis::bins) {
            slots.place(Name::Number(Ordered(bin as u64)), &grid)?;
        }
        Grid::check_cells(grid.cells())?;
        let is_ordered = |reduction: &Reduction| matches!(reduction, Reduction::First | Reduction::Last);
        let whole = weighing.filter(is_ordered).map(|reduction| ReduceBinner::new(grid.clone(), reduction));
        let whole = whole.transpose()?;
        Ok(Self { grid, bins, slots: RwLock::new(slots), whole, others: Mutex::default() })
    }

    /// Adds a batch. May be called from many threads at once.
    ///
    /// # Errors
    /// If the points have no categories, or more than [`MAX_CATEGORIES`], or ones that are no whole numbers and not cut into bins, or
    /// names where there are bins; or if all grids together have more than [`MAX_CELLS`] cells.
    pub fn add(&self, points: &Points<'_>) -> Result<()> {
        let Some(category) = points.category() else {
            return Err(Error::usage("the points have no categories"));
        };
        let places = self.places(category)?;
        self.count(points, &places)
    }

    /// Gives these categories their places, though none of their rows is counted.
    ///
    /// # Errors
    /// As [`CategoryBinner::add`].
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window knows them beforehand"))]
    pub(crate) fn know(&self, category: &Category<'_>) -> Result<()> {
        self.places(category).map(drop)
    }

    /// The place of each row's category, [`NONE`] or [`LACKING`].
    fn places(&self, category: &Category<'_>) -> Result<Vec<u32>> {
        match category {
            Category::Names(names) => self.of_names(names),
            Category::Numbers(column) => {
                let values = (0..column.len()).map(|row| column.values.get(row));
                match &self.bins {
                    Some(axis) => {
                        let place = |value: f64| match axis.bin(value) {
                            Some(bin) => bin as u32,
                            None if value.is_nan() => LACKING,
                            None => NONE,
                        };
                        Ok(values.map(place).collect())
                    }
                    None => self.of_numbers(values),
                }
            }
        }
    }

    /// The places of names.
    fn of_names(&self, names: &Names<'_>) -> Result<Vec<u32>> {
        if self.bins.is_some() {
            return Err(Error::usage("bins cut numbers, but these categories are names: leave the bins out"));
        }
        let mut places = vec![NONE; names.names().len()];
        names
            .codes()
            .iter()
            .map(|&code| {
                if code == Names::MISSING {
                    return Ok(LACKING);
                }
                let place = &mut places[code as usize];
                if *place == NONE {
                    *place = self.place(Name::Text(names.names()[code as usize].clone()))?;
                }
                Ok(*place)
            })
            .collect()
    }

    /// The places of whole numbers.
    fn of_numbers(&self, values: impl Iterator<Item = f64>) -> Result<Vec<u32>> {
        let mut known: HashMap<Ordered, u32> = HashMap::new();
        let mut last = (Ordered::NONE, NONE);
        values
            .map(|value| {
                if value.is_nan() {
                    return Ok(LACKING);
                }
                let key = Ordered::of(value);
                if last.0 != key {
                    let place = match known.get(&key) {
                        Some(&place) => place,
                        None if value.fract() != 0.0 => {
                            return Err(Error::data(format!(
                                "{} is no whole number, and only whole numbers are categories as they are: cut the others into \
                                 bins (--category-bins 5, --facet-bins 5)",
                                plain(value)
                            )));
                        }
                        None if value.abs() >= MOST_WHOLE => {
                            return Err(Error::data(format!(
                                "{} is a whole number of 2^53 or more, which is not told from its neighbours: write such categories \
                                 as text, or cut them into bins (--category-bins 5, --facet-bins 5)",
                                plain(value)
                            )));
                        }
                        None => self.place(Name::Number(key))?,
                    };
                    known.insert(key, place);
                    last = (key, place);
                }
                Ok(last.1)
            })
            .collect()
    }

    /// The place of a category, which may be new.
    fn place(&self, name: Name) -> Result<u32> {
        let known = self.slots.read().unwrap_or_else(PoisonError::into_inner).places.get(&name).copied();
        let new = || self.slots.write().unwrap_or_else(PoisonError::into_inner).place(name, &self.grid);
        known.map_or_else(new, Ok)
    }

    /// Counts rows whose places are known.
    fn count(&self, points: &Points<'_>, places: &[u32]) -> Result<()> {
        let binners = self.slots.read().unwrap_or_else(PoisonError::into_inner).binners.clone();
        let mut others = Tally { rows: points.missing(), missing: points.missing(), ..Tally::default() };
        if let Some(&first) = places.first().filter(|&&first| first < LACKING)
            && places.iter().all(|&place| place == first)
        {
            let part = points.part(0..points.len(), points.bounds(), 0);
            binners[first as usize].add(&part)?;
            self.whole.as_ref().map_or(Ok(()), |whole| whole.add(&part))?;
        } else {
            let mut rows: Vec<Vec<usize>> = vec![Vec::new(); binners.len() + 2];
            let (outside, missing) = (binners.len(), binners.len() + 1);
            for (row, &place) in places.iter().enumerate() {
                let list = match place {
                    NONE => outside,
                    LACKING => missing,
                    place => place as usize,
                };
                rows[list].push(row);
            }
            for (binner, rows) in binners.iter().zip(&rows).filter(|(_, rows)| !rows.is_empty()) {
                binner.add(&points.select(rows))?;
            }
            let (outside, missing) = (rows[outside].len() as u64, rows[missing].len() as u64);
            others += Tally { rows: outside + missing, outside, missing, ..Tally::default() };
            if let Some(whole) = &self.whole {
                let rows: Vec<usize> = (0..places.len()).filter(|&row| places[row] < LACKING).collect();
                whole.add(&points.select(&rows))?;
            }
        }
        *lock(&self.others) += others;
        Ok(())
    }

    /// The cells of all rows that have a category, and those of each category.
    ///
    /// # Errors
    /// If a batch is still being added.
    pub fn finish(self) -> Result<(Aggregate, Layers)> {
        let Self { grid, bins, slots, whole, others } = self;
        let Slots { weighing, places, binners } = slots.into_inner().unwrap_or_else(PoisonError::into_inner);
        let names = sorted(places);
        let mut binners: Vec<_> = binners.into_iter().map(Some).collect();
        let parts = names.iter().map(|(_, place)| {
            let part = binners[*place as usize].take().and_then(Arc::into_inner);
            part.ok_or_else(still_counting)?.finish(whole.is_none())
        });
        let others = others.into_inner().unwrap_or_else(PoisonError::into_inner);
        let none = Aggregate { tally: others, ..nothing(grid, weighing)? };
        let (mut total, values) = together(none, parts)?;
        if let Some(whole) = whole {
            total.values = whole.into_partial().finish().values;
        }
        Ok((total, Layers { names: written(bins.as_ref(), &names), values }))
    }

    /// The same of the batches added so far; more may be added.
    ///
    /// # Errors
    /// If a batch is still being added.
    #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only the window looks before the end"))]
    pub(crate) fn snapshot(&mut self) -> Result<(Aggregate, Layers)> {
        let Slots { weighing, places, binners } =
            self.slots.get_mut().unwrap_or_else(PoisonError::into_inner);
        let names = sorted(places.clone());
        let parts = names.iter().map(|(_, place)| {
            let part = Arc::get_mut(&mut binners[*place as usize]);
            part.ok_or_else(still_counting).map(|part| part.snapshot(self.whole.is_none()))
        });
        let none = Aggregate { tally: *lock(&self.others), ..nothing(self.grid.clone(), *weighing)? };
        let (mut total, values) = together(none, parts)?;
        if let Some(whole) = &mut self.whole {
            total.values = whole.snapshot().values;
        }
        Ok((total, Layers { names: written(self.bins.as_ref(), &names), values }))
    }
}

fn still_counting() -> Error {
    Error::usage("a batch is still being counted")
}

/// Cells without rows.
fn nothing(grid: Arc<Grid>, weighing: Option<Reduction>) -> Result<Aggregate> {
    match weighing {
        None => Ok(Aggregate::empty(grid)),
        Some(reduction) => Box::new(ReduceBinner::new(grid, reduction)?).finish(),
    }
}

/// The cells of all categories together, added to `total`, and those of each. Where what is kept of weights does not merge, `total` has
/// their rows, but not their values.
fn together(
    mut total: Aggregate,
    parts: impl Iterator<Item = Result<Split>>,
) -> Result<(Aggregate, Vec<Values>)> {
    let (mut layers, mut all): (Vec<Values>, Option<Partial>) = Default::default();
    for part in parts {
        let (cells, partial) = part?;
        match &cells.values {
            Values::Counts(_) => total.merge(&cells),
            _ => total.tally += cells.tally,
        }
        match (&mut all, partial) {
            (_, None) => {}
            (None, Some(partial)) => all = Some(partial),
            (Some(all), Some(partial)) => all.merge(partial),
        }
        layers.push(cells.values);
    }
    if let Some(all) = all {
        total.values = all.finish().values;
    }
    Ok((total, layers))
}

/// The categories in their order.
fn sorted(places: HashMap<Name, u32>) -> Vec<(Name, u32)> {
    let mut names: Vec<_> = places.into_iter().collect();
    names.sort_unstable();
    names
}

/// What the categories are called in text.
fn written(bins: Option<&Axis>, names: &[(Name, u32)]) -> Vec<String> {
    let bins = bins.map(bin_names);
    let text = |(name, _): &(Name, u32)| match (name, &bins) {
        (Name::Number(bin), Some(names)) => names[bin.0 as usize].clone(),
        (Name::Number(value), None) => plain(value.value()),
        (Name::Text(text), _) => text.clone(),
    };
    names.iter().map(text).collect()
}

impl Slots {
    /// The place of a category, which may be new.
    fn place(&mut self, name: Name, grid: &Arc<Grid>) -> Result<u32> {
        if let Some(&place) = self.places.get(&name) {
            return Ok(place);
        }
        let count = self.binners.len() + 1;
        if count > MAX_CATEGORIES {
            return Err(Error::usage(format!(
                "there are more than {MAX_CATEGORIES} categories, which no picture tells apart: name a column of fewer, or cut numbers \
                 into bins (--category-bins 5, --facet-bins 5)"
            )));
        }
        if count.saturating_mul(grid.cells()) > MAX_CELLS {
            return Err(Error::usage(format!(
                "{count} categories or more on a grid of {} cells are more than the {MAX_CELLS} cells there may be: ask for fewer \
                 bins or categories",
                grid.cells()
            )));
        }
        self.binners.push(Arc::new(Part::new(grid.clone(), self.weighing)?));
        self.places.insert(name, (count - 1) as u32);
        Ok((count - 1) as u32)
    }
}

/// The names of bins: their edges as they are, or, where one is long, shorter ones that are as good.
fn bin_names(axis: &Axis) -> Vec<String> {
    /// Longer numbers are not read.
    const LONG: usize = 8;
    /// A written edge may be so far off, as a share of the narrowest bin.
    const OFF: f64 = 0.01;
    /// Digits behind the point, beyond which a number is written as it is.
    const MOST_DIGITS: usize = 20;
    let edges = axis.edges();
    let narrowest = edges.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let written = |edge: f64, digits: usize| format!("{edge:.digits$}").parse::<f64>().unwrap_or(edge);
    let is_near =
        |&digits: &usize| edges.iter().all(|&edge| (written(edge, digits) - edge).abs() <= OFF * narrowest);
    let is_short = edges.iter().all(|&edge| plain(edge).len() <= LONG);
    let digits = if is_short { None } else { (0..MOST_DIGITS).find(is_near) };
    // Adding zero turns -0 into 0.
    let text = |edge: f64| plain(digits.map_or(edge, |digits| written(edge, digits)) + 0.0);
    edges.windows(2).map(|pair| format!("{} to {}", text(pair[0]), text(pair[1]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Floats, Rect, Scale};

    fn grid() -> Arc<Grid> {
        let axis = |bins| Axis::linear(0.0, 8.0, bins).unwrap();
        Arc::new(Grid::Rect(Rect { x: axis(8), y: axis(2) }))
    }

    /// Batches of 100 rows: x counts to 9, y is 1, and the category changes with the row.
    fn batches() -> Vec<(Vec<f64>, Vec<f64>, Vec<String>)> {
        let batch = |nth: usize| {
            let rows = nth * 100..(nth + 1) * 100;
            let names = rows.clone().map(|row| ["pear", "apple", "fig"][row * row % 3 + nth % 2].to_owned());
            (rows.clone().map(|row| (row % 10) as f64).collect(), vec![1.0; 100], names.collect())
        };
        (0..20).map(batch).collect()
    }

    #[test]
    fn neither_order_nor_threads_matter() {
        use rayon::prelude::*;
        let count = |backwards: bool| {
            let binner = CategoryBinner::new(grid(), None).unwrap();
            let mut batches = batches();
            if backwards {
                batches.reverse();
            }
            batches.par_iter().for_each(|(x, y, names)| {
                binner.add(&Points::categorized(x, y, names).unwrap()).unwrap();
            });
            binner.finish().unwrap()
        };
        let (total, layers) = count(false);
        assert_eq!((total.clone(), layers.clone()), count(true));
        assert_eq!(layers.names, ["apple", "fig", "pear"]);
        assert_eq!((total.tally.rows, total.tally.outside), (2000, 200));
        assert!(total.tally.adds_up());
        let grid = grid();
        for (name, counted) in layers.names.iter().zip(&layers.values) {
            let mut wanted = vec![0; grid.cells()];
            for (x, y, names) in batches() {
                for (row, _) in names.iter().enumerate().filter(|(_, other)| *other == name) {
                    grid.cell(x[row], y[row]).into_iter().for_each(|cell| wanted[cell] += 1);
                }
            }
            assert_eq!(*counted, Values::Counts(wanted), "{name}");
        }
        let sum = |cell: usize| layers.values.iter().map(|values| values.rows(cell)).sum::<u64>();
        assert!((0..grid.cells()).all(|cell| sum(cell) == total.values.rows(cell)));
    }

    #[test]
    fn each_category_has_what_is_made_of_its_rows_alone() {
        for name in ["sum", "mean", "var:1", "first", "last", "max", "median", "distinct"] {
            let reduction = Reduction::named(name).unwrap();
            let split = CategoryBinner::reducing(grid(), None, reduction).unwrap();
            let alone = || Box::new(ReduceBinner::new(grid(), reduction).unwrap());
            let (whole, fig) = (alone(), alone());
            for (nth, (x, y, names)) in batches().into_iter().enumerate().rev() {
                let weights = (nth * 100..).take(100).map(|row| (row * 7_919 % 2_003) as f64 + 0.1);
                let weights: Vec<f64> = weights.collect();
                let rows = |is_one: &dyn Fn(&str) -> bool| {
                    let rows: Vec<usize> = (0..100).filter(|&row| is_one(&names[row])).collect();
                    let of = |column: &[f64]| rows.iter().map(|&row| column[row]).collect::<Vec<f64>>();
                    Points::weighted(of(&x), of(&y), of(&weights)).unwrap().at(nth as u128 * 100)
                };
                whole.add(&rows(&|_| true)).unwrap();
                fig.add(&rows(&|name| name == "fig")).unwrap();
                let column = |values: &Vec<f64>| crate::data::Column::from(values.clone());
                let points =
                    Points::of_rows(column(&x), column(&y), Some(column(&weights)), Some((&names).into()));
                split.add(&points.unwrap().at(nth as u128 * 100)).unwrap();
            }
            let (total, layers) = split.finish().unwrap();
            // NaN is no value, and equal to none.
            let bits = |values: &Values| values.iter().map(f64::to_bits).collect::<Vec<u64>>();
            let (whole, fig) = (whole.finish().unwrap(), fig.finish().unwrap());
            assert_eq!((bits(&total.values), total.tally), (bits(&whole.values), whole.tally), "{name}");
            assert_eq!(total.values.all_rows(), whole.values.all_rows(), "{name}");
            assert_eq!(
                (layers.names[1].as_str(), bits(&layers.values[1])),
                ("fig", bits(&fig.values)),
                "{name}"
            );
            assert_ne!(
                bits(&layers.values[0]),
                bits(&fig.values),
                "{name}: another category has other values"
            );
        }
    }

    #[test]
    fn a_snapshot_is_what_was_counted_so_far_and_knows_what_it_was_told() {
        let mut binner = CategoryBinner::new(grid(), None).unwrap();
        binner.know(&(&["apple", "zucchini"]).into()).unwrap();
        let mut rows = 0;
        for (x, y, names) in batches() {
            binner.add(&Points::categorized(&x, &y, &names).unwrap()).unwrap();
            rows += 100;
            let (total, layers) = binner.snapshot().unwrap();
            assert_eq!((total.tally.rows, layers.rows(layers.len() - 1)), (rows, 0));
            assert!(total.tally.adds_up() && layers.names.is_sorted());
        }
        let last = binner.snapshot().unwrap();
        assert_eq!(last.1.names, ["apple", "fig", "pear", "zucchini"]);
        assert_eq!(last, binner.finish().unwrap());
    }

    #[test]
    fn a_snapshot_of_weights_is_what_was_made_of_them_so_far() {
        for name in ["sum", "std", "min", "last", "median"] {
            let reduction = Reduction::named(name).unwrap();
            let binner = || CategoryBinner::reducing(grid(), None, reduction).unwrap();
            let points = |nth: usize, (x, y, names): &(Vec<f64>, Vec<f64>, Vec<String>)| {
                let column = |values: &Vec<f64>| crate::data::Column::from(values.clone());
                let weights = (0..100).map(|row| ((nth * 100 + row) * 7_919 % 2_003) as f64 + 0.1).collect();
                let points =
                    Points::of_rows(column(x), column(y), Some(column(&weights)), Some(names.into()));
                points.unwrap().into_owned().at(nth as u128 * 100)
            };
            let bits = |(total, layers): &(Aggregate, Layers)| {
                let of = |values: &Values| values.iter().map(f64::to_bits).collect::<Vec<u64>>();
                let each: Vec<_> =
                    layers.values.iter().map(|values| (of(values), values.all_rows().into_owned())).collect();
                (of(&total.values), total.tally, layers.names.clone(), each)
            };
            let (mut grows, batches) = (binner(), batches());
            for end in [0, 1, 7, 20] {
                let done = grows.snapshot().unwrap().0.tally.rows as usize / 100;
                (done..end).for_each(|nth| grows.add(&points(nth, &batches[nth])).unwrap());
                let whole = binner();
                (0..end).for_each(|nth| whole.add(&points(nth, &batches[nth])).unwrap());
                let wanted = bits(&whole.finish().unwrap());
                assert_eq!(bits(&grows.snapshot().unwrap()), wanted, "{name}");
                assert_eq!(bits(&grows.snapshot().unwrap()), wanted, "{name}: a look changes nothing");
            }
        }
    }

    #[test]
    fn numbers_are_sorted_by_value_and_bins_are_those_of_an_axis() {
        let (x, y) = (vec![1.0; 6], vec![1.0; 6]);
        let values = [10.0, 9.0, -1.0, f64::NAN, 0.0, -0.0];
        let count = |bins| {
            let binner = CategoryBinner::new(grid(), bins).unwrap();
            binner.add(&Points::categorized(&x, &y, &values).unwrap()).unwrap();
            binner.finish().unwrap()
        };
        let (total, layers) = count(None);
        assert_eq!(layers.names, ["-1", "0", "9", "10"]);
        assert_eq!([0, 1, 2, 3].map(|nth| layers.rows(nth)), [1, 2, 1, 1]);
        assert_eq!((total.tally.missing, total.tally.binned), (1, 5));
        let (total, layers) = count(Some(Axis::from_edges(vec![0.0, 5.0, 7.5, 9.0], Scale::Linear).unwrap()));
        assert_eq!(layers.names, ["0 to 5", "5 to 7.5", "7.5 to 9"]);
        assert_eq!([0, 1, 2].map(|nth| layers.rows(nth)), [2, 0, 1]);
        assert_eq!((total.tally.missing, total.tally.outside, total.tally.binned), (1, 2, 3));
    }

    #[test]
    fn edges_are_written_as_short_as_they_can_be() {
        let names = |start, stop, bins| bin_names(&Axis::linear(start, stop, bins).unwrap());
        assert_eq!(names(0.0, 1.0, 3), ["0 to 0.333", "0.333 to 0.667", "0.667 to 1"]);
        assert_eq!(names(0.00339, 182.8, 2), ["0 to 91", "91 to 183"]);
        assert_eq!(names(-0.1234567891, 1.0, 1), ["-0.12 to 1"]);
        assert_eq!(names(-37.0, 1203.0, 2), ["-37 to 583", "583 to 1203"]);
        assert_eq!(names(1e9, 1e9 + 2.0, 2), ["1000000000 to 1000000001", "1000000001 to 1000000002"]);
    }

    #[test]
    fn what_makes_no_categories_is_refused() {
        let binner = |bins| CategoryBinner::new(grid(), bins).unwrap();
        let add = |binner: CategoryBinner, category: Category<'_>| {
            let x = vec![1.0; category.len()];
            binner.add(&Points::categorized(&x, &x, category).unwrap()).unwrap_err().to_string()
        };
        assert!(add(binner(None), (&[1.0, 2.5]).into()).starts_with("2.5 is no whole number"));
        assert!(add(binner(None), (&[1.0, 1e300]).into()).starts_with("1e300 is a whole number of 2^53"));
        let near = [(1i64 << 53) - 1, (1 << 53) + 1];
        assert!(add(binner(None), (&near).into()).starts_with("9007199254740992 is a whole number of 2^53"));
        let many: Vec<i64> = (0..257).collect();
        assert!(add(binner(None), (&many).into()).starts_with("there are more than 256 categories"));
        let axis = Axis::linear(0.0, 1.0, 2).unwrap();
        assert!(add(binner(Some(axis.clone())), (&["a"]).into()).starts_with("bins cut numbers"));
        let wide = |bins| Axis::linear(0.0, 1.0, bins).unwrap();
        let large = Arc::new(Grid::Rect(Rect { x: wide(1 << 14), y: wide(1 << 14) }));
        let error = CategoryBinner::new(large, Some(axis)).unwrap_err().to_string();
        assert!(error.starts_with("2 categories or more on a grid of 268435456 cells"), "{error}");
        let points = Points::new(&[0.0], Floats::F32([1.0].as_slice().into())).unwrap();
        assert!(binner(None).add(&points).is_err());
    }
}
