//! An image under the cells: the same pixels on every device, and plain words for what is no image.

use heatbin::{Backend, Raster, decode_png, hexbin, hist2d};

use crate::cli::Folder;

fn image(width: u32, height: u32) -> Raster {
    let byte = |k: u32| (k.wrapping_mul(2_654_435_761) >> 24) as u8;
    Raster::new(
        width,
        height,
        (0..4 * width * height).map(|k| if k % 4 == 3 { 255 } else { byte(k) }).collect(),
    )
}

#[test]
fn every_device_gives_the_same_bytes() {
    let x: Vec<f64> = (0..5_000).map(|i| (f64::from(i) * 0.37).sin()).collect();
    let y: Vec<f64> = (0..5_000).map(|i| (f64::from(i) * 0.11).cos()).collect();
    let page = |backend| {
        let plot = hexbin(&x, &y).gridsize(25).underlay(image(130, 77), Some(((-0.5, 2.0), (-1.0, 1.0))));
        let plot = plot.alpha(0.7).backend(backend).dpi(100.0);
        plot.figure().expect("a figure").png().expect("a picture")
    };
    assert!(page(Backend::Cpu) == page(Backend::Gpu));
}

#[test]
fn empty_cells_let_the_image_through_and_others_cover_it() {
    let (x, y) = ([0.5, 1.5, 1.5], [0.5, 0.5, 0.5]);
    let plot =
        || hist2d(&x, &y).bins((4, 2)).range((0.0, 4.0), (0.0, 2.0)).bare(true).figsize(4.0, 2.0).dpi(10.0);
    let page =
        |plot: heatbin::Hist2d<'_>| decode_png(&plot.figure().unwrap().png().unwrap()).expect("a PNG file");
    let under = image(40, 20);
    let shown = page(plot().underlay(under.clone(), None));
    let plain = page(plot().mincnt(1));
    let mut covered = 0;
    for (x, y) in (0..40).flat_map(|x| (0..20).map(move |y| (x, y))) {
        let is_cell = x < 20 && y >= 10;
        covered += u32::from(is_cell);
        let wanted = if is_cell { plain.pixel(x, y) } else { under.pixel(x, y) };
        assert_eq!(shown.pixel(x, y), wanted, "({x}, {y})");
    }
    assert_eq!(covered, 200);
    let all = page(plot().underlay(under.clone(), None).mincnt(0));
    assert_ne!(all.pixel(30, 5), under.pixel(30, 5), "asked for, empty cells are drawn");
    let half = page(plot().underlay(under.clone(), None).alpha(0.0));
    assert_eq!(half.pixel(3, 15), under.pixel(3, 15));
    assert!(plot().alpha(1.5).run().unwrap_err().to_string().contains("alpha must be from 0 to 1"));
}

#[test]
fn the_command_takes_png_files_only() {
    let folder = Folder::with("a.csv", "x,y\n1,1\n2,2\n2,1\n");
    let base = "hist2d a.csv -x x -y y --bins 2";
    folder.heatbin(&format!("{base} --bare --figsize 1,1 --dpi 20 -o map.png")).done();
    let files = "-o a.png -o a.svg -o a.pdf";
    folder.heatbin(&format!("{base} --underlay map.png --extent 0,3,-1,2 --alpha 0.5 {files}")).done();
    let svg = String::from_utf8(folder.read("a.svg")).expect("SVG");
    assert!(svg.contains("id=\"under0\"") && svg.matches("<image").count() == 2);
    folder.write("text.png", "no picture");
    folder.write("short.png", &folder.read("map.png")[..60]);
    for (more, code, words) in [
        ("--underlay text.png", 1, &["text.png: it is no PNG file; convert it to PNG"][..]),
        ("--underlay short.png", 1, &["short.png: the PNG file is damaged"]),
        ("--underlay a.csv", 1, &["a.csv: it is no PNG file"]),
        ("--underlay none.png", 1, &["cannot read none.png"]),
        ("--underlay map.png --extent 3,0,0,1", 2, &["--extent"]),
        ("--underlay map.png --extent 0,1,0,1 --xscale log", 2, &["a log scale needs values above 0"]),
        ("--extent 0,1,0,1", 2, &["--underlay"]),
        ("--alpha 2", 2, &["alpha must be from 0 to 1, not 2"]),
    ] {
        folder.refuses(&format!("{base} {more} -o out.png"), code, words);
    }
    folder.refuses(&format!("{base} --underlay map.png -o map.png"), 2, &["would be written over"]);
}
