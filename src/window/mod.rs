//! The live window.
//!
//! A worker thread, the [`Studio`], owns the points and makes the pictures; the thread of the window sends it the newest
//! [`Request`] and draws the newest [`Frame`], so that nothing that grows with the points ever holds up the hand.

mod app;
mod axes;
mod backdrop;
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "the command measures"))]
mod bench;
mod camera;
mod canvas;
mod cards;
mod cells;
mod changes;
mod chooser;
mod colorbar;
mod columns;
mod command;
mod cover;
mod ground;
mod hover;
mod keys;
mod legend;
mod load;
mod look;
mod notices;
mod open;
mod painter;
mod panel;
mod picture;
mod places;
mod region;
mod request;
mod save;
mod scene;
mod screen;
mod session;
mod sheet;
mod status;
mod studio;
mod table;
mod theme;
mod ui;
mod view;

#[cfg(feature = "cli")]
pub(crate) use bench::FrameTimes;
pub use camera::Camera;
pub use cells::{Cells, LeftCounts, Pixels};
pub use load::{follow, load};
pub use look::{Grouping, Look, Shape};
#[cfg(feature = "cli")]
pub(crate) use open::{Files, Opened};
pub use region::{Moments, Statistics};
pub use request::{Frame, Region, Request};
pub use scene::{Last, Rows, Totals};
pub use sheet::Sheet;
pub use studio::{Engine, Feed, State, Studio, Wake};
#[cfg(feature = "cli")]
pub(crate) use table::{Hearer, Made, Reading, TableOrigin};
pub use view::{View, view, view_table};
