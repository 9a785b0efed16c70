//! Frame times along a fixed path of pans and zooms: what `heatbin view --bench-frames` measures.
//!
//! A frame lasts from the moment the view changes to the moment its own picture has been handed to the screen. Nothing else
//! happens in between: the next view is taken only then.

use std::time::{Duration, Instant};

use super::request::Region;
use super::session::Session;

/// A measurement in work.
#[derive(Debug)]
pub(super) struct Bench {
    wanted: usize,
    home: Option<Region>,
    start: Instant,
    times: Vec<Duration>,
    counted: Vec<u64>,
    whole: usize,
    on_device: usize,
}

/// What was measured.
#[derive(Clone, Debug)]
pub(crate) struct FrameTimes {
    /// Ascending.
    times: Vec<Duration>,
    /// Rows that a frame accounts for, on average.
    pub points_per_frame: u64,
    /// Frames that show all rows.
    pub whole: usize,
    /// Frames that never left the device.
    pub on_device: usize,
    pub pixels: (u32, u32),
    pub cells: (usize, usize),
    /// Rows there are, or cells of a table.
    pub rows: u64,
    pub backend: String,
    /// What draws the window.
    pub adapter: String,
}

impl Bench {
    pub fn new(wanted: usize) -> Self {
        let (times, counted) = (Vec::new(), Vec::new());
        Self { wanted, home: None, start: Instant::now(), times, counted, whole: 0, on_device: 0 }
    }

    /// Looks at what is on the screen now. Where that is the picture of the view, the next view is taken.
    pub fn go_on(&mut self, session: &mut Session) -> bool {
        let is_loaded = session.state.loading.is_none() && session.state.totals.rows > 0;
        let Some(frame) =
            session.frame.clone().filter(|frame| Some(&frame.request) == session.asked.as_ref())
        else {
            return false;
        };
        let Some(home) = self.home else {
            // The first view is everything, whole: what comes before is loading.
            if is_loaded && frame.is_whole() && session.camera.is_home() {
                self.home = Some(session.camera.region());
                self.step(session);
            }
            return false;
        };
        self.times.push(self.start.elapsed());
        self.counted.push((frame.rows as f64 * f64::from(frame.share)) as u64);
        self.whole += usize::from(frame.is_whole());
        self.on_device += usize::from(frame.picture.is_on_device());
        debug_assert!(home.x.0 < home.x.1);
        if self.times.len() == self.wanted {
            return true;
        }
        self.step(session);
        false
    }

    /// Pans across everything and back, dipping in to a tenth of it: each view differs from the last.
    fn step(&mut self, session: &mut Session) {
        let Some(home) = self.home else { return };
        let way = self.times.len() as f64 / 60.0;
        let zoom = 10f64.powf(0.5 - 0.5 * (way * 0.7).cos());
        session.camera.show(home);
        session.camera.zoom(zoom, (0.5 + 0.35 * way.sin(), 0.5 + 0.35 * (1.3 * way).sin()));
        session.camera.pan(0.05 * (3.0 * way).sin(), 0.05 * (2.0 * way).cos());
        self.start = Instant::now();
    }

    /// What was measured so far.
    pub fn times(&self, session: &Session, adapter: String) -> Option<FrameTimes> {
        let frame = session.frame.as_ref()?;
        let mut times = self.times.clone();
        times.sort();
        Some(FrameTimes {
            points_per_frame: self.counted.iter().sum::<u64>() / self.counted.len().max(1) as u64,
            times,
            whole: self.whole,
            on_device: self.on_device,
            pixels: frame.request.pixels,
            cells: frame.cells(),
            rows: session.state.totals.rows,
            backend: frame.backend.clone(),
            adapter,
        })
    }
}

impl FrameTimes {
    /// How many frames.
    pub fn frames(&self) -> usize {
        self.times.len()
    }

    /// The time that this share of the frames keeps, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let nth = (share * self.times.len() as f64).ceil() as usize;
        let time = self.times.get(nth.saturating_sub(1).min(self.times.len().saturating_sub(1)));
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = (1..=100).map(Duration::from_millis).collect();
        let times = FrameTimes {
            times,
            points_per_frame: 0,
            whole: 0,
            on_device: 0,
            pixels: (1, 1),
            cells: (1, 1),
            rows: 0,
            backend: String::new(),
            adapter: String::new(),
        };
        let found = [0.5, 0.95, 0.99, 1.0, 0.0].map(|share| times.percentile(share));
        assert_eq!(found, [50.0, 95.0, 99.0, 100.0, 1.0]);
    }
}
