//! Colours as they look to the eye: CIELAB.

/// A colour of sRGB, of channels from 0 to 255, in CIELAB with the white of D65: lightness from 0 to 100, and a and b, red against green
/// and yellow against blue.
pub(crate) fn lab(color: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = color.map(|channel| {
        let share = channel / 255.0;
        if share <= 0.04045 { share / 12.92 } else { libm::pow((share + 0.055) / 1.055, 2.4) }
    });
    // Each over that of white.
    let [x, y, z] = [
        (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47,
        0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b,
        (0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b) / 1.088_83,
    ]
    .map(|share: f64| {
        if share > 216.0 / 24389.0 { libm::cbrt(share) } else { (24389.0 / 27.0 * share + 16.0) / 116.0 }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Lindbloom's calculator has them.
    #[test]
    fn colours_are_those_of_cielab() {
        for (color, wanted) in [
            ([255.0, 0.0, 0.0], [53.2408, 80.0925, 67.2032]),
            ([0.0, 0.0, 255.0], [32.2970, 79.1875, -107.8602]),
            ([128.0; 3], [53.5850, 0.0, 0.0]),
        ] {
            for (found, wanted) in lab(color).into_iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-3, "{found}, not {wanted}");
            }
        }
    }
}
