// Counts → the smallest and largest of those from a bound on, and the sum of all.

struct Survey {
    smallest: atomic<u32>,
    largest: atomic<u32>,
    sum: atomic<u32>,
    // Smaller counts have no say in the extremes.
    bound: u32,
}

@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> survey_of: Survey;

var<workgroup> smallest: atomic<u32>;
var<workgroup> largest: atomic<u32>;
var<workgroup> sum: atomic<u32>;

@compute @workgroup_size(256)
fn survey(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    if local == 0u {
        atomicStore(&smallest, 0xffffffffu);
    }
    workgroupBarrier();
    var low = 0xffffffffu;
    var high = 0u;
    var total = 0u;
    for (var cell = id.x; cell < arrayLength(&counts); cell += groups.x * 256u) {
        let count = counts[cell];
        total += count;
        if count >= survey_of.bound {
            low = min(low, count);
            high = max(high, count);
        }
    }
    atomicMin(&smallest, low);
    atomicMax(&largest, high);
    atomicAdd(&sum, total);
    workgroupBarrier();
    if local == 0u {
        atomicMin(&survey_of.smallest, atomicLoad(&smallest));
        atomicMax(&survey_of.largest, atomicLoad(&largest));
        atomicAdd(&survey_of.sum, atomicLoad(&sum));
    }
}
