//! The files of a commit, read from git's objects: nothing is checked out, and no filter or hook runs.

use super::file::text;
use super::path::resolve;
use super::{DEFINITION_BYTES_MAX, Entry, FileError, FileProblem, Files, Git, GitError, Kind, pointer};
use crate::config::FILE_NAME;
use camino::{Utf8Path, Utf8PathBuf};
use git2::{ErrorCode, ObjectType, Oid, Repository};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The modes git gives to symbolic links and to commits of other repositories.
const LINK: i32 = 0o120_000;
const SUBMODULE: i32 = 0o160_000;

/// Largest folder in bytes, as git keeps it; a name takes some dozens.
const FOLDER_BYTES_MAX: u64 = 64 << 20;

/// Most links that are followed from one path.
const LINKS_MAX: usize = 8;

/// What git holds under a name: an object and how it is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// The object's id: equal content has equal ids.
    pub(super) id: Oid,
    pub(super) mode: i32,
}

/// What git holds under the names of a folder. Most folders are asked for a few names only, so the names stay as they are.
pub(super) struct Folder {
    /// As git keeps it: mode, name and id of each.
    bytes: Vec<u8>,
    /// Where each name stands, with what is held under it, in the order of the names.
    names: Vec<(Range<usize>, Held)>,
}

/// What the commits of a repository share.
#[derive(Default)]
pub(super) struct Shared {
    /// A handle of git's is not for several threads: each takes one and puts it back.
    handles: Mutex<Vec<Repository>>,
    /// Folders that were read, by their ids: two commits have most of them in common.
    folders: Mutex<HashMap<Oid, Arc<Folder>>>,
}

impl Folder {
    const ID_BYTES: usize = 20;

    fn new(bytes: Vec<u8>) -> Self {
        let (mut names, mut at) = (Vec::new(), 0);
        while let Some((name, held)) = Self::entry(&bytes, at) {
            at = name.end + 1 + Self::ID_BYTES;
            names.push((name, held));
        }
        // Git takes a folder's name as if it ended with `/`.
        names.sort_by(|a, b| bytes.get(a.0.clone()).cmp(&bytes.get(b.0.clone())));
        Self { bytes, names }
    }

    fn entry(bytes: &[u8], at: usize) -> Option<(Range<usize>, Held)> {
        let rest = bytes.get(at..)?;
        let space = rest.iter().position(|byte| *byte == b' ')?;
        let mode = std::str::from_utf8(rest.get(..space)?).ok()?;
        let mode = i32::from_str_radix(mode, 8).ok()?;
        let length = rest.get(space + 1..)?.iter().position(|byte| *byte == 0)?;
        let name = at + space + 1..at + space + 1 + length;
        let id = Oid::from_bytes(bytes.get(name.end + 1..name.end + 1 + Self::ID_BYTES)?).ok()?;
        Some((name, Held { id, mode }))
    }

    /// Names, as bytes, with what is held under them, in the order of the names.
    fn iter(&self) -> impl Iterator<Item = (&[u8], Held)> {
        self.names.iter().filter_map(|(name, held)| Some((self.bytes.get(name.clone())?, *held)))
    }

    fn get(&self, name: &str) -> Option<Held> {
        let order = |(own, _): &(Range<usize>, Held)| self.bytes.get(own.clone()).cmp(&Some(name.as_bytes()));
        let found = self.names.binary_search_by(order).ok()?;
        self.names.get(found).map(|(_, held)| *held)
    }
}

/// A catalog as a commit has it.
pub struct Revision {
    /// The repository's own folder.
    repository: PathBuf,
    shared: Arc<Shared>,
    known: HashMap<Utf8PathBuf, Held>,
    name: String,
    commit: Oid,
    /// The catalog's folder, from the top of the repository.
    folder: Utf8PathBuf,
    root: Oid,
}

impl std::fmt::Debug for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Revision")
            .field("name", &self.name)
            .field("commit", &self.commit)
            .finish_non_exhaustive()
    }
}

impl Git {
    /// The catalog in a commit. `name` is whatever git takes for one (`main`, `HEAD~2`, `v1`, an id), and may end in
    /// `:FOLDER` to say where in the commit the catalog lies; without that it is where it is here, or in a folder above.
    ///
    /// # Errors
    /// When there is no such commit here, or it has no catalog.
    pub fn revision(&self, name: &str) -> Result<Revision, GitError> {
        let (revision, folder) = Self::apart(name);
        let folder = folder.map(Utf8PathBuf::from);
        let commit = self.named(revision)?;
        let tree = self.repository.find_commit(commit)?.tree()?;
        let start = folder.clone().unwrap_or_else(|| self.folder.clone());
        let candidates = start.ancestors().take(if folder.is_some() { 1 } else { usize::MAX });
        for candidate in candidates {
            if tree.get_path(candidate.join(FILE_NAME).as_std_path()).is_err() {
                continue;
            }
            let root = match candidate.as_str() {
                "" => tree.id(),
                _ => tree.get_path(candidate.as_std_path())?.id(),
            };
            return Ok(Revision {
                repository: self.repository.path().to_owned(),
                shared: Arc::clone(&self.shared),
                known: HashMap::new(),
                name: revision.to_owned(),
                commit,
                folder: candidate.to_owned(),
                root,
            });
        }
        Err(GitError::NoCatalog { revision: revision.to_owned(), folder: start })
    }

    /// The name of a commit, and the folder behind it where one is said: `main:catalogs/acme`.
    #[must_use]
    pub fn apart(name: &str) -> (&str, Option<&str>) {
        match name.split_once(':') {
            Some((revision, folder)) if !revision.is_empty() => (revision, Some(folder)),
            Some(_) | None => (name, None),
        }
    }

    /// The commit that a name stands for.
    pub(super) fn named(&self, name: &str) -> Result<Oid, GitError> {
        let unknown =
            || GitError::UnknownRevision { name: name.to_owned(), shallow: self.repository.is_shallow() };
        if name.is_empty() || name.starts_with('-') {
            return Err(unknown());
        }
        // A pull request's checkout often has `main` of the remote only.
        let candidates = [name.to_owned(), format!("origin/{name}")];
        for candidate in &candidates {
            match self.repository.revparse_single(candidate) {
                Ok(object) => {
                    return object.peel_to_commit().map(|commit| commit.id()).map_err(|_| unknown());
                }
                Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => {}
                Err(error) if error.code() == ErrorCode::Ambiguous => return Err(error.into()),
                Err(_) => {}
            }
        }
        Err(unknown())
    }
}

impl Revision {
    /// The commit's id.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// The name it was asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The catalog's folder, from the top of the repository; empty at the top.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    pub(super) fn root(&self) -> Oid {
        self.root
    }

    /// Remembers what is held at some paths, so that their folders need not be read.
    pub(super) fn learn(&mut self, known: impl IntoIterator<Item = (Utf8PathBuf, Held)>) {
        let plain = known.into_iter().filter(|(_, held)| held.mode != LINK && held.mode != SUBMODULE);
        self.known.extend(plain);
    }

    /// Does something with a handle of the repository.
    pub(super) fn with<T>(
        &self,
        then: impl FnOnce(&Repository) -> Result<T, FileProblem>,
    ) -> Result<T, FileProblem> {
        let free = self.shared.handles.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match free {
            Some(handle) => handle,
            None => Repository::open(&self.repository).map_err(|error| unreadable(&error))?,
        };
        let done = then(&handle);
        self.shared.handles.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        done
    }

    /// What stands in a folder that is one.
    fn folder_at(&self, id: Oid) -> Result<Arc<Folder>, FileProblem> {
        if let Some(known) = self.shared.folders.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(known));
        }
        let folder = Arc::new(Folder::new(self.object(id, ObjectType::Tree, FOLDER_BYTES_MAX)?));
        let mut folders = self.shared.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.insert(id, Arc::clone(&folder));
        Ok(folder)
    }

    /// What is held at a path. Links on the way are followed, and the last one where that is wanted.
    fn find(&self, path: &Utf8Path, follow: bool) -> Result<Held, FileProblem> {
        if let Some(known) = self.known.get(path) {
            return Ok(*known);
        }
        let mut path = path.to_owned();
        'links: for _ in 0..LINKS_MAX {
            let mut here = Held { id: self.root, mode: i32::from(git2::FileMode::Tree) };
            let mut walked = Utf8PathBuf::new();
            let parts: Vec<String> = path.components().map(|part| part.as_str().to_owned()).collect();
            for (position, part) in parts.iter().enumerate() {
                let folder = self.folder_at(here.id)?;
                let held = folder.get(part).ok_or(FileProblem::Missing)?;
                let is_last = position + 1 == parts.len();
                if held.mode == LINK && (follow || !is_last) {
                    let target = self.link(held.id)?;
                    let mut next = resolve(&walked, &target)?.into_owned();
                    next.extend(parts.iter().skip(position + 1));
                    path = next;
                    continue 'links;
                }
                match held.mode {
                    SUBMODULE => return Err(FileProblem::Submodule),
                    mode if !is_last && mode != i32::from(git2::FileMode::Tree) => {
                        return Err(FileProblem::Missing);
                    }
                    _ => {}
                }
                walked.push(part);
                here = held;
            }
            return Ok(here);
        }
        Err(FileProblem::Link)
    }

    /// Where a link leads, as it is written.
    fn link(&self, id: Oid) -> Result<String, FileProblem> {
        let bytes = self.blob(id, DEFINITION_BYTES_MAX)?;
        String::from_utf8(bytes).map_err(|_| FileProblem::Odd)
    }

    fn blob(&self, id: Oid, bytes_max: u64) -> Result<Vec<u8>, FileProblem> {
        self.object(id, ObjectType::Blob, bytes_max)
    }

    /// The content of an object.
    fn object(&self, id: Oid, kind: ObjectType, bytes_max: u64) -> Result<Vec<u8>, FileProblem> {
        self.with(|repository| {
            let odb = repository.odb().map_err(|error| unreadable(&error))?;
            // Asked before the content is unpacked into memory.
            let (size, found) = odb.read_header(id).map_err(|error| unreadable(&error))?;
            if found != kind {
                return Err(FileProblem::Folder);
            }
            if size as u64 > bytes_max {
                return Err(FileProblem::TooLarge { max_bytes: bytes_max });
            }
            let object = odb.read(id).map_err(|error| unreadable(&error))?;
            Ok(object.data().to_vec())
        })
    }

    /// The file that a pointer of Git LFS stands for, where it was fetched.
    fn behind(&self, pointer: &[u8], bytes_max: u64) -> Option<std::fs::File> {
        let digest = pointer::digest(pointer)?;
        let (first, second) = (digest.get(..2)?, digest.get(2..4)?);
        let common = self.with(|repository| Ok(repository.commondir().to_owned())).ok()?;
        let file = common.join("lfs/objects").join(first).join(second).join(digest);
        let file = std::fs::File::open(file).ok()?;
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        (size <= bytes_max).then_some(file)
    }
}

impl Files for Revision {
    fn entries(&self, folder: &Utf8Path) -> Result<Vec<Entry>, FileError> {
        let failed = |problem| FileError::new(folder, problem);
        let folder = resolve(Utf8Path::new(""), folder.as_str()).map_err(failed)?;
        let held = self.find(&folder, true).map_err(failed)?;
        if held.mode != i32::from(git2::FileMode::Tree) {
            return Err(failed(FileProblem::Special));
        }
        let entries = self.folder_at(held.id).map_err(failed)?;
        let seen = entries.iter().filter(|(name, _)| !name.starts_with(b".")).map(|(name, held)| {
            let Ok(name) = std::str::from_utf8(name) else {
                let lossy = folder.join(String::from_utf8_lossy(name).as_ref());
                return Err(FileError::new(lossy, FileProblem::NameNotText));
            };
            let path = folder.join(name);
            let is_folder = match held.mode {
                // Said at the place itself: a folder that is skipped would look empty.
                SUBMODULE => return Err(FileError::new(path, FileProblem::Submodule)),
                LINK => self.find(&path, true).is_ok_and(|held| held.mode == i32::from(git2::FileMode::Tree)),
                mode => mode == i32::from(git2::FileMode::Tree),
            };
            Ok((path, if is_folder { Kind::Folder } else { Kind::File }))
        });
        Ok(seen.collect())
    }

    fn has(&self, path: &Utf8Path) -> bool {
        !matches!(self.find(path, false), Err(FileProblem::Missing))
    }

    fn is_link(&self, path: &Utf8Path) -> bool {
        self.find(path, false).is_ok_and(|held| held.mode == LINK)
    }

    fn read_text(&self, path: &Utf8Path) -> Result<String, FileError> {
        let failed = |problem| FileError::new(path, problem);
        let path = resolve(Utf8Path::new(""), path.as_str()).map_err(failed)?;
        let held = self.find(&path, true).map_err(failed)?;
        let bytes = self.blob(held.id, DEFINITION_BYTES_MAX).map_err(failed)?;
        if let Some(mut file) = self.behind(&bytes, DEFINITION_BYTES_MAX) {
            let mut fetched = Vec::new();
            file.read_to_end(&mut fetched).map_err(|error| FileError::io(&path, &error))?;
            return text(fetched, &path);
        }
        text(bytes, &path)
    }

    fn open(&self, path: &Utf8Path, bytes_max: u64) -> Result<(Box<dyn Read + '_>, u64), FileError> {
        let failed = |problem| FileError::new(path, problem);
        let held = self.find(path, false).map_err(failed)?;
        if held.mode == LINK {
            return Err(failed(FileProblem::Link));
        }
        let bytes = self.blob(held.id, bytes_max).map_err(failed)?;
        if let Some(file) = self.behind(&bytes, bytes_max) {
            let size = file.metadata().map_err(|error| FileError::io(path, &error))?.len();
            return Ok((Box::new(file), size));
        }
        let size = bytes.len() as u64;
        Ok((Box::new(Cursor::new(bytes)), size))
    }
}

fn unreadable(error: &git2::Error) -> FileProblem {
    FileProblem::Unreadable(error.message().to_owned())
}
