// Points → counts of rectangles. The rest of the program stands in parts/rows.wgsl.
//
// A point is a pair of quanta: its value is known to lie in quantum q, [q, q + 1). An edge is a pair too: the first quantum
// that lies at or past it for certain, and the first that does not lie before it for certain. They differ by one where
// the edge cuts a quantum; a point in that one is left to the host, which has the value itself.
//
// Most points never ask for an edge: where bins have one width, f32 says how many of them lie before the point, with an error
// that is bounded, and a point further from a border than that is certain.

// nx + 1 edges of x, then ny + 1 of y.
@group(0) @binding(2) var<storage, read> edges: array<vec2<u32>>;

// The last edge that lies at or before quantum `q`; the caller has seen to it that there is one.
fn search(q: u32, along: Along) -> u32 {
    var low = 0u;
    var high = along.bins;
    while high - low > 1u {
        let middle = (low + high) / 2u;
        if edges[along.first_edge + middle].x <= q {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

// The bin by its edges, near a guess.
fn look_up(q: u32, along: Along, guess: u32) -> u32 {
    var bin = min(guess, along.bins - 1u);
    if along.per_quantum > 0.0 {
        // Off by one at most but for rounding.
        while q < edges[along.first_edge + bin].x {
            bin -= 1u;
        }
        while q >= edges[along.first_edge + bin + 1u].x {
            bin += 1u;
        }
    } else {
        bin = search(q, along);
    }
    return select(bin, UNCERTAIN, q >= edges[along.first_edge + bin + 1u].y);
}

fn find_bin(q: u32, along: Along) -> u32 {
    if q < along.start {
        return select(NOWHERE, UNCERTAIN, q >= along.touched);
    }
    if q >= along.end {
        return NOWHERE;
    }
    let position = along.before + f32(q - along.start) * along.per_quantum;
    let bin = u32(position);
    let depth = position - f32(bin);
    if min(depth, 1.0 - depth) > along.margin {
        return bin;
    }
    return look_up(q, along, bin);
}

fn cell_of(point: vec2<u32>) -> u32 {
    let i = find_bin(point.x, params.x);
    if i == NOWHERE {
        return NOWHERE;
    }
    let j = find_bin(point.y, params.y);
    if j == NOWHERE {
        return NOWHERE;
    }
    return select(i * params.y.bins + j, UNCERTAIN, i == UNCERTAIN || j == UNCERTAIN);
}

@compute @workgroup_size(256)
fn hist2d(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    count_rows(group.x, groups.x, local);
}
