//! The files of what people recorded as released, and the files of a catalog that sheets carry along.

use super::planning::Planner;
use super::workspace::Workspace;
use super::{ServiceError, write};
use crate::config::Target;
use crate::definition::Catalog;
use crate::marketplace::Files;
use crate::model::Key;
use crate::released::Recorded;
use crate::repository::{Assets, FileError, FileProblem};
use crate::wire::{self, RecordedProduct};
use crate::yaml::Node;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// What was recorded at a target, by product.
pub(super) fn read(
    workspace: &Workspace,
    folder: &Utf8Path,
    target: &Target,
    now: Timestamp,
) -> Result<BTreeMap<Key, Recorded>, ServiceError> {
    let mut recorded = BTreeMap::new();
    for path in files(workspace, folder)? {
        let refuse = |message: String| ServiceError::Request {
            message: format!("{path}: {message}"),
            hints: vec!["restore the file from git, or correct what is wrong in it".to_owned()],
        };
        let text = workspace.files.read_text(&path).map_err(|error| refuse(error.problem.to_string()))?;
        if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
            return Err(ServiceError::Request {
                message: format!("{path}: it holds a merge conflict"),
                hints: vec![
                    "take either side whole: what was approved since is in the ledger, and counts".to_owned(),
                ],
            });
        }
        let document: RecordedProduct =
            wire::from_json_str(&text).map_err(|error| refuse(error.to_string()))?;
        if document.target.0 != target.name {
            return Err(refuse(format!(
                "it was recorded at target `{}`, not at this one",
                document.target.0
            )));
        }
        let known: Recorded = document.into();
        // Clocks of two machines may differ a little; a record from next year would never be too old.
        if known.at.duration_since(now) > SignedDuration::from_hours(24) {
            return Err(refuse(format!("`recordedAt` lies in the future: {}", known.at)));
        }
        let key = known.product.key.clone();
        if path.file_stem() != Some(key.as_str()) {
            return Err(refuse(format!("it is about product `{key}`, which has a file of its own name")));
        }
        recorded.insert(key, known);
    }
    Ok(recorded)
}

fn files(workspace: &Workspace, folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, ServiceError> {
    let failed = |error: FileError| ServiceError::File {
        action: "read",
        path: folder.to_owned(),
        reason: error.problem.to_string(),
    };
    let entries = match workspace.files.entries(folder) {
        Ok(entries) => entries,
        Err(error) if error.problem == FileProblem::Missing => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let (path, _) = entry.map_err(failed)?;
        if path.extension() == Some("json") {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Writes what is recorded of a product. Files under its former keys are gone then: a product is recorded once.
pub(super) fn save(
    planner: &Planner<'_>,
    folder: &Utf8Path,
    recorded: &Recorded,
) -> Result<Utf8PathBuf, ServiceError> {
    let (workspace, target) = (planner.workspace, planner.target);
    let folder = folder.join(target.name.as_str());
    let path = folder.join(format!("{}.json", recorded.product.key));
    let document = RecordedProduct::of(recorded, &target.name);
    let text =
        wire::to_json_string(&document).map_err(|error| super::workspace::request(error.to_string()))?;
    write_inside(workspace, &path, text.as_bytes())?;
    for former in planner.former_keys(&recorded.product.key) {
        let path = folder.join(format!("{former}.json"));
        let text = workspace.files.read_text(&path).ok();
        let known =
            text.and_then(|text| wire::from_json_str::<RecordedProduct>(&text).ok()).map(Recorded::from);
        if known.is_some_and(|known| known.binding.product_id == recorded.binding.product_id) {
            std::fs::remove_file(workspace.tree.root().join(&path)).map_err(|error| ServiceError::File {
                action: "remove",
                path,
                reason: error.to_string(),
            })?;
        }
    }
    Ok(path)
}

/// What is recorded under the keys that products have now (`formerly`). Where a product is recorded under a former key and
/// under its own, its own is the newer one. A key with a product of its own takes over nothing.
pub(super) fn under_todays_keys(
    planner: &Planner<'_>,
    recorded: BTreeMap<Key, Recorded>,
) -> Result<BTreeMap<Key, Recorded>, ServiceError> {
    let mut today: BTreeMap<Key, Recorded> = BTreeMap::new();
    let (own, former): (Vec<_>, Vec<_>) =
        recorded.into_iter().partition(|(key, _)| planner.key_now(key.clone()) == *key);
    today.extend(own);
    for (key, known) in former {
        let now = planner.key_now(key.clone());
        match today.get(&now) {
            None => {
                today.insert(now, known);
            }
            Some(own) if own.binding.product_id == known.binding.product_id => {}
            Some(_) => {
                today.insert(key, known);
            }
        }
    }
    let mut ids: BTreeMap<&str, &Key> = BTreeMap::new();
    for (key, known) in &today {
        let id = known.binding.product_id.as_str();
        if let Some(other) = ids.insert(id, key) {
            return Err(ServiceError::Request {
                message: format!("`{other}` and `{key}` are both recorded as released with product ID {id}"),
                hints: vec![
                    "remove the file that is not about it; My Products in the console shows the IDs"
                        .to_owned(),
                ],
            });
        }
    }
    Ok(today)
}

/// Writes a file of the catalog, with its folders. Links could lead anywhere, and come from pull requests.
fn write_inside(workspace: &Workspace, path: &Utf8Path, bytes: &[u8]) -> Result<(), ServiceError> {
    let root = workspace.tree.root();
    for part in path.ancestors().filter(|part| !part.as_str().is_empty()) {
        let is_link =
            std::fs::symlink_metadata(root.join(part)).is_ok_and(|found| found.file_type().is_symlink());
        if is_link {
            return Err(ServiceError::File {
                action: "write",
                path: path.to_owned(),
                reason: format!("{part} is a link, and links are not followed"),
            });
        }
    }
    make_folder(workspace, path)?;
    write(&root.join(path), bytes)
}

fn make_folder(workspace: &Workspace, path: &Utf8Path) -> Result<(), ServiceError> {
    let Some(folder) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(workspace.tree.root().join(folder)).map_err(|error| ServiceError::File {
        action: "write",
        path: folder.to_owned(),
        reason: error.to_string(),
    })
}

/// The work tree as the console driver sees it.
pub(super) struct CatalogFiles<'a> {
    workspace: &'a Workspace,
    catalog: &'a Catalog,
    assets: Assets<'a>,
}

impl<'a> CatalogFiles<'a> {
    pub(super) fn new(workspace: &'a Workspace, catalog: &'a Catalog) -> Self {
        Self { workspace, catalog, assets: Assets::new(&*workspace.files) }
    }
}

impl Files for CatalogFiles<'_> {
    fn write(&mut self, path: &Utf8Path, bytes: &[u8]) -> Result<(), String> {
        write_inside(self.workspace, path, bytes).map_err(|error| error.to_string())
    }

    fn content(&self, product: &Key, digest: &str) -> Option<Vec<u8>> {
        let definition = self.catalog.definition(product.as_str())?;
        let mut found = None;
        every_text(definition.tree().root(), &mut |text| {
            let is_it =
                |text| self.assets.asset(&definition.path, text).is_ok_and(|asset| asset.digest == digest);
            if found.is_none() && is_it(text) {
                found = Some(text.to_owned());
            }
        });
        self.assets.bytes(&definition.path, &found?).ok()
    }
}

/// Every text of a tree that may be the path of a file: one short line.
pub(super) fn every_text(node: Node<'_>, see: &mut impl FnMut(&str)) {
    const PATH_BYTES_MAX: usize = 512;
    if let Some(text) = node.text().filter(|text| text.len() <= PATH_BYTES_MAX && !text.contains('\n')) {
        see(text);
    }
    for (_, value) in node.entries() {
        every_text(value, see);
    }
    for item in node.items() {
        every_text(item, see);
    }
}
