//! Colormaps: tables of colours, those of matplotlib, seaborn and colorcet by name.
//!
//! The tables are the bytes that matplotlib itself draws; `assets/colormaps.py` makes them. Most have 256 colours;
//! the qualitative ones have as many as they name, and `twilight` has 510.

use crate::data::norm::Limits;
use crate::error::{Error, Result, nearest};

/// Red, green, blue and opacity, 0 to 255 in sRGB, not premultiplied.
pub type Rgba = [u8; 4];

/// Colours of a map that is made of a few.
const BLENDED: usize = 256;

/// A table of colours from the lowest to the highest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colormap {
    name: String,
    colors: Vec<Rgba>,
}

static TABLES: &[u8] = include_bytes!("../../assets/colormaps.bin");
const REVERSED: &str = "_r";

impl Colormap {
    /// The colormap that matplotlib, seaborn or colorcet (`cet_fire`) knows by this name, `_r` for its reverse.
    ///
    /// # Errors
    /// If there is none; the message names the nearest.
    ///
    /// ```
    /// let magma = heatbin::Colormap::named("magma")?;
    /// assert_eq!(magma.colors().len(), 256);
    /// assert_eq!(magma.colors()[0], [0, 0, 3, 255]);
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn named(name: &str) -> Result<Self> {
        let colors = stored(name).or_else(|| {
            let mut colors = stored(name.strip_suffix(REVERSED)?)?;
            colors.reverse();
            Some(colors)
        });
        match colors {
            Some(colors) => Ok(Self { name: name.to_owned(), colors }),
            None => Err(Error::usage(format!(
                "no colormap '{name}'.{} `heatbin colormaps` lists them all",
                nearest(name, Self::names().iter().map(String::as_str))
                    .map(|near| format!(" Did you mean '{near}'?"))
                    .unwrap_or_default()
            ))),
        }
    }

    /// Every name that [`Colormap::named`] takes, sorted without regard to case; each is followed by its reverse.
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = records()
            .filter(|(name, _)| !name.ends_with(REVERSED))
            .flat_map(|(name, _)| [name.to_owned(), format!("{name}{REVERSED}")])
            .collect();
        names.sort_by_key(|name| name.to_lowercase());
        names
    }

    /// A colormap of one's own, from the lowest to the highest colour.
    ///
    /// # Errors
    /// If there is no colour, or more than 65,000.
    pub fn from_colors(name: impl Into<String>, colors: Vec<Rgba>) -> Result<Self> {
        // With the entries beside its colours, a palette has no more than 16 bits tell apart.
        if colors.is_empty() || colors.len() > 65_000 {
            return Err(Error::usage(format!("a colormap has 1 to 65000 colours, not {}", colors.len())));
        }
        Ok(Self { name: name.into(), colors })
    }

    /// 256 colours on straight lines between a few that stand at equal distances: matplotlib's `LinearSegmentedColormap.from_list`.
    ///
    /// # Errors
    /// If there is no colour.
    pub fn blended(name: impl Into<String>, colors: &[Rgba]) -> Result<Self> {
        let Some(last) = colors.len().checked_sub(1) else {
            return Self::from_colors(name, Vec::new());
        };
        // As numpy's linspace has them.
        let spread =
            |nth: usize, last: usize| if nth == last { 1.0 } else { nth as f64 * (1.0 / last as f64) };
        let place = |nth: usize, last: usize| (BLENDED - 1) as f64 * spread(nth, last);
        let at = |nth: usize| {
            if nth == 0 || last == 0 {
                return colors[0];
            }
            if nth == BLENDED - 1 {
                return colors[last];
            }
            let here = place(nth, BLENDED - 1);
            let above = (1..last).find(|&k| place(k, last) >= here).unwrap_or(last);
            let (low, high) = (place(above - 1, last), place(above, last));
            let share = (here - low) / (high - low);
            std::array::from_fn(|channel| {
                let [low, high] =
                    [colors[above - 1], colors[above]].map(|color| f64::from(color[channel]) / 255.0);
                // Cut, not rounded, as matplotlib does.
                ((share * (high - low) + low) * 255.0) as u8
            })
        };
        Self::from_colors(name, (0..BLENDED).map(at).collect())
    }

    /// One colour, from an opacity of 40 of 255 to its own: datashader's map of a single colour.
    pub fn ramp(name: impl Into<String>, [r, g, b, alpha]: Rgba) -> Self {
        const FAINT: f64 = 40.0;
        let opacity = |nth: usize| FAINT + (f64::from(alpha) - FAINT) * nth as f64 / (BLENDED - 1) as f64;
        let colors = (0..BLENDED).map(|nth| [r, g, b, opacity(nth) as u8]).collect();
        Self { name: name.into(), colors }
    }

    /// The stretch of these colours that lies within the limits, if the middle colour is that of `center` and the scale reaches as far
    /// on either side: seaborn's `center`. 256 colours.
    pub(in crate::data) fn centered(&self, center: f64, limits: Limits) -> Self {
        let reach = (limits.vmax - center).max(center - limits.vmin);
        let share = |v: f64| (v - (center - reach)) / ((center + reach) - (center - reach));
        let (first, last) = (share(limits.vmin), share(limits.vmax));
        let step = (last - first) / (BLENDED - 1) as f64;
        let all = self.colors.len();
        let color = |nth: usize| {
            let share = if nth == BLENDED - 1 { last } else { nth as f64 * step + first };
            self.colors[((share * all as f64) as usize).min(all - 1)]
        };
        Self { name: self.name.clone(), colors: (0..BLENDED).map(color).collect() }
    }

    /// The name it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its colours are to be told apart, and have no order.
    pub(in crate::data) fn is_qualitative(&self) -> bool {
        self.colors.len() < BLENDED || self.name.contains("glasbey")
    }

    /// The same map with other colours.
    pub(in crate::data) fn recolored(&self, color: impl Fn(Rgba) -> Rgba) -> Self {
        let colors = self.colors.iter().map(|&old| color(old)).collect();
        Self { name: self.name.clone(), colors }
    }

    /// Its colours, lowest first.
    pub fn colors(&self) -> &[Rgba] {
        &self.colors
    }
}

impl Default for Colormap {
    /// viridis, as in matplotlib.
    fn default() -> Self {
        Self::named("viridis").expect("viridis is among the tables")
    }
}

/// What the table file has under a name.
enum Stored {
    Colors(&'static [u8]),
    SameAs(&'static str),
}

/// The colours stored under a name.
fn stored(name: &str) -> Option<Vec<Rgba>> {
    match records().find(|(known, _)| *known == name)?.1 {
        Stored::Colors(bytes) => Some(bytes.chunks_exact(3).map(|c| [c[0], c[1], c[2], 255]).collect()),
        Stored::SameAs(other) => stored(other),
    }
}

/// Each record of the table file, in its order.
fn records() -> impl Iterator<Item = (&'static str, Stored)> {
    let mut rest = TABLES;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let name = word(&mut rest);
        let (count, after) = rest.split_at(2);
        rest = after;
        let count = usize::from(u16::from_le_bytes([count[0], count[1]]));
        if count == 0 {
            return Some((name, Stored::SameAs(word(&mut rest))));
        }
        let (colors, after) = rest.split_at(3 * count);
        rest = after;
        Some((name, Stored::Colors(colors)))
    })
}

/// A length and so many letters.
fn word(rest: &mut &'static [u8]) -> &'static str {
    let (text, after) = rest[1..].split_at(rest[0].into());
    *rest = after;
    std::str::from_utf8(text).expect("names are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_colors_and_its_reverse() {
        let names = Colormap::names();
        assert!(names.len() > 180, "{}", names.len());
        for name in &names {
            assert!(!Colormap::named(name).unwrap().colors().is_empty(), "{name}");
        }
        let reversed: Vec<Rgba> = Colormap::named("viridis").unwrap().colors.into_iter().rev().collect();
        assert_eq!(Colormap::named("viridis_r").unwrap().colors, reversed);
    }

    #[test]
    fn a_slip_of_the_keyboard_gets_the_nearest_name() {
        let message = Colormap::named("virids").unwrap_err().to_string();
        assert!(message.contains("Did you mean 'viridis'?"), "{message}");
        let message = Colormap::named("zzzzzzzz").unwrap_err().to_string();
        assert!(!message.contains("Did you mean"), "{message}");
    }
}
