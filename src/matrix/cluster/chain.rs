//! Chains of nearest neighbours (Murtagh 1983): for methods by which a merge brings no one nearer than they were.
//!
//! From any cluster one goes to its nearest, from there to its nearest, until two are each other's; those are merged. The merges are
//! found out of order, and each costs one walk over the clusters.

use super::distances::Distances;
use super::method::Seen;

/// The merges `(x, y, height)` between observations that stand for their clusters, in the order in which they were found.
///
/// Ties are broken as scipy breaks them: the chain begins at the first cluster, the neighbour before it in the chain is taken before
/// others as near, and of those the first. What is merged goes on under the larger number.
pub(super) fn merges(mut distances: Distances, update: impl Fn(Seen) -> f64) -> Vec<(usize, usize, f64)> {
    let n = distances.observations();
    let mut found = Vec::with_capacity(n - 1);
    let mut sizes = vec![1.0; n];
    let mut alive: Vec<usize> = (0..n).collect();
    let mut chain: Vec<usize> = Vec::with_capacity(n);
    while alive.len() > 1 {
        if chain.is_empty() {
            chain.push(alive[0]);
        }
        let (x, y, height) = loop {
            let tip = chain[chain.len() - 1];
            let before = chain.len().checked_sub(2).map(|place| chain[place]);
            let (near, distance) = nearest(&distances, &alive, tip, before);
            if Some(near) == before {
                chain.truncate(chain.len() - 2);
                break (tip.min(near), tip.max(near), distance);
            }
            chain.push(near);
        };
        let place = alive.binary_search(&x).expect("x was alive");
        alive.remove(place);
        merge(&mut distances, &alive, &sizes, (x, y, height), &update);
        sizes[y] += sizes[x];
        found.push((x, y, height));
    }
    found
}

/// The cluster nearest to `from`, and how near it is.
fn nearest(distances: &Distances, alive: &[usize], from: usize, before: Option<usize>) -> (usize, f64) {
    let values = distances.values();
    let mut best = before.map_or((from, f64::INFINITY), |before| (before, distances.get(from, before)));
    let own = alive.partition_point(|&other| other < from);
    for &other in &alive[..own] {
        let distance = values[distances.place(other, from)];
        if distance < best.1 {
            best = (other, distance);
        }
    }
    let row = &values[distances.start(from)..];
    for &other in &alive[own + 1..] {
        let distance = row[other - from - 1];
        if distance < best.1 {
            best = (other, distance);
        }
    }
    best
}

/// Puts at `y` how far all others, but not `x`, are from both together.
pub(super) fn merge(
    distances: &mut Distances,
    alive: &[usize],
    sizes: &[f64],
    (x, y, between): (usize, usize, f64),
    update: impl Fn(Seen) -> f64,
) {
    for &other in alive.iter().filter(|&&other| other != y) {
        let (to_x, to_y) = (distances.place(other, x), distances.place(other, y));
        let values = distances.values_mut();
        let seen =
            Seen { x: values[to_x], y: values[to_y], between, sizes: [sizes[x], sizes[y], sizes[other]] };
        values[to_y] = update(seen);
    }
}
