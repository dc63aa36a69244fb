//! What may be applied: definitions that are committed, on the branch that the target names.

use super::ServiceError;
use super::planning::Planner;
use super::workspace::{Workspace, request as refuse};
use crate::config::{Driver, FILE_NAME, Target};
use crate::repository::{Found, Git, GitError, Opened, Tracked};
use camino::{Utf8Path, Utf8PathBuf};

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

    /// Asks what git says of the work tree, on any thread: by a handle of its own on the repository.
    pub(super) fn git_asker(&self) -> impl FnOnce() -> Result<ByGit, ServiceError> + Send {
        let (root, of_revision) = (self.tree.root(), self.of_revision());
        let is_asked = self.git.is_some() && self.revision.is_none();
        move || {
            let git = if is_asked { Git::discover(root) } else { Ok(None) };
            answered(git)?.map_or_else(|| Ok(of_revision), ByGit::of)
        }
    }

    fn of_revision(&self) -> ByGit {
        ByGit { head: self.revision.clone(), tracked: None }
    }

    /// The files that were opened since somebody wanted to know, and before that the settings.
    pub(super) fn opened(&self) -> Opened {
        let mut opened = self.tree.opened();
        opened.entry(FILE_NAME.to_owned()).or_insert(Found { stamp: None, is_straight: false });
        opened
    }

    /// What of this would be applied and is in no commit.
    pub(super) fn changes(
        &self,
        tracked: &Tracked,
        opened: &Opened,
    ) -> Result<Vec<Utf8PathBuf>, ServiceError> {
        let folder = self.tree.folder();
        let mut changes = answered(tracked.uncommitted(opened, folder.path(), |path| folder.stamp(path)))?;
        changes.retain(|path| !self.is_state(path));
        Ok(changes)
    }
}

fn answered<T>(answer: Result<T, GitError>) -> Result<T, ServiceError> {
    answer.map_err(|error| refuse(error.to_string()))
}

/// What git says of a work tree.
#[derive(Default)]
pub(super) struct ByGit {
    /// The checked-out commit.
    pub(super) head: Option<String>,
    /// The files that it knows; `None` where nothing is held to what it knows.
    pub(super) tracked: Option<Tracked>,
}

impl ByGit {
    fn of(git: Git) -> Result<Self, ServiceError> {
        let head = answered(git.head())?;
        let tracked = Some(answered(git.tracked(head.as_deref()))?);
        Ok(Self { head, tracked })
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
        let ignored = planner.changed.iter().take(NAMED_MAX).filter(|path| git.ignores(path));
        let ignored = ignored.map(|path| format!("git is told to ignore {path}: `git add --force` adds it"));
        let commit = "commit the definitions, or put the changes aside with `git stash`".to_owned();
        return Err(ServiceError::Request {
            message: format!("not committed: {changed}; nobody could say later what was applied"),
            hints: std::iter::once(commit).chain(ignored).collect(),
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
