//! R12, R14: A released specification may be repriced; the price counts from the approval.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "price-effective-at-approval",
        numbers: &[12, 14],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "A released specification may be repriced; the price counts from the approval.",
        why: "No other date can be set; upgrade rules whose order of prices turns round die without notice (R13).",
        example: "prices: {monthly: {USD: \"12.90\"}}   # released: 9.90",
        instead: "Merge when the price may change within the next review, usually three working days.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let prices = transition.changes.iter().filter(|change| matches!(change.item, Item::Price(_, _)));
    prices
        .map(|change| {
            transition.at(
                &RULE,
                change,
                format!("the new {} counts from the approval on", change.item.describe()),
            )
        })
        .collect()
}
