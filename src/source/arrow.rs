//! Arrow's arrays → columns of f32 or f64.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Decimal256Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt32Type,
};
use arrow_array::{Array, ArrayRef, Float32Array, Float64Array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, TimeUnit};

use crate::data::{Category, Column, Floats, Names};
use crate::error::{Error, Result};
use crate::source::part::{Batch, Block, Places, Wanted};
use crate::source::workers::Turn;
use crate::source::{BATCH, FieldKind, Sink, time};

macro_rules! column_from {
    ($array:ty, $variant:ident) => {
        /// The values are borrowed; null rows become a mask.
        impl<'a> From<&'a $array> for Column<'a> {
            fn from(array: &'a $array) -> Self {
                Self { values: Floats::$variant(Cow::Borrowed(array.values())), valid: mask(array) }
            }
        }
    };
}

column_from!(Float32Array, F32);
column_from!(Float64Array, F64);

fn mask(array: &dyn Array) -> Option<Cow<'static, [bool]>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
    Some(nulls.iter().collect())
}

/// What a column of this type holds.
pub(super) fn kind(data_type: &DataType) -> FieldKind {
    use DataType::*;
    match data_type {
        Boolean => FieldKind::Boolean,
        Date32 | Date64 | Timestamp(_, _) => FieldKind::Time,
        Utf8 | LargeUtf8 | Utf8View => FieldKind::Text,
        Null | Decimal32(_, _) | Decimal64(_, _) | Decimal128(_, _) | Decimal256(_, _) => FieldKind::Number,
        number if number.is_integer() || number.is_floating() => FieldKind::Number,
        Dictionary(_, values) => kind(values),
        other => FieldKind::Other(other.to_string()),
    }
}

/// The values as an array of f32 or f64; those are passed on, everything else is converted.
///
/// # Errors
/// If the type holds no numbers ([`kind`] tells).
pub(super) fn floats(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    use DataType::*;
    let array = match array.data_type() {
        Float32 | Float64 => return Ok(array.clone()),
        Float16 => return cast(array, &Float32),
        Dictionary(_, values) => return floats(&cast(array, values)?),
        Date32 => array.as_primitive::<Date32Type>().unary(f64::from),
        Date64 => units::<Date64Type>(array, 1000),
        Timestamp(TimeUnit::Second, _) => units::<TimestampSecondType>(array, 1),
        Timestamp(TimeUnit::Millisecond, _) => units::<TimestampMillisecondType>(array, 1000),
        Timestamp(TimeUnit::Microsecond, _) => units::<TimestampMicrosecondType>(array, 1_000_000),
        Timestamp(TimeUnit::Nanosecond, _) => units::<TimestampNanosecondType>(array, 1_000_000_000),
        &Decimal32(_, scale) | &Decimal64(_, scale) => {
            const DIGITS: u8 = 38;
            return floats(&cast(array, &Decimal128(DIGITS, scale))?);
        }
        &Decimal128(_, scale) => {
            array.as_primitive::<Decimal128Type>().unary(|digits| decimal(digits, scale))
        }
        &Decimal256(_, scale) => {
            array.as_primitive::<Decimal256Type>().unary(|digits| match digits.to_i128() {
                Some(digits) => decimal(digits, scale),
                None => nearest(digits, scale),
            })
        }
        other if kind(other) == FieldKind::Number || *other == Boolean => return cast(array, &Float64),
        other => return Err(ArrowError::CastError(format!("{other} holds no numbers"))),
    };
    Ok(Arc::new(array))
}

fn units<T: arrow_array::ArrowPrimitiveType<Native = i64>>(
    array: &ArrayRef,
    per_second: i64,
) -> Float64Array {
    array.as_primitive::<T>().unary(|count| time::days_of_units(count, per_second))
}

/// The f64 nearest to `digits / 10^scale`.
fn decimal(digits: i128, scale: i8) -> f64 {
    // Both are exact in f64, so that the division alone rounds.
    const EXACT: i128 = 1 << 53;
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    match usize::try_from(scale).ok().and_then(|scale| POWERS.get(scale)) {
        Some(power) if (-EXACT..=EXACT).contains(&digits) => digits as f64 / power,
        _ => nearest(digits, scale),
    }
}

fn nearest(digits: impl std::fmt::Display, scale: i8) -> f64 {
    let text = format!("{digits}e{}", -i16::from(scale));
    text.parse().expect("an integer with an exponent is a float")
}

/// Hands the rows of some arrays to `sink`, a batch at a time; `first` is the place of their first row in the turn.
///
/// # Errors
/// If a type holds no numbers, or `sink` fails.
pub(super) fn deliver(
    arrays: &[ArrayRef],
    places: Places,
    first: usize,
    turn: &Turn<'_>,
    sink: &dyn Sink,
) -> Result<()> {
    let all = arrays[places.x].len();
    for start in (0..all).step_by(BATCH) {
        if turn.is_over() {
            break;
        }
        let rows = BATCH.min(all - start);
        let slice = |place: usize| {
            floats(&arrays[place].slice(start, rows)).map_err(|error| Error::data(error.to_string()))
        };
        let (x, y, weights) = (slice(places.x)?, slice(places.y)?, places.weights.map(slice).transpose()?);
        let category = places.category.map(|place| category(&arrays[place].slice(start, rows))).transpose();
        let category = category.map_err(|error| Error::data(error.to_string()))?;
        let batch = Batch { x: column(&x), y: column(&y), weights: weights.as_ref().map(column), category };
        sink.take(batch.points(places.uncategorized, turn.order(first + start))?)?;
    }
    Ok(())
}

/// The rows of some arrays as a block of a table.
///
/// # Errors
/// If a type is not what is wanted.
pub(super) fn block(arrays: &[&ArrayRef], wanted: &[Wanted], order: u128) -> Result<Block> {
    let wrong = |error: ArrowError| Error::data(error.to_string());
    let rows = arrays.first().map_or(0, |array| array.len());
    let is_text = |wanted: &Wanted| wanted.kind == FieldKind::Text;
    let stride = wanted.iter().filter(|wanted| !is_text(wanted)).count();
    let (mut numbers, mut texts) = (vec![0.0; rows * stride], Vec::new());
    let mut place = 0;
    for (array, wanted) in arrays.iter().zip(wanted) {
        if is_text(wanted) {
            texts.push(names(array).map_err(wrong)?);
            continue;
        }
        let values = floats(array).map_err(wrong)?;
        let column = column(&values);
        let slots = numbers[place..].iter_mut().step_by(stride);
        match &column.values {
            Floats::F32(values) => slots.zip(&**values).for_each(|(slot, &value)| *slot = f64::from(value)),
            Floats::F64(values) => slots.zip(&**values).for_each(|(slot, &value)| *slot = value),
        }
        for (row, _) in
            column.valid.iter().flat_map(|valid| valid.iter()).enumerate().filter(|(_, valid)| !**valid)
        {
            numbers[row * stride + place] = f64::NAN;
        }
        place += 1;
    }
    Ok(Block { order, start: None, rows, numbers, texts })
}

/// The categories of some rows.
///
/// # Errors
/// If the type holds none ([`FieldKind::is_category`] tells).
fn category(array: &ArrayRef) -> Result<Category<'static>, ArrowError> {
    if kind(array.data_type()) != FieldKind::Text {
        let values = floats(array)?;
        let numbers = column(&values);
        return Ok(match kind(array.data_type()) {
            FieldKind::Boolean => Category::booleans(&numbers),
            _ => Category::from(numbers).into_owned(),
        });
    }
    names(array).map(Category::from)
}

/// The texts of some rows.
fn names(array: &ArrayRef) -> Result<Names<'static>, ArrowError> {
    if let DataType::Dictionary(_, values) = array.data_type() {
        let array = cast(array, &DataType::Dictionary(Box::new(DataType::UInt32), values.clone()))?;
        let dictionary = array.as_dictionary::<UInt32Type>();
        let values = cast(dictionary.values(), &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        // The dictionary may be that of a whole file.
        let mut known = vec![Names::MISSING; values.len()];
        let mut names = Vec::new();
        let code = |key: Option<u32>| {
            let Some(key) = key.filter(|&key| values.is_valid(key as usize)) else { return Names::MISSING };
            let known = &mut known[key as usize];
            if *known == Names::MISSING {
                *known = names.len() as u32;
                names.push(values.value(key as usize).to_owned());
            }
            *known
        };
        let codes: Vec<u32> = dictionary.keys().iter().map(code).collect();
        return Ok(Names::new(codes, names));
    }
    let array = cast(array, &DataType::Utf8)?;
    Ok(Names::of_texts(array.as_string::<i32>().iter()))
}

fn column(array: &ArrayRef) -> Column<'_> {
    match array.data_type() {
        DataType::Float32 => array.as_primitive::<arrow_array::types::Float32Type>().into(),
        _ => array.as_primitive::<arrow_array::types::Float64Type>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Decimal128Array, TimestampNanosecondArray};

    #[test]
    fn floats_are_borrowed() {
        let array = Float64Array::from(vec![Some(1.0), None]);
        let column = Column::from(&array);
        let Floats::F64(Cow::Borrowed(values)) = &column.values else { panic!("{column:?}") };
        assert_eq!(values.as_ptr(), array.values().as_ptr());
        assert_eq!(column.valid.as_deref(), Some(&[true, false][..]));
        let array = Float32Array::from(vec![1.5, 2.5]);
        let column = Column::from(&array);
        assert!(matches!(&column.values, Floats::F32(Cow::Borrowed([1.5, 2.5]))) && column.valid.is_none());
        let array: ArrayRef = Arc::new(array);
        assert_eq!(
            floats(&array).unwrap().to_data().buffers()[0].as_ptr(),
            array.to_data().buffers()[0].as_ptr()
        );
    }

    #[test]
    fn decimals_are_rounded_once() {
        for (digits, scale) in [
            (1, 1),
            (-12_345, 2),
            (9_007_199_254_740_993, 0),
            (9_007_199_254_740_993, 5),
            (1, 23),
            (7, -3),
            (1, -30),
            (i128::from(u64::MAX), 19),
            (123_456_789_012_345_678_901_234_567_890_123_456, 18),
        ] {
            let wanted: f64 = format!("{digits}e{}", -i32::from(scale)).parse().unwrap();
            assert_eq!(decimal(digits, scale), wanted, "{digits} {scale}");
        }
        let array: ArrayRef =
            Arc::new(Decimal128Array::from(vec![Some(15), None]).with_precision_and_scale(5, 1).unwrap());
        let array = floats(&array).unwrap();
        assert_eq!(
            array.as_primitive::<arrow_array::types::Float64Type>().iter().collect::<Vec<_>>(),
            [Some(1.5), None]
        );
    }

    #[test]
    fn nanoseconds_are_those_of_date2num() {
        // matplotlib.dates.date2num(numpy.datetime64("2024-02-29T12:34:56.789012345"))
        let array: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![1_709_210_096_789_012_345]));
        let array = floats(&array).unwrap();
        assert_eq!(array.as_primitive::<arrow_array::types::Float64Type>().value(0), 19_782.52426839135);
    }
}
