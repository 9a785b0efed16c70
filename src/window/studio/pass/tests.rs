use super::*;
use crate::binning::{Binner, CpuBinner};
use crate::data::{Aggregate, ColorScale, Points, Raster, Scale, Values};
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
fn blocks_that_are_left_out_have_no_point_in_a_cell() {
    for scales in [(Scale::Linear, Scale::Linear), (Scale::Log, Scale::Log)] {
        for shape in [Shape::Rectangles, Shape::Hexagons] {
            let request = request(shape, scales);
            let grid = request.grid().unwrap();
            let steps: Vec<f64> = (-30..90).map(|i| f64::from(i) * 0.05).collect();
            let (mut left_out, mut inside) = (0, 0);
            for (&x, &y) in steps.iter().flat_map(|x| steps.iter().map(move |y| (x, y))) {
                let found = grid.cell(x, y).is_some();
                let misses = misses(&grid, Bounds { x: (x, x), y: (y, y) });
                assert!(!(misses && found), "({x}, {y}) {shape:?} {scales:?}");
                left_out += usize::from(misses);
                inside += usize::from(found);
            }
            assert!(left_out > 5000 && inside > 900, "{left_out} {inside}");
            let around = Bounds { x: (-9.0, 9.0), y: (-9.0, 9.0) };
            assert!(!misses(&grid, around) && misses(&grid, Bounds::EMPTY));
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
