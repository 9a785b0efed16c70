//! The device and what every kernel needs of it. No stage's logic lives here.

mod buffers;
mod device;
mod layout;
mod pipelines;

pub use device::{AdapterInfo, Device, adapters};
pub(crate) use layout::{HexbinParams, Hist2dParams, ShadeParams, TILE, WORKGROUP};
pub(crate) use pipelines::Kernel;
