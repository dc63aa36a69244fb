//! An opened catalog: its files, its configuration, its git repository, its ledger and marketplace.

use super::settled::Row;
use super::store::Ledgers;
use super::{Request, ServiceError};
use crate::config::{Config, Driver, Role, Target};
use crate::definition::{Again, Catalog, Definition, Read};
use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Severity};
use crate::model::{Desired, Key};
use crate::plan::DesiredProduct;
use crate::repository::{
    Assets, FileError, FileProblem, Files, Git, GitError, Listing, Opened, WorkTree, write_atomically,
};
use crate::submission::{OperationId, Scope};
use crate::text::{SourceFile, Span};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A catalog in a work tree, or one of its commits beside it.
pub(super) struct Workspace {
    /// Where state stands, and what is written goes.
    pub(super) tree: Arc<WorkTree>,
    /// Where definitions, their assets, approvals and recorded states are read from.
    pub(super) files: Arc<dyn Files>,
    /// The commit that the files are of; `None` for those of the work tree.
    pub(super) revision: Option<String>,
    /// Whether nobody merged any of it: no approval counts.
    pub(super) is_proposed: bool,
    /// Whether the marketplace and the ledger are those of the commit that a change is for, which was merged.
    pub(super) is_base_asked: bool,
    /// The only definitions that are looked at, where not all of them are.
    pub(super) only: Option<BTreeSet<Utf8PathBuf>>,
    pub(super) config: Config,
    /// The configuration's text, for underlining.
    pub(super) source: SourceFile,
    pub(super) git: Option<Git>,
    pub(super) ledgers: Ledgers,
    /// How many definitions were read so far.
    pub(super) read: AtomicUsize,
}

/// What the definitions say at one target.
pub(super) struct Definitions {
    pub(super) catalog: Catalog,
    pub(super) diagnostics: Diagnostics,
    /// Sound desired states by key.
    pub(super) desired: BTreeMap<Key, DesiredProduct>,
    /// Keys whose definitions have errors, and keys these follow: nothing is said about them, not even that they
    /// vanished.
    pub(super) broken: BTreeSet<Key>,
    /// Whether some product file could not be read far enough to know its key.
    pub(super) nameless: bool,
    /// Former keys of products to their keys now.
    pub(super) renamed: BTreeMap<Key, Key>,
    /// Products that need no second look; nothing of them is among the desired states.
    pub(super) settled: BTreeMap<Key, Row>,
    /// Where some need none: what rules that compare products found of all, by product.
    pub(super) compared: BTreeMap<Key, Vec<Finding>>,
    /// The files that were opened, or were not because they had not changed, with what the file system said of them.
    pub(super) opened: Opened,
}

impl Workspace {
    /// Opens the catalog a folder belongs to.
    pub(super) fn open(folder: &Utf8Path) -> Result<Self, ServiceError> {
        let tree = WorkTree::open(folder).map_err(|error| ServiceError::Request {
            message: error.to_string(),
            hints: vec![
                "`gallerist init` writes a first catalog; `--directory` names the folder of one".into(),
            ],
        })?;
        let file = tree.read(Utf8Path::new(crate::config::FILE_NAME)).map_err(|error| unreadable(&error))?;
        let (config, diagnostics) = Config::read(file.path(), file.text().as_bytes());
        let config = config.ok_or_else(|| ServiceError::Catalog(Box::new(diagnostics)))?;
        let git = Git::discover(tree.root()).map_err(|error| request(error.to_string()))?;
        Ok(Self { git, ..Self::in_tree(tree, config, file) })
    }

    /// A catalog in a work tree, without git and with nothing read but its configuration.
    pub(super) fn in_tree(tree: WorkTree, config: Config, source: SourceFile) -> Self {
        let tree = Arc::new(tree);
        let files: Arc<dyn Files> = Arc::<WorkTree>::clone(&tree);
        Self {
            tree,
            files,
            revision: None,
            is_proposed: false,
            is_base_asked: false,
            only: None,
            config,
            source,
            git: None,
            ledgers: Ledgers::default(),
            read: AtomicUsize::new(0),
        }
    }

    /// The same catalog with another text of `gallerist.yaml`, as far as its files go; and what is wrong in that text.
    pub(super) fn with_config(tree: &WorkTree, text: &str) -> (Option<Self>, Diagnostics) {
        let source = SourceFile::new(crate::config::FILE_NAME, text);
        let (config, mut diagnostics) = Config::read(source.path(), text.as_bytes());
        let workspace = config.map(|config| Self::in_tree(tree.clone(), config, source));
        if let Some(workspace) = &workspace {
            super::judging::levels(workspace, &mut diagnostics);
        }
        (workspace, diagnostics)
    }

    /// The target a command is about.
    pub(super) fn target(&self, name: Option<&Key>) -> Result<&Target, ServiceError> {
        let name = name.unwrap_or(&self.config.default_target);
        self.config.target(name.as_str()).ok_or_else(|| {
            let known: Vec<&str> = self.config.targets.keys().map(Key::as_str).collect();
            ServiceError::Request {
                message: format!("there is no target `{name}`"),
                hints: vec![format!("gallerist.yaml names {}", known.join(", "))],
            }
        })
    }

    pub(super) fn scope(&self, target: &Target) -> Scope {
        Scope { catalog: self.config.name.clone(), target: target.name.clone() }
    }

    /// Reads all definition files; `unsaved` texts stand for files with their path.
    pub(super) fn read(&self, unsaved: &[(Utf8PathBuf, String)]) -> (Catalog, Diagnostics) {
        let assets = Assets::new(&*self.files);
        let Read { catalog, diagnostics, .. } =
            self.read_seeing(self.listing(), unsaved, &assets, |_| None, |_| ());
        (catalog, diagnostics)
    }

    /// The same for somebody who looks at each definition as soon as it is read ([`Catalog::read_seeing`]).
    pub(super) fn read_seeing<T: Send>(
        &self,
        Listing { files, problems }: Listing,
        unsaved: &[(Utf8PathBuf, String)],
        assets: &Assets<'_>,
        recall: impl Fn(&Utf8Path) -> Option<(Definition, T)> + Sync,
        see: impl Fn(&mut Definition) -> T + Sync,
    ) -> Read<T, FileError> {
        let named = files.into_iter().filter(|(_, role)| *role != Role::Config).map(|(path, _)| path);
        let is_saved = |path: &Utf8PathBuf| unsaved.iter().all(|(own, _)| own != path);
        let saved = named.filter(is_saved).map(|path| (path, None));
        let files = saved.chain(unsaved.iter().map(|(path, text)| (path.clone(), Some(text.clone()))));
        // git2's handle of the work tree is not for several threads; the files are.
        let (source, counted) = (&*self.files, &self.read);
        let load = |path: &Utf8Path, text: Option<String>| {
            counted.fetch_add(1, Ordering::Relaxed);
            text.map_or_else(|| source.read_text(path), Ok)
        };
        let recall = |path: &Utf8Path| {
            let recalled = recall(path)?;
            counted.fetch_add(1, Ordering::Relaxed);
            Some(recalled)
        };
        let mut read = Catalog::read_seeing(&self.config, files, load, assets, recall, see);
        let diagnostics = &mut read.diagnostics;
        let unusable = problems.iter().chain(&read.unusable);
        diagnostics.list.extend(unusable.map(|error| self.unusable(error)));
        super::judging::levels(self, diagnostics);
        diagnostics.sort();
        read
    }

    /// The files that are looked at.
    pub(super) fn listing(&self) -> Listing {
        let Some(only) = &self.only else {
            let mut listing = Listing::of_catalog(&*self.files, &self.config);
            listing.problems.extend(self.left_out());
            return listing;
        };
        let there = only.iter().filter(|path| self.files.has(path));
        let files = there.filter_map(|path| Some((path.clone(), self.config.role(path)?)));
        Listing { files: files.collect(), problems: Vec::new() }
    }

    /// The catalog's folder, from the root of its git repository.
    pub(super) fn prefix(&self) -> Utf8PathBuf {
        self.git.as_ref().map(|git| git.folder().to_owned()).unwrap_or_default()
    }

    /// Definitions that a sparse checkout leaves out: they did not vanish.
    fn left_out(&self) -> Option<FileError> {
        let git = self.git.as_ref().filter(|_| self.revision.is_none())?;
        let Config { products, .. } = &self.config;
        let left_out = git.left_out(&|path| self.config.role(path).is_some());
        let problem = match left_out {
            Ok(paths) => FileProblem::NotCheckedOut { count: paths.len(), first: paths.into_iter().next()? },
            Err(error) => FileProblem::Unreadable(error.to_string()),
        };
        Some(FileError::new(products.clone(), problem))
    }

    /// How many definitions were read so far.
    pub(super) fn files_read(&self) -> usize {
        self.read.load(Ordering::Relaxed)
    }

    /// Reads a definition's text once more.
    pub(super) fn again(&self, unsaved: Vec<(Utf8PathBuf, String)>) -> Again {
        let files = Arc::clone(&self.files);
        Again::new(move |path| {
            let text = unsaved.iter().find(|(own, _)| own == path).map(|(_, text)| text.clone());
            text.or_else(|| files.read_text(path).ok())
        })
    }

    /// A file that cannot be used; the folder of all products has words of its own.
    fn unusable(&self, error: &FileError) -> Diagnostic {
        let Config { products, .. } = &self.config;
        let found = error.diagnostic();
        if error.path != *products || error.problem != FileProblem::Missing {
            return found;
        }
        let message = format!("there is no folder `{products}` for the definitions");
        Diagnostic::error(found.rule, error.path.clone(), Span::default(), message).help(format!(
            "make it, or say under `products` in {} where they stand",
            crate::config::FILE_NAME
        ))
    }

    /// What the definitions say at a target.
    pub(super) fn definitions(&self, target: &Target) -> Definitions {
        let (catalog, diagnostics) = self.read(&[]);
        self.definitions_of(target, catalog, diagnostics)
    }

    /// The same of a catalog that was read already.
    pub(super) fn definitions_of(
        &self,
        target: &Target,
        catalog: Catalog,
        diagnostics: Diagnostics,
    ) -> Definitions {
        self.sorted_out(target, catalog, diagnostics, BTreeMap::new())
    }

    /// The same, with rows of products that need no second look.
    pub(super) fn sorted_out(
        &self,
        target: &Target,
        catalog: Catalog,
        diagnostics: Diagnostics,
        mut settled: BTreeMap<Key, Row>,
    ) -> Definitions {
        let errors: BTreeSet<&Utf8Path> = diagnostics
            .list
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .map(|found| found.primary.path.as_path())
            .collect();
        let (mut desired, mut broken, mut renamed) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        for definition in catalog.definitions() {
            let is_settled = settled.contains_key(&definition.key);
            let has_errors = errors.contains(definition.path.as_path());
            if has_errors || (!is_settled && definition.is_broken()) {
                settled.remove(&definition.key);
                broken.insert(definition.key.clone());
                broken.extend(definition.followed());
            } else if let Some(wanted) = definition.desired(target.name.as_str()) {
                for former in &wanted.formerly {
                    renamed.insert(former.clone(), definition.key.clone());
                }
                let wanted: Desired = wanted.clone();
                let product = DesiredProduct { desired: wanted, path: Some(definition.path.clone()) };
                desired.insert(definition.key.clone(), product);
            }
        }
        let mut nameless = errors.clone();
        nameless.retain(|path| self.config.role(path).is_none_or(|role| role == Role::Product));
        if !nameless.is_empty() {
            for known in catalog.definitions() {
                nameless.remove(known.path.as_path());
            }
        }
        let nameless = !nameless.is_empty();
        let (compared, opened) = (BTreeMap::new(), Opened::new());
        Definitions { catalog, diagnostics, desired, broken, nameless, renamed, settled, compared, opened }
    }

    /// Approvals that count now, by product: from the target's branch where there is git, never from the head of an
    /// unmerged change.
    pub(super) fn approvals(
        &self,
        target: &Target,
        now: Timestamp,
    ) -> Result<BTreeMap<Key, BTreeSet<OperationId>>, ServiceError> {
        let files = self.merged_approvals(target)?;
        Ok(self.valid(files, target, now))
    }

    /// The approval files of the target's branch; those of the work tree where there is no git.
    pub(super) fn merged_approvals(
        &self,
        target: &Target,
    ) -> Result<Vec<(Utf8PathBuf, Vec<u8>)>, ServiceError> {
        let failed = |error: GitError| request(error.to_string());
        if self.is_proposed {
            return Ok(Vec::new());
        }
        let Some(git) = &self.git else { return Ok(self.approval_files()) };
        if git.head().map_err(failed)?.is_none() {
            return Ok(self.approval_files());
        }
        let found = match git.tip(&target.branch) {
            // Nothing was merged to a branch that is not there yet, so nothing is approved.
            Err(GitError::UnknownBranch { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
            Ok(tip) => tip.read_folder(&self.config.approvals),
        };
        let readable = found.map_err(failed)?.into_iter().filter_map(Result::ok);
        Ok(readable.map(|file| (file.path().clone(), file.text().as_bytes().to_vec())).collect())
    }

    /// Operations that the work tree approves. Where there is git they count once they are merged.
    pub(super) fn proposed(&self, target: &Target, now: Timestamp) -> BTreeSet<OperationId> {
        self.valid(self.approval_files(), target, now).into_values().flatten().collect()
    }

    fn approval_files(&self) -> Vec<(Utf8PathBuf, Vec<u8>)> {
        let listing = Listing::approvals(&*self.files, &self.config);
        let texts =
            listing.of(Role::Approval).filter_map(|path| Some((path, self.files.read_text(path).ok()?)));
        texts.map(|(path, text)| (path.to_owned(), text.into_bytes())).collect()
    }

    /// What approval files let pass at a target now.
    fn valid(
        &self,
        files: Vec<(Utf8PathBuf, Vec<u8>)>,
        target: &Target,
        now: Timestamp,
    ) -> BTreeMap<Key, BTreeSet<OperationId>> {
        let assets = Assets::new(&*self.files);
        let (catalog, _) = Catalog::read(&self.config, files, &assets);
        let mut approvals: BTreeMap<Key, BTreeSet<OperationId>> = BTreeMap::new();
        for approval in catalog.approvals() {
            let counts = approval.target == target.name && approval.evidence(now).is_valid_at(now);
            if counts {
                approvals.entry(approval.product.clone()).or_default().insert(approval.operation.clone());
            }
        }
        approvals
    }

    /// Whether the target's marketplace can be asked without beginning one.
    pub(super) fn can_observe(&self, target: &Target) -> Result<(), ServiceError> {
        let Driver::Sandbox { path } = &target.driver else { return Ok(()) };
        if std::fs::symlink_metadata(self.tree.root().join(path)).is_ok() {
            return Ok(());
        }
        Err(request(format!("there is nothing to look at: the sandbox {path} was never used")))
    }

    /// Makes the folder a state file stands in; inside the catalog it hides itself from git.
    pub(super) fn prepare_state(&self, path: &Utf8Path) -> Result<(), ServiceError> {
        let Some(folder) = path.parent().filter(|folder| !folder.as_str().is_empty()) else { return Ok(()) };
        let absolute = self.tree.root().join(folder);
        let failed = |error: &dyn std::fmt::Display| ServiceError::File {
            action: "write",
            path: folder.to_owned(),
            reason: error.to_string(),
        };
        std::fs::create_dir_all(&absolute).map_err(|error| failed(&error))?;
        let ignore = absolute.join(".gitignore");
        if folder == ".gallerist" && std::fs::symlink_metadata(&ignore).is_err() {
            write_atomically(&ignore, b"# The state of gallerist: never part of a commit.\n*\n")
                .map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

/// A request that cannot be met, without a hint.
pub(super) fn request(message: String) -> ServiceError {
    ServiceError::Request { message, hints: Vec::new() }
}

/// A product nobody wrote a definition of, and those that there are.
pub(super) fn no_product(plan: &crate::plan::Plan, key: &Key) -> ServiceError {
    const NAMED_MAX: usize = 8;
    let known: Vec<&str> = plan.products.iter().map(|found| found.key.as_str()).take(NAMED_MAX).collect();
    let more = if plan.products.len() > NAMED_MAX { " and others" } else { "" };
    let hint = match known.is_empty() {
        true => "`gallerist check` tells about the definitions".to_owned(),
        false => format!("there are {}{more}", known.join(", ")),
    };
    ServiceError::Request { message: format!("there is no product `{key}`"), hints: vec![hint] }
}

fn unreadable(error: &FileError) -> ServiceError {
    ServiceError::File { action: "read", path: error.path.clone(), reason: error.problem.to_string() }
}

/// Opens the workspace of a request.
pub(super) fn open(request: &Request) -> Result<Workspace, ServiceError> {
    Ok(Workspace { ledgers: Ledgers::of(request), ..Workspace::open(&request.directory)? })
}
