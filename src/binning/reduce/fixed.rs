//! Whole numbers of a fixed width, in which sums of floats are exact.

/// An unsigned whole number of 64 × `LIMBS` bits, the lowest limb first. Negative ones are in two's complement, where a
/// method says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed<const LIMBS: usize>(pub [u64; LIMBS]);

impl<const LIMBS: usize> Fixed<LIMBS> {
    pub const ZERO: Self = Self([0; LIMBS]);

    /// Adds `value × 2^shift` and says whether the sum went over the end.
    ///
    /// # Panics
    /// If the value itself lies over the end.
    #[inline(always)]
    pub fn add_at(&mut self, value: u128, shift: u32) -> bool {
        let (limb, bit) = ((shift / 64) as usize, shift % 64);
        let low = value << bit;
        let high = (value >> (127 - bit) >> 1) as u64;
        let parts = [low as u64, (low >> 64) as u64, high];
        let mut carry = false;
        for (nth, mine) in self.0[limb..].iter_mut().enumerate() {
            let part = if nth < parts.len() { parts[nth] } else { 0 };
            let (sum, over) = mine.overflowing_add(part);
            let (sum, again) = sum.overflowing_add(carry.into());
            *mine = sum;
            carry = over | again;
        }
        carry
    }

    /// Adds `value × 2^shift` as it is in two's complement.
    pub fn add_signed_at(&mut self, value: i128, shift: u32) {
        if value < 0 {
            *self = self.negated();
            self.add_at(value.unsigned_abs(), shift);
            *self = self.negated();
        } else {
            self.add_at(value.unsigned_abs(), shift);
        }
    }

    /// Adds another number, in two's complement or not; says whether the sum went over the end of unsigned ones.
    #[inline(always)]
    pub fn add(&mut self, other: &Self) -> bool {
        let mut carry = false;
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            let (sum, over) = mine.overflowing_add(theirs);
            let (sum, again) = sum.overflowing_add(carry.into());
            *mine = sum;
            carry = over | again;
        }
        carry
    }

    /// Adds a shorter unsigned number `× 2^shift`.
    pub fn add_limbs_at<const OTHER: usize>(&mut self, other: &Fixed<OTHER>, shift: u32) {
        for (nth, &limb) in other.0.iter().enumerate().filter(|(_, limb)| **limb != 0) {
            self.add_at(limb.into(), shift + 64 * nth as u32);
        }
    }

    /// An unsigned number `× 2^shift`, if it fits.
    pub fn shifted(&self, shift: u32) -> Option<Self> {
        let zeros = self.0.iter().rev().take_while(|&&limb| limb == 0).count();
        let leading = self.0[..LIMBS - zeros].last().map_or(0, |limb| limb.leading_zeros());
        if shift > 64 * zeros as u32 + leading {
            return if zeros == LIMBS { Some(*self) } else { None };
        }
        let mut shifted = Self::ZERO;
        shifted.add_limbs_at(self, shift);
        Some(shifted)
    }

    /// `-self` in two's complement.
    pub fn negated(self) -> Self {
        let mut negated = Self(self.0.map(|limb| !limb));
        negated.add_at(1, 0);
        negated
    }

    /// Whether it is below 0 in two's complement.
    pub fn is_negative(&self) -> bool {
        self.0[LIMBS - 1] >> 63 == 1
    }

    /// Its distance from 0 in two's complement.
    pub fn magnitude(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// The product of two unsigned numbers.
    ///
    /// # Panics
    /// If it goes over the end, which `WIDE` says.
    pub fn times<const OTHER: usize, const WIDE: usize>(&self, other: &Fixed<OTHER>) -> Fixed<WIDE> {
        let mut product = Fixed::ZERO;
        for (i, &mine) in self.0.iter().enumerate().filter(|(_, limb)| **limb != 0) {
            for (j, &theirs) in other.0.iter().enumerate().filter(|(_, limb)| **limb != 0) {
                product.add_at(u128::from(mine) * u128::from(theirs), 64 * (i + j) as u32);
            }
        }
        product
    }

    /// The number as `f64 × 2^exponent`, the float rounded to the nearest, ties to even.
    pub fn scaled(&self) -> (f64, i32) {
        let Some(top) = self.0.iter().rposition(|&limb| limb != 0) else {
            return (0.0, 0);
        };
        let low = if top > 0 { self.0[top - 1] } else { 0 };
        let both = u128::from(self.0[top]) << 64 | u128::from(low);
        let zeros = both.leading_zeros();
        let leading = ((both << zeros) >> 64) as u64;
        let lost =
            (both << zeros) as u64 != 0 || self.0[..top.saturating_sub(1)].iter().any(|&limb| limb != 0);
        // 64 bits are 11 more than a float holds: that bits were lost below them shows in the last.
        ((leading | u64::from(lost)) as f64, 64 * top as i32 - zeros as i32)
    }
}

/// `mantissa × 2^exponent`, rounded once.
pub fn float(mantissa: f64, exponent: i32) -> f64 {
    libm::scalbn(mantissa, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_those_of_u128() {
        let numbers = [0, 1, 3, u128::from(u64::MAX), 1 << 64, (1 << 100) + 12_345, u128::MAX >> 2];
        let of = |value: u128| Fixed::<4>([value as u64, (value >> 64) as u64, 0, 0]);
        for &a in &numbers {
            for &b in &numbers {
                let mut sum = of(a);
                assert!(!sum.add_at(b, 0));
                assert_eq!(sum, of(a + b));
                let mut difference = of(a);
                difference.add_signed_at(-(b as i128), 0);
                assert_eq!(difference.is_negative(), a < b);
                assert_eq!(difference.magnitude(), of(a.abs_diff(b)));
                let small = (a >> 64, b >> 64);
                assert_eq!(of(small.0).times::<4, 4>(&of(small.1)), of(small.0 * small.1));
            }
            let (mantissa, exponent) = of(a).scaled();
            assert_eq!(float(mantissa, exponent), a as f64);
        }
    }

    #[test]
    fn shifts_carry_over_limbs() {
        for shift in 0..128 {
            let mut sum = Fixed::<4>::ZERO;
            sum.add_at(u128::from(u64::MAX), shift);
            sum.add_at(1, shift);
            let mut wanted = Fixed::<4>::ZERO;
            wanted.0[(shift as usize + 64) / 64] = 1 << (shift % 64);
            assert_eq!(sum, wanted, "{shift}");
            let (mantissa, exponent) = sum.scaled();
            assert_eq!(float(mantissa, exponent), 2f64.powi(shift as i32 + 64));
        }
        let mut end = Fixed::<2>([u64::MAX; 2]);
        assert!(end.add_at(1, 0) && end == Fixed::ZERO);
    }

    #[test]
    fn numbers_are_shifted_while_they_fit() {
        let number = Fixed::<2>([3, 1 << 10]);
        assert_eq!(number.shifted(53), Some(Fixed([3 << 53, 1 << 63])));
        assert_eq!(number.shifted(54), None);
        assert_eq!(Fixed::<2>([1, 0]).shifted(127), Some(Fixed([0, 1 << 63])));
        assert_eq!(Fixed::<2>::ZERO.shifted(1000), Some(Fixed::ZERO));
    }

    #[test]
    fn rounding_sees_every_bit() {
        // 1 + 2^-53 lies between two floats and goes to the even one, unless something is added far below.
        let mut number = Fixed::<8>::ZERO;
        number.add_at(1, 400);
        number.add_at(1, 400 - 53);
        let value = |number: &Fixed<8>| {
            let (mantissa, exponent) = number.scaled();
            float(mantissa, exponent - 400)
        };
        assert_eq!(value(&number), 1.0);
        number.add_at(1, 0);
        assert_eq!(value(&number), 1.0f64.next_up());
    }
}
