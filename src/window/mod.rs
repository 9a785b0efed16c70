//! The live view.
//!
//! A worker thread, the [`Studio`], owns the points and makes the pictures; the thread of the window sends it the newest
//! [`Request`] and draws the newest [`Frame`], so that nothing that grows with the points ever holds up the hand.

mod camera;
mod load;
mod region;
mod request;
mod scene;
mod studio;

pub use camera::Camera;
pub use load::{follow, load};
pub use region::{Moments, Statistics};
pub use request::{Frame, Look, Region, Request, Shape};
pub use scene::{Last, Rows, Totals};
pub use studio::{Engine, Feed, State, Studio, Wake};
