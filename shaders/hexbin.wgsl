// Points → counts of hexagons.
//
// Each axis is cut into strips half a cell wide, by edges as in hist2d.wgsl, found on the host from matplotlib's own formula. Two strips name
// both candidates, a centre of lattice 1 and one of lattice 2 in opposite corners; between them the point lies on the side of
// lattice 1 where u + 3w < 1, u and w being its distances from that centre in cells. f32 decides this unless the sum
// comes within a margin of 1 that bounds all its errors; such a point is left to the host.

struct Params {
    rows: u32,
    nx: u32,
    ny: u32,
    first_cell: u32,
    cells: u32,
    list: u32,
    // The strip of quantum 0 on each axis, where the axis begins before the block.
    x_first: u32,
    y_first: u32,
    // Cells per quantum.
    x_per_quantum: f32,
    y_per_quantum: f32,
    margin: f32,
}

struct Edge {
    past: u32,
    touched: u32,
    // How far quantum `past` lies into the strip that begins here, in cells.
    depth: f32,
}

struct Uncertain {
    count: atomic<u32>,
    rows: array<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<vec2<u32>>;
// 2 nx + 3 edges of x, then 2 ny + 3 of y: from half a cell before the first centre to half a cell past the last.
@group(0) @binding(2) var<storage, read> edges: array<Edge>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> uncertain: Uncertain;

const OUTSIDE: u32 = 0xffffffffu;
const UNCERTAIN: u32 = 0xfffffffeu;

fn find_strip(q: u32, first: u32, strips: u32, first_strip: u32, per_quantum: f32) -> u32 {
    let start = edges[first];
    if q < start.past {
        return select(OUTSIDE, UNCERTAIN, q >= start.touched);
    }
    if q >= edges[first + strips].past {
        return OUTSIDE;
    }
    // Off by one at most but for rounding; the edges decide.
    var strip = min(first_strip + u32(f32(q - start.past) * per_quantum * 2.0), strips - 1u);
    while q < edges[first + strip].past {
        strip -= 1u;
    }
    while q >= edges[first + strip + 1u].past {
        strip += 1u;
    }
    return select(strip, UNCERTAIN, q >= edges[first + strip + 1u].touched);
}

// How far from the centre of lattice 1, in cells: it lies where odd strips begin and even ones end.
fn distance(q: u32, first: u32, strip: u32, per_quantum: f32) -> f32 {
    let start = edges[first + strip];
    let depth = start.depth + f32(q - start.past) * per_quantum;
    return select(0.5 - depth, depth, (strip & 1u) == 1u);
}

@compute @workgroup_size(256)
fn hexbin(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    if row >= params.rows {
        return;
    }
    let point = points[row];
    let y_edges = 2u * params.nx + 3u;
    let i = find_strip(point.x, 0u, 2u * params.nx + 2u, params.x_first, params.x_per_quantum);
    let j = find_strip(point.y, y_edges, 2u * params.ny + 2u, params.y_first, params.y_per_quantum);
    if i == OUTSIDE || j == OUTSIDE {
        return;
    }
    var sum = 1.0;
    if i != UNCERTAIN && j != UNCERTAIN {
        let u = distance(point.x, 0u, i, params.x_per_quantum);
        let w = distance(point.y, y_edges, j, params.y_per_quantum);
        sum = u + 3.0 * w;
    }
    if abs(sum - 1.0) <= params.margin {
        if params.list != 0u {
            uncertain.rows[atomicAdd(&uncertain.count, 1u)] = row;
        }
        return;
    }
    var cell = (i / 2u) * (params.ny + 1u) + j / 2u;
    if sum > 1.0 {
        let column = (i + 1u) / 2u - 1u;
        let level = (j + 1u) / 2u - 1u;
        if column >= params.nx || level >= params.ny {
            return;
        }
        cell = (params.nx + 1u) * (params.ny + 1u) + column * params.ny + level;
    }
    let slot = cell - params.first_cell;
    if slot < params.cells {
        atomicAdd(&counts[slot], 1u);
    }
}
