//! Norms and colormaps are matplotlib's, seaborn's, datashader's and colorcet's: every count up to 65,536, every name, every byte.

use heatbin::{Coloring, Colormap, Norm, Ordered, Values};
use serde_json::Value;

use crate::references::{count, float, list, read, sha256, text};

/// The index of the colour of every count, as matplotlib counts: -2 no colour, -1 below the scale, `colors` above.
fn indices(record: &Value) -> Vec<i16> {
    let norm: Norm = text(&record["norm"]).parse().expect("a norm");
    let given = |key: &str| Some(&record[key]).filter(|limit| !limit.is_null()).map(float);
    let limits = norm.limits(None, (given("vmin"), given("vmax"))).expect("limits");
    let table = norm.thresholds(limits, count(&record["colors"]), (None, None));
    (0..=65_536).map(|value| table.entry(Ordered::of(f64::from(value))) as i16 - 2).collect()
}

fn differs(record: &Value, got: &[i16]) -> Option<String> {
    if sha256(got.iter().map(|index| index.to_le_bytes())) == text(&record["indices_sha256"]) {
        return None;
    }
    let pair = |sample: &Value| (count(&sample[0]), sample[1].as_i64().expect("an index"));
    let samples = list(&record["samples"]).iter().map(pair);
    let wrong: Vec<String> = samples
        .filter(|&(value, index)| i64::from(got[value]) != index)
        .map(|(value, index)| format!("{value} has index {}, not {index}", got[value]))
        .collect();
    let [norm, vmin, vmax, colors] = ["norm", "vmin", "vmax", "colors"].map(|key| &record[key]);
    Some(format!("{norm} from {vmin} to {vmax}, {colors} colors: {wrong:?}\n"))
}

#[test]
fn norms_are_those_of_matplotlib() {
    let found: String =
        read("norms.json").iter().filter_map(|record| differs(record, &indices(record))).collect();
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn a_wrong_index_is_found() {
    let record = &read("norms.json")[0];
    let mut got = indices(record);
    got[12_345] -= 1;
    let found = differs(record, &got).expect("it differs");
    assert!(found.contains("12345 has index 255, not 256"), "{found}");
}

#[test]
fn colormaps_are_those_of_matplotlib_seaborn_and_colorcet() {
    let records = read("colormaps.json");
    let mut names: Vec<&str> = records.iter().map(|record| text(&record["name"])).collect();
    let mut known = Colormap::names();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, names);
    for record in &records {
        let name = text(&record["name"]);
        let colors = Colormap::named(name).expect("a colormap").colors().to_vec();
        assert_eq!(colors.len(), count(&record["colors"]), "{name}");
        assert_eq!(
            sha256(colors.into_iter().map(|[r, g, b, _]| [r, g, b])),
            text(&record["rgb_sha256"]),
            "{name}"
        );
    }
}

/// Bytes written as hexadecimal text.
fn bytes(text: &str) -> Vec<u8> {
    let two = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(two).collect()
}

#[test]
fn blended_colours_are_those_of_matplotlib() {
    for record in read("blends.json") {
        let colors: Vec<[u8; 4]> = list(&record["colors"])
            .iter()
            .map(|color| {
                let rgb = bytes(&text(color)[1..]);
                [rgb[0], rgb[1], rgb[2], 255]
            })
            .collect();
        let map = Colormap::blended("blend", &colors).expect("some colours");
        assert_eq!(map.colors().concat(), bytes(text(&record["rgba"])), "{colors:?}");
    }
}

/// The largest difference in any channel between datashader's colours and those of a norm.
fn farthest(record: &Value, norm: &str) -> u8 {
    let counts: Vec<u64> =
        list(&record["counts"]).iter().map(|count| count.as_u64().expect("a count")).collect();
    let coloring = Coloring { norm: norm.parse().expect("a norm"), cmin: Some(1.0), ..Coloring::default() };
    let scale = coloring.fit(&Values::Counts(counts.clone())).expect("a scale");
    let (table, palette) = (scale.thresholds(), scale.palette());
    let wanted = bytes(text(&record["rgba"]));
    assert_eq!(wanted.len(), 4 * counts.len());
    let ours = counts.iter().flat_map(|&count| palette[table.entry(Ordered::of(count as f64))]);
    ours.zip(wanted).map(|(ours, theirs)| ours.abs_diff(theirs)).max().expect("some cells")
}

#[test]
fn shading_is_that_of_datashader_to_one_in_255() {
    for record in read("shaded.json") {
        let how = text(&record["how"]);
        let norm = if how == "log" { "log1p" } else { how };
        let farthest = farthest(&record, norm);
        assert!(farthest <= 1, "{how}: {farthest}");
    }
}

#[test]
fn another_norm_is_far_from_datashader() {
    let records = read("shaded.json");
    let log = records.iter().find(|record| text(&record["how"]) == "log").expect("a record");
    assert!(farthest(log, "cbrt") > 1);
}

#[test]
fn infinite_results_have_no_colour_and_are_told_of() {
    let table =
        "x,y,w\n0.5,0.5,1e300\n0.5,0.5,-1e300\n1.5,0.5,1\n1.5,0.5,3\n1.5,0.5,9\n0.5,1.5,2\n0.5,1.5,4\n";
    let folder = crate::cli::Folder::with("a.csv", table);
    let base = "hist2d a.csv -x x -y y --bins 2 --range 0,2,0,2 --weights w --reduce var --bare --dpi 10 --figsize 1,1";
    let done = folder.heatbin(&format!("{base} -o a.png")).done();
    assert_eq!(
        done.stderr,
        "heatbin: 1 cell has an infinite value, which has no colour (--bad gives it one)\n"
    );
    let picture = heatbin::decode_png(&folder.read("a.png")).expect("PNG");
    let viridis = heatbin::Colormap::named("viridis").expect("a colormap");
    let colors = [(2, 2), (7, 2), (2, 7), (7, 7)].map(|(x, y)| picture.pixel(x, y));
    // The variances 1 and 104/9 are the ends of the scale; the lower left cell is infinite, the right upper one is empty.
    assert_eq!(colors, [viridis.colors()[0], [0; 4], [0; 4], viridis.colors()[255]]);
    // As many as are said: of one, and of several.
    let log = folder.heatbin(&format!("{} --norm log -o c.png", base.replace("var", "sum"))).done();
    assert_eq!(log.stderr, "heatbin: 1 cell has a value that a log norm has no colour for\n");
    folder.write("b.csv", "x,y,w\n0.5,0.5,-1\n1.5,0.5,-2\n0.5,1.5,3\n");
    let two = base.replace("a.csv", "b.csv").replace("var", "sum");
    let log = folder.heatbin(&format!("{two} --norm log -o c.png")).done();
    assert_eq!(log.stderr, "heatbin: 2 cells have values that a log norm has no colour for\n");
    folder.write("c.csv", "x,y\n0.5,0.5\n");
    let one = folder.heatbin("hist2d c.csv -x x -y y -v --summary json").done();
    assert!(one.stderr.starts_with("heatbin: 1 row: 1 binned, 0 outside, 0 missing\n"), "{}", one.stderr);
    folder.heatbin(&format!("{base} --bad red -o b.png -q")).silent();
    let picture = heatbin::decode_png(&folder.read("b.png")).expect("PNG");
    assert_eq!(picture.pixel(2, 7), [255, 0, 0, 255]);
}
