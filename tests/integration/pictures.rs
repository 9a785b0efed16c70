//! The same request gives the same bytes on the CPU and on the GPU, and every time.

use crate::cli::{Folder, example};

const ENDINGS: [&str; 3] = ["png", "svg", "pdf"];

/// Draws one request as PNG, SVG and PDF.
#[track_caller]
fn draw(request: &str, backend: &str) -> Vec<Vec<u8>> {
    let folder = Folder::new();
    let outputs = ENDINGS.map(|ending| format!("-o out.{ending}")).join(" ");
    let run = folder.heatbin(&format!("{request} --backend {backend} --summary json {outputs}")).done();
    assert_eq!(run.summary()["backend"], backend, "{run}");
    let files: Vec<Vec<u8>> = ENDINGS.iter().map(|ending| folder.read(format!("out.{ending}"))).collect();
    for (file, magic) in files.iter().zip(["\u{89}PNG", "<", "%PDF"]) {
        let start: String = file.iter().take(4).map(|&byte| byte as char).collect();
        assert!(start.starts_with(magic), "a file begins with {start:?}, not {magic:?}: {run}");
    }
    files
}

/// Where two pictures of one request differ; empty if nowhere.
fn differences(ours: &[Vec<u8>], theirs: &[Vec<u8>]) -> String {
    let mut out = String::new();
    for (ending, (a, b)) in ENDINGS.iter().zip(ours.iter().zip(theirs)) {
        if a != b {
            let first = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
            out += &format!("  .{ending}: {} and {} bytes, from byte {first} on\n", a.len(), b.len());
        }
    }
    out
}

#[track_caller]
fn same_on_both(requests: &[&str]) {
    let mut out = String::new();
    for request in requests {
        let found = differences(&draw(request, "cpu"), &draw(request, "gpu"));
        if !found.is_empty() {
            out += &format!("{request}\n{found}");
        }
    }
    assert!(out.is_empty(), "the CPU's and the GPU's pictures differ:\n{out}");
}

fn flights(request: &str) -> String {
    let (shape, options) = request.split_once(' ').unwrap_or((request, ""));
    format!("{shape} {} -x distance -y delay {options}", example("flights.parquet"))
}

fn places(request: &str) -> String {
    let (shape, options) = request.split_once(' ').unwrap_or((request, ""));
    format!("{shape} {} -x longitude -y latitude {options}", example("zipcodes.csv.gz"))
}

#[test]
fn flights_are_the_same_on_both_backends() {
    same_on_both(&[
        &flights("hist2d --bins 200,100"),
        &flights("hist2d --bins 173 --norm log --cmap magma_r"),
        &flights("hexbin --gridsize 80"),
        &flights("hexbin --gridsize 60 --norm log --mincnt 5 --cmap rocket"),
    ]);
}

#[test]
fn places_are_the_same_on_both_backends() {
    same_on_both(&[
        &places("hist2d --bins 90 --norm log"),
        &places("hist2d --bins 40 --mincnt 3 --vmin 2 --vmax 100"),
        &places("hexbin --norm log --title Places"),
        // So many hexagons that they are drawn as pixels.
        &places("hexbin --gridsize 400 --norm log"),
    ]);
}

#[test]
fn odd_pages_are_the_same_on_both_backends() {
    same_on_both(&[
        &places("hist2d --bins 90 --bare --figsize 3.33,2 --dpi 150"),
        &places("hexbin --gridsize 50 --bare --dpi 77"),
        &places("hist2d --xedges -180,-120,-100.5,-100,-60 --yedges 0,30,31,32,72 --no-cbar"),
        &flights("hist2d --xscale log --yscale log --bins 61,47 --range 10,5000,1,2000 --norm log"),
        &flights("hexbin --xscale log --yscale log --gridsize 50 --range 10,5000,1,2000"),
        // Every row is out of range, and the page is empty.
        &places("hist2d --range 500,600,0,1 --norm log"),
    ]);
}

#[test]
fn more_cells_than_pixels_are_the_same_on_both_backends() {
    same_on_both(&[&flights("hist2d --bins 3000 --norm log"), &places("hist2d --bins 3000,7")]);
}

#[test]
fn density_is_the_same_on_both_backends() {
    same_on_both(&[
        &places("hist2d --bins 120,80 --smooth 2.5 --norm log --contour 50%,90%"),
        &places("hist2d --bins 200 --spread 2,square --mincnt 1"),
        &places("hist2d --bins 300 --dynspread --smooth 0,1.5 --bare --contour 3"),
        &flights("hist2d --bins 90 --norm log --smooth 1 --contour 10,100,1000 --contour-only"),
    ]);
}

#[test]
fn counts_are_the_same_on_both_backends() {
    let folder = Folder::new();
    for request in [flights("hist2d --bins 300,200"), places("hexbin --gridsize 90")] {
        for ending in ["npz", "npy", "csv", "parquet"] {
            let [ours, theirs] = ["cpu", "gpu"].map(|backend| {
                folder.heatbin(&format!("{request} --backend {backend} -o {backend}.{ending}")).silent();
                folder.read(format!("{backend}.{ending}"))
            });
            assert!(!ours.is_empty() && ours == theirs, "{request}: the .{ending} of the backends differ");
        }
    }
}

#[test]
fn every_run_gives_the_same_bytes() {
    for backend in ["cpu", "gpu"] {
        let request = places("hexbin --norm log --gridsize 70");
        assert_eq!(differences(&draw(&request, backend), &draw(&request, backend)), "", "{backend}");
    }
    // However many threads share the work.
    let folder = Folder::new();
    for threads in ["1", "7"] {
        let mut command = folder.command(&flights(&format!("hist2d --bins 300 -o {threads}.png")));
        crate::cli::Run::of({
            command.env("RAYON_NUM_THREADS", threads);
            command
        })
        .silent();
    }
    assert!(folder.read("1.png") == folder.read("7.png"), "the number of threads shows in the picture");
}

#[test]
fn other_pictures_are_told_apart() {
    let of = |request: &str| draw(&places(request), "cpu");
    let picture = of("hist2d --bins 50");
    assert_eq!(differences(&picture, &picture), "");
    for other in ["hist2d --bins 51", "hist2d --bins 50 --norm log", "hist2d --bins 50 --vmax 1000", "hexbin"]
    {
        let found = differences(&picture, &of(other));
        assert!(ENDINGS.iter().all(|ending| found.contains(ending)), "{other}: {found}");
    }
    let mut off = picture.clone();
    *off[0].last_mut().expect("a picture has bytes") ^= 1;
    assert!(differences(&picture, &off).starts_with("  .png"), "one byte that differs is found");
}

/// Cells as images, and under them an image, are mirrored pixel by pixel; the numbers in files are not.
#[test]
fn inverted_axes_mirror_the_picture() {
    let folder = Folder::new();
    let departures = example("departures.parquet");
    let numbered = |request: &str, options: &str, name: &str| {
        let range = "-x hour -y distance --range 4,24,0,2800";
        folder.heatbin(&format!("{request} {departures} {range} --bare --dpi 60 {options} -o {name}")).done();
        folder.read(name)
    };
    let pixels = |request: &str, options: &str| {
        let raster = heatbin::decode_png(&numbered(request, options, "out.png")).expect("a PNG file");
        let line = 4 * raster.width() as usize;
        raster.pixels().chunks(line).map(|line| line.as_chunks::<4>().0.to_vec()).collect::<Vec<_>>()
    };
    numbered("hist2d --bins 7,5 --cmap vlag", "", "map.png");
    let map = folder.path("map.png").display().to_string();
    for request in [
        "hist2d --bins 40,30".to_owned(),
        "hexbin --gridsize 30 --mincnt 1".to_owned(),
        "hist2d --bins 40 --category origin".to_owned(),
        format!("hist2d --bins 40 --underlay {map} --extent 4,15,0,900"),
    ] {
        let request = &request;
        // The image under the cells is fitted to the pixels from its other end then.
        let most = u8::from(request.contains("underlay"));
        let are_near = |one: &Vec<Vec<[u8; 4]>>, other: &Vec<Vec<[u8; 4]>>| {
            let pairs = one.iter().flatten().flatten().zip(other.iter().flatten().flatten());
            one.len() == other.len() && { pairs }.all(|(a, b)| a.abs_diff(*b) <= most)
        };
        let plain = pixels(request, "");
        let mut down = plain.clone();
        down.reverse();
        assert!(are_near(&pixels(request, "--invert-yaxis"), &down) && down != plain, "{request}");
        let mut across = plain.clone();
        across.iter_mut().for_each(|line| line.reverse());
        assert!(are_near(&pixels(request, "--invert-xaxis"), &across) && across != plain, "{request}");
        across.reverse();
        assert!(are_near(&pixels(request, "--invert-xaxis --invert-yaxis"), &across), "{request}");
        assert!(!are_near(&plain, &across), "{request}");
    }
    let counts = numbered("hist2d --bins 40,30", "", "plain.npz");
    assert!(numbered("hist2d --bins 40,30", "--invert-yaxis", "inverted.npz") == counts);
    // Hexagons as paths too: one group around all.
    let svg = numbered("hexbin --gridsize 20 --mincnt 1", "--invert-yaxis", "out.svg");
    assert!(String::from_utf8_lossy(&svg).contains("<g transform=\"matrix(1 0 0 -1 0 "));
}
