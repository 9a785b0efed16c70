//! The colours of some cells, as [`Coloring::fit`] finds them, without a copy of their values.

use rayon::prelude::*;

use super::{Part, Sheet, Survey};
use crate::data::{ColorScale, Coloring, Equalized, Norm, Ordered, ROBUST, on_the_way};
use crate::error::Result;

/// As [`Sheet::fit`].
pub fn fit(
    sheet: &Sheet,
    part: &Part,
    known: Survey,
    coloring: &Coloring,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Result<ColorScale>> {
    let shows = |value: f64| coloring.shows(value);
    let survey = shown(sheet, part, known, coloring, stop)?;
    let extremes = survey.extremes;
    if !coloring.needs_values() || survey.finite == 0 {
        return Some(coloring.fit_extremes(extremes));
    }
    if let Norm::Equalized(_) = coloring.norm {
        let lines = part.0.clone().take_while(|_| !stop());
        let cells = lines.flat_map(|up| sheet.line(up)[part.1.clone()].iter().copied());
        let norm = Norm::Equalized(Equalized::fit(cells.filter(|&value| shows(value)), false));
        let scale = coloring.fit_extremes(extremes).map(|scale| ColorScale { norm, ..scale });
        return (!stop()).then_some(scale);
    }
    let percentile = |share: f64| {
        let place = share * (survey.finite - 1) as f64;
        let below = place.floor() as u64;
        ([below, (below + 1).min(survey.finite - 1)], place.fract())
    };
    let [(low, low_rest), (high, high_rest)] = [percentile(ROBUST.0), percentile(ROBUST.1)];
    let [a, b, c, d] = nth(sheet, part, &shows, [low[0], low[1], high[0], high[1]], stop)?;
    let ends = (on_the_way(a, b, low_rest), on_the_way(c, d, high_rest));
    Some(coloring.fit_between(Some(ends), extremes))
}

/// What the cells of a part are that have a colour; `None` if `stop` said so before that was found.
pub fn shown(
    sheet: &Sheet,
    part: &Part,
    known: Survey,
    coloring: &Coloring,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Survey> {
    let shows = |value: f64| coloring.shows(value);
    if known.all(&shows) {
        return Some(known);
    }
    let survey = sheet.tiles.survey(&sheet.matrix, part, &shows, stop);
    (!stop()).then_some(survey)
}

/// The values that have these places among all that are shown, ascending: found by counting, 16 bits of their keys at a time.
fn nth(
    sheet: &Sheet,
    (rows, columns): &Part,
    shows: &(impl Fn(f64) -> bool + Sync),
    places: [u64; 4],
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<[f64; 4]> {
    const BITS: u32 = 16;
    let mut found = places.map(|place| (0u64, place));
    for shift in [48, 32, 16, 0] {
        // The bits above those that are counted: none at first.
        let above = |key: u64| if shift == 48 { 0 } else { key >> (shift + BITS) };
        let mut starts = found.map(|(start, _)| above(start)).to_vec();
        starts.dedup();
        let zero = || vec![0u64; starts.len() << BITS];
        let count = |mut counts: Vec<u64>, up: usize| {
            if !stop() {
                for &value in sheet.line(up)[columns.clone()].iter().filter(|&&value| shows(value)) {
                    let key = Ordered::of(value).0;
                    if let Some(start) = starts.iter().position(|&start| start == above(key)) {
                        counts[start << BITS | (key >> shift & 0xffff) as usize] += 1;
                    }
                }
            }
            counts
        };
        let add = |mut sum: Vec<u64>, other: Vec<u64>| {
            sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
            sum
        };
        let share = rows.len().div_ceil(rayon::current_num_threads());
        let counts = rows.clone().into_par_iter().with_min_len(share).fold(zero, count).reduce(zero, add);
        if stop() {
            return None;
        }
        for (key, place) in &mut found {
            let start = starts.iter().position(|&start| start == above(*key)).unwrap_or(0);
            for (bits, &count) in counts[start << BITS..(start + 1) << BITS].iter().enumerate() {
                if *place < count {
                    *key |= (bits as u64) << shift;
                    break;
                }
                *place -= count;
            }
        }
    }
    Some(found.map(|(key, _)| Ordered(key).value()))
}
