//! R90: A licence specification is sold both by period and once.

use crate::diagnostic::{Finding, Severity};
use crate::model::{BillingMode, DeliveryMethod, Item};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "license-modes-mixed",
        numbers: &[90],
        basis: Basis::Stated,
        source: "LIC",
        sites: &[],
        level: Severity::Error,
        what: "A licence specification is sold both by period and once.",
        why: "A licence specification is yearly/monthly or one-time; the form does not take both.",
        example: "delivery: license\nspecifications:\n  - key: seat\n    prices: {yearly: {USD: \"99.00\"}, one-time: {USD: \"299.00\"}}",
        instead: "Make two specifications, one by period and one sold once.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    if content.product.delivery != DeliveryMethod::License {
        return Vec::new();
    }
    let mixed = content.specifications().filter(|(_, found)| {
        let modes = || found.modes.iter().flatten();
        modes().any(|mode| mode.is_period()) && modes().any(|mode| *mode == BillingMode::OneTime)
    });
    mixed
        .map(|(key, _)| {
            let message = format!("licence specification `{key}` is sold by period and once");
            RULE.finding(&Item::BillingMode(key.clone(), BillingMode::OneTime), message, "beside a period")
        })
        .collect()
}
