//! Checking definitions: all of a catalog, some files, or texts that are not saved yet.

use super::judging::{Judge, Seen};
use super::outcomes::{Memory, MemoryFile, Outcomes, Remembered, let_go, meanwhile};
use super::texts::{Compared, Texts};
use super::workspace::{Workspace, request as refuse};
use super::{Checked, Request, ServiceError, Unsaved, Version};
use crate::config::{Config, Role, Target};
use crate::definition::{Catalog, Definition, Read};
use crate::diagnostic::Diagnostics;
use crate::model::Key;
use crate::report::Subject;
use crate::repository::{Assets, WorkTree, WorkTreeError};
use crate::rules::Summary;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Stands for `gallerist.yaml` where files are checked outside a catalog.
const NO_CATALOG: &str =
    "{apiVersion: gallerist/v1, kind: Catalog, name: none, targets: {intl: {site: intl}}}";

/// Checks all definitions, or only some files; unsaved texts stand for the files with their paths.
///
/// # Errors
/// When the catalog cannot be read at all.
pub fn check(request: &Request, files: &[Utf8PathBuf], unsaved: &[Unsaved]) -> Result<Checked, ServiceError> {
    match WorkTree::open(&request.directory) {
        Err(WorkTreeError::NoCatalog { .. }) if !files.is_empty() || !unsaved.is_empty() => {
            outside(request, files, unsaved)
        }
        _ => inside(&Workspace::open(&request.directory)?, request, files, unsaved, None),
    }
}

/// The same for files that are saved, with what earlier checks found out about files that have not changed since: it is kept
/// in a folder, and what is told is the same with and without.
///
/// # Errors
/// As [`check`].
pub fn check_recalling(
    request: &Request,
    files: &[Utf8PathBuf],
    memory: Memory<'_>,
) -> Result<Checked, ServiceError> {
    match Workspace::open(&request.directory) {
        Ok(workspace) => inside(&workspace, request, files, &[], Some(memory)),
        Err(_) => check(request, files, &[]),
    }
}

/// What is kept of a product about which a check found nothing: for each target that was looked at, what other products
/// compare it with; `None` where the product is not sold there, or where nothing is compared.
#[derive(Serialize, Deserialize, Clone)]
struct Unremarkable(Vec<Option<Option<Compared>>>);

impl Remembered for Unremarkable {
    const COMMAND: &'static str = "check";
}

impl Unremarkable {
    fn of(summaries: &[Option<Option<&Summary>>], texts: &mut Texts) -> Self {
        let mut compared = |summary: &Option<&Summary>| summary.map(|summary| Compared::of(summary, texts));
        Self(summaries.iter().map(|seen| seen.as_ref().map(&mut compared)).collect())
    }

    fn seen(&self, key: &Key, texts: &Texts) -> Option<Vec<Option<Seen>>> {
        let summary = |compared: &Option<Compared>| match compared {
            Some(compared) => compared.summary(key, texts).map(Some),
            None => Some(None),
        };
        let seen = self.0.iter().map(|found| match found {
            Some(compared) => summary(compared).map(|summary| Some(Seen::recalled(summary))),
            None => Some(None),
        });
        seen.collect()
    }
}

/// Checks the definitions of a commit; between two, what the later one makes wrong.
///
/// # Errors
/// When the catalog cannot be read at all, or git does not know a commit.
pub fn check_version(request: &Request, version: &Version) -> Result<Checked, ServiceError> {
    let all = |workspace: &Workspace| {
        let only = request.target.as_ref().map(|name| workspace.target(Some(name))).transpose()?;
        Ok(look(workspace, only, request, &[], None))
    };
    match version {
        Version::WorkTree => all(&Workspace::open(&request.directory)?),
        Version::Revision(name) => all(&super::revision::open(request, name)?),
        Version::Between { base, head } => super::between::check(request, base, head, all),
    }
}

fn inside(
    workspace: &Workspace,
    request: &Request,
    files: &[Utf8PathBuf],
    unsaved: &[Unsaved],
    memory: Option<Memory<'_>>,
) -> Result<Checked, ServiceError> {
    let root = workspace.tree.root();
    let only = request.target.as_ref().map(|name| workspace.target(Some(name))).transpose()?;
    let mut wanted = wanted(workspace, request, files)?;
    let mut texts = Vec::new();
    for Unsaved { path, text } in unsaved {
        let path = from_root(root, &request.directory, path)?;
        wanted.insert(path.clone());
        texts.push((path, text.clone()));
    }
    let mut checked = look(workspace, only, request, &texts, memory);
    if wanted.is_empty() {
        return Ok(checked);
    }
    let mut diagnostics = std::mem::take(&mut checked.diagnostics);
    diagnostics.list.retain(|found| wanted.contains(&found.primary.path));
    let products = wanted.iter().filter(|path| workspace.config.role(path) == Some(Role::Product)).count();
    let product = |path: &Utf8Path| {
        let known = checked.subjects.iter().find(|subject| subject.path.as_deref() == Some(path));
        known.and_then(|subject| subject.product.clone())
    };
    let subjects = wanted.into_iter().map(|path| Subject { product: product(&path), path: Some(path) });
    let subjects = subjects.collect();
    Ok(Checked { products, subjects, diagnostics, ..checked })
}

/// Files that somebody named, from the catalog's root.
pub(super) fn wanted(
    workspace: &Workspace,
    request: &Request,
    files: &[Utf8PathBuf],
) -> Result<BTreeSet<Utf8PathBuf>, ServiceError> {
    let path = |file: &Utf8PathBuf| {
        let path = from_root(workspace.tree.root(), &request.directory, file)?;
        if workspace.config.role(&path).is_none() {
            let message = format!("{file} is not a definition of this catalog");
            let hint = format!("products stand in {}", workspace.config.products);
            return Err(ServiceError::Request { message, hints: vec![hint] });
        }
        Ok(path)
    };
    files.iter().map(path).collect()
}

/// What is wrong in all of a catalog, with these texts in place of the files at their paths. `memory` is where outcomes of
/// earlier checks are kept.
pub(super) fn look(
    workspace: &Workspace,
    only: Option<&Target>,
    request: &Request,
    texts: &[(Utf8PathBuf, String)],
    memory: Option<Memory<'_>>,
) -> Checked {
    let judge = Judge::new(&workspace.config, only, request.now);
    let file = memory.and_then(|memory| MemoryFile::<Unremarkable>::in_folder(memory, workspace, only));
    let (listing, outcomes) = match file {
        Some(file) => meanwhile(|| file.open(String::new()), || workspace.listing()),
        None => (workspace.listing(), None),
    };
    if outcomes.is_some() {
        workspace.tree.note_opened();
    }
    let again = workspace.again(texts.to_vec());
    let recall = |path: &Utf8Path| {
        outcomes.as_ref()?.recall(path, &again, |key, outcome: &Unremarkable, texts| outcome.seen(key, texts))
    };
    let assets = Assets::new(&*workspace.files);
    // Only what is remembered has to do with the files that products name.
    let assets = if outcomes.is_some() { assets } else { assets.unnoted() };
    let see = |definition: &mut Definition| judge.look(definition, &again);
    let read = workspace.read_seeing(listing, texts, &assets, recall, see);
    let_go(assets.into_known());
    let recalled = outcomes.as_ref().map_or(0, Outcomes::recalled);
    if let Some(outcomes) = outcomes {
        let found = read.catalog.definitions().iter().zip(&read.seen).filter_map(|(definition, seen)| {
            let summaries = seen.iter().map(|seen| match seen {
                None => Some(None),
                Some(seen) => seen.unremarkable().map(Some),
            });
            let summaries = summaries.collect::<Option<Vec<_>>>()?;
            let outcome = move |texts: &mut Texts| Unremarkable::of(&summaries, texts);
            Some((definition, outcome))
        });
        let all = read.catalog.definitions().len();
        outcomes.keep(workspace, only, (all, all), found, &read.diagnostics, &workspace.tree.opened());
    }
    let Read { catalog, seen, mut diagnostics, .. } = read;
    let marks = match workspace.only.is_some() {
        true => &Judge::marks(&catalog, &seen) | &super::between::definition_words(&catalog),
        false => BTreeSet::new(),
    };
    let subject =
        |found: &Definition| Subject { product: Some(found.key.clone()), path: Some(found.path.clone()) };
    let subjects = || catalog.definitions().iter().map(subject).collect::<Vec<_>>();
    let (subjects, ()) = rayon::join(subjects, || judge.tell(&catalog, &seen, &mut diagnostics));
    let_go((catalog, seen));
    diagnostics.sort();
    let files_read = workspace.files_read();
    let (products, prefix) = (subjects.len(), workspace.prefix());
    Checked { products, subjects, marks, files_read, recalled, prefix, diagnostics }
}

/// The path from the catalog's root; a file that is not there yet is taken by its name.
pub(super) fn from_root(
    root: &Utf8Path,
    directory: &Utf8Path,
    file: &Utf8Path,
) -> Result<Utf8PathBuf, ServiceError> {
    let here = directory.canonicalize_utf8().unwrap_or_else(|_| directory.to_owned());
    let absolute = |path: &Utf8Path| {
        let parent = path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
        let parent = parent.canonicalize_utf8().ok()?;
        Some(parent.join(path.file_name()?))
    };
    let candidates = [absolute(file), absolute(&here.join(file)), absolute(&root.join(file))];
    let inside =
        candidates.into_iter().flatten().find_map(|path| Some(path.strip_prefix(root).ok()?.to_owned()));
    inside.ok_or_else(|| refuse(format!("{file} is not in the catalog's folder {root}")))
}

/// Files outside any catalog are checked by the limits of the international site.
fn outside(request: &Request, files: &[Utf8PathBuf], unsaved: &[Unsaved]) -> Result<Checked, ServiceError> {
    let (config, found) = Config::read(Utf8Path::new(crate::config::FILE_NAME), NO_CATALOG.as_bytes());
    let config = config.ok_or_else(|| ServiceError::Catalog(Box::new(found)))?;
    let mut diagnostics = Diagnostics::default();
    let none = Catalog::default();
    let mut subjects = Vec::new();
    let read = files.iter().map(|file| {
        let name = file.file_name().unwrap_or_default();
        let absolute = if file.is_absolute() { file.clone() } else { existing(&request.directory, file) };
        let folder = absolute.parent().unwrap_or(Utf8Path::new("/")).to_owned();
        let tree = WorkTree::at(&folder).map_err(|error| refuse(error.to_string()))?;
        let text = tree.read(Utf8Path::new(name)).map_err(|error| ServiceError::File {
            action: "read",
            path: file.clone(),
            reason: error.problem.to_string(),
        })?;
        Ok((tree, file.clone(), name.to_owned(), text.text().to_owned()))
    });
    let mut texts = read.collect::<Result<Vec<_>, ServiceError>>()?;
    for Unsaved { path, text } in unsaved {
        let tree = WorkTree::at(&request.directory).map_err(|error| refuse(error.to_string()))?;
        let name = path.file_name().unwrap_or(path.as_str()).to_owned();
        texts.push((tree, path.clone(), name, text.clone()));
    }
    for (tree, shown, name, text) in texts {
        let assets = Assets::new(&tree);
        let (_, mut found) = none.read_one(&config, Utf8Path::new(&name), text.as_bytes(), &assets);
        found.rename(Utf8Path::new(&name), &shown);
        diagnostics.merge(found);
        subjects.push(Subject { product: None, path: Some(shown) });
    }
    diagnostics.sort();
    Ok(Checked {
        products: subjects.len(),
        files_read: subjects.len(),
        subjects,
        diagnostics,
        ..Checked::default()
    })
}

pub(super) fn existing(directory: &Utf8Path, file: &Utf8Path) -> Utf8PathBuf {
    let beside = directory.join(file);
    let path = if beside.exists() { beside } else { file.to_owned() };
    path.canonicalize_utf8().unwrap_or(path)
}
