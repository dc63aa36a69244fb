//! A careful look at the branch: every entry, the chain, everything else that is there, and how it came about.

use super::branch::{short, storage};
use super::{Shared, files};
use crate::ledger::{Flaw, LedgerError};
use crate::model::Digest;
use crate::submission::Scope;
use git2::{Delta, DiffOptions, Oid, Sort};

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
        flaws.extend(self.changed(tip, scope)?);
        let more = flaws.len().saturating_sub(FLAWS_MAX);
        flaws.truncate(FLAWS_MAX);
        if more > 0 {
            let what = format!("there is more that is wrong: {more} times");
            flaws.push(Flaw { place: self.branch.place(), what, is_fatal: true });
        }
        Ok(flaws)
    }

    /// Commits that changed or removed an entry, oldest first. In a shallow clone only those that are here are seen.
    fn changed(&self, tip: Oid, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        self.walk(tip, scope).map_err(|error| storage(&error))
    }

    fn walk(&self, tip: Oid, scope: &Scope) -> Result<Vec<Flaw>, git2::Error> {
        let repository = &self.branch.repository;
        let mut walk = repository.revwalk()?;
        walk.push(tip)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        let (folder, mut flaws) = (files::folder(scope), Vec::new());
        let leases = format!("{folder}/leases/");
        for commit in walk {
            let commit = repository.find_commit(commit?)?;
            for parent in commit.parents() {
                let mut options = DiffOptions::new();
                options.pathspec(&folder).disable_pathspec_match(true);
                let (before, after) = (parent.tree()?, commit.tree()?);
                let diff = repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))?;
                for delta in diff.deltas() {
                    let path = delta.old_file().path().unwrap_or_else(|| std::path::Path::new(""));
                    let path = path.to_string_lossy();
                    let what = match delta.status() {
                        Delta::Deleted => "removed",
                        Delta::Modified | Delta::Typechange => "changed",
                        _ => continue,
                    };
                    let is_entry = path.ends_with(".json") && !path.starts_with(&leases);
                    if is_entry && commit.parent_count() == 1 {
                        let (place, what) =
                            (format!("commit {}", short(commit.id())), format!("it {what} {path}"));
                        flaws.push(Flaw { place, what, is_fatal: true });
                    }
                }
            }
        }
        Ok(flaws)
    }
}
