//! The released state as far as it is at hand: in an exported file, in the embedded sandbox, or as people recorded it.
//! Nothing is asked over a network, and nothing is written or made.

use super::ServiceError;
use super::marketplace::Marketplace;
use super::planning::Planner;
use super::snapshot::SnapshotFile;
use crate::config::{Driver, LedgerStore, Target};
use crate::definition::Definition;
use crate::diff::value_at;
use crate::ledger::{Event, fold};
use crate::marketplace::Observe as _;
use crate::model::{
    AttributeKind, BillingMode, Desired, Item, Product, ProductField, Specification, SpecificationField,
    Value,
};
use crate::wire;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use std::time::SystemTime;

/// Which files there are, when they were written and how long they are.
type Stamp = Vec<(Utf8PathBuf, Option<(SystemTime, u64)>)>;

/// Keeps the released state until its files change.
pub(super) struct Snapshots {
    exported: Option<Utf8PathBuf>,
    known: Option<(Stamp, wire::Snapshot)>,
}

impl Snapshots {
    /// `exported` counts before anything else.
    pub(super) fn new(exported: Option<Utf8PathBuf>) -> Self {
        Self { exported, known: None }
    }

    /// Whether it is worth asking: an exported state is named, or files of the target are there.
    pub(super) fn may_be_at_hand(&self, root: &Utf8Path, target: &Target) -> bool {
        self.exported.is_some() || files(root, target).iter().any(|file| file.exists())
    }

    /// The released state with what the ledger knows; `None` where none is at hand.
    pub(super) fn at_hand(
        &mut self,
        planner: &Planner<'_>,
        now: Timestamp,
    ) -> Result<Option<wire::Snapshot>, ServiceError> {
        let root = planner.workspace.tree.root();
        let stamp = match &self.exported {
            Some(file) => vec![stamp(file)],
            None => files(root, planner.target).iter().map(|file| stamp(file)).collect(),
        };
        if let Some((known, snapshot)) = &self.known
            && *known == stamp
            && snapshot.scope == planner.scope
        {
            return Ok(Some(snapshot.clone()));
        }
        self.known = None;
        let snapshot = match &self.exported {
            Some(file) => {
                let exported = SnapshotFile::open(file)?;
                exported.is_about(&planner.scope)?;
                Some(exported.whole()?)
            }
            None => own(planner, now)?,
        };
        self.known = snapshot.clone().map(|snapshot| (stamp, snapshot));
        Ok(snapshot)
    }
}

fn stamp(file: &Utf8Path) -> (Utf8PathBuf, Option<(SystemTime, u64)>) {
    let found = std::fs::metadata(file).ok();
    let found = found.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
    (file.to_owned(), found)
}

/// The files that say what is released at a target.
fn files(root: &Utf8Path, target: &Target) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    match &target.driver {
        Driver::Sandbox { path } => files.push(root.join(path)),
        Driver::Console { released, .. } => {
            let folder = root.join(released).join(target.name.as_str());
            let entries = folder.read_dir_utf8().into_iter().flatten().filter_map(Result::ok);
            files.extend(entries.map(|entry| entry.into_path()));
        }
        Driver::Gateway { .. } => {}
    }
    if let LedgerStore::Sqlite { path, .. } = &target.ledger {
        files.push(root.join(path));
    }
    files.sort();
    files
}

/// What the catalog's own files say.
fn own(planner: &Planner<'_>, now: Timestamp) -> Result<Option<wire::Snapshot>, ServiceError> {
    let Some(mut driver) = Marketplace::at_hand(planner, now)? else { return Ok(None) };
    let events = events(planner)?;
    let records = fold(&planner.scope, &events, now);
    let mut bindings = records.bindings();
    if let Marketplace::Console(console) = &driver {
        // A record knows its ids, also where the ledger is elsewhere.
        for (key, recorded) in console.recorded() {
            bindings.products.entry(key.clone()).or_insert_with(|| recorded.binding.clone());
        }
    }
    driver.learn(planner, &events, bindings.clone());
    let histories = records.products.into_iter().map(|(key, record)| (key, record.history)).collect();
    Ok(Some(wire::Snapshot {
        scope: planner.scope.clone(),
        site: planner.target.profile.name.clone(),
        observation: driver.observe()?,
        bindings,
        histories,
    }))
}

/// What the ledger holds, where it is a file: a branch or a database may be another machine's, which only a network tells.
fn events(planner: &Planner<'_>) -> Result<Vec<Event>, ServiceError> {
    let events = match &planner.target.ledger {
        LedgerStore::Sqlite { .. } => {
            planner.workspace.ledger_view(planner.target)?.events(&planner.scope)?
        }
        LedgerStore::Git { .. } | LedgerStore::Postgres { .. } => Vec::new(),
    };
    planner.of_today(events)
}

/// The released value of the smallest thing that a definition says around a byte.
pub(super) fn released_text(
    definition: &Definition,
    released: &Product,
    target: &Target,
    offset: u32,
) -> Option<String> {
    let intent = definition.desired(target.name.as_str())?;
    let (desired, released) = (intent.wanted(), under_todays_keys(intent, released));
    let around = |item: Item| {
        let (owner, key) = definition.stated(&item.route(), target)?;
        let (key, value) = owner.entry(&key)?;
        let (start, end) = (key.span().start, value.span().end);
        (start <= offset && offset <= end).then_some((end - start, item))
    };
    let stated = items(&desired).into_iter().chain(items(&released)).filter_map(around);
    let (_, item) = stated.min_by_key(|(length, _)| *length)?;
    let currency = &target.currency;
    Some(match value_at(&released, &item)? {
        None => "nothing".to_owned(),
        Some(Value::Price(price)) => format!("{price} {currency}"),
        Some(Value::Prices(prices)) => {
            let prices = prices.iter().map(|(cell, price)| format!("{cell} {price} {currency}"));
            prices.collect::<Vec<_>>().join("; ")
        }
        Some(value) => value.to_string(),
    })
}

/// A released product whose specifications have the keys of today (`formerly`).
fn under_todays_keys(intent: &Desired, released: &Product) -> Product {
    let mut released = released.clone();
    for (now, specification) in &intent.specifications {
        for former in &specification.formerly {
            let Some(found) = released.specifications.remove(former) else { continue };
            let renamed = || Specification { key: now.clone(), ..found };
            released.specifications.entry(now.clone()).or_insert_with(renamed);
        }
    }
    released
}

/// Everything about a product that has a value of its own.
fn items(product: &Product) -> Vec<Item> {
    let mut items = vec![Item::Delivery];
    items.extend(ProductField::ALL.iter().map(|field| Item::Field(*field)));
    items.extend(product.specifications.values().flat_map(items_of_specification));
    items
}

fn items_of_specification(specification: &Specification) -> Vec<Item> {
    let key = || specification.key.clone();
    let mut items = vec![Item::Template(key())];
    items.extend(SpecificationField::ALL.iter().map(|field| Item::SpecificationField(key(), *field)));
    items.extend(BillingMode::ALL.iter().map(|mode| Item::BillingMode(key(), *mode)));
    let cells = specification.prices.iter().flatten();
    items.extend(cells.map(|(cell, _)| Item::Price(key(), cell.clone())));
    for (code, attribute) in specification.attributes.iter().flatten() {
        match &attribute.kind {
            AttributeKind::Quantity(_) => items.push(Item::Quantity(key(), code.clone())),
            AttributeKind::Enumeration(values) => {
                let value = |value| Item::AttributeValue(key(), code.clone(), value);
                items.extend(values.keys().cloned().map(value));
            }
        }
    }
    items
}
