//! Differences between two states of one specification.

use super::{Change, entries, field_changes};
use crate::model::{
    Attribute, AttributeKind, BillingMode, Cell, Item, Key, Price, SkuKey, Specification, Value,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn changes(from: &Specification, to: &Specification, found: &mut Vec<Change>) {
    let Specification { key, fields, template, modes, attributes, prices, factors, packages } = to;
    field_changes(&from.fields, fields, |field| Item::SpecificationField(key.clone(), field), found);
    if let (Some(present), Some(wanted)) = (from.template, *template)
        && present != wanted
    {
        found.push(Change {
            item: Item::Template(key.clone()),
            from: Some(Value::Template(present)),
            to: Some(Value::Template(wanted)),
        });
    }
    if let (Some(present), Some(wanted)) = (&from.attributes, attributes) {
        attribute_changes(key, present, wanted, found);
    }
    if let (Some(present), Some(wanted)) = (&from.modes, modes) {
        mode_changes(key, present, wanted, from, to, found);
    }
    if let (Some(present), Some(wanted)) = (&from.prices, prices) {
        price_changes(key, present, wanted, from, to, found);
    }
    if let (Some(present), Some(wanted)) = (&from.factors, factors) {
        for (factor, before, after) in entries(present, wanted) {
            let value = |factor: Option<&crate::model::BillingFactor>| factor.cloned().map(Value::Factor);
            let item = Item::Factor(key.clone(), factor.clone());
            found.push(Change { item, from: value(before), to: value(after) });
        }
    }
    if let (Some(present), Some(wanted)) = (&from.packages, packages) {
        for (package, before, after) in entries(present, wanted) {
            let value = |package: Option<&crate::model::Package>| package.cloned().map(Value::Package);
            let item = Item::Package(key.clone(), package.clone());
            found.push(Change { item, from: value(before), to: value(after) });
        }
    }
}

/// A new or vanished billing mode carries its prices, for the SKUs that stay.
fn mode_changes(
    key: &Key,
    present: &BTreeSet<BillingMode>,
    wanted: &BTreeSet<BillingMode>,
    from: &Specification,
    to: &Specification,
    found: &mut Vec<Change>,
) {
    let staying: BTreeSet<SkuKey> = from.skus().intersection(&to.skus()).map(|sku| (*sku).clone()).collect();
    let in_mode = |prices: &Option<BTreeMap<Cell, Price>>, mode: BillingMode| {
        let table = prices.iter().flatten();
        let cells = table.filter(|(cell, _)| cell.mode == mode && staying.contains(&cell.sku));
        Value::Prices(cells.map(|(cell, price)| (cell.clone(), price.clone())).collect())
    };
    for mode in present.difference(wanted) {
        let item = Item::BillingMode(key.clone(), *mode);
        found.push(Change { item, from: Some(in_mode(&from.prices, *mode)), to: None });
    }
    for mode in wanted.difference(present) {
        let item = Item::BillingMode(key.clone(), *mode);
        found.push(Change { item, from: None, to: Some(in_mode(&to.prices, *mode)) });
    }
}

/// New and vanished SKUs carry all their prices; cells of staying SKUs and modes are compared one by one.
fn price_changes(
    key: &Key,
    present: &BTreeMap<Cell, Price>,
    wanted: &BTreeMap<Cell, Price>,
    from: &Specification,
    to: &Specification,
    found: &mut Vec<Change>,
) {
    let of_sku = |prices: &BTreeMap<Cell, Price>, sku: &SkuKey| {
        let cells = prices.iter().filter(|(cell, _)| cell.sku == *sku);
        Value::Prices(cells.map(|(cell, price)| (cell.clone(), price.clone())).collect())
    };
    let (before, after) = (from.skus(), to.skus());
    for sku in before.difference(&after) {
        let item = Item::Sku(key.clone(), (*sku).clone());
        found.push(Change { item, from: Some(of_sku(present, sku)), to: None });
    }
    for sku in after.difference(&before) {
        let item = Item::Sku(key.clone(), (*sku).clone());
        found.push(Change { item, from: None, to: Some(of_sku(wanted, sku)) });
    }
    for (cell, price) in wanted {
        if let Some(old) = present.get(cell)
            && old != price
        {
            found.push(Change {
                item: Item::Price(key.clone(), cell.clone()),
                from: Some(Value::Price(old.clone())),
                to: Some(Value::Price(price.clone())),
            });
        }
    }
}

fn attribute_changes(
    key: &Key,
    present: &BTreeMap<Key, Attribute>,
    wanted: &BTreeMap<Key, Attribute>,
    found: &mut Vec<Change>,
) {
    for (code, before, after) in entries(present, wanted) {
        match (before, after) {
            (Some(before), Some(after)) => one_attribute(key, code, before, after, found),
            _ => found.push(Change {
                item: Item::Attribute(key.clone(), code.clone()),
                from: before.cloned().map(Value::Attribute),
                to: after.cloned().map(Value::Attribute),
            }),
        }
    }
}

fn one_attribute(key: &Key, code: &Key, before: &Attribute, after: &Attribute, found: &mut Vec<Change>) {
    let whole = |found: &mut Vec<Change>, before: &Attribute| {
        found.push(Change {
            item: Item::Attribute(key.clone(), code.clone()),
            from: Some(Value::Attribute(before.clone())),
            to: Some(Value::Attribute(after.clone())),
        });
    };
    match (&before.kind, &after.kind) {
        (AttributeKind::Enumeration(old), AttributeKind::Enumeration(new)) => {
            if before.name != after.name {
                // The name alone: values are compared below, so the renamed attribute keeps its old ones here.
                let renamed = Attribute { name: after.name.clone(), kind: before.kind.clone() };
                found.push(Change {
                    item: Item::Attribute(key.clone(), code.clone()),
                    from: Some(Value::Attribute(before.clone())),
                    to: Some(Value::Attribute(renamed)),
                });
            }
            for (value, label, new_label) in entries(old, new) {
                found.push(Change {
                    item: Item::AttributeValue(key.clone(), code.clone(), value.clone()),
                    from: label.cloned().map(Value::Text),
                    to: new_label.cloned().map(Value::Text),
                });
            }
        }
        (AttributeKind::Quantity(old), AttributeKind::Quantity(new)) => {
            if before.name != after.name {
                let renamed = Attribute { name: after.name.clone(), kind: before.kind.clone() };
                found.push(Change {
                    item: Item::Attribute(key.clone(), code.clone()),
                    from: Some(Value::Attribute(before.clone())),
                    to: Some(Value::Attribute(renamed)),
                });
            }
            if old != new {
                found.push(Change {
                    item: Item::Quantity(key.clone(), code.clone()),
                    from: Some(Value::Quantity(*old)),
                    to: Some(Value::Quantity(*new)),
                });
            }
        }
        (AttributeKind::Enumeration(_), AttributeKind::Quantity(_))
        | (AttributeKind::Quantity(_), AttributeKind::Enumeration(_)) => whole(found, before),
    }
}
