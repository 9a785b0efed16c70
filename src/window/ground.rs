//! The window's ground, where only parts of the window are painted again: beneath all that egui paints there.

use std::sync::LazyLock;

use egui::{PaintCallback, Rect};
use egui_wgpu::{Callback, CallbackResources, CallbackTrait, Renderer};

use super::theme;

/// The ground's colour, as the screen takes it.
pub(super) fn color() -> wgpu::Color {
    let [r, g, b, _] = theme::GROUND.to_array().map(|channel| f64::from(channel) / 255.0);
    wgpu::Color { r, g, b, a: 1.0 }
}

/// What fills with one colour, kept among egui's resources: egui's own shader would look at a texture for each pixel.
struct Fill(wgpu::RenderPipeline);

/// Makes it ready for a renderer that draws on this format.
pub(super) fn install(renderer: &mut Renderer, device: &wgpu::Device, format: wgpu::TextureFormat) {
    let module = |name, source: &'static str| {
        let source = wgpu::ShaderSource::Wgsl(source.into());
        device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(name), source })
    };
    let corners = module("corners", include_str!("../../shaders/corners.wgsl"));
    let ground = module("ground", include_str!("../../shaders/ground.wgsl"));
    let wgpu::Color { r, g, b, .. } = color();
    let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("ground"),
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
            module: &ground,
            entry_point: Some("ground"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &[("red", r), ("green", g), ("blue", b)],
                ..Default::default()
            },
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    });
    renderer.callback_resources.insert(Fill(pipeline));
}

/// The ground among egui's shapes.
pub(super) fn shape(part: Rect) -> PaintCallback {
    static FILLED: LazyLock<PaintCallback> =
        LazyLock::new(|| Callback::new_paint_callback(Rect::ZERO, Filled));
    PaintCallback { rect: part, ..FILLED.clone() }
}

struct Filled;

impl CallbackTrait for Filled {
    fn paint(
        &self,
        _: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(Fill(pipeline)) = resources.get() {
            pass.set_pipeline(pipeline);
            pass.draw(0..3, 0..1);
        }
    }
}
