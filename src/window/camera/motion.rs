//! How a view comes to rest: by exponential decay, whose sum does not depend on how the time is cut into frames.

/// Seconds in which a glide loses all but 1/e of its speed.
const GLIDING: f64 = 0.25;

/// Seconds in which an eased zoom has all but 1/e behind it.
const ZOOMING: f64 = 0.06;

/// A glide below so many shares of the view a second is over: half a pixel on a wide screen.
const STILL: f64 = 0.01;

/// What is left of a zoom, as a logarithm, when it is done in one step: half a pixel again.
const NEARLY: f64 = 3e-4;

/// What is still to come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Motion {
    velocity: (f64, f64),
    /// The logarithm of the factor that is left.
    zoom: f64,
    at: (f64, f64),
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// Shares of the view.
    pub pan: Option<(f64, f64)>,
    /// A factor and its place.
    pub zoom: Option<(f64, (f64, f64))>,
}

impl Motion {
    pub fn glide(&mut self, (vx, vy): (f64, f64)) {
        if vx.is_finite() && vy.is_finite() {
            self.velocity = (vx, vy);
            self.rest();
        }
    }

    /// Adds to the zoom that is under way; the newer place counts.
    pub fn zoom(&mut self, factor: f64, at: (f64, f64)) {
        if factor.is_finite() && factor > 0.0 {
            self.zoom += factor.ln();
            self.at = at;
        }
    }

    pub fn is_zooming(&self) -> bool {
        self.zoom != 0.0
    }

    pub fn is_moving(&self) -> bool {
        self.is_zooming() || self.velocity != (0.0, 0.0)
    }

    pub fn tick(&mut self, dt: f64) -> Step {
        let mut step = Step::default();
        if dt.is_nan() || dt <= 0.0 {
            return step;
        }
        if self.velocity != (0.0, 0.0) {
            let left = (-dt / GLIDING).exp();
            let way = GLIDING * (1.0 - left);
            step.pan = Some((self.velocity.0 * way, self.velocity.1 * way));
            self.velocity = (self.velocity.0 * left, self.velocity.1 * left);
            self.rest();
        }
        if self.is_zooming() {
            let left = self.zoom * (-dt / ZOOMING).exp();
            let left = if left.abs() < NEARLY { 0.0 } else { left };
            step.zoom = Some(((self.zoom - left).exp(), self.at));
            self.zoom = left;
        }
        step
    }

    fn rest(&mut self) {
        if self.velocity.0.hypot(self.velocity.1) < STILL {
            self.velocity = (0.0, 0.0);
        }
    }
}
