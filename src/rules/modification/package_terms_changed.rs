//! R21, R22: Name, price, quota, validity, reset rule or stop behaviour of a released package changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "package-terms-changed",
        numbers: &[21, 22],
        basis: Basis::Chinese,
        source: "F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "Name, price, quota, validity, reset rule or stop behaviour of a released package changes.",
        why: "Buyers hold packages with these terms; they are frozen after release.",
        example: "packages: [{key: pack-1000, quota: {call: 2000}}]   # released: 1000",
        instead: "Add a package with a new key and the new terms.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let (Item::Package(_, _), Some(Value::Package(before)), Some(Value::Package(after))) =
            (&change.item, &change.from, &change.to)
        else {
            continue;
        };
        if after != before {
            found.push(transition.at(
                &RULE,
                change,
                format!("the terms of {} are frozen", change.item.describe()),
            ));
        }
    }
    found
}
