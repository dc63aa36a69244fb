//! Opening a catalog as a commit has it, without checking it out.

use super::workspace::{Workspace, request as refuse};
use super::{Request, ServiceError};
use crate::config::{Config, FILE_NAME, Target};
use crate::repository::{Files as _, Git, GitError, Revision, WorkTree, WorkTreeError};
use crate::text::SourceFile;
use camino::Utf8Path;
use std::sync::Arc;

/// Opens the catalog of a commit.
pub(super) fn open(request: &Request, name: &str) -> Result<Workspace, ServiceError> {
    let git = repository(request)?;
    let revision = git.revision(name).map_err(|error| failed(&error))?;
    workspace(request, revision)
}

/// The repository that a request is about.
pub(super) fn repository(request: &Request) -> Result<Git, ServiceError> {
    // The catalog's folder says where it is in a commit, and the one the command runs in may lie deeper.
    let folder = WorkTree::open(&request.directory).map(|tree| tree.root().to_owned());
    let folder = folder.unwrap_or_else(|_| request.directory.clone());
    let folder = folder.canonicalize_utf8().unwrap_or(folder);
    Git::around(&folder).map_err(|error| failed(&error))
}

/// A commit that was found, as a catalog.
pub(super) fn workspace(request: &Request, revision: Revision) -> Result<Workspace, ServiceError> {
    let unreadable = |error: WorkTreeError| refuse(error.to_string());
    let tree = match WorkTree::open(&request.directory) {
        Err(WorkTreeError::NoCatalog { .. }) => WorkTree::at(&request.directory).map_err(unreadable)?,
        tree => tree.map_err(unreadable)?,
    };
    let git = repository(request)?.with_folder(revision.folder());
    let path = Utf8Path::new(FILE_NAME);
    let text = revision.read_text(path).map_err(|error| {
        let (name, problem) = (revision.name(), error.problem);
        refuse(format!("{FILE_NAME} of `{name}` cannot be read: {problem}"))
    })?;
    let source = SourceFile::new(path, text);
    let (config, diagnostics) = Config::read(path, source.text().as_bytes());
    let config = config.ok_or_else(|| ServiceError::Catalog(Box::new(diagnostics)))?;
    let commit = revision.commit();
    Ok(Workspace {
        files: Arc::new(revision),
        revision: Some(commit),
        git: Some(git),
        ledgers: super::store::Ledgers::of(request),
        ..Workspace::in_tree(tree, config, source)
    })
}

impl Workspace {
    /// Whether a target is reached as the `gallerist.yaml` of the work tree says, or as the commit that a change is for.
    pub(super) fn asks_as_here(&self, target: &Target) -> bool {
        if self.is_base_asked {
            return true;
        }
        let path = Utf8Path::new(FILE_NAME);
        let here = self.tree.read_text(path).ok();
        let here = here.and_then(|text| Config::read(path, text.as_bytes()).0);
        let here = here.as_ref().and_then(|config| config.target(target.name.as_str()));
        here.is_some_and(|here| (&here.driver, &here.ledger) == (&target.driver, &target.ledger))
    }
}

pub(super) fn failed(error: &GitError) -> ServiceError {
    refuse(error.to_string())
}
