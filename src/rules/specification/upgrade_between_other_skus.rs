//! R112: An upgrade rule leads between things that buyers cannot move between.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, UpgradeRule};
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
        if let Some(why) = fault(content, rule) {
            found.push(RULE.finding(&Item::UpgradeRule(rule.clone()), why, ""));
        }
    }
    found
}

fn fault(content: &Content<'_>, rule: &UpgradeRule) -> Option<String> {
    let UpgradeRule { specification: key, from, to, expansion: _ } = rule;
    let delivery = content.product.delivery;
    if delivery != DeliveryMethod::Saas {
        return Some(format!("{delivery} products have no upgrades"));
    }
    let Some(specification) = content.product.specifications.get(key) else {
        return Some(format!("there is no specification `{key}` on sale to upgrade within"));
    };
    if specification.modes.as_ref().is_some_and(|modes| !modes.iter().any(|mode| mode.is_period())) {
        return Some(format!("`{key}` is not sold by the year or month, so buyers cannot upgrade it"));
    }
    let skus = specification.prices.as_ref().map(|_| specification.skus())?;
    let missing = [from, to].into_iter().find(|sku| !skus.contains(sku))?;
    Some(format!("`{key}` has no SKU `{missing}` on sale"))
}
