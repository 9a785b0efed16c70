//! `heatbin heatmap`: what it writes, what it says, and what it refuses.

use crate::cli::Folder;

/// A table with a name for each row and a value that is missing.
const TABLE: &str = "name,a,b,c\nx,1,2,3.5\ny,-4,,6\n";

fn table() -> Folder {
    Folder::with("t.csv", TABLE)
}

#[test]
fn numbers_are_written_as_they_lie_in_the_table() {
    let folder = table();
    let run = folder
        .heatbin("heatmap t.csv -o t.png -o t.svg -o t.pdf -o out.csv -o out.npy -o out.npz -o out.parquet --summary json")
        .done();
    assert_eq!(run.stderr, "heatbin: 6 cells: 5 drawn, 0 masked, 1 missing\n");
    let summary = run.summary();
    for (key, wanted) in
        [("rows", 2.0), ("columns", 3.0), ("missing", 1.0), ("masked", 0.0), ("min", -4.0), ("max", 6.0)]
    {
        assert_eq!(summary[key].as_f64(), Some(wanted), "{key}");
    }
    let csv = "name,a,b,c\nx,1.0,2.0,3.5\ny,-4.0,,6.0\n";
    assert_eq!(folder.read("out.csv"), csv.as_bytes());
    let npy = folder.read("out.npy");
    assert!(npy.windows(8).any(|bytes| bytes == b"(2, 3, )"));
    let values: Vec<f64> = npy[npy.len() - 48..]
        .chunks_exact(8)
        .map(|bytes| f64::from_le_bytes(bytes.try_into().expect("8 bytes")))
        .collect();
    assert_eq!(values[..4], [1.0, 2.0, 3.5, -4.0]);
    assert!(values[4].is_nan());
    // What was written is a table again.
    folder.heatbin("heatmap out.parquet -o again.csv -q").silent();
    assert_eq!(folder.read("again.csv"), csv.as_bytes());
    folder.heatbin("heatmap out.npz -o again.csv -q").silent();
    assert_eq!(folder.read("again.csv"), b",0,1,2\n0,1.0,2.0,3.5\n1,-4.0,,6.0\n");
}

#[test]
fn masked_cells_are_missing_from_the_numbers_too() {
    let folder = table();
    let summary = folder.heatbin("heatmap t.csv --mask upper -o out.csv --summary json").done().summary();
    assert_eq!((summary["masked"].as_u64(), summary["missing"].as_u64()), (Some(5), Some(0)));
    assert_eq!(folder.read("out.csv"), b"name,a,b,c\nx,,,\ny,-4.0,,\n");
    folder.write("m.csv", "name,hide,a,b\nx,false,1,2\ny,true,3,4\n");
    folder.heatbin("heatmap m.csv --mask hide -o out.csv -q").silent();
    assert_eq!(folder.read("out.csv"), b"name,a,b\nx,1.0,2.0\ny,,\n");
    folder.refuses("heatmap m.csv --mask hid -o out.png", 1, &["no column 'hid'", "Did you mean 'hide'?"]);
    folder.refuses("heatmap m.csv --mask b -o out.png", 2, &["--mask", "'b'", "true and false"]);
}

#[test]
fn the_first_row_is_on_top_unless_it_is_told_otherwise() {
    let folder = table();
    let labels = |options: &str| {
        folder.heatbin(&format!("heatmap t.csv -o t.svg -q {options}")).silent();
        let svg = String::from_utf8(folder.read("t.svg")).expect("text");
        let place =
            |label: &str| svg.find(&format!(">{label}</text>")).unwrap_or_else(|| panic!("no {label}"));
        let height = |label: &str| {
            let element = &svg[svg[..place(label)].rfind("<text").expect("a tag")..];
            let y = element.split("y=\"").nth(1).expect("a place").split('"').next().expect("a number");
            y.parse::<f64>().expect("a number")
        };
        height("x") < height("y")
    };
    assert!(labels(""));
    assert!(!labels("--origin lower"));
}

#[test]
fn small_cells_share_pixels_and_that_is_said() {
    let folder = Folder::new();
    let mut text = String::from("n");
    (0..300).for_each(|column| text += &format!(",c{column}"));
    for row in 0..40 {
        text += &format!("\nr{row}");
        (0..300).for_each(|column| text += if (row, column) == (7, 100) { ",9" } else { ",0" });
    }
    folder.write("wide.csv", text);
    let options = "--figsize 1,1 --dpi 50 --bare --cmap gray -o wide.png";
    let mut brightest = Vec::new();
    for (decimate, word) in [("max", "maximum"), ("mean", "mean"), ("min", "minimum")] {
        let run = folder.heatbin(&format!("heatmap wide.csv {options} --decimate {decimate}")).done();
        let wanted =
            format!("40 rows and 300 columns share 50 × 50 pixels: each shows the {word} of its cells");
        assert!(run.stderr.contains(&wanted), "{run}");
        let picture = image::load_from_memory(&folder.read("wide.png")).expect("a PNG").to_rgb8();
        brightest.push(picture.pixels().map(|pixel| pixel.0[0]).max().expect("pixels"));
    }
    assert!(brightest[0] == 255 && (1..200).contains(&brightest[1]) && brightest[2] == 0, "{brightest:?}");
}

#[test]
fn edges_make_axes_of_numbers() {
    let folder = table();
    folder
        .heatbin("heatmap t.csv --x-edges 0,1,10,100 --y-edges 2024-01-01,2024-01-02,2024-01-03 -o t.svg -q")
        .silent();
    let svg = String::from_utf8(folder.read("t.svg")).expect("text");
    for label in [">80<", ">Jan 1<"] {
        assert!(svg.contains(label), "{label}");
    }
    folder.heatbin("heatmap t.csv --x-edges 1,10,100 --xscale log -o t.svg -q").done();
    folder.write("n.csv", "t,10,20,40\n2024-01-01,1,2,3\n2024-01-02,4,5,6\n");
    folder.heatbin("heatmap n.csv --index t --x-edges labels -o t.svg -q").silent();
    for (options, words) in [
        ("--x-edges 0,1", &["x edges", "2 numbers for 3 cells", "4 edges", "3 middles"][..]),
        ("--x-edges 3,2,1,0", &["x edges", "ascend"]),
        ("--x-edges 3,2,1", &["middles ascend"]),
        ("--x-edges labels", &["--x-edges", "'a' is neither a number nor a date"]),
        ("--xscale log", &["log scale of x", "--x-edges"]),
        ("--x-edges 0,1,2,3 --interpolation bilinear", &["interpolation", "cells of one size"]),
    ] {
        folder.refuses(&format!("heatmap t.csv -o t.png {options}"), 2, words);
    }
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let folder = table();
    for (options, words) in [
        ("--figsize 0.9,0.9 --bare --dpi 100 --annot=.12f", &["too small for their numbers"][..]),
        ("--linewidths 90", &["lines of 90 points would cover", "smaller linewidths"]),
        ("--linewidths=-1", &["linewidths must be"]),
        ("--cmap nosuch", &["no colormap 'nosuch'"]),
        ("--vmin 3 --vmax 2", &["vmin"]),
        ("--annot=x", &["no format of numbers"]),
        ("--annot d", &["there is no file 'd'", "--annot=d"]),
    ] {
        folder.refuses(&format!("heatmap t.csv -o t.png {options}"), 2, words);
    }
    folder.refuses("clustermap t.csv --annot d -o t.png", 2, &["--annot=d"]);
    folder.refuses("heatmap t.csv", 2, &["nothing to do"]);
    folder.refuses("heatmap t.csv -o t.csv", 2, &["would be written over"]);
    folder.write("text.csv", "a,b\nx,y\nz,w\n");
    folder.refuses("heatmap text.csv -o t.png", 1, &["text.csv", "no column holds numbers"]);
    folder.write("ragged.csv", "a,b\n1,2\n3\n");
    folder.refuses("heatmap ragged.csv -o t.png", 1, &["ragged.csv", "line 3"]);
    folder.write("empty.csv", "a,b\n");
    folder.refuses("heatmap empty.csv -o t.png", 1, &["empty.csv", "no rows"]);
}

#[test]
fn odd_tables_have_a_sensible_picture() {
    let folder = Folder::with("missing.csv", "name,a,b\nx,,\ny,,\n");
    folder.write("missing.npy", {
        let mut bytes =
            b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }".to_vec();
        bytes.resize(127, b' ');
        bytes.push(b'\n');
        (0..4).for_each(|_| bytes.extend(f64::NAN.to_le_bytes()));
        bytes
    });
    for table in ["missing.csv", "missing.npy"] {
        folder.refuses(&format!("heatmap {table} -o t.png --annot"), 1, &["all values are missing"]);
    }
    folder.write("part.csv", "name,a,b\nx,,\ny,1,2\n");
    let run = folder.heatbin("heatmap part.csv --rows 0:1 -o t.png --annot").done();
    assert!(run.stderr.contains("nothing to show: no cell has a value"), "{run}");
    folder.write("row.csv", "name,a,b\nonly,1,2\n");
    folder.heatbin("heatmap row.csv -o t.png -o t.svg -o t.pdf --annot --square --linewidths 1").silent();
    folder.write("one.csv", "a\n7\n");
    folder.heatbin("heatmap one.csv -o t.png --annot").silent();
    let long = format!("name,{}\nx,1,2\n", ["w".repeat(300), "v".repeat(200)].join(","));
    folder.write("long.csv", long);
    let run = folder.heatbin("heatmap long.csv -o t.png").done();
    assert!(run.stderr.contains("cut for want of room: 'www") && run.stderr.contains("…', 'vvv"), "{run}");
}

/// A part looks as among the rest: a mask is that of the whole table, edges are its own, and limits those of what is drawn.
#[test]
fn a_part_is_drawn_alone() {
    let folder = table();
    let of = |options: &str| {
        folder.heatbin(&format!("heatmap t.csv -o out.csv -q {options}")).silent();
        String::from_utf8(folder.read("out.csv")).expect("text")
    };
    assert_eq!(of("--rows 1:"), "name,a,b,c\ny,-4.0,,6.0\n");
    assert_eq!(of("--columns -2: --rows :1"), "name,b,c\nx,2.0,3.5\n");
    assert_eq!(of("--columns 1:2 --mask upper"), "name,b\nx,\ny,\n");
    assert_eq!(of("--rows 1:2 --mask upper"), "name,a,b,c\ny,-4.0,,\n");
    let summary =
        folder.heatbin("heatmap t.csv --columns 1: --rows 0:1 -o out.png --summary json").done().summary();
    for (key, wanted) in [("rows", 1.0), ("columns", 2.0), ("vmin", 2.0), ("vmax", 3.5), ("missing", 0.0)] {
        assert_eq!(summary[key].as_f64(), Some(wanted), "{key}");
    }
    // The same cells, as a table of their own between the same edges.
    folder.heatbin("heatmap t.csv --columns 1: --x-edges 0,1,3,4 --xlabel u -o part.svg -q").silent();
    folder.write("p.csv", "name,b,c\nx,2,3.5\ny,,6\n");
    folder.heatbin("heatmap p.csv --x-edges 1,3,4 --xlabel u -o own.svg -q").silent();
    assert!(folder.read("part.svg") == folder.read("own.svg"));
    folder.heatbin("heatmap t.csv --x-edges 0,1,3,4 --xlabel u -o own.svg -q").silent();
    assert!(folder.read("part.svg") != folder.read("own.svg"));
    folder.refuses("heatmap t.csv --rows 2: -o out.png", 2, &["--rows 2:", "2 rows"]);
    folder.refuses("heatmap t.csv --rows 1 -o out.png", 2, &["--rows", "A:B"]);
    folder.refuses("heatmap t.csv --columns a:b -o out.png", 2, &["--columns", "'a'"]);
}
