//! Blocks of resident points: where they lie on the device, and their values on the host.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use bytemuck::cast_slice;

use super::counter::BLOCK_ROWS;
use crate::data::{Bounds, Floats, Points};
use crate::gpu::{Device, STEP};

/// Bytes of a point on the device.
pub const POINT_BYTES: u64 = 8;

/// Batches of fewer rows are gathered.
pub const SMALL_ROWS: usize = BLOCK_ROWS / 4;

/// Up to [`BLOCK_ROWS`] points.
#[derive(Debug)]
pub struct Block<'a> {
    /// The shelf that it shares with others, and its first row there.
    pub shelf: Shelf,
    pub first_row: u32,
    pub values: Values<'a>,
    pub bounds: Bounds,
    /// Which of the measures its quanta are.
    pub measures: usize,
}

/// The values of a block.
#[derive(Debug)]
pub enum Values<'a> {
    /// Rows of a batch.
    Batch(Arc<Points<'a>>, Range<usize>),
    /// Rows of several small batches, copied, from some row on: those before it were dropped.
    Gathered(Floats<'static>, Floats<'static>, usize),
}

impl Block<'_> {
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Batch(_, rows) => rows.len(),
            Values::Gathered(x, _, start) => x.len() - start,
        }
    }

    /// Its values along x and along y.
    pub fn values(&self) -> (Floats<'_>, Floats<'_>) {
        match &self.values {
            Values::Batch(points, rows) => (points.x().slice(rows.clone()), points.y().slice(rows.clone())),
            Values::Gathered(x, y, start) => (x.slice(*start..x.len()), y.slice(*start..y.len())),
        }
    }

    /// How many more rows of small batches it has room for.
    pub fn room(&self) -> usize {
        match &self.values {
            Values::Batch(..) => 0,
            Values::Gathered(x, ..) => BLOCK_ROWS - x.len(),
        }
    }

    /// Leaves out its first rows, fewer than it has. Its bounds must be found anew.
    pub fn drop_front(&mut self, rows: usize) {
        match &mut self.values {
            Values::Batch(_, kept) => kept.start += rows,
            Values::Gathered(_, _, start) => *start += rows,
        }
        self.first_row += rows as u32;
    }
}

/// Values behind others. Where the widths differ all are widened, which is exact.
pub fn extend(values: &mut Floats<'static>, more: &Floats<'_>) {
    if let (Floats::F32(narrow), Floats::F64(_)) = (&*values, more) {
        *values = Floats::F64(narrow.iter().map(|&v| f64::from(v)).collect());
    }
    match (values, more) {
        (Floats::F32(values), Floats::F32(more)) => values.to_mut().extend_from_slice(more),
        (Floats::F64(values), Floats::F64(more)) => values.to_mut().extend_from_slice(more),
        (Floats::F64(values), Floats::F32(more)) => {
            values.to_mut().extend(more.iter().map(|&v| f64::from(v)))
        }
        (Floats::F32(_), Floats::F64(_)) => unreachable!("they were widened above"),
    }
}

/// No values, as wide as the given.
pub fn none_like(values: &Floats<'_>) -> Floats<'static> {
    match values {
        Floats::F32(_) => Floats::F32(Cow::Owned(Vec::new())),
        Floats::F64(_) => Floats::F64(Cow::Owned(Vec::new())),
    }
}

/// How many points and missing rows there are, by batches: missing rows go with the last point before them.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Points, and the missing rows of their batches. Those without missing rows are part of the next.
    batches: VecDeque<(u64, u64)>,
    pub points: u64,
    pub missing: u64,
}

impl Ledger {
    /// Notes a batch.
    pub fn push(&mut self, points: u64, missing: u64) {
        self.points += points;
        self.missing += missing;
        match self.batches.back_mut().filter(|last| last.1 == 0) {
            Some(last) => *last = (last.0 + points, missing),
            None => self.batches.push_back((points, missing)),
        }
    }

    /// Strikes out the first points, and the missing rows of the batches that are used up by that.
    pub fn drop_front(&mut self, points: u64) {
        let mut rest = points.min(self.points);
        self.points -= rest;
        while let Some(batch) = self.batches.front_mut().filter(|_| rest > 0) {
            let dropped = rest.min(batch.0);
            *batch = (batch.0 - dropped, batch.1);
            rest -= dropped;
            if batch.0 == 0 {
                self.missing -= batch.1;
                self.batches.pop_front();
            }
        }
    }
}

/// A buffer of points, and what each step of its rows spans: a kernel does not read those that are out of view.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub points: wgpu::Buffer,
    pub spans: wgpu::Buffer,
}

impl Shelf {
    /// Room for so many rows. Nothing is known of what they span, so all are read.
    pub fn new(device: &Device, rows: usize) -> Self {
        let spans = size_of::<[u32; 4]>() * rows.div_ceil(STEP as usize);
        Self {
            points: device.storage("points", POINT_BYTES * rows as u64),
            spans: device.storage("spans", spans as u64),
        }
    }

    /// Sends rows, in quanta, to be laid down from some row on.
    pub fn lay(&self, device: &Device, first_row: usize, points: &[[u32; 2]]) {
        device.queue.write_buffer(&self.points, POINT_BYTES * first_row as u64, cast_slice(points));
    }

    /// Says what rows that were laid down span, and will as long as they lie there. Of a step that they share with others, which may
    /// be measured in other quanta, nothing is said.
    pub fn mark(&self, device: &Device, first_row: usize, points: &[[u32; 2]]) {
        let step = STEP as usize;
        let shared = first_row.next_multiple_of(step) - first_row;
        let Some(points) = points.get(shared..) else { return };
        let spans: Vec<[u32; 4]> = points.chunks_exact(step).map(span).collect();
        let offset = size_of::<[u32; 4]>() * ((first_row + shared) / step);
        device.queue.write_buffer(&self.spans, offset as u64, cast_slice(&spans));
    }
}

/// `spans` of parts/rows.wgsl, for one step.
fn span(points: &[[u32; 2]]) -> [u32; 4] {
    points.iter().fold([u32::MAX, u32::MAX, u32::MAX, u32::MAX], |[x, y, not_x, not_y], point| {
        [x.min(point[0]), y.min(point[1]), not_x.min(!point[0]), not_y.min(!point[1])]
    })
}

/// Shelves that blocks are laid on side by side, so that many of them are one dispatch. A shelf is given back with its last
/// block.
#[derive(Debug)]
pub struct Room {
    device: Device,
    /// Rows of the largest shelf.
    most: usize,
    open: Option<Shelf>,
    rows: usize,
    used: usize,
}

impl Room {
    /// Room on shelves of at most so many rows, which hold a block at least.
    pub fn new(device: &Device, most: usize) -> Self {
        Self { device: device.clone(), most: most.max(BLOCK_ROWS), open: None, rows: 0, used: 0 }
    }

    /// A place for a block: the shelf and the first row. `coming` says how many rows, these included, will want a place.
    pub fn take(&mut self, rows: usize, coming: usize) -> (Shelf, u32) {
        let open = self.open.take().filter(|_| self.used + rows <= self.rows);
        let shelf = open.unwrap_or_else(|| {
            (self.rows, self.used) = (coming.clamp(rows, self.most), 0);
            Shelf::new(&self.device, self.rows)
        });
        self.open = Some(shelf.clone());
        self.used += rows;
        (shelf, (self.used - rows) as u32)
    }
}
