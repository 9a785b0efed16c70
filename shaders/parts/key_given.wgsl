// The key of a value, worked out by the host. High word first.

@group(0) @binding(1) var<storage, read> keys: array<vec2<u32>>;

fn key_of(cell: u32) -> vec2<u32> {
    return keys[cell];
}
