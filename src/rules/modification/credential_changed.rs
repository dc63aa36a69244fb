//! R37: `saas.credential` of a released product changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::ProductField;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "credential-changed",
        numbers: &[37],
        basis: Basis::Chinese,
        source: "CN173",
        sites: &[],
        level: Severity::Error,
        what: "`saas.credential` of a released product changes.",
        why: "The linked application credential is bound to the product's running instances; it is frozen after release.",
        example: "saas:\n  credential: cred-2   # released: cred-1",
        instead: "Put the released value back; or write a new product with the new credential and `replaces: [this]`, then retire this one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let changed = transition.field(ProductField::Credential);
    changed
        .map(|change| transition.at(&RULE, change, "the linked credential cannot change after release"))
        .into_iter()
        .collect()
}
