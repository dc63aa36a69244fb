//! The work tree: where the catalog begins and which files define it.

use super::file::read_text;
use super::path::{real, resolve};
use super::{FileError, FileProblem, WriteError, write_atomically};
use crate::config::{Config, FILE_NAME, Role};
use crate::text::SourceFile;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// Most definition files of a catalog.
pub const FILES_MAX: usize = 50_000;

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

/// A folder with a `gallerist.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTree {
    root: Utf8PathBuf,
}

/// The files that define a catalog, in the order of their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Paths from the catalog's root, with what each is for.
    pub files: BTreeMap<Utf8PathBuf, Role>,
    /// What cannot be used.
    pub problems: Vec<FileError>,
}

impl Listing {
    /// The paths of files that are for one thing, in order.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &Utf8Path> {
        self.files.iter().filter(move |(_, of)| **of == role).map(|(path, _)| path.as_path())
    }
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
                return Ok(Self { root: candidate.to_owned() });
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
        Ok(Self { root })
    }

    /// The catalog's root: absolute, links followed.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Reads a definition file; `path` is from the catalog's root, and a link may lead to another file in it.
    ///
    /// # Errors
    /// When the path leads out of the root, or to anything but a UTF-8 file within bounds.
    pub fn read(&self, path: &Utf8Path) -> Result<SourceFile, FileError> {
        let shown = shown(path)?;
        let text = read_text(&real(&self.root, &shown)?, &shown)?;
        Ok(SourceFile::new(shown, text))
    }

    /// The text of a definition file.
    ///
    /// # Errors
    /// As [`WorkTree::read`].
    pub fn read_text(&self, path: &Utf8Path) -> Result<String, FileError> {
        let shown = shown(path)?;
        read_text(&real(&self.root, &shown)?, &shown)
    }

    /// Writes a file that [`WorkTree::read`] reads, whole or not at all.
    ///
    /// # Errors
    /// When the path leads out of the root or to nothing, or the file cannot be written.
    pub fn write(&self, path: &Utf8Path, bytes: &[u8]) -> Result<(), WriteError> {
        let place = shown(path).and_then(|shown| real(&self.root, &shown));
        let fail = |error: FileError| WriteError { path: path.to_owned(), reason: error.problem.to_string() };
        let written = write_atomically(&place.map_err(fail)?, bytes);
        written.map_err(|error| WriteError { path: path.to_owned(), ..error })
    }

    /// Finds the files that define the catalog. A folder of approvals or an attribute library need not be there.
    #[must_use]
    pub fn list(&self, config: &Config) -> Listing {
        let mut listing = Listing::default();
        listing.files.insert(FILE_NAME.into(), Role::Config);
        if std::fs::symlink_metadata(self.root.join(&config.attributes)).is_ok() {
            listing.files.insert(config.attributes.clone(), Role::Attributes);
        }
        if std::fs::symlink_metadata(self.root.join(&config.approvals)).is_ok() {
            self.visit(config, &config.approvals, 1, &mut listing);
        }
        self.visit(config, &config.products, 2, &mut listing);
        listing
    }

    /// Adds what stands in a folder, down to a depth; links to folders are followed, which the depth bounds.
    fn visit(&self, config: &Config, folder: &Utf8Path, depth: usize, listing: &mut Listing) {
        let entries = match self.entries(folder) {
            Ok(entries) => entries,
            Err(error) => return listing.problems.push(error),
        };
        for entry in entries {
            let path = match entry {
                Ok(path) => path,
                Err(error) => {
                    listing.problems.push(error);
                    continue;
                }
            };
            let kind = std::fs::metadata(self.root.join(&path));
            if kind.is_ok_and(|metadata| metadata.is_dir()) {
                if depth > 1 {
                    self.visit(config, &path, depth - 1, listing);
                }
                continue;
            }
            // Pictures and texts stand beside definitions; only what has a role is looked at.
            let Some(role) = config.role(&path) else { continue };
            if listing.files.len() >= FILES_MAX {
                let problem = FileError::new(folder, FileProblem::TooMany { max: FILES_MAX });
                if listing.problems.last() != Some(&problem) {
                    listing.problems.push(problem);
                }
                return;
            }
            listing.files.insert(path, role);
        }
    }

    /// What stands in a folder, in order, without what is hidden.
    fn entries(&self, folder: &Utf8Path) -> Result<Vec<Result<Utf8PathBuf, FileError>>, FileError> {
        let shown = shown(folder)?;
        let io = |error| FileError::io(&shown, &error);
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(real(&self.root, &shown)?).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            match name.to_str() {
                Some(name) if name.starts_with('.') => {}
                Some(name) => entries.push(Ok(shown.join(name))),
                None => {
                    let lossy = shown.join(name.to_string_lossy().as_ref());
                    entries.push(Err(FileError::new(lossy, FileProblem::NameNotText)));
                }
            }
        }
        entries.sort_by(|a, b| place(a).cmp(place(b)));
        Ok(entries)
    }
}

/// A path from the catalog's root as people are shown it.
fn shown(path: &Utf8Path) -> Result<Utf8PathBuf, FileError> {
    resolve(Utf8Path::new(""), path.as_str()).map_err(|problem| FileError::new(path, problem))
}

fn place(entry: &Result<Utf8PathBuf, FileError>) -> &Utf8Path {
    match entry {
        Ok(path) => path,
        Err(error) => &error.path,
    }
}
