//! What stands beside the cells of a clustermap: trees, strips of colours and their legend.

use super::Side;
use super::branches::branches;
use crate::data::{Clustered, Mixing, Rgba};
use crate::error::{Error, Result};
use crate::figure::{Around, Dendrogram, Legend, LegendEntry, SideBox, SideContent, Strip};

/// The depth of a strip, and what lies between it and the cells and between it and the tree, in points.
const STRIP: f64 = 12.0;
const GAP: f64 = 2.0;
/// More categories than these cannot be told apart.
const MOST_CATEGORIES: usize = 40;

/// What the rows, or the columns, belong to.
#[derive(Clone, Debug)]
pub(super) struct Categories {
    title: String,
    /// That of each row; empty where it has none.
    each: Vec<String>,
}

impl Categories {
    pub fn new(title: String, each: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { title, each: each.into_iter().map(Into::into).collect() }
    }

    /// All there are, in order: numbers by their value, others by the alphabet.
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.each.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
        if numbers.is_some_and(|numbers| numbers.iter().all(|number| !number.is_nan())) {
            let number = |name: &str| name.parse().unwrap_or(f64::NAN);
            names.sort_by(|a, b| number(a).total_cmp(&number(b)).then(a.cmp(b)));
        } else {
            names.sort_unstable();
        }
        names.dedup();
        names
    }

    fn check(&self, names: &[&str], order: &[usize]) -> Result<()> {
        if self.each.len() != order.len() {
            return Err(Error::usage(format!(
                "{} categories ('{}') do not suit {} rows or columns: there must be one for each",
                self.each.len(),
                self.title,
                order.len()
            )));
        }
        if names.len() > MOST_CATEGORIES {
            return Err(Error::usage(format!(
                "'{}' has {} different values, and no more than {MOST_CATEGORIES} colours can be told apart: take a \
                 column of few categories",
                self.title,
                names.len()
            )));
        }
        Ok(())
    }

    fn strip(&self, names: &[&str], colors: &[Rgba], order: &[usize]) -> Strip {
        let color = |&place: &usize| {
            let nth = names.iter().position(|name| *name == self.each[place]);
            nth.map(|nth| colors[nth])
        };
        Strip { colors: order.iter().map(color).collect() }
    }

    fn legend(&self, names: &[&str], colors: &[Rgba]) -> Legend {
        let entry = |(name, color): (&&str, &Rgba)| LegendEntry {
            name: (*name).to_owned(),
            color: *color,
            rows: None,
        };
        Legend { title: self.title.clone(), entries: names.iter().zip(colors).map(entry).collect() }
    }
}

/// The boxes at the left and above, and the legend, on a page of this size in points.
pub(super) fn around(
    rows: (&Side, &Clustered),
    columns: (&Side, &Clustered),
    (width, height): (f64, f64),
) -> Result<Around> {
    let (row_names, column_names) = (names_of(rows.0), names_of(columns.0));
    for ((side, clustered), names) in [(rows, &row_names), (columns, &column_names)] {
        if let Some(categories) = &side.categories {
            categories.check(names, &clustered.order)?;
        }
    }
    // A colour means one thing, in whichever strip it is, and in the trees.
    let colors = Mixing::default().colors(row_names.len() + column_names.len())?;
    let strips = &colors;
    let (row_colors, column_colors) = colors.split_at(row_names.len());
    let mut sides = Vec::new();
    let mut legends = Vec::new();
    let both = [
        (rows, &row_names, row_colors, crate::figure::Side::Left, width),
        (columns, &column_names, column_colors, crate::figure::Side::Top, height),
    ];
    for ((asked, clustered), names, colors, side, length) in both {
        if let Some(categories) = &asked.categories {
            let strip = categories.strip(names, colors, &clustered.order);
            sides.push(SideBox { side, depth: STRIP, gap: GAP, content: SideContent::Strip(strip) });
            legends.push(categories.legend(names, colors));
        }
        if let Some(linkage) = clustered.linkage.as_ref().filter(|linkage| !linkage.merges().is_empty())
            && asked.ratio > 0.0
        {
            let colors = branches(linkage, asked.most, strips)?;
            let tree = Dendrogram { linkage: linkage.clone(), colors };
            let content = SideContent::Dendrogram(tree);
            sides.push(SideBox { side, depth: asked.ratio * length, gap: GAP, content });
        }
    }
    Ok(Around { sides, legend: joined(legends), y_right: true, ..Around::default() })
}

/// The categories there are at a side.
fn names_of(side: &Side) -> Vec<&str> {
    side.categories.as_ref().map_or(Vec::new(), Categories::names)
}

/// One legend of two: the title of the second stands among the names.
fn joined(legends: Vec<Legend>) -> Option<Legend> {
    legends.into_iter().reduce(|mut first, second| {
        let title = |name: String| LegendEntry { name, color: [0; 4], rows: None };
        first.entries.push(title(second.title));
        first.entries.extend(second.entries);
        first
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_sorted_as_what_they_are() {
        let names = |each: &[&str]| {
            let categories = Categories::new("kind".into(), each.iter().copied());
            categories.names().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names(&["10", "9", "", "10"]), ["9", "10"]);
        assert_eq!(names(&["b", "10", "a"]), ["10", "a", "b"]);
    }
}
