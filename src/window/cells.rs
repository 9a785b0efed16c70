//! What a picture is made of: on the host, or on the device that made it until somebody asks for it.
//!
//! A picture that a device makes is seldom looked at cell by cell: most give way to the next one within a frame. So neither its cells
//! nor its pixels come back to the host before the pointer rests on one or the picture is saved.

use std::sync::{Arc, OnceLock};

use crate::data::{Aggregate, Grid, Raster, Reduction};
use crate::error::Result;
use crate::gpu::DeviceCounts;
use crate::shading::DevicePicture;

/// The cells of a picture.
#[derive(Clone, Debug)]
pub enum Cells {
    /// On the host.
    Host(Arc<Aggregate>),
    /// Counts, left where they were counted.
    Device(Arc<LeftCounts>),
}

/// Counts on a device that are brought back once at most.
#[derive(Debug)]
pub struct LeftCounts {
    counts: DeviceCounts,
    brought: OnceLock<Arc<Aggregate>>,
}

/// The pixels of a picture.
#[derive(Clone, Debug)]
pub enum Pixels {
    /// On the host.
    Host(Arc<Raster>),
    /// Left where they were shaded.
    Device(Arc<DevicePicture>),
}

impl Cells {
    /// The grid.
    pub fn grid(&self) -> &Arc<Grid> {
        match self {
            Self::Host(aggregate) => &aggregate.grid,
            Self::Device(left) => left.counts.grid(),
        }
    }

    /// Rows that were counted or left out, missing ones included.
    pub fn rows(&self) -> u64 {
        match self {
            Self::Host(aggregate) => aggregate.tally.rows,
            Self::Device(left) => left.counts.rows(),
        }
    }

    /// The cells, brought back if they are on a device: that takes until it has done what it was asked for before.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Arc<Aggregate>> {
        match self {
            Self::Host(aggregate) => Ok(aggregate.clone()),
            Self::Device(left) => left.read(),
        }
    }

    /// The cells, if they are on the host or were brought there before.
    pub fn there(&self) -> Option<&Arc<Aggregate>> {
        match self {
            Self::Host(aggregate) => Some(aggregate),
            Self::Device(left) => left.brought.get(),
        }
    }

    /// What a colorbar says of the values.
    pub fn label(&self, weight: Option<&str>) -> String {
        match self {
            Self::Host(aggregate) => aggregate.values.label(weight),
            Self::Device(_) => Reduction::Count.label(weight),
        }
    }

    /// Whether the values are whole numbers.
    pub fn are_whole(&self) -> bool {
        match self {
            Self::Host(aggregate) => aggregate.values.are_whole(),
            Self::Device(_) => true,
        }
    }
}

impl From<Aggregate> for Cells {
    fn from(aggregate: Aggregate) -> Self {
        Self::Host(Arc::new(aggregate))
    }
}

impl From<DeviceCounts> for Cells {
    fn from(counts: DeviceCounts) -> Self {
        Self::Device(Arc::new(LeftCounts { counts, brought: OnceLock::new() }))
    }
}

impl LeftCounts {
    /// The counts, on their device.
    pub fn counts(&self) -> &DeviceCounts {
        &self.counts
    }

    /// The counts, brought back.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Arc<Aggregate>> {
        if let Some(brought) = self.brought.get() {
            return Ok(brought.clone());
        }
        // Two that come at once bring the same.
        let read = Arc::new(self.counts.read()?);
        Ok(self.brought.get_or_init(|| read).clone())
    }
}

impl Pixels {
    /// The pixels, brought back if they are on a device.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Arc<Raster>> {
        match self {
            Self::Host(raster) => Ok(raster.clone()),
            Self::Device(picture) => picture.read().map(Arc::new),
        }
    }

    /// Whether they are on a device.
    pub fn is_on_device(&self) -> bool {
        matches!(self, Self::Device(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binning::{Binner, CpuBinner, GpuPoints};
    use crate::data::{Axis, Points, Rect};
    use crate::gpu::Device;

    #[test]
    fn counts_are_brought_once_and_are_those_of_the_host() {
        let device = Device::open(None).expect("the tests need an adapter");
        let axis = || Axis::linear(0.0, 4.0, 8).unwrap();
        let grid = Arc::new(Grid::Rect(Rect { x: axis(), y: axis() }));
        let points = Points::new(vec![0.5, 0.5, 3.0, 9.0, f64::NAN], vec![1.0, 1.0, 2.0, 2.0, 0.0]).unwrap();
        let on_host = {
            let binner = Box::new(CpuBinner::new(grid.clone()).unwrap());
            binner.add(&points).unwrap();
            Cells::from(binner.finish().unwrap())
        };
        let resident = GpuPoints::upload(&device, vec![points]).unwrap();
        let left = Cells::from(resident.count_on_device(&grid).unwrap().unwrap());
        assert!(left.there().is_none() && on_host.there().is_some());
        for cells in [&left, &on_host] {
            assert_eq!((cells.grid(), cells.rows()), (&grid, 5));
            assert_eq!((cells.label(None), cells.are_whole()), ("count".to_owned(), true));
        }
        let copy = left.clone();
        let brought = left.read().unwrap();
        assert!(*brought == *on_host.read().unwrap());
        // Also for those who hold it already, and when the device is gone.
        device.device.destroy();
        assert!(Arc::ptr_eq(copy.there().unwrap(), &brought) && Arc::ptr_eq(&copy.read().unwrap(), &brought));
    }
}
