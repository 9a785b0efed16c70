//! The window's surface: what egui painted, and the picture of the points, onto the screen.
//!
//! The picture is a texture of one pixel for each pixel of the screen, drawn without filtering or dithering, so that its
//! bytes arrive as they were shaded.

use std::sync::Arc;

use egui::epaint::textures::TexturesDelta;
use egui::{ClippedPrimitive, TextureId};
use egui_wgpu::{Renderer, RendererOptions, ScreenDescriptor};
use winit::window::Window;

use crate::data::Raster;
use crate::error::Result;
use crate::gpu::Device;

/// A surface with what draws on it.
pub(super) struct Screen {
    device: Device,
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
    renderer: Renderer,
    picture: Option<(wgpu::Texture, TextureId)>,
}

/// When pictures are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// With the screen's own refresh: nothing is torn, nothing drawn in vain.
    Screen,
    /// At once, for measuring.
    Unbound,
}

impl Screen {
    /// Opens the best adapter that can draw on this window.
    pub fn open(window: &Arc<Window>, adapter: Option<&str>, pace: Pace) -> Result<Self> {
        let (device, surface, takes) = Device::open_on(window.clone(), adapter)?;
        let gamma = [wgpu::TextureFormat::Bgra8Unorm, wgpu::TextureFormat::Rgba8Unorm];
        let format = gamma.into_iter().find(|format| takes.formats.contains(format));
        let size = window.inner_size();
        let config = wgpu::SurfaceConfiguration {
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            format: format.unwrap_or(takes.formats[0]),
            color_space: wgpu::SurfaceColorSpace::Auto,
            width: size.width.max(1),
            height: size.height.max(1),
            present_mode: match pace {
                Pace::Screen => wgpu::PresentMode::AutoVsync,
                Pace::Unbound => wgpu::PresentMode::AutoNoVsync,
            },
            // One frame under way: what is seen is what the hand did last.
            desired_maximum_frame_latency: 1,
            alpha_mode: wgpu::CompositeAlphaMode::Auto,
            view_formats: Vec::new(),
        };
        surface.configure(&device.device, &config);
        let options = RendererOptions { dithering: false, ..RendererOptions::default() };
        let renderer = Renderer::new(&device.device, config.format, options);
        Ok(Self { device, surface, config, renderer, picture: None })
    }

    /// The device that draws.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Follows the window's size.
    pub fn resize(&mut self, width: u32, height: u32) {
        // A minimised window has no size, and a surface must have one.
        if width > 0 && height > 0 && (width, height) != (self.config.width, self.config.height) {
            (self.config.width, self.config.height) = (width, height);
            self.surface.configure(&self.device.device, &self.config);
        }
    }

    /// Takes a picture; its texture is what egui then draws.
    pub fn take(&mut self, raster: &Raster) -> TextureId {
        let size =
            wgpu::Extent3d { width: raster.width(), height: raster.height(), depth_or_array_layers: 1 };
        let (texture, id) = match self.picture.take() {
            Some((texture, id)) if texture.size() == size => (texture, id),
            old => self.texture(size, old.map(|(_, id)| id)),
        };
        let bytes = premultiplied(raster.pixels());
        self.device.queue.write_texture(
            texture.as_image_copy(),
            &bytes,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(4 * size.width),
                rows_per_image: Some(size.height),
            },
            size,
        );
        self.picture = Some((texture, id));
        id
    }

    fn texture(&mut self, size: wgpu::Extent3d, id: Option<TextureId>) -> (wgpu::Texture, TextureId) {
        let device = &self.device.device;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
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
        let nearest = wgpu::FilterMode::Nearest;
        let id = match id {
            Some(id) => {
                self.renderer.update_egui_texture_from_wgpu_texture(device, &view, nearest, id);
                id
            }
            None => self.renderer.register_native_texture(device, &view, nearest),
        };
        (texture, id)
    }

    /// Draws what egui painted and shows it. `false` if the window takes no picture just now.
    ///
    /// # Errors
    /// If the device failed.
    pub fn paint(
        &mut self,
        textures: &mut TexturesDelta,
        shapes: &[ClippedPrimitive],
        pixels_per_point: f32,
    ) -> Result<bool> {
        let (device, queue) = (&self.device.device, &self.device.queue);
        for (id, deltas) in &textures.set {
            for delta in deltas {
                self.renderer.update_texture(device, queue, *id, delta);
            }
        }
        let free = std::mem::take(&mut textures.free);
        textures.clear();
        let shown = self.draw(shapes, pixels_per_point);
        for id in free {
            self.renderer.free_texture(&id);
        }
        self.device.check()?;
        Ok(shown)
    }

    fn draw(&mut self, shapes: &[ClippedPrimitive], pixels_per_point: f32) -> bool {
        let Some(target) = self.target() else { return false };
        let (device, queue) = (&self.device.device, &self.device.queue);
        let view = target.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let screen =
            ScreenDescriptor { size_in_pixels: [self.config.width, self.config.height], pixels_per_point };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands = self.renderer.update_buffers(device, queue, &mut encoder, shapes, &screen);
        let attachment = wgpu::RenderPassColorAttachment {
            view: &view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        };
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("window"),
            color_attachments: &[Some(attachment)],
            ..Default::default()
        });
        self.renderer.render(&mut pass.forget_lifetime(), shapes, &screen);
        commands.push(encoder.finish());
        queue.submit(commands);
        queue.present(target);
        true
    }

    /// What to draw on next; a surface that has changed is made ready and asked once more.
    fn target(&mut self) -> Option<wgpu::SurfaceTexture> {
        use wgpu::CurrentSurfaceTexture::{Lost, Outdated, Suboptimal, Success};
        for _ in 0..2 {
            match self.surface.get_current_texture() {
                Success(target) | Suboptimal(target) => return Some(target),
                Outdated | Lost => self.surface.configure(&self.device.device, &self.config),
                _ => return None,
            }
        }
        None
    }
}

/// The bytes as egui draws them: colours multiplied by their opacity. Nothing is copied where all are opaque.
fn premultiplied(pixels: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let is_plain = |pixel: &[u8]| pixel[3] == 255 || pixel == [0; 4];
    if pixels.chunks_exact(4).all(is_plain) {
        return pixels.into();
    }
    let mut pixels = pixels.to_vec();
    for pixel in pixels.chunks_exact_mut(4) {
        let opacity = u32::from(pixel[3]);
        for channel in &mut pixel[..3] {
            *channel = ((u32::from(*channel) * opacity + 127) / 255) as u8;
        }
    }
    pixels.into()
}

#[cfg(test)]
mod tests {
    use super::premultiplied;

    #[test]
    fn only_colours_that_shine_through_are_changed() {
        let plain = [10, 20, 30, 255, 0, 0, 0, 0];
        assert!(matches!(premultiplied(&plain), std::borrow::Cow::Borrowed(_)));
        assert_eq!(*premultiplied(&[200, 100, 0, 128]), [100, 50, 0, 128]);
    }
}
