//! Small multiples: each panel has the cells of its own rows, and all have one colour scale.

use heatbin::{Backend, Raster, Values, hexbin, hist2d};
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
        let Values::Counts(counts) = alone.aggregate().expect("counts").values else { panic!("counts") };
        assert_eq!(counts, facets.layers.counts[nth], "{name}");
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

#[test]
fn a_gpu_gives_the_same_page() {
    let (x, y, names) = rows();
    let page = |backend| {
        let plot = hist2d(&x, &y).category(&names).facet(None).bins(20).backend(backend);
        plot.figure().expect("a figure").png().expect("a picture")
    };
    assert!(page(Backend::Cpu) == page(Backend::Gpu));
}

#[test]
fn what_panels_do_not_have_is_refused() {
    let (x, y, names) = rows();
    let error = |plot: &heatbin::Hist2d<'_>| plot.figure().unwrap_err().to_string();
    let plot = || hist2d(&x, &y).category(&names).facet(None);
    assert!(error(&hist2d(&x, &y).facet(None)).starts_with("panels need categories"));
    assert!(error(&plot().marginals(true)).contains("no marginal histograms"));
    assert!(error(&plot().contour([heatbin::Level::Share(0.5)])).contains("no contours"));
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
        ("kind --weights depth", 2, &["cannot be used with"]),
        ("kind --facet-wrap 0", 2, &["1 to 64 panels, not 0"]),
        ("kind --marginals", 2, &["no marginal histograms"]),
        ("kynd", 1, &["no column 'kynd'", "Did you mean 'kind'?"]),
    ] {
        folder.refuses(&format!("{base} {more} -o out.png"), code, words);
    }
}
