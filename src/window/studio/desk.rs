//! A matrix in place of points: from the newest request to a picture of its cells.
//!
//! Where all cells of a view take longer than a frame, there is a picture of tiles first. The one of all cells is worked out meanwhile,
//! a slice of time after the other, and given up for a newer request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::data::{Aggregate, ColorScale};
use crate::error::Result;
use crate::shading::shade;
use crate::window::sheet::{Level, Lines, Part, Sheet, Survey};
use crate::window::{Frame, Pixels, Request};

/// A picture of all cells that is likely to take longer is preceded by one of tiles.
const FIRST: Duration = Duration::from_millis(18);

/// The most time for the colours of that: after it, they are those of the tiles.
const COLORS: Duration = Duration::from_millis(8);

/// From the picture of tiles to the work on the one of all cells: a hand that moves has asked for another by then, and the cores draw the
/// window meanwhile, also where they are busy.
const REST: Duration = Duration::from_millis(100);

/// Time between two looks at the orders.
const SLICE: Duration = Duration::from_millis(40);

/// How many cells a second are looked at until that was measured.
const CELLS: f64 = 3e8;

/// The matrix, and the picture in work.
pub struct Desk {
    sheet: Arc<Sheet>,
    asked: Option<(Request, Instant)>,
    work: Option<Work>,
    /// Cells a second.
    speed: f64,
}

/// A picture of all cells.
struct Work {
    lines: Lines,
    part: Part,
    survey: Survey,
    /// The picture that is shown meanwhile.
    shown: Option<Frame>,
    begun: Instant,
    spent: Duration,
}

impl Desk {
    pub fn new(sheet: Arc<Sheet>) -> Self {
        Self { sheet, asked: None, work: None, speed: CELLS }
    }

    /// Takes the newest request, unless it is of a view beyond the cells: that was of what was shown before them.
    pub fn ask(&mut self, asked: (Request, Instant)) {
        let within = |(low, high): (f64, f64), all: (f64, f64)| all.0 <= low && high <= all.1;
        let (region, all) = (asked.0.region, self.sheet.region());
        if within(region.x, all.x) && within(region.y, all.y) {
            (self.asked, self.work) = (Some(asked), None);
        }
    }

    /// How long until there is something to do; `None` if there is nothing.
    pub fn patience(&self) -> Option<Duration> {
        self.asked.as_ref()?;
        let begun = self.work.as_ref().filter(|work| work.spent.is_zero()).map(|work| work.begun);
        Some(begun.map_or(Duration::ZERO, |begun| REST.saturating_sub(begun.elapsed())))
    }

    /// Goes on for a slice of time; a picture, if there is a newer one. `stop` says that there is a newer request.
    ///
    /// # Errors
    /// If the request cannot be met. Then it is forgotten.
    pub fn work(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Option<Frame>> {
        let Some((request, asked)) = self.asked.clone() else { return Ok(None) };
        let done = self.draw(&request, asked, stop);
        let goes_on = match &done {
            Ok(Some(frame)) => !frame.is_whole(),
            Ok(None) => true,
            Err(_) => false,
        };
        if !goes_on {
            (self.asked, self.work) = (None, None);
        }
        done
    }

    fn draw(
        &mut self,
        request: &Request,
        asked: Instant,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Frame>> {
        let sheet = self.sheet.clone();
        let start = Instant::now();
        let never = || false;
        let Some(mut work) = self.work.take() else {
            let mut work = Work::new(&sheet, request)?;
            if work.lines.cells() as f64 > self.speed * FIRST.as_secs_f64() {
                let frame = work.of_tiles(&sheet, request, asked)?;
                (work.shown, work.begun) = (Some(frame.clone()), Instant::now());
                self.work = Some(work);
                return Ok(Some(frame));
            }
            // Sooner done than a newer one begun.
            work.lines.go_on(&sheet, &never);
            return work.finished(&sheet, request, asked, &never);
        };
        let until = || stop() || start.elapsed() > SLICE;
        let is_all = work.lines.go_on(&sheet, &until);
        work.spent += start.elapsed();
        if is_all {
            self.speed = work.lines.cells() as f64 / work.spent.as_secs_f64().max(1e-6);
            let frame = work.finished(&sheet, request, asked, stop)?;
            if frame.is_none() {
                self.work = Some(work);
            }
            return Ok(frame);
        }
        let share = work.lines.share();
        let frame = work.shown.as_ref().filter(|_| !stop()).map(|frame| Frame { share, ..frame.clone() });
        self.work = Some(work);
        Ok(frame)
    }
}

impl Work {
    fn new(sheet: &Sheet, request: &Request) -> Result<Self> {
        let decimation = request.look.decimation;
        let lines = Lines::new(sheet, Level::Cells, request.region, request.pixels, decimation)?;
        let part = sheet.part(request.region);
        let survey = sheet.survey(&part);
        Ok(Self { lines, part, survey, shown: None, begun: Instant::now(), spent: Duration::ZERO })
    }

    /// The picture of tiles, in the colours of the cells if these are soon found.
    fn of_tiles(&self, sheet: &Arc<Sheet>, request: &Request, asked: Instant) -> Result<Frame> {
        let start = Instant::now();
        let look = &request.look;
        let mut tiles = Lines::new(sheet, Level::Tiles, request.region, request.pixels, look.decimation)?;
        tiles.go_on(sheet, &|| false);
        let aggregate = tiles.aggregate(self.survey.tally())?;
        let stop = || look.coloring.needs_values() || start.elapsed() > COLORS;
        let scale = match sheet.fit(&self.part, self.survey, &look.coloring, &stop) {
            Some(scale) => scale?,
            None => look.coloring.fit(&aggregate.values)?,
        };
        Ok(Frame { share: 0.0, ..framed(sheet, request, asked, (aggregate, scale)) })
    }

    /// The picture of all cells; `None` if `stop` said so.
    fn finished(
        &self,
        sheet: &Arc<Sheet>,
        request: &Request,
        asked: Instant,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Frame>> {
        let Some(scale) = sheet.fit(&self.part, self.survey, &request.look.coloring, stop) else {
            return Ok(None);
        };
        let aggregate = self.lines.aggregate(self.survey.tally())?;
        Ok(Some(framed(sheet, request, asked, (aggregate, scale?))))
    }
}

fn framed(
    sheet: &Arc<Sheet>,
    request: &Request,
    asked: Instant,
    (aggregate, scale): (Aggregate, ColorScale),
) -> Frame {
    let (width, height) = request.pixels;
    Frame {
        picture: Pixels::Host(Arc::new(shade(&aggregate, &scale, width, height))),
        rows: aggregate.tally.rows,
        request: request.clone(),
        tally: aggregate.tally,
        aggregate: aggregate.into(),
        scale,
        mixture: None,
        sheet: Some(sheet.clone()),
        share: 1.0,
        took: asked.elapsed(),
        backend: "cpu".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Index, Matrix};
    use crate::plot::heatmap;
    use crate::window::Look;

    fn sheet() -> Arc<Sheet> {
        let values = (0..500 * 400).map(|cell| f64::from((cell * 7919) % 10_007)).collect();
        let matrix = Matrix::new(Index::numbered(500), Index::numbered(400), values).unwrap();
        Arc::new(Sheet::new(Arc::new(matrix)))
    }

    fn request(sheet: &Sheet) -> (Request, Instant) {
        (Request { region: sheet.region(), pixels: (90, 70), look: Look::default() }, Instant::now())
    }

    #[test]
    fn tiles_come_first_and_the_figure_in_the_end() {
        let sheet = sheet();
        let mut desk = Desk { speed: 1e5, ..Desk::new(sheet.clone()) };
        assert_eq!(desk.patience(), None);
        desk.ask(request(&sheet));
        let first = desk.work(&|| false).unwrap().unwrap();
        assert!(!first.is_whole() && desk.patience().is_some());
        assert_eq!(first.tally.binned, 200_000);
        let mut last = None;
        // As if a newer request came again and again, so that each call does the least.
        while last.as_ref().is_none_or(|frame: &Frame| !frame.is_whole()) {
            assert!(desk.patience().is_some());
            let stop = desk.work.as_ref().is_some_and(|work| work.lines.share() < 0.9);
            last = desk.work(&|| stop).unwrap().or(last);
        }
        assert!(desk.patience().is_none() && desk.speed != 1e5);
        let last = last.unwrap();
        let wanted = heatmap(sheet.matrix().clone()).coloring(Default::default()).run().unwrap();
        assert!(*last.picture.read().unwrap() == wanted.raster(90, 70).unwrap());
        // A linear scale is known from the tiles.
        assert!(last.scale == wanted.scale && first.scale == wanted.scale);
        assert!(first.picture.read().unwrap() != last.picture.read().unwrap());
    }

    #[test]
    fn a_view_of_what_was_shown_before_is_left_off() {
        let sheet = sheet();
        let mut desk = Desk::new(sheet.clone());
        let (mut before, asked) = request(&sheet);
        before.region.x = (-3.0, 5000.0);
        desk.ask((before, asked));
        assert!(desk.patience().is_none() && desk.work(&|| false).unwrap().is_none());
        desk.ask(request(&sheet));
        assert!(desk.work(&|| false).unwrap().unwrap().is_whole());
    }

    #[test]
    fn what_is_soon_done_is_whole_at_once_and_what_cannot_be_is_forgotten() {
        let sheet = sheet();
        let mut desk = Desk::new(sheet.clone());
        desk.ask(request(&sheet));
        assert!(desk.work(&|| true).unwrap().unwrap().is_whole());
        let (mut wrong, asked) = request(&sheet);
        wrong.pixels = (u32::MAX, 1);
        desk.ask((wrong, asked));
        assert!(desk.work(&|| false).is_err() && desk.patience().is_none());
    }
}
