// One triangle over everything that is drawn on.

@vertex
fn corners(@builtin(vertex_index) nth: u32) -> @builtin(position) vec4<f32> {
    let right = f32(nth & 1u);
    let top = f32(nth >> 1u);
    return vec4(4.0 * right - 1.0, 4.0 * top - 1.0, 0.0, 1.0);
}
