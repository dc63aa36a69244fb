//! Prices, attributes, billing factors, packages and upgrade rules.

use super::{Map, Name, present};
use crate::model::{self, Amount, BillingMode, Key, PriceMode, QuantityPricing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Identity of a SKU: attribute code to value key; empty for the simple template.
pub type SkuKey = Map<Key, Name<Key>>;

/// The wire form of a SKU's identity.
#[must_use]
pub fn sku(core: &model::SkuKey) -> SkuKey {
    Map::of(core.values(), |value| Name(value.clone()))
}

/// The core form of a SKU's identity.
#[must_use]
pub fn sku_into(wire: SkuKey) -> model::SkuKey {
    model::SkuKey::new(wire.into_core(|value| value.0))
}

/// A range of a quantity attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quantity {
    /// Smallest quantity a buyer can take.
    pub min: u64,
    /// Largest quantity a buyer can take.
    pub max: u64,
    /// Increment.
    pub step: u64,
    /// How the quantity is priced.
    pub pricing: Name<QuantityPricing>,
}

impl From<&model::Quantity> for Quantity {
    fn from(core: &model::Quantity) -> Self {
        let model::Quantity { min, max, step, pricing } = *core;
        Self { min, max, step, pricing: Name(pricing) }
    }
}

impl From<Quantity> for model::Quantity {
    fn from(wire: Quantity) -> Self {
        let Quantity { min, max, step, pricing } = wire;
        Self { min, max, step, pricing: pricing.0 }
    }
}

/// What kind of attribute it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum AttributeKind {
    /// Choices: stable value key to the label buyers see.
    Enumeration(Map<Key, String>),
    /// A number.
    Quantity(Quantity),
}

/// An attribute of a custom-template specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// The name buyers see.
    pub name: String,
    /// Its kind and values.
    pub kind: AttributeKind,
}

impl From<&model::Attribute> for Attribute {
    fn from(core: &model::Attribute) -> Self {
        let model::Attribute { name, kind } = core;
        let kind = match kind {
            model::AttributeKind::Enumeration(values) => {
                AttributeKind::Enumeration(Map::of(values, Clone::clone))
            }
            model::AttributeKind::Quantity(range) => AttributeKind::Quantity(range.into()),
        };
        Self { name: name.clone(), kind }
    }
}

impl From<Attribute> for model::Attribute {
    fn from(wire: Attribute) -> Self {
        let kind = match wire.kind {
            AttributeKind::Enumeration(values) => {
                model::AttributeKind::Enumeration(values.into_core(|label| label))
            }
            AttributeKind::Quantity(range) => model::AttributeKind::Quantity(range.into()),
        };
        Self { name: wire.name, kind }
    }
}

/// One range of a tiered price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tier {
    /// First quantity of the range.
    pub from: u64,
    /// Unit price in the range.
    pub price: Name<Amount>,
}

/// The price in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Price {
    /// One price.
    Flat(Name<Amount>),
    /// Ranges in ascending order of `from`.
    Tiered(Vec<Tier>),
}

impl From<&model::Price> for Price {
    fn from(core: &model::Price) -> Self {
        match core {
            model::Price::Flat(amount) => Self::Flat(Name(*amount)),
            model::Price::Tiered(tiers) => {
                let tier = |tier: &model::Tier| {
                    let model::Tier { from, price } = *tier;
                    Tier { from, price: Name(price) }
                };
                Self::Tiered(tiers.iter().map(tier).collect())
            }
        }
    }
}

impl From<Price> for model::Price {
    fn from(wire: Price) -> Self {
        match wire {
            Price::Flat(amount) => Self::Flat(amount.0),
            Price::Tiered(tiers) => {
                let tier = |tier: Tier| model::Tier { from: tier.from, price: tier.price.0 };
                Self::Tiered(tiers.into_iter().map(tier).collect())
            }
        }
    }
}

/// A cell of a price table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cell {
    /// Which SKU.
    pub sku: SkuKey,
    /// Which billing mode.
    pub mode: Name<BillingMode>,
}

impl From<&model::Cell> for Cell {
    fn from(core: &model::Cell) -> Self {
        let model::Cell { sku: key, mode } = core;
        Self { sku: sku(key), mode: Name(*mode) }
    }
}

impl From<Cell> for model::Cell {
    fn from(wire: Cell) -> Self {
        Self { sku: sku_into(wire.sku), mode: wire.mode.0 }
    }
}

/// A cell with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CellPrice {
    /// Which SKU.
    pub sku: SkuKey,
    /// Which billing mode.
    pub mode: Name<BillingMode>,
    /// The price there.
    pub price: Price,
}

/// A price table: one element per cell, no cell twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<CellPrice>", into = "Vec<CellPrice>")]
#[schemars(inline)]
pub struct Prices(Vec<CellPrice>);

impl TryFrom<Vec<CellPrice>> for Prices {
    type Error = String;

    fn try_from(cells: Vec<CellPrice>) -> Result<Self, String> {
        let mut seen = std::collections::BTreeSet::new();
        for CellPrice { sku, mode, price: _ } in &cells {
            let cell = model::Cell { sku: sku_into(sku.clone()), mode: mode.0 };
            let text = cell.to_string();
            if !seen.insert(cell) {
                return Err(format!("the price of `{text}` stands twice"));
            }
        }
        Ok(Self(cells))
    }
}

impl From<Prices> for Vec<CellPrice> {
    fn from(prices: Prices) -> Self {
        prices.0
    }
}

impl From<&BTreeMap<model::Cell, model::Price>> for Prices {
    fn from(core: &BTreeMap<model::Cell, model::Price>) -> Self {
        let cell = |(cell, price): (&model::Cell, &model::Price)| {
            let Cell { sku, mode } = cell.into();
            CellPrice { sku, mode, price: price.into() }
        };
        Self(core.iter().map(cell).collect())
    }
}

impl From<Prices> for BTreeMap<model::Cell, model::Price> {
    fn from(wire: Prices) -> Self {
        let cell = |CellPrice { sku, mode, price }: CellPrice| (Cell { sku, mode }.into(), price.into());
        wire.0.into_iter().map(cell).collect()
    }
}

/// A billing item: what is metered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BillingItem {
    /// The name buyers see.
    pub name: String,
    /// Its price.
    pub price: Price,
}

/// A billing factor of a pay-per-use specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BillingFactor {
    /// How usage is priced.
    pub price_mode: Name<PriceMode>,
    /// Billing cycle as the console names it.
    pub billing_cycle: String,
    /// Accumulation cycle.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub accumulation_cycle: Option<String>,
    /// Billing items by stable key.
    pub items: Map<Key, BillingItem>,
}

impl From<&model::BillingFactor> for BillingFactor {
    fn from(core: &model::BillingFactor) -> Self {
        let model::BillingFactor { price_mode, billing_cycle, accumulation_cycle, items } = core;
        Self {
            price_mode: Name(*price_mode),
            billing_cycle: billing_cycle.clone(),
            accumulation_cycle: accumulation_cycle.clone(),
            items: Map::of(items, |(name, price)| BillingItem { name: name.clone(), price: price.into() }),
        }
    }
}

impl From<BillingFactor> for model::BillingFactor {
    fn from(wire: BillingFactor) -> Self {
        Self {
            price_mode: wire.price_mode.0,
            billing_cycle: wire.billing_cycle,
            accumulation_cycle: wire.accumulation_cycle,
            items: wire.items.into_core(|item| (item.name, item.price.into())),
        }
    }
}

/// A pay-per-use package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Package {
    /// The name buyers see.
    pub name: String,
    /// Whether service stops when the quota is used up.
    pub stop_before_excess: bool,
    /// Months the package is valid.
    pub validity_months: u64,
    /// `none`, `monthly` or `yearly`.
    pub reset: String,
    /// Billing item to quantity.
    pub quota: Map<Key, u64>,
    /// Price of the package.
    pub price: Name<Amount>,
}

impl From<&model::Package> for Package {
    fn from(core: &model::Package) -> Self {
        let model::Package { name, stop_before_excess, validity_months, reset, quota, price } = core;
        Self {
            name: name.clone(),
            stop_before_excess: *stop_before_excess,
            validity_months: *validity_months,
            reset: reset.clone(),
            quota: Map::of(quota, |quantity| *quantity),
            price: Name(*price),
        }
    }
}

impl From<Package> for model::Package {
    fn from(wire: Package) -> Self {
        Self {
            name: wire.name,
            stop_before_excess: wire.stop_before_excess,
            validity_months: wire.validity_months,
            reset: wire.reset,
            quota: wire.quota.into_core(|quantity| quantity),
            price: wire.price.0,
        }
    }
}

/// A rule that lets buyers move from one SKU to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpgradeRule {
    /// Both SKUs belong to this specification.
    pub specification: Name<Key>,
    /// The SKU buyers have.
    pub from: SkuKey,
    /// The SKU buyers may move to.
    pub to: SkuKey,
    /// Expansion step as a multiple of the quantity's step.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expansion: Option<u64>,
}

impl From<&model::UpgradeRule> for UpgradeRule {
    fn from(core: &model::UpgradeRule) -> Self {
        let model::UpgradeRule { specification, from, to, expansion } = core;
        Self {
            specification: Name(specification.clone()),
            from: sku(from),
            to: sku(to),
            expansion: *expansion,
        }
    }
}

impl From<UpgradeRule> for model::UpgradeRule {
    fn from(wire: UpgradeRule) -> Self {
        Self {
            specification: wire.specification.0,
            from: sku_into(wire.from),
            to: sku_into(wire.to),
            expansion: wire.expansion,
        }
    }
}
