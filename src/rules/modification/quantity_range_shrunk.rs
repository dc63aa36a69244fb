//! R133: The range of a released quantity attribute gets smaller.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Value;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "quantity-range-shrunk",
        numbers: &[133],
        basis: Basis::Chinese,
        source: "MOD (Chinese text)",
        sites: &[],
        level: Severity::Error,
        what: "The range of a released quantity attribute gets smaller.",
        why: "Buyers may hold quantities outside the new range; a range may only grow.",
        example: "quantity: {min: 1, max: 50, step: 1}   # released: max 100",
        instead: "Keep the old bounds inside the new ones.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let (Some(Value::Quantity(before)), Some(Value::Quantity(after))) = (&change.from, &change.to) else {
            continue;
        };
        if transition.site.allow_quantity_range_shrink {
            continue;
        }
        let end = match () {
            () if after.min > before.min => "min",
            () if after.max < before.max => "max",
            () => continue,
        };
        let message = format!(
            "the range of {} may only grow, not become {} to {}",
            change.item.describe(),
            after.min,
            after.max
        );
        let route = change.item.route().key(end);
        found.push(Finding { route, ..transition.at(&RULE, change, message) });
    }
    found
}
