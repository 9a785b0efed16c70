//! The categories with their colours, at the right of the plot box: a patch and a name each, in as many columns as it takes.

use std::fmt::Write;

use crate::data::Rgba;
use crate::figure::font::{self, CAP_HEIGHT, DESCENT};
use crate::figure::layout::{Layout, TICK_TEXT};
use crate::figure::svg::{self, Anchor, fill, rect};
use crate::figure::{Legend, LegendEntry};

/// Size of the title, and from its top to the top of the first patch.
const TITLE_TEXT: f64 = 9.5;
const TITLE_ROW: f64 = 16.0;
/// From one row to the next.
const ROW: f64 = 13.5;
/// Side of a patch, and what lies between it and its name, a name and its count, and two columns.
const PATCH: f64 = 9.0;
const GAP: f64 = 5.0;
const COUNT_GAP: f64 = 8.0;
const COLUMN_GAP: f64 = 12.0;
/// More columns would leave no room for the cells.
const MOST_COLUMNS: usize = 3;

/// A legend, laid out from its left top corner, in points.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arranged {
    pub width: f64,
    title: String,
    rows: Vec<Row>,
    /// The names that were cut, as they stand there, and what is said instead of others.
    pub cut: Vec<String>,
    /// What is said instead of the names that found no room.
    rest: Option<(String, f64, f64)>,
}

/// A category.
#[derive(Clone, Debug)]
struct Row {
    color: Rgba,
    name: String,
    count: Option<String>,
    left: f64,
    right: f64,
    top: f64,
}

/// Lays out a legend beside a plot box of this height. Names are cut where they would take more than `room`.
pub(crate) fn arrange(legend: &Legend, height: f64, room: f64) -> Arranged {
    let title = font::cut(font::name(&legend.title), TITLE_TEXT, room);
    let start = if title.trim().is_empty() { 0.0 } else { TITLE_ROW };
    let each = (((height - start - PATCH) / ROW).floor() as usize + 1).max(2);
    let columns = legend.entries.len().div_ceil(each).clamp(1, MOST_COLUMNS);
    // A last row says how many are left out.
    let shown = if legend.entries.len() > each * columns { each * columns - 1 } else { legend.entries.len() };
    // As many in each column, if all are there.
    let each = if shown < legend.entries.len() { each } else { shown.div_ceil(columns).max(1) };
    let longest = room / columns as f64;
    let (mut rows, mut left) = (Vec::new(), 0.0);
    let mut all_cut: Vec<String> = Vec::new();
    if title != font::name(&legend.title) {
        all_cut.push(title.clone());
    }
    let mut rest = None;
    for (nth, column) in legend.entries[..shown].chunks(each).enumerate() {
        let counts: Vec<Option<String>> = column.iter().map(|entry| entry.rows.map(grouped)).collect();
        let width = |text: &str| font::width(text, TICK_TEXT);
        let beside = counts.iter().flatten().map(|count| COUNT_GAP + width(count)).fold(0.0, f64::max);
        let cut = |name: &str| {
            font::cut(font::name(name), TICK_TEXT, (longest - PATCH - GAP - beside).max(3.0 * TICK_TEXT))
        };
        let names: Vec<String> = column.iter().map(|entry| cut(&entry.name)).collect();
        let is_cut = |(entry, name): &(&LegendEntry, &String)| **name != font::name(&entry.name);
        all_cut.extend(column.iter().zip(&names).filter(is_cut).map(|(_, name)| name.clone()));
        let widest = names.iter().map(|name| width(name)).fold(0.0, f64::max);
        let mut right = left + PATCH + GAP + widest + beside;
        let top = |row: usize| start + row as f64 * ROW;
        if nth + 1 == columns && shown < legend.entries.len() {
            let text = format!("and {} more", legend.entries.len() - shown);
            right = right.max(left + width(&text));
            all_cut.push(text.clone());
            rest = Some((text, left, top(column.len())));
        }
        let each = column.iter().zip(names).zip(counts).enumerate();
        rows.extend(each.map(|(row, ((entry, name), count))| {
            let color = entry.color;
            Row { color, name, count, left, right, top: top(row) }
        }));
        left = right + COLUMN_GAP;
    }
    let width = (left - COLUMN_GAP).max(font::width(&title, TITLE_TEXT)).max(0.0);
    Arranged { width, title, rows, cut: all_cut, rest }
}

/// A whole number in groups of three digits.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(crate) fn draw(out: &mut String, layout: &Layout, legend: &Arranged, (left, top): (f64, f64)) {
    let whole = |points: f64| (points / layout.pixel).round() * layout.pixel;
    let side = whole(PATCH);
    let baseline = |top: f64| top + (PATCH + CAP_HEIGHT * TICK_TEXT) / 2.0;
    if !legend.title.trim().is_empty() {
        let baseline = top + (TITLE_ROW - DESCENT * TITLE_TEXT) / 2.0;
        svg::text(out, (left, baseline), TITLE_TEXT, Anchor::Start, &legend.title);
    }
    for row in &legend.rows {
        let (x, y) = (whole(left + row.left), whole(top + row.top));
        if row.color[3] == 0 {
            svg::text(out, (x, baseline(y)), TITLE_TEXT, Anchor::Start, &row.name);
            continue;
        }
        writeln!(out, "<path {} d=\"{}\"/>", fill(row.color), rect(x, y, side, side))
            .expect("a String takes all");
        svg::text(out, (x + PATCH + GAP, baseline(y)), TICK_TEXT, Anchor::Start, &row.name);
        if let Some(count) = &row.count {
            svg::text(out, (left + row.right, baseline(y)), TICK_TEXT, Anchor::End, count);
        }
    }
    if let Some((text, x, y)) = &legend.rest {
        svg::text(out, (left + x, baseline(top + y)), TICK_TEXT, Anchor::Start, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legend(count: usize, name: &str) -> Legend {
        let entry = |nth| LegendEntry { name: format!("{name} {nth}"), color: [1, 2, 3, 255], rows: None };
        Legend { title: "kind".into(), entries: (0..count).map(entry).collect() }
    }

    #[test]
    fn many_names_take_columns_and_then_are_counted() {
        let arranged = |count| arrange(&legend(count, "a"), 200.0, 150.0);
        let lefts = |arranged: &Arranged| {
            let mut lefts: Vec<u64> = arranged.rows.iter().map(|row| row.left.to_bits()).collect();
            lefts.dedup();
            lefts.len()
        };
        assert_eq!([3, 20, 40, 400].map(|count| lefts(&arranged(count))), [1, 2, 3, 3]);
        for count in [1, 13, 14, 20, 42, 43, 400] {
            let arranged = arranged(count);
            let lowest = arranged.rows.iter().map(|row| row.top + PATCH).fold(0.0, f64::max);
            assert!(lowest <= 200.0, "{count}: {lowest}");
            let left_out = count - arranged.rows.len();
            let rest = arranged.rest.map(|(text, ..)| text);
            assert_eq!(rest, (left_out > 0).then(|| format!("and {left_out} more")), "{count}");
        }
    }

    #[test]
    fn long_names_are_cut_and_counts_have_room() {
        let mut legend = legend(3, &"a long name ".repeat(20));
        let arranged = arrange(&legend, 200.0, 150.0);
        assert!(arranged.rows[0].name.ends_with('…') && arranged.width <= 150.0, "{}", arranged.width);
        assert_eq!(arranged.cut, arranged.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>());
        assert!(arrange(&self::legend(39, "a"), 200.0, 150.0).cut.is_empty());
        assert_eq!(arrange(&self::legend(50, "a"), 200.0, 150.0).cut, ["and 12 more"]);
        legend.entries[0].rows = Some(1_234_567);
        let arranged = arrange(&legend, 200.0, 150.0);
        assert_eq!(arranged.rows[0].count.as_deref(), Some("1,234,567"));
        assert!(arranged.width <= 150.0);
        assert_eq!([0, 999, 1000, 1_000_000].map(grouped), ["0", "999", "1,000", "1,000,000"]);
    }
}
