//! No number: The pricing template of a released specification changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "pricing-template-changed",
        numbers: &[],
        basis: Basis::Inferred,
        source: "LIC, PS, PPUC",
        sites: &[],
        level: Severity::Error,
        what: "The pricing template of a released specification changes.",
        why: "Templates decide which SKUs exist; no page offers changing one after release, and the skuCodes would change.",
        example: "template: custom   # released: simple",
        instead: "Add a new specification with the other template (`replaces: [old]`) and `retire` the old one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let changed = transition.changes.iter().filter(|change| matches!(change.item, Item::Template(_)));
    changed
        .map(|change| {
            transition.at(
                &RULE,
                change,
                format!("the {} cannot change after release", change.item.describe()),
            )
        })
        .collect()
}
