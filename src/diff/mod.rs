//! Differences between two products, and the operations that carry them out.
//!
//! [`changes`] compares statements: a field about which one side says nothing yields no change. Things that vanished
//! from a definition are not changes either; rules judge them, because leaving out never removes.

mod apply;
mod convert;
mod specification;

pub use apply::{apply, value_at};
pub use convert::{operation, operations};

use crate::model::{Fields, Item, Product, Value};
use std::collections::BTreeMap;

/// One difference at one field or item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// About what.
    pub item: Item,
    /// The value before; `None` where there is none.
    pub from: Option<Value>,
    /// The value after; `None` takes it away.
    pub to: Option<Value>,
}

/// What must change for `from` to say what `to` says, in the order of items.
#[must_use]
pub fn changes(from: &Product, to: &Product) -> Vec<Change> {
    let mut found = Vec::new();
    if from == to {
        return found;
    }
    if from.delivery != to.delivery {
        found.push(Change {
            item: Item::Delivery,
            from: Some(Value::Delivery(from.delivery)),
            to: Some(Value::Delivery(to.delivery)),
        });
    }
    field_changes(&from.fields, &to.fields, Item::Field, &mut found);
    for (key, wanted) in &to.specifications {
        match from.specifications.get(key) {
            Some(present) => specification::changes(present, wanted, &mut found),
            None => found.push(Change {
                item: Item::Specification(key.clone()),
                from: None,
                to: Some(Value::Specification(Box::new(wanted.clone()))),
            }),
        }
    }
    if let (Some(present), Some(wanted)) = (&from.upgrade_rules, &to.upgrade_rules) {
        let rule_value = |rule: &crate::model::UpgradeRule| Some(Value::UpgradeRule(rule.clone()));
        for rule in present.difference(wanted) {
            found.push(Change { item: Item::UpgradeRule(rule.clone()), from: rule_value(rule), to: None });
        }
        for rule in wanted.difference(present) {
            found.push(Change { item: Item::UpgradeRule(rule.clone()), from: None, to: rule_value(rule) });
        }
    }
    found.sort_by(|a, b| a.item.cmp(&b.item));
    found
}

fn field_changes<F: Ord + Copy>(
    from: &Fields<F>,
    to: &Fields<F>,
    item: impl Fn(F) -> Item,
    found: &mut Vec<Change>,
) {
    for (field, wanted) in to.iter() {
        if let Some(present) = from.statement(field)
            && present != wanted.as_ref()
        {
            found.push(Change { item: item(field), from: present.cloned(), to: wanted.clone() });
        }
    }
}

/// The entries of two whole maps that differ: key, before, after.
fn entries<'a, K: Ord, V: PartialEq>(
    from: &'a BTreeMap<K, V>,
    to: &'a BTreeMap<K, V>,
) -> Vec<(&'a K, Option<&'a V>, Option<&'a V>)> {
    let gone =
        from.iter().filter(|(key, _)| !to.contains_key(key)).map(|(key, value)| (key, Some(value), None));
    let rest = to.iter().filter_map(|(key, value)| match from.get(key) {
        Some(present) if present == value => None,
        present => Some((key, present, Some(value))),
    });
    gone.chain(rest).collect()
}
