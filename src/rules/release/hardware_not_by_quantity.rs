//! R77: Hardware is charged otherwise than by the piece, or has a quantity attribute.

use crate::diagnostic::{Finding, Severity};
use crate::model::{AttributeKind, BillingMode, DeliveryMethod, Item};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hardware-not-by-quantity",
        numbers: &[77],
        basis: Basis::Stated,
        source: "HW",
        sites: &[],
        level: Severity::Error,
        what: "Hardware is charged otherwise than by the piece, or has a quantity attribute.",
        why: "Hardware is charged by quantity, and that quantity is built in; its SKUs are made of enumerations only.",
        example: "delivery: hardware\nspecifications:\n  - key: kit\n    prices: {yearly: {USD: \"99.00\"}}",
        instead: "Price it under `quantity`, and make SKUs of attributes with `values` only.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if content.product.delivery != DeliveryMethod::Hardware {
        return found;
    }
    for (key, specification) in content.specifications() {
        for mode in specification.modes.iter().flatten().filter(|mode| **mode != BillingMode::Quantity) {
            let message = format!("hardware is charged by quantity, not {mode}");
            found.push(RULE.finding(&Item::BillingMode(key.clone(), *mode), message, ""));
        }
        for (code, attribute) in specification.attributes.iter().flatten() {
            if matches!(attribute.kind, AttributeKind::Quantity(_)) {
                let message = format!("`{code}` is a quantity, and hardware has one built in");
                found.push(RULE.finding(&Item::Quantity(key.clone(), code.clone()), message, ""));
            }
        }
    }
    found
}
