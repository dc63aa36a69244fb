//! R113: An upgrade rule is set before the upgrade case was debugged and saved.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "upgrade-case-missing",
        numbers: &[113],
        basis: Basis::Stated,
        source: "UPG",
        sites: &[],
        level: Severity::Warning,
        what: "An upgrade rule is set before the upgrade case was debugged and saved.",
        why: "The console offers upgrade rules only for products whose upgrade case is saved.",
        example: "upgradeRules:\n  - {specification: seats, from: {edition: basic}, to: {edition: pro}}   # new",
        instead: "Debug and save the upgrade case first. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let known = transition.on_sale.upgrade_rules.as_ref();
    let rules = transition.wanted.upgrade_rules.iter().flatten();
    let added = rules.filter(|rule| known.is_none_or(|known| !known.contains(rule))).count();
    let url =
        transition.expected.fields.text(ProductField::InterfaceUrl).unwrap_or("the production interface");
    if added == 0 || transition.expected.delivery != DeliveryMethod::Saas {
        return Vec::new();
    }
    vec![Verify::of(format!("the upgrade case of {url} is debugged and saved"), url)]
}
