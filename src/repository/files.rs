//! What there is to read a catalog from: the work tree, or a commit.

use super::{FileError, FileProblem};
use crate::config::{Config, FILE_NAME, Role};
use crate::text::path_order;
use camino::{Utf8Path, Utf8PathBuf};
use std::io::Read;

/// Most definition files of a catalog.
pub const FILES_MAX: usize = 500_000;

/// What stands in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something to be read, or to be told why not.
    File,
    /// A folder, or a link to one.
    Folder,
}

/// What stands under a name of a folder, or why it cannot be used.
pub type Entry = Result<(Utf8PathBuf, Kind), FileError>;

/// The files of a catalog, by their paths from its root. No path leads out of it, nor through links, and what is hidden is
/// not read.
pub trait Files: Send + Sync {
    /// What stands in a folder, in the order of the names, without what is hidden. Links are followed.
    ///
    /// # Errors
    /// When there is no such folder; the inner errors for names that cannot be used.
    fn entries(&self, folder: &Utf8Path) -> Result<Vec<Entry>, FileError>;

    /// Whether anything stands at a path.
    fn has(&self, path: &Utf8Path) -> bool;

    /// Whether a link stands at a path.
    fn is_link(&self, path: &Utf8Path) -> bool;

    /// The text of a definition. A link may lead to another file of the catalog.
    ///
    /// # Errors
    /// When the path leads out of the root, or to anything but a UTF-8 file within bounds.
    fn read_text(&self, path: &Utf8Path) -> Result<String, FileError>;

    /// Opens a file that a product names, and gives its size in bytes. Links are refused.
    ///
    /// # Errors
    /// When the path leads out of the root, or to anything but a file of at most `bytes_max`.
    fn open(&self, path: &Utf8Path, bytes_max: u64) -> Result<(Box<dyn Read + '_>, u64), FileError>;
}

/// The files that define a catalog, in the order of their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Paths from the catalog's root, with what each is for.
    pub files: Vec<(Utf8PathBuf, Role)>,
    /// What cannot be used.
    pub problems: Vec<FileError>,
}

impl Listing {
    /// Finds the files that define a catalog. A folder of approvals or an attribute library need not be there.
    #[must_use]
    pub fn of_catalog(files: &dyn Files, config: &Config) -> Self {
        let mut listing = Self::approvals(files, config);
        if files.has(&config.attributes) {
            listing.files.push((config.attributes.clone(), Role::Attributes));
        }
        listing.files.push((FILE_NAME.into(), Role::Config));
        listing.visit(files, config, &config.products, 2);
        // One folder may lie within another, and what is said first holds.
        listing.files.sort_by(|(a, _), (b, _)| path_order(a, b));
        listing.files.dedup_by(|(a, _), (b, _)| a.as_str() == b.as_str());
        listing
    }

    /// Finds the approvals of a catalog, and nothing else.
    #[must_use]
    pub fn approvals(files: &dyn Files, config: &Config) -> Self {
        let mut listing = Self::default();
        if files.has(&config.approvals) {
            listing.visit(files, config, &config.approvals, 1);
        }
        listing
    }

    /// The paths of files that are for one thing, in order.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &Utf8Path> {
        self.files.iter().filter(move |(_, of)| *of == role).map(|(path, _)| path.as_path())
    }

    /// Adds what stands in a folder, down to a depth; links to folders are followed, which the depth bounds.
    fn visit(&mut self, files: &dyn Files, config: &Config, folder: &Utf8Path, depth: usize) {
        let entries = match files.entries(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(error),
        };
        for entry in entries {
            let (path, kind) = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.problems.push(error);
                    continue;
                }
            };
            if kind == Kind::Folder {
                if depth > 1 {
                    self.visit(files, config, &path, depth - 1);
                }
                continue;
            }
            // Pictures and texts stand beside definitions; only what has a role is looked at.
            let Some(role) = config.role(&path) else { continue };
            if self.files.len() >= FILES_MAX {
                let problem = FileError::new(folder, FileProblem::TooMany { max: FILES_MAX });
                if self.problems.last() != Some(&problem) {
                    self.problems.push(problem);
                }
                return;
            }
            self.files.push((path, role));
        }
    }
}
