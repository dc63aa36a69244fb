//! Writing many new files, all or none: first beside the catalog, then each to its place, never over anything.

use super::ServiceError;
use super::workspace::{Workspace, request as refuse};
use crate::model::{Asset, Digest};
use crate::repository::{Assets, FILES_MAX, WorkTree};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};

/// Where files wait until all of them are there; in the state folder, which is no part of a commit.
const FOLDER: &str = ".gallerist/import";

/// What a file will hold.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A text.
    Text(String),
    /// What a file held when it was looked at.
    Copy {
        /// The file.
        from: Utf8PathBuf,
        /// Its digest.
        digest: String,
    },
}

impl Source {
    /// Whether a file holds this.
    pub(super) fn is_at(&self, path: &Utf8Path) -> bool {
        let Ok(bytes) = std::fs::read(path) else { return false };
        match self {
            Self::Text(text) => text.as_bytes() == bytes,
            Self::Copy { digest, .. } => Digest::of_bytes(&bytes).to_string() == *digest,
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, ServiceError> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Copy { from, digest } => {
                let bytes = std::fs::read(from).map_err(|error| failed("read", from, &error))?;
                if Digest::of_bytes(&bytes).to_string() == *digest {
                    return Ok(bytes);
                }
                Err(refuse(format!("{from} has changed while it was imported; try again")))
            }
        }
    }
}

fn failed(action: &'static str, path: &Utf8Path, error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::File { action, path: path.to_owned(), reason: error.to_string() }
}

/// The right to write many files; only one run has it at a time.
pub(super) struct Staging {
    folder: Utf8PathBuf,
    /// Freed when the run ends, however it ends.
    _lock: File,
}

impl Staging {
    /// Takes the right, and clears what a run left that was cut short.
    ///
    /// # Errors
    /// When another run has it, or the state folder cannot be written.
    pub(super) fn begin(workspace: &Workspace) -> Result<Self, ServiceError> {
        workspace.prepare_state(Utf8Path::new(FOLDER))?;
        let folder = workspace.tree.root().join(FOLDER);
        let path = folder.with_extension("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|error| failed("write", &path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(refuse("another import is being written".to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(failed("write", &path, &error)),
        }
        let staging = Self { folder, _lock: lock };
        staging.clear()?;
        Ok(staging)
    }

    fn clear(&self) -> Result<(), ServiceError> {
        match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", &self.folder, &error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes all files below a folder. What stands there already with the same content stays.
    ///
    /// # Errors
    /// When something else stands at one of the places, or a file cannot be written; then none of them is there.
    pub(super) fn install(
        &self,
        root: &Utf8Path,
        files: &[(Utf8PathBuf, Source)],
    ) -> Result<(), ServiceError> {
        let mut missing = Vec::new();
        for (path, source) in files {
            let place = root.join(path);
            match std::fs::symlink_metadata(&place) {
                Err(error) if error.kind() == ErrorKind::NotFound => missing.push((path, source)),
                Ok(_) if source.is_at(&place) => {}
                Ok(_) => {
                    return Err(ServiceError::Request {
                        message: format!("{path} is there already; nothing is written over"),
                        hints: vec!["move it away, or import into another folder".to_owned()],
                    });
                }
                Err(error) => return Err(failed("write", path, &error)),
            }
        }
        let staged: Vec<Utf8PathBuf> =
            missing.iter().enumerate().map(|(number, _)| self.folder.join(number.to_string())).collect();
        std::fs::create_dir_all(&self.folder).map_err(|error| failed("write", &self.folder, &error))?;
        for ((path, source), draft) in missing.iter().zip(&staged) {
            let bytes = source.bytes()?;
            let written = File::create_new(draft).and_then(|mut file| {
                file.write_all(&bytes)?;
                file.sync_all()
            });
            written.map_err(|error| failed("write", path, &error))?;
        }
        let mut moved: Vec<Utf8PathBuf> = Vec::new();
        for ((path, _), draft) in missing.iter().zip(&staged) {
            let place = root.join(path);
            if let Err(error) = put(root, draft, &place) {
                // Only what this run put there is taken back.
                for place in &moved {
                    let _ = std::fs::remove_file(place);
                }
                return Err(failed("write", path, &error));
            }
            moved.push(place);
        }
        self.clear()
    }
}

/// Gives a draft its place, unless something stands there, or the place lies outside the catalog.
fn put(root: &Utf8Path, draft: &Utf8Path, place: &Utf8Path) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
        if !folder.canonicalize_utf8()?.starts_with(root) {
            return Err(std::io::Error::other("its folder lies outside the catalog"));
        }
    }
    match std::fs::hard_link(draft, place) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // A file system without links: the last look comes just before.
            if std::fs::symlink_metadata(place).is_ok() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(draft, place)
        }
        other => other,
    }
}

/// All files in a folder and below, with what is known of each. Hidden ones and links are passed over.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn files_below(folder: &Utf8Path) -> Result<Vec<(Utf8PathBuf, Asset)>, ServiceError> {
    let tree = WorkTree::at(folder).map_err(|error| refuse(error.to_string()))?;
    let assets = Assets::new(&tree);
    let (mut found, mut open) = (Vec::new(), vec![Utf8PathBuf::new()]);
    while let Some(inner) = open.pop() {
        let here = tree.root().join(&inner);
        let entries = std::fs::read_dir(&here).map_err(|error| failed("read", &here, &error))?;
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        for name in names.into_iter().filter(|name| !name.starts_with('.')) {
            let path = inner.join(name);
            match std::fs::symlink_metadata(tree.root().join(&path)) {
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(kind) if kind.is_file() => {
                    // What cannot be read is as good as not there: the summary says what is missing.
                    if let Ok(asset) = assets.asset(Utf8Path::new(""), path.as_str()) {
                        found.push((tree.root().join(path), asset));
                    }
                }
                Ok(_) | Err(_) => {}
            }
            if found.len() + open.len() > FILES_MAX {
                return Err(refuse(format!("{folder} holds more than {FILES_MAX} files")));
            }
        }
    }
    Ok(found)
}
