//! Names at the middles of equal cells: every one, or every second, third, ... where they would touch.

use super::{Direction, Tick, Ticks};
use crate::figure::font;

/// What a line of text takes of the axis that it stands across, in units of its size.
const LINE: f64 = 1.15;
/// What stays free between two names along one line.
const GAP: f64 = 0.7;

/// The marks of an axis of this length; names longer than `longest` are cut.
///
/// As in seaborn, about as many names are kept as stand clear of each other when they stand across the axis; along it they are written where
/// all that are kept have room.
pub(crate) fn ticks(names: &[String], direction: Direction, length: f64, size: f64, longest: f64) -> Ticks {
    if names.is_empty() {
        return Ticks::default();
    }
    let cell = length / names.len() as f64;
    let every = step((LINE * size / cell).ceil() as usize);
    let major: Vec<Tick> = (0..names.len())
        .step_by(every)
        .map(|nth| {
            let label = font::clean(&names[nth]).replace('\n', " ");
            Tick { at: (nth as f64 + 0.5) / names.len() as f64, label: font::cut(label, size, longest) }
        })
        .collect();
    let room = every as f64 * cell;
    let half = |tick: &Tick| (font::width(&tick.label, size) + GAP * size) / 2.0;
    let turned = direction == Direction::Across
        && (major.windows(2).any(|pair| half(&pair[0]) + half(&pair[1]) > room)
            // Alone, a name may be as wide as the axis.
            || major.iter().any(|tick| major.len() == 1 && 2.0 * half(tick) > length.max(room)));
    Ticks { major, turned, ..Ticks::default() }
}

/// Every how many names are written where at least so many take the room of one: from ten on in round steps, as names are often numbers.
fn step(least: usize) -> usize {
    if least <= 10 {
        return least.max(1);
    }
    let mut power = 10;
    loop {
        for factor in [1, 2, 5] {
            if factor * power >= least {
                return factor * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize, letters: usize) -> Vec<String> {
        (0..count).map(|nth| format!("{nth:0>letters$}")).collect()
    }

    #[test]
    fn names_stay_apart_whatever_their_number() {
        for (count, letters) in [(1, 1), (2, 40), (7, 3), (12, 4), (40, 2), (300, 5), (60_000, 9)] {
            for length in [20.0, 90.0, 350.0] {
                for direction in [Direction::Across, Direction::Up] {
                    let ticks = ticks(&names(count, letters), direction, length, 8.5, 120.0);
                    assert!(!ticks.major.is_empty());
                    for pair in ticks.major.windows(2) {
                        let apart = (pair[1].at - pair[0].at) * length;
                        let wide = direction == Direction::Across && !ticks.turned;
                        let extent = |tick: &Tick| if wide { font::width(&tick.label, 8.5) } else { 8.5 };
                        assert!((extent(&pair[0]) + extent(&pair[1])) / 2.0 < apart, "{count} {length}");
                    }
                    assert!(ticks.major.iter().all(|tick| font::width(&tick.label, 8.5) <= 120.0));
                }
            }
        }
    }

    #[test]
    fn all_are_written_where_they_fit_and_turned_where_they_must() {
        let of = |count, letters, length| ticks(&names(count, letters), Direction::Across, length, 8.5, 99.0);
        assert_eq!((of(12, 3, 350.0).major.len(), of(12, 3, 350.0).turned), (12, false));
        assert_eq!((of(12, 8, 350.0).major.len(), of(12, 8, 350.0).turned), (12, true));
        let thinned = of(100, 2, 350.0);
        assert_eq!(thinned.major[1].label, "03");
        assert!((thinned.major[0].at - 0.005).abs() < 1e-12);
        assert_eq!([1, 3, 10, 11, 20, 21, 51, 1686].map(step), [1, 3, 10, 20, 20, 50, 100, 2000]);
    }
}
