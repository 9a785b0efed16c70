//! Several figures on one page: each keeps its pixels, whatever it is.

use std::collections::HashSet;

use heatbin::{Raster, Theme, decode_png, heatmap, hexbin, hist2d, subplots};

use crate::cli::{Folder, Run, example};

fn columns() -> (Vec<f64>, Vec<f64>) {
    let x: Vec<f64> = (0..3_000).map(|i| (f64::from(i) * 0.37).sin()).collect();
    let y = x.iter().enumerate().map(|(i, x)| (i as f64 * 0.11).cos() * x).collect();
    (x, y)
}

/// Whether an image lies in another with its left top corner there.
fn lies_in(image: &Raster, page: &Raster, (left, top): (u32, u32)) -> bool {
    if left + image.width() > page.width() || top + image.height() > page.height() {
        return false;
    }
    let places = (0..image.height()).flat_map(|y| (0..image.width()).map(move |x| (x, y)));
    places.into_iter().all(|(x, y)| image.pixel(x, y) == page.pixel(left + x, top + y))
}

#[test]
fn figures_keep_every_pixel() {
    let (x, y) = columns();
    let matrix = heatbin::Matrix::new(
        heatbin::Index::new(["a", "b"]),
        heatbin::Index::new(["c", "d", "e"]),
        vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    )
    .expect("a matrix");
    let dark = hexbin(&x, &y).gridsize(12).mincnt(1).theme(Theme::Dark).figsize(3.0, 2.5).dpi(100.0);
    let drawings = [
        hist2d(&x, &y).bins(9).figsize(3.2, 2.4).dpi(100.0).figure().expect("a figure"),
        dark.figure().expect("a figure"),
        heatmap(matrix).figsize(2.5, 2.0).dpi(100.0).figure().expect("a figure"),
    ];
    let own = drawings.clone().map(|drawing| decode_png(&drawing.png().expect("pixels")).expect("PNG"));
    // 8 points between two figures are 11 pixels.
    let page = subplots(drawings.clone()).columns(2).png().expect("a page");
    let page = decode_png(&page).expect("PNG");
    assert_eq!((page.width(), page.height()), (320 + 11 + 300, 250 + 11 + 200));
    let corners = [(0, 0), (331, 0), (0, 261)];
    for (own, corner) in own.iter().zip(corners) {
        assert!(lies_in(own, &page, corner), "{corner:?}");
        assert!(!lies_in(own, &page, (corner.0 + 1, corner.1)), "a pixel beside, it does not");
    }
    assert_eq!(page.pixel(325, 100), [255; 4], "paper lies between them");
    // A title and letters stand above, and change no figure.
    let page = subplots(drawings).columns(2).title("Three").letters(true).theme(Theme::Dark);
    let page = decode_png(&page.png().expect("a page")).expect("PNG");
    let first = (0..page.height()).find(|&top| lies_in(&own[0], &page, (0, top)));
    let first = first.expect("the first figure lies below the title");
    assert!(lies_in(&own[1], &page, (331, first)) && lies_in(&own[2], &page, (0, first + 250 + 11 + 22)));
    let has_ink =
        |top: u32, bottom: u32| (top..bottom).any(|y| (0..page.width()).any(|x| page.pixel(x, y)[0] > 200));
    assert!(has_ink(0, first - 22) && has_ink(first - 22, first), "a title, and letters");
    assert_eq!(page.pixel(325, first + 100), [20, 21, 24, 255]);
}

#[test]
fn a_clear_page_shows_what_lies_under_it() {
    let (x, y) = columns();
    let of = |transparent| {
        let plot = hist2d(&x, &y).bins(9).mincnt(1).figsize(3.0, 2.0).dpi(80.0).transparent(transparent);
        plot.figure().expect("a figure")
    };
    let page = subplots([of(true), of(false)]).columns(1).transparent(true).png().expect("a page");
    let page = decode_png(&page).expect("PNG");
    let own = decode_png(&of(true).png().expect("pixels")).expect("PNG");
    assert!(lies_in(&own, &page, (0, 0)));
    assert_eq!((page.pixel(1, 1), page.pixel(1, 163), page.pixel(1, 172)), ([0; 4], [0; 4], [255; 4]));
    // On paper, what was clear shows it.
    let page = decode_png(&subplots([of(true)]).png().expect("a page")).expect("PNG");
    assert!(lies_in(&decode_png(&of(false).png().expect("pixels")).expect("PNG"), &page, (0, 0)));
}

#[test]
fn figures_that_make_no_page_are_refused() {
    let (x, y) = columns();
    let of = |dpi| hist2d(&x, &y).figsize(3.0, 2.0).dpi(dpi).figure().expect("a figure");
    let error = |page: heatbin::Subplots| page.png().unwrap_err().to_string();
    assert!(error(subplots([])).starts_with("a page without figures"));
    assert!(
        error(subplots([of(80.0), of(90.0)]))
            .starts_with("panel 2 has 90 pixels per inch, and panel 1 has 80")
    );
    assert!(error(subplots([of(80.0)]).columns(0)).contains("1 panel or more"));
    let numbers = subplots([of(80.0)]).save("page.npz").unwrap_err().to_string();
    assert!(numbers.contains("a page of figures is a .png, .svg or .pdf"), "{numbers}");
}

fn page(folder: &Folder, before: &str, panels: &[&str]) -> Run {
    let panels: String = panels.iter().map(|panel| format!(" + {panel}")).collect();
    folder.heatbin(&format!("subplots {before}{panels}"))
}

#[test]
fn the_command_puts_pictures_of_commands_on_a_page() {
    let folder = Folder::new();
    let places = format!("{} -x longitude -y latitude --range=-126,-66,24,50", example("zipcodes.csv.gz"));
    let iris = example("iris.csv");
    let panels = [
        &*format!("hist2d {places} --bins 40 --norm log --figsize 4,3"),
        &*format!("hexbin {places} --gridsize 20 --mincnt 1 --theme dark --figsize 4,3 --backend BACKEND"),
        &*format!("heatmap {iris} --corr pearson --annot --figsize 4,4"),
        &*format!("clustermap {iris} --row-colors species"),
    ];
    let made = ["cpu", "gpu"].map(|backend| {
        let panels = panels.map(|panel| panel.replace("BACKEND", backend));
        let panels = panels.each_ref().map(String::as_str);
        page(&folder, "--dpi 100 --letters -o a.png -o a.svg -o a.pdf -q", &panels).silent();
        ["a.png", "a.svg", "a.pdf"].map(|name| folder.read(name))
    });
    assert!(made[0] == made[1], "both backends give the same bytes");
    let [png, svg, pdf] = &made[0];
    let page_of = decode_png(png).expect("PNG");
    // Nobody said how large the last is: it is as high as the one beside it, and as wide, as it usually is square.
    assert_eq!((page_of.width(), page_of.height()), (400 + 11 + 400, 22 + 300 + 11 + 22 + 400));
    for (nth, panel) in panels.iter().enumerate() {
        let size = if nth == 3 { "--figsize 4,4" } else { "" };
        let panel = panel.replace("BACKEND", "cpu");
        folder.heatbin(&format!("{panel} {size} --dpi 100 -o own.png -q")).silent();
        let own = decode_png(&folder.read("own.png")).expect("PNG");
        let corner = (nth as u32 % 2 * 411, 22 + nth as u32 / 2 * (300 + 11 + 22));
        assert!(lies_in(&own, &page_of, corner), "{panel}");
    }
    let svg = String::from_utf8(svg.clone()).expect("SVG");
    let ids: Vec<&str> = svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    assert!(ids.contains(&"panel2-plot"), "{ids:?}");
    assert_eq!((svg.matches("@font-face").count(), svg.matches("<svg ").count()), (1, 5));
    assert!(pdf.starts_with(b"%PDF-"));
}

#[test]
fn the_summary_and_the_notes_name_the_panel() {
    let folder = Folder::with("a.csv", "x,y\n1,1\n2,2\n3,NA\n");
    let panels = ["hist2d a.csv -x x -y y --bins 2", "hexbin a.csv -x x -y y --gridsize 3 --figsize 3,3"];
    let run = page(&folder, "--columns 1 --summary json -o a.svg", &panels).done();
    assert_eq!(
        run.stderr,
        "heatbin: panel 1: 3 rows: 2 binned, 0 outside, 1 missing\n\
         heatbin: panel 2: 3 rows: 2 binned, 0 outside, 1 missing\n"
    );
    let summary = run.summary();
    assert_eq!((&summary["panels"][0]["binned"], &summary["panels"][1]["missing"]), (&2.into(), &1.into()));
    let svg = String::from_utf8(folder.read("a.svg")).expect("SVG");
    assert!(svg.contains("width=\"460.8\" height=\"345.6\"") && svg.contains("width=\"216\" height=\"216\""));
    let help = page(&folder, "-o a.png", &["hist2d --help"]).done();
    assert!(help.stdout.contains("heatbin hist2d") && help.stderr.is_empty());
}

#[test]
fn what_is_wrong_is_said_of_its_panel() {
    let folder = Folder::with("a.csv", "x,y\n1,1\n2,2\n");
    let good = "hist2d a.csv -x x -y y";
    for (words, code, said) in [
        (format!("subplots -o a.png + {good} + {good}z"), 1, &["panel 2: no column 'yz' in a.csv"][..]),
        (
            format!("subplots -o a.png + {good} --binz 3"),
            2,
            &["panel 1: unexpected argument '--binz'", "'--bins'"],
        ),
        (format!("subplots -o a.png + {good} +"), 2, &["panel 2 is empty"]),
        (format!("subplots -o a.png {good}"), 2, &["each panel begins with +", "'hist2d'"]),
        (format!("subplots -o a.png + {good} + adapters"), 2, &["panel 2: 'adapters' draws no panel"]),
        ("subplots -o a.png + hist3d a.csv".to_owned(), 2, &["panel 1: 'hist3d' draws no panel: hist2d"]),
        (format!("subplots -o a.png + {good} + {good} -o b.png"), 2, &["panel 2: -o is the page's"]),
        (format!("subplots -o a.png + {good} --figsize 0.3,0.3"), 2, &["panel 1: a figsize of 0.3 × 0.3"]),
        (format!("subplots -o a.npz + {good}"), 2, &["a page of panels is a .png, .svg or .pdf"]),
        (format!("subplots -o a.csv + {good}"), 2, &["a.csv is read and would be written over"]),
        (format!("subplots + {good}"), 2, &["nothing to do"]),
        (format!("subplots --columns 0 -o a.png + {good}"), 2, &["1 panel or more"]),
        ("subplots -o a.png + hist2d - -x 0 -y 1 + hist2d - -x 0 -y 1".into(), 2, &["read only once"]),
        (format!("subplots -o a.png + {good} --dpi 90"), 2, &["panel 1: --dpi is the page's"]),
    ] {
        folder.refuses(&words, code, said);
    }
}
