//! Which files of a catalog differ between two commits. Only folders that differ are looked into.

use super::revision::Held;
use super::{FileError, FileProblem, Git, GitError, Revision};
use camino::{Utf8Path, Utf8PathBuf};
use git2::{DiffFile, DiffOptions, Oid};

/// A file that differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path, from the catalog's root.
    pub path: Utf8PathBuf,
    /// Whether the earlier commit has it.
    pub was_there: bool,
    /// Whether the later commit has it.
    pub is_there: bool,
}

impl Git {
    /// The commit from which two histories went apart: what a pull request is compared with.
    ///
    /// # Errors
    /// When they have none, or it was not fetched.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<String, GitError> {
        let (one_id, other_id) = (self.named(one)?, self.named(other)?);
        match self.repository.merge_base(one_id, other_id) {
            Ok(id) => Ok(id.to_string()),
            Err(_) if self.repository.is_shallow() => Err(GitError::Shallow),
            Err(_) => Err(GitError::Unrelated { one: one.to_owned(), other: other.to_owned() }),
        }
    }

    /// The files of the catalog that differ between two commits, in the order of their paths; names that cannot be used
    /// are told as they look. Both commits remember what they hold there.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn changed(
        &self,
        base: &mut Revision,
        head: &mut Revision,
    ) -> Result<(Vec<ChangedFile>, Vec<FileError>), GitError> {
        let tree = |id: Oid| self.repository.find_tree(id);
        let mut options = DiffOptions::new();
        options.include_typechange(true).skip_binary_check(true).ignore_submodules(false);
        let (before, after) = (tree(base.root())?, tree(head.root())?);
        let diff = self.repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))?;
        let (mut changed, mut unusable, mut held) = (Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
        for delta in diff.deltas() {
            let (old, new) = (delta.old_file(), delta.new_file());
            let bytes = new.path_bytes().or_else(|| old.path_bytes()).unwrap_or_default();
            let Ok(path) = std::str::from_utf8(bytes) else {
                let lossy = String::from_utf8_lossy(bytes).into_owned();
                unusable.push(FileError::new(lossy, FileProblem::NameNotText));
                continue;
            };
            let path = Utf8Path::new(path);
            held.0.extend(of(&old).map(|held| (path.to_owned(), held)));
            held.1.extend(of(&new).map(|held| (path.to_owned(), held)));
            let (was_there, is_there) = (of(&old).is_some(), of(&new).is_some());
            changed.push(ChangedFile { path: path.to_owned(), was_there, is_there });
        }
        base.learn(held.0);
        head.learn(held.1);
        changed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((changed, unusable))
    }
}

fn of(file: &DiffFile<'_>) -> Option<Held> {
    let held = Held { id: file.id(), mode: i32::from(file.mode()) };
    (!held.id.is_zero()).then_some(held)
}
