//! No number: A released billing factor is taken away by a modification.

use super::taken_away;
use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-factor-removed",
        numbers: &[],
        basis: Basis::Inferred,
        source: "PPUC, F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "A released billing factor is taken away by a modification.",
        why: "Buyers are billed by it, and packages prepay what it meters; the form offers no way to take a released one away.",
        example: "factors: []   # released: calls",
        instead: "Put it back, or retire the whole specification.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    taken_away(&RULE, transition, |item| matches!(item, Item::Factor(_, _)))
}
