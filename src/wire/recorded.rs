//! What people recorded as released of one product: a file under `released/`.

use super::{
    Document, Map, Name, Product, ProductBinding, ProductStatus, Set, SkuKey, present, sku, sku_into,
};
use crate::model::Key;
use crate::released::Recorded;
use crate::submission::SubmissionId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What people recorded as released of one product: the console cannot be asked, so this file is its memory. The tool
/// writes it when an approval is recorded; people correct it when the console shows something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordedProduct {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// The target it was recorded at.
    pub target: Name<Key>,
    /// When somebody last looked at all of it, or its first release was recorded.
    pub recorded_at: Name<Timestamp>,
    /// Who.
    pub recorded_by: String,
    /// State.
    pub status: ProductStatus,
    /// Address of the product's page, where somebody wrote it down.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Content by our keys, discontinued specifications included.
    pub product: Product,
    /// Keys of specifications that are off the catalog.
    pub discontinued: Set<Name<Key>>,
    /// SKUs that are off the catalog while their specification is on sale, by specification.
    pub discontinued_skus: Map<Key, Vec<SkuKey>>,
    /// The marketplace's ids; a skuCode in brackets stands for one that nobody wrote down yet. What the ledger knows
    /// counts more: a wrong id is put right with `gallerist submissions record SUBMISSION ids`.
    pub ids: ProductBinding,
    /// Our approved submissions that are part of this.
    pub includes: Set<Name<SubmissionId>>,
}

impl Document for RecordedProduct {
    const NAME: &'static str = "released-product";
    const FORMAT: u32 = 1;
}

impl RecordedProduct {
    /// The wire form of what was recorded at a target.
    #[must_use]
    pub fn of(core: &Recorded, target: &Key) -> Self {
        let Recorded { product, status, binding, discontinued, discontinued_skus, url, at, by, includes } =
            core;
        let mut skus: BTreeMap<Key, Vec<SkuKey>> = BTreeMap::new();
        for (key, gone) in discontinued_skus {
            skus.entry(key.clone()).or_default().push(sku(gone));
        }
        Self {
            document: Self::NAME.into(),
            format: Self::FORMAT,
            target: Name(target.clone()),
            recorded_at: Name(*at),
            recorded_by: by.clone(),
            status: (*status).into(),
            url: url.clone(),
            product: product.into(),
            discontinued: Set::of(discontinued),
            discontinued_skus: Map::of(&skus, Clone::clone),
            ids: binding.into(),
            includes: Set::of(includes),
        }
    }
}

impl From<RecordedProduct> for Recorded {
    fn from(wire: RecordedProduct) -> Self {
        let skus = wire.discontinued_skus.into_core(|skus| skus);
        let skus = skus
            .into_iter()
            .flat_map(|(key, skus)| skus.into_iter().map(move |gone| (key.clone(), sku_into(gone))));
        let discontinued_skus: BTreeSet<_> = skus.collect();
        Self {
            product: wire.product.into(),
            status: wire.status.into(),
            binding: wire.ids.into(),
            discontinued: wire.discontinued.into_core(),
            discontinued_skus,
            url: wire.url,
            at: wire.recorded_at.0,
            by: wire.recorded_by,
            includes: wire.includes.into_core(),
        }
    }
}
