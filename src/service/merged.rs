//! What may be applied: definitions that are committed, on the branch that the target names.

use super::ServiceError;
use super::planning::Planner;
use super::workspace::{Workspace, request as refuse};
use crate::config::{Config, Driver, Target};
use crate::definition::{Catalog, Definition};
use crate::repository::{Git, GitError};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::LazyCell;
use std::collections::HashSet;

/// Most files that are named.
const NAMED_MAX: usize = 5;

impl Workspace {
    /// Whether a file is what runs and people write down beside the definitions.
    fn is_state(&self, path: &Utf8Path) -> bool {
        self.config.targets.values().any(|target| match &target.driver {
            Driver::Console { sheets, released, .. } => {
                path.starts_with(sheets) || path.starts_with(released)
            }
            Driver::Sandbox { .. } | Driver::Gateway { .. } => false,
        })
    }

    /// What git says of the work tree now.
    pub(super) fn by_git(&self) -> Result<ByGit, ServiceError> {
        match &self.git {
            _ if self.revision.is_some() => Ok(self.of_revision()),
            Some(git) => ByGit::of(git, &self.config),
            None => Ok(ByGit::default()),
        }
    }

    /// The same for another thread, which needs a handle of its own on the repository.
    pub(super) fn by_git_meanwhile(&self) -> impl FnOnce() -> Result<ByGit, ServiceError> + Send {
        let (root, config, of_revision) = (self.tree.root(), &self.config, self.of_revision());
        let is_asked = self.git.is_some() && self.revision.is_none();
        move || {
            let git = if is_asked { Git::discover(root) } else { Ok(None) };
            let git = git.map_err(|error| refuse(error.to_string()))?;
            git.map_or_else(|| Ok(of_revision), |git| ByGit::of(&git, config))
        }
    }

    fn of_revision(&self) -> ByGit {
        ByGit { head: self.revision.clone(), differing: Vec::new() }
    }

    /// What of this would be applied: definitions, what git knows already, and what the definitions name.
    pub(super) fn changes(&self, differing: Vec<(Utf8PathBuf, bool)>, catalog: &Catalog) -> Vec<Utf8PathBuf> {
        // Most work trees hold nothing new.
        let named: LazyCell<HashSet<&str>, _> = LazyCell::new(|| {
            catalog.definitions().iter().flat_map(Definition::files).map(|file| file.path.as_str()).collect()
        });
        let matters = |path: &Utf8Path, is_new: bool| {
            let has_role = || path.starts_with(&self.config.products) || self.config.role(path).is_some();
            let is_part = || has_role() || named.contains(path.as_str());
            !self.is_state(path) && (!is_new || is_part())
        };
        let changes = differing.into_iter().filter(|(path, is_new)| matters(path, *is_new));
        let mut changes: Vec<Utf8PathBuf> = changes.map(|(path, _)| path).collect();
        changes.dedup();
        changes
    }
}

/// What git says of a work tree.
#[derive(Default)]
pub(super) struct ByGit {
    /// The checked-out commit.
    pub(super) head: Option<String>,
    /// What the work tree holds otherwise, each with whether git does not know it.
    pub(super) differing: Vec<(Utf8PathBuf, bool)>,
}

impl ByGit {
    fn of(git: &Git, config: &Config) -> Result<Self, ServiceError> {
        let Config { products, approvals, attributes, .. } = config;
        let read = [products.as_path(), approvals.as_path(), attributes.as_path()];
        let failed = |error: GitError| refuse(error.to_string());
        Ok(Self { head: git.head().map_err(failed)?, differing: git.changes(&read).map_err(failed)? })
    }
}

/// Refuses definitions that nobody merged. Without git there is nothing to hold them to.
pub(super) fn merged(planner: &Planner<'_>) -> Result<(), ServiceError> {
    let workspace = planner.workspace;
    let Some(git) = &workspace.git else { return Ok(()) };
    let Some(commit) = &planner.head else {
        return Err(ServiceError::Request {
            message: "nothing is committed yet, so nobody could say later what was applied".to_owned(),
            hints: vec!["commit the definitions first".to_owned()],
        });
    };
    if !planner.changed.is_empty() {
        let changed = named(&planner.changed);
        return Err(ServiceError::Request {
            message: format!("not committed: {changed}; nobody could say later what was applied"),
            hints: vec!["commit the definitions, or put the changes aside with `git stash`".to_owned()],
        });
    }
    on_branch(planner.target, git, commit)
}

fn on_branch(target: &Target, git: &Git, commit: &str) -> Result<(), ServiceError> {
    let Target { name, branch, .. } = target;
    let short = |commit: &str| commit.chars().take(12).collect::<String>();
    let tip = git.tip(branch).map_err(|error| match error {
        GitError::UnknownBranch { .. } => ServiceError::Request {
            message: format!(
                "target `{name}` is applied from branch `{branch}`, which git does not know here"
            ),
            hints: vec![format!(
                "fetch it, or say under `branch` of `{name}` in gallerist.yaml which one it is"
            )],
        },
        other => refuse(other.to_string()),
    })?;
    if git.is_ancestor(commit, &tip.commit()).map_err(|error| refuse(error.to_string()))? {
        return Ok(());
    }
    let place = tip.reference().trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/");
    Err(ServiceError::Request {
        message: format!(
            "commit {} is not on `{place}`, and target `{name}` is applied from branch `{branch}` only",
            short(commit)
        ),
        hints: vec![
            "merge it first; `gallerist plan` shows what that will do".to_owned(),
            format!("another branch is named under `branch` of `{name}` in gallerist.yaml"),
        ],
    })
}

fn named(changed: &[Utf8PathBuf]) -> String {
    let names: Vec<&str> = changed.iter().take(NAMED_MAX).map(|path| path.as_str()).collect();
    match changed.len().saturating_sub(names.len()) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
