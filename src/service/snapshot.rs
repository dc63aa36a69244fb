//! What `export` saves and `plan --released` reads: the released state with what the ledger knows, as one file or as a
//! folder with a file for each product.

use super::digests::{Digests, digests};
use super::planning::{Planner, Situation, live};
use super::settled::{judges, settled};
use super::workspace::request as refuse;
use super::{Request, ServiceError};
use crate::model::{DeliveryMethod, Digest, Key};
use crate::plan::{Action, Elsewhere, History, Plan, ProductPlan};
use crate::released::{Bindings, ProductStatus, Released, ReleasedProduct, resolve};
use crate::repository::Stamp;
use crate::submission::{OperationKind, Scope};
use crate::wire::{
    self, Document, ReleasedSnapshot, Retirements, SettledProducts, Snapshot, SnapshotDigests, SnapshotIndex,
    SnapshotPart, SnapshotParts, SnapshotProduct, Totals,
};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// The file of a folder that concerns all products.
const INDEX: &str = "snapshot.json";

/// The folder of a folder with one file for each product.
const PRODUCTS: &str = "products";

/// The file of a folder with a digest of what is on sale of each product.
const DIGESTS: &str = "digests.json";

/// The file of a folder that names the products which need no second look.
const SETTLED: &str = "settled.json";

/// A saved released state.
#[derive(Clone)]
pub(super) struct SnapshotFile {
    path: Utf8PathBuf,
    content: Content,
    /// Of a folder: which products it has files of, where somebody looked already, and the files that were read.
    keys: Option<BTreeSet<Key>>,
    read: BTreeMap<Key, SnapshotPart>,
}

#[derive(Clone)]
enum Content {
    Whole(Box<Snapshot>),
    Folder(Box<SnapshotIndex>),
}

impl SnapshotFile {
    /// Opens a file, or a folder that has a `snapshot.json`.
    pub(super) fn open(path: &Utf8Path) -> Result<Self, ServiceError> {
        let content = match path.is_dir() {
            true => Content::Folder(Box::new(document(&regular(path.join(INDEX))?)?)),
            false => {
                let whole: ReleasedSnapshot = document(path)?;
                Content::Whole(Box::new(whole.into()))
            }
        };
        Ok(Self { path: path.to_owned(), content, keys: None, read: BTreeMap::new() })
    }

    /// Refuses what is about another catalog or target.
    pub(super) fn is_about(&self, scope: &Scope) -> Result<(), ServiceError> {
        let own: Scope = match &self.content {
            Content::Whole(snapshot) => snapshot.scope.clone(),
            Content::Folder(index) => index.scope.clone().into(),
        };
        if own == *scope {
            return Ok(());
        }
        let (Scope { catalog, target }, path) = (own, &self.path);
        Err(refuse(format!("{path} is about catalog `{catalog}` at target `{target}`, not about this one")))
    }

    /// All of it.
    pub(super) fn whole(self) -> Result<Snapshot, ServiceError> {
        let Self { path, content, keys: _, read } = self;
        match content {
            Content::Whole(snapshot) => Ok(*snapshot),
            Content::Folder(index) => {
                let keys = keys(&path)?;
                is_whole(&path, &index, keys.len())?;
                Ok(index.snapshot(parts(&path, &keys, read)?))
            }
        }
    }

    /// What a folder says about all products; a file has no such part.
    pub(super) fn index(&self) -> Option<&SnapshotIndex> {
        match &self.content {
            Content::Whole(_) => None,
            Content::Folder(index) => Some(index),
        }
    }

    /// What a folder says about a product; `None` where it has no file of it.
    pub(super) fn product(&self, key: &Key) -> Result<Option<SnapshotPart>, ServiceError> {
        product(&self.path, key)
    }

    /// The products that a folder has files of.
    pub(super) fn keys(&self) -> Result<BTreeSet<Key>, ServiceError> {
        keys(&self.path)
    }

    /// Takes in what was read of products, so that nothing is read twice.
    pub(super) fn keep(&mut self, keys: Option<BTreeSet<Key>>, read: BTreeMap<Key, SnapshotPart>) {
        (self.keys, self.read) = (keys, read);
    }

    /// What it says of products that need no second look. What cannot be read says nothing.
    pub(super) fn settled(&self) -> Option<SettledProducts> {
        let _ = self.index()?;
        document(&regular(self.path.join(SETTLED)).ok()?).ok()
    }

    /// What the file system says of the file that says so.
    pub(super) fn settled_stamp(&self) -> Option<Stamp> {
        let _ = self.index()?;
        Stamp::of(&self.path.join(SETTLED))
    }

    /// What it says of all products in short. What cannot be read says nothing.
    pub(super) fn digests(&self) -> Option<Digests> {
        let index = self.index()?;
        let found: SnapshotDigests = document(&regular(self.path.join(DIGESTS)).ok()?).ok()?;
        Digests::of(found, index)
    }

    /// Plans against it; of a folder only the files of the products to plan are read.
    pub(super) fn plan(mut self, planner: &Planner<'_>, now: Timestamp) -> Result<Plan, ServiceError> {
        self.is_about(&planner.scope)?;
        let read = std::mem::take(&mut self.read);
        let settled = &planner.definitions.settled;
        let (index, only) = match (&self.content, &planner.only) {
            (Content::Folder(index), Some(only)) => (index, only),
            (Content::Folder(index), None) if !settled.is_empty() => {
                let index = index.clone();
                return self.plan_unsettled(&index, planner, read, now);
            }
            _ => {
                let whole = Self { read, ..self }.whole()?;
                return Ok(planner.plan_from(whole, |_, _| Elsewhere::default(), now).1);
            }
        };
        let former = only.iter().flat_map(|key| planner.former_keys(key));
        let wanted: BTreeSet<Key> = only.iter().chain(former).cloned().collect();
        let parts = parts(&self.path, &wanted, read)?;
        // A product without a file is new, if no file is missing.
        if parts.len() < wanted.len() {
            is_whole(&self.path, index, keys(&self.path)?.len())?;
        }
        let elsewhere = |released: &Released, histories: &BTreeMap<Key, History>| {
            elsewhere(index, &wanted, released, recently(histories))
        };
        Ok(planner.plan_from(index.snapshot(parts), elsewhere, now).1)
    }

    /// Plans all products but those that need no second look, which are only shown.
    fn plan_unsettled(
        mut self,
        index: &SnapshotIndex,
        planner: &Planner<'_>,
        read: BTreeMap<Key, SnapshotPart>,
        now: Timestamp,
    ) -> Result<Plan, ServiceError> {
        let settled = &planner.definitions.settled;
        let all = self.keys.take().map_or_else(|| keys(&self.path), Ok)?;
        is_whole(&self.path, index, all.len())?;
        let wanted = if all.iter().eq(settled.keys()) {
            BTreeSet::new()
        } else {
            if let Some((missing, row)) = settled.iter().find(|(key, _)| !all.contains(*key)) {
                let (path, place) = (&self.path, format!("{PRODUCTS}/{missing}.json"));
                let names = if row.word.is_some() { SETTLED } else { DIGESTS };
                return Err(refuse(format!(
                    "{path} is not whole: {names} names `{missing}`, and there is no {place}"
                )));
            }
            all.iter().filter(|key| !settled.contains_key(*key)).cloned().collect()
        };
        let parts = parts(&self.path, &wanted, read)?;
        let elsewhere = |released: &Released, histories: &BTreeMap<Key, History>| {
            let compared = Some(planner.definitions.compared.clone());
            // What was to be retired when the snapshot was made and is settled now is retired no more.
            Elsewhere { compared, ..elsewhere(index, &all, released, recently(histories)) }
        };
        let (_, mut plan) = planner.plan_from(index.snapshot(parts), elsewhere, now);
        let target = &planner.scope.target;
        let rows = settled.par_iter().map(|(key, row)| row.plan(target, key));
        plan.products.extend(rows.collect::<Vec<_>>());
        plan.products.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(plan)
    }
}

/// The products that a folder has files of.
fn keys(path: &Utf8Path) -> Result<BTreeSet<Key>, ServiceError> {
    let folder = path.join(PRODUCTS);
    let failed = |error: &std::io::Error| ServiceError::File {
        action: "read",
        path: folder.clone(),
        reason: error.to_string(),
    };
    let mut keys = Vec::new();
    for entry in folder.read_dir_utf8().map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let name = entry.file_name().strip_suffix(".json");
        keys.extend(name.and_then(|name| Key::new(name).ok()));
    }
    // At once, which takes less time than one by one.
    Ok(keys.into_iter().collect())
}

/// Refuses a folder that lacks files, or has others: what is on sale must not look new.
fn is_whole(path: &Utf8Path, index: &SnapshotIndex, files: usize) -> Result<(), ServiceError> {
    let wanted = index.products;
    if files == wanted {
        return Ok(());
    }
    Err(ServiceError::Request {
        message: format!("{path} is not whole: {files} files of products are there, and {wanted} were saved"),
        hints: vec!["save it again: `gallerist export --out FOLDER/`".to_owned()],
    })
}

/// What a folder says about some products, of which some were read already.
fn parts(
    path: &Utf8Path,
    keys: &BTreeSet<Key>,
    mut products: BTreeMap<Key, SnapshotPart>,
) -> Result<BTreeMap<Key, SnapshotPart>, ServiceError> {
    products.retain(|key, _| keys.contains(key));
    let others: Vec<&Key> = keys.iter().filter(|key| !products.contains_key(*key)).collect();
    let read = others.into_par_iter().filter_map(|key| {
        let found = product(path, key).transpose()?;
        Some(found.map(|product| (key.clone(), product)))
    });
    // Of several that cannot be used the first is told, however many threads read them.
    for found in read.collect::<Vec<Result<_, ServiceError>>>() {
        products.extend([found?]);
    }
    Ok(products)
}

/// What a folder says about a product; `None` of one that is new.
fn product(path: &Utf8Path, key: &Key) -> Result<Option<SnapshotPart>, ServiceError> {
    let file = path.join(PRODUCTS).join(format!("{key}.json"));
    file.is_file().then(|| document::<SnapshotProduct>(&file).map(SnapshotPart::from)).transpose()
}

/// A path of a folder of ours: what stands there is read, so it must be no pipe.
fn regular(path: Utf8PathBuf) -> Result<Utf8PathBuf, ServiceError> {
    if path.is_file() {
        return Ok(path);
    }
    Err(ServiceError::File { action: "read", path, reason: "there is no regular file".to_owned() })
}

fn document<D: Document + DeserializeOwned>(file: &Utf8Path) -> Result<D, ServiceError> {
    wire::from_json_str(&super::read(file)?).map_err(|error| ServiceError::Request {
        message: format!("{file}: {error}"),
        hints: vec!["`gallerist export --out FILE`, or `--out FOLDER/`, saves one".to_owned()],
    })
}

impl Planner<'_> {
    /// Plans against a snapshot, and gives the released state under the keys of today.
    pub(super) fn plan_from(
        &self,
        snapshot: Snapshot,
        elsewhere: impl FnOnce(&Released, &BTreeMap<Key, History>) -> Elsewhere,
        now: Timestamp,
    ) -> (Released, Plan) {
        let Snapshot { observation, bindings, histories, .. } = snapshot;
        let bindings = bindings.products.into_iter().map(|(key, binding)| (self.key_now(key), binding));
        let bindings = Bindings { products: bindings.collect() };
        let histories: BTreeMap<Key, History> =
            histories.into_iter().map(|(key, history)| (self.key_now(key), history)).collect();
        let released = resolve(&observation, &bindings);
        let bound: BTreeSet<Key> = bindings.products.into_keys().collect();
        let elsewhere = elsewhere(&released, &histories);
        let plan = self.plan_with(&released, &histories, &bound, elsewhere, self.frozen(now).as_deref(), now);
        (released, plan)
    }
}

/// What was retired lately.
fn recently(histories: &BTreeMap<Key, History>) -> Retirements {
    sum(histories.values().map(|history| Retirements {
        products: history.recent.products_retired,
        specifications: history.recent.specifications_removed,
    }))
}

/// What a folder says of products whose files were not read. Of those that are known what is retired is in their plans.
fn elsewhere(
    index: &SnapshotIndex,
    known: &BTreeSet<Key>,
    released: &Released,
    recent: Retirements,
) -> Elsewhere {
    let Totals { products_on_sale, specifications_on_sale, recently_retired, sells_hardware, bound } =
        index.totals;
    let own = on_sale(released);
    let others = index.retiring.0.iter().filter(|(key, _)| !known.contains(&key.0));
    let retiring = sum(others.map(|(_, found)| *found));
    let without = |all: usize, own: usize| all.saturating_sub(own);
    Elsewhere {
        products_on_sale: without(products_on_sale, own.products),
        specifications_on_sale: without(specifications_on_sale, own.specifications),
        products_retired: without(recently_retired.products, recent.products) + retiring.products,
        specifications_removed: without(recently_retired.specifications, recent.specifications)
            + retiring.specifications,
        sells_hardware,
        is_bound: bound > 0,
        compared: None,
    }
}

fn sum(all: impl Iterator<Item = Retirements>) -> Retirements {
    all.fold(Retirements::default(), |sum, found| Retirements {
        products: sum.products + found.products,
        specifications: sum.specifications + found.specifications,
    })
}

/// How many products and specifications are on sale.
fn on_sale(released: &Released) -> Retirements {
    let sold = released.products.values().filter(|found| found.status != ProductStatus::Discontinued);
    sum(sold.map(|found| Retirements { products: 1, specifications: found.on_sale().count() }))
}

/// What a product's plan is about to retire.
fn retiring(product: &ProductPlan) -> Retirements {
    let steps = product.chain.iter().filter(|step| !step.state.is_away());
    let operations = steps.flat_map(|step| match &step.action {
        Action::Submit(submission) => submission.operations.as_slice(),
        Action::Withdraw { .. } | Action::Manual(_) => &[],
    });
    sum(operations.filter(|operation| operation.kind.is_irreversible()).map(|operation| {
        let whole = operation.kind == OperationKind::RetireProduct;
        Retirements { products: usize::from(whole), specifications: usize::from(!whole) }
    }))
}

fn snapshot(planner: &Planner<'_>, situation: &Situation) -> Snapshot {
    Snapshot {
        scope: planner.scope.clone(),
        site: planner.target.profile.name.clone(),
        observation: situation.observation.clone(),
        bindings: situation.records.bindings(),
        histories: situation.histories(),
    }
}

/// The released state as one document for `plan --released`.
///
/// # Errors
/// When the ledger or marketplace cannot be read.
pub fn export(request: &Request) -> Result<String, ServiceError> {
    live(request, |planner, situation, _, _| text_of(&ReleasedSnapshot::from(&snapshot(planner, situation))))
}

/// The released state as a folder for `plan --released`. A file whose content is the same is left alone, and those of products
/// that are gone are removed. While those of products change nothing vouches for what they say: `digests.json` and
/// `settled.json` go before the first and come after the last.
///
/// # Errors
/// When the ledger or marketplace cannot be read, the folder holds something else, or it cannot be written.
pub fn export_folder(request: &Request, folder: &Utf8Path) -> Result<(), ServiceError> {
    let workspace = super::workspace::open(request)?;
    let judges = judges(&workspace, workspace.target(request.target.as_ref())?);
    let planner = Planner::new(&workspace, request)?;
    let (situation, plan, _) = planner.ask(request)?;
    let snapshot = snapshot(&planner, &situation);
    Folder::of(&planner, &snapshot, &situation.released, &plan, judges, request.now)?.write(folder)
}

/// A saved released state as such a folder.
///
/// # Errors
/// When what was saved cannot be read, the folder holds something else, or it cannot be written.
pub fn export_saved(request: &Request, saved: &Utf8Path, folder: &Utf8Path) -> Result<(), ServiceError> {
    let snapshot = SnapshotFile::open(saved)?;
    let workspace = super::workspace::open(request)?;
    let judges = judges(&workspace, workspace.target(request.target.as_ref())?);
    let planner = Planner::new(&workspace, request)?;
    snapshot.is_about(&planner.scope)?;
    let snapshot = snapshot.whole()?;
    let (released, plan) = planner.plan_from(snapshot.clone(), |_, _| Elsewhere::default(), request.now);
    Folder::of(&planner, &snapshot, &released, &plan, judges, request.now)?.write(folder)
}

/// What is written into a folder.
struct Folder {
    parts: SnapshotParts,
    /// The texts of `snapshot.json`, `digests.json` and `settled.json`.
    index: String,
    digests: String,
    settled: String,
}

impl Folder {
    fn of(
        planner: &Planner<'_>,
        snapshot: &Snapshot,
        released: &Released,
        plan: &Plan,
        judges: Digest,
        now: Timestamp,
    ) -> Result<Self, ServiceError> {
        let own = on_sale(released);
        let hardware = |found: &ReleasedProduct| found.product.delivery == DeliveryMethod::Hardware;
        let totals = Totals {
            products_on_sale: own.products,
            specifications_on_sale: own.specifications,
            recently_retired: recently(&snapshot.histories),
            sells_hardware: released.products.values().any(hardware),
            bound: snapshot.bindings.products.len(),
        };
        // A product that was renamed since has its file under the key of then.
        let has_file =
            |key: &Key| snapshot.bindings.products.contains_key(key) || snapshot.histories.contains_key(key);
        let key_then = |key: &Key| {
            let mut keys = std::iter::once(key).chain(planner.former_keys(key));
            keys.find(|key| has_file(key)).unwrap_or(key).clone()
        };
        let retiring = plan.products.iter().map(|product| (key_then(&product.key), retiring(product)));
        let retiring = retiring.filter(|(_, found)| *found != Retirements::default()).collect();
        let parts = SnapshotParts::of(snapshot, totals, &retiring);
        let index = text_of(&parts.index)?;
        let digest = parts.index.digest().map_err(|error| refuse(error.to_string()))?;
        let digests = text_of(&digests(snapshot, digest))?;
        let settled = settled(planner, snapshot, released, plan, (digest, judges), now);
        let settled = text_of(&settled)?;
        Ok(Self { parts, index, digests, settled })
    }

    fn write(&self, folder: &Utf8Path) -> Result<(), ServiceError> {
        let failed = |action: &'static str, path: &Utf8Path, error: &std::io::Error| ServiceError::File {
            action,
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let index = folder.join(INDEX);
        let products = folder.join(PRODUCTS);
        if products.exists() && !index.exists() {
            return Err(refuse(format!(
                "{folder} has a folder `{PRODUCTS}` and no {INDEX}: it is something else"
            )));
        }
        std::fs::create_dir_all(&products).map_err(|error| failed("write", &products, &error))?;
        let vouching = [folder.join(DIGESTS), folder.join(SETTLED)];
        let begin = || {
            vouching.iter().try_for_each(|file| match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(failed("remove", file, &error))
                }
                _ => Ok(()),
            })
        };
        let mut wanted = BTreeSet::new();
        for (key, product) in &self.parts.products {
            let file = products.join(format!("{key}.json"));
            let text = text_of(product)?;
            if differs(&file, &text) {
                begin()?;
                super::write(&file, text.as_bytes())?;
            }
            wanted.insert(file);
        }
        for entry in products.read_dir_utf8().map_err(|error| failed("read", &products, &error))? {
            let path = entry.map_err(|error| failed("read", &products, &error))?.into_path();
            if path.extension() == Some("json") && !wanted.contains(&path) {
                begin()?;
                std::fs::remove_file(&path).map_err(|error| failed("remove", &path, &error))?;
            }
        }
        let [digests, settled] = &vouching;
        for (file, text) in [(&index, &self.index), (digests, &self.digests), (settled, &self.settled)] {
            if differs(file, text) {
                super::write(file, text.as_bytes())?;
            }
        }
        Ok(())
    }
}

fn text_of(document: &impl Document) -> Result<String, ServiceError> {
    wire::to_json_string(document).map_err(|error| refuse(error.to_string()))
}

/// Whether something else stands in a file.
fn differs(file: &Utf8Path, text: &str) -> bool {
    std::fs::read(file).map_or(true, |now| now != text.as_bytes())
}
