//! Finding an adapter and opening it.

use std::sync::{Arc, Mutex, PoisonError};

use super::Kernel;
use super::stopwatch::Stopwatch;
use crate::error::{Error, Result};

/// An adapter that wgpu sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterInfo {
    /// As the driver names it.
    pub name: String,
    /// The API it is reached through: `vulkan`, `metal` or `dx12`.
    pub api: String,
    /// `discrete`, `integrated`, `virtual`, `software` or `other`.
    pub kind: &'static str,
    /// The driver and its version.
    pub driver: String,
    /// The most bytes of one storage binding.
    pub binding_bytes: u64,
}

impl AdapterInfo {
    /// Whether it computes on the CPU.
    pub fn is_software(&self) -> bool {
        self.kind == "software"
    }
}

impl AdapterInfo {
    fn of(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        let kind = match info.device_type {
            wgpu::DeviceType::DiscreteGpu => "discrete",
            wgpu::DeviceType::IntegratedGpu => "integrated",
            wgpu::DeviceType::VirtualGpu => "virtual",
            wgpu::DeviceType::Cpu => "software",
            wgpu::DeviceType::Other => "other",
        };
        Self {
            name: info.name,
            api: info.backend.to_string(),
            kind,
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            binding_bytes: adapter.limits().max_storage_buffer_binding_size,
        }
    }

    /// Discrete before integrated before the rest; software last.
    fn rank(&self) -> usize {
        ["discrete", "integrated", "virtual", "other", "software"]
            .iter()
            .position(|k| *k == self.kind)
            .unwrap_or(5)
    }
}

/// All adapters, the one that would be chosen first.
pub fn adapters() -> Vec<AdapterInfo> {
    ranked(&instance()).into_iter().map(|(info, _)| info).collect()
}

fn instance() -> wgpu::Instance {
    wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle())
}

fn ranked(instance: &wgpu::Instance) -> Vec<(AdapterInfo, wgpu::Adapter)> {
    let found = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    let mut found: Vec<_> = found.into_iter().map(|adapter| (AdapterInfo::of(&adapter), adapter)).collect();
    found.sort_by_key(|(info, _)| info.rank());
    found
}

/// Bytes of a binding, where an adapter allows more than the 128 MiB that all do: enough for what surrounds a dispatch to be a small part
/// of it.
const LARGE_BINDING: u64 = 1 << 30;

/// An open device with its queue.
///
/// Only the limits that every wgpu device has are relied on (128 MiB a binding, 65,535 workgroups a dimension), so that what
/// runs on one adapter runs on all; resident points take larger bindings where there are any. Of features only the clock and the subgroups are taken where there are any, and no result depends
/// on them.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    info: AdapterInfo,
    failure: Arc<Mutex<Option<String>>>,
    kernels: Arc<Mutex<Vec<Kernel>>>,
    stopwatch: Option<Arc<Stopwatch>>,
    /// What a window is opened with that it draws on.
    #[cfg(feature = "window")]
    origin: (wgpu::Instance, wgpu::Adapter),
}

impl Device {
    /// Opens the best adapter, or the best whose name contains `name` (any case). Software adapters are taken too.
    ///
    /// # Errors
    /// If there is no such adapter, or it cannot be opened.
    pub fn open(name: Option<&str>) -> Result<Self> {
        let instance = instance();
        let (info, adapter) = Self::choose(ranked(&instance), name)?;
        Self::start(info, adapter, instance)
    }

    /// A device that draws on a window, with the window's surface and what that takes: `shared` if it works and its adapter can, so
    /// that what it makes need not leave it; else the best adapter that can, by name as in [`Device::open`].
    ///
    /// # Errors
    /// As for [`Device::open`], or if the window takes no surface.
    #[cfg(feature = "window")]
    pub(crate) fn open_on(
        window: impl Into<wgpu::SurfaceTarget<'static>> + Clone,
        name: Option<&str>,
        shared: Option<&Self>,
    ) -> Result<(Self, wgpu::Surface<'static>, wgpu::SurfaceCapabilities)> {
        if let Some(device) = shared.filter(|device| device.check().is_ok()) {
            let (instance, adapter) = &device.origin;
            let surface = instance.create_surface(window.clone()).ok();
            if let Some(surface) = surface.filter(|surface| adapter.is_surface_supported(surface)) {
                let takes = surface.get_capabilities(adapter);
                return Ok((device.clone(), surface, takes));
            }
        }
        let instance = instance();
        let surface = instance
            .create_surface(window)
            .map_err(|reason| Error::device(format!("the window cannot be drawn on: {reason}")))?;
        let mut found = ranked(&instance);
        found.retain(|(_, adapter)| adapter.is_surface_supported(&surface));
        let (info, adapter) = Self::choose(found, name)?;
        let takes = surface.get_capabilities(&adapter);
        Ok((Self::start(info, adapter, instance)?, surface, takes))
    }

    fn choose(
        found: Vec<(AdapterInfo, wgpu::Adapter)>,
        name: Option<&str>,
    ) -> Result<(AdapterInfo, wgpu::Adapter)> {
        let seen: Vec<String> = found.iter().map(|(info, _)| info.name.clone()).collect();
        let wanted = |info: &AdapterInfo| {
            name.is_none_or(|name| info.name.to_lowercase().contains(&name.to_lowercase()))
        };
        found.into_iter().find(|(info, _)| wanted(info)).ok_or_else(|| match name {
            Some(name) if !seen.is_empty() => {
                Error::device(format!("no adapter named like '{name}'; there are: {}", seen.join(", ")))
            }
            _ => Error::device(
                "no GPU adapter: no Vulkan, Metal or DirectX 12 driver answers. Install one (on Debian, \
                 mesa-vulkan-drivers has a software one) or use --backend cpu",
            ),
        })
    }

    #[cfg_attr(
        not(feature = "window"),
        allow(unused_variables, reason = "only a window asks where it came from")
    )]
    fn start(info: AdapterInfo, adapter: wgpu::Adapter, instance: wgpu::Instance) -> Result<Self> {
        let (base, has) = (wgpu::Limits::default(), adapter.limits());
        let large = |base: u64, has: u64| has.min(LARGE_BINDING).max(base);
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("heatbin"),
            required_limits: wgpu::Limits {
                max_storage_buffer_binding_size: large(
                    base.max_storage_buffer_binding_size,
                    has.max_storage_buffer_binding_size,
                ),
                max_buffer_size: large(base.max_buffer_size, has.max_buffer_size),
                ..base
            },
            required_features: adapter.features()
                & (wgpu::Features::TIMESTAMP_QUERY | wgpu::Features::SUBGROUP),
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|reason| Error::device(format!("cannot open {}: {reason}", info.name)))?;
        let failure = Arc::new(Mutex::new(None));
        let note = |failure: &Arc<Mutex<Option<String>>>, reason: String| {
            failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
        };
        let noted = failure.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| note(&noted, error.to_string())));
        let noted = failure.clone();
        device.set_device_lost_callback(move |_, reason| note(&noted, reason));
        let stopwatch = Stopwatch::new(&device).map(Arc::new);
        Ok(Self {
            device,
            queue,
            info,
            failure,
            kernels: Arc::default(),
            stopwatch,
            #[cfg(feature = "window")]
            origin: (instance, adapter),
        })
    }

    /// The adapter.
    pub fn info(&self) -> &AdapterInfo {
        &self.info
    }

    /// Whether the other is this very device, not another one of its adapter.
    #[cfg(feature = "window")]
    pub(crate) fn is(&self, other: &Self) -> bool {
        // Handles of two instances may be equal.
        Arc::ptr_eq(&self.failure, &other.failure)
    }

    /// The kernel of a shader, compiled when it is first asked for; its entry point has the name of its file.
    pub(crate) fn kernel(&self, name: &'static str, source: &'static str) -> Kernel {
        self.composed(name, &[], &[source])
    }

    /// The kernel of a shader that is put together from parts, compiled when it is first asked for. `variant` tells it from
    /// others with the same entry point.
    pub(crate) fn composed(&self, entry: &'static str, variant: &[&str], parts: &[&str]) -> Kernel {
        let name = [&[entry], variant].concat().join(" ");
        let mut kernels = self.kernels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kernel) = kernels.iter().find(|kernel| kernel.name() == name) {
            return kernel.clone();
        }
        kernels.push(Kernel::new(self, name, entry, &parts.concat()));
        kernels[kernels.len() - 1].clone()
    }

    /// The most bytes that a kernel can be bound to.
    pub(crate) fn binding_bytes(&self) -> u64 {
        let limits = self.device.limits();
        limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
    }

    /// Whether its kernels may use operations across a subgroup.
    pub(crate) fn has_subgroups(&self) -> bool {
        self.device.features().contains(wgpu::Features::SUBGROUP)
    }

    /// The clock of the device, if it has one.
    pub(crate) fn stopwatch(&self) -> Option<&Stopwatch> {
        self.stopwatch.as_deref()
    }

    /// An error if anything has failed on the device since it was opened: out of memory, lost, a wrong call.
    ///
    /// # Errors
    /// As said.
    pub fn check(&self) -> Result<()> {
        match &*self.failure.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(reason) => Err(Error::device(format!("{} failed: {}", self.info.name, reason.trim()))),
            None => Ok(()),
        }
    }

    /// Waits until all that was submitted is done.
    ///
    /// # Errors
    /// If the device failed.
    pub fn wait(&self) -> Result<()> {
        let polled = self.device.poll(wgpu::PollType::wait_indefinitely());
        self.check()?;
        polled.map(|_| ()).map_err(|reason| Error::device(format!("{} failed: {reason}", self.info.name)))
    }
}
