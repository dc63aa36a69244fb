//! From raw observations to released products keyed by ours.

use super::{
    Bindings, Coverage, Observation, ObservedApplication, ObservedProduct, ProductBinding, ProductStatus,
};
use crate::model::{Key, Product, SkuKey, Specification, UpgradeRule};
use crate::submission::Revision;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A released product, keyed by ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedProduct {
    /// The marketplace's product ID.
    pub product_id: String,
    /// State.
    pub status: ProductStatus,
    /// Revision.
    pub revision: Revision,
    /// Address of its page, where known.
    pub url: Option<String>,
    /// When a person recorded it; `None` when the marketplace itself was asked.
    pub recorded_at: Option<Timestamp>,
    /// Content, discontinued specifications included.
    pub product: Product,
    /// Specifications that are off the catalog.
    pub discontinued: BTreeSet<Key>,
    /// SKUs that are off the catalog while their specification is on sale.
    pub discontinued_skus: BTreeSet<(Key, SkuKey)>,
    /// skuCodes of specifications on sale that no key of ours is bound to.
    pub unbound: Vec<String>,
}

impl ReleasedProduct {
    /// Keys of the specifications on sale, hidden ones included.
    pub fn on_sale(&self) -> impl Iterator<Item = &Key> {
        let sold = self.status != ProductStatus::Discontinued;
        self.product.specifications.keys().filter(move |key| sold && !self.discontinued.contains(*key))
    }

    /// What is on sale: the content without discontinued specifications and SKUs.
    #[must_use]
    pub fn sold(&self) -> Cow<'_, Product> {
        let gone = self.status == ProductStatus::Discontinued;
        if !gone && self.discontinued.is_empty() && self.discontinued_skus.is_empty() {
            return Cow::Borrowed(&self.product);
        }
        let mut product = self.product.clone();
        product.specifications.retain(|key, _| !gone && !self.discontinued.contains(key));
        for (key, sku) in &self.discontinued_skus {
            if let Some(prices) = product.specifications.get_mut(key).and_then(|found| found.prices.as_mut())
            {
                prices.retain(|cell, _| cell.sku != *sku);
            }
        }
        Cow::Owned(product)
    }
}

/// The released state of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// When it was observed, by the marketplace's clock.
    pub taken_at: Timestamp,
    /// How much was observed.
    pub coverage: Coverage,
    /// Products bound to a key of ours.
    pub products: BTreeMap<Key, ReleasedProduct>,
    /// Products on sale that no key of ours is bound to: id and name.
    pub unbound: Vec<(String, String)>,
    /// Applications, ours and foreign.
    pub applications: Vec<ObservedApplication>,
}

/// Keys an observation with the bindings of the ledger.
#[must_use]
pub fn resolve(observation: &Observation, bindings: &Bindings) -> Released {
    let mut products = BTreeMap::new();
    let mut unbound = Vec::new();
    // Should two keys be bound to one product, the first counts.
    let by_id: BTreeMap<&str, (&Key, &ProductBinding)> =
        bindings.products.iter().rev().map(|bound| (bound.1.product_id.as_str(), bound)).collect();
    for observed in &observation.products {
        match by_id.get(observed.product_id.as_str()) {
            Some((key, binding)) => {
                let key = *key;
                products.insert(key.clone(), resolve_one(key, binding, observed));
            }
            None if observed.status == ProductStatus::Discontinued => {}
            None => {
                let name = observed.fields.text(crate::model::ProductField::Name).unwrap_or("(name unknown)");
                unbound.push((observed.product_id.clone(), name.to_owned()));
            }
        }
    }
    Released {
        taken_at: observation.taken_at,
        coverage: observation.coverage.clone(),
        products,
        unbound,
        applications: observation.applications.clone(),
    }
}

/// Keys one product with its binding.
#[must_use]
pub fn resolve_one(key: &Key, binding: &ProductBinding, observed: &ObservedProduct) -> ReleasedProduct {
    let mut product = Product::new(key.clone(), observed.delivery);
    product.fields = observed.fields.clone();
    let (mut discontinued, mut discontinued_skus, mut unbound) =
        (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for specification in &observed.specifications {
        let Some((key, _)) = specification.skus.iter().find_map(|sku| binding.sku(&sku.sku_code)) else {
            if !specification.discontinued {
                unbound.extend(specification.skus.first().map(|sku| sku.sku_code.clone()));
            }
            continue;
        };
        if specification.discontinued {
            discontinued.insert(key.clone());
        }
        for sku in specification.skus.iter().filter(|sku| sku.discontinued && !specification.discontinued) {
            discontinued_skus.insert((key.clone(), sku.sku.clone()));
        }
        let content = Specification {
            key: key.clone(),
            fields: specification.fields.clone(),
            template: specification.template,
            modes: specification.modes.clone(),
            attributes: specification.attributes.clone(),
            prices: specification.prices.clone(),
            factors: specification.factors.clone(),
            packages: specification.packages.clone(),
        };
        product.specifications.insert(key.clone(), content);
    }
    product.upgrade_rules = observed.upgrade_rules.as_ref().map(|rules| {
        let bound = rules.iter().filter_map(|rule| {
            let (specification, from) = binding.sku(&rule.from_sku_code)?;
            let (_, to) = binding.sku(&rule.to_sku_code)?;
            Some(UpgradeRule {
                specification: specification.clone(),
                from: from.clone(),
                to: to.clone(),
                expansion: rule.expansion,
            })
        });
        bound.collect()
    });
    ReleasedProduct {
        product_id: observed.product_id.clone(),
        status: observed.status,
        revision: observed.revision.clone(),
        url: observed.url.clone(),
        recorded_at: observed.recorded_at,
        product,
        discontinued,
        discontinued_skus,
        unbound,
    }
}
