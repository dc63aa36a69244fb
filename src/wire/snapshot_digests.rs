//! What is on sale of the products in a snapshot's folder, each as a digest.

use super::{Document, Map, Name};
use crate::model::{Digest, Key, ProductField, SpecificationField};
use crate::submission::Revision;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Products of a snapshot in a folder that are on sale as a whole and of which nothing is under way, each with a digest of what
/// is on sale: its file `digests.json`. The file of a product whose definition says the same need not be read. Without this file, or
/// where it is about something else, every file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SnapshotDigests {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// Digest of the `snapshot.json` that it belongs to, but for the moment of observing.
    pub index: Name<Digest>,
    /// Version of the program that made it. Another one may read products otherwise, and reads their files.
    pub version: String,
    /// The commits that products were applied from last.
    pub commits: Vec<String>,
    /// What products are on sale with that is empty: few combinations for many products.
    pub empty: Vec<EmptyValues>,
    /// By product key.
    pub products: Map<Key, ProductDigest>,
}

impl Document for SnapshotDigests {
    const NAME: &'static str = "snapshot-digests";
    const FORMAT: u32 = 1;
}

/// Empty values of a product on sale. A marketplace shows them, and most definitions say nothing in their place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmptyValues {
    /// Fields of the product.
    pub fields: Vec<Name<ProductField>>,
    /// Whether there are no upgrade rules.
    pub upgrade_rules: bool,
    /// Fields of its specifications.
    pub specification_fields: Vec<Name<SpecificationField>>,
    /// Whether specifications have no billing modes.
    pub modes: bool,
    /// Whether they have no attributes.
    pub attributes: bool,
    /// Whether they have no prices.
    pub prices: bool,
    /// Whether they have no billing factors.
    pub factors: bool,
    /// Whether they have no packages.
    pub packages: bool,
}

/// What is on sale of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductDigest {
    /// Digest of the content.
    pub content: Name<Digest>,
    /// What of it is empty, by its place among all that is; left out where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty: Option<usize>,
    /// The released revision.
    pub revision: Name<Revision>,
    /// The commit it was applied from last, by its place among the commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<usize>,
}
