//! Guards: limits that stop operations unless an approval names them.

use super::Block;
use crate::config::Guards;
use crate::diagnostic::Finding;
use crate::model::{Amount, Cell, Desired, Item, Key, Price, Product, Value};
use crate::rules;
use crate::submission::{Operation, OperationId, OperationKind};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What the guards see of one product.
pub(super) struct Guarded<'a> {
    pub(super) guards: &'a Guards,
    pub(super) target: &'a Key,
    pub(super) desired: &'a Desired,
    pub(super) on_sale: &'a Product,
    pub(super) approved: &'a BTreeSet<OperationId>,
}

/// A finding of a rule that the planner reports itself.
pub(super) fn finding(rule: &str, item: &Item, message: String, label: String) -> Option<Finding> {
    rules::all().find(|known| known.doc.id == rule).map(|known| known.finding(item, message, label))
}

impl Guarded<'_> {
    /// Blocks of the operations, and the approvals that let others pass.
    pub(super) fn judge(&self, operations: &[Operation]) -> (Vec<Block>, Vec<OperationId>) {
        let (mut blocks, mut passed) = (Vec::new(), Vec::new());
        for operation in operations {
            let findings = self.findings(operation);
            if findings.is_empty() {
                continue;
            }
            let id = operation.id(self.target, &self.desired.product.key);
            if self.approved.contains(&id) {
                passed.push(id);
            } else {
                let blocked = findings.into_iter();
                blocks.extend(blocked.map(|finding| Block { finding, approval: Some(id.clone()) }));
            }
        }
        (blocks, passed)
    }

    fn findings(&self, operation: &Operation) -> Vec<Finding> {
        let what = operation.item.describe();
        let irreversible = operation.kind.is_irreversible().then(|| {
            let message = format!("taking {what} off the catalog can never be undone");
            finding("irreversible-operation", &operation.item, message, "irreversible".to_owned())
        });
        let shown = (operation.kind == OperationKind::ShowProduct).then(|| {
            let message = "a hidden product becomes public".to_owned();
            finding("hidden-product-shown", &operation.item, message, "released: hidden".to_owned())
        });
        let guarded = [irreversible, shown].into_iter().flatten().flatten();
        guarded.chain(self.prices(operation)).collect()
    }

    fn prices(&self, operation: &Operation) -> Vec<Finding> {
        let mut found = Vec::new();
        match (&operation.item, &operation.from, &operation.to) {
            (Item::Price(key, cell), Some(Value::Price(from)), Some(Value::Price(to))) => {
                found.extend(self.price(&operation.item, key, cell, from, to));
            }
            (Item::Specification(key), None, Some(Value::Specification(added))) => {
                // A replacement is guarded against what it replaces.
                let intent = self.desired.specifications.get(key);
                let replaced = intent.iter().flat_map(|intent| &intent.replaces);
                for old in replaced.filter_map(|old| self.on_sale.specifications.get(old)) {
                    let before = old.prices.iter().flatten();
                    for (cell, from) in before {
                        if let Some(to) = added.prices.as_ref().and_then(|prices| prices.get(cell)) {
                            let item = Item::Price(key.clone(), cell.clone());
                            found.extend(self.price(&item, key, cell, from, to));
                        }
                    }
                }
            }
            _ => {}
        }
        found
    }

    fn price(&self, item: &Item, key: &Key, cell: &Cell, from: &Price, to: &Price) -> Option<Finding> {
        let (before, after) = (amounts(from), amounts(to));
        let limit = Decimal::from(self.guards.price_change_percent);
        let unusual = if before.len() == after.len() {
            before.iter().zip(&after).find(|(from, to)| {
                let to_or_from_zero = from.is_zero() != to.is_zero();
                to_or_from_zero || from.change_percent(**to).is_some_and(|percent| percent.abs() > limit)
            })
        } else {
            // Ranges that came or went cannot be compared one by one: the extremes are.
            before.iter().min().zip(after.iter().min())
        };
        let (from, to) = unusual?;
        let percent = from.change_percent(*to).map_or_else(String::new, |percent| {
            let sign = if percent.is_sign_negative() { "" } else { "+" };
            format!(" ({sign}{} %)", percent.round_dp(1).normalize())
        });
        let message = format!("the price of {key} ({cell}) goes from {from} to {to}{percent}");
        let label = format!("released: {from}; guard: {} %", self.guards.price_change_percent);
        finding("price-change-unusual", item, message, label)
    }
}

fn amounts(price: &Price) -> Vec<Amount> {
    match price {
        Price::Flat(amount) => vec![*amount],
        Price::Tiered(tiers) => tiers.iter().map(|tier| tier.price).collect(),
    }
}
