//! The real window under Xvfb, driven by xdotool as by a hand. What it shows is told on stderr (`--verbose`), a line for each
//! whole picture.
//!
//! One window at a time, and nothing is proved by waiting: every step is repeated or waited for until the window tells of it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::cli::{Folder, Run, example};
use crate::x11::Client;

/// No step takes longer on a machine that works at all.
const PATIENCE: Duration = Duration::from_secs(120);

/// A screen of its own.
struct Desk {
    server: Child,
    display: String,
    _turn: MutexGuard<'static, ()>,
}

impl Desk {
    fn new() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut server = Command::new("Xvfb")
            // Without -noreset it would begin anew, deaf for a moment, whenever the last client leaves.
            .args(["-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed: tests/run does that");
        let mut number = String::new();
        let out = server.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut number).expect("Xvfb says its display");
        Self { server, display: format!(":{}", number.trim()), _turn: turn }
    }

    /// Moves the hand.
    fn hand(&self, steps: &str) -> bool {
        let steps: Vec<&str> = steps.split(' ').collect();
        let mut command = Command::new("xdotool");
        command.args(&steps).env("DISPLAY", &self.display).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().expect("xdotool is installed: tests/run does that").success()
    }

    /// What xdotool finds.
    fn find(&self, name: &str) -> Option<String> {
        let mut command = Command::new("xdotool");
        command.args(["search", "--name", name]).env("DISPLAY", &self.display);
        let found = command.output().expect("xdotool is installed: tests/run does that");
        String::from_utf8_lossy(&found.stdout).lines().next().map(str::to_owned)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A picture that the window told of.
#[derive(Clone, Debug)]
struct Picture(HashMap<String, String>);

impl Picture {
    fn of(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("heatbin: picture ")?;
        let pairs = rest.split(' ').filter_map(|pair| pair.split_once('='));
        Some(Self(pairs.map(|(name, value)| (name.into(), value.into())).collect()))
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn numbers<const N: usize>(&self, name: &str, between: char) -> [f64; N] {
        let numbers: Vec<f64> =
            self.text(name).split(between).map(|text| text.parse().expect("a number")).collect();
        numbers.try_into().expect("as many numbers as always")
    }

    fn range(&self) -> [f64; 4] {
        self.numbers("range", ',')
    }

    fn widths(&self) -> [f64; 2] {
        let [x0, x1, y0, y1] = self.range();
        [x1 - x0, y1 - y0]
    }
}

/// A window and what it has told.
struct Window {
    child: Child,
    told: Arc<Mutex<Vec<String>>>,
    desk: Desk,
    id: String,
}

impl Window {
    /// Opens the window, and waits until its keys can be typed.
    fn open(folder: &Folder, line: &str) -> Self {
        Self::run(folder.command(&format!("view --verbose {line}")), "heatbin")
    }

    /// The same of any program, whose window has this in its title.
    fn run(mut command: Command, title: &str) -> Self {
        let desk = Desk::new();
        command.env("DISPLAY", &desk.display).env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the command can be started");
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let (hears, from) = (told.clone(), child.stderr.take().expect("a pipe"));
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                hears.lock().unwrap().push(line);
            }
        });
        let mut window = Self { child, told, desk, id: String::new() };
        window.id = window.until("the window is on the screen", |window| window.desk.find(title));
        window.until("the window has the keys", |window| {
            window.desk.hand(&format!("windowfocus --sync {}", window.id)).then_some(())
        });
        window
    }

    /// Waits for something to be so.
    #[track_caller]
    fn until<T>(&self, what: &str, mut so: impl FnMut(&Self) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = so(self) {
                return found;
            }
            let told = self.told.lock().unwrap().join("\n");
            assert!(start.elapsed() < PATIENCE, "not so: {what}; the window told\n{told}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The newest picture.
    fn picture(&self) -> Option<Picture> {
        self.told.lock().unwrap().iter().rev().find_map(|line| Picture::of(line))
    }

    /// Waits for a picture, and that no other follows it soon.
    #[track_caller]
    fn shows(&self, what: &str, is_it: impl Fn(&Picture) -> bool) -> Picture {
        self.until(what, |window| {
            let picture = window.picture().filter(&is_it)?;
            std::thread::sleep(Duration::from_millis(300));
            window.picture().filter(|later| later.0 == picture.0)
        })
    }

    /// Types a key once, and waits for what it does.
    #[track_caller]
    fn key(&self, key: &str, what: &str, is_it: impl Fn(&Picture) -> bool) -> Picture {
        assert!(self.desk.hand(&format!("key {key}")));
        self.shows(what, is_it)
    }

    /// Waits for a line that begins so; returns the rest.
    #[track_caller]
    fn tells(&self, beginning: &str) -> String {
        self.until(beginning, |window| {
            let told = window.told.lock().unwrap();
            told.iter().rev().find_map(|line| line.strip_prefix(beginning).map(str::to_owned))
        })
    }

    /// Another client of its server.
    fn client(&self) -> Client {
        Client::of(&self.desk.display)
    }

    /// Waits for the end; the exit code.
    fn ended(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "the window stays open");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A thousand points on a spiral.
fn spiral() -> Folder {
    let mut rows = "a,b\n".to_owned();
    for i in 0..1000 {
        let t = f64::from(i) * 0.05;
        rows += &format!("{},{}\n", t * t.cos(), t * t.sin());
    }
    Folder::with("spiral.csv", rows)
}

const SPIRAL: &str = "spiral.csv -x a -y b";

fn near<const N: usize>(found: [f64; N], wanted: [f64; N]) -> bool {
    found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0))
}

#[test]
fn keys_pan_zoom_and_come_back() {
    let folder = spiral();
    let mut window = Window::open(&folder, SPIRAL);
    let home = window.shows("all rows", |picture| picture.text("binned") == "1000");
    let [x0, x1, y0, y1] = home.range();
    let way = 0.1 * (x1 - x0);
    let wanted = [x0 + way, x1 + way, y0, y1];
    let right = window.key("Right", "a tenth to the right", |picture| near(picture.range(), wanted));
    let [width, height] = home.widths().map(|width| width / 1.25);
    window.key("plus", "closer by a quarter", |picture| near(picture.widths(), [width, height]));
    window.key("BackSpace", "the view before", |picture| picture.text("range") == right.text("range"));
    window.key("Home", "all rows again", |picture| picture.text("range") == home.text("range"));
    assert!(window.desk.hand("key ctrl+q"));
    assert_eq!(window.ended(), Some(0));
}

/// The range that was asked for, and then all rows; on a log axis both begin where the rows do.
#[test]
fn home_is_the_range_and_then_all_rows() {
    let folder = Folder::with("flights.csv", "miles,delay\n17,-5\n800,3\n1400,200\n4900,7\n");
    let window = Window::open(&folder, "flights.csv -x miles -y delay --range 0,2000,-10,100");
    let range = window.shows("the range", |picture| picture.text("binned") == "2");
    assert_eq!(range.range(), [0.0, 2000.0, -10.0, 100.0]);
    let all = [17.0, 4900.0, -5.0, 200.0];
    window.key("Home", "all rows", |picture| picture.range() == all && picture.text("binned") == "4");
    window.key("Home", "the range again", |picture| picture.range() == range.range());
    window.key("x", "miles on a log axis", |picture| picture.range() == [17.0, 2000.0, -10.0, 100.0]);
    window.key("y", "and delays", |picture| picture.range() == [17.0, 2000.0, 3.0, 100.0]);
}

/// A window leaves no files, and says nothing of them.
#[test]
fn a_window_that_is_interrupted_says_so() {
    let folder = spiral();
    let mut window = Window::open(&folder, SPIRAL);
    window.shows("all rows", |picture| picture.text("binned") == "1000");
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", window.child.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(window.ended(), Some(1));
    assert_eq!(window.tells("heatbin: interrupted"), "");
}

#[test]
fn keys_change_how_cells_are_made_and_coloured() {
    let folder = spiral();
    let window = Window::open(&folder, SPIRAL);
    window.shows("as it begins", |picture| {
        picture.text("shape") == "rectangles"
            && picture.text("norm") == "log"
            && picture.text("cmap") == "magma"
    });
    let hexagons = window.key("h", "hexagons", |picture| picture.text("shape") == "hexagons");
    window.key("bracketright", "larger cells", |picture| picture.text("cells") != hexagons.text("cells"));
    window.key("n", "another norm", |picture| picture.text("norm") != "log");
    window.key("c", "the next colormap", |picture| picture.text("cmap") == "inferno");
    window.key("shift+c", "the previous colormap", |picture| picture.text("cmap") == "magma");
}

#[test]
fn the_wheel_zooms_where_the_pointer_is() {
    let folder = spiral();
    let window = Window::open(&folder, SPIRAL);
    let home = window.shows("all rows", |picture| picture.text("binned") == "1000");
    assert!(window.desk.hand("mousemove 380 300"));
    let turn = |before: &Picture| {
        assert!(window.desk.hand("click 4"));
        window.shows("zoomed in", |picture| picture.widths()[0] < 0.95 * before.widths()[0])
    };
    let once = turn(&home);
    let twice = turn(&once);
    // The place that stays where it is, as a share of the view: that of the pointer, each time.
    let fixed = |before: &Picture, after: &Picture| {
        let ([x0, _, y0, _], [x2, _, y2, _]) = (before.range(), after.range());
        let lost = |axis: usize| before.widths()[axis] - after.widths()[axis];
        [(x2 - x0) / lost(0), (y2 - y0) / lost(1)]
    };
    let (first, second) = (fixed(&home, &once), fixed(&once, &twice));
    for axis in 0..2 {
        assert!((first[axis] - second[axis]).abs() < 0.002, "{first:?} {second:?}");
        assert!((0.1..0.9).contains(&first[axis]), "{first:?}");
    }
    assert!(first[0] < 0.5 && first[1] > 0.5, "left of the middle and above it: {first:?}");
}

#[test]
fn a_drag_moves_the_view_and_with_shift_marks_a_box() {
    let folder = spiral();
    let window = Window::open(&folder, SPIRAL);
    let home = window.shows("all rows", |picture| picture.text("binned") == "1000");
    // A hand takes its time; one that is too fast for the machine tries again.
    let drag = |what: &str, held: &str, is_it: &dyn Fn(&Picture) -> bool| {
        window.until(what, |window| {
            for step in [
                "mousemove 400 300".to_owned(),
                format!("{held}mousedown 1"),
                "mousemove 420 310".into(),
                "mousemove 480 330".into(),
                "mousemove 500 350".into(),
                "mousemove 500 350".into(),
                "mouseup 1 keyup shift".into(),
            ] {
                assert!(window.desk.hand(&step));
                std::thread::sleep(Duration::from_millis(80));
            }
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(5) {
                if let Some(picture) = window.picture().filter(is_it) {
                    return Some(picture);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            None
        })
    };
    let panned = drag("the view is dragged", "", &|picture| picture.range()[0] < home.range()[0]);
    assert!(near(panned.widths(), home.widths()), "{panned:?}");
    assert!(panned.range()[2] > home.range()[2], "down with the hand");
    window.key("Home", "all rows again", |picture| picture.text("range") == home.text("range"));
    let boxed =
        drag("a box is shown", "keydown shift ", &|picture| picture.widths()[0] < 0.3 * home.widths()[0]);
    assert!(boxed.widths()[1] < 0.3 * home.widths()[1]);
}

#[test]
fn the_picture_follows_the_size_of_the_window() {
    let folder = spiral();
    let window = Window::open(&folder, SPIRAL);
    let before = window.shows("all rows", |picture| picture.text("binned") == "1000");
    let [width, height]: [f64; 2] = before.numbers("pixels", 'x');
    assert!(window.desk.hand(&format!("windowsize {} 900 600", window.id)));
    let after = window.shows("a smaller picture", |picture| picture.text("pixels") != before.text("pixels"));
    let [narrow, low]: [f64; 2] = after.numbers("pixels", 'x');
    assert_eq!((width - narrow, height - low), (380.0, 200.0));
}

/// Saves the figure under this name, and the file that its command line draws beside it; that line.
#[track_caller]
fn saved_twice(window: &Window, folder: &Folder, name: &str) -> String {
    assert!(window.desk.hand("key s"));
    std::thread::sleep(Duration::from_millis(500));
    assert!(window.desk.hand("key ctrl+a"));
    assert!(window.desk.hand(&format!("type --delay 30 {name}")));
    assert!(window.desk.hand("key Return"));
    window.until("it is saved", |_| folder.path(name).exists().then_some(()));
    let line = window.tells("heatbin: without a window: heatbin ");
    let again = line.strip_suffix(name).expect("the file is named last").to_owned() + "again-" + name;
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{} {again}", env!("CARGO_BIN_EXE_heatbin"))).current_dir(folder.path(""));
    Run::of(command).done();
    let (seen, drawn) = (folder.read(name), folder.read(format!("again-{name}")));
    assert!(seen == drawn, "{name} differs: {} and {} bytes; {line}", seen.len(), drawn.len());
    assert!(seen.len() > 1000);
    line
}

/// What is saved is what the command line beside it draws, byte for byte; and that is what was on the screen.
#[test]
fn what_is_saved_is_what_the_command_draws() {
    let folder = Folder::new();
    let flights = example("flights.parquet");
    let window = Window::open(
        &folder,
        &format!("{flights} -x distance -y delay --range 0,2800,-60,180 --title Flights"),
    );
    window.shows("the flights", |picture| picture.text("rows") == "3000000");
    let closer = window.key("plus", "zoomed in", |picture| picture.widths()[0] < 2300.0);
    window.key("Left", "panned", |picture| picture.text("range") != closer.text("range"));
    let hexagons = |name: &str| name == "seen.svg";
    for name in ["seen.png", "seen.svg", "seen.pdf"] {
        if hexagons(name) {
            window.key("h", "hexagons", |picture| picture.text("shape") == "hexagons");
        }
        assert!(window.desk.hand("key s"));
        std::thread::sleep(Duration::from_millis(500));
        assert!(window.desk.hand("key ctrl+a"));
        assert!(window.desk.hand(&format!("type --delay 30 {name}")));
        assert!(window.desk.hand("key Return"));
        window.until("it is saved", |_| folder.path(name).exists().then_some(()));
        let line = window.tells("heatbin: without a window: heatbin ");
        assert!(
            line.starts_with(if hexagons(name) || name == "seen.pdf" { "hexbin " } else { "hist2d " }),
            "{line}"
        );
        let again =
            line.strip_suffix(name).expect("the file is named last").to_owned() + "again" + &name[4..];
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("{} {again}", env!("CARGO_BIN_EXE_heatbin")))
            .current_dir(folder.path(""));
        Run::of(command).done();
        let (seen, drawn) = (folder.read(name), folder.read(format!("again{}", &name[4..])));
        assert!(seen == drawn, "{name} differs: {} and {} bytes; {line}", seen.len(), drawn.len());
        let words: Vec<&str> = line.split(' ').collect();
        let at = words.iter().position(|word| *word == "--range").expect("a range");
        let range: Vec<f64> =
            words[at + 1].split(',').map(|number| number.parse().expect("a number")).collect();
        assert_eq!(range, window.picture().expect("a picture").range(), "{line}");
    }
}

/// A file that there is is replaced when that is asked twice, and what cannot be saved can be saved elsewhere.
#[test]
fn no_file_is_replaced_unasked() {
    let folder = spiral();
    folder.write("heatbin.png", "a");
    folder.write("there.png", "b");
    let window = Window::open(&folder, SPIRAL);
    window.shows("all rows", |picture| picture.text("binned") == "1000");
    let hand = |steps: &str| {
        assert!(window.desk.hand(steps));
        std::thread::sleep(Duration::from_millis(500));
    };
    hand("key s");
    hand("key Return");
    window.until("the next name that is free", |_| folder.path("heatbin-2.png").exists().then_some(()));
    assert_eq!(window.tells("heatbin: saved "), "heatbin-2.png");
    hand("key s");
    hand("key ctrl+a");
    hand("type --delay 30 none/x.png");
    hand("key Return");
    // What is typed next is a name still, and no key of the window.
    hand("key ctrl+a");
    hand("type --delay 30 there.png");
    hand("key Return");
    assert_eq!(folder.read("there.png"), b"b");
    hand("key Return");
    window.until("it is replaced", |_| (folder.read("there.png") != b"b").then_some(()));
    assert_eq!(folder.read("heatbin.png"), b"a");
}

/// Colours of all the data: the scale of the home view wherever one looks, in the file and in the command line too.
#[test]
fn colours_of_all_the_data_stay_and_are_saved_as_the_command_draws_them() {
    let folder = spiral();
    let window = Window::open(&folder, &format!("{SPIRAL} --cell 16 --norm linear"));
    let home = window.shows("all rows", |picture| picture.text("binned") == "1000");
    let ends = |picture: &Picture| picture.numbers("vmax", ',') as [f64; 1];
    let pan = |picture: &Picture| picture.text("range") != home.text("range");
    assert!(window.desk.hand("key plus plus plus"));
    let view = window.shows("a part", |picture| pan(picture) && ends(picture) != ends(&home));
    let fitted = window.key("shift+l", "the scale of all", |picture| picture.text("fit") == "data");
    assert!(ends(&fitted) == ends(&home) && fitted.text("range") == view.text("range"));
    window.key("Left", "another part", |picture| {
        ends(picture) == ends(&home) && picture.text("range") != view.text("range")
    });
    let line = saved_twice(&window, &folder, "seen.svg");
    assert!(line.contains(" --fit data ") && !line.contains("--vmax"), "{line}");
    window.key("l", "pinned", |picture| ends(picture) == ends(&home));
    window.key("shift+l", "of the view", |picture| {
        picture.text("fit") == "view" && ends(picture) != ends(&home)
    });
}

/// The same of weights: the reduction, its colours and its name are in the command line too.
#[test]
fn what_is_made_of_weights_is_saved_as_the_command_draws_it() {
    let folder = spiral();
    let colours = "--center 0 --robust --under #00ff00 --mincnt 1 --cmap vlag";
    let window = Window::open(&folder, &format!("{SPIRAL} --weights a --reduce mean --cell 8 {colours}"));
    window.shows("means", |picture| picture.text("reduce") == "mean" && picture.text("binned") == "1000");
    window.key("r", "the smallest", |picture| {
        picture.text("reduce") == "min" && picture.text("norm") == "linear"
    });
    assert!(window.desk.hand("key s"));
    std::thread::sleep(Duration::from_millis(500));
    assert!(window.desk.hand("key ctrl+a"));
    assert!(window.desk.hand("type --delay 30 seen.svg"));
    assert!(window.desk.hand("key Return"));
    window.until("it is saved", |_| folder.path("seen.svg").exists().then_some(()));
    let line = window.tells("heatbin: without a window: heatbin ");
    for option in
        ["--weights a", "--reduce min", "--center 0", "--robust", "--under '#00ff00ff'", "--mincnt 1"]
    {
        assert!(line.contains(option), "{line}");
    }
    let again = line.replace("seen.svg", "again.svg");
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{} {again}", env!("CARGO_BIN_EXE_heatbin"))).current_dir(folder.path(""));
    Run::of(command).done();
    let (seen, drawn) = (folder.read("seen.svg"), folder.read("again.svg"));
    assert!(seen == drawn, "{} and {} bytes; {line}", seen.len(), drawn.len());
    assert!(String::from_utf8_lossy(&seen).len() > 1000);
}

/// The blur goes on at the border of the view as the command's does at that of its range.
#[test]
fn a_blurred_view_is_saved_as_the_command_draws_it() {
    let folder = Folder::new();
    let window = Window::open(
        &folder,
        &format!("{} -x distance -y delay --range 0,2800,-60,180", example("flights.parquet")),
    );
    window
        .shows("the flights", |picture| picture.text("rows") == "3000000" && picture.text("smooth") == "0,0");
    window.key("plus", "zoomed in", |picture| picture.widths()[0] < 2300.0);
    let plain = saved_twice(&window, &folder, "plain.png");
    assert!(!plain.contains("--smooth"), "{plain}");
    window.key("g", "blurred", |picture| picture.text("smooth") == "1,1");
    let blurred = window.key("g", "blurred more", |picture| picture.text("smooth") == "2,2");
    let line = saved_twice(&window, &folder, "blurred.png");
    assert!(line.contains("--smooth 2 "), "{line}");
    assert!(folder.read("plain.png") != folder.read("blurred.png"));
    window.key("h", "hexagons are never blurred", |picture| {
        picture.text("shape") == "hexagons" && picture.text("smooth") == "0,0"
    });
    let line = saved_twice(&window, &folder, "hexagons.svg");
    assert!(!line.contains("--smooth"), "{line}");
    window.key("h", "blurred again", |picture| picture.text("smooth") == blurred.text("smooth"));
}

/// Marks a region between two places with Ctrl held, until the window tells of it.
#[track_caller]
fn inspected(window: &Window) -> Picture {
    window.until("a region is looked into", |window| {
        for step in [
            "mousemove 300 200",
            "keydown ctrl mousedown 1",
            "mousemove 330 230",
            "mousemove 420 320",
            "mousemove 500 400",
            "mousemove 500 400",
            "mouseup 1 keyup ctrl",
        ] {
            assert!(window.desk.hand(step));
            std::thread::sleep(Duration::from_millis(80));
        }
        std::thread::sleep(Duration::from_millis(300));
        let told = window.told.lock().unwrap();
        let line = told.iter().rev().find_map(|line| line.strip_prefix("heatbin: inspected "))?;
        Picture::of(&format!("heatbin: picture {line}"))
    })
}

/// A table's cells are panned within their borders, zoomed, looked into, and saved on whole cells as the command draws them.
#[test]
fn a_table_is_looked_at_and_saved() {
    let folder = Folder::new();
    let font = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/added.otf");
    let title = format!("--title \u{e001}\u{e000} --font {font}");
    let window =
        Window::open(&folder, &format!("{} --pivot month year passengers {title}", example("flights.csv")));
    let home = window
        .shows("all cells", |picture| picture.text("shape") == "table" && picture.text("binned") == "144");
    assert_eq!((home.range(), home.text("cells")), ([0.0, 12.0, 0.0, 12.0], "12x12"));
    assert_eq!((home.text("norm"), home.text("cmap")), ("linear", "rocket"));
    let line = saved_twice(&window, &folder, "all.png");
    assert!(line.contains("heatmap") && line.contains("--pivot month year passengers"), "{line}");
    assert!(line.contains(font), "{line}");
    assert!(!line.contains("--rows") && !line.contains("--columns"), "{line}");
    let closer = window.key("plus", "closer", |picture| near(picture.widths(), [9.6, 9.6]));
    let right = window.key("Right", "to the right", |picture| picture.range()[0] > closer.range()[0]);
    assert!(near(right.widths(), closer.widths()), "{right:?}");
    let most = window.key("Right", "the border", |picture| picture.range()[1] > right.range()[1]);
    let edge = window.until("no further than the last column", |window| {
        window.desk.hand("key Right");
        window.picture().filter(|picture| picture.range()[1] == 12.0)
    });
    assert!(most.range()[1] <= edge.range()[1] && near(edge.widths(), closer.widths()), "{edge:?}");
    window.key("c", "the next colormap", |picture| picture.text("cmap") == "mako");
    for name in ["seen.png", "seen.svg", "seen.pdf"] {
        let line = saved_twice(&window, &folder, name);
        assert!(line.contains(" --rows ") && line.contains(" --columns 2:12 "), "{line}");
    }
    let whole = window.picture().expect("a picture");
    assert!(whole.range().iter().all(|end| end.fract() == 0.0), "{whole:?}");
    window.key("BackSpace", "as before it was saved", |picture| near(picture.range(), edge.range()));
    window.key("Home", "all cells again", |picture| picture.text("range") == home.text("range"));
    let found = inspected(&window);
    let [x0, x1, y0, y1] = found.range();
    assert!([x0, x1, y0, y1].iter().all(|end| end.fract() == 0.0) && x1 > x0 && y1 > y0, "{found:?}");
    assert_eq!(found.numbers::<1>("cells", ',')[0], (x1 - x0) * (y1 - y0));
    let [min, max, mean] = ["min", "max", "mean"].map(|name| found.numbers::<1>(name, ',')[0]);
    assert!((104.0..=622.0).contains(&min) && min <= mean && mean <= max && max <= 622.0, "{found:?}");
}

/// More cells than pixels: what a pixel shows of them is that of the figure, for the mean and for the largest.
#[test]
fn cells_smaller_than_pixels_are_those_of_the_figure() {
    let folder = Folder::new();
    let (rows, columns) = (1500, 2000);
    let value = |cell: usize| {
        if cell.is_multiple_of(977) { f64::NAN } else { (cell % 10_007 * 7919 % 10_007) as f64 }
    };
    folder.write("m.npy", npy((rows, columns), (0..rows * columns).map(value)));
    let window = Window::open(&folder, "m.npy --table --rows 100: --columns :-300");
    let first = window.shows("the part that was named", |picture| picture.text("rows") == "2380000");
    assert_eq!(first.range(), [0.0, 1700.0, 0.0, 1400.0]);
    let line = saved_twice(&window, &folder, "mean.png");
    assert!(line.contains("--rows 100:1500 --columns 0:1700"), "{line}");
    window.key("r", "the largest", |picture| picture.text("decimate") == "maximum");
    window.key("o", "robust limits", |picture| picture.text("robust") == "true");
    let closer = window.key("plus", "closer", |picture| picture.widths()[0] < 1500.0);
    let [nx, ny]: [f64; 2] = closer.numbers("cells", 'x');
    let pixels: [f64; 2] = closer.numbers("pixels", 'x');
    assert_eq!([nx, ny], pixels, "a cell of the picture is a pixel");
    let line = saved_twice(&window, &folder, "max.png");
    assert!(line.contains("--decimate max") && line.contains("--robust"), "{line}");
    assert!(folder.read("mean.png") != folder.read("max.png"));
    window.key("h", "no key of points", |picture| picture.text("shape") == "table");
}

/// Five hundred points of each of two kinds, and ten of none.
fn kinds() -> Folder {
    let mut rows = "a,b,kind\n".to_owned();
    for i in 0..1010 {
        let t = f64::from(i) * 0.05;
        let kind = if i >= 1000 { "" } else { ["elm", "oak tree"][i as usize % 2] };
        rows += &format!("{},{},{kind}\n", t * t.cos(), t * t.sin());
    }
    Folder::with("kinds.csv", rows)
}

/// Categories mixed, and all rows together; each as its command draws it.
#[test]
fn categories_are_turned_on_and_off() {
    let folder = kinds();
    let key = "--color-key red,#0af --legend-counts";
    let window = Window::open(&folder, &format!("kinds.csv -x a -y b --category kind --cell 8 {key}"));
    window.shows("two kinds", |picture| {
        picture.text("categories") == "2"
            && picture.text("binned") == "1000"
            && picture.text("rows") == "1010"
    });
    let line = saved_twice(&window, &folder, "kinds.png");
    assert!(line.contains("--category kind --color-key") && line.contains("--legend-counts"), "{line}");
    window.key("k", "all rows together", |picture| {
        picture.text("categories") == "0" && picture.text("binned") == "1010"
    });
    let line = saved_twice(&window, &folder, "all.png");
    assert!(!line.contains("--category"), "{line}");
    window.key("k", "two kinds again", |picture| picture.text("categories") == "2");
    window.key("h", "in hexagons", |picture| {
        picture.text("categories") == "2" && picture.text("shape") == "hexagons"
    });
    saved_twice(&window, &folder, "hexagons.svg");
    window.key("k", "all rows together", |picture| picture.text("categories") == "0");
    window.key("r", "shares", |picture| picture.text("reduce") == "density");
    window.key("k", "shares have no categories: these are counted", |picture| {
        picture.text("reduce") == "count" && picture.text("categories") == "2"
    });
    assert!(folder.read("kinds.png") != folder.read("all.png"));
}

/// Colours mixed by what is made of each category's weights: as the command draws them, whatever is made, and in whatever cells.
#[test]
fn categories_are_mixed_by_their_weights_as_the_command_mixes_them() {
    let folder = kinds();
    // Rows without a weight, and some with neither.
    folder.write("weighed.csv", {
        let rows = String::from_utf8(folder.read("kinds.csv")).unwrap();
        let row = |(nth, row): (usize, &str)| match nth {
            0 => format!("{row},w\n"),
            nth if nth % 20 == 7 => format!("{row},\n"),
            nth => format!("{row},{}\n", (nth * 37 % 101) as f64 / 4.0 - 8.0),
        };
        rows.lines().enumerate().map(row).collect::<String>()
    });
    let open = |line: &str| Window::open(&folder, &format!("weighed.csv -x a -y b --cell 12 {line}"));
    let is_of = |picture: &Picture, reduction: &str, categories: &str| {
        picture.text("reduce") == reduction && picture.text("categories") == categories
    };
    let window = open("--category kind --weights w --reduce mean --color-key red,#0af --color-baseline=-9");
    let first = window.shows("means of two kinds", |picture| is_of(picture, "mean", "2"));
    assert_eq!((first.text("rows"), first.text("binned"), first.text("norm")), ("1010", "950", "linear"));
    let line = saved_twice(&window, &folder, "mean.png");
    assert!(line.contains("--color-baseline=-9 --weights w --reduce mean --range"), "{line}");
    window.key("h", "in hexagons", |picture| picture.text("shape") == "hexagons");
    saved_twice(&window, &folder, "hexagons.svg");
    window.key("r", "the smallest", |picture| is_of(picture, "min", "2"));
    let closer = window.key("plus", "zoomed in", |picture| picture.text("binned") != "950");
    saved_twice(&window, &folder, "min.png");
    window.key("shift+l", "the colours of all", |picture| picture.text("fit") == "data");
    let line = saved_twice(&window, &folder, "fitted.png");
    assert!(line.contains(" --fit data "), "{line}");
    window.key("k", "all rows together, those of no kind too", |picture| is_of(picture, "min", "0"));
    let line = saved_twice(&window, &folder, "all.png");
    assert!(!line.contains("--category") && line.contains("--weights w --reduce min"), "{line}");
    window.key("k", "two kinds again", |picture| {
        is_of(picture, "min", "2") && picture.text("range") == closer.text("range")
    });
    drop(window);
    // Not told what to make of them; the first or the last row of each kind, of a file that is followed.
    let window = open("--category kind --weights w --follow --reduce first");
    window.shows("the first of two kinds", |picture| is_of(picture, "first", "2"));
    saved_twice(&window, &folder, "first.png");
    window.key("r", "the last", |picture| is_of(picture, "last", "2"));
    saved_twice(&window, &folder, "last.png");
    window.key("r", "from the first on", |picture| {
        is_of(picture, "count", "2") && picture.text("binned") == "950"
    });
    let line = saved_twice(&window, &folder, "count.png");
    assert!(line.contains("--weights w --reduce count"), "{line}");
    window.key("r", "sums", |picture| is_of(picture, "sum", "2"));
    saved_twice(&window, &folder, "sum.png");
    let pictures =
        ["mean", "min", "first", "last", "count", "sum"].map(|name| folder.read(format!("{name}.png")));
    for (nth, picture) in pictures.iter().enumerate() {
        assert!(pictures[..nth].iter().all(|other| other != picture), "each has a picture of its own");
    }
}

/// Columns are chosen while their file is open: it is read again beside the view, which stays where it is.
#[test]
fn other_columns_are_read_again() {
    let folder = kinds();
    let window = Window::open(&folder, "kinds.csv -x a -y b --cell 8");
    let is_of = |picture: &Picture, categories: &str, rows: &str| {
        picture.text("categories") == categories && picture.text("rows") == rows
    };
    window.shows("all rows", |picture| is_of(picture, "0", "1010") && picture.text("binned") == "1010");
    let closer = window.key("plus", "zoomed in", |picture| picture.text("binned") != "1010");
    let stays = |picture: &Picture| picture.text("range") == closer.text("range");
    window.key("shift+k", "x in bins", |picture| is_of(picture, "5", "1010") && stays(picture));
    window.key("j", "more bins", |picture| is_of(picture, "6", "1010"));
    let line = saved_twice(&window, &folder, "bins.png");
    assert!(line.contains("--category a --category-bins 6 "), "{line}");
    window.key("shift+k", "y in bins", |picture| is_of(picture, "5", "1010"));
    window.key("shift+k", "kinds", |picture| is_of(picture, "2", "1010") && stays(picture));
    let line = saved_twice(&window, &folder, "kinds.png");
    assert!(line.contains("--category kind --range"), "{line}");
    let sums = window.key("w", "weights of kinds", |picture| {
        is_of(picture, "2", "1010") && picture.text("reduce") == "sum"
    });
    let line = saved_twice(&window, &folder, "sums.png");
    assert!(line.contains("--category kind --weights a --reduce sum"), "{line}");
    window.key("r", "means", |picture| is_of(picture, "2", "1010") && picture.text("reduce") == "mean");
    window.key("shift+k", "no kinds, and still the means", |picture| {
        is_of(picture, "0", "1010") && picture.text("reduce") == "mean"
    });
    let line = saved_twice(&window, &folder, "means.png");
    assert!(line.contains("--weights a --reduce mean") && !line.contains("--category"), "{line}");
    window.key("w", "other weights", |picture| {
        picture.text("vmax") != sums.text("vmax") && picture.text("reduce") == "sum"
    });
    window.key("w", "no weights", |picture| picture.text("reduce") == "count" && stays(picture));
}

/// While a file grows too: what is written meanwhile is there, and what is written later comes.
#[test]
fn other_columns_are_followed() {
    let folder = kinds();
    let window = Window::open(&folder, "kinds.csv -x a -y b --follow --category b --category-bins 3");
    window.shows("bins", |picture| picture.text("categories") == "3" && picture.text("binned") == "1010");
    window.key("shift+k", "kinds", |picture| {
        picture.text("categories") == "2" && picture.text("rows") == "1010"
    });
    let mut file = std::fs::OpenOptions::new().append(true).open(folder.path("kinds.csv")).unwrap();
    std::io::Write::write_all(&mut file, b"1,1,yew\n1,1,yew\n").unwrap();
    window
        .shows("another kind", |picture| picture.text("categories") == "3" && picture.text("rows") == "1012");
}

/// The command line on the clipboard is the one that draws what was saved.
#[test]
fn the_command_is_copied() {
    let folder = kinds();
    let options = "--category kind --cell 8 --title Elm's";
    let window = Window::open(&folder, &format!("kinds.csv -x a -y b {options}"));
    window.shows("two kinds", |picture| picture.text("categories") == "2");
    let line = "heatbin ".to_owned() + &saved_twice(&window, &folder, "seen.png");
    assert!(line.contains('\''), "something is quoted: {line}");
    assert!(window.desk.hand("key s"));
    std::thread::sleep(Duration::from_millis(500));
    // The button stands below the middle of the window, under the line, however many rows that takes.
    let copied = window.until("the line is copied", |window| {
        (400..560).step_by(8).find_map(|y| {
            assert!(window.desk.hand(&format!("mousemove 400 {y} click 1")));
            std::thread::sleep(Duration::from_millis(150));
            let mut command = Command::new("xclip");
            command.args(["-o", "-selection", "clipboard"]).env("DISPLAY", &window.desk.display);
            let output = command.output().expect("xclip is installed: tests/run does that");
            let text = String::from_utf8(output.stdout).expect("a line of text");
            text.starts_with("heatbin ").then_some(text)
        })
    });
    // It has the next name, as there is a file of the first.
    assert_eq!(copied, line.replace("-o seen.png", "-o seen-2.png"));
    let folder_of = std::path::Path::new(env!("CARGO_BIN_EXE_heatbin")).parent().expect("a folder");
    let mut command = Command::new("sh");
    command.args(["-c", &copied]).current_dir(folder.path(""));
    command.env("PATH", format!("{}:{}", folder_of.display(), std::env::var("PATH").unwrap_or_default()));
    Run::of(command).done();
    assert!(folder.read("seen.png") == folder.read("seen-2.png"));
}

/// A far value leaves colours to the others, unless all are to have theirs.
#[test]
fn what_is_made_of_weights_is_robust_unless_told() {
    let folder = spiral();
    let window = Window::open(&folder, &format!("{SPIRAL} --weights a --reduce mean"));
    let robust = window.shows("means", |picture| {
        picture.text("reduce") == "mean"
            && picture.text("robust") == "true"
            && picture.text("binned") == "1000"
    });
    let line = saved_twice(&window, &folder, "robust.png");
    assert!(line.contains(" --robust"), "{line}");
    let all = window.key("o", "all colours", |picture| picture.text("robust") == "false");
    let span =
        |picture: &Picture| picture.numbers::<1>("vmax", ',')[0] - picture.numbers::<1>("vmin", ',')[0];
    assert!(span(&all) > span(&robust), "{all:?} {robust:?}");
    let line = saved_twice(&window, &folder, "all.png");
    assert!(!line.contains("--robust"), "{line}");
}

/// Limits that were asked for are those of what is made of weights, until something else is.
#[test]
fn limits_that_are_asked_for_hold_for_weights() {
    let folder = spiral();
    let limits = |picture: &Picture| [picture.text("vmin").to_owned(), picture.text("vmax").to_owned()];
    for category in ["", " --category b --category-bins 3"] {
        let line = format!("{SPIRAL} --weights a --reduce mean --vmin=-3 --vmax 4{category}");
        let window = Window::open(&folder, &line);
        window.shows("those limits", |picture| {
            picture.text("binned") == "1000"
                && picture.text("reduce") == "mean"
                && limits(picture) == ["-3.0", "4.0"]
        });
        let line = saved_twice(&window, &folder, if category.is_empty() { "mean.png" } else { "means.png" });
        assert!(line.contains(" --vmin=-3 --vmax 4 "), "{line}");
        window.key("r", "others of what is smallest", |picture| {
            picture.text("reduce") == "min" && limits(picture) != ["-3.0", "4.0"]
        });
    }
}

/// A drag on the upper half of the colorbar moves the upper limit and pins both.
#[test]
fn a_drag_on_the_colorbar_pins_the_limits() {
    let folder = spiral();
    let window = Window::open(&folder, &format!("{SPIRAL} --cell 16 --norm linear"));
    let free = window.shows("all rows", |picture| picture.text("binned") == "1000");
    let [width, height]: [f64; 2] = free.numbers("pixels", 'x');
    let limits = |picture: &Picture| [picture.text("vmin").to_owned(), picture.text("vmax").to_owned()];
    // The bar stands beside the picture, which ends where the margin of its labels begins: found by trying.
    let pinned = window.until("the limits are dragged", |window| {
        let home = window.picture()?;
        for right in (60..120).step_by(8) {
            // The panel is 248 wide and 14 on each side.
            let x = 1280 - 276 - right;
            for step in [
                format!("mousemove {x} {}", (24.0 + 0.2 * height) as i32),
                "mousedown 1".into(),
                format!("mousemove {x} {}", (24.0 + 0.25 * height) as i32),
                format!("mousemove {x} {}", (24.0 + 0.35 * height) as i32),
                "mouseup 1".into(),
            ] {
                assert!(window.desk.hand(&step));
                std::thread::sleep(Duration::from_millis(80));
            }
            std::thread::sleep(Duration::from_millis(300));
            let now = window.picture().filter(|now| limits(now) != limits(&home));
            if let Some(now) = now.filter(|now| now.text("range") == home.text("range")) {
                return Some(now);
            }
            window.desk.hand("key Home");
        }
        None
    });
    assert_eq!(pinned.text("vmin"), free.text("vmin"));
    // What lay at four fifths of the bar lies lower now, so the bar ends higher.
    assert!(pinned.numbers::<1>("vmax", ',')[0] > free.numbers::<1>("vmax", ',')[0], "{width} {pinned:?}");
    window.key("l", "free again", |picture| limits(picture) == limits(&free));
}

/// The button that closes the window, as a window manager presses it.
#[test]
fn the_window_is_closed_by_its_button() {
    let folder = spiral();
    let mut window = Window::open(&folder, SPIRAL);
    window.shows("all rows", |picture| picture.text("binned") == "1000");
    window.client().close(window.id.parse().expect("a number"));
    assert_eq!(window.ended(), Some(0));
}

/// A file that is dropped on the window is shown instead of what was; one that cannot be is told of.
#[test]
fn a_file_that_is_dropped_is_opened() {
    let folder = kinds();
    let window = Window::open(&folder, "");
    let mut client = window.client();
    let mut drop_file =
        |name: &str| client.drop_file(window.id.parse().expect("a number"), &folder.path(name));
    drop_file("kinds.csv");
    let take = |what: &str, rows: &str| {
        window.until(what, |window| {
            window.desk.hand("key Return");
            std::thread::sleep(Duration::from_millis(300));
            window.picture().filter(|picture| picture.text("rows") == rows && picture.text("binned") == rows)
        })
    };
    take("the columns are taken", "1010");
    folder.write("other.csv", "a,b\n1,2\n3,4\n5,6\n");
    drop_file("other.csv");
    let shown = take("the other file", "3");
    assert_eq!(shown.range(), [1.0, 5.0, 2.0, 6.0]);
    drop_file("none.csv");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(window.picture().expect("a picture").text("rows"), "3");
}

#[test]
fn columns_are_asked_for() {
    let folder = Folder::with("c.csv", "name,a,b\nx,1,10\ny,2,20\nz,3,30\n");
    let window = Window::open(&folder, "c.csv");
    // The first two columns of numbers are marked already.
    let shown = window.until("the columns are taken", |window| {
        window.desk.hand("key Return");
        std::thread::sleep(Duration::from_millis(300));
        window.picture().filter(|picture| picture.text("binned") == "3")
    });
    assert_eq!(shown.range(), [1.0, 3.0, 10.0, 30.0]);
}

/// The other button of that list: the same file as a table.
#[test]
fn what_is_asked_for_as_a_table_is_shown_as_one() {
    let folder = Folder::with("c.csv", "name,a,b\nx,1,10\ny,2,20\nz,3,30\n");
    let window = Window::open(&folder, "c.csv");
    // Below the middle of the window, beside the button at the right; what lies above it marks columns at most.
    let shown = window.until("the table is shown", |window| {
        (380..760).step_by(12).find_map(|y| {
            assert!(window.desk.hand(&format!("mousemove 730 {y} click 1")));
            std::thread::sleep(Duration::from_millis(150));
            window.picture().filter(|picture| picture.text("shape") == "table")
        })
    });
    assert_eq!((shown.text("shape"), shown.text("cells"), shown.text("rows")), ("table", "2x3", "6"));
}

/// An array in an archive that has no columns for x and y is shown at once as what it is.
#[test]
fn an_array_that_is_no_points_is_a_table() {
    let folder = kinds();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("m.npy", zip::write::SimpleFileOptions::default()).expect("an archive in memory");
    let array = npy((30, 20), (0..600).map(f64::from));
    std::io::Write::write_all(&mut archive, &array).expect("an archive in memory");
    folder.write("m.npz", archive.finish().expect("an archive in memory").into_inner());
    let window = Window::open(&folder, "kinds.csv -x a -y b");
    window.shows("points", |picture| picture.text("binned") == "1010");
    window.client().drop_file(window.id.parse().expect("a number"), &folder.path("m.npz"));
    let table = window.shows("the array", |picture| picture.text("shape") == "table");
    assert_eq!((table.text("cells"), table.text("vmin"), table.text("vmax")), ("20x30", "0.0", "599.0"));
}

/// Nothing is drawn while nothing happens: the process takes no time.
#[cfg(target_os = "linux")]
#[test]
fn an_idle_window_costs_nothing() {
    let folder = spiral();
    let window = Window::open(&folder, SPIRAL);
    window.shows("all rows", |picture| picture.text("binned") == "1000");
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", window.child.id())).expect("it runs");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        // User and system time, in hundredths of a second.
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    window.until("three seconds without work", |_| {
        let before = ticks();
        std::thread::sleep(Duration::from_secs(3));
        (ticks() - before <= 3).then_some(())
    });
}

/// Rows that are written to the file while the window is open are shown, beside those that are there; the newest only, if asked.
#[test]
fn a_file_that_grows_is_followed() {
    let folder = spiral();
    let grow = |rows: usize| {
        let mut file = std::fs::OpenOptions::new().append(true).open(folder.path("spiral.csv")).unwrap();
        std::io::Write::write_all(&mut file, "1,1\n".repeat(rows).as_bytes()).unwrap();
    };
    let window = Window::open(&folder, &format!("{SPIRAL} --follow"));
    window.shows("the rows there are", |picture| picture.text("binned") == "1000");
    grow(500);
    window.shows("the rows that came", |picture| picture.text("binned") == "1500");
    drop(window);
    let window = Window::open(&folder, &format!("{SPIRAL} --follow --last 600"));
    window.shows("the newest rows", |picture| picture.text("rows") == "600");
    grow(200);
    let newest = window.shows("the rows that came", |picture| picture.range() == [0.5, 1.5, 0.5, 1.5]);
    assert_eq!(newest.text("rows"), "600");
}

/// With weights and categories too: what went is left out of what is made of them.
#[test]
fn weights_and_categories_are_followed() {
    let folder = kinds();
    let grow = |folder: &Folder, row: &str, rows: usize| {
        let mut file = std::fs::OpenOptions::new().append(true).open(folder.path("kinds.csv")).unwrap();
        std::io::Write::write_all(&mut file, row.repeat(rows).as_bytes()).unwrap();
    };
    let window = Window::open(&folder, "kinds.csv -x a -y b --weights b --reduce last --follow");
    window.shows("the rows there are", |picture| {
        picture.text("binned") == "1010" && picture.text("reduce") == "last"
    });
    grow(&folder, "1,1,elm\n", 500);
    window.shows("the rows that came", |picture| picture.text("binned") == "1510");
    drop(window);
    let window = Window::open(&folder, "kinds.csv -x a -y b --weights b --reduce mean --follow --last 600");
    window.shows("the newest rows", |picture| picture.text("rows") == "600");
    grow(&folder, "2,7,elm\n", 600);
    let newest = window.shows("the rows that came", |picture| picture.range() == [1.5, 2.5, 6.5, 7.5]);
    assert_eq!((newest.text("rows"), newest.text("vmin")), ("600", "7.0"));
    drop(window);
    let folder = kinds();
    let window = Window::open(&folder, "kinds.csv -x a -y b --category kind --follow --last 700");
    window.shows("the newest kinds", |picture| {
        picture.text("rows") == "700" && picture.text("categories") == "2"
    });
    grow(&folder, "3,7,yew\n", 10);
    window
        .shows("another kind", |picture| picture.text("rows") == "700" && picture.text("categories") == "3");
}

/// A `.npy` file of an array.
fn npy((rows, columns): (usize, usize), values: impl Iterator<Item = f64>) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    bytes.extend(format!("{header:<117}\n").bytes());
    values.for_each(|value| bytes.extend(value.to_le_bytes()));
    bytes
}

/// As close as one can look: sixteen neighbouring numbers. Cells are no narrower than these lie apart, so a point is where it is, and to be
/// seen.
#[test]
fn a_range_as_deep_as_numbers_go() {
    let point = |nth: i32| [1e6 + f64::from(nth) * 1e-9, 2e6 + f64::from(nth * 7 % 1000) * 1e-9];
    let folder = Folder::with("deep.npy", npy((1000, 2), (0..1000).flat_map(point)));
    let around = |middle: f64| {
        let step = middle.next_up() - middle;
        [middle - 8.0 * step, middle + 8.0 * step]
    };
    let [x, y] = point(500).map(around);
    let range = [x[0], x[1], y[0], y[1]];
    let words = range.map(|end| format!("{end:?}")).join(",");
    let window = Window::open(&folder, &format!("deep.npy -x x -y y --range {words} --cmap viridis"));
    let deep = window.shows("the point in the middle", |picture| picture.text("rows") == "1000");
    assert_eq!((deep.range(), deep.text("binned"), deep.text("cells")), (range, "1", "16x16"));
    // Off the picture, where no cell is told.
    assert!(window.desk.hand("mousemove 1100 780"));
    let [width, height]: [f64; 2] = deep.numbers("pixels", 'x');
    let (least, most) =
        ((width / 16.0).floor() * (height / 16.0).floor(), (width / 16.0).ceil() * (height / 16.0).ceil());
    window.until("the point fills its cell", |window| {
        // The first colour of viridis; the colorbar is farther right.
        let first = [84, 1, 68, 0];
        let rows = seen(window);
        let middle = rows.chunks(4 * 1280).flat_map(|row| row[4 * 200..4 * 900].chunks(4));
        let found = middle.filter(|pixel| **pixel == first).count() as f64;
        (least..=most).contains(&found).then_some(())
    });
    saved_twice(&window, &folder, "deep.png");
    // No closer, and on by whole numbers.
    window.key("plus", "the same view", |picture| picture.range() == range);
    window
        .key("h", "hexagons", |picture| picture.text("shape") == "hexagons" && picture.text("binned") == "1");
    saved_twice(&window, &folder, "hexagons.svg");
    window.key("Right", "farther right", |picture| {
        picture.range()[0] > range[0] && picture.text("rows") == "1000"
    });
}

/// The window without its status line, which tells what counted and how long it took.
fn seen(window: &Window) -> Vec<u8> {
    window.client().picture(window.id.parse().expect("a number"), (1280, 771))
}

fn differing(a: &[u8], b: &[u8]) -> usize {
    a.chunks(4).zip(b.chunks(4)).filter(|(a, b)| a != b).count()
}

/// Goes through some views, each of which `look` sees once its picture was made where this backend makes it.
fn walk(folder: &Folder, backend: &str, mut look: impl FnMut(&Window)) {
    let window = Window::open(folder, &format!("waves.npy -x x -y y --backend {backend}"));
    let is_made = |picture: &Picture| picture.text("on_device") == (backend == "gpu").to_string();
    let home = window.shows("all rows", |picture| picture.text("binned") == "200000");
    // Before all rows are on the device, pictures are the host's.
    window.until("pictures are made where they should be", |window| {
        window.key("h", "hexagons", |picture| picture.text("shape") == "hexagons");
        let now = window.key("h", "rectangles", |picture| picture.text("shape") == "rectangles");
        is_made(&now).then_some(())
    });
    look(&window);
    let width = home.widths()[0] / 1.25;
    let is_closer = |picture: &Picture| near([picture.widths()[0]], [width]) && is_made(picture);
    let closer = window.key("plus", "closer", is_closer);
    window.key("Left", "panned", |picture| picture.range()[0] < closer.range()[0] && is_made(picture));
    look(&window);
    window.key("h", "hexagons", |picture| picture.text("shape") == "hexagons" && is_made(picture));
    look(&window);
}

/// What a device counts, colours and draws without a way over the host is on the screen what the CPU makes: the picture, its scale, and what
/// is told of the cell under the pointer, which rests on the middle of the screen.
#[test]
fn a_device_draws_what_the_cpu_draws() {
    // On no edge of a cell, as the last bits of where a zoom ends depend on the frames on the way.
    let x = |row: u32| (f64::from(row) * 0.37).sin() + 0.3 * (f64::from(row) * 1.13).sin();
    let y = |row: u32| (f64::from(row) * 0.11).cos() * (2.0 + x(row));
    let folder = Folder::with("waves.npy", npy((200_000, 2), (0..200_000).flat_map(|row| [x(row), y(row)])));
    let mut views = Vec::new();
    walk(&folder, "cpu", |window| {
        views.push(window.until("a picture that stays", |window| {
            let before = seen(window);
            std::thread::sleep(Duration::from_millis(400));
            Some(seen(window)).filter(|now| *now == before)
        }));
    });
    assert!(views.windows(2).all(|two| differing(&two[0], &two[1]) > 10_000), "each view is another");
    let mut wanted = views.iter();
    walk(&folder, "gpu", |window| {
        let wanted = wanted.next().expect("as many views");
        let start = Instant::now();
        // What is told of a cell comes from the device a moment after the pointer rests on it.
        while differing(&seen(window), wanted) > 0 && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(differing(&seen(window), wanted), 0, "pixels of 986,880 that differ");
    });
    assert!(wanted.next().is_none());
}

/// A program opens the same window, and pushes points into it from another thread.
#[test]
fn the_example_grows() {
    let mut command = Command::new(crate::examples::built("live_attractor"));
    command.arg("-v").env("XDG_RUNTIME_DIR", std::env::temp_dir());
    let mut window = Window::run(command, "Clifford");
    let rows = |picture: &Picture| picture.text("rows").parse::<u64>().unwrap_or(0);
    let first = window.until("rows come", |window| window.picture().filter(|picture| rows(picture) > 0));
    window.until("more rows come", |window| window.picture().filter(|picture| rows(picture) > rows(&first)));
    assert!(window.desk.hand("key ctrl+q"));
    assert_eq!(window.ended(), Some(0));
}

#[test]
fn frames_are_measured() {
    let (folder, desk) = (spiral(), Desk::new());
    let mut command = folder.command(&format!("view {SPIRAL} --bench-frames 20"));
    command.env("DISPLAY", &desk.display).env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    let summary = Run::of(command).done().summary();
    assert_eq!((&summary["frames"], &summary["rows"]), (&20.into(), &1000.into()), "{summary}");
    let ms = ["p50", "p95", "p99", "max"].map(|name| summary["ms"][name].as_f64().expect("a time"));
    assert!(ms[0] > 0.0 && ms.is_sorted(), "{summary}");
    assert!(!summary["adapter"].as_str().expect("a name").is_empty(), "{summary}");
}

#[test]
fn without_a_display_files_are_advised() {
    let folder = spiral();
    let mut command = folder.command(&format!("view {SPIRAL}"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    folder.refuses_command(command, 1, &["no window", "heatbin hist2d", "heatbin hexbin"]);
}

#[test]
fn what_is_wrong_is_said_before_a_window_opens() {
    let folder = spiral();
    folder.refuses("view none.csv -x a -y b", 1, &["none.csv"]);
    folder.refuses("view spiral.csv -x a -y c", 1, &["'c'", "spiral.csv"]);
    folder.refuses("view spiral.csv -x a -y b --cmap virids", 2, &["viridis"]);
    folder.refuses("view spiral.csv -x a -y b --vmin 0", 2, &["vmin"]);
    folder.refuses("view spiral.csv -x a -y b --reduce mean", 2, &["mean", "--weights"]);
    folder.refuses("view spiral.csv -x a -y b --weights c", 1, &["'c'"]);
    folder.refuses(
        "view spiral.csv -x a -y b --last foo",
        2,
        &["neither a number of rows", "nor a time, such as 90s"],
    );
    folder.refuses("view spiral.csv -x a -y b --last 5", 2, &["--last ROWS needs --follow"]);
    folder.refuses(
        "view spiral.csv -x a -y b --follow --last 5m",
        2,
        &["a column of dates: name one with --time"],
    );
    let words = ["column 'a' holds no dates", "seconds or days"];
    folder.refuses("view spiral.csv -x a -y b --follow --last 5m --time a", 1, &words);
    folder.refuses("view spiral.csv -x a -y b --category c", 1, &["'c'"]);
    let shares = "view spiral.csv -x a -y b --category a --weights b --reduce density";
    folder.refuses(shares, 2, &["not by shares", "leave the reduction out", "--facet"]);
    folder.refuses("view spiral.csv -x a -y b --smooth -1", 2, &["--smooth", "0 or more"]);
    folder.refuses("view spiral.csv -x a -y b --smooth 2 --shape hexbin", 2, &["--smooth", "rectangles"]);
    folder.refuses("view -x a", 2, &["FILE"]);
    folder.refuses("view spiral.csv --bench-frames 3", 2, &["-x and -y", "--table"]);
    folder.write("words.csv", "a,b\nx,y\nz,w\n");
    folder.refuses("view words.csv --table", 1, &["words.csv", "no column holds numbers", "a, b"]);
    folder.refuses("view words.csv --corr pearson", 1, &["no column holds numbers"]);
    folder.refuses("view none.npy --table", 1, &["none.npy"]);
    folder.refuses("view spiral.csv --table -x a", 2, &["-x", "points", "--table"]);
    folder.refuses("view spiral.csv --pivot a b b --weights a", 2, &["--weights", "--pivot"]);
    folder.refuses("view spiral.csv --table --range 0,1,0,1", 2, &["--range", "--rows"]);
    folder.refuses("view spiral.csv --pivot a b c", 1, &["'c'", "spiral.csv"]);
    folder.refuses("view spiral.csv --table --index d", 1, &["'d'"]);
    folder.refuses("view spiral.csv --table --rows 3", 2, &["--rows", "A:B"]);
    folder.refuses("view spiral.csv -x a -y b --rows 1:3", 2, &["--rows", "--table"]);
    folder.refuses("view --table", 2, &["FILE"]);
}

/// The helpers see what they are there to see.
#[test]
fn told_lines_are_read() {
    let picture = Picture::of("heatbin: picture range=-1.5,2.0,0.0,1e300 pixels=3x4 rows=5").unwrap();
    assert_eq!(picture.range(), [-1.5, 2.0, 0.0, 1e300]);
    assert_eq!(picture.numbers("pixels", 'x'), [3.0, 4.0]);
    assert_eq!(picture.text("none"), "");
    assert!(Picture::of("heatbin: saved a.png").is_none());
}
