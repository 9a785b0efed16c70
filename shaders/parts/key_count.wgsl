// The key of a count: its bits as an f64, by integers alone, with the sign bit set (see `Ordered` on the host). High word first.

@group(0) @binding(1) var<storage, read> counts: array<u32>;

const SIGN: u32 = 0x80000000u;
// The exponent of 2^0 in an f64.
const BIAS: u32 = 1023u;

fn key_of(cell: u32) -> vec2<u32> {
    let count = counts[cell];
    if count == 0u {
        return vec2<u32>(SIGN, 0u);
    }
    let last = firstLeadingBit(count);
    // The bits below the leading one, at the top of a word.
    let rest = (count ^ (1u << last)) << (31u - last) << 1u;
    return vec2<u32>(SIGN | ((BIAS + last) << 20u) | (rest >> 12u), rest << 20u);
}
