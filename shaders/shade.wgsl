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
    // Rows of pixels before those of this pass.
    first_row: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The place of each sample column, then of each sample row from the top: bin, or strip and distance from lattice 1's centre.
@group(0) @binding(1) var<storage, read> places: array<vec2<u32>>;
// The colour of each cell, red in the lowest byte.
@group(0) @binding(2) var<storage, read> colors: array<u32>;
@group(0) @binding(3) var<storage, read_write> pixels: array<u32>;

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

// The mean of a pixel's samples, opacity taken into account.
fn mean(x: u32, y: u32) -> u32 {
    let n = params.samples;
    var sum = vec3<u32>(0u);
    var opacity = 0u;
    for (var i = 0u; i < n * n; i++) {
        let color = colors[cell_at(x + i % n, y + i / n)];
        sum += ((vec3<u32>(color) >> vec3<u32>(0u, 8u, 16u)) & vec3<u32>(255u)) * (color >> 24u);
        opacity += color >> 24u;
    }
    if opacity == 0u {
        return 0u;
    }
    let rgb = (sum + opacity / 2u) / opacity;
    return rgb.x | (rgb.y << 8u) | (rgb.z << 16u) | (((opacity + n * n / 2u) / (n * n)) << 24u);
}

@compute @workgroup_size(16, 16)
fn shade(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.width || id.y >= params.height {
        return;
    }
    let last = params.samples - 1u;
    let x = id.x * params.samples;
    let y = (params.first_row + id.y) * params.samples;
    let corner = cell_at(x, y);
    var color = 0u;
    // Of one sample there are no other corners.
    if last > 0u && (corner != cell_at(x + last, y) || corner != cell_at(x, y + last) || corner != cell_at(x + last, y + last)) {
        color = mean(x, y);
    } else {
        color = colors[corner];
    }
    pixels[id.y * params.width + id.x] = color;
}
