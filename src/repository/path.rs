//! Paths as definitions write them, and where they lead.

use super::{FileError, FileProblem};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::borrow::Cow;

/// Where a path leads that is written in a file of a folder, from the catalog's root, without looking at the disk.
pub(super) fn resolve<'p>(folder: &Utf8Path, written: &'p str) -> Result<Cow<'p, Utf8Path>, FileProblem> {
    if folder.as_str().is_empty() && is_plain(written) {
        return Ok(Cow::Borrowed(written.into()));
    }
    let drive = written.as_bytes().get(1) == Some(&b':');
    if written.starts_with(['/', '\\']) || drive {
        return Err(FileProblem::Absolute);
    }
    let odd = written.is_empty() || written.ends_with('/') || written.ends_with("/.") || written == ".";
    if odd || written.contains(|c: char| c == '\\' || c.is_control()) {
        return Err(FileProblem::Odd);
    }
    let joined = folder.join(written);
    let mut path = Utf8PathBuf::new();
    for component in joined.components() {
        match component {
            Utf8Component::Normal(name) if name.starts_with('.') => return Err(FileProblem::Hidden),
            Utf8Component::Normal(name) => path.push(name),
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                if !path.pop() {
                    return Err(FileProblem::Outside);
                }
            }
            Utf8Component::RootDir | Utf8Component::Prefix(_) => return Err(FileProblem::Absolute),
        }
    }
    if path.as_str().is_empty() { Err(FileProblem::Folder) } else { Ok(Cow::Owned(path)) }
}

/// Whether a path is nothing but names joined by `/`, as most are.
fn is_plain(written: &str) -> bool {
    let names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    written.bytes().all(names) && written.split('/').all(|name| !name.is_empty() && !name.starts_with('.'))
}

/// The file on disk behind a path from the catalog's root, all links followed; an error when it lies outside the
/// root or in something hidden.
pub(super) fn real(root: &Utf8Path, path: &Utf8Path) -> Result<Utf8PathBuf, FileError> {
    let problem = |problem| FileError::new(path, problem);
    let found = root.join(path).into_std_path_buf().canonicalize();
    let found = found.map_err(|error| FileError::io(path, &error))?;
    let found = Utf8PathBuf::from_path_buf(found).map_err(|_| problem(FileProblem::NameNotText))?;
    let inside = found.strip_prefix(root).map_err(|_| problem(FileProblem::Outside))?;
    if inside.components().any(|component| component.as_str().starts_with('.')) {
        return Err(problem(FileProblem::Hidden));
    }
    Ok(found)
}
