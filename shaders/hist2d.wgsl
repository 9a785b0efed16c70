// Points → counts of rectangles.
//
// A point is a pair of quanta: its value is known to lie in quantum q, [q, q + 1). An edge is a pair too: the first quantum
// that lies at or past it for certain, and the first that does not lie before it for certain. They differ by one where
// the edge cuts a quantum; a point in that one is left to the host, which has the value itself.

struct Params {
    rows: u32,
    nx: u32,
    ny: u32,
    // Cells in `counts` are those from `first_cell` on; grids larger than a binding take several passes.
    first_cell: u32,
    cells: u32,
    // Whether this pass also lists the uncertain rows.
    list: u32,
    // The bin of quantum 0 on each axis, where the axis begins before the block.
    x_first: u32,
    y_first: u32,
    // Bins per quantum, the guess on axes with bins of one width; 0 asks for a binary search.
    x_per_quantum: f32,
    y_per_quantum: f32,
}

struct Uncertain {
    count: atomic<u32>,
    rows: array<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<vec2<u32>>;
// nx + 1 edges of x, then ny + 1 of y.
@group(0) @binding(2) var<storage, read> edges: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> uncertain: Uncertain;

const OUTSIDE: u32 = 0xffffffffu;
const UNCERTAIN: u32 = 0xfffffffeu;

// The last of `bins` + 1 edges from `first` on that lies at or before quantum `q`; the caller has seen to it that there is one.
fn search(q: u32, first: u32, bins: u32) -> u32 {
    var low = 0u;
    var high = bins;
    while high - low > 1u {
        let middle = (low + high) / 2u;
        if edges[first + middle].x <= q {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

fn find_bin(q: u32, first: u32, bins: u32, first_bin: u32, per_quantum: f32) -> u32 {
    let start = edges[first];
    if q < start.x {
        return select(OUTSIDE, UNCERTAIN, q >= start.y);
    }
    if q >= edges[first + bins].x {
        return OUTSIDE;
    }
    var bin = 0u;
    if per_quantum > 0.0 {
        // Off by one at most but for rounding; the edges decide.
        bin = min(first_bin + u32(f32(q - start.x) * per_quantum), bins - 1u);
        while q < edges[first + bin].x {
            bin -= 1u;
        }
        while q >= edges[first + bin + 1u].x {
            bin += 1u;
        }
    } else {
        bin = search(q, first, bins);
    }
    return select(bin, UNCERTAIN, q >= edges[first + bin + 1u].y);
}

@compute @workgroup_size(256)
fn hist2d(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    if row >= params.rows {
        return;
    }
    let point = points[row];
    let i = find_bin(point.x, 0u, params.nx, params.x_first, params.x_per_quantum);
    let j = find_bin(point.y, params.nx + 1u, params.ny, params.y_first, params.y_per_quantum);
    if i == OUTSIDE || j == OUTSIDE {
        return;
    }
    if i == UNCERTAIN || j == UNCERTAIN {
        if params.list != 0u {
            uncertain.rows[atomicAdd(&uncertain.count, 1u)] = row;
        }
        return;
    }
    let cell = i * params.ny + j - params.first_cell;
    if cell < params.cells {
        atomicAdd(&counts[cell], 1u);
    }
}
