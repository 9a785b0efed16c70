//! Colormaps: tables of colours, those of matplotlib and seaborn by name.
//!
//! The tables are the bytes that matplotlib itself draws; `assets/colormaps.py` makes them. Most have 256 colours;
//! the qualitative ones have as many as they name, and `twilight` has 510.

use crate::data::norm::Limits;
use crate::error::{Error, Result, nearest};

/// Red, green and blue, 0 to 255 in sRGB.
pub type Rgb = [u8; 3];

/// A table of colours from the lowest to the highest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colormap {
    name: String,
    colors: Vec<Rgb>,
}

static TABLES: &[u8] = include_bytes!("../../assets/colormaps.bin");
const REVERSED: &str = "_r";

impl Colormap {
    /// The colormap that matplotlib or seaborn knows by this name, `_r` for its reverse.
    ///
    /// # Errors
    /// If there is none; the message names the nearest.
    ///
    /// ```
    /// let magma = heatbin::Colormap::named("magma")?;
    /// assert_eq!(magma.colors().len(), 256);
    /// assert_eq!(magma.colors()[0], [0, 0, 3]);
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn named(name: &str) -> Result<Self> {
        let stored = |wanted: &str| records().find(|(name, _)| *name == wanted).map(|(_, colors)| colors);
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
    /// If there is no colour, or more than 65,536.
    pub fn from_colors(name: impl Into<String>, colors: Vec<Rgb>) -> Result<Self> {
        if colors.is_empty() || colors.len() > 1 << 16 {
            return Err(Error::usage(format!("a colormap has 1 to 65536 colours, not {}", colors.len())));
        }
        Ok(Self { name: name.into(), colors })
    }

    /// The stretch of these colours that lies within the limits, if the middle colour is that of `center` and the scale reaches as far
    /// on either side: seaborn's `center`. 256 colours.
    pub(in crate::data) fn centered(&self, center: f64, limits: Limits) -> Self {
        const COLORS: usize = 256;
        let reach = (limits.vmax - center).max(center - limits.vmin);
        let share = |v: f64| (v - (center - reach)) / ((center + reach) - (center - reach));
        let (first, last) = (share(limits.vmin), share(limits.vmax));
        let step = (last - first) / (COLORS - 1) as f64;
        let all = self.colors.len();
        let color = |nth: usize| {
            let share = if nth == COLORS - 1 { last } else { nth as f64 * step + first };
            self.colors[((share * all as f64) as usize).min(all - 1)]
        };
        Self { name: self.name.clone(), colors: (0..COLORS).map(color).collect() }
    }

    /// The name it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its colours, lowest first.
    pub fn colors(&self) -> &[Rgb] {
        &self.colors
    }
}

impl Default for Colormap {
    /// viridis, as in matplotlib.
    fn default() -> Self {
        Self::named("viridis").expect("viridis is among the tables")
    }
}

/// Name and colours of each record in the table file, in its order.
fn records() -> impl Iterator<Item = (&'static str, Vec<Rgb>)> {
    let mut rest = TABLES;
    std::iter::from_fn(move || {
        let (&length, after) = rest.split_first()?;
        let (name, after) = after.split_at(length.into());
        let (count, after) = after.split_at(2);
        let count = usize::from(u16::from_le_bytes([count[0], count[1]]));
        let (colors, after) = after.split_at(3 * count);
        rest = after;
        let name = std::str::from_utf8(name).expect("names are ASCII");
        Some((name, colors.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect()))
    })
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
        let reversed: Vec<Rgb> = Colormap::named("viridis").unwrap().colors.into_iter().rev().collect();
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
