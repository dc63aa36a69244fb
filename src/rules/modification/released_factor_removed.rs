//! No number: A released billing factor is taken away by a modification.

use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-factor-removed",
        numbers: &[],
        basis: Basis::Inferred,
        source: "PPUC, F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "A released billing factor is taken away by a modification.",
        why: "Buyers are billed by it, and packages prepay what it meters; the form offers no way to take a released one away.",
        example: "factors: []   # released: calls",
        instead: "Put it back, or retire the whole specification.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let gone = transition
        .changes
        .iter()
        .filter(|change| matches!(change.item, Item::Factor(_, _)) && change.to.is_none());
    gone.map(|change| {
        transition.at(&RULE, change, format!("{} cannot be taken away", change.item.describe()))
    })
    .collect()
}
