//! The repository: whether there is one, what of it counts, and whether its remotes answer.

use super::Patient;
use crate::config::LedgerStore;
use crate::report::{Area, Examined, Health};
use crate::repository::{Git, GitError, WorkTree};

const AREA: Area = Area::Git;

pub(super) fn look(patient: &Patient) {
    let root = WorkTree::open(&patient.request.directory).map(|tree| tree.root().to_owned());
    let root = root.unwrap_or_else(|_| patient.request.directory.clone());
    let git = match Git::discover(&root) {
        Ok(Some(git)) => git,
        Ok(None) => {
            let what = "the catalog is in no git repository";
            let why =
                "nobody can say later what was applied, and approvals count without a second pair of eyes";
            let found = Examined::wrong(Health::Note, AREA, "git-repository", what, why);
            return patient.tell(found.fix("git init && git add . && git commit -m \"The catalog\""));
        }
        Err(error) => {
            let why = "what is merged and approved cannot be known, so no command works here";
            let found = Examined::wrong(Health::Error, AREA, "git-repository", error.to_string(), why);
            return patient.tell(match error {
                GitError::Owner { folder } => {
                    found.fix(format!("git config --global --add safe.directory {folder}"))
                }
                _ => found.fix("git fsck"),
            });
        }
    };
    patient.tell(Examined::fine(AREA, "git-repository", "the catalog is in a git repository"));
    if git.is_shallow() {
        let what = "the clone is shallow: older commits are not there";
        let why =
            "whether this commit is older than what was applied cannot be told, and then nothing is done";
        let found = Examined::wrong(Health::Warning, AREA, "git-history", what, why);
        patient.tell(found.fix("git fetch --unshallow"));
    } else {
        patient.tell(Examined::fine(AREA, "git-history", "its history is whole"));
    }
    patient.with_planner(AREA, |planner| merged(patient, planner));
    remote(patient, &git);
}

/// Whether a run would apply what is here.
fn merged(patient: &Patient, planner: &super::Planner<'_>) {
    let why = "`reconcile` and `apply` do nothing before that";
    let (what, fixes) = match super::super::merged::merged(planner) {
        Ok(()) => {
            let branch = &planner.target.branch;
            let what = format!("what is here is committed, and on branch `{branch}`, which is applied");
            return patient.tell(Examined::fine(AREA, "git-merged", what));
        }
        Err(error) => super::told(&error),
    };
    let found = Examined::wrong(Health::Warning, AREA, "git-merged", what, why);
    let command = match (&planner.head, planner.changed.is_empty()) {
        (None, _) | (_, false) => "git add . && git commit -m \"...\"",
        (Some(_), true) => "git fetch && git status",
    };
    patient.tell(fixes.into_iter().fold(found.fix(command), Examined::fix));
}

/// Whether the remote answers that others share: that of the ledger, or else `origin`.
fn remote(patient: &Patient, git: &Git) {
    let workspace = patient.open().ok();
    let target = workspace.as_ref().and_then(|open| open.target(patient.request.target.as_ref()).ok());
    let shared = match target.map(|target| &target.ledger) {
        Some(LedgerStore::Git { branch, remote }) => remote.as_deref().map(|remote| (remote, branch)),
        Some(LedgerStore::Sqlite { .. } | LedgerStore::Postgres { .. }) | None => None,
    };
    let name = shared.map_or("origin", |(remote, _)| remote);
    if !git.has_remote(name) {
        return match shared {
            Some(_) if name != "origin" => {
                let what = format!("there is no remote `{name}`, and the ledger is shared through it");
                let why = "nothing is submitted while the ledger cannot be read";
                let found = Examined::wrong(Health::Error, AREA, "git-remote", what, why);
                patient.tell(found.fix(format!("git remote add {name} ADDRESS")));
            }
            Some(_) => {
                let what = "there is no remote `origin`: the ledger's branch is on this machine alone";
                let why = "other machines know nothing of what was submitted, and may submit it again";
                let found = Examined::wrong(Health::Warning, AREA, "git-remote", what, why);
                patient.tell(found.fix("git remote add origin ADDRESS"));
            }
            None => {}
        };
    }
    match git.ask_remote(name) {
        Ok(()) => patient.tell(Examined::fine(AREA, "git-remote", format!("the remote `{name}` answers"))),
        Err(said) => {
            let (health, why) = match shared {
                Some(_) => (Health::Error, "nothing is submitted while the ledger cannot be read"),
                None => (Health::Warning, "what is merged and approved since then is not known here"),
            };
            let what = format!("the remote `{name}` does not answer: {said}");
            let found = Examined::wrong(health, AREA, "git-remote", what, why);
            return patient.tell(found.fix(format!("git fetch {name}")));
        }
    }
    let Some((remote, branch)) = shared else { return };
    match git.may_push(remote, branch) {
        Ok(true) => {
            let what = format!("`{remote}` lets this machine push");
            patient.tell(Examined::fine(AREA, "git-push", what));
        }
        Ok(false) => {}
        Err(said) => {
            let what = format!("`{remote}` does not let this machine push: {said}");
            let why =
                "a run that cannot write the ledger submits nothing; commands that only look need no more";
            let found = Examined::wrong(Health::Warning, AREA, "git-push", what, why);
            patient.tell(found.fix("give the run a key or token with write access to the repository"));
        }
    }
}
