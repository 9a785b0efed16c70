// Every point by itself.

fn merge(slot: u32, local: u32) {
    if slot != NOWHERE {
        store(slot, 1u);
    }
}

fn merge_rest() {
}
