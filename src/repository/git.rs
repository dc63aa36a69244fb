//! What git knows about the catalog. Read with libgit2, which runs no hook, filter or other program.

use super::Tip;
use super::revision::Shared;
use camino::{Utf8Path, Utf8PathBuf};
use git2::{
    ErrorCode, IndexEntry, IndexEntryExtendedFlag, IndexEntryFlag, Oid, Repository, RepositoryOpenFlags,
};
use std::sync::Arc;

/// Why git cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// The repository belongs to another user, so its settings are not trusted.
    #[error(
        "the git repository of {folder} belongs to another user; if you trust it, run `git config --global --add \
         safe.directory {folder}`"
    )]
    Owner {
        /// The catalog's folder.
        folder: Utf8PathBuf,
    },
    /// A commit is not in this repository.
    #[error("commit {commit} is not in this git repository{}", if *.shallow { shallow_hint() } else { "" })]
    UnknownCommit {
        /// The commit as given.
        commit: String,
        /// Whether the repository holds only part of its history.
        shallow: bool,
    },
    /// A branch is not in this repository.
    #[error("the git repository has no branch `{branch}`, neither from its remote nor of its own")]
    UnknownBranch {
        /// The branch's name.
        branch: String,
    },
    /// There is no such commit here.
    #[error("git knows no commit `{name}` here{}", if *.shallow { shallow_hint() } else { "" })]
    UnknownRevision {
        /// What was asked for.
        name: String,
        /// Whether the repository holds only part of its history.
        shallow: bool,
    },
    /// A commit has no catalog at a place.
    #[error(
        "commit `{revision}` has no gallerist.yaml in {} or a folder above it; say where the catalog is: \
         `{revision}:FOLDER`",
        if .folder.as_str().is_empty() { "its top folder" } else { .folder.as_str() }
    )]
    NoCatalog {
        /// The commit as it was asked for.
        revision: String,
        /// Where it was looked for, from the top of the repository.
        folder: Utf8PathBuf,
    },
    /// Two commits that have nothing in common.
    #[error("`{one}` and `{other}` have no commit in common")]
    Unrelated {
        /// One of them.
        one: String,
        /// The other.
        other: String,
    },
    /// The history is cut off, so who descends from whom cannot be told.
    #[error("this git repository holds only part of its history{}", shallow_hint())]
    Shallow,
    /// Anything else.
    #[error("the git repository cannot be read: {0}")]
    Unreadable(String),
}

fn shallow_hint() -> &'static str {
    "; fetch the rest with `git fetch --unshallow` (in a workflow: `fetch-depth: 0`)"
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::Unreadable(error.message().to_owned())
    }
}

/// The git repository a catalog lies in.
pub struct Git {
    pub(super) repository: Repository,
    /// The catalog's folder, from the top of the work tree; empty at the top.
    pub(super) folder: Utf8PathBuf,
    /// What is known of its commits.
    pub(super) shared: Arc<Shared>,
}

impl std::fmt::Debug for Git {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Git").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Git {
    /// The repository whose work tree holds a catalog's root; `None` when there is none (a bare repository has no
    /// work tree).
    ///
    /// # Errors
    /// When there is one that cannot be read or is not trusted.
    pub fn discover(root: &Utf8Path) -> Result<Option<Self>, GitError> {
        let nowhere: [&str; 0] = [];
        let repository = match Repository::open_ext(root, RepositoryOpenFlags::empty(), nowhere) {
            Ok(repository) => repository,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) if error.code() == ErrorCode::Owner => {
                return Err(GitError::Owner { folder: root.to_owned() });
            }
            Err(error) => return Err(error.into()),
        };
        if repository.is_bare() {
            return Ok(None);
        }
        let top = repository.workdir().and_then(|top| top.canonicalize().ok());
        let Some(top) = top.and_then(|top| Utf8PathBuf::from_path_buf(top).ok()) else { return Ok(None) };
        let Ok(folder) = root.strip_prefix(&top) else { return Ok(None) };
        let folder = folder.to_owned();
        Ok(Some(Self { repository, folder, shared: Arc::default() }))
    }

    /// The repository that a folder lies in, for what its commits hold: it may be bare, and the folder need not be a
    /// catalog now.
    ///
    /// # Errors
    /// When there is none, or it cannot be read or is not trusted.
    pub fn around(folder: &Utf8Path) -> Result<Self, GitError> {
        if let Some(git) = Self::discover(folder)? {
            return Ok(git);
        }
        let nowhere: [&str; 0] = [];
        let repository = Repository::open_ext(folder, RepositoryOpenFlags::empty(), nowhere)?;
        Ok(Self { repository, folder: Utf8PathBuf::new(), shared: Arc::default() })
    }

    /// Whether it has no work tree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }

    /// The same repository with the catalog in another folder, from its top.
    #[must_use]
    pub fn with_folder(self, folder: &Utf8Path) -> Self {
        Self { folder: folder.to_owned(), ..self }
    }

    /// The catalog's folder, from the top of the repository; empty at the top.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// The commit that is checked out; `None` before the first one.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn head(&self) -> Result<Option<String>, GitError> {
        match self.repository.head() {
            Ok(head) => Ok(Some(head.peel_to_commit()?.id().to_string())),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Files of the commit that a sparse checkout leaves out of the catalog's folder, as far as they matter (paths from the
    /// catalog's root), in order.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn left_out(&self, matters: &dyn Fn(&Utf8Path) -> bool) -> Result<Vec<Utf8PathBuf>, GitError> {
        let config = self.repository.config()?.snapshot()?;
        if !config.get_bool("core.sparseCheckout").unwrap_or(false) {
            return Ok(Vec::new());
        }
        let left_out = self.marked(&is_skipped)?;
        Ok(left_out.into_iter().filter(|path| matters(path)).collect())
    }

    /// Files of the index in the catalog's folder that carry a mark.
    fn marked(&self, mark: &dyn Fn(&IndexEntry) -> bool) -> Result<Vec<Utf8PathBuf>, GitError> {
        let mut marked = Vec::new();
        for entry in self.repository.index()?.iter().filter(mark) {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            marked.extend(Utf8Path::new(&path).strip_prefix(&self.folder).ok().map(Utf8Path::to_owned));
        }
        Ok(marked)
    }

    /// The name git writes into commits, where one is set.
    #[must_use]
    pub fn user(&self) -> Option<String> {
        let config = self.repository.config().ok()?;
        config.get_string("user.name").ok().filter(|name| !name.trim().is_empty())
    }

    /// Whether one commit is an ancestor of another, or the same.
    ///
    /// # Errors
    /// When a commit is unknown, or the history is cut off before it could be told.
    pub fn is_ancestor(&self, ancestor: &str, of: &str) -> Result<bool, GitError> {
        let (ancestor, of) = (self.commit(ancestor)?, self.commit(of)?);
        if ancestor == of || self.repository.graph_descendant_of(of, ancestor)? {
            return Ok(true);
        }
        // A path between the two may run through commits that were not fetched.
        if self.repository.is_shallow() { Err(GitError::Shallow) } else { Ok(false) }
    }

    fn commit(&self, id: &str) -> Result<Oid, GitError> {
        let unknown =
            || GitError::UnknownCommit { commit: id.to_owned(), shallow: self.repository.is_shallow() };
        let oid = Oid::from_str(id).map_err(|_| unknown())?;
        match self.repository.find_commit(oid) {
            Ok(commit) => Ok(commit.id()),
            Err(error) if error.code() == ErrorCode::NotFound => Err(unknown()),
            Err(error) => Err(error.into()),
        }
    }

    /// The tip of a branch as its remote had it when last fetched, or of the branch here where it has no remote.
    /// What only this machine has of a branch that is shared was not merged by anybody else.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn tip(&self, branch: &str) -> Result<Tip<'_>, GitError> {
        let own = format!("refs/heads/{branch}");
        let upstream = self.repository.branch_upstream_name(&own).ok();
        let upstream = upstream.and_then(|name| name.as_str().ok().map(str::to_owned));
        let candidates = [upstream, Some(format!("refs/remotes/origin/{branch}")), Some(own)];
        for name in candidates.into_iter().flatten() {
            match self.repository.find_reference(&name) {
                Ok(reference) => {
                    let commit = reference.peel_to_commit()?;
                    return Ok(Tip { git: self, reference: name, commit });
                }
                Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(GitError::UnknownBranch { branch: branch.to_owned() })
    }
}

/// Whether git was told not to look at a file.
pub(super) fn is_unlooked(entry: &IndexEntry) -> bool {
    IndexEntryFlag::from_bits_truncate(entry.flags).is_valid() || is_skipped(entry)
}

/// Whether a sparse checkout leaves a file out.
fn is_skipped(entry: &IndexEntry) -> bool {
    IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended)
        .contains(IndexEntryExtendedFlag::SKIP_WORKTREE)
}
