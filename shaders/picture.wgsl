// The picture of the points, moved and scaled to where its region lies on the screen; unfiltered, so that its bytes arrive as
// they are where it is not scaled.

struct Params {
    // Its left top corner, in pixels of the screen.
    corner: vec2<f32>,
    // Its pixels for each pixel of the screen.
    scale: vec2<f32>,
    // Where no cell has a colour.
    empty: vec4<f32>,
    // Its width and height.
    size: vec2<u32>,
    unused: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
// Line by line from the top, red in the lowest byte: as shade.wgsl leaves them.
@group(0) @binding(1) var<storage, read> pixels: array<u32>;

@fragment
fn picture(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let place = floor((at.xy - params.corner) * params.scale);
    if any(place < vec2(0.0)) || any(place >= vec2<f32>(params.size)) {
        return params.empty;
    }
    let pixel = vec2<u32>(place);
    let color = unpack4x8unorm(pixels[pixel.y * params.size.x + pixel.x]);
    return vec4(mix(params.empty.rgb, color.rgb, color.a), 1.0);
}
