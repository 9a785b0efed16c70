//! docs/gallery.md: every command in it makes the picture below it, to the byte.
//!
//! HEATBIN_BLESS=1 writes the pictures, and the test fails still.

use std::path::Path;

use crate::cli::Folder;

/// A picture that is larger makes the repository heavy.
const MOST_BYTES: u64 = 100_000;

/// The commands, each on one line, without the program's name.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    let lines = blocks.flat_map(|block| {
        let joined = block.replace("\\\n", " ");
        joined.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines.filter_map(|line| line.strip_prefix("heatbin ").map(str::to_owned)).collect()
}

/// The pictures that are shown.
fn shown(page: &str) -> Vec<&str> {
    page.split("](gallery/").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

#[test]
fn every_command_makes_its_picture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/gallery.md")).expect("the gallery");
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("docs/gallery")).expect("a folder");
    std::os::unix::fs::symlink(root.join("examples"), folder.path("examples")).expect("a link");
    let (commands, shown) = (commands(&page), shown(&page));
    assert_eq!(commands.len(), shown.len());
    let mut differ = Vec::new();
    for (command, picture) in commands.iter().zip(&shown) {
        let name = format!("docs/gallery/{picture}");
        let is_its = command.split(' ').any(|word| word == name);
        assert!(is_its && command.contains(&format!("-o {name}")), "{command} is not followed by {picture}");
        // A shell takes the quotes off.
        let mut run = std::process::Command::new("sh");
        run.arg("-c")
            .arg(format!("exec \"$0\" {}", command.replacen("-o ", "-q -o ", 1)))
            .arg(env!("CARGO_BIN_EXE_heatbin"));
        let output = run.current_dir(folder.path("")).output().expect("a shell");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let made = std::fs::read(folder.path(&name)).expect("the picture was made");
        if std::fs::read(root.join(&name)).ok().as_ref() != Some(&made) {
            differ.push(name.clone());
            if std::env::var_os("HEATBIN_BLESS").is_some_and(|value| value == "1") {
                std::fs::write(root.join(&name), &made).expect("docs/gallery is a folder");
            }
        }
    }
    assert!(differ.is_empty(), "{differ:?} differ; look at them, and HEATBIN_BLESS=1 accepts them");
    for picture in &shown {
        let size = std::fs::metadata(root.join("docs/gallery").join(picture)).map_or(0, |file| file.len());
        assert!(size < MOST_BYTES, "{picture} has {size} bytes: fewer cells, or a smaller --figsize");
    }
    let kept = std::fs::read_dir(root.join("docs/gallery")).expect("a folder").count();
    assert_eq!(kept, shown.len(), "every picture in docs/gallery is shown");
}

#[test]
fn commands_are_found_over_several_lines() {
    let page =
        "x\n```sh\nheatbin a \\\n    b -o c\nheatbin d\n```\n![t](gallery/c)\n```text\nheatbin e\n```\n";
    assert_eq!(commands(page).iter().map(|c| c.split_whitespace().count()).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(shown(page), ["c"]);
}
