//! A grid as the kernels see it: its edges in the quanta of some points.

use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable, cast_slice};

use super::way::Way;
use crate::binning::quantize::{Edge, Quanta};
use crate::data::{Axis, Bounds, Floats, Grid, Hex, HexAxis, Rect, Scale, first_where};
use crate::gpu::{Along, CountParams, Device, Kernel};

/// Points whose quanta are this large a part of a cell are binned on the host: too many rows would come back.
const COARSE: f32 = 0.05;

/// Edges that fit a binding of 128 MiB, 12 bytes each.
const MOST_EDGES: usize = 10 << 20;

/// A guess that may be so many bins off is of no use: every point would ask for its edges.
const VAGUE: f64 = 0.25;

/// A margin that no guess is outside of.
const NEVER_SURE: f32 = 1.0;

/// A grid, the kernel that counts into it, and where its bins or strips begin.
#[derive(Debug)]
pub struct View {
    pub grid: Arc<Grid>,
    pub kernel: Kernel,
    pub way: Way,
    /// Along x and along y, in the coordinate of the scales.
    cuts: (Vec<f64>, Vec<f64>),
}

/// The quanta of some points along x and along y.
pub type Measures = (Quanta, Quanta);

/// A view in the quanta of some points.
pub struct Sight {
    /// As the kernel declares them: `Edge`, or [`HexEdge`].
    pub edges: Vec<u8>,
    params: CountParams,
}

/// `Edge` of hexbin.wgsl.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct HexEdge {
    edge: Edge,
    depth: f32,
}

impl View {
    /// The view of a grid, to be counted in some way.
    pub fn new(device: &Device, grid: Arc<Grid>, way: Way) -> Self {
        let kernel = match &*grid {
            Grid::Rect(_) => way.kernel(device, "hist2d", include_str!("../../../shaders/hist2d.wgsl")),
            Grid::Hex(_) => way.kernel(device, "hexbin", include_str!("../../../shaders/hexbin.wgsl")),
        };
        let cuts = match &*grid {
            Grid::Rect(rect) => (rect.x.edges().to_vec(), rect.y.edges().to_vec()),
            Grid::Hex(hex) => (strips(&hex.x), strips(&hex.y)),
        };
        Self { grid, kernel, way, cuts }
    }

    /// The scales in whose coordinates points must be measured: rectangles compare the values themselves.
    pub fn scales(&self) -> (Scale, Scale) {
        match &*self.grid {
            Grid::Rect(_) => (Scale::Linear, Scale::Linear),
            Grid::Hex(hex) => (hex.x.scale, hex.y.scale),
        }
    }

    /// Whether the kernel can count points within the bounds: its edges fit a binding, and the values have coordinates on these
    /// scales.
    pub fn takes(&self, bounds: Bounds) -> bool {
        if self.cuts.0.len() + self.cuts.1.len() > MOST_EDGES {
            return false;
        }
        let has_logs = |scale: Scale, (low, _): (f64, f64)| scale != Scale::Log || low > 0.0;
        let (x, y) = self.scales();
        has_logs(x, bounds.x) && has_logs(y, bounds.y)
    }

    /// The view in some quanta, or `None` if the host had better bin the points.
    pub fn sight(&self, measures: &Measures) -> Option<Sight> {
        match &*self.grid {
            Grid::Rect(rect) => self.rect(rect, measures),
            Grid::Hex(hex) => self.hex(hex, measures),
        }
    }

    fn rect(&self, rect: &Rect, (along_x, along_y): &Measures) -> Option<Sight> {
        let bins_per_quantum = |axis: &Axis, quanta: &Quanta| {
            let (start, stop) = axis.range();
            (axis.bins() as f64 / (stop - start) * quanta.size()) as f32
        };
        let is_coarse = |axis, quanta: &Quanta| !quanta.is_whole() && bins_per_quantum(axis, quanta) > COARSE;
        if is_coarse(&rect.x, along_x) || is_coarse(&rect.y, along_y) {
            return None;
        }
        let (mut edges, y_edges) = (along_x.edges(&self.cuts.0, true), along_y.edges(&self.cuts.1, true));
        let along = |axis: &Axis, quanta: &Quanta, edges: &[Edge], cuts: &[f64]| {
            let (start, stop) = axis.range();
            let position = |value: f64| (value - start) / (stop - start) * axis.bins() as f64;
            let guess = if axis.is_even() { bins_per_quantum(axis, quanta) } else { 0.0 };
            self::along(quanta, edges, cuts, guess, position)
        };
        let params = CountParams {
            x: along(&rect.x, along_x, &edges, &self.cuts.0),
            y: Along { first_edge: edges.len() as u32, ..along(&rect.y, along_y, &y_edges, &self.cuts.1) },
            ..Default::default()
        };
        edges.extend(y_edges);
        Some(Sight { edges: cast_slice(&edges).to_vec(), params })
    }

    fn hex(&self, hex: &Hex, (along_x, along_y): &Measures) -> Option<Sight> {
        let x_per_quantum = (along_x.size() / hex.x.size) as f32;
        let y_per_quantum = (along_y.size() / hex.y.size) as f32;
        // u + 3w takes conversions, multiplications, an addition and a subtraction in f32, each within 2^-23 of numbers
        // below 2; and a value may lie anywhere in its quantum.
        let place = |quanta: &Quanta, size: f32| if quanta.is_whole() { 0.0 } else { size };
        let places = place(along_x, x_per_quantum) + 3.0 * place(along_y, y_per_quantum);
        let margin = 2.0 * places + 2f32.powi(-18);
        if margin > COARSE || !x_per_quantum.is_normal() || !y_per_quantum.is_normal() {
            return None;
        }
        let along = |axis: &HexAxis, quanta: &Quanta, edges: &[HexEdge], cuts: &[f64]| {
            let edges: Vec<Edge> = edges.iter().map(|edge| edge.edge).collect();
            let strip = |value: f64| 2.0 * ((value - axis.start) / axis.size) + 1.0;
            self::along(quanta, &edges, cuts, (2.0 * quanta.size() / axis.size) as f32, strip)
        };
        let (mut edges, y_edges) =
            (hex_edges(along_x, &hex.x, &self.cuts.0), hex_edges(along_y, &hex.y, &self.cuts.1));
        let x = along(&hex.x, along_x, &edges, &self.cuts.0);
        let y = Along { first_edge: edges.len() as u32, ..along(&hex.y, along_y, &y_edges, &self.cuts.1) };
        // A guess is off by its margin in strips, which are half cells.
        let guess_margin = margin + 0.5 * x.margin + 1.5 * y.margin;
        let params = CountParams { margin, guess_margin, x, y, ..Default::default() };
        edges.extend(y_edges);
        Some(Sight { edges: cast_slice(&edges).to_vec(), params })
    }
}

impl Sight {
    /// The `Params` of a pass over some rows of a buffer that counts `cells` cells from `first_cell` on, and may list the
    /// uncertain rows.
    pub fn params(&self, rows: Range<u32>, (first_cell, cells): (u32, u32), list: bool) -> CountParams {
        CountParams {
            first_row: rows.start,
            rows: rows.end - rows.start,
            first_cell,
            cells,
            list: list.into(),
            ..self.params
        }
    }
}

/// An axis as the kernels see it. `position` says, in bins from the first edge, where a value would lie if all bins had one
/// width, which is `1 / per_quantum`; 0 if they have not.
fn along(
    quanta: &Quanta,
    edges: &[Edge],
    cuts: &[f64],
    per_quantum: f32,
    position: impl Fn(f64) -> f64,
) -> Along {
    let (first, last) = (edges[0], edges[edges.len() - 1]);
    let bins = edges.len() - 1;
    let per_quantum = if per_quantum.is_normal() { per_quantum } else { 0.0 };
    // How far the edges lie from where the guess takes them to be, and how far a value from where its quantum begins.
    let apart = (0u32..).zip(cuts).map(|(nth, &cut)| (position(cut) - f64::from(nth)).abs());
    let worst = |most: f64, apart: f64| if apart.is_nan() { f64::INFINITY } else { most.max(apart) };
    let apart = apart.fold(0.0, worst) + 2.0 * f64::from(per_quantum);
    // The conversion, the product and the sum each round to one of the two nearest numbers, and so do both constants to the nearest:
    // together less than 4 parts of 2^23 of the position.
    let rounding = bins as f64 * 2f64.powi(-21) + 2f64.powi(-22);
    let vague = per_quantum == 0.0 || (apart + rounding).max(VAGUE) > VAGUE;
    Along {
        bins: bins as u32,
        first_edge: 0,
        start: first.past,
        touched: first.touched,
        end: last.past,
        per_quantum,
        before: position(quanta.value(first.past)) as f32,
        margin: if vague { NEVER_SURE } else { (apart + rounding) as f32 },
    }
}

/// Both columns in the given quanta, which note whether all values are whole.
pub fn measure(
    (x, y): (&Floats<'_>, &Floats<'_>),
    (x_scale, y_scale): (Scale, Scale),
    (along_x, along_y): &mut Measures,
) -> Vec<[u32; 2]> {
    let mut points = vec![[0; 2]; x.len()];
    let mut column = |values: &Floats<'_>, scale: Scale, quanta: &mut Quanta, at: usize| {
        let mut place = points.iter_mut();
        let put = |q| place.next().expect("a place for each row")[at] = q;
        match values {
            Floats::F32(values) => quanta.measure(values.iter().map(|&v| scale.forward(v.into())), put),
            Floats::F64(values) => quanta.measure(values.iter().map(|&v| scale.forward(v)), put),
        }
    };
    column(x, x_scale, along_x, 0);
    column(y, y_scale, along_y, 1);
    points
}

/// The finest quanta for points within bounds.
pub fn fit(bounds: Bounds, (x, y): (Scale, Scale)) -> Measures {
    let fit = |scale: Scale, (low, high): (f64, f64)| Quanta::fit((scale.forward(low), scale.forward(high)));
    (fit(x, bounds.x), fit(y, bounds.y))
}

/// The edges of an axis' strips, and how deep in its strip the first quantum of each lies by matplotlib's formula.
fn hex_edges(quanta: &Quanta, axis: &HexAxis, cuts: &[f64]) -> Vec<HexEdge> {
    let edges = quanta.edges(cuts, false).into_iter();
    let starts = (-1..).map(|half| f64::from(half) / 2.0);
    edges
        .zip(starts)
        .map(|(edge, start)| {
            let position = (quanta.value(edge.past) - axis.start) / axis.size;
            HexEdge { edge, depth: (position - start) as f32 }
        })
        .collect()
}

/// The coordinates at which a point's candidates change: every half cell, from half a cell before the first centre.
///
/// At a whole number the candidate of lattice 2 changes, at a half that of lattice 1; each is found on the formula that decides
/// it, rounding and all, so that the edge is the first f64 past it.
fn strips(axis: &HexAxis) -> Vec<f64> {
    let position = |coordinate: f64| (coordinate - axis.start) / axis.size;
    (-1..=2 * axis.cells as i64 + 1)
        .map(|half| {
            let whole = half.div_euclid(2) as f64;
            let turned = |coordinate: f64| match half % 2 {
                0 => position(coordinate).floor() >= whole,
                _ => position(coordinate).round_ties_even() > whole,
            };
            first_where(f64::MIN, f64::MAX, turned).unwrap_or(f64::INFINITY)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel does without asking for an edge; `None` where it asks.
    fn guess(q: u32, along: &Along) -> Option<usize> {
        if q < along.start || q >= along.end {
            return None;
        }
        let position = along.before + (q - along.start) as f32 * along.per_quantum;
        let depth = position.fract();
        (depth.min(1.0 - depth) > along.margin).then_some(position as usize)
    }

    /// The share of points that a guess decides; each as the axis does.
    fn share(values: &[f64], axis: &Axis) -> f64 {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut quanta = Quanta::fit((low, high));
        let mut measured = Vec::new();
        quanta.measure(values.iter().copied(), |q| measured.push(q));
        let edges = quanta.edges(axis.edges(), true);
        let (start, stop) = axis.range();
        let position = |value: f64| (value - start) / (stop - start) * axis.bins() as f64;
        let per_quantum = (axis.bins() as f64 / (stop - start) * quanta.size()) as f32;
        let along = along(&quanta, &edges, axis.edges(), per_quantum, position);
        let (mut guessed, mut inside) = (0, 0);
        for (&value, &q) in values.iter().zip(&measured) {
            inside += usize::from(axis.bin(value).is_some());
            if let Some(bin) = guess(q, &along) {
                assert_eq!(Some(bin), axis.bin(value), "{value:e} in {along:?}");
                guessed += 1;
            }
        }
        f64::from(guessed) / inside as f64
    }

    #[test]
    fn a_guess_that_is_taken_is_right_and_most_are() {
        // Values on, beside and between the edges, and blocks that begin before, at and after an axis does.
        for (bins, start, stop, least) in [
            (1, 0.0, 1.0, 0.99),
            (1000, 0.0, 1.0, 0.99),
            (4096, -3.0, 1.5, 0.98),
            (30_000, 0.3, 0.9, 0.9),
            (200, 1e9, 1e9 + 1e-3, 0.8),
        ] {
            let axis = Axis::linear(start, stop, bins).unwrap();
            let width = stop - start;
            for (from, over) in
                [(start, width), (start - width, 3.0 * width), (start + 0.4 * width, 0.2 * width)]
            {
                let between =
                    (0..20_000).map(|i| from + over * (f64::from(i) * 0.754_877_666_246_692_7).fract());
                let between: Vec<f64> = between.collect();
                let share_between = share(&between, &axis);
                assert!(share_between > least, "{share_between} of {bins} bins");
            }
            let beside = axis.edges().iter().flat_map(|&edge| [edge.next_down(), edge, edge.next_up()]);
            assert_eq!(share(&beside.collect::<Vec<_>>(), &axis), 0.0);
        }
    }

    #[test]
    fn bins_of_their_own_widths_are_not_guessed() {
        let values: Vec<f64> = (0..5000).map(|i| f64::from(i) / 5000.0).collect();
        let axis = Axis::from_edges(vec![0.0, 0.1, 0.5, 1.0], Scale::Linear).unwrap();
        assert_eq!(share(&values, &axis), 0.0);
        let axis = Axis::log(0.01, 1.0, 50).unwrap();
        assert_eq!(share(&values, &axis), 0.0);
    }
}
