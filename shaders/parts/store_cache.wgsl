// Into the workgroup's cache of cells; a cell whose place another has taken goes straight into the counts.
//
// Who comes first keeps the place. A cell so hot that its atomics would queue up is met among the first points, when most
// places are still free; one that lost its place in this workgroup has it in most of the others.

const PLACES: u32 = 1024u;

// The slot that has the place, plus 1.
var<workgroup> owners: array<atomic<u32>, PLACES>;
var<workgroup> held: array<atomic<u32>, PLACES>;

fn store(slot: u32, points: u32) {
    let me = slot + 1u;
    // The ten high bits of a product with the golden ratio: cells of one row or column do not share a place.
    let place = (slot * 0x9e3779b1u) >> 22u;
    var owner = atomicLoad(&owners[place]);
    if owner == 0u {
        let claim = atomicCompareExchangeWeak(&owners[place], 0u, me);
        owner = select(claim.old_value, me, claim.exchanged);
    }
    if owner == me {
        atomicAdd(&held[place], points);
    } else {
        atomicAdd(&counts[slot], points);
    }
}

fn store_rest(local: u32) {
    for (var place = local; place < PLACES; place += THREADS) {
        let points = atomicLoad(&held[place]);
        if points > 0u {
            atomicAdd(&counts[atomicLoad(&owners[place]) - 1u], points);
        }
    }
}
