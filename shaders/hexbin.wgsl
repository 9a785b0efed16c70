// Points → counts of hexagons. The rest of the program stands in parts/rows.wgsl.
//
// Each axis is cut into strips half a cell wide, by edges as in hist2d.wgsl, found on the host from matplotlib's own formula. Two strips name
// both candidates, a centre of lattice 1 and one of lattice 2 in opposite corners; between them the point lies on the side of
// lattice 1 where u + 3w < 1, u and w being its distances from that centre in cells. f32 decides this unless the sum
// comes within a margin of 1 that bounds all its errors; such a point is left to the host.
//
// As in hist2d.wgsl, most points are decided by a guess, and only those near a border or that line ask for an edge.

struct Edge {
    past: u32,
    touched: u32,
    // How far quantum `past` lies into the strip that begins here, in cells.
    depth: f32,
}

// A strip, and how deep in it, in cells.
struct Found {
    strip: u32,
    depth: f32,
}

// 2 nx + 3 edges of x, then 2 ny + 3 of y: from half a cell before the first centre to half a cell past the last.
@group(0) @binding(2) var<storage, read> edges: array<Edge>;

// The strip of a quantum that lies past the first edge and before the last.
fn guess(q: u32, along: Along) -> Found {
    let position = along.before + f32(q - along.start) * along.per_quantum;
    let strip = u32(position);
    return Found(strip, position - f32(strip));
}

fn is_certain(found: Found, along: Along) -> bool {
    return min(found.depth, 1.0 - found.depth) > along.margin;
}

// The strip by its edges, near a guess.
fn look_up(q: u32, along: Along, guess: u32) -> Found {
    var strip = min(guess, along.bins - 1u);
    while q < edges[along.first_edge + strip].past {
        strip -= 1u;
    }
    while q >= edges[along.first_edge + strip + 1u].past {
        strip += 1u;
    }
    let start = edges[along.first_edge + strip];
    let certain = q < edges[along.first_edge + strip + 1u].touched;
    // Strips are counted by halves, depth by cells.
    let depth = start.depth + f32(q - start.past) * 0.5 * along.per_quantum;
    return Found(select(UNCERTAIN, strip, certain), depth);
}

// How far from the centre of lattice 1, in cells: it lies where odd strips begin and even ones end.
fn distance(strip: u32, depth: f32) -> f32 {
    return select(0.5 - depth, depth, (strip & 1u) == 1u);
}

// The cell between two strips, on the side that the sum tells.
fn cell_between(i: u32, j: u32, sum: f32) -> u32 {
    let nx = params.x.bins / 2u - 1u;
    let ny = params.y.bins / 2u - 1u;
    if sum <= 1.0 {
        return (i / 2u) * (ny + 1u) + j / 2u;
    }
    let column = (i + 1u) / 2u - 1u;
    let level = (j + 1u) / 2u - 1u;
    return select(NOWHERE, (nx + 1u) * (ny + 1u) + column * ny + level, column < nx && level < ny);
}

fn cell_of(point: vec2<u32>) -> u32 {
    let x = params.x;
    let y = params.y;
    if point.x < x.touched || point.x >= x.end || point.y < y.touched || point.y >= y.end {
        return NOWHERE;
    }
    if point.x < x.start || point.y < y.start {
        return UNCERTAIN;
    }
    let i = guess(point.x, x);
    let j = guess(point.y, y);
    if is_certain(i, x) && is_certain(j, y) {
        let sum = distance(i.strip, 0.5 * i.depth) + 3.0 * distance(j.strip, 0.5 * j.depth);
        if abs(sum - 1.0) > params.guess_margin {
            return cell_between(i.strip, j.strip, sum);
        }
    }
    let column = look_up(point.x, x, i.strip);
    let level = look_up(point.y, y, j.strip);
    let sum = distance(column.strip, column.depth) + 3.0 * distance(level.strip, level.depth);
    if column.strip == UNCERTAIN || level.strip == UNCERTAIN || abs(sum - 1.0) <= params.margin {
        return UNCERTAIN;
    }
    return cell_between(column.strip, level.strip, sum);
}

@compute @workgroup_size(256)
fn hexbin(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    count_rows(group.x, groups.x, local);
}
