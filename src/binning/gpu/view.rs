//! A grid as the kernels see it: its edges in the quanta of some points.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable, bytes_of, cast_slice};

use crate::binning::quantize::{Edge, Quanta};
use crate::data::{Axis, Bounds, Floats, Grid, Hex, HexAxis, Rect, Scale, first_where};
use crate::gpu::{Device, HexbinParams, Hist2dParams, Kernel};

/// Points whose quanta are this large a part of a cell are binned on the host: too many rows would come back.
const COARSE: f32 = 0.05;

/// Edges that fit a binding of 128 MiB, 12 bytes each.
const MOST_EDGES: usize = 10 << 20;

/// A grid, the kernel that counts into it, and where its bins or strips begin.
#[derive(Debug)]
pub struct View {
    pub grid: Arc<Grid>,
    pub kernel: Kernel,
    /// Along x and along y, in the coordinate of the scales.
    cuts: (Vec<f64>, Vec<f64>),
}

/// The quanta of some points along x and along y.
pub type Measures = (Quanta, Quanta);

/// A view in the quanta of some points.
pub struct Sight {
    /// As the kernel declares them: `Edge`, or [`HexEdge`].
    pub edges: Vec<u8>,
    params: Params,
}

/// `Edge` of hexbin.wgsl.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct HexEdge {
    edge: Edge,
    depth: f32,
}

enum Params {
    Rect(Hist2dParams),
    Hex(HexbinParams),
}

impl View {
    /// The view of a grid.
    pub fn new(device: &Device, grid: Arc<Grid>) -> Self {
        let kernel = match &*grid {
            Grid::Rect(_) => device.kernel("hist2d", include_str!("../../../shaders/hist2d.wgsl")),
            Grid::Hex(_) => device.kernel("hexbin", include_str!("../../../shaders/hexbin.wgsl")),
        };
        let cuts = match &*grid {
            Grid::Rect(rect) => (rect.x.edges().to_vec(), rect.y.edges().to_vec()),
            Grid::Hex(hex) => (strips(&hex.x), strips(&hex.y)),
        };
        Self { grid, kernel, cuts }
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
        let mut edges = along_x.edges(&self.cuts.0, true);
        edges.extend(along_y.edges(&self.cuts.1, true));
        let per_quantum = |axis: &Axis, quanta: &Quanta| {
            let guess = bins_per_quantum(axis, quanta);
            if axis.is_even() && guess.is_normal() { guess } else { 0.0 }
        };
        // In bins, from the first edge to the quantum that stands for it.
        let before = |axis: &Axis, quanta: &Quanta, edge: Edge| {
            let (start, stop) = axis.range();
            ((quanta.value(edge.past) - start) / (stop - start) * axis.bins() as f64) as f32
        };
        let params = Hist2dParams {
            x_before: before(&rect.x, along_x, edges[0]),
            y_before: before(&rect.y, along_y, edges[rect.x.bins() + 1]),
            nx: rect.x.bins() as u32,
            ny: rect.y.bins() as u32,
            x_per_quantum: per_quantum(&rect.x, along_x),
            y_per_quantum: per_quantum(&rect.y, along_y),
            ..Default::default()
        };
        Some(Sight { edges: cast_slice(&edges).to_vec(), params: Params::Rect(params) })
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
        let mut edges = hex_edges(along_x, &hex.x, &self.cuts.0);
        edges.extend(hex_edges(along_y, &hex.y, &self.cuts.1));
        let params = HexbinParams {
            nx: hex.x.cells as u32,
            ny: hex.y.cells as u32,
            x_per_quantum,
            y_per_quantum,
            margin,
            ..Default::default()
        };
        Some(Sight { edges: cast_slice(&edges).to_vec(), params: Params::Hex(params) })
    }
}

impl Sight {
    /// The `Params` of a pass over `rows` points that counts `cells` cells from `first_cell` on, and may list the uncertain rows.
    pub fn params(&self, rows: u32, (first_cell, cells): (u32, u32), list: bool) -> Vec<u8> {
        let list = u32::from(list);
        match self.params {
            Params::Rect(params) => {
                bytes_of(&Hist2dParams { rows, first_cell, cells, list, ..params }).to_vec()
            }
            Params::Hex(params) => {
                bytes_of(&HexbinParams { rows, first_cell, cells, list, ..params }).to_vec()
            }
        }
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
