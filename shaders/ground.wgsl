// One colour: what lies under everything.

override red: f32;
override green: f32;
override blue: f32;

@fragment
fn ground() -> @location(0) vec4<f32> {
    return vec4(red, green, blue, 1.0);
}
