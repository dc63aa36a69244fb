//! R44: The price of a free image changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, ProductField};
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
    let prices = transition.changes.iter().filter(|change| matches!(change.item, Item::Price(_, _)));
    prices.map(|change| transition.at(&RULE, change, "the price of a free image is fixed")).collect()
}
