//! The values of a column as the keys of a pivot, in the order in which they are drawn.

use std::collections::HashMap;

use crate::data::{Index, Ordered, Series, SeriesKind, Table};
use crate::error::{Error, Result, plain};

/// From 2^53 on, whole numbers are not told from their neighbours; none in a file is larger than 2^64.
const CLOSE: std::ops::Range<f64> = 9_007_199_254_740_992.0..18_446_744_073_709_551_616.0;

/// The code of a row without a key.
pub(super) const MISSING: u32 = u32::MAX;

/// The keys of a column.
pub(super) struct Keys {
    /// They and the column's name.
    pub index: Index,
    /// For each row the place of its key, or [`MISSING`].
    pub codes: Vec<u32>,
}

/// Names in an order that is not that of their letters: each row is what one thing is called.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];
const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "mon"],
    &["tuesday", "tue", "tues"],
    &["wednesday", "wed"],
    &["thursday", "thu", "thur", "thurs"],
    &["friday", "fri"],
    &["saturday", "sat"],
    &["sunday", "sun"],
];

impl Keys {
    /// The keys of a column: numbers, times and booleans ascend; months go from January, weekdays from Monday, by their English names or
    /// what these are cut to; other text is sorted as in pandas, by its code points.
    pub fn of(table: &Table, column: usize) -> Result<Self> {
        let name = table.name_of(column).to_owned();
        let (labels, codes) = match table.text(column) {
            Some(names) => ordered(names.names(), names.codes()),
            None => numbers(table, column)?,
        };
        Ok(Self { index: Index { name, labels }, codes })
    }
}

/// Texts in their order, and the codes of the rows in it. Texts that no row has are left out.
fn ordered(names: &[String], codes: &[u32]) -> (Vec<String>, Vec<u32>) {
    let mut is_used = vec![false; names.len()];
    for &code in codes {
        if let Some(used) = is_used.get_mut(code as usize) {
            *used = true;
        }
    }
    let mut places: Vec<usize> = (0..names.len()).filter(|&place| is_used[place]).collect();
    let ranks = |things: &[&[&str]]| -> Option<HashMap<usize, usize>> {
        places.iter().map(|&place| Some((place, rank(&names[place], things)?))).collect()
    };
    let rank = ranks(&MONTHS).or_else(|| ranks(&WEEKDAYS)).unwrap_or_default();
    places.sort_by(|a, b| (rank.get(a), &names[*a]).cmp(&(rank.get(b), &names[*b])));
    let mut new = vec![MISSING; names.len()];
    let (mut labels, mut last) = (Vec::new(), None);
    for place in places {
        // A list may name one text twice.
        if last != Some(&names[place]) {
            labels.push(names[place].clone());
            last = Some(&names[place]);
        }
        new[place] = (labels.len() - 1) as u32;
    }
    (labels, codes.iter().map(|&code| new.get(code as usize).copied().unwrap_or(MISSING)).collect())
}

/// Which of the things a name stands for.
fn rank(name: &str, things: &[&[&str]]) -> Option<usize> {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    things.iter().position(|names| names.contains(&name.as_str()))
}

/// The different numbers of a column as labels, ascending, and the codes of the rows.
fn numbers(table: &Table, column: usize) -> Result<(Vec<String>, Vec<u32>)> {
    let values = || table.numbers(column).into_iter().flatten();
    let mut codes: HashMap<Ordered, u32> = values().map(|value| (Ordered::of(value), MISSING)).collect();
    codes.remove(&Ordered::NONE);
    let mut keys: Vec<Ordered> = codes.keys().copied().collect();
    keys.sort_unstable();
    if let Some(key) = keys.iter().map(|key| key.value()).find(|key| CLOSE.contains(&key.abs())) {
        return Err(Error::data(format!(
            "column '{}' has the key {}, a whole number of 2^53 or more, which is not told from its neighbours: write such keys as text",
            table.name_of(column),
            plain(key)
        )));
    }
    for (code, key) in keys.iter().enumerate() {
        codes.insert(*key, code as u32);
    }
    let numbers = keys.into_iter().map(Ordered::value).collect();
    let series = match table.kind(column) {
        SeriesKind::Boolean => Series::Booleans(numbers),
        SeriesKind::Time => Series::Times(numbers),
        _ => Series::Numbers(numbers),
    };
    let labels = Table::new([("", series)])?.labels(0);
    Ok((labels, values().map(|value| codes.get(&Ordered::of(value)).copied().unwrap_or(MISSING)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(series: Series) -> Vec<String> {
        let table = Table::new([("key", series)]).unwrap();
        let keys = Keys::of(&table, 0).unwrap();
        let all = table.labels(0);
        for (code, label) in keys.codes.iter().zip(&all) {
            assert!(*code == MISSING || keys.index.labels[*code as usize] == *label);
        }
        keys.index.labels
    }

    #[test]
    fn numbers_that_are_not_told_apart_are_no_keys() {
        let of = |key: f64| Keys::of(&Table::new([("id", Series::Numbers(vec![1.5, key]))]).unwrap(), 0);
        assert!(of(9_007_199_254_740_991.0).is_ok() && of(1e20).is_ok() && of(f64::INFINITY).is_ok());
        let error = of(-9_007_199_254_740_992.0).err().unwrap().to_string();
        assert!(
            error.starts_with("column 'id' has the key -9007199254740992, a whole number of 2^53"),
            "{error}"
        );
    }

    #[test]
    fn months_and_weekdays_have_their_own_order() {
        assert_eq!(labels(Series::text(["Mar", "Jan", "Feb", "Jan"])), ["Jan", "Feb", "Mar"]);
        assert_eq!(labels(Series::text(["december", "MAY", "Sept."])), ["MAY", "Sept.", "december"]);
        assert_eq!(labels(Series::text(["Sun", "Thur", "Sat", "Fri"])), ["Thur", "Fri", "Sat", "Sun"]);
        assert_eq!(labels(Series::text(["Mar", "Jan", "Foo"])), ["Foo", "Jan", "Mar"]);
        assert_eq!(labels(Series::text(["b", "B", "é", "a"])), ["B", "a", "b", "é"]);
    }

    #[test]
    fn numbers_ascend_and_missing_ones_are_no_key() {
        assert_eq!(labels(Series::Numbers(vec![1950.0, f64::NAN, 1949.0, 1950.0])), ["1949", "1950"]);
        assert_eq!(labels(Series::Numbers(vec![0.5, -1.0, 10.0])), ["-1.0", "0.5", "10.0"]);
        assert_eq!(labels(Series::Booleans(vec![1.0, 0.0])), ["False", "True"]);
        assert_eq!(labels(Series::Times(vec![11_016.0, 0.0])), ["1970-01-01", "2000-02-29"]);
    }
}
