//! What the window shows and how: the state between the hand, the studio and the screen. Nothing here draws.

mod looks;
mod told;

use std::sync::{Arc, PoisonError};

use super::backdrop::Backdrop;
use super::camera::Camera;
use super::chooser::Chooser;
use super::colorbar::Grip;
use super::columns::Shown;
use super::look::{Grouping, Look};
use super::notices::Notices;
use super::open::Inbox;
use super::places::Margins;
use super::request::{Frame, Region, Request};
use super::save::{Outbox, SaveForm};
use super::scene::Totals;
use super::sheet::Survey;
use super::studio::{State, Studio, Wake};
use super::table::Table;
use crate::data::{Quantity, Reduction, Scale};
use told::told;

/// What a drag on the picture does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// Moves the view.
    #[default]
    Pan,
    /// Marks the region to be shown next.
    Box,
    /// Marks a region whose rows are told.
    Inspect,
}

/// An axis in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Name {
    pub text: String,
    pub quantity: Quantity,
}

/// Where the plot box and the newest picture lie, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Laid {
    pub plot: egui::Rect,
    pub picture: egui::Rect,
}

/// Everything between hand, studio and screen.
pub(super) struct Session {
    pub studio: Studio,
    /// What the studio last said beside the picture.
    pub state: State,
    pub camera: Camera,
    pub look: Look,
    pub title: String,
    pub names: (Name, Name),
    /// Labels that were asked for, until files are shown.
    pub labels: (Option<String>, Option<String>),
    /// A reduction that was asked for, until files are shown.
    pub reduction: Option<Reduction>,
    /// Whether the norm is the usual one of the reduction, as nobody asked for another.
    pub is_norm_usual: bool,
    /// Whether limits are robust where the reduction suits them, as nobody said whether they should be.
    pub is_robust_usual: bool,
    /// How categories are told apart, of files that will be shown.
    pub grouping: Grouping,
    /// The same of the rows that are shown, if they have categories: what the look has while these are looked at.
    pub categories: Option<Grouping>,
    /// Whether rows are let go by their age.
    pub is_last_by_time: bool,
    pub is_last: bool,
    pub chooser: Option<Chooser>,
    pub inbox: Inbox,
    /// The files whose rows are shown; nothing where these came from memory.
    pub shown: Option<Shown>,
    /// Those that are being read again for other columns.
    pub reading: Option<Shown>,
    /// What the command line reads; nothing where the points came from memory.
    pub origin: Option<Origin>,
    /// The table that is shown, if it is not points.
    pub table: Option<Table>,
    /// A range that was asked for, instead of all there is.
    pub range: Option<Region>,
    /// The newest picture.
    pub frame: Option<Arc<Frame>>,
    pub backdrop: Backdrop,
    /// The last picture that was asked for.
    pub asked: Option<Request>,
    pub mode: Mode,
    pub inspected: Option<Region>,
    /// What the cells of that are, of a table.
    pub surveyed: Option<Survey>,
    /// A region that is being marked: what for, and from where on the screen.
    pub mark: Option<(Mode, egui::Pos2)>,
    /// When the wheel was turned last, in egui's seconds.
    pub wheeled: f64,
    /// How fast the hand moves the view, in shares of it a second.
    pub throw: Option<(f64, f64)>,
    /// An end of the colorbar in the hand.
    pub grip: Option<Grip>,
    pub margins: Margins,
    pub laid: Laid,
    pub notices: Notices,
    pub panel: bool,
    pub keys: bool,
    pub full_screen: bool,
    pub quit: bool,
    pub save: Option<SaveForm>,
    /// The last name something was saved under.
    pub saved_as: Option<String>,
    pub outbox: Outbox,
    pub wake: Wake,
    /// Whether each whole picture is told on stderr.
    pub verbose: bool,
    home: Option<Region>,
}

/// Where the rows came from, as the command line names it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Origin {
    pub files: Vec<String>,
    pub x: String,
    pub y: String,
    pub weights: Option<String>,
    pub category: Option<String>,
    /// What the axes are called unless told otherwise.
    pub labels: (String, String),
    /// Options that say how to read, such as `--delimiter ;`.
    pub options: Vec<String>,
}

impl Session {
    pub fn new(studio: Studio, look: Look, wake: Wake) -> Self {
        let state = studio.state();
        let home = home_of(&state.totals, look.scales);
        Self {
            studio,
            state,
            camera: Camera::new(home, look.scales),
            look,
            title: String::new(),
            names: Default::default(),
            labels: (None, None),
            reduction: None,
            is_norm_usual: true,
            is_robust_usual: true,
            grouping: Grouping::default(),
            categories: None,
            is_last_by_time: false,
            is_last: false,
            chooser: None,
            inbox: Inbox::default(),
            shown: None,
            reading: None,
            origin: None,
            table: None,
            range: None,
            frame: None,
            backdrop: Backdrop::default(),
            asked: None,
            mode: Mode::Pan,
            inspected: None,
            surveyed: None,
            mark: None,
            wheeled: f64::NEG_INFINITY,
            throw: None,
            grip: None,
            margins: Margins::default(),
            laid: Laid { plot: egui::Rect::ZERO, picture: egui::Rect::ZERO },
            notices: Notices::default(),
            panel: true,
            keys: false,
            full_screen: false,
            quit: false,
            save: None,
            saved_as: None,
            outbox: Outbox::default(),
            wake,
            verbose: false,
            home: None,
        }
    }

    /// Takes what the studio has made since; whether that is another picture.
    pub fn refresh(&mut self) -> bool {
        self.state = self.studio.state();
        self.follow_bounds();
        self.take_columns();
        self.take_opened();
        self.take_sheet();
        self.hear();
        let newest = self.studio.frame();
        let is_same = match (&self.frame, &newest) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        if is_same {
            return false;
        }
        self.frame = newest;
        if let Some(frame) = self.frame.as_ref().filter(|frame| self.verbose && frame.is_whole()) {
            eprintln!("heatbin: {}", told(frame));
        }
        true
    }

    /// Hears what came of the work of other threads.
    fn hear(&mut self) {
        let done = std::mem::take(&mut *self.outbox.lock().unwrap_or_else(PoisonError::into_inner));
        if !self.state.notices.is_empty() {
            self.studio.dismiss();
            self.state.notices.drain(..).for_each(|notice| self.notices.alert(notice));
        }
        for done in done {
            match done {
                Ok(name) => {
                    if self.verbose {
                        eprintln!("heatbin: saved {name}");
                    }
                    self.notices.tell(format!("saved {name}"));
                    self.saved_as = Some(name);
                    self.save.take_if(|form| form.is_saving());
                }
                Err(error) => match self.save.as_mut().filter(|form| form.is_saving()) {
                    Some(form) => form.fail(&error),
                    None => self.notices.alert(error.to_string()),
                },
            }
        }
    }

    /// Keeps all rows in sight while they come in, unless a range was asked for.
    fn follow_bounds(&mut self) {
        if self.table.is_none() {
            self.keep_home(self.state.totals);
        }
    }

    /// Keeps rows in sight, or what of a range that was asked for the axes can show.
    pub fn keep_home(&mut self, totals: Totals) {
        let home = self.home_among(&totals);
        if self.home != Some(home) {
            self.home = Some(home);
            self.camera.set_home(home);
        }
    }

    /// Where the window comes back to: the range that was asked for, or all rows.
    fn home_among(&self, totals: &Totals) -> Region {
        match self.range {
            Some(range) => on_axes(range, totals, self.look.scales),
            None => home_of(totals, self.look.scales),
        }
    }

    /// Looks at a region, and comes back to it.
    pub fn set_range(&mut self, range: Region) {
        self.range = Some(range);
        self.camera = Camera::new(range, self.look.scales);
        self.home = None;
    }

    /// Goes back to the range that was asked for, and from there to all rows.
    pub fn go_home(&mut self) {
        if self.range.is_some() && self.camera.is_home() {
            self.camera.show(home_of(&self.state.totals, self.look.scales));
        } else {
            self.camera.home();
        }
    }

    /// Why there is nothing to be seen, if there is nothing.
    pub fn emptiness(&self) -> Option<&'static str> {
        let is_idle = self.origin.is_none() && self.table.is_none();
        let is_followed = self.shown.as_ref().is_some_and(|shown| shown.opened.files.follow);
        match self.state.totals.rows {
            1.. => None,
            // What is asked stands before it.
            0 if self.chooser.is_some() => Some(""),
            0 if is_idle => Some("Drop a file here"),
            0 if self.state.loading.is_some() => Some("Reading…"),
            0 if is_followed => Some("Waiting for rows…"),
            0 => Some("There are no rows"),
        }
    }

    /// Lays the axes on other scales.
    pub fn set_scales(&mut self, scales: (Scale, Scale)) {
        self.look.scales = scales;
        let home = self.home_among(&self.state.totals);
        self.home = Some(home);
        self.camera.set_scales(scales, home);
    }

    /// Lays an axis on the other scale, unless it shows time.
    pub fn turn_scale(&mut self, is_x: bool) {
        let turn = |scale| if scale == Scale::Log { Scale::Linear } else { Scale::Log };
        let (x, y) = self.look.scales;
        let name = if is_x { &self.names.0 } else { &self.names.1 };
        if name.quantity == Quantity::Time {
            return self.notices.tell("dates have no log scale");
        }
        self.set_scales(if is_x { (turn(x), y) } else { (x, turn(y)) });
    }

    /// The picture of this view.
    pub fn request(&mut self, pixels: (u32, u32)) -> Request {
        if self.is_robust_usual {
            self.look.coloring.robust = self.look.suits_robust();
        }
        Request { region: self.camera.region(), pixels, look: self.look.clone() }
    }

    /// Asks for the picture of this view, unless it has been asked for.
    pub fn ask(&mut self, pixels: (u32, u32)) {
        let request = self.request(pixels);
        if self.asked.as_ref() != Some(&request) {
            self.studio.ask(request.clone());
            self.asked = Some(request);
        }
    }

    /// Asks for the picture anew, as the last one may have been on a device that is gone.
    pub fn renew(&mut self) {
        (self.frame, self.asked) = (None, None);
        self.studio.forget();
        if let Some(form) = &mut self.save {
            form.forget();
        }
    }

    /// Asks what lies in a region.
    pub fn inspect(&mut self, region: Region) {
        let Some(sheet) = self.sheet().cloned() else {
            self.inspected = Some(region);
            return self.studio.inspect(Some(region));
        };
        // Known at once, of whole cells.
        let whole = sheet.whole(region);
        let survey = sheet.survey(&sheet.part(whole));
        if self.verbose {
            eprintln!("heatbin: {}", told::surveyed(whole, &survey));
        }
        (self.inspected, self.surveyed) = (Some(whole), Some(survey));
    }

    /// The picture of what was asked for last, if it is there and of all rows.
    pub fn whole_frame(&self) -> Option<&Arc<Frame>> {
        let is_it = |frame: &&Arc<Frame>| frame.is_whole() && Some(&frame.request) == self.asked.as_ref();
        self.frame.as_ref().filter(is_it)
    }
}

/// The region of all rows that these scales can show.
fn home_of(totals: &Totals, scales: (Scale, Scale)) -> Region {
    on_axes(Region::of(totals.bounds), totals, scales)
}

/// What of a region these scales can show: on a log axis it begins at the smallest value above 0.
fn on_axes(Region { x, y }: Region, totals: &Totals, scales: (Scale, Scale)) -> Region {
    let above = |(low, high): (f64, f64), positive: f64, scale: Scale| match scale {
        Scale::Log if low <= 0.0 && positive < high => (positive, high),
        _ => (low, high),
    };
    Region { x: above(x, totals.positive.0, scales.0), y: above(y, totals.positive.1, scales.1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Bounds;
    use crate::window::studio::Engine;

    /// Flights, of which part is looked at first.
    fn flights() -> Session {
        let studio = Studio::start(Engine::Cpu, Arc::new(|| ())).unwrap();
        let mut session = Session::new(studio, Look::default(), Arc::new(|| ()));
        session.set_range(Region { x: (0.0, 2800.0), y: (-60.0, 180.0) });
        session.state.totals = Totals {
            rows: 3,
            bounds: Bounds { x: (17.0, 4983.0), y: (-112.0, 1687.0) },
            positive: (17.0, 1.0),
            ..Totals::default()
        };
        session.follow_bounds();
        session
    }

    #[test]
    fn home_is_the_range_and_then_all_rows() {
        let mut session = flights();
        let (range, all) = (session.camera.region(), Region::of(session.state.totals.bounds));
        session.camera.pan(0.3, 0.1);
        let mut seen = || {
            session.go_home();
            session.camera.region()
        };
        assert_eq!([seen(), seen(), seen(), seen()], [range, all, range, all]);
        session.range = None;
        session.follow_bounds();
        for _ in 0..2 {
            session.go_home();
            assert_eq!(session.camera.region(), all);
        }
    }

    #[test]
    fn a_range_from_zero_begins_on_a_log_axis_where_the_rows_do() {
        let mut session = flights();
        session.turn_scale(true);
        assert_eq!(session.camera.region(), Region { x: (17.0, 2800.0), y: (-60.0, 180.0) });
        session.turn_scale(false);
        assert_eq!(session.camera.region(), Region { x: (17.0, 2800.0), y: (1.0, 180.0) });
        // A lower row comes, and the axes are what they were again.
        session.state.totals.positive.0 = 5.0;
        session.follow_bounds();
        assert_eq!(session.camera.region().x, (5.0, 2800.0));
        session.turn_scale(true);
        session.turn_scale(false);
        assert_eq!(session.camera.region(), Region { x: (0.0, 2800.0), y: (-60.0, 180.0) });
    }

    #[test]
    fn what_has_no_rows_says_so() {
        let mut session = flights();
        assert_eq!(session.emptiness(), None);
        session.state.totals = Totals::default();
        assert_eq!(session.emptiness(), Some("Drop a file here"));
        let (x, y) = ("x".to_owned(), "y".to_owned());
        let (files, labels, options) = (vec!["a.csv".to_owned()], (x.clone(), y.clone()), Vec::new());
        session.origin = Some(Origin { files, x, y, weights: None, category: None, labels, options });
        session.state.loading = Some(0.2);
        assert_eq!(session.emptiness(), Some("Reading…"));
        session.state.loading = None;
        assert_eq!(session.emptiness(), Some("There are no rows"));
    }

    #[test]
    fn a_log_axis_begins_at_the_smallest_value_above_zero() {
        let bounds = Bounds { x: (-3.0, 100.0), y: (0.5, 2.0) };
        let totals = Totals { bounds, positive: (0.25, 0.5), ..Totals::default() };
        let home = home_of(&totals, (Scale::Log, Scale::Log));
        assert_eq!((home.x, home.y), ((0.25, 100.0), (0.5, 2.0)));
        assert_eq!(home_of(&totals, Default::default()).x, (-3.0, 100.0));
    }
}
