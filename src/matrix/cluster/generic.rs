//! Any method (Müllner 2011): for those by which a merge may bring two clusters nearer than they were.
//!
//! Each cluster knows a candidate for its nearest among those after it, and a distance that no one after it undercuts; a heap says
//! whose is least. What it says is looked at again if the candidate has moved away since.

use super::chain::merge;
use super::distances::Distances;
use super::method::Seen;

/// The merges `(x, y, height)` in their order, between observations that stand for their clusters: what is merged goes on under the
/// larger number. Ties are broken as scipy breaks them, by the heap and by the first of nearest ones.
pub(super) fn merges(mut distances: Distances, update: impl Fn(Seen) -> f64) -> Vec<(usize, usize, f64)> {
    let n = distances.observations();
    let mut found = Vec::with_capacity(n - 1);
    let mut sizes = vec![1.0; n];
    let mut alive: Vec<usize> = (0..n).collect();
    let (mut candidates, least): (Vec<usize>, Vec<f64>) =
        (0..n - 1).map(|x| nearest_after(&distances, &alive, x)).unzip();
    let mut heap = Heap::new(least);
    while alive.len() > 1 {
        let (x, y, height) = loop {
            let (x, least) = heap.least();
            let y = candidates[x];
            if distances.get(x, y) == least {
                break (x, y, least);
            }
            let (near, distance) = nearest_after(&distances, &alive, x);
            candidates[x] = near;
            heap.change(x, distance);
        };
        heap.remove_least();
        let place = alive.binary_search(&x).expect("x was alive");
        alive.remove(place);
        merge(&mut distances, &alive, &sizes, (x, y, height), &update);
        sizes[y] += sizes[x];
        found.push((x, y, height));
        let after = alive.binary_search(&y).expect("y goes on");
        for &other in &alive[..after] {
            if candidates[other] == x {
                candidates[other] = y;
            }
            let distance = distances.get(other, y);
            if distance < heap.value(other) {
                candidates[other] = y;
                heap.change(other, distance);
            }
        }
        if y < n - 1 {
            let (near, distance) = nearest_after(&distances, &alive, y);
            candidates[y] = near;
            heap.change(y, distance);
        }
    }
    found
}

/// The nearest of the clusters after `x`, of which there always is one: the last observation stands for some cluster to the end.
fn nearest_after(distances: &Distances, alive: &[usize], x: usize) -> (usize, f64) {
    let row = &distances.values()[distances.start(x)..];
    let after = alive.partition_point(|&other| other <= x);
    let mut best = (alive[alive.len() - 1], f64::INFINITY);
    for &other in &alive[after..] {
        let distance = row[other - x - 1];
        if distance < best.1 {
            best = (other, distance);
        }
    }
    best
}

/// A binary heap of one value each for the keys 0 to `n - 1`, that can be changed.
struct Heap {
    /// The keys as the heap orders them: the children of place `p` are at `2p + 1` and `2p + 2`.
    keys: Vec<usize>,
    /// Where each key stands in it.
    places: Vec<usize>,
    values: Vec<f64>,
}

impl Heap {
    fn new(values: Vec<f64>) -> Self {
        let keys: Vec<usize> = (0..values.len()).collect();
        let mut heap = Self { places: keys.clone(), keys, values };
        for place in (0..heap.keys.len() / 2).rev() {
            heap.sink(place);
        }
        heap
    }

    fn least(&self) -> (usize, f64) {
        (self.keys[0], self.values[self.keys[0]])
    }

    fn value(&self, key: usize) -> f64 {
        self.values[key]
    }

    fn remove_least(&mut self) {
        self.swap(0, self.keys.len() - 1);
        self.keys.pop();
        self.sink(0);
    }

    fn change(&mut self, key: usize, value: f64) {
        let before = std::mem::replace(&mut self.values[key], value);
        if value < before { self.rise(self.places[key]) } else { self.sink(self.places[key]) }
    }

    fn at(&self, place: usize) -> f64 {
        self.values[self.keys[place]]
    }

    fn rise(&mut self, mut place: usize) {
        while place > 0 && self.at((place - 1) / 2) > self.at(place) {
            self.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let mut child = 2 * place + 1;
            if child >= self.keys.len() {
                return;
            }
            if child + 1 < self.keys.len() && self.at(child + 1) < self.at(child) {
                child += 1;
            }
            if self.at(place) <= self.at(child) {
                return;
            }
            self.swap(place, child);
            place = child;
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.keys.swap(a, b);
        self.places[self.keys[a]] = a;
        self.places[self.keys[b]] = b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heap_gives_values_in_order() {
        let mut heap = Heap::new(vec![5.0, 3.0, 8.0, 1.0, 9.0, 2.0]);
        heap.change(4, 0.5);
        heap.change(3, 7.0);
        let mut order = Vec::new();
        for _ in 0..6 {
            order.push(heap.least().0);
            heap.remove_least();
        }
        assert_eq!(order, [4, 5, 1, 0, 3, 2]);
    }
}
