use super::*;
use crate::binning::{Binner, CategoryBinner, CpuBinner, ReduceBinner};
use crate::data::{
    Aggregate, ColorScale, Column, Layers, Names, Points, Raster, Reduced, Reduction, Scale, Values,
};
use crate::density::Filter;
use crate::window::scene::NO_SPAN;
use crate::window::studio::picture::{self, Shown};
use crate::window::{Grouping, Look};

fn request(shape: Shape, scales: (Scale, Scale)) -> Request {
    let look = Look { shape, cell_pixels: 4, scales, ..Look::default() };
    Request { region: Region { x: (1.0, 3.0), y: (0.5, 2.0) }, pixels: (80, 60), look }
}

fn block(points: &[(f64, f64)]) -> Arc<Block> {
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    Arc::new(Block::cut(Points::new(x, y).unwrap(), None).unwrap().remove(0))
}

fn blocks(count: usize) -> Vec<Arc<Block>> {
    let point = |i: usize| (2.0 + 2.0 * (i as f64 * 0.7).sin(), 1.0 + (i as f64 * 0.13).cos());
    (0..count).map(|nth| block(&(0..5000).map(|i| point(nth * 5000 + i)).collect::<Vec<_>>())).collect()
}

fn pass(request: &Request, blocks: &[Arc<Block>]) -> Pass {
    Pass::new(request, Arc::new(request.grid().unwrap()), NO_SPAN, None, blocks.iter()).unwrap()
}

fn counted(request: &Request, blocks: &[Arc<Block>]) -> Aggregate {
    let binner = Box::new(CpuBinner::new(Arc::new(request.grid().unwrap())).unwrap());
    blocks.iter().for_each(|block| binner.add(&block.points()).unwrap());
    binner.finish().unwrap()
}

/// The picture of cells that are not told apart.
fn picture(request: &Request, aggregate: &Aggregate, share: f64) -> Result<(ColorScale, Arc<Raster>)> {
    let Shown { scale, mixture, picture } = picture::picture(request, aggregate, None, share, None)?;
    assert!(mixture.is_none());
    Ok((scale, picture.read()?))
}

const ALL: Budget = Budget { slice: Duration::MAX, to_finish: Duration::MAX };

#[test]
fn a_pass_goes_on_where_it_was_and_ends_exact() {
    let (request, blocks) = (request(Shape::Hexagons, Default::default()), blocks(40));
    let mut pass = pass(&request, &blocks);
    let (mut shares, mut steps) = (vec![pass.share()], 0);
    while !pass.is_whole() {
        // As a budget that is over after every few blocks.
        let asked = AtomicUsize::new(0);
        pass.go_on(ALL, &|| asked.fetch_add(1, Relaxed) >= 7).unwrap();
        let tally = pass.counted().unwrap().0.tally;
        assert!(tally.adds_up() && tally.rows == pass.counted);
        shares.push(pass.share());
        steps += 1;
        assert!(steps < 100);
    }
    assert!(steps > 2 && shares.is_sorted() && shares[1] > 0.0 && shares[1] < 0.5, "{shares:?}");
    assert!(pass.counted().unwrap().0 == counted(&request, &blocks));
    let mut stopped = self::pass(&request, &blocks);
    stopped.go_on(ALL, &|| true).unwrap();
    assert_eq!(stopped.share(), 0.0);
    // A budget of no time counts nothing on, and one that allows to finish does.
    let none = Budget { slice: Duration::ZERO, to_finish: Duration::ZERO };
    stopped.go_on(none, &|| false).unwrap();
    assert!(!stopped.is_whole());
    stopped.go_on(Budget { to_finish: Duration::MAX, ..none }, &|| false).unwrap();
    assert!(stopped.is_whole());
}

#[test]
fn rows_come_and_go_in_the_middle_of_a_pass() {
    let (request, blocks) = (request(Shape::Rectangles, Default::default()), blocks(12));
    let base = counted(&request, &blocks[..2]);
    let grid = Arc::new(request.grid().unwrap());
    let mut pass = Pass::new(&request, grid, NO_SPAN, Some(base.into()), blocks[2..6].iter()).unwrap();
    let asked = AtomicUsize::new(0);
    pass.go_on(ALL, &|| asked.fetch_add(1, Relaxed) >= 2).unwrap();
    blocks[6..].iter().for_each(|block| pass.add(block));
    // Counted, of the base, and not counted yet.
    for gone in [0, 3, 4, 11] {
        pass.remove(blocks[gone].clone());
    }
    assert!(!pass.is_whole() && pass.counted().unwrap().0.tally.adds_up());
    pass.go_on(ALL, &|| false).unwrap();
    assert!(pass.is_whole());
    let kept: Vec<_> = [1, 2, 5, 6, 7, 8, 9, 10].iter().map(|&nth: &usize| blocks[nth].clone()).collect();
    assert!(pass.counted().unwrap().0 == counted(&request, &kept));
}

#[test]
fn a_near_view_of_sorted_rows_has_the_cells_and_the_account_of_all() {
    // Far more than are in view, a fifth without a category, and some missing.
    let at = |i: usize| (5.0 + 4.0 * (i as f64 * 0.7).sin(), 1.0 + 3.0 * (i as f64 * 0.31).cos());
    let (mut x, y): (Vec<f64>, Vec<f64>) = (0..150_000).map(at).unzip();
    x.iter_mut().step_by(1000).for_each(|x| *x = f64::NAN);
    let weights: Vec<f64> = (0..x.len()).map(|i| (i * 7919 % 150_000) as f64).collect();
    let kinds = (0..x.len()).map(|i| ["a", "b", "c", "d"].get(i * 31 % 5).copied());
    let kinds = Names::of_texts(kinds.into_iter());
    let points =
        Points::of_rows_with(x.into(), y.into(), Some(weights.into()), Some(kinds.into()), true).unwrap();
    let weighings = [None, Some(Reduction::Sum), Some(Reduction::First), Some(Reduction::Last)];
    // Cells without a row are NaN.
    let cell = |of: &Values, nth| (of.rows(nth), of.get(nth).to_bits());
    let are_same =
        |a: &Values, b: &Values| a.len() == b.len() && (0..a.len()).all(|nth| cell(a, nth) == cell(b, nth));
    for shape in [Shape::Rectangles, Shape::Hexagons] {
        let mut request = request(shape, Default::default());
        let grid = Arc::new(request.grid().unwrap());
        let blocks: Vec<Arc<Block>> =
            Block::cut(points.clone(), None).unwrap().into_iter().map(Arc::new).collect();
        let near =
            |block: &Arc<Block>| block.wanted(|bounds| !grid.misses(bounds)).map(|p| p.len()).sum::<usize>();
        let read: usize = blocks.iter().map(near).sum();
        assert!(blocks.len() == 3 && read > 10_000 && read < 60_000, "{read}");
        for (weighing, is_split) in weighings.into_iter().flat_map(|way| [(way, false), (way, true)]) {
            request.look.weights = weighing.map(|_| String::new());
            request.look.reduction = weighing.unwrap_or(Reduction::Count);
            request.look.category = is_split.then(Default::default);
            let mut pass = pass(&request, &blocks[..2]);
            pass.add(&blocks[2]);
            pass.go_on(ALL, &|| false).unwrap();
            if pass.can_remove() {
                pass.remove(blocks[1].clone());
                pass.add(&blocks[1]);
                pass.go_on(ALL, &|| false).unwrap();
            }
            let (found, layers) = pass.counted().unwrap();
            let wanted = if is_split {
                let binner = match weighing {
                    Some(reduction) => CategoryBinner::reducing(grid.clone(), None, reduction).unwrap(),
                    None => CategoryBinner::new(grid.clone(), None).unwrap(),
                };
                binner.add(&points).unwrap();
                let (total, wanted) = binner.finish().unwrap();
                let layers = layers.unwrap();
                assert_eq!(layers.names, wanted.names);
                assert!(layers.values.iter().zip(&wanted.values).all(|(a, b)| are_same(a, b)));
                assert!(total.tally.missing > 30_000 && total.tally.outside > 90_000);
                total
            } else {
                let binner: Box<dyn Binner> = match weighing {
                    Some(reduction) => Box::new(ReduceBinner::new(grid.clone(), reduction).unwrap()),
                    None => Box::new(CpuBinner::new(grid.clone()).unwrap()),
                };
                binner.add(&points).unwrap();
                binner.finish().unwrap()
            };
            assert_eq!(found.tally, wanted.tally, "{shape:?} {weighing:?} {is_split}");
            assert!(are_same(&found.values, &wanted.values), "{shape:?} {weighing:?} {is_split}");
        }
    }
}

#[test]
fn a_share_is_coloured_as_the_whole_will_be() {
    let mut request = request(Shape::Rectangles, Default::default());
    let whole = counted(&request, &blocks(40));
    let mut quarter = whole.clone();
    let Values::Counts(counts) = &mut quarter.values else { panic!("a binning counts") };
    counts.iter_mut().for_each(|count| *count /= 4);
    let mut times_4 = quarter.clone();
    let Values::Counts(counts) = &mut times_4.values else { panic!("a binning counts") };
    counts.iter_mut().for_each(|count| *count *= 4);
    for limits in [(None, None), (Some(0.0), Some(60.0))] {
        request.look.set_limits(limits);
        request.look.coloring.mincnt = Some(20);
        let (part, part_picture) = picture(&request, &quarter, 0.25).unwrap();
        let (all, all_picture) = picture(&request, &times_4, 1.0).unwrap();
        assert_eq!(part, all);
        assert!(part_picture == all_picture);
        // Blurred too: the kernel knows no share.
        let blurred = |aggregate: &Aggregate| Filter::Smooth { sigma: (1.5, 0.5) }.apply(aggregate).unwrap();
        let (part, part_picture) = picture(&request, &blurred(&quarter), 0.25).unwrap();
        let (all, all_picture) = picture(&request, &blurred(&times_4), 1.0).unwrap();
        assert_eq!((part.limits, part_picture), (all.limits, all_picture));
        let (_, all_picture) = picture(&request, &times_4, 1.0).unwrap();
        let (_, other) = picture(&request, &quarter, 1.0).unwrap();
        assert!(limits == (None, None) || other != all_picture);
    }
}

/// Blocks of rows that are told apart and weighed.
fn weighed(count: usize) -> Vec<Arc<Block>> {
    let weighed = |block: &Arc<Block>| {
        let points = block.points();
        let rows = 0..points.len();
        let column = |value: &dyn Fn(usize) -> f64| Column::from(rows.clone().map(value).collect::<Vec<_>>());
        let (x, y) = (column(&|row| points.x().get(row)), column(&|row| points.y().get(row)));
        let weights = column(&|row| (points.x().get(row) * 9.0).sin() - 0.4);
        let kinds = column(&|row| if row % 50 == 7 { f64::NAN } else { (row % 3) as f64 });
        let points = Points::of_rows_with(x, y, Some(weights), Some(kinds.into()), true).unwrap();
        Arc::new(Block::cut(points.into_owned(), None).unwrap().remove(0))
    };
    blocks(count).iter().map(weighed).collect()
}

/// In the middle of a pass too there is what was made of the rows so far; the next look at it has more.
#[test]
fn what_is_made_of_each_category_grows_with_the_pass() {
    let blocks = weighed(24);
    for name in ["sum", "mean", "std", "max", "median", "first"] {
        let mut request = request(Shape::Rectangles, Default::default());
        let reduction = Reduction::named(name).unwrap();
        request.look.category = Some(Grouping::default());
        (request.look.reduction, request.look.weights) = (reduction, Some("w".into()));
        let mut pass = pass(&request, &blocks);
        assert!(!pass.can_remove());
        let (mut steps, mut rows) = (0, 0);
        while !pass.is_whole() {
            let asked = AtomicUsize::new(0);
            pass.go_on(ALL, &|| asked.fetch_add(1, Relaxed) >= 7).unwrap();
            let (all, layers) = pass.counted().unwrap();
            let layers = layers.unwrap();
            assert!(all.tally.adds_up() && all.tally.rows == pass.counted && all.tally.rows > rows);
            assert_eq!((0..3).map(|nth| layers.rows(nth)).sum::<u64>(), all.tally.binned);
            (rows, steps) = (all.tally.rows, steps + 1);
        }
        assert!(steps > 2, "{steps}");
        let grid = Arc::new(request.grid().unwrap());
        let binner = CategoryBinner::reducing(grid, None, reduction).unwrap();
        let in_order: Vec<_> = blocks.iter().map(|block| block.in_order()).collect();
        in_order.iter().flat_map(|block| block.parts()).for_each(|part| binner.add(&part).unwrap());
        let bits = |values: &Values| values.iter().map(f64::to_bits).collect::<Vec<_>>();
        let (all, layers) = pass.counted().unwrap();
        let (wanted, wanted_layers) = binner.finish().unwrap();
        assert_eq!((bits(&all.values), all.tally), (bits(&wanted.values), wanted.tally), "{name}");
        let of = |layers: &Layers| layers.values.iter().map(bits).collect::<Vec<_>>();
        assert!(of(&layers.unwrap()) == of(&wanted_layers), "{name}");
    }
}

/// Sums grow with the share of the rows, and with them what does not weigh; means do not.
#[test]
fn a_share_of_categories_is_coloured_as_the_whole_will_be() {
    let mut request = request(Shape::Rectangles, Default::default());
    request.look.weights = Some("w".into());
    let cells = request.grid().unwrap().cells();
    let layers = |reduction: Reduction, share: f64| {
        let values = |nth: usize| {
            let values = (0..cells).map(|cell| share * (((cell * 7 + nth * 11) % 64) as f64 - 8.0)).collect();
            Values::Reduced(Reduced { reduction, values, rows: vec![9; cells], smoothed: false })
        };
        Layers { names: ["a", "b"].map(str::to_owned).to_vec(), values: vec![values(0), values(1)] }
    };
    for (reduction, grows) in [(Reduction::Sum, true), (Reduction::Mean, false)] {
        for baseline in [None, Some(4.0)] {
            for limits in [(None, None), (Some(0.0), Some(60.0))] {
                let mut grouping = Grouping::default();
                grouping.mixing.baseline = baseline;
                (request.look.category, request.look.reduction) = (Some(grouping), reduction);
                request.look.set_limits(limits);
                let made = |of: f64, share: f64| {
                    let layers = layers(reduction, of);
                    let all = Aggregate {
                        values: layers.values[0].clone(),
                        ..Aggregate::empty(Arc::new(request.grid().unwrap()))
                    };
                    let Shown { scale, mixture, .. } =
                        picture::picture(&request, &all, Some(layers), share, None).unwrap();
                    (scale.limits, mixture.unwrap().cells.clone())
                };
                let whole = made(1.0, 1.0);
                assert!(
                    made(if grows { 0.25 } else { 1.0 }, 0.25) == whole,
                    "{reduction} {baseline:?} {limits:?}"
                );
                let is_free = (baseline, limits) == (None, (None, None));
                assert!(
                    is_free || made(0.25, 1.0).1 != whole.1,
                    "what was not told to be a share is another"
                );
            }
        }
    }
}
