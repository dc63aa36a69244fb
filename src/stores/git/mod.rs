//! A ledger on a git branch of its own, shared through a remote.
//!
//! The branch has no commit in common with any other. An entry is a file that is never changed; an append is a commit
//! that is there, or pushed, before it returns. A push is the compare-and-swap: the remote takes a commit only if it
//! follows the tip, so of two writers one is told to look again, and writes its entry after the other's.
//!
//! The remote is asked once when the ledger is first used. After that each commit that is taken proves that nothing
//! happened in between; each one that is not makes us look again.

mod branch;
mod files;
mod remote;
mod verify;

use crate::ledger::{Entry, Event, EventKind, Flaw, Lease as Held, Ledger, LedgerError, LedgerView};
use crate::model::{Digest, Key};
use crate::submission::Scope;
use branch::{Branch, Edit};
use camino::Utf8Path;
use files::Lease;
use git2::{Oid, Tree};
use jiff::Timestamp;
use rayon::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How often a write is tried while others are faster.
const ATTEMPTS: u32 = 20;
/// How often in a row a write is tried although nobody else wrote: a server that dies does so only now and then, and
/// what holds a lock lets it go.
const LOST_MAX: u32 = 6;

/// A ledger on a git branch. Clones share what they know, so that the remote is asked once.
#[derive(Clone)]
pub struct GitLedger(Rc<Shared>);

struct Shared {
    branch: Branch,
    /// The tip as it was when last looked at; `None` before.
    tip: Cell<Option<Option<Oid>>>,
    /// The run's clock, as far as it was told.
    clock: Cell<Timestamp>,
    /// What was read of each scope, in order.
    read: RefCell<BTreeMap<Scope, Vec<Known>>>,
}

/// An entry that was read.
struct Known {
    /// The content of its file, as git names it.
    content: Oid,
    /// The digest of its text.
    digest: Digest,
    event: Event,
}

impl std::fmt::Debug for GitLedger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GitLedger").field(&self.place()).finish()
    }
}

/// Edits a ledger: gets the files that are there, and says what to change; `None` changes nothing.
type Editor<'a> = dyn FnMut(&Shared, Option<&Tree<'_>>) -> Result<Option<Edit>, LedgerError> + 'a;

impl GitLedger {
    /// The ledger on a branch of the repository that a folder belongs to. Without a remote, or where `origin` is named
    /// and there is none, the branch is this repository's alone. Nothing is read yet; `now` is the run's clock.
    ///
    /// # Errors
    /// When the folder is in no repository, or the repository has no such remote.
    pub fn open(
        folder: &Utf8Path,
        branch: &str,
        remote: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, LedgerError> {
        let branch = Branch::open(folder, branch, remote)?;
        let (tip, clock, read) = (Cell::new(None), Cell::new(now), RefCell::default());
        Ok(Self(Rc::new(Shared { branch, tip, clock, read })))
    }

    /// Where it is kept, for people.
    #[must_use]
    pub fn place(&self) -> String {
        self.0.branch.place()
    }

    /// Whether other machines have it too.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.branch.remote.is_some()
    }
}

impl Shared {
    /// The tip; the first call asks the remote.
    fn tip(&self) -> Result<Option<Oid>, LedgerError> {
        match self.tip.get() {
            Some(tip) => Ok(tip),
            None => self.look(),
        }
    }

    fn look(&self) -> Result<Option<Oid>, LedgerError> {
        let tip = self.branch.look()?;
        self.tip.set(Some(tip));
        Ok(tip)
    }

    /// The files at a tip; `None` where no ledger has begun.
    fn tree(&self, tip: Option<Oid>) -> Result<Option<Tree<'_>>, LedgerError> {
        let Some(tip) = tip else { return Ok(None) };
        let tree = self.branch.tree(tip)?;
        let begun = files::is_ledger(&self.branch.repository, &tree, &self.branch.place())?;
        Ok(begun.then_some(tree))
    }

    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        let Some(tree) = self.tree(self.tip()?)? else { return Ok(Vec::new()) };
        let repository = &self.branch.repository;
        let found = files::find(repository, &tree, scope)?;
        if let Some((sequence, path)) = found.doubled.first() {
            let reason = format!("there are two of them; one is {path}");
            return Err(LedgerError::Corrupt { sequence: *sequence, reason });
        }
        let mut read = self.read.borrow_mut();
        let known = read.entry(scope.clone()).or_default();
        let same =
            known.iter().zip(found.entries.values()).take_while(|(known, (_, id))| known.content == *id);
        known.truncate(same.count());
        let mut fresh = Vec::new();
        for ((sequence, (path, id)), number) in found.entries.iter().zip(1..).skip(known.len()) {
            if *sequence != number {
                let reason = format!("it is missing; the next one is {path}");
                return Err(LedgerError::Corrupt { sequence: number, reason });
            }
            fresh.push((number, path, *id, files::content(repository, *id, path)?));
        }
        // Reading the events takes nearly all the time, and one is read without the others.
        let fresh: Vec<_> = fresh
            .into_par_iter()
            .map(|(number, path, id, text)| {
                let digest = Digest::of_bytes(text.as_bytes());
                files::entry(scope, &text, number, path).map(|entry| (id, digest, entry))
            })
            .collect();
        for entry in fresh {
            let (content, digest, entry) = entry?;
            entry.check(scope, known.len() as u64 + 1, known.last().map(|known| &known.digest))?;
            known.push(Known { content, digest, event: entry.event });
        }
        Ok(known.iter().map(|known| known.event.clone()).collect())
    }

    /// Changes the branch by one commit: looks at the tip, edits, publishes; again while others are faster.
    fn write(&self, at: Timestamp, edit: &mut Editor<'_>) -> Result<(), LedgerError> {
        self.clock.set(at);
        // Commits that may have arrived although nobody said so.
        let mut tried: Vec<Oid> = Vec::new();
        let mut written: Option<(Option<Oid>, Oid)> = None;
        // Whether the tip was looked at since this began.
        let mut is_fresh = self.tip.get().is_none();
        let mut lost = 0;
        for attempt in 0..ATTEMPTS {
            let base = self.tip()?;
            let commit = match written {
                Some((before, commit)) if before == base => commit,
                Some(_) | None => {
                    let tree = self.tree(base)?;
                    let mut edit = match edit(self, tree.as_ref()) {
                        Ok(Some(edit)) => edit,
                        Ok(None) => return Ok(()),
                        // What stands in the way may be gone by now.
                        Err(error @ (LedgerError::Leased { .. } | LedgerError::NotEmpty { .. })) => {
                            if is_fresh || self.look()? == base {
                                return Err(error);
                            }
                            is_fresh = true;
                            continue;
                        }
                        Err(error) => return Err(error),
                    };
                    if tree.is_none() {
                        edit.put.push((files::MARK.to_owned(), files::mark()?));
                        edit.put.push((files::PAGE.to_owned(), files::PAGE_TEXT.to_owned()));
                    }
                    self.branch.commit(base, &edit, at)?
                }
            };
            written = Some((base, commit));
            let Err(failure) = self.branch.publish(base, commit) else { return self.arrived(commit) };
            tried.push(commit);
            if attempt > 0 || !failure.is_contended {
                std::thread::sleep(pause(attempt, commit));
            }
            let tip = match self.look() {
                Ok(tip) => {
                    is_fresh = true;
                    tip
                }
                Err(LedgerError::Remote { said, remedy, .. }) => {
                    let what = format!("whether it arrived at {} is not known", self.branch.place());
                    return Err(LedgerError::Remote { what, said, remedy });
                }
                Err(error) => return Err(error),
            };
            if tip.is_some_and(|tip| tried.iter().any(|commit| self.branch.descends(tip, *commit))) {
                return Ok(());
            }
            lost = if tip == base { lost + 1 } else { 0 };
            if lost == LOST_MAX || failure.is_final {
                return Err(failure.error);
            }
        }
        Err(LedgerError::Conflict)
    }

    fn arrived(&self, commit: Oid) -> Result<(), LedgerError> {
        self.tip.set(Some(Some(commit)));
        // It is written; that it could not be remembered here is no reason to say that it was not.
        let _ = self.branch.remember(commit);
        Ok(())
    }

    /// The files that add events after those that are there.
    fn added(
        &self,
        tree: Option<&Tree<'_>>,
        scope: &Scope,
        events: impl Iterator<Item = (Timestamp, Key, EventKind)>,
    ) -> Result<Edit, LedgerError> {
        let repository = &self.branch.repository;
        let found = tree.map(|tree| files::find(repository, tree, scope)).transpose()?.unwrap_or_default();
        let (mut sequence, mut previous) = (0, None);
        if let Some((last, (path, id))) = found.entries.last_key_value() {
            sequence = *last;
            previous = Some(Digest::of_bytes(files::content(repository, *id, path)?.as_bytes()));
        }
        let mut edit = Edit::default();
        for (at, product, kind) in events {
            sequence += 1;
            let path = files::entry_path(scope, sequence, &product, &kind);
            edit.message = format!("{} {sequence:06}: {product} {}", files::folder(scope), kind.name());
            let event = Event { sequence, at, product, kind };
            let text = Entry { scope: scope.clone(), event, previous }.to_text()?;
            previous = Some(Digest::of_bytes(text.as_bytes()));
            edit.put.push((path, text));
        }
        Ok(edit)
    }
}

/// Longer with every attempt, and not the same for two writers: their commits differ.
fn pause(attempt: u32, commit: Oid) -> Duration {
    const FIRST_MS: u64 = 20;
    const LONGEST_MS: u64 = 1_000;
    let longest = (FIRST_MS << attempt.min(10)).min(LONGEST_MS);
    let share = commit.as_bytes().first().copied().map_or(0, u64::from);
    Duration::from_millis(longest * (64 + share) / 320)
}

impl LedgerView for GitLedger {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.0.events(scope)
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Held>, LedgerError> {
        let Some(tree) = self.0.tree(self.0.tip()?)? else { return Ok(Vec::new()) };
        files::leases(&self.0.branch.repository, &tree, scope)
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        self.0.verify(scope)
    }
}

impl Ledger for GitLedger {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        self.0.write(at, &mut |shared, tree| {
            let event = std::iter::once((at, product.clone(), kind.clone()));
            shared.added(tree, scope, event).map(Some)
        })
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        let path = files::lease_path(scope, product);
        self.0.write(now, &mut |shared, tree| {
            let repository = &shared.branch.repository;
            let held = tree.map(|tree| files::lease(repository, tree, scope, product)).transpose()?.flatten();
            if let Some(held) = held.filter(|held| held.run != run && now < held.until.0) {
                return Err(LedgerError::Leased { product: product.clone(), until: held.until.0 });
            }
            let lease = Lease::new(product, run, until).to_text()?;
            let message = format!("{}: {product} is held until {until}", files::folder(scope));
            Ok(Some(Edit { put: vec![(path.clone(), lease)], take: Vec::new(), message }))
        })
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        let path = files::lease_path(scope, product);
        self.0.write(self.0.clock.get(), &mut |shared, tree| {
            let repository = &shared.branch.repository;
            let held = tree.map(|tree| files::lease(repository, tree, scope, product)).transpose()?.flatten();
            if held.is_none_or(|held| held.run != run) {
                return Ok(None);
            }
            let message = format!("{}: {product} is given back", files::folder(scope));
            Ok(Some(Edit { put: Vec::new(), take: vec![path.clone()], message }))
        })
    }

    fn fill(&mut self, scope: &Scope, events: &[Event]) -> Result<(), LedgerError> {
        let Some(last) = events.last() else { return Ok(()) };
        self.0.write(last.at, &mut |shared, tree| {
            let repository = &shared.branch.repository;
            let found =
                tree.map(|tree| files::find(repository, tree, scope)).transpose()?.unwrap_or_default();
            if !found.entries.is_empty() {
                return Err(LedgerError::NotEmpty { entries: found.entries.len() });
            }
            let events = events.iter().map(|event| (event.at, event.product.clone(), event.kind.clone()));
            let mut edit = shared.added(tree, scope, events)?;
            edit.message = format!("{}: a whole ledger, {} entries", files::folder(scope), edit.put.len());
            Ok(Some(edit))
        })
    }
}
