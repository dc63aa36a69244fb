//! The released snapshot as a folder: a file of what concerns all products, and one file for each. Whoever plans a few
//! products reads the files of a few, and what did not change keeps its bytes.

use super::{
    Document, History, Map, Name, ObservedProduct, ProductBinding, ReleasedSnapshot, Scope, Snapshot,
    WireError,
};
use crate::model::{DeliveryMethod, Digest, Key};
use crate::rules::Summary;
use crate::submission::Revision;
use crate::{plan, released};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of something is retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retirements {
    /// Whole products.
    pub products: usize,
    /// Specifications and SKUs.
    pub specifications: usize,
}

/// What limits over the whole catalog ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Totals {
    /// Products with a key of ours that are on sale.
    pub products_on_sale: usize,
    /// Their specifications that are on sale.
    pub specifications_on_sale: usize,
    /// Retired within the last seven days.
    pub recently_retired: Retirements,
    /// Whether hardware is on sale.
    pub sells_hardware: bool,
    /// Products that the ledger knows an id of.
    pub bound: usize,
}

/// What a snapshot in a folder says about all products: its file `snapshot.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SnapshotIndex {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// Catalog and target.
    pub scope: Scope,
    /// Site profile's name.
    pub site: String,
    /// When and how much was observed, the applications, and the products that no key of ours is bound to.
    pub rest: Box<ReleasedSnapshot>,
    /// How many products the folder has files of.
    pub products: usize,
    /// What limits over the whole catalog ask for.
    pub totals: Totals,
    /// What was about to be retired when the snapshot was made, by product key.
    pub retiring: Map<Key, Retirements>,
}

impl Document for SnapshotIndex {
    const NAME: &'static str = "snapshot-index";
    const FORMAT: u32 = 1;
}

/// What a snapshot in a folder says about one product: its file `products/KEY.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SnapshotProduct {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// What the marketplace showed; left out where it showed nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<ObservedProduct>,
    /// Its ids; left out where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<ProductBinding>,
    /// What the ledger knows; left out where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
}

impl Document for SnapshotProduct {
    const NAME: &'static str = "snapshot-product";
    const FORMAT: u32 = 1;
}

/// Products of a snapshot in a folder that were in sync when it was made, with nothing to say of them: its file
/// `settled.json`. A product whose definition and files are still the same needs no further look: its definition is not
/// parsed, and its file here is not read. Without this file, or where it is about something else, every product is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettledProducts {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// Digest of the `snapshot.json` that it belongs to, but for the moment of observing.
    pub index: Name<Digest>,
    /// Digest of what decides how products are read and judged: the program's rules, `gallerist.yaml` and the attribute library.
    pub judged_by: Name<Digest>,
    /// The commits that products were applied from last.
    pub commits: Vec<String>,
    /// Files that definitions name.
    pub files: Vec<SettledFile>,
    /// By product key.
    pub products: Map<Key, SettledProduct>,
}

impl Document for SettledProducts {
    const NAME: &'static str = "snapshot-settled";
    const FORMAT: u32 = 1;
}

/// A file that definitions name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettledFile {
    /// From the catalog's folder.
    pub path: String,
    /// Whether its text counts, whatever its line ends, and not its bytes.
    pub text: bool,
}

/// A product in sync of which nothing is to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettledProduct {
    /// Its definition, from the catalog's folder.
    pub path: String,
    /// The files that the definition names, there or not, by their places among the files.
    pub files: Vec<usize>,
    /// Digest of the definition with these files.
    pub content: Name<Digest>,
    /// The name buyers see.
    pub name: String,
    /// What other products are compared with.
    pub compared: ComparedProduct,
    /// The released revision.
    pub revision: Name<Revision>,
    /// The commit it was applied from last, by its place among the commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<usize>,
    /// From when on: something that was recorded of it no longer counts since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Name<Timestamp>>,
    /// Until when: from then on something that was recorded of it no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Name<Timestamp>>,
}

/// What other products are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ComparedProduct {
    /// How it is delivered.
    pub delivery: Name<DeliveryMethod>,
    /// Its name, if one is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Digest of its software copyright certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The name of the certificate's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<String>,
    /// Address of its production interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_url: Option<String>,
    /// Its linked application credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl ComparedProduct {
    /// What there is to compare of a product.
    #[must_use]
    pub fn of(summary: &Summary) -> Self {
        let Summary { key: _, delivery, name, certificate, certificate_file, interface_url, credential } =
            summary;
        Self {
            delivery: Name(*delivery),
            name: name.clone(),
            certificate: certificate.clone(),
            certificate_file: certificate_file.clone(),
            interface_url: interface_url.clone(),
            credential: credential.clone(),
        }
    }

    /// The same of a product with this key.
    #[must_use]
    pub fn summary(&self, key: &Key) -> Summary {
        let Self { delivery, name, certificate, certificate_file, interface_url, credential } = self.clone();
        let (key, delivery) = (key.clone(), delivery.0);
        Summary { key, delivery, name, certificate, certificate_file, interface_url, credential }
    }
}

/// What a snapshot in a folder says about one product, as core types.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SnapshotPart {
    /// What the marketplace showed.
    pub observed: Option<released::ObservedProduct>,
    /// Its ids.
    pub binding: Option<released::ProductBinding>,
    /// What the ledger knows.
    pub history: Option<plan::History>,
}

impl From<SnapshotProduct> for SnapshotPart {
    fn from(product: SnapshotProduct) -> Self {
        let SnapshotProduct { document: _, format: _, observed, binding, history } = product;
        Self {
            observed: observed.map(Into::into),
            binding: binding.map(Into::into),
            history: history.map(Into::into),
        }
    }
}

/// A snapshot taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotParts {
    /// What concerns all products.
    pub index: SnapshotIndex,
    /// One document for each product.
    pub products: BTreeMap<Key, SnapshotProduct>,
}

impl SnapshotIndex {
    /// Digest of all that it says but for the moment of observing, whatever its line ends.
    ///
    /// # Errors
    /// As [`super::to_json_line`].
    pub fn digest(&self) -> Result<Digest, WireError> {
        let mut index = self.clone();
        index.rest.observation.taken_at = Name(Timestamp::UNIX_EPOCH);
        super::to_json_line(&index).map(|text| Digest::of_bytes(text.as_bytes()))
    }

    /// Puts a snapshot together again, of the products that are at hand.
    #[must_use]
    pub fn snapshot(&self, products: BTreeMap<Key, SnapshotPart>) -> Snapshot {
        let mut snapshot: Snapshot = (*self.rest).clone().into();
        for (key, SnapshotPart { observed, binding, history }) in products {
            snapshot.observation.products.extend(observed);
            if let Some(binding) = binding {
                snapshot.bindings.products.insert(key.clone(), binding);
            }
            if let Some(history) = history {
                snapshot.histories.insert(key, history);
            }
        }
        snapshot.observation.products.sort_by(|a, b| a.product_id.cmp(&b.product_id));
        snapshot
    }
}

impl SnapshotParts {
    /// Takes a snapshot apart. `totals` and `retiring` are what limits over the whole catalog ask for.
    #[must_use]
    pub fn of(snapshot: &Snapshot, totals: Totals, retiring: &BTreeMap<Key, Retirements>) -> Self {
        let mut products: BTreeMap<Key, SnapshotProduct> = BTreeMap::new();
        let product = || SnapshotProduct {
            document: SnapshotProduct::NAME.into(),
            format: SnapshotProduct::FORMAT,
            observed: None,
            binding: None,
            history: None,
        };
        let mut keys = BTreeMap::new();
        for (key, binding) in &snapshot.bindings.products {
            // Should two keys be bound to one product, the first counts.
            keys.entry(binding.product_id.as_str()).or_insert(key);
            products.entry(key.clone()).or_insert_with(product).binding = Some(binding.into());
        }
        let nothing = plan::History::default();
        for (key, history) in snapshot.histories.iter().filter(|(_, history)| **history != nothing) {
            products.entry(key.clone()).or_insert_with(product).history = Some(history.into());
        }
        let (mut rest, mut observation) = (snapshot.clone(), snapshot.observation.clone());
        observation.products.retain(|observed| match keys.get(observed.product_id.as_str()) {
            Some(key) => {
                products.entry((*key).clone()).or_insert_with(product).observed = Some(observed.into());
                false
            }
            None => true,
        });
        rest.observation = observation;
        rest.bindings.products.clear();
        rest.histories.clear();
        let index = SnapshotIndex {
            document: SnapshotIndex::NAME.into(),
            format: SnapshotIndex::FORMAT,
            scope: (&snapshot.scope).into(),
            site: snapshot.site.clone(),
            rest: Box::new((&rest).into()),
            products: products.len(),
            totals,
            retiring: Map::of(retiring, |found| *found),
        };
        Self { index, products }
    }
}
