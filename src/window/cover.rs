//! Shaders that draw over all of a view, or over the part of it that a pass lets through.

/// What draws one of them: `source` has the entry point `entry`, and these constants.
pub(super) fn pipeline(
    device: &wgpu::Device,
    format: wgpu::TextureFormat,
    entry: &'static str,
    source: &'static str,
    constants: &[(&str, f64)],
) -> wgpu::RenderPipeline {
    let module = |name, source: &'static str| {
        let source = wgpu::ShaderSource::Wgsl(source.into());
        device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(name), source })
    };
    let corners = module("corners", include_str!("../../shaders/corners.wgsl"));
    let colors = module(entry, source);
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(entry),
        layout: None,
        vertex: wgpu::VertexState {
            module: &corners,
            entry_point: Some("corners"),
            compilation_options: Default::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &colors,
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions { constants, ..Default::default() },
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
