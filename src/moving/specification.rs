//! Specifications, as a definition says them.

use super::field::{Statement, plain};
use crate::model::{
    Amount, Attribute, AttributeKind, BillingFactor, Cell, Currency, DeliveryMethod, Key, Package, Price,
    Quantity, QuantityPricing, SkuKey, Specification, SpecificationField, Template, Tier, UpgradeRule,
};
use crate::yaml::{Draft, Line};
use std::collections::{BTreeMap, BTreeSet};

/// The reason of what went off the catalog before anybody here knew of it.
const GONE: &str = "Off the catalog before this catalog moved in";

/// The reason of what is left alone.
pub(super) const LEFT_ALONE: &str = "Sold in a way that a definition cannot say";

/// What is off the catalog: its key stays taken.
pub(super) fn tombstone(key: &Key) -> Draft {
    Draft::Block(vec![Line::entry("key", named(key)), Line::entry("retire", retire())])
}

/// What is left alone.
pub(super) fn unmanaged(key: &Key) -> Draft {
    let reason = Draft::Mapping(vec![("reason".into(), Draft::text(LEFT_ALONE))]);
    Draft::Block(vec![Line::entry("key", named(key)), Line::entry("unmanage", reason)])
}

/// Everything the marketplace tells of a specification.
pub(super) fn whole(
    found: &Specification,
    delivery: DeliveryMethod,
    gone: &BTreeSet<&SkuKey>,
    currency: &Currency,
    exceptions: Option<Draft>,
) -> Draft {
    let mut lines = vec![Line::entry("key", named(&found.key))];
    for field in SpecificationField::ALL {
        let info = field.info();
        let Some(value) = found.fields.statement(*field).filter(|_| info.applies_to(delivery)) else {
            continue;
        };
        let name = info.path.last().copied().unwrap_or_default();
        lines.push(match plain(&info.name(), info, value) {
            Statement::Value(draft) => Line::entry(name, draft),
            Statement::Remark(text) => Line::Remark(text),
        });
    }
    lines.extend(exceptions.map(|list| Line::entry("exceptions", list)));
    let before = lines.len();
    match found.template {
        Some(Template::Simple) => lines.extend(simple(found, currency)),
        Some(Template::Custom) => {
            lines.push(Line::entry("template", Draft::text(Template::Custom.name())));
            lines.extend(custom(found, gone, currency));
        }
        Some(Template::PayPerUse) => lines.extend(metered(found, currency)),
        None => {}
    }
    if let Some(template) = found.template.filter(|_| lines.len() == before) {
        lines.push(Line::entry("template", Draft::text(template.name())));
    }
    if found.template.is_none() || (found.template == Some(Template::Simple) && found.prices.is_none()) {
        lines.push(Line::Remark("The marketplace does not tell the prices, so they are not managed.".into()));
    }
    Draft::Block(lines)
}

fn named(key: &Key) -> Draft {
    Draft::text(key.as_str())
}

fn retire() -> Draft {
    Draft::Mapping(vec![("reason".into(), Draft::text(GONE))])
}

fn simple(found: &Specification, currency: &Currency) -> Option<Line> {
    let cells: Vec<(&Cell, &Price)> = found.prices.iter().flatten().collect();
    (!cells.is_empty()).then(|| Line::entry("prices", prices(cells.into_iter(), currency)))
}

/// Prices by billing mode.
fn prices<'s>(cells: impl Iterator<Item = (&'s Cell, &'s Price)>, currency: &Currency) -> Draft {
    Draft::Block(
        cells.map(|(cell, price)| Line::entry(cell.mode.name(), by_currency(price, currency))).collect(),
    )
}

fn by_currency(price: &Price, currency: &Currency) -> Draft {
    let price = match price {
        Price::Flat(amount) => money(amount),
        Price::Tiered(tiers) => {
            let range = |tier: &Tier| {
                Draft::Mapping(vec![
                    ("from".into(), Draft::plain(tier.from)),
                    ("price".into(), money(&tier.price)),
                ])
            };
            Draft::Items(tiers.iter().map(range).collect())
        }
    };
    Draft::Mapping(vec![(currency.to_string(), price)])
}

fn money(amount: &Amount) -> Draft {
    Draft::Quoted(amount.to_string())
}

fn custom(found: &Specification, gone: &BTreeSet<&SkuKey>, currency: &Currency) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(attributes) = &found.attributes {
        let all = attributes.iter().map(|(code, found)| Line::entry(code.as_str(), attribute(found)));
        lines.push(Line::entry("attributes", Draft::Block(all.collect())));
    }
    if found.prices.is_some() {
        let skus: BTreeSet<&SkuKey> = found.skus().into_iter().chain(gone.iter().copied()).collect();
        let sku = |sku: &&SkuKey| {
            let mut lines = vec![Line::entry("values", values(sku))];
            let cells: Vec<_> = found.prices.iter().flatten().filter(|(cell, _)| cell.sku == **sku).collect();
            if gone.contains(*sku) {
                lines.push(Line::entry("retire", retire()));
            } else {
                lines.push(Line::entry("prices", prices(cells.into_iter(), currency)));
            }
            Draft::Block(lines)
        };
        lines.push(Line::entry("skus", Draft::List(skus.iter().map(sku).collect())));
    }
    lines
}

fn values(sku: &SkuKey) -> Draft {
    Draft::Mapping(sku.values().iter().map(|(code, value)| (code.to_string(), named(value))).collect())
}

/// An attribute, as specifications and the library say it.
fn attribute(found: &Attribute) -> Draft {
    let kind = match &found.kind {
        AttributeKind::Enumeration(labels) => ("values".to_owned(), labelled(labels)),
        AttributeKind::Quantity(range) => ("quantity".to_owned(), quantity(range, true)),
    };
    Draft::Mapping(vec![("name".into(), Draft::text(&found.name)), kind])
}

fn labelled(labels: &BTreeMap<Key, String>) -> Draft {
    Draft::Mapping(labels.iter().map(|(key, label)| (key.to_string(), Draft::text(label))).collect())
}

/// An attribute of the library: the range only, for a specification says how a quantity is priced.
pub(super) fn in_library(found: &Attribute) -> Draft {
    let kind = match &found.kind {
        AttributeKind::Enumeration(labels) => Line::entry("values", labelled(labels)),
        AttributeKind::Quantity(range) => Line::entry("quantity", quantity(range, false)),
    };
    Draft::Block(vec![Line::entry("name", Draft::text(&found.name)), kind])
}

fn quantity(range: &Quantity, priced: bool) -> Draft {
    let Quantity { min, max, step, pricing } = range;
    let number = |name: &str, number: &u64| (name.to_owned(), Draft::plain(number));
    let mut entries = vec![number("min", min), number("max", max), number("step", step)];
    if priced && *pricing == QuantityPricing::Tiered {
        entries.push(("pricing".into(), Draft::text(pricing.name())));
    }
    Draft::Mapping(entries)
}

fn metered(found: &Specification, currency: &Currency) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(factors) = &found.factors {
        let all = factors.iter().map(|(key, found)| factor(key, found, currency));
        lines.push(Line::entry("factors", Draft::List(all.collect())));
    }
    if let Some(packages) = found.packages.as_ref().filter(|packages| !packages.is_empty()) {
        let all = packages.iter().map(|(key, found)| package(key, found, currency));
        lines.push(Line::entry("packages", Draft::List(all.collect())));
    }
    lines
}

fn factor(key: &Key, found: &BillingFactor, currency: &Currency) -> Draft {
    let BillingFactor { price_mode, billing_cycle, accumulation_cycle, items } = found;
    let item = |(key, (name, price)): (&Key, &(String, Price))| {
        Draft::Mapping(vec![
            ("key".into(), named(key)),
            ("name".into(), Draft::text(name)),
            ("price".into(), by_currency(price, currency)),
        ])
    };
    let mut lines = vec![
        Line::entry("key", named(key)),
        Line::entry("priceMode", Draft::text(price_mode.name())),
        Line::entry("billingCycle", Draft::text(billing_cycle)),
    ];
    lines.extend(accumulation_cycle.iter().map(|cycle| Line::entry("accumulationCycle", Draft::text(cycle))));
    lines.push(Line::entry("items", Draft::List(items.iter().map(item).collect())));
    Draft::Block(lines)
}

fn package(key: &Key, found: &Package, currency: &Currency) -> Draft {
    let Package { name, stop_before_excess, validity_months, reset, quota, price } = found;
    let quota = quota.iter().map(|(item, count)| (item.to_string(), Draft::plain(count)));
    Draft::Block(vec![
        Line::entry("key", named(key)),
        Line::entry("name", Draft::text(name)),
        Line::entry("stopBeforeExcess", Draft::plain(stop_before_excess)),
        Line::entry("validityMonths", Draft::plain(validity_months)),
        Line::entry("reset", Draft::text(reset)),
        Line::entry("quota", Draft::Mapping(quota.collect())),
        Line::entry("price", Draft::Mapping(vec![(currency.to_string(), money(price))])),
    ])
}

/// Upgrade rules.
pub(super) fn upgrades(rules: &BTreeSet<UpgradeRule>) -> Draft {
    let rule = |rule: &UpgradeRule| {
        let UpgradeRule { specification, from, to, expansion } = rule;
        let mut entries = vec![("specification".to_owned(), named(specification))];
        for (name, sku) in [("from", from), ("to", to)] {
            if !sku.values().is_empty() {
                entries.push((name.to_owned(), values(sku)));
            }
        }
        entries.extend(expansion.map(|factor| ("expansion".to_owned(), Draft::plain(factor))));
        Draft::Mapping(entries)
    };
    Draft::List(rules.iter().map(rule).collect())
}
