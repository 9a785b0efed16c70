//! The window's surface: what egui painted, and the picture of the points, onto the screen.

use std::sync::Arc;

use egui::epaint::ClippedShape;
use egui::epaint::textures::TexturesDelta;
use winit::window::Window;

use super::painter::Painter;
use super::picture::Picture;
use crate::error::{Error, Result};
use crate::gpu::Device;

/// A surface with what draws on it.
pub(super) struct Screen {
    painter: Painter,
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
    /// What the window shows, where a surface takes copies: only what has changed is painted there.
    kept: Option<wgpu::Texture>,
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
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | takes.usages & wgpu::TextureUsages::COPY_DST,
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
        let mut screen = Self { painter: Painter::new(device, format), surface, config, kept: None };
        screen.configure();
        Ok(screen)
    }

    /// Makes everything as large as the window.
    fn configure(&mut self) {
        let device = &self.painter.device.device;
        self.surface.configure(device, &self.config);
        let takes_copies = self.config.usage.contains(wgpu::TextureUsages::COPY_DST);
        self.kept = takes_copies.then(|| {
            let (width, height) = (self.config.width, self.config.height);
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some("window"),
                size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: self.config.format,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                    | wgpu::TextureUsages::COPY_SRC
                    | wgpu::TextureUsages::COPY_DST,
                view_formats: &self.config.view_formats,
            })
        });
        self.painter.forget();
    }

    /// The device that draws.
    pub fn device(&self) -> &Device {
        &self.painter.device
    }

    /// Follows the window's size.
    pub fn resize(&mut self, width: u32, height: u32) {
        // A minimised window has no size, and a surface must have one.
        if width > 0 && height > 0 && (width, height) != (self.config.width, self.config.height) {
            (self.config.width, self.config.height) = (width, height);
            self.configure();
        }
    }

    /// The picture of the points.
    pub fn picture(&mut self) -> Option<&mut Picture> {
        self.painter.picture()
    }

    /// Draws what egui painted and shows it. `false` if the window takes no picture just now.
    ///
    /// # Errors
    /// If the device failed.
    pub fn paint(
        &mut self,
        context: &egui::Context,
        textures: &mut TexturesDelta,
        shapes: &[ClippedShape],
        pixels_per_point: f32,
    ) -> Result<bool> {
        self.painter.take_textures(textures);
        let shown = self.draw(context, shapes, pixels_per_point);
        self.painter.free_textures(textures);
        textures.clear();
        // A device that was lost says so when it is asked.
        let device = self.device();
        let _ = device.device.poll(wgpu::PollType::Poll);
        device.check()?;
        shown
    }

    fn draw(
        &mut self,
        context: &egui::Context,
        shapes: &[ClippedShape],
        pixels_per_point: f32,
    ) -> Result<bool> {
        let Some(target) = self.target()? else { return Ok(false) };
        let commands = match &self.kept {
            None => self.painter.all(&target.texture, context, shapes, pixels_per_point),
            Some(kept) => {
                let mut commands = self.painter.changes(kept, context, shapes, pixels_per_point);
                let device = &self.painter.device.device;
                let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
                let (from, to) = (kept.as_image_copy(), target.texture.as_image_copy());
                encoder.copy_texture_to_texture(from, to, kept.size());
                commands.push(encoder.finish());
                commands
            }
        };
        let queue = &self.device().queue;
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
                _ => self.configure(),
            }
        }
        Err(Error::device(format!("{} no longer draws on the window", self.device().info().name)))
    }
}
