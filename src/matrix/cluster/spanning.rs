//! Single linkage is the shortest tree that spans all observations (Prim's): its edges, sorted, are the merges.

use super::distances::Distances;

/// The edges `(from, to, length)` in the order in which the tree grows from observation 0; of nearest ones the first, as scipy.
pub(super) fn merges(distances: &Distances) -> Vec<(usize, usize, f64)> {
    let n = distances.observations();
    let mut outside: Vec<usize> = (1..n).collect();
    // How far each observation outside is from the tree.
    let mut nearest = vec![f64::INFINITY; n];
    let mut edges = Vec::with_capacity(n - 1);
    let mut newest = 0;
    while !outside.is_empty() {
        let mut best = (0, f64::INFINITY);
        for (place, &other) in outside.iter().enumerate() {
            nearest[other] = nearest[other].min(distances.values()[distances.place(newest, other)]);
            if nearest[other] < best.1 {
                best = (place, nearest[other]);
            }
        }
        let next = outside.remove(best.0);
        // From the one that came before, not from the nearest in the tree: sorted by length, both are in one cluster by then.
        edges.push((newest, next, best.1));
        newest = next;
    }
    edges
}
