//! R114: The expansion step of an upgrade rule is not a small multiple of the quantity's step.

use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "upgrade-expansion-out-of-range",
        numbers: &[114],
        basis: Basis::Chinese,
        source: "F-UPG",
        sites: &[],
        level: Severity::Error,
        what: "The expansion step of an upgrade rule is not a small multiple of the quantity's step.",
        why: "The console offers one to five times the original step.",
        example: "upgradeRules:\n  - {specification: seats, expansion: 10}",
        instead: "Write a number in the range.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let limit = content.site.upgrade_expansion_max;
    let rules = content.product.upgrade_rules.iter().flatten();
    let wrong =
        rules.filter_map(|rule| Some((rule, rule.expansion.filter(|factor| !(1..=limit).contains(factor))?)));
    wrong
        .map(|(rule, factor)| {
            let message = format!("an expansion is 1 to {limit} times the quantity's step, not {factor}");
            RULE.finding_at(Item::UpgradeRule(rule.clone()).route().key("expansion"), message, "")
        })
        .collect()
}
