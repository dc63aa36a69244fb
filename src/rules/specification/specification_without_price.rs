//! No number: A new specification has no price in any billing mode.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, Key};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-without-price",
        numbers: &[],
        basis: Basis::Stated,
        source: "LIC, PS, F-PUB",
        sites: &[],
        level: Severity::Error,
        what: "A new specification has no price in any billing mode.",
        why: "A specification is sold by its billing modes; the form of a new one takes none without a mode and a price.",
        example: "- {key: starter, name: Starter}   # no prices",
        instead: "Write its `prices` (or `skus` with prices, or `factors`), or take the specification out.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let expected = transition.expected;
    if transition.desired.retire.is_some() || expected.delivery == DeliveryMethod::ConsultingService {
        return Vec::new();
    }
    let is_new =
        |key: &Key| transition.wanted.specifications.contains_key(key) && !transition.is_on_sale(key);
    let unpriced = expected.specifications.iter().filter(|(key, specification)| {
        is_new(key) && specification.modes.as_ref().is_none_or(|modes| modes.is_empty())
    });
    unpriced
        .map(|(key, _)| {
            let message = format!("`{key}` is new and has no price");
            RULE.finding(&Item::Specification(key.clone()), message, "")
        })
        .collect()
}
