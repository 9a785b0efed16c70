// Points of one cell that an invocation meets one after the other are stored together.

var<private> run_slot: u32 = NOWHERE;
var<private> run_points: u32 = 0u;

fn merge(slot: u32, local: u32) {
    if slot == NOWHERE {
        return;
    }
    if slot != run_slot {
        merge_rest();
        run_slot = slot;
        run_points = 0u;
    }
    run_points += 1u;
}

fn merge_rest() {
    if run_slot != NOWHERE {
        store(run_slot, run_points);
    }
}
