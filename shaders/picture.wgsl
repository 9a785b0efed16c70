// The picture of the points, moved and scaled to where its region lies on the screen; unfiltered, so that its bytes arrive as
// they are where it is not scaled.

struct Params {
    // Its left top corner, in pixels of the screen.
    corner: vec2<f32>,
    // Its pixels for each pixel of the screen.
    scale: vec2<f32>,
    // Where no cell has a colour.
    empty: vec4<f32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var pixels: texture_2d<f32>;

@fragment
fn picture(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let place = floor((at.xy - params.corner) * params.scale);
    let size = vec2<f32>(textureDimensions(pixels));
    if any(place < vec2(0.0)) || any(place >= size) {
        return params.empty;
    }
    let color = textureLoad(pixels, vec2<i32>(place), 0);
    return vec4(mix(params.empty.rgb, color.rgb, color.a), 1.0);
}
