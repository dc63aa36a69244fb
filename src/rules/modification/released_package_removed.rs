//! R134: A released package is taken away by a modification.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-package-removed",
        numbers: &[134],
        basis: Basis::Chinese,
        source: "F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "A released package is taken away by a modification.",
        why: "Buyers hold packages; a released one cannot be deleted.",
        example: "packages: []   # released: pack-1000",
        instead: "Put it back, or retire the whole specification.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let gone = transition
        .changes
        .iter()
        .filter(|change| matches!(change.item, Item::Package(_, _)) && change.to.is_none());
    gone.map(|change| {
        transition.at(&RULE, change, format!("{} cannot be taken away", change.item.describe()))
    })
    .collect()
}
