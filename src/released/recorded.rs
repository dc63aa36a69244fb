//! A released product as people recorded it, where nobody can ask the marketplace: what was on sale when somebody
//! looked, and what was approved since.

use super::{
    ObservedProduct, ObservedSku, ObservedSpecification, ObservedUpgradeRule, ProductBinding, ProductStatus,
    ReleasedProduct, SkuBinding,
};
use crate::model::{
    Canonical, CanonicalWriter, DeliveryMethod, Digest, Edit, Fields, Item, Key, Product, ProductField,
    SkuKey, Specification, SpecificationField, UpgradeRule, Value,
};
use crate::submission::{OperationKind, Revision, Submission, SubmissionId};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What was recorded of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Content by our keys, discontinued specifications included.
    pub product: Product,
    /// State.
    pub status: ProductStatus,
    /// The marketplace's ids, as far as somebody wrote them down.
    pub binding: ProductBinding,
    /// Specifications that are off the catalog.
    pub discontinued: BTreeSet<Key>,
    /// SKUs that are off the catalog while their specification is on sale.
    pub discontinued_skus: BTreeSet<(Key, SkuKey)>,
    /// Address of the product's page, where somebody wrote it down.
    pub url: Option<String>,
    /// When somebody last looked at all of it, or its first release was recorded.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// The approved submissions of ours that it includes.
    pub includes: BTreeSet<SubmissionId>,
}

impl Recorded {
    /// What a first release makes.
    #[must_use]
    pub fn released(release: &Submission, binding: ProductBinding, at: Timestamp, by: &str) -> Self {
        let mut recorded = Self {
            product: Product::new(release.product.clone(), release.predicted.delivery),
            status: ProductStatus::OnSale,
            binding,
            discontinued: BTreeSet::new(),
            discontinued_skus: BTreeSet::new(),
            url: None,
            at,
            by: by.to_owned(),
            includes: BTreeSet::new(),
        };
        recorded.approve(release, |_| release.predicted.clone());
        recorded
    }

    /// What was seen of a product, written down.
    #[must_use]
    pub fn of(released: &ReleasedProduct, binding: ProductBinding, at: Timestamp, by: &str) -> Self {
        Self {
            product: released.product.clone(),
            status: released.status,
            binding,
            discontinued: released.discontinued.clone(),
            discontinued_skus: released.discontinued_skus.clone(),
            url: released.url.clone(),
            at,
            by: by.to_owned(),
            includes: BTreeSet::new(),
        }
    }

    /// Takes in an approved submission, once. `after` says what its operations make of a product; what somebody wrote
    /// down that it knows nothing of stays.
    pub fn approve(&mut self, submission: &Submission, after: impl FnOnce(&Product) -> Product) {
        if !self.includes.insert(submission.id.clone()) {
            return;
        }
        self.rekey(&submission.predicted);
        let now = after(&self.product);
        let before = std::mem::replace(&mut self.product, now);
        for (key, specification) in before.specifications {
            // What is off the catalog stays to be seen (R58).
            self.product.specifications.entry(key).or_insert(specification);
        }
        for operation in &submission.operations {
            match (operation.kind, &operation.item) {
                (OperationKind::RetireProduct, _) => self.status = ProductStatus::Discontinued,
                (OperationKind::RemoveSpecification, Item::Specification(key)) => {
                    self.discontinued.insert(key.clone());
                }
                (OperationKind::RemoveSku, Item::Sku(key, sku)) => {
                    self.discontinued_skus.insert((key.clone(), sku.clone()));
                }
                _ => {}
            }
        }
    }

    /// Gives specifications the keys that they have in `now`: one has another key when its skuCode belongs to that.
    fn rekey(&mut self, now: &Product) {
        let codes = |key: &Key| -> BTreeSet<&str> {
            let bound = self.binding.specifications.get(key).into_iter();
            bound.flat_map(|bound| bound.skus.values()).map(|sku| sku.sku_code.as_str()).collect()
        };
        let key_now = |key: &Key| {
            let own = codes(key);
            let mut others = now.specifications.keys().filter(|other| *other != key);
            others.find(|other| !codes(other).is_disjoint(&own)).cloned()
        };
        let former = self.product.specifications.keys();
        let keys: BTreeMap<Key, Key> = former.filter_map(|key| Some((key.clone(), key_now(key)?))).collect();
        let renamed = |key: Key| keys.get(&key).cloned().unwrap_or(key);
        let specifications = std::mem::take(&mut self.product.specifications).into_iter();
        self.product.specifications = specifications
            .map(|(key, specification)| {
                let key = renamed(key);
                (key.clone(), Specification { key, ..specification })
            })
            .collect();
        self.product.upgrade_rules = self.product.upgrade_rules.take().map(|rules| {
            let rekeyed =
                |rule: UpgradeRule| UpgradeRule { specification: renamed(rule.specification), ..rule };
            rules.into_iter().map(rekeyed).collect()
        });
        self.discontinued = std::mem::take(&mut self.discontinued).into_iter().map(&renamed).collect();
        let skus = std::mem::take(&mut self.discontinued_skus).into_iter();
        self.discontinued_skus = skus.map(|(key, sku)| (renamed(key), sku)).collect();
    }

    /// Learns ids; a later word counts.
    pub fn learn(&mut self, binding: &ProductBinding) {
        self.binding.merge(binding);
    }

    /// The product as an observation shows it. Its revision is a digest of the content and of what led to it: two people
    /// who recorded the same outcomes have the same revision, and the same content a second time has another.
    #[must_use]
    pub fn observed(&self) -> ObservedProduct {
        let codes = complete(&self.binding, &self.product);
        let specifications =
            self.product.specifications.values().map(|content| self.specification(content, &codes));
        let specifications = specifications.collect();
        let code = |specification: &Key, sku: &SkuKey| {
            let bound = codes.specifications.get(specification)?.skus.get(sku)?;
            Some(bound.sku_code.clone())
        };
        let upgrade_rules = self.product.upgrade_rules.as_ref().map(|rules| {
            let observed = rules.iter().filter_map(|rule| {
                Some(ObservedUpgradeRule {
                    from_sku_code: code(&rule.specification, &rule.from)?,
                    to_sku_code: code(&rule.specification, &rule.to)?,
                    expansion: rule.expansion,
                })
            });
            observed.collect()
        });
        ObservedProduct {
            product_id: self.binding.product_id.clone(),
            status: self.status,
            revision: self.revision(),
            url: self.url.clone(),
            recorded_at: Some(self.at),
            delivery: self.product.delivery,
            fields: self.fields(),
            specifications,
            upgrade_rules,
        }
    }

    /// The whole form: what nobody recorded is empty, but for what is public by itself. What is set beside the forms that
    /// are reviewed is not known here.
    fn fields(&self) -> Fields<ProductField> {
        let mut fields = self.product.fields.clone();
        if fields.statement(ProductField::PublicSales).is_none() {
            fields.set(ProductField::PublicSales, Some(Value::Flag(true)));
        }
        let all = ProductField::ALL.iter().filter(|field| {
            field.info().applies_to(self.product.delivery) && field.info().edit != Edit::Separate
        });
        for field in all {
            fields.complete(*field);
        }
        fields
    }

    fn specification(&self, content: &Specification, codes: &ProductBinding) -> ObservedSpecification {
        let discontinued = self.discontinued.contains(&content.key);
        let bound = codes.specifications.get(&content.key).map(|bound| &bound.skus);
        let skus = bound.into_iter().flatten().map(|(sku, bound)| ObservedSku {
            sku_code: bound.sku_code.clone(),
            sku: sku.clone(),
            discontinued: discontinued
                || self.discontinued_skus.contains(&(content.key.clone(), sku.clone())),
            offerings: bound.offerings.clone(),
        });
        ObservedSpecification {
            discontinued,
            fields: specification_fields(content, self.product.delivery),
            template: content.template,
            modes: content.modes.clone(),
            attributes: content.attributes.clone(),
            prices: content.prices.clone(),
            factors: content.factors.clone(),
            packages: content.packages.clone(),
            skus: skus.collect(),
        }
    }

    fn revision(&self) -> Revision {
        struct Content<'a>(&'a Recorded);
        impl Canonical for Content<'_> {
            fn write(&self, to: &mut CanonicalWriter) {
                let Recorded { product, status, discontinued, discontinued_skus, includes, .. } = self.0;
                product.write(to);
                to.number(*status as u64);
                for key in discontinued {
                    key.write(to);
                }
                for (key, sku) in discontinued_skus {
                    key.write(to);
                    sku.write(to);
                }
                for submission in includes {
                    to.text(&submission.0);
                }
            }
        }
        Revision(format!("recorded-{}", Digest::of("recorded", &Content(self)).short()))
    }
}

/// The same of a specification.
fn specification_fields(content: &Specification, delivery: DeliveryMethod) -> Fields<SpecificationField> {
    let mut fields = content.fields.clone();
    if fields.statement(SpecificationField::Public).is_none() {
        fields.set(SpecificationField::Public, Some(Value::Flag(true)));
    }
    let all = SpecificationField::ALL
        .iter()
        .filter(|field| field.info().applies_to(delivery) && field.info().edit != Edit::Separate);
    for field in all {
        fields.complete(*field);
    }
    fields
}

/// Ids for everything a product has: those that are known, and for the rest a name in brackets that no marketplace
/// gives. Nobody can look a skuCode up before the approval, and planning only needs to tell SKUs apart.
#[must_use]
pub fn complete(known: &ProductBinding, product: &Product) -> ProductBinding {
    let mut complete = known.clone();
    for (key, specification) in &product.specifications {
        let bound = complete.specifications.entry(key.clone()).or_default();
        let simple = SkuKey::simple();
        let mut skus: Vec<&SkuKey> = specification.skus().into_iter().collect();
        if skus.is_empty() && bound.skus.is_empty() {
            skus.push(&simple);
        }
        for sku in skus {
            bound.skus.entry(sku.clone()).or_insert_with(|| {
                let sku_code =
                    if sku.values().is_empty() { format!("({key})") } else { format!("({key} {sku})") };
                SkuBinding { sku_code, offerings: BTreeMap::new() }
            });
        }
    }
    complete
}
