//! R15: A yearly specification gets monthly billing.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{BillingMode, Item, Key};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "monthly-added-to-yearly",
        numbers: &[15],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "A yearly specification gets monthly billing.",
        why: "This is one of the two additions the marketplace offers for a released specification; the yearly offering keeps its productId.",
        example: "prices: {yearly: ..., monthly: ...}   # released: yearly only",
        instead: "Nothing to do: it is submitted as a modification and sold after approval.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let added = transition.changes.iter().filter_map(|change| match &change.item {
        Item::BillingMode(key, BillingMode::Monthly) if change.from.is_none() => Some((key, change)),
        _ => None,
    });
    let has = |key: &Key| {
        let released = transition.on_sale.specifications.get(key).and_then(|found| found.modes.as_ref());
        released.is_some_and(|modes| modes.contains(&BillingMode::Yearly))
    };
    added
        .filter(|(key, _)| has(key))
        .map(|(key, change)| {
            transition.at(&RULE, change, format!("monthly billing is added to `{key}`, which is sold yearly"))
        })
        .collect()
}
