//! In place of `gpu`: a build without it has no device to measure.

use super::case::Case;
use super::sorted::Sorted;
use super::times::Times;
use crate::data::Floats;
use crate::error::{Error, Result};

/// No device.
pub enum Gpu {}

/// No points on it.
pub enum Resident {}

/// Never.
pub fn is_there() -> bool {
    false
}

impl Gpu {
    pub fn open(_: Option<&str>, _: usize) -> Result<Self> {
        Err(Error::usage(
            "this build has no GPU backend: build heatbin with the feature 'gpu', or use --backend cpu",
        ))
    }

    pub fn name(&self) -> String {
        match *self {}
    }

    pub fn driver(&self) -> String {
        match *self {}
    }

    pub fn bandwidth(&self) -> f64 {
        match *self {}
    }

    pub fn limit(&self, _: &Case) -> f64 {
        match *self {}
    }

    pub fn upload(&self, _: (&Floats<'_>, &Floats<'_>), _: &Sorted, _: usize) -> Result<(Resident, Times)> {
        match *self {}
    }

    pub fn measure(
        &self,
        _: &Case,
        _: &Resident,
        _: (usize, bool),
        _: &mut dyn FnMut(&'static str, Times) -> Result<()>,
    ) -> Result<()> {
        match *self {}
    }
}
