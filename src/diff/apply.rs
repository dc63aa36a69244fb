//! Applying an operation to a product's content, and looking up what a product says at an item.

use crate::model::{Attribute, AttributeKind, BillingMode, Item, Product, SkuKey, Specification, Value};
use crate::submission::Operation;
use std::collections::BTreeSet;

/// What a product states at an item: `None` when it says nothing there, `Some(None)` when it says "empty".
///
/// For items of a group (modes, prices, SKUs) a group that is present is whole, so a missing element is stated empty.
#[must_use]
pub fn value_at(product: &Product, item: &Item) -> Option<Option<Value>> {
    let Some(key) = item.specification() else {
        return match item {
            Item::Delivery => Some(Some(Value::Delivery(product.delivery))),
            Item::Field(field) => product.fields.statement(*field).map(Option::<&Value>::cloned),
            _ => Some(Some(Value::Product(Box::new(product.clone())))),
        };
    };
    if let Item::UpgradeRule(rule) = item {
        let rules = product.upgrade_rules.as_ref()?;
        return Some(rules.get(rule).cloned().map(Value::UpgradeRule));
    }
    let Some(specification) = product.specifications.get(key) else { return Some(None) };
    match item {
        Item::SpecificationField(_, field) => {
            specification.fields.statement(*field).map(Option::<&Value>::cloned)
        }
        Item::Template(_) => specification.template.map(|template| Some(Value::Template(template))),
        Item::BillingMode(_, mode) => {
            let offered = specification.modes.as_ref()?.contains(mode);
            Some(offered.then(|| prices_where(specification, |sku_mode, _| sku_mode == *mode)))
        }
        Item::Sku(_, sku) => {
            specification.prices.as_ref()?;
            let offered = specification.skus().contains(sku);
            Some(offered.then(|| prices_where(specification, |_, cell_sku| cell_sku == sku)))
        }
        Item::Price(_, cell) => Some(specification.prices.as_ref()?.get(cell).cloned().map(Value::Price)),
        Item::Attribute(_, code) => {
            Some(specification.attributes.as_ref()?.get(code).cloned().map(Value::Attribute))
        }
        Item::AttributeValue(_, code, value) => match &specification.attributes.as_ref()?.get(code)?.kind {
            AttributeKind::Enumeration(values) => Some(values.get(value).cloned().map(Value::Text)),
            AttributeKind::Quantity(_) => Some(None),
        },
        Item::Quantity(_, code) => match &specification.attributes.as_ref()?.get(code)?.kind {
            AttributeKind::Quantity(quantity) => Some(Some(Value::Quantity(*quantity))),
            AttributeKind::Enumeration(_) => Some(None),
        },
        Item::Factor(_, factor) => {
            Some(specification.factors.as_ref()?.get(factor).cloned().map(Value::Factor))
        }
        Item::Package(_, package) => {
            Some(specification.packages.as_ref()?.get(package).cloned().map(Value::Package))
        }
        Item::Product | Item::Delivery | Item::Field(_) | Item::UpgradeRule(_) | Item::Specification(_) => {
            Some(Some(Value::Specification(Box::new(specification.clone()))))
        }
    }
}

fn prices_where(specification: &Specification, keep: impl Fn(BillingMode, &SkuKey) -> bool) -> Value {
    let table = specification.prices.iter().flatten();
    let cells = table.filter(|(cell, _)| keep(cell.mode, &cell.sku));
    Value::Prices(cells.map(|(cell, price)| (cell.clone(), price.clone())).collect())
}

/// The content after an operation, without the marketplace's own side effects. What does not fit is left as it is:
/// the marketplace judges, this only predicts.
pub fn apply(product: &mut Product, operation: &Operation) {
    match (&operation.item, &operation.to) {
        (Item::Product, Some(Value::Product(whole))) => *product = (**whole).clone(),
        (Item::Product, _) => product.specifications.clear(),
        (Item::Delivery, Some(Value::Delivery(method))) => product.delivery = *method,
        (Item::Field(field), value) => product.fields.set(*field, value.clone()),
        (Item::UpgradeRule(rule), value) => {
            let rules = product.upgrade_rules.get_or_insert_default();
            if value.is_some() {
                rules.insert(rule.clone())
            } else {
                rules.remove(rule)
            };
        }
        (Item::Specification(key), Some(Value::Specification(whole))) => {
            product.specifications.insert(key.clone(), (**whole).clone());
        }
        (Item::Specification(key), None) => {
            product.specifications.remove(key);
        }
        (item, value) => {
            if let Some(specification) =
                item.specification().and_then(|key| product.specifications.get_mut(key))
            {
                apply_to_specification(specification, item, value.as_ref());
            }
        }
    }
}

fn apply_to_specification(specification: &mut Specification, item: &Item, value: Option<&Value>) {
    match (item, value) {
        (Item::SpecificationField(_, field), value) => specification.fields.set(*field, value.cloned()),
        (Item::Template(_), Some(Value::Template(template))) => specification.template = Some(*template),
        (Item::BillingMode(_, mode), Some(Value::Prices(prices))) => {
            specification.modes.get_or_insert_default().insert(*mode);
            specification.prices.get_or_insert_default().extend(prices.clone());
        }
        (Item::BillingMode(_, mode), None) => {
            specification.modes.get_or_insert_default().remove(mode);
            specification.prices.get_or_insert_default().retain(|cell, _| cell.mode != *mode);
        }
        (Item::Sku(_, _), Some(Value::Prices(prices))) => {
            let modes: BTreeSet<BillingMode> = prices.keys().map(|cell| cell.mode).collect();
            specification.modes.get_or_insert_default().extend(modes);
            specification.prices.get_or_insert_default().extend(prices.clone());
        }
        (Item::Sku(_, sku), None) => {
            specification.prices.get_or_insert_default().retain(|cell, _| cell.sku != *sku);
        }
        (Item::Price(_, cell), Some(Value::Price(price))) => {
            specification.prices.get_or_insert_default().insert(cell.clone(), price.clone());
        }
        (Item::Attribute(_, code), Some(Value::Attribute(attribute))) => {
            specification.attributes.get_or_insert_default().insert(code.clone(), attribute.clone());
        }
        (Item::Attribute(_, code), None) => {
            specification.attributes.get_or_insert_default().remove(code);
        }
        (Item::AttributeValue(_, code, value_key), label) => {
            let attributes = specification.attributes.get_or_insert_default();
            if let Some(Attribute { kind: AttributeKind::Enumeration(values), .. }) = attributes.get_mut(code)
            {
                match label {
                    Some(Value::Text(label)) => values.insert(value_key.clone(), label.clone()),
                    _ => values.remove(value_key),
                };
            }
        }
        (Item::Quantity(_, code), Some(Value::Quantity(quantity))) => {
            let attributes = specification.attributes.get_or_insert_default();
            if let Some(attribute) = attributes.get_mut(code) {
                attribute.kind = AttributeKind::Quantity(*quantity);
            }
        }
        (Item::Factor(_, key), Some(Value::Factor(factor))) => {
            specification.factors.get_or_insert_default().insert(key.clone(), factor.clone());
        }
        (Item::Factor(_, key), None) => {
            specification.factors.get_or_insert_default().remove(key);
        }
        (Item::Package(_, key), Some(Value::Package(package))) => {
            specification.packages.get_or_insert_default().insert(key.clone(), package.clone());
        }
        (Item::Package(_, key), None) => {
            specification.packages.get_or_insert_default().remove(key);
        }
        _ => {}
    }
}
