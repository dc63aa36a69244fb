//! What `export` saves and `plan --released` reads: the released state with what the ledger knows, as one file or as a
//! folder with a file for each product.

use super::planning::{Planner, Situation, live};
use super::workspace::request as refuse;
use super::{Request, ServiceError};
use crate::model::{DeliveryMethod, Key};
use crate::plan::{Action, Elsewhere, History, Plan, ProductPlan};
use crate::released::{Bindings, ProductStatus, Released, resolve};
use crate::submission::{OperationKind, Scope};
use crate::wire::{
    self, Document, ReleasedSnapshot, Retirements, Snapshot, SnapshotIndex, SnapshotParts, Totals,
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

/// A saved released state.
#[derive(Clone)]
pub(super) struct SnapshotFile {
    path: Utf8PathBuf,
    content: Content,
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
            true => Content::Folder(Box::new(document(&path.join(INDEX))?)),
            false => {
                let whole: ReleasedSnapshot = document(path)?;
                Content::Whole(Box::new(whole.into()))
            }
        };
        Ok(Self { path: path.to_owned(), content })
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
        let Self { path, content } = self;
        match content {
            Content::Whole(snapshot) => Ok(*snapshot),
            Content::Folder(index) => {
                let keys = keys(&path)?;
                is_whole(&path, &index, keys.len())?;
                parts(&path, *index, &keys).map(SnapshotParts::into_snapshot)
            }
        }
    }

    /// Plans against it; of a folder only the files of the products to plan are read.
    pub(super) fn plan(self, planner: &Planner<'_>, now: Timestamp) -> Result<Plan, ServiceError> {
        self.is_about(&planner.scope)?;
        let (Content::Folder(index), Some(only)) = (&self.content, &planner.only) else {
            return Ok(planner.plan_from(self.whole()?, |_, _| Elsewhere::default(), now).1);
        };
        let former = only.iter().flat_map(|key| planner.former_keys(key));
        let wanted: BTreeSet<Key> = only.iter().chain(former).cloned().collect();
        let parts = parts(&self.path, index.as_ref().clone(), &wanted)?;
        // A product without a file is new, if no file is missing.
        if parts.products.len() < wanted.len() {
            is_whole(&self.path, index, keys(&self.path)?.len())?;
        }
        let elsewhere = |released: &Released, histories: &BTreeMap<Key, History>| {
            elsewhere(index, &wanted, released, recently(histories))
        };
        Ok(planner.plan_from(parts.into_snapshot(), elsewhere, now).1)
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
    let mut keys = BTreeSet::new();
    for entry in folder.read_dir_utf8().map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let name = entry.file_name().strip_suffix(".json");
        keys.extend(name.and_then(|name| Key::new(name).ok()));
    }
    Ok(keys)
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

/// What a folder says about some products.
fn parts(path: &Utf8Path, index: SnapshotIndex, keys: &BTreeSet<Key>) -> Result<SnapshotParts, ServiceError> {
    let folder = path.join(PRODUCTS);
    let read = |key: &Key| {
        let file = folder.join(format!("{key}.json"));
        // A product that is new has none.
        file.is_file().then(|| document(&file).map(|product| (key.clone(), product)))
    };
    let products = keys.par_iter().filter_map(read).collect::<Result<BTreeMap<_, _>, ServiceError>>()?;
    Ok(SnapshotParts { index, products })
}

fn document<D: Document + DeserializeOwned>(file: &Utf8Path) -> Result<D, ServiceError> {
    let text = super::read(file)?;
    wire::from_json_str(&text).map_err(|error| ServiceError::Request {
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

/// What a folder says of products whose files were not read.
fn elsewhere(
    index: &SnapshotIndex,
    read: &BTreeSet<Key>,
    released: &Released,
    recent: Retirements,
) -> Elsewhere {
    let Totals { products_on_sale, specifications_on_sale, recently_retired, sells_hardware, bound } =
        index.totals;
    let own = on_sale(released);
    let others = index.retiring.0.iter().filter(|(key, _)| !read.contains(&key.0));
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
    live(request, |planner, situation, _, _| {
        let document = ReleasedSnapshot::from(&snapshot(planner, situation));
        wire::to_json_string(&document).map_err(|error| refuse(error.to_string()))
    })
}

/// The released state as a folder for `plan --released`. A file whose content is the same is left alone, those of products
/// that are gone are removed, and `snapshot.json` is written last.
///
/// # Errors
/// When the ledger or marketplace cannot be read, the folder holds something else, or it cannot be written.
pub fn export_folder(request: &Request, folder: &Utf8Path) -> Result<(), ServiceError> {
    let parts = live(request, |planner, situation, plan, _| {
        let released = &situation.released;
        let own = on_sale(released);
        let totals = Totals {
            products_on_sale: own.products,
            specifications_on_sale: own.specifications,
            recently_retired: recently(&situation.histories()),
            sells_hardware: released
                .products
                .values()
                .any(|found| found.product.delivery == DeliveryMethod::Hardware),
            bound: situation.records.bindings().products.len(),
        };
        let retiring: BTreeMap<Key, Retirements> = plan
            .products
            .iter()
            .map(|product| (product.key.clone(), retiring(product)))
            .filter(|(_, found)| *found != Retirements::default())
            .collect();
        Ok(SnapshotParts::of(&snapshot(planner, situation), totals, &retiring))
    })?;
    write_folder(&parts, folder)
}

fn write_folder(parts: &SnapshotParts, folder: &Utf8Path) -> Result<(), ServiceError> {
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
    let text = |error: wire::WireError| refuse(error.to_string());
    let mut wanted = BTreeSet::new();
    for (key, product) in &parts.products {
        let file = products.join(format!("{key}.json"));
        write_changed(&file, &wire::to_json_string(product).map_err(text)?)?;
        wanted.insert(file);
    }
    for entry in products.read_dir_utf8().map_err(|error| failed("read", &products, &error))? {
        let path = entry.map_err(|error| failed("read", &products, &error))?.into_path();
        if path.extension() == Some("json") && !wanted.contains(&path) {
            std::fs::remove_file(&path).map_err(|error| failed("remove", &path, &error))?;
        }
    }
    write_changed(&index, &wire::to_json_string(&parts.index).map_err(text)?)
}

fn write_changed(file: &Utf8Path, text: &str) -> Result<(), ServiceError> {
    match std::fs::read(file) {
        Ok(now) if now == text.as_bytes() => Ok(()),
        Ok(_) | Err(_) => super::write(file, text.as_bytes()),
    }
}
