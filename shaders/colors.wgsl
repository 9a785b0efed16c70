// Cells → their colours. A cell is searched for once here, however many pixels show it; parts/key_*.wgsl says what for.

struct Params {
    cells: u32,
    steps: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The keys at which the palette's next entry begins, high word first.
@group(0) @binding(2) var<storage, read> steps: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> palette: array<u32>;
@group(0) @binding(4) var<storage, read_write> colors_of: array<u32>;

// As many steps as any but the longest colormaps have: 8 KiB.
const NEAR_STEPS: u32 = 1024u;

var<workgroup> near_steps: array<vec2<u32>, NEAR_STEPS>;

fn step_at(nth: u32) -> vec2<u32> {
    if params.steps <= NEAR_STEPS {
        return near_steps[nth];
    }
    return steps[nth];
}

@compute @workgroup_size(256)
fn colors(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    for (var nth = local; nth < min(params.steps, NEAR_STEPS); nth += 256u) {
        near_steps[nth] = steps[nth];
    }
    workgroupBarrier();
    for (var cell = id.x; cell < params.cells; cell += groups.x * 256u) {
        let key = key_of(cell);
        var low = 0u;
        var high = params.steps;
        while low < high {
            let middle = (low + high) / 2u;
            let step = step_at(middle);
            if step.x < key.x || (step.x == key.x && step.y <= key.y) {
                low = middle + 1u;
            } else {
                high = middle;
            }
        }
        colors_of[cell] = palette[low];
    }
}
