//! What is for sale: specifications with their SKUs and prices, as the console and the storefront show them.

use super::words::{Chip, quantity};
use crate::model::{AttributeKind, BillingMode, Cell, Key, Price, SkuKey, SpecificationField};
use crate::released::ProductStatus;
use crate::sandbox::{ProductRow, SpecificationRow};
use std::collections::BTreeSet;

/// Whether buyers find it on the marketplace. What is frozen is hidden, too (R125).
pub(super) fn is_listed(row: &ProductRow) -> bool {
    row.status == ProductStatus::OnSale && row.is_public()
}

/// A specification.
pub(super) struct Offer {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) chip: Chip,
    pub(super) trial: Option<String>,
    /// Other facts, each with its name.
    pub(super) facts: Vec<(String, String)>,
    pub(super) table: Option<PriceTable>,
    pub(super) factors: Vec<String>,
    pub(super) packages: Vec<String>,
    /// Shown to buyers only by an address of its own.
    pub(super) is_hidden: bool,
}

/// Prices by SKU and billing mode.
pub(super) struct PriceTable {
    pub(super) modes: Vec<&'static str>,
    pub(super) rows: Vec<PriceRow>,
}

/// The prices of a SKU.
pub(super) struct PriceRow {
    /// What its attributes say; empty when there is only one.
    pub(super) label: String,
    pub(super) code: String,
    pub(super) is_gone: bool,
    /// A text for each mode; empty where it is not on offer.
    pub(super) prices: Vec<Vec<String>>,
    pub(super) offerings: Vec<(String, String)>,
}

fn per(mode: BillingMode) -> &'static str {
    match mode {
        BillingMode::Yearly => "Per year",
        BillingMode::Monthly => "Per month",
        BillingMode::Daily => "Per day",
        BillingMode::OneTime => "One time",
        BillingMode::PayPerUse => "Pay per use",
        BillingMode::Quantity => "Per piece",
    }
}

/// A price, each tier a line.
fn price(price: &Price, currency: &str) -> Vec<String> {
    match price {
        Price::Flat(amount) => vec![format!("{currency} {amount}")],
        Price::Tiered(tiers) => {
            tiers.iter().map(|tier| format!("{currency} {} from {}", tier.price, tier.from)).collect()
        }
    }
}

/// The smallest price of what is listed, with its mode: `USD 29.00 per month`.
pub(super) fn least(row: &ProductRow, currency: &str) -> Option<String> {
    let listed = row.live().filter(|(_, specification)| specification.is_public());
    let prices = listed.flat_map(|(_, specification)| &specification.prices);
    let smallest = |price: &Price| match price {
        Price::Flat(amount) => Some(*amount),
        Price::Tiered(tiers) => tiers.iter().map(|tier| tier.price).min(),
    };
    let (amount, mode) = prices.filter_map(|(cell, price)| Some((smallest(price)?, cell.mode))).min()?;
    Some(format!("{currency} {amount} {}", per(mode).to_lowercase()))
}

/// A specification as it is.
pub(super) fn offer(key: &Key, row: &SpecificationRow, is_sold: bool, currency: &str) -> Offer {
    let chip = match (is_sold && !row.discontinued, row.is_public()) {
        (true, true) => Chip { word: "On sale", tone: "good" },
        (true, false) => Chip { word: "Hidden", tone: "calm" },
        (false, _) => Chip { word: "Discontinued", tone: "quiet" },
    };
    let trial = row.fields.integer(SpecificationField::TrialDays);
    let quantities = row.attributes.values().filter_map(|attribute| match &attribute.kind {
        AttributeKind::Quantity(range) => Some((attribute.name.clone(), quantity(range))),
        AttributeKind::Enumeration(_) => None,
    });
    let stated = SpecificationField::ALL.iter().filter(|field| {
        !matches!(
            field,
            SpecificationField::Name | SpecificationField::Public | SpecificationField::TrialDays
        )
    });
    let stated = stated.filter_map(|field| {
        let value = row.fields.value(*field)?;
        Some((field.info().console.to_owned(), super::words::lines(value).join("; ")))
    });
    Offer {
        key: key.to_string(),
        name: row.fields.text(SpecificationField::Name).unwrap_or(key.as_str()).to_owned(),
        chip,
        trial: trial.map(|days| format!("{days}-day free trial")),
        facts: quantities.chain(stated).collect(),
        table: table(row, currency),
        factors: row.factors.values().map(ToString::to_string).collect(),
        packages: row.packages.values().map(ToString::to_string).collect(),
        is_hidden: !row.is_public(),
    }
}

fn table(row: &SpecificationRow, currency: &str) -> Option<PriceTable> {
    let modes: BTreeSet<BillingMode> = row.prices.keys().map(|cell| cell.mode).collect();
    let line = |sku: &SkuKey| {
        let held = row.skus.get(sku);
        let of = |mode: &BillingMode| row.prices.get(&Cell { sku: sku.clone(), mode: *mode });
        let offerings = held.into_iter().flat_map(|held| &held.offerings);
        PriceRow {
            label: label(row, sku),
            code: held.map(|held| held.code.clone()).unwrap_or_default(),
            is_gone: row.discontinued || held.is_some_and(|held| held.discontinued),
            prices: modes
                .iter()
                .map(|mode| of(mode).map(|found| price(found, currency)).unwrap_or_default())
                .collect(),
            offerings: offerings.map(|(mode, id)| (per(*mode).to_owned(), id.clone())).collect(),
        }
    };
    let rows: Vec<PriceRow> = row.skus.keys().map(line).collect();
    (!rows.is_empty()).then(|| PriceTable { modes: modes.iter().map(|mode| per(*mode)).collect(), rows })
}

/// What a SKU is by the labels of its attributes.
fn label(row: &SpecificationRow, sku: &SkuKey) -> String {
    let parts = sku.values().iter().map(|(code, value)| {
        let attribute = row.attributes.get(code);
        let label = attribute.and_then(|attribute| match &attribute.kind {
            AttributeKind::Enumeration(values) => values.get(value).cloned(),
            AttributeKind::Quantity(_) => None,
        });
        let name = attribute.map_or(code.as_str(), |attribute| attribute.name.as_str());
        format!("{name}: {}", label.unwrap_or_else(|| value.to_string()))
    });
    parts.collect::<Vec<_>>().join(", ")
}
