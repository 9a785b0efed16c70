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
    ticks_between(names, (0.0, names.len() as f64), direction, length, size, longest)
}

/// The same of an axis that shows what lies between two places, where the first name stands at 0.5. Which names are kept does not depend
/// on where the axis begins, so they stay as it is moved.
pub(crate) fn ticks_between(
    names: &[String],
    (low, high): (f64, f64),
    direction: Direction,
    length: f64,
    size: f64,
    longest: f64,
) -> Ticks {
    if names.is_empty() {
        return Ticks::default();
    }
    let cell = length / (high - low);
    let every = step((LINE * size / cell).ceil() as usize);
    let first = ((low.max(0.0) - 0.5).max(0.0).ceil() as usize).next_multiple_of(every);
    let mut major: Vec<Tick> = (first..names.len())
        .step_by(every)
        .take_while(|&nth| nth as f64 + 0.5 <= high)
        .map(|nth| Tick {
            at: (nth as f64 + 0.5 - low) / (high - low),
            label: written(&names[nth], size, longest),
        })
        .collect();
    if every == 1 {
        at_borders(&mut major, (low, high), names.len(), |nth, seen| {
            let label = written(&names[nth], size, longest);
            let takes = match direction {
                Direction::Across => font::width(&label, size) + GAP * size,
                Direction::Up => LINE * size,
            };
            (takes <= seen * cell).then_some(label)
        });
    }
    if major.is_empty() {
        // Closer than to one middle: the name of what fills the most of the axis.
        let nth = ((low + high) / 2.0).clamp(0.0, names.len() as f64 - 1.0) as usize;
        major.push(Tick { at: 0.5, label: written(&names[nth], size, longest) });
    }
    let room = every as f64 * cell;
    let half = |tick: &Tick| (font::width(&tick.label, size) + GAP * size) / 2.0;
    let turned = direction == Direction::Across
        && (major.windows(2).any(|pair| {
            let apart = (pair[1].at - pair[0].at) * length;
            half(&pair[0]) + half(&pair[1]) > room.min(apart)
        })
            // Alone, a name may be as wide as the axis.
            || major.iter().any(|tick| major.len() == 1 && 2.0 * half(tick) > length.max(room)));
    Ticks { major, turned, ..Ticks::default() }
}

/// Adds the names of the first and the last cell where their middles are out of sight: in the middle of what is seen of each, if `label`
/// has one for that much of a cell.
fn at_borders(
    major: &mut Vec<Tick>,
    (low, high): (f64, f64),
    count: usize,
    label: impl Fn(usize, f64) -> Option<String>,
) {
    let (first, last) = (low.max(0.0) as usize, (high.ceil().max(1.0) as usize).min(count) - 1);
    if first >= last {
        return;
    }
    let tick = |nth: usize| {
        let (start, end) = ((nth as f64).max(low), (nth as f64 + 1.0).min(high));
        let at = ((start + end) / 2.0 - low) / (high - low);
        label(nth, end - start).map(|label| Tick { at, label })
    };
    if first as f64 + 0.5 < low {
        major.splice(0..0, tick(first));
    }
    if last as f64 + 0.5 > high {
        major.extend(tick(last));
    }
}

/// A name on one line.
fn written(name: &str, size: f64, longest: f64) -> String {
    font::cut(font::name(name), size, longest)
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
    fn names_stay_where_they_are_as_the_axis_moves() {
        let names = names(1000, 4);
        let of = |low: f64, high: f64| {
            ticks_between(&names, (low, high), Direction::Across, 350.0, 8.5, 99.0).major
        };
        let place = |tick: &Tick, low: f64, high: f64| low + tick.at * (high - low);
        let (before, after) = (of(100.0, 300.0), of(103.5, 303.5));
        for tick in before.iter().filter(|tick| place(tick, 100.0, 300.0) > 103.5) {
            let same = after.iter().find(|other| other.label == tick.label).expect("still there");
            assert!((place(same, 103.5, 303.5) - place(tick, 100.0, 300.0)).abs() < 1e-9);
        }
        let (one, inside) = (of(7.2, 7.9), of(7.6, 7.9));
        assert_eq!((one.len(), one[0].label.as_str()), (1, "0007"));
        assert_eq!((inside.len(), inside[0].label.as_str(), inside[0].at), (1, "0007", 0.5));
        let whole = ticks(&names, Direction::Across, 350.0, 8.5, 99.0);
        assert_eq!(whole.major, of(0.0, 1000.0));
    }

    #[test]
    fn what_is_seen_of_a_cell_is_named_where_there_is_room() {
        let names = names(1000, 4);
        let of = |direction, low: f64, high: f64| {
            let ticks = ticks_between(&names, (low, high), direction, 350.0, 8.5, 99.0);
            let place = |tick: &Tick| (low + tick.at * (high - low)) * 100.0;
            let ticks = ticks.major.iter().map(|tick| (tick.label.clone(), place(tick).round()));
            ticks.collect::<Vec<_>>()
        };
        let tick = |label: &str, place: f64| (label.to_owned(), place);
        for direction in [Direction::Across, Direction::Up] {
            // Two cells, of which one shows its middle, or none.
            assert_eq!(of(direction, 7.2, 8.4), [tick("0007", 750.0), tick("0008", 820.0)]);
            assert_eq!(of(direction, 7.6, 8.4), [tick("0007", 780.0), tick("0008", 820.0)]);
            assert_eq!(
                of(direction, 7.6, 9.3),
                [tick("0007", 780.0), tick("0008", 850.0), tick("0009", 915.0)]
            );
            // Slivers.
            assert_eq!(of(direction, 7.99, 9.01), [tick("0008", 850.0)]);
            assert_eq!(of(direction, 998.7, 1000.0), [tick("0998", 99885.0), tick("0999", 99950.0)]);
        }
        assert_eq!(of(Direction::Across, 7.94, 8.94), [tick("0008", 850.0)]);
        assert_eq!(of(Direction::Up, 7.94, 8.94), [tick("0007", 797.0), tick("0008", 850.0)]);
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
