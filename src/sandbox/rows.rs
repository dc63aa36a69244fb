//! What the marketplace keeps: products, specifications and SKUs with its own ids.

use super::{Application, Health};
use crate::model::{
    Attribute, BillingFactor, BillingMode, Cell, DeliveryMethod, Digest, Fields, Key, Package, Price,
    Product, ProductField, SkuKey, Specification, SpecificationField, Template, UpgradeRule, Value,
};
use crate::released::{ProductBinding, ProductStatus, SkuBinding, SpecificationBinding};
use crate::submission::{ApplicationId, Fence, Revision};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Everything the sandbox knows. A fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// How far the sandbox's clock is ahead of the caller's, in seconds.
    pub clock_ahead_seconds: i64,
    /// The latest moment of an event, by the sandbox's clock: time never goes back.
    pub latest: Timestamp,
    /// Products by product ID, discontinued ones included (R58).
    pub products: BTreeMap<String, ProductRow>,
    /// Applications by id, in the order they were made.
    pub applications: BTreeMap<ApplicationId, Application>,
    /// How the production interfaces of a product answer; healthy where nothing is said.
    pub health: BTreeMap<Key, Health>,
    /// The latest fence that each product was held under, by the seller's key.
    pub fences: BTreeMap<Key, Fence>,
}

/// A SKU.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkuRow {
    /// The skuCode; empty until the SKU is approved.
    pub code: String,
    /// Off the catalog for ever.
    pub discontinued: bool,
    /// The productId of each offering.
    pub offerings: BTreeMap<BillingMode, String>,
}

/// A specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecificationRow {
    /// Off the catalog for ever.
    pub discontinued: bool,
    /// Single values.
    pub fields: Fields<SpecificationField>,
    /// Pricing template.
    pub template: Template,
    /// Billing modes on offer.
    pub modes: BTreeSet<BillingMode>,
    /// Attributes by code.
    pub attributes: BTreeMap<Key, Attribute>,
    /// Price table of the SKUs on sale.
    pub prices: BTreeMap<Cell, Price>,
    /// Billing factors.
    pub factors: BTreeMap<Key, BillingFactor>,
    /// Packages.
    pub packages: BTreeMap<Key, Package>,
    /// SKUs; exactly one unless the template is custom.
    pub skus: BTreeMap<SkuKey, SkuRow>,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// The product ID; empty until the release is approved.
    pub id: String,
    /// The seller's own reference, given with the release.
    pub key: Key,
    /// State.
    pub status: ProductStatus,
    /// How often the released content changed.
    pub revision: u64,
    /// How it is delivered.
    pub delivery: DeliveryMethod,
    /// Single values.
    pub fields: Fields<ProductField>,
    /// Specifications by the seller's reference, discontinued ones included.
    pub specifications: BTreeMap<Key, SpecificationRow>,
    /// Upgrade rules.
    pub upgrade_rules: BTreeSet<UpgradeRule>,
}

impl State {
    /// The sandbox's time when the caller's clock shows `now`.
    #[must_use]
    pub fn time(&self, now: Timestamp) -> Timestamp {
        let ahead = jiff::SignedDuration::from_secs(self.clock_ahead_seconds);
        now.checked_add(ahead).unwrap_or(self.latest).max(self.latest)
    }

    /// The product with this id, or else the one on sale under the seller's key.
    #[must_use]
    pub fn product(&self, id: Option<&str>, key: &Key) -> Option<&ProductRow> {
        match id {
            Some(id) => self.products.get(id),
            None => {
                let mut of_key = self.products.values().filter(|row| row.key == *key);
                let live = of_key.clone().find(|row| row.status != ProductStatus::Discontinued);
                live.or_else(|| of_key.next_back())
            }
        }
    }

    /// How a product's interfaces answer.
    #[must_use]
    pub fn health(&self, product: &Key) -> Health {
        self.health.get(product).copied().unwrap_or_default()
    }
}

impl SpecificationRow {
    /// The row of a specification as the seller stated it. What the form fills in by itself is filled in: a public
    /// specification, the template its parts call for, the modes its prices name.
    #[must_use]
    pub fn from_content(content: &Specification) -> Self {
        let prices = content.prices.clone().unwrap_or_default();
        let attributes = content.attributes.clone().unwrap_or_default();
        let factors = content.factors.clone().unwrap_or_default();
        let template = content.template.unwrap_or_else(|| {
            if !factors.is_empty() {
                Template::PayPerUse
            } else if !attributes.is_empty() || prices.keys().any(|cell| !cell.sku.values().is_empty()) {
                Template::Custom
            } else {
                Template::Simple
            }
        });
        let mut modes =
            content.modes.clone().unwrap_or_else(|| prices.keys().map(|cell| cell.mode).collect());
        if template == Template::PayPerUse && modes.is_empty() {
            modes.insert(BillingMode::PayPerUse);
        }
        let mut skus: BTreeMap<SkuKey, SkuRow> =
            prices.keys().map(|cell| (cell.sku.clone(), SkuRow::default())).collect();
        if template != Template::Custom {
            skus.entry(SkuKey::simple()).or_default();
        }
        let mut fields = content.fields.clone();
        if fields.flag(SpecificationField::Public).is_none() {
            fields.set(SpecificationField::Public, Some(Value::Flag(true)));
        }
        let packages = content.packages.clone().unwrap_or_default();
        Self { discontinued: false, fields, template, modes, attributes, prices, factors, packages, skus }
    }

    /// The content, everything stated.
    #[must_use]
    pub fn content(&self, key: &Key) -> Specification {
        let mut fields = self.fields.clone();
        for field in SpecificationField::ALL {
            fields.complete(*field);
        }
        Specification {
            key: key.clone(),
            fields,
            template: Some(self.template),
            modes: Some(self.modes.clone()),
            attributes: Some(self.attributes.clone()),
            prices: Some(self.prices.clone()),
            factors: Some(self.factors.clone()),
            packages: Some(self.packages.clone()),
        }
    }

    /// Ids of all SKUs that have any.
    #[must_use]
    pub fn binding(&self) -> SpecificationBinding {
        let numbered = self.skus.iter().filter(|(_, sku)| !sku.code.is_empty());
        let bind = |sku: &SkuRow| SkuBinding { sku_code: sku.code.clone(), offerings: sku.offerings.clone() };
        SpecificationBinding { skus: numbered.map(|(key, sku)| (key.clone(), bind(sku))).collect() }
    }

    /// SKUs on sale.
    pub fn live_skus(&self) -> impl Iterator<Item = &SkuKey> {
        self.skus.iter().filter(|(_, sku)| !sku.discontinued).map(|(key, _)| key)
    }

    /// The name buyers see, in quotation marks, for sentences.
    #[must_use]
    pub fn called(&self, key: &Key) -> String {
        format!("\"{}\"", self.fields.text(SpecificationField::Name).unwrap_or(key.as_str()))
    }

    /// Whether buyers see it in the product's page.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.fields.flag(SpecificationField::Public).unwrap_or(true)
    }
}

impl ProductRow {
    /// An empty form.
    #[must_use]
    pub fn new(key: Key, delivery: DeliveryMethod) -> Self {
        let mut fields = Fields::default();
        fields.set(ProductField::PublicSales, Some(Value::Flag(true)));
        Self {
            id: String::new(),
            key,
            status: ProductStatus::OnSale,
            revision: 0,
            delivery,
            fields,
            specifications: BTreeMap::new(),
            upgrade_rules: BTreeSet::new(),
        }
    }

    /// Fills in the form from what the seller stated.
    pub fn fill(&mut self, content: &Product) {
        self.delivery = content.delivery;
        for (field, value) in content.fields.iter() {
            self.fields.set(field, value.clone());
        }
        for (key, specification) in &content.specifications {
            self.specifications.insert(key.clone(), SpecificationRow::from_content(specification));
        }
        self.upgrade_rules.extend(content.upgrade_rules.iter().flatten().cloned());
    }

    /// The content, everything stated, discontinued specifications included.
    #[must_use]
    pub fn content(&self) -> Product {
        let mut product = Product::new(self.key.clone(), self.delivery);
        product.fields = self.fields.clone();
        for field in ProductField::ALL.iter().filter(|field| field.info().applies_to(self.delivery)) {
            product.fields.complete(*field);
        }
        product.specifications =
            self.specifications.iter().map(|(key, row)| (key.clone(), row.content(key))).collect();
        product.upgrade_rules = Some(self.upgrade_rules.clone());
        product
    }

    /// Ids of everything that has any.
    #[must_use]
    pub fn binding(&self) -> ProductBinding {
        let specifications = self.specifications.iter().map(|(key, row)| (key.clone(), row.binding()));
        ProductBinding { product_id: self.id.clone(), specifications: specifications.collect() }
    }

    /// The revision as the marketplace shows it.
    #[must_use]
    pub fn shown_revision(&self) -> Revision {
        Revision(format!("r{}", self.revision))
    }

    /// Specifications on sale, hidden ones included.
    pub fn live(&self) -> impl Iterator<Item = (&Key, &SpecificationRow)> {
        let sold = self.status != ProductStatus::Discontinued;
        self.specifications.iter().filter(move |(_, row)| sold && !row.discontinued)
    }

    /// Whether the product can be found on the marketplace.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.fields.flag(ProductField::PublicSales).unwrap_or(true)
    }

    /// Whether it is co-sold with the marketplace.
    #[must_use]
    pub fn is_joint(&self) -> bool {
        self.fields.text(ProductField::SalesType) == Some("joint-operations")
    }

    /// Gives ids to the product, SKUs and offerings that have none yet; `position` counts the account's products.
    pub fn number(&mut self, position: usize) {
        if self.id.is_empty() {
            self.id = format!("00301-{}-0--0", 660_000 + position);
        }
        let mut taken = self.specifications.values().flat_map(|row| row.skus.values());
        let mut count = taken.by_ref().filter(|sku| !sku.code.is_empty()).count();
        for row in self.specifications.values_mut().filter(|row| !row.discontinued) {
            for sku in row.skus.values_mut().filter(|sku| !sku.discontinued) {
                if sku.code.is_empty() {
                    count += 1;
                    sku.code = sku_code(&self.id, count);
                }
                for mode in &row.modes {
                    let code = &sku.code;
                    sku.offerings.entry(*mode).or_insert_with(|| offering_id(code, *mode));
                }
            }
        }
    }
}

fn sku_code(product_id: &str, count: usize) -> String {
    let digest = Digest::of("sandbox sku", &format!("{product_id} {count}")).to_string();
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

fn offering_id(sku_code: &str, mode: BillingMode) -> String {
    let digest = Digest::of("sandbox offering", &format!("{sku_code} {mode}")).to_string();
    let number = u64::from_str_radix(digest.get(..15).unwrap_or_default(), 16).unwrap_or_default();
    format!("OFFI{:018}", number % 1_000_000_000_000_000_000)
}
