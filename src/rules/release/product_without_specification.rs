//! No number: a product is released without a specification to sell.

use crate::diagnostic::{Finding, Route, Severity};
use crate::model::DeliveryMethod;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-without-specification",
        numbers: &[],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Error,
        what: "A product is to be released without any specification to sell.",
        why: "A product is sold through its specifications; the release form needs at least one (consulting services are only linked to).",
        example: "specifications:\n  - {key: starter, retire: {reason: ...}}   # the only one, never released",
        instead: "Add a specification with a price, or retire the product.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let sold = transition.wanted.delivery != DeliveryMethod::ConsultingService;
    let empty = transition.wanted.specifications.is_empty();
    if transition.released.is_some() || transition.desired.retire.is_some() || !sold || !empty {
        return Vec::new();
    }
    vec![RULE.finding_at(Route::root().key("specifications"), "there is no specification to release", "")]
}
