//! What git knows of a catalog's folder, and what of it the work tree holds otherwise than the checked-out commit.
//!
//! Git notes what the system says of a file when it looks at it, and takes the file for unchanged while the system says the
//! same. So does this: the system is asked in an open folder, on all threads, and git only about files that leave a doubt,
//! which it then reads.

use super::git::is_unlooked;
use super::path::real;
use super::stamp::Noted;
use super::{Git, GitError, Stamp};
use camino::{Utf8Path, Utf8PathBuf};
use git2::{DiffOptions, ErrorCode, Index, IndexEntry, StatusOptions};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashSet;

/// Most files that git is asked about by their names, and not about the whole folder.
const NAMED_MAX: usize = 500;

/// The files of a catalog's folder that git knows.
#[derive(Debug)]
pub struct Tracked {
    /// With the index at hand.
    git: Git,
    /// Their paths from the catalog's root, with what git noted of each where that can be relied on.
    files: Vec<(String, Option<Noted>)>,
    /// Those that are staged, and those that git was told not to look at.
    otherwise: Vec<Utf8PathBuf>,
    /// Whether names that differ in large and small letters alone are one file.
    folds_case: bool,
}

impl Tracked {
    /// What the catalog's folder holds otherwise than the checked-out commit: changed, staged or missing, by their paths from
    /// the catalog's root, in order. The tool's own `.gallerist` folder does not count. What the system says of each file is
    /// asked for, or was.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn differing(
        &self,
        stamp: impl Fn(&Utf8Path) -> Option<Stamp> + Sync,
    ) -> Result<Vec<Utf8PathBuf>, GitError> {
        let is_doubted = |(path, noted): &&(String, Option<Noted>)| {
            let is_as_noted = |noted| stamp(path.as_ref()).is_some_and(|stamp| stamp.is_noted(noted));
            !noted.as_ref().is_some_and(is_as_noted)
        };
        let doubted: Vec<&str> =
            self.files.par_iter().filter(is_doubted).map(|(path, _)| path.as_str()).collect();
        let mut differing = self.otherwise.clone();
        differing.extend(self.git.changed_among(&doubted)?);
        differing.retain(|path| !path.starts_with(".gallerist"));
        differing.sort();
        differing.dedup();
        Ok(differing)
    }

    /// Those of some files of the work tree, by their paths from the catalog's root, that git does not know.
    pub fn lacking<'p>(
        &self,
        files: impl ParallelIterator<Item = &'p Utf8Path>,
        root: &Utf8Path,
    ) -> Vec<&'p Utf8Path> {
        let folds_case = self.folds_case;
        let known: HashSet<Cow<'_, str>> =
            self.files.iter().map(|(path, _)| name_of(path, folds_case)).collect();
        let is_known = |path: &Utf8Path| known.contains(&*name_of(path.as_str(), folds_case));
        // What stands behind a link to a folder git knows by its own path.
        let is_known_there = |path: &Utf8Path| {
            let (folder, name) = (path.parent()?, path.file_name()?);
            let real = real(root, folder).ok()?.join(name);
            Some(is_known(real.strip_prefix(root).ok()?))
        };
        let is_there = |path: &Utf8Path| std::fs::symlink_metadata(root.join(path)).is_ok();
        let lacks =
            |path: &&Utf8Path| !is_known(path) && is_there(path) && !is_known_there(path).unwrap_or_default();
        files.filter(lacks).collect()
    }
}

impl Git {
    /// The files of the catalog's folder that git knows.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn tracked(self) -> Result<Tracked, GitError> {
        let mut index = self.repository.index()?;
        // Asked before it is read: an index that is newer than that leaves more doubts, and not less.
        let written = index.path().and_then(Utf8Path::from_path).and_then(Stamp::of);
        index.read(false)?;
        let folds_case = self.repository.config()?.get_bool("core.ignorecase").unwrap_or(false);
        let (mut files, mut otherwise) = (Vec::with_capacity(index.len()), self.staged(&index)?);
        for entry in index.iter() {
            // A name that is no text stands for nothing that is read, and git is asked about it with everything else.
            let path = String::from_utf8_lossy(&entry.path);
            let Some(path) = self.within(Utf8Path::new(&*path)) else { continue };
            if is_unlooked(&entry) {
                otherwise.push(path.to_owned());
            }
            // A file that changed in the moment in which the index was written would look the same.
            let is_older = |noted: &Noted| written.is_some_and(|written| written.is_younger_than(noted));
            let noted = Some(Noted::of(&entry)).filter(|noted| is_plain(&entry) && is_older(noted));
            files.push((path.to_string(), noted));
        }
        Ok(Tracked { git: self, files, otherwise, folds_case })
    }

    /// Whether git is told to ignore a file of the catalog that it does not know.
    #[must_use]
    pub fn ignores(&self, path: &Utf8Path) -> bool {
        self.repository.status_should_ignore(self.folder.join(path).as_std_path()).unwrap_or_default()
    }

    /// A path from the top of the repository, from the catalog's root.
    fn within<'p>(&self, path: &'p Utf8Path) -> Option<&'p Utf8Path> {
        if self.folder.as_str().is_empty() { Some(path) } else { path.strip_prefix(&self.folder).ok() }
    }

    /// Files of the catalog's folder that the index holds otherwise than the checked-out commit.
    fn staged(&self, index: &Index) -> Result<Vec<Utf8PathBuf>, GitError> {
        let tree = match self.repository.head() {
            Ok(head) => Some(head.peel_to_tree()?),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        let mut options = DiffOptions::new();
        options.include_typechange(true).skip_binary_check(true).disable_pathspec_match(true);
        if !self.folder.as_str().is_empty() {
            options.pathspec(self.folder.as_str());
        }
        let diff = self.repository.diff_tree_to_index(tree.as_ref(), Some(index), Some(&mut options))?;
        let mut staged = Vec::new();
        for delta in diff.deltas() {
            for bytes in [delta.old_file().path_bytes(), delta.new_file().path_bytes()].into_iter().flatten()
            {
                let path = String::from_utf8_lossy(bytes);
                staged.extend(self.within(Utf8Path::new(&*path)).map(Utf8Path::to_owned));
            }
        }
        Ok(staged)
    }

    /// Which of some files that git knows the work tree holds otherwise than the checked-out commit: perhaps others as well.
    fn changed_among(&self, doubted: &[&str]) -> Result<Vec<Utf8PathBuf>, GitError> {
        if doubted.is_empty() {
            return Ok(Vec::new());
        }
        let mut options = StatusOptions::new();
        options.include_untracked(false).include_ignored(false).disable_pathspec_match(true);
        let are_texts = !doubted.iter().any(|path| path.contains(char::REPLACEMENT_CHARACTER));
        if doubted.len() <= NAMED_MAX && are_texts {
            for path in doubted {
                options.pathspec(self.folder.join(path).as_str());
            }
        } else if !self.folder.as_str().is_empty() {
            options.pathspec(self.folder.as_str());
        }
        let statuses = self.repository.statuses(Some(&mut options))?;
        let paths = statuses.iter().map(|entry| String::from_utf8_lossy(entry.path_bytes()).into_owned());
        Ok(paths.filter_map(|path| self.within(Utf8Path::new(&path)).map(Utf8Path::to_owned)).collect())
    }
}

/// What tells a file from others.
fn name_of(path: &str, folds_case: bool) -> Cow<'_, str> {
    if folds_case { Cow::Owned(path.to_lowercase()) } else { Cow::Borrowed(path) }
}

/// Whether an entry is one version of a file, and none of several that are to be merged.
fn is_plain(entry: &IndexEntry) -> bool {
    const STAGE: u16 = 0x3000;
    entry.flags & STAGE == 0
}
