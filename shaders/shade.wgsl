// Cells → pixels.
//
// A pixel is the mean of samples² samples; the host has worked out the column of the grid under each sample column and the row under each
// sample row, so all that is left here is whole numbers. Where the four corner samples lie in one cell, so do the others.

struct Params {
    width: u32,
    height: u32,
    samples: u32,
    // 0 for rectangles, 1 for hexagons.
    hexagons: u32,
    nx: u32,
    ny: u32,
    steps: u32,
    // Rows of pixels before those of this pass.
    first_row: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The place of each sample column, then of each sample row from the top: bin, or strip and distance from lattice 1's centre.
@group(0) @binding(1) var<storage, read> places: array<vec2<u32>>;
// The key of each cell, high word first.
@group(0) @binding(2) var<storage, read> keys: array<vec2<u32>>;
// The keys at which the palette's next entry begins.
@group(0) @binding(3) var<storage, read> steps: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> palette: array<u32>;
@group(0) @binding(5) var<storage, read_write> pixels: array<u32>;

// One cell, in the fixed point of the places.
const UNIT: u32 = 131072u;

fn cell_at(column: u32, line: u32) -> u32 {
    let x = places[column];
    let y = places[params.width * params.samples + line];
    if params.hexagons == 0u {
        return x.x * params.ny + y.x;
    }
    if x.y + 3u * y.y < UNIT {
        return (x.x / 2u) * (params.ny + 1u) + y.x / 2u;
    }
    let i = (x.x + 1u) / 2u - 1u;
    let j = (y.x + 1u) / 2u - 1u;
    return (params.nx + 1u) * (params.ny + 1u) + i * params.ny + j;
}

fn color_of(cell: u32) -> vec4<u32> {
    let key = keys[cell];
    var low = 0u;
    var high = params.steps;
    while low < high {
        let middle = (low + high) / 2u;
        let step = steps[middle];
        if step.x < key.x || (step.x == key.x && step.y <= key.y) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    let color = palette[low];
    return vec4<u32>(color & 255u, (color >> 8u) & 255u, (color >> 16u) & 255u, color >> 24u);
}

@compute @workgroup_size(16, 16)
fn shade(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.width || id.y >= params.height {
        return;
    }
    let n = params.samples;
    let x = id.x * n;
    let y = (params.first_row + id.y) * n;
    let corner = cell_at(x, y);
    var color = color_of(corner);
    if corner != cell_at(x + n - 1u, y) || corner != cell_at(x, y + n - 1u) || corner != cell_at(x + n - 1u, y + n - 1u) {
        var sum = vec3<u32>(0u);
        var opacity = 0u;
        for (var i = 0u; i < n * n; i++) {
            let sample = color_of(cell_at(x + i % n, y + i / n));
            sum += sample.xyz * sample.w;
            opacity += sample.w;
        }
        color = vec4<u32>(0u);
        if opacity > 0u {
            color = vec4<u32>((sum + opacity / 2u) / opacity, (opacity + n * n / 2u) / (n * n));
        }
    }
    pixels[id.y * params.width + id.x] = color.x | (color.y << 8u) | (color.z << 16u) | (color.w << 24u);
}
