//! R23: The step of a released quantity attribute changes.

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
        what: "The step of a released quantity attribute changes.",
        why: "Buyers hold quantities in the old step; it is frozen after release.",
        example: "quantity: {min: 1, max: 100, step: 5}   # released: step 1",
        instead: "Add a new specification with the new step (`replaces: [old]`) and `retire` the old one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let (Some(Value::Quantity(before)), Some(Value::Quantity(after))) = (&change.from, &change.to) else {
            continue;
        };
        if before.step != after.step {
            let message = format!("the step of {} cannot change after release", change.item.describe());
            let route = change.item.route().key("step");
            found.push(Finding { route, ..transition.at(&RULE, change, message) });
        }
    }
    found
}
