//! Compute pipelines.

use super::Device;
use super::stopwatch::Stopwatch;

/// A compute pipeline of one shader.
#[derive(Clone, Debug)]
pub struct Kernel {
    pipeline: wgpu::ComputePipeline,
    name: String,
}

impl Kernel {
    /// Compiles a shader.
    pub(super) fn new(device: &Device, name: String, entry: &str, source: &str) -> Self {
        let module = device.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(&name),
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let pipeline = device.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&name),
            layout: None,
            module: &module,
            entry_point: Some(entry),
            compilation_options: Default::default(),
            cache: None,
        });
        Self { pipeline, name }
    }

    /// Binds buffers to `@binding` 0, 1, 2, …
    pub fn bind(&self, device: &Device, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
        let parts: Vec<_> = buffers.iter().map(|buffer| buffer.as_entire_binding()).collect();
        self.bind_parts(device, &parts)
    }

    /// Binds parts of buffers to `@binding` 0, 1, 2, …
    pub fn bind_parts(&self, device: &Device, parts: &[wgpu::BindingResource<'_>]) -> wgpu::BindGroup {
        let entries: Vec<_> = (0u32..)
            .zip(parts)
            .map(|(binding, part)| wgpu::BindGroupEntry { binding, resource: part.clone() })
            .collect();
        device.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&self.name),
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &entries,
        })
    }

    /// Runs over `groups` workgroups, with parts of buffers bound to `@binding` 0, 1, 2, …
    pub fn run(&self, device: &Device, parts: &[wgpu::BindingResource<'_>], groups: u32) {
        let mut encoder = device.device.create_command_encoder(&Default::default());
        self.dispatch(device, &mut encoder, &self.bind_parts(device, parts), (groups, 1));
        device.queue.submit([encoder.finish()]);
    }

    /// The name of its shader, and of the parts that went into it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Records a run over `(x, y)` workgroups.
    pub fn dispatch(
        &self,
        device: &Device,
        encoder: &mut wgpu::CommandEncoder,
        bindings: &wgpu::BindGroup,
        groups: (u32, u32),
    ) {
        self.dispatch_all(device, encoder, [(bindings, groups)]);
    }

    /// Records runs, one after the other, as one pass.
    pub fn dispatch_all<'a>(
        &self,
        device: &Device,
        encoder: &mut wgpu::CommandEncoder,
        runs: impl IntoIterator<Item = (&'a wgpu::BindGroup, (u32, u32))>,
    ) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some(&self.name),
            timestamp_writes: device.stopwatch().and_then(Stopwatch::stamp),
        });
        pass.set_pipeline(&self.pipeline);
        for (bindings, (x, y)) in runs {
            pass.set_bind_group(0, bindings, &[]);
            pass.dispatch_workgroups(x, y, 1);
        }
    }
}
