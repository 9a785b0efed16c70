//! The worker's thread: takes orders, counts for a slice of time, shows what there is, and looks for orders again.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::pass::{Budget, Pass};
use super::picture::{Shown, picture, picture_on_device};
use super::resident::{Resident, Uploaded, guarded};
use super::whole::{Fitted, Whole};
use super::{Engine, Orders, Shared, lock};
use crate::data::{Fit, Grid, Raster, Tally};
use crate::error::{Error, ErrorKind, Result};
use crate::window::region::Inspection;
use crate::window::scene::{Scene, Totals};
use crate::window::{Cells, Frame, Request};

/// Time to count for the first picture of a view: with shading it is there within a frame or two of the screen. A newer request
/// waits for it, so that there are pictures while the hand moves.
const FIRST: Budget = Budget { slice: Duration::from_millis(12), to_finish: Duration::from_millis(25) };

/// Time for the first picture, shading included, where that takes long: less is counted then, down to [`LEAST`].
const PICTURE: Duration = Duration::from_millis(28);

/// The least time to count for a picture.
const LEAST: Duration = Duration::from_millis(3);

/// Time between the pictures after it; a newer request ends it at once.
const LATER: Budget = Budget { slice: Duration::from_millis(40), to_finish: Duration::from_millis(60) };

/// From the first picture of a view to more counting, where the same cores paint it: as long as that takes. Painting beside counting
/// takes twice the time, and a hand that moves asks for another picture anyway.
const REST: Duration = Duration::from_millis(40);

/// Pictures of rows that trickle in come no more often than this.
const TRICKLE: Duration = Duration::from_millis(33);

pub struct Worker {
    /// The points on a device; `None` on the CPU.
    resident: Option<Resident>,
    shared: Arc<Shared>,
    /// Threads of its own: those of a figure that is being saved are busy for longer than a frame.
    threads: rayon::ThreadPool,
    scene: Scene,
    /// The matrix that is shown in place of points, if it is one.
    desk: Option<Desk>,
    totals: Totals,
    /// Blocks after small ones were joined last.
    tidied: usize,
    asked: Option<(Request, Instant)>,
    pass: Option<Pass>,
    /// All the data, where the colours are fitted to them.
    whole: Whole,
    inspection: Option<Inspection>,
    /// Whether the newest request has had a picture.
    answered: bool,
    /// Whether something has changed since the last picture.
    stale: bool,
    /// Whether the last picture was one of a share of the rows.
    refining: bool,
    /// Whether it was the first of its view and is being painted.
    resting: bool,
    /// Whether it had colours that are not those of all the data yet, though it should.
    fitting: bool,
    /// Whether rows went that the pass cannot take off. It goes on until it is whole, and then another begins: rows that come and go
    /// faster than they are counted would let none end.
    outdated: bool,
    /// Whether the pass follows such a one. Its picture stays until there is another of all rows.
    renews: bool,
    shown: Instant,
    /// What the last picture took beside the counting.
    shading: Duration,
}

impl Worker {
    pub fn new(engine: Engine, shared: Arc<Shared>) -> Result<Self> {
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(rayon::current_num_threads())
            .thread_name(|nth| format!("heatbin view {nth}"))
            .build()
            .map_err(|reason| Error::device(format!("cannot start threads: {reason}")))?;
        Ok(Self {
            resident: match engine {
                Engine::Cpu => None,
                Engine::Gpu(device) => Some(Resident::new(device)),
            },
            shared,
            threads,
            scene: Scene::default(),
            desk: None,
            totals: Totals::default(),
            tidied: 0,
            asked: None,
            pass: None,
            whole: Whole::default(),
            inspection: None,
            answered: false,
            stale: false,
            refining: false,
            resting: false,
            fitting: false,
            outdated: false,
            renews: false,
            shown: Instant::now(),
            shading: Duration::ZERO,
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
        if let Some(desk) = &self.desk {
            return desk.patience();
        }
        let inspect = self.inspection.as_ref().map(|_| Duration::ZERO);
        let send = self.resident.as_ref().and_then(Resident::patience);
        [self.until_picture(), inspect, send].into_iter().flatten().min()
    }

    /// How long until the next picture is due; `None` if nothing has changed.
    fn until_picture(&self) -> Option<Duration> {
        let pause = if self.answered && self.resting {
            REST
        } else if !self.answered || self.refining || self.fitting {
            Duration::ZERO
        } else {
            TRICKLE
        };
        let wait = pause.saturating_sub(self.shown.elapsed());
        (self.stale && self.asked.is_some()).then_some(wait)
    }

    fn obey(&mut self, orders: Orders) {
        // Where another picture is asked for, nobody looks at this one any more.
        if let (Some(frame), None) = (&orders.bring, &orders.request) {
            self.bring(frame);
        }
        self.take_rows(&orders);
        self.take_sheet(&orders);
        if let Some(uploaded) = orders.uploaded {
            self.receive(uploaded);
        }
        if let Some(desk) = &mut self.desk {
            if let Some(asked) = orders.request {
                desk.ask(asked.clone());
                self.asked = Some(asked);
            }
            return;
        }
        if let Some((request, asked)) = orders.request {
            self.answered = false;
            self.stale = true;
            if !self.pass.as_ref().is_some_and(|pass| pass.answers(&request, self.totals.span)) {
                self.pass = None;
            }
            if !is_fitted_to_all(&request) {
                self.whole = Whole::default();
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

    /// A matrix that is shown from now on.
    fn take_sheet(&mut self, orders: &Orders) {
        if orders.clear {
            self.desk = None;
        }
        let Some((_, sheet)) = &orders.sheet else { return };
        // What was asked for before was of something else.
        self.desk = Some(Desk::new(sheet.clone()));
        let mut results = lock(&self.shared.results);
        results.state.totals = sheet.totals();
        results.sheet.clone_from(&orders.sheet);
        drop(results);
        (self.shared.wake)();
    }

    /// Rows that came, and those that go for them.
    fn take_rows(&mut self, orders: &Orders) {
        if orders.clear {
            self.scene.clear();
            self.totals = Totals::default();
            self.resident.as_mut().map(Resident::clear);
            (self.pass, self.inspection, self.tidied, self.outdated) = (None, None, 0, false);
            self.whole = Whole::default();
            lock(&self.shared.results).state.statistics = None;
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
            self.whole.add(&block);
            if let Some(resident) = &mut self.resident {
                resident.add(&block);
            }
            self.scene.push(block);
        }
        let gone = self.scene.let_go();
        if !gone.is_empty() {
            self.totals = self.scene.totals();
        }
        self.check_bins();
        for block in gone {
            if let Some(resident) = &mut self.resident {
                resident.remove(&block);
            }
            self.whole.remove(&block);
            match &mut self.pass {
                Some(pass) if pass.can_remove() => pass.remove(block),
                // What is made of weights cannot be taken off again: it is made anew, once it is whole.
                Some(_) => self.outdated = true,
                None => {}
            }
        }
        if let Some((request, _)) = self.asked.as_ref().filter(|(request, _)| is_fitted_to_all(request)) {
            self.whole.follow(&Whole::request(request, &self.totals, &self.scene), self.totals.span);
        }
        self.tidy();
        self.stale = true;
        // With the next picture, unless there is none to come.
        if self.pass.is_none() {
            self.tell_rows();
            (self.shared.wake)();
        }
    }

    /// Bins over all numbers are others when these span more or less: rows are put into those as soon as all are in the old ones.
    fn check_bins(&mut self) {
        let (Some(pass), Some((request, _))) = (&self.pass, &self.asked) else { return };
        if pass.answers(request, self.totals.span) {
            return;
        }
        if pass.is_empty() {
            self.pass = None;
        } else {
            self.outdated = true;
        }
    }

    /// Joins small blocks, once there are many more of them.
    fn tidy(&mut self) {
        const MANY: usize = 64;
        // Rows that were sent may lie in fewer blocks than then.
        self.tidied = self.tidied.min(self.scene.blocks().len());
        if self.scene.blocks().len() <= self.tidied + MANY {
            return;
        }
        let is_tidy = match &mut self.resident {
            Some(resident) => resident.tidy(&mut self.scene),
            None => {
                let all = self.scene.blocks().len();
                self.scene.tidy(0..all);
                true
            }
        };
        if is_tidy {
            self.tidied = self.scene.blocks().len();
        }
    }

    fn tell_rows(&self) {
        let mut results = lock(&self.shared.results);
        results.state.totals = self.totals;
        results.blocks = self.scene.blocks().cloned().collect();
    }

    /// Begins to count for the newest request.
    fn begin(&mut self) {
        let Some((request, _)) = self.asked.clone() else { return };
        (self.outdated, self.renews) = (false, false);
        match self.pass_of_view(&request) {
            Ok(pass) => self.pass = Some(pass),
            Err(error) => self.refuse(&error),
        }
    }

    fn pass_of_view(&mut self, request: &Request) -> Result<Pass> {
        Raster::check_size(request.pixels.0, request.pixels.1)?;
        self.pass_for(request, request.grid()?)
    }

    fn pass_for(&mut self, request: &Request, grid: Grid) -> Result<Pass> {
        let grid = Arc::new(grid);
        let is_counted = request.look.weighing().is_none() && request.look.category.is_none();
        if let Some(resident) = self.resident.as_ref().filter(|_| is_counted) {
            let may_leave = self.shared.leaves.load(Relaxed);
            match self.threads.install(|| resident.count(&grid, may_leave)) {
                Ok(Some(base)) => {
                    let mut pass =
                        Pass::new(request, grid, self.totals.span, Some(base), resident.fresh().iter())?;
                    resident.gone().iter().for_each(|block| pass.remove(block.clone()));
                    return Ok(pass);
                }
                Ok(None) => {}
                Err(error) => self.lose_device(&error),
            }
        }
        Pass::new(request, grid, self.totals.span, None, self.scene.blocks())
    }

    /// Goes on with the CPU: every row is on the host too.
    fn lose_device(&mut self, error: &Error) {
        self.resident = None;
        self.whole = Whole::default();
        if self.pass.take_if(|pass| pass.needs_device()).is_some() {
            (self.answered, self.stale) = (false, true);
        }
        self.shared.notice(format!("{error}. Counting goes on with the CPU; no point is lost"));
    }

    /// Brings the cells of a picture back from the device.
    fn bring(&mut self, frame: &Frame) {
        match guarded(|| frame.aggregate.read()) {
            Ok(_) => (self.shared.wake)(),
            Err(error) if self.resident.is_some() => self.lose_device(&error),
            // It was lost before, and another picture takes the place of this one.
            Err(_) => {}
        }
    }

    /// Takes over points that are on the device now.
    fn receive(&mut self, uploaded: Uploaded) {
        let Some(resident) = &mut self.resident else { return };
        if let Err(error) = resident.receive(uploaded, &mut self.scene) {
            self.lose_device(&error);
        }
    }

    fn refuse(&mut self, error: &Error) {
        (self.stale, self.outdated, self.pass) = (false, false, None);
        lock(&self.shared.results).state.refusal = Some(error.to_string());
        (self.shared.wake)();
    }

    fn work(&mut self) {
        if let Some(desk) = &mut self.desk {
            let stop = || self.shared.asked.load(Relaxed);
            match self.threads.install(|| desk.work(&stop)) {
                Ok(Some(frame)) => self.publish(frame),
                Ok(None) => {}
                Err(error) => self.refuse(&error),
            }
            return;
        }
        if let Some(resident) = &mut self.resident
            && let Err(error) = resident.send(&mut self.scene, &self.shared)
        {
            self.lose_device(&error);
        }
        if self.until_picture() == Some(Duration::ZERO) {
            match self.count() {
                Err(error) if error.kind() == ErrorKind::Device && self.resident.is_some() => {
                    self.lose_device(&error);
                }
                Err(error) => self.refuse(&error),
                Ok(()) => {}
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
        if self.pass.is_none() {
            self.begin();
        }
        if self.outdated && !self.refining {
            self.begin();
            (self.renews, self.refining) = (self.answered, true);
        }
        let Some(pass) = &mut self.pass else { return Ok(()) };
        // Where a picture takes long to make of what was counted, more is counted for each.
        let later = Budget {
            slice: LATER.slice.max(2 * self.shading),
            to_finish: LATER.to_finish.max(3 * self.shading),
        };
        let slice = PICTURE.saturating_sub(self.shading).clamp(LEAST, FIRST.slice);
        let (budget, may_stop) =
            if self.answered { (later, true) } else { (Budget { slice, ..FIRST }, false) };
        let asked = &self.shared.asked;
        let stop = || may_stop && asked.load(Relaxed);
        self.threads.install(|| pass.go_on(budget, &stop))?;
        if stop() || (self.renews && self.answered && !pass.is_whole()) {
            return Ok(());
        }
        if pass.is_whole() {
            self.count_whole(budget)?;
        }
        self.show()
    }

    /// Goes on to count all the data for a slice of time, if the colours are to be fitted to them.
    fn count_whole(&mut self, budget: Budget) -> Result<()> {
        let Some((request, _)) = self.asked.clone().filter(|(request, _)| is_fitted_to_all(request)) else {
            return Ok(());
        };
        let wanted = Whole::request(&request, &self.totals, &self.scene);
        if self.whole.needs_pass(&wanted, self.totals.span) {
            let grid = wanted.grid_over(wanted.region.bounds())?;
            let pass = self.pass_for(&wanted, grid)?;
            self.whole.begin(pass);
        }
        let asked = &self.shared.asked;
        let stop = || asked.load(Relaxed);
        self.threads.install(|| guarded(|| self.whole.go_on(&request.look, budget, &stop)))
    }

    fn show(&mut self) -> Result<()> {
        let (Some(pass), Some((request, asked))) = (&mut self.pass, &self.asked) else { return Ok(()) };
        let share = pass.share();
        let is_fitted_to_all = is_fitted_to_all(request);
        let whole = self.whole.fitted(&request.look).filter(|_| is_fitted_to_all);
        let start = Instant::now();
        let may_leave = self.shared.leaves.load(Relaxed);
        let made = self.threads.install(|| guarded(|| made(pass, request, (share, whole), may_leave)));
        let (tally, aggregate, Shown { scale, mixture, picture }) = made?;
        self.shading = start.elapsed();
        let share = if pass.is_whole() && is_fitted_to_all { self.whole.share() } else { share };
        let frame = Frame {
            request: request.clone(),
            // Those that went stay until they can be left out.
            rows: if pass.is_whole() { tally.rows } else { self.totals.rows },
            tally,
            aggregate,
            scale,
            mixture,
            sheet: None,
            picture,
            share,
            took: asked.elapsed(),
            backend: match (&self.resident, request.look.weighing()) {
                (None, _) => "cpu".to_owned(),
                (Some(_), _) if request.look.category.is_some() => "cpu, for categories".to_owned(),
                (Some(resident), None) => resident.adapter().to_owned(),
                (Some(_), Some(reduction)) => format!("cpu, for {reduction}"),
            },
        };
        (self.refining, self.fitting) = (!pass.is_whole(), share < 1.0);
        self.resting = !self.answered && self.shared.rests.load(Relaxed);
        self.stale = self.refining || self.fitting || self.outdated;
        self.renews = false;
        self.answered = true;
        self.shown = Instant::now();
        self.tell_rows();
        self.publish(frame);
        Ok(())
    }

    fn publish(&self, frame: Frame) {
        let mut results = lock(&self.shared.results);
        results.frame = Some(Arc::new(frame));
        results.state.refusal = None;
        drop(results);
        (self.shared.wake)();
    }
}

/// What is shown of the rows counted so far, of this share of all and perhaps in the colours of all the data: on the device that counted
/// them all, if they may be left there.
fn made(
    pass: &mut Pass,
    request: &Request,
    (share, whole): (f32, Option<&Fitted>),
    may_leave: bool,
) -> Result<(Tally, Cells, Shown)> {
    if let Some(left) = pass.left().filter(|_| may_leave)
        && let Some((tally, shown)) = picture_on_device(request, left, whole)?
    {
        return Ok((tally, Cells::Device(left.clone()), shown));
    }
    let (aggregate, layers) = request.look.made_of(pass.counted()?)?;
    let shown = picture(request, &aggregate, layers, f64::from(share), whole)?;
    Ok((aggregate.tally, aggregate.into(), shown))
}

/// Whether the colours are to be those of all the data.
fn is_fitted_to_all(request: &Request) -> bool {
    request.look.coloring.fit == Fit::Data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Points;
    use crate::window::scene::Block;
    use crate::window::{Look, Region};

    #[test]
    fn counting_rests_while_the_first_picture_is_painted() {
        for rests in [false, true] {
            let shared = Arc::new(Shared::new(Arc::new(|| {})));
            shared.rests.store(rests, Relaxed);
            let mut worker = Worker::new(Engine::Cpu, shared).unwrap();
            let region = Region { x: (0.0, 1.0), y: (0.0, 1.0) };
            let request = Request { region, pixels: (60, 40), look: Look::default() };
            let points = Points::new(vec![0.5; 1000], vec![0.5; 1000]).unwrap();
            let blocks = Block::cut(points, None).unwrap();
            let request = Some((request, Instant::now()));
            worker.obey(Orders { request: request.clone(), blocks, ..Orders::default() });
            assert_eq!(worker.until_picture(), Some(Duration::ZERO));
            worker.count().unwrap();
            assert_eq!(worker.until_picture(), None, "all is counted");
            // As if it were not, and no time passed.
            (worker.stale, worker.refining) = (true, true);
            worker.shown = Instant::now() + Duration::from_secs(60);
            assert_eq!(worker.until_picture(), Some(if rests { REST } else { Duration::ZERO }));
            worker.count().unwrap();
            (worker.stale, worker.refining) = (true, true);
            assert_eq!(worker.until_picture(), Some(Duration::ZERO), "only the first is waited for");
            worker.obey(Orders { request, ..Orders::default() });
            assert_eq!(worker.until_picture(), Some(Duration::ZERO), "a new view is not kept waiting");
        }
    }
}
