//! R44: The price of a free image changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, Price, ProductField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "free-image-repriced",
        numbers: &[44],
        basis: Basis::Stated,
        source: "IMG",
        sites: &[],
        level: Severity::Error,
        what: "The price of a free image changes.",
        why: "Setting an image free fixes its price.",
        example: "prices: {yearly: {USD: \"10.00\"}}   # released: a free image",
        instead: "Keep the price at 0, or release a paid image as a new product.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    if transition.on_sale.fields.flag(ProductField::FreeImage) != Some(true) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for change in transition.changes {
        let message = match (&change.item, &change.to) {
            (Item::Price(_, _), _) => "the price of a free image is fixed",
            (Item::Specification(_) | Item::BillingMode(_, _) | Item::Sku(_, _), Some(added))
                if costs(added) =>
            {
                "a free image gets nothing that costs money"
            }
            _ => continue,
        };
        found.push(transition.at(&RULE, change, message));
    }
    found
}

/// Whether anything added has a price.
fn costs(added: &Value) -> bool {
    let is_paid = |price: &Price| match price {
        Price::Flat(amount) => !amount.is_zero(),
        Price::Tiered(tiers) => tiers.iter().any(|tier| !tier.price.is_zero()),
    };
    match added {
        Value::Specification(added) => added.prices.iter().flatten().any(|(_, price)| is_paid(price)),
        Value::Prices(prices) => prices.values().any(is_paid),
        _ => false,
    }
}
