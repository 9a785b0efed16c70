//! Bytes of an array → f32 or f64.

use arrow_array::ArrowPrimitiveType;
use arrow_array::types::Float16Type;

use crate::data::Floats;
use crate::source::numpy::header::{Dtype, Unit};
use crate::source::time;

type F16 = <Float16Type as ArrowPrimitiveType>::Native;

/// Numpy's "not a time".
const NAT: i64 = i64::MIN;

/// One element in every `stride` bytes, `offset` bytes into them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    pub stride: usize,
    pub offset: usize,
}

/// The elements of a block. f16 and f32 become f32, all others f64.
pub(super) fn floats(block: &[u8], steps: Steps, dtype: &Dtype, big_endian: bool) -> Floats<'static> {
    let elements = block.chunks_exact(steps.stride).map(|row| &row[steps.offset..]);
    macro_rules! decode {
        ($variant:ident, $number:ty, $convert:expr) => {{
            const SIZE: usize = size_of::<$number>();
            let convert = $convert;
            let number = |bytes: &[u8]| {
                let mut array = [0; SIZE];
                array.copy_from_slice(&bytes[..SIZE]);
                if big_endian { <$number>::from_be_bytes(array) } else { <$number>::from_le_bytes(array) }
            };
            Floats::$variant(elements.map(|bytes| convert(number(bytes))).collect())
        }};
    }
    match dtype {
        Dtype::Bool => decode!(F64, u8, |v| f64::from(u8::from(v != 0))),
        Dtype::Int(1) => decode!(F64, i8, f64::from),
        Dtype::Int(2) => decode!(F64, i16, f64::from),
        Dtype::Int(4) => decode!(F64, i32, f64::from),
        Dtype::Int(_) => decode!(F64, i64, |v| v as f64),
        Dtype::Uint(1) => decode!(F64, u8, f64::from),
        Dtype::Uint(2) => decode!(F64, u16, f64::from),
        Dtype::Uint(4) => decode!(F64, u32, f64::from),
        Dtype::Uint(_) => decode!(F64, u64, |v| v as f64),
        Dtype::Float(2) => decode!(F32, F16, F16::to_f32),
        Dtype::Float(4) => decode!(F32, f32, |v| v),
        Dtype::Float(_) => decode!(F64, f64, |v| v),
        &Dtype::Time(unit) => decode!(F64, i64, |v| days(v, unit)),
        Dtype::Other(_) => Floats::F64(vec![f64::NAN; elements.count()].into()),
    }
}

fn days(count: i64, unit: Unit) -> f64 {
    const SECONDS_PER_DAY: f64 = 86_400.0;
    match unit {
        _ if count == NAT => f64::NAN,
        Unit::Seconds(seconds) => count as f64 * seconds as f64 / SECONDS_PER_DAY,
        Unit::PerSecond(per_second) => time::days_of_units(count, per_second),
    }
}
