// Points that were decided elsewhere → counts.

// A cell, and the points to add to it.
@group(0) @binding(0) var<storage, read> extra: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(256)
fn add(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var nth = id.x; nth < arrayLength(&extra); nth += groups.x * 256u) {
        atomicAdd(&counts[extra[nth].x], extra[nth].y);
    }
}
