//! A file appears whole or not at all: it is written beside its place and renamed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};

/// The files beside their places that are being written now.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn parts() -> MutexGuard<'static, Vec<PathBuf>> {
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is half-written. While the result lives, no file can be begun or put in its place: for a process that is
/// about to end in the middle.
#[cfg(feature = "cli")]
pub(crate) fn remove_parts() -> impl Drop {
    let mut parts = parts();
    for part in parts.drain(..) {
        // One that is gone already is what is wanted.
        let _ = fs::remove_file(part);
    }
    parts
}

/// Writes `bytes` to `path`, whole or not at all.
///
/// # Errors
/// If the folder does not exist, is full, or may not be written to.
#[cfg(feature = "figure")]
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_with(path, |file| file.write_all(bytes).map_err(|error| failed(path, &error)))
}

/// Lets `fill` write to `path`: what it wrote appears whole, or, if it fails, not at all.
///
/// A device or pipe, such as `/dev/stdout`, gets the bytes once all are there.
///
/// # Errors
/// Those of `fill`, or if the folder does not exist, is full, or may not be written to.
pub(crate) fn write_with(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    // A link is followed: its target is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => Err(is_folder(path)),
        Ok(found) if !found.is_file() => write_special(path, fill),
        _ => write_beside(path, &target, fill),
    }
}

/// Whether there is a folder to write `path` into: worth knowing before long work.
///
/// # Errors
/// If there is none, or `path` is a folder itself.
#[cfg(any(feature = "cli", feature = "window"))]
pub(crate) fn check_folder(path: &Path) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if target.is_dir() {
        return Err(is_folder(path));
    }
    folder_of(path, &target).map(|_| ())
}

fn is_folder(path: &Path) -> Error {
    Error::io("write", path, "it is a folder; name a file in it")
}

fn folder_of<'a>(path: &Path, target: &'a Path) -> Result<&'a Path> {
    let folder = match target.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Err(Error::io("write", path, "it names no file")),
    };
    if !folder.is_dir() {
        let reason = format!("the folder {} does not exist; create it first", folder.display());
        return Err(Error::io("write", path, reason));
    }
    Ok(folder)
}

fn write_beside(
    path: &Path,
    target: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> Result<()> {
    let folder = folder_of(path, target)?;
    let fail = |error: &io::Error| failed(path, error);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".heatbin-").suffix(".part");
    // The rights that a new file gets, less what the umask takes; the default would hide the file from others.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let (file, part) = {
        let mut parts = parts();
        let (file, part) = builder.tempfile_in(folder).map_err(|error| fail(&error))?.into_parts();
        parts.push(part.to_path_buf());
        (file, part)
    };
    let _listed = Listed(part.to_path_buf());
    let mut file = BufWriter::new(file);
    fill(&mut file)?;
    let file = file.into_inner().map_err(|error| fail(error.error()))?;
    if let Ok(old) = fs::metadata(target) {
        // As if the old file had been opened and written.
        file.set_permissions(old.permissions()).map_err(|error| fail(&error))?;
    }
    drop(file);
    let _no_end_between = parts();
    part.persist(target).map_err(|error| fail(&error.error))
}

/// A file among [`PARTS`], until dropped.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        parts().retain(|part| *part != self.0);
    }
}

fn write_special(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let fail = |error: &io::Error| failed(path, error);
    let mut file = BufWriter::new(tempfile::tempfile().map_err(|error| fail(&error))?);
    fill(&mut file)?;
    let mut file = file.into_inner().map_err(|error| fail(error.error()))?;
    file.seek(SeekFrom::Start(0)).map_err(|error| fail(&error))?;
    let mut device = File::options().write(true).open(path).map_err(|error| fail(&error))?;
    io::copy(&mut file, &mut device).and_then(|_| device.flush()).map_err(|error| fail(&error))
}

/// What a failed write means to the person who asked for it.
pub(crate) fn failed(path: &Path, error: &io::Error) -> Error {
    let reason = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; free some space or choose another folder".to_string()
        }
        io::ErrorKind::PermissionDenied => {
            "permission denied; choose a folder that you may write to".to_string()
        }
        io::ErrorKind::FileTooLarge => {
            "it would be larger than files may be here (see ulimit -f); raise the limit or make the figure smaller".to_string()
        }
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only; choose another folder".to_string(),
        _ => error.to_string(),
    };
    Error::io("write", path, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        write(&path, b"first").unwrap();
        let error = write_with(&path, |file| {
            file.write_all(b"half").unwrap();
            Err(Error::interrupted())
        });
        assert_eq!(error.unwrap_err().kind(), crate::error::ErrorKind::Interrupted);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["a.png"]);
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
    }

    #[test]
    fn messages_name_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let message = write(&folder.path().join("no/such/a.png"), b"").unwrap_err().to_string();
        assert!(
            message.contains("a.png: the folder ") && message.contains("no/such does not exist"),
            "{message}"
        );
        let message = write(folder.path(), b"").unwrap_err().to_string();
        assert!(message.contains("it is a folder"), "{message}");
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(failed(&folder.path().join("a"), &full).to_string().contains("the disk is full"));
    }

    #[cfg(unix)]
    #[test]
    fn rights_are_those_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write(&ours, b"").unwrap();
        File::create(&plain).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&ours), mode(&plain));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o640)).unwrap();
        write(&ours, b"again").unwrap();
        assert_eq!(mode(&ours), 0o640);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_get_the_bytes_and_stay_devices() {
        write(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let message = write(Path::new("/dev/full"), b"x").unwrap_err().to_string();
        assert!(message.contains("/dev/full: the disk is full"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        write(&target, b"old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
