//! Sharing the branch: fetching and pushing with the git program, which knows keys, tokens and proxies.

use crate::ledger::LedgerError;
use crate::repository::program::{Said, git};
use git2::Oid;
use std::path::PathBuf;

/// How often a branch may begin while it is looked for.
const BEGINNINGS: u32 = 2;

/// A remote of the repository, and the branch there.
#[derive(Debug)]
pub(super) struct Remote {
    pub(super) name: String,
    pub(super) branch: String,
    /// The repository's own folder.
    pub(super) folder: PathBuf,
    /// Whether ssh is called as git calls it by itself.
    pub(super) plain_ssh: bool,
    /// Whether the clone was made without the contents of files, so that having a commit says nothing about them.
    pub(super) is_partial: bool,
}

/// Why a push did not end well. The commit may have arrived all the same.
pub(super) struct NotPushed {
    pub(super) error: LedgerError,
    /// Somebody else was faster, or was pushing at this moment.
    pub(super) is_contended: bool,
    /// Trying again changes nothing.
    pub(super) is_final: bool,
}

impl Remote {
    /// Brings the branch into a reference of ours; `false` when the remote has no such branch.
    pub(super) fn fetch(&self, into: &str) -> Result<bool, LedgerError> {
        let from = self.full_name();
        let refspec = format!("+{from}:{into}");
        let whole = if self.is_partial { "--refetch" } else { "--quiet" };
        let arguments = [
            "fetch",
            "--quiet",
            whole,
            "--no-tags",
            "--no-prune",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-filter",
            "--refmap=",
            "--",
            &self.name,
            &refspec,
        ];
        let what = format!("the ledger cannot be fetched from `{}`", self.name);
        let failed = |said: &Said| {
            let (what, remedy) = (what.clone(), remedy(&said.text).0.to_owned());
            Err(LedgerError::Remote { what, said: said.line(), remedy })
        };
        let mut said = self.git(&arguments, &what)?;
        for _ in 0..BEGINNINGS {
            if said.is_fine() {
                return Ok(true);
            }
            if said.code.is_none() {
                return failed(&said);
            }
            // Only a remote that answers can say that it has no such branch.
            let listed = self.git(&["ls-remote", "--refs", "--", &self.name, &from], &what)?;
            if !listed.is_fine() {
                return failed(&listed);
            }
            if !listed.stdout.lines().any(|line| line.split('\t').nth(1) == Some(&*from)) {
                return Ok(false);
            }
            // Somebody may have begun the branch at this moment.
            said = self.git(&arguments, &what)?;
        }
        if said.is_fine() { Ok(true) } else { failed(&said) }
    }

    /// Makes a commit the branch's tip there, if it follows the tip that is there now.
    pub(super) fn push(&self, commit: Oid) -> Result<(), NotPushed> {
        let refspec = format!("{commit}:{}", self.full_name());
        let arguments = [
            "push",
            "--porcelain",
            "--no-verify",
            "--no-signed",
            "--no-follow-tags",
            "--no-progress",
            "--recurse-submodules=no",
            "--",
            &self.name,
            &refspec,
        ];
        let what = format!("the ledger cannot be pushed to `{}`", self.name);
        let failed = |error| NotPushed { error, is_contended: false, is_final: true };
        let said = self.git(&arguments, &what).map_err(failed)?;
        if said.is_fine() {
            return Ok(());
        }
        let is_contended =
            LATE.iter().any(|words| said.text.contains(words)) && !said.text.contains("cannot create");
        let (remedy, is_known) = remedy(&said.text);
        let is_final = !is_contended && (is_known || said.text.contains("[remote rejected]"));
        let error = LedgerError::Remote { what, said: said.line(), remedy: remedy.to_owned() };
        Err(NotPushed { error, is_contended, is_final })
    }

    pub(super) fn full_name(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    fn git(&self, arguments: &[&str], what: &str) -> Result<Said, LedgerError> {
        git(&self.folder, arguments, self.plain_ssh).map_err(|said| LedgerError::Remote {
            what: what.to_owned(),
            said,
            remedy: "install git where gallerist runs, or keep the ledger here alone with `remote: none`"
                .to_owned(),
        })
    }
}

/// What git and servers say when somebody else was faster.
const LATE: &[&str] = &[
    "[rejected]",
    "fetch first",
    "non-fast-forward",
    "cannot lock ref",
    "failed to update ref",
    "failed to lock",
    "incorrect old value",
    "reference already exists",
];

/// What to do about what a remote said, and whether the answer will be the same next time.
fn remedy(said: &str) -> (&'static str, bool) {
    let said = said.to_lowercase();
    let known = REMEDIES.iter().find(|(words, _)| words.iter().any(|word| said.contains(word)));
    known.map_or(("see whether `git fetch` works here, and run the command again", false), |(_, text)| {
        (text, true)
    })
}

/// Words in lower case that servers and git use, and what helps; the first that fits counts.
const REMEDIES: &[(&[&str], &str)] = &[
    (
        &["could not read username", "could not read password", "authentication failed", "publickey"],
        "give git a key or token for the remote, as the checkout step of a workflow does; `git fetch` must not ask",
    ),
    (
        &["permission", "error: 403", "denied", "write access", "not accessible"],
        "give the run permission to push: `permissions: {contents: write}` in a workflow, elsewhere a key or token \
         with write access",
    ),
    (
        &["protected branch", "hook declined", "gh006", "gh013", "rule violations", "not allowed to push"],
        "let whoever runs gallerist push to this branch; protect it against force pushes and deletion only",
    ),
    (
        &["cannot create"],
        "another branch stands in the way of this name; write another one under `ledger` in gallerist.yaml",
    ),
    (
        &["not appear to be a git repository", "repository not found", "does not exist"],
        "`git remote -v` shows where the remote leads; correct it, or name another under `ledger` in gallerist.yaml",
    ),
];
