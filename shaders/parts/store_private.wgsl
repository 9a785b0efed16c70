// Into a grid of the workgroup's own, where it fits: the device sees one atomic for each cell that the workgroup met.

const PRIVATE_CELLS: u32 = 4096u;

var<workgroup> own: array<atomic<u32>, PRIVATE_CELLS>;

fn store(slot: u32, points: u32) {
    atomicAdd(&own[slot], points);
}

fn store_rest(local: u32) {
    for (var slot = local; slot < params.cells; slot += THREADS) {
        let points = atomicLoad(&own[slot]);
        if points > 0u {
            atomicAdd(&counts[slot], points);
        }
    }
}
