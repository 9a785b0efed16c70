//! Ctrl-C and SIGTERM in the middle of a run: exit code 1, a message, and no half-written file.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::{Folder, Run};

/// Long enough for any machine, short enough to notice a hang.
const PATIENCE: Duration = Duration::from_secs(30);

fn send(signal: &str, child: &Child) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal} can be sent");
}

/// Waits for the end of a run, and ends it if it does not.
#[track_caller]
fn ended(command: &Command, mut child: Child) -> Run {
    let start = Instant::now();
    while child.try_wait().expect("a child can be waited for").is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().expect("a child can be killed");
            panic!("still running {PATIENCE:?} after the signal");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("a child that ended has its output");
    Run::ended(command, &output)
}

fn piped(folder: &Folder, line: &str) -> (Command, Child) {
    let mut command = folder.command(line);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the command can be started");
    (command, child)
}

#[test]
fn a_run_that_waits_for_its_input() {
    for (signal, range) in [("INT", ""), ("TERM", " --range 0,9,0,9")] {
        let folder = Folder::with("out.png", "old");
        let before = folder.contents();
        let (command, mut child) =
            piped(&folder, &format!("hist2d - -x a -y b -o out.png -o out.svg{range}"));
        // More than is looked at first and than a pipe holds: once it is taken, the run is in the middle.
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        let rows = "a,b\n".to_owned() + &"1.5,2.5\n".repeat(200_000);
        stdin.write_all(rows.as_bytes()).expect("the run reads");
        send(signal, &child);
        let run = ended(&command, child);
        drop(stdin);
        run.must_fail(1, &["interrupted", "no half-written file"]);
        assert_eq!(folder.contents(), before, "{run}");
    }
}

#[test]
fn a_run_whose_input_goes_on() {
    let folder = Folder::new();
    let (command, mut child) = piped(&folder, "hexbin - -x a -y b -o out.png --range 0,9,0,9");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    let rows = "1.5,2.5\n".repeat(200_000);
    stdin.write_all(b"a,b\n").and_then(|()| stdin.write_all(rows.as_bytes())).expect("the run reads");
    send("INT", &child);
    // Until nobody reads any more.
    let feeder = std::thread::spawn(move || while stdin.write_all(rows.as_bytes()).is_ok() {});
    let run = ended(&command, child);
    feeder.join().expect("the feeder ends with its reader");
    run.must_fail(1, &["interrupted"]);
    assert!(folder.contents().is_empty(), "{run}");
}

/// Whatever the run was doing to its file, the file is whole or not there.
#[test]
fn a_file_that_is_half_written() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3,4\n");
    let (command, child) = piped(&folder, "hist2d a.csv -x a -y b --bins 3000 -o out.csv -o next.csv");
    let start = Instant::now();
    while folder.contents().iter().all(|(name, _)| !name.ends_with(".part")) {
        assert!(start.elapsed() < PATIENCE, "the file beside its place never appeared");
        std::thread::sleep(Duration::from_millis(1));
    }
    send("INT", &child);
    let run = ended(&command, child);
    run.must_fail(1, &["interrupted", "no half-written file"]);
    let names: Vec<String> = folder.contents().into_iter().map(|(name, _)| name).collect();
    // A machine that is fast enough has done with the first file in the moment that a run is given.
    if names != ["a.csv"] {
        assert_eq!(names, ["a.csv", "out.csv"], "{run}");
        let lines = folder.read("out.csv").iter().filter(|&&byte| byte == b'\n').count();
        assert_eq!(lines, 3000 * 3000 + 1, "{run}");
    }
}

/// The first file is whole when the second, a pipe that nobody reads, holds the run up.
#[test]
fn a_run_that_writes() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3,4\n");
    assert!(Command::new("mkfifo").arg(folder.path("pipe.png")).status().expect("mkfifo is there").success());
    let (command, child) = piped(&folder, "hist2d a.csv -x a -y b -o out.svg -o pipe.png");
    let start = Instant::now();
    while !folder.path("out.svg").exists() {
        assert!(start.elapsed() < PATIENCE, "out.svg never appeared");
        std::thread::sleep(Duration::from_millis(5));
    }
    send("TERM", &child);
    let run = ended(&command, child);
    run.must_fail(1, &["interrupted"]);
    assert!(String::from_utf8(folder.read("out.svg")).unwrap().trim_end().ends_with("</svg>"), "{run}");
    let names: Vec<String> = folder.contents().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.csv", "out.svg", "pipe.png"], "{run}");
}

#[test]
fn a_measurement() {
    let folder = Folder::new();
    for signal in ["INT", "TERM"] {
        let (command, child) = piped(&folder, "bench --points 1e3 --backend cpu --repeat 1e9 --json");
        std::thread::sleep(Duration::from_millis(500));
        send(signal, &child);
        ended(&command, child).must_fail(1, &["interrupted"]);
    }
}
