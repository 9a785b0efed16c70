// Rows → cells → counts: what hist2d.wgsl and hexbin.wgsl share. Each of them says which cell a point lies in (`cell_of`); one of
// merge_*.wgsl gathers points of equal cells, and one of store_*.wgsl adds them up.

// An axis, cut into bins or strips.
struct Along {
    bins: u32,
    // Where its edges begin among all.
    first_edge: u32,
    // The first quantum past the first edge for certain, the first not before it for certain, and the first past the last edge.
    start: u32,
    touched: u32,
    end: u32,
    // The guess: bins per quantum, and bins before quantum `start`. 0 where bins differ in width: only the edges tell.
    per_quantum: f32,
    before: f32,
    // A guess that comes closer to a border than this, in bins, may be wrong.
    margin: f32,
}

struct Params {
    first_row: u32,
    rows: u32,
    // Cells in `counts` are those from `first_cell` on; grids larger than a binding take several passes.
    first_cell: u32,
    cells: u32,
    // Whether this pass also lists the uncertain rows.
    list: u32,
    // Hexagons: how close to the line between two of them f32 cannot decide, and how close a guess cannot.
    margin: f32,
    guess_margin: f32,
    unused: u32,
    x: Along,
    y: Along,
}

struct Uncertain {
    count: atomic<u32>,
    rows: array<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> uncertain: Uncertain;
// What the rows of each step of the buffer span: the smallest quanta of x and of y, then the largest, of which all bits are turned. So a
// step of which nothing was said spans everything.
@group(0) @binding(5) var<storage, read> spans: array<vec4<u32>>;

const THREADS: u32 = 256u;
// Rows that a workgroup takes at a time.
const STEP: u32 = 4u * THREADS;

// Not in the grid, or not in this pass; and for the host to decide.
const NOWHERE: u32 = 0xffffffffu;
const UNCERTAIN: u32 = 0xfffffffeu;

// Lists an uncertain row; those that the list has no room for are only counted, and the host asks again.
fn note(row: u32) {
    let place = atomicAdd(&uncertain.count, 1u);
    if place < arrayLength(&uncertain.rows) {
        uncertain.rows[place] = row;
    }
}

// Whether no row of a step can be in the grid, which is the same for all of a workgroup.
fn misses(step: u32) -> bool {
    let span = spans[step];
    let most = ~span.zw;
    return span.x >= params.x.end || most.x < params.x.touched || span.y >= params.y.end || most.y < params.y.touched;
}

// The next step of a workgroup that has to be read, from one on. A loop of its own: a rasteriser that runs lanes under a mask would go
// through a step that is only passed over.
fn next_seen(from_step: u32, groups: u32, end: u32) -> u32 {
    var step = from_step;
    while step * STEP < end && misses(step) {
        step += groups;
    }
    return step;
}

// Where a row is counted.
fn slot_of(row: u32, point: vec2<u32>, end: u32) -> u32 {
    if row < params.first_row || row >= end {
        return NOWHERE;
    }
    let cell = cell_of(point);
    if cell == UNCERTAIN {
        if params.list != 0u {
            note(row);
        }
        return NOWHERE;
    }
    // No grid has so many cells that NOWHERE would become one of them.
    let slot = cell - params.first_cell;
    return select(NOWHERE, slot, slot < params.cells);
}

// The share of one workgroup. All of its invocations take each step together, as subgroups need it.
fn count_rows(group: u32, groups: u32, local: u32) {
    let end = params.first_row + params.rows;
    // Steps begin where those of the buffer do, so that their spans are known.
    var step = next_seen(params.first_row / STEP + group, groups, end);
    for (; step * STEP < end; step = next_seen(step + groups, groups, end)) {
        // Four loads are on their way before the first is needed: one alone does not keep the memory busy.
        let row = step * STEP + local;
        let a = points[row];
        let b = points[row + THREADS];
        let c = points[row + 2u * THREADS];
        let d = points[row + 3u * THREADS];
        merge(slot_of(row, a, end), local);
        merge(slot_of(row + THREADS, b, end), local);
        merge(slot_of(row + 2u * THREADS, c, end), local);
        merge(slot_of(row + 3u * THREADS, d, end), local);
    }
    merge_rest();
    workgroupBarrier();
    store_rest(local);
}
