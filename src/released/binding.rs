//! Which marketplace id belongs to which of our keys, on three levels.

use crate::model::{BillingMode, Key, SkuKey};
use std::collections::BTreeMap;

/// Ids of one SKU.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkuBinding {
    /// The marketplace's skuCode.
    pub sku_code: String,
    /// productId of each offering.
    pub offerings: BTreeMap<BillingMode, String>,
}

/// Ids of one specification: one SKU for the simple template, several for the custom one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpecificationBinding {
    /// By SKU key.
    pub skus: BTreeMap<SkuKey, SkuBinding>,
}

/// Ids of one product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductBinding {
    /// The marketplace's product ID.
    pub product_id: String,
    /// By specification key.
    pub specifications: BTreeMap<Key, SpecificationBinding>,
}

/// All bindings of one catalog at one target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bindings {
    /// By product key.
    pub products: BTreeMap<Key, ProductBinding>,
}

impl ProductBinding {
    /// Learns further ids; where both say something, the later word counts.
    pub fn merge(&mut self, later: &Self) {
        let Self { product_id, specifications } = later;
        self.product_id.clone_from(product_id);
        for (key, SpecificationBinding { skus }) in specifications {
            let known = self.specifications.entry(key.clone()).or_default();
            for (key, SkuBinding { sku_code, offerings }) in skus {
                let known = known.skus.entry(key.clone()).or_default();
                known.sku_code.clone_from(sku_code);
                known.offerings.extend(offerings.iter().map(|(mode, id)| (*mode, id.clone())));
            }
        }
    }

    /// The specification and SKU with this skuCode.
    #[must_use]
    pub fn sku(&self, sku_code: &str) -> Option<(&Key, &SkuKey)> {
        self.specifications.iter().find_map(|(key, specification)| {
            let sku = specification.skus.iter().find(|(_, sku)| sku.sku_code == sku_code)?;
            Some((key, sku.0))
        })
    }
}
