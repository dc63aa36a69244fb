//! What git knows of a catalog's folder, and what of it is in no commit.
//!
//! Git notes what the system says of a file when it looks at it, and takes the file for unchanged while the system says the
//! same. So does this, and asks git about all others. What was read and git does not know by its very path is in no commit, and
//! neither is a link that led to it: nothing is taken for committed because git says nothing of it.

use super::git::is_unlooked;
use super::stamp::Noted;
use super::{Git, GitError, Opened, Stamp};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use git2::{DiffOptions, Index, IndexEntry, Oid, StatusOptions};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Most files that git is asked about by their names, and not about whole folders.
const NAMED_MAX: usize = 500;

/// Modes of entries in an index: of a file that is not to be run, and of a folder that is another repository.
const REGULAR: u32 = 0o100_644;
const SUBMODULE: u32 = 0o160_000;

/// Most links that are followed one after the other, as by the system.
const LINKS_MAX: usize = 40;

/// The files of a catalog's folder that git knows.
#[derive(Debug)]
pub struct Tracked {
    git: Git,
    /// Their paths from the catalog's root, with what git noted of each where that can be relied on.
    files: Vec<(String, Option<Noted>)>,
    /// Whether some have names that are no text: their paths are not theirs.
    has_odd_names: bool,
    /// Those that are staged, and those that git was told not to look at.
    otherwise: Vec<Utf8PathBuf>,
    /// Folders whose files are another repository's, which git looks into.
    submodules: Vec<Utf8PathBuf>,
    /// Whether git takes names for alike that differ in large and small letters alone.
    folds_case: bool,
}

impl Tracked {
    /// What is in no commit, by paths from the catalog's root, in order: of the files that git knows in the catalog's folder those
    /// that are changed, staged or missing; and of the files that were opened those that git does not know, with the links that led
    /// to them. The tool's own `.gallerist` folder does not count. What the system says of a file is asked for where it
    /// was not when the file was opened.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn uncommitted(
        &self,
        opened: &Opened,
        root: &Utf8Path,
        stamp: impl Fn(&Utf8Path) -> Option<Stamp> + Sync,
    ) -> Result<Vec<Utf8PathBuf>, GitError> {
        let is_doubted = |(path, noted): &&(String, Option<Noted>)| {
            let known = opened.get(path.as_str()).and_then(|found| found.stamp);
            let is_as_noted =
                |noted| known.or_else(|| stamp(path.as_ref())).is_some_and(|now| now.is_noted(noted));
            !noted.as_ref().is_some_and(is_as_noted)
        };
        let doubted: Vec<&str> =
            self.files.par_iter().filter(is_doubted).map(|(path, _)| path.as_str()).collect();
        let unknown = self.unknown(opened, root, &stamp);
        let mut uncommitted = self.otherwise.clone();
        if !(doubted.is_empty() && unknown.is_empty()) {
            // Where a link took the place of a folder, stamps are those of files that stand elsewhere.
            let are_names = unknown.is_empty() && !self.has_odd_names && doubted.len() <= NAMED_MAX;
            uncommitted.extend(self.git.changed_here(are_names.then_some(&doubted))?);
        }
        uncommitted.extend(unknown.into_iter().map(Utf8PathBuf::from));
        uncommitted.retain(|path| !path.starts_with(".gallerist"));
        uncommitted.sort();
        uncommitted.dedup();
        Ok(uncommitted)
    }

    /// Files that were opened, and links on the way to them, which git does not know by these very paths.
    fn unknown(
        &self,
        opened: &Opened,
        root: &Utf8Path,
        stamp: impl Fn(&Utf8Path) -> Option<Stamp>,
    ) -> BTreeSet<String> {
        let known: HashSet<&str> = self.files.iter().map(|(path, _)| path.as_str()).collect();
        let has_odd_names = self.has_odd_names;
        let is_odd = |path: &str| has_odd_names && path.contains(char::REPLACEMENT_CHARACTER);
        let submodules = &self.submodules;
        let is_within = |path: &str| submodules.iter().any(|folder| Utf8Path::new(path).starts_with(folder));
        let is_known = |path: &str| (known.contains(path) && !is_odd(path)) || is_within(path);
        let unknown = opened.par_iter().flat_map_iter(|(path, found)| {
            let is_as_most = found.is_straight && is_known(path);
            let way = if is_as_most { Vec::new() } else { way(root, path) };
            way.into_iter().filter(|part| !is_known(part))
        });
        let mut unknown: BTreeSet<String> = unknown.collect();
        if self.folds_case && !unknown.is_empty() {
            let spelled: HashMap<String, &str> =
                self.files.iter().map(|(path, _)| (path.to_lowercase(), path.as_str())).collect();
            // Git would say so of another file as well, where the disk tells letters apart.
            unknown.retain(|path| {
                let own = spelled.get(&path.to_lowercase()).and_then(|own| stamp(Utf8Path::new(own)));
                own.is_none() || own != stamp(Utf8Path::new(path))
            });
        }
        unknown
    }
}

/// The links on the way to a file, and the file itself, by their own paths from the root.
fn way(root: &Utf8Path, path: &str) -> Vec<String> {
    let (mut parts, mut whole) = (Vec::new(), Utf8PathBuf::from(path));
    'link: for _ in 0..LINKS_MAX {
        let mut at = Utf8PathBuf::new();
        let names: Vec<Utf8Component<'_>> = whole.components().collect();
        for (place, name) in names.iter().enumerate() {
            match name {
                Utf8Component::ParentDir => drop(at.pop()),
                name => at.push(name),
            }
            let Ok(target) = root.join(&at).read_link_utf8() else { continue };
            parts.push(at.to_string());
            let rest: Utf8PathBuf = names.iter().skip(place + 1).collect();
            let target = target
                .strip_prefix(root)
                .map(Utf8Path::to_owned)
                .unwrap_or_else(|_| at.parent().unwrap_or(Utf8Path::new("")).join(&target));
            whole = target.join(rest);
            continue 'link;
        }
        parts.push(at.to_string());
        break;
    }
    parts
}

impl Git {
    /// The files of the catalog's folder that git knows, and which of them differ from a commit already in the index.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn tracked(self, commit: Option<&str>) -> Result<Tracked, GitError> {
        let mut index = self.repository.index()?;
        // Asked before it is read: an index that is newer than that leaves more doubts, and not less.
        let written = index.path().and_then(Utf8Path::from_path).and_then(Stamp::of);
        index.read(false)?;
        let (mut files, mut otherwise) = (Vec::with_capacity(index.len()), self.staged(&index, commit)?);
        let folds_case = self.repository.config()?.get_bool("core.ignorecase").unwrap_or_default();
        let (mut has_odd_names, mut submodules) = (false, Vec::new());
        for entry in index.iter() {
            let path = String::from_utf8_lossy(&entry.path);
            let Some(path) = self.within(Utf8Path::new(&*path)) else { continue };
            has_odd_names |= std::str::from_utf8(&entry.path).is_err();
            if entry.mode == SUBMODULE {
                submodules.push(path.to_owned());
            }
            if is_unlooked(&entry) {
                otherwise.push(path.to_owned());
            }
            // A file that changed in the moment in which the index was written would look the same.
            let is_older = |noted: &Noted| written.is_some_and(|written| written.is_younger_than(noted));
            let noted = Some(Noted::of(&entry)).filter(|noted| is_plain(&entry) && is_older(noted));
            files.push((path.to_string(), noted));
        }
        Ok(Tracked { git: self, files, has_odd_names, otherwise, submodules, folds_case })
    }

    /// Whether git is told to ignore a file of the catalog, as far as that can be told: for a hint.
    #[must_use]
    pub fn ignores(&self, path: &Utf8Path) -> bool {
        self.repository.status_should_ignore(self.folder.join(path).as_std_path()).unwrap_or_default()
    }

    /// A path from the top of the repository, from the catalog's root.
    fn within<'p>(&self, path: &'p Utf8Path) -> Option<&'p Utf8Path> {
        if self.folder.as_str().is_empty() { Some(path) } else { path.strip_prefix(&self.folder).ok() }
    }

    /// Files of the catalog's folder that the index holds otherwise than a commit.
    fn staged(&self, index: &Index, commit: Option<&str>) -> Result<Vec<Utf8PathBuf>, GitError> {
        let tree = match commit {
            Some(commit) => Some(self.repository.find_commit(Oid::from_str(commit)?)?.tree()?),
            None => None,
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

    /// Files of the catalog's folder that git knows and that are in no commit as they are: of all, or at least of those among some.
    fn changed_here(&self, among: Option<&Vec<&str>>) -> Result<Vec<Utf8PathBuf>, GitError> {
        let mut options = StatusOptions::new();
        options.include_untracked(false).include_ignored(false).disable_pathspec_match(true);
        if let Some(among) = among {
            for path in among {
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

/// Whether an entry is one version of a file that is not to be run, and none of several that are to be merged, and no link.
fn is_plain(entry: &IndexEntry) -> bool {
    const STAGE: u16 = 0x3000;
    entry.flags & STAGE == 0 && entry.mode == REGULAR
}
