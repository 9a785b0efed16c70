//! The picture of the points: drawn within egui's pass, beneath what egui paints over it.
//!
//! A shader of its own, with one look at the picture for each pixel: egui's would take several times as long on a software
//! adapter, where the window is drawn by the cores that also count. It reads the pixels where a device has left them, if that device
//! draws; those of the host are sent to a buffer that is like theirs. Where pixels of the host lie on the screen one to one, as all do
//! unless the view has moved on, they are written there and no shader is needed.

use std::sync::{Arc, LazyLock};

use egui::{Color32, PaintCallback, Rect};
use egui_wgpu::{Callback, CallbackResources, CallbackTrait, Renderer};

use super::cells::Pixels;
use super::{cover, theme};
use crate::data::Raster;
use crate::error::Result;
use crate::gpu::{Device, PictureParams};

/// What draws the picture, kept among egui's resources.
pub(super) struct Picture {
    device: Device,
    pipeline: wgpu::RenderPipeline,
    params: wgpu::Buffer,
    format: wgpu::TextureFormat,
    /// The picture, if it is on the host.
    host: Option<Arc<Raster>>,
    /// What lies behind it.
    backdrop: Color32,
    /// It over the backdrop, in the order of the screen's bytes; empty before it is asked for.
    opaque: Vec<u8>,
    /// The pixels of the host where the shader reads them.
    sent: Option<wgpu::Buffer>,
    /// What the shader draws; pixels of the host are sent when it is to draw them.
    shown: Option<Shown>,
    /// Whether the picture is on the screen already.
    is_written: bool,
    /// Where the picture lies, in pixels of the screen.
    place: Rect,
    /// Where it is looked at.
    plot: Rect,
    /// Whether it looks other than when it was drawn last.
    is_new: bool,
}

/// The pixels that are drawn, and how many they are.
struct Shown {
    bindings: wgpu::BindGroup,
    size: (u32, u32),
}

impl Picture {
    /// Makes it ready for a renderer that draws on this format.
    pub fn install(renderer: &mut Renderer, device: &Device, format: wgpu::TextureFormat) {
        let picture = Self::new(device, format);
        renderer.callback_resources.insert(picture);
    }

    fn new(device: &Device, format: wgpu::TextureFormat) -> Self {
        let source = include_str!("../../shaders/picture.wgsl");
        let pipeline = cover::pipeline(&device.device, format, "picture", source, &[]);
        let params = device.uniform("picture", size_of::<PictureParams>() as u64);
        Self {
            device: device.clone(),
            pipeline,
            params,
            format,
            host: None,
            backdrop: theme::EMPTY,
            opaque: Vec::new(),
            is_written: false,
            sent: None,
            shown: None,
            place: Rect::ZERO,
            plot: Rect::ZERO,
            is_new: true,
        }
    }

    /// Takes the newest picture, and what lies behind it.
    ///
    /// # Errors
    /// If it is on another device, which fails.
    pub fn take(&mut self, pixels: &Pixels, backdrop: Color32) -> Result<()> {
        (self.host, self.shown) = match pixels {
            Pixels::Device(picture) if picture.device().is(&self.device) => {
                (None, Some(self.bound(picture.pixels(), picture.size())))
            }
            elsewhere => (Some(elsewhere.read()?), None),
        };
        self.backdrop = backdrop;
        self.opaque.clear();
        self.is_new = true;
        Ok(())
    }

    /// Writes pixels of the host onto a texture where they lie there one to one, within these parts of it, in its pixels. Otherwise
    /// nothing is written, and the picture will be drawn.
    pub fn write(&mut self, on: &wgpu::Texture, parts: &[Rect]) {
        let place = Rect::from_min_size(self.place.min.round(), self.place.size().round());
        let is_near = |a: egui::Pos2, b: egui::Pos2| (a - b).abs().max_elem() < 1e-3;
        let fits = |raster: &&Arc<Raster>| {
            (raster.width() as f32, raster.height() as f32) == place.size().into()
                && self.place == self.plot
                && is_near(place.min, self.place.min)
                && is_near(place.max, self.place.max)
        };
        let order = channels(self.format);
        let (Some(raster), Some(order)) = (self.host.as_ref().filter(fits), order) else {
            self.is_written = false;
            return;
        };
        if self.opaque.is_empty() {
            over(self.backdrop, raster, order, &mut self.opaque);
        }
        for part in parts.iter().map(|part| part.intersect(place)).filter(Rect::is_positive) {
            let (from, size) = (part.min - place.min, part.size());
            let line = 4 * raster.width();
            let layout = wgpu::TexelCopyBufferLayout {
                offset: u64::from(from.y as u32 * line + 4 * from.x as u32),
                bytes_per_row: Some(line),
                rows_per_image: None,
            };
            let origin = wgpu::Origin3d { x: part.min.x as u32, y: part.min.y as u32, z: 0 };
            let to = wgpu::TexelCopyTextureInfo { origin, ..on.as_image_copy() };
            let extent =
                wgpu::Extent3d { width: size.x as u32, height: size.y as u32, depth_or_array_layers: 1 };
            self.device.queue.write_texture(to, &self.opaque, layout, extent);
        }
        self.is_written = true;
    }

    /// Says that the picture is to be drawn, whatever was written.
    pub fn must_draw(&mut self) {
        self.is_written = false;
    }

    /// The pixels of the host, sent.
    fn send(&mut self, raster: &Raster) -> wgpu::Buffer {
        let bytes = raster.pixels().len() as u64;
        let sent = self.sent.take().filter(|sent| sent.size() == bytes);
        let sent = sent.unwrap_or_else(|| self.device.storage("picture", bytes));
        self.device.queue.write_buffer(&sent, 0, raster.pixels());
        self.sent = Some(sent.clone());
        sent
    }

    /// Says where the picture lies and where it is looked at, in pixels of the screen.
    pub fn lay(&mut self, place: Rect, plot: Rect) {
        self.is_new |= (self.place, self.plot) != (place, plot);
        (self.place, self.plot) = (place, plot);
    }

    /// Whether it looks other than when this was asked last.
    pub fn has_changed(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    /// Says to the shader what to draw, and where.
    fn prepare(&mut self) {
        if self.is_written {
            return;
        }
        if let Some(raster) = self.host.clone().filter(|_| self.shown.is_none()) {
            let sent = self.send(&raster);
            self.shown = Some(self.bound(&sent, (raster.width(), raster.height())));
        }
        let Some(Shown { size: (width, height), .. }) = self.shown else { return };
        // Screens take colours as they are written: no conversion.
        let [r, g, b, _] = self.backdrop.to_array().map(|channel| f32::from(channel) / 255.0);
        let params = PictureParams {
            corner: self.place.min.into(),
            scale: [width as f32 / self.place.width(), height as f32 / self.place.height()],
            empty: [r, g, b, 1.0],
            size: [width, height],
            unused: [0; 2],
        };
        self.device.queue.write_buffer(&self.params, 0, bytemuck::bytes_of(&params));
    }

    fn draw(&self, pass: &mut wgpu::RenderPass<'static>) {
        if let Some(shown) = self.shown.as_ref().filter(|_| !self.is_written) {
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &shown.bindings, &[]);
            pass.draw(0..3, 0..1);
        }
    }

    fn bound(&self, pixels: &wgpu::Buffer, size: (u32, u32)) -> Shown {
        let bindings = self.device.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("picture"),
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: self.params.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: pixels.as_entire_binding() },
            ],
        });
        Shown { bindings, size }
    }
}

/// Where red, green and blue stand in a pixel of a format with a byte for each.
fn channels(format: wgpu::TextureFormat) -> Option<[usize; 3]> {
    match format {
        wgpu::TextureFormat::Rgba8Unorm => Some([0, 1, 2]),
        wgpu::TextureFormat::Bgra8Unorm => Some([2, 1, 0]),
        _ => None,
    }
}

/// Colours over a backdrop, to the nearest byte, as picture.wgsl mixes them.
fn over(backdrop: Color32, raster: &Raster, order: [usize; 3], opaque: &mut Vec<u8>) {
    let ground = backdrop.to_array();
    opaque.resize(raster.pixels().len(), u8::MAX);
    let pixels = raster.pixels().as_chunks::<4>().0.iter();
    for (to, &[r, g, b, alpha]) in opaque.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
        for ((channel, color), ground) in order.into_iter().zip([r, g, b]).zip(ground) {
            to[channel] = match alpha {
                u8::MAX => color,
                0 => ground,
                _ => {
                    let (share, color, ground) = (u32::from(alpha), u32::from(color), u32::from(ground));
                    ((2 * (ground * (255 - share) + color * share) + 255) / 510) as u8
                }
            };
        }
    }
}

/// The picture's place among egui's shapes.
pub(super) fn shape(plot: Rect) -> PaintCallback {
    // One for all, so that it is known again.
    static HERE: LazyLock<PaintCallback> = LazyLock::new(|| Callback::new_paint_callback(Rect::ZERO, Here));
    PaintCallback { rect: plot, ..HERE.clone() }
}

struct Here;

impl CallbackTrait for Here {
    fn prepare(
        &self,
        _: &wgpu::Device,
        _: &wgpu::Queue,
        _: &egui_wgpu::ScreenDescriptor,
        _: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(picture) = resources.get_mut::<Picture>() {
            picture.prepare();
        }
        Vec::new()
    }

    fn paint(
        &self,
        _: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(picture) = resources.get::<Picture>() {
            picture.draw(pass);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use egui::{pos2, vec2};

    use super::*;
    use crate::binning::GpuPoints;
    use crate::data::{Axis, ColorScale, Colormap, Grid, Hex, Limits, Norm, Points, Scale};
    use crate::shading::shade_counts;

    const WIDTH: u32 = 64;
    const HEIGHT: u32 = 40;

    /// What is drawn where a picture lies.
    fn drawn(picture: &mut Picture, place: Rect) -> Vec<u8> {
        picture.lay(place, place);
        let Device { device, queue, .. } = &picture.device.clone();
        let target = device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: WIDTH, height: HEIGHT, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        picture.prepare();
        let mut encoder = device.create_command_encoder(&Default::default());
        let attachment = wgpu::RenderPassColorAttachment {
            view: &target.create_view(&Default::default()),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::RED),
                store: wgpu::StoreOp::Store,
            },
        };
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(attachment)],
            ..Default::default()
        });
        picture.draw(&mut pass.forget_lifetime());
        let bytes = u64::from(4 * WIDTH * HEIGHT);
        let back = picture.device.readback("drawn", bytes);
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(4 * WIDTH),
            rows_per_image: Some(HEIGHT),
        };
        let copy = wgpu::TexelCopyBufferInfo { buffer: &back, layout };
        encoder.copy_texture_to_buffer(target.as_image_copy(), copy, target.size());
        queue.submit([encoder.finish()]);
        picture.device.read(&back, bytes, <[u8]>::to_vec).unwrap()
    }

    const BACKDROP: Color32 = Color32::from_rgb(72, 60, 90);

    /// The same in whole numbers: a share of the colour over the backdrop, to the nearest byte.
    fn wanted(raster: &Raster, place: Rect) -> Vec<u8> {
        let ground = BACKDROP.to_array();
        let at = |x: u32, y: u32| {
            let along = |at: u32, from: f32, over: f32, pixels: u32| {
                ((at as f32 + 0.5 - from) * (pixels as f32 / over)).floor()
            };
            let column = along(x, place.min.x, place.width(), raster.width());
            let row = along(y, place.min.y, place.height(), raster.height());
            let is_inside = (0.0..raster.width() as f32).contains(&column)
                && (0.0..raster.height() as f32).contains(&row);
            let nth =
                if is_inside { 4 * (row as usize * raster.width() as usize + column as usize) } else { 0 };
            let pixel = if is_inside { &raster.pixels()[nth..nth + 4] } else { &[0; 4] };
            let alpha = u32::from(pixel[3]);
            let over = |channel: usize| {
                let sum = u32::from(ground[channel]) * (255 - alpha) + u32::from(pixel[channel]) * alpha;
                ((2 * sum + 255) / 510) as u8
            };
            [over(0), over(1), over(2), 255]
        };
        (0..HEIGHT).flat_map(|y| (0..WIDTH).flat_map(move |x| at(x, y))).collect()
    }

    #[test]
    fn pictures_of_the_host_and_of_a_device_arrive_as_they_are() {
        let device = Device::open(None).expect("the tests need an adapter");
        let mut picture = Picture::new(&device, wgpu::TextureFormat::Rgba8Unorm);
        let values = |seed: f64| (0..4000).map(|i| (f64::from(i) * seed).sin()).collect::<Vec<f64>>();
        let points =
            GpuPoints::upload(&device, vec![Points::new(values(0.37), values(0.11)).unwrap()]).unwrap();
        let range = ((-1.0, 1.0), (-1.0, 1.0));
        let hexagons = Hex::in_range((9, 6), range, (Scale::Linear, Scale::Linear)).unwrap();
        let axis = |bins| Axis::linear(-1.0, 1.0, bins).unwrap();
        let rectangles = crate::data::Rect { x: axis(20), y: axis(13) };
        let limits = Limits { vmin: 3.0, vmax: 60.0 };
        let mut scale = ColorScale::new(Norm::Linear, limits, Colormap::named("magma").unwrap());
        scale.mincnt = Some(8);
        let mut clear = scale.clone();
        clear.fade(0.43);
        for (grid, scale) in [(Grid::Rect(rectangles), &scale), (Grid::Hex(hexagons), &clear)] {
            let counts = points.count_on_device(&Arc::new(grid)).unwrap().unwrap();
            let left = shade_counts(&device, &counts, scale, (51, 33)).unwrap();
            let raster = Arc::new(left.read().unwrap());
            let [left, host] = [Pixels::Device(Arc::new(left)), Pixels::Host(raster.clone())];
            // As it is, moved, smaller and larger.
            for place in [
                Rect::from_min_size(pos2(3.0, 2.0), vec2(51.0, 33.0)),
                Rect::from_min_size(pos2(-7.0, 12.0), vec2(51.0, 33.0)),
                Rect::from_min_size(pos2(9.0, 9.0), vec2(17.0, 11.0)),
                Rect::from_min_size(pos2(-20.0, -30.0), vec2(102.0, 132.0)),
            ] {
                let wanted = wanted(&raster, place);
                for pixels in [&left, &host, &left] {
                    picture.take(pixels, BACKDROP).unwrap();
                    assert!(drawn(&mut picture, place) == wanted, "{place:?} {}", pixels.is_on_device());
                }
            }
        }
        // Of another device it is brought over; a size of its own takes a buffer of its own.
        let other = Device::open(None).unwrap();
        assert!(other.is(&other.clone()) && !other.is(&device));
        let mut elsewhere = Picture::new(&other, wgpu::TextureFormat::Rgba8Unorm);
        let axes = crate::data::Rect { x: axis(6), y: axis(6) };
        let counts = points.count_on_device(&Arc::new(Grid::Rect(axes))).unwrap().unwrap();
        let left = Pixels::Device(Arc::new(shade_counts(&device, &counts, &scale, (20, 30)).unwrap()));
        let place = Rect::from_min_size(pos2(1.0, 1.0), vec2(20.0, 30.0));
        for picture in [&mut elsewhere, &mut picture] {
            picture.take(&left, BACKDROP).unwrap();
            assert!(drawn(picture, place) == wanted(&left.read().unwrap(), place));
        }
        device.device.destroy();
        assert!(elsewhere.take(&left, BACKDROP).is_err());
    }
}
