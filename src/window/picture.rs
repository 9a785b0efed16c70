//! The picture of the points as a texture: drawn within egui's pass, beneath what egui paints over it.
//!
//! A shader of its own, with one look at the texture for each pixel: egui's would take several times as long on a software
//! adapter, where the window is drawn by the cores that also count.

use egui::Rect;
use egui_wgpu::{Callback, CallbackResources, CallbackTrait, Renderer};

use super::theme;
use crate::data::Raster;
use crate::gpu::{Device, PictureParams};

/// What draws the picture, kept among egui's resources.
pub(super) struct Picture {
    device: wgpu::Device,
    queue: wgpu::Queue,
    pipeline: wgpu::RenderPipeline,
    params: wgpu::Buffer,
    texture: Option<(wgpu::Texture, wgpu::BindGroup)>,
    /// Where the picture lies, in pixels of the screen.
    place: Rect,
}

impl Picture {
    /// Makes it ready for a renderer that draws on this format.
    pub fn install(renderer: &mut Renderer, device: &Device, format: wgpu::TextureFormat) {
        let picture = Self::new(device, format);
        renderer.callback_resources.insert(picture);
    }

    fn new(device: &Device, format: wgpu::TextureFormat) -> Self {
        let (device, queue) = (device.device.clone(), device.queue.clone());
        let module = |name, source: &'static str| {
            let source = wgpu::ShaderSource::Wgsl(source.into());
            device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(name), source })
        };
        let corners = module("corners", include_str!("../../shaders/corners.wgsl"));
        let colors = module("picture", include_str!("../../shaders/picture.wgsl"));
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("picture"),
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
                entry_point: Some("picture"),
                compilation_options: Default::default(),
                targets: &[Some(format.into())],
            }),
            multiview_mask: None,
            cache: None,
        });
        let params = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("picture"),
            size: size_of::<PictureParams>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { device, queue, pipeline, params, texture: None, place: Rect::ZERO }
    }

    /// Takes the newest picture.
    pub fn take(&mut self, raster: &Raster) {
        let size =
            wgpu::Extent3d { width: raster.width(), height: raster.height(), depth_or_array_layers: 1 };
        if self.texture.as_ref().is_none_or(|(texture, _)| texture.size() != size) {
            self.texture = Some(self.texture(size));
        }
        let Some((texture, _)) = &self.texture else { return };
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(4 * size.width),
            rows_per_image: Some(size.height),
        };
        self.queue.write_texture(texture.as_image_copy(), raster.pixels(), layout, size);
    }

    /// Says where the picture lies, in pixels of the screen.
    pub fn lay(&mut self, place: Rect) {
        self.place = place;
    }

    fn texture(&self, size: wgpu::Extent3d) -> (wgpu::Texture, wgpu::BindGroup) {
        let texture = self.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("picture"),
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: self.params.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&view) },
            ],
        });
        (texture, group)
    }
}

/// The picture's place among egui's shapes.
pub(super) fn shape(plot: Rect) -> egui::PaintCallback {
    Callback::new_paint_callback(plot, Here)
}

struct Here;

impl CallbackTrait for Here {
    fn prepare(
        &self,
        _: &wgpu::Device,
        queue: &wgpu::Queue,
        _: &egui_wgpu::ScreenDescriptor,
        _: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(picture) = resources.get::<Picture>()
            && let Some((texture, _)) = &picture.texture
        {
            let place = picture.place;
            // Screens take colours as they are written: no conversion.
            let [r, g, b, _] = theme::EMPTY.to_array().map(|channel| f32::from(channel) / 255.0);
            let params = PictureParams {
                corner: place.min.into(),
                scale: [texture.width() as f32 / place.width(), texture.height() as f32 / place.height()],
                empty: [r, g, b, 1.0],
            };
            queue.write_buffer(&picture.params, 0, bytemuck::bytes_of(&params));
        }
        Vec::new()
    }

    fn paint(
        &self,
        _: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(picture) = resources.get::<Picture>()
            && let Some((_, group)) = &picture.texture
        {
            pass.set_pipeline(&picture.pipeline);
            pass.set_bind_group(0, group, &[]);
            pass.draw(0..3, 0..1);
        }
    }
}
