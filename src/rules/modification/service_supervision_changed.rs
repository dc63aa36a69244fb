//! R25: `saas.serviceSupervision` of a released product changes.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "service-supervision-changed",
        numbers: &[25],
        basis: Basis::Stated,
        source: "MOD, SAAS-EU",
        sites: &[],
        level: Severity::Error,
        what: "`saas.serviceSupervision` of a released product changes.",
        why: "Supervision decides how running orders are delivered, accepted and settled, so \"Involve Service Supervision\" is frozen after release.",
        example: "saas:\n  serviceSupervision: true   # released: false",
        instead: "Put the released value back; or write a new product with the wanted value and `replaces: [this]`, then retire this one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    // A released product that says nothing about it is not supervised.
    let is_on = |value: &Option<Value>| value.as_ref().and_then(Value::as_flag).unwrap_or(false);
    let changed = transition.field(ProductField::ServiceSupervision);
    changed
        .filter(|change| is_on(&change.from) != is_on(&change.to))
        .map(|change| transition.at(&RULE, change, "service supervision cannot change after release"))
        .into_iter()
        .collect()
}
