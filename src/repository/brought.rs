//! Which commit brought a file to a branch as it is now.

use super::{GitError, Tip};
use camino::{Utf8Path, Utf8PathBuf};
use git2::{Commit, Oid};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Older commits are not looked at.
const COMMITS_MAX: usize = 10_000;

/// A commit that brought a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Its id.
    pub commit: String,
    /// Whose name it carries.
    pub author: String,
    /// When it was made, as it says.
    pub at: Timestamp,
}

impl Tip<'_> {
    /// For each of these files in a folder, the commit that made it what it is now. Only the branch's own line is
    /// looked at, so of what was merged the merge is named. What lies before the history that is here is left out.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn brought(
        &self,
        folder: &Utf8Path,
        files: &[Utf8PathBuf],
    ) -> Result<BTreeMap<Utf8PathBuf, Brought>, GitError> {
        let top = &self.git.folder;
        let (folder, mut found) = (top.join(folder), BTreeMap::new());
        let mut commit = self.commit.clone();
        let mut sought: Vec<(&Utf8PathBuf, Oid)> = Vec::new();
        for path in files {
            sought.extend(content(&commit, &top.join(path))?.map(|id| (path, id)));
        }
        for _ in 0..COMMITS_MAX {
            let parent = commit.parents().next();
            if sought.is_empty() || parent.is_none() && self.git.repository.is_shallow() {
                break;
            }
            let before = parent.as_ref().map(|parent| content(parent, &folder)).transpose()?.flatten();
            if before.is_none() || before != content(&commit, &folder)? {
                let mut older = Vec::new();
                for (path, id) in sought {
                    let before =
                        parent.as_ref().map(|parent| content(parent, &top.join(path))).transpose()?.flatten();
                    if before == Some(id) {
                        older.push((path, id));
                    } else {
                        found.insert(path.clone(), brought(&commit));
                    }
                }
                sought = older;
            }
            let Some(parent) = parent else { break };
            commit = parent;
        }
        Ok(found)
    }
}

/// What a commit holds at a path.
fn content(commit: &Commit<'_>, path: &Utf8Path) -> Result<Option<Oid>, GitError> {
    match commit.tree()?.get_path(path.as_std_path()) {
        Ok(entry) => Ok(Some(entry.id())),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn brought(commit: &Commit<'_>) -> Brought {
    let author = commit.author();
    Brought {
        commit: commit.id().to_string(),
        author: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        at: Timestamp::from_second(commit.time().seconds()).unwrap_or(Timestamp::UNIX_EPOCH),
    }
}
