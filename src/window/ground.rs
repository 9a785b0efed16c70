//! The window's ground: beneath all that egui paints.

use egui::Rect;

use super::{cover, theme};

/// The ground's colour, as the screen takes it.
pub(super) fn color() -> wgpu::Color {
    let [r, g, b, _] = theme::GROUND.to_array().map(|channel| f64::from(channel) / 255.0);
    wgpu::Color { r, g, b, a: 1.0 }
}

/// What fills parts of the window: egui's own shader would look at a texture for each pixel.
pub(super) struct Ground(wgpu::RenderPipeline);

impl Ground {
    /// For views of this format.
    pub fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let wgpu::Color { r, g, b, .. } = color();
        let (source, constants) =
            (include_str!("../../shaders/ground.wgsl"), [("red", r), ("green", g), ("blue", b)]);
        Self(cover::pipeline(device, format, "ground", source, &constants))
    }

    /// Fills these parts, in pixels.
    pub fn fill(&self, pass: &mut wgpu::RenderPass<'_>, parts: &[Rect]) {
        pass.set_pipeline(&self.0);
        for part in parts {
            let (corner, size) = (part.min, part.size());
            pass.set_scissor_rect(corner.x as u32, corner.y as u32, size.x as u32, size.y as u32);
            pass.draw(0..3, 0..1);
        }
    }
}
