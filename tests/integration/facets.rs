//! Small multiples: each panel has the cells of its own rows, and all have one colour scale.

use heatbin::{Backend, Filter, Level, Raster, Reduction, SpreadShape, Values, contours, hexbin, hist2d};
use serde_json::Value;

use crate::cli::Folder;

/// Rows of which some have no category.
fn rows() -> (Vec<f64>, Vec<f64>, Vec<&'static str>) {
    let x: Vec<f64> = (0..9_000).map(|i| (f64::from(i) * 0.37).sin()).collect();
    let y: Vec<f64> = (0..9_000).map(|i| (f64::from(i) * 0.11).cos() * x[i as usize]).collect();
    let names = (0..9_000).map(|i| ["pine", "oak", "elm", "elm"][(i / 7 * 5 + i / 3) as usize % 4]).collect();
    (x, y, names)
}

/// The part of an image that lies in a box.
fn part(image: &Raster, [left, top, width, height]: [u32; 4]) -> Raster {
    let rows = (top..top + height).flat_map(|y| (left..left + width).map(move |x| (x, y)));
    Raster::new(width, height, rows.flat_map(|(x, y)| image.pixel(x, y)).collect())
}

#[test]
fn each_panel_is_the_picture_of_its_own_rows_in_the_colours_of_all() {
    let (x, y, names) = rows();
    let range = ((-1.0, 0.9), (-1.0, 1.0));
    let plot = hexbin(&x, &y).category(&names).facet(Some(2)).gridsize(12).range(range.0, range.1);
    let drawing = plot.mincnt(1).figsize(4.0, 3.0).dpi(100.0).figure().expect("a figure");
    let facets = drawing.facets.clone().expect("panels");
    assert_eq!(
        (facets.layers.names.as_slice(), facets.columns),
        (&["elm", "oak", "pine"].map(String::from)[..], 2)
    );
    let boxes = drawing.figure().boxes();
    assert_eq!(boxes.len(), 3);
    let page = heatbin::decode_png(&drawing.png().expect("a picture")).expect("a PNG file");
    let (mut least, mut most) = (u64::MAX, 0);
    let mut differ = 0;
    for (nth, name) in facets.layers.names.iter().enumerate() {
        let own: Vec<usize> = (0..x.len()).filter(|&row| names[row] == name).collect();
        let [x, y] = [&x, &y].map(|column| own.iter().map(|&row| column[row]).collect::<Vec<f64>>());
        let alone = hexbin(&x, &y).gridsize(12).range(range.0, range.1).mincnt(1);
        let values = alone.aggregate().expect("counts").values;
        assert_eq!(values, facets.layers.values[nth], "{name}");
        let Values::Counts(counts) = values else { panic!("counts") };
        least = counts.iter().copied().filter(|&count| count > 0).min().unwrap().min(least);
        most = most.max(*counts.iter().max().unwrap());
        let [_, _, width, height] = boxes[nth];
        let limits = drawing.scale.limits;
        let cells = alone.clone().vmin(limits.vmin).vmax(limits.vmax).raster(width, height).expect("pixels");
        let paper = Raster::new(width, height, vec![255; 4 * (width * height) as usize]);
        assert!(cells.over(&paper) == part(&page, boxes[nth]), "{name}");
        let own = alone.raster(width, height).expect("pixels");
        differ += usize::from(own.over(&paper) != part(&page, boxes[nth]));
    }
    let limits = drawing.scale.limits;
    assert_eq!((limits.vmin, limits.vmax), (least as f64, most as f64));
    // With a scale of its own, a panel looks otherwise: the comparison is one that can fail.
    assert!(differ > 0);
}

/// What each row weighs: of many sizes, some equal.
fn weights() -> Vec<f64> {
    (0..9_000).map(|i| f64::from(i * 7_919 % 101) * 10f64.powi(i % 5 - 2) - 3.0).collect()
}

/// The rows of a column that are of a category.
fn of(name: &str, names: &[&str], column: &[f64]) -> Vec<f64> {
    names.iter().zip(column).filter(|(one, _)| **one == name).map(|(_, value)| *value).collect()
}

fn bits(values: &Values) -> (Vec<u64>, Vec<u64>) {
    (values.iter().map(f64::to_bits).collect(), values.all_rows().into_owned())
}

#[test]
fn each_panel_has_what_is_made_of_its_own_rows_alone() {
    let ((x, y, names), w) = (rows(), weights());
    let shape = SpreadShape::Circle;
    let smooth = [Filter::Smooth { sigma: (1.5, 0.7) }];
    let spread = [Filter::Spread { px: 1, shape }, Filter::Smooth { sigma: (1.0, 1.0) }];
    let dynspread = [Filter::Dynspread { threshold: 0.2, max_px: 3, shape }];
    let cases: [(&str, &[Filter]); 18] = [
        ("sum", &[]),
        ("mean", &[]),
        ("var", &[]),
        ("std:1", &[]),
        ("min", &[]),
        ("max", &[]),
        ("first", &[]),
        ("last", &[]),
        ("median", &[]),
        ("q90", &[]),
        ("mode", &[]),
        ("distinct", &[]),
        ("any", &[]),
        ("density", &[]),
        ("probability", &smooth),
        ("mean", &smooth),
        ("sum", &spread),
        ("count", &dynspread),
    ];
    for (name, filters) in cases {
        let reduction = Reduction::named(name).expect("a reduction");
        let described = |x: &[f64], y: &[f64], w: &[f64]| {
            let (x, y, w) = (x.to_vec(), y.to_vec(), w.to_vec());
            let plot =
                hist2d(x, y).weights(w).reduce(reduction).bins((17, 13)).range((-1.0, 0.9), (-1.0, 1.0));
            filters.iter().fold(plot, |plot, filter| plot.filter(*filter))
        };
        let run = described(&x, &y, &w).category(&names).facet(None).run().expect("a run");
        let facets = run.facets.as_ref().expect("panels");
        for (nth, kind) in facets.layers.names.iter().enumerate() {
            let [x, y, w] = [&x, &y, &w].map(|column| of(kind, &names, column));
            let alone = described(&x, &y, &w).aggregate().expect("cells").values;
            assert_eq!(bits(&alone), bits(&facets.layers.values[nth]), "{name} of {kind}");
            let next = &facets.layers.values[(nth + 1) % 3];
            assert_ne!(bits(&alone), bits(next), "{name}: other rows have other cells");
        }
        let all = described(&x, &y, &w).aggregate().expect("cells");
        assert_eq!(
            (bits(&run.aggregate.values), run.aggregate.tally),
            (bits(&all.values), all.tally),
            "{name}"
        );
    }
}

#[test]
fn hexagons_have_means_of_their_own_rows_too() {
    let ((x, y, names), w) = (rows(), weights());
    let run = hexbin(&x, &y).weights(&w).category(&names).facet(Some(3)).gridsize(9).run().expect("a run");
    let facets = run.facets.as_ref().expect("panels");
    let elm = [&x, &y, &w].map(|column| of("elm", &names, column));
    // The range is that of all rows.
    let ends = |column: &[f64]| {
        let low = column.iter().copied().fold(f64::INFINITY, f64::min);
        (low, column.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    };
    let [mut ex, mut ey, mut ew] = elm;
    let ((x0, x1), (y0, y1)) = (ends(&x), ends(&y));
    // Two rows more give the lattice its place; their cells are left out of the comparison.
    ex.extend([x0, x1]);
    ey.extend([y0, y1]);
    ew.extend([0.0, 0.0]);
    let alone = hexbin(&ex, &ey).weights(&ew).gridsize(9).aggregate().expect("cells").values;
    let theirs = &facets.layers.values[0];
    let cells = alone.len();
    let same = (0..cells).filter(|&cell| alone.get(cell).to_bits() == theirs.get(cell).to_bits()).count();
    assert!(cells - same <= 2 && same > 20, "{same} of {cells}");
}

#[test]
fn panels_of_means_have_pixels_contours_and_numbers_of_their_own() {
    let ((x, y, names), w) = (rows(), weights());
    let described = |x: &[f64], y: &[f64], w: &[f64]| {
        let (x, y, w) = (x.to_vec(), y.to_vec(), w.to_vec());
        hist2d(x, y)
            .weights(w)
            .reduce(Reduction::Mean)
            .bins((6, 5))
            .range((-1.0, 0.9), (-1.0, 1.0))
            .smooth((0.6, 0.6))
    };
    let faceted = described(&x, &y, &w).category(&names).facet(Some(3)).figsize(7.0, 3.0).dpi(100.0);
    let plain = faceted.clone().figure().expect("a figure");
    let page = heatbin::decode_png(&plain.png().expect("a picture")).expect("a PNG file");
    let limits = plain.scale.limits;
    let levels = [0.3, 0.6].map(|share| Level::Value(limits.vmin + share * (limits.vmax - limits.vmin)));
    let lined = faceted.contour(levels).annot(None).figure().expect("a figure");
    let boxes = plain.figure().boxes();
    for (nth, kind) in ["elm", "oak", "pine"].into_iter().enumerate() {
        let [x, y, w] = [&x, &y, &w].map(|column| of(kind, &names, column));
        let alone = described(&x, &y, &w).vmin(limits.vmin).vmax(limits.vmax);
        let [_, _, width, height] = boxes[nth];
        let paper = Raster::new(width, height, vec![255; 4 * (width * height) as usize]);
        let cells = alone.raster(width, height).expect("pixels").over(&paper);
        assert!(cells == part(&page, boxes[nth]), "{kind}");
        assert!(cells != part(&page, boxes[(nth + 1) % 3]), "panels differ");
        let lines = contours(&alone.aggregate().expect("cells"), &levels).expect("lines");
        assert_eq!(lined.figure().contours()[nth], lines, "{kind}");
        assert_ne!(lined.figure().contours()[(nth + 1) % 3], lines, "lines differ");
    }
    let svg = lined.svg().expect("SVG");
    let numbers =
        |svg: &str| svg.matches("fill=\"#ffffff\">").count() + svg.matches("fill=\"#262626\">").count();
    assert!(numbers(&svg) > 60, "{} numbers", numbers(&svg));
    let drawn = ["contours", "contours1", "contours2"].map(|name| svg.matches(&format!("#{name}\"")).count());
    assert_eq!(drawn, [2; 3], "each panel has its lines");
}

#[test]
fn contours_of_shares_hold_the_mass_of_their_panel() {
    let (x, y, names) = rows();
    let plot = hist2d(&x, &y).category(&names).facet(None).bins(20).contour([Level::Share(0.5)]);
    let drawing = plot.figure().expect("a figure");
    let facets = drawing.facets.as_ref().expect("panels");
    for (lines, values) in drawing.figure().contours().iter().zip(&facets.layers.values) {
        let (all, inside) = values.iter().fold((0.0, 0.0), |(all, inside), count| {
            (all + count, inside + if count >= lines[0].level { count } else { 0.0 })
        });
        let smallest = values.iter().filter(|&count| count >= lines[0].level).fold(f64::INFINITY, f64::min);
        assert!(inside >= 0.5 * all && inside - smallest < 0.5 * all + all * 0.05, "{inside} of {all}");
    }
    let levels: Vec<f64> = drawing.figure().contours().iter().map(|lines| lines[0].level).collect();
    assert!(levels.iter().any(|&level| level != levels[0]), "{levels:?}");
    // Beside the bar a label ends at its mark; on a line it stands on its middle.
    let [beside, on] = ["end", "middle"].map(|anchor| format!("text-anchor=\"{anchor}\">50%<"));
    let svg = plot.smooth((2.0, 2.0)).figure().expect("a figure").svg().expect("SVG");
    assert!(svg.contains(&on) && !svg.contains(&beside), "the lines say it, and not the bar of all");
    let alone = hist2d(&x, &y).bins(20).smooth((2.0, 2.0)).contour([Level::Share(0.5)]);
    let svg = alone.figure().expect("a figure").svg().expect("SVG");
    assert!(svg.contains(&beside) && !svg.contains(&on), "one plot box has its marks on the bar");
}

#[test]
fn a_gpu_gives_the_same_page() {
    let ((x, y, names), w) = (rows(), weights());
    let page = |backend| {
        let plot = hist2d(&x, &y).category(&names).facet(None).bins(20).backend(backend);
        let counts = plot.clone().figure().expect("a figure").png().expect("a picture");
        let plot = plot.weights(&w).reduce(Reduction::Sum).smooth((1.0, 1.0)).contour([Level::Value(100.0)]);
        let sums = plot.figure().expect("a figure").png().expect("a picture");
        assert!(counts != sums);
        (counts, sums)
    };
    assert!(page(Backend::Cpu) == page(Backend::Gpu));
}

#[test]
fn what_is_made_of_weights_is_the_same_for_any_threads() {
    let ((x, y, names), w) = (rows(), weights());
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let plot = hist2d(&x, &y).weights(&w).category(&names).facet(None).bins(40).smooth((2.0, 2.0));
        pool.install(|| {
            plot.run()
                .expect("a run")
                .facets
                .expect("panels")
                .layers
                .values
                .iter()
                .map(bits)
                .collect::<Vec<_>>()
        })
    };
    assert!(run(1) == run(5));
}

#[test]
fn what_panels_do_not_have_is_refused() {
    let (x, y, names) = rows();
    let error = |plot: &heatbin::Hist2d<'_>| plot.figure().unwrap_err().to_string();
    let plot = || hist2d(&x, &y).category(&names).facet(None);
    assert!(error(&hist2d(&x, &y).facet(None)).starts_with("panels need categories"));
    assert!(error(&plot().marginals(true)).contains("no marginal histograms"));
    let share = plot().weights(&x).reduce(Reduction::Mean).contour([Level::Share(0.5)]);
    assert!(error(&share).starts_with("elm: a contour around a share needs something to share out"));
    assert!(error(&plot().facet(Some(0))).contains("1 to 64 panels"));
    assert!(error(&plot().figsize(1.0, 1.0)).contains("leaves no room"));
    let many: Vec<i64> = (0..9_000).map(|row| row % 65).collect();
    let error = hist2d(&x, &y).category(&many).facet(None).run().unwrap_err().to_string();
    assert!(error.starts_with("65 categories are more than the 64 panels"), "{error}");
    // As many as there may be, on a page that grows with them.
    let many: Vec<i64> = (0..9_000).map(|row| row % 64).collect();
    let drawing = hist2d(&x, &y).category(&many).facet(None).dpi(40.0).figure().expect("a figure");
    assert_eq!(drawing.figure().boxes().len(), 64);
}

const TABLE: &str = "x,y,kind,depth\n1,1,b,0\n1,1,a,5\n2,2,a,10\n2,1,NA,3\n1,2,a,2.5\n";

#[test]
fn number_files_hold_what_was_made_of_each_category() {
    let folder = Folder::with("a.csv", TABLE);
    let base = "hist2d a.csv -x x -y y --bins 2 --facet kind --weights depth --reduce mean";
    folder.heatbin(&format!("{base} -o out.csv -o a.npz -o a.npy -o a.parquet -q")).silent();
    let table = String::from_utf8(folder.read("out.csv")).expect("CSV");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "category,x0,x1,y0,y1,count,mean");
    assert_eq!(lines[1..3], ["a,1.0,1.5,1.0,1.5,1,5.0", "a,1.0,1.5,1.5,2.0,1,2.5"]);
    assert_eq!(lines[5..7], ["b,1.0,1.5,1.0,1.5,1,0.0", "b,1.0,1.5,1.5,2.0,0,NaN"]);
    let npy = folder.read("a.npy");
    let values = [5.0, 2.5, f64::NAN, 10.0, 0.0, f64::NAN, f64::NAN, f64::NAN].map(f64::to_le_bytes).concat();
    assert!(npy.ends_with(&values) && String::from_utf8_lossy(&npy).contains("(2, 2, 2"));
    let names = folder.read("a.npz");
    let holds = |name: &str| names.windows(name.len()).any(|part| part == name.as_bytes());
    assert!(["values.npy", "counts.npy", "categories.npy"].iter().all(|name| holds(name)));
    let table = heatbin::source::table(
        &[folder.path("a.parquet").to_str().expect("UTF-8").to_owned()],
        &heatbin::source::ReadOptions::default(),
    )
    .expect("a table");
    let column = |nth: usize| table.numbers(nth).expect("numbers").collect::<Vec<f64>>();
    assert_eq!(column(5), [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(column(6)[..2], [5.0, 2.5]);
}

#[test]
fn the_command_draws_panels_and_writes_their_counts() {
    let folder = Folder::with("a.csv", TABLE);
    let base = "hist2d a.csv -x x -y y --bins 2 --facet";
    let done = folder
        .heatbin(&format!("{base} kind --summary json -o a.png -o a.svg -o a.pdf -o a.npy -o out.csv"))
        .done();
    assert_eq!(done.stderr, "heatbin: 5 rows: 4 binned, 0 outside, 1 missing\n");
    let summary: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(summary["categories"], serde_json::json!({"a": 3, "b": 1}));
    assert_eq!((&summary["min"], &summary["max"]), (&0.into(), &1.into()), "of a panel, not of all rows");
    let svg = String::from_utf8(folder.read("a.svg")).expect("SVG");
    assert!(["kind = a", "kind = b", ">count<"].iter().all(|text| svg.contains(text)));
    let npy = folder.read("a.npy");
    let counts = [1u64, 1, 0, 1, 1, 0, 0, 0].map(u64::to_le_bytes).concat();
    assert!(npy.ends_with(&counts) && String::from_utf8_lossy(&npy).contains("(2, 2, 2"));
    let binned =
        folder.heatbin(&format!("{base} depth --facet-bins 0,5,10 --facet-wrap 1 --summary json")).done();
    let summary: Value = serde_json::from_str(&binned.stdout).expect("JSON");
    assert_eq!(summary["categories"], serde_json::json!({"0 to 5": 3, "5 to 10": 2}));
    for (more, code, words) in [
        ("depth", 1, &["2.5 is no whole number"][..]),
        ("kind --category depth", 2, &["cannot be used with"]),
        ("kind --reduce mean", 2, &["--reduce mean needs weights"]),
        ("kind --facet-wrap 0", 2, &["1 to 64 panels, not 0"]),
        ("kind --marginals", 2, &["no marginal histograms"]),
        ("kynd", 1, &["no column 'kynd'", "Did you mean 'kind'?"]),
    ] {
        folder.refuses(&format!("{base} {more} -o out.png"), code, words);
    }
}
