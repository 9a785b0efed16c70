//! The command, run as a person runs it: the real program, in a folder of its own.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A fresh folder in which the command runs.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// A folder with one file.
    pub fn with(name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, bytes);
        folder
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("the folder can be written to");
    }

    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// What is in the folder, hidden or not, with its size: enough to see that nothing was left behind.
    pub fn contents(&self) -> Vec<(String, u64)> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder is there");
        let mut contents: Vec<_> = entries
            .map(|entry| {
                let entry = entry.expect("an entry");
                let len = entry.metadata().map_or(0, |metadata| metadata.len());
                (entry.file_name().to_string_lossy().into_owned(), len)
            })
            .collect();
        contents.sort();
        contents
    }

    /// The command with arguments that are written in one line, with one space between.
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.shell_free(line.split(' ').filter(|word| !word.is_empty()));
        command.stdin(Stdio::null());
        command
    }

    /// The command with arguments that hold spaces, or are no UTF-8.
    pub fn shell_free<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heatbin"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        // Mesa's Vulkan layers complain on stderr where there is none.
        command.env("XDG_RUNTIME_DIR", std::env::temp_dir());
        command
    }

    /// A run with these arguments.
    pub fn heatbin(&self, line: &str) -> Run {
        Run::of(self.command(line))
    }

    /// A run that must fail with this code, say all these words, and leave the folder as it was.
    #[track_caller]
    pub fn refuses(&self, line: &str, code: i32, words: &[&str]) -> Run {
        self.refuses_command(self.command(line), code, words)
    }

    #[track_caller]
    pub fn refuses_command(&self, command: Command, code: i32, words: &[&str]) -> Run {
        let before = self.contents();
        let run = Run::of(command);
        run.must_fail(code, words);
        let after = self.contents();
        assert_eq!(before, after, "the folder was changed by\n{run}");
        run
    }
}

/// A file of examples/data.
pub fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(name);
    path.to_str().expect("the repository has a UTF-8 name").to_owned()
}

/// What a run did.
pub struct Run {
    line: String,
    code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(mut command: Command) -> Self {
        let output = command.output().expect("the command can be started");
        Self::ended(&command, &output)
    }

    pub fn ended(command: &Command, output: &Output) -> Self {
        let args = command.get_args().map(|arg| arg.to_string_lossy());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            line: args.collect::<Vec<_>>().join(" "),
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Asserts that all went well.
    #[track_caller]
    pub fn done(self) -> Self {
        assert!(self.code == Some(0) && !self.stderr.contains("panicked"), "expected exit code 0 of\n{self}");
        self
    }

    /// Asserts that it went well without a word on stderr.
    #[track_caller]
    pub fn silent(self) -> Self {
        let run = self.done();
        assert!(run.stderr.is_empty(), "expected no message of\n{run}");
        run
    }

    /// Asserts the exit code, nothing on stdout, no panic, and a message with all these words: of one line, or, if it is
    /// about the arguments themselves, with where to look.
    #[track_caller]
    pub fn must_fail(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "expected exit code {code} of\n{self}");
        assert!(self.stdout.is_empty(), "expected nothing on stdout of\n{self}");
        assert!(!self.stderr.contains("panicked"), "{self}");
        for word in words {
            assert!(self.stderr.contains(word), "expected '{word}' on stderr of\n{self}");
        }
        let one_line = self.stderr.starts_with("heatbin: ") && self.stderr.trim_end().lines().count() == 1;
        let typed = code == 2 && self.stderr.starts_with("error: ") && self.stderr.contains("try '--help'");
        assert!(one_line || typed, "expected one line from heatbin of\n{self}");
    }

    /// The object that `--summary json` prints.
    #[track_caller]
    pub fn summary(&self) -> serde_json::Value {
        let lines = self.stdout.lines().count();
        assert_eq!(lines, 1, "expected one line on stdout of\n{self}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in\n{self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, code, stdout, stderr } = self;
        let code = code.map_or("a signal".to_owned(), |code| format!("code {code}"));
        write!(f, "heatbin {line}\n-- ended by {code}\n-- stdout\n{stdout}\n-- stderr\n{stderr}\n--")
    }
}

mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "expected exit code 2")]
    fn a_wrong_code_is_seen() {
        Folder::new().refuses("hist2d none.csv -x a -y b -o out.png", 2, &[]);
    }

    #[test]
    #[should_panic(expected = "expected 'some.csv' on stderr")]
    fn a_word_that_is_missing_is_seen() {
        Folder::new().refuses("hist2d none.csv -x a -y b -o out.png", 1, &["some.csv"]);
    }

    #[test]
    #[should_panic(expected = "the folder was changed")]
    fn a_file_left_behind_is_seen() {
        let folder = Folder::with("a.csv", "a,b\n1,2\n");
        let before = folder.contents();
        folder.heatbin("hist2d a.csv -x a -y b -o out.svg").done();
        assert_eq!(before, folder.contents(), "the folder was changed");
    }
}
