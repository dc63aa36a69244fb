//! The work tree: where the catalog begins and which files define it.

use super::file::{open_regular, read_text};
use super::folder::Folder;
use super::path::{real, resolve};
use super::{Entry, FileError, FileProblem, Files, Kind, Stamp, WriteError, write_atomically};
use crate::config::FILE_NAME;
use crate::text::SourceFile;
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Why there is no catalog to work on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkTreeError {
    /// The folder cannot be entered.
    #[error("the folder {folder} cannot be read: {reason}")]
    Folder {
        /// The folder as given.
        folder: Utf8PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// Neither the folder nor one above it has a `gallerist.yaml`.
    #[error("there is no {FILE_NAME} in {folder} or a folder above it")]
    NoCatalog {
        /// Where the search began.
        folder: Utf8PathBuf,
    },
}

/// What was found at a path when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What the file system said of the file; `None` where it said now this and now that, or nothing that can be relied on.
    pub stamp: Option<Stamp>,
    /// Whether no link was on the way to it.
    pub is_straight: bool,
}

/// Files that were opened, by their paths from the catalog's root.
pub type Opened = HashMap<String, Found>;

/// A folder with a `gallerist.yaml`.
#[derive(Debug, Clone)]
pub struct WorkTree {
    folder: Folder,
    /// Once somebody wants to know.
    opened: Arc<OnceLock<Mutex<Opened>>>,
}

impl WorkTree {
    /// The catalog a folder belongs to: the nearest `gallerist.yaml` in it or above it, but not above the git
    /// repository it lies in.
    ///
    /// # Errors
    /// When the folder cannot be read or belongs to no catalog.
    pub fn open(folder: &Utf8Path) -> Result<Self, WorkTreeError> {
        let start = folder.canonicalize_utf8().map_err(|error| WorkTreeError::Folder {
            folder: folder.to_owned(),
            reason: error.to_string(),
        })?;
        for candidate in start.ancestors() {
            if std::fs::symlink_metadata(candidate.join(FILE_NAME)).is_ok() {
                return Ok(Self::of(Folder::open(candidate.to_owned())));
            }
            // Above the repository, a file could be anybody's.
            if std::fs::symlink_metadata(candidate.join(".git")).is_ok() {
                break;
            }
        }
        Err(WorkTreeError::NoCatalog { folder: start })
    }

    /// A folder that need not hold a catalog, for files that are looked at alone.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn at(folder: &Utf8Path) -> Result<Self, WorkTreeError> {
        let root = folder.canonicalize_utf8().map_err(|error| WorkTreeError::Folder {
            folder: folder.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self::of(Folder::at(root)))
    }

    fn of(folder: Folder) -> Self {
        Self { folder, opened: Arc::default() }
    }

    /// Begins to note what the file system says of each file that is opened.
    pub fn note_opened(&self) {
        let _ = self.opened.get_or_init(Mutex::default);
    }

    /// What was noted until now, which is then forgotten.
    #[must_use]
    pub fn opened(&self) -> Opened {
        let noted = self.opened.get().map(|opened| opened.lock().unwrap_or_else(PoisonError::into_inner));
        noted.map(|mut opened| std::mem::take(&mut *opened)).unwrap_or_default()
    }

    fn note(&self, path: &Utf8Path, found: Found) {
        let Some(opened) = self.opened.get() else { return };
        let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
        match opened.get_mut(path.as_str()) {
            Some(before) if *before == found => {}
            Some(before) => before.stamp = None,
            None => drop(opened.insert(path.to_string(), found)),
        }
    }

    /// Files that are not any more what they were when they were opened.
    #[must_use]
    pub fn changed_since(&self, opened: &Opened) -> Vec<Utf8PathBuf> {
        let is_other =
            |(path, found): &(&String, &Found)| self.folder.stamp(Utf8Path::new(path)) != found.stamp;
        // Of what stands behind a link to a file nothing is known.
        let opened = opened.par_iter().filter(|(_, found)| found.stamp.is_some() || found.is_straight);
        opened.filter(is_other).map(|(path, _)| path.into()).collect()
    }

    /// What stands in the folder itself is opened in one step.
    fn open_straight(&self, path: &Utf8Path) -> Option<(File, u64)> {
        let (file, stamp) = self.folder.open_straight(path)?;
        self.note(path, Found { stamp: Some(stamp), is_straight: true });
        Some((file, stamp.size()))
    }

    /// Of all else it is asked first what it is.
    fn open_long(&self, real: &Utf8Path, path: &Utf8Path) -> Result<(File, u64), FileError> {
        let stamp = self.opened.get().and_then(|_| self.folder.stamp(path));
        let opened = open_regular(real, path)?;
        self.note(path, Found { stamp, is_straight: false });
        Ok(opened)
    }

    /// The catalog's root: absolute, links followed.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        self.folder.path()
    }

    /// The folder of the root.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Reads a definition file; `path` is from the catalog's root, and a link may lead to another file in it.
    ///
    /// # Errors
    /// When the path leads out of the root, or to anything but a UTF-8 file within bounds.
    pub fn read(&self, path: &Utf8Path) -> Result<SourceFile, FileError> {
        let shown = shown(path)?;
        let text = read_text(self.open_definition(&shown)?, &shown)?;
        Ok(SourceFile::new(shown.into_owned(), text))
    }

    /// Links may lead to another file of the catalog.
    fn open_definition(&self, path: &Utf8Path) -> Result<(File, u64), FileError> {
        match self.open_straight(path) {
            Some(opened) => Ok(opened),
            None => self.open_long(&real(self.root(), path)?, path),
        }
    }

    /// Nothing behind a link is a file that a product names.
    fn open_asset(&self, path: &Utf8Path) -> Result<(File, u64), FileError> {
        if let Some(opened) = self.open_straight(path) {
            return Ok(opened);
        }
        let is_link = self.is_link(path);
        let link = || FileError::new(path, FileProblem::Link);
        let real = match real(self.root(), path) {
            Err(error) if is_link && error.problem == FileProblem::Missing => return Err(link()),
            Ok(_) if is_link => return Err(link()),
            other => other?,
        };
        self.open_long(&real, path)
    }

    /// Writes a file that [`WorkTree::read`] reads, whole or not at all.
    ///
    /// # Errors
    /// When the path leads out of the root or to nothing, or the file cannot be written.
    pub fn write(&self, path: &Utf8Path, bytes: &[u8]) -> Result<(), WriteError> {
        let place = shown(path).and_then(|shown| real(self.root(), &shown));
        let fail = |error: FileError| WriteError { path: path.to_owned(), reason: error.problem.to_string() };
        let written = write_atomically(&place.map_err(fail)?, bytes);
        written.map_err(|error| WriteError { path: path.to_owned(), ..error })
    }
}

impl Files for WorkTree {
    fn entries(&self, folder: &Utf8Path) -> Result<Vec<Entry>, FileError> {
        let shown = shown(folder)?;
        let io = |error| FileError::io(&shown, &error);
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(real(self.root(), &shown)?).map_err(io)? {
            let entry = entry.map_err(io)?;
            let name = entry.file_name();
            match name.to_str() {
                Some(name) if name.starts_with('.') => {}
                Some(name) => {
                    let path = shown.join(name);
                    // The folder tells; only of a link it does not say where it leads.
                    let is_folder = match entry.file_type() {
                        Ok(kind) if !kind.is_symlink() => kind.is_dir(),
                        _ => std::fs::metadata(self.root().join(&path)).is_ok_and(|found| found.is_dir()),
                    };
                    entries.push(Ok((path, if is_folder { Kind::Folder } else { Kind::File })));
                }
                None => {
                    let lossy = shown.join(name.to_string_lossy().as_ref());
                    entries.push(Err(FileError::new(lossy, FileProblem::NameNotText)));
                }
            }
        }
        // All of one folder: what differs is the name.
        entries.sort_by(|a, b| place(a).as_str().cmp(place(b).as_str()));
        Ok(entries)
    }

    fn has(&self, path: &Utf8Path) -> bool {
        std::fs::symlink_metadata(self.root().join(path)).is_ok()
    }

    fn is_link(&self, path: &Utf8Path) -> bool {
        let found = std::fs::symlink_metadata(self.root().join(path));
        found.is_ok_and(|metadata| metadata.file_type().is_symlink())
    }

    fn read_text(&self, path: &Utf8Path) -> Result<String, FileError> {
        let shown = shown(path)?;
        read_text(self.open_definition(&shown)?, &shown)
    }

    fn open(&self, path: &Utf8Path, bytes_max: u64) -> Result<(Box<dyn Read + '_>, u64), FileError> {
        let (file, size) = self.open_asset(path)?;
        if size > bytes_max {
            return Err(FileError::new(path, FileProblem::TooLarge { max_bytes: bytes_max }));
        }
        Ok((Box::new(file), size))
    }
}

/// A path from the catalog's root as people are shown it.
fn shown(path: &Utf8Path) -> Result<Cow<'_, Utf8Path>, FileError> {
    resolve(Utf8Path::new(""), path.as_str()).map_err(|problem| FileError::new(path, problem))
}

fn place(entry: &Entry) -> &Utf8Path {
    match entry {
        Ok((path, _)) => path,
        Err(error) => &error.path,
    }
}
