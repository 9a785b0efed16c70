//! Points as whole numbers, for devices whose floats promise too little.
//!
//! WGSL has no f64 and lets a device contract and round as it likes, so no float formula gives the same cells on two
//! devices. Integers do. A block of points is measured in *quanta*: a power of two, so that scaling is exact, chosen as fine
//! as 32 bits can span the block. Value `v` becomes `q = floor(v / quantum) - origin` and is known to lie in quantum `q`.
//!
//! An edge, seen from the block, is the pair ([`Edge`]) of the first quantum that certainly lies past it and the first that
//! does not certainly lie before it. Only a quantum that the edge cuts in two makes them differ: some dozens of points
//! in 10^8, which the host decides in f64.

/// How the values of one axis of a block are measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quanta {
    /// Quanta per unit: a power of two.
    scale: f64,
    /// The quantum of the smallest value, counted from zero.
    origin: f64,
    /// Whether every value is a whole number of quanta, so that no edge can cut between two values of one quantum.
    whole: bool,
}

/// An edge in quanta of a block: what the shaders call an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Edge {
    /// The first quantum whose values all lie at or past the edge.
    pub past: u32,
    /// The first quantum whose values do not all lie before the edge: `past`, or one less.
    pub touched: u32,
}

/// A quantum that no value has: the place of edges beyond the block.
const NEVER: f64 = u32::MAX as f64;

impl Quanta {
    /// The finest quanta that 32 bits can count over the finite values from `low` to `high`.
    pub fn fit((low, high): (f64, f64)) -> Self {
        // Finer than a unit in the last place of the largest value says nothing, and keeps counts below 2^53.
        let finest = exponent(low.abs().max(high.abs())) - 52;
        // Halved, because the width itself may overflow.
        let spanned = exponent(high / 2.0 - low / 2.0) + 1 - 32;
        let mut quantum = finest.max(spanned).max(-1022);
        loop {
            let scale = power_of_two(-quantum);
            let origin = floor(low, scale);
            if floor(high, scale) - origin < NEVER - 1.0 {
                return Self { scale, origin, whole: true };
            }
            quantum += 1;
        }
    }

    /// Whether the finite values from `low` to `high` can be counted in these.
    pub fn holds(&self, (low, high): (f64, f64)) -> bool {
        let quantum = |value| floor(value, self.scale) - self.origin;
        quantum(low) >= 0.0 && quantum(high) < NEVER - 1.0
    }

    /// The quanta of values within the bounds that were fitted; notes whether all are whole.
    pub fn measure(&mut self, values: impl Iterator<Item = f64>, mut take: impl FnMut(u32)) {
        let (mut whole, size) = (self.whole, self.size());
        for value in values {
            let floor = floor(value, self.scale);
            // Asked backwards: the way there may underflow.
            whole &= floor * size == value;
            take((floor - self.origin) as u32);
        }
        self.whole = whole;
    }

    /// Whether every value measured so far is a whole number of quanta.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Notes what others have measured in the same quanta.
    pub fn join(&mut self, other: &Self) {
        debug_assert!(self.scale == other.scale && self.origin == other.origin);
        self.whole &= other.whole;
    }

    /// The smallest value of quantum `q`.
    pub fn value(&self, q: u32) -> f64 {
        (f64::from(q) + self.origin) * self.size()
    }

    /// How much of a unit one quantum is.
    pub fn size(&self) -> f64 {
        1.0 / self.scale
    }

    /// Where the edge `v >= edge` lies.
    fn edge(&self, edge: f64) -> Edge {
        let mut scaled = edge * self.scale;
        if scaled == 0.0 && edge != 0.0 {
            // Underflow must not put an edge onto the zero that it stands beside.
            scaled = f64::MIN_POSITIVE.copysign(edge);
        }
        let past = scaled.ceil() - self.origin;
        let cut = !self.whole && scaled.ceil() != scaled;
        let clamp = |quantum: f64| quantum.clamp(0.0, NEVER) as u32;
        Edge { past: clamp(past), touched: clamp(past - f64::from(u8::from(cut))) }
    }

    /// The given edges, ascending; `closed` says that a value on the last one still lies before it.
    pub fn edges(&self, edges: &[f64], closed: bool) -> Vec<Edge> {
        let last = edges.len() - 1;
        let at = |k: usize| self.edge(if k == last && closed { edges[k].next_up() } else { edges[k] });
        (0..=last).map(at).collect()
    }
}

/// `floor(value * scale)`, right also where the product underflows.
#[inline]
fn floor(value: f64, scale: f64) -> f64 {
    let scaled = value * scale;
    if scaled == 0.0 && value < 0.0 { -1.0 } else { scaled.floor() }
}

/// The binary exponent of a finite value: `2^e <= |v| < 2^(e + 1)`; that of the smallest normal number for those below.
fn exponent(value: f64) -> i32 {
    let biased = (value.to_bits() >> 52 & 0x7ff) as i32;
    biased.max(1) - 1023
}

fn power_of_two(exponent: i32) -> f64 {
    debug_assert!((-1022..=1023).contains(&exponent));
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Scale};

    fn quanta_of(values: &[f64]) -> (Quanta, Vec<u32>) {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut quanta = Quanta::fit((low, high));
        let mut measured = Vec::new();
        quanta.measure(values.iter().copied(), |q| measured.push(q));
        (quanta, measured)
    }

    /// What the shader does: the bin, or `Err` where the host must decide.
    fn bin(edges: &[Edge], q: u32) -> Result<Option<usize>, ()> {
        let bins = edges.len() - 1;
        if q < edges[0].past {
            return if q >= edges[0].touched { Err(()) } else { Ok(None) };
        }
        if q >= edges[bins].past {
            return Ok(None);
        }
        let bin = edges.partition_point(|edge| edge.past <= q) - 1;
        if q >= edges[bin + 1].touched { Err(()) } else { Ok(Some(bin)) }
    }

    fn check(values: &[f64], axis: &Axis) -> usize {
        let (quanta, measured) = quanta_of(values);
        let edges = quanta.edges(axis.edges(), true);
        let mut uncertain = 0;
        for (&value, &q) in values.iter().zip(&measured) {
            match bin(&edges, q) {
                Ok(found) => assert_eq!(found, axis.bin(value), "{value:e} in quantum {q} of {quanta:?}"),
                Err(()) => uncertain += 1,
            }
        }
        uncertain
    }

    #[test]
    fn what_is_certain_is_right() {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let random: Vec<f64> = (0..5000).map(|_| next()).collect();
        for (factor, offset) in [
            (1.0, 0.0),
            (1e-3, 1e9),
            (-1e9, 5e8),
            (1e300, -5e299),
            (1e-300, 0.0),
            (5e-324 * 1e4, 0.0),
            (2e-308, -1e-308),
        ] {
            let mut values: Vec<f64> = random.iter().map(|v| v * factor + offset).collect();
            values.extend([0.0, -0.0]);
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for bins in [1, 3, 100] {
                for (start, stop) in
                    [(low, high), (low / 2.0, high / 2.0), (offset, offset + factor.abs() / 7.0)]
                {
                    let Ok(axis) = Axis::linear(start, stop, bins) else { continue };
                    for &edge in axis.edges() {
                        values.extend([edge, edge.next_up(), edge.next_down()]);
                    }
                    check(&values, &axis);
                }
            }
        }
    }

    #[test]
    fn the_guess_is_off_by_one_at_most() {
        // Blocks of sorted values: each begins somewhere along the axis, or before it.
        let axis = Axis::linear(0.0, 1.0, 4096).unwrap();
        for low in [-3.0, -0.2, 0.0, 0.1, 0.5, 0.93] {
            let values: Vec<f64> = (0..2000).map(|i| low + f64::from(i) * 3e-5).collect();
            let (quanta, measured) = quanta_of(&values);
            let edges = quanta.edges(axis.edges(), true);
            let per_quantum = (4096.0 * quanta.size()) as f32;
            let before = (4096.0 * quanta.value(edges[0].past)) as f32;
            for &q in &measured {
                if let Ok(Some(found)) = bin(&edges, q) {
                    let guess = (before + (q - edges[0].past) as f32 * per_quantum) as u32;
                    assert!(guess.min(4095).abs_diff(found as u32) <= 1, "{guess} for {found} from {low}");
                }
            }
        }
    }

    #[test]
    fn whole_values_are_never_uncertain() {
        let values: Vec<f64> = (-500..500).map(f64::from).collect();
        assert_eq!(check(&values, &Axis::linear(-500.0, 499.0, 77).unwrap()), 0);
        let singles: Vec<f64> = (0..1000).map(|i| f64::from(i as f32 * 0.37)).collect();
        let uncertain = check(&singles, &Axis::linear(0.0, 369.0, 100).unwrap());
        assert!(uncertain < 3, "{uncertain}");
    }

    #[test]
    fn few_values_are_uncertain() {
        let values: Vec<f64> =
            (0..100_000).map(|i| (f64::from(i) * 0.754_877_666_246_692_7).fract()).collect();
        assert!(check(&values, &Axis::linear(0.0, 1.0, 1000).unwrap()) < 3);
    }

    #[test]
    fn quanta_hold_what_they_were_fitted_to_and_little_more() {
        for (low, high) in [(0.0, 1.0), (-3.0, 5.0), (1e9, 1e9 + 1e-3), (-1e307, 1e307), (2.0, 2.0)] {
            let quanta = Quanta::fit((low, high));
            assert!(quanta.holds((low, high)));
            let width = (high - low).max(low.abs() * 1e-3);
            for (low, high) in [(low - 4.0 * width, high), (low, high + 4.0 * width)] {
                assert!(!quanta.holds((low, high)), "{low} to {high} in {quanta:?}");
            }
        }
    }

    #[test]
    fn edges_that_share_a_quantum_share_their_doubt() {
        let (quanta, measured) = quanta_of(&[0.0, 0.3, 4e9]);
        assert_eq!(measured[..2], [0, 0]);
        let axis = Axis::from_edges(vec![0.0, 0.1, 0.2, 4e9], Scale::Linear).unwrap();
        let edges = quanta.edges(axis.edges(), true);
        assert_eq!(bin(&edges, 0), Err(()));
    }
}
