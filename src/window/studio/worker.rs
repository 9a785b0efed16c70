//! The worker's thread: takes orders, counts for a slice of time, shows what there is, and looks for orders again.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::pass::{Budget, Pass};
use super::picture::picture;
use super::{Engine, Orders, Shared, lock};
use crate::data::Raster;
use crate::error::{Error, Result};
use crate::window::region::Inspection;
use crate::window::scene::{Scene, Totals};
use crate::window::{Frame, Request};

/// Time for the first picture of a view: with shading it is there within a frame or two of the screen. A newer request waits for
/// it, so that there are pictures while the hand moves.
const FIRST: Budget = Budget { slice: Duration::from_millis(12), to_finish: Duration::from_millis(25) };

/// Time between the pictures after it; a newer request ends it at once.
const LATER: Budget = Budget { slice: Duration::from_millis(40), to_finish: Duration::from_millis(60) };

/// Pictures of rows that trickle in come no more often than this.
const TRICKLE: Duration = Duration::from_millis(33);

pub struct Worker {
    engine: Engine,
    shared: Arc<Shared>,
    /// Threads of its own: those of a figure that is being saved are busy for longer than a frame.
    threads: rayon::ThreadPool,
    scene: Scene,
    totals: Totals,
    asked: Option<(Request, Instant)>,
    pass: Option<Pass>,
    inspection: Option<Inspection>,
    /// Whether the newest request has had a picture.
    answered: bool,
    /// Whether something has changed since the last picture.
    stale: bool,
    /// Whether the last picture was one of a share of the rows.
    refining: bool,
    shown: Instant,
}

impl Worker {
    pub fn new(engine: Engine, shared: Arc<Shared>) -> Result<Self> {
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(rayon::current_num_threads())
            .thread_name(|nth| format!("heatbin view {nth}"))
            .build()
            .map_err(|reason| Error::device(format!("cannot start threads: {reason}")))?;
        Ok(Self {
            engine,
            shared,
            threads,
            scene: Scene::default(),
            totals: Totals::default(),
            asked: None,
            pass: None,
            inspection: None,
            answered: false,
            stale: false,
            refining: false,
            shown: Instant::now(),
        })
    }

    pub fn run(mut self) {
        loop {
            let orders = self.shared.orders(self.patience());
            if orders.quit {
                return;
            }
            self.obey(orders);
            if self.patience() == Some(Duration::ZERO) {
                self.work();
            }
        }
    }

    /// How long to wait for orders: not at all if there is work.
    fn patience(&self) -> Option<Duration> {
        if self.stale && self.pass.is_some() {
            let at_once = !self.answered || self.refining;
            return Some(if at_once { Duration::ZERO } else { TRICKLE.saturating_sub(self.shown.elapsed()) });
        }
        self.inspection.as_ref().map(|_| Duration::ZERO)
    }

    fn obey(&mut self, orders: Orders) {
        self.take_rows(&orders);
        if let Some((request, asked)) = orders.request {
            self.answered = false;
            self.stale = true;
            if !self.pass.as_ref().is_some_and(|pass| pass.answers(&request)) {
                self.pass = None;
            }
            self.asked = Some((request, asked));
        }
        if self.pass.is_none() && self.stale {
            self.begin();
        }
        if let Some(region) = orders.inspect {
            self.inspection = Some(Inspection::new(region, &self.scene));
        }
    }

    /// Rows that came, and those that go for them.
    fn take_rows(&mut self, orders: &Orders) {
        if orders.clear {
            self.scene.clear();
            self.pass = None;
            self.inspection = None;
        }
        if let Some(last) = orders.last {
            self.scene.keep(last);
        }
        if !orders.clear && orders.last.is_none() && orders.blocks.is_empty() {
            return;
        }
        for block in orders.blocks.iter().cloned().map(Arc::new) {
            self.totals = self.totals.and(&block);
            if let Some(pass) = &mut self.pass {
                pass.add(&block);
            }
            self.scene.push(block);
        }
        let gone = self.scene.let_go();
        if orders.clear || !gone.is_empty() {
            self.totals = self.scene.totals();
        }
        if let Some(pass) = &mut self.pass {
            gone.into_iter().for_each(|block| pass.remove(block));
        }
        self.stale = true;
        // With the next picture, unless there is none to come.
        if self.pass.is_none() {
            self.tell_rows();
            (self.shared.wake)();
        }
    }

    fn tell_rows(&self) {
        let mut results = lock(&self.shared.results);
        results.state.totals = self.totals;
        results.blocks = self.scene.blocks().cloned().collect();
    }

    /// Begins to count for the newest request.
    fn begin(&mut self) {
        let Some((request, _)) = &self.asked else { return };
        self.scene.tidy();
        let (width, height) = request.pixels;
        let pass = Raster::check_size(width, height).and_then(|()| Pass::new(request, &self.scene));
        match pass {
            Ok(pass) => self.pass = Some(pass),
            Err(error) => self.refuse(&error),
        }
    }

    fn refuse(&mut self, error: &Error) {
        (self.stale, self.pass) = (false, None);
        lock(&self.shared.results).state.refusal = Some(error.to_string());
        (self.shared.wake)();
    }

    fn work(&mut self) {
        if self.stale && self.pass.is_some() {
            if let Err(error) = self.count() {
                self.refuse(&error);
            }
        } else if let Some(mut inspection) = self.inspection.take() {
            let stop = || self.shared.asked.load(Relaxed);
            match self.threads.install(|| inspection.go_on(LATER.slice, &stop)) {
                Some(statistics) => {
                    lock(&self.shared.results).state.statistics = Some(Arc::new(statistics));
                    (self.shared.wake)();
                }
                None => self.inspection = Some(inspection),
            }
        }
    }

    /// Counts for a slice of time and shows what there is then.
    fn count(&mut self) -> Result<()> {
        let Some(pass) = &mut self.pass else { return Ok(()) };
        let (budget, may_stop) = if self.answered { (LATER, true) } else { (FIRST, false) };
        let asked = &self.shared.asked;
        let stop = || may_stop && asked.load(Relaxed);
        self.threads.install(|| pass.go_on(budget, &stop))?;
        if stop() {
            return Ok(());
        }
        self.show()
    }

    fn show(&mut self) -> Result<()> {
        let (Some(pass), Some((request, asked))) = (&self.pass, &self.asked) else { return Ok(()) };
        let share = pass.share();
        let made = self.threads.install(|| {
            let aggregate = pass.aggregate();
            let picture = picture(request, &aggregate, f64::from(share));
            picture.map(|(scale, picture)| (Arc::new(aggregate), scale, picture))
        });
        let (aggregate, scale, picture) = made?;
        let frame = Frame {
            request: request.clone(),
            aggregate,
            scale,
            picture,
            share,
            rows: self.totals.rows,
            took: asked.elapsed(),
            backend: self.engine.name(),
        };
        self.refining = !pass.is_whole();
        self.stale = self.refining;
        self.answered = true;
        self.shown = Instant::now();
        self.tell_rows();
        let mut results = lock(&self.shared.results);
        results.frame = Some(Arc::new(frame));
        results.state.refusal = None;
        drop(results);
        (self.shared.wake)();
        Ok(())
    }
}
