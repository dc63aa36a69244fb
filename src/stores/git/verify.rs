//! A careful look at the branch: every entry, the chain, everything else that is there, and how it came about.

use super::branch::{short, storage};
use super::{Shared, files};
use crate::ledger::{Flaw, LedgerError};
use crate::model::Digest;
use crate::submission::Scope;
use git2::{DiffOptions, Oid, Sort, Tree};
use std::collections::BTreeMap;
use std::path::Path;

/// Flaws beyond these are counted, not told.
const FLAWS_MAX: usize = 100;

impl Shared {
    pub(super) fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        let Some(tip) = self.tip()? else { return Ok(Vec::new()) };
        let Some(tree) = self.tree(Some(tip))? else { return Ok(Vec::new()) };
        let repository = &self.branch.repository;
        let found = files::find(repository, &tree, scope)?;
        let mut flaws: Vec<Flaw> = Vec::new();
        let mut flaw =
            |place: String, what: String, is_fatal: bool| flaws.push(Flaw { place, what, is_fatal });
        for (sequence, path) in &found.doubled {
            flaw(path.clone(), format!("there are two entries {sequence}"), true);
        }
        let (mut previous, mut expected) = (None, 1);
        for (sequence, (path, id)) in &found.entries {
            if *sequence != expected {
                let missing = sequence - 1;
                let which = if missing == expected {
                    format!("entry {expected} is missing before it")
                } else {
                    format!("entries {expected} to {missing} are missing before it")
                };
                flaw(path.clone(), which, true);
            }
            expected = sequence + 1;
            let text = match files::content(repository, *id, path) {
                Ok(text) => text,
                Err(error) => {
                    flaw(path.clone(), error.to_string(), true);
                    previous = None;
                    continue;
                }
            };
            let entry = files::entry(scope, &text, *sequence, path)
                .and_then(|entry| entry.check(scope, *sequence, previous.as_ref()));
            if let Err(error) = entry {
                let what = match error {
                    LedgerError::Corrupt { reason, .. } => reason,
                    error => error.to_string(),
                };
                flaw(path.clone(), what, true);
            }
            previous = Some(Digest::of_bytes(text.as_bytes()));
        }
        let strangers = files::strangers(repository, &tree, scope)?;
        for path in found.foreign.into_iter().chain(strangers) {
            flaw(path, "this is no file of the ledger; it is passed over".to_owned(), false);
        }
        flaws.extend(self.changed(tip, scope).map_err(|error| storage(&error))?);
        if flaws.len() > FLAWS_MAX {
            let more = flaws.split_off(FLAWS_MAX);
            let what = format!("there are more like these: {}", more.len());
            let is_fatal = more.iter().any(|flaw| flaw.is_fatal);
            flaws.push(Flaw { place: self.branch.place(), what, is_fatal });
        }
        Ok(flaws)
    }

    /// Commits that changed or removed an entry, oldest first; harmless where the entry is again what it was when it
    /// was written. In a shallow clone only those that are here are seen.
    fn changed(&self, tip: Oid, scope: &Scope) -> Result<Vec<Flaw>, git2::Error> {
        let repository = &self.branch.repository;
        let mut walk = repository.revwalk()?;
        walk.push(tip)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        let (mut written, mut touched) = (BTreeMap::new(), Vec::new());
        for commit in walk {
            let commit = repository.find_commit(commit?)?;
            // Of a merge, what its own line had before counts.
            let before = commit.parents().next().map(|parent| parent.tree()).transpose()?;
            for Delta { change, path, content } in self.deltas(before.as_ref(), &commit.tree()?, scope)? {
                match change {
                    Change::Added => {
                        written.entry(path).or_insert(content);
                    }
                    Change::Changed => touched.push((commit.id(), "changed", path)),
                    Change::Removed => touched.push((commit.id(), "removed", path)),
                }
            }
        }
        let now = repository.find_commit(tip)?.tree()?;
        let flaw = |(commit, what, path): (Oid, &str, String)| {
            let is_restored =
                now.get_path(Path::new(&path)).is_ok_and(|entry| written.get(&path) == Some(&entry.id()));
            let end = if is_restored { ", which is now as it was written" } else { "" };
            let (place, what) = (format!("commit {}", short(commit)), format!("it {what} {path}{end}"));
            Flaw { place, what, is_fatal: !is_restored }
        };
        Ok(touched.into_iter().map(flaw).collect())
    }

    /// What happened to entries between two trees.
    fn deltas(
        &self,
        before: Option<&Tree<'_>>,
        after: &Tree<'_>,
        scope: &Scope,
    ) -> Result<Vec<Delta>, git2::Error> {
        let folder = files::folder(scope);
        let mut options = DiffOptions::new();
        options.pathspec(&folder).disable_pathspec_match(true);
        let diff = self.branch.repository.diff_tree_to_tree(before, Some(after), Some(&mut options))?;
        let leases = format!("{folder}/leases/");
        let delta = |delta: git2::DiffDelta<'_>| {
            let (change, file) = match delta.status() {
                git2::Delta::Added => (Change::Added, delta.new_file()),
                git2::Delta::Deleted => (Change::Removed, delta.old_file()),
                _ => (Change::Changed, delta.old_file()),
            };
            let path = file.path()?.to_string_lossy().into_owned();
            let is_entry = path.ends_with(".json") && !path.starts_with(&leases);
            is_entry.then(|| Delta { change, path, content: file.id() })
        };
        Ok(diff.deltas().filter_map(delta).collect())
    }
}

/// What happened to an entry's file.
enum Change {
    Added,
    Changed,
    Removed,
}

struct Delta {
    change: Change,
    path: String,
    /// What the file held: after it was added, or before anything else happened to it.
    content: Oid,
}
