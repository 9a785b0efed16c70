//! Short messages that come and go: what was saved, what went wrong.

use std::time::{Duration, Instant};

/// What is said at the moment, the newest last.
#[derive(Debug, Default)]
pub(super) struct Notices(Vec<Notice>);

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub text: String,
    pub is_alert: bool,
    until: Instant,
}

impl Notices {
    /// Says something.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.add(text.into(), false, Duration::from_secs(4));
    }

    /// Says what went wrong, and leaves time to read it.
    pub fn alert(&mut self, text: impl Into<String>) {
        self.add(text.into(), true, Duration::from_secs(15));
    }

    fn add(&mut self, text: String, is_alert: bool, time: Duration) {
        self.0.retain(|notice| notice.text != text);
        self.0.push(Notice { text, is_alert, until: Instant::now() + time });
    }

    /// What is said now, and when that changes.
    pub fn now(&mut self) -> (&[Notice], Option<Duration>) {
        let now = Instant::now();
        self.0.retain(|notice| notice.until > now);
        let next = self.0.iter().map(|notice| notice.until - now).min();
        (&self.0, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_stands_once_and_goes() {
        let mut notices = Notices::default();
        notices.tell("a");
        notices.tell("a");
        assert_eq!(notices.now().0.len(), 1);
        notices.add("b".into(), true, Duration::ZERO);
        assert_eq!(notices.now().0.len(), 1);
    }
}
