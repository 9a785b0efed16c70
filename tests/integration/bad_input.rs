//! Bad input, bad requests and bad luck: each gives exit code 1 (data, files, devices) or 2 (a request that cannot be meant), a
//! message with what, where and what to do, and leaves nothing behind.

use crate::cli::{Folder, Run, example};

const POINTS: &str = "a,b\n1,2\n3,4\n5,5\n";

fn points() -> Folder {
    Folder::with("a.csv", POINTS)
}

/// Each of these lines, with a file a.csv, is refused with code 2 and these words.
#[track_caller]
fn wrong(lines: &[(&str, &[&str])]) {
    let folder = points();
    for (options, words) in lines {
        folder.refuses(&format!("hist2d a.csv -x a -y b -o out.png {options}"), 2, words);
    }
}

/// What is wrong with a file that is asked for its columns a and b.
#[track_caller]
fn unreadable(name: &str, bytes: impl AsRef<[u8]>, words: &[&str]) {
    let folder = Folder::with(name, bytes);
    for shape in ["hist2d", "hexbin"] {
        let run = folder.refuses(&format!("{shape} {name} -x a -y b -o out.png"), 1, words);
        assert!(run.stderr.contains(name), "{run}");
    }
}

#[test]
fn files_that_are_not_there() {
    let folder = Folder::new();
    folder.refuses(
        "hist2d none.csv -x a -y b -o out.png",
        1,
        &["cannot read none.csv", "no such file", "check the name"],
    );
    folder.refuses("hist2d no/*.csv -x a -y b -o out.png", 1, &["no/*.csv", "no file matches"]);
    folder.refuses("hexbin [a -x a -y b -o out.png", 2, &["'[a' is no pattern"]);
    std::fs::create_dir(folder.path("dir")).unwrap();
    folder.refuses("hexbin dir -x a -y b -o out.png", 1, &["dir", "is a folder", "name the files in it"]);
}

#[test]
fn files_with_nothing_in_them() {
    for name in ["a.csv", "a.parquet", "a", "a.arrow", "a.npy", "a.npz", "a.csv.gz"] {
        unreadable(name, "", &["empty"]);
    }
    unreadable("a.csv", "\n\n\n", &["no rows"]);
    let folder = Folder::new();
    folder.refuses("hist2d - -x a -y b -o out.png", 1, &["standard input", "nothing in it"]);
}

#[test]
fn files_that_are_damaged() {
    let whole = std::fs::read(example("flights.parquet")).unwrap();
    for len in [4, 9, 1000, whole.len() / 2, whole.len() - 1] {
        unreadable("a.parquet", &whole[..len], &["Parquet", "damaged or incomplete?"]);
    }
    // A page in the middle, with a footer that is right.
    let mut torn = whole.clone();
    torn[whole.len() / 4..whole.len() / 2].fill(0x55);
    let folder = Folder::with("a.parquet", torn);
    folder.refuses("hist2d a.parquet -x distance -y delay -o out.png", 1, &["a.parquet", "Parquet"]);
    let packed = std::fs::read(example("zipcodes.csv.gz")).unwrap();
    let folder = Folder::with("a.csv.gz", &packed[..packed.len() / 2]);
    folder.refuses(
        "hist2d a.csv.gz -x longitude -y latitude -o out.png",
        1,
        &["a.csv.gz", "damaged or incomplete?"],
    );
    unreadable("a.csv", b"a,b\n1,2\n\0\0\0\0", &["not text"]);
    unreadable("a.csv", b"\xff\xfea\0,\0b\0\n\0", &["UTF-16", "UTF-8"]);
}

/// What the command itself writes, cut short.
#[test]
fn numbers_that_are_damaged() {
    let folder = points();
    for ending in ["npz", "npy", "parquet"] {
        let name = format!("whole.{ending}");
        folder.heatbin(&format!("hist2d a.csv -x a -y b -o {name}")).silent();
        let whole = folder.read(&name);
        for len in [1, 7, 70, whole.len() / 2, whole.len() - 1] {
            unreadable(&format!("a.{ending}"), &whole[..len], &["damaged or incomplete?"]);
        }
    }
    for len in [7, 9, 100] {
        unreadable("a.arrow", &b"ARROW1\0\0".repeat(20)[..len], &["a.arrow", "damaged or incomplete?"]);
    }
}

#[test]
fn rows_that_do_not_fit() {
    unreadable("a.csv", "a,b\n1,2\n3\n5,6\n", &["a.csv, line 3", "1 field", "the header has 2"]);
    unreadable("a.csv", "a,b\n1,2\n3,4,5\n", &["a.csv, line 3", "3 fields", "the header has 2"]);
    unreadable("a.csv", "a,b\n1,2\n3,oops\n5,6\n", &["a.csv, line 3", "'oops'", "column 'b'", "numbers"]);
    let folder = Folder::with("a.csv", "1,2\n3\n");
    folder.refuses("hist2d a.csv --header no -x 0 -y 1 -o out.png", 1, &["line 2", "the first row has 2"]);
    // Far behind what is looked at first.
    let mut text = "a,b\n".to_owned() + &"1.25,2.5\n".repeat(100_000);
    text += "1,x\n";
    unreadable("a.csv", text, &["a.csv, line 100002", "'x'"]);
}

#[test]
fn columns_that_are_not_there() {
    let folder = Folder::with("a.csv", "Lat,Lon,Base\n1,2,x\n3,4,y\n");
    folder.refuses(
        "hist2d a.csv -x lng -y Lat -o out.png",
        1,
        &["no column 'lng' in a.csv", "Lat, Lon, Base", "Did you mean 'Lon'?"],
    );
    let run = folder.refuses("hist2d a.csv -x 0 -y 99 -o out.png", 1, &["no column '99' in a.csv"]);
    assert!(!run.stderr.contains("Did you mean"), "{run}");
    folder.refuses(
        "hexbin a.csv -x Base -y Lat -o out.png",
        1,
        &["column 'Base' of a.csv holds text", "columns that hold these: Lat, Lon"],
    );
    folder.write("b.csv", "lat,Lon\n1,2\n");
    folder.refuses(
        "hexbin a.csv b.csv -x Lat -y Lon -o out.png",
        1,
        &["no column 'Lat' in b.csv", "a.csv has this one"],
    );
}

#[test]
fn cells_that_cannot_be() {
    wrong(&[
        ("--bins 0", &["--bins", "at least 1"]),
        ("--bins 3,0", &["--bins", "at least 1"]),
        ("--bins -4", &["--bins", "'-4' is no whole number above 0"]),
        ("--bins 2.5", &["--bins", "'2.5'"]),
        ("--bins 1,2,3", &["--bins", "one number, or two"]),
        ("--xedges 3,2,1", &["x: edges must ascend", "3 comes before 2"]),
        ("--xedges 3", &["x: an axis needs at least 2 edges"]),
        ("--yedges 2,2", &["y: all edges are 2"]),
        ("--yedges 1,nan", &["--yedges", "'nan' is not finite"]),
        ("--xedges none.txt", &["--xedges", "no file 'none.txt'"]),
        ("--xedges 0,1 --xscale log", &["x: a log axis needs values above 0"]),
        ("--binz 3", &["'--bins'"]),
    ]);
    let folder = points();
    folder.refuses("hexbin a.csv -x a -y b -o out.png --gridsize 0", 2, &["--gridsize", "at least 1"]);
    folder.write("edges", [0xff, 0xfe, 0x00]);
    folder.refuses(
        "hist2d a.csv -x a -y b -o out.png --xedges edges",
        2,
        &["--xedges: edges", "neither text nor .npy"],
    );
}

/// Refused before the data are read, and without the memory: the file would be an error itself.
#[test]
fn a_million_by_a_million_cells() {
    let text = "a,b\n".to_owned() + &"1.25,2.5\n".repeat(100_000) + "1,x\n";
    let folder = Folder::with("a.csv", text);
    for cells in
        ["hist2d --bins 1000000", "hist2d --bins 1000000 --range 0,1,0,1", "hexbin --gridsize 1000000"]
    {
        let line = format!("{cells} a.csv -x a -y b -o out.png");
        let words = ["more than the 268435456 there may be", "fewer"];
        let start = std::time::Instant::now();
        folder.refuses(&line, 2, &words);
        assert!(start.elapsed().as_secs() < 5, "{line} took {:?}", start.elapsed());
        #[cfg(target_os = "linux")]
        folder.refuses_command(limited(&folder, "ulimit -v 4000000", &line), 2, &words);
    }
}

#[test]
fn ranges_that_cannot_be() {
    wrong(&[
        ("--range 5,1,0,1", &["--range", "x is reversed: put 1 before 5"]),
        ("--range 0,1,1,-1", &["--range", "y is reversed: put -1 before 1"]),
        ("--range nan,1,0,1", &["--range", "'nan' is not finite"]),
        ("--range 0,inf,0,1", &["--range", "'inf' is not finite"]),
        ("--range 0,1,0", &["--range", "X0,X1,Y0,Y1"]),
        ("--range 0,x,0,1", &["--range", "'x' is neither a number nor a date"]),
        ("--range -1,5,1,5 --xscale log", &["x: a log axis needs values above 0", "-1"]),
        ("--range 1,5,0,5 --yscale log", &["y: a log axis needs values above 0"]),
    ]);
}

#[test]
fn log_axes_over_zeros() {
    let folder = Folder::with("a.csv", "a,b\n-1,2\n0,3\n5,6\n");
    for shape in ["hist2d", "hexbin"] {
        let line = format!("{shape} a.csv -x a -y b --xscale log -o out.png");
        folder.refuses(&line, 1, &["x: a log axis", "above 0", "the smallest is -1", "--range"]);
    }
    folder.heatbin("hexbin a.csv -x a -y b --xscale log --range 1,9,1,9 -o out.png").done();
    let folder = Folder::with("a.csv", "t,b\n2024-01-01,2\n2024-01-02,4\n");
    folder.refuses("hist2d a.csv -x t -y b --xscale log -o out.png", 2, &["'t' holds dates", "no log scale"]);
}

#[test]
fn colours_that_cannot_be() {
    wrong(&[
        ("--cmap virids", &["no colormap 'virids'", "Did you mean 'viridis'?", "heatbin colormaps"]),
        ("--cmap zzzzzzzz", &["no colormap 'zzzzzzzz'", "heatbin colormaps"]),
        ("--norm lgo", &["'lgo'", "--norm", "linear, log", "Did you mean 'log'"]),
        ("--norm liner", &["'liner'", "'linear'"]),
        ("--norm power", &["power:GAMMA"]),
        ("--norm eq_hist --vmin 3", &["vmin has no place", "eq_hist"]),
        ("--norm twoslope:5 --vmin 7", &["wrong side of the centre"]),
        ("--cmap red,blu", &["'blu' is no colour"]),
        ("--cmap @none.txt", &["cannot read none.txt"]),
        ("--cmap ramp:", &["no colour"]),
        ("--norm boundaries:1,2,3,4 --cmap listed:red,blue", &["more stretches"]),
        ("--annot=.2q", &["'.2q' is no format of numbers", ".1f"]),
        ("--annot .1f", &["there is no file '.1f'", "follows an equals sign", "--annot=.1f"]),
        ("--dynspread 0.5,2", &["there is no file '0.5,2'", "--dynspread=0.5,2"]),
        ("--weights b --reduce mean --spread 1", &["spreading adds up neighbours", "smooth it instead"]),
        ("--vmin=-1e308 --vmax=1e308", &["from -1e308 to 1e308 is more than f64 can span"]),
        ("--over reddish", &["'reddish' is no colour", "#rrggbb"]),
        ("--center inf", &["center must be a finite number"]),
        ("--norm zzzzz", &["'zzzzz'", "linear, log"]),
        ("--vmin 5 --vmax 1", &["vmin is 5, above vmax, which is 1"]),
        ("--vmin 0 --norm log", &["vmin is 0", "a log norm needs a value above 0"]),
        ("--vmax nan", &["vmax must be a finite number"]),
        ("--vmin x", &["--vmin", "'x' is no number"]),
        ("--mincnt -1", &["--mincnt", "'-1' is no whole number"]),
    ]);
}

#[test]
fn pages_that_cannot_be() {
    wrong(&[
        ("--figsize 0.5,0.5", &["figsize of 0.5 × 0.5 inches", "at least", "or bare"]),
        ("--figsize 0,1", &["--figsize", "above 0"]),
        ("--figsize -6,4", &["--figsize", "above 0"]),
        ("--figsize 6", &["--figsize", "W,H"]),
        ("--figsize 1000,1000", &["pixels", "make figsize or dpi smaller"]),
        ("--dpi 0", &["dpi must be between 10 and 10000, not 0"]),
        ("--dpi -5", &["dpi must be between", "-5"]),
        ("--dpi 1e9", &["dpi must be between"]),
        ("--dpi nan", &["dpi must be between"]),
        ("--dpi x", &["--dpi", "'x' is no number"]),
    ]);
}

#[test]
fn requests_that_ask_for_nothing_or_too_much() {
    let folder = points();
    folder.refuses("hist2d a.csv -x a -y b", 2, &["nothing to do", "-o out.png", "--summary json"]);
    folder.refuses("hist2d a.csv -x a -o out.png", 2, &["-y <COLUMN>"]);
    folder.refuses("hist2d -x a -y b -o out.png", 2, &["<FILE>"]);
    folder.refuses("hist2d - - -x a -y b -o out.png", 2, &["standard input", "only once"]);
    folder.refuses("hexbn a.csv", 2, &["'hexbn'", "'hexbin'"]);
    wrong(&[
        ("-v -q", &["--verbose", "--quiet"]),
        ("--delimiter ab", &["--delimiter", "one ASCII character"]),
        ("--header maybe", &["--header", "'yes' or 'no'"]),
        ("--summary xml", &["--summary", "json"]),
        ("--backend cpu --adapter llvm", &["'llvm'", "CPU", "leave one of them out"]),
    ]);
}

#[test]
fn outputs_that_cannot_be() {
    let folder = points();
    std::fs::create_dir(folder.path("dir.png")).unwrap();
    for (out, code, words) in [
        ("out.gif", 2, ["cannot write out.gif", ".png .svg .pdf"]),
        ("out", 2, ["cannot write out:", ".npz .npy .csv .parquet"]),
        ("no/such/out.png", 1, ["the folder no/such does not exist", "create it first"]),
        ("dir.png", 1, ["cannot write dir.png", "it is a folder; name a file in it"]),
        ("a.csv", 2, ["a.csv is read and would be written over", "another file"]),
        ("./a.csv", 2, ["./a.csv is read and would be written over", "another file"]),
    ] {
        folder.refuses(&format!("hist2d a.csv -x a -y b -o {out}"), code, &words);
        // Nor is anything written to the places that could be written to.
        folder.refuses(&format!("hexbin a*.csv -x a -y b -o good.png -o {out}"), code, &words);
    }
    folder.refuses("colormaps -o out.gif", 2, &["cannot write out.gif"]);
    folder.refuses("colormaps -o out.csv", 2, &["cannot write out.csv", ".png, .svg or .pdf"]);
    folder.refuses("colormaps -o no/out.png", 1, &["the folder no does not exist"]);
    folder.refuses("man no", 1, &["cannot write into no", "no such folder"]);
}

/// Where a run failed before, it must also leave alone what was there.
#[test]
fn an_old_file_outlives_a_failure() {
    let folder = points();
    folder.write("out.png", "old");
    folder.write("bad.csv", "a,b\n1,2\n3,oops\n5,6\n");
    folder.refuses("hist2d bad.csv -x a -y b -o out.png", 1, &["oops"]);
    folder.refuses("hist2d a.csv -x a -y b -o out.png --dpi 0", 2, &["dpi"]);
    assert_eq!(folder.read("out.png"), b"old");
    folder.heatbin("hist2d a.csv -x a -y b -o out.png").silent();
    assert!(folder.read("out.png").starts_with(b"\x89PNG"));
}

/// The command after a shell has set a limit.
#[cfg(unix)]
fn limited(folder: &Folder, limit: &str, line: &str) -> std::process::Command {
    let ours = folder.command(line);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &format!("{limit} && exec \"$0\" \"$@\"")])
        .arg(ours.get_program())
        .args(ours.get_args());
    command.current_dir(folder.path(""));
    command
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full() {
    let folder = points();
    for ending in ["png", "svg", "pdf", "npz", "npy", "csv", "parquet"] {
        let name = format!("full.{ending}");
        std::os::unix::fs::symlink("/dev/full", folder.path(&name)).unwrap();
        let line = format!("hist2d a.csv -x a -y b -o {name}");
        folder.refuses(&line, 1, &["cannot write", &name, "the disk is full", "free some space"]);
    }
    // A file that is cut off after its first block, as a quota does it.
    let capped = limited(&folder, "ulimit -f 1", "hist2d a.csv -x a -y b -o out.svg --bins 300");
    folder.refuses_command(capped, 1, &["cannot write out.svg", "ulimit -f"]);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = points();
    let name = |bytes: &[u8]| OsStr::from_bytes(bytes).to_owned();
    let args = |input: &[u8], output: &[u8]| {
        let mut args: Vec<_> = ["hist2d", "-x", "a", "-y", "b"].map(Into::into).into();
        args.extend([name(input), name(b"-o"), name(output)]);
        args
    };
    folder.write(name(b"b\xff.csv"), POINTS);
    let command = folder.shell_free(args(b"b\xff.csv", b"out.png"));
    folder.refuses_command(command, 1, &["cannot read b\u{fffd}.csv", "not UTF-8", "rename it", "'-'"]);
    folder.refuses_command(folder.shell_free(args(b"a.csv", b"out.\xff")), 2, &["cannot write out.\u{fffd}"]);
    Run::of(folder.shell_free(args(b"a.csv", b"out\xff.png"))).silent();
    assert!(folder.read(name(b"out\xff.png")).starts_with(b"\x89PNG"));
}

/// Root may do all, so that the test, run by root, asks as somebody else.
#[cfg(unix)]
#[test]
fn files_that_are_shut() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let folder = points();
    let set = |name: &str, mode| {
        std::fs::set_permissions(folder.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // Copied by another process: a program that this one still had open for writing when another test forked could not be started.
    let mut copy = std::process::Command::new("cp");
    assert!(copy.arg(env!("CARGO_BIN_EXE_heatbin")).arg(folder.path("heatbin")).status().unwrap().success());
    folder.write("shut.csv", POINTS);
    set("shut.csv", 0o000);
    set("", 0o755);
    let as_nobody = |line: &str| {
        let mut command = std::process::Command::new(folder.path("heatbin"));
        command.args(line.split(' ')).current_dir(folder.path(""));
        if std::fs::metadata(folder.path("")).unwrap().uid() == 0 {
            command.uid(NOBODY);
        }
        command
    };
    let line = "hist2d shut.csv -x a -y b --summary json";
    folder.refuses_command(as_nobody(line), 1, &["cannot read shut.csv", "ermission denied"]);
    set("", 0o555);
    let line = "hist2d a.csv -x a -y b -o out.png";
    let words = ["cannot write out.png", "permission denied; choose a folder that you may write to"];
    folder.refuses_command(as_nobody(line), 1, &words);
    set("", 0o755);
}

#[test]
fn densities_that_cannot_be_meant() {
    let folder = points();
    for option in ["--smooth 2", "--spread 1", "--dynspread", "--contour 5", "--contour-only"] {
        let word = option.split(' ').next().unwrap();
        let words = [word, "needs rectangles, not hexagons: use heatbin hist2d"];
        folder.refuses(&format!("hexbin a.csv -x a -y b -o out.png {option}"), 2, &words);
    }
    let words = ["hexbin has --gridsize"];
    folder.refuses("hexbin a.csv -x a -y b -o out.png --bins 10", 2, &words);
    folder.refuses("hexbin a.csv -x a -y b -o out.png --bins=10,20", 2, &words);
    folder.refuses("hist2d a.csv -x a -y b -o out.png --gridsize 10", 2, &["hist2d has --bins"]);
    folder.refuses("subplots -o out.png + hist2d a.csv -x a -y b --gridsize 10", 2, &["hist2d has --bins"]);
    wrong(&[
        ("--smooth -1", &["--smooth", "0 or more, not -1"]),
        ("--smooth 11", &["a sigma of 11 along x is more than the 10 cells", "not in data units"]),
        ("--smooth 1,2,3", &["one number of cells, or two"]),
        ("--spread 65", &["64 at most"]),
        ("--spread 1 --dynspread", &["cannot be used with"]),
        ("--dynspread=2", &["a share from 0 to 1, not 2"]),
        ("--contour high", &["'high' is no level", "90%"]),
        ("--contour 0%", &["above 0%"]),
        ("--contour-only", &["--contour"]),
        ("--contour 50% --weights a --reduce mean", &["something to share out", "not mean"]),
        ("--contour 1 --bins 1,5", &["at least 2 × 2 cells, not 1 × 5"]),
    ]);
}

#[test]
fn a_gpu_that_is_not_there() {
    let folder = points();
    let without = |line: &str| {
        let mut command = folder.command(line);
        command.env("VK_DRIVER_FILES", "/none.json").env("VK_ICD_FILENAMES", "/none.json");
        command
    };
    let line = "hist2d a.csv -x a -y b -o out.png";
    let words = ["no GPU adapter", "mesa-vulkan-drivers", "--backend cpu"];
    folder.refuses_command(without(&format!("{line} --backend gpu")), 1, &words);
    folder.refuses_command(without("adapters"), 1, &["no adapter", "mesa-vulkan-drivers", "CPU"]);
    let unknown = "no adapter named like 'voodoo'; there are: ";
    folder.refuses(&format!("{line} --backend gpu --adapter voodoo"), 1, &[unknown]);
    // To name one is to ask for it.
    folder.refuses(&format!("{line} --adapter voodoo"), 1, &[unknown]);
    Run::of(without(line)).silent();
}
