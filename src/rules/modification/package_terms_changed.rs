//! R21, R22: Name, price, quota, validity, reset rule or stop behaviour of a released package changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, Package, Value};
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
        for (term, released) in changed(before, after) {
            let message = format!("`{term}` of {} cannot change after release", change.item.describe());
            let label = format!("released: {released}, {}", transition.origins.tell(&change.item));
            let route = change.item.route().key(term);
            let route = if term == "price" { route.currency() } else { route };
            found.push(RULE.finding_at(route, message, label));
        }
    }
    found
}

/// The terms that differ, as definitions name them, with what was released.
fn changed(before: &Package, after: &Package) -> Vec<(&'static str, String)> {
    let Package { name, stop_before_excess, validity_months, reset, quota, price } = before;
    let amounts: Vec<String> = quota.iter().map(|(item, amount)| format!("{item} {amount}")).collect();
    let stops = if *stop_before_excess { "yes" } else { "no" };
    let terms = [
        (*name != after.name, "name", format!("\"{name}\"")),
        (*stop_before_excess != after.stop_before_excess, "stopBeforeExcess", stops.to_owned()),
        (*validity_months != after.validity_months, "validityMonths", validity_months.to_string()),
        (*reset != after.reset, "reset", reset.clone()),
        (*quota != after.quota, "quota", amounts.join(", ")),
        (*price != after.price, "price", price.to_string()),
    ];
    terms.into_iter().filter_map(|(differs, term, released)| differs.then_some((term, released))).collect()
}
