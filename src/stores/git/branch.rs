//! The branch as commits: written without a checkout, moved only forward, remembered.
//!
//! Neither the index, nor the work tree, nor `HEAD`, nor any branch but this one is touched. Where there is a remote,
//! the branch is the remote's, and what was last seen of it is a reference under `refs/gallerist`.

use super::remote::{NotPushed, Remote};
use crate::ledger::LedgerError;
use crate::repository::Stamp;
use camino::Utf8Path;
use git2::build::TreeUpdateBuilder;
use git2::{Commit, ErrorCode, FileMode, Oid, Repository, RepositoryOpenFlags, Signature, Time, Tree};
use jiff::Timestamp;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

/// Below this stands what was last seen of ledgers.
const SEEN: &str = "refs/gallerist/seen";
/// How long one more waits for the lock of what was seen.
const LOCK_PAUSE: Duration = Duration::from_millis(50);
/// After so many of these pauses, two seconds, the same lock was left behind by somebody who was killed.
const LEFT_BEHIND: u32 = 40;

/// What one commit changes.
#[derive(Debug, Default)]
pub(super) struct Edit {
    /// Files to write, by path.
    pub(super) put: Vec<(String, String)>,
    /// Files to take away.
    pub(super) take: Vec<String>,
    /// What the commit says.
    pub(super) message: String,
}

/// The branch in one repository.
pub(super) struct Branch {
    pub(super) repository: Repository,
    pub(super) name: String,
    pub(super) remote: Option<Remote>,
}

pub(super) fn storage(error: &git2::Error) -> LedgerError {
    LedgerError::Storage(error.message().to_owned())
}

impl Branch {
    /// The branch in the repository a folder belongs to. A remote called `origin` that is not there is none.
    pub(super) fn open(folder: &Utf8Path, name: &str, remote: Option<&str>) -> Result<Self, LedgerError> {
        let nowhere: [&str; 0] = [];
        let found = Repository::open_ext(folder, RepositoryOpenFlags::empty(), nowhere);
        let repository = found.map_err(|error| match error.code() {
            ErrorCode::NotFound => LedgerError::Storage(format!(
                "it is kept in a git branch, and {folder} is in no git repository; `git init` makes one"
            )),
            _ => storage(&error),
        })?;
        let remote = match remote {
            Some(remote) if repository.find_remote(remote).is_ok() => Some(remote),
            None | Some("origin") => None,
            Some(other) => {
                let known = repository.remotes().map_err(|error| storage(&error))?;
                let known: Vec<&str> = known.iter().filter_map(|name| name.ok().flatten()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(LedgerError::Storage(format!(
                    "the git repository has no remote `{other}`; it has {known}"
                )));
            }
        };
        let config = repository.config().map_err(|error| storage(&error))?;
        let is_set = |setting: &str| config.get_string(setting).is_ok();
        let remote = remote.map(|remote| Remote {
            name: remote.to_owned(),
            branch: name.to_owned(),
            folder: repository.path().to_owned(),
            plain_ssh: !is_set("core.sshCommand"),
            is_partial: is_set("extensions.partialClone") || is_set(&format!("remote.{remote}.promisor")),
        });
        Ok(Self { repository, name: name.to_owned(), remote })
    }

    /// Where the branch is, for people.
    pub(super) fn place(&self) -> String {
        match &self.remote {
            Some(remote) => format!("branch `{}` at `{}`", self.name, remote.name),
            None => format!("branch `{}` of this repository", self.name),
        }
    }

    /// The reference that remembers what was last seen of the branch where it is now.
    fn memory(&self) -> String {
        match &self.remote {
            Some(remote) => format!("{SEEN}/at/{}/{}", remote.name, self.name),
            None => format!("{SEEN}/own/{}", self.name),
        }
    }

    /// Everything that was ever seen of the branch, here or at any remote.
    fn memories(&self) -> Result<Vec<(String, Oid)>, LedgerError> {
        let found = self.repository.references_glob(&format!("{SEEN}/*"));
        let (mut memories, suffix) = (Vec::new(), format!("/{}", self.name));
        for reference in found.map_err(|error| storage(&error))? {
            let reference = reference.map_err(|error| storage(&error))?;
            if let (Ok(name), Some(tip)) = (reference.name(), reference.target())
                && name.ends_with(&suffix)
            {
                memories.push((name.to_owned(), tip));
            }
        }
        Ok(memories)
    }

    fn own(&self) -> String {
        format!("refs/heads/{}", self.name)
    }

    fn tip_of(&self, reference: &str) -> Result<Option<Oid>, LedgerError> {
        match self.repository.find_reference(reference) {
            Ok(found) => Ok(Some(found.peel_to_commit().map_err(|error| storage(&error))?.id())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(storage(&error)),
        }
    }

    /// The branch's tip now; `None` when nobody has begun it. Asks the remote.
    ///
    /// What was seen before is read first: whatever the remote says afterwards has to lead back to it.
    pub(super) fn look(&self) -> Result<Option<Oid>, LedgerError> {
        let memories = self.memories()?;
        let own = self.tip_of(&self.own())?;
        let there = match &self.remote {
            Some(remote) => self.fetched(remote)?,
            None => own,
        };
        let memory = self.memory();
        let leads_to = |tip: Option<Oid>, seen: Oid| tip.is_some_and(|tip| self.descends(tip, seen));
        for (name, seen) in memories.iter().filter(|(name, _)| *name == memory) {
            if !leads_to(there, *seen) {
                return Err(self.rewritten(name, *seen, there));
            }
        }
        let tip = match (there, own) {
            (Some(there), Some(own)) if self.descends(there, own) => Some(there),
            // Entries from a time without this remote: the next commit carries them there.
            (Some(there), Some(own)) if self.descends(own, there) => Some(own),
            (Some(there), Some(own)) => return Err(self.parted(there, own)),
            (there, own) => there.or(own),
        };
        // Another remote, or none, has to know what was seen elsewhere.
        if let Some((name, seen)) = memories.iter().find(|(_, seen)| !leads_to(tip, *seen)) {
            return Err(self.rewritten(name, *seen, tip));
        }
        if let Some(there) = there {
            self.remember(there)?;
        }
        Ok(tip)
    }

    fn parted(&self, there: Oid, own: Oid) -> LedgerError {
        LedgerError::Rewritten {
            what: format!(
                "{} stands at {}, the branch of this repository at {}, and neither leads to the other",
                self.place(),
                short(there),
                short(own)
            ),
            remedy: format!(
                "two ledgers cannot become one. When the one here is of no use, forget it: `git branch -D {}` and \
                 `git update-ref -d {SEEN}/own/{}`",
                self.name, self.name
            ),
        }
    }

    fn fetched(&self, remote: &Remote) -> Result<Option<Oid>, LedgerError> {
        // A name nobody else uses: two runs in one repository do not read each other's answers.
        let into = format!("refs/gallerist/fetched/{}", unique());
        if !remote.fetch(&into)? {
            return Ok(None);
        }
        let tip = self.tip_of(&into);
        if let Ok(mut reference) = self.repository.find_reference(&into) {
            reference.delete().map_err(|error| storage(&error))?;
        }
        tip
    }

    fn rewritten(&self, memory: &str, seen: Oid, now: Option<Oid>) -> LedgerError {
        let now = now.map_or_else(|| "is gone".to_owned(), |now| format!("stands at {}", short(now)));
        let back = match &self.remote {
            Some(remote) => format!("git push --force {} {seen}:{}", remote.name, self.own()),
            None => format!("git branch -f {} {seen}", self.name),
        };
        LedgerError::Rewritten {
            what: format!(
                "{} {now}, which does not lead back to {} that was seen here",
                self.place(),
                short(seen)
            ),
            remedy: format!(
                "find out who changed it, and why. `{back}` brings the old one back; only when the new one is right, \
                 forget the old one: `git update-ref -d {memory}`"
            ),
        }
    }

    /// Whether a commit is another one or comes after it.
    pub(super) fn descends(&self, commit: Oid, of: Oid) -> bool {
        commit == of || self.repository.graph_descendant_of(commit, of).unwrap_or(false)
    }

    /// Remembers a tip, unless a later one is remembered already.
    pub(super) fn remember(&self, tip: Oid) -> Result<(), LedgerError> {
        const ATTEMPTS: u32 = 60;
        let memory = self.memory();
        let lock = self.repository.commondir().join(format!("{memory}.lock"));
        // The lock that is in the way, and how often it was.
        let (mut held, mut times) = (None, 0);
        for _ in 0..ATTEMPTS {
            let moved = match self.tip_of(&memory)? {
                Some(seen) if self.descends(seen, tip) => return Ok(()),
                seen => self.move_reference(&memory, seen, tip),
            };
            match moved {
                Ok(()) => return Ok(()),
                Err(error) if error.code() == ErrorCode::Locked => {
                    let found = Utf8Path::from_path(&lock).and_then(Stamp::of);
                    times = if found == held { times + 1 } else { 0 };
                    held = found;
                    if times == LEFT_BEHIND {
                        // Only runs write this reference, and hold it for a moment: the one that made this lock was killed.
                        let _ = std::fs::remove_file(&lock);
                    }
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(error) if is_contended(&error) => std::thread::sleep(Duration::from_millis(5)),
                Err(error) => return Err(storage(&error)),
            }
        }
        Err(LedgerError::Conflict)
    }

    /// The files of a commit.
    pub(super) fn tree(&self, commit: Oid) -> Result<Tree<'_>, LedgerError> {
        self.repository.find_commit(commit).and_then(|commit| commit.tree()).map_err(|error| storage(&error))
    }

    /// Writes a commit that follows `base`; nothing points at it yet.
    pub(super) fn commit(&self, base: Option<Oid>, edit: &Edit, at: Timestamp) -> Result<Oid, LedgerError> {
        let repository = &self.repository;
        let parent =
            base.map(|base| repository.find_commit(base)).transpose().map_err(|error| storage(&error))?;
        let before = match &parent {
            Some(parent) => parent.tree().map_err(|error| storage(&error))?,
            None => self.nothing()?,
        };
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in &edit.put {
            let blob = repository.blob(text.as_bytes()).map_err(|error| storage(&error))?;
            update.upsert(path.as_str(), blob, FileMode::Blob);
        }
        for path in &edit.take {
            update.remove(path.as_str());
        }
        let tree = update.create_updated(repository, &before).map_err(|error| storage(&error))?;
        let tree = repository.find_tree(tree).map_err(|error| storage(&error))?;
        let who = self.who(at)?;
        // Two runs may write the same at the same moment; their commits must not be one.
        let message = format!("{}\n\nWrite: {}\n", edit.message, unique());
        let parents: Vec<&Commit<'_>> = parent.iter().collect();
        let commit = repository
            .commit(None, &who, &who, &message, &tree, &parents)
            .map_err(|error| storage(&error))?;
        if self.remote.is_none() {
            self.sync(commit, &tree, edit)?;
        }
        Ok(commit)
    }

    fn nothing(&self) -> Result<Tree<'_>, LedgerError> {
        let empty = self.repository.treebuilder(None).and_then(|builder| builder.write());
        empty.and_then(|id| self.repository.find_tree(id)).map_err(|error| storage(&error))
    }

    fn who(&self, at: Timestamp) -> Result<Signature<'static>, LedgerError> {
        let config = self.repository.config().map_err(|error| storage(&error))?;
        let said = |key: &str| config.get_string(key).ok().filter(|text| !text.trim().is_empty());
        let when = Time::new(at.as_second(), 0);
        if let (Some(name), Some(email)) = (said("user.name"), said("user.email"))
            && let Ok(user) = Signature::new(&name, &email, &when)
        {
            return Ok(user);
        }
        Signature::new("gallerist", "gallerist@localhost", &when).map_err(|error| storage(&error))
    }

    /// Makes a commit the tip, if the tip is still `base`.
    pub(super) fn publish(&self, base: Option<Oid>, commit: Oid) -> Result<(), NotPushed> {
        match &self.remote {
            Some(remote) => remote.push(commit),
            None => self.advance(base, commit),
        }
    }

    /// Moves a reference if it still stands at `from`; `None` for a reference that is not there yet.
    ///
    /// That it is not there is compared as well, by the id of nothing: creating it without force only looks before it
    /// takes the lock, so that of two that create it at once the second would replace the first.
    fn move_reference(&self, name: &str, from: Option<Oid>, to: Oid) -> Result<(), git2::Error> {
        let from = from.unwrap_or(Oid::ZERO_SHA1);
        self.repository.reference_matching(name, to, true, from, "gallerist").map(drop)
    }

    fn advance(&self, base: Option<Oid>, commit: Oid) -> Result<(), NotPushed> {
        let own = self.own();
        match self.move_reference(&own, base, commit) {
            Ok(()) => sync_file(&self.repository.commondir().join(&own)).map_err(|error| NotPushed {
                error,
                is_contended: false,
                is_final: true,
            }),
            Err(error) => {
                let is_contended = is_contended(&error);
                let error = match error.code() {
                    ErrorCode::Locked => LedgerError::Storage(format!(
                        "{}; when no run is going on here, a run that was killed left this file: remove it",
                        error.message().trim_end_matches([':', ' '])
                    )),
                    _ => storage(&error),
                };
                Err(NotPushed { error, is_contended, is_final: !is_contended })
            }
        }
    }

    /// Makes new objects durable: libgit2 leaves that to the system.
    fn sync(&self, commit: Oid, tree: &Tree<'_>, edit: &Edit) -> Result<(), LedgerError> {
        let mut objects = vec![commit, tree.id()];
        for (path, _) in &edit.put {
            let mut part = Some(Path::new(path));
            while let Some(path) = part.filter(|path| !path.as_os_str().is_empty()) {
                objects.push(tree.get_path(path).map_err(|error| storage(&error))?.id());
                part = path.parent();
            }
        }
        objects.sort();
        objects.dedup();
        let store = self.repository.commondir().join("objects");
        for object in objects {
            let name = object.to_string();
            let (folder, file) = name.split_at(2);
            sync_file(&store.join(folder).join(file))?;
        }
        Ok(())
    }
}

/// Somebody else moved the reference, or is moving it.
fn is_contended(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists | ErrorCode::Locked | ErrorCode::NotFound)
}

/// The beginning of a commit's id, for people.
pub(super) fn short(commit: Oid) -> String {
    commit.to_string().chars().take(10).collect()
}

/// A name that no other run gives.
fn unique() -> String {
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// Makes a file and its name durable. An object that was there before may stand in a pack, which is durable.
fn sync_file(path: &Path) -> Result<(), LedgerError> {
    let failed = |error: std::io::Error| LedgerError::Storage(format!("{}: {error}", path.display()));
    match File::open(path) {
        Ok(file) => file.sync_all().map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    }
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}
