//! Exact heatmaps of millions to billions of points.
//!
//! [`hist2d`] counts points in rectangles, [`hexbin`] in hexagons; each is a builder that ends in an [`Aggregate`] (the
//! counts), a [`Raster`] (pixels) or a finished figure:
//!
//! ```
//! # #[cfg(feature = "figure")] {
//! # let folder = tempfile::tempdir().unwrap();
//! # let out = folder.path().join("out.png");
//! use heatbin::Norm;
//!
//! let x: Vec<f64> = (0..10_000).map(|i| (i as f64 * 0.001).sin()).collect();
//! let y: Vec<f32> = (0..10_000).map(|i| (i as f32 * 0.0017).cos()).collect();
//! heatbin::hexbin(&x, &y).gridsize(40).norm(Norm::Log).cmap("magma").figure()?.save(out)?;
//! # }
//! # Ok::<(), heatbin::Error>(())
//! ```
//!
//! The counts are those of `numpy.histogram2d` and `matplotlib.hexbin` in f64, to the last cell, on the CPU and on any GPU;
//! the pixels are the same bytes everywhere; and every row is accounted for in the [`Tally`].
//!
//! # Stages
//! The builders are made of parts that can be used alone: [`Points`] are a batch of finite rows, a [`Grid`] says where the cells are,
//! a [`Binner`] counts into it, [`shade`] colours the cells by a [`ColorScale`].
//!
//! Tables become matrices in [`matrix`]: a [`Table`] is made of columns or read from a file by `source::table`, a [`Matrix`] is its
//! columns of numbers, pivoted, or their correlations.
//!
//! # Features
//! All are on by default; none changes a result. Without any, what is left is counting and shading on the CPU.
//!
//! | feature | what it adds |
//! |---|---|
//! | `gpu` | the wgpu backend |
//! | `figure` | axes, colorbar and text, as SVG and PNG |
//! | `pdf` | PDF (with `figure`) |
//! | `files` | CSV, Arrow IPC and NumPy files, and arrow arrays as columns |
//! | `parquet` | Parquet (with `files`) |
//! | `window` | the live window (with `gpu`, `figure` and `files`) |
//! | `cli` | the command `heatbin` (with `figure` and `files`) |

mod error;

mod data;

#[cfg(feature = "gpu")]
mod gpu;

#[cfg(feature = "files")]
pub mod source;

mod binning;

pub mod matrix;

mod density;

mod shading;

#[cfg(feature = "figure")]
mod figure;

#[cfg(any(feature = "figure", feature = "files"))]
mod output;

mod plot;

#[cfg(feature = "window")]
#[doc(hidden)]
pub mod window;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use binning::*;
pub use data::*;
pub use density::*;
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "figure")]
pub use figure::{
    Around, Aspect, Cells, Colorbar, Dendrogram, Figure, FigureAxis, Hexagons, Legend, LegendEntry,
    MAX_VECTOR_HEXAGONS, NumberStyle, Page, Panels, Side, SideBox, SideContent, Strip, Theme, Underlay,
    add_font,
};
#[cfg(feature = "gpu")]
pub use gpu::{AdapterInfo, Device, DeviceCounts, Survey, adapters};
pub use matrix::{Clustering, Distances, LinkageMethod, MatrixAxis, Metric, Scaling};
#[cfg(any(feature = "figure", feature = "files"))]
pub use output::Format;
#[cfg(feature = "pdf")]
pub use output::encode_pdf;
#[cfg(feature = "files")]
pub use output::{NumberFormat, Numbers, save_clusters, save_matrix, save_numbers};
#[cfg(feature = "figure")]
pub use output::{decode_png, encode_png};
pub use plot::*;
pub use shading::*;
#[cfg(feature = "window")]
pub use window::{Feed, View, view, view_table};

/// The README's program compiles.
#[cfg(all(doctest, feature = "figure"))]
#[doc = include_str!("../README.md")]
struct Readme;
