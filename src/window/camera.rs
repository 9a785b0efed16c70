//! Where the window looks.
//!
//! Pure arithmetic over the coordinates of the scales (`v`, or `log10(v)` on a log axis). Places on the screen are shares of
//! the view: 0 to 1 from left to right and from bottom to top. There is no snapping at any zoom: it stops only where
//! [`CLOSEST`] neighbouring f64 fill the view, and far out at [`FARTHEST`]; or within the cells of a table, at one of them and at all.

mod motion;
#[cfg(test)]
mod tests;

use super::Region;
use crate::data::Scale;
use motion::Motion;

/// The view is at least so many steps between neighbouring f64 wide.
pub const CLOSEST: f64 = 16.0;

/// No end of a view lies farther from 0: its width is then still a number.
pub const FARTHEST: f64 = 1e307;

/// The same on a log axis, in powers of ten.
const FARTHEST_LOG: f64 = 300.0;

/// Views that can be gone back to.
const REMEMBERED: usize = 256;

/// The view, how it moves, and the views before it.
///
/// Gestures that shall be undone in one step begin with [`Camera::remember`]; [`show`](Self::show), [`home`](Self::home) and
/// [`ease`](Self::ease) call it themselves.
#[derive(Clone, Debug)]
pub struct Camera {
    home: Region,
    scales: (Scale, Scale),
    /// What no view reaches beyond.
    bounds: Option<Region>,
    x: Span,
    y: Span,
    motion: Motion,
    before: Vec<Region>,
    after: Vec<Region>,
}

/// What is seen of one axis, in the coordinate of its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    low: f64,
    high: f64,
    scale: Scale,
    /// The ends in data units where they were given in them: a way through logarithms would change the last bit.
    data: Option<(f64, f64)>,
    /// What it does not reach beyond: whole numbers of cells.
    within: Option<(f64, f64)>,
}

impl Camera {
    /// A camera that looks at `home`.
    ///
    /// A region that no view can have (empty, not finite, not positive on a log axis) is replaced by the nearest that one can.
    pub fn new(home: Region, scales: (Scale, Scale)) -> Self {
        let (x, y) = (Span::of(home.x, scales.0), Span::of(home.y, scales.1));
        let home = Region { x: x.ends(), y: y.ends() };
        let bounds = None;
        Self { home, scales, bounds, x, y, motion: Motion::default(), before: Vec::new(), after: Vec::new() }
    }

    /// A camera that looks at all of these bounds, and never beyond them; they are whole numbers, and it comes no closer than 1.
    pub fn within(bounds: Region) -> Self {
        let mut camera = Self::new(bounds, (Scale::Linear, Scale::Linear));
        camera.bounds = Some(bounds);
        camera.look_at(bounds);
        camera
    }

    /// What is seen now, in data units.
    pub fn region(&self) -> Region {
        Region { x: self.x.ends(), y: self.y.ends() }
    }

    /// The scales of x and of y.
    pub fn scales(&self) -> (Scale, Scale) {
        self.scales
    }

    /// Whether it looks at all there is.
    pub fn is_home(&self) -> bool {
        self.region() == self.home
    }

    /// Looks at all there is.
    pub fn home(&mut self) {
        self.show(self.home);
    }

    /// Says where home is. A camera that is there goes along, and stays where it is otherwise.
    pub fn set_home(&mut self, home: Region) {
        let was_home = self.is_home();
        let fresh = Self::new(home, self.scales);
        self.home = fresh.home;
        if was_home {
            (self.x, self.y) = (fresh.x, fresh.y);
        }
    }

    /// Draws the axes by other scales: the same ends where they have a place on them, else those of `home`.
    pub fn set_scales(&mut self, scales: (Scale, Scale), home: Region) {
        let (seen, was_home) = (self.region(), self.is_home());
        let fits = |ends: (f64, f64), scale| scale == Scale::Linear || ends.0 > 0.0;
        let fresh = Self::new(home, scales);
        (self.home, self.scales) = (fresh.home, scales);
        let keep =
            |ends, scale, home| if !was_home && fits(ends, scale) { Span::of(ends, scale) } else { home };
        self.x = keep(seen.x, scales.0, fresh.x);
        self.y = keep(seen.y, scales.1, fresh.y);
        self.motion = Motion::default();
        let fits = |view: &Region| fits(view.x, scales.0) && fits(view.y, scales.1);
        self.before.retain(fits);
        self.after.retain(fits);
    }

    /// Moves the view over the data by shares of itself: a positive `dx` shows what lies to the right, a positive `dy` what
    /// lies above. (To pan by dragging, pass the way of the hand with its sign turned.)
    pub fn pan(&mut self, dx: f64, dy: f64) {
        self.x.pan(dx);
        self.y.pan(dy);
    }

    /// Shows `1 / factor` of what is seen now, so that the place `at` stays where it is: above 1 goes in, below 1 out.
    pub fn zoom(&mut self, factor: f64, at: (f64, f64)) {
        self.zoom_axes(factor, factor, at);
    }

    /// As [`zoom`](Self::zoom), with a factor for each axis; 1 leaves it alone.
    pub fn zoom_axes(&mut self, fx: f64, fy: f64, at: (f64, f64)) {
        self.x.zoom(fx, at.0);
        self.y.zoom(fy, at.1);
    }

    /// Looks at a region, in data units. What was seen before can be had back by [`undo`](Self::undo).
    pub fn show(&mut self, region: Region) {
        self.remember();
        self.look_at(region);
    }

    /// The same for good.
    pub fn look_at(&mut self, region: Region) {
        self.motion = Motion::default();
        (self.x, self.y) = (Span::of(region.x, self.scales.0), Span::of(region.y, self.scales.1));
        if let Some(Region { x, y }) = self.bounds {
            self.x.keep_within(x);
            self.y.keep_within(y);
        }
    }

    /// Makes this view one that [`undo`](Self::undo) goes back to. Twice in a row is once.
    pub fn remember(&mut self) {
        let now = self.region();
        if self.before.last() != Some(&now) {
            self.before.push(now);
            if self.before.len() > REMEMBERED {
                self.before.remove(0);
            }
        }
        self.after.clear();
    }

    /// Goes back to the view that was remembered last; false if there is none.
    pub fn undo(&mut self) -> bool {
        let now = self.region();
        let view = loop {
            match self.before.pop() {
                Some(view) if view == now => {}
                Some(view) => break view,
                None => return false,
            }
        };
        self.after.push(now);
        self.look_at(view);
        true
    }

    /// Takes an [`undo`](Self::undo) back; false if there is none, or something was done since.
    pub fn redo(&mut self) -> bool {
        let Some(view) = self.after.pop() else { return false };
        self.before.push(self.region());
        self.look_at(view);
        true
    }

    /// Lets the view glide on, at shares of itself a second, slower and slower; the signs are those of [`pan`](Self::pan).
    pub fn glide(&mut self, velocity: (f64, f64)) {
        self.motion.glide(velocity);
    }

    /// As [`zoom`](Self::zoom), over the next few [ticks](Self::tick).
    pub fn ease(&mut self, factor: f64, at: (f64, f64)) {
        if !self.motion.is_zooming() {
            self.remember();
        }
        self.motion.zoom(factor, at);
    }

    /// Holds a view that glides or zooms where it is: a hand was laid on it.
    pub fn hold(&mut self) {
        self.motion = Motion::default();
    }

    /// Goes on with what [`glide`](Self::glide) and [`ease`](Self::ease) began, by `dt` seconds; true while there is more to come.
    ///
    /// Where the view ends up does not depend on how the time is cut.
    pub fn tick(&mut self, dt: f64) -> bool {
        let step = self.motion.tick(dt);
        if let Some((factor, at)) = step.zoom {
            self.zoom(factor, at);
        }
        if let Some((dx, dy)) = step.pan {
            self.pan(dx, dy);
        }
        self.motion.is_moving()
    }

    /// The data at a place on the screen.
    pub fn to_data(&self, share: (f64, f64)) -> (f64, f64) {
        (self.x.value(share.0), self.y.value(share.1))
    }

    /// The place of data on the screen: outside 0 to 1 if they are not in view, NaN where the scale has no place for them.
    pub fn to_share(&self, data: (f64, f64)) -> (f64, f64) {
        (self.x.share(data.0), self.y.share(data.1))
    }
}

impl Span {
    /// The span between two ends in data units.
    fn of((low, high): (f64, f64), scale: Scale) -> Self {
        let limit = if scale == Scale::Log { FARTHEST_LOG } else { FARTHEST };
        let fits = |v: f64| scale.forward(v).is_finite() && scale.forward(v).abs() <= limit;
        if fits(low) && fits(high) {
            let span = Self {
                low: scale.forward(low),
                high: scale.forward(high),
                scale,
                data: Some((low, high)),
                within: None,
            };
            if span.high - span.low >= span.narrowest() {
                return span;
            }
            let mut wider = Self { data: None, ..span };
            // One value alone: as numpy widens it on a linear axis, by a third of a decade each way on a log one.
            if low == high {
                let half = if scale == Scale::Log { 1.0 / 3.0 } else { 0.5 };
                (wider.low, wider.high) = (span.low - half, span.high + half);
            }
            if wider.high < wider.low {
                (wider.low, wider.high) = (wider.high, wider.low);
            }
            wider.settle();
            return wider;
        }
        let or = |v: f64, other: f64| if fits(v) { scale.forward(v) } else { other };
        let (low, high) = match scale {
            // Where the low end has no logarithm, six decades are shown.
            Scale::Log => {
                let high = or(high, 1.0);
                (high - 6.0, high)
            }
            Scale::Linear => (or(low, -FARTHEST), or(high, FARTHEST)),
        };
        let mut span = Self { low: low.min(high), high: high.max(low), scale, data: None, within: None };
        span.settle();
        span
    }

    fn ends(&self) -> (f64, f64) {
        self.data.unwrap_or_else(|| (self.scale.inverse(self.low), self.scale.inverse(self.high)))
    }

    fn value(&self, share: f64) -> f64 {
        self.scale.inverse(self.low + share * (self.high - self.low))
    }

    fn share(&self, value: f64) -> f64 {
        (self.scale.forward(value) - self.low) / (self.high - self.low)
    }

    fn pan(&mut self, share: f64) {
        let way = share * (self.high - self.low);
        // At a border the view stays there.
        let way = self.within.map_or(way, |(low, high)| way.clamp(low - self.low, high - self.high));
        let limit = self.limit();
        let moved = (self.low + way, self.high + way);
        if way != 0.0 && moved.0 >= -limit && moved.1 <= limit {
            (self.low, self.high, self.data) = (moved.0, moved.1, None);
            self.settle();
        }
    }

    fn zoom(&mut self, factor: f64, at: f64) {
        if !(factor.is_finite() && factor > 0.0 && at.is_finite()) || factor == 1.0 {
            return;
        }
        let width = self.high - self.low;
        let fixed = self.low + at * width;
        let widest = self.within.map_or(f64::INFINITY, |(low, high)| high - low);
        let wanted = (width / factor).max(self.narrowest()).min(widest);
        if !wanted.is_finite() || wanted > 2.0 * self.limit() {
            return;
        }
        self.low = fixed - at * wanted;
        // From the other side, so that zooming at an end keeps that end.
        self.high = fixed + (1.0 - at) * wanted;
        self.data = None;
        self.settle();
    }

    /// Keeps the span within these ends from now on.
    fn keep_within(&mut self, ends: (f64, f64)) {
        self.within = Some(ends);
        if self.low < ends.0 || self.high > ends.1 || self.high - self.low < self.narrowest() {
            self.data = None;
            self.settle();
        }
    }

    /// Keeps the ends within what there is, and apart.
    fn settle(&mut self) {
        if let Some((low, high)) = self.within {
            let width = (self.high - self.low).clamp(self.narrowest(), high - low);
            self.low = self.low.clamp(low, high - width);
            // Exactly at the border where that is where it ends.
            self.high = if self.low == high - width { high } else { self.low + width };
            return;
        }
        let limit = self.limit();
        (self.low, self.high) = (self.low.clamp(-limit, limit), self.high.clamp(-limit, limit));
        let missing = self.narrowest() - (self.high - self.low);
        if missing > 0.0 {
            let inwards = if self.low > 0.0 { -missing } else { missing };
            if inwards > 0.0 { self.high += inwards } else { self.low += inwards }
        }
    }

    fn limit(&self) -> f64 {
        if self.scale == Scale::Log { FARTHEST_LOG } else { FARTHEST }
    }

    /// The narrowest view here.
    fn narrowest(&self) -> f64 {
        if self.within.is_some() {
            return 1.0;
        }
        let largest = self.low.abs().max(self.high.abs());
        let step = largest.next_up() - largest;
        // Near 0 numbers go on without end; a grid needs a step that is a normal number.
        (CLOSEST * step).max(1e-290)
    }
}
