//! Writing files whole or not at all.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};

/// Why a file was not written. What stood at the path before still stands there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be written: {reason}")]
pub struct WriteError {
    /// The path as given.
    pub path: Utf8PathBuf,
    /// What is in the way.
    pub reason: String,
}

/// Writes a file whole or not at all: readers, a full disk or a lost power supply never leave half of it. A link is
/// followed, and an existing file's permissions are kept.
///
/// # Errors
/// When it could not be made durable at that place.
pub fn write_atomically(path: &Utf8Path, bytes: &[u8]) -> Result<(), WriteError> {
    replace(path, Manner::Durably, |file| file.write_all(bytes))
}

/// The same with a file that nobody but its owner reads, whoever could read it before.
///
/// # Errors
/// As [`write_atomically`].
pub fn write_privately(path: &Utf8Path, bytes: &[u8]) -> Result<(), WriteError> {
    replace(path, Manner::Privately, |file| file.write_all(bytes))
}

/// The same for what may be lost with the power supply, and is checked when it is read.
///
/// # Errors
/// When it could not be written.
pub fn write_for_now(path: &Utf8Path, bytes: &[u8]) -> Result<(), WriteError> {
    replace(path, Manner::ForNow, |file| file.write_all(bytes))
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// It survives a lost power supply.
    Durably,
    /// The same, and nobody but its owner reads it.
    Privately,
    /// It may be lost with the power supply.
    ForNow,
}

fn replace(
    path: &Utf8Path,
    manner: Manner,
    write: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> Result<(), WriteError> {
    let fail = |reason: String| WriteError { path: path.to_owned(), reason };
    let io = |error: std::io::Error| fail(error.to_string());
    let (place, permissions) = match std::fs::canonicalize(path) {
        Ok(place) => {
            let metadata = std::fs::metadata(&place).map_err(io)?;
            if !metadata.is_file() {
                return Err(fail("this is not a regular file".into()));
            }
            (place, Some(metadata.permissions()))
        }
        // A link to a pipe, or to nothing, would be replaced by a file.
        Err(_) if path.is_symlink() => return Err(fail("this is a link that leads to no file".into())),
        Err(error) if error.kind() == ErrorKind::NotFound => (path.as_std_path().to_owned(), None),
        Err(error) => return Err(io(error)),
    };
    let Some(name) = place.file_name() else { return Err(fail("this is not the path of a file".into())) };
    let folder = match place.parent() {
        Some(folder) if folder.as_os_str().is_empty() => std::path::Path::new("."),
        Some(folder) => folder,
        None => return Err(fail("this is not the path of a file".into())),
    };
    let (is_private, is_durable) = (manner == Manner::Privately, manner != Manner::ForNow);
    let permissions = permissions.filter(|_| !is_private);
    let (mut file, draft) = draft(folder, name, is_private).map_err(io)?;
    let written = write(&mut file)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions)))
        .and_then(|()| if is_durable { file.sync_all() } else { Ok(()) })
        .and_then(|()| std::fs::rename(&draft, &place))
        .and_then(|()| if is_durable { sync_folder(folder) } else { Ok(()) });
    written.map_err(|error| {
        // The draft is ours alone; when it cannot be removed either, the first error says more.
        let _ = std::fs::remove_file(&draft);
        io(error)
    })
}

/// A new file beside the place, under a name nobody else has.
fn draft(
    folder: &std::path::Path,
    name: &std::ffi::OsStr,
    is_private: bool,
) -> std::io::Result<(File, std::path::PathBuf)> {
    const ATTEMPTS: u32 = 1000;
    for attempt in 0..ATTEMPTS {
        let mut draft_name = std::ffi::OsString::from(".");
        draft_name.push(name);
        draft_name.push(format!(".{}.{attempt}.tmp", std::process::id()));
        let draft = folder.join(draft_name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if is_private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        match options.open(&draft) {
            Ok(file) => return Ok((file, draft)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Makes the new name durable; only Unix can open a folder for that.
#[cfg(unix)]
fn sync_folder(folder: &std::path::Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_fails_half_way_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("plan.json")).unwrap();
        write_atomically(&path, b"old").unwrap();
        let error = replace(&path, Manner::Durably, |file| {
            file.write_all(b"ne")?;
            Err(ErrorKind::StorageFull.into())
        });
        assert!(error.unwrap_err().to_string().contains("plan.json cannot be written: "));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
