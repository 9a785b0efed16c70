//! An order in which the beginning stands for the whole.

/// All indices below `count`, each once, so that any number of the first ones lie evenly among all: files are often sorted, and
/// what was counted first is what is seen first.
pub fn scattered(count: usize) -> Vec<usize> {
    // The multiples of the golden ratio lie evenly in every part of the way round the circle.
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let turn = |nth: usize| (nth as f64 * GOLDEN).fract();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| turn(a).total_cmp(&turn(b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_comes_once() {
        for count in (0..300).chain([1526, 65_536]) {
            let mut order = scattered(count);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..count), "{count}");
        }
    }

    #[test]
    fn the_first_ones_lie_evenly() {
        for (count, first) in [(100, 10), (1526, 55), (1000, 300)] {
            let mut order = scattered(count);
            order.truncate(first);
            order.sort_unstable();
            let widest = order.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
            assert!(widest <= 3 * count / first, "{count}, {first}: a gap of {widest}");
        }
    }
}
