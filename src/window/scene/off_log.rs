//! Rows that have no place on a logarithmic axis.

use std::ops::{Add, Range};

use crate::data::{Bounds, Floats, Scale};

/// How many rows have an x, a y, or one of both that is not above 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OffLog {
    /// Rows with such an x.
    pub x: u64,
    /// Rows with such a y.
    pub y: u64,
    /// Rows with one of both, or both.
    pub either: u64,
}

impl OffLog {
    /// Those among finite rows that span `bounds`.
    pub fn of(x: &Floats<'_>, y: &Floats<'_>, rows: Range<usize>, bounds: Bounds) -> Self {
        if bounds.x.0 > 0.0 && bounds.y.0 > 0.0 {
            return Self::default();
        }
        rows.fold(Self::default(), |found, row| {
            let (x, y) = (x.get(row) <= 0.0, y.get(row) <= 0.0);
            found + Self { x: x.into(), y: y.into(), either: (x | y).into() }
        })
    }

    /// How many rows axes of these scales have no place for.
    pub fn on(self, scales: (Scale, Scale)) -> u64 {
        match scales {
            (Scale::Log, Scale::Log) => self.either,
            (Scale::Log, _) => self.x,
            (_, Scale::Log) => self.y,
            _ => 0,
        }
    }
}

impl Add for OffLog {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self { x: self.x + more.x, y: self.y + more.y, either: self.either + more.either }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_once_for_each_axis_and_once_for_both() {
        let (x, y) = ([1.0, 0.0, -0.0, 3.0, -5.0, f64::MIN_POSITIVE], [2.0, -1.0, 4.0, 0.0, 1.0, 1.0]);
        let (x, y) = (Floats::F64(x.as_slice().into()), Floats::F64(y.as_slice().into()));
        let bounds = Bounds { x: (-5.0, 3.0), y: (-1.0, 4.0) };
        let all = OffLog::of(&x, &y, 0..6, bounds);
        assert_eq!(all, OffLog { x: 3, y: 2, either: 4 });
        assert_eq!(OffLog::of(&x, &y, 0..3, bounds) + OffLog::of(&x, &y, 3..6, bounds), all);
        let (linear, log) = (Scale::Linear, Scale::Log);
        let on = [(linear, linear), (log, linear), (linear, log), (log, log)].map(|scales| all.on(scales));
        assert_eq!(on, [0, 3, 2, 4]);
    }
}
