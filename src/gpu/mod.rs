//! The device and what every kernel needs of it. No stage's logic lives here.

#[cfg(feature = "cli")]
mod bandwidth;
mod buffers;
mod counts;
mod device;
mod layout;
mod pipelines;
mod stopwatch;

#[cfg(feature = "cli")]
pub(crate) use bandwidth::Reading;
pub use counts::{DeviceCounts, Survey};
pub use device::{AdapterInfo, Device, adapters};
#[cfg(feature = "window")]
pub(crate) use layout::PictureParams;
pub(crate) use layout::{Along, ColorParams, CountParams, STEP, ShadeParams, TILE, WORKGROUP};
pub(crate) use pipelines::Kernel;
