// Words → their sum: how fast the device reads, and that it did.

@group(0) @binding(0) var<storage, read> words: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> sum: atomic<u32>;

var<workgroup> part: atomic<u32>;

@compute @workgroup_size(256)
fn bandwidth(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    // Four loads on their way at a time.
    let step = groups.x * 256u;
    var total = vec4<u32>(0u);
    for (var at = id.x; at < arrayLength(&words); at += 4u * step) {
        let first = words[at];
        var rest = vec4<u32>(0u);
        if at + 3u * step < arrayLength(&words) {
            rest = words[at + step] + words[at + 2u * step] + words[at + 3u * step];
        } else {
            for (var more = at + step; more < arrayLength(&words); more += step) {
                rest += words[more];
            }
        }
        total += first + rest;
    }
    atomicAdd(&part, total.x + total.y + total.z + total.w);
    workgroupBarrier();
    if local == 0u {
        atomicAdd(&sum, atomicLoad(&part));
    }
}
