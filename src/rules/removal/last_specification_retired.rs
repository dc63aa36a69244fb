//! R52: The last specification on sale is retired while the product stays.

use super::retirement;
use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, Key};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "last-specification-retired",
        numbers: &[52],
        basis: Basis::Chinese,
        source: "F-REMI",
        sites: &[],
        level: Severity::Error,
        what: "The last specification on sale is retired while the product stays.",
        why: "Removing the last specification discontinues the whole product, and nothing can be added to it any more.",
        example: "specifications:\n  - {key: starter, retire: {reason: ...}}   # the only one",
        instead: "Add the specification that takes its place (`replaces: [starter]`); or retire the product itself.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let desired = transition.desired;
    let on_sale = &transition.on_sale.specifications;
    let is_retired =
        |key: &Key| desired.specifications.get(key).is_some_and(|intent| intent.retire.is_some());
    let stays = |key: &Key| !is_retired(key);
    let any_left = on_sale.keys().any(stays) || !transition.wanted.specifications.is_empty();
    if desired.retire.is_some() || any_left || on_sale.is_empty() {
        return Vec::new();
    }
    let last = on_sale.keys().filter(|key| is_retired(key));
    last.map(|key| {
        let message =
            format!("`{key}` is the last specification on sale: retiring it discontinues the product");
        let route = retirement(&Item::Specification(key.clone()));
        let help = RULE.doc.instead.replace("starter", key.as_str());
        Finding { help, ..RULE.finding_at(route, message, "the last one on sale") }
    })
    .collect()
}
