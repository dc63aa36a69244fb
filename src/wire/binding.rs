//! Which marketplace id belongs to which of our keys.

use super::{Map, SkuKey, sku, sku_into};
use crate::model::{self, BillingMode, Key};
use crate::released;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Ids of one SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkuBinding {
    /// Which SKU; empty for the simple template.
    pub sku: SkuKey,
    /// The marketplace's skuCode.
    pub sku_code: String,
    /// productId of each offering.
    pub offerings: Map<BillingMode, String>,
}

/// Ids of one specification: one element per SKU, no SKU twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<SkuBinding>", into = "Vec<SkuBinding>")]
#[schemars(inline)]
pub struct SpecificationBinding(Vec<SkuBinding>);

impl TryFrom<Vec<SkuBinding>> for SpecificationBinding {
    type Error = String;

    fn try_from(list: Vec<SkuBinding>) -> Result<Self, String> {
        let mut seen = BTreeSet::new();
        for binding in &list {
            let key = sku_into(binding.sku.clone());
            if seen.contains(&key) {
                return Err(format!("the SKU `{key}` stands twice"));
            }
            seen.insert(key);
        }
        Ok(Self(list))
    }
}

impl From<SpecificationBinding> for Vec<SkuBinding> {
    fn from(binding: SpecificationBinding) -> Self {
        binding.0
    }
}

impl From<&released::SpecificationBinding> for SpecificationBinding {
    fn from(core: &released::SpecificationBinding) -> Self {
        let released::SpecificationBinding { skus } = core;
        let one = |(key, binding): (&model::SkuKey, &released::SkuBinding)| {
            let released::SkuBinding { sku_code, offerings } = binding;
            SkuBinding {
                sku: sku(key),
                sku_code: sku_code.clone(),
                offerings: Map::of(offerings, Clone::clone),
            }
        };
        Self(skus.iter().map(one).collect())
    }
}

impl From<SpecificationBinding> for released::SpecificationBinding {
    fn from(wire: SpecificationBinding) -> Self {
        let one = |SkuBinding { sku, sku_code, offerings }: SkuBinding| {
            let offerings = offerings.into_core(|id| id);
            (sku_into(sku), released::SkuBinding { sku_code, offerings })
        };
        Self { skus: wire.0.into_iter().map(one).collect() }
    }
}

/// Ids of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductBinding {
    /// The marketplace's product ID.
    pub product_id: String,
    /// By specification key.
    pub specifications: Map<Key, SpecificationBinding>,
}

impl From<&released::ProductBinding> for ProductBinding {
    fn from(core: &released::ProductBinding) -> Self {
        let released::ProductBinding { product_id, specifications } = core;
        Self { product_id: product_id.clone(), specifications: Map::of(specifications, Into::into) }
    }
}

impl From<ProductBinding> for released::ProductBinding {
    fn from(wire: ProductBinding) -> Self {
        Self { product_id: wire.product_id, specifications: wire.specifications.into_core(Into::into) }
    }
}

/// Ids of all products of a catalog at a target, by product key.
pub type Bindings = Map<Key, ProductBinding>;

/// The wire form of all bindings.
#[must_use]
pub fn bindings(core: &released::Bindings) -> Bindings {
    Map::of(&core.products, Into::into)
}

/// The core form of all bindings.
#[must_use]
pub fn bindings_into(wire: Bindings) -> released::Bindings {
    released::Bindings { products: wire.into_core(Into::into) }
}
