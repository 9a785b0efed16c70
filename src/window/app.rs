//! The event loop: input to egui, egui to the screen.
//!
//! Nothing is drawn unless something happened: input, a picture from the studio, or an animation that is under way.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use egui::ViewportId;
use winit::application::ApplicationHandler;
use winit::dpi::LogicalSize;
use winit::error::EventLoopError;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::window::{Fullscreen, Window, WindowId};

use super::bench::{Bench, FrameTimes};
use super::screen::{Pace, Screen};
use super::session::Session;
use super::{theme, ui};
use crate::error::{Error, Result};
use crate::gpu::Device;

/// There is something new to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct News;

/// How the window is opened.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub title: String,
    /// In points.
    pub size: (f64, f64),
    pub adapter: Option<String>,
    /// What counts, if it is no CPU.
    pub device: Option<Device>,
    pub pace: Pace,
}

/// Wakes the window from any thread, once there is one.
#[derive(Debug, Default)]
pub(super) struct Bell(OnceLock<EventLoopProxy<News>>);

impl Bell {
    pub fn ring(&self) {
        // Without a window, or with one that is gone, nobody needs to be woken.
        if let Some(proxy) = self.0.get() {
            let _ = proxy.send_event(News);
        }
    }
}

/// An event loop, or an error that says what works without a display.
fn event_loop() -> Result<EventLoop<News>> {
    EventLoop::with_user_event().build().map_err(|reason| {
        Error::device(format!(
            "no window can be opened: {}. Without a display, `heatbin hist2d` and `heatbin hexbin` draw into files",
            in_short(&reason)
        ))
    })
}

/// What winit says, without its place in winit's source.
fn in_short(reason: &EventLoopError) -> String {
    match reason {
        EventLoopError::NotSupported(_) => "this system has no windows".into(),
        EventLoopError::Os(error) => {
            let text = error.to_string();
            let reason = text.rsplit_once(": ").map_or(text.as_str(), |(_, reason)| reason);
            reason.trim_end_matches('.').to_owned()
        }
        other => other.to_string(),
    }
}

/// Opens the window and stays until it is closed, or so many frames are measured.
///
/// # Errors
/// If the window cannot be opened or drawn on.
pub(super) fn run(
    bell: &Bell,
    opening: Opening,
    session: Session,
    frames: Option<usize>,
) -> Result<Option<FrameTimes>> {
    let events = event_loop()?;
    // A second window of one program would have its own bell.
    let _ = bell.0.set(events.create_proxy());
    let bench = frames.map(Bench::new);
    let mut app = App { opening, session, open: None, failure: None, bench, renewals: 0 };
    let ended = events.run_app(&mut app);
    if let Some(failure) = app.failure {
        return Err(failure);
    }
    ended.map_err(|reason| Error::device(format!("the window failed: {reason}")))?;
    let adapter = app.open.map_or_else(String::new, |open| open.screen.device().info().name.clone());
    Ok(app.bench.and_then(|bench| bench.times(&app.session, adapter)))
}

struct App {
    opening: Opening,
    session: Session,
    open: Option<Open>,
    failure: Option<Error>,
    bench: Option<Bench>,
    /// How often the device was lost.
    renewals: usize,
}

/// The window while it is open.
struct Open {
    window: Arc<Window>,
    screen: Screen,
    input: egui_winit::State,
    context: egui::Context,
}

impl Open {
    fn new(events: &ActiveEventLoop, opening: &Opening) -> Result<Self> {
        let attributes = Window::default_attributes()
            .with_title(&opening.title)
            .with_inner_size(LogicalSize::new(opening.size.0, opening.size.1))
            .with_min_inner_size(LogicalSize::new(420.0, 300.0))
            .with_theme(Some(winit::window::Theme::Dark));
        let window = events
            .create_window(attributes)
            .map_err(|reason| Error::device(format!("no window can be opened: {reason}")))?;
        Self::on(Arc::new(window), opening)
    }

    /// Everything that draws on a window.
    fn on(window: Arc<Window>, opening: &Opening) -> Result<Self> {
        let counting = opening.device.as_ref();
        let screen = Screen::open(&window, opening.adapter.as_deref(), counting, opening.pace)?;
        let context = egui::Context::default();
        theme::dress(&context);
        let longest = screen.device().device.limits().max_texture_dimension_2d as usize;
        let input = egui_winit::State::new(
            context.clone(),
            ViewportId::ROOT,
            &window,
            Some(window.scale_factor() as f32),
            None,
            Some(longest),
        );
        Ok(Self { window, screen, input, context })
    }

    /// Lets the studio leave its pictures where they are drawn, and the cores to whoever draws with them.
    fn settle(&self, opening: &Opening, session: &Session) {
        let is_shared = opening.device.as_ref().is_some_and(|device| device.is(self.screen.device()));
        session.studio.leave(is_shared);
        session.studio.rest(self.screen.device().info().is_software());
    }

    /// Takes what is new.
    fn refresh(&mut self, session: &mut Session) {
        if session.refresh()
            && let (Some(frame), Some(picture)) = (&session.frame, self.screen.picture())
        {
            // What cannot be brought from a lost device is made anew.
            let _ = picture.take(&frame.picture, session.backdrop.behind(frame));
        }
    }

    /// The picture that was just asked for is often there before the last one is drawn where it lies now, and the window
    /// drawn once is drawn faster than twice.
    fn wait_a_little(&mut self, session: &mut Session) {
        let patience = if self.screen.device().info().is_software() { 24 } else { 6 };
        let start = Instant::now();
        let is_there = |session: &Session| {
            session.studio.frame().is_some_and(|frame| Some(&frame.request) == session.asked.as_ref())
        };
        while start.elapsed() < Duration::from_millis(patience) {
            if is_there(session) {
                self.refresh(session);
                session.laid.picture = session.laid.plot;
                return;
            }
            std::thread::sleep(Duration::from_micros(300));
        }
    }

    /// Draws the window once; says when to do so again.
    fn draw(&mut self, session: &mut Session) -> Result<Duration> {
        self.refresh(session);
        let before = session.asked.clone();
        let input = self.input.take_egui_input(&self.window);
        let mut output = self.context.run_ui(input, |ui| ui::draw(ui, session));
        self.input.handle_platform_output(&self.window, output.platform_output);
        let is_full = self.window.fullscreen().is_some();
        if is_full != session.full_screen {
            self.window.set_fullscreen(session.full_screen.then_some(Fullscreen::Borderless(None)));
        }
        if session.asked != before {
            self.wait_a_little(session);
        }
        if let Some(picture) = self.screen.picture() {
            let in_pixels = |rect: egui::Rect| rect * output.pixels_per_point;
            picture.lay(in_pixels(session.laid.picture), in_pixels(session.laid.plot));
        }
        self.window.pre_present_notify();
        let (shapes, textures) = (&output.shapes, &mut output.textures_delta);
        self.screen.paint(&self.context, textures, shapes, output.pixels_per_point)?;
        let next = output.viewport_output.get(&ViewportId::ROOT);
        Ok(next.map_or(Duration::MAX, |viewport| viewport.repaint_delay))
    }
}

impl App {
    fn fail(&mut self, events: &ActiveEventLoop, error: Error) {
        self.failure.get_or_insert(error);
        events.exit();
    }

    fn redraw(&mut self, events: &ActiveEventLoop) {
        let Some(open) = &mut self.open else { return };
        let drawn = open.draw(&mut self.session);
        if let (Ok(_), Some(bench)) = (&drawn, &mut self.bench) {
            if let Err(error) = open.screen.device().wait() {
                return self.fail(events, error);
            }
            self.session.quit |= bench.go_on(&mut self.session);
            open.window.request_redraw();
        }
        if self.session.quit {
            return events.exit();
        }
        match drawn {
            Ok(delay) if delay.is_zero() => {
                events.set_control_flow(ControlFlow::Wait);
                open.window.request_redraw();
            }
            Ok(delay) => events.set_control_flow(match Instant::now().checked_add(delay) {
                Some(then) => ControlFlow::WaitUntil(then),
                None => ControlFlow::Wait,
            }),
            Err(error) => self.renew(events, error),
        }
    }

    /// Draws with a fresh device after one was lost; gives up if that happens again and again.
    fn renew(&mut self, events: &ActiveEventLoop, error: Error) {
        const MOST: usize = 3;
        self.renewals += 1;
        let Some(open) = self.open.take().filter(|_| self.renewals <= MOST) else {
            return self.fail(events, error);
        };
        let window = open.window.clone();
        // A window takes one surface at a time.
        drop(open);
        match Open::on(window, &self.opening) {
            Ok(open) => {
                open.settle(&self.opening, &self.session);
                self.session.notices.alert(format!("{error}; the window goes on with a fresh one"));
                self.session.renew();
                open.window.request_redraw();
                self.open = Some(open);
            }
            Err(again) => self.fail(events, again),
        }
    }
}

impl ApplicationHandler<News> for App {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        if self.open.is_none() {
            match Open::new(events, &self.opening) {
                Ok(open) => {
                    open.settle(&self.opening, &self.session);
                    open.window.request_redraw();
                    self.open = Some(open);
                }
                Err(error) => self.fail(events, error),
            }
        }
    }

    fn new_events(&mut self, _: &ActiveEventLoop, cause: StartCause) {
        if let (StartCause::ResumeTimeReached { .. }, Some(open)) = (cause, &self.open) {
            open.window.request_redraw();
        }
    }

    fn user_event(&mut self, _: &ActiveEventLoop, _: News) {
        if let Some(open) = &self.open {
            open.window.request_redraw();
        }
    }

    fn window_event(&mut self, events: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let Some(open) = &mut self.open else { return };
        match event {
            WindowEvent::RedrawRequested => return self.redraw(events),
            WindowEvent::CloseRequested | WindowEvent::Destroyed => return events.exit(),
            WindowEvent::DroppedFile(ref path) => self.session.open_later(path.clone()),
            WindowEvent::Resized(size) => open.screen.resize(size.width, size.height),
            _ => {}
        }
        if open.input.on_window_event(&open.window, &event).repaint {
            open.window.request_redraw();
        }
    }
}
