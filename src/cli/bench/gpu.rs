//! The stages on a GPU: by its own clock where it has one, and by the host's for what the host takes part in.

use std::sync::Arc;

use super::case::{Case, NORM, coloring};
use super::sorted::Sorted;
use super::times::{Times, clocked, readings, repeat};
use crate::binning::{GpuPoints, Way};
use crate::data::{ColorScale, Floats, Grid, Points};
use crate::error::Result;
use crate::gpu::{Device, DeviceCounts, Reading, adapters};
use crate::shading::{shade_counts, shade_on};

/// Bytes of a point on the device.
const BYTES_OF_POINT: f64 = 8.0;

/// A device, and how many bytes a second it reads.
pub struct Gpu {
    device: Device,
    bandwidth: f64,
}

/// Points on it, as they came and as a window keeps them.
pub struct Resident<'a> {
    points: GpuPoints<'a>,
    sorted: GpuPoints<'static>,
}

/// Whether the adapter that would be taken is no software rasteriser.
pub fn is_there() -> bool {
    adapters().first().is_some_and(|adapter| !adapter.is_software())
}

impl Gpu {
    /// Opens a device and measures how fast it reads.
    pub fn open(adapter: Option<&str>, repeats: usize) -> Result<Self> {
        let device = Device::open(adapter)?;
        let reading = Reading::new(&device)?;
        let times = repeat(readings(repeats), |_| reading.time())?;
        let bandwidth = reading.bytes() as f64 / times.median;
        Ok(Self { device, bandwidth })
    }

    /// The adapter's name.
    pub fn name(&self) -> String {
        self.device.info().name.clone()
    }

    /// How the adapter is reached.
    pub fn driver(&self) -> String {
        let info = self.device.info();
        format!("{}, through {}, {}", info.kind, info.api, info.driver)
    }

    /// Bytes a second that it reads.
    pub fn bandwidth(&self) -> f64 {
        self.bandwidth
    }

    /// Points a second that the device's memory can deliver: quanta are 8 bytes whatever the values were.
    pub fn limit(&self, _: &Case) -> f64 {
        self.bandwidth / BYTES_OF_POINT
    }

    /// Puts the points on the device, and says what that takes; then those that were sorted.
    pub fn upload<'a>(
        &self,
        (x, y): (&'a Floats<'_>, &'a Floats<'_>),
        sorted: &Sorted,
        repeats: usize,
    ) -> Result<(Resident<'a>, Times)> {
        let rows = 0..x.len();
        let points = Points::new(x.slice(rows.clone()), y.slice(rows))?;
        let upload = || GpuPoints::upload(&self.device, vec![points.clone()]);
        let times = repeat(repeats, |_| Ok(clocked(upload)?.1))?;
        let sorted = GpuPoints::upload(&self.device, vec![sorted.together()?])?;
        Ok((Resident { points: upload()?, sorted }, times))
    }

    /// The stages of a case, with every way to count if `ways` is asked for.
    pub fn measure(
        &self,
        case: &Case,
        Resident { points, sorted }: &Resident<'_>,
        (repeats, ways): (usize, bool),
        tell: &mut dyn FnMut(&'static str, Times) -> Result<()>,
    ) -> Result<()> {
        let size = (case.pixels, case.pixels);
        let grid = case.grid(0)?;
        let chosen = Way::choose(&self.device, grid.cells());
        tell("bin", self.bin(points, &grid, chosen, repeats)?)?;
        for way in Way::all(&self.device, grid.cells()).into_iter().filter(|_| ways) {
            tell(way.stage(), self.bin(points, &grid, way, repeats)?)?;
        }
        match points.count_on_device(&grid)? {
            Some(counts) => self.rest(&counts, size, repeats, tell)?,
            None => self.rest_from_host(points, case, repeats, tell)?,
        }
        let frame = |grid| Ok(clocked(|| self.frame(case, grid, sorted))?.1);
        tell("frame", repeat(repeats, |view| frame(case.grid(view)?))?)?;
        tell("zoom", repeat(repeats, |view| frame(case.near_grid(view)?))?)
    }

    /// Counting in a way.
    fn bin(&self, points: &GpuPoints<'_>, grid: &Arc<Grid>, way: Way, repeats: usize) -> Result<Times> {
        repeat(repeats, |_| {
            let ((counts, on_device), taken) = clocked(|| {
                self.device.timed(|| match points.count_on_device_by(grid, way)? {
                    Some(counts) => self.device.wait().map(|()| Some(counts)),
                    None => points.count(grid).map(|_| None),
                })
            })?;
            Ok(on_device.filter(|_| counts.is_some()).unwrap_or(taken))
        })
    }

    /// Shading and readback of counts on the device.
    fn rest(
        &self,
        counts: &DeviceCounts,
        size: (u32, u32),
        repeats: usize,
        tell: &mut dyn FnMut(&'static str, Times) -> Result<()>,
    ) -> Result<()> {
        let scale = self.scale(counts)?;
        let times = repeat(repeats, |_| {
            let (shaded, taken) = clocked(|| self.device.timed(|| self.shade(counts, &scale, size)))?;
            Ok(shaded.1.unwrap_or(taken))
        })?;
        tell("shade", times)?;
        tell("readback", repeat(repeats, |_| Ok(clocked(|| counts.read())?.1))?)
    }

    /// Shading of counts that cannot stay on the device. They have come back already.
    fn rest_from_host(
        &self,
        points: &GpuPoints<'_>,
        case: &Case,
        repeats: usize,
        tell: &mut dyn FnMut(&'static str, Times) -> Result<()>,
    ) -> Result<()> {
        let aggregate = points.count(&case.grid(0)?)?;
        let scale = coloring().fit(&aggregate.values)?;
        let size = (case.pixels, case.pixels);
        let shade = || shade_on(&self.device, &aggregate, &scale, size);
        if shade()?.is_some() {
            tell("shade", repeat(repeats, |_| Ok(clocked(shade)?.1))?)?;
        }
        Ok(())
    }

    /// From a view to its picture, which stays on the device where it can.
    fn frame(&self, case: &Case, grid: Arc<Grid>, points: &GpuPoints<'_>) -> Result<()> {
        let size = (case.pixels, case.pixels);
        if let Some(counts) = points.count_on_device(&grid)? {
            return self.shade(&counts, &self.scale(&counts)?, size);
        }
        let aggregate = points.count(&grid)?;
        let scale = coloring().fit(&aggregate.values)?;
        if shade_on(&self.device, &aggregate, &scale, size)?.is_none() {
            crate::shading::shade(&aggregate, &scale, size.0, size.1);
        }
        Ok(())
    }

    /// Shades counts on the device, and waits until it is done.
    fn shade(&self, counts: &DeviceCounts, scale: &ColorScale, size: (u32, u32)) -> Result<()> {
        shade_counts(&self.device, counts, scale, size)?;
        self.device.wait()
    }

    fn scale(&self, counts: &DeviceCounts) -> Result<ColorScale> {
        let survey = counts.survey(NORM.first_count(None) as u32)?;
        let extremes = survey.extremes.map(|(low, high)| (f64::from(low), f64::from(high)));
        coloring().fit_extremes(extremes)
    }
}
