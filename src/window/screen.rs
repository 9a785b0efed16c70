//! The window's surface: what egui painted, and the picture of the points, onto the screen.

use std::sync::Arc;

use egui::ClippedPrimitive;
use egui::epaint::textures::TexturesDelta;
use egui_wgpu::{Renderer, RendererOptions, ScreenDescriptor};
use winit::window::Window;

use super::picture::Picture;
use super::theme;
use crate::error::{Error, Result};
use crate::gpu::Device;

/// A surface with what draws on it.
pub(super) struct Screen {
    device: Device,
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
    renderer: Renderer,
}

/// When pictures are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// With the screen's own refresh: nothing is torn, nothing drawn in vain.
    Screen,
    /// At once, for measuring.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "the command measures"))]
    Unbound,
}

impl Screen {
    /// Draws on this window with the device that counts, if it can; else with the best adapter that can.
    pub fn open(
        window: &Arc<Window>,
        adapter: Option<&str>,
        counting: Option<&Device>,
        pace: Pace,
    ) -> Result<Self> {
        let (device, surface, takes) = Device::open_on(window.clone(), adapter, counting)?;
        // Colours are written as they are: a format that converts them is looked at as the one that does not.
        let plain = |format: &&wgpu::TextureFormat| !format.is_srgb();
        let taken = *takes.formats.iter().find(plain).unwrap_or(&takes.formats[0]);
        let format = taken.remove_srgb_suffix();
        let size = window.inner_size();
        let config = wgpu::SurfaceConfiguration {
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            format: taken,
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
            view_formats: vec![format],
        };
        surface.configure(&device.device, &config);
        let options = RendererOptions { dithering: false, ..RendererOptions::default() };
        let mut renderer = Renderer::new(&device.device, format, options);
        Picture::install(&mut renderer, &device, format);
        Ok(Self { device, surface, config, renderer })
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

    /// The picture of the points.
    pub fn picture(&mut self) -> Option<&mut Picture> {
        self.renderer.callback_resources.get_mut()
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
        // A device that was lost says so when it is asked.
        let _ = self.device.device.poll(wgpu::PollType::Poll);
        self.device.check()?;
        shown
    }

    fn draw(&mut self, shapes: &[ClippedPrimitive], pixels_per_point: f32) -> Result<bool> {
        let Some(target) = self.target()? else { return Ok(false) };
        let (device, queue) = (&self.device.device, &self.device.queue);
        let format = Some(self.config.format.remove_srgb_suffix());
        let view = target.texture.create_view(&wgpu::TextureViewDescriptor { format, ..Default::default() });
        let screen =
            ScreenDescriptor { size_in_pixels: [self.config.width, self.config.height], pixels_per_point };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands = self.renderer.update_buffers(device, queue, &mut encoder, shapes, &screen);
        let attachment = wgpu::RenderPassColorAttachment {
            view: &view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load: wgpu::LoadOp::Clear(ground()), store: wgpu::StoreOp::Store },
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
        Ok(true)
    }

    /// What to draw on next; a surface that has changed is made ready and asked once more.
    fn target(&mut self) -> Result<Option<wgpu::SurfaceTexture>> {
        use wgpu::CurrentSurfaceTexture::{Occluded, Suboptimal, Success, Timeout};
        for _ in 0..2 {
            match self.surface.get_current_texture() {
                Success(target) | Suboptimal(target) => return Ok(Some(target)),
                Occluded | Timeout => return Ok(None),
                _ => self.surface.configure(&self.device.device, &self.config),
            }
        }
        Err(Error::device(format!("{} no longer draws on the window", self.device.info().name)))
    }
}

/// The window's ground: cleared, not painted, as that costs nothing.
fn ground() -> wgpu::Color {
    let [r, g, b, _] = theme::GROUND.to_array().map(|channel| f64::from(channel) / 255.0);
    wgpu::Color { r, g, b, a: 1.0 }
}
