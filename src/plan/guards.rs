//! Guards: limits that stop operations unless an approval names them.

use super::Block;
use crate::config::Guards;
use crate::diagnostic::Finding;
use crate::model::{
    Amount, BillingFactor, Desired, Item, Key, Price, Product, Specification, SpecificationField, Value,
};
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
        let item = &operation.item;
        match (item, &operation.from, &operation.to) {
            (Item::Price(_, _), Some(Value::Price(from)), Some(Value::Price(to))) => {
                self.price(item, &item.describe(), from, to).into_iter().collect()
            }
            (Item::Factor(key, factor), Some(Value::Factor(from)), Some(Value::Factor(to))) => {
                self.factor(item, key, factor, from, to)
            }
            (Item::Specification(key), None, Some(Value::Specification(added))) => {
                // A replacement is guarded against what it replaces.
                let intent = self.desired.specifications.get(key);
                let replaced = intent.iter().flat_map(|intent| &intent.replaces);
                let replaced = replaced.filter_map(|old| self.on_sale.specifications.get(old));
                replaced.flat_map(|old| self.replacement(key, old, added)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Price, trial and visibility of a new specification beside those of the one it replaces.
    fn replacement(&self, key: &Key, old: &Specification, new: &Specification) -> Vec<Finding> {
        let mut found = Vec::new();
        for (cell, from) in old.prices.iter().flatten() {
            if let Some(to) = new.prices.as_ref().and_then(|prices| prices.get(cell)) {
                let item = Item::Price(key.clone(), cell.clone());
                found.extend(self.price(&item, &item.describe(), from, to));
            }
        }
        for (factor, from) in old.factors.iter().flatten() {
            if let Some(to) = new.factors.as_ref().and_then(|factors| factors.get(factor)) {
                let item = Item::Factor(key.clone(), factor.clone());
                found.extend(self.factor(&item, key, factor, from, to));
            }
        }
        let trial = |value: Option<&Value>| {
            value.map_or_else(|| "no trial".to_owned(), |days| format!("a trial of {days} days"))
        };
        let visibility = |value: Option<&Value>| match value {
            Some(Value::Flag(false)) => "hidden".to_owned(),
            _ => "public".to_owned(),
        };
        let mut compare = |field, verb: &str, words: &dyn Fn(Option<&Value>) -> String| {
            let from = old.fields.statement(field).map(words);
            let to = words(new.fields.value(field));
            if let Some(from) = from.filter(|from| *from != to) {
                let item = Item::SpecificationField(key.clone(), field);
                let message =
                    format!("`{key}` takes the place of `{}` and {verb} {to} instead of {from}", old.key);
                found.extend(finding(
                    "replacement-unlike-replaced",
                    &item,
                    message,
                    format!("released: {from}"),
                ));
            }
        };
        compare(SpecificationField::TrialDays, "has", &trial);
        compare(SpecificationField::Public, "is", &visibility);
        found
    }

    fn factor(
        &self,
        item: &Item,
        key: &Key,
        factor: &Key,
        from: &BillingFactor,
        to: &BillingFactor,
    ) -> Vec<Finding> {
        let priced =
            from.items.iter().filter_map(|(name, (_, from))| Some((name, from, &to.items.get(name)?.1)));
        let found = priced.filter_map(|(name, from, to)| {
            self.price(item, &format!("price of {key} ({factor}, {name})"), from, to)
        });
        found.collect()
    }

    fn price(&self, item: &Item, what: &str, from: &Price, to: &Price) -> Option<Finding> {
        let limit = Decimal::from(self.guards.price_change_percent);
        let (from, to) = steps(from, to).into_iter().find(|(from, to)| {
            let to_or_from_zero = from.is_zero() != to.is_zero();
            // What is too large to be told in per cent is too large.
            let change = from.change_percent(*to).map(|percent| percent.abs());
            to_or_from_zero || (from != to && change.is_none_or(|percent| percent > limit))
        })?;
        let percent = from.change_percent(to).map_or_else(String::new, |percent| {
            let sign = if percent.is_sign_negative() { "" } else { "+" };
            format!(" ({sign}{} %)", percent.round_dp(1).normalize())
        });
        let message = format!("the {what} goes from {from} to {to}{percent}");
        let label = format!("released: {from}; guard: {} %", self.guards.price_change_percent);
        finding("price-change-unusual", item, message, label)
    }
}

/// Both prices at every quantity where either changes: a buyer of that many pays the one before and the other after,
/// also where ranges were moved, split or joined.
fn steps(from: &Price, to: &Price) -> Vec<(Amount, Amount)> {
    let starts = |price: &Price| match price {
        Price::Flat(_) => Vec::new(),
        Price::Tiered(tiers) => tiers.iter().map(|tier| tier.from).collect(),
    };
    let quantities: BTreeSet<u64> = starts(from).into_iter().chain(starts(to)).chain([1]).collect();
    quantities.into_iter().filter_map(|quantity| Some((unit(from, quantity)?, unit(to, quantity)?))).collect()
}

/// The unit price at a quantity; below the first range, the first range's.
fn unit(price: &Price, quantity: u64) -> Option<Amount> {
    match price {
        Price::Flat(amount) => Some(*amount),
        Price::Tiered(tiers) => {
            let reached = tiers.iter().rev().find(|tier| tier.from <= quantity);
            reached.or(tiers.first()).map(|tier| tier.price)
        }
    }
}
