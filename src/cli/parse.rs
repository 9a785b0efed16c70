//! Values of arguments: lists, pairs and ranges.

use std::path::Path;

use crate::data::{Colormap, Level, Norm, Quantity, Reduction, Rgba};
use crate::density::{Filter, SpreadShape};
use crate::error::{Error, Result};
use crate::figure::NumberStyle;
use crate::source::Delimiter;

pub use crate::plot::Each;

/// The ends of x, then of y.
pub type Range = ((f64, f64), (f64, f64));

/// Width and height.
pub type Size = (f64, f64);

/// `N` or `NX,NY`, both at least 1.
pub fn each(text: &str) -> Result<Each, String> {
    let number = |text: &str| match count(text) {
        Ok(0) => Err("there must be at least 1".to_owned()),
        Ok(number) => usize::try_from(number).map_err(|_| format!("'{text}' is too large")),
        Err(_) => Err(format!("'{text}' is no whole number above 0")),
    };
    match *text.split(',').collect::<Vec<_>>() {
        [both] => Ok(Each::Both(number(both)?)),
        [x, y] => Ok(Each::XY(number(x)?, number(y)?)),
        _ => Err("one number, or two with a comma between".into()),
    }
}

/// A whole number, which may be written as 1e6.
pub fn count(text: &str) -> Result<u64, String> {
    // Up to here every whole f64 is the number that was written.
    const EXACT: f64 = (1u64 << 53) as f64;
    let text = text.trim();
    let whole = |v: &f64| v.fract() == 0.0 && (0.0..=EXACT).contains(v);
    let written = || text.parse::<f64>().ok().filter(whole).map(|v| v as u64);
    text.parse().ok().or_else(written).ok_or_else(|| format!("'{text}' is no whole number"))
}

/// A whole number of at least 1, also as 1e7.
pub fn amount(text: &str) -> Result<usize, String> {
    // Whole numbers below it are exact as f64.
    const MOST: f64 = (1u64 << 53) as f64;
    match text.trim().parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && (1.0..=MOST).contains(&number) => Ok(number as usize),
        _ => Err(format!("'{text}' is no whole number above 0, such as 1000 or 1e7")),
    }
}

/// What to make of the rows in a cell.
pub fn reduction(text: &str) -> Result<Reduction, String> {
    Reduction::named(text).map_err(|error| error.to_string())
}

/// Any number; whether it makes sense is for others to say.
pub fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| format!("'{text}' is no number"))
}

/// A format of numbers.
pub fn number_style(text: &str) -> Result<NumberStyle, String> {
    text.parse().map_err(|error: Error| error.to_string())
}

/// A value, or a share with a percent sign.
pub fn level(text: &str) -> Result<Level, String> {
    text.parse().map_err(|error: Error| error.to_string())
}

/// A standard deviation, or one along x and one along y.
pub fn sigma(text: &str) -> Result<(f64, f64), String> {
    let sigmas: Vec<f64> = text.split(',').map(number).collect::<Result<_, _>>()?;
    let sigma = match *sigmas {
        [both] => (both, both),
        [x, y] => (x, y),
        _ => return Err("one number of cells, or two with a comma between".into()),
    };
    checked(Filter::Smooth { sigma }).map(|_| sigma)
}

/// `PX`, `PX,circle` or `PX,square`.
pub fn spread(text: &str) -> Result<Filter, String> {
    let (px, shape) = text.split_once(',').unwrap_or((text, "circle"));
    checked(Filter::Spread { px: cells(px)?, shape: spread_shape(shape)? })
}

/// `THRESHOLD`, `THRESHOLD,MAX_PX` or both with a shape.
pub fn dynspread(text: &str) -> Result<Filter, String> {
    let mut parts = text.splitn(3, ',');
    let threshold = number(parts.next().unwrap_or_default())?;
    let max_px = cells(parts.next().unwrap_or("3"))?;
    let shape = spread_shape(parts.next().unwrap_or("circle"))?;
    checked(Filter::Dynspread { threshold, max_px, shape })
}

fn spread_shape(text: &str) -> Result<SpreadShape, String> {
    match text.trim() {
        "circle" => Ok(SpreadShape::Circle),
        "square" => Ok(SpreadShape::Square),
        _ => Err(format!("'{text}' is neither circle nor square")),
    }
}

fn cells(text: &str) -> Result<usize, String> {
    count(text).map(|cells| cells as usize)
}

fn checked(filter: Filter) -> Result<Filter, String> {
    filter.check().map(|()| filter).map_err(|error| error.to_string())
}

/// A norm; see [`Norm::FORMS`].
pub fn norm(text: &str) -> Result<Norm, String> {
    text.parse().map_err(|error: Error| error.to_string())
}

/// A colour as CSS writes it: a name, `#rrggbb`, `#rrggbbaa`, `rgb(...)`.
pub fn color(text: &str) -> Result<Rgba, String> {
    let color: svgtypes::Color = text
        .trim()
        .parse()
        .map_err(|_| format!("'{text}' is no colour: write a name, as red, or #rrggbb, or #rrggbbaa"))?;
    Ok([color.red, color.green, color.blue, color.alpha])
}

/// A colormap: a name, or colours of one's own.
///
/// `red,#fff,blue` are blended; `listed:red,#fff,blue` are taken as they are; `ramp:red` goes from faint to red; `@FILE` has a colour
/// a line, blended if they are fewer than 256.
pub fn cmap(text: &str) -> Result<Colormap, String> {
    let said = |error: Error| error.to_string();
    let list = |colors: &str| colors.split(',').map(color).collect::<Result<Vec<Rgba>, _>>();
    if let Some(colors) = text.strip_prefix("listed:") {
        return Colormap::from_colors(text, list(colors)?).map_err(said);
    }
    if let Some(one) = text.strip_prefix("ramp:") {
        return Ok(Colormap::ramp(text, color(one)?));
    }
    if let Some(path) = text.strip_prefix('@') {
        let lines = std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let colors =
            lines.map(color).collect::<Result<Vec<Rgba>, _>>().map_err(|error| format!("{path}: {error}"))?;
        let all = colors.len() >= 256;
        return if all { Colormap::from_colors(text, colors) } else { Colormap::blended(text, &colors) }
            .map_err(said);
    }
    if text.contains(',') || text.starts_with('#') {
        return Colormap::blended(text, &list(text)?).map_err(said);
    }
    Colormap::named(text).map_err(said)
}

/// The colours of categories: a list, one colour, or a colormap.
pub fn color_key(text: &str) -> Result<Colormap, String> {
    let list = text.strip_prefix("listed:").unwrap_or(text);
    if !list.contains(',') && !list.starts_with('#') {
        return cmap(list).or_else(|unknown| {
            let color = color(list).map_err(|_| unknown)?;
            Colormap::from_colors(text, vec![color]).map_err(|error| error.to_string())
        });
    }
    let colors = list.split(',').map(color).collect::<Result<Vec<Rgba>, _>>()?;
    Colormap::from_colors(text, colors).map_err(|error| error.to_string())
}

/// How numbers are cut into categories.
#[derive(Clone, Debug, PartialEq)]
pub enum CategoryBins {
    /// Into so many bins.
    Count(usize),
    /// At these edges.
    Edges(Vec<f64>),
}

/// `N`, or `EDGE,EDGE,...`, ascending.
pub fn category_bins(text: &str) -> Result<CategoryBins, String> {
    if !text.contains(',') {
        return amount(text).map(CategoryBins::Count);
    }
    let edges: Vec<f64> = text.split(',').map(value).collect::<Result<_, _>>()?;
    match edges.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(format!("edges ascend, but {} comes before {}", pair[0], pair[1])),
        None => Ok(CategoryBins::Edges(edges)),
    }
}

/// `X0,X1,Y0,Y1`: numbers or dates.
pub fn range(text: &str) -> Result<Range, String> {
    let ends: Vec<f64> = text.split(',').map(value).collect::<Result<_, _>>()?;
    let [x0, x1, y0, y1] = *ends else {
        return Err(format!("four numbers X0,X1,Y0,Y1, not {}", ends.len()));
    };
    for (name, low, high) in [("x", x0, x1), ("y", y0, y1)] {
        if low > high {
            return Err(format!("{name} is reversed: put {high} before {low}"));
        }
    }
    Ok(((x0, x1), (y0, y1)))
}

/// A finite number, or a date or time, which is taken in days since 1970-01-01 UTC, as the reader does.
fn value(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a number is missing; write the list without blanks, or quote it".into());
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(format!("'{text}' is not finite")),
        Err(_) => crate::source::days(text).ok_or_else(|| format!("'{text}' is neither a number nor a date")),
    }
}

/// `W,H`, two numbers above 0.
pub fn size(text: &str) -> Result<Size, String> {
    sides(text, |side| side.parse().ok()).ok_or_else(|| "two numbers above 0, W,H".into())
}

/// `W,H` in inches, or in millimetres, centimetres or points: `85mm,60mm`.
pub fn figsize(text: &str) -> Result<Size, String> {
    const UNITS: [(&str, f64); 4] = [("in", 1.0), ("cm", 2.54), ("mm", 25.4), ("pt", 72.0)];
    let inches = |side: &str| {
        let (number, an_inch) = UNITS
            .iter()
            .find_map(|(unit, an_inch)| Some((side.strip_suffix(unit)?, *an_inch)))
            .unwrap_or((side, 1.0));
        Some(number.trim().parse::<f64>().ok()? / an_inch)
    };
    sides(text, inches).ok_or_else(|| {
        "two numbers above 0, W,H in inches, or with a unit as in 85mm,60mm: in, cm, mm, pt".into()
    })
}

fn sides(text: &str, parse: impl Fn(&str) -> Option<f64>) -> Option<Size> {
    let sides: Option<Vec<f64>> = text.split(',').map(|side| parse(side.trim())).collect();
    match *sides? {
        [width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    }
}

/// One character, or a name for those that are hard to type.
pub fn delimiter(text: &str) -> Result<Delimiter, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'.into()),
        "space" => Ok(b' '.into()),
        "whitespace" => Ok(Delimiter::Whitespace),
        _ => match character(text) {
            Some(byte) => Ok(byte.into()),
            None => Err("one ASCII character, or 'tab', 'space' or 'whitespace'".into()),
        },
    }
}

/// What comments begin with.
pub fn comment(text: &str) -> Result<u8, String> {
    character(text).ok_or_else(|| "one ASCII character".into())
}

/// A character that CSV has no use for.
fn character(text: &str) -> Option<u8> {
    match *text.as_bytes() {
        [byte] if byte.is_ascii() && byte != b'"' && byte != b'\n' && byte != b'\r' => Some(byte),
        _ => None,
    }
}

/// A decimal point.
pub fn decimal(text: &str) -> Result<u8, String> {
    match text {
        "." => Ok(b'.'),
        "," => Ok(b','),
        _ => Err("a point or a comma".into()),
    }
}

/// `yes` or `no`.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("'yes' or 'no'".into()),
    }
}

/// Edges: a list with commas, or a file of numbers (text, or .npy with one dimension).
pub fn edges(name: &str, text: &str) -> Result<Vec<f64>> {
    edges_or_times(name, text).map(|(edges, _)| edges)
}

/// Edges, and whether they are numbers or dates.
pub fn edges_or_times(name: &str, text: &str) -> Result<(Vec<f64>, Quantity)> {
    let path = Path::new(text);
    let wrong = |reason: String| Error::usage(format!("--{name}: {reason}"));
    if !path.is_file() {
        return values(text.split(',')).map_err(|reason| {
            wrong(format!("takes a list of numbers or a file, and there is no file '{text}': {reason}"))
        });
    }
    let bytes = std::fs::read(path).map_err(|reason| Error::io("read", path, reason))?;
    let inside = |reason: String| wrong(format!("{text}: {reason}"));
    if bytes.starts_with(b"\x93NUMPY") {
        let array = npyz::NpyFile::new(&*bytes).map_err(|reason| inside(reason.to_string()))?;
        if array.shape().len() != 1 {
            return Err(inside(format!("edges are an array of one dimension, not {}", array.shape().len())));
        }
        let numbers = array.into_vec::<f64>().map_err(|reason| inside(reason.to_string()))?;
        return Ok((numbers, Quantity::Number));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| inside("is neither text nor .npy".into()))?;
    values(text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()))
        .map_err(inside)
}

/// The numbers or dates that labels are.
pub fn places<'a>(name: &str, labels: impl Iterator<Item = &'a str>) -> Result<(Vec<f64>, Quantity)> {
    values(labels).map_err(|reason| Error::usage(format!("--{name}: not every label is a number: {reason}")))
}

/// Refuses the value of an option that was written after a blank, and so was taken for a file.
pub fn check_stray(option: &str, files: &[String], is_value: impl Fn(&str) -> bool) -> Result<()> {
    match files.iter().find(|name| is_value(name) && !Path::new(name).exists()) {
        Some(name) => Err(Error::usage(format!(
            "there is no file '{name}': a value of {option} follows an equals sign, as in {option}={name}"
        ))),
        None => Ok(()),
    }
}

/// Finite numbers, or dates if one of them is no number.
fn values<'a>(words: impl Iterator<Item = &'a str>) -> Result<(Vec<f64>, Quantity), String> {
    let mut quantity = Quantity::Number;
    let values = words.map(|word| {
        let value = value(word)?;
        if word.trim().parse::<f64>().is_err() {
            quantity = Quantity::Time;
        }
        Ok(value)
    });
    let values = values.collect::<Result<Vec<f64>, String>>()?;
    Ok((values, quantity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_units() {
        assert_eq!(figsize("6.4, 4.8"), Ok((6.4, 4.8)));
        assert_eq!(figsize("25.4mm,2.54 cm"), Ok((1.0, 1.0)));
        assert_eq!(figsize("36pt,3in"), Ok((0.5, 3.0)));
        for wrong in ["", "3", "3,4,5", "3,-4", "3,0", "3px,4px", "mm,mm", "3,x", "nan,3"] {
            assert!(figsize(wrong).is_err(), "{wrong}");
        }
        assert_eq!((size("1280,800"), size("12cm,8cm").is_err()), (Ok((1280.0, 800.0)), true));
    }

    #[test]
    fn ranges_take_numbers_and_dates() {
        assert_eq!(range("-1,2.5, 0,1e3"), Ok(((-1.0, 2.5), (0.0, 1000.0))));
        assert_eq!(range("1970-01-02,1970-01-03,0,1"), Ok(((1.0, 2.0), (0.0, 1.0))));
        for wrong in ["1,2,3", "2,1,0,1", "0,1,1,0", "nan,1,0,1", "0,inf,0,1", "a,b,c,d", ""] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn filters_have_a_reach_and_a_shape() {
        assert_eq!((sigma("2"), sigma("1.5, 0")), (Ok((2.0, 2.0)), Ok((1.5, 0.0))));
        let (px, shape) = (2, SpreadShape::Square);
        assert_eq!(spread("2,square"), Ok(Filter::Spread { px, shape }));
        assert_eq!(dynspread("0.8,2,square"), Ok(Filter::Dynspread { threshold: 0.8, max_px: 2, shape }));
        let shape = SpreadShape::Circle;
        assert_eq!(dynspread("0.5"), Ok(Filter::Dynspread { threshold: 0.5, max_px: 3, shape }));
        for wrong in ["-1", "1,2,3", "nan", "inf", "x", ""] {
            assert!(sigma(wrong).is_err(), "{wrong}");
        }
        for wrong in ["-1", "1.5", "99", "1,round", "2,square,3", ""] {
            assert!(spread(wrong).is_err() && dynspread(&format!("2,{wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_may_be_powers_of_ten() {
        assert_eq!([amount("7"), amount("1e7"), amount(" 2.5e3")], [Ok(7), Ok(10_000_000), Ok(2500)]);
        for wrong in ["0", "-1", "1.5", "1e-3", "1e30", "nan", "inf", "x", ""] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_of_cells_are_at_least_one() {
        assert!(matches!(each("7"), Ok(Each::Both(7))));
        assert!(matches!(each("7,9"), Ok(Each::XY(7, 9))));
        assert!(matches!(each("1e3"), Ok(Each::Both(1000))));
        for wrong in ["0", "-1", "1.5", "1,2,3", "x", "", "3,0"] {
            assert!(each(wrong).is_err(), "{wrong}");
        }
    }
}
