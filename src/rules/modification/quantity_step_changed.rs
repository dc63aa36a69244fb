//! R23: The step or the way of pricing of a released quantity attribute changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Value;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "quantity-step-changed",
        numbers: &[23],
        basis: Basis::Chinese,
        source: "F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "The step or the way of pricing of a released quantity attribute changes.",
        why: "Buyers hold quantities in the old step at prices made the old way; both are frozen after release.",
        example: "quantity: {min: 1, max: 100, step: 5}   # released: step 1",
        instead: "Add a new specification with the new quantity (`replaces: [old]`) and `retire` the old one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let (Some(Value::Quantity(before)), Some(Value::Quantity(after))) = (&change.from, &change.to) else {
            continue;
        };
        for (changes, part) in
            [(before.step != after.step, "step"), (before.pricing != after.pricing, "pricing")]
        {
            if changes {
                let message = format!("the {part} of {} cannot change after release", change.item.describe());
                let route = change.item.route().key(part);
                found.push(Finding { route, ..transition.at(&RULE, change, message) });
            }
        }
    }
    found
}
