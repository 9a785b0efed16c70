// Counts → the keys that shade.wgsl compares: the bits of the count as an f64, by integers alone, with the sign bit set (see
// `Ordered` on the host). High word first.

@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> keys_of: array<vec2<u32>>;

const SIGN: u32 = 0x80000000u;
// The exponent of 2^0 in an f64.
const BIAS: u32 = 1023u;

@compute @workgroup_size(256)
fn keys(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var cell = id.x; cell < arrayLength(&counts); cell += groups.x * 256u) {
        let count = counts[cell];
        var key = vec2<u32>(SIGN, 0u);
        if count > 0u {
            let last = firstLeadingBit(count);
            // The bits below the leading one, at the top of a word.
            let rest = (count ^ (1u << last)) << (31u - last) << 1u;
            key = vec2<u32>(SIGN | ((BIAS + last) << 20u) | (rest >> 12u), rest << 20u);
        }
        keys_of[cell] = key;
    }
}
