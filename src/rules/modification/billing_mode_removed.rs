//! R18, R19: A billing mode is taken from a released specification, or exchanged for another.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "billing-mode-removed",
        numbers: &[18, 19],
        basis: Basis::Inferred,
        source: "MOD, F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "A billing mode is taken from a released specification, or exchanged for another.",
        why: "A billing mode can never be changed into another, and the console only offers adding.",
        example: "prices: {yearly: ...}   # released: yearly and monthly",
        instead: "Put the mode back; or add a new specification without it (`replaces: [old]`) and `retire` the old one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let Item::BillingMode(key, mode) = &change.item else { continue };
        if change.to.is_none() && transition.is_on_sale(key) {
            found.push(transition.at(&RULE, change, format!("{mode} billing cannot be taken from `{key}`")));
        }
    }
    found
}
