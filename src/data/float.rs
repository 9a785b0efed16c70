//! f64 in its total order, and the search for the value at which a monotone rule turns.

/// An f64 as an integer that sorts the same way: `a < b` exactly when `Ordered::of(a) < Ordered::of(b)`.
///
/// -0.0 and 0.0 are one value. NaN is none: its key is [`Ordered::NONE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ordered(pub u64);

const SIGN: u64 = 1 << 63;

impl Ordered {
    /// A key below those of all numbers, of which nothing takes its colour: the key of NaN.
    pub const NONE: Self = Self(0);

    /// The key of `value`.
    #[inline]
    pub fn of(value: f64) -> Self {
        if value.is_nan() {
            return Self::NONE;
        }
        // Adding zero turns -0.0 into 0.0 and changes nothing else.
        let bits = (value + 0.0).to_bits();
        Self(if bits & SIGN == 0 { bits | SIGN } else { !bits })
    }

    /// The value of this key; NaN for [`Ordered::NONE`].
    pub fn value(self) -> f64 {
        f64::from_bits(if self.0 & SIGN != 0 { self.0 & !SIGN } else { !self.0 })
    }
}

/// The smallest value in `[low, high]` for which `turned` holds; `None` if it holds nowhere.
///
/// `turned` must be monotone: once true, true for all larger values. Found by bisection over the floats themselves,
/// so the answer is exact to the last bit: 64 calls at most.
pub fn first_where(low: f64, high: f64, turned: impl Fn(f64) -> bool) -> Option<f64> {
    if !turned(high) {
        return None;
    }
    let (mut low, mut high) = (Ordered::of(low).0, Ordered::of(high).0);
    while low < high {
        let middle = low + (high - low) / 2;
        if turned(Ordered(middle).value()) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(Ordered(high).value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_floats_do() {
        let sorted =
            [f64::NEG_INFINITY, f64::MIN, -1.5, -f64::MIN_POSITIVE, -5e-324, 0.0, 5e-324, 1.0, f64::INFINITY];
        for pair in sorted.windows(2) {
            assert!(Ordered::of(pair[0]) < Ordered::of(pair[1]), "{pair:?}");
        }
        for value in sorted {
            assert_eq!(Ordered::of(value).value(), value);
        }
        assert_eq!(Ordered::of(-0.0), Ordered::of(0.0));
        assert!(Ordered::of(-f64::NAN) == Ordered::NONE && Ordered::NONE < Ordered::of(f64::NEG_INFINITY));
        assert!(Ordered::NONE.value().is_nan());
    }

    #[test]
    fn the_turning_point_is_exact() {
        assert_eq!(first_where(f64::MIN, f64::MAX, |v| v >= 0.1 + 0.2), Some(0.1 + 0.2));
        assert_eq!(first_where(f64::MIN, f64::MAX, |v| v > 1.0), Some(1.0f64.next_up()));
        assert_eq!(first_where(0.0, 1.0, |v| v > 1.0), None);
        assert_eq!(first_where(0.0, 1.0, |_| true), Some(0.0));
    }
}
