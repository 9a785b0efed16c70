//! Which backend does a job.

use std::sync::Arc;

use crate::binning::{Binner, CpuBinner, ReduceBinner};
use crate::data::{Aggregate, ColorScale, Grid, Raster, Reduction};
use crate::error::{Error, Result};
use crate::shading;

/// Where to compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// Whichever finishes first. Today that is the CPU: each point of a plot is used once, and sending it costs more than counting it.
    #[default]
    Auto,
    /// All cores of the processor.
    Cpu,
    /// A device, through wgpu; an error if there is none.
    Gpu,
}

/// A backend that has been opened.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    Cpu,
    #[cfg(feature = "gpu")]
    Gpu(crate::gpu::Device),
}

impl Engine {
    /// Opens a backend and says why it is this one. `weighing` is what is made of weights, if anything is: on a GPU rows are only
    /// counted, and all alike.
    pub fn choose(
        backend: Backend,
        adapter: Option<&str>,
        weighing: Option<Reduction>,
        categorized: bool,
    ) -> Result<(Self, String)> {
        let wants_gpu = backend == Backend::Gpu || (backend == Backend::Auto && adapter.is_some());
        if categorized && wants_gpu {
            return Ok((
                Self::Cpu,
                "categories are counted on the CPU: a GPU only counts all rows alike".into(),
            ));
        }
        if let Some(reduction) = weighing.filter(|_| wants_gpu) {
            return Ok((Self::Cpu, format!("{reduction} is computed on the CPU: a GPU only counts rows")));
        }
        match backend {
            Backend::Cpu => match adapter {
                None => Ok((Self::Cpu, "asked for".into())),
                Some(name) => Err(Error::usage(format!(
                    "the adapter '{name}' is for the GPU, but the backend is the CPU: leave one of them out"
                ))),
            },
            Backend::Auto if adapter.is_some() => {
                Ok((Self::open(adapter)?, "its adapter was asked for".into()))
            }
            Backend::Gpu => Ok((Self::open(adapter)?, "asked for".into())),
            // Every point of such a job is decoded, measured in quanta and sent before a device can count it, and on
            // the CPU measuring alone takes longer than counting: see docs/performance.md.
            Backend::Auto => Ok((
                Self::Cpu,
                "each point is used once, and sending it to a GPU costs more than counting it here".into(),
            )),
        }
    }

    #[cfg(feature = "gpu")]
    fn open(adapter: Option<&str>) -> Result<Self> {
        crate::gpu::Device::open(adapter).map(Self::Gpu)
    }

    #[cfg(not(feature = "gpu"))]
    fn open(_: Option<&str>) -> Result<Self> {
        Err(Error::usage(
            "this build has no GPU backend: build heatbin with the feature 'gpu', or use the CPU",
        ))
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            #[cfg(feature = "gpu")]
            Self::Gpu(_) => "gpu",
        }
    }

    pub fn adapter(&self) -> Option<String> {
        match self {
            Self::Cpu => None,
            #[cfg(feature = "gpu")]
            Self::Gpu(device) => Some(device.info().name.clone()),
        }
    }

    /// A binner that counts, or reduces weights.
    pub fn binner(&self, grid: Arc<Grid>, weighing: Option<Reduction>) -> Result<Box<dyn Binner>> {
        if let Some(reduction) = weighing {
            return Ok(Box::new(ReduceBinner::new(grid, reduction)?));
        }
        match self {
            Self::Cpu => Ok(Box::new(CpuBinner::new(grid)?)),
            #[cfg(feature = "gpu")]
            Self::Gpu(device) => Ok(Box::new(crate::binning::GpuBinner::new(device, grid)?)),
        }
    }

    pub fn shade(
        &self,
        aggregate: &Aggregate,
        scale: &ColorScale,
        width: u32,
        height: u32,
    ) -> Result<Raster> {
        #[cfg(feature = "gpu")]
        if let Self::Gpu(device) = self
            && let Some(raster) = shading::shade_on(device, aggregate, scale, (width, height))?
        {
            return Ok(raster);
        }
        Ok(shading::shade(aggregate, scale, width, height))
    }
}
