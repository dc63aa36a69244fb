//! R112: An upgrade rule leads between things that buyers cannot move between.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "upgrade-between-other-skus",
        numbers: &[112],
        basis: Basis::Stated,
        source: "UPG",
        sites: &[],
        level: Severity::Error,
        what: "An upgrade rule leads between things that buyers cannot move between.",
        why: "Upgrades go from one yearly or monthly SKU of a SaaS specification to another of the same specification.",
        example: "delivery: license\nupgradeRules:\n  - {specification: seat, from: {...}, to: {...}}",
        instead: "Remove the rule; another edition is another order.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in content.product.upgrade_rules.iter().flatten() {
        let key = &rule.specification;
        let Some(specification) = content.product.specifications.get(key) else { continue };
        let period =
            specification.modes.as_ref().is_none_or(|modes| modes.iter().any(|mode| mode.is_period()));
        let why = if content.product.delivery != DeliveryMethod::Saas {
            format!("{} products have no upgrades", content.product.delivery)
        } else if !period {
            format!("`{key}` is not sold by the year or month, so buyers cannot upgrade it")
        } else {
            continue;
        };
        found.push(RULE.finding(&Item::UpgradeRule(rule.clone()), why, ""));
    }
    found
}
