//! The states a plan compares: what is on sale, what is wanted, what is to go.

use crate::diff;
use crate::model::{Desired, Item, Key, Product, Value};
use crate::released::ReleasedProduct;
use crate::submission::{IgnoredDrift, Operation, OperationKind, Submission};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Gives specifications the keys they have now (`formerly`).
#[must_use]
pub fn rekey(mut product: Product, desired: &Desired) -> Product {
    let moved = moved(&product, desired);
    rekey_content(&mut product, &moved);
    product.key = desired.product.key.clone();
    product
}

/// What is on sale, its specifications under the keys they have now.
pub(super) fn on_sale<'r>(released: &'r ReleasedProduct, desired: &Desired) -> Cow<'r, Product> {
    let sold = released.sold();
    if sold.key == desired.product.key && moved(&sold, desired).is_empty() {
        return sold;
    }
    Cow::Owned(rekey(sold.into_owned(), desired))
}

/// Gives the operations of a submission the keys their specifications have now.
pub(super) fn rekey_operations(submission: &mut Submission, desired: &Desired) {
    let moved = moved(&submission.predicted, desired);
    for operation in &mut submission.operations {
        rekey_item(&mut operation.item, &moved);
        for value in [&mut operation.from, &mut operation.to].into_iter().flatten() {
            match value {
                Value::Specification(specification) => rename(&mut specification.key, &moved),
                Value::Product(product) => rekey_content(product, &moved),
                _ => {}
            }
        }
    }
}

/// Former keys that the content still uses, with the keys they have now. A former key beside the new one is not
/// moved: two specifications are on sale, and neither may hide the other.
fn moved(content: &Product, desired: &Desired) -> BTreeMap<Key, Key> {
    let mut moved = BTreeMap::new();
    for (key, intent) in &desired.specifications {
        let mut formers = intent.formerly.iter();
        let former = formers.find(|former| content.specifications.contains_key(*former));
        if let Some(former) = former.filter(|_| !content.specifications.contains_key(key)) {
            moved.insert(former.clone(), key.clone());
        }
    }
    moved
}

/// Gives decisions about other people's changes the keys that specifications have now.
pub(super) fn rekey_ignored<'a>(
    ignored: &'a BTreeMap<Item, IgnoredDrift>,
    released: &Product,
    desired: &Desired,
) -> Cow<'a, BTreeMap<Item, IgnoredDrift>> {
    let moved = if ignored.is_empty() { BTreeMap::new() } else { moved(released, desired) };
    if moved.is_empty() {
        return Cow::Borrowed(ignored);
    }
    let renamed = ignored.values().cloned().map(|mut found| {
        rekey_item(&mut found.item, &moved);
        if let Some(Value::Specification(specification)) = &mut found.released {
            rename(&mut specification.key, &moved);
        }
        (found.item.clone(), found)
    });
    Cow::Owned(renamed.collect())
}

fn rename(key: &mut Key, moved: &BTreeMap<Key, Key>) {
    if let Some(new) = moved.get(key) {
        key.clone_from(new);
    }
}

fn rekey_content(product: &mut Product, moved: &BTreeMap<Key, Key>) {
    for (former, key) in moved {
        if let Some(mut specification) = product.specifications.remove(former) {
            specification.key = key.clone();
            product.specifications.insert(key.clone(), specification);
        }
    }
    if let Some(rules) = &mut product.upgrade_rules {
        let renamed = std::mem::take(rules).into_iter().map(|mut rule| {
            rename(&mut rule.specification, moved);
            rule
        });
        *rules = renamed.collect();
    }
}

fn rekey_item(item: &mut Item, moved: &BTreeMap<Key, Key>) {
    match item {
        Item::Product | Item::Delivery | Item::Field(_) => {}
        Item::UpgradeRule(rule) => rename(&mut rule.specification, moved),
        Item::Specification(key)
        | Item::SpecificationField(key, _)
        | Item::Template(key)
        | Item::BillingMode(key, _)
        | Item::Attribute(key, _)
        | Item::AttributeValue(key, _, _)
        | Item::Quantity(key, _)
        | Item::Sku(key, _)
        | Item::Price(key, _)
        | Item::Factor(key, _)
        | Item::Package(key, _) => rename(key, moved),
    }
}

/// The removals that a definition asks for and that are still to be done.
pub(super) fn removals(
    desired: &Desired,
    on_sale: &Product,
    released: Option<&ReleasedProduct>,
) -> Vec<Operation> {
    if released.is_none() {
        return Vec::new();
    }
    let removal = |kind, item, from, reason: &str| Operation {
        kind,
        item,
        from: Some(from),
        to: None,
        reason: Some(reason.to_owned()),
    };
    if let Some(retire) = &desired.retire {
        let from = Value::Product(Box::new(on_sale.clone()));
        return vec![removal(OperationKind::RetireProduct, Item::Product, from, &retire.reason)];
    }
    let mut found = Vec::new();
    for (key, intent) in &desired.specifications {
        let Some(specification) = on_sale.specifications.get(key) else { continue };
        if let Some(retire) = &intent.retire {
            let from = Value::Specification(Box::new(specification.clone()));
            let item = Item::Specification(key.clone());
            found.push(removal(OperationKind::RemoveSpecification, item, from, &retire.reason));
            continue;
        }
        for (sku, retire) in &intent.retire_skus {
            let item = Item::Sku(key.clone(), sku.clone());
            if let Some(Some(from)) = diff::value_at(on_sale, &item) {
                found.push(removal(OperationKind::RemoveSku, item, from, &retire.reason));
            }
        }
    }
    found
}
