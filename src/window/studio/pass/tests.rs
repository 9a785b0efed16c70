use super::*;
use crate::binning::{Binner, CategoryBinner, CpuBinner, ReduceBinner};
use crate::data::{Aggregate, ColorScale, Names, Points, Raster, Reduction, Scale, Values};
use crate::density::Filter;
use crate::window::Look;
use crate::window::scene::NO_SPAN;
use crate::window::studio::picture::{self, Shown};

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
    let reductions = [Reduction::Sum, Reduction::First, Reduction::Last];
    for shape in [Shape::Rectangles, Shape::Hexagons] {
        let mut request = request(shape, Default::default());
        let grid = Arc::new(request.grid().unwrap());
        let blocks: Vec<Arc<Block>> =
            Block::cut(points.clone(), None).unwrap().into_iter().map(Arc::new).collect();
        let read: usize =
            blocks.iter().flat_map(|block| block.wanted(|b| !grid.misses(b))).map(|p| p.len()).sum();
        assert!(blocks.len() == 3 && read > 10_000 && read < 60_000, "{read}");
        for way in 0..5 {
            request.look.weights = (way > 1).then(String::new);
            request.look.reduction = if way > 1 { reductions[way - 2] } else { Reduction::Count };
            request.look.category = (way == 1).then(Default::default);
            let mut pass = pass(&request, &blocks[..2]);
            pass.add(&blocks[2]);
            pass.go_on(ALL, &|| false).unwrap();
            if pass.can_remove() {
                pass.remove(blocks[1].clone());
                pass.add(&blocks[1]);
                pass.go_on(ALL, &|| false).unwrap();
            }
            let (found, layers) = pass.counted().unwrap();
            if way == 1 {
                let binner = CategoryBinner::new(grid.clone(), None).unwrap();
                binner.add(&points).unwrap();
                let (total, wanted) = binner.finish().unwrap();
                assert!(found == total && layers.unwrap() == wanted);
                assert!(found.tally.missing > 30_000 && found.tally.outside > 90_000);
                continue;
            }
            let binner: Box<dyn Binner> = match request.look.weighing() {
                Some(reduction) => Box::new(ReduceBinner::new(grid.clone(), reduction).unwrap()),
                None => Box::new(CpuBinner::new(grid.clone()).unwrap()),
            };
            binner.add(&points).unwrap();
            let wanted = binner.finish().unwrap();
            assert_eq!(found.tally, wanted.tally, "{shape:?} {way}");
            // Cells without a row are NaN.
            let cell = |of: &Aggregate, nth| (of.values.rows(nth), of.values.get(nth).to_bits());
            let is_same = |nth| cell(&found, nth) == cell(&wanted, nth);
            assert!((0..grid.cells()).all(is_same), "{shape:?} {way}");
            assert_eq!((found.tally.missing, found.tally.rows), (150, 150_000));
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
