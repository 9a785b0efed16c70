//! The colours of a palette, and the mean of some of them, opacity taken into account; shade.wgsl has the same sums.

use crate::data::Rgba;

/// Bits behind the point of a reciprocal: sums are below 2^23, what they are divided by below 2^14.
const POINT: u32 = 40;

/// A palette, laid out for means of `samples`² of its colours.
pub struct Colors {
    palette: Vec<Rgba>,
    /// Red, green and blue times opacity, and opacity; none where no pixel is a mean.
    weighted: Vec<Sum>,
    /// For each sum of opacities, the factor that divides by it.
    reciprocals: Vec<u64>,
}

/// Colours, added: red, green and blue times opacity, and opacity.
pub type Sum = [u32; 4];

impl Colors {
    pub fn new(palette: Vec<Rgba>, samples: u32) -> Self {
        let weighted = palette.iter().filter(|_| samples > 1).map(|color| {
            let [r, g, b, a] = color.map(u32::from);
            [r * a, g * a, b * a, a]
        });
        let most = if samples > 1 { 255 * u64::from(samples).pow(2) } else { 0 };
        Self {
            weighted: weighted.collect(),
            palette,
            reciprocals: (0..=most).map(|by| (1u64 << POINT).div_ceil(by.max(1))).collect(),
        }
    }

    /// The colour of an entry.
    #[inline(always)]
    pub fn color(&self, entry: usize) -> Rgba {
        self.palette[entry]
    }

    /// Adds the colour of an entry, so many times.
    #[inline(always)]
    pub fn add(&self, sum: &mut Sum, entry: usize, times: u32) {
        sum.iter_mut().zip(self.weighted[entry]).for_each(|(sum, channel)| *sum += channel * times);
    }

    /// The mean of the colours that were added, `SAMPLES`² of them.
    #[inline(always)]
    pub fn mean<const SAMPLES: usize>(&self, [r, g, b, opacity]: Sum) -> Rgba {
        if opacity == 0 {
            return [0; 4];
        }
        let reciprocal = self.reciprocals[opacity as usize];
        let mean = |sum: u32| ((u64::from(sum + opacity / 2) * reciprocal) >> POINT) as u8;
        let samples = (SAMPLES * SAMPLES) as u32;
        [mean(r), mean(g), mean(b), ((opacity + samples / 2) / samples) as u8]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reciprocals_divide_exactly() {
        let colors = Colors::new(vec![[0; 4]], 8);
        for by in 1..=255 * 64u32 {
            let most = 255 * by;
            for sum in [0, by / 2, by - 1, by, 7 * by - 1, 7 * by, most / 2, most - 1, most, most + by / 2] {
                let got = (u64::from(sum) * colors.reciprocals[by as usize]) >> POINT;
                assert_eq!(got, u64::from(sum / by), "{sum} / {by}");
            }
        }
    }
}
