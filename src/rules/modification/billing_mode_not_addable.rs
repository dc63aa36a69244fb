//! R17, R20: A billing mode is added that the marketplace does not offer for a released specification.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{BillingMode, Item};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "billing-mode-not-addable",
        numbers: &[17, 20],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Error,
        what: "A billing mode is added that the marketplace does not offer for a released specification.",
        why: "A released yearly specification may get monthly, a monthly one yearly; no other mode can be added.",
        example: "prices: {yearly: ..., one-time: ...}   # released: yearly only",
        instead: "Add a new specification with the wanted mode; `replaces: [old]` and `retire` on the old one if it should go.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let Item::BillingMode(key, mode) = &change.item else { continue };
        let released = transition.on_sale.specifications.get(key).and_then(|found| found.modes.as_ref());
        let (Some(released), None) = (released, &change.from) else { continue };
        let offered = |has: &BillingMode| {
            transition.site.addable_billing_modes.get(has).is_some_and(|addable| addable.contains(mode))
        };
        if !released.iter().any(offered) {
            let sold: Vec<&str> = released.iter().map(|mode| mode.name()).collect();
            let message =
                format!("{mode} billing cannot be added to `{key}`, which is sold {}", sold.join(" and "));
            found.push(RULE.finding(&change.item, message, format!("released: {}", sold.join(", "))));
        }
    }
    found
}
