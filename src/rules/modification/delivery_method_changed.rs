//! R10: The delivery method of a released product changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "delivery-method-changed",
        numbers: &[10],
        basis: Basis::Inferred,
        source: "MOD, DESC",
        sites: &[],
        level: Severity::Error,
        what: "The delivery method of a released product changes.",
        why: "Assets, interfaces and billing rules differ per delivery method, and an application whose method does not match the product is rejected.",
        example: "delivery: license   # released: saas",
        instead: "Write a new product with the new delivery method and `replaces: [this]`, then retire this one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let allowed = transition.site.allow_delivery_method_change;
    let changed = transition.changes.iter().filter(|change| change.item == Item::Delivery && !allowed);
    changed
        .map(|change| transition.at(&RULE, change, "the delivery method of a released product cannot change"))
        .collect()
}
