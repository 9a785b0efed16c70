//! The ladder of modules in ARCHITECTURE.md is true: imports point one way, and wgpu stays in its rooms.
//!
//! Read from the sources themselves, with comments and texts taken out. A module is the first folder or file below `src`.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module, with the modules that it may import.
const LADDER: [(&str, &[&str]); 13] = [
    ("error", &[]),
    ("data", &["error"]),
    ("gpu", &["error", "data"]),
    ("source", &["error", "data"]),
    ("binning", &["error", "data", "gpu"]),
    ("matrix", &["error", "data", "gpu"]),
    ("density", &["error", "data"]),
    ("shading", &["error", "data", "gpu"]),
    ("figure", &["error", "data"]),
    ("output", &["error", "data", "figure"]),
    (
        "plot",
        &["error", "data", "gpu", "source", "binning", "matrix", "density", "shading", "figure", "output"],
    ),
    (
        "window",
        &[
            "error", "data", "gpu", "source", "binning", "matrix", "density", "shading", "figure", "output",
            "plot",
        ],
    ),
    (
        "cli",
        &[
            "error", "data", "gpu", "source", "binning", "matrix", "density", "shading", "figure", "output",
            "plot", "window",
        ],
    ),
];

/// A shader is read on one screen or two.
const SHADER_LINES: usize = 120;

/// Everything in which the source text of `path` (below `src`) breaks the ladder.
fn breaches(path: &Path, text: &str) -> Vec<String> {
    let parts: Vec<&str> = path.iter().map(|part| part.to_str().expect("names are ASCII")).collect();
    let module = parts[0].trim_end_matches(".rs");
    if ["lib", "main"].contains(&module) {
        return Vec::new();
    }
    let code = code(text);
    let mut found = Vec::new();
    match LADDER.iter().find(|(name, _)| *name == module) {
        None => found.push(format!("{module} has no place on the ladder")),
        Some((_, allowed)) => {
            let wrong = imports(&code).into_iter().filter(|name| name != module);
            let wrong = wrong.filter(|name| !allowed.contains(&name.as_str()));
            found.extend(wrong.map(|name| format!("{module} may not import crate::{name}")));
        }
    }
    // From src/data/axis.rs, `super` is data and `super::super` the crate; inside a module of tests it takes one more.
    let depth = parts.len() - usize::from(parts.last() == Some(&"mod.rs"));
    let (body, tests) = code.split_once("#[cfg(test)]").unwrap_or((&code, ""));
    let leaves = |code: &str, steps: usize| code.replace(' ', "").contains(&"super::".repeat(steps));
    if leaves(body, depth) || leaves(tests, depth + 1) {
        found.push("`super` leads out of the module; write crate::".into());
    }
    let room = module == "gpu" || module == "window" || parts[1..].iter().any(|part| part.starts_with("gpu"));
    if !room && words(&code).any(|word| word == "wgpu") {
        found.push("wgpu is named outside gpu/, */gpu.rs, */gpu/ and window/".into());
    }
    found.into_iter().map(|breach| format!("src/{}: {breach}\n", path.display())).collect()
}

/// The names that stand directly after `crate::`, also in braces.
fn imports(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ").replace(":: ", "::");
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            None => names.extend(words(rest).next().map(str::to_owned)),
            Some(group) => {
                let (mut depth, mut first) = (0, String::new());
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        _ if depth == 0 => first.push(c),
                        _ => {}
                    }
                }
                names.extend(first.split(',').filter_map(|item| words(item).next()).map(str::to_owned));
            }
        }
    }
    names
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The text without comments and without what stands between quotes.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut quoted = false;
    for line in text.lines() {
        let mut rest = line.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '/' if !quoted && rest.peek() == Some(&'/') => break,
                '\\' => _ = rest.next(),
                // A quotation mark as a character.
                '\'' if !quoted && rest.peek() == Some(&'"') => _ = rest.next(),
                '"' => quoted = !quoted,
                _ if !quoted => code.push(c),
                _ => {}
            }
        }
        code.push('\n');
        // Only a text that says so goes on: a quotation mark misread here must not hide the rest of the file.
        quoted &= line.ends_with('\\');
    }
    code
}

/// Everything in which a shader is not one program of readable length, or a part of one.
fn shader_breaches(path: &Path, text: &str) -> Vec<String> {
    let code = code(text);
    let entries: usize =
        ["@compute", "@vertex", "@fragment"].iter().map(|entry| code.matches(entry).count()).sum();
    let wanted = if path.iter().any(|part| part == "parts") { 0 } else { 1 };
    let mut found = Vec::new();
    if entries != wanted {
        found.push(format!("{}: {entries} entry points, not {wanted}\n", path.display()));
    }
    let lines = text.lines().count();
    if lines > SHADER_LINES {
        found.push(format!("{}: {lines} lines, more than {SHADER_LINES}\n", path.display()));
    }
    found
}

/// Every file below a folder of the repository with this ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn imports_point_up_the_ladder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files("src", "rs");
    assert!(files.len() > 10, "the sources have moved");
    let check = |path: &PathBuf| {
        breaches(path.strip_prefix(&root).expect("below src"), &fs::read_to_string(path).unwrap())
    };
    let found: String = files.iter().flat_map(check).collect();
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn shaders_are_one_program_each() {
    // Shaders stand beside src/gpu: where one is, the other is.
    let exists = |folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).is_dir();
    assert_eq!(exists("shaders"), exists("src/gpu"));
    if exists("shaders") {
        let check = |path: &PathBuf| shader_breaches(path, &fs::read_to_string(path).unwrap());
        let found: String = files("shaders", "wgsl").iter().flat_map(check).collect();
        assert!(found.is_empty(), "\n{found}");
    }
}

#[test]
fn planted_breaches_are_found() {
    let planted = [
        ("data/axis.rs", "use crate::source::Csv;", "data may not import crate::source"),
        ("binning/cpu.rs", "fn f() { crate::shading::shade() }", "binning may not import crate::shading"),
        ("figure/svg.rs", "use crate::{data::{Axis, Rect}, gpu};", "figure may not import crate::gpu"),
        ("figure/mod.rs", "use crate::{\n    data::Axis,\n    output::png,\n};", "crate::output"),
        ("source/csv.rs", "use crate::Error;", "source may not import crate::Error"),
        ("source/csv.rs", "use super::super::gpu;", "`super` leads out"),
        ("source/mod.rs", "use super::gpu;", "`super` leads out"),
        ("plot.rs", "#[cfg(test)]\nmod tests { use super::super::gpu; }", "`super` leads out"),
        ("error.rs", "const C: char = '\"'; use crate::data::Axis;", "error may not import crate::data"),
        ("tools/mod.rs", "", "no place on the ladder"),
        ("binning/cpu.rs", "fn f(device: &wgpu::Device) {}", "wgpu is named outside"),
        ("cli/bench/cpu.rs", "use wgpu::Device;", "wgpu is named outside"),
    ];
    for (path, text, expected) in planted {
        let found = breaches(Path::new(path), text);
        assert!(found.len() == 1 && found[0].contains(expected), "{path}: {text}: {found:?}");
    }
    let (one, two) = ("@compute @workgroup_size(64) fn main() {}", "@vertex fn a() {}\n@fragment fn b() {}");
    assert!(shader_breaches(Path::new("two.wgsl"), two)[0].contains("2 entry points"));
    assert!(shader_breaches(Path::new("parts/one.wgsl"), one)[0].contains("1 entry points, not 0"));
    assert!(
        shader_breaches(Path::new("long.wgsl"), &format!("{one}{}", "\n".repeat(121)))[0].contains("lines")
    );
}

#[test]
fn what_is_allowed_is_not_found() {
    let allowed = [
        (
            "data/axis.rs",
            "//! Not wgpu, not crate::gpu.\nuse crate::error::Error;\nuse crate::data::{Rect, Hex};",
        ),
        ("data/axis.rs", "#[cfg(test)]\nmod tests { use super::*; use super::super::Rect; }"),
        ("binning/gpu.rs", "use crate::gpu::Device; fn f(device: &wgpu::Device) {}"),
        ("binning/gpu/windows.rs", "fn f(device: &wgpu::Device) {}"),
        ("output/png.rs", "use crate::figure::Figure; const S: &str = \"crate::gpu // wgpu\";"),
        ("lib.rs", "pub use crate::cli::run;"),
    ];
    for (path, text) in allowed {
        assert_eq!(breaches(Path::new(path), text), Vec::<String>::new(), "{text}");
    }
    assert!(shader_breaches(Path::new("one.wgsl"), "// @vertex\n@compute fn main() {}").is_empty());
    assert!(shader_breaches(Path::new("parts/none.wgsl"), "fn part() {}").is_empty());
}
