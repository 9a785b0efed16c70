//! Measuring: a run to warm up, then some that count.

use std::time::{Duration, Instant};

use crate::cli::progress::go_on;
use crate::error::Result;

/// What repeated runs took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    pub median: f64,
    /// The time within which 95 % of the runs were done.
    pub p95: f64,
}

impl Times {
    /// Of at least one run.
    fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        let (runs, half) = (seconds.len(), seconds.len() / 2);
        let median = if runs % 2 == 1 { seconds[half] } else { (seconds[half - 1] + seconds[half]) / 2.0 };
        Self { median, p95: seconds[(runs * 95).div_ceil(100) - 1] }
    }
}

/// How often the speed of memory is measured in a run that repeats so often.
pub fn readings(repeats: usize) -> usize {
    repeats.clamp(3, 20)
}

/// Does `work` once to warm up and `times` times to measure; it is told which run this is and says how long it took.
pub fn repeat(times: usize, mut work: impl FnMut(usize) -> Result<Duration>) -> Result<Times> {
    let mut seconds = Vec::new();
    for run in 0..=times {
        go_on()?;
        let taken = work(run)?.as_secs_f64();
        if run > 0 {
            seconds.push(taken);
        }
    }
    Ok(Times::of(seconds))
}

/// How long `work` took on this clock, and what came of it, so that putting that away is not measured.
pub fn clocked<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    let done = work()?;
    Ok((done, start.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_does_not_count() {
        let times = repeat(4, |run| Ok(Duration::from_secs([100, 4, 1, 3, 2][run]))).unwrap();
        assert_eq!(times, Times { median: 2.5, p95: 4.0 });
        assert_eq!(Times::of(vec![3.0]), Times { median: 3.0, p95: 3.0 });
        let many = Times::of((1..=100).rev().map(f64::from).collect());
        assert_eq!(many, Times { median: 50.5, p95: 95.0 });
    }
}
