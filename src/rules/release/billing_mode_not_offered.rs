//! No number: A product is sold in a billing mode that its delivery method does not have.

use crate::diagnostic::{Finding, Severity};
use crate::model::{BillingMode, DeliveryMethod, Item};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "billing-mode-not-offered",
        numbers: &[],
        basis: Basis::Stated,
        source: "reference table 2.3",
        sites: &[],
        level: Severity::Error,
        what: "A product is sold in a billing mode that its delivery method does not have.",
        why: "The release form of each delivery method offers certain billing modes and no others.",
        example: "delivery: license\nspecifications:\n  - key: seat\n    prices: {daily: {USD: \"1.00\"}}",
        instead: "Use a billing mode that the delivery method has.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let method = content.product.delivery;
    // Hardware and metering have rules of their own.
    if method == DeliveryMethod::Hardware {
        return Vec::new();
    }
    let offered = content.site.billing_modes.get(&method);
    let names = || offered.into_iter().flatten().map(|mode| mode.name()).collect::<Vec<_>>();
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        for mode in specification.modes.iter().flatten().filter(|mode| **mode != BillingMode::PayPerUse) {
            if offered.is_some_and(|modes| modes.contains(mode)) {
                continue;
            }
            let message = format!("{method} products are not sold {mode} at site `{}`", content.site.name);
            let mut finding = RULE.finding(&Item::BillingMode(key.clone(), *mode), message, "");
            finding.help = match names().as_slice() {
                [] => format!("{method} products have no prices; remove them"),
                names => format!("use one of {}", listed(names, usize::MAX).replace(" and ", " or ")),
            };
            found.push(finding);
        }
    }
    found
}
