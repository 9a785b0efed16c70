use super::*;
use crate::data::{Category, Column, Names, Points};

/// Rows that know themselves: x is the number of the row, and so is its weight; in this place of all rows.
fn block(rows: std::ops::Range<usize>, order: u128) -> Arc<Block> {
    let x: Vec<f64> = rows.map(|row| row as f64).collect();
    let points = Points::weighted(x.clone(), vec![0.0; x.len()], x).unwrap().at(order);
    Arc::new(Block::cut(points, None).unwrap().remove(0))
}

/// Each row with its place in the order of all rows.
fn places(block: &Block) -> Vec<(u128, f64)> {
    let of = |points: Points<'_>| {
        (0..points.len()).map(|row| (points.order() + row as u128, points.x().get(row))).collect::<Vec<_>>()
    };
    block.in_order().parts().flat_map(of).collect()
}

/// Rows that lie anywhere, so many that they are sorted; a weight and a time each, their number.
fn scattered_block(rows: std::ops::Range<usize>, order: u128) -> Arc<Block> {
    let weights: Vec<f64> = rows.map(|row| row as f64).collect();
    let x: Vec<f64> = weights.iter().map(|row| (row * 0.7).sin()).collect();
    let y: Vec<f64> = weights.iter().map(|row| (row * 0.31).cos()).collect();
    let points = Points::weighted(x, y, weights.clone()).unwrap().at(order);
    let block = Block::cut(points, Some(weights)).unwrap().remove(0);
    assert!(block.sorted().is_some());
    Arc::new(block)
}

/// The number of each row, with its place in the order of all rows.
fn numbers(block: &Block) -> Vec<(u128, f64)> {
    let block = block.in_order();
    let of = |points: Points<'_>| {
        let weights = points.weights().unwrap();
        (0..points.len()).map(|row| (points.order() + row as u128, weights.get(row))).collect::<Vec<_>>()
    };
    let found: Vec<(u128, f64)> = block.parts().flat_map(of).collect();
    assert!(block.times().iter().eq(found.iter().map(|(_, row)| row)), "times go with their rows");
    found
}

#[test]
fn rows_keep_their_places_when_blocks_are_joined_and_split() {
    const FAR: u128 = 1 << 64;
    // Two that follow one another, one that came late, and one from far behind.
    let blocks = [block(0..10, 0), block(10..15, 10), block(50..60, FAR), block(20..30, 20)];
    let joined = Block::join(&blocks);
    let wanted: Vec<(u128, f64)> = blocks.iter().flat_map(|block| places(block)).collect();
    assert_eq!(wanted.len(), 35);
    assert_eq!((places(&joined), joined.parts().count()), (wanted.clone(), 3));
    for at in [1, 10, 15, 24, 25, 34] {
        let (old, new) = joined.split(at);
        assert_eq!([places(&old), places(&new)].concat(), wanted, "{at}");
    }
    // Joined again, the two sides are one piece where they follow one another.
    let (old, new) = joined.split(12);
    let again = Block::join(&[Arc::new(old), Arc::new(new)]);
    assert_eq!((places(&again), again.parts().count()), (wanted, 3));
}

#[test]
fn sorted_rows_know_where_they_came() {
    const FAR: u128 = 1 << 64;
    let blocks =
        [scattered_block(0..5000, 0), scattered_block(5000..8000, 5000), scattered_block(60..2000, FAR)];
    let wanted: Vec<(u128, f64)> = blocks.iter().flat_map(|block| numbers(block)).collect();
    let expected = (0..8000).map(|row| (row as u128, row as f64));
    assert!(
        wanted.iter().copied().eq(expected.chain((60..2000).map(|row| (FAR + row as u128 - 60, row as f64))))
    );
    let joined = Block::join(&blocks);
    assert!(joined.sorted().is_some() && joined.points().weights().unwrap().get(1) != 1.0);
    assert_eq!((numbers(&joined), joined.in_order().parts().count()), (wanted.clone(), 2));
    for at in [1, 4000, 5000, 8000, 9939] {
        let (old, new) = joined.split(at);
        assert_eq!((old.len(), [numbers(&old), numbers(&new)].concat()), (at, wanted.clone()));
        // Of those that are in order again, some more.
        let (first, second) = new.split(1);
        assert_eq!([numbers(&old), numbers(&first), numbers(&second)].concat(), wanted);
    }
    // By their times, which are not those of neighbours here.
    let (Some(old), Some(new)) = joined.split_at_time(1000.0) else { panic!("both sides have rows") };
    assert_eq!((old.len(), new.len()), (1940, 8000));
    assert!(
        numbers(&old)
            .into_iter()
            .all(|(place, row)| row < 1000.0 && (row < 60.0 || !(1000..FAR).contains(&place)))
    );
    assert!(numbers(&new).iter().all(|(_, row)| *row >= 1000.0));
    // So many that each stays as it was sorted, and some that are too few to be.
    let few: Vec<f64> = (90_000..90_100).map(f64::from).collect();
    let points = Points::weighted(few.clone(), few.clone(), few.clone()).unwrap().at(90_000);
    let few = Arc::new(Block::cut(points, Some(few)).unwrap().remove(0));
    let blocks = [scattered_block(0..50_000, 0), few, scattered_block(50_000..90_000, 50_000)];
    let wanted: Vec<(u128, f64)> = blocks.iter().flat_map(|block| numbers(block)).collect();
    let large = Block::join(&blocks);
    assert_eq!((large.len(), numbers(&large)), (90_100, wanted));
    let again = Block::join(&[large.clone(), blocks[0].clone()]);
    assert_eq!(numbers(&again), [numbers(&large), numbers(&blocks[0])].concat());
}

#[test]
fn rows_that_are_not_wanted_are_left_out_by_patches() {
    let blocks = [scattered_block(0..50_000, 0), scattered_block(50_000..90_000, 50_000)];
    let region = crate::data::Bounds { x: (0.2, 0.3), y: (-0.5, -0.4) };
    let inside = |block: &Block| {
        let (mut read, mut found) = (0, Vec::new());
        for points in block.wanted(|bounds| bounds.meets(region)) {
            assert_eq!(points.missing(), 0);
            read += points.len();
            for row in 0..points.len() {
                let (x, y) = (points.x().get(row), points.y().get(row));
                if region.meets(crate::data::Bounds { x: (x, x), y: (y, y) }) {
                    found.push(points.weights().unwrap().get(row) as u32);
                }
            }
        }
        found.sort_unstable();
        (read, found)
    };
    let joined = Block::join(&blocks);
    let (read, found) = inside(&joined);
    let (_, all) = inside(&joined.in_order());
    assert!(found.len() > 50 && found == all);
    assert!(read < 3000, "{read} rows for {}", found.len());
    assert_eq!([inside(&blocks[0]).1, inside(&blocks[1]).1].concat(), found);
    assert_eq!(joined.in_order().wanted(|_| false).count(), 0);
}

#[test]
fn rows_that_are_picked_by_their_times_keep_their_order() {
    let timed = |rows: std::ops::Range<usize>, order| {
        let x: Vec<f64> = rows.map(|row| row as f64).collect();
        let times = x.iter().map(|row| if row % 3.0 == 0.0 { 0.0 } else { 1.0 }).collect();
        let points = Points::weighted(x.clone(), x.clone(), x).unwrap().at(order);
        Arc::new(Block::cut(points, Some(times)).unwrap().remove(0))
    };
    let joined = Block::join(&[timed(100..140, 1000), timed(0..40, 7)]);
    let (_, middle) = joined.split(20);
    let (Some(old), Some(new)) = middle.split_at_time(0.5) else { panic!("both sides have rows") };
    assert_eq!(old.len() + new.len(), 60);
    for side in [old, new] {
        let places = places(&side);
        // As the rows are numbered, which is the order they have in full.
        let mut sorted = places.clone();
        sorted.sort_by_key(|(place, _)| *place);
        assert!(sorted.iter().map(|(_, row)| *row).is_sorted(), "{places:?}");
        // Within the places that their piece had, so that no other block's rows lie between them.
        assert!(places.iter().all(|&(place, row)| if row < 100.0 {
            place < 47
        } else {
            (1020..1040).contains(&place)
        }));
    }
}

#[test]
fn rows_of_different_kinds_are_not_joined() {
    let named = |names: &[&'static str]| {
        let x = vec![1.0; names.len()];
        let points = Points::categorized(x.clone(), x, Category::from(&names.to_vec()).into_owned()).unwrap();
        Arc::new(Block::cut(points, None).unwrap().remove(0))
    };
    let blocks = [named(&["a", "b"]), named(&["c", "a"]), block(0..2, 0), named(&["d"])];
    let lengths: Vec<usize> = Block::runs(&blocks, 100).iter().map(|run| run.len()).collect();
    assert_eq!(lengths, [2, 1, 1]);
    // Rows without a category stay, for whoever looks at all rows together.
    let lacking = |kinds: [Option<&'static str>; 3], at: u128| {
        let x = Column::from(vec![1.0, 2.0, 3.0]);
        let points =
            Points::of_rows_with(x.clone(), x, None, Some(Names::of_texts(kinds.into_iter()).into()), true);
        let points = points.unwrap().into_owned().at(at);
        Arc::new(Block::cut(points, Some(vec![0.0, 1.0, 2.0])).unwrap().remove(0))
    };
    let parts = [lacking([Some("a"), None, Some("b")], 0), lacking([None, None, Some("a")], 3)];
    let both = Block::join(&parts);
    assert_eq!((both.len(), both.uncategorized(), both.missing(), places(&both).len()), (6, 3, 0, 6));
    let ends = (both.categorized().0.x, both.bounds().x);
    assert_eq!(ends, ((1.0, 3.0), (1.0, 3.0)));
    assert_eq!((parts[1].categorized().0.x, parts[1].categorized().1.0), ((3.0, 3.0), 3.0));
    let (Some(old), Some(new)) = both.split_at_time(1.5) else { panic!("both sides have rows") };
    assert_eq!([(old.len(), old.uncategorized()), (new.len(), new.uncategorized())], [(4, 3), (2, 0)]);
    let joined = Block::join(&blocks[..2]);
    let Some(Category::Names(kinds)) = joined.kinds() else { panic!("names") };
    let known: Vec<&str> = kinds.codes().iter().map(|&code| kinds.names()[code as usize].as_str()).collect();
    assert_eq!(known, ["a", "b", "c"]);
    let (_, last) = joined.split(3);
    let Some(Category::Names(kinds)) = last.kinds() else { panic!("names") };
    assert_eq!((kinds.codes().len(), blocks[2].kinds().is_none()), (1, true));
}

#[test]
fn rows_off_a_log_axis_are_known_however_blocks_change() {
    let blocks = [scattered_block(0..9000, 0), scattered_block(9000..17_000, 9000)];
    let mut scene = Scene::default();
    let known = |scene: &Scene| {
        let rows = scene.blocks().flat_map(|block| {
            let points = block.points();
            (0..points.len()).map(|row| (points.x().get(row), points.y().get(row))).collect::<Vec<_>>()
        });
        rows.fold(OffLog::default(), |found, (x, y)| OffLog {
            x: found.x + u64::from(x <= 0.0),
            y: found.y + u64::from(y <= 0.0),
            either: found.either + u64::from(x <= 0.0 || y <= 0.0),
        })
    };
    blocks.iter().for_each(|block| scene.push(block.clone()));
    let all = known(&scene);
    assert!(all.x > 1000 && all.y > 1000 && all.either > all.x.max(all.y) && all.either < all.x + all.y);
    assert_eq!(scene.totals().off_log, all);
    assert_eq!(Block::join(&blocks).off_log(), all);
    scene.keep(Some(Last::Rows(10_000)));
    scene.let_go();
    assert_eq!(scene.totals().off_log, known(&scene));
    assert_ne!(scene.totals().off_log, all);
}
