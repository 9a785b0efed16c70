//! What egui painted, and the picture of the points among it, onto a texture.

use egui::epaint::ClippedShape;
use egui::epaint::textures::TexturesDelta;
use egui::{ClippedPrimitive, Rect};
use egui_wgpu::{Renderer, RendererOptions, ScreenDescriptor};

use super::changes::{Painted, Screen, within};
use super::ground::{self, Ground};
use super::picture::Picture;
use crate::gpu::Device;

/// What draws the window.
pub(super) struct Painter {
    pub device: Device,
    renderer: Renderer,
    ground: Ground,
    /// The format that is drawn on: colours are written as they are.
    format: wgpu::TextureFormat,
    painted: Painted,
}

/// Commands to be submitted, in their order.
pub(super) type Commands = Vec<wgpu::CommandBuffer>;

impl Painter {
    /// Draws on views of this format.
    pub fn new(device: Device, format: wgpu::TextureFormat) -> Self {
        let options = RendererOptions { dithering: false, ..RendererOptions::default() };
        let mut renderer = Renderer::new(&device.device, format, options);
        Picture::install(&mut renderer, &device, format);
        let ground = Ground::new(&device.device, format);
        Self { device, renderer, ground, format, painted: Painted::default() }
    }

    /// The picture of the points.
    pub fn picture(&mut self) -> Option<&mut Picture> {
        self.renderer.callback_resources.get_mut()
    }

    /// Takes the textures that shapes look at.
    pub fn take_textures(&mut self, textures: &TexturesDelta) {
        for (id, deltas) in &textures.set {
            for delta in deltas {
                self.renderer.update_texture(&self.device.device, &self.device.queue, *id, delta);
                if delta.is_whole() {
                    // What looked at the texture may look at something else now.
                    self.forget();
                }
            }
        }
    }

    /// Gives textures back that no shape looks at any more.
    pub fn free_textures(&mut self, textures: &TexturesDelta) {
        textures.free.iter().for_each(|id| self.renderer.free_texture(id));
    }

    /// Knows no longer what [`Painter::changes`] has painted.
    pub fn forget(&mut self) {
        self.painted.forget();
    }

    /// Paints everything.
    pub fn all(
        &mut self,
        on: &wgpu::Texture,
        context: &egui::Context,
        shapes: &[ClippedShape],
        pixels_per_point: f32,
    ) -> Commands {
        if let Some(picture) = self.picture() {
            picture.must_draw();
        }
        let shapes = context.tessellate(shapes.to_vec(), pixels_per_point);
        self.paint(on, wgpu::LoadOp::Clear(ground::color()), &shapes, pixels_per_point)
    }

    /// Paints what has changed since the last time; the texture must be the one of then, unless that was forgotten. It must take copies.
    pub fn changes(
        &mut self,
        on: &wgpu::Texture,
        context: &egui::Context,
        shapes: &[ClippedShape],
        pixels_per_point: f32,
    ) -> Commands {
        let is_moved = self.picture().is_some_and(Picture::has_changed);
        let screen = Screen { size: (on.width(), on.height()), pixels_per_point };
        let parts = self.painted.take(shapes, screen, is_moved);
        let shapes = context.tessellate(within(shapes, &parts), pixels_per_point);
        let in_pixels: Vec<Rect> = parts
            .iter()
            .map(|&part| part * pixels_per_point)
            .map(|part| Rect::from_min_max(part.min.round(), part.max.round()))
            .collect();
        // What is written to a texture comes before what is submitted later.
        let ground = self.pass(on, wgpu::LoadOp::Load, |painter, pass| painter.ground.fill(pass, &in_pixels));
        self.device.queue.submit([ground]);
        if let Some(picture) = self.picture() {
            picture.write(on, &in_pixels);
        }
        self.paint(on, wgpu::LoadOp::Load, &shapes, pixels_per_point)
    }

    fn paint(
        &mut self,
        on: &wgpu::Texture,
        load: wgpu::LoadOp<wgpu::Color>,
        shapes: &[ClippedPrimitive],
        pixels_per_point: f32,
    ) -> Commands {
        let (device, queue) = (&self.device.device, &self.device.queue);
        let screen = ScreenDescriptor { size_in_pixels: [on.width(), on.height()], pixels_per_point };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands = self.renderer.update_buffers(device, queue, &mut encoder, shapes, &screen);
        commands.push(encoder.finish());
        commands.push(self.pass(on, load, |painter, pass| painter.renderer.render(pass, shapes, &screen)));
        commands
    }

    /// A pass over a texture.
    fn pass(
        &self,
        on: &wgpu::Texture,
        load: wgpu::LoadOp<wgpu::Color>,
        draw: impl FnOnce(&Self, &mut wgpu::RenderPass<'static>),
    ) -> wgpu::CommandBuffer {
        let device = &self.device.device;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let format = Some(self.format);
        let view = on.create_view(&wgpu::TextureViewDescriptor { format, ..Default::default() });
        let attachment = wgpu::RenderPassColorAttachment {
            view: &view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
        };
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("window"),
            color_attachments: &[Some(attachment)],
            ..Default::default()
        });
        draw(self, &mut pass.forget_lifetime());
        encoder.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use egui::{Event, Key, Modifiers, RawInput, Vec2, pos2};

    use super::*;
    use crate::data::Points;
    use crate::window::look::Look;
    use crate::window::session::Session;
    use crate::window::studio::{Engine, Studio};
    use crate::window::{theme, ui};

    const SIZE: (u32, u32) = (1000, 640);

    /// The window's parts without a window.
    struct Window {
        context: egui::Context,
        session: Session,
        painter: Painter,
        kept: wgpu::Texture,
        fresh: wgpu::Texture,
        pixels_per_point: f32,
        seconds: f64,
        pointer: egui::Pos2,
    }

    impl Window {
        fn new(pixels_per_point: f32) -> Self {
            let device = Device::open(None).expect("the tests need an adapter");
            let format = wgpu::TextureFormat::Bgra8Unorm;
            let texture = || {
                device.device.create_texture(&wgpu::TextureDescriptor {
                    label: None,
                    size: wgpu::Extent3d { width: SIZE.0, height: SIZE.1, depth_or_array_layers: 1 },
                    mip_level_count: 1,
                    sample_count: 1,
                    dimension: wgpu::TextureDimension::D2,
                    format,
                    usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                        | wgpu::TextureUsages::COPY_SRC
                        | wgpu::TextureUsages::COPY_DST,
                    view_formats: &[],
                })
            };
            let (kept, fresh) = (texture(), texture());
            let studio = Studio::start(Engine::Cpu, Arc::new(|| ())).unwrap();
            let at = |seed: f64| (0..5000).map(|i| (f64::from(i) * seed).sin()).collect::<Vec<f64>>();
            studio.push(Points::new(at(0.37), at(0.11)).unwrap()).unwrap();
            let session = Session::new(studio, Look::default(), Arc::new(|| ()));
            let context = egui::Context::default();
            theme::dress(&context);
            Self {
                context,
                session,
                painter: Painter::new(device, format),
                kept,
                fresh,
                pixels_per_point,
                seconds: 0.0,
                pointer: pos2(1.0, 1.0),
            }
        }

        /// Runs egui once, as the window does.
        fn run(&mut self, events: Vec<Event>) -> egui::FullOutput {
            self.seconds += 0.05;
            let size = Vec2::new(SIZE.0 as f32, SIZE.1 as f32) / self.pixels_per_point;
            let mut input = RawInput {
                screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), size)),
                time: Some(self.seconds),
                focused: true,
                events,
                ..RawInput::default()
            };
            let viewport = input.viewports.entry(input.viewport_id).or_default();
            viewport.native_pixels_per_point = Some(self.pixels_per_point);
            if self.session.refresh()
                && let (Some(frame), Some(picture)) = (&self.session.frame, self.painter.picture())
            {
                picture.take(&frame.picture, self.session.backdrop.behind(frame)).unwrap();
            }
            let (context, session) = (self.context.clone(), &mut self.session);
            let output = context.run_ui(input, |ui| ui::draw(ui, session));
            if let Some(picture) = self.painter.picture() {
                let in_pixels = |rect: Rect| rect * self.pixels_per_point;
                picture.lay(in_pixels(session.laid.picture), in_pixels(session.laid.plot));
            }
            self.painter.take_textures(&output.textures_delta);
            output
        }

        fn bytes(&self, texture: &wgpu::Texture) -> Vec<u8> {
            let device = &self.painter.device;
            // A line of 4000 bytes takes the next multiple of 256.
            let line = (4 * SIZE.0).next_multiple_of(256);
            let bytes = u64::from(line * SIZE.1);
            let buffer = device.readback("drawn", bytes);
            let layout = wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(line),
                rows_per_image: Some(SIZE.1),
            };
            let mut encoder = device.device.create_command_encoder(&Default::default());
            let copy = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
            encoder.copy_texture_to_buffer(texture.as_image_copy(), copy, texture.size());
            device.queue.submit([encoder.finish()]);
            device.read(&buffer, bytes, <[u8]>::to_vec).unwrap()
        }

        /// Where painting the changes does not come to the same as painting all.
        fn wrong(&mut self, mut output: egui::FullOutput) -> Option<Rect> {
            let (kept, fresh) = (self.kept.clone(), self.fresh.clone());
            let (shapes, scale) = (&output.shapes, output.pixels_per_point);
            assert_eq!(scale, self.pixels_per_point);
            let changes = self.painter.changes(&kept, &self.context, shapes, scale);
            self.painter.device.queue.submit(changes);
            let all = self.painter.all(&fresh, &self.context, shapes, scale);
            self.painter.device.queue.submit(all);
            self.painter.free_textures(&output.textures_delta);
            output.textures_delta.clear();
            let (kept, fresh) = (self.bytes(&kept), self.bytes(&fresh));
            let line = kept.len() / 4 / SIZE.1 as usize;
            let pixels = kept.as_chunks::<4>().0.iter().zip(fresh.as_chunks::<4>().0).enumerate();
            let places = pixels
                .filter(|(_, (kept, fresh))| kept != fresh)
                .map(|(nth, _)| pos2((nth % line) as f32, (nth / line) as f32));
            places.map(|place| Rect::from_min_max(place, place)).reduce(Rect::union)
        }

        /// Draws until the picture of the view is there, and once more.
        fn draw(&mut self, what: &str, mut events: Vec<Event>) {
            let start = Instant::now();
            loop {
                let output = self.run(std::mem::take(&mut events));
                assert_eq!(self.wrong(output), None, "{what}");
                if self.session.whole_frame().is_some() {
                    break;
                }
                assert!(start.elapsed() < Duration::from_secs(60), "{what}: no picture");
                std::thread::sleep(Duration::from_millis(5));
            }
            let output = self.run(Vec::new());
            assert_eq!(self.wrong(output), None, "{what}, later");
        }

        fn point(&mut self, x: f32, y: f32) -> Vec<Event> {
            self.pointer = pos2(x, y) / self.pixels_per_point;
            vec![Event::PointerMoved(self.pointer)]
        }

        fn click(&self) -> Vec<Event> {
            let button = |pressed| Event::PointerButton {
                pos: self.pointer,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            };
            vec![button(true), button(false)]
        }
    }

    fn key(key: Key) -> Vec<Event> {
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        vec![event(true), event(false)]
    }

    #[test]
    fn what_has_changed_is_all_there_is_to_paint() {
        for pixels_per_point in [1.0, 1.25] {
            let mut window = Window::new(pixels_per_point);
            window.draw("opened", Vec::new());
            for (x, y) in [(300.0, 300.0), (310.0, 290.0), (900.0, 100.0), (900.0, 200.0), (20.0, 630.0)] {
                let moved = window.point(x, y);
                window.draw("the pointer moves", moved);
            }
            for name in [Key::ArrowLeft, Key::Plus, Key::H, Key::P, Key::P, Key::N, Key::C, Key::Questionmark]
            {
                let typed = key(name);
                window.draw(name.name(), typed);
            }
            window.draw("the keys are put away", key(Key::Escape));
            let moved = window.point(850.0, 60.0);
            window.draw("to the panel", moved);
            let click = window.click();
            window.draw("a click there", click);
            window.session.notices.tell("a note");
            window.draw("a note", Vec::new());
            window.session.title = "A title".into();
            window.draw("a title moves everything", Vec::new());
            // Without the last changes it is not the same.
            window.session.title = "Another".into();
            let mut missed = window.run(Vec::new());
            missed.textures_delta.clear();
            window.painter.painted.take(&missed.shapes, Screen { size: SIZE, pixels_per_point }, false);
            let output = window.run(Vec::new());
            assert!(window.wrong(output).is_some());
        }
    }
}
