// Points that lie in the cell of their subgroup's first are stored together by the invocation that holds it, the others by
// themselves. Any size of subgroup will do.

fn merge(slot: u32, local: u32) {
    let same = slot == subgroupBroadcastFirst(slot);
    let lanes = countOneBits(subgroupBallot(same));
    // That first.
    let elected = local == subgroupBroadcastFirst(local);
    if slot != NOWHERE && (elected || !same) {
        store(slot, select(1u, lanes.x + lanes.y + lanes.z + lanes.w, elected));
    }
}

fn merge_rest() {
}
