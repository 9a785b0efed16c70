// Straight into the counts: one atomic of the whole device for each store.

fn store(slot: u32, points: u32) {
    atomicAdd(&counts[slot], points);
}

fn store_rest(local: u32) {
}
